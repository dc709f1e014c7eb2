"""Just enough protobuf to speak `holdfast.v1` from Python's standard library, without generated code.

Field numbers are those of Sources/API/Protos; they never change.
"""

import time
import uuid

HEALTH_CHECK = "/grpc.health.v1.Health/Check"
PUT_LOCATION = "/holdfast.v1.CatalogService/PutLocation"
PUT_SKUS = "/holdfast.v1.CatalogService/PutSkus"
RECEIVE = "/holdfast.v1.InventoryService/Receive"
GET_STOCK = "/holdfast.v1.InventoryService/GetStock"
RESERVE = "/holdfast.v1.HoldService/Reserve"
RESERVE_STREAM = "/holdfast.v1.HoldService/ReserveStream"
GET_HOLD = "/holdfast.v1.HoldService/GetHold"
VERIFY_LEDGER = "/holdfast.v1.AuditService/VerifyLedger"

SERVING = 1
HOLD_ACTIVE = 2


def varint(value):
    out = bytearray()
    value &= (1 << 64) - 1
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, value):
    """One field: a whole number as a varint, text or bytes with their length; nothing for a default."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value) if value else b""
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data if data else b""


def read(message):
    """`{field number: [values]}`: numbers as they are, everything with a length as bytes."""
    found = {}
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    while at < len(message):
        key = number()
        kind = key & 7
        if kind == 0:
            value = number()
        elif kind == 2:
            length = number()
            value = message[at : at + length]
            at += length
        else:
            width = {1: 8, 5: 4}[kind]
            value = message[at : at + width]
            at += width
        found.setdefault(key >> 3, []).append(value)
    return found


def one(message, *path, default=0):
    """The value at a path of field numbers, such as `one(answer, 3, 1)`."""
    for number in path:
        values = read(message).get(number)
        if not values:
            return default
        message = values[-1]
    return message


def signed(value):
    return value - (1 << 64) if value >= 1 << 63 else value


def text(value):
    return value.decode() if isinstance(value, bytes) else ""


def request_id():
    """A UUID of version 7, in time order."""
    chance = uuid.uuid4().int & ((1 << 74) - 1)
    value = int(time.time() * 1000) << 80 | 7 << 76 | (chance >> 62) << 64 | 2 << 62 | chance & ((1 << 62) - 1)
    return str(uuid.UUID(int=value))


def put_location(name):
    return field(5, field(2, name))


def put_skus(names):
    return b"".join(field(5, field(2, name)) for name in names)


def receive(sku, location, quantity):
    return field(2, request_id()) + field(5, sku) + field(6, location) + field(7, quantity)


def reserve(sku, quantity=1, identifier=None, seconds=86_400):
    """Without an identifier the node makes one for each call."""
    line = field(5, field(1, sku) + field(3, quantity))
    return field(2, identifier or "") + line + field(7, field(1, seconds))


def get_stock(sku):
    return field(5, sku)


def get_hold(hold_id):
    return field(5, hold_id)


def location(answer):
    """The location of the first line of a GetHoldResponse or a ReserveResponse."""
    return text(one(answer, 3, 4, 2))


def reserved_hold(answer):
    """`(hold id, sku, quantity)` of a ReserveResponse or a GetHoldResponse."""
    hold = one(answer, 3, default=b"")
    line = one(hold, 4, default=b"")
    return text(one(hold, 1)), text(one(line, 1)), one(line, 3)


def hold_made_ms(answer):
    """The stamp of a ReserveResponse's hold, in milliseconds since 1970."""
    made = one(answer, 3, 5, default=b"")
    return one(made, 1) * 1000 + one(made, 2) // 1_000_000


def balances(answer):
    """`(available, held, allocated)` of a GetStockResponse."""
    total = one(answer, 1, 3, default=b"")
    return tuple(signed(one(total, number)) for number in (2, 3, 4))
