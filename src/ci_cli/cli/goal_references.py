"""Who would vouch for us: the one place where goals and the baseline ask for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from ci_cli.store.engine import Connection


def referenceable(conn: Connection, day: date) -> frozenset[int] | None:
    """Return the customers who may be asked on a day, by the rule of ``ref list --ready``.

    None: the store keeps no references up to that day, so nothing can be said; that is not the
    same as nobody. Which words one's own lists use for size or use plays no part in the rule.
    """
    from ci_cli.analysis.references import ready, synonyms
    from ci_cli.reports.reference_lists import COMPLAINT_DAYS
    from ci_cli.store import references

    on = day.isoformat()
    told = references.steps(conn)
    if not any(one.day <= on for steps in told.values() for one in steps):
        return None
    since = day - timedelta(days=COMPLAINT_DAYS - 1)
    known = references.known(
        conn, told, today=on, complaints_since=since.isoformat(),
        columns=synonyms.load().columns, plain=synonyms.plain_word,
        health=_health(conn, day, told),
    )  # fmt: skip
    judged = ready.judge(known, references.limits(conn), on)
    return frozenset(one.account.customer_id for one in judged if one.is_ready)


def _health(conn: Connection, day: date, customers: Iterable[int]) -> dict[int, int]:
    """Return health in points as it was known on a day: of the run saved last, else judged anew."""
    from ci_cli.cli.ref_input import judged_health
    from ci_cli.store import facts, saved_runs

    saved = saved_runs.latest_health(conn, customers)
    if saved is not None and saved[1] <= day.isoformat():
        return saved[2]
    last = facts.last_order_day(conn, day.isoformat())
    return {} if last is None else judged_health(conn, date.fromisoformat(last))
