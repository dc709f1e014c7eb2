"""A switch in user space between hosts: TAP devices, and for each way between two hosts its delay, jitter, loss, duplicates,
reordering and corruption. For kernels without netem.

A process of its own: `python3 -m harness.switch --control SOCKET --host NUMBER:PID ...`. It makes a TAP device for each host
and moves it into the namespace of the process named, and one for the script's own namespace. Rules come as lines of JSON
over the control socket; each is answered with a line of what was counted so far.

Corruption flips a bit in the payload of a TCP segment and corrects TCP's checksum (RFC 1624), so that it reaches the
program: what the network's own checksums catch is only loss.
"""

import argparse
import fcntl
import heapq
import json
import os
import random
import select
import socket
import struct
import time

from .hosts import HERE, MTU
from .processes import run

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
SELF = 254
QUEUE_MAX = 20_000
QUIET = {"delay_ms": 0, "jitter_ms": 0, "loss": 0, "duplicate": 0, "reorder": 0, "corrupt": 0, "cut": 0}


def hardware_address(number):
    return bytes([2, 0, 0, 0, 0, number])


def make_tap(number, keeper):
    """The device of a host: its end of the wire is in its namespace, ours is the descriptor."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    name = f"t{number}"
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    text = ":".join(f"{byte:02x}" for byte in hardware_address(number))
    run(["ip", "link", "set", name, "address", text, "mtu", MTU], 10)
    if keeper is not None:
        run(["ip", "link", "set", name, "netns", keeper, "name", "eth0"], 10)
    else:
        run(["ip", "addr", "add", f"{HERE}/24", "dev", name], 10)
        run(["ip", "link", "set", name, "up"], 10)
    return descriptor


class Switch:
    """Frames in, frames out: when, how often, and in which state."""

    def __init__(self, taps, seed):
        self.taps = taps
        self.chance = random.Random(seed)
        self.rules = {}
        self.later = []
        self.order = 0
        self.counts = {"forwarded": 0, "lost": 0, "duplicated": 0, "corrupted": 0, "overflowed": 0}

    def take(self, source, frame, now):
        number = frame[5]
        if frame[0] & 1:  # to all
            for other in self.taps:
                if other != source:
                    self.forward(source, other, frame, now)
        elif number in self.taps:
            self.forward(source, number, frame, now)

    def forward(self, source, target, frame, now):
        rule = self.rules.get((source, target))
        if rule is None:
            return self.put(target, frame)
        chance = self.chance.random
        if rule["cut"] or chance() < rule["loss"]:
            self.counts["lost"] += 1
            return None
        if rule["corrupt"] and chance() < rule["corrupt"]:
            frame = self.corrupt(frame)
        copies = 1
        if chance() < rule["duplicate"]:
            copies = 2
            self.counts["duplicated"] += 1
        for _ in range(copies):
            wait = rule["delay_ms"] + chance() * 2 * rule["jitter_ms"] - rule["jitter_ms"]
            # A frame that overtakes: it does not wait.
            if wait <= 0 or chance() < rule["reorder"]:
                self.put(target, frame)
            elif len(self.later) < QUEUE_MAX:
                self.order += 1
                heapq.heappush(self.later, (now + wait / 1000, self.order, target, frame))
            else:
                self.counts["overflowed"] += 1

    def corrupt(self, frame):
        """Flips a bit of a TCP payload under a checksum that fits; other frames stay as they are."""
        if frame[12:14] != b"\x08\x00" or frame[23] != socket.IPPROTO_TCP:
            return frame
        tcp = 14 + (frame[14] & 15) * 4
        payload = tcp + (frame[tcp + 12] >> 4) * 4
        end = 14 + int.from_bytes(frame[16:18], "big")
        if end - payload < 2:
            return frame
        # A whole 16-bit word of the checksum's sum, counted from the start of the TCP header.
        at = self.chance.randrange(payload - tcp, end - tcp - 1) // 2 * 2 + tcp
        changed = bytearray(frame)
        before = int.from_bytes(changed[at : at + 2], "big")
        after = before ^ 1 << self.chance.randrange(16)
        changed[at : at + 2] = after.to_bytes(2, "big")
        checksum = int.from_bytes(changed[tcp + 16 : tcp + 18], "big")
        total = (~checksum & 0xFFFF) + (~before & 0xFFFF) + after
        total = (total & 0xFFFF) + (total >> 16)
        total = (total & 0xFFFF) + (total >> 16)
        changed[tcp + 16 : tcp + 18] = (~total & 0xFFFF).to_bytes(2, "big")
        self.counts["corrupted"] += 1
        return bytes(changed)

    def put(self, target, frame):
        try:
            os.write(self.taps[target], frame)
            self.counts["forwarded"] += 1
        except BlockingIOError:
            self.counts["overflowed"] += 1
        except OSError:
            self.counts["lost"] += 1  # the host's end is down

    def release(self, now):
        """Sends what is due; gives how long the next one still waits, in milliseconds."""
        while self.later and self.later[0][0] <= now:
            _, _, target, frame = heapq.heappop(self.later)
            self.put(target, frame)
        return max(0, int((self.later[0][0] - now) * 1000)) if self.later else 1000

    def command(self, line):
        """`{"pairs": [[1, 2]], "rule": {"loss": 0.1}}`: the rule of these ways from now on; null: as a wire."""
        told = json.loads(line)
        for source, target in told["pairs"]:
            if told["rule"] is None:
                self.rules.pop((source, target), None)
            else:
                self.rules[source, target] = QUIET | told["rule"]
        return json.dumps(self.counts)


def serve(switch, listener):
    poll = select.epoll()
    sources = {descriptor: number for number, descriptor in switch.taps.items()}
    for descriptor in sources:
        poll.register(descriptor, select.EPOLLIN)
    poll.register(listener, select.EPOLLIN)
    while True:
        wait = switch.release(time.monotonic())
        for descriptor, _ in poll.poll(wait / 1000):
            if descriptor == listener.fileno():
                answer(switch, listener)
                continue
            now = time.monotonic()
            # A bounded share of each host's frames at a time, so that none keeps the others waiting.
            for _ in range(64):
                try:
                    frame = os.read(descriptor, 65536)
                except BlockingIOError:
                    break
                except OSError:
                    break
                switch.take(sources[descriptor], frame, now)


def answer(switch, listener):
    connection, _ = listener.accept()
    with connection, connection.makefile("rw") as stream:
        connection.settimeout(1)
        stream.write(switch.command(stream.readline()) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--control", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--host", action="append", default=[], metavar="NUMBER:PID")
    options = parser.parse_args()
    taps = {SELF: make_tap(SELF, None)}
    for host in options.host:
        number, keeper = host.split(":")
        taps[int(number)] = make_tap(int(number), int(keeper))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(options.control)
    listener.listen()
    serve(Switch(taps, options.seed), listener)


if __name__ == "__main__":
    main()
