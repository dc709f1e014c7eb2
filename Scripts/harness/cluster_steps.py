"""What an operator does to a cluster on this host, each as whole steps that can be repeated after a failure."""

import json
import shutil
import signal

from . import cluster_wire, owned
from .cluster_wire import META
from .local_cluster import CRASHED, CUT_OFF, KILLED
from .processes import Failure, tail

HEALTH_SECONDS = 60


def up(cluster, count, zones=()):
    """A cluster of `count` nodes that serves: makes it, or starts what is stopped and adds what is missing."""
    if not cluster.members:
        found(cluster, zone_of(zones, 0))
    made = [member for member in cluster.members if member.is_made()]
    for member in made:
        if not member.is_running():
            cluster.progress(f"starting node {member.number or member.name} at {member.address}")
            cluster.launch(member)
    for member in made:
        cluster.await_answer(member)
    for member in cluster.members:
        if member not in made:
            resumed(cluster, member)
    missing = range(len(cluster.members), count)
    for index in missing:
        join(cluster, zone_of(zones, index))
    cluster.progress("waiting until the cluster is healthy")
    cluster.await_health(HEALTH_SECONDS)
    if missing:
        rebalance(cluster)


def zone_of(zones, index):
    return zones[index % len(zones)] if zones else ""


def found(cluster, zone):
    """Makes the first node's directory. Only where the folder has no member: a second cluster is never begun."""
    member = cluster.new_member(zone)
    cluster.progress(f"making a new cluster with node 1 at {member.address}")
    cluster.members.append(member)
    make(cluster, member)


def make(cluster, member):
    """Makes a member's data directory, or goes on where that was broken off. The member is written down before, so that no
    number of the cluster and no folder is ever without one."""
    cluster.save()
    if member.is_made():
        return
    is_first = cluster.names_given == 1
    command = member.init_command(cluster.shape) if is_first else member.join_command(cluster.any_running())
    cluster.execute(member, command)


def join(cluster, zone="", joining=False, replaces=0):
    """Makes a further node and starts it. It has no replica until the cluster gives it some."""
    cluster.any_running()  # says what is wrong before anything is written down
    member = cluster.new_member(zone)
    member.joining, member.replaces = joining, replaces
    cluster.members.append(member)
    make(cluster, member)
    cluster.launch(member)
    cluster.await_answer(member)
    cluster.progress(f"node {member.number} joined at {member.address}")
    return member


def add(cluster, zone="", seconds=600):
    """A further node that carries its share: joins it, has replicas moved to it, and waits until they are there.

    One that joined and did not come so far, because this was broken off, goes on: no second one is made."""
    begun = [one for one in cluster.members if one.joining and not one.replaces and zone in ("", one.zone)]
    member = resumed(cluster, begun[0]) if begun else join(cluster, zone, joining=True)
    return give_share(cluster, member, seconds)


def resumed(cluster, member):
    """Goes on with a member that an earlier run began with."""
    cluster.progress(f"going on with {member.name}, which was begun before")
    make(cluster, member)
    if not member.is_running():
        cluster.launch(member)
    cluster.await_answer(member)
    return member


def give_share(cluster, member, seconds):
    cluster.progress(f"moving replicas to node {member.number}")
    cluster.tool("cluster", "add", member.number, "--wait", seconds=seconds)
    member.joining = False
    cluster.save()
    return member


def split(cluster, shard, slots="", by_load=False, seconds=600):
    """A new shard that takes a part of a shard's slots; gives its number when it has them and all is well."""
    how = (["--slots", slots] if slots else []) + (["--by-load"] if by_load else [])
    cluster.progress(f"splitting shard {shard}")
    before = inventory_shards(cluster)
    cluster.tool("cluster", "split", shard, *how, "--wait", "--reason", "Scripts/cluster split", seconds=seconds)
    cluster.await_health(HEALTH_SECONDS)
    made = [one for one in inventory_shards(cluster) if one not in before]
    cluster.progress(f"shard {made[0]} has its slots" if made else "no shard was made")
    return made[0] if made else None


def inventory_shards(cluster):
    return [one["shard"] for one in shard_records(cluster) if one["shard"] != META]


def shard_records(cluster):
    """What the cluster says about each shard, the meta shard first."""
    return [json.loads(line) for line in cluster.tool("cluster", "shards", "--json").splitlines()]


def rebalance(cluster, seconds=600):
    cluster.progress("spreading replicas and leaders")
    cluster.tool("cluster", "rebalance", "--wait", seconds=seconds)
    cluster.await_health(HEALTH_SECONDS)
    # Whoever joined has its share now, whatever was begun with it.
    for member in cluster.members:
        member.joining, member.replaces = False, 0
    cluster.save()


def drain(cluster, number, seconds=600):
    """Moves leaders and replicas off a node and waits until it has none. It goes on running."""
    cluster.member(number)
    cluster.progress(f"moving leaders and replicas off node {number}")
    cluster.tool("cluster", "drain", number, "--wait", seconds=seconds)


