"""``health profile``: the profiles that are known, and one of them part by part."""

from __future__ import annotations

from collections.abc import Sequence

from ci_cli.analysis.health.profile import Profile
from ci_cli.report import Column, Report, Table
from ci_cli.text import msg


def build(profiles: Sequence[Profile], *, language: str) -> Report:
    """List profiles; who is judged by which stands in ``industries``."""
    columns = (
        Column("profile", msg("profile"), "state"),
        Column("title", msg("title")),
        Column("industries", msg("industries")),
        Column("hard", msg("hard"), "int"),
        Column("soft", msg("soft"), "int"),
        Column("months", msg("months"), "int"),
        Column("support", msg("support"), "state"),
    )
    rows = [
        (
            one.key, one.titles.get(language) or one.titles.get("en") or "",
            ", ".join(one.industries), _weight(one, "hard"), _weight(one, "soft"), one.months,
            one.polarity,
        )
        for one in profiles
    ]  # fmt: skip
    return Report("health-profiles", msg("Health profiles"), [Table("profiles", columns, rows)])


def parts(profile: Profile) -> Report:
    """Lay out one profile part by part."""
    columns = (
        Column("part", msg("part"), "state"),
        Column("family", msg("facts"), "state"),
        Column("weight", msg("weight"), "int"),
        Column("curve", msg("curve: value → score")),
        Column("metric", msg("usage series")),
        Column("against", msg("against"), "state"),
    )
    rows = [
        (
            part.key, part.family, part.weight,
            ", ".join(f"{x:g} → {y:g}" for x, y in part.curve.points), part.metric,
            part.against if part.metric else None,
        )
        for part in profile.parts
    ]  # fmt: skip
    total = (None, None, sum(part.weight for part in profile.parts), None, None, None)
    return Report(
        "health-profile",
        msg("Health profile {name}", name=profile.key),
        [Table("parts", columns, rows, None, total)],
        {
            "profile": profile.key, "months": profile.months,
            "contact_days": profile.contact_days, "support_days": profile.support_days,
            "polarity": profile.polarity, "half_life_days": profile.half_life_days,
            "flagship": list(profile.flagship),
            "bands": {"amber": profile.amber_from, "green": profile.green_from},
        },
    )  # fmt: skip


def _weight(profile: Profile, family: str) -> int:
    return sum(part.weight for part in profile.parts if part.family == family)
