"""What a reservation costs a node, in figures that do not depend on the machine's mood, against thresholds."""

import argparse
import json
import math
import sys

from . import callgrind, figures, written
from .processes import ROOT, Failure, Workshop, run

THRESHOLDS = ROOT / "Scripts" / "thresholds.json"

# name: how it is told, and what is measured.
COSTS = {
    "instructions": "instructions a reservation, one node",
    "allocations": "allocations a reservation, one node",
    "replica_bytes": "bytes written a reservation, on each of three replicas",
}

EXPLANATION = """
What is measured, for single-line reservations from 16 connections with 16 calls each:

  instructions, allocations  of holdfastd on one node, counted by callgrind: everything from the bytes of the call to the
                             bytes of the answer, log and state included; the kernel's are not in it
  replica_bytes              Raft log and flushed state, page padding included, of the replica that wrote most; compaction
                             and the making of log segments ahead of their use are left out

Scripts/thresholds.json has the figure of each when it was last written (--write), the margin that it may grow by, and a
limit for those that have one. What became much cheaper is told too: write the thresholds anew, or the gain may be
lost unnoticed.
"""


def measure(workshop, quick):
    instructions, allocations = callgrind.cost(workshop, 4_000 if quick else 20_000)
    return {
        "instructions": instructions,
        "allocations": allocations,
        "replica_bytes": written.cost(workshop, 300_000 if quick else 1_500_000),
    }


def judge(costs, thresholds):
    """`(cost, figure, at most, met)` for each."""
    found = []
    for name, value in costs.items():
        most = thresholds["costs"][name] * (1 + thresholds["margin_percent"] / 100)
        most = min(most, thresholds["limits"].get(name, math.inf))
        found.append((COSTS[name], value, most, value <= most))
    return found


def told(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def cheaper(costs, thresholds):
    """Costs that fell by more than the margin."""
    share = 1 - thresholds["margin_percent"] / 100
    return [name for name, value in costs.items() if value < thresholds["costs"][name] * share]


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="Scripts/bench",
        description="Counts what a reservation costs and holds it against the thresholds of the repository.",
        epilog=EXPLANATION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 if a cost is above its threshold")
    parser.add_argument("--write", action="store_true", help="make what is measured the new thresholds")
    parser.add_argument(
        "--quick", action="store_true", help="fewer reservations: less than a minute, a little less exact"
    )
    parser.add_argument("--count-as-test", action="store_true", help="end with `N passed, M failed`")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    run([ROOT / "Scripts" / "setup", "--bench"], 900)
    thresholds = json.loads(THRESHOLDS.read_text())
    with Workshop("bench") as workshop:
        costs = measure(workshop, options.quick)
    judged = judge(costs, thresholds)
    lines = [(what, told(value), told(most), "met" if met else "ABOVE") for what, value, most, met in judged]
    print(figures.table(["cost", "figure", "at most", ""], lines))
    for name in cheaper(costs, thresholds):
        print(f"{COSTS[name]}: cheaper by more than the margin; Scripts/bench --write keeps the gain")
    if options.write:
        thresholds["costs"] = {name: float(f"{value:.4g}") for name, value in costs.items()}
        THRESHOLDS.write_text(json.dumps(thresholds, indent=2) + "\n")
    missed = sum(not met for *_, met in judged)
    if options.count_as_test:
        print(f"{len(judged) - missed} passed, {missed} failed")
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"bench: error: {failure}")
