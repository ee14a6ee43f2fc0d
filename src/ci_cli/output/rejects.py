"""Write the rows that did not go in, so that they can be corrected and imported again."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from ci_cli.output.atomic import write_atomic_text
from ci_cli.output.safe import spreadsheet_text
from ci_cli.text import translate

# the columns beside the original ones; the importer knows them and takes none for data
HELPERS = ("ci_import", "ci_line", "ci_column", "ci_value", "ci_reason", "ci_fix")


def rejects_writer(target: Path) -> Callable[[list[Any], int], str | None]:
    """Return a function that writes the rejects of an import and says where.

    One file per header: the first is ``target``, further ones are numbered. A file of an earlier
    import is never replaced.
    """

    def write(files: list[Any], batch_id: int) -> str | None:
        by_header: dict[tuple[str, ...], list[Any]] = {}
        for file in files:
            if file.rejects:
                by_header.setdefault(tuple(file.header), []).extend(file.rejects)
        names = _free_names(target)
        written = []
        for header, rejects in by_header.items():
            path = next(names)
            _write(path, header, rejects, batch_id)
            written.append(str(path))
        return ", ".join(written) or None

    return write


def _free_names(target: Path) -> Iterator[Path]:
    if not target.exists():
        yield target
    suffix = (
        "".join(target.suffixes[-2:]) if target.name.endswith(".rejects.csv") else target.suffix
    )
    stem = target.name.removesuffix(suffix)
    for number in count(2):
        path = target.with_name(f"{stem}-{number}{suffix}")
        if not path.exists():
            yield path


def _write(path: Path, header: tuple[str, ...], rejects: list[Any], batch_id: int) -> None:
    with write_atomic_text(path, "utf-8-sig") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow([*header, *HELPERS])
        for reject in rejects:
            cells = (list(reject.row) + [""] * len(header))[: max(len(header), len(reject.row))]
            place = reject.where
            rows.writerow(
                [
                    *(cells[: len(header)]), batch_id, place.line, place.column or "",
                    spreadsheet_text(reject.value), translate(reject.reason),
                    translate(reject.fix),
                ]
            )  # fmt: skip
