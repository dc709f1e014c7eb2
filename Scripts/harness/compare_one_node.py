"""Holdfast beside Redis 7 and PostgreSQL 15, interleaved on one machine in one run."""

import dataclasses
import json
import shutil

from . import figures, node
from .peers import Case, Figures
from .processes import ROOT, Failure, run
from .regimes import NOT_MEASURED

CALLER = Case(1, 1, 10_000)
# After each measurement so many holds are looked up by their id; sums of stock and the ledger are checked in full.
VERIFY_SAMPLE = 20_000
CASES = [Case(64, 1, 1), Case(64, 1, 10_000), Case(16, 16, 1), Case(16, 16, 10_000), CALLER]

EXPLANATION = """
One node beside Redis and PostgreSQL, each alone: one reservation of one unit a request; the answer comes when the hold
is on disk (fsync or fdatasync); 64 connections with one request in flight each, 16 with 16 in flight, one caller
alone; one hot SKU and 10,000 SKUs; stock enough that nothing sells out. Each system has an instance of its own in a
temporary folder.

  Holdfast    holdfast-bench, gRPC over HTTP/2, unary Reserve
  Redis       redis-benchmark, EVALSHA of a script that takes stock and records the hold, appendfsync always;
              pipelined where Holdfast multiplexes
  PostgreSQL  pgbench -M prepared, one call of a function that takes stock and inserts the hold,
              synchronous_commit = on; a connection carries one call at a time, so there is no 16 x 16

Rounds are interleaved (Holdfast, Redis, PostgreSQL, Holdfast, ...): figures are medians over the rounds, a ratio is
the median of the ratios within each round. Cores are processor seconds by wall seconds, server and client apart.

Bars: 64 x 1 at least 1x Redis and 4x PostgreSQL; 16 x 16 at least 1.5x Redis; hot at least 0.9x uniform;
one caller p50 at most 0.25 ms.
"""


class Holdfast:
    """A node with a fresh data directory for each measurement, as the peers have."""

    name = "holdfast"

    def __init__(self, workshop):
        self.workshop = workshop
        self.count = 0
        for name in ("holdfastd", "holdfast-bench"):
            node.program(name)

    def version(self):
        return run(["git", "-C", ROOT, "describe", "--always", "--dirty"], 10).strip()

    def measure(self, case, seconds):
        self.count += 1
        server = node.Node(self.workshop, f"holdfast-{self.count}").start()
        record = self.workshop.path(f"holdfast-{self.count}.record")
        load = {
            "prefix": "compare",
            "skus": case.skus,
            "choice": "hot" if case.skus == 1 else "uniform",
            "connections": case.connections,
            "in_flight": case.in_flight,
            "warmup": 0,
            "record": record,
            "no_verify": True,
        }
        try:
            # The first run makes the SKUs and warms up; the second does nothing but the load.
            node.bench(server, "run", seconds=1, **load)
            before = server.processor_seconds()
            result = node.bench(server, "run", seconds=seconds, no_setup=True, **load)
            used = server.processor_seconds() - before
            node.bench(server, "verify", record=record, verify_sample=VERIFY_SAMPLE)
        finally:
            server.stop()
            shutil.rmtree(server.data, ignore_errors=True)
            record.unlink(missing_ok=True)
        return holdfast_figures(result, used)


def holdfast_figures(result, server_seconds):
    """Reads the JSON of holdfast-bench."""
    if set(result["reservations"]) != {"done"} or result["problems"]:
        raise Failure(f"not every reservation made a hold: {json.dumps(result['reservations'])} {result['problems']}")
    latency = next(one["latency"] for one in result["operations"] if one["operation"] == "reserve")
    client = result["client"]
    client_seconds = client["processorSecondsUser"] + client["processorSecondsSystem"]
    return Figures(
        result["reservationsPerSecond"],
        latency["p50Microseconds"] / 1000,
        latency["p99Microseconds"] / 1000,
        server_seconds / result["seconds"],
        client_seconds / result["seconds"],
        result["reservations"]["done"],
    )


def measure_all(systems, seconds, rounds, progress):
    """`{case name: {system name: [Figures, one a round]}}`"""
    results = {}
    for case in CASES:
        results[case.name] = {system.name: [] for system in systems if fits(system, case)}
        for index in range(rounds):
            for system in systems:
                if not fits(system, case):
                    continue
                found = system.measure(case, seconds)
                results[case.name][system.name].append(found)
                progress(f"{case.name:15} round {index + 1}  {system.name:9} {found.requests_per_second:10,.0f}/s")
    return results


def fits(system, case):
    return case.in_flight == 1 or system.name != "postgres"


def ratio(results, case, system, other):
    """The median over the rounds of system / other, or None where one of them did not run."""
    runs = results.get(case, {})
    if not runs.get(system) or not runs.get(other):
        return None
    pairs = zip(runs[system], runs[other])
    return figures.median([mine.requests_per_second / theirs.requests_per_second for mine, theirs in pairs])


def middle(runs):
    """Each figure's median over the rounds."""
    names = [field.name for field in dataclasses.fields(Figures)]
    return Figures(**{name: figures.median([getattr(run, name) for run in runs]) for name in names})


def show(results):
    heads = ["case", "system", "requests/s", "p50 ms", "p99 ms", "server cores", "client cores", "Holdfast is"]
    rows = []
    for case, systems in results.items():
        for system, runs in systems.items():
            middling = middle(runs)
            times = ratio(results, case, "holdfast", system) if system != "holdfast" else None
            rows.append(
                [
                    case,
                    system,
                    f"{middling.requests_per_second:,.0f}",
                    f"{middling.p50_ms:.3f}",
                    f"{middling.p99_ms:.3f}",
                    f"{middling.server_cores:.2f}",
                    f"{middling.client_cores:.2f}",
                    f"{times:.2f}x" if times is not None else "",
                ]
            )
    return figures.table(heads, rows)


def bars(results):
    """`(what, figure, bar, met)` for each bar. One of which this run cannot tell is not met."""
    found = []

    def at_least(what, value, bar):
        told = NOT_MEASURED if value is None else f"{value:.2f}x"
        found.append((what, told, f">= {bar}x", value is not None and value >= bar))

    for skus in ("hot", "uniform"):
        for shape, peer, bar in (("64 x 1", "redis", 1), ("64 x 1", "postgres", 4), ("16 x 16", "redis", 1.5)):
            case = f"{shape} {skus}"
            at_least(f"{case}: Holdfast / {peer}", ratio(results, case, "holdfast", peer), bar)
    for shape in ("64 x 1", "16 x 16"):
        pairs = zip(*(results[f"{shape} {skus}"].get("holdfast", []) for skus in ("hot", "uniform")))
        ratios = [hot.requests_per_second / uniform.requests_per_second for hot, uniform in pairs]
        at_least(f"{shape}: hot / uniform", figures.median(ratios) if ratios else None, 0.9)
    alone = results[CALLER.name].get("holdfast", [])
    p50 = figures.median([run.p50_ms for run in alone]) if alone else None
    told = NOT_MEASURED if p50 is None else f"{p50:.3f} ms"
    found.append(("one caller: p50", told, "<= 0.25 ms", p50 is not None and p50 <= 0.25))
    return found
