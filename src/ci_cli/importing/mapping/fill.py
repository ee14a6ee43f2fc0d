"""The last look at a sheet of sales: fields that no header names, found by hints and by structure.

A column is taken where weak words and the shape of the sheet agree: what is the same on all lines
of an order is no product; the number of a slip never stands under two customers. Each candidate
gets points, the best is taken if it leads clearly, and the points are said in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ci_cli.importing.mapping.clues import HEAD, barred, clue, ends_as_id, has_clue
from ci_cli.importing.mapping.order_date import LATE, fill_date
from ci_cli.importing.mapping.sheet import (
    Column,
    Sheet,
    fits,
    flag,
    for_kind,
    goes_with,
    names_it,
    rows_by,
)
from ci_cli.text import Msg, msg

_THING = "line.product_name"
FEWEST_CUSTOMERS = 3  # whose numbers must go with their names
LEAD = 1.0  # points by which the best column must lead the next
_COMPANY = re.compile(
    r"\b(?:ltd|llc|inc|gmbh|corp|co|plc|pty|bv|ab|as|oy|sa|srl|sarl|limited|company|group|shop|"
    r"cafe|hotel|deli|bakery|restaurant|school|clinic|church|farm|stores?|market|council|"
    r"trust|club|inn|pub|bar|grill|kitchen|salon|pharmacy)\b\.?|&"
    r"|公司|集团|商行|商贸|超市|饭店|酒店|酒楼|餐厅|食堂|学校|幼儿园|医院|厂|店|馆|部|中心|银行|局|院|所|社|坊|行$",
    re.IGNORECASE,
)


_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万"
)
_SPELLED = re.compile(r"[a-z]{3}|[A-Z]{4}|[\u4e00-\u9fff]{2}")  # more than initials or a code


class Points(NamedTuple):
    """How well a column suits a field, and why."""

    points: float
    why: Msg


Weigh = Callable[[Column, Sheet], Points | None]


def fill(sheet: Sheet) -> None:
    """Take columns for the fields that are still open, in a file of orders or people."""
    if sheet.kind == "orders":
        fill_date(sheet)
        _replace_partial_id(sheet)
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
        near = [entry for entry in weighed if entry[0] - weighed[0][0] < LEAD]
        if name == _THING and sheet.proven:  # Crop before Variety: the first of them
            near = sorted(near, key=lambda entry: entry[1])[:1]
        if name == "customer.name" and len(near) > 1:  # 养殖场 before its 老板
            near = [entry for entry in near if not _are_persons(entry[2])] or near
        if len(near) == 1:
            column = near[0][2]
            column.how = "rule"
            column.take(name, near[0][3])


_REFERENCES = frozenset(["ref", "reference"])
_MADE_OF = frozenset(["材料", "用料", "材质", "material", "materials", "fabric"])


def _is_open(column: Column, name: str) -> bool:
    referred = name in ("order.id", "line.product_id") and column.heading.key in _REFERENCES
    numbers = name == "order.id" and column.index == 0 and _numbers_rows(column)
    return (
        column.field is None
        and column.how is None
        and (column.heading.rule is None or referred)
        and bool(column.profile.texts)
        and bool(column.heading.key)
        and (not barred(column.heading, name) or numbers)
        and not column.heading.delivery
    )


def _replace_partial_id(sheet: Sheet) -> None:
    """Number the orders by a column without gaps: not every order has an invoice yet."""
    held = sheet.mapped("order.id")
    if held is None or held.how == "map" or held.profile.filled == held.profile.rows:
        return
    if _heads_groups(held, sheet):
        return  # an order stands on its first line only
    whole = [
        column
        for column in sheet.columns
        if _is_open(column, "order.id")
        and column.profile.filled == column.profile.rows
        and ends_as_id(column.heading)
        and _order_id(column, sheet) is not None
    ]
    whole = whole or [c for c in sheet.columns[:1] if _numbers_rows(c)]
    if len(whole) == 1:
        held.leave(msg("some rows have none; “{other}” has no gaps", other=whole[0].text))
        whole[0].how = "rule"
        whole[0].take("order.id", msg("the only number of documents without gaps"))
        sheet.note(msg("{field} is taken from “{best}”, not from “{other}” ({flag} would change "
                       "that)", field="order.id", best=whole[0].text, other=held.text,
                       flag=flag("order.id", held.text)))  # fmt: skip


def _heads_groups(number: Column, sheet: Sheet) -> bool:
    """Return whether every row without a number lacks its day and customer too."""
    about = [c for c in sheet.columns if c.field in ("order.date", "customer.name", "customer.id")]
    open_ = [row for row, value in enumerate(number.values) if not value.strip()]
    return bool(about) and all(not c.values[row].strip() for c in about for row in open_)


def _numbers_rows(column: Column) -> bool:
    """Return whether a Waybill No numbers the rows of its register, though it is no order's."""
    profile = column.profile
    whole = profile.unique and profile.filled == profile.rows and ends_as_id(column.heading)
    return whole and column.heading.apart in ("logistics", "other_id") and fits("order.id", column)


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
    ids = sheet.mapped("customer.id")
    if ids is not None and (hint < 2 or not goes_with(ids, column)):
        return None
    if not hint and companies < 0.5:
        return None
    points = (
        hint + companies + 0.5 * (profile.distinct > 1) + 0.5 * (profile.filled == profile.rows)
    )
    if hint < 2 and clue(column.heading, "line.product_name") > hint:
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
    if column.heading.apart == "project" and hint < 2:
        return None
    if ends_as_id(column.heading):
        return None
    if not hint:
        return _only_words(column, sheet, same=same)
    if clue(column.heading, "order.owner") > hint:
        return None
    rich = column.profile.distinct / max(1, column.profile.filled)
    points = hint + rich + (0 if same is None else -2 if same else 1)
    points -= 2 * (column.heading.key in _MADE_OF)
    return Points(points, msg("the words of the header, and it says what each line is about"))


