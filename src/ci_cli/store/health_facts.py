"""What the health of customers is computed from, added up in SQL up to an as-of day."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.activity import FlagshipSales
from ci_cli.shapes.health import AtAge, HealthBase, Talked, UsageFigure
from ci_cli.store import facts, soft_facts
from ci_cli.store.sql import query
from ci_cli.text import msg

_WHOSE = attrgetter("customer_id")


def base(
    conn: sqlite3.Connection, *, as_of: date, currency: str, starts: tuple[str, str],
    support_days: int, asked_before_days: int, soft_days: int, usage_days: int,
    flagship: Sequence[str], metrics: Sequence[str], polarity: Mapping[str, float],
) -> HealthBase:  # fmt: skip
    """Return all that health needs of everybody; nothing that became known after ``as_of``.

    Args:
        conn: the store.
        as_of: last day that counts.
        currency: the only one that is counted.
        starts: the day before the window, and the day before the one before it.
        support_days: days that count as recent for requests.
        asked_before_days: days before those that tell what is normal.
        soft_days: how far back soft facts go.
        usage_days: how far back usage goes.
        flagship: products or categories; none: no flagship is named.
        metrics: names of usage series.
        polarity: what each tag is worth, bad below 0.

    Raises:
        CiError: ``flagship-unknown``, exit 2.
    """
    last = as_of.isoformat()
    window = {"as_of": last, "start": starts[0], "currency": currency}
    purchases = facts.customer_purchases(conn, **window)
    wider = facts.customer_purchases(conn, as_of=last, start=starts[1], currency=currency)
    soft = soft_facts.soft_facts(
        conn, after=_before(as_of, soft_days), as_of=last, polarity=polarity
    )
    return HealthBase(
        last,
        purchases,
        {row.customer_id: row.net for row in wider},
        {int(row[0]): int(row[1]) for row in _rows(conn, "health_categories", window)},
        _flagship(conn, flagship, window),
        talked(
            conn, as_of=as_of, start=starts[0], support_days=support_days,
            asked_before_days=asked_before_days,
        ),
        {key: list(group) for key, group in groupby(soft, key=_WHOSE)},
        {
            key: list(group)
            for key, group in groupby(
                usage(conn, as_of=as_of, days=usage_days, metrics=metrics), key=_WHOSE
            )
        },
    )  # fmt: skip


def talked(
    conn: sqlite3.Connection, *, as_of: date, start: str, support_days: int, asked_before_days: int
) -> dict[int, Talked]:
    """Return what interactions amount to, by customer."""
    parameters = {
        "as_of": as_of.isoformat(), "start": start, "recent": _before(as_of, support_days),
        "base": _before(as_of, support_days + asked_before_days),
    }  # fmt: skip
    return {int(row[0]): Talked(*row) for row in _rows(conn, "health_talked", parameters)}


def usage(
    conn: sqlite3.Connection, *, as_of: date, days: int, metrics: Sequence[str],
    customer_id: int | None = None,
) -> list[UsageFigure]:  # fmt: skip
    """Return the figures of the named series, by customer, metric and period."""
    if not metrics:
        return []
    parameters = {
        "as_of": as_of.isoformat(), "start": _before(as_of, days), "customer_id": customer_id,
        "metrics": json.dumps([name.lower() for name in metrics]),
    }  # fmt: skip
    return [UsageFigure(*row) for row in _rows(conn, "health_usage", parameters)]


def flagship_items(conn: sqlite3.Connection, names: Sequence[str]) -> list[int]:
    """Return the items that products or categories of these names are sold as.

    Capitals make no difference, and ``*`` stands for anything.

    Raises:
        CiError: ``flagship-unknown``, exit 2, where a name fits none.
    """
    items = conn.execute("SELECT item_id, product, label, category FROM item_category").fetchall()
    found: set[int] = set()
    for name in names:
        wanted = re.compile(
            ".*".join(map(re.escape, name.strip().casefold().split("*"))), re.DOTALL
        )
        fits = {
            int(row[0])
            for row in items
            if any(word and wanted.fullmatch(str(word).casefold()) for word in row[1:])
        }
        if not fits:
            raise CiError(
                "flagship-unknown",
                msg("No product or category is called {name}.", name=name),
                hint=msg("`ci-cli procat categories` lists the categories."),
                exit_code=ExitCode.DECIDE,
            )
        found |= fits
    return sorted(found)


def flagship_sales(
    conn: sqlite3.Connection, names: Sequence[str], window: dict[str, str]
) -> dict[int, FlagshipSales]:
    """Return what each customer bought of products or categories of these names."""
    parameters = {**window, "items": json.dumps(flagship_items(conn, names))}
    return {
        int(row[0]): FlagshipSales(row[1], int(row[2]))
        for row in _rows(conn, "flagship_sales", parameters)
    }


def _flagship(
    conn: sqlite3.Connection, names: Sequence[str], window: dict[str, str]
) -> dict[int, str] | None:
    if not names:
        return None
    sold = flagship_sales(conn, names, window)
    return {number: one.last for number, one in sold.items() if one.last is not None}


def _rows(conn: sqlite3.Connection, name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    cursor = conn.cursor()
    cursor.row_factory = None
    return cursor.execute(query(name), parameters).fetchall()


def _before(as_of: date, days: int) -> str:
    return (as_of - timedelta(days=days)).isoformat()


def at_age(
    conn: sqlite3.Connection, *, as_of: date, currency: str, age: int, after: int
) -> list[AtAge]:
    """Return what every customer was ``age`` days after its first purchase, and what followed.

    Customers who are younger than that at ``as_of`` are among them, with what they did so far.
    """
    parameters = {"as_of": as_of.isoformat(), "currency": currency, "age": age, "after": after}
    return [AtAge(*row) for row in _rows(conn, "similar_ages", parameters)]
