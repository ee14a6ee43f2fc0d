"""Rows 1 to 13: the file as a whole."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import workbooks
from lab import Case, Elsewhere, Lab
from spoilers import SPOILERS

HEAD = "Order ID,Customer ID,Order Date,Product,Quantity,Amount\n"
ORDERS = HEAD + "A1,K1,2025-01-05,Tea,2,20.00\nA2,K2,2025-02-06,Pen,1,1.50\n"


def _taken_or_refused(lab: Lab) -> None:
    _ods(lab.folder / "orders.ods")
    before = lab.state()
    answer = lab.run("import orders.ods --as orders")
    if answer.code == 0:
        assert lab.counts()["created"] == 2
    else:
        assert answer.code == 1, answer.said
        assert "csv" in answer.said
        assert lab.state() == before


def spoiled(name: str, path: str, code: str, exit_code: int) -> Callable[[Lab], None]:
    """Return an act that uses a fault of tests/bad_inputs."""

    def act(lab: Lab) -> None:
        before = lab.state()
        with SPOILERS[name](lab.folder, lab.monkeypatch):
            answer = lab.run(f"import {path}")
        assert answer.code == exit_code, answer.said
        assert f"code: {code} " in answer.err
        assert lab.state() == before

    return act


def _cut_everywhere(lab: Lab) -> None:
    whole = lab.folder / "whole.bin"
    workbooks.orders(whole, rows=40)
    content = whole.read_bytes()
    before = lab.state()
    for tenth in range(1, 10):
        (lab.folder / "orders.xlsx").write_bytes(content[: len(content) * tenth // 10])
        answer = lab.run("import orders.xlsx --as orders")
        assert answer.code == 1, (tenth, answer.said)
        assert "Traceback" not in answer.said
        assert lab.state() == before


def _flipped_bits(lab: Lab) -> None:
    """One bit of the compressed sheet, at several places: the checksum of the archive tells."""
    path = lab.folder / "orders.xlsx"
    workbooks.orders(path, rows=200)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    start = info.header_offset + 30 + len(info.filename)
    before = lab.state()
    for part in (0.1, 0.3, 0.5, 0.7, 0.9):
        content = bytearray(whole)
        content[start + int(info.compress_size * part)] ^= 0x10
        path.write_bytes(content)
        answer = lab.run("import orders.xlsx --as orders")
        assert answer.code == 1, (part, answer.said)
        assert lab.state() == before


def _names(lab: Lab) -> None:
    names = ["new\nline.csv", "esc\x1b[31m.csv", "[red]x[bold].csv", "🙂.csv", "-leading.csv",
             "x" * 240 + ".csv", "张伟 订单.csv", "a b'c.csv"]  # fmt: skip
    for number, name in enumerate(names):
        (lab.folder / name).write_text(ORDERS.replace("\nA", f"\nN{number}-"))
        quoted = name.replace("'", "'\"'\"'")
        answer = lab.run(f"import --as orders -- '{quoted}'")
        assert answer.code == 0, (name, answer.said)
        assert "\x1b" not in answer.said
        assert lab.counts()["created"] == 2
    assert "\x1b" not in lab.run("import history").said


def _unreadable(lab: Lab) -> None:
    spoiled("file-that-does-not-open", "orders.csv", "file-unreadable", 1)(lab)


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _link(to: str, path: Path) -> None:
    path.symlink_to(to)


def _xls(path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Orders")
    for row, line in enumerate(ORDERS.splitlines()):
        for column, cell in enumerate(line.split(",")):
            sheet.write(row, column, cell)
    book.save(str(path))


def _numbers(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Index/Document.iwa", "x")


def _ods(path: Path) -> None:
    cells = "".join(
        "<table:table-row>" + "".join(
            '<table:table-cell office:value-type="string"><text:p>' + cell
            + "</text:p></table:table-cell>" for cell in line.split(",")
        ) + "</table:table-row>" for line in ORDERS.splitlines()
    )  # fmt: skip
    place = "urn:oasis:names:tc:opendocument:xmlns"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{place}:office:1.0"'
            f' xmlns:table="{place}:table:1.0" xmlns:text="{place}:text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="Orders">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{place}:manifest:1.0"/>',
        )


def _database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE t (x)")


def _error(row: int, name: str, files: dict, code: str, *says: str, **more: object) -> Case:
    return Case(row, name, files=files, code=code, exit=1, says=says, **more)  # type: ignore[arg-type]


CASES: list[Case | Elsewhere] = [
    _error(1, "missing", {}, "file-missing", "nowhere.csv", run="import nowhere.csv"),
    _error(1, "a folder", {}, "file-not-a-file", run="import ."),
    _error(1, "a pipe", {"pipe.csv": _fifo}, "file-not-a-file", "pipe.csv", posix=True),
    Case(1, "unreadable", files={"orders.csv": ORDERS}, act=_unreadable),
    *[
        _error(2, f"empty {kind}", {f"orders.{kind}": b""}, "file-empty", f"orders.{kind}")
        for kind in ("csv", "xlsx", "xml", "xls", "tsv")
    ],
    Case(3, "header only", files={"orders.csv": HEAD}, counts={"read": 0}, says=("0",)),
    Case(3, "header only xlsx", files={"orders.xlsx": partial(workbooks.orders, rows=0)},
         counts={"read": 0}),
    *[
        _error(4, name, {"orders.csv": text}, "")
        for name, text in (("blank lines", "\n\n\n"), ("spaces", "  \n \t\n   "))
    ],
    _error(5, "csv named xlsx", {"orders.xlsx": ORDERS}, "file-misnamed", ".csv"),
    Case(5, "html named xls", files={"orders.xls": "<html><table><tr><td>1</td></tr></table></html>"},
         exit=1, says=("HTML",)),
    Case(5, "xlsx named csv", files={"orders.csv": partial(workbooks.orders, rows=2)},
         exit=1, says=("xlsx",)),
    _error(6, "ole with encryption", {"orders.xlsx": workbooks.encrypted}, "file-encrypted"),
    Case(6, "encrypted parts", act=spoiled("archive-with-a-password", "orders.xlsx",
         "file-encrypted", 1)),
    Case(7, "xls is read", files={"orders.xls": _xls}, counts={"read": 2, "created": 2}),
    Case(7, "ods is read or refused", act=_taken_or_refused),
    Case(7, "numbers", files={"orders.numbers": _numbers}, exit=1, says=("csv",)),
    Case(7, "a database", files={"orders.csv": _database}, exit=1),
    Case(8, "cut at every tenth", act=_cut_everywhere),
    Case(9, "a bit flipped in the sheet", act=_flipped_bits),
    Case(10, "grows while it is read", files={"orders.csv": ORDERS},
         act=spoiled("file-that-grows", "orders.csv", "file-changed", 1)),
    Case(11, "hostile names", act=_names, posix=True),
    Case(12, "link to a file", files={"real.csv": ORDERS, "orders.csv": partial(_link, "real.csv")},
         run="import orders.csv --as orders", counts={"created": 2}, posix=True),
    Case(12, "loop", files={"a.csv": partial(_link, "b.csv"), "b.csv": partial(_link, "a.csv")},
         run="import a.csv", exit=1, posix=True),
    _error(13, "lock file of Excel", {"~$orders.xlsx": b"\x05owner"}, "file-lock", "orders.xlsx"),
]  # fmt: skip
