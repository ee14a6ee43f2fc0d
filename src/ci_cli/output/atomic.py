"""Write a file whole or not at all: a failed export never costs the file that was there.

The new content goes to a temporary file in the same folder, is forced to disk, and takes the
target's name in one step. Files are created for their owner only (0600): they hold customers.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import io
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from ci_cli.disk import sync_folder
from ci_cli.errors import CiError, Where
from ci_cli.text import Msg, msg

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_REFUSED = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))
_BAD_NAME = frozenset((errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.ELOOP))
_SQLITE_MAGIC = b"SQLite format 3\x00"


@contextlib.contextmanager
def write_atomic(path: Path) -> Iterator[BinaryIO]:
    """Open ``path`` for writing bytes; it appears, or is replaced, when the block ends well.

    A symbolic link is followed: what it points to is replaced. If the block or the writing fails,
    the temporary file is removed and the old file stands as it was.

    Raises:
        CiError: ``output-folder-missing``, ``output-is-folder``, ``output-not-a-file``,
            ``output-is-store``, ``output-not-allowed``, ``output-name-invalid``, ``disk-full``,
            ``output-not-written``.
    """
    target = _checked_target(path)
    temporary = target.parent / f".ci-cli-{secrets.token_hex(6)}.tmp"
    try:
        handle = _create(temporary)
    except OSError as error:
        raise output_error(error, path) from error
    finishing = False
    try:
        yield handle
        finishing = True
        handle.flush()
        os.fsync(handle.fileno())
        handle.close()
        temporary.replace(target)
    except OSError as error:
        _discard(handle, temporary)
        # Inside the block, an error that is no disk trouble may come from what it was reading.
        if finishing or error.errno in _FULL or error.errno == errno.EIO:
            raise output_error(error, path) from error
        raise
    except BaseException:
        _discard(handle, temporary)
        raise
    sync_folder(target.parent)


def check_writable(path: Path) -> None:
    """Find out whether :func:`write_atomic` could write ``path`` now, and leave nothing behind.

    For a command that changes something before it has anything to write: rights and file systems
    have too many rules to be foretold, so a file is made in the folder and removed again.

    Raises:
        CiError: those of :func:`write_atomic`.
    """
    target = _checked_target(path)
    temporary = target.parent / f".ci-cli-{secrets.token_hex(6)}.tmp"
    try:
        with contextlib.suppress(FileNotFoundError):
            target.stat()  # names that the file system does not take
        handle = _create(temporary)
    except OSError as error:
        raise output_error(error, path) from error
    _discard(handle, temporary)


@contextlib.contextmanager
def named_at_end(path: Path) -> Iterator[Path]:
    """Give a place beside ``path``; the file that is there when the block ends well is named so.

    For a file that may only appear when something else has succeeded as well. Errors are those of
    :func:`write_atomic`.
    """
    target = _checked_target(path)
    temporary = target.parent / f".ci-cli-{secrets.token_hex(6)}.tmp"
    try:
        yield temporary
        try:
            temporary.replace(target)
        except OSError as error:
            raise output_error(error, path) from error
    except CiError as error:
        if error.where.file == str(temporary):  # people know it by the name that they gave
            error.where = dataclasses.replace(error.where, file=str(path))
        raise
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    sync_folder(target.parent)


@contextlib.contextmanager
def write_atomic_text(path: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    r"""Like :func:`write_atomic`, for text; line ends are written as they are given.

    What ``encoding`` cannot hold, such as a lone surrogate, is written out as ``\udc80``.
    """
    with write_atomic(path) as handle:
        text = io.TextIOWrapper(handle, encoding, errors="backslashreplace", newline="")
        try:
            yield text
            text.flush()
        finally:
            with contextlib.suppress(OSError, ValueError):
                text.detach()


def output_error(error: OSError, path: Path) -> CiError:
    """Say in our words why ``path`` could not be written."""
    code, message, hint = _explain(error)
    return CiError(code, message, hint=hint, where=Where(file=str(path)))


def _explain(error: OSError) -> tuple[str, Msg, Msg | None]:
    if error.errno in _FULL:
        return (
            "disk-full",
            msg("There is no space left to write this file; the old file, if any, is unchanged."),
            msg("Free some space, or choose another folder with -o."),
        )
    if error.errno in _REFUSED:
        return (
            "output-not-allowed",
            msg("This file may not be written: permission denied."),
            msg("Choose another place with -o, or ask for the right to write there."),
        )
    if error.errno in _BAD_NAME:
        return (
            "output-name-invalid",
            msg("The file system does not accept this file name."),
            msg("Choose a shorter or simpler name with -o."),
        )
    return (
        "output-not-written",
        msg("This file could not be written: {reason}.", reason=error.strerror or str(error)),
        msg("Choose another place with -o."),
    )


def _checked_target(path: Path) -> Path:
    """Return where the bytes will really go, or raise the error that names the obstacle."""
    where = Where(file=str(path))
    try:
        target = path.resolve()
        if target.is_symlink():  # what is still a link after that leads to itself
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        folder_found = target.parent.is_dir()
        mode = target.stat().st_mode if target.exists() else None
    except (OSError, ValueError, RuntimeError) as error:  # loops, NUL in the name, too long
        known = error if isinstance(error, OSError) else OSError(errno.EINVAL, str(error))
        raise output_error(known, path) from error
    if not folder_found:
        raise CiError(
            "output-folder-missing",
            msg("The folder that this file should go to does not exist."),
            hint=msg("Create the folder first, or choose another place with -o."),
            where=where,
        )
    if mode is None:
        return target
    if stat.S_ISDIR(mode):
        raise CiError(
            "output-is-folder",
            msg("This is a folder, not a file."),
            hint=msg("Name a file inside it with -o."),
            where=where,
        )
    if not stat.S_ISREG(mode):
        raise CiError(
            "output-not-a-file",
            msg("This is a device or a pipe, not an ordinary file."),
            hint=msg("Leave -o away to write to standard output."),
            where=where,
        )
    _check_replaceable(target, path)
    return target


def _check_replaceable(target: Path, path: Path) -> None:
    try:
        if not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "not writable")
        with target.open("rb") as existing:
            is_database = existing.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC
    except OSError as error:
        raise output_error(error, path) from error
    if is_database:
        raise CiError(
            "output-is-store",
            msg("This file is a database; a report never replaces one."),
            hint=msg("Choose another file name with -o."),
            where=Where(file=str(path)),
        )


def _create(temporary: Path) -> BinaryIO:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    return cast(BinaryIO, os.fdopen(os.open(temporary, flags, 0o600), "wb"))


def _discard(handle: BinaryIO, temporary: Path) -> None:
    with contextlib.suppress(OSError):
        handle.close()  # on a full disk the last flush fails once more
    with contextlib.suppress(OSError):
        temporary.unlink()