def decommission(cluster, number, force=False, erase=False, through=None):
    """Stops a drained node and takes it out of the cluster for good; its number never comes back.

    In this order its callers are told to go elsewhere while the others still answer it. Through another node: the one that
    goes can hardly tell that it went."""
    member = cluster.member(number)
    through = through or cluster.any_running(but=[member])
    if force:
        await_dead(cluster, member, through)
    elif is_drained(cluster, member, through):
        cluster.stop(member)
    try:
        cluster.tool("cluster", "decommission", number, *(["--force"] if force else []), through=through)
    except Failure as failure:
        if member.is_running():
            raise
        raise Failure(f"{failure}\nnode {number} is stopped meanwhile: repeat this, or start it again") from failure
    cluster.stop(member)
    cluster.members.remove(member)
    cluster.save()
    if erase:
        shutil.rmtree(member.folder)
    cluster.progress(f"node {number} is out; its folder {member.folder} is " + ("erased" if erase else "kept"))
    return member


def replace(cluster, number, erase=False, seconds=600):
    """A new node in the place of one whose disk is lost or damaged, or that is to go; gives the new one.

    One that runs leaves in good order, after the new one is there: at no time are there fewer nodes than before."""
    begun = [member for member in cluster.members if member.replaces == number]
    # Joins first, so that what is broken off leaves a trace to go on from.
    added = resumed(cluster, begun[0]) if begun else join(cluster, cluster.member(number).zone, joining=True, replaces=number)
    # Out already, when this was broken off behind that.
    old = next((member for member in cluster.members if member.number == number), None)
    if old is not None and not old.is_running():
        decommission(cluster, number, force=True, erase=erase)
    if added.joining:
        give_share(cluster, added, seconds)
    if old in cluster.members:
        drain(cluster, number, seconds)
        decommission(cluster, number, erase=erase)
    added.replaces = 0
    cluster.save()
    return added


def is_drained(cluster, member, through):
    """Whether a node would be let go without force."""
    records = records_of(cluster, member, through)
    return any(node["state"] == "DRAINING" and not node["replica_count"] for node in records)


def records_of(cluster, member, through):
    """What the cluster says about a node; nothing about one that it does not know."""
    lines = cluster.tool("cluster", "nodes", "--json", through=through).splitlines()
    return [node for node in map(json.loads, lines) if node["node_id"] == member.number]


def await_dead(cluster, member, through):
    """Waits until the cluster takes a node that does not run for dead: before that it would not let go of it by force."""
    if member.is_running():
        raise Failure(f"node {member.number} runs: drain it, and decommission it without --force")

    def is_dead():
        return not any(node["is_live"] for node in records_of(cluster, member, through))

    owned.wait_for(is_dead, HEALTH_SECONDS, f"waiting until the cluster takes node {member.number} for dead")


def start(cluster, number):
    member = cluster.member(number)
    cluster.launch(member)
    cluster.await_answer(member)


def rolling_restart(cluster, seconds=HEALTH_SECONDS):
    """Each node in turn: stop, start, wait until it caught up and nothing is wrong. Refused while something is wrong,
    because a node less would then be one too many. Gives the numbers of those that cut callers off."""
    wrong = cluster.findings()
    if wrong:
        raise Failure("a rolling restart begins with a healthy cluster: " + "; ".join(wrong))
    cut_off = []
    for member in sorted(cluster.members, key=lambda one: one.number):
        cluster.progress(f"restarting node {member.number}")
        how = cluster.stop(member)
        if how == KILLED:
            raise Failure(f"node {member.number} did not end within its time and was killed; the restart stops here")
        if how == CRASHED:
            raise Failure(f"node {member.number} crashed on its way out; the restart stops here\n{tail(member.log)}")
        if how == CUT_OFF:
            cut_off.append(member.number)
        cluster.launch(member)
        cluster.await_answer(member)
        await_caught_up(cluster, member, seconds)
        cluster.await_health(seconds)
    return cut_off


def await_caught_up(cluster, member, seconds):
    """Waits until the node has applied all that the others knew to be committed when the wait began."""
    others = cluster.statuses([other for other in cluster.running() if other is not member])

    def caught_up():
        status = cluster_wire.node_status(member.host, member.port)
        return status is not None and not cluster_wire.behind(status, others)

    owned.wait_for(caught_up, seconds, f"waiting until node {member.number} has caught up", member.is_running)


def down(cluster, erase=False):
    """Stops all nodes at once; gives the numbers of those that did not end in order."""
    running = cluster.running()
    for member in running:
        owned.send(member.pid, member.start, signal.SIGTERM)
    ended = [(member.number, cluster.stop(member, asked=True)) for member in running]
    if erase:
        for member in cluster.members:
            shutil.rmtree(member.folder, ignore_errors=True)
        cluster.state_file.unlink(missing_ok=True)
    return {how.replace(" ", "_"): [number for number, one in ended if one == how] for how in (KILLED, CUT_OFF, CRASHED)}
