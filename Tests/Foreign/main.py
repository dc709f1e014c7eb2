"""Runs the foreign clients against a node, then through a follower of three, and ends with `N passed, M failed`."""

import argparse
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "Scripts")]

import contract  # noqa: E402
import reasons  # noqa: E402
from nodes import Cluster  # noqa: E402
from harness.node import Node  # noqa: E402
from harness.processes import Failure, Workshop  # noqa: E402


def parse(arguments):
    parser = argparse.ArgumentParser(prog="Tests/Foreign/run", description=__doc__)
    parser.add_argument("--address", metavar="HOST:PORT", help="a node that runs; without it nodes are started and ended")
    parser.add_argument("--nodes", choices=["1", "3"], help="only against one node, or only against three; default: both")
    parser.add_argument("--keep", metavar="DIR", help="run the nodes in this folder, and leave their logs there")
    parser.add_argument("--verbose", action="store_true", help="name each test")
    parser.add_argument("tests", nargs="*", metavar="NAME", help="only these, such as test_holds.Holds.test_lifecycle")
    return parser.parse_args(arguments)


def run(options):
    """Runs the tests against the node that `contract` is connected to: how many passed and failed."""
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromNames(options.tests) if options.tests else loader.discover(str(HERE), "test_*.py")
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2 if options.verbose else 1).run(suite)
    # A test with many subtests is one test, however many of them fail.
    wrong = {getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors}
    failed = len(wrong) + len(result.unexpectedSuccesses)
    return max(result.testsRun - failed - len(result.skipped), 0), failed


def run_at(address, options):
    contract.connect(address)
    counts = run(options)
    contract.disconnect()
    return counts


def run_against_one(workshop, options):
    print("one node")
    node = Node(workshop).start()
    passed, failed = run_at(node.address, options)
    # The last word is the node's own: it must end by itself, cleanly, when it is asked to.
    return judged_end([node.stop()], [node.log], passed, failed)


def run_against_three(workshop, options):
    """Every call goes through a node that leads neither the shard nor the meta shard."""
    print("three nodes, through one that leads nothing")
    contract.cluster = cluster = Cluster(workshop)
    passed, failed = run_at(cluster.follower().address, options)
    contract.cluster = None
    return judged_end(cluster.stop(), [member.log for member in cluster.members], passed, failed)


def judged_end(statuses, logs, passed, failed):
    for status, log in zip(statuses, logs):
        if status == 0:
            passed += 1
        else:
            failed += 1
            print(f"failed: after SIGTERM the node ended with {status}, not 0\n{log.read_text()[-2000:]}")
    return passed, failed


def main(arguments):
    options = parse(arguments)
    with Workshop("foreign", options.keep) as workshop:
        contract.load(workshop.path("generated"))
        if options.address:
            counts = [run_at(options.address, options)]
        else:
            ways = {"1": [run_against_one], "3": [run_against_three]}
            ways = ways.get(options.nodes, [run_against_one, run_against_three])
            counts = [way(workshop, options) for way in ways]
    passed, failed = (sum(column) for column in zip(*counts))
    # Whatever may refuse a call was met by this run, if it is the whole of it.
    if not options.tests and not options.address and options.nodes != "1" and (missing := reasons.never_met()):
        failed += 1
        print(f"failed: no call was refused or failed with {', '.join(missing)}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        print(f"failed: {failure}\n0 passed, 1 failed")
        sys.exit(1)
