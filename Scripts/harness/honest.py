"""An honest client while others misbehave: reads and reserves at a steady pace, and writes down what each call took.

Runs as a process of its own until it is ended: `python3 -m harness.honest --port P --record FILE --sku SKU`. Each line of
the record is a moment of the monotonic clock, the milliseconds from the intended send to the answer, and ok or an error.
"""

import argparse
import time

from . import wire
from .http2 import Connection, Gone, pause_until
from .processes import Failure

CALLS_PER_SECOND = 100


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--record", required=True)
    parser.add_argument("--sku", required=True)
    options = parser.parse_args()
    connection = None
    number = 0
    begun = time.monotonic()
    with open(options.record, "w", buffering=1) as record:
        while True:
            intended = begun + number / CALLS_PER_SECOND
            pause_until(intended)
            number += 1
            try:
                if connection is None:
                    connection = Connection(options.port, timeout_seconds=10)
                verdict = call(connection, options.sku, number)
            except (Gone, OSError, Failure) as error:
                verdict = f"{type(error).__name__} {error}".replace("\n", " ")
                if connection is not None:
                    connection.close()
                connection = None
            record.write(f"{intended:.6f} {(time.monotonic() - intended) * 1000:.3f} {verdict}\n")


def call(connection, sku, number):
    """Mostly reads; every tenth call reserves for a second, so that the ledger does not grow."""
    if number % 10:
        answer = connection.call(wire.GET_STOCK, wire.get_stock(sku))
    else:
        answer = connection.call(wire.RESERVE, wire.reserve(sku, 1, wire.request_id(), seconds=1))
    return "ok" if answer else "refused"


def read_record(path):
    """`[(moment, milliseconds, verdict)]`, without a last line that is still being written."""
    found = []
    with open(path) as record:
        for line in record:
            if line.endswith("\n"):
                moment, milliseconds, verdict = line.rstrip("\n").split(" ", 2)
                found.append((float(moment), float(milliseconds), verdict))
    return found


if __name__ == "__main__":
    main()
