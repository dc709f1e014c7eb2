"""Hosts of their own on this machine: a network namespace each, joined by a bridge, with partitions by nftables.

The script itself runs in a namespace of its own (see `enter_world`), which holds the bridge; so nothing of this can be seen
from the machine's network, ports are free, and all of it is gone when the last process is. The addresses are 10.77.0.N for
host N and 10.77.0.254 for the script.
"""

import os
import pathlib
import subprocess
import sys

from .processes import Failure, run, wait_until

SUBNET = "10.77.0"
HERE = f"{SUBNET}.254"
IN_WORLD = "HOLDFAST_TORTURE_WORLD"
MTU = 1500
ESTABLISHED = "01"  # in /proc/net/tcp
CUTS = """
flush table bridge holdfast
table bridge holdfast {
  chain forward {
    type filter hook forward priority 0; policy accept;
%s
  }
}
"""


def enter_world(module, arguments):
    """Runs this program again, in namespaces of its own for the network and for mounts, unless it is there already."""
    if os.environ.get(IN_WORLD):
        run(["ip", "link", "set", "lo", "up"], 10)
        return
    command = ["unshare", "--net", "--mount", "--propagation", "private"]
    if os.geteuid() != 0:
        command += ["--user", "--map-root-user"]
    command += [sys.executable, "-m", module, *arguments]
    os.execvpe(command[0], command, os.environ | {IN_WORLD: "1"})


def address(number):
    return f"{SUBNET}.{number}"


class Hosts:
    """Namespaces by number, from 1. `prefix(number)` runs a command on one of them."""

    def __init__(self, workshop, count):
        if not os.environ.get(IN_WORLD):
            raise Failure("hosts are made in a world of their own")
        self.workshop = workshop
        self.count = count
        self.keepers = {}
        self.cuts = set()
        self.join()

    def join(self):
        """The wires: a pair of ends for each host, one of them at the bridge."""
        run(["ip", "link", "add", "bridge", "type", "bridge"], 10)
        run(["ip", "addr", "add", f"{HERE}/24", "dev", "bridge"], 10)
        run(["ip", "link", "set", "bridge", "up"], 10)
        for number in range(1, self.count + 1):
            keeper = self.keep(number)
            run(["ip", "link", "add", f"h{number}", "type", "veth", "peer", "name", "eth0", "netns", keeper], 10)
            run(["ip", "link", "set", f"h{number}", "master", "bridge", "up"], 10)
            self.configure(number)
        nft("add table bridge holdfast")

    def keep(self, number):
        """A process that does nothing but hold the namespace of a host; gives its id."""
        process = self.workshop.start(["unshare", "--net", "sleep", "infinity"], "hosts.log")
        own = os.readlink("/proc/self/ns/net")
        namespace = f"/proc/{process.pid}/ns/net"
        wait_until(lambda: os.readlink(namespace) != own, 10, f"waiting for host {number}", process)
        self.keepers[number] = process.pid
        return process.pid

    def configure(self, number):
        prefix = self.prefix(number)
        run([*prefix, "ip", "link", "set", "lo", "up"], 10)
        run([*prefix, "ip", "addr", "add", f"{address(number)}/24", "dev", "eth0"], 10)
        run([*prefix, "ip", "link", "set", "eth0", "mtu", MTU, "up"], 10)

    def prefix(self, number):
        return ["nsenter", f"--net=/proc/{self.keepers[number]}/ns/net", "--"]

    def connections(self, number, port):
        """Connections of a host to that port of others, by the kernel's word: `[(host, port here)]`, established ones."""
        found = []
        for line in pathlib.Path(f"/proc/{self.keepers[number]}/net/tcp").read_text().splitlines()[1:]:
            _, here, there, state, *_ = line.split()
            address, there_port = there.split(":")
            if state == ESTABLISHED and int(there_port, 16) == port:
                # The address is a number in the machine's order of bytes: the host is its last byte on the wire.
                found.append((int(address, 16).to_bytes(4, sys.byteorder)[-1], int(here.split(":")[1], 16)))
        return found

    # Partitions. Frames are dropped, as by a broken switch: no connection is told anything.

    def cut(self, pairs):
        """Drops what goes from the first to the second host of each pair; the other way stays as it is."""
        self.cuts |= set(pairs)
        self.apply()

    def heal(self, pairs=None):
        self.cuts -= set(self.cuts if pairs is None else pairs)
        self.apply()

    def apply(self):
        rules = [f'    iifname "h{one}" oifname "h{other}" drop' for one, other in sorted(self.cuts)]
        nft(CUTS % "\n".join(rules))


def nft(text):
    """One transaction: all of it, or nothing."""
    done = subprocess.run(["nft", "-f", "-"], input=text, text=True, capture_output=True, timeout=10)
    if done.returncode != 0:
        raise Failure(f"nft: {done.stderr.strip()}")


# Shapes of partitions, as pairs of (from, to).


def apart(side, other):
    """Nothing between two sides, both ways."""
    return [(one, two) for one in side for two in other] + [(two, one) for one in side for two in other]


def one_way(side, other):
    """`side` is not heard by `other`, but hears it."""
    return [(one, two) for one in side for two in other]


def bridge(numbers):
    """Two sides that only the middle host can reach: it hears both, they do not hear each other."""
    middle = len(numbers) // 2
    return apart(numbers[:middle], numbers[middle + 1 :])


def ring(numbers):
    """Each of at least five hosts reaches only its two neighbours: everyone sees a majority, no two the same one."""
    count = len(numbers)
    return [
        (numbers[one], numbers[two])
        for one in range(count)
        for two in range(count)
        if (two - one) % count not in (0, 1, count - 1)
    ]
