"""Rows of the fault table, against real processes."""

import argparse
import json
import pathlib
import subprocess
import sys
import time

from . import bad_bytes, hosts, kill_cycles, machine, self_test
from . import (
    rows_changes, rows_clocks, rows_disks, rows_feed, rows_losses, rows_membership, rows_network, rows_nodes, rows_orders,
    rows_slots, rows_upgrades,
)
from .attacks import ATTACKS
from .http2 import Gone
from .processes import ROOT, Failure, Workshop, tail
from .rows import ROWS as REGISTERED
from .stage import Stage

# Importing them is what registers their rows.
FILES = (
    rows_nodes, rows_network, rows_disks, rows_clocks, rows_membership, rows_changes, rows_losses, rows_feed, rows_orders,
    rows_slots, rows_upgrades,
)
ROWS = dict(sorted(REGISTERED.items(), key=lambda entry: [file.__name__ for file in FILES].index(entry[1].play.__module__)))
ROW_SECONDS, ROW_SECONDS_SHORT = 1800, 420
PASSED, FAILED, SKIPPED = "ok", "FAILED", "skipped"


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="Scripts/torture",
        description="Does to a node or a cluster what the world does to it, and checks that it keeps its promises. Builds "
        "nothing: run `swift build -c release` first. Ends with a table and `N passed, M failed`. Rows that need "
        "network namespaces, TAP devices or loop devices run in namespaces of their own and leave nothing behind; what "
        "this machine cannot do is skipped with the reason.",
    )
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000, help="repeats the chances of a run")
    parser.add_argument("--dir", dest="keep", metavar="DIR", help="work in DIR and keep the data and the logs")
    parser.add_argument(
        "--untimed",
        action="store_true",
        help="judge no limit of time or rate, only say which figures are over theirs: for a machine that is slow or shared. "
        "What is lost, doubled, wrong or left unanswered is judged all the same",
    )
    rows = parser.add_subparsers(dest="row", required=True, metavar="ROW")
    add_node_rows(rows)
    rows.add_parser("list", help="the rows, what each does and when it passes")
    rows.add_parser("self-test", help="do the judges of the rows find what they are there for? Without any node")
    everything = rows.add_parser("all", help="the cluster's rows one after the other, then a table")
    everything.add_argument("--short", action="store_true", help="each with fewer repetitions and shorter faults")
    everything.add_argument("--only", metavar="LIST", help="only these rows, by comma")
    for name, row in ROWS.items():
        description = f"{row.fault}. Passes when: {row.passes}.".replace("%", "%%")
        made = rows.add_parser(name, help=row.fault.replace("%", "%%"), description=description)
        made.add_argument("--times", type=int, metavar="N", help=f"how often ({row.times}; {row.times_short} with --short)")
        made.add_argument("--short", action="store_true", help="fewer repetitions and shorter faults")
        made.add_argument("--result", help=argparse.SUPPRESS)
        made.set_defaults(old_programs=None)
    rows.choices["rolling-upgrade"].add_argument(
        "--old-programs", metavar="DIR", help="begin with the programs of this folder, such as those of an earlier commit"
    )
    options = parser.parse_args(arguments)
    check(parser, options)
    return options


