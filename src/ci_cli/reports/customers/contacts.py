"""``customer contact list``: the people at a customer, with their positions and since when."""

from __future__ import annotations

from collections.abc import Sequence

from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.shapes.views import KnownPerson
from ci_cli.text import msg


def build(customer_id: int, people: Sequence[KnownPerson]) -> Report:
    """Lay out the people in the order given."""
    columns = (
        Column("number", msg("no."), "int"),
        Column("contact", msg("contact")),
        Column("title", msg("position")),
        Column("since", msg("since"), "date"),
        Column("formerly", msg("formerly")),
        Column("phone", msg("phone"), "id"),
        Column("email", msg("e-mail")),
        Column("primary", msg("first to ask"), "state"),
        Column("left_at", msg("left on"), "date"),
        Column("entries", msg("entries"), "int"),
        Column("last", msg("last contact"), "date"),
    )
    rows = [
        (
            one.id, one.name, one.title, one.since, ", ".join(one.formerly) or None, one.phone,
            one.email, "yes" if one.is_primary else None, one.left_at, one.entries, one.last,
        )
        for one in people
    ]  # fmt: skip
    left = sum(one.left_at is not None for one in people)
    code = customer_code(customer_id)
    return Report(
        "contacts", msg("Contacts of {code}", code=code), [Table("contacts", columns, rows)],
        {"customer": code},
        [Note(msg("Contacts: {n}; who left: {left}. What was said with them stays.",
                  n=len(people), left=left))],
    )  # fmt: skip
