"""Who of the customers would vouch for us: the one place where goals and reports ask for it."""

from __future__ import annotations

from datetime import date

from ci_cli.store.engine import Connection


def referenceable(conn: Connection, day: date) -> frozenset[int] | None:  # noqa: ARG001
    """Return the customers who are ready to be a reference on a day.

    None: the store keeps no references, so nothing can be said; that is not the same as nobody.
    """
    return None
