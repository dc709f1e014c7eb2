"""How a cluster bears ten times what it can do, and ten minutes of most of what it can do."""

import contextlib
import json
import subprocess

from . import figures, node
from .processes import Beside, Failure, memory

PEAK_SECONDS, AFTER_SECONDS = 10, 15
# Of the peak rate, from which on all is as before.
NORMAL_SHARE = 0.9
SOAK_SHARE = 0.7
# The load of the overload has many reservations a call: a client that makes ten times the peak with single ones would need
# ten times the processors of the servers that it shares them with.
MANY = {"skus": 10_000, "connections": 16, "in_flight": 1, "batch": 100, "prefix": "overload", "no_verify": True}
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


def load(made, seconds, **options):
    """Runs a load whose calls may be refused: the benchmark then ends badly, and says so in its JSON all the same."""
    arguments = node.bench_arguments(made.members[0], "run", json="-", seconds=seconds, **options)
    command = [str(argument) for argument in arguments]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds + 120, check=False
    )
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        raise Failure(f"holdfast-bench ended with {done.returncode}: {done.stderr.strip()[-500:]}") from None


def goodput(result):
    return result["reservations"].get("done", 0) / result["seconds"]


def overload(made, seconds):
    """`(what, figure, bar, met)` for each bar."""
    calm = load(made, PEAK_SECONDS, warmup=2, **MANY)
    peak = goodput(calm)
    many = MANY | {"no_setup": True}
    with Memory(made) as watched:
        before = watched.now()
        flood = MANY | {"no_setup": True, "in_flight": 1_000, "rate": 10 * peak / MANY["batch"], "queue": 1_000}
        storm = load(made, seconds, warmup=0, **flood)
    most = max(watched.samples)
    after = load(made, AFTER_SECONDS, warmup=0, **many)
    return [
        offered(storm, peak),
        ratio("goodput by the peak", goodput(storm) / peak, 0.8),
        only_exhausted(storm),
        refused_quickly(storm),
        ("memory by that before", f"{most / before:.2f}x", "<= 1.5x", most <= 1.5 * before),
        normal_again(after, peak),
    ]


def ratio(what, value, least):
    return (what, f"{value:.2f}x", f">= {least:g}x", value >= least)


def offered(storm, peak):
    """What the client asked for, and what it had to give up because all its places were taken."""
    dropped = storm["openLoop"]["dropped"] * MANY["batch"] if storm.get("openLoop") else 0
    asked = (sum(storm["reservations"].values()) + dropped) / storm["seconds"]
    return ratio("asked for by the peak", asked / peak, 9)


def only_exhausted(storm):
    others = {name: count for name, count in storm["reservations"].items() if name not in ("done", "resource_exhausted")}
    return ("endings other than done and RESOURCE_EXHAUSTED", json.dumps(others), "{}", not others)


def refused_quickly(storm):
    """The client's own queue is not the server's slowness: counted from the real send time."""
    service = next(one["service"] for one in storm["operations"] if one["operation"] == "batch-reserve")
    p99 = service["p99Microseconds"] / 1000
    return ("p99 of all answers", f"{p99:.1f} ms", "<= 1000 ms", p99 <= 1000)


def normal_again(after, peak):
    """The first second whose rate is the peak's again, and stays so."""
    rates = [second["calls"] * MANY["batch"] for second in after["timeline"]["seconds"]]
    slow = [index for index, rate in enumerate(rates) if rate < NORMAL_SHARE * peak]
    took = slow[-1] + 1 if slow else 0
    return (f"seconds until {NORMAL_SHARE:.0%} of the peak", str(took), "<= 5", took <= 5)


def soak(made, seconds):
    """Holds live shorter than the soak, so that they expire as fast as they are made."""
    peak = goodput(load(made, PEAK_SECONDS, warmup=2, ttl=30, **SINGLE))
    many = SINGLE | {"no_setup": True, "in_flight": 1_000, "ttl": max(1, min(60, seconds // 4))}
    with Memory(made) as watched:
        result = load(made, seconds, warmup=5, rate=int(SOAK_SHARE * peak), **many)
    latency = next(one["latency"] for one in result["operations"] if one["operation"] == "reserve")
    p99, p999 = (latency[f"{name}Microseconds"] / 1000 for name in ("p99", "p999"))
    third = len(watched.samples) // 3
    growth = figures.median(watched.samples[-third:]) / figures.median(watched.samples[third : 2 * third])
    return [
        (f"p99 at {SOAK_SHARE:.0%} of {peak:,.0f}/s", f"{p99:.2f} ms", "<= 5 ms", p99 <= 5),
        ("p99.9", f"{p999:.2f} ms", "<= 20 ms", p999 <= 20),
        ("memory, last third by the second", f"{growth:.2f}x", "<= 1.05x", growth <= 1.05),
        ("what the benchmark found wrong", str(len(result["problems"])), "0", not result["problems"]),
    ]
