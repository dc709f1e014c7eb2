"""HTTP/2 frames by hand (RFC 9113), and a small client. Nothing stands between these bytes and the socket, so that the
attacker can send what no library would.

Header fields are sent as literals without indexing and without Huffman coding (RFC 7541, 6.2.2). Received headers are
not decoded: an answer is told by its DATA, a refusal by the end of the stream without any.
"""

import contextlib
import socket
import struct
import time

from .processes import Failure

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS = 0x1, 0x1, 0x4
HEADER_TABLE_SIZE, ENABLE_PUSH, STREAMS_MAX, INITIAL_WINDOW_SIZE, FRAME_SIZE_MAX = range(1, 6)
ERRORS = "NO_ERROR PROTOCOL_ERROR INTERNAL_ERROR FLOW_CONTROL_ERROR SETTINGS_TIMEOUT STREAM_CLOSED FRAME_SIZE_ERROR"
ERRORS += " REFUSED_STREAM CANCEL COMPRESSION_ERROR CONNECT_ERROR ENHANCE_YOUR_CALM INADEQUATE_SECURITY"
ERRORS = ERRORS.split()


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(**values):
    """A SETTINGS frame: `settings(INITIAL_WINDOW_SIZE=0)`."""
    payload = b"".join(struct.pack(">HI", globals()[name], value) for name, value in values.items())
    return frame(SETTINGS, payload=payload)


def literal(name, value):
    def text(data):
        return integer(len(data), 7) + data

    return b"\x00" + text(name if isinstance(name, bytes) else name.encode()) + text(
        value if isinstance(value, bytes) else value.encode()
    )


def integer(value, bits):
    """RFC 7541, 5.1."""
    limit = (1 << bits) - 1
    if value < limit:
        return bytes([value])
    out = bytearray([limit])
    value -= limit
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def header_block(path, content_type="application/grpc", extra=()):
    """The fields of a gRPC request; 0x83 and 0x86 are `:method: POST` and `:scheme: http` of the static table."""
    fields = [(":path", path), (":authority", "test"), ("te", "trailers"), *extra]
    if content_type:
        fields.append(("content-type", content_type))
    return b"\x83\x86" + b"".join(literal(name, value) for name, value in fields)


def grpc_message(message, flag=0, length=None):
    return struct.pack(">BI", flag, len(message) if length is None else length) + message


def request(stream, path, message, **options):
    """A whole unary call: HEADERS and the last DATA."""
    head = frame(HEADERS, END_HEADERS, stream, header_block(path, **options))
    return head + frame(DATA, END_STREAM, stream, grpc_message(message))


def take_frames(received):
    """Takes the whole frames off a bytearray: `[(kind, flags, stream, payload)]`."""
    found = []
    at = 0
    while len(received) - at >= 9:
        length = int.from_bytes(received[at : at + 3], "big")
        if len(received) - at < 9 + length:
            break
        kind, flags, stream = struct.unpack_from(">BBI", received, at + 3)
        found.append((kind, flags, stream & 0x7FFFFFFF, bytes(received[at + 9 : at + 9 + length])))
        at += 9 + length
    del received[:at]
    return found


class Gone(Exception):
    """The connection is over; `code` is the error of GOAWAY, if there was one."""

    def __init__(self, code=None):
        super().__init__(f"connection closed ({ERRORS[code] if code is not None and code < len(ERRORS) else 'no word'})")
        self.code = code


class Connection:
    """An honest client's connection with many calls in flight. Owned by one thread."""

    def __init__(self, port, timeout_seconds=30, first=None, host="127.0.0.1"):
        self.socket = socket.create_connection((host, port), timeout=timeout_seconds)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self.next_stream = 1
        self.open = {}
        self.consumed = 0
        self.goaway = None
        window = frame(WINDOW_UPDATE, payload=struct.pack(">I", 1 << 30))
        self.send(first if first is not None else PREFACE + settings(INITIAL_WINDOW_SIZE=1 << 24) + window)

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Gone(self.goaway) from error

    def begin(self, path, message):
        """Starts a call and gives its stream."""
        stream = self.next_stream
        self.next_stream += 2
        self.open[stream] = bytearray()
        self.send(request(stream, path, message))
        return stream

    def frames(self):
        """Reads once and gives the whole frames there are."""
        try:
            data = self.socket.recv(1 << 18)
        except TimeoutError:
            raise Failure("the node has not answered within the time limit") from None
        except OSError as error:
            raise Gone(self.goaway) from error
        if not data:
            raise Gone(self.goaway)
        self.received += data
        return take_frames(self.received)

    def completed(self):
        """Waits for news, answers what must be answered, and gives `[(stream, messages)]` of the calls that ended."""
        done = []
        for kind, flags, stream, payload in self.frames():
            if kind == SETTINGS and not flags & ACK:
                self.send(frame(SETTINGS, ACK))
            elif kind == PING and not flags & ACK:
                self.send(frame(PING, ACK, payload=payload))
            elif kind == GOAWAY:
                self.goaway = int.from_bytes(payload[4:8], "big")
            elif kind == DATA:
                self.consumed += len(payload)
                if stream in self.open:
                    self.open[stream] += payload
            if kind == RST_STREAM or (kind in (DATA, HEADERS) and flags & END_STREAM):
                body = self.open.pop(stream, None)
                if body is not None:
                    done.append((stream, messages(bytes(body))))
        if self.consumed > 1 << 28:
            self.send(frame(WINDOW_UPDATE, payload=struct.pack(">I", self.consumed)))
            self.consumed = 0
        return done

    def call(self, path, message):
        """One call; its messages, or none where it was refused."""
        stream = self.begin(path, message)
        while True:
            for ended, answer in self.completed():
                if ended == stream:
                    return answer

    def call_all(self, path, requests, in_flight=100):
        """Many calls at once; their answers in order, None where one was refused."""
        answers = [None] * len(requests)
        waiting = {}
        following = iter(enumerate(requests))
        while True:
            while len(waiting) < in_flight:
                index, message = next(following, (None, None))
                if index is None:
                    break
                waiting[self.begin(path, message)] = index
            if not waiting:
                return answers
            for stream, answer in self.completed():
                index = waiting.pop(stream)
                answers[index] = answer[0] if answer else None


def messages(body):
    """The gRPC messages in the DATA of a stream."""
    found = []
    at = 0
    while at + 5 <= len(body):
        length = int.from_bytes(body[at + 1 : at + 5], "big")
        found.append(body[at + 5 : at + 5 + length])
        at += 5 + length
    return found


def serves(port, host="127.0.0.1"):
    """Whether a node answers the health check with SERVING."""
    from . import wire

    with contextlib.suppress(OSError, Gone, Failure), Connection(port, 2, host=host) as connection:
        answer = connection.call(wire.HEALTH_CHECK, b"")
        return bool(answer) and wire.one(answer[0], 1) == wire.SERVING
    return False


def pause_until(moment):
    """Sleeps until a moment of the monotonic clock."""
    remaining = moment - time.monotonic()
    if remaining > 0:
        time.sleep(remaining)
