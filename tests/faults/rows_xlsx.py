"""Rows 14 to 43: what a workbook can hold."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path

import workbooks as wb
from lab import Case, Elsewhere, Lab
from rows_files import spoiled
from workbooks import HEAD, ROW, Raw, day, error, sheet

SOUND = 40
SECRET = "the-secret-of-this-machine"
ROWS = [
    HEAD,
    ROW,
    ("A2", "K2", "2025-02-06", "Pen", 1, 1.5),
    ("A3", "K3", "2025-03-07", "Ink", 3, 9),
]


def _one(path: Path, *, rows: object = ROWS, **how: object) -> None:
    wb.book(path, {"Orders": sheet(rows, **how)})  # type: ignore[arg-type]


def _xlsx(row: int, name: str, rows: object, *, how: dict | None = None, **more: object) -> Case:
    """Return a case with one sheet of these rows."""
    made = partial(_one, rows=rows, **(how or {}))
    return Case(row, name, files={"orders.xlsx": made}, **more)  # type: ignore[arg-type]


def _with(column: int, *values: object) -> list[tuple[object, ...]]:
    """Return rows with each value in one of them in this column, and ``SOUND`` sound ones after."""
    rows: list[tuple[object, ...]] = [HEAD]
    for number, value in enumerate((*values, *[None] * SOUND)):
        good = number - len(values)
        line = [f"A{number + 1}", "K1", f"2025-0{number % 9 + 1}-1{number // 9 % 10}", "Tea", 2, 20]
        if good >= 0:
            line[5] = 20 + good  # values that differ, as those of a real file do
        else:
            line[column] = value
        rows.append(tuple(line))
    return rows


SOUND_AMOUNTS = sum(20 + good for good in range(SOUND)) * 10_000


def _money(lab: Lab) -> int:
    return int(str(lab.rows("SELECT sum(amount) FROM order_line")[0][0]))


def _adds_to(amount: int):
    def check(lab: Lab) -> None:
        assert _money(lab) == amount

    return check


def _far_corners(path: Path) -> None:
    far = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    near = '<c r="XFD5"><v>1</v></c>'
    text = sheet(ROWS).replace("</sheetData>", far + "</sheetData>")
    text = text.replace('</row><row r="1048576"', f'</row><row r="5">{near}</row><row r="1048576"')
    wb.book(path, {"Orders": text})


def _overlapping(path: Path) -> None:
    """Two entries of the directory lead to the same bytes."""
    wb.orders(path, rows=3)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
    at = content.find(b"PK\x01\x02")
    for info in infos:
        name = content.find(info.filename.encode(), at)
        content[name - 4 : name] = infos[0].header_offset.to_bytes(4, "little")
        at = name + len(info.filename)
    path.write_bytes(content)


def _many_parts(path: Path) -> None:
    wb.book(path, {"Orders": sheet(ROWS)}, extra={f"junk/{n}.xml": "<x/>" for n in range(10_000)})


def _nothing_outside(lab: Lab) -> None:
    assert not (lab.folder.parent.parent / "outside.xml").exists()
    assert not (lab.folder.parent / "outside.xml").exists()


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "&{a};&{a};&{a};&{a};&{a};&{a};&{a};&{a};">'
              for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)  # fmt: skip


def _shared(prolog: str, text: str, path: Path) -> None:
    rows = [*ROWS[:2], ("A2", "K2", "2025-02-06", Raw('<c r="{at}" t="s"><v>0</v></c>'), 1, 1.5)]
    strings = (
        f'<?xml version="1.0"?>{prolog}<sst xmlns="{wb.MAIN}" count="1" uniqueCount="1">'
        f"<si><t>{text}</t></si></sst>"
    )
    wb.book(path, {"Orders": sheet(rows)}, shared=strings)


def _no_secret(lab: Lab) -> None:
    """Refused or ignored: the file of this machine is never in the store."""
    (lab.folder / "secret.txt").write_text(SECRET)
    entity = f'<!DOCTYPE x [<!ENTITY s SYSTEM "file://{lab.folder}/secret.txt">]>'
    _shared(entity, "&s;", lab.folder / "orders.xlsx")
    answer = lab.run("import orders.xlsx --as orders")
    assert answer.code in (0, 1), answer.said
    assert SECRET.encode() not in lab.store.read_bytes()
    assert SECRET not in answer.said


def _external_link(path: Path) -> None:
    link = (
        f'<externalLink xmlns="{wb.MAIN}"><externalBook xmlns:r="{wb.RELS}" r:id="rId1"/>'
        "</externalLink>"
    )
    wb.book(path, {"Orders": sheet(ROWS)}, extra={
        "xl/externalLinks/externalLink1.xml": link,
        "xl/externalLinks/_rels/externalLink1.xml.rels":
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{wb.RELS}/externalLinkPath"'
            f' Target="{Path("/etc/passwd").as_uri()}" TargetMode="External"/></Relationships>',
    })  # fmt: skip


def _sheets(sheets: dict[str, object], path: Path, states: dict[str, str] | None = None) -> None:
    wb.book(
        path,
        {name: sheet(rows) for name, rows in sheets.items()},
        states=states,  # type: ignore[arg-type]
    )


def _total(lab: Lab) -> None:
    assert lab.rows("SELECT count(*) FROM record") == [(3,)]
    assert _money(lab) == 305_000


def _same_dates(lab: Lab) -> None:
    """The same days, counted from 1904 and from 1900."""
    for name, shift in (("a", 0), ("b", 1462)):
        rows = [HEAD, *((f"{name}{n}", "K", day(45_000 + n - shift), "Tea", 1, n) for n in (1, 2))]
        wb.book(lab.folder / f"{name}.xlsx", {"Orders": sheet(rows)}, date1904=bool(shift))
        answer = lab.run(f"import {name}.xlsx --as orders")
        assert answer.code == 0, answer.said
    days = lab.rows("SELECT order_key, date FROM sales_order ORDER BY 1")
    assert [d for k, d in days if str(k)[0] == "a"] == [d for k, d in days if str(k)[0] == "b"]
    assert days[0][1] == "2023-03-16"


def _stored(query: str, *expected: object):
    def check(lab: Lab) -> None:
        assert [row[0] for row in lab.rows(query)] == list(expected)

    return check


def _no_escape(lab: Lab) -> None:
    assert "\x1b" not in lab.run("procat categories").said
    assert "\x1b" not in lab.run("export orders").said
    assert "\x1b" not in lab.run("customer show K1").said


FORMULA = Raw('<c r="{at}"><f>E2*2</f></c>')
STALE = Raw('<c r="{at}"><f>E2*2</f><v>7</v></c>')
RICH = Raw(
    '<c r="{at}" t="inlineStr"><is><r><t>Te</t></r><r><rPr><b/></rPr><t>a</t></r>'
    '<rPh sb="0" eb="1"><t>phonetic</t></rPh></is></c>'
)
MERGED_TITLE = [("Sales of the year",), (), HEAD, *ROWS[1:]]

CASES: list[Case | Elsewhere] = [
    *[
        _xlsx(14, f"dimension {size}", ROWS, how={"dimension": size},
              counts={"read": 3, "created": 3}, check=_adds_to(305_000))
        for size in ("A1", "A1:A1", "A1:B2", "A1:XFD1048576")
    ],
    Case(15, "cells in the far corners", files={"orders.xlsx": _far_corners}, exit=1,
         code="workbook-unreadable"),
    Case(16, "bomb", act=spoiled("archive-bomb", "orders.xlsx", "file-too-large", 1)),
    Case(16, "overlapping entries", files={"orders.xlsx": _overlapping}, exit=1),
    Case(17, "ten thousand members", files={"orders.xlsx": _many_parts}, exit=1),
    Case(17, "member outside", act=spoiled("archive-that-escapes", "orders.xlsx",
         "archive-unsafe", 1), check=_nothing_outside),
    _xlsx(18, "laughs in the sheet", ROWS, how={"prolog": LAUGHS}, exit=1),
    Case(18, "laughs in the shared strings",
         files={"orders.xlsx": partial(_shared, LAUGHS, "&amp;i;")}, exit=1),
    Case(18, "laughs used in the shared strings",
         files={"orders.xlsx": partial(_shared, LAUGHS, "&i;")}, exit=1),
    Case(19, "file of this machine in the shared strings", act=_no_secret),
    Case(19, "external link", files={"orders.xlsx": _external_link}, counts={"created": 3}),
    _xlsx(20, "error values", _with(5, *map(error, ("#N/A", "#REF!", "#DIV/0!", "#VALUE!"))),
          exit=4, counts={"created": SOUND, "rejected": 4},
          rejects=("#N/A", "#REF!", "#DIV/0!", "#VALUE!")),
    _xlsx(21, "formula never calculated", _with(5, FORMULA), exit=4,
          counts={"created": SOUND, "rejected": 1}, rejects=("formula",)),
    _xlsx(22, "formula with a stale value", _with(5, STALE), counts={"created": SOUND + 1},
          check=_adds_to(70_000 + SOUND_AMOUNTS)),
    Case(23, "hidden first", files={"orders.xlsx": partial(
         _sheets, {"Old": _with(5, 99), "Now": ROWS}, states={"Old": "hidden"})},
         says=("Now",), check=_adds_to(305_000)),
    Case(23, "very hidden first", files={"orders.xlsx": partial(
         _sheets, {"Old": _with(5, 99), "Now": ROWS}, states={"Old": "veryHidden"})},
         says=("Now",), check=_adds_to(305_000)),
    Case(24, "two of the same header", files={"orders.xlsx": partial(
         _sheets, {"Jan": ROWS, "Feb": [HEAD, ("B1", "K1", "2025-02-01", "Tea", 1, 5)]})},
         counts={"read": 4}, check=_adds_to(355_000)),
    Case(24, "nothing fits", act=spoiled("workbook-of-notes", "orders.xlsx",
         "nothing-to-import", 2)),
    Case(25, "empty sheet first", files={"orders.xlsx": partial(
         _sheets, {"Empty": [], "Now": ROWS})}, says=("Empty",), check=_adds_to(305_000)),
    _xlsx(26, "hidden rows", ROWS, how={"hidden": (3,)}, says=("idden",), counts={"created": 3}),
    _xlsx(27, "title above the header", MERGED_TITLE,
          how={"after": '<mergeCells><mergeCell ref="A1:F1"/></mergeCells>'},
          counts={"created": 3}),
    _xlsx(27, "header on row 7", [("Report",), (), ("Printed", "2025-05-05"), (), ("x",), (),
          *ROWS], counts={"created": 3}),
    _xlsx(28, "two rows of header",
          [("Order", None, "Customer", "Sale", None), ("Order ID", "Order Date", "Customer ID",
           "Product", "Amount"), ("A1", "2025-01-05", "K1", "Tea", 20),
           ("A2", "2025-01-06", "K2", "Pen", 5)],
          how={"after": '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="D1:E1"/></mergeCells>'},
          counts={"created": 2}),
    _xlsx(29, "a customer over three rows",
          [("Order ID", "Customer ID", "Order Date", "Amount"), ("A1", "K1", "2025-01-05", 1),
           ("A2", None, "2025-01-06", 2), ("A3", None, "2025-01-07", 3)],
          how={"after": '<mergeCells><mergeCell ref="B2:B4"/></mergeCells>'}, exit=4,
          counts={"created": 1, "rejected": 2}, rejects=("merged",)),
    _xlsx(30, "required field twice", [("Order ID", "Customer ID", "Order Date", "Amount",
          "Amount"), ("A1", "K1", "2025-01-05", 1, 3), ("A2", "K2", "2025-01-06", 2, 5)], exit=2),
    _xlsx(30, "blank header over data", [(*HEAD, None), (*ROW, "x"), ("A2", *ROW[1:], "y")],
          counts={"created": 2}),
    _xlsx(30, "other case and spaces", [[f" {name.upper()} " for name in HEAD], *ROWS[1:]],
          counts={"created": 3}),
    Case(31, "1904 and 1900", act=_same_dates),
    _xlsx(32, "serials out of range", _with(2, day(0), day(-5), day(3_000_000)), exit=4,
          counts={"created": SOUND, "rejected": 3}),
    _xlsx(32, "the last second of a day", _with(2, day(44_927.99999)), counts={"created": SOUND + 1},
          check=_stored("SELECT date FROM sales_order WHERE order_key = 'A1'", "2023-01-01")),
    _xlsx(33, "days as text, serial and date",
          _with(2, "2025-02-03", day(45_000), "5 March 2025"), counts={"created": SOUND + 3}),
    _xlsx(34, "ids as numbers", _with(1, 7, 12), counts={"created": SOUND + 2},
          check=_stored("SELECT source_key FROM record ORDER BY id", "7", "12", "K1")),
    _xlsx(34, "ids as numbers are told", _with(1, 7, 12), says=("zeros", "--id-width customer.id")),
    _xlsx(35, "id of twenty digits as a number",
          _with(1, Raw('<c r="{at}"><v>1.234567890123457e+19</v></c>')), exit=4,
          counts={"created": SOUND, "rejected": 1}, rejects=("digits",)),
    _xlsx(36, "phone in scientific notation",
          [("Customer ID", "Customer Name", "Phone"), ("K1", "Acme", "8.6138E+12"),
           ("K2", "Berg", "+86 138 0013 8000")], run="import orders.xlsx --as customers", exit=4,
          counts={"created": 1, "rejected": 1}),
    _xlsx(37, "numbers as text", _with(5, "1\u00a0234.50", "1\u2009234.50", " 12.5 "),
          counts={"created": SOUND + 3},
          check=_adds_to(24_690_000 + 125_000 + SOUND_AMOUNTS)),
    _xlsx(38, "true and false in an amount",
          _with(5, Raw('<c r="{at}" t="b"><v>1</v></c>'), Raw('<c r="{at}" t="b"><v>0</v></c>')),
          exit=4, counts={"created": SOUND, "rejected": 2}),
    _xlsx(39, "escapes in a cell", _with(3, "Tea_x001B_[31m", "Pen_x0007_"), check=_no_escape),
    _xlsx(40, "total at the foot", [*ROWS, ("Total", None, None, None, 6, 30.5)], check=_total,
          counts={"created": 3}),
    Case(41, "macros", files={"orders.xlsm": lambda path: wb.book(
         path, {"Orders": sheet(ROWS)}, extra={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 64})},
         counts={"created": 3}),
    _xlsx(42, "rich text and phonetic runs", _with(3, RICH),
          check=_stored("SELECT DISTINCT name FROM item UNION SELECT product_key FROM item"
                        " ORDER BY 1", "", "Tea")),
    Case(42, "strict", files={"orders.xlsx": lambda path: wb.book(
         path, {"Orders": sheet(ROWS, namespace=wb.STRICT)}, namespace=wb.STRICT)},
         counts={"created": 3}),
    Elsewhere(43, "tests/proof/test_online_retail.py::test_the_workbook_holds_the_same"),
]  # fmt: skip
