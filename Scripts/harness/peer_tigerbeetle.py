"""TigerBeetle, three replicas, with its own benchmark, where the environment's TIGERBEETLE names a binary."""

import functools
import os
import re
import shutil

from .load import Figures, ServerTime
from .processes import Failure, answers, end, free_ports, measured, run, wait_until

# Its benchmark ends by count, not by time: about as many transfers as it was seen to make in a second.
TRANSFERS_A_SECOND = {1: 1_500, 100: 30_000, 1000: 100_000}


RATE = r"load accepted\s*=\s*([\d.]+)"


class TigerBeetle:
    """A pending transfer is its hold: it takes from an account's balance until it is posted or voided."""

    name = "tigerbeetle"

    def __init__(self, workshop):
        self.workshop = workshop
        self.binary = os.environ["TIGERBEETLE"]

    def version(self):
        return run([self.binary, "version"], 20).split()[2]

    def guarantee(self):
        return (
            "viewstamped replication, O_DIRECT writes on a majority, strict serializable. Its own benchmark with "
            "--transfer-pending; latency by its buckets of 1 ms; its p50 and p99 are those of a batch"
        )

    def takes(self, regime):
        return regime.nodes == 3 and not regime.sold_out and regime.in_flight == 1 and regime.connections <= 32

    def start(self, regime):
        self.ports = free_ports(regime.nodes)
        self.addresses = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        self.servers = []
        self.folder = self.workshop.path("tigerbeetle")
        self.folder.mkdir()
        for index, port in enumerate(self.ports):
            file = self.folder / f"0_{index}.tigerbeetle"
            run([self.binary, "format", "--cluster=0", f"--replica={index}", "--replica-count=3", file], 120)
            command = [self.binary, "start", f"--addresses={self.addresses}", "--cache-grid=1GiB", file]
            self.servers.append(self.workshop.start(command, f"tigerbeetle-{port}.log"))
        for port, server in zip(self.ports, self.servers):
            wait_until(functools.partial(answers, port), 60, "waiting for TigerBeetle", server, pause_seconds=0.1)

    def stop(self):
        for server in self.servers:
            end(server)
        shutil.rmtree(self.folder, ignore_errors=True)

    def measure(self, load):
        regime = load.regime
        command = [self.binary, "benchmark", f"--addresses={self.addresses}", "--transfer-pending", "--query-count=0"]
        command += [f"--transfer-batch-size={regime.batch}", f"--clients={regime.connections}"]
        command += [f"--transfer-count={TRANSFERS_A_SECOND[regime.batch] * load.seconds}"]
        # Its least number of accounts is two, of which a hot one is always the one debited.
        command += ["--account-count=2", "--account-count-hot=1"] if load.skus == 1 else [f"--account-count={load.skus}"]
        with ServerTime([server.pid for server in self.servers], 0, load.seconds / 2) as servers:
            output, processor, wall = measured(command, load.seconds * 20 + 120)
        rate = found(output, RATE)
        p50, p99 = (latency(output, percent) for percent in (50, 99))
        return Figures(rate, p50, p99, servers.cores, processor / wall, note="its own benchmark")


def found(output, pattern):
    match = re.search(pattern, output)
    if match is None:
        raise Failure(f"TigerBeetle's benchmark says nothing like '{pattern}':\n{output[-2000:]}")
    return float(match.group(1))


def latency(output, percent):
    """In milliseconds; some versions print microseconds."""
    pattern = rf"batch latency p0*{percent}\s*=\s*([\d.]+)"
    unit = re.search(pattern + r"\s*(ms|us)", output)
    value = found(output, pattern)
    return value / 1000 if unit and unit.group(2) == "us" else value
