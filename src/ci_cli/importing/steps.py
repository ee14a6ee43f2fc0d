"""What the loaders of all kinds of files share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ci_cli.importing.corrected import CorrectedImport
from ci_cli.importing.model import ImportOptions, Progress
from ci_cli.importing.plan import TablePlan
from ci_cli.store.engine import Connection
from ci_cli.store.journal import SavedMap

T = TypeVar("T")


@dataclass(frozen=True)
class Context:
    """What every step of one import needs."""

    conn: Connection
    options: ImportOptions
    batch_id: int
    source: str
    at: str
    advance: Progress
    saved: SavedMap | None = None
    corrected: CorrectedImport | None = None


def counted(context: Context, plan: TablePlan, chunks: Iterable[T]) -> Iterator[T]:
    """Yield the chunks, and tell after each how many rows were done."""
    before = 0
    for chunk in chunks:
        yield chunk
        context.advance(plan.converter.read - before, 0)
        before = plan.converter.read
