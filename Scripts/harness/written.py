"""What a replica writes for each reservation, by the kernel's count of what each thread of a node wrote."""

import pathlib

from . import cluster_steps, node
from .peer_holdfast import OwnCluster
from .processes import Failure

# Threads whose writing is not for this reservation: RocksDB's compactions, and who makes log segments ahead of their use.
LEFT_OUT = {"rocksdb:low", "log-files"}
# More of the log to replay, and the state is flushed: often enough for many flushes within a measurement.
REPLAY_BYTES = 4 << 20
LOAD = {"prefix": "costs", "skus": 10_000, "connections": 16, "in_flight": 16, "no_verify": True}


def cost(workshop, count):
    """Bytes a reservation on the replica that wrote most, over so many."""
    cluster = OwnCluster(workshop, "written", ["--replay-bytes-max", str(REPLAY_BYTES)])
    cluster.shape = ["--stores", "1", "--shards", "1"]
    with cluster.locked():
        cluster_steps.up(cluster, 3)
        target = cluster.members[0]
        node.bench(target, "run", count=count // 10, **LOAD)
        before = [written(member.pid) for member in cluster.members]
        result = node.bench(target, "run", count=count, no_setup=True, **LOAD)
        after = [written(member.pid) for member in cluster.members]
        cluster_steps.down(cluster)
    if result["reservations"] != {"done": count}:
        raise Failure(f"not every reservation made a hold: {result['reservations']}")
    return max(late - early for late, early in zip(after, before)) / count


def written(pid):
    """Bytes that a process's threads have written, sockets not among them: those that the file systems took."""
    total = 0
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        if (thread / "comm").read_text().strip() in LEFT_OUT:
            continue
        fields = dict(line.split(": ") for line in (thread / "io").read_text().splitlines())
        total += int(fields["write_bytes"])
    return total
