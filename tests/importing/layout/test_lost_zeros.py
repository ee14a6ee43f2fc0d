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
        ([*_FULL, *_SHORT, "A1"], False),
    ],
    ids=["some are short", "all are long", "numbers that count", "not all of digits"],
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
