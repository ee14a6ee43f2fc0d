"""Put the attitudes that have turned beside the alarms of categories which those customers buy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from ci_cli.reports.common import customer_code
from ci_cli.shapes.categories import AlarmRow
from ci_cli.shapes.views import Mood
from ci_cli.shapes.voice import COOL
from ci_cli.store import issues, one_customer
from ci_cli.store.engine import Connection

BACK_DAYS = 365  # an older attitude says little of the loss that an alarm sees
BOUGHT_DAYS = 2 * 365  # who bought the category then has something to do with it
NAMED = 20  # customers whose purchases are looked at, the latest attitudes first


def beside(
    conn: Connection, alarms: Sequence[AlarmRow], today: date
) -> Iterable[tuple[AlarmRow, list[Mood]]]:
    """Yield each alarm with the customers of its category who are worse than neutral to us."""
    if not alarms:
        return
    since = (today - timedelta(days=BACK_DAYS)).isoformat()
    cool = [
        one for one in issues.moods(conn, since=since, until=today.isoformat()) if one.now in COOL
    ][:NAMED]
    currencies = {row.currency for row in alarms} if cool else set()
    bought = {
        (one.customer_id, currency): _categories(conn, one.customer_id, today, currency)
        for one in cool
        for currency in currencies
    }
    for row in alarms:
        yield (
            row,
            [
                one
                for one in cool
                if (row.kind == "total" and bought[one.customer_id, row.currency])
                or row.group in bought[one.customer_id, row.currency]
            ],
        )


def told(one: Mood) -> str:
    """Return one customer and its attitude, as it stands beside an alarm."""
    why = f", {one.why}" if one.why else ""
    return f"{customer_code(one.customer_id)} {one.customer}: {one.now} ({one.day}{why})"


def _categories(conn: Connection, customer_id: int, today: date, currency: str) -> set[str]:
    start = (today - timedelta(days=BOUGHT_DAYS)).isoformat()
    found = one_customer.category_years(
        conn, customer_id, as_of=today.isoformat(), year=start, before=start, currency=currency
    )
    return {one.category for one in found if one.now}
