"""Disks that fail, fill, slow down, lose what was not synced, or change a bit."""

import contextlib
import dataclasses
import random
import re
import time

from . import calls, cluster_wire, owned, syscalls
from . import cluster_steps as steps
from .disks import MEGABYTE
from .full_load import FullLoad
from .full_load import judge as judge_full
from .local_cluster import KILLED
from .node import program
from .processes import Failure, run, tail
from .purchase_load import PurchasesBeside
from .rows import resumed_after, row
from .rows_changes import ask, missing
from .rows_nodes import RESUME_MOST_SECONDS

DISK_FAILED = 4  # holdfastd's exit code
ELECTION_SECONDS = 1.2  # the longest election timeout
# The state is read for damage from 5 s after a start on, at 8 MB/s.
DAMAGE_SECONDS = 30
DAMAGE_ALARMS = ("REPLICA_FAULTY", "JOURNAL_DAMAGED")
# Some megabytes for each shard, so slow that each takes some seconds; and what must have arrived: a megabyte makes the state
# be flushed.
SNAPSHOT_HOLDS, SNAPSHOT_RATE, SNAPSHOT_PARTS = 200_000, 400_000, 1_500_000


@dataclasses.dataclass
class FailingWrite:
    """A durable write that fails once: by which thread, on what, and what must not be tried any more after it."""

    name: str
    into: str
    file: str  # a part of its path
    of: str = syscalls.DURABLE
    nth: int = 1
    folder: str = "/log/"
    later: str = syscalls.DURABLE


def failing_sync(name, into, file, nth):
    """A sync of the state's files. What is flushed is an SST file first, then the MANIFEST."""
    return FailingWrite(name, into, file, "fdatasync", nth, "/state/", syscalls.SYNCS)


# Many callers have the log's own thread write, and the state is flushed all the time. A lone caller's batches are written
# by the Store's thread.
FAIL_UNDER_FULL_LOAD = (
    FailingWrite("log", syscalls.LOG_WRITERS, "/log/"),
    failing_sync("SST", syscalls.FLUSHES, ".sst", 1),
    failing_sync("MANIFEST", syscalls.FLUSHES, "/MANIFEST-", 2),
    failing_sync("compaction", syscalls.COMPACTIONS, ".sst", 1),
)
FAIL_UNDER_LIGHT_LOAD = (FailingWrite("lone caller's log", syscalls.STORES, "/log/"),)
# One caller, and so few SKUs that it soon comes to each.
LIGHT_LOAD = {"shoppers": 1, "skus": 8}


@row(
    "fsync-fails",
    "a durable write (write and fsync in one) of a leader's log, and a sync of its state, fails once",
    "the node stops within 1 s, without a second try and without an acknowledgement; the others go on",
    ("strace",),
)
def fsync_fails(stage):
    # So small a part of the log to replay that the state is flushed about once a second.
    cluster = stage.up(3, flags=("--replay-bytes-max", "1048576"))
    full = FullLoad(stage.workshop, cluster.members)
    play_failures(stage, FAIL_UNDER_FULL_LOAD, rate=300)
    judge_full(stage, full.stop(), {})
    play_failures(stage, FAIL_UNDER_LIGHT_LOAD, **LIGHT_LOAD)
    stage.prove()


def play_failures(stage, failing, **load):
    stage.start_load(**load)
    moments = []
    for one in failing:
        stage.quiet(2)
        moments.append(fail_once(stage, one))
        stage.heal()
    past = stage.stop_load()
    for one, moment, until in zip(failing, moments, [*moments[1:], time.monotonic()]):
        stage.pace(f"{one.name}: gap", resumed_after(past, moment, until), " s", at_most=RESUME_MOST_SECONDS)
    stage.judge_errors(past)


