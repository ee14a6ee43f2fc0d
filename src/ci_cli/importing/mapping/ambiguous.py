"""The tie-breaks for headers that can mean several things, one function each.

The headers and the sentences that describe each rule stand in ``data/header_synonyms.yaml``
under ``ambiguous``. A rule looks at the column's values, the kind of file and the columns whose
meaning is already sure; it decides or leaves the column out, and always says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ci_cli.importing.mapping.money import is_product
from ci_cli.importing.mapping.sheet import (
    FLAGS,
    Column,
    Sheet,
    fits,
    for_kind,
    goes_with,
    names_it,
    restarts,
)
from ci_cli.importing.values.verdicts import classify_kind, classify_status
from ci_cli.text import Msg, msg

Rule = Callable[[Column, Sheet], None]

PART_NUMBERS_PER_CUSTOMER = 3  # more distinct codes than this per customer name: part numbers
ID_SHARE = 0.95  # of the values must look like codes for a bare 客户 to be an id

_SHOP_ORDER = re.compile(r"^#?[A-Z]{0,4}-?\d{3,}$")
_SEQUENCE = frozenset(
    ["序号", "序", "sn", "srno", "slno", "seq", "index", "行号", "项次", "no", "ref", "reference"]
)
_RECORD_KEYS = frozenset(
    ["id", "recordid", "internalid", "uuid", "key", "内码", "系统编号", "数据id", "主键", "记录id",
     "编号id", "uniqueid", "externalid", "档案编号"]
)  # fmt: skip
# ids, unless the values are names
_CODES = frozenset(["sku", "part", "itemno", "soldtoparty", "售达方"])
_DESCRIPTION = frozenset(["description", "desc", "描述", "title"])
_CLASS_WORDS = frozenset(["类别", "分类", "种类", "class", "group", "组别", "categorytype"])


def apply_rules(sheet: Sheet) -> None:
    """Decide every ambiguous column that is still open, in an order that ignores their places."""
    for name, rule in RULES.items():
        for column in sheet.columns:
            if column.heading.rule == name and column.how is None:
                rule(column, sheet)
                if column.field is not None and not fits(column.field, column):
                    column.leave(msg("the values do not fit any meaning of this header"))


def _settle(column: Column, sheet: Sheet, field: str, reason: Msg) -> None:
    """Map the column if its kind of file uses the field."""
    assert sheet.kind is not None  # noqa: S101 - the kind is decided before any rule runs
    wanted = for_kind(field, sheet.kind)
    if wanted is None:
        column.leave(msg("{field}: not used when importing {kind}", field=field, kind=sheet.kind))
    else:
        column.take(wanted, reason)


def _part_number(column: Column, sheet: Sheet) -> None:
    names = sheet.mapped("customer.name")
    profile = column.profile
    if (
        names is not None
        and sheet.kind == "orders"
        and names.profile.distinct
        and profile.distinct > PART_NUMBERS_PER_CUSTOMER * names.profile.distinct
    ):
        reason = msg(
            "{codes} codes for {names} customer names: the customers' part numbers",
            codes=profile.distinct, names=names.profile.distinct,
        )  # fmt: skip
        if sheet.has("line.product_id"):
            column.leave(reason)
        else:
            _settle(column, sheet, "line.product_id", reason)
        return
    _settle(column, sheet, "customer.id", msg("known header"))


def _their_reference(column: Column, sheet: Sheet) -> None:
    """Tell our number for a customer from the customer's own number for an order."""
    names = sheet.mapped("customer.name")
    if sheet.kind != "orders":
        return _settle(column, sheet, "customer.id", msg("the id of what the file lists"))
    orders = sheet.mapped("order.id")
    if names is not None and orders is not None and names_it(column, names, orders):
        return _settle(column, sheet, "customer.id", msg("one for each customer, in every order"))
    return column.leave(msg("the customer's own order number"))


