"""Every YAML file by yamllint: no key twice, no tab, no truthy surprise, no wrong indentation."""

from pathlib import Path

import tool

RULES = (
    "{extends: default, rules: {document-start: disable, line-length: disable, comments-indentation: disable, "
    "comments: {min-spaces-from-content: 1}, braces: {max-spaces-inside: 1}, "
    "truthy: {check-keys: false}, octal-values: disable, indentation: {indent-sequences: whatever}}}"
)


def problems(root: Path) -> list[str]:
    files = [str(path.relative_to(root)) for path in tool.yaml_files(root)]
    return tool.run(root, "yamllint", "--strict", "-f", "parsable", "-d", RULES, *files)
