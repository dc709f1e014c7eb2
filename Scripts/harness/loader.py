"""A load of reservations that keeps a record: every acknowledged hold, and every request whose outcome is unknown.

Runs as a process of its own until the node is gone: `python3 -m harness.loader --port P --record FILE ...`. Requests that
an earlier loader left unknown are sent again first, with the same ids.
"""

import argparse
import json
import pathlib
import random
import time

from . import wire
from .http2 import Connection, Gone
from .processes import Failure

# A SKU of which there is nothing, ever: who wants it is refused by a look at the leader's state, without an entry.
NOTHING = "LOAD-NOTHING"


def sku_name(number):
    return f"LOAD-{number:05d}"


def started_file(record):
    """Exists as soon as the load of a record has had its first acknowledgement."""
    return pathlib.Path(f"{record}.started")


class Loader:
    """One connection, many calls in flight."""

    def __init__(self, options):
        self.options = options
        self.chance = random.Random(options.seed)
        self.calls = {}
        self.again = [tuple(entry) for entry in options.again]
        self.acknowledged = []
        self.refused = 0

    def next_request(self):
        if self.again:
            return self.again.pop()
        sku = sku_name(self.chance.randrange(self.options.skus))
        return wire.request_id(), sku, self.chance.randint(1, 3)

    def run(self):
        """Until the node is gone, or the time is up and all calls are answered."""
        deadline = time.monotonic() + self.options.seconds
        try:
            with Connection(self.options.port, timeout_seconds=20) as connection:
                while True:
                    over = time.monotonic() > deadline
                    while len(self.calls) < self.options.in_flight and (self.again or not over):
                        identifier, sku, quantity = request = self.next_request()
                        stream = connection.next_stream
                        self.calls[stream] = request
                        connection.begin(wire.RESERVE, wire.reserve(sku, quantity, identifier))
                    if not self.calls:
                        return "done"
                    for stream, answer in connection.completed():
                        self.note(self.calls.pop(stream), answer)
        except (Gone, OSError):
            return "gone"
        except Failure:
            return "silent"

    def note(self, request, answer):
        identifier, sku, quantity = request
        if not answer:
            self.refused += 1
            return
        hold, held_sku, granted = wire.reserved_hold(answer[0])
        if hold[:36] != identifier or held_sku != sku or granted != quantity:
            raise Failure(f"asked {quantity} of {sku} as {identifier}; answered {granted} of {held_sku} as {hold}")
        if not self.acknowledged:
            started_file(self.options.record).touch()
        self.acknowledged.append((identifier, hold, sku, quantity))

    def record(self, end):
        unknown = [*self.calls.values(), *self.again]
        found = {"end": end, "refused": self.refused, "acknowledged": self.acknowledged, "unknown": unknown}
        with open(self.options.record, "w") as file:
            json.dump(found, file)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--record", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--skus", type=int, required=True)
    parser.add_argument("--in-flight", type=int, default=200)
    parser.add_argument("--again", default=None, help="a record whose unknown requests are sent again first")
    options = parser.parse_args()
    if options.again:
        with open(options.again) as file:
            options.again = json.load(file)["unknown"]
    else:
        options.again = []
    loader = Loader(options)
    loader.record(loader.run())


if __name__ == "__main__":
    main()
