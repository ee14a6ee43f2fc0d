"""The last look at a sheet of sales: fields that no header names, found by hints and by structure.

A column is taken where weak words and the shape of the sheet agree: what is the same on all lines
of an order is no product; the number of a slip never stands under two customers. Each candidate
gets points, the best is taken if it leads clearly, and the points are said in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ci_cli.importing.mapping.clues import barred, clue
from ci_cli.importing.mapping.days import likeliest
from ci_cli.importing.mapping.sheet import Column, Sheet, fits, rows_by
from ci_cli.text import Msg, msg

LEAD = 1.0  # points by which the best column must lead the next
_COMPANY = re.compile(
    r"\b(?:ltd|llc|inc|gmbh|corp|co|plc|pty|bv|ab|as|oy|sa|srl|sarl|limited|company|group|shop|"
    r"cafe|hotel|deli|bakery|restaurant|school|clinic|church|farm|stores?|market|council|"
    r"trust|club|inn|pub|bar|grill|kitchen|salon|pharmacy)\b\.?|&"
    r"|公司|集团|商行|商贸|超市|饭店|酒店|酒楼|餐厅|食堂|学校|幼儿园|医院|厂|店|馆|部|中心|银行|局|院|所|社|坊|行$",
    re.IGNORECASE,
)


class Points(NamedTuple):
    """How well a column suits a field, and why."""

    points: float
    why: Msg


Weigh = Callable[[Column, Sheet], Points | None]


def fill(sheet: Sheet) -> None:
    """Take columns for the fields that are still open, in a file of orders or people."""
    if sheet.kind == "orders":
        _fill_date(sheet)
    for name, weigh, instead in _FIELDS.get(sheet.kind or "", ()):
        if sheet.has(name, *instead) or name in sheet.left_out:
            continue
        weighed = sorted(
            (
                (-found.points, column.index, column, found.why)
                for column in sheet.columns
                if _is_open(column, name)
                if (found := weigh(column, sheet)) is not None
            ),
            key=lambda entry: entry[:2],
        )
        if weighed and (len(weighed) == 1 or weighed[1][0] - weighed[0][0] >= LEAD):
            column = weighed[0][2]
            column.how = "rule"
            column.take(name, weighed[0][3])


def _is_open(column: Column, name: str) -> bool:
    return (
        column.field is None
        and column.how is None
        and column.heading.rule is None
        and bool(column.profile.texts)
        and bool(column.heading.key)
        and not barred(column.heading, name)
        and not column.heading.delivery
    )


def _fill_date(sheet: Sheet) -> None:
    """Date the orders by the one column of dates that can do so."""
    if sheet.has("order.date") or "order.date" in sheet.left_out:
        return
    dates = [
        column
        for column in sheet.columns
        if column.field is None
        and column.profile.texts
        and column.profile.date >= 0.9  # noqa: PLR2004 - nearly all
    ]
    candidates = [c for c in dates if c.heading.apart is None and not c.heading.candidates]
    best = likeliest(candidates)
    if best is None:
        return
    best.how = "rule"
    best.take("order.date", msg("the first of the dates in every row, or named like it"))
    if len(candidates) > 1:
        others = ", ".join(f"“{c.text}”" for c in candidates if c is not best)
        sheet.note(msg("order.date is taken from “{best}”, not from {others}",
                       best=best.text, others=others))  # fmt: skip


def _wordy(column: Column) -> bool:
    profile = column.profile
    return max(profile.number, profile.date, profile.email, profile.phone, profile.clock) < 0.5


def _same_in_orders(column: Column, sheet: Sheet) -> bool | None:
    """Return whether a column is the same on all lines of each order; None: no order has two."""
    groups = sheet.groups()
    if not groups:
        return None
    return all(len({column.values[row].strip() for row in rows}) == 1 for rows in groups.values())


def _customer(column: Column, sheet: Sheet) -> Points | None:
    if not _wordy(column) or _same_in_orders(column, sheet) is False:
        return None
    profile = column.profile
    hint = clue(column.heading, "customer.name")
    if column.heading.apart == "place" and not (hint > 1 and _on_account(sheet)):
        return None
    companies = sum(bool(_COMPANY.search(text)) for text in profile.texts) / len(profile.texts)
    if not hint and companies < 0.5:  # noqa: PLR2004 - half
        return None
    points = hint + companies + 0.5 * (profile.distinct > 1) + 0.5 * (profile.filled == profile.rows)
    if hint < 2 and clue(column.heading, "line.product_name") > hint:  # noqa: PLR2004 - no head word
        return None
    return Points(points, msg("the words of the header and names that stay the same in each order"))


def _on_account(sheet: Sheet) -> bool:
    """Return whether somebody owes or gets deliveries: then a shop is a customer, not one's own."""
    return any(column.heading.apart in ("owed", "delivery") or "driver" in column.heading.key
               or "司机" in column.heading.key for column in sheet.columns)  # fmt: skip


