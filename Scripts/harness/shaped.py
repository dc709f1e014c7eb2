"""Hosts joined by the switch in user space instead of the kernel's bridge: the wires can be made bad."""

import contextlib
import json
import socket
import sys

from .hosts import Hosts
from .processes import ROOT, Failure, wait_until


class ShapedHosts(Hosts):
    """The same hosts and partitions; beside them delay, loss and the rest for each way between two hosts."""

    def join(self):
        self.control = self.workshop.path("switch.control")
        arguments = [sys.executable, "-m", "harness.switch", "--control", self.control]
        for number in range(1, self.count + 1):
            arguments += ["--host", f"{number}:{self.keep(number)}"]
        self.switch = self.workshop.start(arguments, "switch.log", cwd=ROOT / "Scripts")
        wait_until(self.control.exists, 20, "waiting for the switch", self.switch)
        for number in range(1, self.count + 1):
            self.configure(number)

    def apply(self):
        self.shape([(one, two) for one in self.keepers for two in self.keepers if one != two], None)
        if self.cuts:
            self.shape(sorted(self.cuts), {"cut": 1})

    def shape(self, pairs, rule):
        """Sets the rule of these ways; gives what the switch has counted so far."""
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as connection:
            connection.settimeout(5)
            connection.connect(str(self.control))
            with connection.makefile("rw") as stream:
                stream.write(json.dumps({"pairs": pairs, "rule": rule}) + "\n")
                stream.flush()
                answer = stream.readline()
        if not answer:
            raise Failure("the switch did not answer")
        return json.loads(answer)

    def everywhere(self, **rule):
        """One rule for all ways between hosts; the script's own way to each stays a plain wire."""
        return self.shape([(one, two) for one in self.keepers for two in self.keepers if one != two], rule or None)

    def counts(self):
        return self.shape([], None)
