"""The flagship: which products, categories or usage series it is, and who buys or uses it.

What `report adoption --save` names is one setting of the store, written whole; health goes by its
products and categories where neither a profile nor the command line names any.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date

from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.activity import Flagship, FlagshipSales
from ci_cli.store import engine, health_facts
from ci_cli.text import msg

KEY = "flagship"


def kept(conn: sqlite3.Connection) -> Flagship:
    """Return the flagship of the store; empty where none was named.

    Raises:
        CiError: ``store-damaged``: the setting was altered from outside.
    """
    text = engine.meta(conn, KEY)
    if not text:
        return Flagship((), ())
    try:
        told = json.loads(text)
        return Flagship(tuple(map(str, told["products"])), tuple(map(str, told["metrics"])))
    except (ValueError, TypeError, KeyError) as error:
        raise CiError(
            "store-damaged",
            msg("The flagship named in the store cannot be read."),
            hint=msg("`ci-cli report adoption --product NAME --save` names it anew."),
            exit_code=ExitCode.DAMAGED,
        ) from error


def keep(conn: sqlite3.Connection, flagship: Flagship) -> None:
    """Name the flagship of the store; the caller holds the transaction."""
    plain = {"products": list(flagship.products), "metrics": list(flagship.metrics)}
    engine.set_meta(conn, KEY, json.dumps(plain, ensure_ascii=False))


def sales(
    conn: sqlite3.Connection, products: Sequence[str], *, as_of: str, start: str, currency: str
) -> dict[int, FlagshipSales]:
    """Return what customers bought of products and categories; nothing for no names.

    Args:
        conn: the store.
        products: names or numbers of products, names of categories; ``*`` stands for anything.
        as_of: last day that counts.
        start: the day before the window; "" for all history.
        currency: the only one that is counted.

    Raises:
        CiError: ``flagship-unknown``, exit 2.
    """
    if not products:
        return {}
    return health_facts.flagship_sales(
        conn, products, {"as_of": as_of, "start": start, "currency": currency}
    )


def used(
    conn: sqlite3.Connection, metrics: Sequence[str], *, as_of: date, first: date | None
) -> dict[int, tuple[str, int]]:
    """Return the last period in which each customer used it, and the sum since ``first``.

    The sum is in millionths, over all series of these names.

    Raises:
        CiError: ``flagship-unknown``, exit 2, where there is no such series.
    """
    known = {
        str(row[0]).casefold() for row in conn.execute("SELECT DISTINCT metric FROM usage")
    }  # fmt: skip
    for name in metrics:
        if name.strip().casefold() not in known:
            raise CiError(
                "flagship-unknown",
                msg("There is no usage series called {name}.", name=name),
                hint=msg("Series in the store: {known}.", known=", ".join(sorted(known)) or "-"),
                exit_code=ExitCode.DECIDE,
            )
    found: dict[int, tuple[str, int]] = {}
    for figure in health_facts.usage(
        conn, as_of=as_of, days=as_of.toordinal() - 1, metrics=[one.strip() for one in metrics]
    ):
        if figure.value > 0:
            last, total = found.get(figure.customer_id, ("", 0))
            counts = first is None or figure.period >= first.isoformat()
            found[figure.customer_id] = (
                max(last, figure.period), total + (figure.value if counts else 0),
            )  # fmt: skip
    return found
