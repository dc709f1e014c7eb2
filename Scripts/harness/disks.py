"""A disk of its own for a node: a file with a file system, mounted in this program's own mount namespace, that can lose its
power or its free space."""

import os

from .processes import run

MEGABYTE = 1 << 20


class Disk:
    """xfs in a file. Its mount goes away with the namespace, its loop device with the mount."""

    def __init__(self, folder, mount_point, megabytes=1024):
        self.image = folder / f"{mount_point.name}.disk"
        self.mount_point = mount_point
        self.ballast = mount_point / "ballast"
        run(["truncate", "--size", f"{megabytes}M", self.image], 10)
        run(["mkfs.xfs", "-q", self.image], 60)
        mount_point.mkdir(parents=True, exist_ok=True)
        self.mount()

    def mount(self):
        run(["mount", "-o", "loop", self.image, self.mount_point], 30)

    def cut_power(self):
        """From this moment nothing reaches the disk any more: neither dirty pages nor the file system's own log."""
        run(["xfs_io", "-x", "-c", "shutdown", self.mount_point], 10)

    def power_up(self):
        """After its processes were killed: what had not been synced is gone."""
        run(["umount", self.mount_point], 30)
        self.mount()

    def free_bytes(self):
        found = os.statvfs(self.mount_point)
        return found.f_bavail * found.f_frsize

    def fill(self, leave_bytes):
        """Takes all space but so much."""
        run(["fallocate", "--length", max(0, self.free_bytes() - leave_bytes), self.ballast], 30)

    def empty(self):
        self.ballast.unlink(missing_ok=True)
