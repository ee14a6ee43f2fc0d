"""The date of the orders, where no header names it for sure."""

from __future__ import annotations

import re

from ci_cli.importing.mapping.clues import clue
from ci_cli.importing.mapping.days import earliest, likeliest
from ci_cli.importing.mapping.settle import LATE_DATE, WEAK_DATE, preference
from ci_cli.importing.mapping.sheet import Column, Sheet
from ci_cli.text import msg

_UNUSED = frozenset(
    ["interaction.date", "feedback.date", "customer.since", "contract.end"]
)  # not of orders
LATE = re.compile(
    r"birth|dob|expir|due|modif|updat|print|valid|last|next|requir|promis"
    r"|生日|出生|到期|有效|修改|更新|打印|生产|最后|最近|下次|上次|交货|交期|要求|承诺|截止"
)
_JOINED = re.compile(r"since|joined|入会|入学|注册")  # of the customer, long before
_AFTERWARDS = re.compile(  # what happens to an order once it is done
    r"交车|取车|取机|取件|出厂|离店|退房|完工|竣工|还车|collect|pick|return|finish|ready|pod|proof"
)


def fill_date(sheet: Sheet) -> None:
    """Date the orders by the one column of dates that can do so."""
    if "order.date" in sheet.left_out:
        return
    taken = sheet.mapped("order.date")
    if taken is not None and _is_of_line(taken, sheet):
        taken.leave(msg("it differs between the lines of one order"))
        return
    if taken is not None:
        _replace_weak_date(sheet, taken)
        return
    dates = [
        column
        for column in sheet.columns
        if column.field is None and column.profile.texts and column.profile.date >= 0.9
    ]
    unknown = [c for c in dates if c.heading.apart is None and c.heading.fields() <= _UNUSED]
    unknown = [c for c in unknown if not _JOINED.search(c.heading.key)]
    first = [c for c in unknown if not _AFTERWARDS.search(c.heading.key)]
    unknown = first or unknown
    events = [c for c in dates if c.heading.apart == "event_date"]
    candidates = unknown or events
    both = earliest([*unknown, *events]) if unknown and events else None
    best = both or likeliest(candidates)
    if best is None and len(dates) > 1 and (sheet.proven or sheet.has("order.id")):
        best = earliest([c for c in dates if not LATE.search(c.heading.key)])
    delivered = len(dates) == 1 and _is_delivery(dates[0]) and _one_per_order(dates[0], sheet)
    if best is None and delivered and sheet.proven:
        best = dates[0]
        sheet.note(msg("no date but that of the delivery: order.date is taken from “{header}”",
                       header=best.text), warning=True)  # fmt: skip
    if best is None:
        return
    best.how = "rule"
    best.take("order.date", msg("the first of the dates in every row, or named like it"))
    rivals = [c for c in candidates or dates if c is not best]
    if rivals:
        others = ", ".join(f"“{c.text}”" for c in rivals)
        sheet.note(msg("order.date is taken from “{best}”, not from {others}",
                       best=best.text, others=others))  # fmt: skip


def _replace_weak_date(sheet: Sheet, taken: Column) -> None:
    """Date the orders by an unknown column that is never later than the payment or shipping."""
    wish = preference("order.date", taken)
    if taken.how == "map" or wish < LATE_DATE:
        return
    unknown = [
        column
        for column in sheet.columns
        if column.field is None
        and (wish >= WEAK_DATE or clue(column.heading, "order.date") > 1)
        and column.heading.apart is None
        and column.heading.rule is None
        and not column.heading.candidates
        and column.profile.texts
        and column.profile.date >= 0.9
    ]
    best = earliest([*unknown, taken]) if unknown else None
    if best is not None and best is not taken:
        taken.leave(msg("“{other}” is never later", other=best.text))
        best.how = "rule"
        best.take("order.date", msg("the first of the dates in every row, or named like it"))
        sheet.note(msg("order.date is taken from “{best}”, not from {others}",
                       best=best.text, others=f"“{taken.text}”"))  # fmt: skip


def _is_delivery(column: Column) -> bool:
    """Return whether a header speaks of the day on which goods go out: no birthday, no due date."""
    key = column.heading.key
    return column.heading.apart in ("other_date", "delivery") and any(
        word in key for word in ("deliver", "del", "dlv", "ship", "dispatch", "送", "出")
    )


def _is_of_line(taken: Column, sheet: Sheet) -> bool:
    """Return whether the day taken is that of a shipment, of which an order may have several."""
    shipped = taken.how != "map" and preference("order.date", taken) > WEAK_DATE
    return shipped and not _one_per_order(taken, sheet)


def _one_per_order(date: Column, sheet: Sheet) -> bool:
    """Return whether no order has two days: each line of an order may be shipped when it can."""
    return all(
        len({date.values[row].strip() for row in rows}) == 1 for rows in sheet.groups().values()
    )
