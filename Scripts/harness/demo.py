"""A node from its first minute: a catalogue, a flash sale, a crash under load, and the proof that nothing was lost."""

import argparse
import sys
import threading
import time

from . import figures, wire
from .http2 import Connection
from .kill_cycles import KillCycles, must
from .loader import sku_name
from .node import Node
from .processes import Failure, Workshop

BUYERS = 10_000
UNITS = 1_000
CONNECTIONS = 8
WAREHOUSE = "BER1"
ITEM = "SNEAKER-42"
CATALOGUE = [f"{kind}-{size}" for kind in ("TSHIRT", "HOODIE", "SOCKS", "SNEAKER") for size in range(36, 47)]


def say(text=""):
    print(text, flush=True)


def step(number, title):
    say()
    say(f"{number}. {title}")


class Sale:
    """Ten thousand buyers, each wanting one, spread over a few connections and all at once."""

    def __init__(self, port):
        self.port = port
        self.holds = []
        self.refused = 0
        self.failures = []
        self.lock = threading.Lock()

    def buy(self, buyers):
        try:
            with Connection(self.port) as connection:
                asked = [wire.reserve(ITEM, 1, wire.request_id(), seconds=900) for _ in range(buyers)]
                answers = connection.call_all(wire.RESERVE, asked, in_flight=100)
        except Exception as failure:
            with self.lock:
                self.failures.append(str(failure))
            return
        with self.lock:
            self.holds += [wire.reserved_hold(answer)[0] for answer in answers if answer]
            self.refused += sum(answer is None for answer in answers)

    def run(self):
        threads = [threading.Thread(target=self.buy, args=(BUYERS // CONNECTIONS,)) for _ in range(CONNECTIONS)]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failures:
            raise Failure(f"a buyer's connection failed: {self.failures[0]}")
        return time.monotonic() - started


def expect(found, wanted, what):
    if found != wanted:
        raise Failure(f"{what}: {found}, not {wanted}")


def verify(port):
    """VerifyLedger over every shard: `(sound, shards, holds, records)`."""
    with Connection(port, timeout_seconds=120) as connection:
        shards = must(connection.call(wire.VERIFY_LEDGER, b""), "verify the ledger")
    for shard in shards:
        if not wire.one(shard, 3):
            raise Failure(f"shard {wire.one(shard, 1)}: {wire.text(wire.one(shard, 4, 1))}")
    expect(len(shards), wire.one(shards[0], 2), "shards verified")
    return len(shards), sum(wire.one(shard, 9) for shard in shards), sum(wire.one(shard, 11) for shard in shards)


def load_catalogue(port):
    with Connection(port) as connection:
        must(connection.call(wire.PUT_LOCATION, wire.put_location(WAREHOUSE)), "put the location")
        answer = must(connection.call(wire.PUT_SKUS, wire.put_skus(CATALOGUE)), "put the SKUs")
        put = sum(bool(wire.one(result, 1)) for result in wire.read(answer).get(1, []))
        expect(put, len(CATALOGUE), "SKUs put")
        must(connection.call(wire.RECEIVE, wire.receive(ITEM, WAREHOUSE, UNITS)), "receive the stock")


def balances(port, sku):
    with Connection(port) as connection:
        return wire.balances(must(connection.call(wire.GET_STOCK, wire.get_stock(sku)), "read the stock"))


def tell(workshop):
    node = Node(workshop, "node")
    step(1, "A node starts")
    started = time.monotonic()
    node.start()
    say(f"   holdfastd serves at {node.address} after {time.monotonic() - started:.2f} s; its data is in {node.data}")

    step(2, "A catalogue is loaded")
    load_catalogue(node.port)
    say(f"   {len(CATALOGUE)} SKUs, the location {WAREHOUSE}, and {UNITS:,} pairs of {ITEM}")

    step(3, f"Flash sale: {BUYERS:,} buyers want one pair each, there are {UNITS:,}")
    sale = Sale(node.port)
    seconds = sale.run()
    expect((len(set(sale.holds)), sale.refused), (UNITS, BUYERS - UNITS), "holds made and buyers refused")
    available, held, _ = balances(node.port, ITEM)
    expect((available, held), (0, UNITS), "available and held")
    say(f"   {len(sale.holds):,} holds, {sale.refused:,} buyers told that it is sold out, in {seconds:.2f} s")
    say(f"   stock of {ITEM}: {held:,} held, {available} available. Nothing was sold twice.")

    step(4, "A load, and SIGKILL in the middle of it")
    crash = KillCycles(workshop, 1, int(time.time()), 0, node=node)
    crash.prepare(say)
    row = crash.cycle(0)
    say(f"   killed after {row.acknowledged:,} acknowledged reservations on record; {row.unknown} were in flight,")
    say(f"   and h2load was making holds beside it ({row.hammered:,} of them are there)")
    say(f"   the same data directory serves again {row.restart_seconds:.3f} s after the restart")

    step(5, "Proof that nothing acknowledged was lost")
    if crash.failures:
        raise Failure("\n  ".join(crash.failures[:10]))
    say(f"   each of the {row.acknowledged:,} acknowledged holds was looked up by its id: all there, all ACTIVE")
    say(f"   each of the {row.unknown} unknown ones was sent again with its request id: one effect each")
    held = sum(balances(node.port, sku_name(number))[1] for number in range(len(crash.expected)))
    expect(held, sum(crash.expected.values()), "units held by the load")
    say(f"   units held: {held:,}; units acknowledged: {sum(crash.expected.values()):,}")
    expect(balances(node.port, ITEM)[:2], (0, UNITS), "the flash sale's stock after the crash")
    shards, holds, records = verify(node.port)
    say(f"   VerifyLedger: {shards} shards sound; {holds:,} live holds and {records:,} movements add up")

    step(6, "The node is asked to stop")
    expect(node.stop(), 0, "exit code after SIGTERM")
    say("   it drained and ended with exit code 0")


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
