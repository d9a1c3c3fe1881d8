"""The Dockerfile: by hadolint, and what the worker promises of its image."""

import re
from pathlib import Path

import tool

FILE = "deploy/Dockerfile"
MUST = {
    "a user that is a number and not root": r"^USER 65532:65532$",
    "a stop signal that drains": r"^STOPSIGNAL SIGTERM$",
    "a health check by the program itself": r'^HEALTHCHECK .*CMD \["copydesk", "healthcheck"\]$',
    "an entry point without a shell": r'^ENTRYPOINT \["copydesk"\]$',
    "a build with TLS": r"deploy/build --features tls-vendored",
    "labels": r"^LABEL org\.opencontainers\.image\.title=",
}


def problems(root: Path) -> list[str]:
    found = tool.run(root, "hadolint", "--failure-threshold", "info", FILE)
    text = (root / FILE).read_text()
    found += [f"{FILE}: {what} is missing" for what, pattern in MUST.items() if not re.search(pattern, text, re.M)]
    if "cargo build --release --locked" not in (root / "deploy/build").read_text():
        found.append("deploy/build: the build is not locked")
    let_in = [line[1:] for line in (root / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.M):
        for source in line.split()[:-1]:
            if source == ".":
                continue
            if not (root / source).exists():
                found.append(f"{FILE}: {source} is copied and does not exist")
            elif not any(source == path or source.startswith(path + "/") for path in let_in):
                found.append(f"{FILE}: {source} is copied and .dockerignore keeps it out")
    return found
