"""What people type about a goal: metric, target and day, checked before anything is done."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from ci_cli.analysis.goals import stored
from ci_cli.cli.programme.goal_metrics import METRICS, Metric
from ci_cli.cli.programme.goal_status import scale_of
from ci_cli.errors import CiError, ExitCode
from ci_cli.text import Msg, msg

_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?")
_BEYOND = 10**15  # millionths of a count, or of the share of a figure that grew a thousandfold


def metric_of(text: str) -> str:
    """Return the key of a metric.

    Raises:
        CiError: ``metric-unknown``, exit 2.
    """
    key = text.strip().casefold().replace("-", "_")
    if key not in METRICS:
        raise CiError(
            "metric-unknown",
            msg("There is no metric {name}.", name=text),
            hint=msg("Choose one of: {known}. `ci-cli goal metrics` defines them.",
                     known=", ".join(METRICS)),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip
    return key


def target_of(metric: Metric, text: str) -> tuple[int, str | None]:
    """Return a target as goals keep it, and the currency written with it, if any.

    Raises:
        CiError: ``goal-target-invalid`` or ``amount-invalid``, exit 2.
    """
    if metric.kind == "money":
        from ci_cli.importing.values.typed_money import typed_money

        return typed_money(text)
    wanted = text.strip().replace("％", "%").replace(" ", "")
    share = wanted.endswith("%")
    number = _NUMBER.fullmatch(wanted.removesuffix("%"))
    value = Fraction(number[0]) if number else None
    if value is not None and metric.kind == "percent":
        # 0.5 can only be a half; 50 and 1 may be anything
        value = value / 100 if share else value if "." in wanted and value < 1 else None
    elif share:
        value = None
    if value is None or not _fits(metric, value):
        raise CiError(
            "goal-target-invalid",
            msg("{value} is no target for this metric.", value=text),
            hint=_how(metric),
            exit_code=ExitCode.DECIDE,
        )
    return stored(value, scale_of(metric)), None


def _fits(metric: Metric, value: Fraction) -> bool:
    if metric.kind == "number":
        return -100 <= value <= 100
    if metric.kind == "int":
        return value >= 0 and value.denominator == 1 and stored(value, scale_of(metric)) <= _BEYOND
    # more than all is possible where customers can buy more than before
    return 0 <= value <= (10 if metric.in_money else 1)


def _how(metric: Metric) -> Msg:
    if metric.kind == "percent":
        return msg("Write a share with its sign, for example 50%.")
    if metric.kind == "int":
        return msg("Write a whole number, for example 120.")
    return msg("Write points from -100 to 100, for example 30.")


def day_of(text: str, today: date, begins: date) -> date:
    """Return the day of a goal, which must lie ahead.

    Args:
        text: a day, ``+6m``, or a month: its last day.
        today: the day that counts as today.
        begins: the day of the figure that the goal begins with.

    Raises:
        CiError: ``day-invalid``, ``goal-day-past``, exit 2.
    """
    from ci_cli.analysis.periods import last_day
    from ci_cli.analysis.spoken_days import spoken_day

    try:
        day = last_day(text.strip())
    except ValueError:
        day = spoken_day(text, today, ahead=True)
    if day <= max(today, begins):
        raise CiError(
            "goal-day-past",
            msg("{day} has come already: a goal needs time.", day=day.isoformat()),
            hint=msg("Choose a day after {day}.", day=max(today, begins).isoformat()),
            exit_code=ExitCode.DECIDE,
        )
    return day


def number_of(text: str) -> int:
    """Return the number of a goal that somebody typed: ``3`` or ``G3``.

    Raises:
        CiError: ``goal-unknown``, exit 2.
    """
    from ci_cli.store.goals import unknown

    digits = text.strip().lstrip("Gg")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
        raise unknown(text)
    return int(digits)


def currency_of(
    metric: Metric, asked: str | None, written: str | None, known: list[str]
) -> str | None:
    """Return the currency that a goal speaks of; None where it counts customers.

    Raises:
        CiError: ``currency-unknown``, ``goal-currency``, ``amount-invalid``, exit 2.
    """
    if not metric.in_money:
        return None
    wanted = asked.upper() if asked else written
    if asked and written and asked.upper() != written:
        raise CiError(
            "amount-invalid",
            msg("The amount is in {one}, --currency says {other}.", one=written, other=wanted),
            hint=msg("Say the currency once."),
            exit_code=ExitCode.DECIDE,
        )
    if wanted is None and len(known) > 1:
        raise CiError(
            "goal-currency",
            msg("The store has orders in several currencies: {known}.", known=", ".join(known)),
            hint=msg("Say with --currency which one the goal is about."),
            exit_code=ExitCode.DECIDE,
        )
    if wanted is not None and known and wanted not in known:
        raise CiError(
            "currency-unknown",
            msg("The store has no orders in {currency}.", currency=wanted),
            hint=msg("It has: {known}.", known=", ".join(known) or "-"),
            exit_code=ExitCode.DECIDE,
        )
    return wanted or (known[0] if known else None)
