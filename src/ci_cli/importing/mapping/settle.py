"""Two headers for one field: one is taken by a stated preference, the other kept and named.

Preferences stand in ``data/header_synonyms.yaml`` under ``prefer``. Where two columns of dates are
equally good and their values differ, a person must choose.
"""

from __future__ import annotations

from collections.abc import Iterable

from ci_cli.importing.mapping.days import earliest
from ci_cli.importing.mapping.sheet import Column, Sheet, flag, goes_with, mapped_to
from ci_cli.importing.mapping.synonyms import CRITICAL, MONEY, load_synonyms
from ci_cli.text import msg

LATE_DATE = 3  # groups of `prefer` from here on are of events that follow an order: invoiced, paid
WEAK_DATE = 5  # and from here on of payment and shipping
_PERSONS = 0.8  # share of values that may be names of persons
_WHO = (
    "buyer",
    "booker",
    "orderedby",
    "purchaser",
    "owner",
    "principal",
    "老板",
    "负责",
    "采购",
    "店主",
    "法人",
)
_CODES = 0.95  # share of values that look like codes
HOW_SURE = {"map": 0, "own": 0, "layout": 0, "exact": 1, "rule": 1, "words": 2}
# Decided with arithmetic in ``money``.
_LATER = MONEY - {"line.discount", "line.cost"} | {"line.quantity"}


def settle_duplicates(sheet: Sheet) -> None:
    """Leave each field with one column; amounts are left to ``money``.

    Raises:
        CiError: ``header-ambiguous`` (exit 2) for two equally good date columns whose values
            differ, ``header-duplicate`` for the same header twice with different values.
    """
    fields = {column.field for column in sheet.columns if column.field}
    for name in sorted(fields - _LATER):
        rivals = sheet.all_mapped(name)
        if len(rivals) > 1:
            keep_one(sheet, name, rivals)


def keep_one(sheet: Sheet, name: str, rivals: list[Column]) -> Column:
    """Keep the best of several columns for a field and leave the others, saying so."""
    given = [column for column in rivals if column.how == "map"]
    grouping = name == "order.id" and sheet.kind == "orders" and _some_group_lines(sheet, rivals)
    kin = _kin_of_number(sheet, rivals) if name == "order.date" else []
    merits = {c.index: _merit(name, c, grouping=grouping, kin=c in kin) for c in rivals}
    ranked = given or sorted(rivals, key=lambda column: merits[column.index])
    best = ranked[0]
    merit = merits[best.index][:-1]
    equal = [c for c in ranked[1:] if not given and merits[c.index][:-1] == merit]
    differing = [column for column in equal if not _same_values(name, best, column)]
    first = None
    if differing and name == "order.date" and preference(name, best) >= LATE_DATE:
        first = earliest([best, *differing])
    if first is not None:
        best = first  # an order comes before whatever happens to it
    elif differing:
        same_text = [c for c in differing if c.heading.key == best.heading.key]
        if same_text and name in CRITICAL:
            raise _ask(sheet, "header-duplicate", name, [best, *same_text])
        if _must_ask(sheet, name):
            raise _ask(sheet, "header-ambiguous", name, [best, *differing])
    for column in rivals:
        if column is best:
            continue
        if name == "customer.name" and _speaks_for(column, sheet):
            column.take("contact.name", msg("speaks for “{other}”", other=best.text))
            continue
        if name == "line.product_name" and _numbers_products(column, best, sheet):
            column.take("line.product_id", msg("codes that differ in every row; “{other}” names",
                                               other=best.text))  # fmt: skip
            continue
        column.leave(msg("“{other}” was taken for {field}", other=best.text, field=name))
        if name in CRITICAL and not best.profile.empty and not _same_values(name, best, column):
            sheet.note(
                msg("{field} is taken from “{best}”, not from “{other}” ({flag} would change that)",
                    field=name, best=best.text, other=column.text, flag=flag(name, column.text))
            )  # fmt: skip
    return best


def _speaks_for(column: Column, sheet: Sheet) -> bool:
    """Return whether a Buyer or Booker beside firms is a person there."""
    return (
        sheet.kind in ("customers", "orders")
        and not sheet.has("contact.name", "contact.first_name")
        and column.profile.person >= _PERSONS
        and any(word in column.heading.key for word in _WHO)
    )


def _numbers_products(column: Column, name: Column, sheet: Sheet) -> bool:
    """Return whether models tell apart what shares a name: each in one row, or with one name."""
    profile = column.profile
    alone = profile.unique if sheet.kind == "products" else goes_with(column, name)
    return (
        sheet.kind in ("products", "orders")
        and alone
        and not sheet.has("line.product_id")
        and "line.product_id" not in sheet.left_out
        and profile.filled == profile.rows > 1
        and min(profile.code, profile.shouted) > _CODES
    )


