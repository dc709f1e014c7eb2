"""How a cluster bears ten times what it can do, and ten minutes of most of what it can do."""

import contextlib
import json
import os
import subprocess

from . import cluster_wire, figures, node
from .processes import Beside, Failure, memory

PEAK_SECONDS, CALM_SECONDS, AFTER_SECONDS = 6, 60, 20
# Of the calm load, before anything is counted: its holds do not expire yet.
FRESH_SECONDS = 10
# Seconds that are looked at together: one may have a flush in it.
NORMAL_SECONDS = 3
# Of the slowest such seconds before, from which on all is as before.
NORMAL_SHARE = 0.9
OVERLOAD = 10
SOAK_SHARE = 0.7
# Calls in flight on a connection, of which the best rate is the peak.
PEAK_IN_FLIGHT = (1, 2, 4)
# The load of the overload has many reservations a call: a client that makes ten times the peak with single ones would
# need ten times the processors of the servers. Holds live shorter than the load that comes before, so that memory grows with
# the overload and not with the holds that are made.
MANY = {"skus": 10_000, "connections": 16, "batch": 100, "prefix": "overload", "no_verify": True, "ttl": 5}
# Of what was acknowledged in the overload, or in the soak, so many holds are looked up; sums of stock and the ledgers are
# checked in full.
VERIFY_SAMPLE = 10_000
# As long as a shop lets its customer wait.
STORM = {"in_flight": 256, "queue": 1_000, "deadline_ms": 2_000, "attempts": 1, "warmup": 0}
PROCESSORS = sorted(os.sched_getaffinity(0))
SINGLE = {"skus": 10_000, "connections": 16, "in_flight": 16, "prefix": "soak", "no_verify": True}


class Memory(Beside):
    """Watches the anonymous memory of a cluster's nodes, once a second: the sum of all."""

    def __init__(self, made):
        self.pids = [member.pid for member in made.members]
        self.samples = [self.now()]
        super().__init__()

    def now(self):
        return sum(memory(pid)[1] for pid in self.pids)

    def watch(self):
        while not self.leaving.wait(1):
            with contextlib.suppress(OSError):
                self.samples.append(self.now())


def halves():
    """The processors in two halves, for servers and for the load: a load that is ten times as large must not take from
    the servers what they had before. On one processor both have it."""
    half = len(PROCESSORS) // 2
    return (PROCESSORS[:half], PROCESSORS[half:]) if half else (PROCESSORS, PROCESSORS)