def fail_once(stage, failing):
    """Has a write of the node that leads most fail, judges how the node ends, and starts it again; gives the moment."""
    cluster = stage.cluster
    victim = cluster.most_leading()
    fault = f"error=EIO:when={failing.nth}"
    if failing.into == syscalls.FLUSHES:
        # Between two flushes, so that the syncs that come are those of a whole one.
        last = manifest_written(victim)
        stage.wait_for(lambda: manifest_written(victim) != last, 30, f"{failing.name}: waiting for a flush")
    calls = ",".join((syscalls.DURABLE, failing.later))
    injection = syscalls.Injection(stage.workshop, victim.pid, calls, fault, failing.into, failing.of, watch=True)
    try:
        owned.wait_for(injection.injected, 60, f"{failing.name}: waiting until a write fails")
        moment = time.monotonic()
        with contextlib.suppress(Failure):
            owned.wait_for(lambda: not victim.is_running(), 10, "waiting until the node stopped")
        stage.expect(not victim.is_running(), f"{failing.name}: node {victim.number} goes on after a write that failed")
        cluster.kill(victim)
    finally:
        injection.stop()
    judge_failure(stage, failing, injection.lines(), cluster.exit_code(victim, 5))
    time.sleep(1)
    steps.start(cluster, victim.number)
    return moment


def manifest_written(member):
    """When the state last changed which files it is made of: at the end of each flush."""
    return max(path.stat().st_mtime_ns for path in member.data.glob("store-*/state/MANIFEST-*"))


def judge_failure(stage, failing, lines, code):
    first = next(index for index, line in enumerate(lines) if line.is_injected)
    stage.progress(f"{failing.name}: failed in {lines[first].thread}: {lines[first].text[:200]}")
    count = sum(line.is_injected for line in lines)
    stage.measure(f"{failing.name}: writes made to fail", count, at_least=1, at_most=1)
    stage.expect(lines[first].is_on(failing.file), f"{failing.name}: what failed was {lines[first].text}")
    ended = [line.moment for line in lines if line.is_end and re.fullmatch(syscalls.STORES, line.thread)]
    stage.expect(ended, f"{failing.name}: the end of the Store's thread was not seen")
    stopped = max(ended, default=0.0)
    stage.pace("Store stopped after", stopped - lines[first].moment, " s", at_most=1)
    stage.pace("node ended after", lines[-1].moment - lines[first].moment, " s", at_most=1)
    # Who makes the log's files has nothing to do with what is in them.
    later = [
        line
        for line in lines[first + 1 :]
        if line.is_on(failing.folder) and line.call in failing.later.split(",") and line.thread != syscalls.FILE_MAKER
    ]
    for line in later:
        stage.progress(f"after the failure, {line.thread}: {line.text[:200]}")
    # Of the state a compaction and a flush have nothing to do with each other: until the Store is stopped the one may go
    # on when the other fails.
    of_log = failing.folder == "/log/"
    mine = [one for one in later if of_log or one.thread == lines[first].thread or one.path == lines[first].path]
    stage.measure("durable writes after the failure, of what failed", len(mine), at_most=0)
    stage.measure("by anybody, once the Store was stopped", sum(line.moment > stopped for line in later), at_most=0)
    stage.measure("exit code", code, at_least=DISK_FAILED, at_most=DISK_FAILED)


