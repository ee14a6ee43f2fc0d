"""Names in XML: which elements are rows, and what the columns are called."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.text import msg

ABOVE = "^"  # begins the key of a column that comes from an element around the record
_MOST_CANDIDATES = 8
_MOST_COUNTED = 10_000  # different names; a file with more has no records


@dataclass(frozen=True)
class RecordPath:
    """The path of the element that is one row: ``Order``, ``//Orders/Order``, ``/Root/Order``."""

    steps: tuple[str, ...]
    from_root: bool

    @classmethod
    def parse(cls, text: str, path: Path) -> RecordPath:
        """Read what the user wrote; prefixes of namespaces are ignored.

        Raises:
            CiError: ``record-path``.
        """
        plain = text.strip()
        anywhere = plain.startswith("//") or not plain.startswith("/")
        steps = tuple(step.rpartition(":")[2] for step in plain.lstrip("/").split("/"))
        if not all(step and not set(step) & set("[]@()= ") for step in steps):
            raise CiError(
                "record-path",
                msg("{path} is no path of an element", path=text),
                hint=msg("write it like //Orders/Order"),
                where=Where(file=str(path)),
                exit_code=ExitCode.DECIDE,
            )
        return cls(steps, not anywhere)

    def matches(self, names: list[str]) -> bool:
        """Say whether the element with these names from the root down is a record."""
        steps = self.steps
        if names[-1] != steps[-1] and steps[-1] != "*":
            return False
        if len(names) < len(steps) or (self.from_root and len(names) != len(steps)):
            return False
        return all(
            step in ("*", name) for step, name in zip(steps, names[-len(steps) :], strict=True)
        )


@dataclass
class Candidates:
    """Counts the elements that could be rows: those with parts, by their outer and own name."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    repeating: set[tuple[str, str]] = field(default_factory=set)

    def add(self, outer: str, name: str, *, repeats: bool) -> None:
        """Count one element; ``repeats``: another of its name stood beside it before."""
        if (outer, name) in self.counts or len(self.counts) < _MOST_COUNTED:
            self.counts[outer, name] += 1
            if repeats:
                self.repeating.add((outer, name))

    def best(self) -> list[tuple[str, int]]:
        """Return the paths of those that repeat with their counts, the most frequent first.

        Where nothing repeats, all are listed.
        """
        chosen = Counter(
            # those as frequent stand in the order of the file
            {
                key: n
                for key, n in self.counts.items()
                if key in self.repeating or not self.repeating
            }
        )
        return [
            (f"//{outer}/{name}" if outer else f"/{name}", count)
            for (outer, name), count in chosen.most_common(_MOST_CANDIDATES)
        ]


def column_names(keys: list[str], record: str) -> list[str]:
    """Name the columns: by the last part of their key, by the whole key where two would be equal.

    Args:
        keys: unique; ``City``, ``ShipTo/City``, ``@id``, ``ShipTo@id``, "" for the text of the
            record itself, each after :data:`ABOVE` when it belongs to an element around the record.
        record: name of the record element.
    """
    last = [_last_part(key) or record for key in keys]
    shared = Counter(last)
    names: list[tuple[int, str]] = []
    taken: set[str] = set()
    # The record's own parts keep the short name, before parts of parts.
    for at in sorted(range(len(keys)), key=lambda at: (_depth(keys[at]), at)):
        full = keys[at].removeprefix(ABOVE) or record
        choices = [last[at]] if shared[last[at]] == 1 or _depth(keys[at]) < 2 else []
        name = next(
            name
            for name in (*choices, full, f"../{full}", keys[at], f"{full} ({at + 1})")
            if name not in taken
        )
        taken.add(name)
        names.append((at, name))
    return [name for _, name in sorted(names)]


def _last_part(key: str) -> str:
    return key.removeprefix(ABOVE).rpartition("/")[2].rpartition("@")[2]


def _depth(key: str) -> int:
    """0: an element of the record, 1: an attribute of it, from 2 on: farther away."""
    if key.startswith(ABOVE):
        return 100
    element, _, attribute = key.partition("@")
    if not element:
        return 1 if attribute else 0
    return 0 if "/" not in element and not attribute else 2 + element.count("/")