@contextlib.contextmanager
def on(processors):
    """What is started here runs on these processors."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, processors)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def leader(made):
    """Of the only shard: what is measured is not the way through another node."""
    return made.member(max(cluster_wire.leaders(made.statuses()).items())[1])


def load(made, seconds, processors=None, **options):
    """Runs a load, on some processors only."""
    with on(processors or os.sched_getaffinity(0)):
        return bench(made, "run", seconds + 300, seconds=seconds, **options)


def bench(made, command, timeout, **options):
    """Runs a benchmark whose calls may be refused, and which may find something: it then ends badly, and says so in its
    JSON all the same."""
    arguments = node.bench_arguments(leader(made), command, json="-", **options)
    command = [str(argument) for argument in arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        raise Failure(f"holdfast-bench ended with {done.returncode}: {done.stderr.strip()[-500:]}") from None


def goodput(result):
    return result["reservations"].get("done", 0) / result["seconds"]


def overload(made, seconds):
    """`(what, figure, bar, met)` for each bar."""
    _, ours = halves()
    load(made, 1, ours, in_flight=1, warmup=0, **MANY)
    many = MANY | {"no_setup": True}
    peaks = {
        count: goodput(load(made, PEAK_SECONDS, ours, in_flight=count, warmup=1, **many)) for count in PEAK_IN_FLIGHT
    }
    best = max(peaks, key=peaks.get)
    calm = many | {"in_flight": best, "warmup": 0}
    record = made.directory / "overload.record"
    with Memory(made) as watched:
        usual = rates(load(made, CALM_SECONDS, ours, **calm))[FRESH_SECONDS:]
        peak = sum(usual) / len(usual)
        grown = watched.samples[FRESH_SECONDS:]
        rate = int(OVERLOAD * peak / MANY["batch"])
        storm = load(made, seconds, ours, rate=rate, record=record, **many | STORM)
    most = max(watched.samples)
    after = load(made, AFTER_SECONDS, ours, **calm)
    # Behind the load that comes after: that shall find what the overload leaves, and not what a verification does.
    checked = bench(made, "verify", 600, record=record, verify_sample=VERIFY_SAMPLE).get("verification")
    return [
        (f"the peak, with {best} calls in flight a connection", f"{peak:,.0f}/s", "", True),
        offered(storm, peak),
        ratio("goodput by the peak", goodput(storm) / peak, 0.8),
        *refusals(storm),
        answered("done", storm, 2_000),
        *grew(most, grown, sum(usual), storm["reservations"].get("done", 0)),
        normal_again(rates(after), usual, pause_between(storm, after)),
        verified(checked),
    ]


def verified(check):
    """What came of looking at all that was acknowledged."""
    told = "nothing was verified" if not check else f"{check['findingCount']} of {check['holdsChecked']:,} holds looked up"
    return ("wrong of what was acknowledged", told, "0", bool(check) and check["isFine"] and check["holdsChecked"] > 0)


def pause_between(first, second):
    """Seconds from the end of a load to the beginning of the next."""
    began, begins = (one["timeline"]["startedAtMilliseconds"] / 1000 for one in (first, second))
    return max(0, begins - began - first["seconds"])


def grew(most, grown, made_before, made):
    """The ids and blocks that a node keeps in memory, up to a bound, grow with the reservations that it makes, whether or
    not more are asked for. What as many take in calm is no effect of the overload."""
    before = figures.median(grown[-5:])
    usual = max(0, grown[-1] - grown[0]) / made_before * made
    share = (most - usual) / before
    return [
        ("memory by that before", f"{most / before:.2f}x", "<= 1.5x", most <= 1.5 * before),
        ("the same without what as many reservations take in calm", f"{share:.2f}x", "", True),
    ]


def rates(result):
    """Reservations in each second of a load that nothing refuses."""
    return [second["calls"] * MANY["batch"] for second in result["timeline"]["seconds"]]


def ratio(what, value, least):
    return (what, f"{value:.2f}x", f">= {least:g}x", value >= least)


def offered(storm, peak):
    """What was meant to be sent, and how much of it the client sent in time: else it was not this overload that was
    borne."""
    dropped = storm["openLoop"]["dropped"] * MANY["batch"]
    sent = sum(storm["reservations"].values()) / storm["seconds"]
    share = sent / (sent + dropped / storm["seconds"])
    told = f"{sent / peak:.2f}x sent, {share:.0%} of what was meant"
    return ("asked for by the peak", told, f">= {0.9 * OVERLOAD:g}x", sent >= 0.9 * OVERLOAD * peak)


def refusals(storm):
    """How much was refused, how quickly, counted from when the call was meant to be sent; and that nothing ended
    otherwise."""
    counts = storm["reservations"]
    everything = sum(counts.values())
    refused = counts.get("resource_exhausted", 0) / everything
    others = {name: count for name, count in counts.items() if name not in ("done", "resource_exhausted") and count}
    return [
        ("refused with RESOURCE_EXHAUSTED", f"{refused:.1%} of all", "> 0", refused > 0),
        answered("resource_exhausted", storm, 1_000),
        ("other endings", json.dumps(others), "<= 0.1% of all", sum(others.values()) <= 0.001 * everything),
    ]


def answered(outcome, storm, most):
    outcomes = next(one["outcomes"] for one in storm["operations"] if one["operation"] == "batch-reserve")
    if outcome not in outcomes:
        return (f"p99 of {outcome}", "none", f"<= {most:,} ms", False)
    p50, p99 = (outcomes[outcome][f"{name}Microseconds"] / 1000 for name in ("p50", "p99"))
    return (f"p99 of {outcome}", f"{p99:.1f} ms (p50 {p50:.1f})", f"<= {most:,} ms", p99 <= most)


def normal_again(after, usual, pause=0.0):
    """From which second on, counted from the end of the overload, some seconds together have what the slowest had before.
    That a second is bad is not held against them, and neither is a compaction, as there was one before."""
    least = NORMAL_SHARE * min(windows(usual))
    normal = [pause + first for first, rate in enumerate(windows(after)) if rate >= least]
    told = f"{normal[0]:.1f}" if normal else "never"
    return (f"seconds until {least:,.0f}/s again", told, "<= 5", bool(normal) and normal[0] <= 5)


def windows(rates):
    """The mean rate of so many seconds from each second on."""
    places = range(len(rates) - NORMAL_SECONDS + 1)
    return [sum(rates[first : first + NORMAL_SECONDS]) / NORMAL_SECONDS for first in places]


def soak(made, seconds):
    """Holds live shorter than the soak, so that they expire as fast as they are made."""
    peak = goodput(load(made, PEAK_SECONDS, warmup=2, ttl=30, **SINGLE))
    many = SINGLE | {"no_setup": True, "in_flight": 1_000, "ttl": max(1, min(60, seconds // 4))}
    del many["no_verify"]
    many["verify_sample"] = VERIFY_SAMPLE
    with Memory(made) as watched:
        result = load(made, seconds, warmup=5, rate=int(SOAK_SHARE * peak), **many)
        # What the verification reads is not the load's.
        watched.samples = watched.samples[: seconds + 5]
    latency = next(one["latency"] for one in result["operations"] if one["operation"] == "reserve")
    p99, p999 = (latency[f"{name}Microseconds"] / 1000 for name in ("p99", "p999"))
    third = len(watched.samples) // 3
    growth = figures.median(watched.samples[-third:]) / figures.median(watched.samples[third : 2 * third])
    return [
        (f"p99 at {SOAK_SHARE:.0%} of {peak:,.0f}/s", f"{p99:.2f} ms", "<= 5 ms", p99 <= 5),
        ("p99.9", f"{p999:.2f} ms", "<= 20 ms", p999 <= 20),
        ("memory, last third by the second", f"{growth:.2f}x", "<= 1.05x", growth <= 1.05),
        ("what the benchmark found wrong", str(len(result["problems"])), "0", not result["problems"]),
        verified(result.get("verification")),
    ]
