"""Makes the profile that release builds are compiled with."""

import argparse
import os
import pathlib
import shutil
import sys

from . import cluster_steps, node
from .peer_holdfast import OwnCluster
from .processes import ROOT, Failure, Workshop, run

PROFILE = ROOT / "Sources" / "release.profdata"
# A folder of its own: the programs of the usual one stay as they are.
SCRATCH = ROOT / ".build" / "profiling"
BUILD_SECONDS = 1_800

# What the programs do while they count, each for so many seconds; what a storefront does most is run longest.
ONE_NODE = [
    (6, {"prefix": "uniform", "skus": 10_000, "connections": 16, "in_flight": 16}),
    (4, {"prefix": "single", "skus": 10_000, "connections": 64, "in_flight": 1}),
    (4, {"prefix": "hot", "choice": "hot", "connections": 16, "in_flight": 16}),
    (3, {"prefix": "batch", "skus": 10_000, "connections": 16, "in_flight": 1, "batch": 100}),
    (3, {"prefix": "confirm", "workload": "reserve-confirm", "skus": 1_000, "connections": 16, "in_flight": 8}),
    (3, {"prefix": "orders", "workload": "orders", "skus": 1_000, "connections": 16, "in_flight": 8}),
    (2, {"prefix": "sold", "skus": 1, "choice": "hot", "units": 100, "connections": 16, "in_flight": 16}),
]
THREE_NODES = [
    (6, {"prefix": "uniform", "skus": 10_000, "connections": 16, "in_flight": 16}),
    (4, {"prefix": "single", "skus": 10_000, "connections": 256, "in_flight": 1}),
    (3, {"prefix": "orders", "workload": "orders", "skus": 1_000, "connections": 16, "in_flight": 4}),
]

EXPLANATION = """
Builds the programs once more, so that they count (into .build/profiling), loads one node and then three with the benchmark
client, and merges what all of them counted into Sources/release.profdata, which `swift build -c release` reads. Takes some
six minutes. Run it when code on a reservation's way has changed much: what has changed since the last time is compiled
without a profile. The package manager does not see that the file is another one: remove .build, or what it has of
release builds, to build with it.
"""


def build():
    environment = dict(os.environ, HOLDFAST_PROFILING="1")
    for product in ("holdfastd", "holdfast-bench", "holdfast"):
        run(
            ["swift", "build", "-c", "release", "--scratch-path", SCRATCH, "--product", product],
            BUILD_SECONDS, cwd=ROOT, env=environment)
    return SCRATCH / "release"


def put_under(loads, target, where, say):
    for seconds, load in loads:
        say(f"{where}: {load['prefix']}")
        node.bench(target, "run", seconds=seconds, **load)


def load_one(workshop, say):
    one = node.Node(workshop, flags=["--log-level", "warning"]).start()
    put_under(ONE_NODE, one, "one node", say)
    if one.stop() != 0:
        raise Failure("the node did not end well, so it has not written its counts")


def load_three(workshop, say):
    cluster = OwnCluster(workshop, "three")
    cluster.shape = ["--stores", "1", "--shards", "16"]
    with cluster.locked():
        cluster_steps.up(cluster, 3)
        target = cluster.members[0]
        put_under(THREE_NODES, target, "three nodes", say)
        say("three nodes: holds across shards")
        node.bench(target, "across", seconds=6, connections=1, in_flight=1)
        cluster_steps.down(cluster)


def merge(counts, say):
    found = sorted(counts.glob("*.profraw"))
    if not found:
        raise Failure("the programs have counted nothing")
    # The one of the toolchain: another's may not know the format.
    tool = pathlib.Path(shutil.which("swift")).resolve().parent / "llvm-profdata"
    run([tool, "merge", "-sparse", "-o", PROFILE, *found], 120)
    say(f"{PROFILE.relative_to(ROOT)}: {PROFILE.stat().st_size:,} bytes, from {len(found)} programs")


def main():
    parser = argparse.ArgumentParser(
        prog="Scripts/profile", description=__doc__, epilog=EXPLANATION,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()

    def say(text):
        print(f"profile: {text}", file=sys.stderr, flush=True)

    try:
        say("building programs that count")
        node.PROGRAMS = build()
        with Workshop("profile") as workshop:
            counts = workshop.path("counts")
            counts.mkdir()
            os.environ["LLVM_PROFILE_FILE"] = str(counts / "%p.profraw")
            load_one(workshop, say)
            load_three(workshop, say)
            merge(counts, say)
    except Failure as failure:
        sys.exit(f"profile: {failure}")


if __name__ == "__main__":
    main()
