"""After the faults are over: holds, orders, balances and the journal must be what the buyers' record says, no more and no less."""

import json
import time

from . import order_wire, wire
from .order_twin import Line, Order, differences
from .proof import Proof

EXPIRY_SECONDS = 3


def purchases(path):
    """The lines of a record by kind: `(purchases, wrong, long, still, total)`."""
    found = {"purchase": [], "wrong": [], "long": [], "still": [], "purchases": []}
    with open(path) as record:
        for line in record:
            entry = json.loads(line)
            found[next((kind for kind in found if kind in entry), "purchase")].append(entry)
    return found


def order_of(fields):
    lines = {int(number): Line(**line) for number, line in fields["lines"].items()}
    shipments = {name: {int(n): units for n, units in left.items()} for name, left in fields["shipments"].items()}
    return Order(**fields | {"lines": lines, "shipments": shipments})


class OrderProof(Proof):
    """Asks the nodes and compares. `stock` is what each SKU had received before the load. `is_alone`: nobody else buys
    anything, whatever it is; otherwise only these SKUs are the load's own."""

    def __init__(self, members, stock, record, is_alone=True):
        super().__init__(members, stock, [])
        self.is_alone = is_alone
        self.found = purchases(record)
        self.holds, self.orders, self.doubts, self.refused = {}, {}, {}, {}
        for one in self.found["purchase"]:
            self.take(one)

    def take(self, one):
        if "hold" in one:
            identifier, state, lines, order = one["hold"]
            self.holds[identifier] = (identifier, state, [tuple(line) for line in lines], order)
        if "order" in one:
            self.orders[one["order"]["id"]] = order_of(one["order"])
        if "doubt" in one:
            self.doubts[one["order"]["id"]] = order_of(one["doubt"])
        for identifier, wanted, is_doubtful in one["refused"]:
            self.refused[identifier] = ([tuple(line) for line in wanted], is_doubtful)

    def run(self):
        """Sentences about what is wrong; none where all is well."""
        self.findings += [one["wrong"] for one in self.found["wrong"]]
        self.judge_settlement()
        # Holds and payments whose time is up are swept by their own shard's clock.
        time.sleep(EXPIRY_SECONDS)
        with self.connection(self.members[0]) as connection:
            self.list_all(connection)
        for index, member in enumerate(self.members):
            with self.connection(member) as connection:
                # All once, in shares: each node looks some of them up, so that each way is taken.
                self.look_up_holds(connection, member, sorted(self.holds)[index :: len(self.members)])
                self.look_up_orders(connection, member, sorted(self.orders)[index :: len(self.members)])
        for member in self.members:
            with self.connection(member) as connection:
                self.compare_balances(connection, member)
                self.verify_ledger(connection, member)
        with self.connection(self.members[-1]) as connection:
            self.fold_journal(connection)
        return self.findings

    def pages(self, connection, path, records, token, **filters):
        """All elements of a list: `records` and `token` are the numbers of its response's fields."""
        next_token = b""
        while True:
            answer = connection.call(path, order_wire.page(next_token, **filters))
            if not answer:
                return self.say(f"{path} was refused")
            found = wire.read(answer[0])
            yield from found.get(records, [])
            next_token = found.get(token, [b""])[0]
            if not next_token:
                return

    def list_all(self, connection):
        """The lists have each once, and nothing that nobody asked for."""
        states = b"".join(wire.field(8, state) for state in range(1, 7))
        listed = self.listed(connection, order_wire.LIST_HOLDS, states=states)
        holds = self.by_id("hold", [[order_wire.read_hold(one) for one in found] for found in listed], 0)
        listed = self.listed(connection, order_wire.LIST_ORDERS)
        orders = self.by_id("order", [[order_wire.read_order(one) for one in found] for found in listed], "id")
        for identifier, found in holds.items():
            if identifier not in self.holds and self.is_late(identifier, found[2], "hold"):
                self.holds[identifier] = found
        for identifier, found in orders.items():
            wanted = [(sku, ordered) for sku, ordered, *_ in found["lines"].values()]
            if identifier not in self.orders and self.is_late(identifier, wanted, "order"):
                self.orders[identifier] = Order.of(identifier, found["hold"], wanted, found["status"] == 1)
        self.all_listed("hold", holds, self.holds)
        self.all_listed("order", orders, self.orders)

    def listed(self, connection, path, **filters):
        """Holds or orders: a list of all there are, or a list for each SKU of the load where others buy as well."""
        return [list(self.pages(connection, path, 1, 2, **filters, **chosen)) for chosen in self.choices()]

    def by_id(self, what, lists, key):
        """Those of all lists; one is in the lists of all its SKUs, but never twice in one."""
        found = {}
        for listed in lists:
            own = {one[key]: one for one in listed}
            if len(own) != len(listed):
                self.say(f"{len(listed) - len(own)} {what}s are listed twice")
            found |= own
        return found

    def choices(self):
        """What to ask lists for, one after the other: for everything, or for one SKU of the load at a time."""
        return [{}] if self.is_alone else [{"sku": wire.field(5, sku)} for sku in self.stock]

    def is_late(self, identifier, lines, what):
        """Whether it may be there although it was refused: an earlier attempt of which nothing was heard came later."""
        wanted, is_doubtful = self.refused.get(identifier[:36], ([], False))
        if not is_doubtful or wanted != lines:
            self.say(f"a {what} is listed that was not acknowledged: {identifier} with {lines}")
        return is_doubtful

    def all_listed(self, what, listed, known):
        for identifier in sorted(set(known) - set(listed)):
            self.say(f"the acknowledged {what} {identifier} is not listed")

    def look_up_holds(self, connection, member, identifiers):
        answers = connection.call_all(wire.GET_HOLD, [wire.get_hold(one) for one in identifiers])
        for identifier, answer in zip(identifiers, answers):
            if answer is None:
                self.say(f"node {member.number}: the acknowledged hold {identifier} is lost")
            elif order_wire.hold(answer) != self.holds[identifier]:
                self.say(f"node {member.number}: a hold reads {order_wire.hold(answer)}, not {self.holds[identifier]}")

    def look_up_orders(self, connection, member, identifiers):
        answers = connection.call_all(order_wire.GET_ORDER, [wire.field(5, one) for one in identifiers])
        for identifier, answer in zip(identifiers, answers):
            if answer is None:
                self.say(f"node {member.number}: the acknowledged order {identifier} is lost")
                continue
            shown, doubt = order_wire.order(answer), self.doubts.get(identifier)
            if doubt is not None and not differences(doubt, shown):
                self.orders[identifier] = doubt
            for wrong in differences(self.orders[identifier], shown):
                self.say(f"node {member.number}: the order {identifier} has {wrong}")

    def expected(self):
        """`{sku: [held, allocated, shipped]}`, and the same for each hold with the order that it became."""
        total = {sku: [0, 0, 0] for sku in self.stock}
        by_id = {}

        def add(identifier, sku, place, units):
            total[sku][place] += units
            by_id.setdefault(identifier, {}).setdefault(sku, [0, 0, 0])[place] += units

        for identifier, state, lines, _ in self.holds.values():
            for sku, units in lines:
                add(identifier, sku, 0, units if state == order_wire.ACTIVE else 0)
        for order in self.orders.values():
            for sku, (allocated, shipped) in order.units().items():
                add(order.hold or order.id, sku, 1, allocated)
                add(order.hold or order.id, sku, 2, shipped)
        return total, by_id

    def compare_balances(self, connection, member):
        total, _ = self.expected()
        answers = connection.call_all(wire.GET_STOCK, [wire.get_stock(sku) for sku in total])
        for (sku, (held, allocated, shipped)), answer in zip(total.items(), answers):
            wanted = (self.stock[sku] - held - allocated - shipped, held, allocated)
            if answer is None or wire.balances(answer) != wanted:
                found = None if answer is None else wire.balances(answer)
                self.say(f"node {member.number}: {sku} has available, held, allocated {found}, not {wanted}")

    def fold_journal(self, connection):
        """What each hold and order moved, added up, is what it has: so no effect came twice and none is missing."""
        _, by_id = self.expected()
        origin = {order.id: order.hold for order in self.orders.values() if order.hold}
        records = []
        for chosen in self.choices():
            records += map(read_record, self.pages(connection, order_wire.LIST_JOURNAL, 3, 4, **chosen))
        self.records = len(records)
        moved = add_up(records, origin)
        # What expires is given back together with others, in records that name none of them.
        expired = {one[0] for one in self.holds.values() if one[1] == order_wire.EXPIRED_HOLD}
        for identifier in sorted({*by_id, *moved} - expired):
            wanted, found = without_zeros(by_id.get(identifier, {})), without_zeros(moved.get(identifier, {}))
            if found != wanted:
                self.say(f"the journal moves for {identifier}: {found}; it has {wanted}")


def read_record(message):
    """`(what it was for, sku, from account, to account, units)`"""
    record = wire.read(message)
    cause = wire.read(record.get(10, [b""])[0])
    sku, units = wire.text(record[3][0]), record[7][0]
    return wire.text(cause.get(2, [b""])[0]), sku, record[5][0], record[6][0], units


def add_up(records, origin):
    """`{id: {sku: [held, allocated, shipped]}}`; an order made of a hold goes by the hold's id, as `origin` has them."""
    places = {order_wire.HELD: 0, order_wire.ALLOCATED: 1, order_wire.CUSTOMER: 2}
    moved = {}
    for identifier, sku, source, target, units in records:
        for account, sign in ((source, -1), (target, 1)):
            if identifier and account in places:
                sums = moved.setdefault(origin.get(identifier, identifier), {}).setdefault(sku, [0, 0, 0])
                sums[places[account]] += sign * units
    return moved


def without_zeros(by_sku):
    """What was prepared and given back again, or expired before it was paid, moved nothing in the end."""
    return {sku: sums for sku, sums in by_sku.items() if any(sums)}
