"""Calls to the nodes of a cluster in one loop, of one thread: one that fails goes on at another node, with the same message."""

import dataclasses
import heapq
import random
import selectors
import signal
import time

from . import calls
from .calls import Caller
from .http2 import Gone

# An attempt without an answer is given up after this long, or after half of the time there is.
ATTEMPT_SECONDS = 1.0
RECONNECT_SECONDS = 0.1
STILL_SECONDS = 0.5
# What a refusal with these says is that nothing happened; after any other ending the outcome is unknown.
SURELY_NOT_APPLIED = (calls.UNAVAILABLE, calls.RESOURCE_EXHAUSTED, calls.FAILED_PRECONDITION)


@dataclasses.dataclass
class Call:
    """One thing a caller wants, over all its attempts. One that is not `repeated` has a single attempt."""

    path: str
    message: bytes
    begun: float
    deadline: float
    is_repeated: bool = True
    node: int = -1
    attempts: int = 0
    may_have_happened: bool = False

    @property
    def patience_seconds(self):
        """How long an attempt may take."""
        seconds = self.deadline - self.begun
        return min(ATTEMPT_SECONDS, seconds / 2) if self.is_repeated else seconds


def endpoints(text):
    """`HOST:PORT,HOST:PORT` as `[(host, port)]`"""
    return [(host, int(port)) for host, _, port in (node.rpartition(":") for node in text.split(","))]


class CallLoop:
    """Who makes the calls says, by overriding, what comes of them: `answered`, `unclear`, `failed`."""

    def __init__(self, nodes, seed):
        self.chance = random.Random(seed)
        self.nodes = nodes
        self.links = [None] * len(nodes)
        self.connect_after = [0.0] * len(nodes)
        self.selector = selectors.DefaultSelector()
        self.under_way = {}  # (node, stream): call
        self.timers = []  # (when, order, action)
        self.order = 0
        self.over = False

    def answered(self, call, status, messages, now):
        """The call ended with OK, or with one of the statuses of `decides`."""
        raise NotImplementedError

    def unclear(self, call, status, now):
        """An attempt ended otherwise: `silent` is no answer at all, `gone` a lost connection."""

    def failed(self, call, now):
        """The last attempt had no success either."""
        raise NotImplementedError

    def decides(self, status):
        """Whether a status that is not OK is an answer: another attempt would hear the same."""
        return status == calls.FAILED_PRECONDITION

    def turn_began(self, now):
        pass

    def stood_still(self, begin, end):
        """Not the cluster's doing: this program was stopped, or the machine was."""

    def is_finished(self):
        return self.over and not self.under_way

    def run(self):
        latest = time.monotonic()
        while not self.is_finished():
            now = time.monotonic()
            if now - latest > STILL_SECONDS:
                self.stood_still(latest, now)
            latest = now
            while self.timers and self.timers[0][0] <= now:
                heapq.heappop(self.timers)[2](now)
            self.turn_began(now)
            self.exchange()

    def stop_at_signal(self):
        """SIGTERM ends the loop in good order. For a process that is nothing but this loop."""

        def stop(_number, _frame):
            self.over = True

        signal.signal(signal.SIGTERM, stop)

    def at(self, when, action):
        self.order += 1
        heapq.heappush(self.timers, (when, self.order, action))

    def exchange(self):
        """Sends what waits, and takes what came."""
        for node, link in enumerate(self.links):
            if link is not None:
                try:
                    wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if link.flush() else 0)
                    self.selector.modify(link.socket, wanted, node)
                except Gone:
                    self.lose(node)
        for key, _ in self.selector.select(0.005):
            node = key.data
            if self.links[node] is None:
                continue
            try:
                for stream, status, messages in self.links[node].completed():
                    self.ended(node, stream, status, messages)
            except Gone:
                self.lose(node)

    # Attempts.

    def attempt(self, call, node, now):
        """Sends the call to a node; where that cannot be reached, it goes on as after a failure."""
        call.node = node
        call.attempts += 1
        if not self.connect(node, now):
            return self.go_on(call, now)
        stream = self.links[node].begin(call.path, call.message)
        self.under_way[node, stream] = call
        until = min(now + call.patience_seconds, call.deadline)
        self.at(until, lambda when: self.give_up(node, stream, call, when))

    def give_up(self, node, stream, call, now):
        if self.under_way.get((node, stream)) is not call:
            return
        del self.under_way[node, stream]
        link = self.links[node]
        link.give_up(stream)
        self.unclear(call, "silent", now)
        call.may_have_happened |= link.is_connected
        self.go_on(call, now)
        # A connection that says nothing at all may be dead, and TCP would take long to find out.
        if now - link.heard > ATTEMPT_SECONDS:
            self.lose(node)

    def ended(self, node, stream, status, messages):
        call = self.under_way.pop((node, stream), None)
        if call is None:
            return
        now = time.monotonic()
        if (status == calls.OK and messages) or self.decides(status):
            return self.answered(call, status, messages, now)
        self.unclear(call, status, now)
        call.may_have_happened |= status not in SURELY_NOT_APPLIED
        self.go_on(call, now)

    def go_on(self, call, now):
        """After an attempt without success: the next one at another node, or the end."""
        pause = self.chance.uniform(0.02, 0.1)
        if not call.is_repeated or now + pause >= call.deadline:
            return self.failed(call, now)
        following = self.after(call.node)
        self.at(now + pause, lambda when: self.attempt(call, following, when))

    def after(self, node):
        """Where a call goes on."""
        return (node + 1) % len(self.nodes)

    # Connections.

    def connect(self, node, now):
        link = self.links[node]
        if link is not None and link.is_leaving:
            # GOAWAY: what is under way is still answered; new calls go elsewhere until the node is back.
            if not link.open:
                self.lose(node)
            return False
        if link is None:
            if now < self.connect_after[node]:
                return False
            self.connect_after[node] = now + RECONNECT_SECONDS
            try:
                self.links[node] = Caller(*self.nodes[node])
            except OSError:
                return False
            self.selector.register(self.links[node].socket, selectors.EVENT_READ | selectors.EVENT_WRITE, node)
        return True

    def lose(self, node):
        """The connection is gone; what was under way on it may have happened."""
        link = self.links[node]
        self.links[node] = None
        self.selector.unregister(link.socket)
        link.close()
        now = time.monotonic()
        for key in [key for key in self.under_way if key[0] == node]:
            call = self.under_way.pop(key)
            self.unclear(call, "gone", now)
            call.may_have_happened |= link.is_connected
            self.go_on(call, now)
