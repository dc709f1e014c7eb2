"""Clocks that jump, strobe, or run at another rate, by libfaketime in one node of three."""

import time

from . import cluster_steps as steps
from . import machine
from .expiry import ExpiryWatch
from .proof import load_catalogue
from .rows import resumed_after, row
from .stage import LOCATION, STOCK_PLENTY

HOUR = 3600
# libfaketime changes its process's environment when it starts first, and Swift then no longer finds the arguments. So it
# starts in this little program, which becomes holdfastd.
THROUGH = ["env"]
OFF_MOST_SECONDS = 1.0
# What a look takes, and a leader's turn: an expiry is seen by asking, again and again.
LOOK_SECONDS = 0.25
EXPIRY_SKUS = {f"EXPIRY-{number}": STOCK_PLENTY for number in range(16)}


class FakeClock:
    """The clock of one member, to be set while it runs. The file is read again at most a second later."""

    def __init__(self, stage, name):
        self.file = stage.workshop.path(f"{name}.clock")
        self.set("+0")
        stage.cluster.prefixes[name] = THROUGH
        stage.cluster.environments[name] = {
            "LD_PRELOAD": str(machine.FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, text):
        written = self.file.with_suffix(".new")
        written.write_text(text + "\n")
        written.replace(self.file)


class ClockStage:
    """A cluster whose nodes have wall clocks of their own, under load, with holds that expire."""

    def __init__(self, stage):
        self.stage = stage
        self.clocks = {}

        def before(cluster):
            for name in ("n1", "n2", "n3"):
                self.clocks[name] = FakeClock(stage, name)

        self.cluster = stage.up(3, before=before)
        load_catalogue(self.cluster.members[0], LOCATION, EXPIRY_SKUS)
        stage.start_load(rate=300)
        self.watch = ExpiryWatch(self.cluster.members, sorted(EXPIRY_SKUS))
        self.watch.start()
        stage.quiet(4)
        self.terms = self.cluster.terms()
        self.moments = []

    def set(self, member, text, seconds):
        self.stage.progress(f"clock of node {member.number}: {text}")
        self.moments.append(time.monotonic())
        self.clocks[member.name].set(text)
        time.sleep(seconds)

    def restart(self, member, environment, seconds):
        """Starts a member again with another clock, and waits a while."""
        self.stage.progress(f"node {member.number} again with {environment.get('FAKETIME', 'its own clock')}")
        self.moments.append(time.monotonic())
        self.cluster.stop(member)
        self.cluster.environments[member.name] = environment
        self.cluster.prefixes[member.name] = THROUGH
        steps.start(self.cluster, member.number)
        time.sleep(seconds)

    def judge(self, terms_most):
        stage = self.stage
        after = self.cluster.terms()
        for clock in self.clocks.values():
            clock.set("+0")
        time.sleep(2)
        stage.heal()
        self.watch.over.set()
        self.watch.join(60)
        stage.expect(not self.watch.is_alive(), f"{len(self.watch.live)} holds never expired")
        past = stage.stop_load()
        early, late = self.watch.early_seconds, self.watch.late_seconds
        stage.measure("holds expired", len(early), at_least=10)
        stage.measure("earliest", max(early, default=0.0), " s early", at_most=OFF_MOST_SECONDS)
        stage.pace("latest", max(late, default=0.0), " s late", at_most=OFF_MOST_SECONDS + LOOK_SECONDS)
        grown = max(after[shard] - self.terms.get(shard, 0) for shard in after)
        stage.measure("terms", grown, at_most=terms_most)
        ends = [*self.moments[1:], time.monotonic()]
        gaps = [resumed_after(past, moment, until) for moment, until in zip(self.moments, ends)]
        stage.pace("gap worst", max(gaps), " s", at_most=2)
        stage.judge_errors(past)
        stage.prove()


@row(
    "clock-jump",
    "the wall clock of a leader, then of another node, jumps by an hour, forward and back",
    "no effect on consensus; no hold expires early or late by more than 1 s",
    ("faketime",),
)
def clock_jump(stage):
    played = ClockStage(stage)
    for sign in ("+", "-"):
        victim = played.cluster.most_leading()
        played.set(victim, f"{sign}{HOUR}", 8)
        played.set(victim, "+0", 5)
    # Leadership is handed over where a clock is off: each hand-over is one term.
    played.judge(terms_most=4)


@row(
    "clock-strobe",
    "the wall clock of a leader strobes by half a second",
    "no effect on consensus; no hold expires early or late by more than 1 s",
    ("faketime",),
)
def clock_strobe(stage):
    played = ClockStage(stage)
    victim = played.cluster.most_leading()
    for number in range(5 if stage.options.short else 20):
        played.set(victim, "+0.5" if number % 2 else "-0.5", 1.2)
    played.judge(terms_most=4)


@row(
    "clock-rate",
    "the monotonic and the wall clock of a node run at half, then at double speed",
    "no effect on consensus; no hold expires early or late by more than 1 s",
    ("faketime",),
)
def clock_rate(stage):
    played = ClockStage(stage)
    for rate in ("0.5", "2"):
        victim = played.cluster.most_leading()
        # From its start on: a clock whose rate changed meanwhile would jump as well, and even back.
        played.restart(victim, {"LD_PRELOAD": str(machine.FAKETIME), "FAKETIME": f"+0 x{rate}"}, 15)
        played.restart(victim, {}, 5)
    # Each restart is a hand-over, and so is each return to the leader that the cluster prefers.
    played.judge(terms_most=12)
