"""What a buyer does with one purchase, step by step: reserve, confirm, pay, amend, hold, cancel, ship, complete.

A purchase is a generator: it yields a step and is sent what came of it, and knows at each moment, by its twin, what the
cluster must say of it. `Wrong` is an answer that cannot be.
"""

import copy
import dataclasses

from . import calls, order_wire, wire
from .order_twin import Order, differences

DAY_SECONDS = 86_400
SHORT_SECONDS = 2  # of holds and payments that are left to expire
LATE = "expires"


class Wrong(Exception):
    """An answer that does not fit what was acknowledged before."""


@dataclasses.dataclass
class Step:
    """A call to be made until it is answered. `may_refuse`: whether a refusal may be the answer, as when stock is short."""

    path: str
    message: bytes
    may_refuse: bool = False


@dataclasses.dataclass
class Market:
    """What there is to buy: SKUs by shard. `across` is the share of purchases over several shards, three as a rule."""

    by_shard: list
    across: float

    def choose(self, chance):
        """`[(sku, quantity)]`"""
        if chance.random() < self.across:
            shards = chance.sample(self.by_shard, min(3, len(self.by_shard)))
            skus = [chance.choice(shard) for shard in shards]
        else:
            shard = chance.choice(self.by_shard)
            skus = chance.sample(shard, min(len(shard), chance.randint(1, 2)))
        return [(sku, chance.randint(1, 3)) for sku in skus]

    def any_sku(self, chance, near):
        """One more SKU for an order that has `near`: of any shard for one over shards."""
        home = next(shard for shard in self.by_shard if near in shard)
        return chance.choice(chance.choice(self.by_shard) if chance.random() < self.across else home)


