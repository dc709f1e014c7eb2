"""How a cluster scales: one table over shards, live holds, SKUs, connections and reservations a call."""

import argparse
import contextlib
import json
import pathlib
import shutil
import sys
import time

from . import cluster_steps, endurance, figures, inputs, node
from .peer_holdfast import OwnCluster
from .processes import Failure, Workshop, memory, wait_until

AXES = ("shards", "holds", "skus", "connections", "batch")
IN_FLIGHT = 256
DAY_SECONDS = 86_400
HEADS = ["axis", "value", "reservations/s", "p50 ms", "p99 ms", "memory MB", "disk MB", "restart s", "of the first"]

EXPLANATION = f"""
curves    one axis grows, the others stay at 1 shard, 10,000 SKUs, {IN_FLIGHT} calls in flight on 16 connections, 1 reservation
          a call:
            shards       1 to 1,000, a new cluster for each
            holds        10^3 to 10^7 live holds, made before; the load's own holds expire after a second
            skus         10^2 to 10^6
            connections  1 to 1,000, {IN_FLIGHT} calls in flight on all of them, at least one on each
            batch        1 to 1,000 reservations a call, 4 calls in flight
          Memory is the anonymous memory of the node that has most, disk its data directory, both after the load; for
          the live holds before it, with what a million of them takes, and how long a node takes from SIGKILL until
          it serves and has caught up.
overload  the peak rate, then ten times as much for a minute, then the time until all is as before (bars with --check).
          The servers have one half of the processors and the load the other, so that the larger load takes nothing from
          them that they had before. The load makes 100 reservations a call, each call once: of single ones nobody bears
          ten times as many on the processors that do them: refusing one costs a good part of what doing it does
{inputs.EXPLANATION.strip()}
soak      70 % of the peak rate, open loop, for ten minutes; holds expire meanwhile (bars with --check)

After overload and soak what was acknowledged is looked up: {endurance.VERIFY_SAMPLE:,} holds at random, and the sums of stock and the
ledgers in full.
"""


@contextlib.contextmanager
def cluster(workshop, options, shards=1, flags=()):
    """A cluster of its own for some rows."""
    made = OwnCluster(workshop, f"scale-{time.monotonic_ns()}", flags)
    made.shape = ["--stores", "1", "--shards", str(shards)]
    with made.locked():
        try:
            cluster_steps.up(made, options.nodes)
            yield made
        finally:
            cluster_steps.down(made)
    shutil.rmtree(made.directory, ignore_errors=True)


def row(axis, value, made, load, restart=""):
    """Runs the load and gives the row of the table."""
    result = node.bench(made.members[0], "run", **load)
    operation = "batch-reserve" if load.get("batch", 1) > 1 else "reserve"
    latency = next(one["latency"] for one in result["operations"] if one["operation"] == operation)
    return {
        "axis": axis,
        "value": value,
        "rate": result["reservationsPerSecond"],
        "p50": latency["p50Microseconds"] / 1000,
        "p99": latency["p99Microseconds"] / 1000,
        "restart": restart,
    } | sizes_of(made)


def sizes_of(made):
    """In MB, of the node that has most."""
    return {
        "memory": max(memory(member.pid)[1] for member in made.members) / 1e6,
        "disk": max(folder_bytes(member.data) for member in made.members) / 1e6,
    }


def folder_bytes(folder):
    """Blocks that are really taken: segments are made ahead, and files may have holes."""
    return sum(path.stat().st_blocks * 512 for path in pathlib.Path(folder).rglob("*") if path.is_file())


