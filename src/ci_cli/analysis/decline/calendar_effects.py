"""How much of the Spring Festival falls into each month: it moves between January and February.

A month of sales that loses two weeks of work to the festival looks like a slide of a third, in
January of one year and in February of the next; a model that only knows calendar months would
take the move for news.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

# First day of the Chinese year (published almanac dates), by year, as month * 100 + day.
_NEW_YEAR = dict(
    zip(
        range(1990, 2051),
        (
            127, 215, 204, 123, 210, 131, 219, 207, 128, 216,
            205, 124, 212, 201, 122, 209, 129, 218, 207, 126,
            214, 203, 123, 210, 131, 219, 208, 128, 216, 205,
            125, 212, 201, 122, 210, 129, 217, 206, 126, 213,
            203, 123, 211, 131, 219, 208, 128, 215, 204, 124,
            212, 201, 122, 210, 130, 217, 206, 126, 214, 202,
            123,
        ),
        strict=True,
    )
)  # fmt: skip
# Days around New Year's Day on which little is ordered: people travel before, offices open late.
_DAYS = range(-5, 11)


def new_year(year: int) -> date | None:
    """Return the first day of the Chinese year that begins in ``year``; known from 1990 to 2050."""
    found = _NEW_YEAR.get(year)
    return None if found is None else date(year, found // 100, found % 100)


@cache
def _shares(year: int) -> dict[int, float]:
    first = new_year(year)
    shares: dict[int, float] = {}
    if first is None:
        return shares
    for day in _DAYS:
        month = (first + timedelta(days=day)).month
        shares[month] = shares.get(month, 0.0) + 1 / len(_DAYS)
    return shares


def festival_shares(last_month: str, months: int) -> tuple[float, ...]:
    """Return which share of the festival falls into each of the ``months`` up to ``last_month``.

    Args:
        last_month: ``2011-12``.
        months: how many, oldest first.

    Returns:
        Fractions from 0 to 1; those of January to March of a year add up to 1.
    """
    last = int(last_month[:4]) * 12 + int(last_month[5:7]) - 1
    return tuple(
        _shares(index // 12).get(index % 12 + 1, 0.0)
        for index in range(last - months + 1, last + 1)
    )
