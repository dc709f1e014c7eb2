"""A load on a cluster that writes down all it did, so that afterwards it can be said what the cluster may answer.

Runs as a process of its own until SIGTERM: `python3 -m harness.recorder --nodes H:P,H:P --record FILE`. It has

- shoppers: each reserves, and now and then reads stock, one call after the other. A call that fails goes on at another node
  with the same request id until its deadline, as the client library does it;
- probes, one a node, that ask only their own node and never try again: what a caller sees who knows one node only.

Each line of the record is one operation or one refused attempt (see `Operation.line` and `Recorder.note_refusal`), or a
time in which this program itself stood still.
"""

import argparse
import dataclasses
import heapq
import random
import selectors
import signal
import time

from . import calls, wire
from .calls import Caller
from .http2 import Gone
from .loader import sku_name

# An attempt without an answer is given up after this long, or after half of the deadline.
ATTEMPT_SECONDS = 1.0
PROBE_SECONDS = 4.0
PROBES_PER_SECOND = 10
RECONNECT_SECONDS = 0.1
STILL_SECONDS = 0.5
# What a refusal with these says is that nothing happened; after any other ending the outcome is unknown.
SURELY_NOT_APPLIED = (calls.UNAVAILABLE, calls.RESOURCE_EXHAUSTED, calls.FAILED_PRECONDITION)


@dataclasses.dataclass
class Operation:
    """One thing a caller wants, over all its attempts."""

    kind: str  # reserve or read
    caller: str  # shopper or probe
    sku: str
    quantity: int
    identifier: str
    begun: float
    deadline: float
    node: int = -1
    attempts: int = 0
    may_have_happened: bool = False

    def line(self, outcome, now, value, stamp):
        """`op caller kind outcome begun ended node attempts sku quantity id value stamp`; times of the monotonic clock, the
        stamp is the hold's, in milliseconds since 1970.

        Outcomes: ok (value: the hold's id, or the units held that were read), sold-out, refused (surely not applied),
        unknown (it may have happened)."""
        fields = ["op", self.caller, self.kind, outcome, f"{self.begun:.6f}", f"{now:.6f}", self.node, self.attempts]
        return " ".join(map(str, [*fields, self.sku, self.quantity, self.identifier, value, stamp]))


