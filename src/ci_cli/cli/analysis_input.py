"""What the analysing commands share: the as-of day, the currencies, a scored customer base."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from ci_cli.analysis.periods import parse_as_of, window
from ci_cli.analysis.scoring import Scored, score_customers
from ci_cli.analysis.segments import SegmentMap
from ci_cli.cli.options import Session
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.store import facts
from ci_cli.store.engine import Connection
from ci_cli.text import msg

ALL_HISTORY = "all"


@contextmanager
def open_facts(session: Session, *, write: bool = False) -> Iterator[Connection]:
    """Open the store for an analysis, with the figures kept in it up to date where it may be."""
    from ci_cli.store.kept import refresh

    with session.store(write=write) as conn:
        refresh.before_report(conn)
        yield conn


def as_of_day(session: Session, conn: Connection) -> date | None:
    """Return the day to speak for; None when the store has no orders yet."""
    if session.as_of:
        return parse_as_of(session.as_of, session.today)
    last = facts.last_order_day(conn, session.today.isoformat())
    return None if last is None else date.fromisoformat(last)


def chosen_currencies(session: Session, conn: Connection) -> list[str]:
    """Return the currencies to report on: the one asked for, else all, one block each."""
    known = facts.currencies(conn)
    if not known and session.is_narrowed and session.narrows is None:
        raise CiError(
            "source-without-orders",
            msg("No orders came from {names}.", names=", ".join(session.sources(conn))),
            hint=msg("`ci-cli db sources` says which source gave what."),
            exit_code=ExitCode.DECIDE,
        )
    if session.currency is None:
        return known
    wanted = session.currency.upper()
    if wanted not in known:
        raise CiError(
            "currency-unknown",
            msg("The store has no orders in {currency}.", currency=wanted),
            hint=msg("It has: {known}.", known=", ".join(known) or "-"),
            exit_code=ExitCode.DECIDE,
        )
    return [wanted]


def other_currencies_note(currencies: Sequence[str]) -> list[Note]:
    """Warn where revenue in all but the first currency is left out."""
    if len(currencies) < 2:
        return []
    return [
        Note(msg("Revenue in other currencies is left out: {list}. --currency chooses.",
                 list=", ".join(currencies[1:])), "warning")
    ]  # fmt: skip


def nothing_yet(session: Session) -> None:
    """Say that there is nothing to report; that is no failure."""
    session.say(
        Note(msg("The store has no orders yet. `ci-cli import FILE` brings some in.")),
    )


def scored(
    conn: Connection,
    *,
    as_of: date,
    currency: str,
    window_text: str = ALL_HISTORY,
    segment_map: SegmentMap | None = None,
    **scoring: Any,
) -> Scored:
    """Return the customer base scored at ``as_of``, from facts aggregated in SQL."""
    span = window(window_text, as_of)
    rows = facts.customer_purchases(
        conn, as_of=as_of.isoformat(), start=day_before(span.first), currency=currency
    )
    return score_customers(rows, as_of=as_of, window=span, segment_map=segment_map, **scoring)


def day_before(first: date | None) -> str:
    """Return the day before the window as facts want it; "" for all history."""
    return "" if first is None else (first - timedelta(days=1)).isoformat()


def undated_note(conn: Connection) -> Sequence[Note]:
    """Warn of lines that wait for the file that describes their orders."""
    waiting = facts.undated_lines(conn)
    if not waiting.lines:
        return ()
    return (
        Note(
            msg(
                "Order lines whose order is not described yet, left out here: {n}. Import the file"
                " that has the dates of these orders.",
                n=waiting.lines,
            ),
            "warning",
        ),
    )
