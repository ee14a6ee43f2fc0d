"""Codes that a spreadsheet stored as numbers: 7 for 007. Nobody can tell for sure; it is said."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from ci_cli.report import Note
from ci_cli.text import msg

MOST = 100_000  # distinct codes that are remembered of one column
LONGEST = 15  # digits: longer codes do not survive as numbers at all, and are rejected


class DigitCodes:
    """The distinct codes of a column, those of digits apart from others, in bounded memory.

    Where there are more than ``MOST`` of digits, every second, fourth … of them stands for all:
    which ones depends on nothing but the codes. A column with more than ``MOST`` other codes is
    none of digits.

    Attributes:
        codes: those of digits that are remembered.
        every: how many codes each of them stands for.
        others: codes of other characters.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.codes: set[str] = set()
        self.every = 1
        self.others: set[str] = set()
        self.add(texts)

    @property
    def are_digits(self) -> bool:
        """Tell whether at least as many codes are of digits as are not."""
        return len(self.codes) * self.every >= len(self.others)

    def add(self, texts: Iterable[str]) -> None:
        """Take in texts of the column."""
        if len(self.others) > MOST:
            return
        codes = {text.strip().removesuffix(".0") for text in texts} - {""}
        others = {code for code in codes if not (code.isdecimal() and code.isascii())}
        self.others |= others
        if len(self.others) > MOST:
            self.codes = set()
            return
        self.codes |= self._chosen(codes - others)
        while len(self.codes) > MOST:
            self.every *= 2
            self.codes = self._chosen(self.codes)

    def _chosen(self, codes: set[str]) -> set[str]:
        if self.every == 1:
            return codes
        return {code for code in codes if crc32(code.encode()) % self.every == 0}


def about_lost_zeros(name: str, header: str, codes: DigitCodes) -> list[Note]:
    """Return a note where codes may have lost leading zeros, and how they get them back.

    Args:
        name: field of the column.
        header: its header.
        codes: of the whole column.
    """
    # letters among postcodes show that they are those of several countries, each of its own length
    mixed = name == "customer.postcode" and codes.others
    short = short_codes(codes.codes, codes.every) if codes.are_digits and not mixed else []
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


def short_codes(codes: set[str], every: int = 1) -> list[str]:
    """Return the codes that may have lost leading zeros: 7 and 42 beside 123.

    Numbers that count (1 … 250) are dense: the short ones are short because they are small. Codes
    of one length of which a few are short leave most small numbers out. Where some code still
    begins with a zero, the others need no such proof.

    Args:
        codes: distinct codes of digits of a column.
        every: how many each of them stands for.
    """
    longest = max(map(len, codes), default=0)
    short = sorted((code for code in codes if len(code) < longest), key=lambda c: (len(c), c))
    if not short or longest > LONGEST:
        return []
    if any(code[0] == "0" for code in codes if len(code) == longest):
        return short
    numbers = {int(code) for code in short}
    dense = len(numbers) > 1 and 2 * len(numbers) * every > max(numbers) - min(numbers)
    return [] if dense or 2 * len(short) > len(codes) + 1 else short
