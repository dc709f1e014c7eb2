"""A node of a cluster: where it lives, and the command lines that make, join and run it."""

import dataclasses
import pathlib

from . import owned
from .http2 import serves
from .node import program
from .processes import answers


@dataclasses.dataclass
class Member:
    """One node. Everything that must survive the script is a plain value, kept in the cluster's state file."""

    name: str
    folder: str
    host: str
    port: int
    peer_port: int
    zone: str = ""
    flags: list = dataclasses.field(default_factory=list)
    number: int = 0  # given by the cluster; 0 until it was heard
    pid: int | None = None
    start: int | None = None
    joining: bool = False  # it has joined to carry a share, and does not have it yet
    replaces: int = 0  # the number of the node in whose place it comes, until that one is out
    programs: str = ""  # the folder of its programs, where that is another one than everybody's

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    @property
    def peer_address(self):
        return f"{self.host}:{self.peer_port}"

    @property
    def data(self):
        return pathlib.Path(self.folder) / "data"

    @property
    def log(self):
        return pathlib.Path(self.folder) / "log"

    @property
    def secret(self):
        return self.data / "SECRET"

    def is_made(self):
        """Whether the data directory is whole: what made it may have been broken off."""
        format = self.data / "FORMAT"
        return format.exists() and "state: ready" in format.read_text()

    def settings(self):
        found = ["--data-dir", self.data, "--listen", self.address, "--peer-listen", self.peer_address]
        if self.zone:
            found += ["--zone", self.zone]
        if not self.host.startswith("127."):
            found.append("--allow-unprotected")
        return [*found, *self.flags]

    def init_command(self, shape):
        """Makes the first node of a new cluster and ends; `shape` is what only a new cluster can choose."""
        return [program("holdfastd", self.programs), "init", *self.settings(), *shape]

    def join_command(self, seed):
        """Asks the cluster of another member for a number, writes the data directory and ends."""
        found = [program("holdfastd", self.programs), "join", *self.settings()]
        return [*found, "--cluster", seed.address, "--secret-file", seed.secret]

    def run_command(self):
        return [program("holdfastd", self.programs), *self.settings()]

    def is_running(self):
        return owned.is_ours(self.pid, self.start)

    def answers(self):
        return answers(self.port, self.host)

    def serves(self):
        return serves(self.port, self.host)
