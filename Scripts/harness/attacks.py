"""What hostile or broken clients send. Each attack runs for a while as a process of its own and tells what became of it:

    python3 -m harness.attacks NAME --port P --seconds S --seed N --sku SKU

prints one JSON object: the connections made, how many of them the node closed, with which GOAWAY errors, and the frames
sent before it did. An attack never judges; the caller compares with what `ATTACKS` says the node owes.
"""

import argparse
import contextlib
import json
import random
import select
import socket
import struct
import time

from . import http2, wire
from .http2 import CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PING, PREFACE, RST_STREAM, SETTINGS
from .http2 import WINDOW_UPDATE, frame, grpc_message, header_block, literal, settings

HELLO = PREFACE + settings()


class Attack:
    """The state of one attack: where to, until when, and what has happened."""

    def __init__(self, options):
        self.port = options.port
        self.sku = options.sku
        self.chance = random.Random(options.seed)
        self.deadline = time.monotonic() + options.seconds
        self.connections = self.closed = self.frames = self.silent = 0
        self.codes = {}
        self.cut_after = []

    def over(self):
        return time.monotonic() > self.deadline

    def connect(self, hello=HELLO):
        self.connections += 1
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hello:
            connection.sendall(hello)
        return connection

    def reservation(self):
        """Always the same request id: complete copies are replays and have one effect."""
        return wire.reserve(self.sku, 1, "7d0f5c1e-93a5-4c58-9b0e-2f6f1a7be0ff")

    def conversation(self):
        """A good conversation, recorded: preface, settings, a reservation, a ping, a read."""
        return (
            HELLO
            + frame(SETTINGS, http2.ACK)
            + http2.request(1, wire.RESERVE, self.reservation())
            + frame(PING, payload=b"12345678")
            + http2.request(3, wire.GET_STOCK, wire.get_stock(self.sku))
        )

    def note_end(self, data):
        """The connection has ended: was there a word?"""
        self.closed += 1
        code = goaway_code(data)
        name = "none" if code is None else http2.ERRORS[code] if code < len(http2.ERRORS) else str(code)
        self.codes[name] = self.codes.get(name, 0) + 1

    def flood(self, opening, make_frames, count):
        """Sends frames without end on new connections, until each is closed by the node."""
        while not self.over():
            with contextlib.suppress(OSError), self.connect(HELLO + opening) as connection:
                self.pour(connection, make_frames, count)

    def pour(self, connection, make_frames, count):
        connection.setblocking(False)
        heard = bytearray()
        number = 0
        waiting = b""
        while not self.over():
            if not waiting:
                waiting = make_frames(number)
                number += 1
            readable, writable, _ = select.select([connection], [connection], [], 1)
            try:
                if readable:
                    data = connection.recv(65536)
                    if not data:
                        raise ConnectionResetError
                    heard = (heard + data)[-65536:]
                if writable:
                    waiting = waiting[connection.send(waiting) :]
                    if not waiting:
                        self.frames += count
            except BlockingIOError:
                continue
            except OSError:
                self.note_end(heard)
                return

    def listen(self, connection, seconds):
        """Reads until the node closes or the time is up. Returns what was heard, and whether it closed."""
        heard = bytearray()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            connection.settimeout(max(0.01, until - time.monotonic()))
            try:
                data = connection.recv(65536)
            except TimeoutError:
                break
            except OSError:
                return bytes(heard), True
            if not data:
                return bytes(heard), True
            heard += data
        return bytes(heard), False

    def result(self):
        counts = ("connections", "closed", "frames", "silent", "codes")
        found = {name: getattr(self, name) for name in counts}
        found["cut_after_max"] = round(max(self.cut_after, default=0), 1)
        found["cut"] = len(self.cut_after)
        return found


def goaway_code(data):
    """The error of the last GOAWAY in what was heard; a lost beginning does not matter, as it is searched for."""
    at = len(data)
    while (at := data.rfind(bytes([http2.GOAWAY, 0, 0, 0, 0, 0]), 0, at)) >= 3:
        if len(data) >= at + 14:
            return int.from_bytes(data[at + 10 : at + 14], "big")
    return None


