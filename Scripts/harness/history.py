"""What a recorder wrote down, and what must follow from it.

Holds of the load live for a day and are never released, so what a SKU has held only grows, and a linearizable read can be
judged without a search: it must see every reservation that was acknowledged before the read began, none that began after
the read ended, and never less than an earlier read saw.
"""

import bisect
import dataclasses

from . import figures


@dataclasses.dataclass
class Operation:
    caller: str
    kind: str
    outcome: str
    begun: float
    ended: float
    node: int
    attempts: int
    sku: str
    quantity: int
    identifier: str
    value: str
    stamp: int = 0


@dataclasses.dataclass
class Refusal:
    caller: str
    kind: str
    status: str
    moment: float
    node: int


@dataclasses.dataclass
class History:
    operations: list
    refusals: list
    still: list = dataclasses.field(default_factory=list)  # (begin, end) of times in which the load itself stood still

    def of(self, **wanted):
        """Operations with these values: `of(kind="reserve", outcome="ok")`."""
        return [one for one in self.operations if all(getattr(one, name) == value for name, value in wanted.items())]

    def successes(self, caller="shopper", kinds=("reserve", "read"), nodes=None):
        """The moments at which operations succeeded, in order."""
        return sorted(
            one.ended
            for one in self.operations
            if one.outcome in ("ok", "sold-out") and one.caller == caller and one.kind in kinds
            and (nodes is None or one.node in nodes)
        )

    def traded_skus(self):
        """What shoppers trade in, in order; not what is only wanted."""
        return sorted({one.sku for one in self.operations if one.kind in ("read", "reserve")})

    def failures(self):
        """Operations of shoppers that did not succeed within their deadline."""
        return [one for one in self.operations if one.caller == "shopper" and one.outcome in ("refused", "unknown")]

    def statuses(self, **wanted):
        """`{moment: status}` of the attempts that did not succeed: an operation of one attempt ended at that moment."""
        chosen = [one for one in self.refusals if all(getattr(one, name) == value for name, value in wanted.items())]
        return {one.moment: one.status for one in chosen}

    def rate(self, since, until):
        return sum(since <= moment < until for moment in self.successes()) / max(until - since, 1e-9)

    def p99_ms(self, since, until):
        taken = [1000 * (one.ended - one.begun) for one in self.of(caller="shopper") if since <= one.begun < until]
        return figures.percentile(taken, 0.99)


def read(path):
    operations, refusals, still = [], [], []
    with open(path) as record:
        for line in record:
            kind, *fields = line.split()
            if not line.endswith("\n"):
                break
            if kind == "op":
                caller, what, outcome, begun, ended, node, attempts, sku, quantity, identifier, value, stamp = fields
                operations.append(
                    Operation(
                        caller, what, outcome, float(begun), float(ended), int(node), int(attempts), sku, int(quantity),
                        identifier, value, int(stamp),
                    )
                )
            elif kind == "still":
                still.append((float(fields[0]), float(fields[1])))
            else:
                caller, what, status, moment, node = fields
                refusals.append(Refusal(caller, what, status, float(moment), int(node)))
    return History(operations, refusals, still)


def gap_after(moments, moment, until):
    """How long after a moment the next success came; up to `until` where none came."""
    index = bisect.bisect_right(moments, moment)
    return (moments[index] if index < len(moments) else until) - moment


def longest_gap(moments, since, until):
    """The longest time without a success between two moments."""
    inside = [since, *(moment for moment in moments if since < moment < until), until]
    return max(later - earlier for earlier, later in zip(inside, inside[1:]))


def stale_reads(history):
    """Sentences about reads that saw less, or more, than a linearizable read may see."""
    found = []
    skus = sorted({one.sku for one in history.operations})
    by_sku = {sku: ([], []) for sku in skus}
    for one in history.operations:
        by_sku[one.sku][one.kind == "read"].append(one)
    for sku in skus:
        found += stale_reads_of(*by_sku[sku])
    return found


def stale_reads_of(reserves, reads):
    """The same for one SKU. Sums are over prefixes of the reservations by end and by begin."""
    acknowledged = sorted((one.ended, one.quantity) for one in reserves if one.outcome == "ok")
    # Of what was surely refused nothing can be seen; anything else may be seen from its begin on.
    possible = sorted((one.begun, one.quantity) for one in reserves if one.outcome not in ("refused", "sold-out"))
    must_see, may_see = prefix_sums(acknowledged), prefix_sums(possible)
    seen = sorted((one.ended, int(one.value)) for one in reads if one.outcome == "ok")
    largest = running_maxima(seen)
    found = []
    for one in reads:
        if one.outcome != "ok":
            continue
        value = int(one.value)
        least = must_see(one.begun)
        earlier = largest(one.begun)
        most = may_see(one.ended)
        if value < max(least, earlier) or value > most:
            found.append(
                f"a read of {one.sku} at node {one.node} saw {value} held; {least} were acknowledged before it began, "
                f"an earlier read saw {earlier}, and at most {most} were asked for when it ended"
            )
    return found


def prefix_sums(pairs):
    """`pairs` of a moment and a number, in order; gives the function from a moment to the sum of all strictly before it."""
    moments = [moment for moment, _ in pairs]
    sums = [0]
    for _, quantity in pairs:
        sums.append(sums[-1] + quantity)
    return lambda moment: sums[bisect.bisect_left(moments, moment)]


def running_maxima(pairs):
    moments = [moment for moment, _ in pairs]
    maxima = [0]
    for _, value in pairs:
        maxima.append(max(maxima[-1], value))
    return lambda moment: maxima[bisect.bisect_left(moments, moment)]
