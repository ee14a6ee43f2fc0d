"""Few texts of a column that decide how it is read exactly as all of its texts would.

A column of a large file may hold millions of distinct texts; to remember them all takes more
memory than the import itself. Most are alike: of many dates with the year in front, two or three
say as much as all.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nsmallest
from typing import Any

from ci_cli.importing.values.cells import bare_code, clean_or_empty, kind_of_code
from ci_cli.importing.values.dates import MANY_DATES
from ci_cli.importing.values.datetext import read_date, read_iso
from ci_cli.importing.values.numbers import weigh

_LONG = 16  # digits from which on a spreadsheet loses some; see ``cells``


def number_witnesses(texts: Iterable[str]) -> set[str] | None:
    """Return witnesses for ``settle_styles``, None where only all texts together can decide.

    That is where some values have a decimal point and others a decimal comma: the shares of both
    decide.
    """
    weighed = weigh(texts)
    if len(weighed.telling) > 1:
        return None
    groups = [
        *weighed.telling.values(),
        [text for text in weighed.open if "," in text],
        [text for text in weighed.open if "," not in text],
    ]
    return {min(group) for group in groups if group} | set(weighed.extremes)


def date_witnesses(texts: Iterable[str]) -> set[str]:
    """Return witnesses for ``detect_date_format``.

    Of days whose parts stand in doubtful order a few texts of each day, since it is counted how
    many distinct ones there are; of all others only their shape matters, and whether any day is
    above 12.
    """
    groups: dict[Any, list[str]] = {}
    for text in {clean for text in set(texts) if (clean := clean_or_empty(text))}:
        parts = read_iso(text) or read_date(text)
        if parts is None:
            continue
        if parts.shape == "three":
            group: Any = (parts.a, parts.b, parts.c, parts.short_year)
        else:
            group = (parts.shape, parts.c > 12, parts.short_year)
        groups.setdefault(group, []).append(text)
    return {text for group in groups.values() for text in nsmallest(MANY_DATES, group)}


def code_witnesses(texts: Iterable[str]) -> set[str]:
    """Return witnesses for ``detect_id_style``: two codes of each kind."""
    groups: dict[Any, set[str]] = {}
    plain = ""  # short codes of letters and digits are all of one kind
    for text in texts:
        if len(text) < _LONG and text.isalnum():
            plain = text
        else:
            code = bare_code(text)
            groups.setdefault(kind_of_code(code), set()).add(code)
    found = {plain} if plain else set()
    return found.union(*(nsmallest(2, group) for group in groups.values()))
