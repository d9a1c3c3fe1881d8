"""deploy/check: runs every check on the repository, or (--self-test) on copies with an error planted in each."""

import sys
from pathlib import Path

import compose
import dashboard
import dockerfile
import kubernetes
import plain_yaml
import prometheus
import schemas
import self_test

CHECKS = {
    "yaml": plain_yaml.problems,
    "compose": compose.problems,
    "dockerfile": dockerfile.problems,
    "kubernetes": kubernetes.problems,
    "prometheus": prometheus.problems,
    "dashboard": dashboard.problems,
    "schemas": schemas.problems,
}


def check(root: Path) -> int:
    failed = 0
    for name, problems in CHECKS.items():
        found = problems(root)
        failed += bool(found)
        print(f"{name}: {'FAILED' if found else 'ok'}", flush=True)
        for problem in found:
            print(f"  {problem}", flush=True)
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    root = Path(sys.argv[1])
    sys.exit(self_test.run(root, CHECKS) if "--self-test" in sys.argv else check(root))
