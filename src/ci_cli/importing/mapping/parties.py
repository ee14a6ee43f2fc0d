"""Whom and what the rows of a file name, before anything is decided: customers, products, staff."""

from __future__ import annotations

import re

from ci_cli.importing.mapping.sheet import Column, Sheet

# Columns that only a company has, and that a mere list of people lacks.
COMPANY = ("customer.tax_id", "customer.industry", "customer.tier", "customer.status",
           "customer.parent", "customer.source", "customer.since", "customer.owner")  # fmt: skip
PLACE = ("customer.address", "customer.city", "customer.region", "customer.country",
         "customer.postcode")  # fmt: skip
PERSON = ("contact.name", "contact.first_name", "contact.last_name")
REACH = ("contact.phone", "contact.email", "contact.title")
_LAST = re.compile(r"最近|最后|上次|last|latest|recent")
_SOLD = {"order.id", "order.total", "line.product_id", "line.product_name", "line.category",
         "line.quantity", "line.unit_price", "line.amount"}  # fmt: skip
_FIGURES = 0.9  # share of numbers in a column that may be money whatever its header
MAX_REPEATS = 0.3  # share of rows that repeat an earlier key; a list of things repeats few


def customer_of(sheet: Sheet) -> Column | None:
    """Return the column that names customers."""
    sure = sheet.sure("customer.name", "customer.id", "customer.short_name")
    if sure:
        return sure[0]
    return next(
        (
            column
            for column in sheet.columns
            if column.heading.rule in ("name-or-id", "part-number") and _means(column, "customer.")
        ),
        None,
    )


def products_of(sheet: Sheet) -> list[Column]:
    """Return columns that name products, surely or by a bare 商品 or Item."""
    bare = [c for c in sheet.columns if c.heading.rule == "name-or-id" and _means(c, "line.")]
    return surely_products(sheet) or bare


def surely_products(sheet: Sheet) -> list[Column]:
    """Return columns whose headers can only mean a product."""
    return sheet.sure("line.product_id", "line.product_name")


def _means(column: Column, family: str) -> bool:
    return any(candidate.field.startswith(family) for candidate in column.heading.candidates)


def ids_of_customers(sheet: Sheet) -> list[Column]:
    """Return columns that number customers, surely or by 客户编号 beside their names.

    Without a name beside it, 客户编号 may be the customer's number for a product as well.
    """
    named = sheet.sure("customer.name", "customer.short_name") or [
        c for c in sheet.columns if c.heading.rule == "name-or-id" and _means(c, "customer.")
    ]
    numbers = [
        c for c in sheet.columns if c.heading.rule == "part-number" and _means(c, "customer.")
    ]
    bare = [c for c in sheet.columns if c.heading.rule == "own-name"]
    return sheet.sure("customer.id") or (numbers if named or bare else [])


def is_only_listed(sheet: Sheet) -> bool:
    """Return whether each customer stands in one numbered row, and nothing says that it bought.

    A bare Date beside Customer ID and Name is a day in the life of a customer: an order has a
    number, a product, a quantity, money, or a date that says it is that of an order.
    """
    ids = ids_of_customers(sheet)
    if not ids or not ids[0].profile.unique or ids[0].profile.filled < ids[0].profile.rows:
        return False
    rest = [c for c in sheet.columns if c not in ids and c.heading.rule != "own-name"]
    return not products_of(sheet) and not any(
        c.heading.fields() & _SOLD
        or (c.heading.fields() == {"order.date"} and c.heading.rule is None)
        or (not c.heading.fields() and c.profile.number >= _FIGURES)
        for c in rest
    )


def is_activity(sheet: Sheet, customer: Column | None) -> bool:
    """Return whether rows are calls, visits or answers rather than customers."""
    activity = [
        column
        for column in sheet.sure("interaction.date", "feedback.date", "feedback.score")
        if not _LAST.search(column.heading.key)  # 最近跟进时间 describes whom one follows
    ]
    more = sheet.sure("interaction.kind", "interaction.text", "feedback.text", "feedback.score")
    survey = ("howlikely", "respondent", "答卷", "问卷", "推荐意愿", "surveyid", "responseid")
    if any(word in column.heading.key for column in sheet.columns for word in survey):
        return True
    return bool(activity and more) and (customer is None or not customer.profile.unique)


def is_staff(sheet: Sheet) -> bool:
    """Return whether the people listed are one's own: hired, with a superior or a wage."""
    words = ("hire", "salary", "reportsto", "入职", "工号", "工资", "薪", "岗位级别",
             "employeeid", "employeename", "employeeno", "staffid", "wage", "payroll")  # fmt: skip
    return any(word in column.heading.key for column in sheet.columns for word in words)
