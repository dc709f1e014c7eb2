"""Starts processes, measures them, and makes sure that none outlives the script."""

import contextlib
import ctypes
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
PR_SET_PDEATHSIG = 1
# Below the range from which the system draws the ports of outgoing connections: a port that is kept for a process that
# is about to start, or is down for now, must not be taken by somebody's connection meanwhile.
PORT_FIRST, PORT_LAST = 20_000, 31_999


class Failure(Exception):
    """Something the caller must be told about in one plain sentence."""


def die_with_parent():
    """Runs in the child: even if this script is killed outright, the child goes with it."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def interrupt(number, _frame):
    raise SystemExit(128 + number)


def require(program):
    if shutil.which(program) is None:
        raise Failure(f"no {program} here; Scripts/setup --testing (or --compare) installs what the scripts need")


class Workshop:
    """A temporary folder and the processes started in it. On leaving, the processes end, then the folder goes.

    The folder is on a real disk: where it lies on a tmpfs, fsync would cost nothing and every figure would lie.
    """

    def __init__(self, name, keep=None):
        self.keep = keep is not None
        if keep is not None:
            self.folder = pathlib.Path(keep).resolve()
            self.folder.mkdir(parents=True, exist_ok=True)
        else:
            base = os.environ.get("TMPDIR", "/var/tmp")
            self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"holdfast-{name}.", dir=base))
        self.processes = []

    def __enter__(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, interrupt)
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            end(process)
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return self.folder / name

    def start(self, arguments, log, **options):
        """Starts a process whose output goes to the file `log` of this workshop."""
        text = [str(argument) for argument in arguments]
        require(text[0])
        with open(self.path(log), "ab") as output:
            process = subprocess.Popen(
                text,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
                **options,
            )
        process.log = self.path(log)
        self.processes.append(process)
        return process


class Beside:
    """Runs its `watch` in a thread while a block runs. `leaving` is set when the block is over."""

    def __init__(self):
        self.leaving = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.leaving.set()
        self.thread.join()


def end(process, patience_seconds=10):
    """Asks a process to end, and makes it end. Only ever by its own id."""
    if process.poll() is not None:
        return process.returncode
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(patience_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def kill(process):
    """SIGKILL, as a power cut for the process would be."""
    process.kill()
    return process.wait()


def run(arguments, timeout_seconds, **options):
    """Runs a command to its end and returns its standard output; a failure carries the end of what it said."""
    text = [str(argument) for argument in arguments]
    require(text[0])
    process = subprocess.Popen(
        text,
        stdin=options.pop("stdin", subprocess.DEVNULL),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=die_with_parent,
        **options,
    )
    try:
        output, errors = process.communicate(timeout=timeout_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise Failure(f"{text[0]} did not end within {timeout_seconds} s") from None
    except BaseException:
        end(process)
        raise
    if process.returncode != 0:
        said = "\n  ".join((errors.strip() or output.strip()).splitlines()[-12:])
        raise Failure(f"{' '.join(text)} ended with {process.returncode}:\n  {said}")
    return output


def measured(arguments, timeout_seconds, **options):
    """Like `run`, and also the processor seconds and the wall seconds it took."""
    before = os.times()
    started = time.monotonic()
    output = run(arguments, timeout_seconds, **options)
    wall = time.monotonic() - started
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return output, processor, wall


def free_ports(count):
    """Ports that nobody listens on now, each another."""
    found = []
    with contextlib.ExitStack() as stack:
        for port in random.sample(range(PORT_FIRST, PORT_LAST + 1), 500):
            probe = stack.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                found.append(port)
            if len(found) == count:
                return found
    raise Failure(f"no {count} free ports between {PORT_FIRST} and {PORT_LAST}")


def wait_until(condition, timeout_seconds, what, process=None, pause_seconds=0.005):
    """Waits until `condition()` is true; says what was waited for, and how the process ended if it did."""
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        if process is not None and process.poll() is not None:
            raise Failure(f"{what}: the process ended with {process.returncode}\n{tail(process.log)}")
        if time.monotonic() > deadline:
            said = f"\n{tail(process.log)}" if process is not None else ""
            raise Failure(f"{what}: not within {timeout_seconds} s{said}")
        time.sleep(pause_seconds)


def answers(port, host="127.0.0.1"):
    """Whether somebody accepts connections on a port, of loopback where no host is named."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


def tail(path, lines=15):
    with contextlib.suppress(OSError):
        text = pathlib.Path(path).read_text(errors="replace").splitlines()[-lines:]
        return "\n".join("  | " + line for line in text)
    return ""


def stat_fields(pid):
    """The fields of /proc/PID/stat from the third on; the second holds the name, which may hold anything."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def processor_seconds(pid):
    """Processor time of a process, of its living children, and of those it has waited for."""
    with contextlib.suppress(OSError):
        ticks = sum(int(field) for field in stat_fields(pid)[11:15])
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return ticks / CLOCK_TICKS + sum(processor_seconds(int(child)) for child in children)
    return 0.0


def memory(pid):
    """Resident memory in bytes: all of it, and the part that is the process's own (not mapped files)."""
    sizes = {}
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in ("VmRSS", "RssAnon"):
            sizes[name] = int(value.split()[0]) * 1024
    return sizes["VmRSS"], sizes["RssAnon"]


def system_type(path):
    """The type of the file system that holds a path."""
    return run(["stat", "--file-system", "--format=%T", path], 10).strip()
