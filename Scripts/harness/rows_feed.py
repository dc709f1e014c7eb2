"""Consumers of the change feed."""

import json
import random
import sys
import time

from . import cluster_steps as steps
from .consumer import Books
from .processes import ROOT, Failure, tail
from .rows import row

REST_SECONDS = 60
NODE_EACH = 5  # a node is killed with every so manieth kill of the consumer


@row(
    "feed-resume",
    "SIGKILL of a consumer of the change feed, and of nodes",
    "no record is left out or comes twice, and the consumer's balances are the server's",
    times=100,
    times_short=10,
)
def feed_resume(stage):
    cluster = stage.up(3)
    books = stage.workshop.path("books.json")
    nodes = ",".join(member.address for member in cluster.members)
    chance = random.Random(stage.options.seed)
    stage.start_load(rate=200)
    lags = []
    for number in range(stage.times):
        consumer = consume(stage, nodes, books)
        time.sleep(chance.uniform(0.2, 1.2))
        if number % NODE_EACH == NODE_EACH - 1:
            victim = chance.choice(cluster.members)
            cluster.kill(victim)
            time.sleep(chance.uniform(0.5, 3))
            steps.start(cluster, victim.number)
            stage.heal()
        lags.append(lag(cluster))
        ended = consumer.poll()
        stage.expect(ended is None, f"the consumer ended with {ended}\n{tail(consumer.log)}")
        consumer.kill()
        consumer.wait(10)
        stage.progress(f"kill {number + 1}/{stage.times}: {Books(books).records} records so far")
    past = stage.stop_load()
    records = catch_up(stage, nodes, books)
    stage.measure("kills", stage.times)
    stage.measure("records", records, at_least=1)
    stage.measure("behind, worst", max(lags), " records")
    stage.judge_errors(past)
    stage.prove()


def consume(stage, nodes, books, *flags):
    command = [sys.executable, "-m", "harness.consumer", "--nodes", nodes, "--books", books, *flags]
    return stage.workshop.start(command, "consumer.log", cwd=ROOT / "Scripts")


def lag(cluster):
    """Records that are there and were not sent to their followers, over all nodes."""
    found = 0
    for member in cluster.running():
        status = json.loads(cluster.tool("status", "--json", through=member))
        found += sum(one["lag_records"] for store in status["stores"] for one in store["followers"])
    return found


def catch_up(stage, nodes, books):
    """Lets the consumer have everything, and compares until holds whose time is over are swept."""
    deadline = time.monotonic() + REST_SECONDS
    while True:
        consumer = consume(stage, nodes, books, "--until-caught-up")
        if consumer.wait(REST_SECONDS) != 0:
            raise Failure(f"the consumer ended with {consumer.returncode}\n{tail(consumer.log)}")
        wrong = differences(stage, Books(books))
        if not wrong or time.monotonic() > deadline:
            break
        time.sleep(1)
    stage.expect(not wrong, f"{len(wrong)} balances are not the server's, such as {wrong[:3]}")
    return Books(books).records


def differences(stage, books):
    """`[(sku, account, the consumer's, the server's)]`"""
    wrong = []
    for line in stage.cluster.tool("stock", "list", "--json", "--limit", "10000").splitlines():
        stock = json.loads(line)
        for account, value in stock["total"].items():
            if account == "on_hand":
                continue
            mine = books.balance(stock["sku"], account.upper())
            if mine != value:
                wrong.append((stock["sku"], account, mine, value))
    return wrong