def add_node_rows(rows):
    kills = rows.add_parser(
        "kill-cycles",
        help="SIGKILL of a single node under load, again and again",
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


def check(parser, options):
    if options.row == "bad-bytes":
        options.attacks = options.attacks.split(",")
        unknown = set(options.attacks) - set(ATTACKS)
        if unknown:
            parser.error(f"no such attack: {', '.join(sorted(unknown))}")
    elif options.row == "kill-cycles" and options.cycles < 1:
        parser.error("at least one cycle")
    elif options.row == "all":
        options.only = options.only.split(",") if options.only else list(ROWS)
        unknown = set(options.only) - set(ROWS)
        if unknown:
            parser.error(f"no such row: {', '.join(sorted(unknown))}")


def say(text):
    print(f"torture: {text}", flush=True)


def list_rows():
    lines = [[name, row.fault, row.passes, " ".join(row.needs)] for name, row in ROWS.items()]
    for name, fault, passes, needs in lines:
        print(f"{name}\n    {fault}\n    passes when: {passes}" + (f"\n    needs: {needs}" if needs else ""))
    return 0


def test_judges():
    passed, failures = self_test.run()
    for failure in failures:
        print(f"failed: {failure}")
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


# A row of one node.


def play_on_a_node(options):
    row = {"kill-cycles": kill_cycles.main, "bad-bytes": bad_bytes.main}[options.row]
    say(f"{options.row}, seed {options.seed}")
    with Workshop("torture", keep=options.keep) as workshop:
        table, passed, failures = row(workshop, options, say)
    print(table)
    for failure in failures:
        print(f"failed: {failure}")
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures or not passed else 0


# A row of a cluster: `{"verdict", "measures", "failures", "seconds"}`.


def play(row, options):
    started = time.monotonic()
    reason = machine.missing(row.needs)
    if reason:
        return {"verdict": SKIPPED, "measures": [reason], "failures": [], "seconds": 0}
    with Workshop("torture", keep=options.keep) as workshop:
        stage = Stage(workshop, options, say)
        stage.times = options.times or (row.times_short if options.short else row.times)
        try:
            row.play(stage)
            stage.end()
        except (Failure, Gone, OSError) as failure:
            stage.failures.append(str(failure) or repr(failure))
            show_logs(stage)
        if stage.failures and options.keep is None:
            show_logs(stage)
    measures = [str(measure) for measure in stage.measures]
    verdict = FAILED if stage.failures else PASSED
    seconds = round(time.monotonic() - started, 1)
    return {"verdict": verdict, "measures": measures, "failures": stage.failures, "seconds": seconds}


def show_logs(stage):
    for member in stage.cluster.members if stage.cluster else []:
        print(f"the end of the log of node {member.number}:\n{tail(member.log, 8)}", flush=True)


def play_alone(options):
    """One row in this process; in a world of its own where it needs one."""
    row = ROWS[options.row]
    if row.needs_world and not machine.missing(row.needs):
        hosts.enter_world("harness.torture", sys.argv[1:])
    say(f"{options.row}, seed {options.seed}")
    result = play(row, options)
    if options.result:
        pathlib.Path(options.result).write_text(json.dumps(result))
    else:
        show({options.row: result})
    return 1 if result["verdict"] == FAILED else 0


def show(results):
    """The table, what failed, and the closing line."""
    lines = []
    for name, result in results.items():
        texts = result["measures"] or [""]
        lines.append([name, result["verdict"], f"{result['seconds']:.0f} s", texts[0]])
        lines += [["", "", "", text] for text in texts[1:]]
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    for line in lines:
        print("  ".join([*(text.ljust(width) for text, width in zip(line, widths)), line[3]]).rstrip())
    for name, result in results.items():
        for failure in result["failures"]:
            print(f"failed: {name}: {failure}")
    passed, failed, skipped = (
        sum(result["verdict"] == verdict for result in results.values()) for verdict in (PASSED, FAILED, SKIPPED)
    )
    if skipped:
        print(f"skipped: {skipped}, for the reasons in the table")
    print(f"{passed} passed, {failed} failed")


def play_all(options):
    """Each row as a process of its own, so that none can harm the next and each has an end."""
    results = {}
    with Workshop("torture-all", keep=options.keep) as workshop:
        for name in options.only:
            results[name] = play_as_process(workshop, name, options)
            say(f"{name}: {results[name]['verdict']}")
    show(results)
    return 1 if any(result["verdict"] == FAILED for result in results.values()) else 0


def play_as_process(workshop, name, options):
    started = time.monotonic()
    result = workshop.path(f"{name}.result")
    arguments = [sys.executable, "-m", "harness.torture", "--seed", options.seed]
    if options.untimed:
        arguments.append("--untimed")
    if options.keep is not None:
        arguments += ["--dir", workshop.path(name)]
    arguments += [name, "--result", result, *(["--short"] if options.short else [])]
    process = workshop.start(arguments, f"{name}.log", cwd=ROOT / "Scripts")
    say(f"{name} ...")
    limit = ROW_SECONDS_SHORT if options.short else ROW_SECONDS
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.wait(60)
        return failed(f"not at its end after {limit} s\n{tail(process.log)}", started)
    if not result.exists():
        return failed(f"it broke off\n{tail(process.log)}", started)
    return json.loads(result.read_text())


def failed(reason, started):
    return {"verdict": FAILED, "measures": [], "failures": [reason], "seconds": round(time.monotonic() - started, 1)}


def main(arguments):
    options = parse(arguments)
    if options.row == "list":
        return list_rows()
    if options.row == "self-test":
        return test_judges()
    if options.row == "all":
        return play_all(options)
    return play_alone(options) if options.row in ROWS else play_on_a_node(options)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        print(f"failed: {failure}\n0 passed, 1 failed")
        sys.exit(1)
