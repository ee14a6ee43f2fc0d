"""``health run``: every customer from 0 to 100, hard and soft facts apart, and what is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from ci_cli.analysis.health.profile import BANDS, Profile
from ci_cli.analysis.health.score import CONFIDENT, Health
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import as_of_text, customer_code
from ci_cli.text import msg

DISAGREE = 3_000  # hundredths of a point between hard and soft that are worth a look
UNKNOWN = "unknown"


def build(
    customers: Sequence[Health], *, as_of: date, currency: str, language: str, flagship: bool,
) -> Report:  # fmt: skip
    """Lay out a whole run.

    Args:
        customers: judged, the least healthy first.
        as_of: the day that it speaks for.
        currency: of the money.
        language: "en" or "zh", for the titles of profiles.
        flagship: whether a flagship is named anywhere.
    """
    profiles = list({one.profile.key: one.profile for one in customers}.values())
    tables = [customer_table(customers, currency), _bands(customers, currency)]
    return Report(
        "health-run",
        msg("Health, {as_of}", as_of=as_of_text(as_of)),
        tables,
        {
            "as_of": as_of.isoformat(),
            "currency": currency,
            "profiles": sorted(profile.key for profile in profiles),
        },
        [*_profile_notes(profiles, language), *notes(customers, flagship=flagship)],
    )


def customer_table(customers: Sequence[Health], currency: str, *, is_card: bool = False) -> Table:
    """Return one row per customer; metrics of people's own profiles have a column each."""
    own = own_metrics(customers)
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("health", msg("health"), "number"),
        Column("band", msg("band"), "state"),
        Column("hard", msg("hard"), "number"),
        Column("soft", msg("soft"), "number"),
        Column("gap", msg("soft − hard"), "number"),
        Column("coverage", msg("known"), "percent"),
        Column("weakest", msg("costs most"), "state"),
        Column("profile", msg("profile"), "state"),
        Column("revenue", msg("revenue"), "money", currency),
        *(Column(f"metric_{key}", key, "number") for key in own),
        Column("missing", msg("not known"), "text"),
    )
    return Table("customers", columns, [_row(one, own) for one in customers], is_card=is_card)


def own_metrics(customers: Sequence[Health]) -> list[str]:
    """Return the keys of the metrics that the profiles of these customers define, each once."""
    return list(dict.fromkeys(
        part.key for one in customers for part in one.profile.parts if part.metric is not None
    ))  # fmt: skip


def _row(one: Health, own: Sequence[str]) -> tuple[Any, ...]:
    values = {part.part.key: part.measure.value for part in one.parts}
    return (
        customer_code(one.row.customer_id), one.row.name, points(one.score), one.band or UNKNOWN,
        points(one.hard), points(one.soft), points(one.gap), one.coverage / 100, weakest(one),
        one.profile.key, one.row.net, *(values.get(key) for key in own), ", ".join(one.missing),
    )  # fmt: skip


def points(hundredths: int | None) -> float | None:
    """Return points with two decimals."""
    return None if hundredths is None else hundredths / 100


def weakest(one: Health) -> str | None:
    """Return the part that costs the most points."""
    lost = [(part.points - part.possible, part.part.key) for part in one.parts]
    return min(lost)[1] if lost and min(lost)[0] < 0 else None


def _bands(customers: Sequence[Health], currency: str) -> Table:
    count = Counter(one.band or UNKNOWN for one in customers)
    money: Counter[str] = Counter()
    for one in customers:
        money[one.band or UNKNOWN] += one.row.net
    columns = (
        Column("band", msg("band"), "state"),
        Column("customers", msg("customers"), "int"),
        Column("revenue", msg("revenue"), "money", currency),
    )
    rows = [(band, count[band], money[band]) for band in (*BANDS, UNKNOWN) if count[band]]
    return Table("bands", columns, rows, msg("Bands"))


def _profile_notes(profiles: Sequence[Profile], language: str) -> list[Note]:
    return [
        Note(
            msg(
                "Profile {key} ({title}): the window has {months} months; amber from {amber} "
                "points, green from {green}.",
                key=one.key,
                title=one.titles.get(language) or one.titles.get("en") or one.key,
                months=one.months,
                amber=one.amber_from,
                green=one.green_from,
            )
        )
        for one in profiles
    ]


def notes(customers: Sequence[Health], *, flagship: bool) -> list[Note]:
    """Say how to read the scores, what is not known, and where hard and soft disagree."""
    found = [
        Note(
            msg(
                "Scores compare customers within a profile. What is not known lowers the known "
                "share, never the score."
            )
        )
    ]
    thin = sum(one.coverage < CONFIDENT for one in customers)
    if thin:
        found.append(
            Note(
                msg(
                    "Customers of whom less than {percent} % of the profile is known: {n} of {all}."
                    " Their score is a guess.",
                    percent=CONFIDENT,
                    n=thin,
                    all=len(customers),
                ),
                "warning",
            )
        )
    apart = sum(one.gap is not None and abs(one.gap) >= DISAGREE for one in customers)
    if apart:
        found.append(
            Note(
                msg(
                    "Customers whose hard and soft score differ by {points} points and more: {n}.",
                    points=DISAGREE // 100,
                    n=apart,
                )
            )
        )
    if not flagship and any("adoption" in one.missing for one in customers):
        found.append(
            Note(
                msg(
                    "No flagship is named, so adoption is not known: --flagship NAME, 'flagship' in"
                    " the profile, or `ci-cli report adoption --save`."
                )
            )
        )
    return found
