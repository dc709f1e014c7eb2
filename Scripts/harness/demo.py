"""A cluster from its first minute: a catalogue, a flash sale in which a leader dies, and the proof that nothing was lost."""

import argparse
import json
import sys
import time

from . import cluster_steps as steps
from . import node
from .local_cluster import DRAINED
from .processes import Failure, Workshop, tail
from .stage import ClusterUnderTest

NODES = 3
BUYERS = 400_000
UNITS = 100_000
# Of the sale, before its leader is killed.
SALE_SECONDS = 0.7
LINES_SHOWN = 12
KINDS = {"TSHIRT": "T-shirt", "HOODIE": "Hoodie", "SNEAKER": "Sneaker"}
SIZES = range(36, 47)


def say(text=""):
    print(text, flush=True)


def step(number, title):
    say()
    say(f"{number}. {title}")


def show(server, *arguments):
    """A command as one would type it, and its answer."""
    command, output = node.tool(server, *arguments)
    say(f"   $ {command}")
    lines = output.splitlines()
    for line in lines[:LINES_SHOWN]:
        say(f"   {line}")
    if len(lines) > LINES_SHOWN:
        say(f"   ... and {len(lines) - LINES_SHOWN} lines more")
    return lines


def expect(found, wanted, what):
    if found != wanted:
        raise Failure(f"{what}: {found}, not {wanted}")


def load_catalogue(workshop, server):
    skus = workshop.path("catalogue.csv")
    rows = [f'{kind}-{size},"{name}, size {size}"' for kind, name in KINDS.items() for size in SIZES]
    skus.write_text("\n".join(["sku,name", *rows]) + "\n")
    stock = workshop.path("delivery.csv")
    rows = [f"{kind}-{size},BER1,{10 * size},PO-7781" for kind in KINDS for size in SIZES]
    stock.write_text("\n".join(["sku,location,quantity,reason", *rows]) + "\n")
    show(server, "location", "put", "BER1", "--name", "Berlin")
    show(server, "sku", "put", "--csv", skus)
    show(server, "stock", "receive", "--csv", stock)
    show(server, "reserve", "SNEAKER-42=2", "--ttl", "10m")
    return show(server, "stock", "show", "SNEAKER-42")


def busiest_leader(cluster, seconds=0.1):
    """The member that leads the shard whose log grows fastest just now."""

    def commits():
        found = {}
        for status in cluster.statuses():
            for replica in status.replicas:
                found[replica.shard] = max(found.get(replica.shard, 0), replica.commit)
        return found

    before = commits()
    time.sleep(seconds)
    grown = {shard: commit - before.get(shard, 0) for shard, commit in commits().items()}
    shard = max(sorted(grown), key=grown.get)
    return shard, cluster.leader_of(shard)


def flash_sale(workshop, cluster, everyone):
    """One SKU, more buyers than units, and SIGKILL for the node that leads its shard in the middle of it."""
    result = workshop.path("sale.json")
    options = {"buyers": BUYERS, "stock": UNITS, "connections": 64, "in_flight": 16, "deadline_ms": 20_000}
    sale = workshop.start(node.bench_arguments(everyone, "flash-sale", json=result, **options), "sale.log")
    time.sleep(SALE_SECONDS)
    shard, victim = busiest_leader(cluster)
    if sale.poll() is not None:
        raise Failure("the sale was over before its leader could be killed")
    cluster.kill(victim)
    say(f"   in the middle of it node {victim.number}, which led the SKU's shard {shard}, got SIGKILL")
    if sale.wait(120) != 0:
        raise Failure(f"the sale ended with {sale.returncode}\n{tail(sale.log)}")
    found = json.loads(result.read_text())
    expect(found["reservations"], {"done": UNITS, "out_of_stock": BUYERS - UNITS}, "how the buyers fared")
    check = found["verification"]
    expect((check["isFine"], check["unitsHeldOrAllocated"]), (True, UNITS), "the sale's verification")
    say(f"   {UNITS:,} buyers have one; {BUYERS - UNITS:,} heard that it is sold out; nobody's call failed")
    say(f"   {found['seconds']:.1f} s for all of them, with {found['timeline']['longestGapMilliseconds']:.0f} ms without a success")
    say(f"   each hold was looked up again: {check['unitsHeldOrAllocated']:,} units held, none sold twice")
    return victim


def tell(workshop):
    cluster = ClusterUnderTest(workshop, lambda text: say(f"   {text}"))
    step(1, f"{NODES} nodes become a cluster: holdfastd init for the first, holdfastd join for the others")
    started = time.monotonic()
    steps.up(cluster, NODES)
    say(f"   all {NODES} serve after {time.monotonic() - started:.1f} s; their data: {cluster.directory}")
    first = cluster.members[0]
    everyone = Everyone(cluster)
    show(first, "cluster", "nodes")
    step(2, "A catalogue and a delivery are loaded from CSV files, and the first two pairs are reserved")
    shown = load_catalogue(workshop, first)
    step(3, f"Flash sale: {BUYERS:,} buyers want one unit each, there are {UNITS:,}")
    victim = flash_sale(workshop, cluster, everyone)
    step(4, "The dead node is started again, and catches up")
    started = time.monotonic()
    steps.start(cluster, victim.number)
    cluster.await_health(60)
    say(f"   {time.monotonic() - started:.1f} s later the cluster is as it should be")
    show(first, "cluster", "check")
    step(5, "Proof that nothing acknowledged was lost")
    show(first, "verify")
    for member in cluster.members:
        expect(show(member, "stock", "show", "SNEAKER-42"), shown, f"the stock as node {member.number} shows it now")
    step(6, "The nodes are asked to stop")
    for member in cluster.members:
        expect(cluster.stop(member), DRAINED, f"how node {member.number} ended")
        expect(cluster.exit_code(member, 30), 0, f"exit code of node {member.number} after SIGTERM")
    say("   each handed its leaders over, drained, and ended with exit code 0")


class Everyone:
    """All nodes as one address, for a client that goes on when one of them dies."""

    def __init__(self, cluster):
        self.address = ",".join(member.address for member in cluster.members)


def main(arguments):
    parser = argparse.ArgumentParser(prog="Scripts/demo", description=__doc__)
    parser.add_argument("--dir", metavar="DIR", help="work in DIR and keep the data and the logs")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    with Workshop("demo", keep=options.dir) as workshop:
        tell(workshop)
    say()
    say(f"All of it held, in {time.monotonic() - started:.0f} s." + (f" The data is in {options.dir}." if options.dir else ""))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"\ndemo: FAILED: {failure}")
