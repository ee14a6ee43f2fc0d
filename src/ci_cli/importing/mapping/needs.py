"""What a file of each kind must hold, and what the columns that it lacks switch off."""

from __future__ import annotations

from collections.abc import Iterator

from ci_cli.importing.mapping.money import unknown_amounts
from ci_cli.importing.mapping.settle import WEAK_DATE, preference
from ci_cli.importing.mapping.sheet import Column, Sheet, fits, flag, mapped_to
from ci_cli.importing.mapping.synonyms import MONEY
from ci_cli.text import Msg, msg

# Any of these makes rows of the kind recognisable.
_KEYS: dict[str, tuple[str, ...]] = {
    "customers": ("customer.id", "customer.name", "contact.name", "contact.first_name",
                  "contact.last_name"),
    "contacts": ("contact.name", "contact.first_name", "contact.last_name", "contact.email",
                 "contact.phone"),
    "products": ("line.product_id", "line.product_name"),
    "categories": ("category.id", "category.name"),
    "orders": ("order.id", "order.date"),
}  # fmt: skip
_LINE = ("line.product_id", "line.product_name", "line.category", "line.quantity",
         "line.unit_price", "line.amount")  # fmt: skip


def check_units(sheet: Sheet) -> None:
    """Refuse to guess a multiplier: 金额(十亿) must not be read as plain yuan.

    Raises:
        CiError: ``unit-unclear`` (exit 2).
    """
    for column in sheet.columns:
        unit = column.heading.unit.unclear
        counts = column.field in MONEY or column.field == "line.quantity"
        if unit and counts and column.how != "map":
            raise sheet.ask(
                "unit-unclear",
                msg("“{header}”: the unit “{unit}” may multiply every value and is not known",
                    header=column.text, unit=unit),
                msg("write a known unit such as (元), (万元) or (thousands) in the header, or take "
                    "the values as they stand with {flag}",
                    flag=flag(column.field or "", column.text)),
                [],
                [mapped_to(column.field or "", column.text,
                           msg("take the values as they stand: {values}", values=column.examples)),
                 mapped_to(column.field or "", "-", msg("leave the column out"))],
            )  # fmt: skip


def check_essentials(sheet: Sheet) -> None:
    """Stop where the file can hold nothing of its kind, or where a key column may go unseen.

    Raises:
        CiError: ``column-missing`` or ``header-ambiguous`` (exit 2).
    """
    assert sheet.kind is not None  # noqa: S101 - decided long before
    keys = _KEYS[sheet.kind]
    if sheet.kind == "orders":
        _check_date(sheet)
        _check_amount(sheet)
    if not sheet.has(*keys):
        headers = ", ".join(column.text for column in sheet.columns if column.text)
        raise sheet.ask(
            "column-missing",
            msg("no column was recognised as {fields}, so the file holds no {kind}",
                fields=" / ".join(keys), kind=sheet.kind),
            msg("say which column it is: --map {field}=HEADER", field=keys[0]),
            [msg("headers: {headers}", headers=headers)],
            [
                mapped_to(_key_for(column, keys), column.text,
                          msg("“{header}”: {values}", header=column.text, values=column.examples))
                for column in sheet.columns
                if column.text and column.field is None and column.profile.texts
            ],
        )  # fmt: skip


def _check_date(sheet: Sheet) -> None:
    """Ask where dates stand in a column that nobody recognised."""
    if "order.date" in sheet.left_out:
        return
    taken = sheet.mapped("order.date")
    if taken is not None:
        _check_weak_date(sheet, taken)
        return
    whole = sheet.has("customer.id", "customer.name") or not sheet.has("order.id")
    candidates = [
        column
        for column in sheet.columns
        if column.field is None
        and column.profile.texts
        and column.profile.date >= 0.9
        and (_unknown(column) or (whole and column.heading.apart == "other_date"))
    ]
    if candidates:
        raise _which(sheet, "order.date", candidates, msg("the date of the order"))


def _check_weak_date(sheet: Sheet, taken: Column) -> None:
    """Ask where a payment or shipping date would be taken beside an unknown date."""
    if taken.how == "map" or preference("order.date", taken) < WEAK_DATE:
        return
    others = [
        column
        for column in sheet.columns
        if column.field is None and _unknown(column) and column.profile.date >= 0.9
    ]
    if others:
        raise _which(sheet, "order.date", [*others, taken], msg("the date of the order"))


