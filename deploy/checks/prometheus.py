"""Prometheus: its configuration, the alert rules, their tests; every alert is tried, documented, and of metrics that exist."""

import re
from pathlib import Path

import metrics
import tool

FOLDER = "deploy/prometheus"


def problems(root: Path) -> list[str]:
    folder = root / FOLDER
    found = tool.run(folder, "promtool", "check", "config", "prometheus.yml")
    found += tool.run(folder, "promtool", "check", "rules", "--lint-fatal", "alerts.yml")
    if found:
        return found
    found += tool.run(folder, "promtool", "test", "rules", "alerts_test.yml")
    known = metrics.documented(root)
    rules = [rule for group in tool.load(folder / "alerts.yml")["groups"] for rule in group["rules"]]
    tried = [(test["alertname"], bool(test.get("exp_alerts"))) for case in tool.load(folder / "alerts_test.yml")["tests"] for test in case["alert_rule_test"]]
    headings = set(re.findall(r"^## (\w+)$", (root / "docs/alerts.md").read_text(), re.M))
    for rule in rules:
        name = rule["alert"]
        found += [f"{name}: {what}" for what in metrics.problems(rule["expr"], known)]
        for fires in (True, False):
            if (name, fires) not in tried:
                found.append(f"{name}: no test in which it is {'told' if fires else 'silent'}")
        if rule["annotations"].get("runbook") != f"docs/alerts.md#{name.lower()}" or name not in headings:
            found.append(f"{name}: docs/alerts.md does not say what to do")
    names = {rule["alert"] for rule in rules}
    return found + [f"docs/alerts.md: there is no alert {name}" for name in sorted(headings - names)]
