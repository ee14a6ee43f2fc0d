"""Sentences that a file's contents fill stay short enough to be read."""

from __future__ import annotations

import pytest

from ci_cli.text import MOST_NAMES, listed, translate


@pytest.mark.parametrize("count", [0, 1, 2, MOST_NAMES])
def test_few_names_are_all_said(count: int) -> None:
    names = [f"c{n}" for n in range(count)]
    assert translate(listed(names)) == ", ".join(names)


def test_of_many_names_the_first_and_how_many_more() -> None:
    said = translate(listed([f"c{n}" for n in range(3_000)]))
    assert said.startswith("c0, c1, ")
    assert said.endswith(f"c{MOST_NAMES - 1} … and {3_000 - MOST_NAMES} more")
