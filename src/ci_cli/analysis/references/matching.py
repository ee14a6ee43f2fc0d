"""The references that fit a prospect, the least used first, and what to relax when they are few.

A criterion that nothing is known about does not fit; how many it removed for that reason is
counted apart, for a column to fill helps more there than a looser criterion.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ci_cli.analysis.references.ready import RULE, Judged, Removed
from ci_cli.analysis.references.synonyms import Synonyms
from ci_cli.shapes.references import Account

CRITERIA = ("industry", "size", "region", "use_case", "product")
YEAR = 365  # days in which uses count for "least used"


class Criteria(NamedTuple):
    """What the prospect is like and wants to hear of; None: it does not matter."""

    industry: str | None = None
    size: str | None = None
    region: str | None = None
    use_case: str | None = None
    product: str | None = None

    def asked(self) -> dict[str, str]:
        """Return the criteria that matter."""
        return {key: str(value) for key, value in self._asdict().items() if value is not None}


class Fit(NamedTuple):
    """One reference that fits: the value of each criterion by which it does."""

    judged: Judged
    why: tuple[tuple[str, str], ...]
    uses_in_year: int


class Relaxed(NamedTuple):
    """How many more would fit if only this criterion, or step of the rule, did not count."""

    key: str
    more: int
    first_free: str | None = None  # of those that rest, the day the first may be asked


class Matched(NamedTuple):
    """What a search for references found."""

    best: tuple[Fit, ...]
    fitting: int  # all that fit and may be asked
    funnel: tuple[Removed, ...]  # the rule first, then the criteria
    relaxed: tuple[Relaxed, ...]  # those that bring somebody, the most first


def match(
    judged: Sequence[Judged], criteria: Criteria, synonyms: Synonyms, buyers: frozenset[int],
    *, day: str, count: int,
) -> Matched:  # fmt: skip
    """Return the least used references that fit.

    Args:
        judged: every reference, judged for the channel.
        criteria: what the prospect is like.
        synonyms: which values mean the same.
        buyers: customers who bought the product asked for.
        day: the day that counts as today.
        count: how many to return.
    """
    asked = criteria.asked()
    seen: dict[tuple[str, str | None], bool] = {}
    values = [
        {key: _value(one.account, key, wanted, synonyms, buyers, seen)
         for key, wanted in asked.items()}
        for one in judged
    ]  # fmt: skip
    fails = [
        (*one.failed, *(key for key, (fits, _shown) in told.items() if not fits))
        for one, told in zip(judged, values, strict=True)
    ]
    since = (date.fromisoformat(day) - timedelta(days=YEAR - 1)).isoformat()
    fits = [
        Fit(one, tuple((key, shown or "") for key, (_fits, shown) in told.items()),
            sum(use.day >= since for use in one.uses))
        for one, told, failed in zip(judged, values, fails, strict=True)
        if not failed
    ]  # fmt: skip
    fits.sort(key=rank)
    funnel, left = [], len(judged)
    for step in (*RULE, *asked):
        gone = [place for place, failed in enumerate(fails) if failed and failed[0] == step]
        left -= len(gone)
        unknown = sum(step in asked and values[place][step][1] is None for place in gone)
        funnel.append(Removed(step, len(gone), left, unknown))
    return Matched(tuple(fits[:count]), len(fits), tuple(funnel), _relaxed(judged, fails))


def rank(fit: Fit) -> tuple[int, int, str, int]:
    """Order the least used first: in a year, ever, then who was asked longest ago."""
    return (
        fit.uses_in_year, len(fit.judged.uses), fit.judged.last or "",
        fit.judged.account.customer_id,
    )  # fmt: skip


def _relaxed(judged: Sequence[Judged], fails: Sequence[Sequence[str]]) -> tuple[Relaxed, ...]:
    alone: dict[str, list[Judged]] = {}
    for one, failed in zip(judged, fails, strict=True):
        if len(failed) == 1:
            alone.setdefault(failed[0], []).append(one)
    found = [
        Relaxed(key, len(some), min(one.free for one in some) if key == "fatigue" else None)
        for key, some in alone.items()
        if key != "retired"
    ]
    order = (*CRITERIA, *RULE)
    return tuple(sorted(found, key=lambda one: (-one.more, order.index(one.key))))


def _value(
    account: Account, key: str, wanted: str, synonyms: Synonyms, buyers: frozenset[int],
    seen: dict[tuple[str, str | None], bool],
) -> tuple[bool, str | None]:  # fmt: skip
    """Return whether an account fits a criterion, and its value; None: nothing is known."""
    if key == "industry":
        return _first(key, wanted, [account.industry], synonyms, seen)
    if key == "region":
        written = (account.address or "").replace("，", ",").split(",")
        places = [account.region, account.city, account.country, *(one.strip() for one in written)]
        return _first(key, wanted, places, synonyms, seen)
    if key == "use_case":
        return _first(key, wanted, sorted(account.use_cases), synonyms, seen)
    if key == "size":
        if (key, account.size) not in seen:
            seen[key, account.size] = synonyms.same_size(wanted, account.size)
        return seen[key, account.size], account.size
    named = [one for one in sorted(account.products) if one.casefold() == wanted.casefold()]
    if named or account.customer_id in buyers:
        return True, named[0] if named else wanted
    return False, ", ".join(sorted(account.products)) or None


def _first(
    key: str, wanted: str, values: Sequence[str | None], synonyms: Synonyms,
    seen: dict[tuple[str, str | None], bool],
) -> tuple[bool, str | None]:  # fmt: skip
    """Return the first value that fits; where none does, what is known instead."""
    known = [value for value in values if value]
    for value in known:
        if (key, value) not in seen:
            seen[key, value] = synonyms.fits(key, wanted, value)
        if seen[key, value]:
            return True, value
    return False, known[0] if known else None
