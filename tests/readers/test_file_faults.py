"""Files that are not what they seem: each is one clear error, and nothing is read from it."""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt
from reading import edit_zip, error_of, read_one, with_sheet_xml, write

from ci_cli.errors import CiError
from ci_cli.readers import guard
from ci_cli.readers.base import ReadOptions
from ci_cli.readers.opening import open_tables


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A small sound workbook."""
    made = openpyxl.Workbook()
    made.active.append(["id", "name"])
    for number in range(500):
        made.active.append([number, f"customer {number}"])
    made.save(tmp_path / "sound.xlsx")
    return tmp_path / "sound.xlsx"


@pytest.fixture
def old_book(tmp_path: Path) -> Path:
    made = xlwt.Workbook()
    made.add_sheet("S").write(0, 0, "id")
    made.save(str(tmp_path / "sound.xls"))
    return tmp_path / "sound.xls"


def ole_with_streams(*names: str) -> bytes:
    """The smallest container whose directory lists these streams."""
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    head = struct.pack("<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                       62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)  # fmt: skip
    head += struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, end, *[free] * 126)

    def entry(name: str, kind: int) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        place = struct.pack("<IQ", end, 0)
        return (text.ljust(64, b"\0") + struct.pack("<HB", len(text), kind)).ljust(
            116, b"\0"
        ) + place

    entries = entry("Root Entry", 5) + b"".join(entry(name, 2) for name in names)
    return head + table + entries.ljust(512, b"\0")


def test_missing_file_names_the_one_that_was_meant(tmp_path: Path) -> None:
    write(tmp_path / "orders.csv", "a,b\n1,2\n")
    error = error_of(tmp_path / "order.csv")
    assert error.code == "file-missing"
    assert "orders.csv" in str(error.hint)
    assert error.where.file == str(tmp_path / "order.csv")


def test_folder_and_pipe_are_no_files(tmp_path: Path) -> None:
    assert error_of(tmp_path).code == "file-not-a-file"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.csv")
        assert error_of(tmp_path / "pipe.csv").code == "file-not-a-file"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all files")
def test_file_without_permission(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\n")
    path.chmod(0)
    assert error_of(path).code == "file-unreadable"


def test_links_are_followed_and_loops_refused(tmp_path: Path) -> None:
    target = write(tmp_path / "real.csv", "a,b\n1,2\n")
    (tmp_path / "link.csv").symlink_to(target)
    assert read_one(tmp_path / "link.csv").rows == [["a", "b"], ["1", "2"]]
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    assert error_of(tmp_path / "loop.csv").code == "file-unreadable"


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.xls", "a.xml"])
def test_empty_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert error_of(tmp_path / name).code == "file-empty"


@pytest.mark.parametrize("text", ["\n\n\n", "   \n \t\r\n", "\ufeff", "\ufeff\n"])
def test_file_with_blanks_only(tmp_path: Path, text: str) -> None:
    assert error_of(write(tmp_path / "a.csv", text)).code == "file-empty"


def test_workbook_without_cells(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    assert error_of(tmp_path / "a.xlsx").code == "file-empty"


def test_lock_file_names_the_workbook(tmp_path: Path) -> None:
    (tmp_path / "~$orders.xlsx").write_bytes(b"\x05owner")
    error = error_of(tmp_path / "~$orders.xlsx")
    assert error.code == "file-lock"
    assert "orders.xlsx" in str(error.hint)


def test_wrong_names_are_told_apart(tmp_path: Path, book: Path, old_book: Path) -> None:
    html = b"<html><body><table><tr><td>1</td></tr></table></body></html>"
    contents = {
        "text": b"id,name\n1,Ann\n",
        "xlsx": book.read_bytes(),
        "xls": old_book.read_bytes(),
        "html": html,
        "xml": b"<?xml version='1.0'?><orders><order id='1'/></orders>",
    }
    expected = {
        ("text", ".xlsx"): ".csv", ("text", ".xls"): ".csv", ("text", ".xml"): ".csv",
        ("xlsx", ".csv"): ".xlsx", ("xlsx", ".xls"): ".xlsx", ("xlsx", ".txt"): ".xlsx",
        ("xls", ".xlsx"): ".xls", ("xls", ".csv"): ".xls",
        ("xml", ".csv"): ".xml", ("xml", ".xlsx"): ".xml",
    }  # fmt: skip
    for (kind, suffix), right in expected.items():
        path = tmp_path / f"wrong{suffix}"
        path.write_bytes(contents[kind])
        error = error_of(path)
        assert error.code == "file-misnamed", (kind, suffix)
        assert right in str(error.hint), (kind, suffix)
    (tmp_path / "page.xls").write_bytes(html)
    error = error_of(tmp_path / "page.xls")
    assert error.code == "format-unsupported"
    assert "HTML" in str(error.message)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"SQLite format 3\x00" + b"\0" * 100, "SQLite"),
        (b"\xfd7zXZ\x00....", "xz"),
        (b"PAR1....", "Parquet"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
            b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "Excel 2003",
        ),
    ],
)
def test_formats_that_are_not_read_are_named(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "export.xls").write_bytes(data)
    error = error_of(tmp_path / "export.xls")
    assert error.code == "format-unsupported"
    assert says in str(error.message)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"Index/Document.iwa": "x"}, "Numbers"),
        (
            {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"},
            "no spreadsheet",
        ),
    ],
)
def test_other_documents_are_named(tmp_path: Path, parts: dict[str, str], says: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    error = error_of(tmp_path / "a.xlsx")
    assert error.code == "format-unsupported"
    assert says in str(error.message)


def test_file_without_a_known_name_is_read_by_its_content(tmp_path: Path, book: Path) -> None:
    path = tmp_path / "download"
    path.write_bytes(book.read_bytes())
    seen = read_one(path)
    assert (seen.format, len(seen.rows)) == ("xlsx", 501)
    assert any("by its content" in note for note in seen.notes)


def test_encrypted_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(ole_with_streams("EncryptedPackage", "EncryptionInfo"))
    error = error_of(path)
    assert error.code == "file-encrypted"
    assert "password" in str(error.message)


def test_container_without_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(ole_with_streams("WordDocument"))
    assert error_of(path).code == "format-unsupported"


@pytest.mark.parametrize("tenth", range(1, 10))
def test_truncated_workbook_is_never_read_in_part(
    tmp_path: Path, book: Path, old_book: Path, tenth: int
) -> None:
    for sound in (book, old_book):
        data = sound.read_bytes()
        path = tmp_path / f"cut{sound.suffix}"
        path.write_bytes(data[: len(data) * tenth // 10])
        assert error_of(path).code in ("file-damaged", "workbook-unreadable", "format-unsupported")


def test_flipped_bit_in_a_sheet_is_found(tmp_path: Path, book: Path) -> None:
    with zipfile.ZipFile(book) as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml")
        middle = place.header_offset + 60 + place.compress_size // 2
    data = bytearray(book.read_bytes())
    data[middle] ^= 0x10
    path = tmp_path / "flipped.xlsx"
    path.write_bytes(bytes(data))
    assert error_of(path).code == "file-damaged"


def test_bomb_is_refused_from_its_directory(tmp_path: Path, book: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        with new.open("xl/media/zero.bin", "w") as stream:
            for _ in range(150):
                stream.write(bytes(guard.MIB))
    assert error_of(path).code == "file-too-large"


@pytest.mark.parametrize("name", ["../../evil.txt", "/etc/evil", "..\\evil", "xl/../../evil"])
def test_part_that_points_outside(tmp_path: Path, book: Path, name: str) -> None:
    path = tmp_path / "evil.xlsx"
    path.write_bytes(book.read_bytes())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")
    assert error_of(path).code == "archive-unsafe"


def test_too_many_parts(tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_ZIP_MEMBERS", 5)
    assert error_of(book).code == "archive-unsafe"


def test_overlapping_parts(tmp_path: Path, book: Path) -> None:
    data = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as archive:
        first, second = sorted(info.header_offset for info in archive.infolist())[:2]
    # Let the directory say that the second part begins where the first one does.
    directory = data.find(b"PK\x01\x02")
    entry = data.find(struct.pack("<I", second), directory)
    data[entry : entry + 4] = struct.pack("<I", first)
    path = tmp_path / "overlap.xlsx"
    path.write_bytes(bytes(data))
    error = error_of(path)
    assert error.code == "archive-unsafe"
    assert "overlap" in str(error.message)


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
def test_entities_in_a_workbook(tmp_path: Path, book: Path, part: str) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'

    def change(name: str, data: bytes) -> bytes:
        if name != part:
            return data
        head, found, rest = data.partition(b"?>")
        return head + found + bomb + rest if found else bomb + data

    path = edit_zip(book, change, tmp_path / "bomb.xlsx")
    if part not in zipfile.ZipFile(path).namelist():
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(part, bomb + b"<sst/>")
    assert error_of(path).code == "xml-entities"


def test_cells_at_both_ends_of_a_sheet_do_not_kill_us(tmp_path: Path, book: Path) -> None:
    """calamine aborts its process here, asking for half a terabyte."""
    xml = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="5"><c r="XFD5"><v>5</v></c></row>'
        '<row r="1048576"><c r="A1048576"><v>9</v></c></row></sheetData></worksheet>'
    )
    seen = read_one(with_sheet_xml(book, xml, tmp_path / "far.xlsx"))
    assert seen.lines == [1, 5, 1048576]
    assert [[cell for cell in row if cell] for row in seen.rows] == [["1"], ["5"], ["9"]]
    assert any("openpyxl" in note for note in seen.notes)


def test_workbook_that_no_engine_reads(tmp_path: Path, book: Path) -> None:
    path = with_sheet_xml(book, "<worksheet><sheetData><row r='1'>", tmp_path / "broken.xlsx")
    assert error_of(path).code in ("file-damaged", "workbook-unreadable")


def test_slow_workbook_is_stopped(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "CHILD_SECONDS", 0.0)
    error = error_of(book)
    assert error.code == "workbook-unreadable"
    assert "seconds" in str(error.message)


def test_broken_archive_of_a_text_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv.gz", "a,b\n" + "1,2\n" * 5000)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert error_of(path).code == "file-damaged"
    path.write_bytes(data[:-8] + b"\0" * 8)
    assert error_of(path).code == "file-damaged"


def test_text_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "UNPACKED_FLOOR", guard.MIB)
    path = write(tmp_path / "a.csv.gz", "a,b\n" + "1,2\n" * 2_000_000)
    assert error_of(path).code == "file-too-large"


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_change_between_the_passes_is_noticed(tmp_path: Path, book: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(book.read_bytes() if name == "a.xlsx" else b"a,b\n1,2\n")
    with open_tables(path, ReadOptions()) as (table,):
        before = [chunk.rows for chunk in table.chunks()]
        with path.open("ab") as stream:
            stream.write(b"3,4\n")
        if name == "a.xlsx":  # its rows were taken before
            assert [chunk.rows for chunk in table.chunks()] == before
        else:
            with pytest.raises(CiError, match="file-changed"):
                list(table.chunks())


def test_no_temporary_file_is_left(
    tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with open_tables(book, ReadOptions()) as (table,):
        (private,) = folder.iterdir()
        if os.name == "posix":
            assert private.stat().st_mode & 0o077 == 0
        next(table.chunks())  # left off in the middle
    assert list(folder.iterdir()) == []
    xml = write(tmp_path / "a.xml", "<a><b><c>1</c></b><b><c>2</c></b>")
    assert error_of(xml, record="//b").code == "xml-malformed"
    assert list(folder.iterdir()) == []


def test_no_room_for_temporary_files(
    tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert error_of(book).code == "temp-folder"


def test_full_disk_under_the_spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ci_cli.readers import spool, xmlrows

    class FullWriter(spool.SpoolWriter):
        def write(self, *_: object) -> None:
            raise spool.SpoolError("no space left")

    monkeypatch.setattr(xmlrows, "SpoolWriter", FullWriter)
    path = write(tmp_path / "a.xml", "<a><b><c>1</c></b><b><c>2</c></b></a>")
    assert error_of(path, record="//b").code == "temp-folder"


@pytest.mark.parametrize("name", ["a [red] {x} %s.csv", "订单 🙂.csv", "-x.csv", "a\nb\x1b[1m.csv"])
def test_strange_names(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, "a,b\n1,2\n")
    assert read_one(path).rows == [["a", "b"], ["1", "2"]]


def test_workbook_with_a_strange_name(tmp_path: Path, book: Path) -> None:
    path = book.rename(tmp_path / "订单 [x] {y}.xlsx")
    assert len(read_one(path).rows) == 501


def test_options_that_do_not_apply_are_mentioned(tmp_path: Path, book: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\n1,2\n")
    assert any("--sheet" in note for note in read_one(path, sheet="x").notes)
    assert any("--delimiter" in note for note in read_one(book, delimiter=";").notes)


@pytest.mark.parametrize(
    "text",
    ['{"id": 1, "name": "a"}\n{"id": 2, "name": "b"}\n', '[{"id": 1},\n {"id": 2}]\n',
     ' \n[\n  {\n    "id": 1}]'],
)  # fmt: skip
def test_json_under_any_name(tmp_path: Path, text: str) -> None:
    error = error_of(write(tmp_path / "a.csv", text))
    assert error.code == "format-unsupported"
    assert "JSON" in str(error.message)


@pytest.mark.parametrize("text", ["{id},name\n{1},a\n", '["a","b"]\n', "[x],y\n1,2\n"])
def test_a_table_that_begins_with_a_bracket(tmp_path: Path, text: str) -> None:
    assert read_one(write(tmp_path / "a.csv", text)).rows
