"""Holdfast beside Redis, PostgreSQL, etcd and TigerBeetle: the same work, interleaved on one machine in one run."""

import argparse
import dataclasses
import json
import os
import pathlib
import platform
import sys
import time

from . import compare_one_node, figures, plot, regimes, replicas
from .compare_one_node import Holdfast as HoldfastAlone
from .peer_etcd import Etcd
from .peer_holdfast import Holdfast
from .peer_postgres import PostgreSQL
from .peer_redis import Redis
from .peer_tigerbeetle import TigerBeetle
from .peers import PostgreSQL as PostgreSQLAlone
from .peers import Redis as RedisAlone
from .processes import ROOT, Failure, Workshop, run, system_type

PEERS = {"redis": Redis, "postgres": PostgreSQL, "etcd": Etcd, "tigerbeetle": TigerBeetle}
ALONE = {"redis": RedisAlone, "postgres": PostgreSQLAlone}
# With few processors that all nodes share, few leaders make large batches of what many would make small ones of.
BEST_SHARDS = 1

EXPLANATION = f"""
Three replicas of each system on this machine, the client beside them; each has its own folders and ports, which are
removed afterwards; no service of the machine is touched. The work: take one unit of stock if there is enough, record a
hold, acknowledged when it is on the disks of a majority. The loop: each caller sends its next call when its last one is
answered; hot is one SKU, uniform is {regimes.UNIFORM_SKUS:,}. What each system guarantees is told below the table.

Rounds are interleaved (Holdfast, Redis, ..., Holdfast, ...), hot and uniform change places from round to round.
Figures are medians over the rounds, ratios medians of the ratios within each round. Cores are processor seconds by
wall seconds, all servers of a system together, the client apart. After each run the peer's own data must show every
acknowledged hold and as many units less; Holdfast's ledger is verified.

  redis, etcd   holdfast-peers, a load generator of one thread
  postgres      pgbench -M prepared
  tigerbeetle   its own benchmark, if the environment's TIGERBEETLE names a binary
  holdfast      holdfast-bench

Regimes (--regime), with their bars (--check), and hot at least {regimes.HOT_SHARE}x uniform in each:
{regimes.explanation()}

{compare_one_node.EXPLANATION.strip()}
"""


def say(text):
    print(f"compare: {text}", file=sys.stderr, flush=True)


def fsync_ms(folder):
    """What one durable 4 KiB append costs here: the ground all figures stand on."""
    times = []
    with open(folder / "fsync", "wb") as file:
        for _ in range(200):
            started = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - started) * 1000)
    return figures.median(times)


