"""Do the judges find what they are there for? Made-up records with one fault each, and one without."""

import pathlib
import random
import struct
import types

from . import (
    bad_bytes, calls, cluster_wire, compare_test, history, hosts, http2, kill_cycles, order_proof, order_twin, order_wire,
    syscalls, wire,
)
from .proof import Proof
from .purchases import Purchase, Wrong
from .stage import Stage
from .switch import Switch, hardware_address


def operation(kind, outcome, begun, ended, quantity=0, value="-", sku="LOAD-00000"):
    identifier = f"{kind}-{begun}"
    return history.Operation("shopper", kind, outcome, begun, ended, 0, 1, sku, quantity, identifier, str(value))


GOOD = [
    operation("reserve", "ok", 1.0, 1.1, 2),
    operation("reserve", "unknown", 1.2, 2.2, 1),
    operation("reserve", "refused", 1.3, 1.4, 3),
    operation("read", "ok", 1.5, 1.6, value=2),
    operation("read", "ok", 1.7, 1.8, value=3),
    operation("reserve", "ok", 1.9, 2.5, 3),
    operation("read", "ok", 2.0, 2.1, value=6),
]
STALE = {
    "a read that misses an acknowledged reservation": operation("read", "ok", 3.0, 3.1, value=3),
    "a read that sees less than an earlier one": operation("read", "ok", 1.85, 1.88, value=2),
    "a read that sees what was refused or never asked for": operation("read", "ok", 3.0, 3.1, value=9),
}


def stale_reads():
    found = [] if not history.stale_reads(history.History(GOOD, [])) else ["a good history is called stale"]
    for what, read in STALE.items():
        if not history.stale_reads(history.History([*GOOD, read], [])):
            found.append(f"not found: {what}")
    return found


def gaps():
    moments = [1.0, 1.1, 4.0, 4.1]
    wanted = (history.longest_gap(moments, 0.9, 4.2), history.gap_after(moments, 1.05, 9))
    return [] if [round(value, 3) for value in wanted] == [2.9, 0.05] else [f"gaps are {wanted}"]


def statuses():
    """A status among other fields, its name plain or in Huffman's code; and a block without one."""
    huffman = calls.STATUS_NAMES[1]
    coded = b"\x00" + bytes([0x80 | len(huffman)]) + huffman + b"\x0214"
    blocks = [
        (b"\x88" + http2.literal("grpc-message", "no") + http2.literal("grpc-status", "8"), 8),
        (b"\x3f\xe1\x1f\x88" + coded, calls.UNAVAILABLE),
        (b"\x88" + http2.literal("content-type", "application/grpc"), None),
    ]
    return [f"{block!r}: {calls.grpc_status(block)}" for block, wanted in blocks if calls.grpc_status(block) != wanted]


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def corruption():
    """A corrupted segment differs in its payload, and its checksum fits all the same."""
    switch = Switch({1: None, 2: None}, 7)
    payload = b"holdfast" * 9
    header = struct.pack(">HHIIBBHHH", 7401, 50000, 1, 2, 5 << 4, 0x18, 1000, 0, 0)
    addresses = bytes([10, 77, 0, 1, 10, 77, 0, 2])
    pseudo = addresses + struct.pack(">HH", 6, len(header) + len(payload))
    header = header[:16] + struct.pack(">H", ~checksum(pseudo + header + payload) & 0xFFFF) + header[18:]
    internet = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(header) + len(payload), 0, 0, 64, 6, 0) + addresses
    frame = hardware_address(2) + hardware_address(1) + b"\x08\x00" + internet + header + payload
    found = []
    for _ in range(200):
        changed = switch.corrupt(frame)
        if changed[:50] != frame[:50] or changed[54:] == frame[54:]:
            found.append("the corruption is not in the payload")
        if checksum(pseudo + changed[34:]) != 0xFFFF:
            found.append("the checksum of a corrupted segment does not fit")
    return found[:2]


def partitions():
    """In a ring everyone hears a majority; at a bridge only the middle hears both sides."""
    found = []
    ring = set(hosts.ring([1, 2, 3, 4, 5]))
    for one in range(1, 6):
        heard = [other for other in range(1, 6) if other != one and (other, one) not in ring]
        if len(heard) != 2 or any((one, other) in ring for other in heard):
            found.append(f"in a ring {one} hears {heard}")
    if set(hosts.bridge([1, 2, 3])) != {(1, 3), (3, 1)}:
        found.append(f"a bridge is {hosts.bridge([1, 2, 3])}")
    return found


