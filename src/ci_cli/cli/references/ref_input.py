"""What the commands about references share: references of today, their health, who is meant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.shapes.trade import Author
from ci_cli.text import msg

if TYPE_CHECKING:
    from ci_cli.analysis.references.synonyms import Synonyms
    from ci_cli.reports.references.reference_lists import HealthFrom
    from ci_cli.shapes.references import Known, Limits
    from ci_cli.store.engine import Connection


class Programme(NamedTuple):
    """All references and what they are judged by."""

    known: Known
    limits: Limits
    health: HealthFrom
    synonyms: Synonyms


def programme(session: Session, conn: Connection) -> Programme:
    """Return the references of today, with their health: of the run saved last, else of now."""
    from ci_cli.analysis.references import synonyms

    words = synonyms.load(synonyms.own_file(session.db))
    return on_day(conn, session.today, inputs.as_of_day(session, conn), words)


def on_day(conn: Connection, day: date, books: date | None, words: Synonyms) -> Programme:
    """Return the references of a day.

    Args:
        conn: the store.
        day: what came after it does not count.
        books: the day that health is computed for where no run is saved; None: it stays unknown.
        words: what values mean.
    """
    from ci_cli.analysis.references import synonyms
    from ci_cli.reports.references.reference_lists import COMPLAINT_DAYS
    from ci_cli.store import references

    told = references.steps(conn)
    scores, source = health(conn, told, day, books)
    since = day - timedelta(days=COMPLAINT_DAYS - 1)
    known = references.known(
        conn, told, today=day.isoformat(), complaints_since=since.isoformat(),
        columns=words.columns, plain=synonyms.plain_word, health=scores,
    )  # fmt: skip
    return Programme(known, references.limits(conn), source, words)


def health(
    conn: Connection, customers: Iterable[int], day: date, as_of: date | None
) -> tuple[dict[int, int], HealthFrom]:
    """Return scores of customers in points, at least of these, and where they come from."""
    from ci_cli.reports.references.reference_lists import HealthFrom
    from ci_cli.store import saved_runs

    saved = saved_runs.latest_health(conn, customers, day.isoformat())
    if saved is not None:
        name, judged_on, scores = saved
        return scores, HealthFrom(judged_on, name)
    if as_of is None:
        return {}, HealthFrom(None)
    return judged_health(conn, as_of), HealthFrom(as_of.isoformat())


def judged_health(conn: Connection, as_of: date) -> dict[int, int]:
    """Return the health of every customer on a day in points: the lowest of its currencies."""
    from ci_cli.analysis.health.profile_file import load_profiles
    from ci_cli.cli.health import health_input
    from ci_cli.store import facts

    found: dict[int, int] = {}
    profiles = load_profiles(None)
    for currency in facts.currencies(conn):
        run = health_input.judged(conn, profiles, as_of=as_of, currency=currency, flagship=())
        for one in run.customers:
            if one.score is not None:
                number, points = one.row.customer_id, one.score // 100
                found[number] = min(points, found.get(number, points))
    return found


class Amount(NamedTuple):
    """Money that somebody typed; ``currency`` None: that of the store."""

    value: int | None
    currency: str | None

    def code(self, conn: Connection) -> str | None:
        """Return the currency, None where there is no amount."""
        from ci_cli.store import engine

        if self.value is None:
            return None
        return self.currency or engine.meta(conn, "currency")


def typed_amount(value: str | None, currency: str | None) -> Amount:
    """Return an amount that somebody typed, with its currency where that was said.

    Raises:
        CiError: ``amount-invalid``, ``currency-invalid``.
    """
    from ci_cli.cli.top_commands import checked_currency
    from ci_cli.importing.values.typed_money import typed_money

    wanted = None if currency is None else checked_currency(currency)
    amount, code = (None, None) if value is None else typed_money(value)
    if (amount is None and wanted is not None) or (code is not None and wanted not in (None, code)):
        raise CiError(
            "amount-invalid",
            msg("--currency says {other}, but the amount is {one}.", one=code or "-", other=wanted),
            hint=msg("Say the currency once, and an amount with it."),
            exit_code=ExitCode.DECIDE,
        )
    return Amount(amount, code or wanted)


def author(session: Session) -> Author:
    """Return who types, and when."""
    return Author(session.user, session.now)


def known_person(
    conn: Connection, customer_id: int, contact: str | None
) -> tuple[str | None, list[Note]]:
    """Return the name of a contact as the store has it, and what is to be said of it."""
    from ci_cli.cli.talks.typed_entries import person_of

    if contact is None:
        return None, []
    person, _number, notes = person_of(conn, customer_id, contact)
    return person or None, notes


def called(conn: Connection, customer_id: int) -> str:
    """Return what to call a customer: number and name."""
    from ci_cli.store import customers

    name, _records = customers.names(conn, [customer_id])[customer_id]
    return f"C{customer_id} {name}"
