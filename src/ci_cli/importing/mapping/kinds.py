"""What a file is a list of: guessed from its headers, said with its reason."""

from __future__ import annotations

import re

from ci_cli.errors import Answer, CiError
from ci_cli.importing.mapping.hunch import (
    are_things,
    discounted_sales,
    kind_by_evidence,
    noted_sales,
    proven_sales,
)
from ci_cli.importing.mapping.parties import (
    COMPANY,
    MAX_REPEATS,
    PERSON,
    PLACE,
    REACH,
    customer_of,
    is_activity,
    is_only_listed,
    is_staff,
    products_of,
)
from ci_cli.importing.mapping.people import guess_people, several_of_one
from ci_cli.importing.mapping.reader import learned_kind, reconsidered
from ci_cli.importing.mapping.sheet import KINDS, Column, Kind, Sheet
from ci_cli.importing.talks.lists import FACT_KINDS, FactKind
from ci_cli.text import Msg, msg

_MEANINGS: dict[Kind | FactKind, Msg] = {
    "customers": msg("a row is a customer"),
    "contacts": msg("a row is a person at a customer"),
    "products": msg("a row is a product"),
    "categories": msg("a row is a product category"),
    "orders": msg("a row is an order, or a line of one"),
    "interactions": msg("a row is a call, a visit, a mail, a ticket"),
    "contracts": msg("a row is a contract with the day it ends"),
    "opportunities": msg("a row is a deal that is hoped for, won or lost"),
    "usage": msg("a row is how much a customer used in a period"),
    "feedback": msg("a row is a review, a complaint, an answer to a survey"),
    "attitudes": msg("a row is how a customer stands to us, what drives it, what it aims at"),
    "roi": msg("a row is a figure before and after, and what the customer says of it"),
}

_DEALS = ("dealname", "dealstage", "dealid", "dealowner", "opportunity", "商机", "赢率", "pipeline")
# What a company writes of what it buys itself.
_BOUGHT = ("采购", "进货", "入库", "到货", "来料", "收货数量", "收货日期", "收货单",
           "purchaseorder", "ponumber", "billnumber", "vendorinv")  # fmt: skip
DATED = 0.9  # share of dates in a column of days
MANY_FACTS = 5  # columns about a customer that no list of its orders has
_PRICE = re.compile(r"价|成本|price|cost")
# Whose number a row may carry without the row being a customer, a product or an order.
_SPENT = ("expense", "claim", "reimburs", "报销", "费用类型", "merchant", "支出类")
_MOVES = (
    ({"in", "qtyin", "inqty", "received", "receipts", "入库", "入库数量", "收入数量", "本期收入"},
     {"out", "qtyout", "outqty", "issued", "issues", "出库", "出库数量", "发出数量", "本期发出"}),
    ({"debit", "借方", "借方金额", "debitamount", "moneyout", "paidout", "支出", "支出金额"},
     {"credit", "贷方", "贷方金额", "creditamount", "moneyin", "paidin", "收入", "收入金额"}),
)  # fmt: skip
_MOVED = ("movement", "frombin", "tobin", "fromwarehouse", "towarehouse", "transferred",
          "调拨", "移库", "盘点", "调整数量", "调出", "调入")  # fmt: skip
_OTHERS = ("supplier", "staff", "project", "place", "logistics", "promotion")


