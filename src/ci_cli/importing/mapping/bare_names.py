"""Bare names, numbers and codes: whose are they? One tie-break each.

编号 may number orders, customers or lines; a bare Name names whatever the file lists. A rule looks
at the values, the kind of file and the columns that are already sure, and says why.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ci_cli.importing.mapping.sheet import (
    FLAGS,
    Column,
    Sheet,
    goes_with,
    names_it,
    restarts,
    take_as,
)
from ci_cli.text import msg

PART_NUMBERS_PER_CUSTOMER = 3  # more distinct codes than this per customer name: part numbers
PERSONS = 0.8  # share of values that may be names of persons
MOSTLY = 0.5
ID_SHARE = 0.95  # of the values must look like codes for a bare 客户 to be an id

_SHOP_ORDER = re.compile(r"^#?[A-Z]{0,4}-?\d{3,}$")
_SEQUENCE = frozenset(
    ["序号", "序", "sn", "srno", "slno", "seq", "index", "行号", "项次", "no", "ref", "reference"]
)
_REFERENCES = frozenset(["ref", "reference"])
_BARCODE = re.compile(r"barcode|ean|upc|gtin|条码|条形码")
_BILLED_TO = re.compile(r"抬头|发票|invoice")
_OF_CUSTOMER = re.compile(r"^(?:客户|顾客|买家|customer|client|buyer)")
_RECORD_KEYS = frozenset(
    ["id", "recordid", "internalid", "uuid", "key", "内码", "系统编号", "数据id", "主键", "记录id",
     "编号id", "uniqueid", "externalid", "档案编号"]
)  # fmt: skip
# ids, unless the values are names
_CODES = frozenset(["sku", "part", "itemno", "soldtoparty", "售达方"])
_DESCRIPTION = frozenset(["description", "desc", "描述", "title"])


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
            take_as(column, sheet, "line.product_id", reason)
        return
    take_as(column, sheet, "customer.id", msg("known header"))


def _their_reference(column: Column, sheet: Sheet) -> None:
    """Tell our number for a customer from the customer's own number for an order."""
    names = sheet.mapped("customer.name")
    if sheet.kind != "orders":
        return take_as(column, sheet, "customer.id", msg("the id of what the file lists"))
    orders = sheet.mapped("order.id")
    if names is not None and orders is not None and names_it(column, names, orders):
        return take_as(column, sheet, "customer.id", msg("one for each customer, in every order"))
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
    if column.heading.key == "partner" and sheet.has("customer.name") and _initials(profile.texts):
        return take_as(column, sheet, "order.owner", msg("the values look like initials"))
    if _buys_for_firm(column, sheet):
        return take_as(column, sheet, "contact.name", msg("a person, beside a column of companies"))
    if column.heading.key in ("account", "acct") and sheet.kind == "orders" and _account(
        column, sheet
    ):  # fmt: skip
        return None
    if entity == "line.product" and profile.small_counts and restarts(column, sheet):
        return take_as(column, sheet, "line.number", msg("counts the lines inside each order"))
    if profile.texts and {text.casefold() for text in profile.texts} <= FLAGS:
        return column.leave(msg("the values are only yes and no"))
    if column.heading.key in _CODES and profile.token > ID_SHARE:
        return take_as(column, sheet, number, msg("the values look like codes"))
    several = column.text.rstrip().lower().endswith("s")  # Guests, Members: how many of them
    if (entity == "line.product" or several) and profile.texts and profile.hundreds:
        return column.leave(msg("small whole numbers: they may be counts"))
    if profile.code > ID_SHARE:
        return take_as(column, sheet, number, msg("the values look like codes"))
    described = entity == "line.product" and profile.code >= MOSTLY and _described(column, sheet)
    if profile.texts and profile.shouted > ID_SHARE and (sheet.has(name) or described):
        return take_as(column, sheet, number, msg("the names stand in another column"))
    if not profile.texts and sheet.has(name) and not sheet.has(number):
        return take_as(column, sheet, number, msg("the names stand in another column"))
    if not profile.texts and column.heading.key in _CODES:
        return take_as(column, sheet, number, msg("known header"))
    return take_as(column, sheet, name, msg("the values look like names"))


