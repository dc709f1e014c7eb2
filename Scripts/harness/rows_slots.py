"""Slots that change their shard while the cluster serves."""

import json
import random
import time

from .cluster_wire import META
from .processes import Failure
from .rows import row

MOVE_SECONDS = 120


def moves(cluster):
    """The moves of slots, as the cluster knows them; none while nobody answers."""
    out = cluster.tool("cluster", "status", "--json")
    return json.loads(out)["moves"]


def open_moves(cluster):
    return [move for move in moves(cluster) if move["state"] != "FINISHED"]


def inventory_shards(cluster):
    return sorted(shard for shard in cluster.leaders() if shard != META)


@row(
    "split-under-load",
    "shards are split, and slots move to other shards, under load",
    "nothing fails within its deadline of 5 s, the ledger is sound, each slot has one owner",
    times=6,
    times_short=2,
)
def split_under_load(stage):
    cluster = stage.up(3, shards=2)
    stage.start_load(rate=200)
    stage.quiet(5)
    before = inventory_shards(cluster)
    begun = time.monotonic()
    for number in range(stage.times):
        shards = inventory_shards(cluster)
        cluster.tool("cluster", "split", shards[number % len(shards)], "--wait", seconds=MOVE_SECONDS)
        stage.progress(f"split {number + 1}/{stage.times}")
    # And back: all that the newest shard got goes to the first one.
    newest = inventory_shards(cluster)[-1]
    for first, last in slots_of(cluster, newest):
        cluster.tool(
            "cluster", "move-slots", newest, before[0], "--slots", f"{first}-{last}", "--wait",
            seconds=MOVE_SECONDS)
    stage.measure("splits and moves took", time.monotonic() - begun, " s")
    stage.measure("shards", len(inventory_shards(cluster)), at_least=len(before) + stage.times)
    stage.heal(60)
    past = stage.stop_load()
    stage.judge_errors(past)
    stage.prove()


@row(
    "move-kill",
    "while slots move, the leader of the source or of the target is killed, again and again, at any step",
    "nothing fails within its deadline of 5 s, every move ends within 30 s of the last kill, the ledger is sound",
    times=10,
    times_short=4,
)
def move_kill(stage):
    cluster = stage.up(3, shards=4)
    chance = random.Random(1)
    stage.start_load(rate=150)
    stage.quiet(5)
    for number in range(stage.times):
        shards = inventory_shards(cluster)
        source = shards[number % len(shards)]
        cluster.tool("cluster", "split", source)
        target = moves(cluster)[-1]["to_shard"]
        time.sleep(chance.uniform(0, 1.5))
        victim = cluster.leader_of(source if number % 2 == 0 else target) or cluster.leader_of(source)
        if victim is not None:
            stage.progress(f"kill {number + 1}/{stage.times}: node {victim.number}, of shard {source} to {target}")
            cluster.kill(victim)
            time.sleep(chance.uniform(0, 2))
            cluster.launch(victim)
            cluster.await_answer(victim)
        took = stage.wait_for(lambda: not open_moves(cluster), 60, "waiting until the slots have moved")
        stage.pace(f"the move ended after kill {number + 1}", took, " s", at_most=30)
    stage.heal(60)
    past = stage.stop_load()
    stage.judge_errors(past)
    stage.prove()


# The steps of a move as they can be told from outside, each with what the move says of itself from then on.
STEPS = (
    ("ordered", lambda move: True),
    ("copying", lambda move: move["phase"] != "WAITING"),
    ("handing over", lambda move: move["phase"] == "HANDING_OVER"),
    ("first slots moved", lambda move: move["slots_moved"] > 0),
    ("half moved", lambda move: 2 * move["slots_moved"] > move["slot_count"]),
    ("all moved", lambda move: move["slots_moved"] == move["slot_count"]),
)
VICTIMS = ("source", "target", "meta")


@row(
    "move-kill-steps",
    "slots move to and fro, and at each step of a move the leader of its source, of its target, of the meta shard is killed",
    "nothing fails within its deadline of 5 s, every move ends within 30 s of its kill, the ledger is sound",
    times=len(STEPS) * len(VICTIMS),
    times_short=5,
)
def move_kill_steps(stage):
    cluster = stage.up(3, shards=2)
    stage.start_load(rate=150)
    stage.quiet(5)
    source, target = inventory_shards(cluster)
    first, last = slots_of(cluster, source)[0]
    moving = f"{(first + last) // 2}-{last}"
    seen = 0
    for number in range(stage.times):
        name, has_come = STEPS[number % len(STEPS)]
        victim = VICTIMS[number % len(VICTIMS) if stage.times < len(STEPS) else number // len(STEPS)]
        cluster.tool("cluster", "move-slots", source, target, "--slots", moving)
        seen += await_step(cluster, has_come)
        shard = {"source": source, "target": target, "meta": META}[victim]
        member = cluster.leader_of(shard)
        if member is not None:
            stage.progress(f"kill {number + 1}/{stage.times}: {name}, node {member.number}, which leads the {victim}")
            cluster.kill(member)
            time.sleep(0.5)
            cluster.launch(member)
            cluster.await_answer(member)
        took = stage.wait_for(lambda: not open_moves(cluster), 60, "waiting until the slots have moved")
        stage.pace(f"the move ended after a kill when {name}", took, " s", at_most=30)
        source, target = target, source
    stage.measure("kills before the move was over", seen, at_least=stage.times // 2)
    stage.heal(60)
    past = stage.stop_load()
    stage.judge_errors(past)
    stage.prove()


def await_step(cluster, has_come):
    """Waits until the newest move has come to a step; whether it was still under way then."""
    until = time.monotonic() + MOVE_SECONDS
    while time.monotonic() < until:
        move = moves(cluster)[-1]
        if move["state"] == "FINISHED":
            return False
        if has_come(move):
            return True
    raise Failure(f"a move does not come to its next step in {MOVE_SECONDS} s")


def slots_of(cluster, shard):
    """The ranges of a shard's slots."""
    out = cluster.tool("cluster", "slots", "--json")
    ranges = [json.loads(line) for line in out.splitlines() if line.strip()]
    return [(one["slot_first"], one["slot_last"]) for one in ranges if one["shard"] == shard]