def guess_kind(sheet: Sheet) -> tuple[Kind, Msg]:
    """Return the kind of the file and why.

    Raises:
        CiError: ``kind-unknown`` (exit 2): nothing that can be imported fits, so a workbook's
            other sheets may go on without this one.
    """
    other = _of_another(sheet)
    if customer_of(sheet) is None and _are_purchases(sheet):
        raise _unknown(sheet, other, purchases=True)
    if _is_other_book(sheet):
        raise _unknown(sheet, other)
    deals = [c for c in sheet.columns if any(word in c.heading.key for word in _DEALS)]
    sold = sheet.sure("order.id", "order.date", "line.quantity", "line.product_id")
    if len(deals) > 1 and not sold:
        raise _unknown(sheet, deals[0])  # a pipeline: most of it was never sold
    known = is_staff(sheet) or is_activity(sheet, customer_of(sheet))
    people = _numbered_people(sheet)
    if people is not None and not known and other is None:
        return "customers", msg("it lists customers in “{header}”", header=people.text)
    for guess in (_orders, _proven_orders, _categories, _products, _noted_sales, guess_people):
        events = guess in (_proven_orders, _noted_sales)
        found = guess(sheet, other) if not (events and known) else None
        if found:
            certain = (found[0] == "contacts" and several_of_one(sheet)) or (
                found[0] == "customers" and is_only_listed(sheet)
            )
            return found if certain else reconsidered(sheet, found)
    found = None if known or other is not None else kind_by_evidence(sheet)
    if found:
        return reconsidered(sheet, found)
    found = None if known else learned_kind(sheet, other=other is not None)
    if found:
        return found
    raise _unknown(sheet, other)


def _proven_orders(sheet: Sheet, _other: Column | None) -> tuple[Kind, Msg] | None:
    return proven_sales(sheet) or discounted_sales(sheet)


def _noted_sales(sheet: Sheet, other: Column | None) -> tuple[Kind, Msg] | None:
    """Tell a book of jobs from a list of those they were done for: each has a day and a sum."""
    listed = sheet.sure("customer.id", "customer.since", "customer.tier", "customer.tax_id")
    return None if listed or other is not None else noted_sales(sheet, whole=True)


def _is_other_book(sheet: Sheet) -> bool:
    """Return whether rows are wages, or goods that come in and go out: nobody buys in them."""
    if sheet.sure("order.id"):
        return False
    keys = {column.heading.key for column in sheet.columns}
    spent = any(word in key for key in keys for word in _SPENT)
    moved = any(word in key for key in keys for word in _MOVED)
    if moved and customer_of(sheet) is None and not sheet.may("line.amount", "line.unit_price"):
        return True
    if spent and customer_of(sheet) is None:
        return True
    named = products_of(sheet) or sheet.sure("customer.name", "customer.id")
    wages = is_staff(sheet) and not named
    moves = any(one & keys and other & keys for one, other in _MOVES)
    return wages or (moves and customer_of(sheet) is None)


def _orders(sheet: Sheet, other: Column | None) -> tuple[Kind, Msg] | None:
    has_id = sheet.sure("order.id")
    dated = sheet.sure("order.date")
    may_date = dated or _ambiguous_date(sheet)
    person = next((c for c in sheet.columns if c.heading.rule == "person"), None)
    customer = customer_of(sheet) or person
    product = sheet.may("line.product_id", "line.product_name", "line.category")
    quantity = sheet.sure("line.quantity")
    money = sheet.may("line.amount", "order.total") or (quantity and sheet.may("line.unit_price"))
    tickets = has_id and has_id[0].heading.key.startswith("ticket")
    if tickets and not (money or quantity or product):
        return None  # support tickets; those of a till have amounts
    priced = money or quantity or product or sheet.may("line.unit_price")
    listed = sheet.sure("customer.id") and not (may_date or priced)
    if not (has_id or dated or quantity or product) and _describes_one_by_one(sheet):
        return None  # a list of customers, each with what it came to so far
    stocked = any(column.heading.apart == "stock" for column in sheet.columns)
    if stocked and not (has_id or dated or customer):
        return None  # a list of goods, with the day each was entered
    if has_id and listed and _describes_customers(sheet):
        return None  # a list of patients with the numbers of their policies
    if has_id and (may_date or money or quantity or product or customer):
        return "orders", msg("it has order ids in “{header}”", header=has_id[0].text)
    if _own_order_number(sheet) and may_date and (money or quantity):
        return "orders", msg("it has document numbers, dates and amounts")
    if other is not None and not has_id:
        return None
    if may_date and (money or quantity) and not _is_master(sheet, dated):
        date = dated[0] if dated else may_date[0]
        return "orders", msg("it has dates in “{header}” and amounts or quantities",
                             header=date.text)  # fmt: skip
    days = dated or [column for column in may_date if column.heading.rule == "own-date"]
    priced = quantity and sheet.sure("line.unit_price") and other is None
    if priced and customer and any(column.profile.date >= 0.9 for column in sheet.columns):
        return "orders", msg("it names customers, quantities and prices")
    if days and customer and products_of(sheet):
        return "orders", msg("it names customers, products and dates")
    if dated and customer and not _describes_customers(sheet):
        return "orders", msg("it names customers and order dates in “{header}”",
                             header=dated[0].text)  # fmt: skip
    return None


