"""Adoption of the flagship: states and shares, by hand."""

from __future__ import annotations

import pytest

from ci_cli.analysis.adoption import Taken, everybody, groups, state_of


@pytest.mark.parametrize(
    ("bought", "used", "used_sum", "first", "expected"),
    [
        (None, None, 0, "2026-01-01", "never"),
        ("2025-12-31", None, 0, "2026-01-01", "lapsed"),
        ("2026-01-01", None, 0, "2026-01-01", "adopted"),
        ("2020-01-01", None, 0, "", "adopted"),
        (None, "2025-11-01", 0, "2026-01-01", "lapsed"),
        (None, "2026-02-01", 3, "2026-01-01", "adopted"),
        ("2025-12-31", "2026-02-01", 3, "2026-01-01", "adopted"),
    ],
)
def test_states(
    bought: str | None, used: str | None, used_sum: int, first: str, expected: str
) -> None:
    assert state_of(bought=bought, used=used, used_sum=used_sum, first=first) == expected


def taken(number: int, tier: str, state: str, net: int = 100, flagship: int = 0) -> Taken:
    return Taken(number, f"K{number}", None, tier, "", net, flagship, None, None, state)


def test_shares_are_of_the_active_customers_of_each_group() -> None:
    every = [
        taken(1, "A", "adopted", 300, 30), taken(2, "A", "never"), taken(3, "A", "lapsed"),
        taken(4, "B", "adopted", 200, 200), taken(5, "", "never", -5),
    ]  # fmt: skip
    found = {one.name: (one.active, one.share, one.net, one.flagship)
             for one in groups(every, lambda one: one.tier)}  # fmt: skip
    assert found == {"A": (3, 1 / 3, 500, 30), "": (1, 0.0, -5, 0), "B": (1, 1.0, 200, 200)}
    assert list(found) == ["A", "", "B"]
    whole = everybody(every)
    assert (whole.active, whole.share, whole.states) == (
        5, 0.4, {"adopted": 2, "lapsed": 1, "never": 2},
    )  # fmt: skip


def test_nobody_is_active() -> None:
    whole = everybody([])
    assert (whole.active, whole.share) == (0, None)
