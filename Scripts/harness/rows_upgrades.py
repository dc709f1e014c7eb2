"""Programs of different versions in one cluster."""

import json
import re
import time

from . import calls, wire
from . import cluster_steps as steps
from .calls import Caller
from .full_load import FullLoad, judge, wall_ms
from .local_cluster import DRAINED
from .node import program
from .processes import Failure, run
from .rows import row
from .rows_nodes import QUIET_SECONDS

ANSWER_SECONDS, LEVEL_SECONDS = 10, 15


def known(setting):
    """The highest level or version that the programs know, by the default of the setting that caps it."""
    found = re.search(rf"--{setting} N\n.*Default: (\d+)\.", run([program("holdfastd"), "--help"], 10))
    if not found:
        raise Failure(f"holdfastd --help tells no default of --{setting}")
    return int(found[1])


def level(cluster):
    """The feature level that the cluster uses."""
    return json.loads(cluster.tool("cluster", "status", "--json").splitlines()[-1])["settings"]["feature_level"]


def reserve(stage, member, skus, identifier=None):
    """The status and the messages that a reservation of one of each SKU is answered with. The hold lasts for a second."""
    lines = b"".join(wire.field(5, wire.field(1, sku) + wire.field(3, 1)) for sku in skus)
    caller = Caller(member.host, member.port)
    caller.begin(wire.RESERVE, wire.field(2, identifier or wire.request_id()) + lines + wire.field(7, wire.field(1, 1)))
    found = []

    def is_answered():
        caller.flush()
        found.extend(caller.completed())
        return found

    try:
        stage.wait_for(is_answered, ANSWER_SECONDS, "waiting for the answer to a reservation")
    finally:
        caller.close()
    return found[0][1:]


def takes_across(stage, member):
    """Whether the cluster takes a reservation of a unit of so many SKUs that they are in several shards."""
    status, _ = reserve(stage, member, sorted(stage.stock)[1::4])
    stage.expect(status in (calls.OK, calls.FAILED_PRECONDITION), f"a reservation over several shards: status {status}")
    return status == calls.OK


def tells_homes_apart(stage, member):
    """Whether the cluster refuses an id that was used for other content whose home is another slot."""
    home = {}
    for sku in sorted(stage.stock)[1::4]:
        status, messages = reserve(stage, member, [sku])
        stage.expect(status == calls.OK, f"a reservation of one SKU: status {status}")
        home[sku] = int(wire.reserved_hold(messages[0])[0].rsplit("-", 1)[1], 16)
    by_slot, identifier = sorted(home, key=home.get), wire.request_id()
    status, _ = reserve(stage, member, by_slot[1:], identifier)
    stage.expect(status == calls.OK, f"a reservation over several shards: status {status}")
    status, _ = reserve(stage, member, by_slot[:1] + by_slot[2:], identifier)
    return status == calls.ALREADY_EXISTS


def takes_splits(stage, member):
    """Whether the cluster would split a shard."""
    try:
        stage.cluster.tool("cluster", "split", "1", "--dry-run", through=member)
    except Failure as failure:
        stage.expect("version" in str(failure), f"a split in a mixed cluster: {failure}")
        return False
    return True


# What a feature level brings, and how to find out whether the cluster does it. Of an older one only what does no harm there
# is asked.
FEATURES = {2: takes_across, 3: takes_splits, 4: tells_homes_apart}
HARMLESS = (takes_across, takes_splits)


@row(
    "rolling-upgrade",
    "nodes that know one feature level less and one version of the peers' protocol, or run the programs of --old-programs"
    " DIR, are replaced by newer ones in turn",
    "nothing fails within its deadline; the new level is used as soon as all nodes know it, and not before",
)
def rolling_upgrade(stage):
    newest, old = known("feature-level-max"), stage.options.old_programs
    if newest == 1:
        raise Failure("these programs know one feature level only: there is nothing to upgrade from")
    earlier, takes_new = newest - 1, FEATURES[newest]
    spoken = known("peer-version-max") - 1
    cap = [] if old else ["--feature-level-max", str(earlier), "--peer-version-max", str(spoken)]

    def before(cluster):
        cluster.programs = old or ""

    cluster = stage.up(3, flags=cap, before=before)
    # Programs of an earlier commit may know the same level: then only what they do to each other is judged.
    rises = old is None or level(cluster) != newest
    stage.expect(level(cluster) == (earlier if rises else newest), f"before the upgrade the cluster uses level {level(cluster)}")
    full = FullLoad(stage.workshop, cluster.members)
    stage.start_load(rate=300)
    begun = wall_ms()
    since = stage.quiet(QUIET_SECONDS)
    moment, changed = time.monotonic(), wall_ms()
    for member in list(cluster.members):
        if rises:
            is_early = takes_new in HARMLESS and takes_new(stage, member)
            stage.expect(not is_early, f"a mixed cluster does what comes with level {newest}")
            stage.expect(level(cluster) == earlier, f"the cluster uses level {level(cluster)} before all nodes know it")
        upgrade(cluster, member, len(cap))
    took = stage.wait_for(lambda: level(cluster) == newest, LEVEL_SECONDS, "waiting for the new feature level")
    until, done = time.monotonic(), wall_ms()
    past = stage.stop_load()
    # Nobody reads any more who would wonder what these took; they last for a second.
    for member in cluster.members:
        stage.expect(takes_new(stage, member), f"node {member.number} does not do what comes with level {newest} afterwards")
    stage.measure("upgrades", len(cluster.members))
    stage.pace("the new level is used after", took, " s", at_most=5)
    stage.measure("p99 before", past.p99_ms(since, moment), " ms")
    stage.measure("p99 meanwhile", past.p99_ms(moment, until), " ms")
    judge(stage, full.stop(), {"before": (begun, changed), "meanwhile": (changed, done)})
    stage.judge_errors(past)
    time.sleep(2)
    stage.prove()


def upgrade(cluster, member, cap_length):
    """Stops a node and starts it again as the newer program."""
    how = cluster.stop(member)
    if how != DRAINED:
        raise Failure(f"node {member.number} was {how}")
    member.programs = ""
    member.flags = member.flags[cap_length:]
    cluster.launch(member)
    cluster.await_answer(member)
    steps.await_caught_up(cluster, member, steps.HEALTH_SECONDS)
    cluster.await_health(steps.HEALTH_SECONDS)