def describe_machine(workshop):
    disk = system_type(workshop.folder)
    if disk == "tmpfs":
        raise Failure(f"{workshop.folder} is in memory, where fsync means nothing: set TMPDIR to a folder on a disk")
    return {
        "processors": os.cpu_count(),
        "kernel": platform.release(),
        "disk": disk,
        "fdatasync_4k_ms": round(fsync_ms(workshop.folder), 3),
        "load_before": round(os.getloadavg()[0], 2),
    }


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="Scripts/compare",
        description="Measures Holdfast beside what a storefront could pick instead, on this machine, in one run.",
        epilog=EXPLANATION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=int, metavar="N", help="of each measurement (default 5)")
    parser.add_argument("--warmup", type=int, metavar="N", help="seconds before each, not measured (default 1)")
    parser.add_argument("--rounds", type=int, metavar="N", help="interleaved repetitions (default 3)")
    parser.add_argument("--quick", action="store_true", help="2 seconds and 1 round, where nothing else is said")
    parser.add_argument(
        "--peers", default=",".join(PEERS), metavar="LIST", help=f"of {', '.join(PEERS)} (default: all there are)"
    )
    parser.add_argument("--peers-only", action="store_true", help="leave Holdfast out: measure the peers alone")
    parser.add_argument("--regime", action="append", metavar="NAME", help="only this regime; repeatable")
    parser.add_argument("--three-nodes", action="store_true", help="only the table of three replicas")
    parser.add_argument("--one-node", action="store_true", help="only the table of one node")
    parser.add_argument(
        "--shards",
        type=int,
        default=BEST_SHARDS,
        metavar="N",
        help=f"of Holdfast's three nodes (default {BEST_SHARDS}: the best for so few processors)",
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 if a bar is missed, and tell which")
    parser.add_argument(
        "--json",
        nargs="?",
        const="-",
        metavar="FILE",
        help="every round to FILE; without one, to standard output instead of tables",
    )
    parser.add_argument("--html", metavar="FILE", help="the table of three replicas as a page with a plot")
    options = parser.parse_args(arguments)
    for name, quick, usual in (("seconds", 2, 5), ("rounds", 1, 3), ("warmup", 1, 1)):
        if getattr(options, name) is None:
            setattr(options, name, quick if options.quick else usual)
        if getattr(options, name) < 1:
            parser.error(f"--{name} is at least 1")
    if options.check and options.peers_only:
        parser.error("--check judges Holdfast: it cannot go with --peers-only")
    options.peers = [name for name in options.peers.split(",") if name]
    unknown = set(options.peers) - set(PEERS)
    if unknown:
        parser.error(f"unknown peer {', '.join(sorted(unknown))}: there are {', '.join(PEERS)}")
    known = {regime.name: regime for regime in regimes.REGIMES}
    unknown = set(options.regime or ()) - set(known)
    if unknown:
        parser.error(f"unknown regime {', '.join(sorted(unknown))}: there are {', '.join(known)}")
    options.regimes = [known[name] for name in options.regime or known]
    # A choice of regimes is a choice of this table.
    options.three_nodes = options.three_nodes or bool(options.regime)
    if "TIGERBEETLE" not in os.environ:
        options.peers = [name for name in options.peers if name != "tigerbeetle"]
    return options


def replicas_table(workshop, options, machine, problems):
    systems = [] if options.peers_only else [Holdfast(workshop, options.shards)]
    systems += [PEERS[name](workshop) for name in options.peers]
    results = replicas.measure_all(systems, options, problems, say)
    verdicts = [] if options.peers_only else regimes.verdicts(results, options.regimes)
    if options.json != "-":
        replicas.report(results, systems, verdicts)
    versions = {system.name: f"{system.version()}: {system.guarantee()}" for system in systems}
    if options.html:
        page = plot.page(results, list(replicas.rows(results)), verdicts, machine, versions)
        pathlib.Path(options.html).write_text(page)
    told = {case: {name: plain(runs) for name, runs in found.items()} for case, found in results.items()}
    return {"systems": versions, "results": told, "bars": [dataclasses.asdict(one) for one in verdicts]}


def plain(runs):
    return [run and dataclasses.asdict(run) for run in runs]


def one_node_table(workshop, options):
    systems = [] if options.peers_only else [HoldfastAlone(workshop)]
    systems += [ALONE[name](workshop) for name in options.peers if name in ALONE]
    results = compare_one_node.measure_all(systems, options.seconds, options.rounds, say)
    verdicts = [] if options.peers_only else compare_one_node.bars(results)
    if options.json != "-":
        print("\nOne node\n\n" + compare_one_node.show(results))
        replicas.show_bars(verdicts)
    told = {case: {name: plain(runs) for name, runs in found.items()} for case, found in results.items()}
    return {"results": told, "bars": [dict(zip(("what", "figure", "bar", "met"), one)) for one in verdicts]}


def main(arguments):
    options = parse(arguments)
    run([ROOT / "Scripts" / "setup", "--compare"], 900)
    problems, tables = [], {}
    with Workshop("compare") as workshop:
        machine = describe_machine(workshop)
        say(json.dumps(machine))
        if not options.one_node:
            tables["three_replicas"] = replicas_table(workshop, options, machine, problems)
        if not options.three_nodes:
            tables["one_node"] = one_node_table(workshop, options)
    missed = [bar["what"] for table in tables.values() for bar in table["bars"] if not bar["met"]]
    if options.json:
        told = {"machine": machine, "seconds": options.seconds, "rounds": options.rounds, "problems": problems} | tables
        text = json.dumps(told, indent=2)
        print(text) if options.json == "-" else pathlib.Path(options.json).write_text(text + "\n")
    for problem in problems:
        say(f"error: {problem}")
    if missed:
        say(f"{len(missed)} bars were missed: {'; '.join(missed)}")
    return 1 if problems or options.check and missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"compare: error: {failure}")
