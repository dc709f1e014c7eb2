"""Where a row of the fault table is played: a cluster of real processes, a load that keeps a record, and the judgement."""

import collections
import contextlib
import dataclasses
import os
import sys
import time

from . import cluster_steps as steps
from . import cluster_wire, hosts, history, owned
from .disks import Disk
from .loader import NOTHING, sku_name
from .local_cluster import LocalCluster
from .proof import Proof, load_catalogue
from .processes import ROOT, Failure, tail, wait_until

LOCATION = "TORTURE1"
SKUS = 40
# So little of every other SKU that it may sell out: overselling would show.
STOCK_SCARCE, STOCK_PLENTY = 5_000, 100_000_000
CLIENT_PORT, PEER_PORT = 7400, 7401
NOT_JUDGED = "over its limit, not judged"


class ClusterUnderTest(LocalCluster):
    """A cluster whose nodes die with this script, on loopback or on hosts of their own, on disks of their own or not."""

    def __init__(self, workshop, progress, network=None, disk_megabytes=None):
        super().__init__(workshop.path("cluster"), progress)
        self.workshop = workshop
        self.network = network
        self.disk_megabytes = disk_megabytes
        self.disks = {}
        self.prefixes = {}  # name: what its command line begins with
        self.environments = {}
        self.processes = {}
        self.directory.mkdir(parents=True, exist_ok=True)

    def host(self, member):
        """The number of the host a member lives on."""
        return int(member.name[1:])

    def place(self, name):
        if self.disk_megabytes:
            self.disks[name] = Disk(self.directory, self.directory / name, self.disk_megabytes)
        if self.network:
            return hosts.address(int(name[1:])), CLIENT_PORT, PEER_PORT
        return super().place(name)

    def execute(self, member, command):
        return super().execute(member, [*self.reach(member), *command])

    def reach(self, member):
        return self.network.prefix(self.host(member)) if self.network else []

    def spawn(self, member):
        command = [*self.reach(member), *self.prefixes.get(member.name, []), *member.run_command()]
        environment = os.environ | self.environments.get(member.name, {})
        log = member.log.relative_to(self.workshop.folder)
        self.processes[member.name] = self.workshop.start(command, log, env=environment)
        return self.processes[member.name].pid

    def exit_code(self, member, timeout_seconds):
        return self.processes[member.name].wait(timeout_seconds)

    def leader_of(self, shard):
        """The member that leads a shard now, or None."""
        number = cluster_wire.leaders(self.statuses()).get(shard)
        return self.member(number) if number else None

    def leaders(self):
        return cluster_wire.leaders(self.statuses())

    def most_leading(self):
        """The member that leads most shards: the one whose loss is felt most."""
        count = {}
        for number in self.leaders().values():
            count[number] = count.get(number, 0) + 1
        if not count:
            raise Failure("no shard has a leader")
        return self.member(max(sorted(count), key=count.get))

    def terms(self):
        """`{shard: the highest term that anybody is in}`"""
        found = {}
        for status in self.statuses():
            for replica in status.replicas:
                found[replica.shard] = max(found.get(replica.shard, 0), replica.term)
        return found


@dataclasses.dataclass
class Measure:
    """A figure as the table shows it, and what is said behind it: nothing where it is within its limit."""

    text: str
    word: str = ""

    def __str__(self):
        return f"{self.text}  {self.word}".rstrip()