def _are_purchases(sheet: Sheet) -> bool:
    """Return whether rows name suppliers and nobody who buys: what the company itself bought."""
    parties = [
        column
        for column in sheet.columns
        if column.heading.apart == "supplier" and (column.profile.filled or not column.values)
    ]
    keys = [c.heading.key for c in sheet.columns if not _PRICE.search(c.heading.key)]
    bought = any(word in key for key in keys for word in _BOUGHT)  # a price list has 进货价 too
    if any(column.heading.rule == "bought" for column in sheet.columns):
        return True
    names_product = sheet.may("line.product_name", "line.product_id")
    if names_product and sheet.sure("line.unit_price") and not sheet.sure("line.quantity"):
        return bool(bought) and sheet.may("line.amount", "order.total")  # else a price list
    dated = sheet.may("order.date") or any(c.profile.date > 0.5 for c in sheet.columns)
    return bool(parties) and dated and (bought or not names_product)


def _categories(sheet: Sheet, other: Column | None) -> tuple[Kind, Msg] | None:
    names = sheet.sure("category.id", "line.category")
    if not names or other is not None or customer_of(sheet):
        return None
    if sheet.sure("line.unit_price", "line.cost"):
        return None  # categories have no prices; what has one is a product of a category
    if [column for column in products_of(sheet) if column not in names]:
        return None
    has_id = sheet.sure("category.id")
    if has_id or (names[0].index == 0 and names[0].profile.unique and len(sheet.columns) < 4):
        return "categories", msg("it lists categories in “{header}”", header=names[0].text)
    return None


def _products(sheet: Sheet, other: Column | None) -> tuple[Kind, Msg] | None:
    product = products_of(sheet)
    customer = customer_of(sheet)
    if customer is not None and customer.heading.fields() == {"customer.short_name"}:
        customer = None  # 简名 of goods
    if not product or other is not None or customer or _are_events(sheet, product):
        return None
    priced = sheet.may("line.unit_price", "line.cost") or are_things(sheet)
    if sheet.sure(*PERSON) and not priced and sheet.may("contact.phone", "contact.email"):
        return None  # somebody is to be called: whatever the header says, no things are listed
    return "products", msg("it lists products in “{header}”", header=product[0].text)


def _are_events(sheet: Sheet, product: list[Column]) -> bool:
    """Return whether products stand in several rows, or beside days and quantities: no master."""
    if any(column.heading.apart == "stock" for column in sheet.columns):
        return False
    if any(
        "line.product_id" in column.heading.fields() and column.profile.unique
        and column.profile.filled == column.profile.rows > 1 and column.profile.code >= 0.9
        for column in sheet.columns
    ) and not sheet.sure("line.quantity", "order.date"):  # fmt: skip
        return False  # variants of one name, each with a code of its own
    keys = [column for column in product if column.profile.filled > 1]
    days = any(
        column.profile.date > 0.9 for column in sheet.columns if column.heading.apart is None
    )
    return bool(keys and min(column.profile.repeats for column in keys) > MAX_REPEATS) or bool(
        days and sheet.sure("line.quantity")
    )


def _ambiguous_date(sheet: Sheet) -> list[Column]:
    return [
        column
        for column in sheet.columns
        if column.heading.rule in ("own-date", "created")
        and (column.profile.empty or column.profile.bare_date >= 0.5)
    ]


