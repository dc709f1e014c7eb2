"""The messages of holds and orders, as `wire` has the others. Field numbers are those of Sources/API/Protos."""

from . import wire
from .wire import field

CONFIRM_HOLD = "/holdfast.v1.HoldService/ConfirmHold"
RELEASE_HOLD = "/holdfast.v1.HoldService/ReleaseHold"
LIST_HOLDS = "/holdfast.v1.HoldService/ListHolds"
CREATE_ORDER = "/holdfast.v1.OrderService/CreateOrder"
GET_ORDER = "/holdfast.v1.OrderService/GetOrder"
LIST_ORDERS = "/holdfast.v1.OrderService/ListOrders"
PAY_ORDER = "/holdfast.v1.OrderService/PayOrder"
HOLD_ORDER = "/holdfast.v1.OrderService/HoldOrder"
RESUME_ORDER = "/holdfast.v1.OrderService/ResumeOrder"
CANCEL_ORDER = "/holdfast.v1.OrderService/CancelOrder"
AMEND_ORDER = "/holdfast.v1.OrderService/AmendOrder"
SHIP_ORDER = "/holdfast.v1.OrderService/ShipOrder"
COMPLETE_ORDER = "/holdfast.v1.OrderService/CompleteOrder"
LIST_JOURNAL = "/holdfast.v1.AuditService/ListJournal"

ACTIVE, CONFIRMED, RELEASED, EXPIRED_HOLD = 2, 3, 4, 5  # HoldState
AWAITING_PAYMENT, READY, PARTIALLY_SHIPPED, SHIPPED, COMPLETED, EXPIRED, CANCELLED = range(1, 8)  # OrderStatus
AVAILABLE, HELD, ALLOCATED, CUSTOMER = 1, 2, 3, 17  # Account


def duration(seconds):
    return field(1, seconds)


def lines_wanted(lines):
    """`[(sku, quantity)]`, as ReserveLine and NewOrderLine have them alike."""
    return [field(1, sku) + field(3, quantity) for sku, quantity in lines]


def reserve(identifier, lines, seconds):
    return field(2, identifier) + b"".join(field(5, one) for one in lines_wanted(lines)) + field(7, duration(seconds))


def confirm(identifier, hold, number, pay_within):
    paid = field(8, duration(pay_within)) if pay_within else b""
    return field(2, identifier) + field(5, hold) + field(6, number) + field(7, "shop") + paid


def release(identifier, hold):
    return field(2, identifier) + field(5, hold)


def create(identifier, lines, number, pay_within):
    paid = field(9, duration(pay_within)) if pay_within else b""
    wanted = b"".join(field(5, one) for one in lines_wanted(lines))
    return field(2, identifier) + wanted + field(6, "shop") + field(7, number) + paid


def of_order(identifier, order):
    """Hold, resume, complete; cancel and ship, where all that is open is meant."""
    return field(2, identifier) + field(4, "a torture row") + field(5, order)


def pay(identifier, order, reference):
    return of_order(identifier, order) + field(6, reference)


def cancel(identifier, order, lines):
    return of_order(identifier, order) + b"".join(field(6, one) for one in quantities(lines))


def ship(identifier, order, shipment, lines):
    return of_order(identifier, order) + field(6, shipment) + b"".join(field(7, one) for one in quantities(lines))


def amend(identifier, order, lines, added, version):
    changed = b"".join(field(6, one) for one in quantities(lines))
    return of_order(identifier, order) + changed + b"".join(field(7, one) for one in lines_wanted(added)) + field(8, version)


def quantities(lines):
    """`{number of a line: quantity}`"""
    return [field(1, number) + field(2, quantity) for number, quantity in lines.items()]


def page(token, size=500, **others):
    """A request for a page of holds, orders or the journal, which number these fields alike."""
    return field(3, size) + field(4, token) + b"".join(others.values())


# Answers.


def was_replayed(answer):
    return bool(wire.one(answer, 2))


def hold(answer):
    """`(id, state, [(sku, quantity)], order id)` of any answer that has a hold."""
    return read_hold(wire.one(answer, 3, default=b""))


def read_hold(message):
    found = wire.read(message)
    lines = [wire.read(line) for line in found.get(4, [])]
    pairs = [(wire.text(line[1][0]), line.get(3, [0])[0]) for line in lines]
    return wire.text(found[1][0]), found.get(3, [0])[0], pairs, wire.text(found.get(7, [b""])[0])


def order(answer):
    return read_order(wire.one(answer, 3, default=b""))


def read_order(message):
    """What a person would look at: id, hold, status, version, the lines' counters, the shipments."""
    found = wire.read(message)
    lines = {}
    for line in map(wire.read, found.get(4, [])):
        counters = tuple(line.get(number, [0])[0] for number in (3, 4, 6, 7))
        lines[line[8][0]] = (wire.text(line[1][0]), *counters)
    shipments = {}
    for shipment in map(wire.read, found.get(20, [])):
        left = [wire.read(line) for line in shipment.get(3, [])]
        shipments[wire.text(shipment[1][0])] = {line[1][0]: line[2][0] for line in left}
    return {
        "id": wire.text(found[1][0]),
        "hold": wire.text(found.get(6, [b""])[0]),
        "status": found.get(3, [0])[0],
        "version": found.get(10, [0])[0],
        "lines": lines,
        "shipments": shipments,
        "payment": wire.text(found.get(13, [b""])[0]),
        "on_hold": bool(found.get(14, [0])[0]),
    }
