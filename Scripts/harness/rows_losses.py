"""Disks that are lost for good: of one node, and of more than a shard can bear."""

import json
import shutil
import signal
import time

from . import cluster_steps as steps
from . import hosts, owned, wire
from .full_load import FullLoad, judge
from .hosts import Hosts
from .http2 import Connection
from .node import program
from .processes import Failure, run, tail
from .rows import row

MOVE_SECONDS = 120


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
    added = steps.replace(cluster, victim.number, erase=True, seconds=MOVE_SECONDS)
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


@row(
    "lost-quorum",
    "two of three nodes are lost for good, the third was away; recovery by the runbook",
    "all that was acknowledged up to the moment that the plan names is there; the survivor serves, and grows back to three",
)
def lost_quorum(stage):
    cluster = stage.up(3)
    stage.start_load(deadline=2)
    stage.quiet(4)
    survivor, *lost = cluster.members
    # The survivor goes first: what the other two acknowledge without it is what may be lost.
    cluster.kill(survivor)
    time.sleep(4)
    come_back_from(stage, survivor, lost)


@row(
    "lost-quorum-leader",
    "a leader is cut off, and goes on writing down what it cannot commit; then the two others are lost for good",
    "all that was acknowledged up to the moment that the plan names is there; the survivor serves, and grows back to three",
    ("world",),
)
def lost_quorum_leader(stage):
    """The others elect and acknowledge while the old leader still stamps entries: the plan must not count by those."""
    # Two of them for the nodes that take the place of the lost ones.
    cluster = stage.up(3, network=Hosts(stage.workshop, 5))
    survivor = cluster.most_leading()
    lost = [member for member in cluster.members if member is not survivor]
    stage.start_load(deadline=2)
    stage.quiet(4)
    cluster.network.cut(hosts.apart([cluster.host(survivor)], [cluster.host(member) for member in lost]))
    time.sleep(3)
    cluster.kill(survivor)
    cluster.network.heal()
    come_back_from(stage, survivor, lost)


def come_back_from(stage, survivor, lost):
    """Loses nodes for good, and recovers from the one that is left, which does not run."""
    cluster = stage.cluster
    shard_of = slots(lost[0])
    for member in lost:
        owned.send(member.pid, member.start, signal.SIGKILL)
    for member in lost:
        cluster.kill(member)
    stage.stop_load()
    kept = recover(stage, survivor, lost)
    moment = time.monotonic()
    steps.start(cluster, survivor.number)
    stage.wait_for(survivor.serves, 30, "waiting until the survivor serves")
    stage.pace("serves alone after", time.monotonic() - moment, " s", at_most=10)
    for member in lost:
        steps.decommission(cluster, member.number, force=True, erase=True, through=survivor)
    bound = {"may_be_lost": lambda one: one.stamp >= kept[shard_of(int(one.value[37:], 16))]}
    proof = stage.prove(**bound)
    stage.measure("acknowledged later than the plan's moment", len(proof.losable), at_least=1)
    stage.measure("of these lost", len(proof.lost))
    for _ in lost:
        steps.add(cluster, seconds=MOVE_SECONDS)
    stage.heal(60)
    full = FullLoad(stage.workshop, cluster.members)
    time.sleep(2)
    judge(stage, full.stop(), {})
    stage.prove(**bound)


def slots(member):
    """The function from a slot to its shard, as the cluster's map has it."""
    with Connection(member.port, 5, host=member.host) as connection:
        answer = connection.call("/holdfast.v1.ClusterService/GetShardMap", b"")[0]
    ranges = [wire.read(one) for one in wire.read(answer)[3]]
    first_last = [(one.get(1, [0])[-1], one.get(2, [0])[-1], one[3][-1]) for one in ranges]
    return lambda slot: next(shard for first, last, shard in first_last if first <= slot <= last)


def recover(stage, survivor, lost):
    """Carries out the runbook on the survivor's disk; gives the moment up to which each shard has everything."""
    tool = [program("holdfast"), "recover"]
    report, plan = stage.workshop.path("report.json"), stage.workshop.path("plan.json")
    report.write_text(run([*tool, "report", "--data-dir", survivor.data], 60))
    numbers = [text for member in lost for text in ("--lost", member.number)]
    for line in run([*tool, "plan", "--report", report, *numbers, "--out", plan], 60).splitlines():
        stage.progress(line)
    planned = json.loads(plan.read_text())
    for _ in range(2):  # it can be repeated
        run([*tool, "apply", plan, "--data-dir", survivor.data, "--confirm", planned["cluster"]], 60)
    run([*tool, "verify", plan, "--data-dir", survivor.data], 60)
    return {one["shard"]: one["committedStamp"] for one in planned["kept"]}
