"""The manifests: valid for the oldest and the newest Kubernetes that we name, complete, and consistent among themselves."""

import shutil
from pathlib import Path

import kubernetes_validate
import tool

FOLDER = "deploy/kubernetes"
VERSIONS = ("1.30", "1.37")
# Not applied with the rest: made by hand, or wanted by some only.
APART = {"secret.example.yaml", "podmonitor.yaml"}


def problems(root: Path) -> list[str]:
    found = []
    for path in sorted((root / FOLDER).rglob("*.yaml")):
        if path.name not in ("kustomization.yaml", "podmonitor.yaml"):
            found += [f"{path.relative_to(root)}: {what}" for what in invalid(tool.load(path))]
    if found:
        return found
    for variant in ("deployment", "statefulset"):
        folder = root / FOLDER / variant
        objects, missing = render(folder)
        found += missing
        try:
            found += [] if missing else [f"{variant}: {what}" for what in inconsistent(objects, root)]
        except (KeyError, IndexError) as gone:
            found.append(f"{variant}: {gone} is missing")
        if shutil.which("kubectl"):
            found += tool.run(root, "kubectl", "kustomize", str(folder))
    return found


def invalid(manifest: dict) -> list[str]:
    found = []
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(manifest, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            found.append(f"Kubernetes {version}: {'.'.join(map(str, error.path))}: {error.message}")
    return found


def render(folder: Path) -> tuple[list[dict], list[str]]:
    """What `kubectl apply -k` would apply. Our kustomizations only list resources, so that is their sum."""
    objects, missing = [], []
    kustomization = tool.load(folder / "kustomization.yaml")
    if others := set(kustomization) - {"apiVersion", "kind", "resources"}:
        missing.append(f"{folder.name}/kustomization.yaml: {sorted(others)}: this check knows resources only")
    listed = kustomization.get("resources", [])
    for name in listed:
        path = folder / name
        if path.is_dir():
            more, gone = render(path)
            objects, missing = objects + more, missing + gone
        elif path.exists():
            objects.append(tool.load(path))
        else:
            missing.append(f"{folder.name}/kustomization.yaml lists {name}, which does not exist")
    here = {path.name for path in folder.glob("*.yaml")} - APART - {"kustomization.yaml"}
    missing += [f"{folder.name}/{name} is in no kustomization" for name in sorted(here - set(listed))]
    return objects, missing


def inconsistent(objects: list[dict], root: Path) -> list[str]:
    by_kind = {manifest["kind"]: manifest for manifest in objects}
    workload = by_kind.get("Deployment") or by_kind.get("StatefulSet")
    if workload is None:
        return ["no workload"]
    spec, pod = workload["spec"], workload["spec"]["template"]["spec"]
    container, labels = pod["containers"][0], workload["spec"]["template"]["metadata"]["labels"]
    secret = tool.load(root / FOLDER / "base/secret.example.yaml")
    selectors = {
        "the workload": spec["selector"]["matchLabels"],
        "Service": by_kind["Service"]["spec"]["selector"],
        "PodDisruptionBudget": by_kind["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        "NetworkPolicy": by_kind["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
        "PodMonitor": tool.load(root / FOLDER / "podmonitor.yaml")["spec"]["selector"]["matchLabels"],
        "topology spread": pod["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"],
    }
    found = [f"{who} selects no pod" for who, wanted in selectors.items() if not wanted.items() <= labels.items()]
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    claims = {claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates", [])}
    context, own = pod["securityContext"], container["securityContext"]
    must = {
        "the ConfigMap's name": volumes["config"]["configMap"]["name"] == by_kind["ConfigMap"]["metadata"]["name"],
        "the Secret's name": volumes["kafka"]["secret"]["secretName"] == secret["metadata"]["name"],
        "the ServiceAccount's name": pod["serviceAccountName"] == by_kind["ServiceAccount"]["metadata"]["name"],
        "a volume for each mount": all(m["name"] in volumes.keys() | claims for m in container["volumeMounts"]),
        "the Service's name": spec.get("serviceName", "copydesk") == by_kind["Service"]["metadata"]["name"],
        "no token": pod["automountServiceAccountToken"] is False,
        "a user that is not root": context["runAsNonRoot"] is True and context["runAsUser"] > 0,
        "seccomp": context["seccompProfile"]["type"] == "RuntimeDefault",
        "a read-only root": own["readOnlyRootFilesystem"] is True,
        "no capabilities": own["capabilities"]["drop"] == ["ALL"] and own["allowPrivilegeEscalation"] is False,
        "/livez and /readyz": [container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")]
        == ["/livez", "/livez", "/readyz"],
        "a tag of the image": ":" in container["image"] and not container["image"].endswith(":latest"),
    }
    return found + [f"wanted: {what}" for what, holds in must.items() if not holds]
