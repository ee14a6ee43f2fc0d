"""Cells that no person wrote: whatever looks at them is done with them at once.

Not timed: with a pattern that tries every way to share out a long gap, the test would not end.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from ci_cli.importing.layout.periods import read_period
from ci_cli.importing.mapping.words import known_words, words_of
from ci_cli.importing.skips import may_be_summary, summary_word, total_word
from ci_cli.importing.values import amounts, cells, dates, datetext, numbers
from ci_cli.importing.values.cells import ValueReject
from ci_cli.importing.values.verdicts import kind_reader, status_reader
from ci_cli.readers.layout import is_number_like

MANY = 60_000
TEXTS = [
    "1" + " " * MANY + "x", "(" + " " * MANY + "1", " " * MANY + "x", "张" + "\u3000" * MANY + "x",
    "1 " * MANY, "1," * MANY, "1." * MANY, "2025-" * MANY, "年" * MANY, "1月" * MANY, "-" * MANY,
    "_" * MANY, "aA" * MANY, "x" * MANY, "9" * MANY, "ab " * MANY, "a@" + "." * MANY + "@", "(" * MANY,
    "Ａ" * MANY, "1" + "\t" * MANY + "€",
]  # fmt: skip
LOOKS: dict[str, Callable[[str], object]] = {
    "amount": amounts.read_number,
    "text": cells.clean_text,
    "email": cells.clean_email,
    "phone": cells.clean_phone,
    "code": lambda text: cells.detect_id_style([text]).parse(text),
    "date": datetext.read_date,
    "stamp": datetext.read_iso,
    "bare date": datetext.looks_like_bare_date,
    "dates": lambda text: dates.detect_date_format([text, "2025-01-02"]).parse(text),
    "numbers": lambda text: numbers.detect_number_style([text, "1.50"]).money(text),
    "period": read_period,
    "words": words_of,
    "known words": known_words,
    "summary": lambda text: summary_word([text, "", ""], (0,)),
    "total": lambda text: total_word([text, ""], (0,)),
    "first cell": lambda text: may_be_summary([text]),
    "status": status_reader("Status"),
    "kind": kind_reader("Type"),
    "number alike": is_number_like,
}


@pytest.mark.parametrize("look", LOOKS)
def test_an_endless_cell_is_read_or_refused_at_once(look: str) -> None:
    for text in TEXTS:
        with contextlib.suppress(ValueReject):
            LOOKS[look](text)


@pytest.mark.parametrize(
    "text", ["12  USD", "( 5 )", " - 5 ", "€  5", "5  %", "1.2  万", "5\u3000元", "(€ 5 )", "5 CR"]
)
def test_gaps_around_the_parts_of_a_number_do_not_matter(text: str) -> None:
    assert amounts.read_number(text) is not None


def test_blanks_of_every_kind_are_taken_off() -> None:
    blanks = " \t\r\n\u00a0\u1680\u2000\u2005\u200a\u2028\u2029\u202f\u205f\u3000\u200c\u200d\u180e"
    assert cells.clean_text(f"{blanks}张 三{blanks}") == "张 三"
    assert cells.bare_code(f"{blanks}A 1{blanks}") == "A 1"
