"""Codes that lost their zeros are told of in the same words, however many codes a column has."""

from __future__ import annotations

import random

import pytest

from ci_cli.importing.layout import lost_zeros
from ci_cli.importing.layout.lost_zeros import DigitCodes, about_lost_zeros

_RANDOM = random.Random(7)
_FULL = [str(n) for n in _RANDOM.sample(range(10**7, 10**8), 5_000)]
_SHORT = [str(n) for n in _RANDOM.sample(range(10**5, 10**7), 900)]


@pytest.mark.parametrize(
    ("codes", "is_told"),
    [
        ([*_FULL, *_SHORT], True),
        (_FULL, False),
        ([str(n) for n in range(1, 5_000)], False),  # they count: the short ones are small
        ([*_FULL, *_SHORT, "A1", "B-2"], True),  # a few of other kinds prove nothing
        ([*_FULL, *_SHORT, *(f"A{n}" for n in range(7_000))], False),
        ([*_FULL, *(f"A{n}" for n in range(90))], False),
    ],
    ids=[
        "some are short",
        "all are long",
        "numbers that count",
        "nearly all of digits",
        "mostly of letters",
        "letters beside long ones",
    ],
)
@pytest.mark.parametrize("most", [100_000, 256])
@pytest.mark.parametrize("pieces", [1, 40])
def test_many_codes_are_told_of_like_few(
    monkeypatch: pytest.MonkeyPatch, codes: list[str], is_told: bool, most: int, pieces: int
) -> None:
    monkeypatch.setattr(lost_zeros, "MOST", most)
    found = DigitCodes()
    for piece in range(pieces):
        found.add(codes[piece::pieces])
    assert bool(about_lost_zeros("order.id", "Order", found)) == is_told
    assert len(found.codes) <= most


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        (["7", "12", "K1"], "7"),
        (["007", "12", "K1"], "12"),
        (["7", "K1", "K2"], None),
        (["71053", "84029", "85123A", "POST"], None),
        (["71053", "4029", "84406", "85123A"], "4029"),
        (["7.0", "012", "x"], "7"),
    ],
)
def test_numbers_among_other_codes(codes: list[str], told: str | None) -> None:
    notes = about_lost_zeros("customer.id", "ID", DigitCodes(codes))
    assert [note.text.params["code"] for note in notes] == ([told] if told else [])


def test_postcodes_of_several_countries_have_several_lengths() -> None:
    codes = ["05021", "1010", "12209", "28023", "44000", "OX15 6NB"]
    assert about_lost_zeros("customer.postcode", "Postcode", DigitCodes(codes)) == []
    assert about_lost_zeros("customer.postcode", "Postcode", DigitCodes(codes[:-1])) != []
