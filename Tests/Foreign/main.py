"""Runs the foreign clients against a node and ends with `N passed, M failed`."""

import argparse
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "Scripts")]

import contract  # noqa: E402
from harness.node import Node  # noqa: E402
from harness.processes import Failure, Workshop  # noqa: E402


def parse(arguments):
    parser = argparse.ArgumentParser(prog="Tests/Foreign/run", description=__doc__)
    parser.add_argument("--address", metavar="HOST:PORT", help="a node that runs; without it one is started and ended")
    parser.add_argument("--verbose", action="store_true", help="name each test")
    parser.add_argument("tests", nargs="*", metavar="NAME", help="only these, such as test_holds.Holds.test_lifecycle")
    return parser.parse_args(arguments)


def run(options):
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromNames(options.tests) if options.tests else loader.discover(str(HERE), "test_*.py")
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2 if options.verbose else 1).run(suite)
    # A test with many subtests is one test, however many of them fail.
    wrong = {getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors}
    failed = len(wrong) + len(result.unexpectedSuccesses)
    return max(result.testsRun - failed - len(result.skipped), 0), failed


def main(arguments):
    options = parse(arguments)
    with Workshop("foreign") as workshop:
        node = None
        if not options.address:
            node = Node(workshop).start()
        contract.connect(options.address or node.address, workshop.path("generated"))
        passed, failed = run(options)
        contract.disconnect()
        # The last word is the node's own: it must end by itself, cleanly, when it is asked to.
        if node is not None:
            status = node.stop()
            if status == 0:
                passed += 1
            else:
                failed += 1
                print(f"failed: after SIGTERM the node ended with {status}, not 0\n{node.log.read_text()[-2000:]}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        print(f"failed: {failure}\n0 passed, 1 failed")
        sys.exit(1)
