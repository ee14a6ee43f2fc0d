"""The code of a pair in a sheet that goes out and comes back: ``S3-12-345-9f2c``.

It names the scan and the two records, and its end is a checksum over who these are. So a digit that
was changed, or a sheet of another store, is found out; and no spreadsheet takes it for a number or
a date.
"""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple

from ci_cli.shapes.reviews import RecordName
from ci_cli.shapes.trade import PairRow

_CODE = re.compile(r"S(\d{1,9})-(\d{1,18})-(\d{1,18})-([0-9a-f]{4})", re.IGNORECASE)


class PairCode(NamedTuple):
    """What a code says; whether it is true is for :func:`code_of`."""

    scan: int
    record_a: int
    record_b: int


def code_of(scan: int, one: RecordName, other: RecordName) -> str:
    """Return the code of a pair; the order of the two makes no difference."""
    low, high = sorted((one, other))
    parts = [str(scan), *(str(part) for name in (low, high) for part in name[:3])]
    check = zlib.crc32("\x1f".join(parts).encode("utf-8", "surrogatepass")) & 0xFFFF
    return f"S{scan}-{low.record_id}-{high.record_id}-{check:04x}"


def code_of_row(scan: int, row: PairRow) -> str:
    """Return the code of a pair of the last scan."""
    return code_of(
        scan,
        RecordName(row.record_a, row.source_a, row.key_a, ""),
        RecordName(row.record_b, row.source_b, row.key_b, ""),
    )


def parse_code(text: str) -> PairCode | None:
    """Return what a code names, None where the text is no code."""
    found = _CODE.fullmatch(text.strip())
    if found is None:
        return None
    scan, a, b = (int(part) for part in found.groups()[:3])
    return PairCode(scan, a, b) if a != b else None
