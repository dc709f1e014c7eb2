"""A node from its first minute: a catalogue, a flash sale, a crash under load, and the proof that nothing was lost."""

import argparse
import sys
import time

from . import node
from .http2 import serves
from .processes import Failure, Workshop, tail, wait_until

BUYERS = 10_000
UNITS = 1_000
LOAD_SECONDS = 3
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


def flash_sale(server):
    shape = {"buyers": BUYERS, "stock": UNITS, "connections": 100, "in_flight": 100}
    result = node.bench(server, "flash-sale", prefix="SALE", **shape)
    found = result["reservations"]
    expect(found, {"done": UNITS, "out_of_stock": BUYERS - UNITS}, "how the buyers fared")
    check = result["verification"]
    expect((check["isFine"], check["unitsHeldOrAllocated"]), (True, UNITS), "the sale's verification")
    latency = result["operations"][0]["latency"]
    say(f"   {found['done']:,} holds; {found['out_of_stock']:,} buyers heard that it is sold out")
    say(f"   {result['seconds']:.2f} s for all of them; p99 {latency['p99Microseconds'] / 1000:.1f} ms with all at once")
    say(f"   each hold was looked up again: {check['unitsHeldOrAllocated']:,} units held, none sold twice")


def crash(workshop, server):
    """A load at full speed with a record of what was acknowledged, and SIGKILL in the middle of it."""
    record = workshop.path("load.record")
    options = {"prefix": "LOAD", "connections": 16, "in_flight": 16, "seconds": 60, "warmup": 0}
    options |= {"no_verify": True, "continue_on_disconnect": True, "record": record}
    load = workshop.start(node.bench_arguments(server, "run", **options), "load.log")
    wait_until(lambda: record.exists() and record.stat().st_size > 4096, 60, "waiting for the load", load)
    time.sleep(LOAD_SECONDS)
    server.kill()
    say(f"   after {LOAD_SECONDS} s of load the node got SIGKILL: nothing flushed, no connection closed politely")
    expect(load.wait(60), 0, f"exit code of the load\n{tail(load.log)}")
    started = time.monotonic()
    server.start()
    wait_until(lambda: serves(server.port), 60, "waiting for health", server.process, pause_seconds=0.001)
    say(f"   started on the same data directory, it serves again {time.monotonic() - started:.3f} s later")
    return record


def prove(server, record):
    check = node.bench(server, "verify", record=record)["verification"]
    expect((check["isFine"], check["findings"]), (True, []), "the benchmark's verification")
    if check["holdsChecked"] == 0:
        raise Failure("the load had nothing on record")
    say(f"   holdfast-bench looked up every hold on its record: all {check['holdsChecked']:,} are there")
    say(f"   it had {check['unitsAcknowledged']:,} units acknowledged; {check['unitsHeldOrAllocated']:,} are held")
    say("   (the difference is calls that were on their way when the node died: they count once or not at all)")
    show(server, "verify")


def tell(workshop):
    server = node.Node(workshop, "node")
    step(1, "A node starts")
    started = time.monotonic()
    server.start()
    say(f"   holdfastd serves at {server.address} after {time.monotonic() - started:.2f} s; its data: {server.data}")
    step(2, "A catalogue and a delivery are loaded from CSV files, and the first two pairs are reserved")
    shown = load_catalogue(workshop, server)
    step(3, f"Flash sale: {BUYERS:,} buyers want one unit each, there are {UNITS:,}")
    flash_sale(server)
    step(4, "A load, and SIGKILL in the middle of it")
    record = crash(workshop, server)
    step(5, "Proof that nothing acknowledged was lost")
    prove(server, record)
    expect(show(server, "stock", "show", "SNEAKER-42"), shown, "the stock as it was shown before the crash")
    step(6, "The node is asked to stop")
    expect(server.stop(), 0, "exit code after SIGTERM")
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
