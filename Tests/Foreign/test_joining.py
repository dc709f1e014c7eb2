"""Nodes that join a cluster: real processes, by their command lines."""

import json
import shutil
import signal
import socket
import subprocess
import unittest

import grpc
from contract import DEADLINE_SECONDS, v1
from harness import machine
from harness.node import Node, program
from harness.processes import Workshop, answers, end, run, tail, wait_until

# Until then it must have happened; how soon is not what these tests are about.
SECONDS = 60


class Joining(unittest.TestCase):
    def setUp(self):
        self.workshop = self.enterContext(Workshop("joining"))

    def daemon(self, *arguments):
        """Runs `holdfastd` to its end; gives its exit code and what it said."""
        command = [str(program("holdfastd")), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    def tool(self, node, *arguments):
        """Runs `holdfast cluster ... --json`; gives its exit code and its last object."""
        command = [str(program("holdfast")), "cluster", *map(str, arguments), "--json", "--address", node.address]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        lines = done.stdout.splitlines()
        return done.returncode, json.loads(lines[-1]) if lines else None

    def join(self, first, name, *flags):
        """The command line of a node that joins, but for the word `join`."""
        secret = first.data / "SECRET"
        data = self.workshop.path(f"{name}-data")
        return ["--data-dir", data, "--listen", "127.0.0.1:0", "--cluster", first.address, "--secret-file", secret, *flags]

    def run_flags(self, name):
        """The command line of a node that was made."""
        return ["--data-dir", self.workshop.path(f"{name}-data"), "--listen", "127.0.0.1:0"]

    def copy(self, name, to):
        run(["cp", "-a", self.workshop.path(f"{name}-data"), self.workshop.path(f"{to}-data")], SECONDS)

    def three(self):
        """A cluster of three, each with a replica of each shard."""
        first = Node(self.workshop, "first", ("--shards", "2")).start()
        nodes = [first]
        for name in ("second", "third"):
            self.assertEqual(self.daemon("join", *self.join(first, name))[0], 0)
            nodes.append(Node(self.workshop, name).start())
        self.assertEqual(self.tool(first, "rebalance", "--wait", "--timeout", f"{SECONDS}s")[0], 0)
        self.await_health(first)
        return nodes

    def await_health(self, node):
        self.wait_for(node, lambda _: self.tool(node, "check")[0] == 0, "waiting for a cluster without findings")

    def sight_of(self, process, address):
        """What can be seen of a node that does not answer: whether it runs, its connections, its log, a second attempt."""
        seen = [f"ended with {process.poll()}", tail(process.log, 30)]
        if shutil.which("ss"):
            seen.append(run(["ss", "--tcp", "--all", "--numeric", "--process", f"sport = :{address.rpartition(':')[2]}"], 10))
        with grpc.insecure_channel(address) as channel:
            try:
                grpc.channel_ready_future(channel).result(timeout=5)
                seen.append("a second connection is served")
            except grpc.FutureTimeoutError:
                seen.append("a second connection is not served either")
        return "\n".join(seen)

    def await_second(self, node):
        """Its health would take a minute: so long a copy is told of."""
        self.wait_for(node, lambda status: status["nodes"][1]["is_live"], "waiting for the second node")

    def ends_as_a_copy(self, name, said):
        code, log = self.daemon(*self.run_flags(name))
        self.assertEqual(code, 3, log)
        self.assertIn(said, log)

    def wait_for(self, node, condition, what):
        wait_until(lambda: condition(self.tool(node, "status")[1]), SECONDS, what)

    def test_a_directory_is_made_once(self):
        data = self.workshop.path("data")
        code, said = self.daemon("--data-dir", data)
        self.assertEqual(code, 3)
        self.assertIn("holdfastd init", said)
        self.assertIn("holdfastd join", said)
        self.assertFalse(data.exists())
        self.assertEqual(self.daemon("init", "--data-dir", data, "--shards", "2")[0], 0)
        self.assertEqual((data / "SECRET").stat().st_mode & 0o777, 0o600)
        code, said = self.daemon("init", "--data-dir", data)
        self.assertEqual(code, 3)
        self.assertIn("already", said)

    def test_a_cluster_is_whole_as_soon_as_it_answers(self):
        """Who asks while the first node is still starting waits until the cluster is founded."""
        for number in range(5):
            self.ask_while_it_is_founded(f"first{number}")

    def test_a_cluster_is_whole_when_it_answers_however_slow_its_disk(self):
        """Each write that founds it takes longer than a call waits for a leader."""
        if reason := machine.tracing():
            self.skipTest(reason)
        log = self.workshop.path("slow") / "store-0" / "log" / "0000000000000001.log"
        slow = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-P", log, "-e", "inject=pwrite64:delay_enter=1700ms:when=1..2"]
        self.ask_while_it_is_founded("slow", slow)

    def ask_while_it_is_founded(self, name, prefix=()):
        data = self.workshop.path(name)
        self.assertEqual(self.daemon("init", "--data-dir", data, "--shards", "2", "--stores", "2")[0], 0)
        # The Stores share the node's port, so that it can be kept from all others until they have it.
        with socket.socket() as kept:
            kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            kept.bind(("127.0.0.1", 0))
            port = kept.getsockname()[1]
            address = f"127.0.0.1:{port}"
            command = [*prefix, program("holdfastd"), "--data-dir", data, "--listen", address]
            process = self.workshop.start(command, f"{name}.log")
            wait_until(lambda: answers(port), SECONDS, "waiting for the port", process, pause_seconds=0)
        with grpc.insecure_channel(address) as channel:
            stub = v1.ClusterServiceStub(channel)
            # A connection may be lost while the node starts; what it answers must be right.
            try:
                cluster = stub.GetCluster(v1.GetClusterRequest(), timeout=DEADLINE_SECONDS, wait_for_ready=True)
            except grpc.RpcError as error:
                self.fail(f"{error.code()}: {error.debug_error_string()}\n{self.sight_of(process, address)}")
        self.assertEqual([node.client_address for node in cluster.nodes], [address])
        self.assertEqual([shard.shard for shard in cluster.shards], [0, 1, 2])
        self.assertEqual(end(process, DEADLINE_SECONDS), 0)

    def test_a_node_joins_and_gets_its_share(self):
        first = Node(self.workshop, "first", ("--shards", "2")).start()
        second = Node(self.workshop, "second")
        code, said = self.daemon("join", *self.join(first, "second"))
        self.assertEqual(code, 0, said)
        self.assertIn("node 2", said)
        # Nobody was told where the node is until it runs.
        status = self.tool(first, "status")[1]
        self.assertEqual([node["client_address"] for node in status["nodes"]], [first.address, ""])
        second.start()
        third = Node(self.workshop, "third")
        self.assertEqual(self.daemon("join", *self.join(first, "third"))[0], 0)
        third.start()
        self.assertEqual(self.tool(second, "rebalance", "--wait", "--timeout", f"{SECONDS}s")[0], 0)
        status = self.tool(third, "status")[1]
        self.assertEqual([node["client_address"] for node in status["nodes"]], [first.address, second.address, third.address])
        for shard in status["shards"]:
            self.assertEqual([member["node_id"] for member in shard["placed"]], [1, 2, 3])
        self.wait_for(third, lambda _: self.tool(third, "check")[0] == 0, "waiting for a cluster without findings")
        # Under other ports, as the system picks them, each is found again by those that stayed.
        for node, beside in ((third, first), (second, third), (first, second)):
            self.assertEqual(node.stop(), 0)
            node.start()
            self.wait_for(beside, lambda _: self.tool(beside, "check")[0] == 0, "waiting for a cluster without findings")
        status = self.tool(first, "status")[1]
        self.assertEqual([node["client_address"] for node in status["nodes"]], [first.address, second.address, third.address])

    def test_a_node_that_asks_again_is_the_same_node(self):
        first = Node(self.workshop, "first", ("--shards", "1")).start()
        self.assertEqual(self.daemon("join", *self.join(first, "second"))[0], 0)
        data = self.workshop.path("second-data")
        # As a crash between the answer and the directory leaves it: the id alone.
        lines = (data / "FORMAT").read_text().splitlines()
        identity = next(line for line in lines if line.startswith("node: "))
        arguments = self.join(first, "other")
        arguments[arguments.index("--cluster") + 1] = "127.0.0.1:1"
        self.assertEqual(self.daemon("join", *arguments)[0], 6)
        other = self.workshop.path("other-data")
        self.assertIn("state: joining", (other / "FORMAT").read_text())
        self.assertEqual(self.daemon("--data-dir", other)[0], 3)
        for _ in range(2):
            shutil.copytree(other, self.workshop.path("third-data"))
            code, said = self.daemon("join", *self.join(first, "third"))
            self.assertEqual(code, 0, said)
            self.assertIn("node 3", said)
            shutil.rmtree(self.workshop.path("third-data"))
        self.assertEqual(len(self.tool(first, "status")[1]["nodes"]), 3)
        code, said = self.daemon("join", *self.join(first, "second"))
        self.assertEqual(code, 3)
        self.assertIn("already", said)
        self.assertIn(identity, (data / "FORMAT").read_text())

    def test_who_does_not_know_the_secret_stays_out(self):
        first = Node(self.workshop, "first", ("--shards", "1")).start()
        wrong = self.workshop.path("wrong")
        wrong.write_text("ab" * 32 + "\n")
        arguments = self.join(first, "second")
        arguments[arguments.index("--secret-file") + 1] = wrong
        code, said = self.daemon("join", *arguments)
        self.assertEqual(code, 6)
        self.assertIn("another secret", said)
        self.assertEqual(len(self.tool(first, "status")[1]["nodes"]), 1)

    def test_a_node_of_another_cluster_is_not_let_in(self):
        first = Node(self.workshop, "first", ("--shards", "1")).start()
        other = Node(self.workshop, "other", ("--shards", "1")).start()
        self.assertEqual(self.daemon("join", *self.join(first, "second"))[0], 0)
        self.assertEqual(self.daemon("join", *self.join(other, "stranger"))[0], 0)
        # Somebody copies the wrong directory to where the second node should be, seeds and secret of the first included.
        data = self.workshop.path("stranger-data")
        for name in ("SECRET", "SEEDS"):
            shutil.copy(self.workshop.path("second-data") / name, data / name)
        stranger = Node(self.workshop, "stranger")
        command = [program("holdfastd"), "--data-dir", stranger.data, "--listen", "127.0.0.1:0"]
        self.workshop.start(command, stranger.log.name)
        wait_until(lambda: "another cluster" in first.log.read_text(), SECONDS, "waiting for the refusal")
        nodes = self.tool(first, "status")[1]["nodes"]
        self.assertFalse(nodes[1]["client_address"])

    def test_a_copy_of_a_directory_is_kept_out_while_its_node_runs(self):
        first, second, _ = self.three()
        # All files as they are at one moment.
        second.process.send_signal(signal.SIGSTOP)
        self.copy("second", "copy")
        second.process.send_signal(signal.SIGCONT)
        self.await_health(first)
        self.ends_as_a_copy("copy", "copy of its data directory is connected")
        command = [str(program("holdfast")), "cluster", "check", "--json", "--address", first.address]
        self.assertIn("NODE_COPIED", subprocess.run(command, capture_output=True, text=True, timeout=SECONDS).stdout)
        self.assertEqual(second.process.poll(), None)
        # It can come back, and go on.
        self.assertEqual(second.stop(), 0)
        second.start()
        self.await_second(first)

    def test_a_copy_from_before_is_kept_out_although_its_node_is_gone(self):
        first, second, third = self.three()
        self.assertEqual(second.stop(), 0)
        self.copy("second", "copy")
        second.start()
        self.await_health(first)
        second.kill()
        for _ in range(2):  # also one that was started once too often
            self.ends_as_a_copy("copy", "copy of its data directory has been taken for the node")
        second.start()
        self.await_second(third)

    def test_of_two_copies_the_first_to_be_started_is_the_node(self):
        first, second, _ = self.three()
        self.assertEqual(second.stop(), 0)
        self.copy("second", "copy")
        copy = Node(self.workshop, "copy").start()
        self.await_health(first)
        copy.kill()
        self.ends_as_a_copy("second", "copy of its data directory has been taken for the node")
        copy.start()
        self.await_second(first)

    def test_a_removed_node_stays_out(self):
        first = Node(self.workshop, "first", ("--shards", "1")).start()
        self.assertEqual(self.daemon("join", *self.join(first, "second"))[0], 0)
        second = Node(self.workshop, "second").start()
        self.wait_for(first, lambda status: status["nodes"][1]["is_live"], "waiting for the second node")
        self.assertEqual(self.tool(first, "drain", 2, "--wait", "--timeout", f"{SECONDS}s")[0], 0)
        for _ in range(2):
            self.assertEqual(self.tool(first, "decommission", 2)[0], 0)
        # It ends by itself: nobody talks to it any more, and whoever asked it would wait in vain.
        self.assertEqual(second.process.wait(SECONDS), 0)
        self.assertIn("removed from the cluster", second.log.read_text())
        self.assertEqual(self.daemon(*self.run_flags("second"))[0], 3)
        code, said = self.daemon("join", *self.join(first, "second"))
        self.assertEqual(code, 3)
        self.assertEqual(self.tool(first, "activate", 2)[0], 1)
        self.wait_for(first, lambda _: self.tool(first, "check")[0] == 0, "waiting for a cluster without findings")
