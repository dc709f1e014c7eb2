"""A Holdfast node as a process, and the programs that talk to it. All flags of our programs are in this file."""

import json
import os
import pathlib

from .processes import ROOT, Failure, answers, end, kill, measured, processor_seconds, run, wait_until

# A release build, unless the environment names another folder, such as that of a build with a sanitizer.
PROGRAMS = pathlib.Path(os.environ.get("HOLDFAST_PROGRAMS", ROOT / ".build" / "release"))


def program(name):
    path = PROGRAMS / name
    if not path.exists():
        raise Failure(f"no {path}; build it with: swift build -c release")
    return path


class Node:
    """One `holdfastd` on a free port of loopback. The data directory outlives the process: kill it and start again."""

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


def tool(address, *arguments, timeout_seconds=60):
    """Runs the command line tool and returns what it says with --json."""
    output = run([program("holdfast"), "--address", address, "--json", *arguments], timeout_seconds)
    return json.loads(output) if output.strip() else {}


def bench_arguments(address, *, seconds, connections, in_flight, skus, record=None, prepare=True, verify=True):
    """The command line of a closed-loop load of single reservations."""
    arguments = [program("holdfast-bench"), "--address", address, "--json", "--seconds", seconds]
    arguments += ["--connections", connections, "--in-flight", in_flight, "--skus", skus]
    if record is not None:
        arguments += ["--record", record]
    if not prepare:
        arguments += ["--no-prepare"]
    if not verify:
        arguments += ["--no-verify"]
    return arguments


def bench(address, *, seconds, **options):
    """Runs the load to its end: its figures, its processor seconds and its wall seconds."""
    output, processor, wall = measured(bench_arguments(address, seconds=seconds, **options), seconds + 120)
    return json.loads(output), processor, wall


def last_line(path):
    """The last whole line of a file, for logs that are written while they are read."""
    lines = pathlib.Path(path).read_text(errors="replace").splitlines()
    return lines[-1] if lines else ""
