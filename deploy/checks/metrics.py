"""Metrics by docs/metrics.md, which is generated from the program, and the queries that name them."""

import re
from pathlib import Path

import promql_parser

# What Prometheus adds to a series that it scrapes, and what a histogram's buckets have.
ADDED = {"job", "instance", "le", "namespace", "pod"}


def documented(root: Path) -> dict[str, dict[str, set[str]]]:
    """Names, with each one's labels and the values that the page tells of them. A histogram's series are three."""
    page = root / "docs/metrics.md"
    known: dict[str, dict[str, set[str]]] = {}
    for line in page.read_text().splitlines() if page.exists() else []:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) < 4 or not (name := re.fullmatch(r"`(\w+)`", cells[0])):
            continue
        told = re.findall(r"`([^`]+)`", cells[2])
        labels = {told[0]: set(told[1:])} if told else {}
        for suffix in ("_bucket", "_sum", "_count") if cells[1] == "histogram" else ("",):
            known[name.group(1) + suffix] = labels
    return known


def problems(query: str, known: dict[str, dict[str, set[str]]]) -> list[str]:
    """What is wrong with a query: it does not parse, or it names what is not there."""
    for variable, value in {"$__rate_interval": "5m", "$__interval": "1m", "$__range": "1h"}.items():
        query = query.replace(variable, value)
    try:
        tree = promql_parser.parse(query)
    except ValueError as error:
        return [f"cannot be parsed: {error}"]
    found = []
    for name, labels in selectors(tree):
        if name not in known:
            found.append(f"docs/metrics.md has no metric {name}")
            continue
        for label, value in labels:
            values = known[name].get(label)
            if values is None and label not in ADDED:
                found.append(f"docs/metrics.md gives {name} no label {label}")
            elif values and value and value not in values:
                found.append(f"docs/metrics.md gives {name} no {label} that is {value}")
    return found


Labels = set[tuple[str, str | None]]


def selectors(tree) -> list[tuple[str, Labels]]:
    """Each metric that is named, with the labels that it is selected by (and their value, if it is one) or grouped by."""
    if isinstance(tree, promql_parser.VectorSelector):
        matchers = tree.matchers.matchers if tree.matchers else []
        is_one = promql_parser.MatchOp.Equal
        return [(tree.name or "", {(m.name, m.value if m.op == is_one else None) for m in matchers})]
    if isinstance(tree, promql_parser.MatrixSelector):
        return selectors(tree.vector_selector)
    if isinstance(tree, promql_parser.BinaryExpr):
        return selectors(tree.lhs) + selectors(tree.rhs)
    if isinstance(tree, promql_parser.Call):
        return [found for argument in tree.args for found in selectors(argument)]
    if isinstance(tree, promql_parser.AggregateExpr):
        is_by = tree.modifier and tree.modifier.type == promql_parser.AggModifierType.By
        grouped = {(label, None) for label in tree.modifier.labels} if is_by else set()
        return [(name, labels | grouped) for name, labels in selectors(tree.expr)]
    if isinstance(tree, (promql_parser.ParenExpr, promql_parser.UnaryExpr, promql_parser.SubqueryExpr)):
        return selectors(tree.expr)
    return []