def _name_or_id(column: Column, sheet: Sheet) -> None:
    fields = column.heading.fields()
    entity = "customer" if "customer.name" in fields else "line.product"
    name, number = (
        ("customer.name", "customer.id")
        if entity == "customer"
        else ("line.product_name", "line.product_id")
    )
    profile = column.profile
    if column.heading.key in ("account", "acct") and sheet.kind == "orders":
        others = [c for c in sheet.columns if c is not column and _names_customer(c)]
        if others and not (profile.words > 0.5 and {c.field for c in others} == {"customer.id"}):
            return column.leave(msg("an account of the books; “{other}” names the customer",
                                    other=others[0].text))  # fmt: skip
    if entity == "line.product" and profile.small_counts and restarts(column, sheet):
        return _settle(column, sheet, "line.number", msg("counts the lines inside each order"))
    if profile.texts and {text.casefold() for text in profile.texts} <= FLAGS:
        return column.leave(msg("the values are only yes and no"))
    if column.heading.key in _CODES and profile.token > ID_SHARE:
        return _settle(column, sheet, number, msg("the values look like codes"))
    if entity == "line.product" and profile.texts and profile.hundreds:
        return column.leave(msg("small whole numbers: they may be counts"))
    if profile.code > ID_SHARE:
        return _settle(column, sheet, number, msg("the values look like codes"))
    if profile.texts and sheet.has(name) and profile.shouted > ID_SHARE:
        return _settle(column, sheet, number, msg("the names stand in another column"))
    if not profile.texts and sheet.has(name) and not sheet.has(number):
        return _settle(column, sheet, number, msg("the names stand in another column"))
    if not profile.texts and column.heading.key in _CODES:
        return _settle(column, sheet, number, msg("known header"))
    return _settle(column, sheet, name, msg("the values look like names"))


def _names_customer(column: Column) -> bool:
    """Return whether a column is about the customer in an order file, now or after its rule."""
    if column.field in ("customer.name", "customer.id"):
        return True
    rule = column.heading.rule
    return (
        (rule == "own-name" and column.heading.key == "name")
        or rule == "person"
        or (rule == "name-or-id" and "customer.name" in column.heading.fields()
            and column.heading.key not in ("account", "acct"))
    )  # fmt: skip


def _person(column: Column, sheet: Sheet) -> None:
    if sheet.kind in ("contacts",) or sheet.has("customer.name"):
        _settle(column, sheet, "contact.name", msg("a person, beside a column of companies"))
    else:
        _settle(column, sheet, "customer.name", msg("a person, and no column of companies"))


def _own_name(column: Column, sheet: Sheet) -> None:
    key = column.heading.key
    if sheet.kind == "orders":
        return _own_name_in_orders(column, sheet)
    if sheet.kind in ("products", "categories"):
        target = "line.product_name" if sheet.kind == "products" else "line.category"
        held = sheet.mapped("line.product_name" if sheet.kind == "products" else "category.name")
        taken = held is not None and held.how != "ending"
        if taken or (sheet.kind == "categories" and key in _DESCRIPTION):
            return column.leave(msg("a description; the name stands in another column"))
        return _settle(column, sheet, target, msg("names what the file lists"))
    if key in _DESCRIPTION:
        if key == "title" and sheet.has("contact.name", "contact.first_name"):
            return _settle(column, sheet, "contact.title", msg("a person's title"))
        return column.leave(msg("a description"))
    target = "contact.name" if sheet.kind == "contacts" else "customer.name"
    if sheet.has(target):
        target = "contact.name"
    if sheet.has(target):
        return column.leave(msg("the name stands in another column"))
    return _settle(column, sheet, target, msg("names what the file lists"))


def _own_name_in_orders(column: Column, sheet: Sheet) -> None:
    profile = column.profile
    numbered = sum(bool(_SHOP_ORDER.match(text)) for text in profile.texts)
    if profile.texts and numbered >= ID_SHARE * len(profile.texts) and not sheet.has("order.id"):
        return _settle(column, sheet, "order.id", msg("the values look like order numbers"))
    open_product = not sheet.has("line.product_name")
    open_customer = not sheet.has("customer.name")
    if column.heading.key in _DESCRIPTION:
        if open_product:
            return _settle(column, sheet, "line.product_name", msg("describes the line"))
        return column.leave(msg("a description"))
    if open_product and open_customer:
        person = sheet.has("contact.first_name", "contact.last_name")
        known = sheet.has("customer.id") or person
        if known and (_nearest(column, sheet) == "line." or person):
            return _settle(column, sheet, "line.product_name", msg("stands beside product columns"))
        return _settle(column, sheet, "customer.name", msg("nothing else names the customer"))
    if open_customer:
        return _settle(column, sheet, "customer.name", msg("nothing else names the customer"))
    if open_product and sheet.has("line.product_id"):
        return _settle(column, sheet, "line.product_name", msg("nothing else names the product"))
    return column.leave(msg("customer and product are named in other columns"))


