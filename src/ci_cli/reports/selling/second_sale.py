"""``report second-sale``: how many first buyers come back, after how long, after what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ci_cli.analysis.second_sale import SecondSale
from ci_cli.report import Column, Note, Percent, Report, Table
from ci_cli.reports.common import as_of_text
from ci_cli.text import msg

FEW = 20  # customers of a category, below which its figures are rough


def build(
    rows: Sequence[SecondSale],
    everybody: SecondSale | None,
    *,
    within: int,
    as_of: date,
    currency: str,
) -> Report:
    """Lay out the second sale by first category.

    Args:
        rows: from ``analysis.second_sale.second_sales``.
        everybody: all of them together; None without a customer.
        within: days after the first purchase.
        as_of: the last day that is known.
        currency: of the purchases that were counted.
    """
    columns = (
        Column("category", msg("first category")),
        Column("customers", msg("customers"), "int"),
        Column("again", msg("bought again"), "int"),
        Column("too_young", msg("too young"), "int"),
        Column("rate", msg("second sale"), "percent"),
        Column("median_days", msg("days to it"), "days"),
    )
    total = None if everybody is None else ("", *everybody[1:])
    return Report(
        "second-sale",
        msg("Second sale within {days} days, {as_of}", days=within, as_of=as_of_text(as_of)),
        [Table("second_sale", columns, [tuple(row) for row in rows], total=total)],
        {"as_of": as_of.isoformat(), "currency": currency, "within": within},
        _notes(rows, everybody, within, as_of),
    )


def _notes(
    rows: Sequence[SecondSale], everybody: SecondSale | None, within: int, as_of: date
) -> list[Note]:
    if everybody is None:
        return [Note(msg("Nobody has bought by {day}.", day=as_of.isoformat()))]
    notes = []
    if everybody.rate is None:
        notes.append(
            Note(
                msg(
                    "No rate: no customer was watched for {days} days without coming back. A"
                    " smaller --within can be answered.",
                    days=within,
                ),
                "warning",
            )
        )
    elif everybody.median_days is None:
        notes.append(Note(msg("Nobody came back within {days} days.", days=within)))
    else:
        notes.append(
            Note(
                msg(
                    "Of first buyers {rate} buy a second time within {days} days, half of these"
                    " within {median}.",
                    rate=Percent(everybody.rate),
                    days=within,
                    median=f"{everybody.median_days:g}",
                )
            )
        )
    notes.append(
        Note(
            msg(
                "Too young to tell: {young} of {customers} have not come back, but were first seen"
                " less than {days} days ago. They count for as long as they were watched"
                " (Kaplan–Meier), neither as lost nor as left out.",
                young=everybody.too_young,
                customers=everybody.customers,
                days=within,
            )
        )
    )
    notes.append(
        Note(
            msg(
                "A second sale is a purchase on a later day than the first. The first category is"
                " the one with most sales on the first day."
            )
        )
    )
    if any(row.customers < FEW for row in rows):
        notes.append(Note(msg("Rates of fewer than {few} customers are rough.", few=FEW)))
    return notes
