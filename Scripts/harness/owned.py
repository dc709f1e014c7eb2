"""Processes that outlive the script that started them, known by their id and by the moment they were started.

An id alone is not enough: ids are used again. So nothing is ever signalled before the moment was compared, and the signal
goes through a descriptor that names this one process for good (pidfd_open).
"""

import contextlib
import os
import select
import signal
import subprocess
import time

from .processes import Failure, require, stat_fields

# In /proc/PID/stat after the name: the state first, how many threads there are eighteenth, the start (ticks since the machine
# started) twentieth.
STATE_FIELD, THREADS_FIELD, START_FIELD = 0, 17, 19
PAUSE_SECONDS = 0.02


def start_detached(arguments, log, environment=None):
    """Starts a process in a session of its own, its output appended to the file `log`; gives its process id."""
    text = [str(argument) for argument in arguments]
    require(text[0])
    with open(log, "ab") as output:
        process = subprocess.Popen(
            text,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=environment,
        )
    return process.pid


def started(pid):
    """When a process was started, in ticks since the machine was; None where there is none, or a dead one."""
    with contextlib.suppress(OSError, IndexError):
        fields = stat_fields(pid)
        # The first thread of a process may be dead, and others still hold its files.
        if fields[STATE_FIELD] not in ("Z", "X") or int(fields[THREADS_FIELD]) > 1:
            return int(fields[START_FIELD])
    return None


def is_ours(pid, start):
    return pid is not None and start is not None and started(pid) == start


@contextlib.contextmanager
def held(pid, start):
    """A descriptor of the process, or None where it is gone. From here on the id cannot name another one."""
    descriptor = None
    with contextlib.suppress(ProcessLookupError):
        descriptor = os.pidfd_open(pid)
    try:
        yield descriptor if descriptor is not None and is_ours(pid, start) else None
    finally:
        if descriptor is not None:
            os.close(descriptor)


def send(pid, start, number):
    """Sends a signal; false where the process is gone already."""
    with held(pid, start) as descriptor:
        if descriptor is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(descriptor, number)
        return True


def end(pid, start, number, patience_seconds):
    """Sends a signal, or with 0 none, and waits until the process is gone; false where it did not go within the time."""
    with held(pid, start) as descriptor:
        if descriptor is None:
            return True
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(descriptor, number)
        gone, _, _ = select.select([descriptor], [], [], patience_seconds)
    # Where the process is a child of this script, this is also what takes it off the table.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return bool(gone)


def wait_for(condition, timeout_seconds, what, alive=lambda: True):
    """Waits until `condition()` is true, for as long as `alive()` is."""
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        if not alive():
            raise Failure(f"{what}: a process ended")
        if time.monotonic() > deadline:
            raise Failure(f"{what}: not within {timeout_seconds:g} s")
        time.sleep(PAUSE_SECONDS)
