"""What this machine can do, found out by trying it: a row that needs more is skipped, with the reason."""

import os
import pathlib
import shutil
import subprocess
import tempfile

FAKETIME = pathlib.Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


def attempt(*command):
    """Why a command fails here; None where it works."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else (done.stderr.strip() or f"{command[0]} failed").splitlines()[-1]


def program(name):
    if shutil.which(name):
        return None
    return f"no {name}; Scripts/setup --torture installs it"


def world():
    """Namespaces for the network and for mounts."""
    users = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    reason = program("ip") or program("nft")
    command = "ip link set lo up && ip link add bridge0 type bridge && nft add table bridge t"
    return reason or attempt("unshare", "--net", "--mount", *users, "sh", "-c", command)


def tap():
    users = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return world() or attempt("unshare", "--net", *users, "ip", "tuntap", "add", "t0", "mode", "tap")


def tracing():
    reason = program("strace")
    return reason or attempt("strace", "-qq", "-o", "/dev/null", "-e", "inject=fsync:delay_enter=1", "true")


def loop():
    """A file system of our own in a file, which can be shut down as by a power cut."""
    for name in ("mkfs.xfs", "xfs_io", "losetup"):
        if reason := program(name):
            return reason
    if os.geteuid() != 0:
        return "loop devices need root"
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        # xfs is not made smaller than this.
        commands = "truncate -s 320M i && mkfs.xfs -q i && mkdir m && mount -o loop i m && xfs_io -x -c shutdown m"
        return attempt("unshare", "--mount", "sh", "-c", f"cd {folder} && {commands} && umount m")


def faketime():
    return None if FAKETIME.exists() else "no libfaketime; Scripts/setup --torture installs it"


NEEDS = {"world": world, "tap": tap, "strace": tracing, "loop": loop, "faketime": faketime}


def missing(needs):
    """The first thing that is missing, as a sentence; None where all is there."""
    for need in needs:
        if reason := NEEDS[need]():
            return f"{need}: {reason}"
    return None
