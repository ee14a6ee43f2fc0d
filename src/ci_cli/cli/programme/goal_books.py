"""What the metrics of goals look at: the store up to a day, each question asked once.

Nothing here knows what came after the day that is asked for: goals are judged, and their trend is
drawn, by what was known then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from ci_cli.analysis.periods import shift_months
from ci_cli.columnar import Columnar
from ci_cli.shapes.goals import Profile
from ci_cli.shapes.trade import CustomerPurchases
from ci_cli.store.engine import Connection

YEAR = 12  # months


def years_before(day: date, years: int = 1) -> date:
    """Return the same day some years before, at the earliest the first of the calendar."""
    try:
        return shift_months(day, -YEAR * years)
    except ValueError:
        return date.min


class Books:
    """The store, as metrics ask for it."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self._purchases: dict[tuple[str, str, str], Columnar[CustomerPurchases]] = {}
        self._standing: dict[date, dict[int, str]] = {}

    @cached_property
    def currencies(self) -> list[str]:
        """The currencies of all orders, the one with the most orders first."""
        from ci_cli.store import facts

        return facts.currencies(self.conn)

    @cached_property
    def profiles(self) -> Mapping[int, Profile]:
        """What is known of every customer."""
        from ci_cli.store import goals

        return goals.profiles(self.conn)

    @cached_property
    def product_firsts(self) -> Mapping[str, str]:
        """The day on which each product was first sold; what came later can be told apart."""
        from ci_cli.store import goals

        return goals.product_firsts(self.conn)

    def purchases(
        self, day: date, since: date | None, currency: str
    ) -> Columnar[CustomerPurchases]:  # fmt: skip
        """Return one row per customer up to ``day``; the window begins after ``since``."""
        from ci_cli.store import facts

        key = (day.isoformat(), "" if since is None else since.isoformat(), currency)
        if key not in self._purchases:
            self._purchases[key] = facts.customer_purchases(
                self.conn, as_of=key[0], start=key[1], currency=currency
            )
        return self._purchases[key]

    def year(self, day: date, currency: str, back: int = 0) -> Columnar[CustomerPurchases]:
        """Return the customers in the twelve months up to ``day``, or ``back`` years before."""
        end = years_before(day, back)
        return self.purchases(end, years_before(end), currency)

    def buyers(self, day: date, back: int = 0) -> set[int]:
        """Return who bought in those twelve months, in whatever currency."""
        return {
            row.customer_id
            for currency in self.currencies
            for row in self.year(day, currency, back)
            if row.orders
        }

    def amounts(self, day: date, currency: str) -> dict[int, int]:
        """Return the revenue of twelve months of everybody who bought in them."""
        return {row.customer_id: row.net for row in self.year(day, currency) if row.orders}

    def standing(self, day: date) -> dict[int, str]:
        """Return where everybody stands who ever bought."""
        from ci_cli.analysis.standing import liveliest, standings

        if day not in self._standing:
            self._standing[day] = liveliest(
                standings(self.purchases(day, None, currency), day) for currency in self.currencies
            )
        return self._standing[day]

    def last_order(self, day: date) -> date | None:
        """Return the day of the last order up to ``day``; None: there is none."""
        from ci_cli.store import facts

        last = facts.last_order_day(self.conn, day.isoformat())
        return None if last is None else date.fromisoformat(last)

    def begins(self, day: date) -> str | None:
        """Return the day of the first purchase of anybody up to ``day``."""
        from ci_cli.analysis.goals import first_bought

        firsts = (first_bought(self.purchases(day, None, currency)) for currency in self.currencies)
        return min((first for part in firsts for first in part.values()), default=None)
