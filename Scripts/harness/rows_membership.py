"""Nodes that come and go while the cluster serves."""

import shutil
import time

from . import cluster_steps as steps
from . import cluster_wire, owned
from .node import program
from .processes import Failure, tail
from .rows import row
from .rows_nodes import gaps_by_sku

FLOOR_MS = 25
MOVE_SECONDS = 120


def balance(cluster):
    """How far apart the nodes are, in leaders and in replicas: `(leaders, replicas)`."""
    leaders = list(cluster.leaders().values())
    led = [leaders.count(member.number) for member in cluster.members]
    replicas = [len(status.replicas) for status in cluster.statuses()]
    return max(led) - min(led), max(replicas) - min(replicas)


@row(
    "grow-shrink",
    "3 to 5 to 3 nodes under load, by the steps of Scripts/cluster",
    "nothing fails within its deadline, p99 under 5 times the quiet one, balanced to within one at the end",
)
def grow_shrink(stage):
    cluster = stage.up(3)
    stage.start_load()
    since = stage.quiet(5)
    moment = time.monotonic()
    for _ in range(2):
        steps.add(cluster, seconds=MOVE_SECONDS)
    cluster.await_health(60)
    stage.measure("3 to 5 took", time.monotonic() - moment, " s")
    leaders, replicas = balance(cluster)
    stage.measure("of five: leaders apart", leaders, at_most=1)
    stage.measure("replicas apart", replicas, at_most=1)
    shrink = time.monotonic()
    # The oldest two go, so that the first node of the cluster is among them.
    for number in [member.number for member in cluster.members[:2]]:
        steps.drain(cluster, number, seconds=MOVE_SECONDS)
        steps.decommission(cluster, number)
    cluster.await_health(60)
    until = time.monotonic()
    stage.measure("5 to 3 took", until - shrink, " s")
    cluster.tool("cluster", "rebalance", "--wait", seconds=MOVE_SECONDS)
    cluster.await_health(60)
    leaders, replicas = balance(cluster)
    stage.measure("of three: leaders apart", leaders, at_most=1)
    stage.measure("replicas apart", replicas, at_most=1)
    past = stage.stop_load()
    before = past.p99_ms(since, moment)
    stage.measure("p99 before", before, " ms")
    stage.measure("p99 meanwhile", past.p99_ms(moment, until), " ms", at_most=max(5 * before, FLOOR_MS))
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
    cluster = stage.up(3, shards=4)
    stage.start_load()
    stage.quiet(10)  # something to send
    # So slow that the kills fall into the transfer.
    cluster.tool("cluster", "settings", "--snapshot-bytes-per-second", 400_000)
    member = steps.join(cluster)
    adding = stage.workshop.start(
        [program("holdfast"), "cluster", "add", member.number, "--address", cluster.members[0].address, "--timeout", "60s"],
        "add.log",
    )
    for number in range(stage.times):
        time.sleep(0.3 + 0.17 * number)
        caught_up = not missing(cluster, member)
        cluster.kill(member)
        cluster.launch(member)
        cluster.await_answer(member)
        stage.progress(f"kill {number + 1}/{stage.times}" + (" (it had all already)" if caught_up else ""))
    adding.wait(60)
    cluster.tool("cluster", "settings", "--snapshot-bytes-per-second", 0)
    took = stage.wait_for(lambda: not missing(cluster, member), 60, "waiting until the new node has its replicas")
    stage.measure("has its share after the last kill", took, " s", at_most=30)
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


def missing(cluster, member):
    """Shards of which the node has not applied what the others know to be committed; a node without replicas lacks all."""
    status = cluster_wire.node_status(member.host, member.port)
    if status is None or not status.replicas:
        return [None]
    others = cluster.statuses([other for other in cluster.running() if other is not member])
    return cluster_wire.behind(status, others)


@row(
    "disk-lost",
    "a node loses its disk and is started again with the same number",
    "refused as the same voter; a new node takes its place, nothing is lost",
)
def disk_lost(stage):
    cluster = stage.up(3)
    stage.start_load()
    stage.quiet(3)
    victim = cluster.members[-1]
    cluster.kill(victim)
    identity = (victim.data / "FORMAT").read_bytes()
    shutil.rmtree(victim.data)
    code = exit_of(stage, victim)
    stage.expect(code not in (None, 0), f"holdfastd ran on an empty directory (exit code {code})")
    # The worst case: the directory says who it was, but what it voted and promised is gone.
    victim.data.mkdir()
    (victim.data / "FORMAT").write_bytes(identity)
    code = exit_of(stage, victim)
    stage.expect(code not in (None, 0), f"holdfastd ran on a directory that has lost its stores (exit code {code})")
    steps.decommission(cluster, victim.number, force=True, erase=True)
    added = steps.add(cluster, seconds=MOVE_SECONDS)
    stage.expect(added.number > victim.number, f"the new node got the number {added.number}")
    stage.heal(60)
    past = stage.stop_load()
    stage.judge_errors(past)
    stage.prove()


def exit_of(stage, member, seconds=5):
    """Starts a node that should refuse; its exit code, or None where it went on running, which is ended then."""
    cluster = stage.cluster
    cluster.launch(member)
    try:
        owned.wait_for(lambda: not member.is_running(), seconds, "waiting for the refusal")
    except Failure:
        cluster.kill(member)
        return None
    stage.progress(f"it said: {tail(member.log, 1).strip()[:200]}")
    return cluster.exit_code(member, 5)