def _account(column: Column, sheet: Sheet) -> bool:
    """Decide on an account beside another column that names the customer; False: none does."""
    others = [c for c in sheet.columns if c is not column and _names_customer(c)]
    named = others[0] if len(others) == 1 and others[0].field != "customer.id" else None
    if named and column.profile.code > ID_SHARE and _one_to_one(column, named):
        take_as(column, sheet, "customer.id", msg("one for each “{other}”", other=named.text))
        return True
    names = column.profile.words > MOSTLY and {c.field for c in others} == {"customer.id"}
    if others and not names:
        column.leave(msg("an account of the books; “{other}” names the customer",
                         other=others[0].text))  # fmt: skip
        return True
    return False


def _initials(texts: Sequence[str]) -> bool:
    """Return whether all values are two to four letters."""
    return bool(texts) and all(2 <= len(text) <= 4 and text.isalpha() for text in texts)


def _buys_for_firm(column: Column, sheet: Sheet) -> bool:
    """Return whether a Buyer in a list of customers is a person beside the companies' names."""
    firm = sheet.kind == "customers" and sheet.has("customer.short_name", "customer.name")
    return firm and column.heading.key == "buyer" and column.profile.person >= PERSONS


def _one_to_one(one: Column, other: Column) -> bool:
    """Return whether several values of two columns go together, each with its own."""
    distinct = min(one.profile.distinct, other.profile.distinct)
    return distinct > 1 and goes_with(one, other) and goes_with(other, one)


def _described(column: Column, sheet: Sheet) -> bool:
    """Return whether another column describes in words what this one may number."""
    return any(
        other is not column and other.heading.key in _DESCRIPTION and other.profile.words > MOSTLY
        for other in sheet.columns
    )


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
    firms = [c for c in sheet.columns if c.heading.rule == "own-name" and c.heading.key == "name"]
    listed = sheet.kind == "customers" or (
        sheet.kind == "orders" and firms and _nearest(firms[0], sheet) == "customer."
        and sheet.has("customer.id") and not sheet.has("customer.name")
    )  # fmt: skip
    if listed and firms and "contact" in column.heading.key:
        return take_as(column, sheet, "contact.name", msg("speaks for “{other}”",
                                                          other=firms[0].text))  # fmt: skip
    holder = sheet.mapped("customer.name")
    if (
        sheet.kind in ("customers", "orders")
        and holder is not None
        and holder.how != "map"
        and holder.heading.key.endswith(("姓名", "家长", "监护人"))
        and column.index < holder.index
    ):  # 学员姓名 before 家长姓名: the list is of the first, and the second speaks for them
        holder.take("contact.name", msg("speaks for “{other}”", other=column.text))
        return take_as(column, sheet, "customer.name", msg("names what the file lists"))
    if (
        sheet.kind == "orders"
        and holder is not None
        and holder.how != "map"
        and _BILLED_TO.search(holder.heading.key)
        and _OF_CUSTOMER.search(column.heading.key)
    ):  # 客户姓名 before 发票抬头
        holder.leave(msg("what stands on the invoice; “{other}” bought", other=column.text))
        return take_as(column, sheet, "customer.name", msg("who bought"))
    traded = sheet.kind == "customers" and sheet.has("customer.short_name")
    if sheet.kind == "contacts" or sheet.has("customer.name") or traded:
        return take_as(column, sheet, "contact.name",
                       msg("a person, beside a column of companies"))  # fmt: skip
    return take_as(column, sheet, "customer.name", msg("a person, and no column of companies"))


_MODELS = frozenset(["型号", "model", "规格型号", "款式"])  # beside a name they tell variants apart


def _own_name(column: Column, sheet: Sheet) -> None:
    key = column.heading.key
    if sheet.kind == "orders":
        return _own_name_in_orders(column, sheet)
    if sheet.kind in ("products", "categories"):
        target = "line.product_name" if sheet.kind == "products" else "line.category"
        held = sheet.mapped("line.product_name" if sheet.kind == "products" else "category.name")
        taken = held is not None and held.how != "ending" and held.heading.key not in _MODELS
        if taken or (sheet.kind == "categories" and key in _DESCRIPTION):
            return column.leave(msg("a description; the name stands in another column"))
        return take_as(column, sheet, target, msg("names what the file lists"))
    if key in _DESCRIPTION:
        if key == "title" and (
            sheet.has("contact.name", "contact.first_name") or sheet.may("contact.name")
        ):
            return take_as(column, sheet, "contact.title", msg("a person's title"))
        return column.leave(msg("a description"))
    target = "contact.name" if sheet.kind == "contacts" else "customer.name"
    if sheet.has(target):
        target = "contact.name"
    if sheet.has(target):
        return column.leave(msg("the name stands in another column"))
    return take_as(column, sheet, target, msg("names what the file lists"))


