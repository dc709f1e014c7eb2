"""Hostile clients at the port while honest ones go on: no crash, memory flat, everyone honest served.

How long honest calls may take is judged against a second node beside the attacked one, which nobody attacks: attackers,
nodes and whatever else runs share the machine's processors, and a call that waits for a processor tells nothing of the
node. The limit is twice the second node's p99 in the same window, or twice the attacked node's before the attacks,
whichever is larger, and never below FLOOR_MS (or STRICT_FLOOR_MS), under which a percentile of a short window is chance.

Memory is judged beside the second node too: a young node that serves honest clients fills its buffers, the database's
memtables and its tables of holds, attacked or not. What the attacked node holds beyond that is the attackers' doing.
"""

import contextlib
import json
import sys
import threading
import time

from . import figures, honest, wire
from .attacks import ATTACKS
from .http2 import Connection
from .node import Node
from .processes import ROOT, Failure, end, memory, tail, wait_until

SKU, LOCATION = "HONEST-1", "BAD1"
MEGABYTE = 1 << 20
QUIET_SECONDS = 4
CROWD = 200
CUT_SECONDS = 30
# What a slow connection may take to be cut, with some slack, and so what it takes to judge that.
SLOW_SECONDS = CUT_SECONDS + 6
FLOOR_MS, STRICT_FLOOR_MS = 250, 5
GROWTH_MAX = 64 * MEGABYTE
GROWTH_LEFT_MAX = 16 * MEGABYTE


