"""Membership changes while nodes are killed, stopped or cut off."""

import collections
import random
import signal
import time

from . import cluster_steps as steps
from . import cluster_wire, hosts, owned
from .cluster_wire import META
from .node import program
from .processes import Failure, tail
from .rows import row

MOVE_SECONDS = 120
COMPLETE_SECONDS = 30
# A leader that was elected in the place of the preferred one leads for so long before it hands back (StoreLimits,
# `preferredLeaderTicks`), and who waits for a node to be added waits for that as well.
LEADERS_BACK_SECONDS = 30
# So many shards, and so slow, that a change is under way while its faults come; afterwards it takes its usual time.
SHARDS, SLOW_BYTES_PER_SECOND = 16, 5_000
TOLD_SO = "and leaders are where they should be and who asked for it knows within 30 s more"
DURING_CHANGE = "at least half of the faults begin during a change"


@row(
    "grow-under-faults",
    "a node is added, another one replaced and drained while nodes are killed, stopped and started",
    f"each is complete within 30 s after the last fault, {TOLD_SO}; {DURING_CHANGE}",
    times=6,
    times_short=3,
)
def grow_under_faults(stage):
    play_growth(stage, stage.up(3, shards=SHARDS), kill_or_stop)


@row(
    "grow-under-partitions",
    "the same while nodes are cut off from all others, one at a time",
    f"each is complete within 30 s after the last one is healed, {TOLD_SO}; {DURING_CHANGE}",
    ("world",),
    times=6,
    times_short=3,
)
def grow_under_partitions(stage):
    play_growth(stage, stage.up(3, network=hosts.Hosts(stage.workshop, 5), shards=SHARDS), cut_off)


def play_growth(stage, cluster, fault):
    """Adds a fourth node, has a fifth take the place of the first, and drains the fourth; faults come with each."""
    change = Change(stage, fault)
    stage.start_load(deadline=10)
    stage.quiet(6)  # something to send
    fourth = steps.join(cluster)
    change.play("added", [("add", fourth)], cluster.members[0], lambda: not missing(cluster, fourth))
    stage.heal(60)
    fifth, first = steps.join(cluster), cluster.members[0]
    verbs = [("add", fifth), ("drain", first)]
    change.play("replaced", verbs, fourth, lambda: is_empty(first) and not missing(cluster, fifth))
    take_out(stage, first)
    change.play("drained", [("drain", fourth)], fifth, lambda: is_empty(fourth))
    take_out(stage, fourth)
    stage.measure("faults", change.faults)
    stage.measure("begun while replicas moved", change.meanwhile, at_least=change.faults / 2)
    past = stage.stop_load()
    stage.judge_errors(past)
    stage.prove()


class Change:
    """A change of the cluster's nodes, and faults that come while it is under way."""

    def __init__(self, stage, fault):
        self.stage = stage
        self.cluster = stage.cluster
        self.fault = fault
        self.chance = random.Random(stage.options.seed)
        self.faults = self.meanwhile = 0

    def play(self, name, verbs, through, is_done):
        """Asks for it, plays the faults, and waits until it is complete."""
        stage = self.stage
        pace_snapshots(self.cluster, SLOW_BYTES_PER_SECOND)
        asked = [ask(stage, verb, member.number, through) for verb, member in verbs]
        stage.wait_for(lambda: not all_met(self.cluster), 10, f"waiting until replicas move to have it {name}")
        self.play_faults()
        healed = time.monotonic()
        pace_snapshots(self.cluster, 0)
        complete = lambda: all_met(self.cluster) and is_done()  # noqa: E731
        stage.wait_for(complete, 2 * COMPLETE_SECONDS, f"waiting until it is {name}")
        stage.pace(f"{name} after the last fault", time.monotonic() - healed, " s", at_most=COMPLETE_SECONDS)
        # And still is when they know who asked for it: what was spread only then is part of it.
        stage.wait_for(lambda: have_ended(asked) and complete(), MOVE_SECONDS, f"waiting until they know that it is {name}")
        told = time.monotonic() - healed
        stage.pace("who asked for it knew after", told, " s", at_most=COMPLETE_SECONDS + LEADERS_BACK_SECONDS)

    def play_faults(self):
        """One node at a time."""
        for _ in range(self.stage.times):
            time.sleep(self.chance.uniform(0, 1))
            is_meanwhile = not all_met(self.cluster)
            self.faults += 1
            self.meanwhile += is_meanwhile
            victim = self.cluster.members[self.chance.randrange(len(self.cluster.members))]
            self.fault(self.cluster, victim, self.chance)
            self.stage.progress(f"fault {self.faults}: node {victim.number}" + ("" if is_meanwhile else " (nothing moved)"))


def pace_snapshots(cluster, bytes_per_second):
    """How fast each node sends snapshots; 0 is as fast as usual."""
    cluster.tool("cluster", "settings", "--snapshot-bytes-per-second", bytes_per_second)


def have_ended(asked):
    """Whether all who asked were told that it is done. A failure where one of them was told something else."""
    for process in asked:
        if process.poll() not in (None, 0):
            raise Failure(f"holdfast {' '.join(process.args[1:4])} ended with {process.returncode}\n{tail(process.log)}")
    return all(process.poll() == 0 for process in asked)


def all_met(cluster):
    return all(record["is_goal_met"] for record in steps.shard_records(cluster))


def take_out(stage, member):
    steps.decommission(stage.cluster, member.number)
    stage.heal(60)


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


def ask(stage, verb, number, through):
    """Has the cluster move replicas; gives the process that waits until it is done."""
    address = through.address
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
    "a replica moves from node to node, and at each moment of the change its leader, who comes or who goes is killed, each of"
    " them also while old voters and new ones both have to agree",
    "nothing fails within its deadline of 5 s, every change is complete 30 s after its kill, old state or new",
    times=36,
    times_short=6,
)
def change_kill_steps(stage):
    cluster = stage.up(4, shards=2)
    stage.start_load(rate=150)
    stage.quiet(3)
    seen, joint, took = collections.Counter(), collections.Counter(), []
    for number in range(stage.times):
        role, turn = ROLES[number % len(ROLES)], number // len(ROLES)
        record = shard_record(cluster)
        goal = [place["node_id"] for place in record["goal"]]
        goes = goal[turn % len(goal)]
        comes = next(member.number for member in cluster.members if member.number not in goal)
        victim = cluster.member({"leader": record["leader_node_id"] or goal[0], "who comes": comes, "who goes": goes}[role])
        watched = cluster.member(record["leader_node_id"] or goal[0])
        cluster.tool("cluster", "move", SHARD, goes, comes)
        is_joint = False
        if turn % 2:
            is_joint = is_soon_joint(watched)
        else:
            time.sleep(CHANGE_SECONDS * turn / max(1, stage.times // len(ROLES) - 1))
        cluster.kill(victim)
        joint[role] += is_joint
        step = "both have to agree" if is_joint else step_of(shard_record(cluster), comes, goes)
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
    for role in ROLES:
        stage.measure(f"kills of {role} while both had to agree", joint[role], at_least=0 if stage.options.short else 1)
    past = stage.stop_load()
    stage.judge_errors(past)
    stage.prove()


def is_soon_joint(leader, seconds=5):
    """Watches a leader until it says that old voters and new ones both have to agree; it lasts for some milliseconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        status = cluster_wire.node_status(leader.host, leader.port)
        if any(replica.shard == SHARD and replica.is_joint for replica in (status.replicas if status else [])):
            return True
    return False


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