def _only_words(column: Column, sheet: Sheet, *, same: bool | None) -> Points | None:
    """Return a point for an unknown column of several words on proven lines: what was sold."""
    heading, profile = column.heading, column.profile
    if heading.apart or same or not sheet.proven or has_clue(heading):
        return None
    spelled = sum(bool(_SPELLED.search(text)) for text in profile.texts)
    if spelled < 0.9 * len(profile.texts) or profile.distinct < 2 or _persons(column):
        return None
    return Points(0.5, msg("the one unknown column of words on lines with quantity and price"))


def _are_persons(column: Column) -> bool:
    """Return whether values are as short as names of persons and may be such."""
    return _persons(column) or (column.profile.length <= 3 and column.profile.person >= 0.9)


def _persons(column: Column) -> bool:
    """Return whether most values are names of persons: two to three characters with a surname."""
    texts = column.profile.texts
    chinese = [text for text in texts if not text.isascii()]
    if not chinese:
        return column.profile.person == 1
    named = sum(len(text) < 4 and text[0] in _SURNAMES for text in chinese)
    return named >= 0.7 * len(texts)


def _order_id(column: Column, sheet: Sheet) -> Points | None:
    hint, profile = clue(column.heading, "order.id"), column.profile
    hint += hint > 0 and ends_as_id(column.heading)
    if column.heading.key in _REFERENCES:
        hint = 2 if sheet.proven and column.index == 0 else 0
    first = column.index == 0 and ends_as_id(column.heading)
    if first and (column.heading.apart is None or _numbers_rows(column)):
        hint = max(hint, HEAD)  # the first column numbers what the rows are
    if hint < 2 or profile.counts_rows or not fits("order.id", column):
        return None
    if profile.token < 0.9 or not any(c.isdigit() for text in profile.texts for c in text):
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


def _customer_id(column: Column, sheet: Sheet) -> Points | None:
    """Return points for codes that go with the customers, one for one, over several orders."""
    names, sales = sheet.mapped("customer.name"), sheet.mapped("order.id")
    if names is None or sales is None or not ends_as_id(column.heading):
        return None
    if column.profile.token < 0.9 or column.profile.distinct < FEWEST_CUSTOMERS:
        return None
    if not names_it(column, names, sales):
        return None
    return Points(2, msg("one for each customer, in every order"))


def _owner(column: Column, _sheet: Sheet) -> Points | None:
    hint = clue(column.heading, "order.owner")
    if hint < 2 or not _wordy(column) or column.profile.words < 0.5 <= column.profile.code:
        return None
    return Points(hint, msg("the words of the header, and names of persons"))


def _category(column: Column, sheet: Sheet) -> Points | None:
    hint, profile = clue(column.heading, "line.category"), column.profile
    if hint < 2 or not _wordy(column):
        return None
    if hint < 3 and sheet.has("line.product_id", "line.product_name"):
        return None
    return Points(hint - profile.distinct / max(1, profile.filled), msg("the words of the header"))


def _product_id(column: Column, sheet: Sheet) -> Points | None:
    """Return points for codes that go with the products, one for one, over several orders."""
    names, sales = sheet.mapped("line.product_name"), sheet.mapped("order.id")
    if names is None or sales is None or column.heading.key not in _REFERENCES:
        return None
    if column.profile.code < 0.9 or not names_it(column, names, sales):
        return None
    return Points(2, msg("one for each product, whenever it was sold"))


