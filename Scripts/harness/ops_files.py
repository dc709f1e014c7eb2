"""Checks the files of Cluster/ as far as that can be done without a cluster of machines.

Units by systemd's own checker, YAML by parsing and by a table of the fields that we use, names that must agree across files,
scripts by shellcheck, settings by holdfastd itself, and the commands in the runbooks by the programs' help.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from .node import PROGRAMS
from .ops_schema import KINDS
from .processes import ROOT, Failure, run

CLUSTER = ROOT / "Cluster"
# One of our commands where a command may begin: at the start of a line, after &&, exec or --.
COMMAND = r"(?:^ *|&& |exec |-- )((?:holdfastd?|Scripts/cluster) [^\n#&|;']*)"


def main(arguments):
    if arguments:
        print(__doc__.strip() + "\n\nUsage: Cluster/check")
        return 0 if arguments[0] in ("--help", "-h") else 2
    checks = [scripts, unit, manifests, compose, dockerfile, settings, runbooks]
    passed = skipped = 0
    wrong = []
    for check in checks:
        found = check()
        if isinstance(found, str):
            skipped += 1
            print(f"{check.__name__}: skipped: {found}")
            continue
        print(f"{check.__name__}: " + ("ok" if not found else "FAILED"))
        passed += not found
        wrong += [f"{check.__name__}: {text}" for text in found]
    for text in wrong:
        print(f"failed: {text}")
    failed = len(checks) - passed - skipped
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


def said(*command, **options):
    """What a command says when it fails; empty where it does not."""
    done = subprocess.run([str(one) for one in command], capture_output=True, text=True, timeout=60, **options)
    return [] if done.returncode == 0 else (done.stderr + done.stdout).strip().splitlines()[-8:]


def scripts():
    found = []
    for path in (CLUSTER / "three-nodes", CLUSTER / "check", CLUSTER / "container" / "holdfast-node"):
        found += said("sh" if path.name == "holdfast-node" else "bash", "-n", path)
        found += said("shellcheck", path) if shutil.which("shellcheck") else []
        if not os.access(path, os.X_OK):
            found.append(f"{path} is not executable")
    return found


def unit():
    """The unit with a program that exists here; then how much it is exposed, by systemd's own measure (0 to 100)."""
    if not shutil.which("systemd-analyze"):
        return "no systemd-analyze"
    text = (CLUSTER / "systemd" / "holdfastd.service").read_text()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "holdfastd.service")
        path.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.M))
        found = said("systemd-analyze", "verify", "--man=no", path)
        return found or said("systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", path)


def load(path):
    import yaml

    with open(path) as file:
        return [document for document in yaml.safe_load_all(file) if document is not None]


def has_yaml():
    try:
        import yaml  # noqa: F401
    except ImportError:
        return False
    return True


def fits(value, shape, where):
    """Sentences about what of a value is not of the shape."""
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{where} is not a list"]
        return [text for index, one in enumerate(value) for text in fits(one, shape[0], f"{where}[{index}]")]
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{where} is not an object"]
        unknown = [f"{where} has an unknown field '{name}'" for name in value if name not in shape]
        return unknown + [
            text for name in value if name in shape for text in fits(value[name], shape[name], f"{where}.{name}")
        ]
    if shape is int and isinstance(value, bool):
        return [f"{where} is not a number"]
    return [] if isinstance(value, shape) else [f"{where} is {value!r}"]


def manifests():
    if not has_yaml():
        return "no PyYAML (Debian package python3-yaml)"
    found, objects = [], {}
    for path in sorted((CLUSTER / "kubernetes").glob("*.yaml")):
        for document in load(path):
            kind = (document.get("apiVersion"), document.get("kind"))
            name = document.get("metadata", {}).get("name", "?")
            objects[kind[1], name] = document
            if kind not in KINDS:
                found.append(f"{path.name}: {kind} is not among the kinds we use")
                continue
            found += [f"{path.name}: {text}" for text in fits(document["spec"], KINDS[kind], f"{kind[1]} {name}")]
    return found or agree(objects)


def agree(objects):
    """Names that must be the same in several places."""
    found = []

    def expect(one, other, what):
        if one != other:
            found.append(f"{what}: {one!r} is not {other!r}")

    nodes = objects["StatefulSet", "holdfast"]["spec"]
    pod, job = nodes["template"], objects["Job", "holdfast-found"]["spec"]["template"]
    labels = pod["metadata"]["labels"]
    for kind, name, path in (
        ("StatefulSet", "holdfast", ("selector", "matchLabels")),
        ("PodDisruptionBudget", "holdfast", ("selector", "matchLabels")),
        ("NetworkPolicy", "holdfast", ("podSelector", "matchLabels")),
        ("Service", "holdfast", ("selector",)),
        ("Service", "holdfast-peers", ("selector",)),
    ):
        value = objects[kind, name]["spec"]
        for step in path:
            value = value[step]
        expect(value, labels, f"what {kind} {name} selects")
    expect(("Service", nodes["serviceName"]) in objects, True, "the service of the StatefulSet exists")
    claim = f"{nodes['volumeClaimTemplates'][0]['metadata']['name']}-holdfast-0"
    expect(("PersistentVolumeClaim", claim) in objects, True, f"the claim {claim} is made by 10-found.yaml")
    expect(job["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"], claim, "the claim of the Job")
    expect(job["spec"]["containers"][0]["args"], ["found"], "the Job founds")
    expect(pod["spec"]["containers"][0]["args"], ["run"], "the pods run, and never found")
    ports = {port["name"]: port["containerPort"] for port in pod["spec"]["containers"][0]["ports"]}
    expect(ports, {"grpc": 7400, "peers": 7401}, "the ports of a pod")
    for container in (pod["spec"]["containers"][0], job["spec"]["containers"][0]):
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        expect(mounted, {"data", "secret"}, f"what {container['name']} mounts")
        expect(container["image"], pod["spec"]["containers"][0]["image"], "the image")
    expect(nodes["podManagementPolicy"], "Parallel", "how pods are started")
    return found


