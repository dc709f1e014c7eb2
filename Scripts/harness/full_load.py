"""holdfast-bench at full speed beside the recording load of a row, until it is told to end; then it looks up what it did."""

import json
import signal
import time

from . import figures
from .node import program
from .processes import Failure, tail, wait_until

# So long that only the row's end ends the load.
SECONDS_MAX = 3600
# Long enough to be looked up at the end, short enough that a long run does not fill the memory with live holds.
TTL_SECONDS = 120
VERIFY_SECONDS = 300
INTERRUPTED = "the run was interrupted"


class FullLoad:
    """64 callers, each with its next reservation as soon as the last one is answered, through all nodes."""

    def __init__(self, workshop, members):
        self.result = workshop.path("bench.json")
        self.record = workshop.path("bench.record")
        options = {
            "server": ",".join(member.address for member in members),
            "connections": 64,
            "in-flight": 1,
            "deadline-ms": 5000,
            "seconds": SECONDS_MAX,
            "warmup": 0,
            "ttl": TTL_SECONDS,
            "verify-sample": 20_000,
            "record": self.record,
            "json": self.result,
        }
        arguments = [program("holdfast-bench"), "run", "--quiet"]
        for name, value in options.items():
            arguments += [f"--{name}", value]
        self.process = workshop.start(arguments, "bench.log")
        wait_until(self.is_under_way, 60, "waiting for the benchmark", self.process)

    def is_under_way(self):
        return self.record.exists() and self.record.stat().st_size > 4096

    def stop(self):
        """Ends the load in good order, waits for the verification, and gives what was found as JSON."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(VERIFY_SECONDS)
        if not self.result.exists():
            raise Failure(f"holdfast-bench ended with {self.process.returncode}\n{tail(self.process.log)}")
        return json.loads(self.result.read_text())


def wall_ms():
    return time.time() * 1000


def judge(stage, found, windows, repeats_most=None):
    """Enters the figures of a full load. `windows` are `{name: (begin, end)}` of the wall clock in milliseconds. Where
    nothing dies no node has a reason to repeat a call: then `repeats_most` is 0. Gives the p99 of each second of a window,
    in milliseconds."""
    course, check = found["timeline"], found["verification"]
    stage.measure("full load", found["callsPerSecond"], " calls/s")
    stage.measure("its failed calls", found["failedCalls"], at_most=0)
    # A node that is silent for 0.8 s is taken for dead: a slow machine does that too.
    stage.pace("its calls that nodes repeated by themselves", found["repeatedByNodes"], at_most=repeats_most)
    problems = [problem for problem in found["problems"] if problem != INTERRUPTED]
    stage.expect(not problems, f"holdfast-bench found: {problems[:5]}; of the failed calls it tells: {found['failures']}")
    fine = check is not None and check["isFine"] and check["holdsChecked"] > 0
    stage.expect(fine, f"holdfast-bench's verification: {check}")
    stage.measure("its longest gap", course["longestGapMilliseconds"], " ms")
    gaps = [loss["gapMilliseconds"] for loss in found["nodeLosses"] if loss["gapMilliseconds"] is not None]
    if gaps:
        back = [loss["allBackMilliseconds"] for loss in found["nodeLosses"] if loss["allBackMilliseconds"] is not None]
        stage.pace("its gap at a lost node, median", figures.median(gaps), " ms", at_most=1500)
        stage.pace("until all its shards were back, worst", max(back, default=0.0), " ms", at_most=5000)
    found_p99 = {}
    for name, (begin, end) in windows.items():
        second = [round((moment - course["startedAtMilliseconds"]) / 1000) for moment in (begin, end)]
        p99 = [one["p99Microseconds"] / 1000 for one in course["seconds"][max(0, second[0]) : second[1]] if one["calls"]]
        stage.measure(f"its p99 of a second {name}, median", figures.median(p99), " ms")
        stage.measure("and worst", max(p99, default=0.0), " ms")
        found_p99[name] = p99
    return found_p99
