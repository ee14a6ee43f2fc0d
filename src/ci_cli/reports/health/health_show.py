"""``health show``: one customer, the parts of its score and what each of them is worth."""

from __future__ import annotations

from datetime import date

from ci_cli.analysis.health.score import Health
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import as_of_text, customer_code
from ci_cli.reports.health.health_run import customer_table, notes, points
from ci_cli.text import msg


def build(one: Health, *, as_of: date, currency: str, flagship: bool) -> Report:
    """Lay out one customer.

    Args:
        one: the customer, judged.
        as_of: the day that it speaks for.
        currency: of the money.
        flagship: whether a flagship is named.
    """
    code = customer_code(one.row.customer_id)
    return Report(
        "health-show",
        msg("{code} {name}, {as_of}", code=code, name=one.row.name, as_of=as_of_text(as_of)),
        [customer_table([one], currency, is_card=True), part_table(one)],
        {
            "as_of": as_of.isoformat(),
            "currency": currency,
            "customer": code,
            "profile": one.profile.key,
        },
        [*spike_notes(one), *notes([one], flagship=flagship)],
    )


def part_table(one: Health) -> Table:
    """Return one row per part of the profile; those that are not known stand last."""
    columns = (
        Column("part", msg("part"), "state"),
        Column("family", msg("facts"), "state"),
        Column("value", msg("value"), "number"),
        Column("weight", msg("weight"), "int"),
        Column("score", msg("score"), "number"),
        Column("points", msg("points"), "number"),
        Column("possible", msg("of"), "number"),
    )
    by_key = {scored.part.key: scored for scored in one.parts}
    rows = [
        (
            part.key, part.family, scored.measure.value, part.weight, scored.score,
            points(scored.points), points(scored.possible),
        )
        for part in one.profile.parts
        if (scored := by_key.get(part.key)) is not None
    ]  # fmt: skip
    missing = [
        (part.key, part.family, None, part.weight, None, None, None)
        for part in one.profile.parts
        if part.key in one.missing
    ]
    total = (None, None, None, one.coverage, None, points(one.score), None)
    return Table("parts", columns, [*rows, *missing], msg("Parts"), total)


def spike_notes(one: Health) -> list[Note]:
    """Say it where asking for support has soared."""
    if not any(part.measure.is_spike for part in one.parts):
        return []
    return [
        Note(
            msg(
                "Requests of the last {days} days are far above this customer's own normal, so "
                "they count against it.",
                days=one.profile.support_days,
            ),
            "warning",
        )
    ]
