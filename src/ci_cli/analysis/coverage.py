"""Which accounts were called in person in a period, and how large a share of all that is.

Coverage is accounts personally called in the period / active accounts. An account is active when
it bought inside the window; it was called when a call, visit, meeting or demo came about. E-mail is
no call, an internal note is no contact, a refused or unanswered call did not come about.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ci_cli.analysis.periods import Window, window
from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.talks import LastTouch
from ci_cli.text import msg

_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True)
class Account:
    """One customer as call lists see it; ``revenue`` is None where currencies differ."""

    customer_id: int
    name: str
    owner: str | None
    tier: str | None
    last_order: str | None
    revenue: int | None = None


@dataclass(frozen=True)
class Coverage:
    """Who was called in person, out of all active accounts; ``uncalled`` the largest first."""

    period: Window
    active: int
    called: int
    uncalled: list[tuple[Account, LastTouch | None]]

    @property
    def share(self) -> float | None:
        """Return called / active; None where nobody is active."""
        return self.called / self.active if self.active else None


def calling_period(every: str, today: date) -> Window:
    """Return the days of the period that runs today, up to today.

    Args:
        every: ``month``, ``quarter``, ``half`` or ``year`` of the calendar; or a length such as
            ``90d``, ``6w``, ``3m``, which ends today.
        today: the last day.

    Raises:
        CiError: ``window-invalid``, exit 2.
    """
    wanted = every.strip().lower()
    if wanted in _MONTHS:
        months = _MONTHS[wanted]
        first = today.replace(month=(today.month - 1) // months * months + 1, day=1)
        return Window(wanted, first, today)
    if wanted == "all":
        raise CiError(
            "window-invalid",
            msg("'{value}' is not a length of time.", value=every),
            hint=msg("Write month, quarter, half, year, or a length such as 90d or 6w."),
            exit_code=ExitCode.DECIDE,
        )
    return window(wanted, today)


def period_end(period: Window) -> date:
    """Return the last day of the calendar period, or of the length that ends today."""
    months = _MONTHS.get(period.label)
    if months is None or period.first is None:
        return period.last
    month = period.first.month + months - 1
    return date(period.first.year, month, calendar.monthrange(period.first.year, month)[1])


def coverage(
    accounts: Iterable[Account], touches: Mapping[int, LastTouch], period: Window
) -> Coverage:
    """Return who was called in person in ``period``.

    Args:
        accounts: the active ones.
        touches: when each was last reached up to the last day of the period.
        period: the days that count.
    """
    first = "" if period.first is None else period.first.isoformat()
    active = called = 0
    uncalled = []
    for account in accounts:
        active += 1
        touch = touches.get(account.customer_id)
        if touch is not None and touch.personal is not None and touch.personal >= first:
            called += 1
        else:
            uncalled.append((account, touch))
    uncalled.sort(key=_urgency)
    return Coverage(period, active, called, uncalled)


def _urgency(entry: tuple[Account, LastTouch | None]) -> tuple[int, str, int]:
    account, touch = entry
    return -(account.revenue or 0), (touch.personal if touch else None) or "", account.customer_id
