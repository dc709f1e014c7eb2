"""Redis 7 and PostgreSQL 15 doing the same work as a Holdfast node: reserve stock, durably, one hold a request.

Each runs as an instance of our own in a temporary folder, on a free port of loopback, with the settings that serve it
best while every acknowledged reservation is on disk. System services are never touched.
"""

import dataclasses
import os
import pathlib
import pwd
import shutil

from . import figures
from .processes import Failure, answers, end, free_ports, measured, processor_seconds, require, run, wait_until

STOCK = 1_000_000_000


@dataclasses.dataclass
class Case:
    """A load: so many connections, each with so many requests in flight, on so many SKUs."""

    connections: int
    in_flight: int
    skus: int

    @property
    def name(self):
        return f"{self.connections} x {self.in_flight} {'hot' if self.skus == 1 else 'uniform'}"


@dataclasses.dataclass
class Figures:
    """What one run of one case gave. Cores are processor seconds by wall seconds."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float
    server_cores: float
    client_cores: float
    holds: int


class Redis:
    """Redis with a Lua function that takes stock and records the hold; acknowledged after the fsync of the AOF."""

    name = "redis"

    # One atomic step: enough stock, an id not used before, then the decrement and the record.
    RESERVE = """
    local left = redis.call('GET', KEYS[1])
    if not left or tonumber(left) < tonumber(ARGV[1]) then return 0 end
    if not redis.call('SET', KEYS[2], KEYS[1], 'NX') then return 2 end
    redis.call('DECRBY', KEYS[1], ARGV[1])
    return 1
    """

    # redis-benchmark writes 12 random digits below -r for each of these words, for each request anew. One of them
    # names the SKU; three, after the number of the run, make the id of the hold. The number is needed because
    # redis-benchmark seeds its generator with the time XOR its process id: two runs may draw the same sequence.
    RANGE = 10_000
    RANDOM = "__rand_int__"

    def __init__(self, workshop):
        self.workshop = workshop
        self.rates = {}
        self.runs = 0
        for program in ("redis-server", "redis-cli", "redis-benchmark"):
            require(program)

    def version(self):
        return run(["redis-server", "--version"], 10).split("v=")[1].split()[0]

    def start(self):
        """A fresh, empty server for each measurement, so that no case inherits another's data."""
        [self.port] = free_ports(1)
        self.folder = self.workshop.path(f"redis-{self.port}")
        self.folder.mkdir()
        settings = {
            "bind": "127.0.0.1",
            "port": self.port,
            "dir": self.folder,
            "appendonly": "yes",
            "appendfsync": "always",
            # A rewrite of the AOF or a dump in the middle of a measurement would only slow it down.
            "auto-aof-rewrite-percentage": "0",
            "save": "",
            "daemonize": "no",
        }
        arguments = ["redis-server"]
        for name, value in settings.items():
            arguments += [f"--{name}", str(value)]
        self.server = self.workshop.start(arguments, f"redis-{self.port}.log")
        wait_until(lambda: answers(self.port), 20, "waiting for Redis", self.server)

    def stop(self):
        end(self.server)
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, *arguments, **options):
        return run(["redis-cli", "-p", self.port, *arguments], 60, **options).strip()

    def stock(self, case):
        if case.skus == 1:
            return "stock:hot"
        return f"stock:{self.RANDOM}"

    def fill(self, case):
        keys = ["stock:hot"] if case.skus == 1 else [f"stock:{sku:012d}" for sku in range(case.skus)]
        commands = self.folder / "fill.txt"
        commands.write_text("".join(f"SET {key} {STOCK}\n" for key in keys))
        with open(commands) as source:
            self.ask(stdin=source)
        self.keys_before = len(keys)
        return self.ask("SCRIPT", "LOAD", self.RESERVE)

    def load(self, case, script, requests):
        self.runs += 1
        identifier = f"hold:{self.runs}:" + self.RANDOM * 3
        arguments = ["redis-benchmark", "-h", "127.0.0.1", "-p", self.port, "-c", case.connections]
        arguments += ["-P", case.in_flight, "-n", requests, "-r", self.RANGE, "--csv"]
        arguments += ["EVALSHA", script, "2", self.stock(case), identifier, "1"]
        output, processor, wall = measured(arguments, 600)
        # "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms",...
        # The name of the test is the command itself, so count from the right.
        fields = [field.strip('"') for field in output.strip().splitlines()[-1].rsplit(",", 7)]
        return float(fields[1]), float(fields[4]), float(fields[6]), processor, wall

    def measure(self, case, seconds):
        self.start()
        try:
            script = self.fill(case)
            if case.name not in self.rates:
                self.rates[case.name] = self.load(case, script, 400 * case.connections * case.in_flight)[0]
            self.load(case, script, max(1000, int(self.rates[case.name] * 0.5)))
            holds_before = int(self.ask("DBSIZE")) - self.keys_before
            requests = max(1000, int(self.rates[case.name] * seconds))
            before = processor_seconds(self.server.pid)
            rate, p50, p99, processor, wall = self.load(case, script, requests)
            used = processor_seconds(self.server.pid) - before
            self.rates[case.name] = rate
            holds = int(self.ask("DBSIZE")) - self.keys_before - holds_before
            # A few random ids may meet; more than that, and the load would not be what it says.
            if holds < requests * 0.9999:
                raise Failure(f"Redis recorded {holds} holds for {requests} requests: {self.server.log}")
            return Figures(rate, p50, p99, used / wall, processor / wall, holds)
        finally:
            self.stop()


