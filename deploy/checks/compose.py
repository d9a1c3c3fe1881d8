"""The compose file: valid by compose itself and by the published schema; nothing unpinned, nothing open to the network."""

import re
from pathlib import Path

import tool

FILE = "docker-compose.yml"
PROFILES = ["--profile", "ui", "--profile", "obs"]


def problems(root: Path) -> list[str]:
    found = tool.run(root, "docker-compose", *PROFILES, "-f", FILE, "config", "--quiet")
    found += tool.run(root, "check-jsonschema", "--builtin-schema", "vendor.compose-spec", FILE)
    if found:
        return found
    services = tool.load(root / FILE)["services"]
    for name, service in services.items():
        found += [f"{FILE}: {name}: {what}" for what in of_service(root, service)]
    for name in ("kafka", "kafka-ui", "prometheus", "grafana"):
        if "healthcheck" not in services.get(name, {}):
            found.append(f"{FILE}: {name}: no healthcheck")
    if services["worker"].get("deploy", {}).get("replicas", 1) < 2:
        found.append(f"{FILE}: worker: one worker shows nothing of how they share")
    return found


def of_service(root: Path, service: dict) -> list[str]:
    found = []
    image = service.get("image", "")
    if "build" not in service and not re.search(r":v?\d+\.\d+\.\d+$", image):
        found.append(f"image {image} is not pinned to a version")
    for port in service.get("ports", []):
        if not str(port).startswith("127.0.0.1:"):
            found.append(f"port {port} is open to the network: put 127.0.0.1: before it")
    for volume in service.get("volumes", []):
        source = str(volume).split(":")[0]
        if source.startswith(".") and not (root / source).exists():
            found.append(f"{source} is mounted and does not exist")
        if not str(volume).endswith(":ro"):
            found.append(f"{volume} may be written to")
    return found