def load_of(options, **changes):
    usual = {"connections": 16, "in_flight": IN_FLIGHT // 16, "skus": 10_000, "seconds": options.seconds, "warmup": 1}
    return usual | {"no_verify": True, "deadline_ms": 30_000} | changes


def decades(first, last):
    while first <= last:
        yield first
        first *= 10


# The axes. Each yields rows.


def over_shards(workshop, options):
    for shards in decades(1, options.shards_max):
        with cluster(workshop, options, shards) as made:
            yield row("shards", shards, made, load_of(options))


def over_holds(workshop, options):
    """One cluster, whose live holds grow."""
    made_so_far = 0
    with cluster(workshop, options) as made:
        for holds in decades(1_000, options.holds_max):
            count = holds - made_so_far
            batch = min(1_000, count)
            filling = {
                "connections": 4,
                "in_flight": 1,
                "batch": batch,
                "count": count,
                "ttl": DAY_SECONDS,
                "skus": 10_000,
            }
            node.bench(made.members[0], "run", prefix="filled", no_verify=True, deadline_ms=30_000, **filling)
            made_so_far = holds
            sizes = sizes_of(made)
            found = row("holds", holds, made, load_of(options, ttl=1)) | sizes
            await_live(made, holds)
            yield found | {"restart": f"{restart_seconds(made):.1f}"}


def await_live(made, holds):
    """Waits until the holds of the load have expired."""
    wait_until(lambda: live_holds(made) <= holds, 120, f"waiting until {holds} holds are left", pause_seconds=0.2)


def live_holds(made):
    """By the leaders: a replica may be behind."""
    status = json.loads(made.tool("status", "--json", through=made.members[0]))
    return sum(shard["live_hold_count"] for store in status["stores"] for shard in store["shards"])


def restart_seconds(made):
    """From a SIGKILL until the node answers and has applied what the others have."""
    member = made.members[-1]
    made.kill(member)
    started = time.monotonic()
    made.launch(member)
    made.await_answer(member, 600)
    if len(made.members) > 1:
        cluster_steps.await_caught_up(made, member, 600)
    took = time.monotonic() - started
    made.await_health(120)
    return took


def over_skus(workshop, options):
    with cluster(workshop, options) as made:
        for skus in decades(100, options.skus_max):
            yield row("skus", skus, made, load_of(options, skus=skus))


def over_connections(workshop, options):
    with cluster(workshop, options) as made:
        for connections in decades(1, 1_000):
            in_flight = max(1, IN_FLIGHT // connections)
            yield row("connections", connections, made, load_of(options, connections=connections, in_flight=in_flight))


def over_batch(workshop, options):
    with cluster(workshop, options) as made:
        for batch in decades(1, 1_000):
            yield row("batch", batch, made, load_of(options, connections=4, in_flight=1, batch=batch))


CURVES = {
    "shards": over_shards,
    "holds": over_holds,
    "skus": over_skus,
    "connections": over_connections,
    "batch": over_batch,
}


def curves(workshop, options):
    rows = []
    for axis in options.axis or AXES:
        for found in CURVES[axis](workshop, options):
            rows.append(found)
            print(f"scale: {axis} {found['value']:,}: {found['rate']:,.0f}/s", file=sys.stderr, flush=True)
    if options.json:
        print(json.dumps({"rows": rows, "a_million_holds": a_million_holds(rows)}, indent=2))
        return 0
    print(figures.table(HEADS, [shown(found, rows) for found in rows]))
    for what, megabytes in a_million_holds(rows).items():
        print(f"a million live holds take {megabytes:,.0f} MB of {what}")
    return 0


def print_inputs(workshop, options):
    rows = []
    for nodes in (1, options.nodes):
        options.nodes = nodes
        for name in inputs.LOADS:
            with cluster(workshop, options) as made:
                rows.append(inputs.measure(made, name))
    print(json.dumps(rows, indent=2) if options.json else figures.table(inputs.HEADS, map(inputs.shown, rows)))
    return 0


def shown(found, rows):
    first = next(one for one in rows if one["axis"] == found["axis"])
    return [
        found["axis"],
        f"{found['value']:,}",
        f"{found['rate']:,.0f}",
        f"{found['p50']:.2f}",
        f"{found['p99']:.2f}",
        f"{found['memory']:,.0f}",
        f"{found['disk']:,.0f}",
        found["restart"],
        f"{found['rate'] / first['rate']:.2f}x",
    ]


def a_million_holds(rows):
    """By the difference of the two largest numbers of holds, so that what a node takes anyway is not in it. Where they
    differ by little, it says nothing."""
    holds = [found for found in rows if found["axis"] == "holds"][-2:]
    millions = (holds[-1]["value"] - holds[0]["value"]) / 1e6 if holds else 0
    if millions < 0.5:
        return {}
    small, large = holds
    return {what: (large[what] - small[what]) / millions for what in ("memory", "disk")}


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="Scripts/scale",
        description="How a cluster scales, and how it bears overload and a long load.",
        epilog=EXPLANATION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("part", nargs="?", default="curves", choices=("curves", "inputs", "overload", "soak"))
    parser.add_argument("--nodes", type=int, default=3, metavar="N", help="of each cluster (3)")
    parser.add_argument("--axis", action="append", choices=AXES, help="only this curve; repeatable")
    parser.add_argument("--seconds", type=int, metavar="N", help="of each measurement (5; overload 60, soak 600)")
    parser.add_argument("--shards-max", type=int, default=1_000, metavar="N", help="the end of that curve (1,000)")
    parser.add_argument("--holds-max", type=int, default=10_000_000, metavar="N", help="the end of that curve (10^7)")
    parser.add_argument("--skus-max", type=int, default=1_000_000, metavar="N", help="the end of that curve (10^6)")
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    parser.add_argument("--check", action="store_true", help="overload and soak: exit with 1 if a bar is missed")
    options = parser.parse_args(arguments)
    if options.check and options.part not in ("overload", "soak"):
        parser.error("--check is for overload and soak: the others have no bars")
    if options.seconds is None:
        options.seconds = {"curves": 5, "inputs": 0, "overload": 60, "soak": 600}[options.part]
    return options


def main(arguments):
    options = parse(arguments)
    with Workshop("scale") as workshop:
        if options.part == "curves":
            return curves(workshop, options)
        if options.part == "inputs":
            return print_inputs(workshop, options)
        processors = endurance.halves()[0] if options.part == "overload" else endurance.PROCESSORS
        with endurance.on(processors), cluster(workshop, options) as made:
            judged = getattr(endurance, options.part)(made, options.seconds)
    if options.json:
        print(json.dumps([dict(zip(("what", "figure", "bar", "met"), one)) for one in judged], indent=2))
    else:
        lines = [(what, figure, bar, "met" if met else "MISSED") for what, figure, bar, met in judged]
        print(figures.table(["bar", "figure", "asked", ""], lines))
    return 1 if options.check and not all(met for *_, met in judged) else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"scale: error: {failure}")
