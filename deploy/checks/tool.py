"""What the checks share: running a tool, reading YAML, walking files."""

import subprocess
from pathlib import Path

import yaml


def run(root: Path, *command: str) -> list[str]:
    """Nothing if the command succeeds, else what it said."""
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return [f"{Path(command[0]).name}: {line}" for line in said] or [f"{command[0]} exited with {done.returncode}"]


def load(path: Path):
    """One document."""
    return yaml.safe_load(path.read_text())


def yaml_files(root: Path) -> list[Path]:
    """Every YAML file that is shipped."""
    found = [root / "docker-compose.yml"]
    for folder in ("deploy", "config"):
        found += sorted(p for p in (root / folder).rglob("*") if p.suffix in (".yml", ".yaml"))
    return found
