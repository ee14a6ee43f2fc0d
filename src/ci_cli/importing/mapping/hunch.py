"""What a file lists, where its headers name nothing: read from its figures, days and people.

``kinds`` asks here last. Rows with a day and with quantity × price = amount are sales in every
book; rows of people with telephones and firms are contacts; coded things with prices are products.
"""

from __future__ import annotations

from ci_cli.importing.mapping.clues import barred, clue
from ci_cli.importing.mapping.lines import ENOUGH
from ci_cli.importing.mapping.pricelist import is_fee
from ci_cli.importing.mapping.proof import discounts, is_sum, proofs
from ci_cli.importing.mapping.sheet import Column, Kind, Sheet
from ci_cli.text import Msg, msg

_OTHER_BOOKS = ("stock", "supplier")  # purchases and stock have days, prices and products too
_ABOUT_THINGS = ("stock", "measure", "supplier", "reference_price")


def kind_by_evidence(sheet: Sheet) -> tuple[Kind, Msg] | None:
    """Return the kind that values and weak words show, and why; None where they do not."""
    for guess in (noted_sales, _people, _things):
        found = guess(sheet)
        if found:
            return found
    return None


def proven_sales(sheet: Sheet) -> tuple[Kind, Msg] | None:
    """Return orders where rows have days and quantity × price = amount: whatever numbers them."""
    dates = _dates(sheet)
    if not dates:
        return None
    hired = any(column.heading.apart == "staff" for column in sheet.columns)
    known = _parties(sheet) or (_things_sold(sheet) and not hired)
    found = proofs(sheet)
    enough = ENOUGH if known else ENOUGH + 2
    if not found or found[0].score < enough or (hired and not known):
        return None  # hours × wage are no sale
    best = found[0]
    return "orders", msg(
        "it has dates in “{date}”, and “{quantity}” × “{price}” gives “{amount}”",
        date=dates[0].text, quantity=best.quantity.text, price=best.price.text,
        amount=best.amount.text,
    )  # fmt: skip


def discounted_sales(sheet: Sheet) -> tuple[Kind, Msg] | None:
    """Return orders where each row has days, a party, and a price less a discount."""
    days = _dates(sheet)
    parties = _parties(sheet)
    figures = [c for c in sheet.columns if c.profile.texts and c.profile.number >= 0.9]
    for discount in discounts(sheet) if days and parties else []:
        for before in figures:
            for after in figures:
                three = len({before.index, after.index, discount.index}) == 3
                if three and is_sum(sheet, after, discount, before):
                    return "orders", msg(
                        "it has dates in “{date}”, and “{before}” less “{discount}” is “{after}”",
                        date=days[0].text, before=before.text, discount=discount.text,
                        after=after.text,
                    )  # fmt: skip
    return None


def noted_sales(sheet: Sheet, *, whole: bool = False) -> tuple[Kind, Msg] | None:
    """Return orders where each row has a day, a sum, who it was for, and what or which number.

    Args:
        sheet: the file.
        whole: only a header that is nothing but a word for a sum counts: Billed.
    """
    days = [c for c in _dates(sheet) if c.heading.apart in (None, "event_date")]
    parties = _parties(sheet)
    money = [
        column
        for column in sheet.columns
        if column.profile.number >= 0.9
        and max(clue(column.heading, name) for name in ("line.amount", "order.total")) > 1 + whole
        and not (whole and (column.heading.apart or column.profile.phone >= 0.9))
    ]
    if days and money and parties and (_things_sold(sheet) or _wordy(sheet, "order.id")):
        return "orders", msg("it has dates in “{date}”, names, and money in “{money}”",
                             date=days[0].text, money=money[0].text)  # fmt: skip
    return None


def _dates(sheet: Sheet) -> list[Column]:
    """Return the columns of days, none in a book of stock or of purchases."""
    if any(column.heading.apart in _OTHER_BOOKS for column in sheet.columns):
        return []
    return [c for c in sheet.columns if c.profile.texts and c.profile.date >= 0.9]


def _parties(sheet: Sheet) -> list[Column]:
    receivers = [
        c for c in sheet.columns if c.heading.delivery and "contact.name" in c.heading.fields()
    ]
    named = _wordy(sheet, "customer.name") or _named(sheet, "customer.name", "customer.id")
    return named or receivers