class Stage:
    """One row's stage. Rows measure on it; at the end `verdict` has all that was wrong."""

    def __init__(self, workshop, options, progress):
        self.workshop = workshop
        self.options = options
        self.progress = progress
        self.cluster = None
        self.load = None
        self.records = []
        self.stock = {sku_name(number): (STOCK_SCARCE, STOCK_PLENTY)[number % 2] for number in range(SKUS)}
        self.measures = []
        self.failures = []

    def up(self, count, network=None, disk_megabytes=None, shards=8, flags=(), before=lambda cluster: None):
        """A healthy cluster with a catalogue."""
        self.cluster = ClusterUnderTest(self.workshop, self.progress, network, disk_megabytes)
        self.cluster.shape = ["--shards", str(shards), "--stores", "1"]
        self.cluster.flags = [*flags, "--disk-reserve-bytes", "67108864", "--log-segment-bytes", "16777216"]
        before(self.cluster)
        steps.up(self.cluster, count)
        load_catalogue(self.cluster.members[0], LOCATION, self.stock | {NOTHING: 0})
        return self.cluster

    # The load.

    def start_load(self, **changes):
        """Starts the recorder and waits until it has had answers from the cluster."""
        record = self.workshop.path(f"record-{len(self.records)}")
        self.records.append(record)
        nodes = ",".join(member.address for member in self.cluster.members)
        settings = {"nodes": nodes, "record": record, "seed": self.options.seed, "skus": SKUS} | changes
        arguments = [sys.executable, "-m", "harness.recorder"]
        for name, value in settings.items():
            arguments += ["--" + name.replace("_", "-"), value]
        self.load = self.workshop.start(arguments, "recorder.log", cwd=ROOT / "Scripts")
        wait_until(lambda: record.exists() and b"op shopper" in record.read_bytes(), 30, "waiting for the load", self.load)

    def stop_load(self):
        """Ends the load in good order and gives its history."""
        self.load.terminate()
        if self.load.wait(60) != 0:
            raise Failure(f"the load ended with {self.load.returncode}\n{tail(self.load.log)}")
        past = history.read(self.records[-1])
        seconds = sum(end - begin for begin, end in past.still)
        if not self.options.untimed:
            self.expect(seconds < 1, f"the load itself stood still for {seconds:.1f} s: the machine was busy, run it again")
        return past

    def quiet(self, seconds=3):
        """Some load without a fault; gives when it began."""
        since = time.monotonic()
        time.sleep(seconds)
        return since

    # The judgement.

    def measure(self, name, value, unit="", at_most=None, at_least=None, judged=True):
        """A figure for the table, and whether it is within its limit. One that is not `judged` is but said to be over it."""
        passed = (at_most is None or value <= at_most) and (at_least is None or value >= at_least)
        limit = f" (≤ {at_most:g})" if at_most is not None else f" (≥ {at_least:g})" if at_least is not None else ""
        shown = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
        word = "" if passed else "FAILED" if judged else NOT_JUDGED
        self.measures.append(Measure(f"{name} {shown}{unit}{limit}", word))
        if not passed and judged:
            self.failures.append(f"{name} is {shown}{unit}, not{limit}")
        self.progress(str(self.measures[-1]))

    def pace(self, name, value, unit="", at_most=None, at_least=None):
        """A figure whose limit is one of time or rate, and so says as much of the machine as of the nodes."""
        self.measure(name, value, unit, at_most, at_least, judged=not self.options.untimed)

    def expect(self, holds, otherwise):
        if not holds:
            self.failures.append(otherwise)
            self.progress(f"FAILED: {otherwise}")

    def heal(self, seconds=30):
        """Waits until the cluster is healthy again; how long that took is a figure."""
        started = time.monotonic()
        self.cluster.await_health(seconds)
        return time.monotonic() - started

    def prove(self, **allowance):
        """The judgement that belongs to every row: nothing is in doubt any more, the state is what was acknowledged, and no
        read was stale."""
        proof = Proof(self.cluster.running(), self.stock, self.records, **allowance)
        self.judge(proof)
        self.measure("nothing in doubt after", proof.settled_after, " s")
        return proof

    def judge(self, proof):
        findings = proof.run()
        self.failures += findings
        for finding in findings:
            self.progress(f"FAILED: {finding}")

    def judge_errors(self, past):
        """No operation of a shopper may have failed within its deadline."""
        failed = past.failures()
        if failed:
            since, until = min(one.begun for one in failed), max(one.ended for one in failed)
            kinds = collections.Counter(f"{one.kind} {one.outcome} at node {one.node}" for one in failed)
            heard = collections.Counter(
                f"{one.status} from node {one.node}" for one in past.refusals if since <= one.moment <= until
            )
            self.progress(
                f"failed operations, all within {until - since:.1f} s: {dict(kinds)}; what they were answered then: {dict(heard)}"
            )
        self.measure("operations", len(past.of(caller="shopper")))
        self.measure("failed within the deadline", len(failed), at_most=0)

    def end(self):
        """Asks each node to stop; a crash on the way out is a failure as well."""
        for member in self.cluster.running() if self.cluster else []:
            with contextlib.suppress(Failure):
                self.cluster.stop(member)
            status = self.cluster.processes[member.name].poll()
            if status not in (0, None):
                self.failures.append(f"after SIGTERM node {member.number} ended with {status}\n{tail(member.log)}")

    def wait_for(self, condition, seconds, what):
        """Gives how long it took."""
        started = time.monotonic()
        owned.wait_for(condition, seconds, what)
        return time.monotonic() - started
