"""Counts the instructions and the allocations of a node for each reservation, by valgrind's callgrind."""

import re
import shutil

from . import node
from .processes import Failure, end, require, run, wait_until

# A node under callgrind is some fifty times slower.
START_SECONDS, CALL_MILLISECONDS = 240, 120_000
ALLOCATORS = {"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign"}
LOAD = {"prefix": "costs", "skus": 100, "connections": 16, "in_flight": 16, "no_verify": True}

FUNCTION = re.compile(r"^(c?fn)=\((\d+)\)(?: (.*))?$")


def cost(workshop, count):
    """`(instructions, allocations)` a reservation, over so many."""
    with Counted(workshop) as counted:
        # The first calls make the SKUs, and meet everything for the first time.
        counted.load(count // 10)
        counted.zero()
        counted.load(count, no_setup=True)
        instructions, allocations = read(counted.dump())
    return instructions / count, allocations / count


class Counted(node.Node):
    """A node under callgrind. It does not stay awake for the next call, which would be counted too."""

    def __init__(self, workshop):
        super().__init__(workshop, "counted", flags=["--spin-us-max", "0", "--log-level", "warning"])
        for tool in ("valgrind", "callgrind_control", "strip"):
            require(tool)
        self.output = workshop.path("callgrind.out")
        self.program = workshop.path("holdfastd")

    def __enter__(self):
        # valgrind cannot read the debugging information of this compiler; the symbols stay.
        shutil.copy(node.program("holdfastd"), self.program)
        run(["strip", "--strip-debug", self.program], 60)
        shape = ["--data-dir", self.data, "--listen", "127.0.0.1:0", "--port-file", self.port_file, *self.flags]
        run([self.program, "init", *shape, "--shards", "1"], 60)
        valgrind = ["valgrind", "--tool=callgrind", "--fair-sched=try", f"--callgrind-out-file={self.output}"]
        self.process = self.workshop.start([*valgrind, self.program, *shape], self.log.name)
        wait_until(
            self.listening, START_SECONDS, "waiting for holdfastd under callgrind", self.process, pause_seconds=0.2
        )
        return self

    def __exit__(self, *_):
        end(self.process, 60)

    def load(self, count, **options):
        result = node.bench(self, "run", count=count, deadline_ms=CALL_MILLISECONDS, **LOAD, **options)
        if result["reservations"] != {"done": count}:
            raise Failure(f"not every reservation made a hold: {result['reservations']}")

    def zero(self):
        run(["callgrind_control", "--zero", self.process.pid], 120)

    def dump(self):
        run(["callgrind_control", "--dump", self.process.pid], 120)
        return self.output.with_name(self.output.name + ".1").read_text()


def read(text):
    """`(instructions, allocator calls)` of a dump: its format names a function once and refers to it by number later."""
    names, called, allocations = {}, "", 0
    instructions = 0
    for line in text.splitlines():
        if match := FUNCTION.match(line):
            kind, number, name = match.groups()
            if name:
                names[number] = name.partition("'")[0]
            if kind == "cfn":
                called = names[number]
        elif line.startswith("calls="):
            if called in ALLOCATORS:
                allocations += int(line[6:].split()[0])
        elif line.startswith("totals:"):
            instructions = int(line.split()[1])
    if not instructions or not allocations:
        raise Failure("callgrind's dump has no totals or no allocations")
    return instructions, allocations