class MemoryWatch(threading.Thread):
    """Samples the memory of a process several times a second."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.samples = []
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(0.2):
            with contextlib.suppress(OSError, KeyError):
                self.samples.append((time.monotonic(), *memory(self.pid)))

    def peak(self, since, until):
        """The largest private memory between two moments, in bytes."""
        return max((private for moment, _, private in self.samples if since <= moment <= until), default=0)


class BadBytes:
    """One node, one honest client, and one attack after the other; the slow ones all along."""

    def __init__(self, workshop, seconds, seed, strict, untimed, names):
        self.workshop = workshop
        self.seconds = seconds
        self.seed = seed
        self.strict = strict
        self.untimed = untimed
        self.names = names
        self.node = Node(workshop, "attacked")
        self.control = Node(workshop, "control")
        self.record = workshop.path("honest.record")
        self.control_record = workshop.path("control.record")
        self.rows = []
        self.passed = 0
        self.failures = []

    def verdict(self, good, otherwise):
        if good:
            self.passed += 1
        else:
            self.failures.append(otherwise)

    def run(self, progress):
        for node in (self.node, self.control):
            node.start()
            self.prepare(node)
        watch = MemoryWatch(self.node.process.pid)
        watch.start()
        self.watch_beside = MemoryWatch(self.control.process.pid)
        self.watch_beside.start()
        client = self.start_module(self.node, "harness.honest", "honest.log", "--record", self.record)
        beside = self.start_module(self.control, "harness.honest", "control.log", "--record", self.control_record)
        time.sleep(QUIET_SECONDS)
        quiet_until = time.monotonic()
        self.before = self.honest_p99(self.record, 0, quiet_until)
        self.memory_before = watch.peak(0, quiet_until)
        self.beside_before = self.watch_beside.peak(0, quiet_until)
        self.attack_all(watch, progress)
        time.sleep(2)
        self.check_end(watch, client)
        end(beside)
        self.control.stop()
        return self.report()

    def prepare(self, node):
        with Connection(node.port) as connection:
            for path, message in (
                (wire.PUT_LOCATION, wire.put_location(LOCATION)),
                (wire.PUT_SKUS, wire.put_skus([SKU])),
                (wire.RECEIVE, wire.receive(SKU, LOCATION, 10**9)),
            ):
                if not connection.call(path, message):
                    raise Failure(f"the node refused {path}")
        # What many good connections leave behind in the allocator is not the attackers' doing.
        crowd = [Connection(node.port) for _ in range(CROWD)]
        for connection in crowd:
            connection.call_all(wire.GET_STOCK, [wire.get_stock(SKU)] * 20)
        for connection in crowd:
            connection.close()

    def start_module(self, node, module, log, *arguments):
        command = [sys.executable, "-m", module, "--port", node.port, "--sku", SKU, *arguments]
        return self.workshop.start(command, log, cwd=ROOT / "Scripts")

    def start_attack(self, name, seconds):
        arguments = [name, "--seconds", f"{seconds:.2f}", "--seed", self.seed]
        return self.start_module(self.node, "harness.attacks", f"attack-{name}.log", *arguments)

    def attack_all(self, watch, progress):
        slow = [name for name in self.names if ATTACKS[name][1] == "cuts"]
        others = [name for name in self.names if name not in slow]
        begun = time.monotonic()
        slow_seconds = SLOW_SECONDS if self.seconds >= SLOW_SECONDS else self.seconds
        waiting = {name: self.start_attack(name, slow_seconds) for name in slow}
        share = max(0.5, self.seconds / max(1, len(others)))
        for name in others:
            since = time.monotonic()
            found = self.result(name, self.start_attack(name, share), share)
            self.judge(name, found, since, watch, progress)
        for name, process in waiting.items():
            self.judge(name, self.result(name, process, slow_seconds), begun, watch, progress)

    def result(self, name, process, seconds):
        with contextlib.suppress(Exception):
            process.wait(seconds + 30)
        end(process)
        text = process.log.read_text().strip().splitlines()
        if process.returncode != 0 or not text:
            raise Failure(f"the attack {name} itself failed\n{tail(process.log)}")
        return json.loads(text[-1])

    def judge(self, name, found, since, watch, progress):
        until = time.monotonic()
        owed = ATTACKS[name][1]
        p99 = self.honest_p99(self.record, since, until)
        beside = self.honest_p99(self.control_record, since, until)
        growth = self.growth(watch, since, until)
        kept, word = True, ""
        if self.node.process.poll() is not None:
            raise Failure(f"{name}: the node ended with {self.node.process.returncode}\n{tail(self.node.log)}")
        if owed == "closes":
            kept, word = found["closed"] > 0, "it never closed such a connection"
        elif owed == "answers":
            kept, word = found["silent"] == 0, f"{found['silent']} odd calls got no answer"
        elif owed == "cuts" and self.seconds >= SLOW_SECONDS:
            kept = found["cut"] == found["connections"] and (self.untimed or found["cut_after_max"] <= CUT_SECONDS + 3)
            word = f"{found['cut']} of {found['connections']} were cut, after up to {found['cut_after_max']} s"
        # Slow clients cost nothing and run beside all others, so their window tells of the others.
        slow = self.slowness(p99, beside) if owed != "cuts" else ""
        if slow and not self.untimed:
            kept, word = False, f"{word} {slow}"
        self.verdict(kept, f"{name}: {word}")
        codes = " ".join(f"{code}:{count}" for code, count in sorted(found["codes"].items()))
        row = [name, found["connections"], found["frames"], found["closed"], codes, f"{p99:.1f}", f"{beside:.1f}"]
        verdict = ("ok, but slow" if slow else "ok") if kept else "FAILED"
        self.rows.append([*row, f"{growth / MEGABYTE:+.1f}", verdict])
        progress(f"{name}: {found['connections']} connections, {found['frames']} frames, honest p99 {p99:.1f} ms")

    def slowness(self, p99, beside):
        """What is to be said of the honest calls beside an attack; nothing where they were as fast as they should be."""
        limit = max(2 * self.before, 2 * beside, STRICT_FLOOR_MS if self.strict else FLOOR_MS)
        return f"honest p99 {p99:.1f} ms, more than {limit:.1f} ms" if p99 > limit else ""

    def growth(self, watch, since, until):
        """What the attacked node has more than before the attacks, beyond what the other one has more."""
        beside = self.watch_beside.peak(since, until) - self.beside_before
        return watch.peak(since, until) - self.memory_before - beside

    def honest_p99(self, record, since, until):
        """The percentile of the calls meant for this time; one that still waits counts with what it has waited."""
        calls = honest.read_record(record)
        taken = [milliseconds for moment, milliseconds, _ in calls if since <= moment <= until]
        silent_ms = (until - calls[-1][0]) * 1000 if calls else float("inf")
        if silent_ms > 250 or not taken:
            taken.append(silent_ms)
        return figures.percentile(taken, 0.99) if silent_ms <= 1000 else max(taken)

    def check_end(self, watch, client):
        calls = honest.read_record(self.record)
        wrong = [verdict for _, _, verdict in calls if verdict != "ok"]
        self.verdict(not wrong, f"{len(wrong)} of {len(calls)} honest calls failed: {wrong[:3]}")
        goes_on = False
        with contextlib.suppress(Failure):
            wait_until(lambda: len(honest.read_record(self.record)) > len(calls), 30, "waiting for an honest call", client)
            goes_on = True
        self.verdict(goes_on, f"the honest client did not go on to the end\n{tail(client.log)}")
        self.calls = len(calls)
        end(client)
        now = time.monotonic()
        self.growth_peak = self.growth(watch, 0, now)
        self.growth_left = self.growth(watch, now - 1, now)
        self.growth_beside = self.watch_beside.peak(now - 1, now) - self.beside_before
        watch.over.set()
        self.watch_beside.over.set()
        self.verdict(self.growth_peak <= GROWTH_MAX, f"memory grew by {self.growth_peak / MEGABYTE:.1f} MB meanwhile")
        self.verdict(
            self.growth_left <= GROWTH_LEFT_MAX, f"memory is {self.growth_left / MEGABYTE:.1f} MB larger afterwards"
        )
        self.check_ledger()
        status = self.node.stop()
        self.verdict(status == 0, f"after SIGTERM the node ended with {status}, not 0\n{tail(self.node.log)}")

    def check_ledger(self):
        with Connection(self.node.port) as connection:
            shards = connection.call(wire.VERIFY_LEDGER, b"")
        sound = bool(shards) and all(wire.one(shard, 3) for shard in shards)
        self.verdict(sound, "the ledger is not sound after the attacks")

    def report(self):
        heads = ["bad-bytes", "connections", "frames", "closed", "by GOAWAY", "honest p99 ms", "beside ms", "memory MB", ""]
        lines = [
            figures.table(heads, self.rows),
            f"honest client: {self.calls} calls, p99 {self.before:.1f} ms before the attacks",
            f"private memory: {self.memory_before / MEGABYTE:.1f} MB before, {self.growth_peak / MEGABYTE:+.1f} MB at most,"
            f" {self.growth_left / MEGABYTE:+.1f} MB afterwards, each beyond the growth of the node beside,"
            f" which was {self.growth_beside / MEGABYTE:+.1f} MB in the end",
        ]
        return "\n".join(lines)


def main(workshop, options, progress):
    """`(table, checks passed, failures)`"""
    run = BadBytes(workshop, options.seconds, options.seed, options.strict, options.untimed, options.attacks)
    try:
        text = run.run(progress)
    except Failure as failure:
        return figures.table(["bad-bytes", *[""] * 8], run.rows), run.passed, [*run.failures, str(failure)]
    return text, run.passed, run.failures
