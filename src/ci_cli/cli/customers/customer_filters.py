"""Which customers fit the filters of a list or a view: each field is read once, for everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from ci_cli.analysis.customer_filters import holds, read_filter
from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session
from ci_cli.report import MONEY_SCALE, Note
from ci_cli.store import customers, views
from ci_cli.store.engine import Connection
from ci_cli.text import msg

Values = Mapping[int, Sequence[str | float]]
YEAR_DAYS = 365
OWN = "field."  # says that a field of the user's own is meant


def matching(session: Session, conn: Connection, where: Sequence[str]) -> list[int] | None:
    """Return the customers for whom all filters hold; None where nothing is asked.

    Raises:
        CiError: ``filter-invalid``; ``run-unknown`` where a saved run is asked for and none is.
    """
    if not where:
        return None
    from ci_cli.store import tags

    filters = [read_filter(text) for text in where]
    values = {one.field: _values(session, conn, one.field) for one in filters}
    return [
        number
        for number in tags.customer_numbers(conn)
        if all(holds(one, values[one.field].get(number, ())) for one in filters)
    ]


def known_to(session: Session, conn: Connection, ids: list[int] | None) -> list[int] | None:
    """Return those of the customers that the sources asked for know; all, where none is asked for.

    Args:
        session: with what was typed after --source and --source-class.
        conn: the store.
        ids: of the customers; None: all of them.

    Raises:
        CiError: ``source-unknown``, ``source-class-unknown``.
    """
    if not session.is_narrowed:
        return ids
    from ci_cli.store import source_map

    known = source_map.customers_of(conn, session.sources(conn))
    return sorted(known) if ids is None else [number for number in ids if number in known]


def chosen_by(
    session: Session, conn: Connection, where: Sequence[str], view: str | None
) -> list[int] | None:
    """Return the customers for whom all filters and what a view asks hold; None: all of them.

    Raises:
        CiError: as :func:`matching`; ``view-unknown``.
    """
    if view is None:
        return matching(session, conn, where)
    kept = views.one(conn, view)
    found = matching(session, conn, [*kept.where, *where])
    if kept.part is None:
        return found
    return [int(row[0]) for row in customers.listing(conn, name=kept.part, ids=found)]


def _values(session: Session, conn: Connection, field: str) -> Values:
    if field in COMPUTED:
        return COMPUTED[field](session, conn)
    if field in customers.GOLDEN_FIELDS:
        from ci_cli.store import tags

        found = tags.customers_by_field(conn, field)
        return {number: (value,) for number, value in found.items() if value}
    own = views.values_of_own_field(conn, field.removeprefix(OWN))
    if not own:
        session.say(
            Note(msg("No customer has a field {field}. Known besides your own: {known}.",
                     field=field, known=", ".join((*customers.GOLDEN_FIELDS, *COMPUTED))),
                 "warning")
        )  # fmt: skip
    return own


def _tags(session: Session, conn: Connection) -> Values:
    from ci_cli.tags import apply as tagging

    standing = tagging.standing_tags(conn, session.today)
    return {number: [one.kind.code for one in tags] for number, tags in standing.items()}


def _priorities(session: Session, conn: Connection) -> Values:
    from ci_cli.store import tags
    from ci_cli.tags import apply as tagging
    from ci_cli.tags.decay import priority

    standing = tagging.standing_tags(conn, session.today)
    return {
        number: (priority(standing.get(number, ())).value,)
        for number in tags.customer_numbers(conn)
    }


def _segments(_session: Session, conn: Connection) -> Values:
    from ci_cli.store import saved_runs

    _params, scores = saved_runs.load_rfm(conn, saved_runs.latest(conn, "rfm"))
    found: dict[int, list[str | float]] = {}
    for one in scores:
        if one.segment:
            found.setdefault(one.customer_id, []).append(one.segment)
    return found


def _health(_session: Session, conn: Connection) -> Values:
    from ci_cli.store import saved_runs

    _params, scores = saved_runs.load_health(conn, saved_runs.latest(conn, "health"))
    return {one.customer_id: (one.score / 100,) for one in scores if one.score is not None}


def _bands(_session: Session, conn: Connection) -> Values:
    from ci_cli.store import saved_runs

    _params, scores = saved_runs.load_health(conn, saved_runs.latest(conn, "health"))
    return {one.customer_id: (one.band,) for one in scores if one.band is not None}


def _of_purchases(column: str) -> Callable[[Session, Connection], Values]:
    """Return what reads one figure of what was bought in the last year, by customer."""

    def read(session: Session, conn: Connection) -> Values:
        from ci_cli.store import engine, facts

        as_of = inputs.as_of_day(session, conn) or session.today
        currency = (facts.currencies(conn) or [engine.meta(conn, "currency")])[0]
        rows = facts.customer_purchases(
            conn, as_of=as_of.isoformat(), currency=currency,
            start=(as_of - timedelta(days=YEAR_DAYS)).isoformat(),
        )  # fmt: skip
        if column == "silent":
            return {
                row.customer_id: ((as_of - date.fromisoformat(row.last)).days,)
                for row in rows
                if row.last is not None
            }
        if column == "revenue":
            return {row.customer_id: (row.net / MONEY_SCALE,) for row in rows}
        if column == "orders":
            return {row.customer_id: (row.orders,) for row in rows}
        return {row.customer_id: (row.last,) for row in rows if row.last is not None}

    return read


COMPUTED: Mapping[str, Callable[[Session, Connection], Values]] = {
    "tag": _tags,
    "priority": _priorities,
    "segment": _segments,
    "health": _health,
    "band": _bands,
    "silent": _of_purchases("silent"),
    "revenue": _of_purchases("revenue"),
    "orders": _of_purchases("orders"),
    "last_order": _of_purchases("last_order"),
}
