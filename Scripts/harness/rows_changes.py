"""Membership changes while nodes are killed, stopped or cut off."""

import collections
import random
import signal
import time

from . import cluster_steps as steps
from . import cluster_wire, hosts, owned
from .cluster_wire import META
from .node import program
from .rows import row

MOVE_SECONDS = 120
COMPLETE_SECONDS = 30


@row(
    "grow-under-faults",
    "a node is added, another one replaced and drained while nodes are killed, stopped and started",
    "each is complete within 30 s after the last fault",
    times=6,
    times_short=3,
)
def grow_under_faults(stage):
    play_growth(stage, stage.up(3), kill_or_stop)


@row(
    "grow-under-partitions",
    "the same while nodes are cut off from all others, one at a time",
    "each is complete within 30 s after the last one is healed",
    ("world",),
    times=6,
    times_short=3,
)
def grow_under_partitions(stage):
    play_growth(stage, stage.up(3, network=hosts.Hosts(stage.workshop, 5)), cut_off)


def play_growth(stage, cluster, fault):
    """Adds a fourth node, has a fifth take the place of the first, and drains the fourth; faults come with each."""
    chance = random.Random(stage.options.seed)
    stage.start_load(deadline=10)
    stage.quiet(3)
    fourth = steps.join(cluster)
    asked = [ask(stage, "add", fourth.number)]
    faults(stage, chance, fault)
    await_complete(stage, lambda: not missing(cluster, fourth), "added")
    stage.heal(60)
    fifth, first = steps.join(cluster), cluster.members[0]
    for verb, member in (("add", fifth), ("drain", first)):
        asked.append(ask(stage, verb, member.number, through=fourth))
    faults(stage, chance, fault)
    await_complete(stage, lambda: is_empty(first) and not missing(cluster, fifth), "replaced")
    take_out(stage, first)
    asked.append(ask(stage, "drain", fourth.number, through=fifth))
    faults(stage, chance, fault)
    await_complete(stage, lambda: is_empty(fourth), "drained")
    take_out(stage, fourth)
    for process in asked:
        process.wait(MOVE_SECONDS)
    past = stage.stop_load()
    stage.judge_errors(past)
    stage.prove()


def await_complete(stage, condition, name):
    took = stage.wait_for(condition, 2 * COMPLETE_SECONDS, f"waiting until it is {name}")
    stage.pace(f"{name} after the last fault", took, " s", at_most=COMPLETE_SECONDS)


def take_out(stage, member):
    steps.decommission(stage.cluster, member.number)
    stage.heal(60)


def faults(stage, chance, fault):
    """One node at a time."""
    for _ in range(stage.times):
        time.sleep(chance.uniform(0, 1))
        fault(stage.cluster, stage.cluster.members[chance.randrange(len(stage.cluster.members))], chance)


def kill_or_stop(cluster, victim, chance):
    if chance.random() < 0.6:
        cluster.kill(victim)
        time.sleep(chance.uniform(0, 2))
        steps.start(cluster, victim.number)
    else:
        owned.send(victim.pid, victim.start, signal.SIGSTOP)
        time.sleep(chance.uniform(0.5, 4))
        owned.send(victim.pid, victim.start, signal.SIGCONT)


def cut_off(cluster, victim, chance):
    others = [cluster.host(member) for member in cluster.members if member is not victim]
    cluster.network.cut(hosts.apart([cluster.host(victim)], others))
    time.sleep(chance.uniform(0.5, 4))
    cluster.network.heal()


def ask(stage, verb, number, through=None):
    """Has the cluster move replicas; the process that watches it may die, the moves go on."""
    address = (through or stage.cluster.members[0]).address
    arguments = [program("holdfast"), "cluster", verb, number, "--wait", "--address", address, "--timeout", f"{MOVE_SECONDS}s"]
    return stage.workshop.start(arguments, f"{verb}-{number}.log")


def is_empty(member):
    """Whether a node has no replica but, perhaps, the meta shard's, which stays until it is decommissioned."""
    status = cluster_wire.node_status(member.host, member.port)
    return status is not None and all(replica.shard == META for replica in status.replicas)


def missing(cluster, member):
    """Shards of which the node has not applied what the others know to be committed; a node that has nothing but, perhaps,
    the meta shard lacks all."""
    status = cluster_wire.node_status(member.host, member.port)
    if status is None or all(replica.shard == META for replica in status.replicas):
        return [None]
    others = cluster.statuses([other for other in cluster.running() if other is not member])
    return cluster_wire.behind(status, others)


# Who is killed, and for how long a change is under way at the longest; it takes some 0.3 s.
ROLES = ("leader", "who comes", "who goes")
CHANGE_SECONDS = 0.4
SHARD = 1


@row(
    "change-kill-steps",
    "a replica moves from node to node, and at each moment of the change its leader, who comes or who goes is killed",
    "nothing fails within its deadline of 5 s, every change is complete 30 s after its kill, old state or new",
    times=36,
    times_short=6,
)
def change_kill_steps(stage):
    cluster = stage.up(4, shards=2)
    stage.start_load(rate=150)
    stage.quiet(3)
    seen, took = collections.Counter(), []
    for number in range(stage.times):
        role = ROLES[number % len(ROLES)]
        record = shard_record(cluster)
        goal = [place["node_id"] for place in record["goal"]]
        goes = goal[number // len(ROLES) % len(goal)]
        comes = next(member.number for member in cluster.members if member.number not in goal)
        victim = cluster.member({"leader": record["leader_node_id"] or goal[0], "who comes": comes, "who goes": goes}[role])
        cluster.tool("cluster", "move", SHARD, goes, comes)
        time.sleep(CHANGE_SECONDS * (number // len(ROLES)) / max(1, stage.times // len(ROLES) - 1))
        cluster.kill(victim)
        step = step_of(shard_record(cluster), comes, goes)
        seen[step] += 1
        stage.progress(f"kill {number + 1}/{stage.times}: {role}, node {victim.number}, {step}")
        time.sleep(0.5)
        steps.start(cluster, victim.number)
        took.append(stage.wait_for(lambda: is_met(cluster), 2 * COMPLETE_SECONDS, "waiting until the change is complete"))
        stage.heal(60)
    stage.progress(f"kills by step: {dict(seen)}")
    stage.measure("kills", stage.times)
    stage.pace("complete after a kill, worst", max(took), " s", at_most=COMPLETE_SECONDS)
    stage.pace("kills before the change was over", stage.times - seen["over"], at_least=stage.times // 3)
    past = stage.stop_load()
    stage.judge_errors(past)
    stage.prove()


def shard_record(cluster):
    return next(one for one in steps.shard_records(cluster) if one["shard"] == SHARD)


def step_of(record, comes, goes):
    """How far the cluster knew the change to be."""
    placed = {member["node_id"]: member["is_voter"] for member in record["placed"]}
    if comes not in placed:
        return "nothing changed yet"
    if not placed[comes]:
        return "a learner is there"
    return "both vote" if goes in placed else "over"


def is_met(cluster):
    record = shard_record(cluster)
    return [one["node_id"] for one in record["goal"]] == [one["node_id"] for one in record["placed"]] and all(
        one["is_voter"] for one in record["placed"]
    )
