"""A cluster on this host: a folder with a state file, and one process a node. Scripts/cluster is a front to it.

The state file holds what must be known to find the nodes again: folders, ports (picked once and kept, because the cluster
remembers addresses), process ids with the moments they were started. It is written before and after each step that changes
something, so that a script that dies leaves nothing unknown behind, but for a process that it had started in that moment:
this one has its data directory locked, and the next start says so.
"""

import contextlib
import dataclasses
import fcntl
import json
import os
import pathlib
import re
import signal
import time

from . import cluster_wire, owned
from .member import Member
from .node import program
from .processes import Failure, free_ports, run, tail

STATE_VERSION = 1
START_SECONDS, STOP_SECONDS, CALL_SECONDS = 30, 30, 20
# How a node ended that was asked to: in order; in its time, although somebody still waited; not, so that it was killed; or
# without the last word that says so.
DRAINED, CUT_OFF, KILLED, CRASHED = "drained", "cut off", "killed", "crashed"


def how_ended(log):
    """How a node ended by itself, from the last line of its log: only that it says so counts as having ended in order."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    word = re.search(r'stopped\b.*code"?[:=]\s?"?0\b.*cut_off"?[:=]\s?"?(true|false)', lines[-1]) if lines else None
    return CRASHED if word is None else CUT_OFF if word[1] == "true" else DRAINED


class LocalCluster:
    """The nodes of one folder. One script at a time changes it."""

    def __init__(self, directory, progress=lambda text: None):
        self.directory = pathlib.Path(directory).resolve()
        self.state_file = self.directory / "cluster.json"
        self.progress = progress
        self.members = []
        self.shape = []
        self.flags = []
        self.programs = ""
        self.names_given = 0
        if self.state_file.exists():
            self.load()

    # The state file.

    def load(self):
        state = json.loads(self.state_file.read_text())
        if state["version"] != STATE_VERSION:
            raise Failure(f"{self.state_file} has version {state['version']}; this script knows {STATE_VERSION}")
        self.shape, self.flags, self.names_given = state["shape"], state["flags"], state["names_given"]
        self.members = [Member(**fields) for fields in state["members"]]

    def save(self):
        members = [dataclasses.asdict(member) for member in self.members]
        state = {"version": STATE_VERSION, "shape": self.shape, "flags": self.flags}
        state |= {"names_given": self.names_given, "members": members}
        written = self.state_file.with_suffix(".new")
        with open(written, "w") as file:
            json.dump(state, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        written.replace(self.state_file)

    @contextlib.contextmanager
    def locked(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        with open(self.directory / "lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Failure(f"another script is changing the cluster in {self.directory}") from None
            if self.state_file.exists():
                self.load()
            yield self

    # Members and their processes. A subclass may place and launch them elsewhere.

    def member(self, number):
        for member in self.members:
            if member.number == number:
                return member
        known = ", ".join(str(member.number) for member in self.members) or "none"
        raise Failure(f"there is no node {number} here; the nodes are: {known}")

    def running(self):
        return [member for member in self.members if member.is_running()]

    def any_running(self, but=()):
        for member in self.running():
            if member not in but and member.answers():
                return member
        raise Failure("no other node of this cluster answers" if but else "no node of this cluster runs; see: up, start")

    def place(self, name):
        """`(host, port, peer port)` for a new member."""
        port, peer_port = free_ports(2)
        return "127.0.0.1", port, peer_port

    def new_member(self, zone):
        self.names_given += 1
        name = f"n{self.names_given}"
        host, port, peer_port = self.place(name)
        folder = self.directory / name
        folder.mkdir(parents=True, exist_ok=True)
        return Member(name, str(folder), host, port, peer_port, zone=zone, flags=list(self.flags), programs=self.programs)

    def execute(self, member, command):
        """Runs a command of a member to its end: init or join."""
        return run(command, START_SECONDS)

    def spawn(self, member):
        return owned.start_detached(member.run_command(), member.log)

    def launch(self, member):
        """Starts the process; it may not serve yet."""
        if member.is_running():
            return
        member.pid = self.spawn(member)
        member.start = owned.started(member.pid)
        self.save()

    def await_answer(self, member, seconds=START_SECONDS):
        """Waits until the node answers its status call, and learns its number where that is not known yet."""

        def heard():
            status = cluster_wire.node_status(member.host, member.port)
            if status is None:
                return False
            member.number = status.number
            return True

        try:
            owned.wait_for(heard, seconds, f"waiting for {member.name} at {member.address}", member.is_running)
        except Failure as failure:
            raise Failure(f"{failure}\n{tail(member.log)}") from None
        self.save()

    def stop(self, member, seconds=STOP_SECONDS, asked=False):
        """SIGTERM, unless it was `asked` already (a second one would have it hurry): the node hands its leaderships over and
        drains. Killed where it does not end. Gives how it ended; one that had ended before was drained for all we know."""
        if not member.is_running() and not asked:
            return DRAINED
        number = 0 if asked else signal.SIGTERM
        if member.is_running() and not owned.end(member.pid, member.start, number, seconds):
            owned.end(member.pid, member.start, signal.SIGKILL, seconds)
            return self.ended_so(member, KILLED)
        return self.ended_so(member, how_ended(member.log))

    def ended_so(self, member, how):
        if how == CRASHED:
            self.progress(f"node {member.number} crashed when it was asked to stop\n{tail(member.log)}")
        elif how != DRAINED:
            self.progress(f"node {member.number} was {how}: callers that waited were told that the outcome is unknown, or nothing")
        return how

    def kill(self, member):
        if member.is_running():
            owned.end(member.pid, member.start, signal.SIGKILL, STOP_SECONDS)

    def signal(self, member, number):
        if not owned.send(member.pid, member.start, number):
            raise Failure(f"node {member.number} does not run")

    # What the nodes say.

    def statuses(self, members=None):
        found = (cluster_wire.node_status(one.host, one.port) for one in (members or self.running()))
        return [status for status in found if status is not None]

    def tool(self, *arguments, through=None, seconds=CALL_SECONDS):
        """Runs `holdfast ...` through a running member."""
        member = through or self.any_running()
        command = [program("holdfast"), *arguments, "--address", member.address, "--timeout", f"{seconds}s"]
        return run(command, seconds + 10)

    def findings(self):
        """What `holdfast cluster check` and the nodes' own health find wrong now; empty where all is well."""
        found = [f"node {member.number} is not running" for member in self.members if not member.is_running()]
        found += [f"node {member.number} does not serve" for member in self.running() if not member.serves()]
        if not found:
            try:
                self.tool("cluster", "check")
            except Failure as failure:
                found.append(str(failure))
        return found

    def await_health(self, seconds):
        """Waits until nothing is found wrong; what was found last is the reason where it does not come to that."""
        deadline = time.monotonic() + seconds
        while found := self.findings():
            if time.monotonic() > deadline:
                raise Failure(f"the cluster is not healthy after {seconds:g} s: " + "; ".join(found))
            time.sleep(0.2)
