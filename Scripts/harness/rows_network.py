"""Wires that are cut, bad, or come and go; on hosts of their own."""

import collections
import dataclasses
import time

from . import calls, hosts, owned
from .hosts import Hosts
from .purchase_load import PurchasesBeside
from .rows import resumed_after, row
from .rows_nodes import RESUME_MOST_SECONDS, hand_over
from .shaped import ShapedHosts
from .stage import PEER_PORT

PARTITION_SECONDS, PARTITION_SECONDS_SHORT = 20, 10
# Enough for all that comes before a refusal. A leader asks each 0.6 s whether it has heard a majority since it asked last,
# so one that was cut off leads no more after 1.2 s; and a node has a call wait 1.5 s, from when it came, for a leader. So
# who reads at the moment of the cut hears UNAVAILABLE 1.5 s later, and so does whoever reads or writes after that. A write of
# the time before may be in a leader's log, or on its way to another node: that its outcome is unknown is the truth. It is
# said 1.2 s after the leader stepped down.
REFUSAL_SECONDS = 2
UNAVAILABLE, UNKNOWN = str(calls.UNAVAILABLE), str(calls.DEADLINE_EXCEEDED)
TERMS_MOST = 5
MAJORITY_SERVES = (
    "the majority serves within 5 s; a minority serves nobody, says UNAVAILABLE within 2 s of the cut and of each later "
    "call (it takes 1.2 s to step down, and has a call wait 1.5 s for a leader); no stale read, terms grow by at most 5"
)


class Partition:
    """One partition under load: what it did to whom."""

    def __init__(self, stage, pairs, minority=()):
        self.stage = stage
        self.pairs = pairs
        self.minority = minority  # hosts that cannot reach a quorum

    def play(self):
        stage, cluster = self.stage, self.stage.cluster
        terms = cluster.terms()
        seconds = PARTITION_SECONDS_SHORT if stage.options.short else PARTITION_SECONDS
        self.moment = time.monotonic()
        cluster.network.cut(self.pairs)
        self.cut = time.monotonic()
        time.sleep(seconds)
        self.until = time.monotonic()
        cluster.network.heal()
        self.healed_after = stage.heal()
        after = cluster.terms()
        self.growth = max(after[shard] - terms.get(shard, 0) for shard in after)

    def judge(self, past, name):
        stage = self.stage
        stage.pace(f"{name}: gap", resumed_after(past, self.moment, self.until), " s", at_most=RESUME_MOST_SECONDS)
        stage.measure(f"{name}: terms", self.growth, at_most=TERMS_MOST)
        stage.pace(f"{name}: healthy after healing", self.healed_after, " s", at_most=10)
        for host in self.minority:
            self.judge_minority(past, name, host - 1)

    def judge_minority(self, past, name, node):
        """Who knows only a cut-off node hears UNAVAILABLE, soon, and from then on nothing else. Nobody is served."""
        stage, statuses = self.stage, past.statuses(caller="probe", node=node)
        asked = [one for one in past.of(caller="probe", node=node) if one.begun > self.cut and one.ended < self.until]
        served = [one for one in asked if one.outcome in ("ok", "sold-out")]
        stage.measure(f"{name}: minority served", len(served), at_most=0)
        answers = [(one, statuses.get(one.ended, one.outcome)) for one in asked]
        first = min((one.ended for one, status in answers if status == UNAVAILABLE), default=self.until)
        stage.pace(f"{name}: minority's first refusal", first - self.moment, " s", at_most=REFUSAL_SECONDS)
        later = [(one.ended - one.begun, status) for one, status in answers if one.begun >= first]
        stage.expect(later, f"{name}: nobody asked the minority after its first refusal")
        slowest = max((seconds for seconds, _ in later), default=0.0)
        stage.pace(f"{name}: minority's slowest answer from then on", slowest, " s", at_most=REFUSAL_SECONDS)
        unlike = [status for _, status in later if status != UNAVAILABLE]
        stage.pace(f"{name}: minority's answers other than UNAVAILABLE from then on", len(unlike), at_most=0)
        unknown = [one for one, status in answers if status == UNKNOWN and one.kind == "reserve"]
        slowest = max((one.ended - one.begun for one in unknown), default=0.0)
        stage.measure(f"{name}: minority's slowest word that a write is unknown", slowest, " s")
        wrong = collections.Counter(f"{status} to a {one.kind}" for one, status in answers if status != UNAVAILABLE)
        # Who wants what is not there writes as well, where nobody has wanted it before.
        for kind in ("reserve", "want"):
            del wrong[f"{UNKNOWN} to a {kind}"]
        stage.expect(not wrong, f"{name}: the minority gave the answers {dict(wrong)}")


def numbers(cluster):
    return [cluster.host(member) for member in cluster.members]


