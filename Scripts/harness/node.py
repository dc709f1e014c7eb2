"""A Holdfast node as a process, and its benchmark. All flags of our programs are in this file."""

import json
import os
import pathlib

from .processes import ROOT, Failure, answers, end, kill, measured, processor_seconds, wait_until

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


def bench(address, *, seconds, connections, in_flight, skus):
    """Runs a closed-loop load of single reservations: its figures, its processor seconds and its wall seconds."""
    arguments = [program("holdfast-bench"), "--address", address, "--json", "--seconds", seconds]
    arguments += ["--connections", connections, "--in-flight", in_flight, "--skus", skus]
    output, processor, wall = measured(arguments, seconds + 120)
    return json.loads(output), processor, wall
