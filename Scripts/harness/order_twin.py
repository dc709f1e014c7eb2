"""What a hold or an order must look like after the steps that were acknowledged: plain counters, changed by plain sums."""

import dataclasses

from . import order_wire


@dataclasses.dataclass
class Line:
    sku: str
    ordered: int
    cancelled: int = 0
    allocated: int = 0
    shipped: int = 0

    @property
    def open(self):
        """As no order here waits for stock, all that is open has its stock."""
        return self.allocated

    def cancel(self, quantity):
        self.cancelled += quantity
        self.allocated -= quantity


@dataclasses.dataclass
class Order:
    """One order. Its lines are numbered from 1."""

    id: str
    hold: str
    lines: dict
    waits_for_payment: bool = False
    payment: str = ""
    on_hold: bool = False
    is_completed: bool = False
    has_expired: bool = False
    shipments: dict = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, identifier, hold, wanted, waits_for_payment):
        lines = {index + 1: Line(sku, units, allocated=units) for index, (sku, units) in enumerate(wanted)}
        return cls(identifier, hold, lines, waits_for_payment)

    @property
    def is_open(self):
        return any(line.open for line in self.lines.values())

    @property
    def status(self):
        has_shipped = any(line.shipped for line in self.lines.values())
        if self.is_open:
            if self.waits_for_payment and not self.payment:
                return order_wire.AWAITING_PAYMENT
            return order_wire.PARTIALLY_SHIPPED if has_shipped else order_wire.READY
        if has_shipped:
            return order_wire.COMPLETED if self.is_completed else order_wire.SHIPPED
        return order_wire.EXPIRED if self.has_expired else order_wire.CANCELLED

    @property
    def may_ship(self):
        return self.is_open and not self.on_hold and self.status != order_wire.AWAITING_PAYMENT

    def amend(self, lines, added):
        """`lines`: how much is wanted in all, without what was cancelled."""
        for number, quantity in lines.items():
            line = self.lines[number]
            more = quantity - (line.ordered - line.cancelled)
            line.ordered += more
            line.allocated += more
        for sku, units in added:
            self.lines[len(self.lines) + 1] = Line(sku, units, allocated=units)

    def cancel(self, lines):
        for number, quantity in lines.items():
            self.lines[number].cancel(quantity)

    def ship(self, shipment, lines):
        for number, quantity in lines.items():
            line = self.lines[number]
            line.allocated -= quantity
            line.shipped += quantity
        self.shipments[shipment] = dict(lines)

    def cancel_all(self):
        self.cancel({number: line.open for number, line in self.lines.items()})

    def expire(self):
        self.cancel_all()
        self.has_expired = True

    def shown(self):
        """As `order_wire.read_order` gives it, without the version."""
        counters = {n: (one.sku, one.ordered, one.cancelled, one.allocated, one.shipped) for n, one in self.lines.items()}
        return {
            "id": self.id,
            "hold": self.hold,
            "status": self.status,
            "lines": counters,
            "shipments": self.shipments,
            "payment": self.payment,
            "on_hold": self.on_hold,
        }

    def units(self):
        """`{sku: (allocated, shipped)}`"""
        found = {}
        for line in self.lines.values():
            allocated, shipped = found.get(line.sku, (0, 0))
            found[line.sku] = (allocated + line.allocated, shipped + line.shipped)
        return found


def differences(twin, shown):
    """What an order reads as and should not, in words; none where it is as the twin has it."""
    wanted = twin.shown()
    return [f"{name} {shown[name]}, not {wanted[name]}" for name in wanted if shown[name] != wanted[name]]