class Recorder:
    """All callers of one process, in one loop."""

    def __init__(self, options, record):
        self.options = options
        self.record = record
        self.chance = random.Random(options.seed)
        self.nodes = [(host, int(port)) for host, _, port in (node.rpartition(":") for node in options.nodes.split(","))]
        self.links = [None] * len(self.nodes)
        self.connect_after = [0.0] * len(self.nodes)
        self.selector = selectors.DefaultSelector()
        self.under_way = {}  # (node, stream): operation
        self.timers = []  # (when, order, action)
        self.order = 0
        self.idle = [index % len(self.nodes) for index in range(options.shoppers)]  # each with the node it likes
        self.next_start = 0.0
        self.over = False

    def run(self):
        signal.signal(signal.SIGTERM, self.stop)
        now = time.monotonic()
        self.next_start = now
        for node in range(len(self.nodes)):
            self.at(now + node / PROBES_PER_SECOND / len(self.nodes), lambda when, node=node: self.probe(node, when))
        written = latest = now
        while not self.over or self.under_way or self.has_waiting:
            now = time.monotonic()
            if now - latest > STILL_SECONDS:
                # Not the cluster's doing: this program was stopped, or the machine was.
                self.record.write(f"still {latest:.6f} {now:.6f}\n")
            latest = now
            while self.timers and self.timers[0][0] <= now:
                heapq.heappop(self.timers)[2](now)
            self.start_shoppers(now)
            self.turn()
            if now - written > 0.1:
                self.record.flush()
                written = now

    def stop(self, _number, _frame):
        self.over = True

    @property
    def has_waiting(self):
        """Whether an operation waits for its next attempt."""
        return self.over and len(self.idle) < self.options.shoppers

    def at(self, when, action):
        self.order += 1
        heapq.heappush(self.timers, (when, self.order, action))

    def turn(self):
        for node, link in enumerate(self.links):
            if link is not None:
                try:
                    wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if link.flush() else 0)
                    self.selector.modify(link.socket, wanted, node)
                except Gone:
                    self.lose(node)
        for key, _ in self.selector.select(0.005):
            node = key.data
            if self.links[node] is None:
                continue
            try:
                for stream, status, messages in self.links[node].completed():
                    self.ended(node, stream, status, messages)
            except Gone:
                self.lose(node)

    # Operations.

    def start_shoppers(self, now):
        while self.idle and not self.over and now >= self.next_start:
            self.next_start = max(self.next_start + 1 / self.options.rate, now - 0.1)
            likes = self.idle.pop(self.chance.randrange(len(self.idle)))
            kind = "read" if self.chance.random() < self.options.read_share else "reserve"
            self.attempt(self.operation(kind, "shopper", now, self.options.deadline), likes, now)

    def probe(self, node, now):
        if self.over:
            return
        self.at(now + 1 / PROBES_PER_SECOND, lambda when: self.probe(node, when))
        kind = self.chance.choice(["read", "reserve"])
        self.attempt(self.operation(kind, "probe", now, PROBE_SECONDS), node, now)

    def operation(self, kind, caller, now, seconds):
        sku = sku_name(self.chance.randrange(self.options.skus))
        quantity = self.chance.randint(1, 3) if kind == "reserve" else 0
        return Operation(kind, caller, sku, quantity, wire.request_id(), now, now + seconds)

    def attempt(self, operation, node, now):
        """Sends the operation to a node; where that cannot be reached, it goes on as after a failure."""
        operation.node = node
        operation.attempts += 1
        if not self.connect(node, now):
            return self.go_on(operation, now)
        if operation.kind == "reserve":
            path, message = wire.RESERVE, wire.reserve(operation.sku, operation.quantity, operation.identifier)
        else:
            path, message = wire.GET_STOCK, wire.get_stock(operation.sku)
        stream = self.links[node].begin(path, message)
        self.under_way[node, stream] = operation
        limit = min(ATTEMPT_SECONDS, self.options.deadline / 2) if operation.caller == "shopper" else PROBE_SECONDS
        until = min(now + limit, operation.deadline)
        self.at(until, lambda when: self.give_up(node, stream, operation, when))

    def give_up(self, node, stream, operation, now):
        if self.under_way.get((node, stream)) is not operation:
            return
        del self.under_way[node, stream]
        link = self.links[node]
        link.give_up(stream)
        self.note_refusal(operation, "silent", now)
        operation.may_have_happened |= link.is_connected
        self.go_on(operation, now)
        # A connection that says nothing at all may be dead, and TCP would take long to find out.
        if now - link.heard > ATTEMPT_SECONDS:
            self.lose(node)

    def ended(self, node, stream, status, messages):
        operation = self.under_way.pop((node, stream), None)
        if operation is None:
            return
        now = time.monotonic()
        if status == calls.OK and messages:
            stamp = wire.hold_made_ms(messages[0]) if operation.kind == "reserve" else 0
            return self.finish(operation, *self.judge(operation, messages[0]), now, stamp)
        if status == calls.FAILED_PRECONDITION:
            return self.finish(operation, "sold-out", "-", now)
        self.note_refusal(operation, status, now)
        operation.may_have_happened |= status not in SURELY_NOT_APPLIED
        self.go_on(operation, now)

    def judge(self, operation, message):
        """`(outcome, value)` of an answer; one that does not fit the request is an outcome of its own."""
        if operation.kind == "read":
            available, held, allocated = wire.balances(message)
            return ("ok", held + allocated) if available >= 0 else ("wrong", f"available={available}")
        hold, sku, granted = wire.reserved_hold(message)
        if (hold[:36], sku, granted) == (operation.identifier, operation.sku, operation.quantity):
            return "ok", hold
        return "wrong", f"{hold}/{sku}/{granted}"

    def go_on(self, operation, now):
        """After an attempt without success: the next one at another node, or the end."""
        pause = self.chance.uniform(0.02, 0.1)
        if operation.caller == "probe" or now + pause >= operation.deadline:
            return self.finish(operation, "unknown" if operation.may_have_happened else "refused", "-", now)
        following = (operation.node + 1) % len(self.nodes)
        self.at(now + pause, lambda when: self.attempt(operation, following, when))

    def finish(self, operation, outcome, value, now, stamp=0):
        self.record.write(operation.line(outcome, now, value, stamp) + "\n")
        if operation.caller == "shopper":
            self.idle.append(operation.node)

    def note_refusal(self, operation, status, now):
        """`no caller kind status moment node`: an attempt that did not succeed; silent is no answer at all."""
        self.record.write(f"no {operation.caller} {operation.kind} {status} {now:.6f} {operation.node}\n")

    # Connections.

    def connect(self, node, now):
        link = self.links[node]
        if link is not None and link.is_leaving:
            # GOAWAY: what is under way is still answered; new calls go elsewhere until the node is back.
            if not link.open:
                self.lose(node)
            return False
        if link is None:
            if now < self.connect_after[node]:
                return False
            self.connect_after[node] = now + RECONNECT_SECONDS
            try:
                self.links[node] = Caller(*self.nodes[node])
            except OSError:
                return False
            self.selector.register(self.links[node].socket, selectors.EVENT_READ | selectors.EVENT_WRITE, node)
        return True

    def lose(self, node):
        """The connection is gone; what was under way on it may have happened."""
        link = self.links[node]
        self.links[node] = None
        self.selector.unregister(link.socket)
        link.close()
        now = time.monotonic()
        for key in [key for key in self.under_way if key[0] == node]:
            operation = self.under_way.pop(key)
            self.note_refusal(operation, "gone", now)
            operation.may_have_happened |= link.is_connected
            self.go_on(operation, now)


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
        Recorder(options, record).run()


if __name__ == "__main__":
    main()
