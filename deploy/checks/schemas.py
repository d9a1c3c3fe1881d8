"""The JSON Schemas: each is a schema, and what is committed as an example of it is valid by it."""

import json
import tempfile
from pathlib import Path

import tool
import yaml

# What a golden case leaves out of a record, since every build and moment has others.
LEFT_OUT = {"worker": "copydesk", "config": "", "models": {"language": None, "entities": None}, "processed_at": ""}
CONFIGURATIONS = ("config", "deploy/image.yaml", "deploy/compose/copydesk.yaml", "deploy/kubernetes/base/configmap.yaml")


def problems(root: Path) -> list[str]:
    schemas = sorted((root / "config").glob("*.schema.json"))
    if not schemas:
        return ["config has no schema"]
    found = tool.run(root, "check-jsonschema", "--check-metaschema", *map(str, schemas))
    if found:
        return found
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        found += valid(root, "enriched", records(root, folder))
        found += valid(root, "copydesk", configurations(root, folder))
    return found


def valid(root: Path, name: str, files: list[Path]) -> list[str]:
    schema = root / f"config/{name}.schema.json"
    if not schema.exists():
        return [f"{schema.relative_to(root)} does not exist"]
    return tool.run(root, "check-jsonschema", "--schemafile", str(schema), *map(str, files))


def records(root: Path, folder: Path) -> list[Path]:
    """The records of the golden cases, a file each."""
    files = []
    for case in sorted((root / "tests/cases").glob("*/expected.jsonl")):
        for number, line in enumerate(case.read_text().splitlines()):
            record = json.loads(line)
            if "schema" in record:
                record["provenance"] = {**LEFT_OUT, **record.get("provenance", {})}
                files.append(folder / f"{case.parent.name}-{number}.json")
                files[-1].write_text(json.dumps(record))
    return files


def configurations(root: Path, folder: Path) -> list[Path]:
    """Every configuration that is shipped; a ConfigMap's is taken out of it."""
    files = []
    for name in CONFIGURATIONS:
        path = root / name
        for file in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
            document = yaml.safe_load(file.read_text())
            text = document["data"]["copydesk.yaml"] if document.get("kind") == "ConfigMap" else file.read_text()
            files.append(folder / f"{str(file.relative_to(root)).replace('/', '-')}")
            files[-1].write_text(text)
    return files
