"""Faults at single system calls, by strace: the n-th write that kills, the fsync that fails or takes its time."""

import dataclasses
import os
import pathlib
import re

from .processes import Failure, end, wait_until

SYNCS = "fsync,fdatasync"
WRITES = "pwrite64,pwritev,pwritev2,write,writev"
# How the log comes to be durable: its files are open with O_DSYNC, so each write is a sync as well.
DURABLE = "pwrite64,pwritev,pwritev2,fsync,fdatasync"
NAMES = "rename,renameat,renameat2,unlink,unlinkat"
SIZES = "fallocate,ftruncate"

# Threads of a node by what they make durable. The Store's thread writes small batches of the log by itself.
LOG_WRITERS, STORES = r"log-\d+", r"store-\d+"
FLUSHES, COMPACTIONS = "rocksdb:high", "rocksdb:low"
FILE_MAKER = "log-files"
EVERY_THREAD = ".*"


def killing_prefix(calls, nth, log):
    """Starts a program so that the first of its threads that comes to its n-th call of these dies with all others before
    it is carried out. The traced program keeps the process id (-D)."""
    return ["strace", "-D", "-f", "-qq", "-o", log, "-e", f"trace={calls}", "-e", f"inject={calls}:signal=SIGKILL:when={nth}"]


def threads(pid):
    """`{id: name}` of the threads of a process."""
    return {int(task.name): (task / "comm").read_text().strip() for task in pathlib.Path(f"/proc/{pid}/task").iterdir()}


@dataclasses.dataclass
class Traced:
    """A line of a trace: a call or a part of one, or the end of a thread."""

    moment: float  # when it began, in seconds since 1970
    thread: str
    text: str

    @property
    def is_injected(self):
        """Whether it had the fault. Of a call that is delayed this is only said when it returns."""
        return "(INJECTED)" in self.text or "(DELAYED)" in self.text

    @property
    def is_end(self):
        """Whether the thread ended."""
        return self.text.startswith("+++ exited")

    @property
    def call(self):
        """Its name; empty where this is no beginning of a call."""
        found = re.match(r"(\w+)\(", self.text)
        return found[1] if found else ""

    @property
    def path(self):
        """Of the file of its first argument; empty where there is none."""
        found = re.match(r"\w+\(\d+<([^>]*)>", self.text)
        return found[1] if found else ""

    def is_on(self, path):
        """Whether it is a call on a file whose path has this in it."""
        return bool(self.call) and path in self.text


class Trace:
    """What some threads of a process do, and the fault that is injected into it, from now until `stop`."""

    def __init__(self, workshop, pid, names, calls, *options):
        self.names = names
        self.log = workshop.path(f"injection-{pid}-{os.urandom(3).hex()}.strace")
        arguments = ["strace", "-ttt", "-y", "-o", self.log, "-e", f"trace={calls}", *options]
        for thread in names:
            arguments += ["-p", thread]
        self.process = workshop.start(arguments, f"{self.log.name}.err")
        wait_until(self.is_attached, 10, "waiting for strace", self.process)

    def is_attached(self):
        return self.process.log.read_text().count("attached") >= len(self.names)

    def lines(self):
        text = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return [line for line in map(self.read, text) if line is not None]

    def read(self, line):
        """`[TID] TIME TEXT`: of a single thread strace does not write which one it is. None where it is not there yet."""
        found = re.match(r"(?:(\d+) +)?(\d+\.\d{6}) (.+)", line)
        if found is None:
            return None
        thread = int(found[1]) if found[1] else next(iter(self.names))
        return Traced(float(found[2]), self.names.get(thread, str(thread)), found[3])

    def stop(self):
        end(self.process)


class Injection:
    """A fault in the calls `of` (those traced, unless it is said) of those threads of a process whose names match `into`.
    With `watch` the other threads are traced as well."""

    def __init__(self, workshop, pid, calls, fault, into=EVERY_THREAD, of=None, watch=False):
        every = threads(pid)
        chosen = {thread: name for thread, name in every.items() if re.fullmatch(into, name)}
        if not chosen:
            raise Failure(f"process {pid} has no thread {into}")
        others = {thread: name for thread, name in every.items() if thread not in chosen}
        # The others first: from the moment of the fault on all must be seen.
        self.traces = [Trace(workshop, pid, others, calls)] if watch and others else []
        self.traces.append(Trace(workshop, pid, chosen, calls, "-e", f"inject={of or calls}:{fault}"))

    def lines(self):
        """What was traced so far, in order."""
        return sorted((line for trace in self.traces for line in trace.lines()), key=lambda line: line.moment)

    def injected(self):
        """The calls that had the fault."""
        return [line for line in self.lines() if line.is_injected]

    def stop(self):
        for trace in self.traces:
            trace.stop()
