"""A load on a cluster that writes down all it did, so that afterwards it can be said what the cluster may answer.

Runs as a process of its own until SIGTERM: `python3 -m harness.recorder --nodes H:P,H:P --record FILE`. It has

- shoppers: each reserves, and now and then reads stock, one call after the other. A call that fails goes on at another node
  with the same request id until its deadline, as the client library does it;
- probes, one a node, that ask only their own node and never try again: what a caller sees who knows one node only. They
  have a connection of their own, because shoppers give one up that says nothing for a second.

Each line of the record is one operation or one refused attempt (see `Operation.line` and `Recorder.unclear`), or a
time in which this program itself stood still.
"""

import argparse
import dataclasses
import time

from . import calls, wire
from .call_loop import Call, CallLoop, endpoints
from .loader import NOTHING, sku_name

PROBE_SECONDS = 4.0
PROBES_PER_SECOND = 10
KINDS = ("read", "reserve", "want")


@dataclasses.dataclass
class Operation(Call):
    """One thing a caller wants, over all its attempts."""

    kind: str = ""  # reserve, read, or want: to reserve what was never there
    caller: str = ""  # shopper or probe
    sku: str = ""
    quantity: int = 0
    identifier: str = ""

    def line(self, node, outcome, now, value, stamp):
        """`op caller kind outcome begun ended node attempts sku quantity id value stamp`; times of the monotonic clock, the
        stamp is the hold's, in milliseconds since 1970.

        Outcomes: ok (value: the hold's id, or the units held that were read), sold-out, refused (surely not applied),
        unknown (it may have happened)."""
        fields = ["op", self.caller, self.kind, outcome, f"{self.begun:.6f}", f"{now:.6f}", node, self.attempts]
        return " ".join(map(str, [*fields, self.sku, self.quantity, self.identifier, value, stamp]))


class Recorder(CallLoop):
    """All callers of one process."""

    def __init__(self, options, record):
        nodes = endpoints(options.nodes)
        # Twice: for shoppers, and behind them for probes.
        super().__init__(2 * nodes, options.seed)
        self.count = len(nodes)
        self.options = options
        self.record = record
        self.idle = [index % self.count for index in range(options.shoppers)]  # each with the node it likes
        now = time.monotonic()
        self.next_start = self.written = now
        for node in range(self.count):
            self.at(now + node / PROBES_PER_SECOND / self.count, lambda when, node=node: self.probe(node, when))

    def after(self, node):
        return (node + 1) % self.count

    def turn_began(self, now):
        self.start_shoppers(now)
        if now - self.written > 0.1:
            self.record.flush()
            self.written = now

    def is_finished(self):
        return super().is_finished() and len(self.idle) == self.options.shoppers

    def stood_still(self, begin, end):
        self.record.write(f"still {begin:.6f} {end:.6f}\n")

    def start_shoppers(self, now):
        while self.idle and not self.over and now >= self.next_start:
            self.next_start = max(self.next_start + 1 / self.options.rate, now - 0.1)
            likes = self.idle.pop(self.chance.randrange(len(self.idle)))
            kind = "read" if self.chance.random() < self.options.read_share else "reserve"
            self.attempt(self.operation(kind, "shopper", now, self.options.deadline), likes, now)

    def probe(self, node, now, kind="read"):
        """Reads, reserves and wants in turn: of a fault's first moments, too, it is known what becomes of each."""
        if self.over:
            return
        following = KINDS[(KINDS.index(kind) + 1) % len(KINDS)]
        self.at(now + 1 / PROBES_PER_SECOND, lambda when: self.probe(node, when, following))
        self.attempt(self.operation(kind, "probe", now, PROBE_SECONDS), self.count + node, now)

    def operation(self, kind, caller, now, seconds):
        sku = NOTHING if kind == "want" else sku_name(self.chance.randrange(self.options.skus))
        quantity = self.chance.randint(1, 3) if kind != "read" else 0
        identifier = wire.request_id()
        if kind != "read":
            path, message = wire.RESERVE, wire.reserve(sku, quantity, identifier)
        else:
            path, message = wire.GET_STOCK, wire.get_stock(sku)
        what = {"kind": kind, "caller": caller, "sku": sku, "quantity": quantity, "identifier": identifier}
        return Operation(path, message, now, now + seconds, is_repeated=caller == "shopper", **what)

    def answered(self, operation, status, messages, now):
        if status != calls.OK:
            return self.finish(operation, "sold-out", "-", now)
        stamp = wire.hold_made_ms(messages[0]) if operation.kind == "reserve" else 0
        self.finish(operation, *self.judge(operation, messages[0]), now, stamp)

    def judge(self, operation, message):
        """`(outcome, value)` of an answer; one that does not fit the request is an outcome of its own."""
        if operation.kind == "read":
            available, held, allocated = wire.balances(message)
            return ("ok", held + allocated) if available >= 0 else ("wrong", f"available={available}")
        hold, sku, granted = wire.reserved_hold(message)
        if operation.kind == "want":
            return "wrong", f"{hold}/{sku}/{granted}"
        if (hold[:36], sku, granted) == (operation.identifier, operation.sku, operation.quantity):
            return "ok", hold
        return "wrong", f"{hold}/{sku}/{granted}"

    def failed(self, operation, now):
        self.finish(operation, "unknown" if operation.may_have_happened else "refused", "-", now)

    def finish(self, operation, outcome, value, now, stamp=0):
        self.record.write(operation.line(operation.node % self.count, outcome, now, value, stamp) + "\n")
        if operation.caller == "shopper":
            self.idle.append(operation.node)

    def unclear(self, operation, status, now):
        """`no caller kind status moment node`: an attempt that did not succeed; silent is no answer at all."""
        node = operation.node % self.count
        self.record.write(f"no {operation.caller} {operation.kind} {status} {now:.6f} {node}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", required=True, help="HOST:PORT,HOST:PORT")
    parser.add_argument("--record", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--skus", type=int, required=True)
    parser.add_argument("--shoppers", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1000, help="operations a second at most")
    parser.add_argument("--read-share", type=float, default=0.3)
    parser.add_argument("--deadline", type=float, default=5)
    options = parser.parse_args()
    with open(options.record, "w") as record:
        recorder = Recorder(options, record)
        recorder.stop_at_signal()
        recorder.run()


if __name__ == "__main__":
    main()
