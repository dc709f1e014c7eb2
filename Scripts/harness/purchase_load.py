"""A load of whole purchases on a row's cluster, alone or beside the recorder, and the proof of what became of them."""

import json
import sys

from . import order_wire, wire
from .http2 import Connection
from .order_proof import OrderProof
from .processes import ROOT, Failure, tail, wait_until
from .proof import load_catalogue
from .stage import LOCATION

PATIENCE_SECONDS = 10
# So little of each fourth SKU that it sells out: purchases are refused, and what others prepared for them is given back.
UNITS_SCARCE, UNITS_PLENTY, SCARCE_EACH = 150, 100_000_000, 4
# Beside a recorder: so few that its figures stay its own.
BUYERS_BESIDE, RATE_BESIDE, ACROSS_BESIDE, SKUS_BESIDE = 8, 15, 0.3, 40


def stock_of(skus):
    return {sku: UNITS_SCARCE if number % SCARCE_EACH == 0 else UNITS_PLENTY for number, sku in enumerate(sorted(skus))}


class Purchases:
    """A load of buyers on a stage's cluster. They buy all that the stage has, or `stock`, which is theirs alone."""

    def __init__(self, stage, across, rate=120, buyers=32, stock=None):
        self.stage = stage
        self.stock = stage.stock if stock is None else stock
        self.is_alone = stock is None
        self.record = stage.workshop.path("purchases")
        self.by_shard = shards_of(stage.cluster.members[0], self.stock)
        market = stage.workshop.path("market.json")
        market.write_text(json.dumps(self.by_shard))
        nodes = ",".join(member.address for member in stage.cluster.members)
        command = [sys.executable, "-m", "harness.buyers", "--nodes", nodes, "--market", market, "--record", self.record]
        command += ["--seed", stage.options.seed, "--across", across, "--rate", rate, "--buyers", buyers]
        self.process = stage.workshop.start(command, "buyers.log", cwd=ROOT / "Scripts")
        wait_until(lambda: self.record.exists() and self.record.stat().st_size > 0, 30, "waiting for buyers", self.process)

    def stop(self):
        """Lets all purchases come to their end, and has the cluster prove them."""
        self.process.terminate()
        if self.process.wait(120) != 0:
            raise Failure(f"the buyers ended with {self.process.returncode}\n{tail(self.process.log)}")
        proof = OrderProof(self.stage.cluster.running(), self.stock, self.record, self.is_alone)
        self.stage.judge(proof)
        return proof

    def orders_over_shards(self, proof):
        shard_of = {sku: shard for shard, skus in enumerate(self.by_shard) for sku in skus}
        return [one for one in proof.orders.values() if len({shard_of[line.sku] for line in one.lines.values()}) > 1]


class PurchasesBeside(Purchases):
    """A few buyers beside a recorder, with SKUs of their own. A fault may leave their purchases in doubt between shards; what
    the recorder reserves is always of one shard."""

    def __init__(self, stage):
        stock = stock_of(f"SHOP-{number:05d}" for number in range(SKUS_BESIDE))
        load_catalogue(stage.cluster.members[0], LOCATION, stock)
        super().__init__(stage, ACROSS_BESIDE, RATE_BESIDE, BUYERS_BESIDE, stock)

    def prove(self, patience_seconds=PATIENCE_SECONDS):
        """Ends them and enters their figures."""
        stage, proof = self.stage, self.stop()
        total = proof.found["purchases"][-1]
        stage.measure("purchases beside", total["purchases"], at_least=1)
        stage.measure("orders over several shards", len(self.orders_over_shards(proof)), at_least=1)
        stage.measure("nothing in doubt after the last one", proof.settled_after, " s")
        stage.pace("the longest step of a purchase", total["longest"], " s", at_most=patience_seconds)


def shards_of(member, stock):
    """The SKUs by shard: each one's receipt is in its shard's journal."""
    found = {}
    with Connection(member.port, 30, host=member.host) as connection:
        answers = connection.call_all(order_wire.LIST_JOURNAL, [wire.field(5, sku) for sku in stock])
    for sku, answer in zip(stock, answers):
        found.setdefault(wire.one(answer, 3, 14), []).append(sku)
    return [found[shard] for shard in sorted(found)]