def preference(name: str, column: Column) -> int:
    """Return the group of a header in the preferences of a field: 0 is best.

    The worst group of which the header holds a word counts: 订单付款时间 is a payment date.
    """
    same = {"order.owner": "customer.owner"}.get(name, name)
    groups = load_synonyms().prefer.get(same, ())
    key = column.heading.key
    found = [
        number for number, group in enumerate(groups) if any(_matches(word, key) for word in group)
    ]
    exact = [number for number, group in enumerate(groups) if any(w == "=" + key for w in group)]
    if exact:
        return min(exact)
    return max(found, default=len(groups) // 2)


def _matches(word: str, key: str) -> bool:
    return word[1:] == key if word.startswith("=") else word in key


def _must_ask(sheet: Sheet, name: str) -> bool:
    """Return whether a wrong choice between two equal columns would change figures."""
    if sheet.kind != "orders":
        return False
    if name == "line.discount":
        return not sheet.has("line.amount", "order.total")  # else no figure comes from it
    if name == "line.cost":
        return False
    return load_synonyms().types.get(name) in ("date", "money")


def _some_group_lines(sheet: Sheet, rivals: list[Column]) -> bool:
    """Return whether one of several ids stands on several lines of an order."""
    lines = sheet.has("line.product_id", "line.product_name")
    return lines and any(c.profile.filled > c.profile.distinct > 1 for c in rivals)


def _merit(name: str, column: Column, *, grouping: bool, kin: bool) -> tuple[int, ...]:
    """Return how good a column is for a field, smallest first; place decides last.

    An order id that differs in every line numbers lines, if another one groups them. A date that is
    ``kin`` is called like the number of the orders.
    """
    how, wish = HOW_SURE.get(str(column.how), 3), preference(name, column)
    figures = load_synonyms().types.get(name) in ("date", "money")
    if name == "order.date" and wish < WEAK_DATE:
        how = min(how, HOW_SURE["exact"])  # Ord Date comes before Ship Date, read as it may be
    if name == "order.total" and how == HOW_SURE["words"]:
        how = HOW_SURE["exact"]  # 工单金额 is as plain as 订单金额
    return (
        int(column.profile.empty),
        int(column.heading.delivery),
        int(how == 3),
        int(not kin),
        int(grouping and column.profile.unique and not _first_number(column)),
        int(name == "order.id" and column.profile.filled < column.profile.rows),
        int(name == "line.discount" and "%" in column.text),  # the money rather than the rate
        *((how, wish) if figures else (wish, how)),
        column.index,
    )


def _kin_of_number(sheet: Sheet, dates: list[Column]) -> list[Column]:
    """Return the one date that is called like the number of the orders: 送货日期 of 送货单号."""
    numbers = sheet.all_mapped("order.id")
    if len(numbers) != 1 or numbers[0].text.isascii():
        return []
    kin = [c for c in dates if c.heading.key[:2] == numbers[0].heading.key[:2]]
    return kin if len(kin) == 1 and earliest(dates) is kin[0] else []


def _first_number(column: Column) -> bool:
    """Return whether a docket's own number comes first: the invoice that bills several is later."""
    return column.index == 0 and column.how == "exact" and "note" in column.heading.key


def _same_values(name: str, one: Column, other: Column) -> bool:
    """Return whether no row contradicts: empty cells agree with everything, days with stamps."""
    pairs = zip(one.values, other.values, strict=True)
    if load_synonyms().types.get(name) == "date":
        return all(a.split()[:1] == b.split()[:1] for a, b in pairs if a.strip() and b.strip())
    return all(a.strip() == b.strip() for a, b in pairs if a.strip() and b.strip())


def _ask(sheet: Sheet, code: str, name: str, columns: Iterable[Column]) -> Exception:
    columns = list(columns)
    headers = ", ".join(f"“{column.text}”" for column in columns)
    distinct = len({c.text for c in columns}) == len(columns)
    headers_or_places = [c.text if distinct else f"#{c.index + 1}" for c in columns]
    flags = [flag(name, told) for told in headers_or_places]
    return sheet.ask(
        code,
        msg("{headers} could each be {field}, and their values differ",
            headers=headers, field=name),
        msg("say which: {flags}", flags=" | ".join(flags)),
        flags,
        [
            mapped_to(name, told, msg("“{header}”, column {place}: {values}", header=c.text,
                                      place=c.index + 1, values=c.examples))
            for c, told in zip(columns, headers_or_places, strict=True)
        ],
    )  # fmt: skip
