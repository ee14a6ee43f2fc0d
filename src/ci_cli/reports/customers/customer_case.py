"""``report case``: the story of one customer, each statement with its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ci_cli.analysis.references import quotes
from ci_cli.analysis.references.quotes import Permissions
from ci_cli.analysis.references.states import Consent
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.reports.customers.customer_quotes import quotes_table, returns_table
from ci_cli.reports.references.testimony import SOURCE, Footnotes, marked, page_columns, page_rows
from ci_cli.shapes.references import PUBLIC, Bought, Origin, QuoteRow
from ci_cli.shapes.voice import Insight, Voice
from ci_cli.text import Msg, msg

WHO: Mapping[str, Msg] = {
    "industry": msg("industry"), "size": msg("size"), "country": msg("country"),
    "region": msg("region"), "city": msg("city"), "since": msg("customer since"),
}  # fmt: skip
_INSIDE = ("last", "orders", "revenue", "currency")  # of what was bought


class Known(NamedTuple):
    """What the store knows of one customer that a case can tell."""

    customer_id: int
    name: str
    who: Mapping[str, tuple[str, Origin]]  # of the keys of ``WHO``
    bought: Sequence[Bought]
    returns: Sequence[Insight]  # of the kind ``roi``
    praise: Sequence[Voice]
    quotes: Sequence[QuoteRow]
    said: Mapping[str, Mapping[int, Origin]]  # of quote, feedback, insight: by number
    permissions: Permissions
    consent: Consent | None  # to a case, that holds


def build(known: Known, *, public: bool, day: str, as_of: str) -> Report:
    """Lay out a case.

    Args:
        known: of the customer.
        public: only what may leave the house; the caller has seen to the consent to a case.
        day: the day that counts as today, for consents and permissions.
        as_of: the last day of what was bought.
    """
    notes = Footnotes(public=public)
    shown = quotes.public(known.quotes, day) if public else known.quotes
    tables = [
        _who(known, notes),
        _bought(known.bought, notes, public=public),
        returns_table(
            known.returns, known.said["insight"], known.permissions, notes, public=public,
            named=False,
        ),
        quotes_table(
            shown, known.said["quote"], notes, public=public, day=day, title=msg("In their words")
        ),
        *([] if public else [_praise(known, notes)]),
        notes.table(),
    ]  # fmt: skip
    code = customer_code(known.customer_id)
    return Report(
        "case", msg("Case: {name}", name=known.name), tables,
        {"customer": code, "today": day, "as_of": as_of, "public": public},
        [] if public else [_consent(known, code), _marked(known, day)],
    )  # fmt: skip


def _who(known: Known, notes: Footnotes) -> Table:
    columns = (Column("what", msg("what")), Column("value", msg("value")), SOURCE)
    rows = [
        (label, known.who[key][0], notes.of(known.who[key][1]))
        for key, label in WHO.items()
        if key in known.who
    ]
    return Table("who", columns, rows, msg("Who"))


def _bought(bought: Sequence[Bought], notes: Footnotes, *, public: bool) -> Table:
    columns = page_columns(
        (
            Column("category", msg("category")), Column("since", msg("since"), "date"),
            Column("last", msg("last"), "date"), Column("orders", msg("orders"), "int"),
            Column("revenue", msg("revenue"), "money"),
            Column("currency", msg("currency"), "id"), SOURCE,
        ),
        public=public, inside=_INSIDE,
    )  # fmt: skip
    seen: set[str] = set()
    cells = []
    for one in bought:
        if public and one.category in seen:
            continue  # bought in another currency earlier
        seen.add(one.category)
        cells.append({
            "category": one.category or msg("other"), "since": one.first, "last": one.last,
            "orders": one.orders, "revenue": one.net, "currency": one.currency,
            "source": notes.of(one.origin),
        })  # fmt: skip
    return Table("bought", columns, page_rows(columns, cells), msg("What they buy"))


def _praise(known: Known, notes: Footnotes) -> Table:
    columns = (
        Column("text", msg("text")), Column("product", msg("product")),
        Column("state", msg("state"), "state"), Column("day", msg("day"), "date"), SOURCE,
    )  # fmt: skip
    rows = []
    for one in known.praise:
        state = quotes.words(one.text, one.customer_id, known.permissions)
        rows.append((
            marked(one.text, state), one.product, state, one.day,
            notes.of(known.said["feedback"].get(one.id)),
        ))  # fmt: skip
    return Table("praise", columns, rows, msg("What they praise"))


def _consent(known: Known, code: str) -> Note:
    if known.consent is None:
        return Note(
            msg("{name} has agreed to no case: this page is for our eyes only. ci-cli ref consent"
                " {code} --channel case", name=known.name, code=code), "warning",
        )  # fmt: skip
    return Note(
        msg("{name} agreed to a case on {day}; who: {who}; until: {until}; bounds: {scope}.",
            name=known.name, day=known.consent.day, who=known.consent.said_by or "-",
            until=known.consent.until or "-", scope=known.consent.scope or "-")
    )  # fmt: skip


def _marked(known: Known, day: str) -> Note:
    states = [quotes.state(one, day) for one in known.quotes]
    said = [one.text for one in known.returns] + [one.text for one in known.praise]
    states += [quotes.words(text, known.customer_id, known.permissions) for text in said if text]
    held = sum(state != PUBLIC for state in states)
    return Note(
        msg("Words: {n}; marked, because they may not leave the house: {held}. What was said"
            " elsewhere is approved by keeping it word by word: ci-cli ref quote add.",
            n=len(states), held=held),
        "warning" if held else "info",
    )  # fmt: skip
