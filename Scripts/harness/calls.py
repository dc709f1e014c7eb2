"""One connection of a client that goes on when nodes fail: calls with their gRPC status, never blocking.

We tell the node that our table for header fields has no room (SETTINGS_HEADER_TABLE_SIZE 0), so every field it sends stands
for itself (RFC 7541, 6.2) and the status can be read without a decoder: the name is one of two texts, plain or Huffman.
"""

import contextlib
import errno
import socket
import struct
import time

from . import http2
from .http2 import ACK, CONTINUATION, DATA, END_STREAM, GOAWAY, HEADERS, PING, RST_STREAM, SETTINGS, Gone

# "grpc-status", plain and in the Huffman code of RFC 7541, appendix B.
STATUS_NAMES = (b"grpc-status", bytes.fromhex("9acac8b21234da8f"))
OK, UNKNOWN, DEADLINE_EXCEEDED, ALREADY_EXISTS, RESOURCE_EXHAUSTED = 0, 2, 4, 6, 8
FAILED_PRECONDITION, UNAVAILABLE = 9, 14
CANCEL = 8


def number(data, at, bits):
    """An integer with a prefix of so many bits (RFC 7541, 5.1), and where it ends."""
    limit = (1 << bits) - 1
    value = data[at] & limit
    at += 1
    if value < limit:
        return value, at
    shift = 0
    while True:
        byte = data[at]
        at += 1
        value += (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def grpc_status(block):
    """The status in a block of header fields; None where it has none."""
    at = 0
    while at < len(block):
        first = block[at]
        if first & 0x80:  # a field of the static table: none is ours
            _, at = number(block, at, 7)
            continue
        if first & 0xE0 == 0x20:  # the size of the dynamic table
            _, at = number(block, at, 5)
            continue
        index, at = number(block, at, 6 if first & 0x40 else 4)
        name = None
        if index == 0:
            length, at = number(block, at, 7)
            name = bytes(block[at : at + length])
            at += length
        length, at = number(block, at, 7)
        value = block[at : at + length]
        at += length
        if name in STATUS_NAMES:
            return int(value)
    return None


class Caller:
    """A connection to one node, for a loop that waits for many: `socket` is what to wait for."""

    def __init__(self, host, port):
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self.waiting = bytearray()  # not yet taken by the socket
        self.next_stream = 1
        self.open = {}
        self.is_leaving = False
        self.is_connected = False
        self.heard = time.monotonic()
        self.consumed = 0
        with contextlib.suppress(BlockingIOError):
            self.socket.connect((host, port))
        window = http2.frame(http2.WINDOW_UPDATE, payload=struct.pack(">I", 1 << 30))
        self.waiting += http2.PREFACE + http2.settings(HEADER_TABLE_SIZE=0, INITIAL_WINDOW_SIZE=1 << 24) + window

    def close(self):
        self.socket.close()

    def begin(self, path, message):
        """Starts a call and gives its stream; it leaves with the next `flush`."""
        stream = self.next_stream
        self.next_stream += 2
        self.open[stream] = (bytearray(), None)
        self.waiting += http2.request(stream, path, message)
        return stream

    def give_up(self, stream):
        """Nobody waits for this call any more."""
        if self.open.pop(stream, None) is not None:
            self.waiting += http2.frame(RST_STREAM, stream=stream, payload=struct.pack(">I", CANCEL))

    def flush(self):
        """Sends what the socket takes; true where something is left."""
        try:
            while self.waiting:
                del self.waiting[: self.socket.send(self.waiting)]
                self.is_connected = True
        except BlockingIOError:
            return True
        except OSError as error:
            if error.errno in (errno.ENOTCONN, errno.EINPROGRESS):
                return True
            raise Gone() from error
        return False

    def completed(self):
        """Reads what there is and gives `[(stream, status, messages)]` of the calls that ended."""
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return []
        except OSError as error:
            raise Gone() from error
        if not data:
            raise Gone()
        self.received += data
        self.heard = time.monotonic()
        done = []
        for kind, flags, stream, payload in http2.take_frames(self.received):
            self.take(kind, flags, stream, payload, done)
        if self.consumed > 1 << 28:
            self.waiting += http2.frame(http2.WINDOW_UPDATE, payload=struct.pack(">I", self.consumed))
            self.consumed = 0
        return done

    def take(self, kind, flags, stream, payload, done):
        if kind == SETTINGS and not flags & ACK:
            self.waiting += http2.frame(SETTINGS, ACK)
        elif kind == PING and not flags & ACK:
            self.waiting += http2.frame(PING, ACK, payload=payload)
        elif kind == GOAWAY:
            self.is_leaving = True
        if kind == DATA:
            self.consumed += len(payload)
        if stream not in self.open:
            return
        body, status = self.open[stream]
        if kind == DATA:
            body += payload
        elif kind in (HEADERS, CONTINUATION):
            found = grpc_status(payload)
            status = found if found is not None else status
            self.open[stream] = (body, status)
        if kind == RST_STREAM or (kind in (DATA, HEADERS) and flags & END_STREAM):
            del self.open[stream]
            # A stream that was reset without a status says nothing of what became of the call.
            done.append((stream, UNKNOWN if status is None else status, http2.messages(bytes(body))))
