"""What one header text may mean, before any value is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from ci_cli.importing.mapping.units import Unit

How = Literal["own", "layout", "exact", "words", "ending", "ambiguous"]


class Candidate(NamedTuple):
    """One field that a header may mean, and how we know."""

    field: str
    how: How


@dataclass(frozen=True)
class Heading:
    """A header taken apart.

    Attributes:
        text: as it stands in the file.
        key: the squeezed name without its unit.
        unit: what was taken off.
        candidates: fields it may mean, likeliest first; empty: none.
        apart: why it is known but not imported, a key of ``apart.REASONS``.
        rule: the ambiguity rule that must decide among the candidates.
        delivery: it describes where goods go, not the customer.
    """

    text: str
    key: str
    unit: Unit = field(default_factory=Unit)
    candidates: tuple[Candidate, ...] = ()
    apart: str | None = None
    rule: str | None = None
    delivery: bool = False

    @property
    def tax_basis(self) -> str | None:
        """Return ``net`` or ``gross`` where the header tells."""
        return self.unit.tax_basis

    def fields(self) -> set[str]:
        """Return the fields among the candidates."""
        return {candidate.field for candidate in self.candidates}

    def may_be(self, how: How, *fields: str) -> Heading:
        """Return the heading with candidates."""
        return replace(self, candidates=tuple(Candidate(name, how) for name in fields))
