"""Runs a load generator beside its servers and says how much processor time each side used."""

import dataclasses
import json
import time

from .node import program
from .processes import Beside, Failure, processor_seconds, run

# What is measured of the servers begins and ends so far inside of the measured span: a load starts a moment after its
# process does.
MARGIN_SECONDS = 0.3


@dataclasses.dataclass
class Figures:
    """What one run of one load gave. Cores are processor seconds by wall seconds; None where they are not known."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float
    server_cores: float | None
    client_cores: float | None
    # What else is to be said of this run.
    note: str = ""


class ServerTime(Beside):
    """Watches what processes use in a span of time that begins so many seconds from now, while something else runs."""

    def __init__(self, pids, after, seconds):
        self.pids = list(pids)
        self.after = after + MARGIN_SECONDS
        self.seconds = max(0.3, seconds - 2 * MARGIN_SECONDS)
        self.cores = None
        super().__init__()

    def used(self):
        return sum(processor_seconds(pid) for pid in self.pids)

    def watch(self):
        if self.leaving.wait(self.after):
            return
        before, started = self.used(), time.monotonic()
        self.leaving.wait(self.seconds)
        self.cores = (self.used() - before) / (time.monotonic() - started)


def peers_load(kind, port, load, pids, *arguments):
    """Runs `holdfast-peers`, which makes the load of Redis and etcd; gives the figures and its whole JSON."""
    regime = load.regime
    command = [program("holdfast-peers"), kind, "--port", port, "--connections", regime.connections]
    command += ["--in-flight", regime.in_flight, "--skus", load.skus, "--seed", time.monotonic_ns() % 10**15]
    command += ["--warmup-ms", load.warmup * 1000, "--measured-ms", load.seconds * 1000, *arguments]
    with ServerTime(pids, load.warmup, load.seconds) as servers:
        result = json.loads(run(command, load.warmup + load.seconds + 60))
    if result["failed"]:
        raise Failure(f"{kind}: {result['failed']} reservations failed: {'; '.join(result['complaints'])}")
    if load.regime.sold_out and result["granted"]:
        raise Failure(f"{kind}: {result['granted']} reservations of what is sold out were granted")
    found = Figures(
        result["reservationsPerSecond"],
        result["p50Microseconds"] / 1000,
        result["p99Microseconds"] / 1000,
        servers.cores,
        result["processorSeconds"] / result["seconds"],
    )
    return found, result
