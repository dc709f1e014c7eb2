"""The rows of the fault table that need a whole cluster, by name. Each says what it does and when it passes."""

import dataclasses

ROWS = {}


@dataclasses.dataclass
class Row:
    name: str
    fault: str
    passes: str
    needs: tuple
    times: int  # how often the fault is brought about, unless --times says otherwise
    times_short: int
    play: object

    @property
    def needs_world(self):
        return "world" in self.needs or "tap" in self.needs or "loop" in self.needs


def row(name, fault, passes, needs=(), times=1, times_short=1):
    """Registers the function that plays a row: `play(stage)`; `stage.times` is how often."""

    def register(play):
        ROWS[name] = Row(name, fault, passes, needs, times, times_short, play)
        return play

    return register


def resumed_after(past, moment, until, kinds=("reserve",)):
    """How long after a moment the last SKU had its first success: as every shard has some, all are led again by then."""
    found = 0.0
    by_sku = {}
    for one in past.operations:
        if one.caller == "shopper" and one.kind in kinds and one.outcome in ("ok", "sold-out") and one.ended > moment:
            by_sku.setdefault(one.sku, []).append(one.ended)
    for sku in past.traded_skus():
        found = max(found, min(by_sku.get(sku, [until])) - moment)
    return found
