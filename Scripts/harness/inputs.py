"""What a reservation takes of each part of a system: the inputs of a plan for more machines than there are here."""

import pathlib

from . import node, written
from .processes import Failure, processor_seconds

SKUS = 10_000
# name: what the callers do, and how many reservations are measured.
LOADS = {
    "1 a call, 16 x 16": ({"connections": 16, "in_flight": 16}, 300_000),
    "100 a call, 16 x 1": ({"connections": 16, "in_flight": 1, "batch": 100}, 600_000),
    "1,000 a call, 4 x 1": ({"connections": 4, "in_flight": 1, "batch": 1_000}, 600_000),
}
HEADS = ["nodes", "load", "rate", "leader", "follower", "client", "wire", "written"]
EXPLANATION = """
inputs    of one node and of three with one shard, for each reservation: microseconds of processor that the leader takes, that
          a follower takes, and that the client takes, kernel included; bytes that go over loopback, headers included, all
          together; bytes that a replica writes (as Scripts/bench counts them)
"""


def measure(made, name):
    """One row of the table, of a cluster that is up."""
    load, count = LOADS[name]
    usual = {"prefix": f"inputs-{len(name)}", "skus": SKUS, "no_verify": True, "deadline_ms": 30_000}
    target = made.members[0]
    node.bench(target, "run", count=count // 10, **usual, **load)
    before, wire = [seen(member) for member in made.members], loopback_bytes()
    result = node.bench(target, "run", count=count, no_setup=True, **usual, **load)
    after, wire = [seen(member) for member in made.members], loopback_bytes() - wire
    if result["reservations"] != {"done": count}:
        raise Failure(f"not every reservation made a hold: {result['reservations']}")
    used = sorted(((late[0] - early[0]) * 1e6 / count for early, late in zip(before, after)), reverse=True)
    wrote = max(late[1] - early[1] for early, late in zip(before, after)) / count
    client = result["client"]
    client_seconds = client["processorSecondsUser"] + client["processorSecondsSystem"]
    return {
        "nodes": len(made.members),
        "load": name,
        "rate": result["reservationsPerSecond"],
        "leader": used[0],
        "follower": sum(used[1:]) / len(used[1:]) if used[1:] else None,
        "client": client_seconds * 1e6 / count,
        "wire": wire / count,
        "written": wrote,
    }


def seen(member):
    return processor_seconds(member.pid), written.written(member.pid)


def loopback_bytes():
    """What was received on loopback, by all that runs on this machine."""
    for line in pathlib.Path("/proc/net/dev").read_text().splitlines():
        name, _, counts = line.partition(":")
        if name.strip() == "lo":
            return int(counts.split()[0])
    raise Failure("this machine has no loopback device")


def shown(found):
    follower = "" if found["follower"] is None else f"{found['follower']:.2f}"
    return [
        found["nodes"],
        found["load"],
        f"{found['rate']:,.0f}/s",
        f"{found['leader']:.2f}",
        follower,
        f"{found['client']:.2f}",
        f"{found['wire']:,.0f}",
        f"{found['written']:,.0f}",
    ]
