"""Processes that die, stop, and are restarted."""

import signal
import time

from . import cluster_steps as steps
from . import cluster_wire, figures, owned
from .full_load import FullLoad, judge, wall_ms
from .history import longest_gap
from .processes import processor_seconds
from .purchase_load import PurchasesBeside
from .rows import resumed_after, row

RESUME_MOST_SECONDS = 5
QUIET_SECONDS = 4
P99_FLOOR_MS = 25  # under which a percentile of a short window on a shared machine is chance


def all_led(cluster, shards):
    """Whether each of these shards has a leader among the nodes that run."""
    return set(shards) <= set(cluster.leaders())


@row(
    "kill-leader",
    "SIGKILL of a leader under full load",
    "writes resume within 3 s (p99) and 5 s (at most), nothing fails within its deadline",
    times=50,
    times_short=3,
)
def kill_leader(stage):
    cluster = stage.up(3)
    shards = sorted(cluster.leaders())
    full = FullLoad(stage.workshop, cluster.members)
    stage.start_load(rate=300)
    stage.quiet(2)
    moments, leaderless = [], []
    for number in range(stage.times):
        victim = cluster.most_leading()
        moments.append(time.monotonic())
        cluster.kill(victim)
        leaderless.append(stage.wait_for(lambda: all_led(cluster, shards), 30, "waiting for new leaders"))
        time.sleep(1)
        steps.start(cluster, victim.number)
        stage.heal()
        stage.progress(f"kill {number + 1}/{stage.times}: node {victim.number}, all led after {leaderless[-1]:.2f} s")
    past = stage.stop_load()
    found = full.stop()
    ends = [*moments[1:], time.monotonic()]
    gaps = [resumed_after(past, moment, until) for moment, until in zip(moments, ends)]
    stage.measure("kills", stage.times)
    stage.pace("gap median", figures.median(gaps), " s", at_most=1.5)
    stage.pace("gap p99", figures.percentile(gaps, 0.99), " s", at_most=3)
    stage.pace("gap worst", max(gaps), " s", at_most=RESUME_MOST_SECONDS)
    stage.pace("a shard without leader, worst", max(leaderless), " s", at_most=3)
    judge(stage, found, {})
    stage.judge_errors(past)
    stage.prove()


@row("kill-follower", "SIGKILL of a follower", "at most 1 % of the attempts fail, p99 at most twice as before")
def kill_follower(stage):
    cluster = stage.up(3)
    victim = cluster.members[-1]
    hand_over(stage, victim)
    stage.start_load()
    since = stage.quiet(QUIET_SECONDS)
    moment = time.monotonic()
    cluster.kill(victim)
    time.sleep(QUIET_SECONDS)
    until = time.monotonic()
    steps.start(cluster, victim.number)
    stage.heal()
    past = stage.stop_load()
    refused = [one for one in past.refusals if one.caller == "shopper" and moment <= one.moment < until]
    attempts = [one for one in past.of(caller="shopper") if moment <= one.ended < until]
    stage.measure("attempts that failed", 100 * len(refused) / max(1, len(attempts)), " %", at_most=1)
    before = past.p99_ms(since, moment)
    stage.measure("p99 before", before, " ms")
    stage.pace("p99 after", past.p99_ms(moment, until), " ms", at_most=max(2 * before, P99_FLOOR_MS))
    stage.judge_errors(past)
    stage.prove()


def hand_over(stage, member):
    """Has all shards led by others, for good: each by the node that leads it, or by one that is told to. Waits for it."""
    cluster = stage.cluster
    others = [other for other in cluster.members if other is not member]
    for index, (shard, leader) in enumerate(cluster.leaders().items()):
        to = others[index % len(others)].number if leader == member.number else leader
        cluster.tool("cluster", "transfer", shard, to)
    stage.wait_for(lambda: member.number not in cluster.leaders().values(), 20, "waiting until the node leads nothing")