# Bytes that are no conversation.


def random_bytes(attack):
    while not attack.over():
        hello = attack.chance.choice([b"", PREFACE, HELLO, b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01"])
        with contextlib.suppress(OSError), attack.connect(hello) as connection:
            connection.sendall(attack.chance.randbytes(attack.chance.randrange(1, 20_000)))
            if attack.chance.random() < 0.5:
                connection.shutdown(socket.SHUT_WR)
            heard, closed = attack.listen(connection, 0.05)
            if closed:
                attack.note_end(heard)


def random_frames(attack):
    """Well-formed lengths, any type, flags, stream and payload."""
    while not attack.over():
        with contextlib.suppress(OSError), attack.connect() as connection:
            for _ in range(attack.chance.randrange(1, 50)):
                payload = attack.chance.randbytes(attack.chance.choice([0, 1, 4, 5, 6, 8, 9, 100, 16384]))
                kind, flags = attack.chance.randrange(12), attack.chance.randrange(256)
                connection.sendall(frame(kind, flags, attack.chance.choice([0, 1, 2, 3, 5, 0x7FFFFFFF]), payload))
                attack.frames += 1
            heard, closed = attack.listen(connection, 0.05)
            if closed:
                attack.note_end(heard)


def truncations(attack):
    """The good conversation up to each of its bytes, then an end: a polite one, a reset, or half a close."""
    whole = attack.conversation()
    at = 0
    while not attack.over():
        with contextlib.suppress(OSError), attack.connect(whole[: at % (len(whole) + 1)]) as connection:
            manner = at // (len(whole) + 1) % 3
            if manner == 1:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif manner == 2:
                connection.shutdown(socket.SHUT_WR)
                heard, closed = attack.listen(connection, 0.2)
                if closed:
                    attack.note_end(heard)
        at += 1


def mutations(attack):
    """The good conversation with a few bytes changed."""
    whole = attack.conversation()
    while not attack.over():
        changed = bytearray(whole)
        for _ in range(attack.chance.randrange(1, 6)):
            changed[attack.chance.randrange(len(PREFACE), len(changed))] = attack.chance.randrange(256)
        with contextlib.suppress(OSError), attack.connect(bytes(changed)) as connection:
            heard, closed = attack.listen(connection, 0.02)
            if closed:
                attack.note_end(heard)


# Floods: frames that cost the sender little.


def rapid_reset(attack):
    block = header_block(wire.RESERVE)

    def pairs(number):
        streams = range(1 + 200 * number, 201 + 200 * number, 2)
        reset = struct.pack(">I", 8)
        return b"".join(frame(HEADERS, END_HEADERS, s, block) + frame(RST_STREAM, 0, s, reset) for s in streams)

    attack.flood(b"", pairs, 200)


def continuations(attack):
    start = frame(HEADERS, 0, 1, header_block(wire.RESERVE))
    attack.flood(start, lambda _: frame(CONTINUATION, 0, 1, literal("a", "b")) * 200, 200)


def empty_continuations(attack):
    start = frame(HEADERS, 0, 1, header_block(wire.RESERVE))
    attack.flood(start, lambda _: frame(CONTINUATION, 0, 1) * 500, 500)


def pings(attack):
    attack.flood(b"", lambda _: frame(PING, payload=b"12345678") * 500, 500)


def settings_flood(attack):
    attack.flood(b"", lambda _: settings(INITIAL_WINDOW_SIZE=65535) * 500, 500)


def empty_data(attack):
    start = frame(HEADERS, END_HEADERS, 1, header_block(wire.RESERVE))
    attack.flood(start, lambda _: frame(DATA, 0, 1) * 500, 500)


def window_updates(attack):
    one = struct.pack(">I", 1)
    attack.flood(b"", lambda _: frame(WINDOW_UPDATE, payload=one) * 500, 500)


def priorities(attack):
    attack.flood(b"", lambda n: frame(http2.PRIORITY, 0, 2 * (n % 1000) + 1, struct.pack(">IB", 0, 7)) * 500, 500)


def header_bombs(attack):
    """One large entry put into the dynamic table, then named over and over: small on the wire, huge when decoded."""
    large = b"\x40" + http2.integer(1, 7) + b"x" + http2.integer(3900, 7) + b"y" * 3900
    bomb = large + b"\xbe" * 12_000

    def calls(number):
        block = header_block(wire.RESERVE) + bomb
        return frame(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, block[:16384])

    attack.flood(b"", calls, 1)


def trailer_bombs(attack):
    """The same after a request has begun, where no field is of use to anyone, and with a value that HTTP forbids."""
    for_table = b"\x40" + http2.integer(1, 7) + b"x" + http2.integer(3900, 7)
    head = header_block(wire.RESERVE)

    def calls(number):
        stream = 2 * number + 1
        bomb = (for_table + b"y" * 3899 + (b"y" if number % 2 else b"\x01") + b"\xbe" * 12_000)[:16384]
        return frame(HEADERS, END_HEADERS, stream, head) + frame(HEADERS, END_HEADERS | END_STREAM, stream, bomb)

    attack.flood(b"", calls, 2)


def late_headers(attack):
    """Header blocks for a stream that the node had to reset: they open nothing and are answered by nothing."""
    start = frame(HEADERS, END_HEADERS, 1, header_block(wire.RESERVE))
    start += frame(WINDOW_UPDATE, 0, 1, struct.pack(">I", 0x7FFFFFFF))
    attack.flood(start, lambda _: frame(HEADERS, END_HEADERS, 1, literal("a", "b")) * 200, 200)


def reflections(attack):
    """Small questions with large answers, on one stream, and nothing is read, not even credit: in the end the stream is
    reset for going beyond it, and the rest is read past."""
    path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
    start = settings(INITIAL_WINDOW_SIZE=0) + frame(HEADERS, END_HEADERS, 1, header_block(path))
    question = grpc_message(wire.field(4, b"holdfast.v1.HoldService"))
    attack.flood(start, lambda _: frame(DATA, 0, 1, question * 400), 1)


def unmergeable(attack):
    """Requests of a stream whose reservation comes in pieces that cannot be merged: each stream ends with an error."""
    pieces = bytes([0x12, 1, 0xFF, 0x12, 0])
    attack.flood(b"", lambda number: http2.request(2 * number + 1, wire.RESERVE_STREAM, pieces), 2)


def half_messages(attack):
    """Fifteen kilobytes of a message of a megabyte, on each of a connection's streams, on ten connections at a time."""
    part = frame(DATA, 0, 0, grpc_message(bytes(15_000), length=1 << 20))

    def streams():
        for stream in range(1, 501, 2):
            yield frame(HEADERS, END_HEADERS, stream, header_block(wire.RESERVE))
            yield part[:5] + struct.pack(">I", stream) + part[9:]

    whole = b"".join(streams())
    while not attack.over():
        with contextlib.ExitStack() as held, contextlib.suppress(OSError):
            for _ in range(10):
                connection = held.enter_context(attack.connect())
                connection.settimeout(0.5)
                connection.sendall(whole)
                attack.frames += 500


def long_headers(attack):
    """Honest headers far beyond any limit, in one block after another."""
    value = "z" * 8000

    def calls(number):
        block = header_block(wire.RESERVE) + literal("a", value)
        more = b"".join(frame(CONTINUATION, 0, 2 * number + 1, literal(f"a{i}", value)) for i in range(8))
        end = frame(CONTINUATION, END_HEADERS, 2 * number + 1, literal("b", value))
        return frame(HEADERS, 0, 2 * number + 1, block) + more + end

    attack.flood(b"", calls, 10)


def open_streams(attack):
    """More streams than allowed, none of them ever ended."""
    block = header_block(wire.RESERVE)
    attack.flood(b"", lambda n: b"".join(frame(HEADERS, END_HEADERS, 200 * n + s, block) for s in range(1, 201, 2)), 100)


def connection_flood(attack):
    while not attack.over():
        held = []
        with contextlib.suppress(OSError):
            for _ in range(500):
                held.append(attack.connect(attack.chance.choice([b"", PREFACE, HELLO])))
        time.sleep(0.2)
        for connection in held:
            connection.close()


# gRPC that is none.


def nonsense(attack):
    """Each odd call on a connection of its own: the node answers or closes within five seconds, it never falls silent."""
    good = attack.reservation()
    head = frame(HEADERS, END_HEADERS, 1, header_block(wire.RESERVE))
    deep = b""
    while len(deep) < 100_000:
        deep = wire.field(5, deep or b"\x08\x01")

    def body(data, flags=END_STREAM):
        pieces = [data[at : at + 16384] for at in range(0, len(data), 16384)] or [b""]
        last = len(pieces) - 1
        return b"".join(frame(DATA, flags if at == last else 0, 1, piece) for at, piece in enumerate(pieces))

    def headers(**options):
        return frame(HEADERS, END_HEADERS, 1, header_block(wire.RESERVE, **options)) + body(grpc_message(good))

    odd = [
        head + body(grpc_message(good, flag=1)),
        head + body(grpc_message(good, flag=0xFF)),
        head + body(grpc_message(good, length=0xFFFFFFFF)),
        head + body(grpc_message(good, length=len(good) + 1)),
        head + body(grpc_message(good, length=len(good) - 1)),
        head + body(grpc_message(good)[:3]),
        head + body(b""),
        head + body(grpc_message(b"")),
        head + body(grpc_message(good) * 2),
        head + body(grpc_message(bytes(60_000))),
        head + body(grpc_message(deep[:60_000])),
        head + body(grpc_message(b"\x0b" * 60_000)),
        head + body(grpc_message(b"\x0a\x02\xc3\x28")),
        head + body(grpc_message(b"\x30" + b"\xff" * 10 + b"\x01")),
        head + body(grpc_message(b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f")),
        head + body(grpc_message(b"\x2a\x00" * 30_000)),
        head + frame(HEADERS, END_HEADERS | END_STREAM, 1, literal("x", "y")),
        frame(HEADERS, END_HEADERS | END_STREAM, 1, header_block(wire.RESERVE)),
        headers(content_type="application/json"),
        headers(content_type=""),
        headers(extra=[("grpc-timeout", "0n")]),
        headers(extra=[("grpc-timeout", "0S")]),
        headers(extra=[("grpc-timeout", "99999999999999S")]),
        headers(extra=[("grpc-timeout", "-1S")]),
        headers(extra=[("grpc-timeout", "soon")]),
        headers(extra=[("grpc-encoding", "gzip")]),
        headers(extra=[("x-bin", "!!!")]),
        headers(extra=[("content-length", "1")]),
        headers(extra=[("UPPER", "case")]),
        headers(extra=[(":late", "pseudo")]),
        headers(extra=[("connection", "keep-alive")]),
        headers(extra=[("transfer-encoding", "chunked")]),
        headers(extra=[(b"nul", b"a\x00b")]),
        frame(HEADERS, END_HEADERS, 1, header_block("/" + "x" * 9000)) + body(grpc_message(good)),
        frame(HEADERS, END_HEADERS, 1, header_block("no-slash")) + body(grpc_message(good)),
        frame(HEADERS, END_HEADERS, 2, header_block(wire.RESERVE)),
        frame(DATA, END_STREAM, 1, grpc_message(good)),
        frame(DATA, 0x8, 1, b"\xff"),
        frame(http2.PUSH_PROMISE, END_HEADERS, 1, struct.pack(">I", 2)),
        frame(SETTINGS, payload=b"\x00\x04\xff\xff\xff\xff"),
        frame(SETTINGS, payload=b"\x00"),
        frame(SETTINGS, http2.ACK, payload=bytes(6)),
        frame(WINDOW_UPDATE, payload=bytes(4)),
        frame(WINDOW_UPDATE, payload=b"\x7f\xff\xff\xff") * 2,
        frame(PING, payload=b"short"),
        frame(DATA, 0, 1, bytes(16385)),
    ]
    while not attack.over():
        for unusual in odd:
            if attack.over():
                return
            with contextlib.suppress(OSError), attack.connect(HELLO + unusual) as connection:
                attack.frames += 1
                if not answered(connection):
                    attack.silent += 1


def answered(connection):
    """Whether stream 1 ended, or the connection, within five seconds. An odd call may lack the end of its stream."""
    until = time.monotonic() + 5
    heard = bytearray()
    probe = frame(PING, payload=b"alive???")
    connection.sendall(probe)
    while time.monotonic() < until:
        connection.settimeout(max(0.01, until - time.monotonic()))
        try:
            data = connection.recv(65536)
        except TimeoutError:
            return False
        except OSError:
            return True
        heard += data
        if not data or b"alive???" in heard or goaway_code(heard) is not None:
            return True
    return False


# Slowness: many connections at once, each of which must be cut within thirty seconds.


def slow(attack, opening, drip):
    """Opens connections, feeds each a byte now and then, and notes when the node cuts the connection or the call."""
    held = {}
    for _ in range(100):
        with contextlib.suppress(OSError):
            held[attack.connect(opening)] = (time.monotonic(), bytearray())
    while held and not attack.over():
        readable, _, _ = select.select(list(held), [], [], 1)
        for connection in list(held):
            begun, heard = held[connection]
            try:
                if connection in readable:
                    data = connection.recv(65536)
                    heard += data
                    if not data or any(ends(*received) for received in http2.take_frames(heard)):
                        raise ConnectionResetError
                if drip:
                    connection.send(drip)
                    attack.frames += 1
            except OSError:
                attack.cut_after.append(time.monotonic() - begun)
                attack.closed += 1
                del held[connection]
                connection.close()
    for connection in held:
        connection.close()


def ends(kind, flags, _stream, _payload):
    """Whether a frame ends a call or announces the end of the connection."""
    return kind in (RST_STREAM, http2.GOAWAY) or (kind in (DATA, HEADERS) and bool(flags & END_STREAM))


def slow_preface(attack):
    slow(attack, PREFACE[:3], b"")


def slow_headers(attack):
    block = header_block(wire.RESERVE)
    slow(attack, HELLO + frame(HEADERS, 0, 1, block), b"")


def slow_body(attack):
    """A DATA frame of 16,384 bytes of which one arrives a second."""
    start = frame(HEADERS, END_HEADERS, 1, header_block(wire.RESERVE))
    slow(attack, HELLO + start + frame(DATA, 0, 1, bytes(16384))[:9], b"\x00")


def zero_window(attack):
    """Asks for answers and never lets the node send them."""
    asked = b"".join(http2.request(s, wire.GET_STOCK, wire.get_stock(attack.sku)) for s in range(1, 101, 2))
    slow(attack, PREFACE + settings(INITIAL_WINDOW_SIZE=0) + asked, b"")


# name: (function, what the node owes). `closes`: it ends such connections; `answers`: it never falls silent;
# `cuts`: it ends slow ones within thirty seconds; nothing: it survives, as in every attack.
ATTACKS = {
    "random-bytes": (random_bytes, ""),
    "random-frames": (random_frames, ""),
    "truncations": (truncations, ""),
    "mutations": (mutations, ""),
    "nonsense": (nonsense, "answers"),
    "rapid-reset": (rapid_reset, "closes"),
    "continuation": (continuations, "closes"),
    "empty-continuation": (empty_continuations, "closes"),
    "ping": (pings, "closes"),
    "settings": (settings_flood, "closes"),
    "empty-data": (empty_data, "closes"),
    "window-update": (window_updates, "closes"),
    "priority": (priorities, "closes"),
    "header-bomb": (header_bombs, "closes"),
    "trailer-bomb": (trailer_bombs, "closes"),
    "late-headers": (late_headers, "closes"),
    "reflections": (reflections, ""),
    "unmergeable": (unmergeable, ""),
    "half-messages": (half_messages, ""),
    "long-headers": (long_headers, ""),
    "open-streams": (open_streams, ""),
    "connections": (connection_flood, ""),
    "slow-preface": (slow_preface, "cuts"),
    "slow-headers": (slow_headers, "cuts"),
    "slow-body": (slow_body, "cuts"),
    "zero-window": (zero_window, "cuts"),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=ATTACKS)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--sku", required=True)
    options = parser.parse_args()
    attack = Attack(options)
    ATTACKS[options.name][0](attack)
    print(json.dumps(attack.result()))


if __name__ == "__main__":
    main()