def _nearest(column: Column, sheet: Sheet) -> str:
    """Return the family of the nearest id column: what a bare name beside it belongs to."""
    ids = {"customer.id": "customer.", "line.product_id": "line."}
    found = [
        (abs(other.index - column.index), other.index > column.index, ids[other.field])
        for other in sheet.columns
        if other.field in ids
    ]
    return min(found)[2] if found else "customer."


def _type(column: Column, sheet: Sheet) -> None:
    verdicts = [classify_kind(text) for text in column.profile.texts]
    known = sum(v is not None for v in verdicts) / len(verdicts) if verdicts else 0.0
    if sheet.kind == "orders":
        if any(v in ("return", "quote") for v in verdicts) and known >= 0.5:
            return _settle(column, sheet, "order.kind", msg("the values name sales and returns"))
        product = sheet.has("line.product_id", "line.product_name")
        if known >= 0.8 and column.heading.key not in _CLASS_WORDS:
            return _settle(column, sheet, "order.kind", msg("the values name kinds of documents"))
        # 类别 in an order book without a product column still says what was sold; 类型 may not
        classes = product or column.heading.key in ("类别", "分类", "种类")
        if classes and not sheet.has("line.category"):
            return _settle(column, sheet, "line.category", msg("stands in a file of products sold"))
        return column.leave(msg("the values tell neither returns nor categories"))
    target = "customer.tier" if sheet.kind in ("customers", "contacts") else "line.category"
    return _settle(column, sheet, target, msg("classifies what the file lists"))


def _status(column: Column, sheet: Sheet) -> None:
    target = "order.status" if sheet.kind == "orders" else "customer.status"
    _settle(column, sheet, target, msg("the status of what the file lists"))


def _own_number(column: Column, sheet: Sheet) -> None:
    key, profile = column.heading.key, column.profile
    master = {"customers": "customer.id", "products": "line.product_id",
              "categories": "category.id"}.get(sheet.kind or "")  # fmt: skip
    if profile.counts_rows and not (master and key in _RECORD_KEYS):
        return column.leave(msg("counts the rows from 1"))
    if sheet.has("order.id") and profile.small_counts and restarts(column, sheet):
        return _settle(column, sheet, "line.number", msg("counts the lines inside each order"))
    if key in _SEQUENCE - {"no"}:
        return column.leave(msg("a running number or a remark, not an id"))
    if master:
        if sheet.has(master, "product.category_id" if master == "category.id" else master):
            return column.leave(msg("another column holds the id"))
        return _settle(column, sheet, master, msg("the id of what the file lists"))
    if sheet.kind != "orders" or key.startswith("card"):
        return column.leave(msg("the id of a person, which is not used"))
    if not sheet.has("order.id"):
        lines = sheet.has("line.product_id", "line.product_name")
        if lines and profile.unique and profile.filled > 1 and key in _RECORD_KEYS:
            return column.leave(msg("differs in every line: the number of a record, not an order"))
        return _settle(column, sheet, "order.id", msg("nothing else numbers the orders"))
    if (
        key in ("no", "number", "编码", "编号", "代码", "code")
        and not sheet.has("line.product_id")
        and sheet.may("line.product_name")
        and not profile.unique
    ):
        return _settle(column, sheet, "line.product_id", msg("beside the name of the product"))
    return column.leave(msg("another column holds the order id"))


def _own_date(column: Column, sheet: Sheet) -> None:
    if column.profile.texts and column.profile.clock > 0.5:
        return column.leave(msg("a time of day without a day"))
    return _settle(column, sheet, "order.date", msg("the date of what the file lists"))


def _created(column: Column, sheet: Sheet) -> None:
    if column.profile.texts and column.profile.bare_date < 0.5:
        return column.leave(msg("the values are no dates"))
    target = "order.date" if sheet.kind == "orders" else "customer.since"
    return _settle(column, sheet, target, msg("when what the file lists was created"))


def _money_level(column: Column, sheet: Sheet) -> None:
    # order or line is decided in ``money`` together with all other amounts
    _settle(column, sheet, "order.total", msg("an amount"))


