"""Money and percentages inside sentences."""

from __future__ import annotations

import pytest

from ci_cli.report import Money, Percent
from ci_cli.text import msg, translate


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.00"),
        (123_456_700, "12,345.67"),
        (-123_456_700, "-12,345.67"),
        (49, "0.00"),
        (50, "0.01"),
        (-49, "0.00"),
        (-50, "-0.01"),
        (99_9950, "100.00"),
        (10**22 + 1, "1,000,000,000,000,000,000.00"),
    ],
)
def test_money_is_rounded_half_up_to_hundredths(value, text):
    assert str(Money(value)) == text
    assert str(Money(value, "CNY")) == f"{text} CNY"


@pytest.mark.parametrize(
    ("fraction", "digits", "text"),
    [
        (0.125, 1, "12.5 %"),
        (1.0, 0, "100 %"),
        (-0.4, 1, "-40.0 %"),
        (-0.0001, 1, "0.0 %"),
        (12.5, 1, "1,250.0 %"),
    ],
)
def test_percent(fraction, digits, text):
    assert str(Percent(fraction, digits)) == text


def test_they_fill_gaps():
    sentence = msg("{money} or {share}", money=Money(10_000, "GBP"), share=Percent(0.5))
    assert str(sentence) == translate(sentence) == "1.00 GBP or 50.0 %"
