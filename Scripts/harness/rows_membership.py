"""Nodes that come and go while the cluster serves."""

import contextlib
import pathlib
import time

from . import cluster_steps as steps
from . import cluster_wire, figures
from .cluster_wire import META
from .full_load import FullLoad, judge, wall_ms
from .local_cluster import DRAINED, how_ended
from .node import program
from .processes import Failure, run
from .rows import row
from .rows_changes import (
    COMPLETE_SECONDS, MOVE_SECONDS, SHARDS, SLOW_BYTES_PER_SECOND, all_met, ask, have_ended, missing, pace_snapshots,
)
from .rows_nodes import gaps_by_sku

FLOOR_MS = 25
# As long as the moves take: a node has slower seconds of its own, when it writes out what it holds in memory.
QUIET_SECONDS = 15


def balance(cluster):
    """How far apart the nodes are, in leaders and in replicas: `(leaders, replicas)`. Of inventory shards: the meta shard
    is on every node."""
    leaders = [number for shard, number in cluster.leaders().items() if shard != META]
    led = [leaders.count(member.number) for member in cluster.members]
    replicas = [sum(replica.shard != META for replica in status.replicas) for status in cluster.statuses()]
    return max(led) - min(led), max(replicas) - min(replicas)


@row(
    "grow-shrink",
    "3 to 5 to 3 nodes under full load, by the steps of Scripts/cluster",
    "nothing fails within its deadline, p99 under 5 times the quiet one, balanced to within one at the end",
)
def grow_shrink(stage):
    cluster = stage.up(3)
    full = FullLoad(stage.workshop, cluster.members)
    stage.start_load(rate=300)
    begun = wall_ms()
    since = stage.quiet(5 if stage.options.short else QUIET_SECONDS)
    moment, changed = time.monotonic(), wall_ms()
    for _ in range(2):
        steps.add(cluster, seconds=MOVE_SECONDS)
    cluster.await_health(60)
    stage.measure("3 to 5 took", time.monotonic() - moment, " s")
    leaders, replicas = balance(cluster)
    stage.measure("of five: leaders apart", leaders, at_most=1)
    stage.measure("replicas apart", replicas, at_most=1)
    shrink = time.monotonic()
    # The oldest two go, so that the first node of the cluster is among them.
    cut_off = 0
    for number in [member.number for member in cluster.members[:2]]:
        steps.drain(cluster, number, seconds=MOVE_SECONDS)
        gone = steps.decommission(cluster, number)
        excluded = "the cluster does not know it any more" in pathlib.Path(gone.log).read_text()
        cut_off += excluded or how_ended(gone.log) != DRAINED
    cluster.await_health(60)
    stage.measure("5 to 3 took", time.monotonic() - shrink, " s")
    stage.measure("nodes that did not take leave of their callers", cut_off, at_most=0)
    steps.rebalance(cluster, MOVE_SECONDS)
    until, done = time.monotonic(), wall_ms()
    leaders, replicas = balance(cluster)
    stage.measure("of three: leaders apart", leaders, at_most=1)
    stage.measure("replicas apart", replicas, at_most=1)
    past = stage.stop_load()
    p99 = judge(stage, full.stop(), {"before": (begun, changed), "meanwhile": (changed, done)}, repeats_most=0)
    stage.pace("of its p99 before", figures.median(p99["meanwhile"]) / figures.median(p99["before"]), " times", at_most=5)
    before = past.p99_ms(since, moment)
    stage.measure("p99 before", before, " ms")
    stage.pace("p99 meanwhile", past.p99_ms(moment, until), " ms", at_most=max(5 * before, FLOOR_MS))
    stage.measure("longest gap", max(gaps_by_sku(past, moment, until)), " s")
    stage.judge_errors(past)
    stage.prove()