class PostgreSQL:
    """PostgreSQL with a prepared call of a function that takes stock and inserts the hold; commit waits for the WAL."""

    name = "postgres"
    BINARIES = pathlib.Path("/usr/lib/postgresql/15/bin")

    SETTINGS = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "shared_buffers": "1GB",
        "wal_buffers": "64MB",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "16GB",
        "checkpoint_timeout": "30min",
        "max_connections": "300",
        "jit": "off",
        "listen_addresses": "127.0.0.1",
    }

    # Half-empty pages let each update of a counter stay in its page (a HOT update). The hold is inserted first, so that
    # the lock on the counter is held for the shortest time: on one hot SKU that lock is the whole story.
    SCHEMA = f"""
    CREATE TABLE stock (sku int PRIMARY KEY, available bigint NOT NULL, held bigint NOT NULL) WITH (fillfactor = 40);
    CREATE TABLE hold (id uuid PRIMARY KEY, sku int NOT NULL, quantity bigint NOT NULL, expires timestamptz NOT NULL);
    INSERT INTO stock SELECT sku, {STOCK}, 0 FROM generate_series(1, 10000) AS sku;
    CREATE FUNCTION reserve(hold_id uuid, wanted_sku int, wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO hold VALUES (hold_id, wanted_sku, wanted, now() + interval '15 minutes');
      UPDATE stock SET available = available - wanted, held = held + wanted
        WHERE sku = wanted_sku AND available >= wanted;
      IF NOT FOUND THEN RAISE EXCEPTION 'out of stock'; END IF;
    END $$;
    """

    def __init__(self, workshop):
        self.workshop = workshop
        self.server = None
        if not (self.BINARIES / "postgres").exists():
            raise Failure(f"no PostgreSQL 15 in {self.BINARIES}; Scripts/setup --compare installs it")

    def version(self):
        return run([self.BINARIES / "postgres", "--version"], 10).split()[2]

    def start(self):
        """PostgreSQL refuses to run as root: then it runs as its own system user, in a folder that user owns."""
        self.identity = {}
        self.folder = self.workshop.path("postgres")
        self.folder.mkdir()
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            self.identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            self.workshop.folder.chmod(0o755)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        data = self.folder / "data"
        create = ["initdb", "--pgdata", data, "--username", "bench", "--auth", "trust", "--no-locale", "--encoding", "UTF8"]
        self.tool(*create)
        [self.port] = free_ports(1)
        arguments = [self.BINARIES / "postgres", "-D", data, "-p", self.port, "-k", self.folder]
        for name, value in self.SETTINGS.items():
            arguments += ["-c", f"{name}={value}"]
        self.server = self.workshop.start(arguments, "postgres.log", cwd=self.folder, **self.identity)
        wait_until(self.ready, 60, "waiting for PostgreSQL", self.server, pause_seconds=0.05)
        self.ask(self.SCHEMA)

    def tool(self, name, *arguments):
        return run([self.BINARIES / name, *arguments], 120, cwd=self.folder, **self.identity)

    def ready(self):
        try:
            self.tool("pg_isready", "-q", "-h", "127.0.0.1", "-p", self.port)
            return True
        except Failure:
            return False

    def ask(self, statement):
        connection = ["-h", "127.0.0.1", "-p", self.port, "-U", "bench", "-d", "postgres"]
        return self.tool("psql", *connection, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement).strip()

    def load(self, case, seconds, log=None):
        script = self.folder / f"reserve-{case.skus}.sql"
        script.write_text(f"\\set sku random(1, {case.skus})\nSELECT reserve(gen_random_uuid(), :sku, 1);\n")
        arguments = [self.BINARIES / "pgbench", "-h", "127.0.0.1", "-p", self.port, "-U", "bench", "-n", "-M", "prepared"]
        # One thread drives 13,000 calls a second without being the limit; a second takes time from the server.
        arguments += ["-c", case.connections, "-j", 1, "-T", seconds, "-f", script]
        if log:
            arguments += ["-l", "--log-prefix", log]
        return measured([*arguments, "postgres"], seconds + 60, cwd=self.folder, **self.identity)

    def measure(self, case, seconds):
        if self.server is None:
            self.start()
        self.ask("TRUNCATE hold")
        for statement in (f"UPDATE stock SET available = {STOCK}, held = 0", "VACUUM FULL stock", "CHECKPOINT"):
            self.ask(statement)
        self.load(case, 1)
        holds_before = int(self.ask("SELECT count(*) FROM hold"))
        before = processor_seconds(self.server.pid)
        output, processor, wall = self.load(case, seconds, log=self.folder / "latency")
        used = processor_seconds(self.server.pid) - before
        # Each line of the log: client, transaction, latency in microseconds, ...
        latencies = []
        for path in self.folder.glob("latency.*"):
            latencies += [int(line.split()[2]) / 1000 for line in path.read_text().splitlines()]
            path.unlink()
        rate = float(next(line for line in output.splitlines() if line.startswith("tps")).split()[2])
        holds = int(self.ask("SELECT count(*) FROM hold")) - holds_before
        if holds != len(latencies):
            raise Failure(f"PostgreSQL recorded {holds} holds for {len(latencies)} calls: {self.server.log}")
        p50, p99 = figures.percentile(latencies, 0.5), figures.percentile(latencies, 0.99)
        return Figures(rate, p50, p99, used / wall, processor / wall, holds)
