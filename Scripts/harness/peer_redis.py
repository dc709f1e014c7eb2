"""Redis 7 with two replicas: a script takes stock and records the hold, WAIT 1 acknowledges it."""

import shutil

from .load import peers_load
from .processes import Failure, answers, end, free_ports, require, run, wait_until

STOCK = 1_000_000_000

# One atomic step for each SKU and hold: enough stock, an id not used before, then the decrement and the record.
# It answers how many it granted.
RESERVE = """
local left = redis.call('GET', KEYS[1])
if not left or tonumber(left) < tonumber(ARGV[1]) then return 0 end
if not redis.call('SET', KEYS[2], KEYS[1] .. ':' .. ARGV[1], 'NX') then return redis.error_reply('the id was used') end
redis.call('DECRBY', KEYS[1], ARGV[1])
return 1
"""
RESERVE_MANY = """
local granted = 0
for place = 1, #KEYS, 2 do
  local left = redis.call('GET', KEYS[place])
  if left and tonumber(left) >= tonumber(ARGV[1]) then
    if not redis.call('SET', KEYS[place + 1], KEYS[place] .. ':' .. ARGV[1], 'NX') then
      return redis.error_reply('the id was used')
    end
    redis.call('DECRBY', KEYS[place], ARGV[1])
    granted = granted + 1
  end
end
return granted
"""

LEFT = """
local left = 0
for sku = 0, ARGV[1] - 1 do left = left + redis.call('GET', string.format('stock:%012d', sku)) end
return string.format('%.0f', left)
"""

SETTINGS = {
    "bind": "127.0.0.1",
    "appendonly": "yes",
    "appendfsync": "always",
    # A rewrite of the AOF or a dump in the middle of a measurement would only slow it down.
    "auto-aof-rewrite-percentage": "0",
    "save": "",
    "daemonize": "no",
    "repl-diskless-sync": "yes",
    "repl-diskless-sync-delay": "0",
    "repl-backlog-size": "256mb",
    "client-output-buffer-limit": "replica 0 0 0",
}


class Redis:
    """A primary and two replicas, or one server alone where the regime has one node."""

    name = "redis"

    def __init__(self, workshop):
        self.workshop = workshop
        for program in ("redis-server", "redis-cli"):
            require(program)

    def version(self):
        return run(["redis-server", "--version"], 10).split("v=")[1].split()[0]

    def guarantee(self):
        return (
            "EVALSHA of a script (stock, hold record), appendfsync always; two replicas, WAIT 1 after the calls that a "
            "connection sends together, none on one node or for refusals. A replica answers after its own fsync; a "
            "failover may still lose what WAIT acknowledged (no consensus)"
        )

    def takes(self, regime):
        return True

    def start(self, regime):
        self.servers = []
        self.ports = free_ports(regime.nodes)
        self.folders = [self.workshop.path(f"redis-{port}") for port in self.ports]
        for index in range(regime.nodes):
            self.launch(index)
        if regime.nodes > 1:
            wait_until(self.has_replicas, 60, "waiting for the replicas of Redis", self.servers[0], pause_seconds=0.05)
        self.script = self.ask("SCRIPT", "LOAD", RESERVE if regime.batch == 1 else RESERVE_MANY)

    def launch(self, index):
        folder, port = self.folders[index], self.ports[index]
        folder.mkdir()
        settings = SETTINGS | {"port": port, "dir": folder}
        if index:
            settings["replicaof"] = f"127.0.0.1 {self.ports[0]}"
        configuration = folder / "redis.conf"
        lines = (f'{name} "{value}"' if value == "" else f"{name} {value}" for name, value in settings.items())
        configuration.write_text("\n".join(lines) + "\n")
        server = self.workshop.start(["redis-server", configuration], f"redis-{port}.log")
        self.servers.append(server)
        wait_until(lambda: answers(port), 20, "waiting for Redis", server)

    def has_replicas(self):
        lines = self.ask("INFO", "replication").splitlines()
        return sum(line.startswith("slave") and "state=online" in line for line in lines) == len(self.servers) - 1

    def stop(self):
        for server in reversed(self.servers):
            end(server)
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)

    def ask(self, *arguments, **options):
        return run(["redis-cli", "-p", self.ports[0], *arguments], 60, **options).strip()

    def measure(self, load):
        self.ask("FLUSHALL")
        stock = 0 if load.regime.sold_out else STOCK
        commands = self.workshop.path("redis-fill.txt")
        pairs = [f"stock:{sku:012d} {stock}" for sku in range(load.skus)]
        lines = (" ".join(["MSET", *pairs[first : first + 500]]) for first in range(0, len(pairs), 500))
        commands.write_text("".join(line + "\n" for line in lines))
        with open(commands) as source:
            self.ask(stdin=source)
        copies = 1 if load.regime.nodes > 1 and not load.regime.sold_out else 0
        pids = [server.pid for server in self.servers]
        arguments = ["--script", self.script, "--copies", copies, "--batch", load.regime.batch]
        found, result = peers_load("redis", self.ports[0], load, pids, *arguments)
        self.check(load, stock, result["grantedInAll"])
        return found

    def check(self, load, stock, granted):
        """Each acknowledged hold is recorded, and the stock is less by as much."""
        holds = int(self.ask("DBSIZE")) - load.skus
        taken = load.skus * stock - int(self.ask("EVAL", LEFT, "0", load.skus))
        if not holds == taken == granted:
            raise Failure(f"Redis acknowledged {granted} holds, recorded {holds} and took {taken} units")