def compose():
    if not has_yaml():
        return "no PyYAML (Debian package python3-yaml)"
    path = CLUSTER / "container" / "compose.yaml"
    found = []
    document = load(path)[0]
    services = document["services"]
    if [name for name, service in services.items() if service.get("command") == ["found"]] != ["found"]:
        found.append("exactly one service founds")
    for name, service in services.items():
        volume = service["volumes"][0].partition(":")[0]
        if volume not in document["volumes"]:
            found.append(f"{name} has the volume {volume}, which is not declared")
        if name != "found" and service["environment"]["HOLDFAST_ADVERTISE"] != f"{name}:7400":
            found.append(f"{name} advertises another name")
    if shutil.which("docker") and not said("docker", "compose", "version"):
        with tempfile.TemporaryDirectory() as folder:
            # The secret's file is not in the repository; the check of the rest wants it to be there.
            copy = pathlib.Path(folder, "compose.yaml")
            copy.write_text(path.read_text())
            pathlib.Path(folder, "secret").write_text("0" * 64)
            found += said("docker", "compose", "--file", copy, "config", "--quiet")
    return found


def dockerfile():
    text = (CLUSTER / "container" / "Dockerfile").read_text().replace("\\\n", " ")
    found = []
    lines = [line.split(None, 1) for line in text.splitlines() if line and not line.startswith("#")]
    for word, rest in lines:
        if word == "FROM" and ":" not in rest:
            found.append(f"FROM {rest} has no tag")
        if word == "ADD":
            found.append("ADD: use COPY")
        if word == "RUN" and "apt-get install" in rest:
            for wanted in ("apt-get update", "--no-install-recommends", "rm -rf /var/lib/apt/lists/*"):
                if wanted not in rest:
                    found.append(f"RUN apt-get install without {wanted}")
        if word == "COPY" and "--from=" not in rest:
            sources = [one for one in rest.split() if not one.startswith("--")][:-1]
            found += [f"COPY {source}: no such file" for source in sources if not (ROOT / source).exists()]
    users = [rest for word, rest in lines if word == "USER"]
    if not users or users[-1].split(":")[0] in ("root", "0"):
        found.append("it runs as root")
    return found


def settings():
    """holdfastd reads the variables of the unit's settings, and says where one does not exist."""
    if not (PROGRAMS / "holdfastd").exists():
        return f"no {PROGRAMS / 'holdfastd'}"
    known = run([PROGRAMS / "holdfastd", "--help"], 20)
    flags = set(re.findall(r"--([a-z][a-z-]*)", known))
    found = []
    for path in [*CLUSTER.glob("*/*.env"), *CLUSTER.glob("*/*.yaml"), CLUSTER / "container" / "Dockerfile"]:
        for name in sorted(set(re.findall(r"\bHOLDFAST_([A-Z_]+)", path.read_text()))):
            if name.lower().replace("_", "-") not in flags:
                found.append(f"{path.name} sets HOLDFAST_{name}, which holdfastd does not know")
    lines = (CLUSTER / "systemd" / "holdfastd.env").read_text().splitlines()
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return found + said(PROGRAMS / "holdfastd", "--print-config", env={"PATH": os.environ["PATH"], **values})


def runbooks():
    """Each command in a block of shell code exists, and each of its flags."""
    if not (PROGRAMS / "holdfast").exists():
        return f"no {PROGRAMS / 'holdfast'}"
    found, helps = [], {}
    for path in sorted(CLUSTER.rglob("*.md")):
        for block in re.findall(r"```(?:sh|console)\n(.*?)```", path.read_text(), flags=re.S):
            for command in re.findall(COMMAND, block.replace("\\\n", " "), flags=re.M):
                found += [f"{path.name}: {text}" for text in unknown_parts(command.split(), helps)]
    return sorted(set(found))


def unknown_parts(words, helps):
    """The subcommands and flags of a command line that its help does not have."""
    program = words[0]
    path = ROOT / "Scripts" / "cluster" if program == "Scripts/cluster" else PROGRAMS / program
    depth = {"holdfastd": 0, "Scripts/cluster": 1, "holdfast": 2 if words[1] in ("cluster", "recover") else 1}[program]
    names = [word for word in words[1:] if re.fullmatch(r"[a-z][a-z-]*", word)][:depth]
    command = (path, *names)
    if command not in helps:
        done = subprocess.run([*map(str, command), "--help"], capture_output=True, text=True, timeout=20)
        helps[command] = done.stdout if done.returncode == 0 else None
    told = helps[command]
    if told is None:
        return [f"there is no command '{' '.join([program, *names])}'"]
    flags = [word.partition("=")[0] for word in words if word.startswith("--")]
    return [f"'{' '.join([program, *names])}' has no {flag}" for flag in flags if not re.search(rf"{flag}\b", told)]


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        print(f"failed: {failure}\n0 passed, 1 failed")
        sys.exit(1)
