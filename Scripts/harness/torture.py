"""Rows of the fault table, against real processes."""

import argparse
import sys
import time

from . import bad_bytes, kill_cycles
from .attacks import ATTACKS
from .processes import Failure, Workshop


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="Scripts/torture",
        description="Does to a node what the world does to it, and checks that it keeps its promises. Builds nothing: "
        "run `swift build -c release` first. Ends with a table and `N passed, M failed`.",
    )
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000, help="repeats the chances of a run")
    parser.add_argument("--keep", metavar="DIR", help="work in DIR and leave logs and data there")
    rows = parser.add_subparsers(dest="row", required=True, metavar="ROW")
    kills = rows.add_parser(
        "kill-cycles",
        help="SIGKILL under load, again and again",
        description="Each cycle: holdfast-bench at full speed and a recording client of another make, SIGKILL at a "
        "random moment, restart on the same data directory, serving again within 2 s, every acknowledged hold looked "
        "up, unknown outcomes settled by a retry with the same id, held stock equal to what was acknowledged, "
        "VerifyLedger clean.",
    )
    kills.add_argument("cycles", type=int, metavar="N", help="how many kills")
    kills.add_argument("--holds", type=int, default=0, metavar="N", help="live holds to make first (default 0)")
    bad = rows.add_parser(
        "bad-bytes",
        help="random bytes, truncations, floods, slow and odd clients",
        description="Attacks one after the other, slow connections all along, an honest client beside them. Slow "
        f"connections are judged in runs of at least {bad_bytes.SLOW_SECONDS} s.",
    )
    bad.add_argument("--seconds", type=float, default=60, metavar="S", help="for all attacks together (default 60)")
    bad.add_argument("--strict", action="store_true", help="honest p99 at most twice as before; needs a quiet machine")
    bad.add_argument("--attacks", default=",".join(ATTACKS), metavar="LIST", help="only these: " + ", ".join(ATTACKS))
    options = parser.parse_args(arguments)
    if options.row == "bad-bytes":
        options.attacks = options.attacks.split(",")
        unknown = set(options.attacks) - set(ATTACKS)
        if unknown:
            parser.error(f"no such attack: {', '.join(sorted(unknown))}")
    elif options.cycles < 1:
        parser.error("at least one cycle")
    return options


def main(arguments):
    options = parse(arguments)
    row = {"kill-cycles": kill_cycles.main, "bad-bytes": bad_bytes.main}[options.row]
    print(f"torture: {options.row}, seed {options.seed}", flush=True)
    with Workshop("torture", keep=options.keep) as workshop:
        table, passed, failures = row(workshop, options, lambda text: print(f"torture: {text}", flush=True))
    print(table)
    for failure in failures:
        print(f"failed: {failure}")
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures or not passed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        print(f"failed: {failure}\n0 passed, 1 failed")
        sys.exit(1)
