"""``health compare``: two saved runs, and who moved from which band to which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ci_cli.analysis.health.profile import BANDS
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import by_customer, customer_code, merged_note
from ci_cli.reports.health.health_run import UNKNOWN, points
from ci_cli.shapes.health import SavedHealth
from ci_cli.text import msg

ENTERED = "(entered)"
LEFT = "(left)"


def build(
    before: Sequence[SavedHealth], after: Sequence[SavedHealth], *, names: tuple[str, str],
    currencies: tuple[str, str], moves: bool = False,
) -> Report:  # fmt: skip
    """Lay out the moves between two runs.

    Args:
        before: the earlier run, its ids resolved to the customers of today.
        after: the later run, likewise.
        names: what the two runs are called.
        currencies: of the money in them.
        moves: put the list of customers who moved first.
    """
    old, merged_before = by_customer(before)
    new, merged_after = by_customer(after)
    keys = old.keys() | new.keys()
    pairs = Counter((_band(old.get(key), ENTERED), _band(new.get(key), LEFT)) for key in keys)
    both = [(old[key].score, new[key].score) for key in old.keys() & new.keys()]
    known = [(one, two) for one, two in both if one is not None and two is not None]
    notes = [
        Note(
            msg(
                "Customers in both runs: {both}. Rose: {rose}. Fell: {fell}. Entered: {entered}. "
                "Left: {left}.",
                both=len(both),
                rose=sum(two > one for one, two in known),
                fell=sum(two < one for one, two in known),
                entered=len(new.keys() - old.keys()),
                left=len(old.keys() - new.keys()),
            )
        )
    ]
    notes += merged_note(merged_before + merged_after)
    changed = sum(
        old[key].profile != new[key].profile for key in old.keys() & new.keys()
    )  # scores of two profiles do not compare
    if changed:
        notes.append(
            Note(msg("Customers judged by another profile than before: {n}.", n=changed), "warning")
        )
    unit = currencies[1] if currencies[0] == currencies[1] else None
    tables = [_matrix(pairs), _movers(old, new, unit)]
    return Report(
        "health-compare",
        msg("Moves from {before} to {after}", before=names[0], after=names[1]),
        tables[::-1] if moves else tables,
        {"before": names[0], "after": names[1]},
        notes,
    )


def _band(score: SavedHealth | None, absent: str) -> str:
    return absent if score is None else score.band or UNKNOWN


def _matrix(pairs: Counter[tuple[str, str]]) -> Table:
    places = [*BANDS, UNKNOWN]
    starts = [one for one in [*places, ENTERED] if any(one == start for start, _ in pairs)]
    ends = [one for one in [*places, LEFT] if any(one == end for _, end in pairs)]
    rows: list[tuple[Any, ...]] = []
    for start in starts:
        counts = [pairs.get((start, end), 0) for end in ends]
        rows.append((start, *counts, sum(counts)))
    columns = (
        Column("band", msg("from \\ to"), "state"),
        *(Column(end, end, "int") for end in ends),
        Column("all", msg("all"), "int"),
    )
    return Table("moves", columns, rows, msg("From band to band"))


def _movers(
    old: dict[int, SavedHealth], new: dict[int, SavedHealth], currency: str | None
) -> Table:
    rows: list[tuple[int, int, tuple[Any, ...]]] = []
    for key in old.keys() | new.keys():
        was, now = old.get(key), new.get(key)
        start, end = _band(was, ENTERED), _band(now, LEFT)
        if start == end:
            continue
        known = now or was
        scores = (was.score if was else None, now.score if now else None)
        change = None if None in scores else (scores[1] or 0) - (scores[0] or 0)
        money = known.net if known else 0
        row = (
            customer_code(key), known.name if known else "", start, end, points(scores[0]),
            points(scores[1]), points(change), money,
        )  # fmt: skip
        rows.append((-money, key, row))
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("from", msg("from"), "state"),
        Column("to", msg("to"), "state"),
        Column("before", msg("health before"), "number"),
        Column("after", msg("health after"), "number"),
        Column("change", msg("change"), "number"),
        Column("revenue", msg("revenue"), "money", currency),
    )
    return Table("movers", columns, [row for _money, _key, row in sorted(rows)], msg("Who moved"))
