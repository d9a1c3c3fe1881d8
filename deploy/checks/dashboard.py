"""The dashboard: every query can be parsed, every metric and label in it exists, it can be provisioned as it is."""

import json
from pathlib import Path

import metrics
import tool

FOLDER = "deploy/grafana"


def problems(root: Path) -> list[str]:
    known, found = metrics.documented(root), []
    files = sorted((root / FOLDER / "dashboards").glob("*.json"))
    for path in files:
        try:
            board = json.loads(path.read_text())
        except ValueError as error:
            found.append(f"{path.name}: {error}")
            continue
        found += [f"{path.name}: {what}" for what in of(board, known)]
    return found + of_provisioning(root, files)


def of(board: dict, known: dict[str, set[str]]) -> list[str]:
    found, numbers = [], set()
    variables = {variable["name"] for variable in board["templating"]["list"]}
    if not board.get("uid") or not {"datasource", "job", "instance"} <= variables:
        found.append("wanted: a stable uid, and variables for data source, job and instance")
    for panel in board["panels"]:
        title = panel.get("title") or "a panel without a title"
        if panel["id"] in numbers:
            found.append(f"{title}: id {panel['id']} is there twice")
        numbers.add(panel["id"])
        if panel["type"] == "row":
            continue
        if not panel.get("targets"):
            found.append(f"{title}: asks nothing")
        for target in panel.get("targets", []):
            found += [f"{title}: {what}" for what in metrics.problems(target["expr"], known)]
            if target["datasource"]["uid"] != "${datasource}":
                found.append(f"{title}: a data source of its own")
    return found


def of_provisioning(root: Path, files: list[Path]) -> list[str]:
    """The compose file mounts the dashboards where the provider looks for them."""
    provider = tool.load(root / FOLDER / "provisioning/dashboards/copydesk.yaml")["providers"][0]
    mounts = tool.load(root / "docker-compose.yml")["services"]["grafana"]["volumes"]
    folder = provider["options"]["path"]
    found = [] if f"./{FOLDER}/dashboards:{folder}:ro" in mounts else [f"no dashboards are mounted at {folder}"]
    return found + ([] if files else ["there is no dashboard"])
