"""Dimensions from a file beside the store: who leads which salesperson, say.

One column of the file says what its rows are about; which one is found by its values, which must be
keys of a dimension that the facts have. Every other column is then a dimension of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.models.names import name_key
from ci_cli.shapes.pivots import Question
from ci_cli.store.engine import Connection
from ci_cli.text import msg

# dimensions that a row of a file may be about, the most likely first
ABOUT = ("owner", "customer", "product", "category", "industry", "country", "region", "city",
         "tier", "channel", "source", "kind", "stage", "competitor", "topic")  # fmt: skip
LEAST_KNOWN = 0.5  # share of the rows that must be about something that the facts have


@dataclass(frozen=True)
class Lookup:
    """The rows of a file, by column; ``columns`` are its headers."""

    file: str = ""
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def column(self, name: str) -> str | None:
        """Return the column that a person means, however it is written."""
        wanted = name_key(name)
        return next((head for head in self.columns if wanted and name_key(head) == wanted), None)


def read_lookup(path: Path) -> Lookup:
    """Read a file; its first row holds the headers."""
    from ci_cli.readers.base import ReadOptions
    from ci_cli.readers.opening import open_tables

    with open_tables(path, ReadOptions()) as tables:
        rows = [row for chunk in tables[0].chunks() for row in chunk.rows] if tables else []
    header = [cell.strip() for cell in rows[0]] if rows else []
    width = len(header)
    filled = [[*(cell.strip() for cell in row[:width]), *[""] * (width - len(row))]
              for row in rows[1:] if any(cell.strip() for cell in row)]  # fmt: skip
    values = list(zip(*filled, strict=True)) if filled else [()] * width
    return Lookup(
        str(path), {head: column for head, column in zip(header, values, strict=True) if head}
    )


def with_lookup(
    conn: Connection, question: Question, looked_up: Lookup, used: Sequence[str]
) -> Question:
    """Return a question that knows the columns of a file which it names.

    Raises:
        CiError: ``pivot-lookup-unknown``: no column of the file names what the facts are about, or
            one that does has a value twice.
    """
    if not looked_up.file or not used:
        return question
    head, about, keys = _about(conn, question, looked_up)
    told = [keys.get(name_key(text)) for text in looked_up.columns[head]]
    twice = sorted(key for key, times in Counter(told).items() if key and times > 1)
    if twice:
        raise CiError(
            "pivot-lookup-unknown",
            msg("{column} names {value} more than once.", column=head, value=twice[0]),
            hint=msg("Each row of the file must be about another one."),
            where=Where(file=looked_up.file), exit_code=ExitCode.DECIDE,
        )  # fmt: skip
    maps = {
        name: {key: value for key, value in zip(told, looked_up.columns[name], strict=True)
               if key and value}
        for name in used
    }  # fmt: skip
    return replace(
        question,
        maps={**question.maps, **maps},
        joined={**question.joined, **dict.fromkeys(used, about)},
    )


def _about(
    conn: Connection, question: Question, looked_up: Lookup
) -> tuple[str, str, dict[str | None, str]]:
    """Return the column that rows are about, the dimension, its keys by how people write them."""
    from ci_cli.store import pivot, pivot_words

    plain = replace(question, maps={}, joined={})
    best: tuple[float, str, str, dict[str | None, str]] = (0.0, "", "", {})
    for name in ABOUT:
        if name not in pivot.known_dimensions(question.base):
            continue
        labels = pivot_words.labels(conn, question.base, name)
        known = [key for key in pivot.keys(conn, plain, name) if key]
        keys: dict[str | None, str] = {name_key(labels.get(key, key)): key for key in known}
        keys |= {name_key(key): key for key in known}
        for head, values in looked_up.columns.items():
            told = [text for text in values if text]
            share = sum(name_key(text) in keys for text in told) / len(told) if told else 0.0
            if share > best[0]:
                best = (share, head, name, keys)
    if best[0] < LEAST_KNOWN:
        raise CiError(
            "pivot-lookup-unknown",
            msg("No column of the file names what {base} are about.", base=question.base),
            hint=msg("One column must hold salespeople, customers, products or the like as the"
                     " store has them."),
            where=Where(file=looked_up.file), exit_code=ExitCode.DECIDE,
            details=(", ".join(looked_up.columns),),
        )  # fmt: skip
    return best[1:]
