"""The command line of Scripts/cluster."""

import argparse
import json
import pathlib
import signal
import sys

from . import cluster_steps as steps
from . import figures
from .local_cluster import DRAINED, LocalCluster
from .processes import Failure

ABOUT = """\
Runs a Holdfast cluster on this host: every node a process, everything in one folder. It is for trying things out and for
tests; the steps are those of a real cluster, made of the same `holdfastd init|join` and `holdfast cluster ...`.

  Scripts/cluster up 3 --dir /tmp/hf        three nodes, one cluster; prints where they serve
  Scripts/cluster status --dir /tmp/hf      processes, and how the cluster is
  Scripts/cluster kill 2 --dir /tmp/hf      SIGKILL; the others go on
  Scripts/cluster start 2 --dir /tmp/hf     it comes back and catches up
  Scripts/cluster pause 2 --dir /tmp/hf     SIGSTOP: it is there and does nothing ...
  Scripts/cluster resume 2 --dir /tmp/hf    ... until it goes on
  Scripts/cluster add --dir /tmp/hf         a fourth node that gets its share of the replicas
  Scripts/cluster drain 4 --dir /tmp/hf     leaders and replicas leave node 4 ...
  Scripts/cluster decommission 4 --dir /tmp/hf   ... and it is out
  Scripts/cluster replace 2 --dir /tmp/hf   a new node in the place of one whose disk is lost
  Scripts/cluster split 1 --by-load --dir /tmp/hf   a new shard takes the busier half of shard 1's work
  Scripts/cluster rebalance --dir /tmp/hf   replicas and leaders evenly over the nodes
  Scripts/cluster rolling-restart --dir /tmp/hf  one after the other, while the cluster serves
  Scripts/cluster down --dir /tmp/hf        stops the nodes; `up` starts them again
"""

ENDING = """\
Needs the programs: swift build -c release. Nodes go on running when this script ends. With --json the result is one JSON
object on standard output; progress is on standard error. Exit codes: 0 done, 1 not done (the reason is the last line),
2 wrong usage.
"""


def parse(arguments):
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--dir", required=True, metavar="DIR", help="the folder of the cluster")
    common.add_argument("--json", action="store_true", help="the result as JSON on standard output")
    parser = argparse.ArgumentParser(
        prog="Scripts/cluster", description=ABOUT, epilog=ENDING, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name, help, description=None):
        made = commands.add_parser(name, help=help, description=description or help, parents=[common])
        return made

    def of_node(name, help, description=None):
        made = command(name, help, description)
        made.add_argument("node", type=int, metavar="NODE", help="the node's number in the cluster, as status tells it")
        return made

    up = command(
        "up",
        "makes a cluster of N nodes, or starts it again",
        "In an empty folder: makes node 1 (holdfastd init), the others join it. In the folder of a cluster: starts the "
        "nodes that are stopped and adds what is missing to N. Ends when `holdfast cluster check` finds nothing wrong.",
    )
    up.add_argument("count", type=int, metavar="N")
    up.add_argument("--shards", type=int, metavar="N", help="inventory shards of a new cluster (the program's default)")
    up.add_argument("--stores", type=int, metavar="N", default=1, help="event loops a node of a new cluster (1)")
    up.add_argument("--zones", default="", metavar="A,B,C", help="failure domains, given to the nodes in turn")
    up.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of holdfastd for every node; repeatable"
    )
    down = command("down", "stops all nodes (SIGTERM)")
    down.add_argument("--erase", action="store_true", help="and deletes their data")
    adding = command("add", "joins one more node and moves its share of the replicas to it")
    adding.add_argument("--zone", default="", help="its failure domain")
    of_node("drain", "moves leaders and replicas off a node; it goes on running")
    out = of_node("decommission", "takes a drained node out of the cluster for good and stops it")
    out.add_argument("--force", action="store_true", help="although it is dead and its replicas could not leave")
    out.add_argument("--erase", action="store_true", help="and deletes its data")
    new = of_node(
        "replace",
        "a new node in the place of one whose disk is lost or damaged",
        "A new node joins. One that is stopped is taken out by force, then the new one gets its share; one that runs is "
        "drained and taken out when the new one has it. Broken off, it goes on where it was when it is called again. A "
        "number never comes back: a disk that forgot what it promised is no member.",
    )
    new.add_argument("--erase", action="store_true", help="and deletes the old one's data")
    split = command(
        "split",
        "makes a new shard that takes a part of a shard's slots, while all are served",
        "Without --slots or --by-load the upper half of the slots. Ends when the new shard has them and "
        "`holdfast cluster check` finds nothing wrong.",
    )
    split.add_argument("shard", type=int, metavar="SHARD", help="the shard's number, as status tells it")
    split.add_argument("--slots", default="", metavar="FIRST-LAST", help="which slots")
    split.add_argument("--by-load", action="store_true", help="halve the work instead of the number of slots")
    command("rebalance", "spreads replicas and leaders evenly over the nodes")
    command("rolling-restart", "restarts the nodes one after the other, each only when all is well")
    of_node("kill", "SIGKILL: as if the process had crashed")
    of_node("stop", "SIGTERM: the node hands over and ends")
    of_node("start", "starts a node that is stopped")
    of_node("pause", "SIGSTOP: as if its machine hung; its connections stay and nobody answers")
    of_node("resume", "SIGCONT: a paused node goes on")
    command("status", "processes, and how the cluster is")
    logs = of_node("logs", "the last lines of a node's log")
    logs.add_argument("--lines", type=int, default=50, metavar="N")
    options = parser.parse_args(arguments)
    if options.command == "up" and options.count < 1:
        parser.error("at least one node")
    return options