def _things_sold(sheet: Sheet) -> list[Column]:
    return _wordy(sheet, "line.product_name") or _named(
        sheet, "line.product_id", "line.product_name"
    )


def _named(sheet: Sheet, *fields: str) -> list[Column]:
    return [c for c in sheet.columns if c.heading.fields() & set(fields)]


def _wordy(sheet: Sheet, field: str) -> list[Column]:
    """Return columns of text whose headers hint at a field with their last word."""
    return [
        column
        for column in sheet.columns
        if clue(column.heading, field) > 1
        and column.profile.texts
        and column.profile.number < 0.5 > column.profile.date
    ]


def hinted_persons(sheet: Sheet) -> list[Column]:
    """Return columns of persons' names whose headers say so with weak words: Who, 找谁."""
    return [c for c in _wordy(sheet, "contact.name") if c.profile.person >= 0.5]


def _people(sheet: Sheet) -> tuple[Kind, Msg] | None:
    """Tell people who can be reached, and whether firms stand beside them."""
    if are_things(sheet) or _named(sheet, "line.product_id", "line.product_name"):
        return None
    reach = [
        c for c in sheet.columns
        if (c.profile.email >= 0.9 or (c.profile.phone >= 0.9 and c.profile.number < 0.9))
        and c.profile.date < 0.5  # 2024-05-20 could be dialled
        and c.heading.apart is None
    ]  # fmt: skip
    reach += [c for c in _named(sheet, "contact.phone", "contact.email") if c not in reach]
    persons = hinted_persons(sheet)
    firms = [c for c in _wordy(sheet, "customer.name") if c not in persons]
    if not reach or not (persons or firms):
        return None
    if persons and firms:
        return "contacts", msg("it lists people in “{one}” of companies in “{other}”",
                               one=persons[0].text, other=firms[0].text)  # fmt: skip
    named = (persons or firms)[0]
    return "customers", msg("it lists customers in “{header}”", header=named.text)


def _described(sheet: Sheet) -> list[Column]:
    about = [c for c in sheet.columns if c.heading.apart in _ABOUT_THINGS]
    return about + _named(sheet, "line.category", "category.id", "line.cost")


def are_things(sheet: Sheet) -> bool:
    """Return whether prices, stock and sizes refute that the rows are people or firms.

    Nobody is reached by a price list: one column of telephones or addresses, and it may be people.
    """
    reached = _named(
        sheet, "contact.phone", "contact.email", "customer.address", "customer.tax_id"
    ) or [c for c in sheet.columns if c.profile.email >= 0.5]
    figures = [
        c
        for c in sheet.columns
        if c.profile.number >= 0.9
        and (
            c.heading.apart in ("stock", "reference_price")
            or c.heading.fields() & {"line.unit_price", "line.cost"}
        )
    ]
    return not reached and len(figures) > 1


def _coded(sheet: Sheet, names: list[Column]) -> list[Column]:
    """Return a code of each row's own, beside words of its own, where nothing has a day."""
    days = any(c.profile.date >= 0.9 and c.heading.apart is None for c in sheet.columns)
    several = [c for c in names if c.profile.filled > 1 and c.profile.unique]
    codes = [c for c in several if c.heading.rule == "own-number" and c.profile.code >= 0.9]
    words = [c for c in several if c.heading.rule is None and c.profile.words >= 0.5]
    return [] if days or not words else codes


def _things(sheet: Sheet) -> tuple[Kind, Msg] | None:
    """Tell coded or named things with a price, a unit or a stock."""
    if any(c.profile.phone >= 0.9 > c.profile.date and c.profile.length > 8
           and c.heading.rule != "own-number" for c in sheet.columns):  # fmt: skip
        return None  # somebody is to be called about them
    prices = [
        c
        for c in sheet.columns
        if c.profile.number >= 0.9
        and ("line.unit_price" in c.heading.fields() or clue(c.heading, "line.unit_price") > 1
             or c.heading.apart == "reference_price" or is_fee(c))
        and not barred(c.heading, "line.unit_price")
    ]  # fmt: skip
    names = [
        c
        for c in sheet.columns
        if c.heading.rule in ("own-name", "own-number") or clue(c.heading, "line.product_name") > 1
    ]
    about = [c for c in _described(sheet) if c not in prices] or _coded(sheet, names)
    if prices and names and about and names[0].profile.repeats < 0.3:
        return "products", msg("it lists products in “{header}”", header=names[0].text)
    return None
