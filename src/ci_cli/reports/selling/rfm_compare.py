"""``rfm compare``: two saved runs, and who moved from which segment to which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ci_cli.analysis.rfm import Scores, code
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import by_customer, customer_code, merged_note
from ci_cli.shapes.trade import SavedScore
from ci_cli.text import msg

ENTERED = "(entered)"
LEFT = "(left)"


def build(
    before: Sequence[SavedScore],
    after: Sequence[SavedScore],
    *,
    names: tuple[str, str],
    currency: str,
    order: Sequence[str] = (),
    moves: bool = False,
    bins: tuple[int, int] = (5, 5),
) -> Report:
    """Lay out the moves between two runs.

    Args:
        before: the earlier run, its ids resolved to the customers of today.
        after: the later run, likewise.
        names: what the two runs are called.
        currency: of the money in both.
        order: segment keys in the order of their map; others follow by name.
        moves: put the list of customers who moved first, for csv and for reading.
        bins: score levels of the two runs, for the codes.
    """
    old, merged_before = by_customer(before)
    new, merged_after = by_customer(after)
    pairs = Counter(
        (_place(old.get(key), ENTERED), _place(new.get(key), LEFT))
        for key in old.keys() | new.keys()
    )
    tables = [_matrix(pairs, order), _movers(old, new, currency, bins)]
    stayed = sum(count for (start, end), count in pairs.items() if start == end)
    entered = sum(count for (start, _end), count in pairs.items() if start == ENTERED)
    left = sum(count for (_start, end), count in pairs.items() if end == LEFT)
    notes = [
        Note(
            msg(
                "Stayed in their segment: {stayed}. Moved: {moved}. Entered: {entered}. "
                "Left: {left}.",
                stayed=stayed,
                moved=sum(pairs.values()) - stayed - entered - left,
                entered=entered,
                left=left,
            )
        )
    ]
    notes += merged_note(merged_before + merged_after)
    return Report(
        "rfm-compare",
        msg("Moves from {before} to {after}", before=names[0], after=names[1]),
        tables[::-1] if moves else tables,
        {"before": names[0], "after": names[1], "currency": currency},
        notes,
    )


def _place(score: SavedScore | None, absent: str) -> str:
    """Return the segment, or the code where the run had no segment names."""
    if score is None:
        return absent
    return score.segment or f"{score.r}-{score.f}-{score.m}"


def _matrix(pairs: Counter[tuple[str, str]], order: Sequence[str]) -> Table:
    """Return from-segments as rows and to-segments as columns; the last of each is outside."""
    seen = {place for pair in pairs for place in pair} - {ENTERED, LEFT}
    places = [key for key in order if key in seen]
    places += sorted(seen - set(places))
    starts = [*places, ENTERED] if any(start == ENTERED for start, _ in pairs) else places
    ends = [*places, LEFT] if any(end == LEFT for _, end in pairs) else places
    rows: list[tuple[Any, ...]] = []
    for start in starts:
        counts = [pairs.get((start, end), 0) for end in ends]
        rows.append((start, *counts, sum(counts)))
    columns = (
        Column("segment", msg("from \\ to"), "state"),
        *(Column(end, end, "int") for end in ends),
        Column("all", msg("all"), "int"),
    )
    sums = [sum(pairs.get((start, end), 0) for start in starts) for end in ends]
    return Table("moves", columns, rows, msg("From segment to segment"), (None, *sums, sum(sums)))


def _movers(
    old: dict[int, SavedScore],
    new: dict[int, SavedScore],
    currency: str,
    bins: tuple[int, int],
) -> Table:
    """Return one row per customer whose segment changed, entered or left; most money first."""
    rows: list[tuple[int, tuple[Any, ...]]] = []
    for key in old.keys() | new.keys():
        was, now = old.get(key), new.get(key)
        start, end = _place(was, ENTERED), _place(now, LEFT)
        if start == end:
            continue
        money = (was.net if was else None, now.net if now else None)
        change = (money[1] or 0) - (money[0] or 0)
        known = now or was
        row = (
            customer_code(key),
            known.name if known else "",
            start,
            end,
            code(Scores(was.r, was.f, was.m), bins[0]) if was else None,
            code(Scores(now.r, now.f, now.m), bins[1]) if now else None,
            *money,
            change,
        )
        rows.append((key, row))
    rows.sort(key=lambda entry: (-max(entry[1][6] or 0, entry[1][7] or 0), entry[0]))
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("from", msg("from"), "state"),
        Column("to", msg("to"), "state"),
        Column("code_before", msg("code before"), "id"),
        Column("code_after", msg("code after"), "id"),
        Column("revenue_before", msg("revenue before"), "money", currency),
        Column("revenue_after", msg("revenue after"), "money", currency),
        Column("change", msg("change"), "money", currency),
    )
    return Table("movers", columns, [row for _key, row in rows], msg("Who moved"))
