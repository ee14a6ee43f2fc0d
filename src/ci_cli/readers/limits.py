"""``--limit NAME=N``: the one way to raise, or lower, a limit of :mod:`.guard` for one run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from ci_cli.errors import CiError, ExitCode
from ci_cli.readers import guard
from ci_cli.text import Msg, msg


class Limit(NamedTuple):
    """One limit: the constants of ``guard`` that it sets, and what it is about."""

    constants: tuple[str, ...]
    about: Msg


LIMITS: dict[str, Limit] = {
    "size": Limit(("MAX_FILE_BYTES", "MAX_XLS_BYTES"), msg("bytes of a file, as it stands")),
    "unpacked": Limit(
        ("MAX_UNPACKED_TEXT", "MAX_UNPACKED_BOOK"), msg("bytes of an archive, unpacked")
    ),
    "ratio": Limit(
        ("MAX_TEXT_RATIO", "MAX_BOOK_RATIO"), msg("how many times larger an archive may unpack to")
    ),
    "members": Limit(("MAX_ZIP_MEMBERS",), msg("parts of an archive")),
    "line": Limit(("MAX_LINE_BYTES",), msg("bytes of one line")),
    "field": Limit(("MAX_FIELD_CHARS",), msg("characters of one cell of delimited text")),
    "memory": Limit(("CHILD_MEMORY",), msg("bytes that reading a workbook may take")),
    "seconds": Limit(("CHILD_SECONDS",), msg("seconds that reading a workbook may take")),
    "errors": Limit(("MAX_FLAGGED_CELLS",), msg("error cells of a sheet")),
    "repeats": Limit(
        ("MAX_REPEATED_ROWS",), msg("filled rows of an .ods sheet that only repeat another")
    ),
    "depth": Limit(("MAX_XML_DEPTH",), msg("elements of XML inside one another")),
    "columns": Limit(
        ("MAX_BOOK_COLUMNS", "MAX_TEXT_COLUMNS", "MAX_XML_COLUMNS"),
        msg("columns of a sheet, of delimited text, or of a table in XML"),
    ),
}
_SAID = re.compile(r"(\w+)=(\d+)([KMG]?)", re.IGNORECASE)
_UNITS = {"": 1, "K": guard.KIB, "M": guard.MIB, "G": guard.GIB}


def parse_limits(texts: Iterable[str]) -> dict[str, int]:
    """Read what follows ``--limit``: ``size=20G``, ``ratio=500``.

    Returns:
        The new values by the name of their constant in ``guard``.

    Raises:
        CiError: ``limit-invalid``.
    """
    found = {}
    for text in texts:
        match = _SAID.fullmatch(text.strip())
        limit = LIMITS.get(match[1].lower()) if match else None
        if match is None or limit is None or not int(match[2]):
            raise CiError(
                "limit-invalid",
                msg("{text} does not set a limit.", text=text),
                hint=msg("Write for example: --limit size=20G (K, M and G are 1024 each)"),
                exit_code=ExitCode.DECIDE,
                details=tuple(
                    msg("{name}: {about}", name=name, about=limit.about)
                    for name, limit in LIMITS.items()
                ),
            )
        for constant in limit.constants:
            found[constant] = int(match[2]) * _UNITS[match[3].upper()]
    return found


@contextmanager
def in_force(limits: Mapping[str, int]) -> Iterator[None]:
    """Let other limits hold inside the block."""
    before = {name: getattr(guard, name) for name in limits}
    for name, value in limits.items():
        setattr(guard, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(guard, name, value)
