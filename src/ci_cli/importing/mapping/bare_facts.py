"""Bare words for a fact: a type, a status, a date, an amount. One tie-break each.

Type may tell returns from sales, or what was sold; VAT may be a number or a tax. A rule looks at
the values, the kind of file and the columns that are already sure, and says why.
"""

from __future__ import annotations

from dataclasses import replace

from ci_cli.importing.mapping.money import is_product
from ci_cli.importing.mapping.sheet import Column, Sheet, goes_with, take_as
from ci_cli.importing.values.verdicts import classify_kind, classify_status
from ci_cli.text import msg

_CLASS_WORDS = frozenset(["类别", "分类", "种类", "class", "group", "组别", "categorytype"])


def _type(column: Column, sheet: Sheet) -> None:
    verdicts = [classify_kind(text) for text in column.profile.texts]
    known = sum(v is not None for v in verdicts) / len(verdicts) if verdicts else 0.0
    if sheet.kind == "orders":
        if any(v in ("return", "quote") for v in verdicts) and known >= 0.5:
            return take_as(column, sheet, "order.kind", msg("the values name sales and returns"))
        product = sheet.has("line.product_id", "line.product_name")
        if known >= 0.8 and column.heading.key not in _CLASS_WORDS:
            return take_as(column, sheet, "order.kind", msg("the values name kinds of documents"))
        # 类别 in an order book without a product column still says what was sold; 类型 may not
        classes = product or column.heading.key in ("类别", "分类", "种类")
        if classes and not sheet.has("line.category", "product.category_id"):
            return take_as(column, sheet, "line.category", msg("stands in a file of products sold"))
        return column.leave(msg("the values tell neither returns nor categories"))
    target = "customer.tier" if sheet.kind in ("customers", "contacts") else "line.category"
    return take_as(column, sheet, target, msg("classifies what the file lists"))


def _status(column: Column, sheet: Sheet) -> None:
    target = "order.status" if sheet.kind == "orders" else "customer.status"
    take_as(column, sheet, target, msg("the status of what the file lists"))


def _own_date(column: Column, sheet: Sheet) -> None:
    if column.profile.texts and column.profile.clock > 0.5:
        return column.leave(msg("a time of day without a day"))
    return take_as(column, sheet, "order.date", msg("the date of what the file lists"))


def _created(column: Column, sheet: Sheet) -> None:
    if column.profile.texts and column.profile.bare_date < 0.5:
        return column.leave(msg("the values are no dates"))
    target = "order.date" if sheet.kind == "orders" else "customer.since"
    return take_as(column, sheet, target, msg("when what the file lists was created"))


def _money_level(column: Column, sheet: Sheet) -> None:
    # order or line is decided in ``money`` together with all other amounts
    take_as(column, sheet, "order.total", msg("an amount"))


def _contact_way(column: Column, sheet: Sheet) -> None:
    profile = column.profile
    if profile.email >= 0.5:
        return take_as(column, sheet, "contact.email", msg("the values are e-mail addresses"))
    if profile.phone >= 0.5:
        return take_as(column, sheet, "contact.phone", msg("the values are phone numbers"))
    if column.heading.key.endswith("号码") and profile.texts:
        return take_as(column, sheet, "customer.id", msg("the values are no phone numbers"))
    if column.heading.key == "contact" and (profile.person >= 0.5 or not profile.texts):
        return take_as(column, sheet, "contact.name", msg("the values are names"))
    return column.leave(msg("the values are neither phone numbers nor e-mail addresses"))


def _grade(column: Column, sheet: Sheet) -> None:
    if column.heading.key == "rating" and column.profile.number > 0.9:
        return column.leave(msg("a score"))
    names = sheet.mapped("customer.name") or sheet.mapped("customer.id")
    if sheet.kind == "orders" and names is not None and not goes_with(names, column):
        column.heading = replace(column.heading, rule=None, candidates=())
        return column.leave(msg("it differs between the rows of one customer"))
    return take_as(column, sheet, "customer.tier", msg("the grade of what the file lists"))


def _sales(column: Column, sheet: Sheet) -> None:
    profile = column.profile
    if profile.texts and profile.number >= 0.5:
        return take_as(column, sheet, "line.amount", msg("the values are numbers"))
    if profile.texts and profile.person >= 0.5:
        return take_as(column, sheet, "customer.owner", msg("the values are names of persons"))
    if not profile.texts and column.heading.key == "sales" and sheet.kind == "orders":
        return take_as(column, sheet, "line.amount", msg("known header"))
    return column.leave(msg("the values are neither numbers nor names"))


def _state(column: Column, sheet: Sheet) -> None:
    texts = column.profile.texts
    words = sum(classify_status(text) is not None for text in texts)
    if texts and words > 0.5 * len(texts):
        return _status(column, sheet)
    return take_as(column, sheet, "customer.region", msg("the values are places"))


def _channel(column: Column, sheet: Sheet) -> None:
    take_as(column, sheet, "customer.source", msg("where what the file lists came from"))


def _rate(column: Column, sheet: Sheet) -> None:
    if sheet.has("line.quantity") and not sheet.has("line.unit_price"):
        return take_as(column, sheet, "line.unit_price", msg("the only price beside a quantity"))
    return column.leave(msg("may be a rate of anything"))


def _tax(column: Column, sheet: Sheet) -> None:
    if column.profile.texts and column.profile.tax_id >= 0.5 and column.profile.length >= 8:
        return take_as(column, sheet, "customer.tax_id", msg("the values are tax numbers"))
    return column.leave(msg("a tax, not the sale"))


def _extension(column: Column, sheet: Sheet) -> None:
    if is_product(column, sheet):
        return take_as(column, sheet, "line.amount", msg("quantity × price gives it"))
    return column.leave(msg("a phone extension"))


def _bought(column: Column, sheet: Sheet) -> None:
    suppliers = [c for c in sheet.columns if c.heading.apart == "supplier"]
    if suppliers or not sheet.has("customer.id", "customer.name"):
        return column.leave(msg("what was bought, not what was sold"))
    return take_as(column, sheet, column.heading.candidates[0].field,
                   msg("what the customers bought"))  # fmt: skip


def _position(column: Column, sheet: Sheet) -> None:
    if sheet.kind == "orders" and column.profile.small_counts and sheet.has("order.id"):
        return take_as(column, sheet, "line.number", msg("numbers the lines of each order"))
    return take_as(column, sheet, "contact.title", msg("a person's position"))


def _event(column: Column, sheet: Sheet) -> None:
    texts = column.profile.texts
    known = sum(classify_kind(text) is not None for text in texts)
    if sheet.kind == "orders" and (not texts or 2 * known >= len(texts)):
        return take_as(column, sheet, "order.kind", msg("the values name sales and returns"))
    return column.leave(msg("the values are no kinds of orders"))


def _group_name(column: Column, sheet: Sheet) -> None:
    target = "line.category" if sheet.kind in ("products", "orders") else "customer.parent"
    if target == "line.category" and sheet.has("line.category"):
        return column.leave(msg("the category stands in another column"))
    return take_as(column, sheet, target, msg("groups what the file lists"))


RULES = {
    "type": _type,
    "status": _status,
    "own-date": _own_date,
    "created": _created,
    "money-level": _money_level,
    "contact-way": _contact_way,
    "grade": _grade,
    "sales": _sales,
    "state": _state,
    "channel": _channel,
    "rate": _rate,
    "bought": _bought,
    "tax": _tax,
    "extension": _extension,
    "position": _position,
    "event": _event,
    "group-name": _group_name,
}
