"""Many buyers at once for the units of one SKU, each at a node of its own choice: `holdfast-bench` would ask the leader."""

import dataclasses
import time

from . import calls, wire
from .call_loop import Call, CallLoop

IN_FLIGHT = 600
DEADLINE_SECONDS = 30


@dataclasses.dataclass
class Wish(Call):
    """One buyer's wish for one unit."""

    identifier: str = ""


class Sale(CallLoop):
    """Runs until each of so many buyers has had an answer."""

    def __init__(self, nodes, seed, sku, buyers):
        super().__init__(nodes, seed)
        self.sku = sku
        self.left = buyers
        self.waiting = 0
        self.sold = []  # (hold id, sku, quantity)
        self.sold_out = self.unanswered = 0
        self.answered_by = [0] * len(nodes)

    def is_finished(self):
        return not self.left and not self.waiting

    def turn_began(self, now):
        while self.left and self.waiting < IN_FLIGHT:
            self.left -= 1
            self.waiting += 1
            identifier = wire.request_id()
            message = wire.reserve(self.sku, 1, identifier)
            wish = Wish(wire.RESERVE, message, now, now + DEADLINE_SECONDS, identifier=identifier)
            self.attempt(wish, self.left % len(self.nodes), now)

    def answered(self, wish, status, messages, now):
        self.waiting -= 1
        self.answered_by[wish.node] += 1
        if status == calls.OK:
            self.sold.append(wire.reserved_hold(messages[0]))
        else:
            self.sold_out += 1

    def failed(self, wish, now):
        self.waiting -= 1
        self.unanswered += 1
