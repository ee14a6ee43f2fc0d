"""Short ways to read a file through the one entry of the room, and to make files to read."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ci_cli.errors import CiError
from ci_cli.readers.base import ReadOptions
from ci_cli.readers.opening import open_tables

# The XML of a sheet with these rows.
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData></worksheet>"
)


@dataclass
class Seen:
    """One table, read to its end."""

    sheet: str | None
    format: str
    encoding: str | None
    delimiter: str | None
    lines: list[int]
    rows: list[list[str]]
    notes: list[str]

    def numbered(self) -> list[tuple[int, list[str]]]:
        return list(zip(self.lines, self.rows, strict=True))


def read_all(path: Path, **options: str) -> list[Seen]:
    """Read every table twice, and make sure that both passes see the same."""
    with open_tables(path, ReadOptions(**options)) as tables:
        seen = []
        for table in tables:
            passes = [
                [
                    pair
                    for chunk in table.chunks()
                    for pair in zip(chunk.lines, chunk.rows, strict=True)
                ]
                for _ in range(2)
            ]
            assert passes[0] == passes[1]
            seen.append(
                Seen(
                    sheet=table.sheet,
                    format=table.format,
                    encoding=table.encoding,
                    delimiter=table.delimiter,
                    lines=[line for line, _ in passes[0]],
                    rows=[row for _, row in passes[0]],
                    notes=[str(note.text) for note in table.notes],
                )
            )
        return seen


def read_one(path: Path, **options: str) -> Seen:
    (seen,) = read_all(path, **options)
    return seen


def error_of(path: Path, **options: str) -> CiError:
    """Return the error that reading the file ends with."""
    with pytest.raises(CiError) as caught:
        read_all(path, **options)
    assert str(caught.value.message)
    assert caught.value.hint is not None
    assert str(caught.value.hint)
    return caught.value


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    data = text.encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def edit_zip(path: Path, change: Callable[[str, bytes], bytes | None], to: Path) -> Path:
    """Copy an archive part by part through ``change``, which returns None to leave one out."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return to


def with_sheet_xml(path: Path, xml: str, to: Path) -> Path:
    """Put this XML in place of the first sheet."""
    return edit_zip(
        path, lambda name, data: xml.encode() if name.endswith("sheet1.xml") else data, to
    )