@row(
    "disk-full",
    "the disks of all nodes are full",
    "writes are refused with RESOURCE_EXHAUSTED within 1 s, reads go on, writes again within 10 s after space returns",
    ("loop",),
)
def disk_full(stage):
    cluster = stage.up(3, disk_megabytes=1024)
    stage.start_load(deadline=3)
    stage.quiet(2)
    moment = time.monotonic()
    for disk in cluster.disks.values():
        disk.fill(leave_bytes=40 * MEGABYTE)
    time.sleep(8)
    until = time.monotonic()
    for disk in cluster.disks.values():
        disk.empty()
    healed = stage.heal(20)
    time.sleep(1)
    past = stage.stop_load()
    writes = [one.ended for one in past.of(kind="reserve", outcome="ok") if moment + 1 < one.ended < until]
    reads = [one.ended for one in past.of(kind="read", outcome="ok") if moment + 1 < one.ended < until]
    refused = [one.status for one in past.refusals if one.kind == "reserve" and moment + 1 < one.moment < until]
    late = 100 * refused.count("silent") / max(1, len(refused))
    others = set(refused) - {"silent", str(calls.RESOURCE_EXHAUSTED)}
    failed_reads = [one for one in past.refusals if one.kind == "read" and moment < one.moment < until]
    stage.pace("writes acknowledged later than 1 s", len(writes), at_most=0)
    stage.measure("writes refused", len(refused), at_least=100)
    stage.pace("of these later than 1 s", late, " %", at_most=1)
    stage.expect(not others, f"writes were refused with {sorted(others)}, not with RESOURCE_EXHAUSTED")
    stage.measure("reads meanwhile", len(reads), at_least=100)
    stage.measure("reads refused", len(failed_reads), at_most=0)
    stage.pace("writes again after", resumed_after(past, until, time.monotonic()), " s", at_most=10)
    stage.pace("healthy after", healed, " s", at_most=10)
    stage.prove()


@row(
    "slow-disk",
    "each durable write of a leader takes 100 ms, then a disk that hangs; under many callers, then under a lone one",
    "p99 at most 500 ms or leadership moves; with a disk that hangs the node leads nothing after two election timeouts, "
    "and writes resume within 5 s",
    ("strace",),
)
def slow_disk(stage):
    stage.up(3)
    play_slow_disk(stage, "many callers", syscalls.EVERY_THREAD)
    # The Store's thread, which writes by itself then: it is all of the node that hangs.
    play_slow_disk(stage, "lone caller", syscalls.STORES, **LIGHT_LOAD)
    stage.prove()


def play_slow_disk(stage, name, hanging, **load):
    cluster = stage.cluster
    stage.start_load(**load)
    stage.quiet(2)
    victim = cluster.most_leading()
    injection = syscalls.Injection(stage.workshop, victim.pid, syscalls.DURABLE, "delay_enter=100000")
    since = time.monotonic()
    time.sleep(10)
    until = time.monotonic()
    moved = victim.number not in cluster.leaders().values()
    injection.stop()
    stage.measure(f"{name}: slow writes", len(injection.injected()), at_least=1)
    stage.heal()
    moment, hung, stepped_down = hang(stage, name, hanging)
    past = stage.stop_load()
    p99 = past.p99_ms(since + 1, until)
    stage.pace("p99 with 100 ms a write", p99, " ms", at_most=None if moved else 500)
    stage.measure("leadership moved", "yes" if moved else "no")
    stage.pace("with a disk that hangs: led nothing after", stepped_down, " s", at_most=2 * ELECTION_SECONDS)
    stage.pace("gap", resumed_after(past, moment, hung), " s", at_most=RESUME_MOST_SECONDS)
    stage.judge_errors(past)


def hang(stage, name, hanging):
    """Has the disk of the node that leads most hang for 10 s, for the threads of these names, then kills the node and starts
    it again. Gives when that began and ended, and how long after the first write that hung the node led nothing any more."""
    cluster = stage.cluster
    victim = cluster.most_leading()
    shards = sorted(cluster.leaders())
    injection = syscalls.Injection(stage.workshop, victim.pid, syscalls.DURABLE, "delay_enter=20000000", hanging)
    # The Store's thread leaves writing to the log's for a while when it was slow.
    stage.wait_for(injection.lines, 30, f"{name}: waiting until a write hangs")
    moment = time.monotonic()
    first = injection.lines()[0]
    stage.wait_for(lambda: not leads_any(cluster, victim, shards), 10, f"{name}: waiting until the node leads nothing")
    stepped_down = time.time() - first.moment
    stage.progress(f"{name}: hung in {first.thread}: {first.text[:200]}")
    time.sleep(max(0.0, moment + 10 - time.monotonic()))
    stage.expect(not leads_any(cluster, victim, shards), f"{name}: node {victim.number} leads again while its disk hangs")
    hung = time.monotonic()
    cluster.kill(victim)
    injection.stop()
    steps.start(cluster, victim.number)
    stage.heal()
    return moment, hung, stepped_down


