"""Every limit that a file has to keep, and the checks that come before any parsing.

A reader never trusts what a file says about itself: it is measured here first. All limits are named
in this module; :mod:`.limits` lets the user raise each of them for one run.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ci_cli.errors import CiError, Where
from ci_cli.text import Msg, msg

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

# Any file
MAX_FILE_BYTES = 64 * GIB  # as it stands; also what may come through a pipe
BLOCK_BYTES = 1 * MIB  # what is read at a time
CHUNK_ROWS = 1_000  # rows handed on at a time: few enough to stay in the cache of a processor

# Delimited text
MAX_FIELD_CHARS = 131_072  # one cell; a longer one is nearly always an unclosed quote
MAX_LINE_BYTES = 16 * MIB  # one physical line
MAX_TEXT_COLUMNS = 16_384  # cells of one of the first HEAD_LINES lines: no table has more
HEAD_LINES = 20
MAX_UNPACKED_TEXT = 16 * GIB  # a .gz unpacked
MAX_TEXT_RATIO = 200  # unpacked to packed, asked only of more than UNPACKED_FLOOR
SAMPLE_LINES = 500  # lines that decide on the delimiter
SAMPLE_CHARS = 1_000_000
RESYNC_LINES = 1_000  # how far the end of a damaged row is looked for

# Workbooks
MAX_UNPACKED_BOOK = 4 * GIB
MAX_BOOK_RATIO = 100
UNPACKED_FLOOR = 100 * MIB  # below this size a high ratio does no harm
MAX_XLS_BYTES = 512 * MIB  # an .xls, which is held in memory
MAX_ZIP_MEMBERS = 5_000
MAX_PART_BYTES = 64 * MIB  # workbook.xml and the like, which are held in memory
MAX_BOOK_COLUMNS = 16_384  # what Excel and LibreOffice can hold
MOST_NOTES = 5  # on columns of one sheet that look alike
MAX_FLAGGED_CELLS = 1_000_000  # error cells and formulas without a value, per sheet
MAX_REPEATED_ROWS = 100_000  # filled rows of an .ods sheet that are only said to repeat another
CHILD_MEMORY = 4 * GIB  # address space of the process that parses a workbook
CHILD_SECONDS = 600

# XML
MAX_XML_DEPTH = 200
MAX_XML_COLUMNS = 5_000

# What the zip library raises on damaged archives.
BROKEN_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError,
)  # fmt: skip


@dataclass(frozen=True)
class Snapshot:
    """What a file was when it was opened, so that a change under our hands is noticed."""

    path: Path
    size: int
    changed_ns: int
    inode: int
    sha256: str

    def verify(self) -> None:
        """Make sure that the file is still the one that was opened.

        Raises:
            CiError: ``file-changed``.
        """
        try:
            now = self.path.stat()
        except OSError as error:
            raise unreadable(self.path, error) from error
        if (now.st_size, now.st_mtime_ns, now.st_ino) != (self.size, self.changed_ns, self.inode):
            raise CiError(
                "file-changed",
                msg("the file changed while it was being read"),
                hint=msg("wait until the other program has finished with it, then start again"),
                where=Where(file=str(self.path)),
            )


def unreadable(path: Path, error: OSError) -> CiError:
    """Turn an error of the operating system into one that names the path and the cause."""
    return CiError(
        "file-unreadable",
        msg("the file cannot be read: {cause}", cause=error.strerror or type(error).__name__),
        hint=msg("check the path and its permissions; close the program that holds the file"),
        where=Where(file=str(path)),
    )


def damaged(path: Path, cause: Msg | str, sheet: str | None = None) -> CiError:
    """Return the error for a file that is not whole: truncated, or altered on its way."""
    return CiError(
        "file-damaged",
        msg("the file is damaged: {cause}", cause=cause),
        hint=msg("fetch or export it again; nothing was read from it"),
        where=Where(file=str(path), sheet=sheet),
    )


def empty(path: Path) -> CiError:
    """Return the error for a file without a single filled cell."""
    return CiError(
        "file-empty",
        msg("the file is empty: it holds no text at all"),
        hint=msg("export it again, and check that the export had finished"),
        where=Where(file=str(path)),
    )


def too_large(path: Path, unpacked: int, packed: int) -> CiError:
    """Return the error for an archive that would unpack to more than it should."""
    return CiError(
        "file-too-large",
        msg(
            "the file is too large when unpacked: {unpacked} MB out of {packed} MB",
            unpacked=f"{unpacked / MIB:.1f}",
            packed=f"{packed / MIB:.1f}",
        ),
        hint=msg("if it is genuine, raise the limits: --limit unpacked=100G --limit ratio=2000"),
        where=Where(file=str(path)),
    )


def check_path(path: Path) -> os.stat_result:
    """Refuse what is no ordinary, readable, filled file.

    Raises:
        CiError: ``file-missing``, ``file-not-a-file``, ``file-unreadable``, ``file-lock``,
            ``file-empty``, ``file-too-large``.
    """
    where = Where(file=str(path))
    try:
        found = path.stat()
    except FileNotFoundError:
        raise CiError(
            "file-missing",
            msg("there is no such file"),
            hint=_similar(path),
            where=where,
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a name with NUL in it
        raise unreadable(path, error if isinstance(error, OSError) else OSError()) from error
    if not stat.S_ISREG(found.st_mode):
        kind = msg("a folder") if stat.S_ISDIR(found.st_mode) else msg("a device or a pipe")
        raise CiError(
            "file-not-a-file",
            msg("this is {kind}, not a file", kind=kind),
            hint=msg("name the files themselves, for instance {example}", example="folder/*.xlsx"),
            where=where,
        )
    if path.name.startswith("~$"):
        raise CiError(
            "file-lock",
            msg("this is the lock file that Excel keeps beside an open workbook"),
            hint=msg("import {name} instead", name=path.name[2:]),
            where=where,
        )
    if found.st_size == 0:
        raise empty(path)
    if found.st_size > MAX_FILE_BYTES:
        raise CiError(
            "file-too-large",
            msg("the file is larger than {limit} MB", limit=MAX_FILE_BYTES // MIB),
            hint=msg("if it is genuine, raise the limit, for instance --limit size=200G"),
            where=where,
        )
    return found


def _similar(path: Path) -> Msg:
    """Suggest the file that was probably meant."""
    import difflib

    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return msg("check the path: the folder {folder} cannot be opened", folder=str(path.parent))
    close = difflib.get_close_matches(path.name, names, n=1)
    if close:
        return msg("did you mean {name}?", name=str(path.parent / close[0]))
    return msg("check the path; quote names that hold spaces")


def take_snapshot(path: Path) -> tuple[Snapshot, bytes]:
    """Hash the file as it stands.

    Returns:
        The snapshot and the first 4096 bytes, by which the format is recognised.

    Raises:
        CiError: see :func:`check_path`; ``file-changed`` when it grew meanwhile.
    """
    found = check_path(path)
    digest = hashlib.sha256()
    head = b""
    try:
        with path.open("rb") as stream:
            while block := stream.read(BLOCK_BYTES):
                head = head or block[:4096]
                digest.update(block)
    except OSError as error:
        raise unreadable(path, error) from error
    snapshot = Snapshot(path, found.st_size, found.st_mtime_ns, found.st_ino, digest.hexdigest())
    snapshot.verify()
    return snapshot, head


@contextmanager
def private_folder() -> Iterator[Path]:
    """Yield a temporary folder that only this user can enter; it is gone afterwards.

    Raises:
        CiError: ``temp-folder``.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="ci-cli-", ignore_cleanup_errors=True)
    except OSError as error:
        raise no_space() from error
    with folder as name:
        yield Path(name)


