"""How many customers share a tag, and how often two of them go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ci_cli.tags.decay import Standing

Held = Mapping[int, Sequence[Standing]]  # customer -> its tags


def tally(held: Held, language: str) -> list[tuple[str, str, int, int, float | None]]:
    """Return (code, name, customers, pieces of evidence, mean weight) of each tag, by customers."""
    found: dict[str, list[Standing]] = {}
    for tags in held.values():
        for one in tags:
            found.setdefault(one.kind.code, []).append(one)
    rows = [
        (code, ones[0].kind.label(language), len(ones), sum(one.events for one in ones),
         sum(sorted(one.weight for one in ones)) / len(ones))
        for code, ones in found.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row[2], row[0]))


def crosstab(
    code: str, by: str, held: Held, everybody: Sequence[int], groups: Mapping[int, str] | None
) -> dict[str, tuple[int, int]]:
    """Return for each group how many customers have a tag and how many do not.

    Args:
        code: of the tag.
        by: the other tag; the groups are then those with and without it.
        held: tags of customers.
        everybody: numbers of all customers.
        groups: of the customers by number, where they are grouped by something else.

    Raises:
        AssertionError: the sums are not those of the customers; they are checked on every call.
    """
    having = {number for number, tags in held.items() if any(t.kind.code == code for t in tags)}
    if groups is None:
        with_other = {n for n, tags in held.items() if any(t.kind.code == by for t in tags)}
        groups = {n: f"with {by}" if n in with_other else f"without {by}" for n in everybody}
    cells: dict[str, list[int]] = {}
    for number in everybody:
        cell = cells.setdefault(groups.get(number, ""), [0, 0])
        cell[number not in having] += 1
    found = {name: (cell[0], cell[1]) for name, cell in sorted(cells.items())}
    all_with = sum(cell[0] for cell in found.values())
    if all_with != len(having) or all_with + sum(c[1] for c in found.values()) != len(everybody):
        raise AssertionError("the groups do not add up to the customers")
    return found
