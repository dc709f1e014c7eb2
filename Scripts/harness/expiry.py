"""Watches when holds expire, by a clock that no fault touches: the monotonic clock of this program."""

import contextlib
import threading
import time

from . import wire
from .http2 import Connection, Gone
from .processes import Failure

HOLD_ACTIVE = wire.HOLD_ACTIVE
TTL_SECONDS = 3
PAUSE_SECONDS = 0.05


class ExpiryWatch(threading.Thread):
    """Makes holds that live for some seconds, several a second, and asks for each until it has expired. Through any node."""

    def __init__(self, members, skus):
        super().__init__(daemon=True)
        self.members = members
        self.skus = skus
        self.over = threading.Event()
        self.live = {}  # hold: (request sent, answer received)
        self.early_seconds = []
        self.late_seconds = []
        self.connection = None
        self.turn = 0

    def run(self):
        following = 0.0
        while not self.over.is_set() or self.live:
            with contextlib.suppress(OSError, Gone, Failure):
                if self.connection is None:
                    self.connect()
                if time.monotonic() >= following and not self.over.is_set():
                    following = time.monotonic() + 0.2
                    self.make()
                self.look()
                time.sleep(PAUSE_SECONDS)
                continue
            if self.connection is not None:
                self.connection.close()
            self.connection = None
            time.sleep(PAUSE_SECONDS)

    def connect(self):
        self.turn += 1
        member = self.members[self.turn % len(self.members)]
        self.connection = Connection(member.port, 2, host=member.host)

    def make(self):
        sku = self.skus[self.turn % len(self.skus)]
        self.turn += len(self.members)
        begun = time.monotonic()
        answer = self.connection.call(wire.RESERVE, wire.reserve(sku, 1, wire.request_id(), seconds=TTL_SECONDS))
        if answer:
            hold, _, _ = wire.reserved_hold(answer[0])
            self.live[hold] = (begun, time.monotonic())

    def look(self):
        """A hold lives from some moment between the request and the answer. Early: gone although it could not be over.
        Late: seen as active although it must be over."""
        for hold, (begun, answered) in list(self.live.items()):
            asked = time.monotonic()
            answer = self.connection.call(wire.GET_HOLD, wire.get_hold(hold))
            if not answer:
                continue
            heard = time.monotonic()
            if wire.one(answer[0], 3, 3) == HOLD_ACTIVE:
                if asked - answered > TTL_SECONDS + 30:
                    self.late_seconds.append(asked - answered - TTL_SECONDS)
                    del self.live[hold]
                continue
            del self.live[hold]
            self.early_seconds.append(begun + TTL_SECONDS - heard)
            self.late_seconds.append(asked - PAUSE_SECONDS - answered - TTL_SECONDS)
