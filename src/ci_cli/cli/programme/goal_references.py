"""Who would vouch for us: the one place where goals and the baseline ask for it."""

from __future__ import annotations

from datetime import date

from ci_cli.cli.programme.goal_books import Books


def referenceable(books: Books, day: date) -> frozenset[int] | None:
    """Return the customers who are ready to be a reference on a day.

    The same rule as in ``ref list --ready``. Where no health run is saved up to that day, health is
    computed for the day of the last order; on days before that it stays unknown, which hinders
    nobody.

    None: nobody was nominated up to that day, so nothing can be said; that is not the same as
    nobody being ready.
    """
    from ci_cli.analysis.references import ready, synonyms
    from ci_cli.cli.references.ref_input import on_day

    last = books.last_order(day)
    computed = last if last == books.last_order(date.max) else None
    ours = on_day(books.conn, day, computed, synonyms.load(None))
    judged = ready.judge(ours.known, ours.limits, day.isoformat())
    if not judged:
        return None
    return frozenset(one.account.customer_id for one in judged if one.is_ready)
