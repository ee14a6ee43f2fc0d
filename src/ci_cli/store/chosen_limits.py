"""The limits that ``procat backtest --save`` chose, by currency, among the settings of the store.

They are a setting and no data of their own: one value, written whole.
"""

from __future__ import annotations

import json
import sqlite3

from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.categories import ChosenLimits
from ci_cli.store import engine
from ci_cli.text import msg

KEY = "procat_limits"


def read(conn: sqlite3.Connection) -> dict[str, ChosenLimits]:
    """Return the chosen limits by currency; none where the built-in ones hold.

    Raises:
        CiError: ``store-damaged``: the setting was altered from outside.
    """
    text = engine.meta(conn, KEY)
    if not text:
        return {}
    try:
        return {
            str(currency): ChosenLimits(**{**figures, "alarm": float(figures["alarm"]),
                                           "watch": float(figures["watch"])})
            for currency, figures in json.loads(text).items()
        }  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CiError(
            "store-damaged",
            msg("The limits of the early warning in the store cannot be read."),
            hint=msg("`ci-cli procat backtest --reset` goes back to the built-in ones."),
            exit_code=ExitCode.DAMAGED,
        ) from error


def keep(conn: sqlite3.Connection, chosen: dict[str, ChosenLimits]) -> None:
    """Let the early warning go by limits in some currencies; the caller holds the transaction."""
    every = {**read(conn), **chosen}
    plain = {currency: limits._asdict() for currency, limits in sorted(every.items())}
    engine.set_meta(conn, KEY, json.dumps(plain))


def forget(conn: sqlite3.Connection) -> None:
    """Let it go by the built-in limits again; the caller holds the transaction."""
    engine.set_meta(conn, KEY, "")
