"""Whether a file lists people, and then customers or the people at customers."""

from __future__ import annotations

from ci_cli.importing.mapping.clues import clue
from ci_cli.importing.mapping.hunch import are_things, hinted_persons
from ci_cli.importing.mapping.parties import (
    COMPANY,
    MAX_REPEATS,
    PERSON,
    PLACE,
    REACH,
    customer_of,
    ids_of_customers,
    is_activity,
    is_staff,
    surely_products,
)
from ci_cli.importing.mapping.sheet import Column, Kind, Sheet
from ci_cli.text import Msg, msg

MOST_PLACES = 2  # columns about where somebody lives that tell a list of people
MOST_FACTS = 3  # columns about the companies in a list of their people
_MOST = 0.8  # share of values that look like names of persons
_PERSON_IDS = ("contactid", "personid", "联系人编号", "联系人id")


def guess_people(sheet: Sheet, other: Column | None) -> tuple[Kind, Msg] | None:
    """Tell customers from contacts; both may hold both."""
    customer = customer_of(sheet) or _hinted_firm(sheet)
    person = _persons(sheet)
    reach = sheet.sure(*REACH)
    company = sheet.sure(*COMPANY)
    place = sheet.sure(*PLACE)
    if other is not None or surely_products(sheet) or is_activity(sheet, customer):
        return None
    if not person and customer_of(sheet) is None and are_things(sheet):
        return None
    if customer is None:
        if person and reach and not is_staff(sheet):
            return "customers", msg("it lists people in “{header}” and no companies",
                                    header=person[0].text)  # fmt: skip
        whole = sheet.sure("contact.first_name") and sheet.sure("contact.last_name")
        if whole and len(place) >= MOST_PLACES and not is_staff(sheet):
            return "customers", msg("it lists people in “{header}” and where they live",
                                    header=person[0].text)  # fmt: skip
        named = [c for c in sheet.columns if c.heading.rule == "own-name"]
        if named and (len(reach) + len(company) + len(place) > 1) and not is_staff(sheet):
            return "customers", msg("it describes them by “{header}”", header=named[0].text)
        return None
    if not (person and reach) and customer.profile.repeats > MAX_REPEATS:
        return None  # a customer stands in several rows: something happens in them
    if 2 * customer.profile.filled < customer.profile.rows:
        return "customers", msg("it lists people in “{header}”, few of them of a company",
                                header=(person or [customer])[0].text)  # fmt: skip
    if person and reach and _lists_contacts(sheet, customer, person, len(company), len(place)):
        return "contacts", msg("it lists people in “{one}” of companies in “{other}”",
                               one=person[0].text, other=customer.text)  # fmt: skip
    if not (company or place or reach or person or ids_of_customers(sheet)):
        return None
    return "customers", msg("it lists customers in “{header}”", header=customer.text)


def _persons(sheet: Sheet) -> list[Column]:
    """Return the columns that name persons, by weak words only where there is a job beside them."""
    found = sheet.sure(*PERSON) or [
        c for c in sheet.columns if c.heading.rule == "person" or _names_contacts(c)
    ]
    if not found and (customer_of(sheet) is None or _jobs(sheet)):
        found = hinted_persons(sheet)
    if not found and _jobs(sheet) and customer_of(sheet) is not None:  # Name, Position, Firm
        named = [c for c in sheet.columns if c.heading.rule == "own-name"]
        found = [c for c in named if c.profile.person >= _MOST]
    return found


def _names_contacts(column: Column) -> bool:
    """Return whether a bare Contact holds names: it may hold telephones as well."""
    return column.heading.rule == "contact-way" and column.profile.person >= _MOST


def several_of_one(sheet: Sheet) -> bool:
    """Return whether several persons of one company stand in rows of their own."""
    customer, persons = customer_of(sheet), _persons(sheet)
    return (
        customer is not None
        and not customer.profile.unique
        and any(person.profile.distinct > customer.profile.distinct for person in persons)
    )


def _jobs(sheet: Sheet) -> list[Column]:
    rule = [c for c in sheet.columns if c.heading.rule == "position"]
    return sheet.sure("contact.title") or rule


def _lists_contacts(
    sheet: Sheet, customer: Column, person: list[Column], company: int, place: int
) -> bool:
    """Return whether each row is a person at a company, and not a company with its person.

    Args:
        sheet: the file.
        customer: names the companies.
        person: name persons.
        company: how many columns describe companies.
        place: how many columns say where they are.
    """
    parts = sheet.sure("contact.first_name") and sheet.sure("contact.last_name")
    if any(column.heading.key in _PERSON_IDS for column in sheet.columns):
        return True
    if customer.profile.filled > 1 and not customer.profile.unique:
        return True  # several persons of one company
    own = not sheet.sure(*PERSON) and "contact" not in person[0].heading.key
    described = customer.index < person[0].index and company >= MOST_FACTS
    if _jobs(sheet) and ((parts and not described) or (own and not company)):
        return True
    titles = sheet.sure("contact.title") or parts or _jobs(sheet)
    return bool(titles) and person[0].index < customer.index and company + place < MOST_FACTS


def _hinted_firm(sheet: Sheet) -> Column | None:
    """Return a column of text whose header ends with a weak word for a firm."""
    return next(
        (
            column
            for column in sheet.columns
            if clue(column.heading, "customer.name") > clue(column.heading, "contact.name")
            and clue(column.heading, "customer.name") > 1
            and column.heading.apart is None
            and not column.heading.candidates
            and column.profile.words > 0.5
        ),
        None,
    )
