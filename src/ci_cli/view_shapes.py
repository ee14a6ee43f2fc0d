"""What rooms hand to each other for the views people live in: search, brief, today, handover.

Days are ISO text, money is in ten-thousandths of the currency unit.
"""

from __future__ import annotations

from typing import NamedTuple

from ci_cli.talk_shapes import KINDS

# what can be found, in the order in which results are listed: who and what before what was said
BASIC_SORTS = ("customer", "person", "order", "product", "contract", "deal")
SORTS = (*BASIC_SORTS, *KINDS)
# words that stand for several sorts
SORT_GROUPS = {
    "interaction": KINDS,
    "feedback": ("request", "ticket"),
    "opportunity": ("deal",),
}


class Hit(NamedTuple):
    """One thing that a search found."""

    sort: str  # one of ``SORTS``
    key: str  # what the thing is called: C12, an entry's number, an order's or a product's id
    customer_id: int | None
    customer: str | None
    day: str | None
    author: str | None
    text: str  # all of it that is searched


class Found(NamedTuple):
    """What a search found: the first hits, and how many there are of each sort."""

    hits: list[Hit]
    counts: dict[str, int]