@row("kill-all", "all nodes killed at once", "serving within 10 s after the restart", times=5, times_short=2)
def kill_all(stage):
    cluster = stage.up(3)
    stage.start_load(deadline=30)
    stage.quiet(2)
    moments = []
    for _ in range(stage.times):
        for member in cluster.members:
            owned.send(member.pid, member.start, signal.SIGKILL)
        for member in cluster.members:
            cluster.kill(member)
        moments.append(time.monotonic())
        for member in cluster.members:
            cluster.launch(member)
        for member in cluster.members:
            cluster.await_answer(member)
        stage.heal()
        time.sleep(1)
    past = stage.stop_load()
    ends = [*moments[1:], time.monotonic()]
    stage.measure("kills of all", stage.times)
    gaps = [resumed_after(past, moment, until) for moment, until in zip(moments, ends)]
    stage.pace("serving again, worst", max(gaps), " s", at_most=10)
    stage.judge_errors(past)
    stage.prove()


@row(
    "sigstop-leader",
    "SIGSTOP of a leader, 0.5 to 30 s",
    "no stale read, the others serve within 5 s, and it steps down before it answers",
    times=4,
    times_short=2,
)
def sigstop_leader(stage):
    cluster = stage.up(3)
    buyers = PurchasesBeside(stage)
    stage.start_load()
    stage.quiet(2)
    stops = []
    for seconds in (0.5, 5, 12, 30)[: stage.times]:
        victim = cluster.most_leading()
        led = [shard for shard, number in cluster.leaders().items() if number == victim.number]
        stops.append((time.monotonic(), seconds))
        owned.send(victim.pid, victim.start, signal.SIGSTOP)
        time.sleep(seconds)
        owned.send(victim.pid, victim.start, signal.SIGCONT)
        back = time.monotonic()
        if seconds >= RESUME_MOST_SECONDS:
            status = cluster_wire.node_status(victim.host, victim.port)
            still = [shard for shard in led if status is not None and shard in status.leads()]
            newer = cluster.leaders()
            stale = [shard for shard in still if newer.get(shard) != victim.number]
            stage.expect(not stale, f"after {seconds} s node {victim.number} still believes that it leads {stale}")
        stage.heal()
        stage.progress(f"stopped node {victim.number} for {seconds} s; healthy {time.monotonic() - back:.1f} s after it went on")
    past = stage.stop_load()
    for moment, seconds in stops:
        gap = resumed_after(past, moment, time.monotonic())
        stage.pace(f"gap at {seconds} s", gap, " s", at_most=RESUME_MOST_SECONDS)
    stage.judge_errors(past)
    buyers.prove()
    stage.prove()


@row("rolling-restart", "restart of all nodes in turn, under full load", "nothing fails within its deadline")
def rolling_restart(stage):
    cluster = stage.up(3)
    full = FullLoad(stage.workshop, cluster.members)
    stage.start_load(rate=300)
    begun = wall_ms()
    since = stage.quiet(QUIET_SECONDS)
    moment, changed = time.monotonic(), wall_ms()
    cut_off = steps.rolling_restart(cluster)
    until, done = time.monotonic(), wall_ms()
    past = stage.stop_load()
    found = full.stop()
    stage.measure("took", until - moment, " s")
    stage.measure("p99 before", past.p99_ms(since, moment), " ms")
    stage.measure("p99 meanwhile", past.p99_ms(moment, until), " ms")
    stage.measure("longest gap", max(gaps_by_sku(past, moment, until)), " s")
    stage.measure("nodes that cut callers off", len(cut_off), at_most=0)
    judge(stage, found, {"before": (begun, changed), "meanwhile": (changed, done)}, repeats_most=0)
    stage.judge_errors(past)
    stage.prove()


def gaps_by_sku(past, since, until):
    """For each SKU the longest time without a success."""
    found = []
    for sku in past.traded_skus():
        moments = sorted(one.ended for one in past.of(caller="shopper", sku=sku) if one.outcome in ("ok", "sold-out"))
        found.append(longest_gap(moments, since, until))
    return found


@row("idle-1000-shards", "1,000 shards on three nodes, idle", "under 3 % of a core a node")
def idle(stage):
    cluster = stage.up(3, shards=1000)
    time.sleep(10)  # what the start had to do is done, idle shards have fallen asleep
    before = {member.number: processor_seconds(member.pid) for member in cluster.members}
    seconds = 20
    time.sleep(seconds)
    for member in cluster.members:
        used = 100 * (processor_seconds(member.pid) - before[member.number]) / seconds
        stage.pace(f"node {member.number}", used, " % of a core", at_most=3)
    stage.prove()
