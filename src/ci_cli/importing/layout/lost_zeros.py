"""Codes that a spreadsheet stored as numbers: 7 for 007. Nobody can tell for sure; it is said."""

from __future__ import annotations

from collections.abc import Iterable

from ci_cli.report import Note
from ci_cli.text import msg

LONGEST = 15  # digits: longer codes do not survive as numbers at all, and are rejected


def about_lost_zeros(name: str, header: str, codes: Iterable[str]) -> list[Note]:
    """Return a note where codes may have lost leading zeros, and how they get them back.

    Args:
        name: field of the column.
        header: its header.
        codes: its texts, best all of them.
    """
    short = short_codes({text.strip().removesuffix(".0") for text in codes} - {""})
    if not short:
        return []
    return [
        Note(
            msg(
                "“{header}” holds codes of different lengths (such as {code}); if a spreadsheet"
                " took their leading zeros, --id-width {field}=N gives them back.",
                header=header, code=short[0], field=name,
            )
        )
    ]  # fmt: skip


def short_codes(codes: set[str]) -> list[str]:
    """Return the codes that may have lost leading zeros: 7 and 42 beside 123, all of digits.

    Numbers that count (1 … 250) are dense: the short ones are short because they are small. Codes
    of one length of which a few are short leave most small numbers out. Where some code still
    begins with a zero, the others need no such proof.
    """
    if not all(code.isdecimal() and code.isascii() for code in codes):
        return []
    longest = max(map(len, codes), default=0)
    short = sorted((code for code in codes if len(code) < longest), key=lambda c: (len(c), c))
    if not short or longest > LONGEST:
        return []
    if any(code[0] == "0" for code in codes if len(code) == longest):
        return short
    numbers = {int(code) for code in short}
    dense = len(numbers) > 1 and 2 * len(numbers) > max(numbers) - min(numbers)
    return [] if dense or 2 * len(short) > len(codes) + 1 else short
