"""How many alarms, and customers in the red, had an action within a week, up to a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ci_cli.analysis.response import Look, Response, Step, answered, response, turned_red
from ci_cli.shapes.actions import ActionRow
from ci_cli.store.engine import Connection


def of_alarms(conn: Connection, on: date) -> Response:
    """Count alarms raised up to a day; those dismissed by then are left out."""
    from ci_cli.store import alarms

    day = on.isoformat()
    first: dict[int, str] = {}
    for action in _standing(conn, day):
        if action.alarm_id is not None:
            first[action.alarm_id] = min(action.created, first.get(action.alarm_id, day))
    return response(
        [
            (row.raised, first.get(row.id))
            for row in alarms.listing(conn)
            if row.raised is not None
            and row.raised <= day
            and not (row.status == "dismissed" and (row.decided_at or "")[:10] <= day)
        ],
        on,
    )


def of_reds(conn: Connection, on: date) -> Response:
    """Count the times that a customer was found in the red by a saved health run up to a day."""
    from ci_cli.store import saved_runs

    day = on.isoformat()
    steps: dict[int, list[Step]] = {}
    for action in _standing(conn, day):
        if action.customer_id is not None:
            steps.setdefault(action.customer_id, []).append(Step(action.created, action.closed))
    reds = turned_red(Look(*row) for row in saved_runs.reds(conn, day))
    return response(answered(reds, steps), on)


def _standing(conn: Connection, day: str) -> Iterator[ActionRow]:
    """Return the actions added up to a day that were not dropped by then."""
    from ci_cli.store import actions

    for action in actions.listing(conn):
        if action.created <= day and (action.state != "dropped" or (action.closed or "") > day):
            yield action
