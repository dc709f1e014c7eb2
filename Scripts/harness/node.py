"""A Holdfast node as a process, and the programs that talk to it. All flags of our programs are in this file."""

import json
import os
import pathlib

from .processes import ROOT, Failure, answers, end, kill, processor_seconds, run, wait_until

# A release build, unless the environment names another folder, such as that of a build with a sanitizer.
PROGRAMS = pathlib.Path(os.environ.get("HOLDFAST_PROGRAMS", ROOT / ".build" / "release"))


def program(name, folder=None):
    path = pathlib.Path(folder or PROGRAMS) / name
    if not path.exists():
        raise Failure(f"no {path}; build it with: swift build -c release")
    return path


class Node:
    """One `holdfastd` on a free port of loopback: the first node of a cluster of its own, made when it starts first. The
    data directory outlives the process: kill it and start again."""

    def __init__(self, workshop, name="node", flags=()):
        self.workshop = workshop
        self.name = name
        self.flags = flags
        self.data = workshop.path(f"{name}-data")
        self.port_file = workshop.path(f"{name}.port")
        self.process = None
        self.port = 0

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def log(self):
        return self.workshop.path(f"{self.name}.log")

    def start(self, timeout_seconds=30):
        """Returns when the node accepts connections. It picks its port and writes it to the port file."""
        self.port_file.unlink(missing_ok=True)
        arguments = ["--data-dir", self.data, "--listen", "127.0.0.1:0", "--port-file", self.port_file, *self.flags]
        if not (self.data / "FORMAT").exists():
            run([program("holdfastd"), "init", *arguments], timeout_seconds)
        self.process = self.workshop.start([program("holdfastd"), *arguments], self.log.name)
        wait_until(self.listening, timeout_seconds, "waiting for holdfastd", self.process, pause_seconds=0.002)
        return self

    def listening(self):
        if not self.port_file.exists():
            return False
        text = self.port_file.read_text().strip()
        if not text:
            return False
        self.port = int(text.rpartition(":")[2])
        return answers(self.port)

    def kill(self):
        """SIGKILL: nothing is flushed, no connection is said goodbye to."""
        kill(self.process)

    def stop(self):
        """SIGTERM: the node drains. A clean end is exit code 0."""
        return end(self.process, 30)

    def processor_seconds(self):
        return processor_seconds(self.process.pid)


def tool(node, *arguments):
    """Runs the command line tool for a person: its command line as one would type it, and what it says."""
    output = run([program("holdfast"), *arguments, "--address", node.address], 700)
    return " ".join(["holdfast", *map(str, arguments)]), output.rstrip()


def live_holds(node):
    """How many holds are live in all shards of a node."""
    status = json.loads(run([program("holdfast"), "status", "--json", "--address", node.address], 60))
    return sum(shard["live_hold_count"] for store in status["stores"] for shard in store["shards"])


def bench_arguments(node, command, **options):
    """`bench_arguments(node, "run", in_flight=16, no_verify=True)`: holdfast-bench run --in-flight 16 --no-verify"""
    arguments = [program("holdfast-bench"), command, "--server", node.address, "--quiet"]
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        arguments += [flag] if value is True else [flag, value]
    return arguments


def bench(node, command, **options):
    """Runs the benchmark to its end and gives its JSON. It ends badly when it finds anything wrong."""
    return json.loads(run(bench_arguments(node, command, json="-", **options), 900))
