"""``customer similar``: who was like this customer at the same age, and what became of them."""

from __future__ import annotations

from datetime import date

from ci_cli.analysis.similar import LEAST, Similar
from ci_cli.report import Column, Money, Note, Percent, Report, Table
from ci_cli.reports.common import as_of_text, customer_code
from ci_cli.shapes.health import AtAge
from ci_cli.text import msg


def build(
    subject: AtAge, found: Similar, *, as_of: date, age: int, after: int, currency: str
) -> Report:
    """Lay out the nearest customers.

    Args:
        subject: whom they are like.
        found: from ``analysis.similar``.
        as_of: the last day that is known.
        age: days since the subject's first purchase.
        after: days that tell what became of somebody.
        currency: of the money.
    """
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("industry", msg("industry")),
        Column("distance", msg("distance"), "number"),
        Column("orders", msg("orders by then"), "int"),
        Column("revenue", msg("revenue by then"), "money", currency),
        Column("later_orders", msg("orders after"), "int"),
        Column("later_revenue", msg("revenue after"), "money", currency),
    )
    rows = [
        (
            customer_code(one.row.customer_id), one.row.name, one.row.industry, one.distance,
            one.row.orders, one.row.net, one.row.later_orders, one.row.later_net,
        )
        for one in found.nearest
    ]  # fmt: skip
    code = customer_code(subject.customer_id)
    notes = [
        Note(
            msg(
                "{code} is {age} days old: orders {orders}, revenue {revenue}.",
                code=code,
                age=age,
                orders=subject.orders,
                revenue=Money(subject.net, currency),
            )
        ),
        *_outcome(found, age, after, currency),
    ]
    return Report(
        "customer-similar",
        msg(
            "Customers like {code} {name} at the same age, {as_of}",
            code=code,
            name=subject.name,
            as_of=as_of_text(as_of),
        ),
        [Table("similar", columns, rows)],
        {
            "as_of": as_of.isoformat(), "currency": currency, "customer": code, "age": age,
            "after": after, "comparable": found.comparable, "basis": found.near is not None,
        },
        notes,
    )  # fmt: skip


def _outcome(found: Similar, age: int, after: int, currency: str) -> list[Note]:
    if found.near is None or found.everybody is None or found.quartiles is None:
        return [
            Note(
                msg(
                    "No basis: only {n} customers have a history of {days} days; it takes {least}.",
                    n=found.comparable,
                    days=age + after,
                    least=LEAST,
                ),
                "warning",
            )
        ]
    near, everybody = found.near, found.everybody
    return [
        Note(
            msg(
                "In the {after} days after that age {stayed} of the {n} bought on; revenue from "
                "{low} to {high}, the middle one {middle}.",
                after=after,
                stayed=near.stayed,
                n=near.customers,
                low=Money(near.lowest, currency),
                high=Money(near.highest, currency),
                middle=Money(round(near.middle), currency),
            )
        ),
        Note(
            msg(
                "Of all {n} comparable customers {stayed} bought on; half of them had a revenue "
                "from {low} to {high}.",
                n=everybody.customers,
                stayed=Percent(everybody.stayed / everybody.customers),
                low=Money(round(found.quartiles[0]), currency),
                high=Money(round(found.quartiles[1]), currency),
            )
        ),
    ]
