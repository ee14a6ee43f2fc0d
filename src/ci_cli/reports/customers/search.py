"""``search``: what was found, each with the words around the first match."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.shapes.views import SORTS, Found
from ci_cli.text import msg

AROUND = 50  # characters before and after the match
OPEN, CLOSE = "[[", "]]"


def build(found: Found, words: Sequence[str], *, query: str) -> Report:
    """Lay out what a search found.

    Args:
        found: from the store.
        words: what was looked for.
        query: the same as it was typed.
    """
    columns = (
        Column("kind", msg("kind"), "state"),
        Column("key", msg("number or id"), "id"),
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("day", msg("day"), "date"),
        Column("author", msg("by")),
        Column("text", msg("text")),
    )
    rows = [
        (
            hit.sort, hit.key, customer_code(hit.customer_id) if hit.customer_id else None,
            hit.customer, hit.day, hit.author, snippet(hit.text, words),
        )
        for hit in found.hits
    ]  # fmt: skip
    total = sum(found.counts.values())
    told = ", ".join(f"{sort} {found.counts[sort]}" for sort in SORTS if sort in found.counts)
    notes = [
        Note(msg("Found: {n} ({list}). Listed: {listed}.", n=total, list=told, listed=len(rows)))
        if total
        else Note(msg("Nothing holds all of {text}.", text=query))
    ]
    return Report(
        "search",
        msg("Search: {text}", text=query),
        [Table("hits", columns, rows)],
        {"query": query, "words": list(words), "found": total, "by_kind": found.counts},
        notes,
    )


def snippet(text: str, words: Sequence[str]) -> str:
    """Return the words around the first match in one line, every match between ``[[`` and ``]]``.

    Such brackets of the text itself are set apart, so that only ours mark a match.
    """
    line = " / ".join(part.strip() for part in text.splitlines() if part.strip())
    line = line.replace("[[", "[ [").replace("]]", "] ]")
    longest_first = sorted((word for word in words if word), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
    first = pattern.search(line) if longest_first else None
    start = max(0, first.start() - AROUND) if first else 0
    end = min(len(line), (first.end() if first else 0) + 2 * AROUND)
    marked = pattern.sub(lambda match: f"{OPEN}{match[0]}{CLOSE}", line[start:end])
    shown = marked if first else line[start:end]
    return f"{'…' if start else ''}{shown}{'…' if end < len(line) else ''}"
