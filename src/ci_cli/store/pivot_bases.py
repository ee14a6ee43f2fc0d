"""What a pivot can be asked: the facts of each base, their dimensions, and what can be added up.

Each base is a table of facts called ``v`` in its queries; ``r`` is the record that a fact hangs on.
A dimension is an expression over them and the joins that it needs; a sum is an expression over the
facts of a cell. A new dimension is a line here. Two further bases hold the kept figures: they know
fewer dimensions and sums, and answer where they know all that is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ci_cli.shapes.pivots import EVERYTHING
from ci_cli.store.sql import query


class Dimension(NamedTuple):
    """The SQL of a key ("" = none), and the joins that it needs, by their names in ``JOINS``."""

    expression: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class BaseFacts:
    """One table of facts: where it is read, what it can be cut by and what adds up in it."""

    source: str  # what stands after FROM
    dimensions: Mapping[str, Dimension]
    sums: Mapping[str, Dimension]
    things: Mapping[str, Dimension]  # what can be counted once each; NULL counts nothing
    conditions: tuple[str, ...]
    drill: str = ""  # the query that lists the facts behind a cell


# name of a join: the table that the query begins with (or ""), and the join itself
JOINS: dict[str, tuple[str, str]] = {
    "items": (
        "items AS MATERIALIZED (SELECT item_id, product, category FROM item_category)",
        "LEFT JOIN items AS k ON k.item_id = v.item_id",
    ),
    "order": ("", "JOIN sales_order AS o ON o.id = v.order_id"),
    "line": ("", "LEFT JOIN order_line AS l ON l.id = v.line_id"),
    "people": (
        "people AS MATERIALIZED (SELECT {fields} FROM golden)",
        "LEFT JOIN people AS p ON p.id = r.customer_id",
    ),
    "first": (
        "firsts AS MATERIALIZED ({firsts})",
        "LEFT JOIN firsts AS f ON f.customer_id = r.customer_id",
    ),
    "first_won": (
        "wins AS MATERIALIZED (SELECT w.customer_id, MIN(u.closed) AS day FROM opportunity AS u"
        " JOIN record AS w ON w.id = u.record_id"
        " WHERE u.outcome = 'won' AND u.closed <= :until GROUP BY 1)",
        "LEFT JOIN wins AS f ON f.customer_id = r.customer_id",
    ),
}
FIRSTS = (
    "SELECT w.customer_id, MIN(u.day) AS day FROM revenue_line AS u"
    " JOIN record AS w ON w.id = u.record_id WHERE u.kind = 'sale' AND u.amount > 0 GROUP BY 1"
)
KEPT_FIRSTS = (
    "SELECT w.customer_id, MIN(u.first_day) AS day FROM purchase_total AS u"
    " JOIN record AS w ON w.id = u.record_id GROUP BY 1"
)
CUSTOMER_FIELDS = ("industry", "tier", "status", "channel", "city", "region", "country", "owner")
OWN_OF_ORDERS = ("owner", "region", "country")  # an order may know better than its customer
YEAR_DAYS = 365

_NOTHING = {EVERYTHING: Dimension("''")}
_PERIODS = {
    "month": Dimension("SUBSTR(v.day, 1, 7)"),
    "quarter": Dimension(
        "CASE WHEN v.day = '' THEN '' ELSE SUBSTR(v.day, 1, 4) || '-Q'"
        " || ((CAST(SUBSTR(v.day, 6, 2) AS INTEGER) + 2) / 3) END"
    ),
    "year": Dimension("SUBSTR(v.day, 1, 4)"),
}
_CUSTOMERS = {
    "customer": Dimension("COALESCE('C' || r.customer_id, '')"),
    **{
        name: Dimension(f"COALESCE(p.{name}, '')", ("people",)) for name in CUSTOMER_FIELDS
    },
    "region": Dimension("COALESCE(p.region, p.country, '')", ("people",)),
}  # fmt: skip
_AGE = "CAST(JULIANDAY(v.day) - JULIANDAY(f.day) AS INTEGER)"
_TENURE = {  # the number of whole years since the first purchase; "first" is that day itself
    "tenure": Dimension(
        f"CASE WHEN f.day IS NULL OR v.day < f.day THEN '' WHEN v.day = f.day THEN 'first'"
        f" WHEN {_AGE} >= {5 * YEAR_DAYS} THEN '5' ELSE CAST({_AGE} / {YEAR_DAYS} AS TEXT) END",
        ("first",),
    )
}
_ITEMS = {
    "product": Dimension("COALESCE(k.product, '')", ("items",)),
    "category": Dimension("COALESCE(k.category, '')", ("items",)),
}
_SALE = "v.kind = 'sale'"
_BOUGHT = f"{_SALE} AND v.amount > 0"
_IN_TIME = ("v.currency = :currency", "v.day >= :since", "v.day <= :until")

ORDERS = BaseFacts(
    "revenue_line",
    {
        **_NOTHING, **_PERIODS, **_CUSTOMERS, **_TENURE, **_ITEMS,
        "owner": Dimension("COALESCE(o.owner, p.owner, '')", ("order", "people")),
        "country": Dimension("COALESCE(o.country, p.country, '')", ("order", "people")),
        # who names no region is found under the country
        "region": Dimension(
            "COALESCE(o.region, p.region, o.country, p.country, '')", ("order", "people")
        ),
        "source": Dimension("o.source", ("order",)),
        "kind": Dimension("v.kind"),
    },
    {
        "net": Dimension("SUM(v.amount)"),
        "gross": Dimension(f"SUM(CASE WHEN {_SALE} THEN v.amount ELSE 0 END)"),
        "quantity": Dimension("SUM(COALESCE(v.quantity, 0))"),
        "lines": Dimension("COUNT(*)"),
        "discount": Dimension(
            f"SUM(CASE WHEN {_SALE} THEN COALESCE(l.discount, 0) ELSE 0 END)", ("line",)
        ),
        "discount_told": Dimension("COUNT(l.discount)", ("line",)),
        "cost": Dimension(
            "SUM(CASE WHEN l.cost IS NULL THEN 0 WHEN v.kind = 'return' THEN -ABS(l.cost)"
            " ELSE l.cost END)",
            ("line",),
        ),
        "costed": Dimension("SUM(CASE WHEN l.cost IS NULL THEN 0 ELSE v.amount END)", ("line",)),
        "cost_told": Dimension("COUNT(l.cost)", ("line",)),
        "measured": Dimension(
            f"SUM(CASE WHEN {_SALE} AND v.quantity > 0 THEN v.amount ELSE 0 END)"
        ),
        "units": Dimension(f"SUM(CASE WHEN {_SALE} AND v.quantity > 0 THEN v.quantity ELSE 0 END)"),
    },
    {
        "orders": Dimension(f"CASE WHEN {_BOUGHT} THEN v.order_id END"),
        "customers": Dimension(f"CASE WHEN {_BOUGHT} THEN r.customer_id END"),
        "won": Dimension(
            f"CASE WHEN {_BOUGHT} AND v.day = f.day THEN r.customer_id END", ("first",)
        ),
    },
    _IN_TIME,
    "lines",
)  # fmt: skip

# what each record did on each day: no items, and nothing that only the order or its lines tell
KEPT_DAYS = BaseFacts(
    "purchase_day",
    {**_NOTHING, **_PERIODS, **_CUSTOMERS, **_TENURE},
    {
        "net": Dimension("SUM(v.net)"),
        "gross": Dimension("SUM(v.gross)"),
        "quantity": Dimension("SUM(v.quantity)"),
        "lines": Dimension("SUM(v.lines)"),
        "orders": Dimension("SUM(v.orders)"),
    },
    {
        "customers": Dimension("CASE WHEN v.orders > 0 THEN r.customer_id END"),
        "won": Dimension(
            "CASE WHEN v.orders > 0 AND v.day = f.day THEN r.customer_id END", ("first",)
        ),
    },
    _IN_TIME,
)
# revenue of each item in each whole month
KEPT_ITEMS = BaseFacts(
    "(SELECT CAST(grp AS INTEGER) AS item_id, NULL AS record_id, month || '-01' AS day, currency,"
    " net, gross, quantity, lines FROM month_cell WHERE dimension = 'item')",
    {**_NOTHING, **_PERIODS, **_ITEMS},
    {name: Dimension(f"SUM(v.{name})") for name in ("net", "gross", "quantity", "lines")},
    {},
    _IN_TIME,
)

_DECIDED = "v.outcome IN ('won', 'lost')"
OPPORTUNITIES = BaseFacts(
    f"({query('pivot_deals')})",
    {
        **_NOTHING, **_PERIODS, **_CUSTOMERS,
        "owner": Dimension("COALESCE(v.owner, p.owner, '')", ("people",)),
        "source": Dimension("v.source"),
        "product": Dimension("COALESCE(v.product, '')"),
        "stage": Dimension("COALESCE(v.stage, '')"),
        "outcome": Dimension("v.outcome"),
        "competitor": Dimension("COALESCE(v.competitor, '')"),
        "reason": Dimension("COALESCE(v.why, '')"),
    },
    {
        "deals": Dimension("COUNT(*)"),
        "value": Dimension("SUM(COALESCE(v.value, 0))"),
        **{
            f"{outcome}_deals": Dimension(
                f"SUM(CASE WHEN v.outcome = '{outcome}' THEN 1 ELSE 0 END)"
            )
            for outcome in ("open", "won", "lost")
        },
        **{
            f"{outcome}_value": Dimension(
                f"SUM(CASE WHEN v.outcome = '{outcome}' THEN COALESCE(v.value, 0) ELSE 0 END)"
            )
            for outcome in ("open", "won", "lost")
        },
        "cycle_days": Dimension(
            "SUM(CASE WHEN v.outcome = 'won' AND v.closed >= v.opened"
            " THEN CAST(JULIANDAY(v.closed) - JULIANDAY(v.opened) AS INTEGER) ELSE 0 END)"
        ),
        "cycles": Dimension(
            "SUM(CASE WHEN v.outcome = 'won' AND v.closed >= v.opened THEN 1 ELSE 0 END)"
        ),
    },
    {
        "customers": Dimension("r.customer_id"),
        "winners": Dimension("CASE WHEN v.outcome = 'won' THEN r.customer_id END"),
        "first_won": Dimension(
            "CASE WHEN v.outcome = 'won' AND v.closed = f.day THEN r.customer_id END",
            ("first_won",),
        ),
    },
    ("v.currency = :currency", "COALESCE(v.opened, '') <= :until", "v.day >= :since",
     "v.day <= :until"),
    "pivot_deal_lines",
)  # fmt: skip
INTERACTIONS = BaseFacts(
    f"({query('pivot_talks')})",
    {
        **_NOTHING, **_PERIODS, **_CUSTOMERS,
        "owner": Dimension("COALESCE(v.owner, '')"),
        "source": Dimension("v.source"),
        "kind": Dimension("v.kind"),
        "topic": Dimension("COALESCE(v.topic, '')"),
        "outcome": Dimension("COALESCE(v.outcome, '')"),
    },
    {"contacts": Dimension("COUNT(*)")},
    {"customers": Dimension("r.customer_id")},
    ("v.day >= :since", "v.day <= :until"),
    "pivot_talk_lines",
)  # fmt: skip
FACTS = {"orders": ORDERS, "opportunities": OPPORTUNITIES, "interactions": INTERACTIONS}