def leads_any(cluster, member, shards):
    """Whether a node may still lead one of the shards: by its own word, where it answers, or by that of one of the others;
    or because none of these leads."""
    own = cluster_wire.node_status(member.host, member.port, 0.3)
    others = cluster.statuses([other for other in cluster.running() if other is not member])
    newest = cluster_wire.leaders([*others, own] if own else others)
    followed = any(replica.leader == member.number for status in others for replica in status.replicas)
    return followed or any(newest.get(shard, member.number) == member.number for shard in shards)


@row(
    "kill-at-write",
    "a node dies at its n-th write, fsync, rename or truncation, n drawn from 1 to 500",
    "a clean recovery each time",
    ("strace",),
    times=100,
    times_short=8,
)
def kill_at_write(stage):
    cluster = stage.up(3)
    stage.start_load(rate=300)
    chance = random.Random(stage.options.seed)
    kinds = (syscalls.WRITES, syscalls.SYNCS, syscalls.NAMES, syscalls.SIZES)
    died = {kind: 0 for kind in kinds}
    for number in range(stage.times):
        victim = cluster.members[number % len(cluster.members)]
        kind = kinds[chance.randrange(len(kinds))]
        # All but writes come seldom: some while a node starts, some when the log or the state moves on.
        nth = chance.randint(1, 500 if kind == syscalls.WRITES else 6)
        stage.expect(cluster.stop(victim) != KILLED, f"node {victim.number} did not end after SIGTERM")
        cluster.prefixes[victim.name] = syscalls.killing_prefix(kind, nth, stage.workshop.path(f"strace-{number}"))
        cluster.launch(victim)
        try:
            owned.wait_for(lambda: not victim.is_running(), 15, "waiting for the kill")
            died[kind] += 1
        except Failure:
            cluster.kill(victim)  # so many calls of this kind did not come
        del cluster.prefixes[victim.name]
        steps.start(cluster, victim.number)
        healed = stage.heal()
        stage.progress(f"{number + 1}/{stage.times}: node {victim.number}, {kind.split(',')[0]} {nth}; healthy after {healed:.1f} s")
    past = stage.stop_load()
    stage.measure("kills", sum(died.values()), f" of {stage.times}", at_least=stage.times // 2)
    stage.judge_errors(past)
    stage.prove()


CALLS_MOST = 500


@row(
    "kill-at-each-write",
    "a node that is alone dies at its n-th write, fsync, rename or truncation, n from 1 to 500, from its start on",
    "a clean recovery each time",
    ("strace",),
    times=CALLS_MOST,
    times_short=8,
)
def kill_at_each_write(stage):
    """With fewer times than calls: as many of the numbers, evenly spread. The others are a start that nothing disturbs."""
    cluster = stage.up(1)
    stage.start_load(rate=300, deadline=30)
    calls = ",".join((syscalls.WRITES, syscalls.SYNCS, syscalls.NAMES, syscalls.SIZES))
    node = cluster.members[0]
    died, slowest = 0, 0.0
    for number in range(stage.times):
        nth = 1 + number * CALLS_MOST // stage.times
        cluster.kill(node)
        cluster.prefixes[node.name] = syscalls.killing_prefix(calls, nth, stage.workshop.path("strace"))
        cluster.launch(node)
        try:
            owned.wait_for(lambda: not node.is_running(), 10, "waiting for the kill")
            died += 1
        except Failure:
            pass  # so many calls did not come
        del cluster.prefixes[node.name]
        cluster.kill(node)
        steps.start(cluster, node.number)
        slowest = max(slowest, stage.heal())
        if nth % 50 == 1 or stage.options.short:
            stage.progress(f"killed at call {nth}; {died} of {number + 1} so far")
    past = stage.stop_load()
    stage.measure("kills", died, f" of {stage.times}", at_least=stage.times // 2)
    stage.pace("healthy after the slowest start", slowest, " s", at_most=10)
    stage.judge_errors(past)
    stage.prove()


@row(
    "power-cut",
    "a leader and one more of three lose their power and all that was not synced; then all three",
    "nothing acknowledged is lost",
    ("loop",),
    times=6,
    times_short=2,
)
def power_cut(stage):
    cluster = stage.up(3, disk_megabytes=1024)
    buyers = PurchasesBeside(stage)
    stage.start_load(deadline=30)
    stage.quiet(2)
    for number in range(stage.times):
        leader = cluster.most_leading()
        others = [member for member in cluster.members if member is not leader]
        victims = [leader, others[number % 2]] if number % 2 == 0 else cluster.members
        for member in victims:
            cluster.disks[member.name].cut_power()
        for member in victims:
            cluster.kill(member)
        for member in victims:
            cluster.disks[member.name].power_up()
            cluster.launch(member)
        for member in victims:
            cluster.await_answer(member)
        healed = stage.heal()
        stage.progress(f"power cut {number + 1}/{stage.times} of {len(victims)} nodes; healthy after {healed:.1f} s")
        time.sleep(1)
    past = stage.stop_load()
    stage.measure("power cuts", stage.times)
    stage.judge_errors(past)
    buyers.prove(patience_seconds=30)
    stage.prove()


@row(
    "torn-tail",
    "the last record of a node's log is cut at each of its last bytes, one after the other",
    "the tail is dropped, nothing before it, no crash",
    times=48,
    times_short=6,
)
def torn_tail(stage):
    cluster = stage.up(3)
    stage.start_load(rate=300)
    stage.quiet(2)
    for number in range(stage.times):
        victim = cluster.members[number % len(cluster.members)]
        cluster.kill(victim)
        time.sleep(1)  # the others have meanwhile what it will have lost, as if it had never been acknowledged
        newest = max(victim.data.glob("store-0/log/*"), key=lambda path: path.stat().st_mtime)
        size, cut = written(newest), number + 1
        with open(newest, "r+b") as file:
            file.seek(size - cut)
            file.write(bytes(cut))
        steps.start(cluster, victim.number)
        healed = stage.heal()
        stage.progress(f"{number + 1}/{stage.times}: {cut} bytes of {newest.name}; healthy after {healed:.1f} s")
    past = stage.stop_load()
    stage.measure("torn tails", stage.times)
    stage.judge_errors(past)
    stage.prove()


@row(
    "flipped-byte",
    "a byte flipped in the log, in an SST file, in the MANIFEST of one node, in the parts of a snapshot that it receives",
    "found; the replica is refused or repaired from its peers, the snapshot sent again, never served or voted on",
    times=8,
    times_short=4,
)
def flipped_byte(stage):
    cluster = stage.up(3, shards=4, flags=("--replay-bytes-max", "1048576"))
    chance = random.Random(stage.options.seed)
    found = 0
    for number in range(stage.times):
        # A load knows the nodes that there were when it began: no more of them are replaced than it can do without.
        if number % 2 == 0:
            if number > 0:
                stage.judge_errors(stage.stop_load())
            stage.start_load(rate=500)
            stage.quiet(8)
        kind = ("log", "sst", "manifest", "snapshot")[number % 4]
        if kind == "snapshot":
            victim = receiver(stage)
        else:
            victim = cluster.members[number % len(cluster.members)]
        # Killed, so that it has to read its log when it starts.
        cluster.kill(victim)
        path, offset = flip(victim.data, kind, chance)
        place = f"byte {offset} of {path.relative_to(victim.data)}"
        cluster.launch(victim)
        how = watch_damage(stage, victim, path if kind == "snapshot" else None)
        found += how is not None
        stage.progress(f"node {victim.number}, {kind}, {place}: {how or 'not found, and healthy'}")
        # All of the log and of the state is read after a start, whether or not anybody asks for it.
        stage.expect(how is not None, f"node {victim.number} did not find the damage: {place}")
        if kind == "snapshot":
            cluster.tool("cluster", "settings", "--snapshot-bytes-per-second", 0)
        if not victim.is_running():
            steps.replace(cluster, victim.number, erase=True)
        elif kind == "snapshot":
            stage.wait_for(lambda: not missing(cluster, victim), 60, "waiting until the new node has its replicas")
        stage.heal(60)
        time.sleep(1)
    past = stage.stop_load()
    stage.measure("flipped bytes", stage.times)
    stage.measure("found", found, at_least=stage.times)
    stage.judge_errors(past)
    stage.prove()


def receiver(stage):
    """A new node in the middle of a snapshot, of which it has flushed some parts."""
    cluster = stage.cluster
    addresses = ",".join(member.address for member in cluster.members)
    options = ["--count", SNAPSHOT_HOLDS, "--batch", 20, "--ttl", 3600, "--no-verify", "--quiet"]
    run([program("holdfast-bench"), "run", "--server", addresses, *options], 120)
    cluster.tool("cluster", "settings", "--snapshot-bytes-per-second", SNAPSHOT_RATE)
    member = steps.join(cluster)
    # Who waits for it may hear of a failure: the receiver is killed in the middle.
    ask(stage, "add", member.number, through=cluster.members[0])

    def is_in_the_middle():
        sent = [one for shard in steps.shard_records(cluster) for one in shard["progress"]]
        here = [(one["bytes_done"], one["bytes_total"]) for one in sent if one["node_id"] == member.number]
        return any(SNAPSHOT_PARTS <= done < total - SNAPSHOT_RATE for done, total in here)

    stage.wait_for(is_in_the_middle, 120, "waiting until some of a snapshot has arrived")
    return member


def flip(data, kind, chance):
    """Changes a byte within what was written to a file of this kind; gives the file and where in it."""
    patterns = {"log": "store-*/log/*", "manifest": "store-*/state/MANIFEST-*"}
    pattern = patterns.get(kind, "store-*/state/*.sst")
    files = [path for path in sorted(data.glob(pattern)) if path.is_file() and written(path)]
    if not files:
        raise Failure(f"{data} has no {kind} file with anything in it")
    # Of the log the newest file: another may hold nothing that counts any more, and be about to be written over. The newest
    # of the tables has parts of the snapshot.
    newest = kind in ("log", "snapshot")
    path = max(files, key=lambda one: one.stat().st_mtime) if newest else files[chance.randrange(len(files))]
    size = written(path)
    offset = chance.randrange(size // 4, max(size // 4 + 1, size * 3 // 4))
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 1 << chance.randrange(8)]))
    return path, offset


def written(path):
    """How much of a file is not the zeros it was allocated with."""
    return len(path.read_bytes().rstrip(b"\0"))


def watch_damage(stage, victim, parts=None):
    """How the node told of the damage: it refused to start, stopped, or raised an alarm that means damage; or, where it is
    in `parts` of a snapshot, it dropped their file and received them again. None where it did not within a while."""
    over = time.monotonic() + DAMAGE_SECONDS
    while time.monotonic() < over:
        if not victim.is_running():
            code = stage.cluster.exit_code(victim, 5)
            said = tail(victim.log, 1).strip()
            stage.expect(code in (3, DISK_FAILED), f"node {victim.number} ended with {code} on damage: {said}")
            return f"refused with {code}: {said[:160]}"
        status = cluster_wire.node_status(victim.host, victim.port)
        for kind, text in status.alarms if status is not None else []:
            if kind in DAMAGE_ALARMS:
                return f"alarm {kind}: {text}"
        if parts is not None and not parts.exists() and not missing(stage.cluster, victim):
            return "sent again"
        time.sleep(0.1)
    return None
