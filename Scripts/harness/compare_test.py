"""Do Scripts/compare, bench and scale find a missed bar? Made-up figures on either side of each."""

from . import callgrind, costs, endurance, peer_tigerbeetle, plot, regimes, replicas, scale
from .load import Figures


def run_of(rate, p50=0.1, p99=0.5):
    return Figures(rate, p50, p99, 1.2, 0.5)


def bars():
    """Each bar of each regime is met by a figure at its limit, and missed by one a little beyond it."""
    found = []
    for regime in regimes.REGIMES:
        for bar in regime.bars:
            for beyond in (False, True):
                results = {f"{regime.name} hot": made_up(bar, beyond), f"{regime.name} uniform": made_up(bar, beyond)}
                missed = [one for one in regimes.verdicts(results, [regime]) if not one.met]
                if len(missed) != (2 if beyond else 0):
                    found.append(f"{regime.name}, {bar.text()}, beyond {beyond}: missed are {missed}")
    return found


def made_up(bar, beyond):
    """A run that is exact in one bar and far better than asked in the others."""
    peer = run_of(1_000)
    mine = run_of(1e7)
    limit = bar.limit * 1_000 if bar.peer else bar.limit
    worse = 0.999 if bar.is_least else 1.001
    setattr(mine, bar.figure, limit * worse if beyond else limit)
    return {"holdfast": [mine], "redis": [peer]}


def hot_and_uniform():
    """Rounds are compared with themselves; one that failed is left out, and is not taken for a good one."""
    regime = regimes.REGIMES[0]
    found = []
    for hot, met in ((95, True), (94, False)):
        results = {
            f"{regime.name} hot": {"holdfast": [run_of(1e9), run_of(hot * 1e4), run_of(hot * 1e3)]},
            f"{regime.name} uniform": {"holdfast": [None, run_of(1e6), run_of(1e5)]},
        }
        verdict = regimes.verdicts(results, [regime])[-1]
        if verdict.met != met:
            found.append(f"hot at {hot} %: {verdict}")
    failed = {f"{regime.name} hot": {"holdfast": [None], "redis": [None]}}
    judged = regimes.verdicts(failed, [regime])
    if any(one.met or one.figure != regimes.NOT_MEASURED for one in judged) or len(judged) != 2 * len(regime.bars) + 1:
        found.append(f"a run of which every round failed is judged as {judged}")
    alone = {f"{regime.name} {choice}": {"holdfast": [run_of(1e9)]} for choice in ("hot", "uniform")}
    if [one.met for one in regimes.verdicts(alone, [regime])] != [not bar.peer for bar in regime.bars] * 2 + [True]:
        found.append("a bar by a peer that did not run counts as met")
    if next(replicas.rows(failed))[2] != "failed":
        found.append("a system of which every round failed has figures")
    if "<svg" not in plot.svg(failed) or plot.text(failed):
        found.append("a plot of nothing is not empty")
    return found


DUMP = """positions: line
events: Ir
fn=(1) main
16 400
cfn=(2) malloc
calls=3 20
16 90
cfn=(3) apply'2
calls=9 30
16 50
fn=(3)
30 70
cfi=(4) x.c
cfn=(2)
calls=4 20
30 10
totals: 123456
"""


def dumps():
    """Allocations are counted by the number a name was given first, and only theirs."""
    instructions, allocations = callgrind.read(DUMP)
    return [] if (instructions, allocations) == (123_456, 7) else [f"read as {instructions}, {allocations}"]


def thresholds():
    """The margin is on top of what was measured; a limit that is lower wins."""
    kept = {"margin_percent": 10, "costs": dict.fromkeys(costs.COSTS, 100), "limits": {"replica_bytes": 105}}
    found = []
    for value, missed in ((100, 0), (107, 1), (111, 3)):
        judged = costs.judge(dict.fromkeys(costs.COSTS, value), kept)
        if sum(not met for *_, met in judged) != missed:
            found.append(f"{value} against 100 and 10 %: {judged}")
    if costs.cheaper(dict.fromkeys(costs.COSTS, 89), kept) != list(costs.COSTS):
        found.append("a gain beyond the margin is not told")
    return found


TIGERBEETLE = """load accepted = 126543 tx/s
batch latency p00 = 3 ms
batch latency p50 = 61 ms
batch latency p99 = 158 ms
"""


def foreign_words():
    """What TigerBeetle's benchmark prints, in milliseconds or microseconds."""
    rate = peer_tigerbeetle.found(TIGERBEETLE, peer_tigerbeetle.RATE)
    slow = peer_tigerbeetle.latency(TIGERBEETLE, 99)
    fast = peer_tigerbeetle.latency(TIGERBEETLE.replace("158 ms", "1580 us"), 99)
    return [] if (rate, slow, fast) == (126_543, 158, 1.58) else [f"read as {rate}, {slow}, {fast}"]


def endings():
    """Overload: only RESOURCE_EXHAUSTED may go beside what is done; and the way back is over when three seconds together
    have nine tenths of the slowest before."""
    found = []
    for other, met in (("resource_exhausted", True), ("unavailable", False)):
        storm = {
            "reservations": {"done": 1, other: 2},
            "operations": [{"operation": "batch-reserve", "outcomes": {}}],
        }
        if endurance.refusals(storm)[-1][-1] != met:
            found.append(f"{other} is judged wrongly")
    quick = [1, 8, 10, 8, 10, 10]
    cases = (
        (quick, 0, "2.0", True),
        (quick, 3.5, "5.5", False),
        ([1] * 6 + [10] * 3, 0, "6.0", False),
        ([8] * 6, 0, "never", False),
    )
    for after, pause, told, met in cases:
        took = endurance.normal_again(after, [10] * 6, pause)
        if took[1] != told or took[-1] != met:
            found.append(f"the way back is {took}")
    rows = [
        {"axis": "holds", "value": 1e6, "memory": 100, "disk": 10},
        {"axis": "holds", "value": 3e6, "memory": 500, "disk": 30},
    ]
    if scale.a_million_holds(rows) != {"memory": 200, "disk": 10}:
        found.append(f"a million holds take {scale.a_million_holds(rows)}")
    return found


TESTS = (bars, hot_and_uniform, dumps, thresholds, foreign_words, endings)