def limits():
    """A figure over its limit fails; one of time or rate not where these are not judged; wrong is wrong in any case."""
    found = []
    for untimed in (False, True):
        stage = Stage(None, types.SimpleNamespace(untimed=untimed), lambda text: None)
        stage.pace("gap", 2.0, " s", at_most=1.5)
        stage.pace("rate", 3.0, " %", at_least=10)
        stage.pace("gap", 1.5, " s", at_most=1.5)
        if len(stage.failures) != (0 if untimed else 2):
            found.append(f"untimed {untimed}: limits of time are judged as {stage.failures}")
        if [bool(measure.word) for measure in stage.measures] != [True, True, False]:
            found.append(f"untimed {untimed}: the table says {[str(measure) for measure in stage.measures]}")
        known = len(stage.failures)
        stage.measure("failed within the deadline", 1, at_most=0)
        stage.expect(False, "a hold is lost")
        if len(stage.failures) != known + 2:
            found.append(f"untimed {untimed}: what is wrong is judged as {stage.failures}")
    return found


def limits_of_a_node():
    """The same in the rows of one node."""
    found = []
    workshop = types.SimpleNamespace(path=pathlib.Path)
    for untimed in (False, True):
        kills = kill_cycles.KillCycles(workshop, 1, 7, 0, untimed)
        kills.judge_restart(kill_cycles.RESTART_LIMIT_SECONDS + 1)
        kills.compare("cycle 1", "H", "SKU", 1, None)
        if len(kills.failures) != (1 if untimed else 2):
            found.append(f"untimed {untimed}: a slow restart and a lost hold are judged as {kills.failures}")
        attacked = bad_bytes.BadBytes(workshop, 60, 7, False, untimed, [])
        attacked.before = attacked.memory_before = attacked.beside_before = 0
        attacked.honest_p99 = lambda record, since, until: 10_000.0 if record == attacked.record else 1.0
        attacked.growth = lambda watch, since, until: 0
        attacked.node.process = types.SimpleNamespace(poll=lambda: None)
        seen = {"connections": 1, "frames": 1, "closed": 1, "codes": {}, "silent": 1, "cut": 0, "cut_after_max": 0}
        attacked.judge("ping", seen, 0, None, lambda text: None)
        attacked.judge("nonsense", seen, 0, None, lambda text: None)
        if len(attacked.failures) != (1 if untimed else 2):
            found.append(f"untimed {untimed}: slow honest calls and a silent node are judged as {attacked.failures}")
    return found


def purchases():
    """A twin is known by its counters: each other answer is found, and so is a journal with an effect twice."""
    order = order_twin.Order.of("O-1", "H-1", [("A", 3), ("B", 2)], waits_for_payment=True)
    found = [] if order.status == order_wire.AWAITING_PAYMENT else ["an unpaid order does not await its payment"]
    order.payment = "paid"
    order.amend({1: 4}, [("C", 1)])
    order.cancel({2: 1})
    order.ship("parcel-1", {1: 2, 3: 1})
    if order.status != order_wire.PARTIALLY_SHIPPED or order.units() != {"A": (2, 2), "B": (1, 0), "C": (0, 1)}:
        found.append(f"after its steps the order is {order}")
    if order_twin.differences(order, order.shown()):
        found.append("an order differs from itself")
    others = {"status": 2, "payment": "", "on_hold": True, "shipments": {}, "lines": {}, "id": "O-2", "hold": ""}
    found += [f"not found: {name}" for name in others if not order_twin.differences(order, order.shown() | {name: others[name]})]
    records = [("H-1", "A", 1, 2, 4), ("O-1", "A", 2, 3, 4), ("O-1", "A", 3, 17, 2), ("", "A", 2, 1, 1)]
    if order_proof.add_up(records, {"O-1": "H-1"}) != {"H-1": {"A": [0, 2, 2]}}:
        found.append("the journal does not add up")
    return found


def doubtful_answers():
    """A purchase ends with `Wrong` where a repeated step is not called replayed, and where a step changes too much."""
    found = []
    lines = {1: order_twin.Line("A", 1, allocated=1)}
    for replayed, shown, wrong in ((True, lines, False), (False, lines, True), (True, {}, True)):
        purchase = Purchase(None, random.Random(1), 1.0)
        purchase.order = order_twin.Order("O-1", "", dict(lines))
        answer = order_message(replayed, order_twin.Order("O-1", "", shown))
        repetition = purchase.repeat(order_wire.PAY_ORDER, b"")
        try:
            next(repetition)
            repetition.send((calls.OK, answer, False))
            failed = False
        except Wrong:
            failed = True
        if failed != wrong:
            found.append(f"replayed {replayed}, lines {shown}: found to be wrong: {failed}")
    return found


def status_message(number, replicas):
    """What a node says that has these replicas: `[(shard, role, term, outbox, waiting)]`."""
    shards = b""
    for shard, role, term, outbox, waiting in replicas:
        across = wire.field(1, outbox) + wire.field(3, waiting)
        shards += wire.field(3, wire.field(1, shard) + wire.field(2, role) + wire.field(3, term) + wire.field(11, across))
    return wire.field(1, number) + wire.field(5, shards)