class Purchase:
    """One purchase and its twin. Afterwards `hold` or `order` is what it must read as."""

    def __init__(self, market, chance, replays):
        self.market = market
        self.chance = chance
        self.replays = replays
        self.hold = None  # (id, state, [(sku, quantity)], order id)
        self.order = None
        self.version = 0
        self.is_doubtful = False  # whether the last step was refused after an attempt whose end was unclear
        self.doubt = None  # what the order is instead, where a refusal followed an attempt that may yet be carried out
        self.refused = []  # (id that the hold or the order would have had, what was wanted, whether that may have happened)

    def steps(self):
        wanted = self.market.choose(self.chance)
        fate = self.chance.random()
        if fate < 0.2:
            yield from self.create(wanted)
        else:
            yield from self.reserve(wanted, LATE if fate < 0.25 else "")
            if self.hold is None or fate < 0.25:
                return
            if fate < 0.32:
                return
            if fate < 0.42:
                return (yield from self.release())
            yield from self.confirm()
        if self.order is not None and not self.order.has_expired:
            yield from self.live()

    # Of a hold.

    def reserve(self, wanted, fate):
        identifier = wire.request_id()
        seconds = SHORT_SECONDS if fate == LATE else DAY_SECONDS
        message = order_wire.reserve(identifier, wanted, seconds)
        answer = yield from self.ask(Step(wire.RESERVE, message, may_refuse=True))
        if answer is None:
            return self.refused.append((identifier, wanted, self.is_doubtful))
        found = order_wire.hold(answer)
        if found[0][:36] != identifier or found[2] != wanted or (found[1] != order_wire.ACTIVE and fate != LATE):
            raise Wrong(f"{wanted} were reserved as {identifier}; the answer is {found}")
        state = order_wire.EXPIRED_HOLD if fate == LATE else order_wire.ACTIVE
        self.hold = (found[0], state, wanted, "")

    def release(self):
        message = order_wire.release(wire.request_id(), self.hold[0])
        answer = yield from self.ask(Step(order_wire.RELEASE_HOLD, message))
        self.hold = (self.hold[0], order_wire.RELEASED, *self.hold[2:])
        self.judge_hold(answer)

    def confirm(self):
        identifier, pay_within, late = self.terms()
        message = order_wire.confirm(identifier, self.hold[0], number_of(identifier), pay_within)
        answer = yield from self.ask(Step(order_wire.CONFIRM_HOLD, message))
        self.begin(answer, identifier, self.hold[0], self.hold[2], pay_within, late)
        self.hold = (self.hold[0], order_wire.CONFIRMED, self.hold[2], self.order.id)

    def judge_hold(self, answer):
        if order_wire.hold(answer) != self.hold:
            raise Wrong(f"the hold must be {self.hold}; the answer is {order_wire.hold(answer)}")

    # Of an order.

    def create(self, wanted):
        identifier, pay_within, late = self.terms()
        message = order_wire.create(identifier, wanted, number_of(identifier), pay_within)
        answer = yield from self.ask(Step(order_wire.CREATE_ORDER, message, may_refuse=True))
        if answer is None:
            return self.refused.append((identifier, wanted, self.is_doubtful))
        self.begin(answer, identifier, "", wanted, pay_within, late)

    def terms(self):
        """`(id, seconds to pay or 0, whether nobody will pay)`"""
        late = self.chance.random() < 0.1
        pay_within = SHORT_SECONDS if late else self.chance.choice([0, DAY_SECONDS])
        return wire.request_id(), pay_within, late

    def begin(self, answer, identifier, hold, wanted, pay_within, late):
        found = order_wire.order(answer)
        if found["id"][:36] != identifier:
            raise Wrong(f"{identifier} was ordered; the answer is {found['id']}")
        self.order = Order.of(found["id"], hold, wanted, waits_for_payment=bool(pay_within))
        self.version = found["version"]
        if late:
            # It may have taken so long to hear the answer that the order has expired by then.
            self.order.expire()
        else:
            self.judge(found)

    def live(self):
        order = self.order
        if order.status == order_wire.AWAITING_PAYMENT and self.chance.random() < 0.8:
            yield from self.pay()
        for _ in range(self.chance.randint(0, 4)):
            if order.is_open and self.doubt is None:
                yield from self.chance.choice([self.amend, self.cancel_some, self.ship_some, self.pause, self.pay])()
        if self.doubt is not None:
            return
        end = self.chance.random()
        if end < 0.4 and order.may_ship:
            yield from self.ship_rest()
            yield from self.change(order_wire.COMPLETE_ORDER, order_wire.of_order, self.complete)
        elif end < 0.6 and order.is_open:
            yield from self.change(order_wire.CANCEL_ORDER, order_wire.of_order, order.cancel_all)

    def complete(self):
        self.order.is_completed = True

    def pay(self):
        # The same payment once more, under another request id, is the same payment.
        reference = self.order.payment or f"paid-{self.order.id[:8]}"

        def paid():
            self.order.payment = reference

        yield from self.change(order_wire.PAY_ORDER, order_wire.pay, paid, reference)

    def pause(self):
        def set_hold(on_hold):
            self.order.on_hold = on_hold

        yield from self.change(order_wire.HOLD_ORDER, order_wire.of_order, lambda: set_hold(True))
        yield from self.change(order_wire.RESUME_ORDER, order_wire.of_order, lambda: set_hold(False))

    def amend(self):
        number = self.chance.choice(sorted(self.order.lines))
        line = self.order.lines[number]
        least = max(1, line.shipped)
        wanted = {number: self.chance.randint(least, least + 3)} if line.open else {}
        added = []
        if not wanted or self.chance.random() < 0.3:
            added = [(self.market.any_sku(self.chance, self.order.lines[1].sku), self.chance.randint(1, 2))]
        version = self.version if self.chance.random() < 0.5 else 0
        message = [wanted, added, version]
        change = lambda: self.order.amend(wanted, added)  # noqa: E731
        yield from self.change(order_wire.AMEND_ORDER, order_wire.amend, change, *message, may_refuse=True)
        if self.is_doubtful:
            self.doubt = copy.deepcopy(self.order)
            self.doubt.amend(wanted, added)

    def cancel_some(self):
        some = self.some_lines()
        yield from self.change(order_wire.CANCEL_ORDER, order_wire.cancel, lambda: self.order.cancel(some), some)

    def ship_some(self):
        if self.order.may_ship:
            yield from self.ship(self.some_lines())

    def ship_rest(self):
        yield from self.ship({number: line.open for number, line in self.order.lines.items() if line.open})

    def ship(self, lines):
        """Now and then the warehouse reports the same shipment again, with a request id of its own."""
        shipment = f"parcel-{len(self.order.shipments) + 1}"
        sent = lambda: self.order.ship(shipment, lines)  # noqa: E731
        yield from self.change(order_wire.SHIP_ORDER, order_wire.ship, sent, shipment, lines)
        while self.chance.random() < self.replays:
            yield from self.change(order_wire.SHIP_ORDER, order_wire.ship, lambda: None, shipment, lines)

    def some_lines(self):
        """A part of what is open of one or more lines."""
        opened = [number for number, line in self.order.lines.items() if line.open]
        chosen = self.chance.sample(opened, self.chance.randint(1, len(opened)))
        return {number: self.chance.randint(1, self.order.lines[number].open) for number in sorted(chosen)}

    def change(self, path, make, apply, *fields, may_refuse=False):
        """A step of an order; what it changes is changed in the twin once it is acknowledged."""
        message = make(wire.request_id(), self.order.id, *fields)
        answer = yield from self.ask(Step(path, message, may_refuse))
        if answer is not None:
            apply()
            self.judge(order_wire.order(answer))
            yield from self.repeat(path, message)

    def repeat(self, path, message):
        """The very same request again has no second effect, however often it comes."""
        while self.chance.random() < self.replays:
            answer = yield from self.ask(Step(path, message))
            if not order_wire.was_replayed(answer):
                raise Wrong(f"{path} of {self.order.id}, sent again, is not called replayed")
            self.judge(order_wire.order(answer))

    def judge(self, found):
        wrong = differences(self.order, found)
        if wrong:
            raise Wrong(f"{self.order.id}: " + "; ".join(wrong))
        self.version = found["version"]

    def ask(self, step):
        status, answer, may_have_happened = yield step
        self.is_doubtful = status != calls.OK and may_have_happened
        if status == calls.OK:
            return answer
        if step.may_refuse:
            return None
        raise Wrong(f"{step.path} was refused with status {status}: {step.message!r}, {self.hold}, {self.order}")


def number_of(identifier):
    """The shop's own number of an order, as unique as the request's id."""
    return "N" + identifier.replace("-", "")[-20:]
