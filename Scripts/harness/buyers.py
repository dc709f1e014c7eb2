"""A load of whole purchases that keeps a record of what was acknowledged.

Runs as a process of its own until SIGTERM: `python3 -m harness.buyers --nodes H:P,H:P --market FILE --record FILE`. Each
buyer makes one purchase after the other; a call that fails is repeated with the same request id, at one node after the other,
until it is answered. Then all purchases are brought to their end, so that nothing stays unknown.

Each line of the record is a JSON object: a purchase as it must read from now on, a step that took long, what was wrong, or a
time in which this program itself stood still. The last one is the total.
"""

import argparse
import dataclasses
import json
import pathlib
import time

from . import calls
from .call_loop import Call, CallLoop, endpoints
from .purchases import Market, Purchase, Wrong

# A step that is not answered for so long never will be: the cluster hangs.
STEP_SECONDS = 60
LONG_SECONDS = 1.0
FLUSH_SECONDS = 0.5


@dataclasses.dataclass
class PurchaseCall(Call):
    """A call of a step, and whose."""

    buyer: object = None


class Buyer:
    """Makes purchases one after the other."""

    def __init__(self, number, options, market, chance):
        self.number = number
        self.options = options
        self.market = market
        self.chance = chance
        self.begin()

    def begin(self):
        self.purchase = Purchase(self.market, self.chance, self.options.replays)
        self.walk = self.purchase.steps()
        self.step = None

    def next_step(self, result=None):
        """The next step, or None where the purchase is over."""
        try:
            self.step = self.walk.send(result)
        except StopIteration:
            self.step = None
        return self.step


class Buyers(CallLoop):
    """All buyers of one process."""

    def __init__(self, options, record):
        super().__init__(endpoints(options.nodes), options.seed)
        self.options = options
        self.record = record
        self.longest = self.still_at = 0.0
        self.acknowledged = self.purchases = self.refusals = self.repeated = 0
        market = Market(json.loads(pathlib.Path(options.market).read_text()), options.across)
        self.idle = [Buyer(number, options, market, self.chance) for number in range(options.buyers)]
        self.next_start = self.written = time.monotonic()

    def is_finished(self):
        return super().is_finished() and len(self.idle) == self.options.buyers

    def turn_began(self, now):
        while self.idle and not self.over and now >= self.next_start:
            self.next_start = max(self.next_start + 1 / self.options.rate, now - 0.1)
            buyer = self.idle.pop(self.chance.randrange(len(self.idle)))
            buyer.begin()
            self.go(buyer, None, now)
        if now - self.written > FLUSH_SECONDS:
            self.record.flush()
            self.written = now

    def go(self, buyer, result, now):
        """The purchase goes on with what was answered, up to its next call."""
        try:
            step = buyer.next_step(result)
        except Wrong as wrong:
            self.write(wrong=str(wrong))
            step = None
        if step is None:
            return self.finish(buyer)
        call = PurchaseCall(step.path, step.message, now, now + STEP_SECONDS, buyer=buyer)
        self.attempt(call, self.chance.randrange(len(self.nodes)), now)

    def decides(self, status):
        """What is not said to be worth a repetition is an answer. After DEADLINE_EXCEEDED, too, the same id tells."""
        again = (calls.UNAVAILABLE, calls.RESOURCE_EXHAUSTED, calls.UNKNOWN, calls.DEADLINE_EXCEEDED)
        return status not in (calls.OK, *again)

    def answered(self, call, status, messages, now):
        seconds = now - call.begun
        self.longest = max(self.longest, seconds)
        if seconds > LONG_SECONDS:
            self.write(long=round(seconds, 3), at=round(call.begun, 3), path=call.path, attempts=call.attempts)
        self.repeated += call.attempts > 1
        self.acknowledged += status == calls.OK
        self.refusals += status != calls.OK
        self.go(call.buyer, (status, messages[0] if messages else b"", call.may_have_happened), now)

    def failed(self, call, now):
        if self.still_at > call.deadline - STEP_SECONDS:
            # It was this program that did not answer.
            call.deadline = now + STEP_SECONDS
            return self.attempt(call, self.chance.randrange(len(self.nodes)), now)
        self.write(wrong=f"{call.path} had no answer within {STEP_SECONDS} s: {call.message.hex()}")
        self.finish(call.buyer)

    def finish(self, buyer):
        purchase = buyer.purchase
        self.purchases += 1
        self.idle.append(buyer)
        found = {"hold": purchase.hold, "order": purchase.order, "doubt": purchase.doubt}
        told = {name: one if name == "hold" else dataclasses.asdict(one) for name, one in found.items() if one is not None}
        if told or purchase.refused:
            self.write(**told, refused=purchase.refused)

    def stood_still(self, begin, end):
        self.still_at = end
        self.write(still=round(end - begin, 3))

    def write(self, **fields):
        self.record.write(json.dumps(fields) + "\n")

    def total(self):
        counts = {name: getattr(self, name) for name in ("purchases", "acknowledged", "refusals", "repeated")}
        self.write(**counts, longest=round(self.longest, 3))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", required=True, help="HOST:PORT,HOST:PORT")
    parser.add_argument("--market", required=True, help="a file with the SKUs by shard, as JSON")
    parser.add_argument("--record", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--buyers", type=int, default=32)
    parser.add_argument("--rate", type=float, default=100, help="purchases a second at most")
    parser.add_argument("--across", type=float, default=0.3, help="the share of purchases over three shards")
    parser.add_argument("--replays", type=float, default=0.15, help="the share of steps that are sent again")
    options = parser.parse_args()
    with open(options.record, "w") as record:
        buyers = Buyers(options, record)
        buyers.stop_at_signal()
        buyers.run()
        buyers.total()


if __name__ == "__main__":
    main()
