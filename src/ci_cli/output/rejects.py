"""Write the rows that did not go in, so that they can be corrected and imported again."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from ci_cli.output.atomic import write_atomic_text
from ci_cli.output.safe import spreadsheet_text
from ci_cli.text import translate

# These stand before the original columns, so that a row with too many cells keeps all of them;
# the importer knows them and takes none for data.
HELPERS = (
    "ci_import", "ci_source", "ci_kind", "ci_line", "ci_column", "ci_value", "ci_reason", "ci_fix",
)  # fmt: skip
ENDING = ".rejects.csv"


def rejects_writer(target: Path | None, store: Path) -> Callable[[Sequence[Any], int], str | None]:
    """Return a function that writes the rejects of an import and says where.

    Args:
        target: where the user wants them; None: beside each file (``orders.rejects.csv``), or
            beside ``store`` where the file's folder is read-only.
        store: the store.

    A file that exists is never replaced: the next free number is added to the name.
    """

    def write(files: Sequence[Any], batch_id: int) -> str | None:
        written = []
        for file in files:
            if file.rejects:
                path = free_name(target or beside(file.file, store))
                _write(path, file, batch_id)
                written.append(str(path))
        return ", ".join(written) or None

    return write


def beside(file: Path, store: Path, ending: str = ENDING) -> Path:
    """Return the place for what an import says about ``file``: beside it, else beside the store."""
    name = file.name.split(".")[0] + ending
    folder = file.parent
    # asking the mode, not the system: the superuser may write anywhere, but should not
    is_open = folder.is_dir() and folder.stat().st_mode & 0o222
    return (folder if is_open else store.parent) / name


def free_name(path: Path, ending: str = ENDING) -> Path:
    """Return ``path``, or the same name with the next free number where it exists."""
    if not path.exists():
        return path
    ending = ending if path.name.endswith(ending) else path.suffix
    stem = path.name.removesuffix(ending)
    return next(
        free for n in count(2) if not (free := path.with_name(f"{stem}-{n}{ending}")).exists()
    )


def _write(path: Path, file: Any, batch_id: int) -> None:
    helpers = [i for i, name in enumerate(file.header) if name.strip().lower() in HELPERS]
    original = [name for i, name in enumerate(file.header) if i not in helpers]
    source = next((i for i in helpers if file.header[i].strip().lower() == "ci_source"), None)
    with write_atomic_text(path, "utf-8-sig") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow([*HELPERS, *original])
        for reject in file.rejects:
            place = reject.where
            cells = [spreadsheet_text(c) for i, c in enumerate(reject.row) if i not in helpers]
            own = reject.row[source] if source is not None and source < len(reject.row) else ""
            rows.writerow(
                [
                    # a conflict is no part of an order that went in: it is judged anew
                    "" if reject.is_conflict else batch_id, own or file.source, file.kind,
                    place.line, place.column or "", spreadsheet_text(reject.value),
                    translate(reject.reason), translate(reject.fix), *cells,
                ]
            )  # fmt: skip