def play_partitions(stage, nodes, shapes, with_purchases=False):
    """`shapes(leader, others)` gives `[(name, pairs, minority)]`; each is played under one load and judged at its end.

    Purchases over several shards need a majority whose leaders reach each other."""
    cluster = stage.up(nodes, network=Hosts(stage.workshop, nodes))
    buyers = PurchasesBeside(stage) if with_purchases else None
    stage.start_load()
    stage.quiet(2)
    played = []
    count = len(shapes(1, [2]))
    for index in range(count):
        leader = cluster.host(cluster.most_leading())
        others = [number for number in numbers(cluster) if number != leader]
        name, pairs, minority = shapes(leader, others)[index]
        stage.progress(f"{name}, host {leader} leads")
        partition = Partition(stage, pairs, minority)
        partition.play()
        played.append((partition, name))
    past = stage.stop_load()
    for partition, name in played:
        partition.judge(past, name)
    stage.judge_errors(past)
    if buyers:
        buyers.prove()
    stage.prove()


@row("partition-full", "a leader cut off from all others", MAJORITY_SERVES, ("world",))
def partition_full(stage):
    shapes = lambda leader, others: [("cut off", hosts.apart([leader], others), [leader])]  # noqa: E731
    play_partitions(stage, 3, shapes, with_purchases=True)


@row("partition-one-way", "a leader that is not heard, then one that does not hear", MAJORITY_SERVES, ("world",))
def partition_one_way(stage):
    play_partitions(
        stage,
        3,
        lambda leader, others: [
            ("not heard", hosts.one_way([leader], others), [leader]),
            ("deaf", hosts.one_way(others, [leader]), [leader]),
        ],
        with_purchases=True,
    )


@row("partition-bridge", "two sides that only one node in the middle reaches", MAJORITY_SERVES, ("world",))
def partition_bridge(stage):
    play_partitions(
        stage,
        3,
        lambda leader, others: [
            ("leader at one end", hosts.bridge([leader, *others]), []),
            ("leader in the middle", hosts.bridge([others[0], leader, *others[1:]]), []),
        ],
    )


@row("partition-ring", "five nodes, each reaches only its two neighbours", MAJORITY_SERVES, ("world",))
def partition_ring(stage):
    play_partitions(stage, 5, lambda leader, others: [("ring", hosts.ring(sorted([leader, *others])), [])])


@row("isolated-returns", "a follower cut off for a while comes back", "the leaders are undisturbed, the terms unchanged", ("world",))
def isolated_returns(stage):
    cluster = stage.up(3, network=Hosts(stage.workshop, 3))
    follower = cluster.members[-1]
    hand_over(stage, follower)
    stage.start_load()
    stage.quiet(2)
    terms, leaders = cluster.terms(), cluster.leaders()
    others = [number for number in numbers(cluster) if number != cluster.host(follower)]
    cluster.network.cut(hosts.apart([cluster.host(follower)], others))
    time.sleep(10)
    cluster.network.heal()
    stage.heal()
    time.sleep(3)
    changed = sorted(shard for shard in terms if cluster.terms().get(shard) != terms[shard])
    stage.expect(not changed, f"shards {changed} are in another term than before")
    stage.expect(cluster.leaders() == leaders, f"the leaders were {leaders} and are {cluster.leaders()}")
    past = stage.stop_load()
    stage.judge_errors(past)
    stage.prove()


def bad_wires(stage, seconds, shoppers, **rule):
    """A quiet time and a bad one on the same hosts; `(history, throughput of the second by the first)`."""
    cluster = stage.cluster
    stage.start_load(shoppers=shoppers, rate=20_000, deadline=20)
    since = stage.quiet(6)
    moment = time.monotonic()
    terms = cluster.terms()
    cluster.network.everywhere(**rule)
    time.sleep(seconds)
    until = time.monotonic()
    stage.progress(f"the switch counted {cluster.network.everywhere()}")
    healed = stage.heal()
    after = cluster.terms()
    past = stage.stop_load()
    stage.measure("quiet", past.rate(since + 2, moment), "/s")
    stage.measure("meanwhile", past.rate(moment, until), "/s")
    stage.measure("terms", max(after[shard] - terms.get(shard, 0) for shard in after))
    stage.pace("healthy after healing", healed, " s", at_most=10)
    return past, past.rate(moment, until) / max(1, past.rate(since + 2, moment))


@row(
    "lossy",
    "delay 50 ± 40 ms, 10 % loss, 10 % duplicates, reordering between all nodes",
    "at least 10 % of the quiet throughput, no double effect",
    ("tap",),
)
def lossy(stage):
    rule = {"delay_ms": 50, "jitter_ms": 40, "loss": 0.1, "duplicate": 0.1, "reorder": 0.1}
    # As many as it takes for the throughput to be the cluster's: few callers each wait for one answer on the slow wire.
    stage.up(3, network=ShapedHosts(stage.workshop, 3))
    buyers = PurchasesBeside(stage)  # in the quiet time as well, so that they weigh on both
    past, share = bad_wires(stage, 15 if stage.options.short else 60, 1_000, **rule)
    stage.pace("throughput", 100 * share, " % of the quiet", at_least=10)
    stage.judge_errors(past)
    buyers.prove(patience_seconds=20)
    stage.prove()


