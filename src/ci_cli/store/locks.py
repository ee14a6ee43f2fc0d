"""One writer at a time, and the others are told who it is.

SQLite alone would make a second writer wait as well, but it cannot say for whom. So every writer
first takes a lock that the operating system keeps on a file beside the store (``ci.db.lock``) and
writes into it who it is. The system drops the lock when the process ends, however it ends: a file
left behind by a killed process locks nobody out.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ci_cli.errors import CiError, ExitCode
from ci_cli.text import Msg, msg

ENDING = ".lock"
_SECONDS_BETWEEN_TRIES = 0.05
_TAKEN = frozenset((errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK))
_FAR_AWAY = 2**30  # Windows keeps others from reading what is locked: lock a byte nobody reads


@dataclass(frozen=True)
class Holder:
    """Who writes: the command without its arguments (they may name customers), since when."""

    command: str = ""
    since: str = ""
    pid: int = 0


@contextlib.contextmanager
def write_lock(path: Path, holder: Holder, *, wait: float) -> Iterator[int | None]:
    """Hold the lock of the store ``path`` while the block runs; give the handle of its file.

    Where the folder takes no lock file (read-only, or a file system without locks) the block runs
    without one: SQLite's own locks still keep writers apart, they only cannot say who holds them.

    Args:
        path: the store; its lock file lies beside the file that a link leads to.
        holder: who asks for the lock, for those who will have to wait.
        wait: seconds to wait for another writer.

    Raises:
        CiError: ``store-busy`` (exit 5): another writer is still there after ``wait`` seconds.
    """
    lock = path.resolve()
    lock = lock.with_name(lock.name + ENDING)
    handle = _acquire(lock, time.monotonic() + wait)
    if handle is None:
        yield None
        return
    try:
        _sign(handle, holder)
        yield handle
    finally:
        # while it is still locked, so that nobody can have taken the very file that goes
        with contextlib.suppress(OSError):
            lock.unlink()
        os.close(handle)


def holder_of(path: Path) -> Holder | None:
    """Return who signed the lock file of the store ``path``; None where nobody did."""
    lock = path.resolve()
    try:
        lines = lock.with_name(lock.name + ENDING).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return None
    told = dict(line.split(": ", 1) for line in lines if ": " in line)
    if not told.get("pid", "").isdecimal():
        return None
    return Holder(told.get("command", ""), told.get("since", ""), int(told["pid"]))


def busy(path: Path | None = None) -> CiError:
    """Return the error for a store that somebody else is writing to, naming them if known."""
    holder = None if path is None else holder_of(path)
    message: Msg = msg("Another program is writing to the store.")
    if holder is not None and holder.pid != os.getpid():
        message = msg(
            "Another `{command}` (pid {pid}, since {since}) is writing to the store.",
            command=f"ci-cli {holder.command}".strip(), pid=holder.pid, since=holder.since or "?",
        )  # fmt: skip
    return CiError(
        "store-busy",
        message,
        hint=msg("Nothing was changed. Try again when it has finished."),
        exit_code=ExitCode.BUSY,
    )


def _acquire(lock: Path, end: float) -> int | None:
    """Return the open and locked file; None where locks do not work."""
    while True:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        try:
            handle = os.open(lock, flags, 0o600)
        except OSError:
            return None
        try:
            locked = _try(handle)
            # the one who held it removes the file: what we locked may be no file any more
            if locked and _is_at(handle, lock):
                return handle
        except OSError:
            os.close(handle)
            return None
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        if not locked:
            if time.monotonic() >= end:
                raise busy(lock.with_name(lock.name.removesuffix(ENDING)))
            time.sleep(_SECONDS_BETWEEN_TRIES)


def _is_at(handle: int, lock: Path) -> bool:
    try:
        there, ours = lock.stat(), os.fstat(handle)
    except FileNotFoundError:
        return False
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)


def _try(handle: int) -> bool:
    """Lock the open file if nobody else has; raise where the file system knows no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _FAR_AWAY, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        raise
    return True


def _sign(handle: int, holder: Holder) -> None:
    text = f"command: {holder.command}\npid: {os.getpid()}\nsince: {holder.since}\n"
    with contextlib.suppress(
        OSError
    ):  # on a full disk nobody learns who; the lock holds all the same
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, text.encode())