def _person(column: Column, _sheet: Sheet) -> Points | None:
    hint = clue(column.heading, "contact.name")
    if hint < 2 or not _wordy(column) or column.profile.person < 0.5:
        return None
    return Points(
        hint + column.profile.person, msg("the words of the header, and names of persons")
    )


def _firm(column: Column, sheet: Sheet) -> Points | None:
    hint = clue(column.heading, "customer.name")
    if hint < 2 or not _wordy(column):
        return None
    named_person = clue(column.heading, "contact.name") >= hint
    return None if named_person and sheet.kind == "contacts" else Points(
        hint + (column.profile.filled == column.profile.rows),
        msg("the words of the header, and names"),
    )  # fmt: skip


def _title(column: Column, _sheet: Sheet) -> Points | None:
    hint = clue(column.heading, "contact.title")
    return Points(hint, msg("the words of the header")) if hint > 1 and _wordy(column) else None


def _thing(column: Column, sheet: Sheet) -> Points | None:
    """Return points for what names the things of a list: hinted, or the first unlike words."""
    found = _product(column, sheet)
    if found is not None or not _wordy(column):
        return found
    profile = column.profile
    used = any(for_kind(name, "products") for name in column.heading.fields())
    unknown = column.heading.apart in (None, "place") and not used
    if not unknown or ends_as_id(column.heading) or not profile.unique or profile.filled < 2:
        return None
    if profile.words < 0.5 or any(
        earlier.profile.words >= 0.5 and earlier.profile.unique and _is_open(earlier, _THING)
        for earlier in sheet.columns[: column.index]
    ):
        return None
    return Points(0.5, msg("the first column of words that differ in every row"))


def _since(column: Column, _sheet: Sheet) -> Points | None:
    hint = clue(column.heading, "customer.since")
    if not hint or column.profile.date < 0.9 or LATE.search(column.heading.key):
        return None
    return Points(hint, msg("the words of the header, and days"))


# what programs call the number of a row of theirs
_RECORD_KEYS = frozenset(
    ["recid", "recno", "recordid", "recordno", "recordnumber", "recordkey", "uid", "pk", "guid",
     "oid", "rowkey", "objectid", "entityid", "sourceid", "sourcekey", "systemid", "dbid",
     "personid", "partyid", "primarykey", "记录号", "记录编号", "唯一标识", "唯一编号", "系统id"]
)  # fmt: skip


def _record_key(column: Column, _sheet: Sheet) -> Points | None:
    """Return points for codes that number the records; else equal names were one customer."""
    profile = column.profile
    if not profile.unique or profile.filled < max(2, profile.rows) or profile.token < 1:
        return None
    if max(profile.date, profile.email, profile.phone, profile.tax_id, profile.clock) >= 0.5:
        return None
    if column.heading.key in _RECORD_KEYS:
        return Points(3, msg("the number of each record"))
    numbered = all(any(char.isdigit() for char in text) for text in profile.texts)
    first = column.index == 0 and ends_as_id(column.heading) and column.heading.apart is None
    if not first or not numbered or profile.counts_rows:
        return None
    return Points(2, msg("the first column, a code of its own in every row"))


_IN_ORDERS: tuple[tuple[str, Weigh, tuple[str, ...]], ...] = (
    ("customer.name", _customer, ("customer.short_name", "contact.first_name")),
    ("order.id", _order_id, ()),
    ("customer.id", _customer_id, ()),
    ("line.product_name", _product, ()),
    ("line.product_id", _product_id, ()),
    ("line.category", _category, ("product.category_id",)),
    ("order.owner", _owner, ()),
)
_OF_PEOPLE: tuple[tuple[str, Weigh, tuple[str, ...]], ...] = (
    ("contact.name", _person, ("contact.first_name", "contact.last_name")),
    ("customer.name", _firm, ("customer.short_name",)),
    ("contact.title", _title, ()),
    ("customer.owner", _owner, ()),
)
_SINCE: tuple[tuple[str, Weigh, tuple[str, ...]], ...] = (("customer.since", _since, ()),)
_OF_THINGS: tuple[tuple[str, Weigh, tuple[str, ...]], ...] = (
    (_THING, _thing, ()),
    ("line.category", _category, ("product.category_id",)),
)
_FIELDS = {
    "orders": _IN_ORDERS,
    "products": _OF_THINGS,
    "contacts": _OF_PEOPLE[:-1],
    "customers": (("customer.id", _record_key, ()), *_OF_PEOPLE[::-1], *_SINCE),
}
