"""etcd, three members: each reservation is a transaction that compares the stock's revision and swaps."""

import base64
import functools
import json
import shutil
import urllib.request

from .load import peers_load
from .processes import Failure, answers, end, free_ports, require, run, wait_until

STOCK = 1_000_000_000
# etcd takes no more operations in one transaction.
FILL_COUNT = 128


class Etcd:
    """Its log of transactions is fsynced on a majority before it answers: the strongest promise of these peers."""

    name = "etcd"

    def __init__(self, workshop):
        self.workshop = workshop
        require("etcd")

    def version(self):
        return run(["etcd", "--version"], 10).split()[2]

    def guarantee(self):
        return (
            "Raft, fsynced on a majority, linearizable. A Txn (gRPC, at the leader) compares the stock's mod_revision, "
            "puts stock and hold; callers share what they saw last: one transaction unless another was quicker"
        )

    def takes(self, regime):
        return regime.batch == 1 and regime.nodes == 3 and not regime.sold_out

    def start(self, regime):
        names = [f"member{index}" for index in range(regime.nodes)]
        ports = free_ports(2 * len(names))
        self.ports = ports[: len(names)]
        peers = [f"http://127.0.0.1:{port}" for port in ports[len(names) :]]
        members = ",".join(f"{name}={peer}" for name, peer in zip(names, peers))
        self.folders = [self.workshop.path(f"etcd-{port}") for port in self.ports]
        self.servers = []
        for name, port, peer, folder in zip(names, self.ports, peers, self.folders):
            client = f"http://127.0.0.1:{port}"
            arguments = ["etcd", "--name", name, "--data-dir", folder, "--logger", "zap", "--log-level", "error"]
            arguments += ["--listen-client-urls", client, "--advertise-client-urls", client]
            arguments += ["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer]
            arguments += ["--initial-cluster", members, "--initial-cluster-state", "new"]
            arguments += ["--quota-backend-bytes", 8 << 30]
            self.servers.append(self.workshop.start(arguments, f"etcd-{port}.log"))
        for port, server in zip(self.ports, self.servers):
            wait_until(functools.partial(answers, port), 30, "waiting for etcd", server, pause_seconds=0.05)
        wait_until(self.has_leader, 30, "waiting for etcd's leader", self.servers[0], pause_seconds=0.1)

    def has_leader(self):
        for port in self.ports:
            try:
                status = self.ask("maintenance/status", {}, port)
            except OSError:
                return False
            if status.get("leader") == status["header"]["member_id"]:
                self.leader = port
                return True
        return False

    def stop(self):
        for server in self.servers:
            end(server)
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)

    def ask(self, path, body, port=None):
        """One call of etcd's JSON gateway."""
        request = urllib.request.Request(f"http://127.0.0.1:{port or self.leader}/v3/{path}", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def measure(self, load):
        for prefix in ("hold", "stock"):
            self.ask("kv/deleterange", everything(prefix))
        for first in range(0, load.skus, FILL_COUNT):
            skus = range(first, min(first + FILL_COUNT, load.skus))
            puts = [{"requestPut": {"key": text(f"stock/{sku}"), "value": text(str(STOCK))}} for sku in skus]
            self.ask("kv/txn", {"success": puts})
        pids = [server.pid for server in self.servers]
        found, result = peers_load("etcd", self.leader, load, pids)
        holds = int(self.ask("kv/range", everything("hold") | {"count_only": True}).get("count", 0))
        stocks = self.ask("kv/range", everything("stock"))["kvs"]
        left = sum(int(base64.b64decode(pair["value"])) for pair in stocks)
        taken = len(stocks) * STOCK - left
        if not holds == taken == result["grantedInAll"]:
            raise Failure(f"etcd acknowledged {result['grantedInAll']} holds, recorded {holds} and took {taken} units")
        found.note = f"{result['conflicts'] / max(1, result['granted']):.1f} swaps too late for each hold"
        return found


def text(value):
    return base64.b64encode(value.encode()).decode()


def everything(prefix):
    """All keys below a prefix; "0" comes after "/"."""
    return {"key": text(f"{prefix}/"), "range_end": text(f"{prefix}0")}
