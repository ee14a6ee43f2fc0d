"""One typed amount: read exactly, or refused, never guessed."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.errors import CiError
from ci_cli.importing.values.typed_money import typed_money

READ = {
    "12000": (120_000_000, None),
    "12000.5": (120_005_000, None),
    "12000,50": (120_005_000, None),
    "12,000.50": (120_005_000, None),
    "1.200,50 €": (12_005_000, "EUR"),
    "1,200,000": (12_000_000_000, None),
    "12000 CNY": (120_000_000, "CNY"),
    "1.2万": (120_000_000, None),
    "0.0001": (1, None),
}
REFUSED = (
    "", " ", "0", "-5", "12,000", "12.000", "12%", "abc", "1e400", "nan", "12 000 USD EUR", "=1+1",
    "0.00001", "9" * 20,
)  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_read(text: str) -> None:
    assert typed_money(text) == READ[text]


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(CiError) as caught:
        typed_money(text)
    assert (caught.value.code, int(caught.value.exit_code)) == ("amount-invalid", 2)


@given(st.decimals(min_value="0.01", max_value=10**9, places=2))
def test_plain_amounts_with_two_places_are_exact(amount: Decimal) -> None:
    assert typed_money(f"{amount:f}")[0] == int(amount * 10_000)


@given(st.text(max_size=30))
def test_anything_is_read_or_refused(text: str) -> None:
    with suppress(CiError):  # any other error is one
        assert typed_money(text)[0] > 0
