"""Three nodes of one cluster, as processes that end with the test."""

import signal
import time

import grpc

from contract import RECONNECT, v1
from harness.node import program
from harness.processes import Failure, answers, end, free_ports, kill, run, tail, wait_until

SECONDS = 60


class Member:
    """One node. It keeps its ports, and its data directory outlives the process."""

    def __init__(self, workshop, number, ports, flags=()):
        self.workshop = workshop
        self.number = number
        # Settings of the process, which the next start may have others of.
        self.flags = list(flags)
        self.port, self.peer_port = ports
        self.data = workshop.path(f"member-{number}")
        self.log = workshop.path(f"member-{number}.log")
        self.process = None
        self.channel = grpc.insecure_channel(self.address, options=RECONNECT)

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def settings(self):
        listen = ["--listen", self.address, "--peer-listen", f"127.0.0.1:{self.peer_port}"]
        return ["--data-dir", self.data, *listen, "--stores", 2, "--drain-seconds-max", 2, *self.flags]

    def make(self, *how):
        run([program("holdfastd"), *how, *self.settings()], SECONDS)
        return self.start()

    def start(self):
        arguments = [program("holdfastd"), *self.settings()]
        self.process = self.workshop.start(arguments, self.log.name)
        wait_until(lambda: answers(self.port), SECONDS, f"waiting for node {self.number}", self.process)
        ready = grpc.channel_ready_future(self.channel)
        wait_until(ready.done, SECONDS, f"waiting for a connection to node {self.number}", self.process)
        return self

    def kill(self):
        kill(self.process)

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        return end(self.process, 30)

    def stub(self, service):
        return getattr(v1, service + "Stub")(self.channel)

    def shards(self):
        """What this node says of its shards; None where it says nothing."""
        try:
            status = self.stub("ClusterService").GetStatus(v1.GetStatusRequest(), timeout=2)
        except grpc.RpcError:
            return None
        return [shard for store in status.stores for shard in store.shards]

    def leads(self):
        """The shards that this node says it leads; None where it says nothing."""
        shards = self.shards()
        return shards and [shard.shard for shard in shards if shard.role == v1.SHARD_ROLE_LEADER]

    def applied(self, shard):
        """How far this node's replica of a shard is; 0 where it says nothing."""
        return sum(one.applied_index for one in self.shards() or [] if one.shard == shard)


class Cluster:
    """Three nodes with a replica of each shard. The meta shard has number 0."""

    def __init__(self, workshop, shards=1, flags=()):
        ports = free_ports(6)
        self.members = [Member(workshop, number, ports[2 * number - 2 : 2 * number], flags) for number in (1, 2, 3)]
        first, *others = self.members
        first.make("init", "--shards", shards)
        for member in others:
            member.make("join", "--cluster", first.address, "--secret-file", first.data / "SECRET")
        self.tool("cluster", "rebalance", "--wait")
        self.await_health()

    def tool(self, *arguments):
        return run([program("holdfast"), *arguments, "--address", self.members[0].address], SECONDS)

    def complaint(self):
        """What is wrong with the cluster now; empty when all is well."""
        for member in self.members:
            if member.process.poll() is not None:
                return f"node {member.number} ended with {member.process.returncode}\n{tail(member.log)}"
        try:
            self.tool("cluster", "check")
        except Failure as failure:
            return str(failure)
        return ""

    def await_health(self):
        """Every replica is where it should be, and every shard has a leader that the others follow."""
        deadline = time.monotonic() + SECONDS
        while complaint := self.complaint():
            if time.monotonic() > deadline:
                raise Failure(f"the cluster is not well after {SECONDS} s: {complaint}")
            time.sleep(0.1)

    def leader(self, shard=1):
        """The node that leads a shard, once one does."""
        found = []

        def is_led():
            running = [member for member in self.members if member.process.poll() is None]
            found[:] = [member for member in running if shard in (member.leads() or [])]
            return len(found) == 1

        wait_until(is_led, SECONDS, f"waiting for a leader of shard {shard}")
        return found[0]

    def follower(self, shards=(0, 1)):
        """A node that leads none of these shards."""
        leaders = [self.leader(shard) for shard in shards]
        return next(member for member in self.members if member not in leaders)

    def stop(self):
        return [member.stop() for member in self.members]
