"""What customers said that somebody has to answer: complaints, attitudes that turned, rivals.

An issue is answered when the customer was reached on a later day: whoever heard a complaint on the
phone has not answered it by that call. One about which an action stands is in somebody's hands.
"""

from __future__ import annotations

import sqlite3

from ci_cli.shapes.views import Issue, Mood

# a rating counts as a complaint in the worst quarter of its scale, as in facts/soft_answers.sql
_BAD = (
    "(x.kind = 'complaint' OR (x.rating IS NOT NULL AND x.high > coalesce(x.low, 1)"
    " AND (x.rating / 1000000.0 - coalesce(x.low, 1)) / (x.high - coalesce(x.low, 1)) <= 0.25))"
)
# CROSS JOIN: from the records of one customer to their rows, never from all rows
_OPEN = (
    " AND NOT EXISTS (SELECT 1 FROM record AS o CROSS JOIN touch AS t ON t.record_id = o.id"
    " WHERE o.customer_id = r.customer_id AND t.reached AND t.day > x.day AND t.day <= :until)"
    " AND NOT EXISTS (SELECT 1 FROM record AS o CROSS JOIN action AS a ON a.record_id = o.id"
    " WHERE o.customer_id = r.customer_id AND a.created >= x.day AND a.state = 'open')"
)

_WHOSE = " AND (:customer IS NULL OR r.customer_id = :customer)"


def complaints(
    conn: sqlite3.Connection, *, since: str, until: str, customer_id: int | None = None
) -> list[Issue]:
    """Return complaints and bad ratings from ``since`` on that nobody answered, the latest first.

    A rating is bad in the worst quarter of its scale. Answers of one survey by one customer are one
    issue, told by the worst of them.
    """
    rows = conn.execute(
        "SELECT min(x.id), r.customer_id, (SELECT g.label FROM golden AS g WHERE g.id ="
        " r.customer_id), x.day, coalesce(max(x.text), x.question || ' ' ||"
        " printf('%g', min(x.rating) / 1000000.0) || '/' || x.high, x.kind), x.author"
        " FROM feedback AS x JOIN record AS r ON r.id = x.record_id"
        f" WHERE x.day >= :since AND x.day <= :until AND {_BAD}{_OPEN}{_WHOSE}"
        " GROUP BY r.customer_id, coalesce(x.survey, x.id) ORDER BY x.day DESC, 1 DESC",
        {"since": since, "until": until, "customer": customer_id},
    )
    return [Issue("complaint", *row) for row in rows]


def moods(
    conn: sqlite3.Connection, *, since: str, until: str, customer_id: int | None = None
) -> list[Mood]:
    """Return the latest attitude of each customer that was noted from ``since`` on.

    Each with the one before it, whenever that was, and whether the customer was reached since.
    """
    rows = conn.execute(
        "WITH told AS (SELECT x.id, r.customer_id, x.day, x.value, x.text, x.author,"
        " lag(x.value) OVER w AS before, row_number() OVER (PARTITION BY r.customer_id"
        " ORDER BY x.day DESC, x.id DESC) AS place"
        " FROM insight AS x JOIN record AS r ON r.id = x.record_id"
        f" WHERE x.kind = 'attitude' AND x.day <= :until{_WHOSE}"
        " WINDOW w AS (PARTITION BY r.customer_id ORDER BY x.day, x.id))"
        " SELECT x.id, x.customer_id, (SELECT g.label FROM golden AS g WHERE g.id = x.customer_id),"
        " x.day, x.value, x.before, x.text, x.author, EXISTS (SELECT 1 FROM record AS o"
        " CROSS JOIN touch AS t ON t.record_id = o.id WHERE o.customer_id = x.customer_id"
        " AND t.personal AND t.day > x.day AND t.day <= :until)"
        " FROM told AS x WHERE x.place = 1 AND x.day >= :since ORDER BY x.day DESC, x.id DESC",
        {"since": since, "until": until, "customer": customer_id},
    )
    return [Mood._make((*row[:-1], bool(row[-1]))) for row in map(tuple, rows)]


def rivals(
    conn: sqlite3.Connection, *, since: str, until: str, customer_id: int | None = None
) -> list[Issue]:
    """Return accounts at risk to a competitor, named from ``since`` on and not answered since.

    What is won or lost by now is at risk no more.
    """
    rows = conn.execute(
        "SELECT x.id, r.customer_id, (SELECT g.label FROM golden AS g WHERE g.id = r.customer_id),"
        " x.day, x.value || coalesce(': ' || x.text, ''), x.author"
        " FROM insight AS x JOIN record AS r ON r.id = x.record_id"
        " WHERE x.kind = 'competitor' AND x.stand = 'at_risk' AND x.day >= :since"
        " AND x.day <= :until AND NOT EXISTS (SELECT 1 FROM record AS o"
        " CROSS JOIN insight AS y ON y.record_id = o.id WHERE o.customer_id = r.customer_id"
        " AND y.kind = 'competitor' AND y.value = x.value COLLATE NOCASE AND y.day <= :until"
        f" AND (y.day > x.day OR (y.day = x.day AND y.id > x.id))){_OPEN}{_WHOSE}"
        " ORDER BY x.day DESC, x.id DESC",
        {"since": since, "until": until, "customer": customer_id},
    )
    return [Issue("competitor", *row) for row in rows]