def _check_amount(sheet: Sheet) -> None:
    priced = sheet.has("line.quantity") and sheet.has("line.unit_price")
    skipped = {"line.amount", "order.total"} & sheet.left_out
    if sheet.has("line.amount", "order.total") or priced or skipped:
        return
    candidates = unknown_amounts(sheet)
    if candidates:
        raise _which(sheet, "line.amount", candidates, msg("the amount of the sale"))


def _which(sheet: Sheet, name: str, candidates: list[Column], what: Msg) -> Exception:
    headers = ", ".join(f"“{column.text}”" for column in candidates)
    flags = [flag(name, column.text) for column in candidates]
    return sheet.ask(
        "header-ambiguous",
        msg("no header is known to be {what}, but {headers} may be", what=what, headers=headers),
        msg("say which: {flags}, or --map {field}=- if there is none",
            flags=" | ".join(flags), field=name),
        flags,
        [
            *(
                mapped_to(name, column.text, msg("“{header}”: {values}", header=column.text,
                                                 values=column.examples))
                for column in candidates
            ),
            mapped_to(name, "-", msg("none of them")),
        ],
    )  # fmt: skip


def _key_for(column: Column, keys: tuple[str, ...]) -> str:
    """Return the key field that the values of a column suit best: codes, days, or names."""
    profile = column.profile
    for name in keys:
        suits = {"id": profile.code >= 0.5, "product_id": profile.code >= 0.5,
                 "date": profile.date >= 0.5}  # fmt: skip
        if suits.get(name.rpartition(".")[2], True) and fits(name, column):
            return name
    return keys[0]


def _unknown(column: Column) -> bool:
    heading = column.heading
    return heading.apart is None and heading.rule is None and not heading.candidates and fits(
        "order.date", column
    )  # fmt: skip


def missing(sheet: Sheet) -> Iterator[Msg]:
    """Say what the columns that are not there switch off."""
    if sheet.kind == "orders":
        yield from _missing_in_orders(sheet)
    elif sheet.kind == "products":
        if not sheet.has("line.category", "product.category_id"):
            yield msg("no category: procat shows these products under “(none)”")
        if not sheet.has("line.product_id"):
            yield msg("no product id: products join order lines by their exact names only")
    elif sheet.kind == "customers":
        if not sheet.has("customer.id"):
            yield msg("no customer id: the exact name is the key of each customer in this source")
        if not sheet.has("customer.region", "customer.country", "customer.city"):
            yield msg("no region: procat --by region shows these customers under “(none)”")
        if not sheet.has("customer.owner"):
            yield msg("no owner: procat --by owner shows these customers under “(none)”")
    elif sheet.kind == "categories" and not sheet.has("category.name"):
        yield msg("no category name: procat shows the category ids")
    elif sheet.kind == "contacts" and not sheet.has("customer.id", "customer.name"):
        yield msg("no customer: contacts wait in import link until a customer is found for them")


def _missing_in_orders(sheet: Sheet) -> Iterator[Msg]:
    lines = sheet.has(*_LINE)
    told = ("customer.id", "customer.name", "order.total", "order.date")
    described = sheet.has(*told) or not sheet.has("order.id")
    if not sheet.has("order.date"):
        if sheet.has("order.id"):
            yield msg("no order date: rfm and procat wait for a file that dates these orders")
        else:
            yield msg("no order date: rfm and procat leave these orders out")
    if described and not sheet.has("customer.id", "customer.name"):
        yield msg("no customer: rfm leaves these orders out; procat counts them")
    elif not described:
        yield msg("no customer here: rfm waits for the file that names the orders' customers")
    if not lines and not sheet.has("order.total"):
        yield msg("no amount: rfm and procat wait for the file with the order lines")
    elif not sheet.has("line.amount", "order.total") and not (
        sheet.has("line.quantity") and sheet.has("line.unit_price")
    ):
        yield msg("no amount, and no quantity with a price: rfm and procat see no revenue")
    if lines and not sheet.has("line.category", "product.category_id"):
        if sheet.has("line.product_id", "line.product_name"):
            yield msg("no category: procat needs a product file or procat categories to group them")
        else:
            yield msg("no category and no product: procat shows one row, “(none)”")
    if not sheet.has("order.id"):
        yield msg("no order id: lines of one customer on one day count as one order in rfm")