def _own_name_in_orders(column: Column, sheet: Sheet) -> None:
    profile = column.profile
    numbered = sum(bool(_SHOP_ORDER.match(text)) for text in profile.texts)
    if profile.texts and numbered >= ID_SHARE * len(profile.texts) and not sheet.has("order.id"):
        return take_as(column, sheet, "order.id", msg("the values look like order numbers"))
    open_product = not sheet.has("line.product_name")
    open_customer = not sheet.has("customer.name")
    if column.heading.key in _DESCRIPTION:
        if open_product:
            return take_as(column, sheet, "line.product_name", msg("describes the line"))
        return column.leave(msg("a description"))
    if open_product and open_customer:
        person = sheet.has("contact.first_name", "contact.last_name")
        known = sheet.has("customer.id") or person
        if known and (_nearest(column, sheet) == "line." or person):
            return take_as(column, sheet, "line.product_name", msg("stands beside product columns"))
        return take_as(column, sheet, "customer.name", msg("nothing else names the customer"))
    if open_customer:
        return take_as(column, sheet, "customer.name", msg("nothing else names the customer"))
    if open_product and sheet.has("line.product_id"):
        return take_as(column, sheet, "line.product_name", msg("nothing else names the product"))
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


def _own_number(column: Column, sheet: Sheet) -> None:
    key, profile = column.heading.key, column.profile
    master = {"customers": "customer.id", "products": "line.product_id",
              "categories": "category.id"}.get(sheet.kind or "")  # fmt: skip
    if profile.counts_rows and not (master and key in _RECORD_KEYS):
        return column.leave(msg("counts the rows from 1"))
    if sheet.has("order.id") and profile.small_counts and restarts(column, sheet):
        return take_as(column, sheet, "line.number", msg("counts the lines inside each order"))
    if key in _SEQUENCE - {"no"} and not (key in _REFERENCES and _numbers_all(column)):
        return column.leave(msg("a running number or a remark, not an id"))
    if master:
        _leave_barcode(column, sheet)
        if sheet.has(master, "product.category_id" if master == "category.id" else master):
            return column.leave(msg("another column holds the id"))
        return take_as(column, sheet, master, msg("the id of what the file lists"))
    if sheet.kind != "orders" or key.startswith("card"):
        return column.leave(msg("the id of a person, which is not used"))
    if not sheet.has("order.id"):
        lines = sheet.has("line.product_id", "line.product_name")
        if lines and profile.unique and profile.filled > 1 and key in _RECORD_KEYS:
            return column.leave(msg("differs in every line: the number of a record, not an order"))
        return take_as(column, sheet, "order.id", msg("nothing else numbers the orders"))
    if (
        key in ("no", "number", "编码", "编号", "代码", "code")
        and not sheet.has("line.product_id")
        and sheet.may("line.product_name")
        and (not profile.unique or _stands_before_product(column, sheet))
    ):
        return take_as(column, sheet, "line.product_id", msg("beside the name of the product"))
    return column.leave(msg("another column holds the order id"))


def _leave_barcode(column: Column, sheet: Sheet) -> None:
    """Prefer the list's own code to the number of its barcode, where each row has one."""
    held = sheet.mapped("line.product_id")
    if held is None or held.how == "map" or not _BARCODE.search(held.heading.key):
        return
    if column.profile.unique and column.profile.filled == column.profile.rows > 1:
        held.leave(msg("“{other}” was taken for {field}", other=column.text,
                       field="line.product_id"))  # fmt: skip


def _numbers_all(column: Column) -> bool:
    """Return whether a bare Ref gives every row a code of its own."""
    profile = column.profile
    whole = profile.filled == profile.rows and profile.filled > 1
    return whole and profile.unique and profile.code > ID_SHARE


def _stands_before_product(column: Column, sheet: Sheet) -> bool:
    """Return whether the next column describes the product, and these are its codes."""
    described = [
        other
        for other in sheet.columns
        if other.index == column.index + 1
        and (other.field == "line.product_name" or other.heading.key in _DESCRIPTION)
    ]
    return bool(described) and column.profile.code > ID_SHARE and not column.profile.small_counts


RULES = {
    "part-number": _part_number,
    "name-or-id": _name_or_id,
    "their-ref": _their_reference,
    "own-number": _own_number,
    "person": _person,
    "own-name": _own_name,
}
