"""Archives and pipes: read like any other file, and named as the user named them."""

from __future__ import annotations

import bz2
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from reading import error_of, read_all, read_one, write

from ci_cli.errors import ExitCode
from ci_cli.readers import guard

TEXT = "id,name\n1,Ann\n2,Bo\n"
ROWS = [["id", "name"], ["1", "Ann"], ["2", "Bo"]]


def zipped(path: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def workbook() -> bytes:
    made = openpyxl.Workbook()
    made.active.append(["sku", "stock"])
    made.active.append(["X", 5])
    made.create_sheet("more").append(["a", "b"])
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data, "utf-16": lambda data: data.decode().encode("utf-16"),
    "gz": gzip.compress, "bz2": bz2.compress,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "how"),
    [("a.csv.bz2", "bz2"), ("a.bz2", "bz2"), ("download", "bz2"), ("a.dat", "bz2"),
     ("a.csv.gz", "gz"), ("download", "gz"), ("a.dat", "gz")],
)  # fmt: skip
def test_one_file_packed(tmp_path: Path, name: str, how: str) -> None:
    (tmp_path / name).write_bytes(PACKERS[how](TEXT.encode()))
    assert read_one(tmp_path / name).rows == ROWS


def test_bz2_of_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx.bz2").write_bytes(bz2.compress(workbook()))
    assert [seen.sheet for seen in read_all(tmp_path / "a.xlsx.bz2")] == ["Sheet", "more"]


def test_zip_with_one_member(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"export/orders.csv": TEXT, "__MACOSX/._orders.csv": "x"})
    seen = read_one(path, delimiter=",")
    assert (seen.sheet, seen.format, seen.rows) == ("export/orders.csv", "csv", ROWS)


def test_zip_with_several_members(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {
        "one.csv": TEXT, "two.tsv": TEXT.replace(",", "\t"), "book.xlsx": workbook(),
        "read me.pdf": b"%PDF-1.4", "empty.csv": "",
    })  # fmt: skip
    seen = read_all(path)
    assert [one.sheet for one in seen] == [
        "one.csv",
        "two.tsv",
        "book.xlsx/Sheet",
        "book.xlsx/more",
    ]
    assert seen[0].rows == seen[1].rows == ROWS
    assert any("read me.pdf" in note and "PDF" in note for note in seen[0].notes)
    assert any("empty.csv" in note for note in seen[0].notes)
    assert read_one(path, sheet="two.tsv").rows == ROWS
    assert read_one(path, sheet="2").sheet == "two.tsv"
    error = error_of(path, sheet="three.csv")
    assert (error.code, error.exit_code) == ("sheet-missing", ExitCode.DECIDE)
    assert "1  one.csv" in error.details


def test_errors_name_the_archive_and_its_member(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"one.csv": TEXT, "two.csv": b"a,b\n\xff\xfe\0"})
    error = error_of(path)
    assert (error.where.file, error.where.sheet) == (str(path), "two.csv")


def test_archive_without_a_table(tmp_path: Path) -> None:
    for members in ({}, {"a.pdf": b"%PDF", "b.pdf": b"%PDF"}):
        error = error_of(zipped(tmp_path / "a.zip", members))
        assert error.code == "zip-without-table"
        assert len(error.details) == len(members)


def test_archives_that_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert error_of(zipped(tmp_path / "a.zip", {"../x.csv": TEXT})).code == "archive-unsafe"
    data = zipped(tmp_path / "b.zip", {"x.csv": TEXT * 500}).read_bytes()
    (tmp_path / "b.zip").write_bytes(data[: len(data) // 2])
    assert error_of(tmp_path / "b.zip").code == "file-damaged"
    (tmp_path / "c.csv.bz2").write_bytes(bz2.compress(TEXT.encode() * 500)[:-20])
    assert error_of(tmp_path / "c.csv.bz2").code == "file-damaged"
    monkeypatch.setattr(guard, "UNPACKED_FLOOR", guard.MIB)
    big = TEXT.encode() * 200_000
    assert error_of(zipped(tmp_path / "d.zip", {"x.csv": big})).code == "file-too-large"
    (tmp_path / "e.csv.bz2").write_bytes(bz2.compress(big))
    assert error_of(tmp_path / "e.csv.bz2").code == "file-too-large"


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes, *, terminal: bool = False) -> None:
    class Pipe(io.TextIOWrapper):
        def isatty(self) -> bool:
            return terminal

    monkeypatch.setattr("sys.stdin", Pipe(io.BytesIO(data)))


@pytest.mark.parametrize("how", PACKERS)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    pipe(monkeypatch, PACKERS[how](TEXT.encode()))
    assert read_one(Path("-")).rows == ROWS


def test_workbook_from_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, workbook())
    assert read_one(Path("-"), sheet="Sheet").rows == [["sku", "stock"], ["X", "5"]]


def test_errors_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, b"")
    error = error_of(Path("-"))
    assert (error.code, error.where.file) == ("file-empty", "stdin")
    pipe(monkeypatch, b"a,b\n\0\1\n")
    assert error_of(Path("-")).where.file == "stdin"
    pipe(monkeypatch, b"", terminal=True)
    assert error_of(Path("-")).code == "stdin-terminal"
    monkeypatch.setattr(guard, "MAX_FILE_BYTES", 5)
    pipe(monkeypatch, TEXT.encode())
    assert error_of(Path("-")).code == "file-too-large"


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    path = zipped(tmp_path / "a.zip", {"one.csv": TEXT, "book.xlsx": workbook()})
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    read_all(path)
    assert list(folder.iterdir()) == []
    write(tmp_path / "x.csv", TEXT)