def _contact_way(column: Column, sheet: Sheet) -> None:
    profile = column.profile
    if profile.email >= 0.5:
        return _settle(column, sheet, "contact.email", msg("the values are e-mail addresses"))
    if profile.phone >= 0.5:
        return _settle(column, sheet, "contact.phone", msg("the values are phone numbers"))
    if column.heading.key.endswith("号码") and profile.texts:
        return _settle(column, sheet, "customer.id", msg("the values are no phone numbers"))
    if column.heading.key == "contact" and (profile.person >= 0.5 or not profile.texts):
        return _settle(column, sheet, "contact.name", msg("the values are names"))
    return column.leave(msg("the values are neither phone numbers nor e-mail addresses"))


def _grade(column: Column, sheet: Sheet) -> None:
    if column.heading.key == "rating" and column.profile.number > 0.9:
        return column.leave(msg("a score"))
    names = sheet.mapped("customer.name") or sheet.mapped("customer.id")
    if sheet.kind == "orders" and names is not None and not goes_with(names, column):
        column.heading = replace(column.heading, rule=None, candidates=())
        return column.leave(msg("it differs between the rows of one customer"))
    return _settle(column, sheet, "customer.tier", msg("the grade of what the file lists"))


def _sales(column: Column, sheet: Sheet) -> None:
    profile = column.profile
    if profile.texts and profile.number >= 0.5:
        return _settle(column, sheet, "line.amount", msg("the values are numbers"))
    if profile.texts and profile.person >= 0.5:
        return _settle(column, sheet, "customer.owner", msg("the values are names of persons"))
    if not profile.texts and column.heading.key == "sales" and sheet.kind == "orders":
        return _settle(column, sheet, "line.amount", msg("known header"))
    return column.leave(msg("the values are neither numbers nor names"))


def _state(column: Column, sheet: Sheet) -> None:
    texts = column.profile.texts
    words = sum(classify_status(text) is not None for text in texts)
    if texts and words > 0.5 * len(texts):
        return _status(column, sheet)
    return _settle(column, sheet, "customer.region", msg("the values are places"))


def _channel(column: Column, sheet: Sheet) -> None:
    _settle(column, sheet, "customer.source", msg("where what the file lists came from"))


def _rate(column: Column, sheet: Sheet) -> None:
    if sheet.has("line.quantity") and not sheet.has("line.unit_price"):
        return _settle(column, sheet, "line.unit_price", msg("the only price beside a quantity"))
    return column.leave(msg("may be a rate of anything"))


def _tax(column: Column, sheet: Sheet) -> None:
    if column.profile.texts and column.profile.tax_id >= 0.5 and column.profile.length >= 8:
        return _settle(column, sheet, "customer.tax_id", msg("the values are tax numbers"))
    return column.leave(msg("a tax, not the sale"))


def _extension(column: Column, sheet: Sheet) -> None:
    if is_product(column, sheet):
        return _settle(column, sheet, "line.amount", msg("quantity × price gives it"))
    return column.leave(msg("a phone extension"))


def _bought(column: Column, sheet: Sheet) -> None:
    suppliers = [c for c in sheet.columns if c.heading.apart == "supplier"]
    if suppliers or not sheet.has("customer.id", "customer.name"):
        return column.leave(msg("what was bought, not what was sold"))
    return _settle(column, sheet, column.heading.candidates[0].field,
                   msg("what the customers bought"))  # fmt: skip


def _position(column: Column, sheet: Sheet) -> None:
    if sheet.kind == "orders" and column.profile.small_counts and sheet.has("order.id"):
        return _settle(column, sheet, "line.number", msg("numbers the lines of each order"))
    return _settle(column, sheet, "contact.title", msg("a person's position"))


def _event(column: Column, sheet: Sheet) -> None:
    texts = column.profile.texts
    known = sum(classify_kind(text) is not None for text in texts)
    if sheet.kind == "orders" and (not texts or 2 * known >= len(texts)):
        return _settle(column, sheet, "order.kind", msg("the values name sales and returns"))
    return column.leave(msg("the values are no kinds of orders"))


def _group_name(column: Column, sheet: Sheet) -> None:
    target = "line.category" if sheet.kind in ("products", "orders") else "customer.parent"
    if target == "line.category" and sheet.has("line.category"):
        return column.leave(msg("the category stands in another column"))
    return _settle(column, sheet, target, msg("groups what the file lists"))


# In the order in which they run: ids and names first, because later rules look at them.
RULES: dict[str, Rule] = {
    "part-number": _part_number,
    "name-or-id": _name_or_id,
    "their-ref": _their_reference,
    "own-number": _own_number,
    "person": _person,
    "own-name": _own_name,
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
