"""How often and how soon: against figures worked out by hand, and numpy's nearest rank."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.contact_counts import how_often, nearest_rank, together, turnaround
from ci_cli.shapes.views import Asked, Done

TODAY = date(2026, 6, 30)


@given(st.lists(st.integers(0, 400), min_size=1), st.floats(0.01, 1))
def test_percentiles_are_by_nearest_rank(figures: list[int], share: float) -> None:
    expected = np.quantile(figures, share, method="inverted_cdf")
    assert nearest_rank(figures, share) == expected


def test_times_are_counted_in_two_equal_periods() -> None:
    done = [
        Done(1, "2026-04-01", "li"), Done(1, "2026-06-30", "li"), Done(2, "2026-05-01", "chen"),
        Done(1, "2026-03-31", "li"), Done(3, "2026-03-01", None),
    ]  # fmt: skip
    first = TODAY - timedelta(days=90)  # 2026-04-01
    rows = {
        one.group: one[1:]
        for one in how_often(done, lambda one: one.author or "", first=first, last=TODAY)
    }
    assert rows == {
        "li": (2, 1, 1, "2026-06-30", 45.5),
        "chen": (1, 0, 1, "2026-05-01", 91.0),
        "": (0, 1, 0, None, None),
    }


def test_open_requests_are_counted_and_never_shorten_the_wait() -> None:
    asked = [
        Asked("billing", "2026-06-01", "2026-06-03"), Asked("billing", "2026-06-01", "2026-06-05"),
        Asked("billing", "2026-06-10", None), Asked("demo", "2026-06-29", None),
        Asked("billing", "2026-06-05", "2026-06-04"),  # closed before it was asked
        Asked("billing", "2026-06-05", None, is_ended=True),  # nobody knows when
    ]  # fmt: skip
    billing, demo = turnaround(asked, TODAY)
    assert billing == ("billing", 5, 2, 1, 3, 4, 4, 20, 2)
    assert demo == ("demo", 1, 0, 1, None, None, 1, 1, 0)
    assert together(asked, TODAY)[1:4] == (6, 2, 2)