def _product(column: Column, sheet: Sheet) -> Points | None:
    if not _wordy(column):
        return None
    hint = clue(column.heading, "line.product_name")
    same = _same_in_orders(column, sheet)
    if column.heading.apart == "project" and hint < 2:  # noqa: PLR2004 - its head word
        return None
    if same and not hint:
        return None
    if not hint:
        return None
    rich = column.profile.distinct / max(1, column.profile.filled)
    points = hint + rich + 0.5 * (same is False)
    return Points(points, msg("the words of the header, and it says what each line is about"))


def _order_id(column: Column, sheet: Sheet) -> Points | None:
    hint, profile = clue(column.heading, "order.id"), column.profile
    if hint < 2 or profile.counts_rows or not fits("order.id", column):  # noqa: PLR2004
        return None
    if profile.token < 0.9 or not any(c.isdigit() for text in profile.texts for c in text):  # noqa: PLR2004
        return None
    others = [c for name in ("order.date", "customer.name", "customer.id")
              for c in sheet.all_mapped(name)]  # fmt: skip
    repeated = [rows for rows in rows_by(column.values).values() if len(rows) > 1]
    if any(len({c.values[row].strip() for row in rows} - {""}) > 1
           for c in others for rows in repeated):  # fmt: skip
        return None
    if not others or (profile.filled < profile.rows and not profile.unique):
        return None
    return Points(hint + bool(repeated), msg("its numbers never stand under two customers or days"))


def _owner(column: Column, sheet: Sheet) -> Points | None:
    hint = clue(column.heading, "order.owner")
    if hint < 2 or not _wordy(column) or column.profile.words < 0.5 <= column.profile.code:  # noqa: PLR2004
        return None
    return Points(hint, msg("the words of the header, and names of persons"))


def _category(column: Column, sheet: Sheet) -> Points | None:
    hint, profile = clue(column.heading, "line.category"), column.profile
    if hint < 3 or not _wordy(column):  # noqa: PLR2004 - the whole header
        return None
    return Points(hint - profile.distinct / max(1, profile.filled), msg("the words of the header"))


def _person(column: Column, sheet: Sheet) -> Points | None:
    hint = clue(column.heading, "contact.name")
    if hint < 2 or not _wordy(column) or column.profile.person < 0.5:  # noqa: PLR2004
        return None
    return Points(hint + column.profile.person, msg("the words of the header, and names of persons"))


def _firm(column: Column, sheet: Sheet) -> Points | None:
    hint = clue(column.heading, "customer.name")
    if hint < 2 or not _wordy(column):  # noqa: PLR2004
        return None
    named_person = clue(column.heading, "contact.name") >= hint
    return None if named_person and sheet.kind == "contacts" else Points(
        hint + (column.profile.filled == column.profile.rows),
        msg("the words of the header, and names"),
    )  # fmt: skip


def _title(column: Column, sheet: Sheet) -> Points | None:
    hint = clue(column.heading, "contact.title")
    return Points(hint, msg("the words of the header")) if hint > 1 and _wordy(column) else None


_IN_ORDERS: tuple[tuple[str, Weigh, tuple[str, ...]], ...] = (
    ("customer.name", _customer, ("customer.id", "customer.short_name", "contact.first_name")),
    ("order.id", _order_id, ()),
    ("line.product_name", _product, ()),
    ("line.category", _category, ("product.category_id",)),
    ("order.owner", _owner, ()),
)
_OF_PEOPLE: tuple[tuple[str, Weigh, tuple[str, ...]], ...] = (
    ("contact.name", _person, ("contact.first_name", "contact.last_name")),
    ("customer.name", _firm, ()),
    ("contact.title", _title, ()),
)
_FIELDS = {"orders": _IN_ORDERS, "contacts": _OF_PEOPLE, "customers": _OF_PEOPLE[::-1]}