def _own_order_number(sheet: Sheet) -> bool:
    """Return whether a bare 编号 or No. may number documents (it does not count rows)."""
    return any(
        column.heading.rule == "own-number" and not column.profile.counts_rows
        for column in sheet.columns
    )


def _is_master(sheet: Sheet, dated: list[Column]) -> bool:
    """Return whether dates and prices only describe products or customers: created, list price."""
    money = sheet.sure("line.amount", "order.total", "line.quantity")
    return not dated and not money and not any(
        column.heading.rule in ("own-date", "money-level", "sales")
        and (column.profile.empty or column.profile.number > 0.5 or column.profile.date > 0.5)
        for column in sheet.columns
    )  # fmt: skip


def _describes_one_by_one(sheet: Sheet) -> bool:
    """Return whether customers with ids of their own stand in one row each, with many facts."""
    ids = sheet.sure("customer.id")
    facts = sheet.sure(*COMPANY, *PLACE, *REACH)
    return bool(ids) and ids[0].profile.unique and len(facts) >= MANY_FACTS


def _numbered_people(sheet: Sheet) -> Column | None:
    """Return the ids of people who stand in one row each: with what they are, and with no sale.

    A birthday is the only day in such a list, and what they earn or brought so far the only money.
    """
    ids = sheet.sure("customer.id")
    sold = sheet.sure(
        "order.id", "order.date", "line.quantity", "line.product_id", "line.product_name"
    )
    told = [column for column in sheet.columns if column.heading.apart == "person"]
    dated = any(
        column.profile.date >= DATED and column.heading.apart is None for column in sheet.columns
    )
    unique = ids and ids[0].profile.unique and ids[0].profile.filled > 1
    return ids[0] if unique and told and not sold and not dated else None


def _describes_customers(sheet: Sheet) -> bool:
    """Return whether each customer stands in one row, with what describes it."""
    customer = customer_of(sheet)
    facts = sheet.sure(*COMPANY, *PLACE, *REACH)
    return customer is not None and customer.profile.unique and len(facts) > 1


def _of_another(sheet: Sheet) -> Column | None:
    """Return the column that identifies each row as something else: a supplier, an employee.

    It is the first column, or says "id" and differs in every row, and no column of our own does.
    """
    ours = sheet.sure("customer.id", "line.product_id")
    if sheet.sure("order.id") or any(c.profile.unique and c.profile.filled for c in ours):
        return None
    first = sheet.columns[0]
    if first.heading.rule == "own-number" and first.profile.unique and first.profile.code > 0:
        return None  # the rows have a code of their own; the others' only stand beside it
    for column in sheet.columns:
        if column.heading.apart not in _OTHERS or not column.profile.unique:
            continue
        name = column.heading.key
        is_id = name.endswith(("id", "no", "code", "编号", "编码", "代码", "工号", "号"))
        if (column.index == 0 and not sheet.sure("order.date")) or (
            is_id and not sheet.sure("line.product_id") and not sheet.sure("order.date")
            and column.profile.filled > 2
        ):  # fmt: skip
            return column
    return None


def _unknown(sheet: Sheet, other: Column | None, *, purchases: bool = False) -> CiError:
    headers = ", ".join(column.text for column in sheet.columns[:12] if column.text)
    if purchases:
        message = msg("The rows name suppliers and no customers: they look like purchases")
    elif other is not None:
        message = msg(
            "The rows are identified by “{header}”, which is no customer, product, category or "
            "order",
            header=other.text,
        )
    else:
        message = msg(
            "Nothing tells whether this lists customers, contacts, products, categories or orders"
        )
    return sheet.ask(
        "kind-unknown",
        message,
        msg(
            "say what it is with --as {kinds}, and which column is which with --map FIELD=HEADER",
            kinds="|".join((*KINDS, *FACT_KINDS)),
        ),
        [msg("headers: {headers}", headers=headers)],
        [Answer(("--as", kind), meaning) for kind, meaning in _MEANINGS.items()],
    )
