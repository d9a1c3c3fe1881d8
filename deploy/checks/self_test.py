"""deploy/check --self-test: an error is planted in a copy of each kind of file, and its check must find it and say so."""

import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable, NamedTuple

COPIED = ("deploy", "config", "docs", "tests/cases", "src/demo", "docker-compose.yml", ".dockerignore", "LICENSE", "NOTICE")


class Planted(NamedTuple):
    """An error: what is replaced in a file, and what the check must then say."""

    check: str
    file: str
    old: str
    new: str
    told: str


BASE = "deploy/kubernetes/base"
POD = "deploy/kubernetes/deployment/deployment.yaml"
RULES = "deploy/prometheus/alerts.yml"
BOARD = "deploy/grafana/dashboards/copydesk.json"
ERRORS = [
    Planted("yaml", "config/copydesk.yaml", "kafka:\n", "kafka:\nkafka:\n", "duplication of key"),
    Planted("compose", "docker-compose.yml", "depends_on: {kafka:", "depends_on: {kafak:", "kafak"),
    Planted("compose", "docker-compose.yml", "stop_grace_period: 15s", "stop_grace_periods: 15s", "stop_grace_periods"),
    Planted("compose", "docker-compose.yml", '"127.0.0.1:9090:9090"', '"9090:9090"', "open to the network"),
    Planted("compose", "docker-compose.yml", "apache/kafka:4.1.0", "apache/kafka:latest", "not pinned"),
    Planted("dockerfile", "deploy/Dockerfile", "WORKDIR /src", "WORKDIR src", "DL3000"),
    Planted("dockerfile", "deploy/Dockerfile", "USER 65532:65532", "USER root", "not root"),
    Planted("dockerfile", "deploy/build", "--release --locked", "--release", "not locked"),
    Planted("dockerfile", ".dockerignore", "!NOTICE\n", "", ".dockerignore keeps it out"),
    Planted("kubernetes", POD, "livenessProbe:", "livenesProbe:", "livenesProbe"),
    Planted("kubernetes", POD, "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "a read-only root"),
    Planted("kubernetes", f"{BASE}/service.yaml", "selector: {app.kubernetes.io/name: copydesk}", "selector: {app: copydesk}", "Service selects no pod"),
    Planted("kubernetes", f"{BASE}/kustomization.yaml", "network.yaml", "networks.yaml", "networks.yaml, which does not exist"),
    Planted("kubernetes", f"{BASE}/kustomization.yaml", ", network.yaml", "", "network.yaml is in no kustomization"),
    Planted("prometheus", "deploy/prometheus/prometheus.yml", "scrape_interval", "scrape_intervall", "scrape_intervall"),
    Planted("prometheus", RULES, "copydesk_faults > 0", "copydesk_faults > > 0", "parse error"),
    Planted("prometheus", RULES, "copydesk_faults > 0", "copydesk_fault > 0", "no metric copydesk_fault"),
    Planted("prometheus", RULES, 'kind="assigned"', 'sort="assigned"', "no label sort"),
    Planted("prometheus", RULES, 'reason="flood"', 'reason="drought"', "no reason that is drought"),
    Planted("prometheus", RULES, "== 0\n        for: 15m", "== 1\n        for: 15m", "CopydeskNotReady"),
    Planted("prometheus", "docs/alerts.md", "## CopydeskSlow", "## Slow", "does not say what to do"),
    Planted("dashboard", BOARD, "copydesk_faults{", "copydesk_fault{", "no metric copydesk_fault"),
    Planted("dashboard", BOARD, "sum by (outcome)", "sum by (outcomes)", "no label outcomes"),
    Planted("dashboard", BOARD, "sum(copydesk_ready{", "sum((copydesk_ready{", "cannot be parsed"),
    Planted("dashboard", BOARD, '"uid": "copydesk"', '"uid": ""', "a stable uid"),
    Planted("schemas", "config/enriched.schema.json", '"type": "object"', '"type": "objekt"', "objekt"),
    Planted("schemas", "tests/cases/takedown/expected.jsonl", '"status":"unique"', '"status":"uniq"', "uniq"),
    Planted("schemas", f"{BASE}/configmap.yaml", "state_dir:", "state_folder:", "state_folder"),
]


def run(root: Path, checks: dict[str, Callable[[Path], list[str]]]) -> int:
    missed = 0
    if silent := set(checks) - {planted.check for planted in ERRORS}:
        print(f"self-test: no error is planted for {', '.join(sorted(silent))}")
        missed += 1
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda planted: find(root, planted, checks[planted.check]), ERRORS))
    for planted, found in zip(ERRORS, results):
        seen = any(planted.told in problem for problem in found)
        missed += not seen
        print(f"{planted.check}: {planted.file}: {'found' if seen else 'MISSED'}: {planted.told}", flush=True)
        if not seen:
            print("  " + "\n  ".join(found or ["nothing was found"]), flush=True)
    print(f"{len(ERRORS) - missed} passed, {missed} failed")
    return 1 if missed else 0


def find(root: Path, planted: Planted, check: Callable[[Path], list[str]]) -> list[str]:
    """What the check says of a copy with the error in it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            if (root / name).is_dir():
                shutil.copytree(root / name, copy / name)
            else:
                shutil.copy(root / name, copy / name)
        file = copy / planted.file
        text = file.read_text()
        if planted.old not in text:
            return [f"{planted.file} has no longer: {planted.old}"]
        file.write_text(text.replace(planted.old, planted.new))
        return check(copy)