@row("delay", "200 ms between all nodes, 10 % loss", "serves, and nothing fails within its deadline", ("tap",))
def delay(stage):
    stage.up(3, network=ShapedHosts(stage.workshop, 3))
    past, _ = bad_wires(stage, 15 if stage.options.short else 60, 100, delay_ms=200, jitter_ms=20, loss=0.1)
    stage.judge_errors(past)
    stage.prove()


# What a node writes to its log where a checksum does not fit, that of an envelope or that of the frame in it; each at most
# once in 5 s.
DAMAGED = ("bytes were damaged on the way", "checksum does not match")
BAD_SECONDS, ROUND_SECONDS = 0.3, 6


@row(
    "corrupted-frames",
    "bits flipped between peers under correct TCP checksums",
    "rejected in each round, the links are back within 1 s, nothing wrong is stored",
    ("tap",),
    times=20,
    times_short=5,
)
def corrupted_frames(stage):
    cluster = stage.up(3, network=ShapedHosts(stage.workshop, 3))
    stage.start_load(rate=300)
    stage.quiet(2)
    rounds = [corrupt_for_a_while(stage) for _ in range(stage.times)]
    stage.heal()
    past = stage.stop_load()
    stage.measure("rounds", len(rounds))
    stage.measure("frames corrupted in a round, least", min(one.corrupted for one in rounds), at_least=1)
    stage.measure("rejections told of in a round, least", min(one.rejected for one in rounds), at_least=1)
    stage.pace("links back after, worst", max(one.links_back for one in rounds), " s", at_most=1)
    # Where a shard lost its leader by it, an election is in the time as well.
    gaps = [resumed_after(past, one.until, one.until + 2) for one in rounds]
    stage.pace("gap worst", max(gaps), " s", at_most=2)
    stage.judge_errors(past)
    stage.prove()


@dataclasses.dataclass
class BadRound:
    """Some bad time between the nodes: until when, and what came of it."""

    until: float
    corrupted: int
    rejected: int  # lines in the nodes' logs
    links_back: float


def corrupt_for_a_while(stage):
    """Corrupts frames until at least one was; then waits until each node has all its connections to the others again."""
    cluster = stage.cluster
    before, told = links(cluster), rejections(cluster)
    begun = time.monotonic()
    counted = cluster.network.everywhere(corrupt=0.05)["corrupted"]
    time.sleep(BAD_SECONDS)
    owned.wait_for(lambda: cluster.network.counts()["corrupted"] > counted, 5, "waiting for a frame to corrupt")
    corrupted = cluster.network.everywhere()["corrupted"] - counted
    until = time.monotonic()
    seen = []  # (moment, links)
    while time.monotonic() < begun + ROUND_SECONDS:
        seen.append((time.monotonic(), links(cluster)))
        time.sleep(0.02)
    # From when on as many as before went on to the end.
    stayed = seen[-1][1]
    short = {pair for pair in before if len(stayed[pair]) < len(before[pair])}
    back = next(moment for moment, found in seen if all(found[pair] >= stayed[pair] for pair in stayed))
    stage.expect(not short, f"connections between hosts are missing {ROUND_SECONDS} s later: {sorted(short)}")
    one = BadRound(until, corrupted, rejections(cluster) - told, back - until)
    told = f"{one.corrupted} frames corrupted, {one.rejected} rejections told of"
    stage.progress(f"{told}, links back after {one.links_back:.2f} s")
    return one


def rejections(cluster):
    logs = [member.log.read_text(errors="replace") for member in cluster.members]
    return sum(text.count(phrase) for text in logs for phrase in DAMAGED)


def links(cluster):
    """`{(host, host): ports}`: from which ports the first has connections to the second's port for nodes."""
    found = {(one, other): set() for one in numbers(cluster) for other in numbers(cluster) if one != other}
    for one in numbers(cluster):
        for address, port in cluster.network.connections(one, PEER_PORT):
            if (one, address) in found:
                found[one, address].add(port)
    return found


@row("flapping", "the leader's wire comes and goes every 200 ms", "at most 5 leader changes a minute", ("world",))
def flapping(stage):
    cluster = stage.up(3, network=Hosts(stage.workshop, 3))
    stage.start_load(deadline=10)
    stage.quiet(2)
    leader = cluster.host(cluster.most_leading())
    pairs = hosts.apart([leader], [number for number in numbers(cluster) if number != leader])
    terms = cluster.terms()
    seconds = 20 if stage.options.short else 60
    over = time.monotonic() + seconds
    while time.monotonic() < over:
        cluster.network.cut(pairs)
        time.sleep(0.2)
        cluster.network.heal()
        time.sleep(0.2)
    after = cluster.terms()
    stage.heal()
    past = stage.stop_load()
    changes = max(after[shard] - terms[shard] for shard in terms)
    stage.pace("leader changes a minute, worst shard", changes * 60 / seconds, at_most=5)
    stage.judge_errors(past)
    stage.prove()