LEADS, FOLLOWS = 1, 2
# What two nodes say of shards 1 and 2, and how many sentences must come of it when they never say anything else.
IN_DOUBT = {
    "nothing under way": ([(1, LEADS, 3, 0, 0), (2, FOLLOWS, 3, 0, 0)], [(1, FOLLOWS, 3, 0, 0), (2, LEADS, 3, 0, 0)], 0),
    "a follower behind": ([(1, LEADS, 3, 0, 0), (2, FOLLOWS, 3, 4, 5)], [(1, FOLLOWS, 3, 1, 1), (2, LEADS, 3, 0, 0)], 0),
    "one who led before": ([(1, LEADS, 2, 7, 7), (2, FOLLOWS, 3, 0, 0)], [(1, LEADS, 3, 0, 0), (2, LEADS, 3, 0, 0)], 0),
    "parts to be told": ([(1, LEADS, 3, 2, 0), (2, FOLLOWS, 3, 0, 0)], [(1, FOLLOWS, 3, 0, 0), (2, LEADS, 3, 0, 0)], 1),
    "parts that wait": ([(1, LEADS, 3, 2, 0), (2, FOLLOWS, 3, 0, 0)], [(1, FOLLOWS, 3, 0, 0), (2, LEADS, 3, 0, 9)], 2),
    "a shard without leader": ([(1, LEADS, 3, 0, 0), (2, FOLLOWS, 3, 0, 0)], [(2, FOLLOWS, 3, 0, 0)], 1),
}


def doubts():
    """What stays in doubt fails a row, and names the shard; what ends within the time does not."""
    found = []
    quiet = IN_DOUBT["nothing under way"][:2]
    for what, (first, second, wanted) in IN_DOUBT.items():
        for later, expected in (((first, second), wanted), (quiet, 0)):
            looks = [(first, second), later]
            stage = Stage(None, types.SimpleNamespace(untimed=True), lambda text: None)
            stage.judge(SettlementOnly(looks))
            if len(stage.failures) != expected or not all("shard " in text for text in stage.failures):
                found.append(f"{what}, then {later}: judged as {stage.failures}")
    return found


class SettlementOnly(Proof):
    """Judges that alone, of nodes that say one thing after the other, and the last one for good."""

    def __init__(self, looks):
        super().__init__([], {}, [])
        self.looks = looks

    def run(self):
        self.judge_settlement(seconds=0.2)
        return self.findings

    def statuses(self):
        said = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return [cluster_wire.read_status(status_message(number, replicas)) for number, replicas in enumerate(said, 1)]


def order_message(replayed, order):
    """The answer that shows an order."""
    lines = b""
    for number, line in order.lines.items():
        counters = wire.field(3, line.ordered) + wire.field(6, line.allocated) + wire.field(8, number)
        lines += wire.field(4, wire.field(1, line.sku) + counters)
    shown = wire.field(1, order.id) + wire.field(3, order.status) + lines
    return wire.field(2, int(replayed)) + wire.field(3, shown)


def traces():
    """Lines of strace are read as what they are: calls with and without a fault, their ends, and those of threads."""
    failed = '7 1795784622.390432 pwrite64(4</n/log/1.log>, "HF"..., 4096, 0) = -1 EIO (Input/output error) (INJECTED)'
    lines = {
        failed: ("log-0", "pwrite64", True, False, True),
        "8 1795784624.101471 fdatasync(3</n/state/9.sst> <unfinished ...>": ("store-0", "fdatasync", False, False, False),
        "8 1795784624.401925 <... fdatasync resumed>) = 0 (DELAYED)": ("store-0", "", True, False, False),
        "7 1795784624.500000 +++ exited with 4 +++": ("log-0", "", False, True, False),
    }
    found = []
    names = types.SimpleNamespace(names={7: "log-0", 8: "store-0"})
    for text, wanted in lines.items():
        line = syscalls.Trace.read(names, text)
        read = (line.thread, line.call, line.is_injected, line.is_end, line.is_on("/log/"))
        if read != wanted:
            found.append(f"{text}: read as {read}")
    if syscalls.Trace.read(names, "7 17957846") is not None:
        found.append("half of a line is read as a whole one")
    alone = types.SimpleNamespace(names={7: "log-0"})
    if syscalls.Trace.read(alone, failed.removeprefix("7 ")).thread != "log-0":
        found.append("the line of a lone thread is not taken for its own")
    return found


def run():
    """`(passed, failures)`"""
    failures, passed = [], 0
    own = (
        stale_reads, gaps, statuses, corruption, partitions, limits, limits_of_a_node, purchases, doubtful_answers, doubts,
        traces,
    )
    for test in (*own, *compare_test.TESTS):
        found = test()
        passed += not found
        failures += [f"{test.__name__}: {text}" for text in found]
    return passed, failures
