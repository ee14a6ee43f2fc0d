"""One pair in words: no name of a level that only the program knows."""

from __future__ import annotations

import pytest

from ci_cli.dedupe.priors import PRIORS
from ci_cli.reports.dedupe.dedupe_pairs import explanation
from ci_cli.reports.dedupe.dedupe_words import LEVELS
from ci_cli.shapes.trade import FieldSaid, PairSaid


@pytest.mark.parametrize(
    ("level", "shown"),
    [("else", "different"), ("another", "another company"), ("exact", "exact")],
)
def test_levels_are_shown_as_words(level: str, shown: str) -> None:
    fields = [FieldSaid("name", "organisation", level, "Acme Leeds", "Acme York", -3.0)]
    said = PairSaid(
        1, 2, 1, 2, "Acme Leeds", "Acme York", fields, -9.0, 0.0, -12.0, 0.0, True, True, None
    )
    (row,) = explanation(said).tables[0].rows
    assert row[3] == shown


def test_every_level_has_words() -> None:
    assert {level for prior in PRIORS.values() for level in prior.levels} <= set(LEVELS)
