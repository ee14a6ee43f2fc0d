"""What the health commands share: the facts that each profile asks for, and judged customers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ci_cli.analysis.health.parts import ASKED_BEFORE_DAYS, OLDEST_HALF_LIVES
from ci_cli.analysis.health.profile import Profile, Profiles
from ci_cli.analysis.health.score import Health, judge
from ci_cli.analysis.periods import shift_months
from ci_cli.shapes.health import HealthBase, HealthDetails
from ci_cli.store.engine import Connection

USAGE_DAYS = 366 * 2  # two years hold what is normal of months and what is new


class Judged(NamedTuple):
    """All customers of one currency, the least healthy first, and what they were judged from."""

    as_of: date
    currency: str
    profiles: Profiles
    flagship: Sequence[str]
    bases: dict[str, HealthBase]  # by key of the profile
    customers: list[Health]


def judged(
    conn: Connection, profiles: Profiles, *, as_of: date, currency: str, flagship: Sequence[str]
) -> Judged:
    """Judge every customer of a currency on a day.

    Args:
        conn: the store.
        profiles: who is judged by what.
        as_of: last day that counts.
        currency: of the orders.
        flagship: products or categories; where there are none, those that profiles name, else
            those that the store knows.

    Raises:
        CiError: ``flagship-unknown``, exit 2.
    """
    bases = {
        profiles.default.key: base_of(
            conn, profiles.default, as_of=as_of, currency=currency, flagship=flagship
        )
    }
    industries = {row.industry for row in bases[profiles.default.key].purchases}
    for profile in map(profiles.of, sorted(industries, key=str)):
        if profile.key not in bases:
            bases[profile.key] = base_of(
                conn, profile, as_of=as_of, currency=currency, flagship=flagship
            )
    return Judged(as_of, currency, profiles, flagship, bases, judge(bases, profiles))


def base_of(
    conn: Connection, profile: Profile, *, as_of: date, currency: str, flagship: Sequence[str]
) -> HealthBase:
    """Return the facts that one profile asks for, of everybody."""
    from ci_cli.store import health_facts

    return health_facts.base(
        conn, as_of=as_of, currency=currency, starts=starts(profile, as_of),
        support_days=profile.support_days, asked_before_days=ASKED_BEFORE_DAYS,
        soft_days=soft_days(profile), usage_days=USAGE_DAYS,
        flagship=flagship_of(conn, profile, flagship), metrics=profile.metrics,
        polarity=polarity(conn),
    )  # fmt: skip


def flagship_of(conn: Connection, profile: Profile, said: Sequence[str]) -> Sequence[str]:
    """Return what counts as the flagship: what was said, else the profile's, else the store's."""
    from ci_cli.store import flagships

    return said or profile.flagship or flagships.kept(conn).products


def starts(profile: Profile, as_of: date) -> tuple[str, str]:
    """Return the day before the window, and the day before the window before it."""
    return (
        shift_months(as_of, -profile.months).isoformat(),
        shift_months(as_of, -2 * profile.months).isoformat(),
    )


def soft_days(profile: Profile) -> int:
    """Return how far back what somebody said can still count."""
    return profile.half_life_days * OLDEST_HALF_LIVES + 1


def polarity(conn: Connection) -> dict[str, float]:
    """Return what each tag is worth as a soft fact: its strength, bad below 0."""
    from ci_cli.tags import apply as tagging

    return {code: kind.polarity * kind.strength for code, kind in tagging.kinds(conn).items()}


def details_of(conn: Connection, run: Judged, one: Health) -> HealthDetails:
    """Return the records behind the health of one customer."""
    from ci_cli.store import health_details

    return health_details.details(
        conn, one.row.customer_id, as_of=run.as_of, currency=run.currency,
        soft_days=soft_days(one.profile), usage_days=USAGE_DAYS,
        flagship=flagship_of(conn, one.profile, run.flagship), metrics=one.profile.metrics,
        polarity=polarity(conn),
    )  # fmt: skip
