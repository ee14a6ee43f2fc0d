"""Rows that are not data: titles above the header, totals inside and below, headers repeated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ci_cli.importing.mapping.headers import read_header
from ci_cli.importing.mapping.synonyms import load_synonyms, squeeze

SCAN_ROWS = 20
KNOWN_NEEDED = 2  # cells of a header row that must be known words
TEXT_SHARE = 0.6  # of its filled cells must be text, each different
MAX_WORD = 40  # characters; a longer text is no label of a total
_TOTAL = re.compile(
    r"(?:小[计計]|合[计計]|[总總][计計]|共[计計]|累[计計]|[汇彙][总總])\s*[:：]?$"
    r"|\b(?:sub-?\s?)?totals?\s*:?$|^(?:sub-?\s?|grand\s)?totals?\s*(?:\b(?:for|of)\b|[:：]|\d)"
    # as German, Dutch, French, Italian, Spanish, Portuguese and Polish books have them
    r"|^(?:zwischen|gesamt|monats|jahres|tages|end|seiten)?summen?\b|^(?:übertrag|insgesamt)\b"
    r"|^(?:sub-?)?tota(?:al|le)\b|^(?:sous-?\s?total|total\s+g[ée]n[ée]ral|report\s+page)\b"
    r"|^(?:suma|soma|razem)\b|^\*{1,3}$",  # a list of SAP marks its sums with stars
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"(?:(?:page|seite|p\.)\s*\d+(?:\s*(?:of|/|von)\s*\d+)?"
    r"|第\s*\d+\s*页(?:\s*[/,，、]?\s*共\s*\d+\s*页)?|共\s*\d+\s*页(?:\s*[/,，、]?\s*第\s*\d+\s*页)?)",
    re.IGNORECASE,
)  # of a printed report, at the foot of each page
_ANY_DIGIT = str.maketrans("123456789", "000000000")


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Return the place of the header row among the first ``SCAN_ROWS`` rows.

    It is the first row of which at least 60 % of the cells are text, all different, and at least
    two are known headers; where no row has two known headers, the first wide row of texts; else 0.
    """
    scanned = rows[:SCAN_ROWS]
    for index, row in enumerate(scanned):
        if names_columns(row):
            return index
    widest = max((sum(bool(cell.strip()) for cell in row) for row in scanned), default=0)
    for index, row in enumerate(scanned):
        filled = sum(bool(cell.strip()) for cell in row)
        if filled and 2 * filled > widest and _mostly_text(row):
            return index
    return 0


def names_columns(row: Sequence[str]) -> bool:
    """Return whether a row reads like a header: texts, of which two at least are known headers."""
    return _mostly_text(row) and _known(row) >= KNOWN_NEEDED


def is_header_again(row: Sequence[str], header: Sequence[str]) -> bool:
    """Return whether a row repeats the header, as in files that were glued together."""
    filled = [(cell, name) for cell, name in zip(row, header, strict=False) if cell.strip()]
    return len(filled) > 1 and all(squeeze(cell) == squeeze(name) for cell, name in filled)


def summary_word(row: Sequence[str], keys: Sequence[int]) -> str | None:
    """Return the word that makes a row a total or a signature, None for a row of data.

    Its first filled cell is such a word (合计, Grand Total, 制表人：张三), and one of the other
    columns that identify a row is empty: a product may be called Total. The number of a page
    (Page 2 of 7, 第2页) is one where nothing else stands in the row.

    Args:
        row: the cells.
        keys: places of the columns that identify a row: date, order id, product, customer.
    """
    first = next((cell for cell in row if cell.strip()), "")
    if not first or len(first) > MAX_WORD:
        return None
    words = load_synonyms().summary_words
    word = first.strip()
    cells = [row[place].strip() if place < len(row) else "" for place in keys]
    others = [cell for cell in cells if cell != word]
    if _PAGE.fullmatch(word) and sum(bool(cell.strip()) for cell in row) == 1:
        return word if others or not keys else None  # what a list has but one name for is no page
    label = word.replace(":", "：").partition("：")[0]
    if squeeze(word) not in words and not (
        squeeze(label) in words and "：" in word.replace(":", "：")
    ):
        return None
    return None if others and all(others) else word


def total_word(row: Sequence[str], required: Sequence[int]) -> str | None:
    """Return the text that makes a row without its keys a total: 华东 | 小计, or 甲公司 合计.

    Args:
        row: the cells of a row that cannot be read.
        required: places of the columns without which a row means nothing; a total has none.
    """
    for place, cell in enumerate(row):
        text = cell.strip()
        if text and _names_total(text):
            keys = (row[at].strip() for at in required if at != place and at < len(row))
            return None if any(keys) else text
    return None


@lru_cache(maxsize=50_000)
def _names_total(text: str) -> bool:
    if len(text) > MAX_WORD:
        return False
    return bool(_TOTAL.search(text)) or squeeze(text) in load_synonyms().summary_words


def may_be_summary(firsts: Iterable[str]) -> bool:
    """Tell whether any of these first cells may begin a summary row.

    No summary word holds a certain digit, so texts that differ only in their digits (SO0001,
    SO0002 …) are looked at once.
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
    texts = [cell for cell in filled if not is_number_like(cell)]
    return (
        bool(filled)
        and len(texts) >= TEXT_SHARE * len(filled)
        and len(set(texts)) >= 0.6 * len(texts)
    )


def is_number_like(text: str) -> bool:
    """Return whether a cell is written with digits and marks only, as numbers and dates are."""
    bare = text.replace(",", "").replace(".", "").replace("-", "").replace("/", "").replace(":", "")
    return bare.replace(" ", "").isdigit()