def no_space() -> CiError:
    """Return the error for temporary files that cannot be written."""
    return CiError(
        "temp-folder",
        msg("temporary files cannot be written"),
        hint=msg("make room on the disk, or set TMPDIR to a folder on another one"),
    )


def check_archive(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that is made to harm, from its directory alone.

    Raises:
        CiError: ``file-too-large``, ``archive-unsafe``, ``file-encrypted``.
    """
    members = archive.infolist()
    if len(members) > MAX_ZIP_MEMBERS:
        raise _unsafe(path, msg("it has {count} parts", count=len(members)))
    unpacked = sum(member.file_size for member in members)
    packed = path.stat().st_size
    if unpacked > MAX_UNPACKED_BOOK or (
        unpacked > UNPACKED_FLOOR and unpacked > MAX_BOOK_RATIO * packed
    ):
        raise too_large(path, unpacked, packed)
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        name = member.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/"):
            raise _unsafe(path, msg("a part is called {name}", name=member.filename))
        if member.header_offset < end:
            raise _unsafe(path, msg("its parts overlap"))
        end = member.header_offset + 30 + member.compress_size  # 30: the fixed local header
        if member.flag_bits & 1:
            raise encrypted(path)


def _unsafe(path: Path, cause: Msg) -> CiError:
    return CiError(
        "archive-unsafe",
        msg("this is no workbook that a spreadsheet program wrote: {cause}", cause=cause),
        hint=msg(
            "open it in Excel and save it under a new name, if you trust where it came from;"
            " --limit members=N allows more parts"
        ),
        where=Where(file=str(path)),
    )


def encrypted(path: Path) -> CiError:
    """Return the error for a workbook that only opens with its password."""
    return CiError(
        "file-encrypted",
        msg("the workbook is password-protected"),
        hint=msg("open it in Excel, remove the password and save it"),
        where=Where(file=str(path)),
    )
