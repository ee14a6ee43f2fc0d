"""What an import is asked to do and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ci_cli.errors import Where
from ci_cli.importing.layout.options import LayoutOptions
from ci_cli.readers.base import ReadOptions
from ci_cli.report import Note
from ci_cli.shapes.trade import Counts, OnMatch, Withdrawal
from ci_cli.text import Msg

DEFAULT_SOURCE = "default"


@dataclass(frozen=True)
class ImportOptions:
    """What the user said on the command line."""

    read: ReadOptions = field(default_factory=ReadOptions)
    source: str | None = None
    currency: str | None = None  # of amounts that name none
    usual_currency: str = "USD"  # of a store that this import creates, unless its headers tell
    kind: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)  # field -> header
    dates: str | None = None
    decimal: str | None = None
    on_match: OnMatch = "update"
    strict: bool = False
    use_map: str | None = None
    layout: LayoutOptions = field(default_factory=LayoutOptions)
    id_widths: Mapping[str, int] = field(default_factory=dict)  # field -> digits of its codes
    complete: tuple[str, str] | None = None  # the files hold all orders of these days, ISO
    today: str | None = None  # ISO; None: the day of the import
    withdraw: bool = False  # a person said that anything they lack may go
    purposes: Mapping[str, str] = field(default_factory=dict)  # heading -> what the column is for


# file and sheet (None: the whole file) -> what the user decided for it alone
OwnOptions = Mapping[tuple[Path, str | None], ImportOptions]


@dataclass(frozen=True)
class Reject:
    """One row that did not go in: where it stands, what is wrong, how to mend it."""

    where: Where
    value: str
    reason: Msg
    fix: Msg
    row: list[str]
    is_conflict: bool = False


@dataclass
class FileResult:
    """How one file or sheet ended."""

    file: Path
    sheet: str | None
    kind: str
    kind_reason: Msg | None
    source: str
    header: list[str]
    decisions: list[tuple[str, str | None, Msg]]  # header, field, reason
    kept: list[str]  # headers of columns that are kept as they are
    counts: Counts
    notes: list[Note] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


@dataclass
class ImportResult:
    """How a whole import ended."""

    batch_id: int
    files: list[FileResult] = field(default_factory=list)
    skipped: list[Note] = field(default_factory=list)  # sheets that hold nothing to import
    linked: int = 0
    waiting: int = 0
    rejects_file: str | None = None
    withdrawn: Withdrawal | None = None
    withdrawn_file: str | None = None

    @property
    def counts(self) -> Counts:
        """Return the counts of all files together."""
        total = Counts()
        for file in self.files:
            total.add(file.counts)
        return total


Progress = Callable[[int, int], None]  # rows done since the last call, rows newly known of
RejectsWriter = Callable[[list[FileResult], int], str | None]