def process_rows(cluster):
    rows = []
    for member in cluster.members:
        running = member.is_running()
        state = "serving" if running and member.serves() else "running" if running else "stopped"
        rows.append(
            {
                "node": member.number,
                "name": member.name,
                "address": member.address,
                "peer_address": member.peer_address,
                "zone": member.zone,
                "state": state,
                "pid": member.pid if running else None,
                "data": str(member.data),
                "log": str(member.log),
            }
        )
    return rows


def status(cluster, options):
    rows = process_rows(cluster)
    serving = any(row["state"] == "serving" for row in rows)
    if options.json:
        told = json.loads(cluster.tool("cluster", "status", "--json")) if serving else None
        return {"nodes": rows, "cluster": told}
    shown = [[row[key] or "-" for key in ("node", "address", "zone", "state", "pid", "data")] for row in rows]
    print(figures.table(["node", "address", "zone", "process", "pid", "data"], shown))
    if serving:
        print()
        print(cluster.tool("cluster", "status").rstrip())
    return None


def perform(cluster, options):
    """Does what was asked; the result for --json, or None where it was printed."""
    name = options.command
    if name == "up":
        if not cluster.members:
            cluster.shape = ["--stores", str(options.stores)]
            cluster.shape += ["--shards", str(options.shards)] if options.shards else []
            cluster.flags = settings(options.set)
        steps.up(cluster, options.count, [zone for zone in options.zones.split(",") if zone])
    elif name == "down":
        return steps.down(cluster, options.erase)
    elif name == "add":
        return {"node": steps.add(cluster, options.zone).number}
    elif name == "drain":
        steps.drain(cluster, options.node)
    elif name == "decommission":
        steps.decommission(cluster, options.node, options.force, options.erase)
    elif name == "replace":
        return {"node": steps.replace(cluster, options.node, options.erase).number}
    elif name == "split":
        return {"shard": steps.split(cluster, options.shard, options.slots, options.by_load)}
    elif name == "rebalance":
        steps.rebalance(cluster)
    elif name == "rolling-restart":
        steps.rolling_restart(cluster)
    elif name == "kill":
        cluster.kill(cluster.member(options.node))
    elif name == "stop":
        how = cluster.stop(cluster.member(options.node))
        return {"drained": how == DRAINED, "ended": how}
    elif name == "pause":
        cluster.signal(cluster.member(options.node), signal.SIGSTOP)
    elif name == "resume":
        cluster.signal(cluster.member(options.node), signal.SIGCONT)
    elif name == "start":
        steps.start(cluster, options.node)
    return {"nodes": process_rows(cluster)}


def settings(pairs):
    """`["log-level=debug"]` as flags of holdfastd."""
    flags = []
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name or not equals:
            raise Failure(f"--set wants NAME=VALUE, not '{pair}'")
        flags += [f"--{name}", value]
    return flags


def logs(cluster, options):
    text = cluster.member(options.node).log.read_text(errors="replace").splitlines()[-options.lines :]
    return {"lines": text} if options.json else print("\n".join(text))


def main(arguments):
    options = parse(arguments)
    known = pathlib.Path(options.dir, "cluster.json").exists()
    if not known and options.command != "up":
        raise Failure(f"there is no cluster in {options.dir}; make one: Scripts/cluster up 3 --dir {options.dir}")
    cluster = LocalCluster(options.dir, progress=lambda text: print(f"cluster: {text}", file=sys.stderr, flush=True))
    if options.command == "logs":
        result = logs(cluster, options)
    elif options.command == "status":
        result = status(cluster, options)
    else:
        with cluster.locked():
            result = perform(cluster, options)
        if not options.json:
            print(f"cluster: {options.command}: done", file=sys.stderr)
            if options.command in ("up", "add"):
                addresses = ",".join(member.address for member in cluster.members)
                print(f"HOLDFAST_ADDRESS={cluster.members[0].address}  # all: {addresses}")
    if options.json:
        print(json.dumps(result, indent=2))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        print(f"cluster: error: {failure}", file=sys.stderr)
        sys.exit(1)