@row(
    "snapshot-kill",
    "a new node is killed again and again while it receives snapshots",
    "it catches up afterwards, within 30 s",
    times=10,
    times_short=4,
)
def snapshot_kill(stage):
    cluster = stage.up(3, shards=SHARDS)
    stage.start_load()
    stage.quiet(10)  # something to send
    pace_snapshots(cluster, SLOW_BYTES_PER_SECOND)
    member = steps.join(cluster)
    adding = ask(stage, "add", member.number, through=cluster.members[0])
    meanwhile = 0
    for number in range(stage.times):
        time.sleep(0.3 + 0.17 * number)
        is_meanwhile = not all_met(cluster)
        meanwhile += is_meanwhile
        cluster.kill(member)
        cluster.launch(member)
        cluster.await_answer(member)
        stage.progress(f"kill {number + 1}/{stage.times}" + ("" if is_meanwhile else " (nothing moved)"))
    stage.measure("kills while replicas moved", meanwhile, at_least=stage.times // 2)
    killed = time.monotonic()
    pace_snapshots(cluster, 0)
    complete = lambda: all_met(cluster) and not missing(cluster, member)  # noqa: E731
    stage.wait_for(complete, 2 * COMPLETE_SECONDS, "waiting until the new node has its replicas")
    stage.pace("has its share after the last kill", time.monotonic() - killed, " s", at_most=COMPLETE_SECONDS)
    stage.wait_for(lambda: have_ended([adding]) and complete(), MOVE_SECONDS, "waiting until they know who asked for it")
    stage.measure("replicas", len(status_of(member).replicas), at_least=1)
    stage.heal(60)
    past = stage.stop_load()
    stage.judge_errors(past)
    stage.prove()


def status_of(member):
    status = cluster_wire.node_status(member.host, member.port)
    if status is None:
        raise Failure(f"node {member.number} does not answer")
    return status


# In millions. A hold is some 85 bytes of the state: the long form writes more of the log than usually stays, the short form
# has less of it stay.
HOLDS, HOLDS_SHORT = 13, 1
STATE_BYTES, RETAINED_BYTES_SHORT = 1_000_000_000, 16 << 20


@row(
    "follower-behind",
    "a node is away until the others have cut the log that it needs, and have a state of a gigabyte",
    "it gets snapshots and has caught up within 60 s",
)
def follower_behind(stage):
    short = stage.options.short
    # What the log may be cut to is what the state covers: the short form has it flushed often.
    flags = ("--replay-bytes-max", "1048576", "--log-retained-bytes-max", str(RETAINED_BYTES_SHORT)) if short else ()
    cluster = stage.up(3, flags=flags)
    stage.start_load(rate=300)
    stage.quiet(2)
    victim, other = cluster.members[-1], cluster.members[0]
    cluster.kill(victim)
    for number in range(HOLDS_SHORT if short else HOLDS):
        fill(cluster, 1_000_000)
        stage.progress(f"{number + 1} million holds made; the state has {state_bytes(other) / 1e6:.0f} MB")
    moment = time.monotonic()
    steps.start(cluster, victim.number)
    stage.wait_for(lambda: not missing(cluster, victim), 180, "waiting until the node has caught up")
    took = time.monotonic() - moment
    stage.measure("state of another", state_bytes(other) / 1e6, " MB", at_least=None if short else STATE_BYTES / 1e6)
    stage.measure("snapshots installed", status_of(victim).snapshots_installed, at_least=1)
    stage.pace("caught up after its start", took, " s", at_most=60)
    stage.heal(60)
    past = stage.stop_load()
    stage.judge_errors(past)
    stage.prove()


def fill(cluster, holds):
    """Makes so many holds that outlive the row; so few at a time that a slow machine keeps up."""
    addresses = ",".join(member.address for member in cluster.running())
    options = ["--count", holds, "--batch", 100, "--ttl", 7200, "--skus", 1000, "--connections", 4, "--in-flight", 4]
    command = [program("holdfast-bench"), "run", "--server", addresses, "--no-verify", "--quiet", "--deadline-ms", 30_000]
    run([*command, *options], 300)


def state_bytes(member):
    """How long the tables of a node's state are; they come and go meanwhile."""
    total = 0
    for path in member.data.glob("store-*/state/*.sst"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size
    return total
