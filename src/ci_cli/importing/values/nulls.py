"""Texts that are a database's way of writing "nothing", and how a file shows that they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ci_cli.importing.values.cells import NULL_LITERALS
from ci_cli.text import Msg, msg


@dataclass(frozen=True)
class NullRule:
    """Which texts are a database's way of writing "nothing", and why we think so."""

    literals: frozenset[str] = frozenset()
    reason: Msg | None = None


class NullEvidence:
    """What columns show of a database's words for nothing, gathered piece by piece.

    Of a column it matters which of the words stand in it, and whether all other texts are numbers
    or dates. That is kept, not the texts.
    """

    def __init__(self) -> None:
        self.holders: dict[str, set[int]] = {}  # literal -> columns
        self._others: dict[int, bool] = {}  # column -> are its other texts numbers or dates

    def look(self, columns: Sequence[Collection[str]]) -> None:
        """Find the columns that hold such a word, among all columns of some rows."""
        for place, texts in enumerate(columns):
            for literal in NULL_LITERALS:
                if literal in texts:
                    self.holders.setdefault(literal, set()).add(place)

    @property
    def doubtful(self) -> list[int]:
        """Return the columns whose other texts decide: the only ones that hold some word."""
        return sorted({at for held in self.holders.values() if len(held) == 1 for at in held})

    def judge(self, place: int, texts: Iterable[str]) -> None:
        """Look at texts of a doubtful column, of all its rows in the end."""
        others = {text for text in texts if text and text not in NULL_LITERALS}
        if others and self._others.get(place, True):
            self._others[place] = all(map(_starts_numeric, others))

    def rule(self) -> NullRule:
        r"""Decide whether ``NULL`` and ``\N`` in a file mean an empty cell.

        They do where a database export left them: in more than one column, or in a column whose
        other values are all numbers or dates. A single text column may hold a customer of that
        name. ``NA``, ``None``, ``nan`` and lower-case ``null`` are always text.
        """
        found = {
            literal
            for literal, held in self.holders.items()
            if len(held) > 1 or any(self._others.get(place, False) for place in held)
        }
        if not found:
            return NullRule()
        named = ", ".join(sorted(found))
        return NullRule(
            frozenset(found),
            msg(
                "{literals} was read as an empty cell: a database export writes it so",
                literals=named,
            ),
        )


def _starts_numeric(text: str) -> bool:
    """Return whether ``text`` could be a number or a date."""
    return bool(re.match(r"^[-+(]?[¥￥$€£]?\d[\d.,:/\- TZ年月日]*\)?$", text))
