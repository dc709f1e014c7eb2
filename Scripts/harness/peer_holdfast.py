"""Holdfast as one of those compared: three nodes, or one, with holdfast-bench."""

import pathlib
import shutil

from . import cluster_steps, node
from .load import Figures, ServerTime
from .local_cluster import LocalCluster
from .processes import ROOT, Failure, run

# After each measurement so many holds are looked up by their id; sums of stock and the ledger are checked in full.
VERIFY_SAMPLE = 20_000
FILLING = {"connections": 16, "in_flight": 16, "batch": 1, "seconds": 1, "warmup": 0, "deadline_ms": 30_000}


class OwnCluster(LocalCluster):
    """A cluster whose nodes end with this script, however it ends."""

    def __init__(self, workshop, name, flags=()):
        super().__init__(workshop.path(name))
        self.workshop = workshop
        self.directory.mkdir()
        self.flags = list(flags)

    def spawn(self, member):
        return self.workshop.start(member.run_command(), member.log).pid


class Holdfast:
    """Fresh nodes for each regime and round, as the peers have."""

    name = "holdfast"

    def __init__(self, workshop, shards, flags=()):
        self.workshop = workshop
        self.shards = shards
        self.flags = flags
        self.count = 0
        for name in ("holdfastd", "holdfast", "holdfast-bench"):
            node.program(name)

    def version(self):
        return run(["git", "-C", ROOT, "describe", "--always", "--dirty"], 10).strip()

    def guarantee(self):
        shards = "1 shard" if self.shards == 1 else f"{self.shards} shards"
        return (
            f"Raft, fsynced on a majority, linearizable; request ids remembered; {shards}, one Store a node. gRPC over "
            "HTTP/2, holdfast-bench; after each run the stock's sums, the ledger and a sample of holds are verified"
        )

    def takes(self, regime):
        return True

    def start(self, regime):
        self.count += 1
        self.cluster = OwnCluster(self.workshop, f"holdfast-{self.count}", self.flags)
        self.cluster.shape = ["--stores", "1", "--shards", str(self.shards)]
        with self.cluster.locked():
            cluster_steps.up(self.cluster, regime.nodes)

    def pids(self):
        return [member.pid for member in self.cluster.members]

    def stop(self):
        with self.cluster.locked():
            cluster_steps.down(self.cluster)
        shutil.rmtree(self.cluster.directory, ignore_errors=True)

    def measure(self, load):
        regime = load.regime
        record = self.workshop.path(f"holdfast-{self.count}-{load.choice}.record")
        options = {
            "prefix": f"compare-{load.choice}",
            "skus": load.skus,
            "choice": "hot" if load.skus == 1 else "uniform",
            "connections": regime.connections,
            "in_flight": regime.in_flight,
            "batch": regime.batch,
            "record": record,
            "no_verify": True,
        }
        target = self.cluster.members[0]
        # The first run makes SKUs and stock, warms up, and sells out what is to be sold out; the second is the load alone.
        filling = options | FILLING | ({"units": 1} if regime.sold_out else {})
        node.bench(target, "run", **filling)
        with ServerTime(self.pids(), load.warmup, load.seconds) as servers:
            result = node.bench(target, "run", seconds=load.seconds, warmup=load.warmup, no_setup=True, **options)
        node.bench(target, "verify", record=record, verify_sample=VERIFY_SAMPLE)
        pathlib.Path(record).unlink()
        return read(result, regime, servers.cores)


def read(result, regime, server_cores):
    """Takes the figures from holdfast-bench's JSON; every reservation must have ended as the regime has it."""
    expected = "out_of_stock" if regime.sold_out else "done"
    others = sum(count for outcome, count in result["reservations"].items() if outcome != expected)
    # The last units may go within the measured second.
    if others > (10_000 if regime.sold_out else 0) or result["problems"] or result["failedCalls"]:
        raise Failure(f"not every reservation was {expected}: {result['reservations']} {result['problems']}")
    operation = "reserve" if regime.batch == 1 else "batch-reserve"
    latency = next((one["latency"] for one in result["operations"] if one["operation"] == operation), None)
    if latency is None:
        raise Failure("no call of the measured span was answered")
    client = result["client"]
    return Figures(
        result["reservationsPerSecond"],
        latency["p50Microseconds"] / 1000,
        latency["p99Microseconds"] / 1000,
        server_cores,
        (client["processorSecondsUser"] + client["processorSecondsSystem"]) / result["seconds"],
    )
