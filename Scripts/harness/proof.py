"""After the faults are over: the state of the cluster must be what the record of the load says, no more and no less."""

import time

from . import cluster_wire, history, wire
from .http2 import Connection
from .processes import Failure

FINDINGS_MAX = 8
SETTLED_SECONDS = 10


def await_settlement(look, seconds):
    """Looks at the nodes until no shard has anything under way with other shards: every shard that takes part in a hold or
    an order has heard what became of it. Gives how long that took, and what is left when the time is up, in sentences."""
    began = time.monotonic()
    while doubts := cluster_wire.in_doubt(look()):
        if time.monotonic() - began > seconds:
            return seconds, [in_words(shard, counts, seconds) for shard, counts in doubts.items()]
        time.sleep(0.1)
    return time.monotonic() - began, []


def in_words(shard, counts, seconds):
    if counts is None:
        return f"after {seconds} s without a fault nobody leads shard {shard}, so that it may be in doubt"
    outbox, waiting = counts
    return (
        f"after {seconds} s without a fault shard {shard} is in doubt: {outbox} parts of other shards have not heard from "
        f"it what became of them, and {waiting} parts of its own have not heard from others"
    )


class Proof:
    """Asks the nodes and compares. `stock` is what each SKU had received before the load. `may_be_lost` says of which
    acknowledged reservations nobody promises that they are still there: after a recovery, of those later than its bound."""

    def __init__(self, members, stock, records, may_be_lost=lambda one: False):
        self.may_be_lost = may_be_lost
        self.lost, self.losable = set(), set()
        self.members = members
        self.stock = stock
        self.histories = [history.read(record) for record in records]
        self.findings = []
        self.settled_after = None

    def run(self):
        """Sentences about what is wrong; none where all is well."""
        self.judge_settlement()
        merged = history.History(
            sorted((one for past in self.histories for one in past.operations), key=lambda one: one.begun),
            [refusal for past in self.histories for refusal in past.refusals],
        )
        # Before unknown outcomes are settled: what is settled now could not be seen by the reads of the load.
        self.findings += history.stale_reads(merged)[:FINDINGS_MAX]
        wrong = merged.of(outcome="wrong")
        self.findings += [f"the answer {one.value} does not fit {one.identifier}, {one.sku}" for one in wrong[:FINDINGS_MAX]]
        acknowledged = merged.of(kind="reserve", outcome="ok")
        held = [(one.value, one.sku, one.quantity) for one in acknowledged]
        self.losable = {one.value for one in acknowledged if self.may_be_lost(one)}
        with self.connection(self.members[0]) as connection:
            held += self.settle(connection, merged.of(kind="reserve", outcome="unknown"))
        return self.judge_stock(held, merged.of(kind="reserve", outcome="sold-out"))

    def judge_settlement(self, seconds=SETTLED_SECONDS):
        """Nothing may be in doubt any more so long after the last fault, and the end of the load."""
        self.settled_after, doubts = await_settlement(self.statuses, seconds)
        self.findings += doubts

    def statuses(self):
        """What the nodes say that answer. The shards of one that does not, and leads, are led by nobody."""
        found = (cluster_wire.node_status(member.host, member.port) for member in self.members)
        return [status for status in found if status is not None]

    def judge_stock(self, held, refused=()):
        """`held`: `[(hold id, sku, quantity)]`, each of which must be there, and nothing else."""
        for index, member in enumerate(self.members):
            with self.connection(member) as connection:
                # All holds once, in shares: each node looks some of them up, so that each way is taken.
                self.look_up(connection, member, held[index :: len(self.members)])
        held = [entry for entry in held if entry[0] not in self.lost]
        for member in self.members:
            with self.connection(member) as connection:
                self.compare_stock(connection, member, held, refused)
                self.verify_ledger(connection, member)
        return self.findings

    def connection(self, member):
        return Connection(member.port, 30, host=member.host)

    def say(self, text):
        if len(self.findings) < 5 * FINDINGS_MAX:
            self.findings.append(text)

    def settle(self, connection, unknown):
        """Sends what stayed unknown once more with its id: from here on it counts, once."""
        asked = [wire.reserve(one.sku, one.quantity, one.identifier) for one in unknown]
        settled = []
        for one, answer in zip(unknown, connection.call_all(wire.RESERVE, asked)):
            if answer is None:
                continue  # sold out meanwhile
            hold, sku, granted = wire.reserved_hold(answer)
            if (hold[:36], sku, granted) != (one.identifier, one.sku, one.quantity):
                self.say(f"the retry of {one.identifier} was answered with {hold}, {granted} of {sku}")
            settled.append((hold, sku, granted))
        return settled

    def look_up(self, connection, member, held):
        answers = connection.call_all(wire.GET_HOLD, [wire.get_hold(hold) for hold, _, _ in held])
        for (hold, sku, quantity), answer in zip(held, answers):
            if answer is None and hold in self.losable:
                self.lost.add(hold)
            elif answer is None:
                self.say(f"node {member.number}: the acknowledged hold {hold} is lost")
            elif wire.reserved_hold(answer) != (hold, sku, quantity) or wire.one(answer, 3, 3) != wire.HOLD_ACTIVE:
                self.say(f"node {member.number}: the hold {hold} reads as {wire.reserved_hold(answer)}")

    def compare_stock(self, connection, member, held, refused):
        """Held is exactly what was acknowledged: nothing lost, nothing held twice, nothing oversold.

        As stock only shrinks, who heard that it was sold out cannot find it available now."""
        asked = {sku: 1 << 62 for sku in self.stock}
        for one in refused:
            asked[one.sku] = min(asked[one.sku], one.quantity)
        expected = {sku: 0 for sku in self.stock}
        for _, sku, quantity in held:
            expected[sku] += quantity
        answers = connection.call_all(wire.GET_STOCK, [wire.get_stock(sku) for sku in expected])
        for (sku, units), answer in zip(expected.items(), answers):
            if answer is None:
                self.say(f"node {member.number}: the stock of {sku} cannot be read")
                continue
            available, found, _ = wire.balances(answer)
            if found != units or available != self.stock[sku] - units:
                self.say(f"node {member.number}: {sku} has {found} held, {available} available; {units} were acknowledged")
            if available >= asked[sku] and not self.lost:
                self.say(f"{sku} has {available} available; {asked[sku]} were refused as sold out")

    def verify_ledger(self, connection, member):
        shards = connection.call(wire.VERIFY_LEDGER, b"")
        if not shards:
            self.say(f"node {member.number}: the ledger cannot be verified")
        for shard in shards:
            if not wire.one(shard, 3):
                finding = wire.text(wire.one(shard, 4, 1, default=b""))
                self.say(f"node {member.number}: the ledger of shard {wire.one(shard, 1)} is not sound: {finding}")


def load_catalogue(member, location, stock):
    """Makes the location, the SKUs and their stock, of which some may have none."""
    with Connection(member.port, 20, host=member.host) as connection:
        calls = [(wire.PUT_LOCATION, wire.put_location(location)), (wire.PUT_SKUS, wire.put_skus(stock))]
        calls += [(wire.RECEIVE, wire.receive(sku, location, units)) for sku, units in stock.items() if units]
        for path, message in calls:
            if not connection.call(path, message):
                raise Failure(f"node {member.number} refused {path}")
