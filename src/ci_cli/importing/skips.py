"""Rows that are not data: titles above the header, totals inside and below, headers repeated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from ci_cli.importing.mapping.headers import read_header
from ci_cli.importing.mapping.synonyms import load_synonyms, squeeze

SCAN_ROWS = 20
KNOWN_NEEDED = 2  # cells of a header row that must be known words
TEXT_SHARE = 0.6  # of its filled cells must be text, each different
_ANY_DIGIT = str.maketrans("123456789", "000000000")


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Return the place of the header row among the first ``SCAN_ROWS`` rows.

    It is the first row of which at least 60 % of the cells are text, all different, and at least
    two are known headers; where no row has two known headers, the first wide row of texts; else 0.
    """
    scanned = rows[:SCAN_ROWS]
    known = [_known(row) for row in scanned]
    for index, row in enumerate(scanned):
        if known[index] >= KNOWN_NEEDED and _mostly_text(row):
            return index
    widest = max((sum(bool(cell.strip()) for cell in row) for row in scanned), default=0)
    for index, row in enumerate(scanned):
        filled = sum(bool(cell.strip()) for cell in row)
        if filled and 2 * filled > widest and _mostly_text(row):
            return index
    return 0


def is_header_again(row: Sequence[str], header: Sequence[str]) -> bool:
    """Return whether a row repeats the header, as in files that were glued together."""
    filled = [(cell, name) for cell, name in zip(row, header, strict=False) if cell.strip()]
    return len(filled) > 1 and all(squeeze(cell) == squeeze(name) for cell, name in filled)


def summary_word(row: Sequence[str], keys: Sequence[int]) -> str | None:
    """Return the word that makes a row a total or a signature, None for a row of data.

    Its first filled cell is such a word (合计, Grand Total, 制表人：张三), and one of the other
    columns that identify a row is empty: a product may be called Total.

    Args:
        row: the cells.
        keys: places of the columns that identify a row: date, order id, product, customer.
    """
    first = next((cell for cell in row if cell.strip()), "")
    if not first or len(first) > 40:
        return None
    words = load_synonyms().summary_words
    word = first.strip()
    label = word.replace(":", "：").partition("：")[0]
    if squeeze(word) not in words and not (
        squeeze(label) in words and "：" in word.replace(":", "：")
    ):
        return None
    cells = [row[place].strip() if place < len(row) else "" for place in keys]
    others = [cell for cell in cells if cell != word]
    return None if others and all(others) else word


def may_be_summary(firsts: Iterable[str]) -> bool:
    """Tell whether any of these first cells may begin a summary row.

    No summary word holds a digit, so texts that differ only in their digits (SO0001, SO0002 …)
    are looked at once.
    """
    return any(map(_is_summary_word, {text.translate(_ANY_DIGIT) for text in firsts}))


@lru_cache(maxsize=10_000)
def _is_summary_word(text: str) -> bool:
    return summary_word([text], ()) is not None


def _known(row: Sequence[str]) -> int:
    """Return how many cells are known headers; cells of data are rarely such words."""
    found = 0
    for cell in row:
        if not cell.strip() or len(cell) > 60:
            continue
        heading = read_header(cell)
        sure = any(c.how in ("exact", "ambiguous", "layout", "own") for c in heading.candidates)
        found += bool(sure or heading.apart)
    return found


def _mostly_text(row: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in row if cell.strip()]
    texts = [cell for cell in filled if not _numeric(cell)]
    return (
        bool(filled)
        and len(texts) >= TEXT_SHARE * len(filled)
        and len(set(texts)) >= 0.6 * len(texts)
    )


def _numeric(text: str) -> bool:
    bare = text.replace(",", "").replace(".", "").replace("-", "").replace("/", "").replace(":", "")
    return bare.replace(" ", "").isdigit()
