"""Give finished files their names, never half of one and never over another."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ci_cli.disk import sync_folder

# what SQLite keeps beside a store; each belongs to the very file that it was written for
JOURNALS = ("-journal", "-wal", "-shm")
_NETWORK = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "fuse.sshfs", "davfs",
    "fuse.glusterfs", "ceph", "vboxsf", "drvfs",
})  # fmt: skip


def publish(fresh: Path, target: Path) -> None:
    """Give the finished file ``fresh`` the name ``target``, in one step.

    Raises:
        FileExistsError: something has that name; ``fresh`` is still there then.
    """
    try:
        os.link(fresh, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without second names
        if target.exists() or target.is_symlink():
            raise FileExistsError(target) from None
        fresh.rename(target)
    else:
        fresh.unlink()
    sync_folder(target.parent)


def begin(fresh: Path) -> None:
    """Create ``fresh`` empty, for its owner only; what a killed process left there goes.

    Raises:
        OSError: the folder refuses.
    """
    remove(fresh)
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def remove(path: Path) -> None:
    """Remove a file and the journals that belong to it, if they are there."""
    for name in (path, *(path.with_name(path.name + ending) for ending in JOURNALS)):
        with contextlib.suppress(FileNotFoundError):
            name.unlink()


def free_name(path: Path, what: str) -> Path:
    """Return ``path`` with ``.what-1`` behind it, or the first number that is free."""
    number = 1
    while (name := path.with_name(f"{path.name}.{what}-{number}")).exists():
        number += 1
    return name


def on_network(path: Path, mounts: Path = Path("/proc/self/mounts")) -> bool:
    """Tell whether ``path`` lies on a network file system, as far as the system says so."""
    place = path.resolve()
    if str(place).startswith("\\\\"):
        return True
    try:
        lines = mounts.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return False
    kinds = {
        Path(fields[1].replace("\\040", " ")): fields[2]
        for line in lines
        if len(fields := line.split()) > 2
    }
    nearest = next((kinds[folder] for folder in (place, *place.parents) if folder in kinds), "")
    return nearest in _NETWORK
