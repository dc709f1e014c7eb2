"""SIGKILL under load, restart on the same data directory, and proof that nothing acknowledged was lost.

Two loads run at once, and two witnesses speak afterwards. holdfast-bench loads the node as fast as it can and looks up
its own record. A small client of our own (harness.loader) shares no code with the node: it keeps every answer, sends what
stayed unanswered again, and then wants the stock held to be exactly what was acknowledged.
"""

import dataclasses
import json
import random
import sys
import time

from . import figures, node, order_wire, wire
from .http2 import Connection, Gone, serves
from .loader import sku_name, started_file
from .processes import ROOT, Failure, tail, wait_until

SKUS = 40
BENCH_SKUS = 1000
LOCATION = "KILL1"
# So little of every other SKU that they sell out during a long run: overselling would show. The rest last for any run.
STOCK_SCARCE, STOCK_PLENTY = 20_000, 100_000_000
RESTART_LIMIT_SECONDS = 2.0
# Long enough to be looked up after the kill, short enough that only those of one or two cycles are live at once: a restart
# is judged with the live holds that were asked for, and few more. They expire under load and across kills.
BENCH_TTL_SECONDS = 5
# Of the loader's holds of a cycle so many stay for good. The others are released, but for those of scarce SKUs.
KEPT = 1_000


@dataclasses.dataclass
class Cycle:
    acknowledged: int = 0
    unknown: int = 0
    benched: int = 0
    restart_seconds: float = 0.0
    live_holds: int = 0
    verify_seconds: float = 0.0


