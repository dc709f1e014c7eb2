"""Whole purchases while nodes die: reserved, confirmed, paid, amended, shipped, cancelled, within a shard and over several."""

import random
import time

from .http2 import pause_until
from .proof import Proof
from .purchase_load import PATIENCE_SECONDS, Purchases, stock_of
from .rows import row
from .sale import Sale

KILL_EACH_SECONDS = 5
# Where the machine is so busy that a node takes longer to come back, the next kill waits for it.
START_SECONDS = 120
BUYERS_OF_A_SALE, UNITS_OF_A_SALE = 100_000, 100


def cluster_of_three(stage):
    stage.stock = stock_of(stage.stock)
    return stage.up(3)


def tell(stage, proof, kills):
    """The figures of a load of purchases."""
    total = proof.found["purchases"][-1]
    several = [one for one in proof.orders.values() if len({line.sku for line in one.lines.values()}) > 2]
    stage.measure("kills", kills)
    stage.measure("purchases", total["purchases"], at_least=1)
    stage.measure("steps acknowledged", total["acknowledged"], at_least=1)
    stage.measure("refused", total["refusals"])
    stage.measure("repeated with the same id", total["repeated"])
    stage.measure("holds and orders read back", len(proof.holds) + len(proof.orders), at_least=1)
    stage.measure("orders of three SKUs or more", len(several), at_least=1)
    stage.measure("records of the journal added up", proof.records, at_least=1)
    stage.measure("the load itself stood still", sum(one["still"] for one in proof.found["still"]), " s")
    stage.measure("nothing in doubt after the last one", proof.settled_after, " s")
    stage.measure("steps of more than a second", len(proof.found["long"]))
    stage.pace("the longest step", total["longest"], " s", at_most=PATIENCE_SECONDS)


def kill_again_and_again(stage, pauses, choose):
    """Each time: waits, kills a node, and starts it again a moment later, whether the cluster is well or not.

    `pauses` gives how long after the last kill, and for how long the node is down."""
    chance = random.Random(stage.options.seed)
    began = killed = time.monotonic()
    for number in range(stage.times):
        pause, down = pauses(chance)
        pause_until(killed + pause)
        killed = time.monotonic()
        victim = choose(chance)
        stage.cluster.kill(victim)
        time.sleep(down)
        stage.cluster.launch(victim)
        stage.cluster.await_answer(victim, START_SECONDS)
        stage.progress(f"kill {number + 1}/{stage.times}: node {victim.number}, after {time.monotonic() - began:.0f} s")


@row(
    "mixed-kill",
    f"SIGKILL of a node every {KILL_EACH_SECONDS} s, under whole purchases, 30 % of them over three shards",
    "each acknowledged step has one effect, nothing is half done, the journal adds up, the ledgers are sound",
    times=120,
    times_short=6,
)
def mixed_kill(stage):
    cluster = cluster_of_three(stage)
    buyers = Purchases(stage, across=0.3)
    kill_again_and_again(stage, lambda chance: (KILL_EACH_SECONDS, 1), lambda chance: chance.choice(cluster.members))
    stage.heal(60)
    tell(stage, buyers.stop(), stage.times)


@row(
    "cross-kill",
    "SIGKILL at any moment of nodes that lead, while every purchase is over several shards",
    "as for mixed-kill",
    times=100,
    times_short=8,
)
def cross_kill(stage):
    cluster = cluster_of_three(stage)
    buyers = Purchases(stage, across=1)

    def leader(chance):
        """Of a random shard: it decides for some, and takes part for others."""
        leaders = cluster.leaders()
        return cluster.member(leaders[chance.choice(sorted(leaders))]) if leaders else chance.choice(cluster.running())

    kill_again_and_again(stage, lambda chance: (chance.uniform(0.1, 4), chance.uniform(0, 2)), leader)
    stage.heal(60)
    tell(stage, buyers.stop(), stage.times)


@row(
    "flash-sale",
    f"{BUYERS_OF_A_SALE:,} buyers at once for {UNITS_OF_A_SALE} units, at all three nodes",
    f"exactly {UNITS_OF_A_SALE} are sold, all others hear that it is sold out",
    times=3,
    times_short=1,
)
def flash_sale(stage):
    stage.stock = {f"SALE-{number}": UNITS_OF_A_SALE for number in range(stage.times)}
    cluster = stage.up(3)
    buyers = BUYERS_OF_A_SALE // (10 if stage.options.short else 1)
    held = []
    for sku, units in stage.stock.items():
        sale = Sale([(member.host, member.port) for member in cluster.members], stage.options.seed, sku, buyers)
        began = time.monotonic()
        sale.run()
        stage.measure("buyers a second", buyers / (time.monotonic() - began))
        stage.measure("sold", len(sale.sold), at_least=units, at_most=units)
        stage.measure("heard that it is sold out", sale.sold_out, at_least=buyers - units, at_most=buyers - units)
        stage.measure("answered by each node, least", min(sale.answered_by), at_least=1)
        stage.measure("without an answer", sale.unanswered, at_most=0)
        held += sale.sold
    stage.failures += Proof(cluster.members, stage.stock, []).judge_stock(held)
