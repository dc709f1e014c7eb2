"""Faults at single system calls, by strace: the n-th write that kills, the fsync that fails or takes its time."""

import os
import pathlib

from .processes import Failure, end, wait_until

SYNCS = "fsync,fdatasync"
WRITES = "pwrite64,pwritev,pwritev2,write,writev"
# How the log comes to be durable: its files are open with O_DSYNC, so each write is a sync as well.
DURABLE = "pwrite64,pwritev,pwritev2,fsync,fdatasync"
NAMES = "rename,renameat,renameat2,unlink,unlinkat"
SIZES = "fallocate,ftruncate"


def killing_prefix(calls, nth, log):
    """Starts a program so that the first of its threads that comes to its n-th call of these dies with all others before
    it is carried out. The traced program keeps the process id (-D)."""
    return ["strace", "-D", "-f", "-qq", "-o", log, "-e", f"trace={calls}", "-e", f"inject={calls}:signal=SIGKILL:when={nth}"]


def threads(pid, name):
    """The threads of a process whose name begins so: the log's writers are log-0, log-1 and so on."""
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        thread = (task / "comm").read_text().strip()
        if thread.startswith(name) and thread[len(name) :].isdigit():
            found.append(int(task.name))
    if not found:
        raise Failure(f"process {pid} has no thread {name}0")
    return sorted(found)


def moment(line):
    """When a traced call began, in seconds since 1970."""
    return float(line.split()[0])


class Injection:
    """A fault in a running process, from now until `stop`. Only the log's writers are traced: tracing slows what it traces."""

    def __init__(self, workshop, pid, calls, fault, name="log-"):
        self.log = workshop.path(f"injection-{pid}-{os.urandom(3).hex()}.strace")
        arguments = ["strace", "-ttt", "-o", self.log, "-e", f"trace={calls}", "-e", f"inject={calls}:{fault}"]
        for thread in threads(pid, name):
            arguments += ["-p", thread]
        self.process = workshop.start(arguments, f"{self.log.name}.err")
        wait_until(lambda: "attached" in self.process.log.read_text(), 10, "waiting for strace", self.process)

    def calls(self):
        """The lines of the calls traced so far."""
        return self.log.read_text().splitlines() if self.log.exists() else []

    def stop(self):
        end(self.process)
