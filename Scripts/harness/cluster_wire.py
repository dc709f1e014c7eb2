"""What a node says about itself and the cluster, read with `wire` from ClusterService.GetStatus."""

import contextlib
import dataclasses

from . import wire
from .http2 import Connection, Gone
from .processes import Failure

GET_STATUS = "/holdfast.v1.ClusterService/GetStatus"
LEADER = 1
# The number of the meta shard, which every node has.
META = 0


@dataclasses.dataclass
class Replica:
    """One replica as its own node sees it."""

    shard: int
    role: int
    term: int
    commit: int
    applied: int
    last: int
    leader: int
    outbox: int  # parts of other shards that have not heard from this one yet what became of them
    waiting: int  # parts here that have not heard yet
    is_joint: bool  # its members are being replaced: the old voters and the new ones both have to agree


@dataclasses.dataclass
class NodeStatus:
    number: int
    version: str
    replicas: list
    alarms: list
    # Since it was started; 0 where its program does not tell.
    snapshots_installed: int = 0

    def leads(self):
        return [replica.shard for replica in self.replicas if replica.role == LEADER]


def node_status(host, port, timeout_seconds=3):
    """The status of a node, or None where it does not answer."""
    with contextlib.suppress(OSError, Gone, Failure), Connection(port, timeout_seconds, host=host) as connection:
        answer = connection.call(GET_STATUS, b"")
        if answer:
            return read_status(answer[0])
    return None


def read_status(message):
    fields = wire.read(message)
    replicas = []
    stores = [wire.read(store) for store in fields.get(5, [])]
    for store in stores:
        for shard in store.get(3, []):
            found = wire.read(shard)
            own = [found.get(number, [0])[-1] for number in (1, 2, 3, 4, 5, 6, 10)]
            across = wire.read(found.get(11, [b""])[-1])
            replicas.append(Replica(*own, *(across.get(number, [0])[-1] for number in (1, 3)), bool(found.get(12, [0])[-1])))
    alarms = [
        (wire.text(wire.one(alarm, 1, default=b"")), wire.text(wire.one(alarm, 2, default=b"")))
        for alarm in fields.get(6, [])
    ]
    installed = sum(store.get(22, [0])[-1] for store in stores)
    return NodeStatus(wire.one(message, 1), wire.text(wire.one(message, 2, default=b"")), replicas, alarms, installed)


def leaders(statuses):
    """`{shard: number of its leader}` from what several nodes say: of two who say they lead, the one of the newer term."""
    found = {}
    for status in statuses:
        for replica in status.replicas:
            if replica.role == LEADER and replica.term >= found.get(replica.shard, (0, 0))[0]:
                found[replica.shard] = (replica.term, status.number)
    return {shard: number for shard, (_, number) in sorted(found.items())}


def in_doubt(statuses):
    """`{shard: (outbox, waiting)}` of each shard whose leader has something under way with other shards; None instead of
    the counts where nobody leads it, so that nothing is known of it."""
    led = leaders(statuses)
    found = {}
    for status in statuses:
        for replica in status.replicas:
            if replica.shard not in led:
                found[replica.shard] = None
            elif led[replica.shard] == status.number and (replica.outbox or replica.waiting):
                found[replica.shard] = (replica.outbox, replica.waiting)
    return dict(sorted(found.items()))


def behind(status, others):
    """Shards whose replica on a node has applied less than the others knew to be committed when they were asked."""
    wanted = {}
    for other in others:
        for replica in other.replicas:
            wanted[replica.shard] = max(wanted.get(replica.shard, 0), replica.commit)
    return [replica.shard for replica in status.replicas if replica.applied < wanted.get(replica.shard, 0)]
