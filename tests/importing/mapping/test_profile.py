"""What the values of a column look like, when they are not what anybody would write."""

from __future__ import annotations

import pytest

from ci_cli.importing.mapping.profile import LONGEST_TEXT, Profile


@pytest.mark.parametrize("text", ["9" * 310, "-" + "9" * 320, "1" + "0" * 309 + "万"])
def test_numbers_beyond_a_float_are_whole_numbers_all_the_same(text: str) -> None:
    profile = Profile([text, "2"])
    assert (profile.number, profile.integer, profile.fractions) == (1, 1, 0)


@pytest.mark.parametrize(
    "text",
    ["x" * 140_000, "1" * 140_000, "ab " * 40_000, "a@" + "." * 100_000 + "@", "1," * 70_000],
)
def test_an_endless_text_is_judged_by_its_beginning(text: str) -> None:
    """Some patterns take the square of a text's length: minutes for what was one cell."""
    profile, short = Profile([text]), Profile([text[:LONGEST_TEXT]])
    for fact in ("words", "email", "phone", "tax_id", "person", "number", "date", "length"):
        assert getattr(profile, fact) == getattr(short, fact), fact