class KillCycles:
    """`cycles` times: load, SIGKILL at a random moment, restart, look everything up."""

    def __init__(self, workshop, cycles, seed, holds, untimed, server=None):
        self.workshop = workshop
        self.cycles = cycles
        self.holds = holds
        self.untimed = untimed
        self.chance = random.Random(seed)
        self.seed = seed
        self.node = server or node.Node(workshop, "killed")
        self.expected = {sku_name(number): 0 for number in range(SKUS)}
        self.stock = {sku_name(number): (STOCK_SCARCE, STOCK_PLENTY)[number % 2] for number in range(SKUS)}
        self.all_holds = []
        self.failures = []
        self.rows = []

    def run(self, progress):
        self.node.start()
        self.prepare(progress)
        for number in range(self.cycles):
            known = len(self.failures)
            self.rows.append(self.cycle(number))
            row = self.rows[-1]
            for failure in self.failures[known:]:
                progress(f"failed: {failure}")
            progress(
                f"kill {number + 1}/{self.cycles}: {row.acknowledged} + {row.benched} acknowledged, {row.unknown} unknown;"
                f" serving again after {row.restart_seconds:.3f} s with {row.live_holds} live holds"
            )
            if len(self.failures) > 20:
                break
        self.check_all_holds()
        status = self.node.stop()
        if status != 0:
            self.failures.append(f"after SIGTERM the node ended with {status}, not 0")
        return self.report()

    def prepare(self, progress):
        with Connection(self.node.port) as connection:
            must(connection.call(wire.PUT_LOCATION, wire.put_location(LOCATION)), "put a location")
            must(connection.call(wire.PUT_SKUS, wire.put_skus(self.expected)), "put SKUs")
            for sku in self.expected:
                must(connection.call(wire.RECEIVE, wire.receive(sku, LOCATION, self.stock[sku])), "receive stock")
        if self.holds:
            started = time.monotonic()
            shape = {"connections": 16, "in_flight": 16, "skus": BENCH_SKUS, "ttl": 86_400}
            node.bench(self.node, "run", count=self.holds, prefix="BEFORE", no_verify=True, **shape)
            progress(f"{self.holds} live holds made in {time.monotonic() - started:.1f} s")

    def start_bench(self, number):
        """As fast as it goes, on SKUs of its own, so that its record must fit their stock exactly."""
        options = {"prefix": f"BENCH{number}", "skus": BENCH_SKUS, "connections": 16, "in_flight": 16}
        options |= {"ttl": BENCH_TTL_SECONDS, "seconds": 60, "warmup": 0, "no_verify": True, "continue_on_disconnect": True}
        arguments = node.bench_arguments(self.node, "run", record=self.bench_record(number), **options)
        return self.workshop.start(arguments, "bench.log")

    def bench_record(self, number):
        return self.workshop.path(f"bench-{number}.record")

    def cycle(self, number):
        row = Cycle()
        record = self.workshop.path(f"record-{number}.json")
        bench = self.start_bench(number)
        wait_until(lambda: self.benching(number), 60, "waiting for the benchmark's first record", bench)
        loader = self.start_loader(number, record)
        wait_until(started_file(record).exists, 20, "waiting for the first acknowledgement", loader)
        time.sleep(self.chance.uniform(0, 1))
        self.node.kill()
        loader.wait(60)
        if bench.wait(60) != 0:
            self.failures.append(f"cycle {number}: holdfast-bench ended with {bench.returncode}\n{tail(bench.log)}")
        self.workshop.processes = [one for one in self.workshop.processes if one.poll() is None]
        if not record.exists():
            raise Failure(f"the loader kept no record\n{tail(loader.log)}")
        found = json.loads(record.read_text())
        row.acknowledged, row.unknown = len(found["acknowledged"]), len(found["unknown"])
        if found["end"] != "gone":
            self.failures.append(f"cycle {number}: the loader ended as '{found['end']}', not by the kill")
        row.restart_seconds = self.restart()
        row.live_holds = node.live_holds(self.node)
        self.resolve(number, record, found)
        self.compare_stock(number)
        row.benched, row.verify_seconds = self.verify_bench(number)
        return row

    def benching(self, number):
        """Whether the record has more than its header: the load is under way, and acknowledged holds are on record."""
        record = self.bench_record(number)
        return record.exists() and record.stat().st_size > 4096

    def verify_bench(self, number):
        """The benchmark looks up all it has on record, compares the stock of its SKUs, and has the ledger verified."""
        started = time.monotonic()
        check = node.bench(self.node, "verify", record=self.bench_record(number))["verification"]
        if not check["isFine"] or not check["holdsChecked"]:
            self.failures.append(f"cycle {number}: holdfast-bench verify: {check['findings'][:5]}")
        return check["holdsChecked"], time.monotonic() - started

    def start_loader(self, number, record):
        arguments = [sys.executable, "-m", "harness.loader", "--port", self.node.port, "--record", record]
        arguments += ["--seconds", 30, "--seed", self.seed * 1000 + number, "--skus", SKUS]
        return self.workshop.start(arguments, "loader.log", cwd=ROOT / "Scripts")

    def restart(self):
        started = time.monotonic()
        self.node.start()
        wait_until(lambda: serves(self.node.port), 60, "waiting for health", self.node.process, pause_seconds=0.001)
        seconds = time.monotonic() - started
        self.judge_restart(seconds)
        return seconds

    def judge_restart(self, seconds):
        if seconds > RESTART_LIMIT_SECONDS and not self.untimed:
            self.failures.append(f"serving again took {seconds:.3f} s, more than {RESTART_LIMIT_SECONDS} s")

    def resolve(self, number, record, found):
        """Acknowledged holds must be there. An unknown one is sent again with its id, and then counts once or not."""
        self.look_up(number, found["acknowledged"])
        with Connection(self.node.port) as connection:
            asked = [wire.reserve(sku, quantity, identifier) for identifier, sku, quantity in found["unknown"]]
            answers = connection.call_all(wire.RESERVE, asked)
        for (identifier, sku, quantity), answer in zip(found["unknown"], answers):
            if answer is None:
                continue
            hold, held_sku, granted = wire.reserved_hold(answer)
            if (hold[:36], held_sku, granted) != (identifier, sku, quantity):
                self.failures.append(f"cycle {number}: the retry of {identifier} was answered with {hold}")
            found["acknowledged"].append((identifier, hold, sku, quantity))
        holds = [(hold, sku, quantity) for _, hold, sku, quantity in found["acknowledged"]]
        for _, sku, quantity in holds:
            self.expected[sku] += quantity
        self.all_holds += self.release_most(number, holds)
        record.unlink()
        started_file(record).unlink()

    def release_most(self, number, holds):
        """Releases what would make the live holds more and more from cycle to cycle, and gives those that stay."""
        most = [hold for hold in holds[KEPT:] if self.stock[hold[1]] == STOCK_PLENTY]
        with Connection(self.node.port) as connection:
            asked = [order_wire.release(wire.request_id(), hold) for hold, _, _ in most]
            answers = connection.call_all(order_wire.RELEASE_HOLD, asked)
        for (hold, sku, quantity), answer in zip(most, answers):
            if answer is None:
                self.failures.append(f"cycle {number}: the hold {hold} could not be released")
            else:
                self.expected[sku] -= quantity
        released = {hold for hold, _, _ in most}
        return [hold for hold in holds if hold[0] not in released]

    def look_up(self, number, acknowledged):
        with Connection(self.node.port) as connection:
            answers = connection.call_all(wire.GET_HOLD, [wire.get_hold(hold) for _, hold, _, _ in acknowledged])
        for (_, hold, sku, quantity), answer in zip(acknowledged, answers):
            self.compare(f"cycle {number}", hold, sku, quantity, answer)

    def compare(self, when, hold, sku, quantity, answer):
        if answer is None:
            self.failures.append(f"{when}: the acknowledged hold {hold} is lost")
            return
        state = wire.one(answer, 3, 3)
        found = wire.reserved_hold(answer)
        place = wire.location(answer)
        if found != (hold, sku, quantity) or place != LOCATION or state != wire.HOLD_ACTIVE:
            self.failures.append(f"{when}: the hold {hold} reads as {found} at '{place}' in state {state}")

    def check_all_holds(self):
        """At the end, every hold of every cycle once more: a later crash must not lose an earlier hold."""
        with Connection(self.node.port) as connection:
            answers = connection.call_all(wire.GET_HOLD, [wire.get_hold(hold) for hold, _, _ in self.all_holds])
        for (hold, sku, quantity), answer in zip(self.all_holds, answers):
            self.compare("at the end", hold, sku, quantity, answer)
        if len({hold for hold, _, _ in self.all_holds}) != len(self.all_holds):
            self.failures.append("a hold was acknowledged for two requests")

    def compare_stock(self, number):
        """Held is exactly what was acknowledged: nothing lost, nothing held twice, nothing oversold."""
        with Connection(self.node.port) as connection:
            answers = connection.call_all(wire.GET_STOCK, [wire.get_stock(sku) for sku in self.expected])
        for (sku, expected), answer in zip(self.expected.items(), answers):
            available, held, _ = wire.balances(must([answer] if answer else None, "read stock"))
            if held != expected or available != self.stock[sku] - held or available < 0:
                self.failures.append(
                    f"cycle {number}: {sku} has {held} held and {available} available; {expected} were acknowledged"
                )

    def report(self):
        restarts = [row.restart_seconds for row in self.rows]
        sold_out = sum(expected > self.stock[sku] - 3 for sku, expected in self.expected.items())
        lines = [
            ("kill -9 cycles", len(self.rows)),
            ("live holds before the first", self.holds),
            ("holds of the benchmark, looked up", sum(row.benched for row in self.rows)),
            ("holds of the loader that stayed, looked up twice", len(self.all_holds)),
            ("unknown outcomes settled by a retry", sum(row.unknown for row in self.rows)),
            ("SKUs sold out", f"{sold_out} of {SKUS}"),
            ("serving again, median s", f"{figures.median(restarts):.3f}"),
            (f"serving again, worst s (≤ {RESTART_LIMIT_SECONDS:g})", f"{max(restarts, default=0):.3f}"),
            ("live holds at a restart, at most", max((row.live_holds for row in self.rows), default=0)),
            ("last verification, s", f"{self.rows[-1].verify_seconds if self.rows else 0:.2f}"),
        ]
        return figures.table(["kill-cycles", ""], lines), self.failures


def must(answer, what):
    """The one message of an answer."""
    if not answer:
        raise Failure(f"the node refused to {what}")
    return answer[0]


def main(workshop, options, progress):
    """`(table, checks passed, failures)`: each cycle is one check."""
    cycles = KillCycles(workshop, options.cycles, options.seed, options.holds, options.untimed)
    try:
        text, failures = cycles.run(progress)
    except (Failure, Gone) as failure:
        return "", len(cycles.rows), [*cycles.failures, str(failure)]
    broken = min(len(failures), options.cycles) if failures else 0
    return text, options.cycles - broken, failures
