"""PostgreSQL 15 with two standbys: a function a reservation, acknowledged when one standby has flushed it too."""

import os
import shutil

from . import figures
from .load import Figures, ServerTime
from .peers import STOCK
from .peers import PostgreSQL as Single
from .processes import Failure, end, free_ports, measured, wait_until

# Takes one unit of each of so many SKUs, drawn here as are the ids, which spares PostgreSQL the parsing of both. Rows are
# locked in order, so that two calls never wait for each other in a ring. All of a call is granted, or nothing is.
RESERVE_MANY = """
CREATE FUNCTION reserve_many(wanted int, sku_count int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  drawn int[] := ARRAY(SELECT 1 + floor(random() * sku_count)::int FROM generate_series(1, wanted));
  changed int;
BEGIN
  INSERT INTO hold SELECT gen_random_uuid(), one, 1, now() + interval '15 minutes' FROM unnest(drawn) AS one;
  IF sku_count > 1 THEN
    PERFORM FROM stock WHERE sku = ANY (drawn) ORDER BY sku FOR NO KEY UPDATE;
  END IF;
  UPDATE stock SET available = available - units, held = held + units
    FROM (SELECT one, count(*) AS units FROM unnest(drawn) AS one GROUP BY one) AS sums
    WHERE stock.sku = one AND available >= units;
  GET DIAGNOSTICS changed = ROW_COUNT;
  IF changed < (SELECT count(DISTINCT one) FROM unnest(drawn) AS one) THEN RAISE EXCEPTION 'out of stock'; END IF;
END $$;
"""

REPLICATED = {"wal_level": "replica", "max_wal_senders": "8", "hot_standby": "off", "wal_keep_size": "4GB"}
STANDBYS = ("standby1", "standby2")


class PostgreSQL(Single):
    """A primary and two standbys, or one server alone where the regime has one node."""

    def guarantee(self):
        return (
            "READ COMMITTED; a prepared call of a function (hold insert, stock update), synchronous_commit = on, ANY 1 "
            "of two standbys has flushed it; batches by one set-based function that draws SKUs and ids. pgbench -M prepared"
        )

    def takes(self, regime):
        """A connection carries one call at a time."""
        return regime.in_flight == 1 and not regime.sold_out

    def start(self, regime):
        self.server, self.standbys = None, []
        self.SETTINGS = Single.SETTINGS | (REPLICATED if regime.nodes > 1 else {})
        super().start()
        self.ask(RESERVE_MANY)
        if regime.nodes == 1:
            return
        for name in STANDBYS:
            self.standbys.append(self.start_standby(name))
        wait_until(self.has_standbys, 60, "waiting for PostgreSQL's standbys", self.server, pause_seconds=0.1)
        names = ", ".join(STANDBYS)
        self.ask(f"ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 ({names})'")
        self.ask("SELECT pg_reload_conf()")
        wait_until(self.is_synchronous, 20, "waiting for synchronous standbys", self.server, pause_seconds=0.1)

    def start_standby(self, name):
        data, [port] = self.folder / name, free_ports(1)
        self.tool(
            "pg_basebackup", "-h", "127.0.0.1", "-p", self.port, "-U", "bench", "-D", data, "-X", "stream", "-c", "fast"
        )
        (data / "standby.signal").touch()
        if self.identity:
            os.chown(data / "standby.signal", self.identity["user"], self.identity["group"])
        arguments = [self.BINARIES / "postgres", "-D", data, "-p", port, "-k", self.folder]
        settings = self.SETTINGS | {
            "primary_conninfo": f"host=127.0.0.1 port={self.port} user=bench application_name={name}"
        }
        for setting, value in settings.items():
            arguments += ["-c", f"{setting}={value}"]
        return self.workshop.start(arguments, f"postgres-{name}.log", cwd=self.folder, **self.identity)

    def has_standbys(self):
        return self.ask("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == str(len(STANDBYS))

    def is_synchronous(self):
        return self.ask("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'") == str(len(STANDBYS))

    def stop(self):
        """The primary first: a standby that is asked to end waits for nobody. What did not start is not there."""
        for server in (self.server, *self.standbys):
            if server is not None:
                end(server, 60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def measure(self, load):
        regime = load.regime
        stock = f"UPDATE stock SET available = {STOCK}, held = 0"
        for statement in ("TRUNCATE hold", stock, "VACUUM FULL stock", "CHECKPOINT"):
            self.ask(statement)
        self.bench(load, load.warmup)
        before = self.holds()
        with ServerTime([server.pid for server in (self.server, *self.standbys)], 0, load.seconds) as servers:
            output, processor, wall = self.bench(load, load.seconds, log=self.folder / "latency")
        latencies = self.latencies()
        granted = self.holds() - before
        if granted != len(latencies) * regime.batch:
            raise Failure(f"PostgreSQL recorded {granted} holds for {len(latencies)} calls: {self.server.log}")
        if self.ask("SELECT sum(held) FROM stock") != str(self.holds()):
            raise Failure("PostgreSQL: not as many units are held as there are holds")
        told = [line.split()[2] for line in output.splitlines() if line.startswith("tps")]
        if not told:
            raise Failure(f"PostgreSQL answered no call within {load.seconds} s")
        rate = float(told[0]) * regime.batch
        p50, p99 = figures.percentile(latencies, 0.5), figures.percentile(latencies, 0.99)
        return Figures(rate, p50, p99, servers.cores, processor / wall)

    def holds(self):
        return int(self.ask("SELECT count(*) FROM hold"))

    def bench(self, load, seconds, log=None):
        regime = load.regime
        call = f"SELECT reserve_many({regime.batch}, {load.skus})"
        if regime.batch == 1:
            call = f"\\set sku random(1, {load.skus})\nSELECT reserve(gen_random_uuid(), :sku, 1)"
        script = self.folder / "reserve.sql"
        script.write_text(call + ";\n")
        arguments = [self.BINARIES / "pgbench", "-h", "127.0.0.1", "-p", self.port, "-U", "bench", "-n", "-M", "prepared"]
        # One thread drives more calls than three servers on two cores answer; a second would take time from them.
        arguments += ["-c", regime.connections, "-j", 1, "-T", seconds, "-f", script]
        if log:
            arguments += ["-l", "--log-prefix", log]
        return measured([*arguments, "postgres"], seconds + 60, cwd=self.folder, **self.identity)

    def latencies(self):
        """In milliseconds. Each line of pgbench's log: client, transaction, latency in microseconds, ..."""
        found = []
        for path in self.folder.glob("latency.*"):
            found += [int(line.split()[2]) / 1000 for line in path.read_text().splitlines()]
            path.unlink()
        return found
