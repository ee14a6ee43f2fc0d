"""The sound files that are spoilt, and how each kind of them is spoilt.

Some are made here, in every format and encoding that is read; others are the small real files of
``examples`` and, where it is there, of the folder with real data beside the checkout.
"""

from __future__ import annotations

import bz2
import datetime
import gzip
import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import mutations

from other_books import cell, ods, row, xlsb
from sheets import workbook

MOST_BYTES = 2_000  # of a text file: the beginning of a longer one is taken
MOST_BOOK_BYTES = 12_000
Grid = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Seed:
    """A sound file.

    Args:
        name: its name, whose ending is its format.
        data: its bytes.
        kind: how it is counted and spoilt: text, xml, gz, bz2, xlsx, ods, xlsb, xls, zip.
        words: what is said on the command line beside its name.
        encoding: of text.
        delimiter: of text.
        grid: what a workbook holds, where it can be made anew.
    """

    name: str
    data: bytes
    kind: str
    words: tuple[str, ...] = ()
    encoding: str = "utf-8"
    delimiter: str = ","
    grid: Grid = ()


@dataclass(frozen=True)
class Mutant:
    """A spoilt file, and from what it was made by which means."""

    seed: Seed
    data: bytes
    how: str


# --- what they hold

ORDERS: Grid = [
    ["Order ID", "Order Date", "Customer ID", "Customer Name", "Product", "Quantity", "Unit Price", "Amount"],
    *(
        [f"A{n // 2}", f"2025-{n % 3 + 1:02}-{n % 27 + 1:02}", f"K{n // 2 % 5}", f"Firm {n // 2 % 5}",
         f"Tea {n % 4}", str(n % 5 + 1), f"{n % 7 + 1}.50", f"{(n % 5 + 1) * (n % 7 + 1.5):.2f}"]
        for n in range(2, 18)
    ),
]  # fmt: skip
CHINESE: Grid = [
    ["订单号", "日期", "客户编号", "客户", "商品", "数量", "金额"],
    *(
        [f"D{n:03}", f"2025年{n % 3 + 1}月{n % 27 + 1}日", f"{n % 6:04}", f"北京第{n % 6}贸易有限公司", "绿茶",
         str(n % 4 + 1), f"￥{n * 13 % 900}.{n % 10}0"]
        for n in range(1, 16)
    ),
]  # fmt: skip
GROUPS: Grid = [
    ["Order Date", "Order ID", "Customer", "Product", "Amount"],
    ["2025-01-02", "A1", "Acme", "Tea", "10.00"], ["", "", "", "Pen", "2.50"], ["", "", "", "Ink", "3.00"],
    ["2025-01-03", "A2", "Berg", "Tea", "11.00"], ["", "", "", "Pen", "4.00"], ["", "A3", "Chai", "Cup", "1.00"],
    ["2025-01-05", "A4", "Acme", "Ink", "9.00"], ["Total", "", "", "", "40.50"],
]  # fmt: skip
WIDE: Grid = [
    ["客户", "2025-01", "2025-02", "2025-03"],
    ["华东贸易", "100", "", "1,200.50"], ["南方商行", "0", "30", "40"], ["Acme", "5.5", "-3", "1.2万"],
    ["合计", "105.5", "27", "13240.5"],
]  # fmt: skip
CUSTOMERS: Grid = [
    ["Customer ID", "Customer Name", "City", "Postcode", "Email", "Phone", "Contact"],
    *(
        [f"K{n}", f"Firm {n}", ("Hull", "Köln", "Lyon")[n % 3], f"{n * 1237 % 99999:05}", f"a{n}@example.test",
         f"+49 30 {n:06}", f"Ann {n}"]
        for n in range(1, 13)
    ),
]  # fmt: skip
PRODUCTS: Grid = [
    ["Product ID", "Product Name", "Category", "Unit Price"],
    *([f"{n:03}", f"Tea {n}", ("Drinks", "Tools")[n % 2], f"{n}.25"] for n in range(1, 9)),
]
SAID_GROUPS = ("--as", "orders", "--fill-down", "auto")
SAID_WIDE = ("--as", "orders", "--unpivot", "--unpivot-as", "amount")


def text_of(grid: Grid, delimiter: str = ",", end: str = "\n") -> str:
    """Return delimited text, with quotes where they are needed."""

    def quoted(text: str) -> str:
        return f'"{text}"' if delimiter in text or '"' in text or "\n" in text else text

    return "".join(delimiter.join(map(quoted, line)) + end for line in grid)


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def _made(write: Callable[[Path], object]) -> bytes:
    """Return what ``write`` writes, the same bytes whenever that is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made"
        write(path)
        data = path.read_bytes()
    if data[:2] != b"PK":
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return _zip_of({
            name: _MOMENT.sub(b"2025-01-01T00:00:00Z", archive.read(name))
            for name in archive.namelist()
        })  # fmt: skip


def _cleaned(grid: Grid) -> list[list[str]]:
    """Return cells that the writers of workbooks take: no control characters, no half pairs."""
    return [
        ["".join(c for c in text[:5_000] if c in "\t\n" or (c >= " " and not "\ud7ff" < c < "\ue000"))
         for text in line[:200]]
        for line in grid
    ]  # fmt: skip


def xlsx_of(grid: Grid) -> bytes:
    """Return a workbook: numbers as numbers, ISO days as days."""

    def value(text: str) -> object:
        try:
            return datetime.date.fromisoformat(text) if len(text) == 10 else _number(text)
        except ValueError:
            return text

    from openpyxl.utils.exceptions import IllegalCharacterError

    rows = [[value(text) for text in line] for line in _cleaned(grid)]
    try:
        return _made(lambda path: workbook(path, {"Orders": rows}))
    except (IllegalCharacterError, ValueError, OverflowError):  # openpyxl, on times and on chance
        return _made(lambda path: workbook(path, {"Orders": [["a", "b"], ["1", "2"]]}))


def xls_of(grid: Grid) -> bytes:
    """Return an old workbook."""
    import xlwt

    def write(path: Path) -> None:
        book = xlwt.Workbook()
        sheet = book.add_sheet("Orders")
        for number, line in enumerate(_cleaned(grid)):
            for place, text in enumerate(line):
                sheet.write(number, place, _number(text))
        book.save(str(path))

    return _made(write)


def ods_of(grid: Grid) -> bytes:
    """Return an OpenDocument sheet."""

    def one(text: str) -> str:
        plain = text.replace("&", "&amp;").replace("<", "&lt;")
        return cell(
            plain, "float" if isinstance(_number(text), float) and text.isascii() else "string"
        )

    rows = "".join(row(*map(one, line)) for line in _cleaned(grid))
    return _made(lambda path: ods(path, f'<table:table table:name="Orders">{rows}</table:table>'))


def xlsb_of(grid: Grid) -> bytes:
    """Return a binary workbook."""
    rows = [[_number(text) for text in line] for line in _cleaned(grid)]
    return _made(lambda path: xlsb(path, {"Orders": rows}))


BOOKS: dict[str, Callable[[Grid], bytes]] = {
    "xlsx": xlsx_of, "xls": xls_of, "ods": ods_of, "xlsb": xlsb_of,
}  # fmt: skip


def _xml_of(grid: Grid) -> str:
    names = [name.replace(" ", "") for name in grid[0]]
    lines = "".join(
        "<order>"
        + "".join(f"<{n}>{v}</{n}>" for n, v in zip(names, line, strict=True))
        + "</order>\n"
        for line in grid[1:]
    )
    return f"<?xml version='1.0' encoding='utf-8'?>\n<orders>\n{lines}</orders>\n"


def _zip_of(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


# --- the seeds


def own_seeds() -> list[Seed]:
    """Return the files that are made here."""
    as_orders = ("--as", "orders")
    orders = text_of(ORDERS)
    chinese = text_of(CHINESE)
    western = text_of(CUSTOMERS)
    quoted = orders.replace("Firm 1", '"Firm, ""One""\nLtd"')
    european = orders.replace(".", "|").replace(",", ";").replace("|", ",")
    seeds = [
        Seed("orders.csv", orders.encode(), "text", as_orders),
        Seed("guessed.csv", orders.encode(), "text"),
        Seed("quoted.csv", quoted.encode(), "text", as_orders),
        Seed("marked.csv", orders.encode("utf-8-sig"), "text", as_orders, "utf-8-sig"),
        Seed("wide.tsv", text_of(ORDERS, "\t").encode(), "text", as_orders, delimiter="\t"),
        Seed("pipes.txt", text_of(ORDERS, "|").encode(), "text", as_orders, delimiter="|"),
        Seed("european.csv", european.encode(), "text", (*as_orders, "--decimal", "comma"), delimiter=";"),
        Seed("sep.csv", f"sep=;\n{text_of(ORDERS, ';')}".encode(), "text", as_orders, delimiter=";"),
        Seed("returns.csv", orders.replace("\n", "\r").encode(), "text", as_orders),
        Seed("utf16.csv", chinese.encode("utf-16"), "text", as_orders, "utf-16"),
        Seed("utf16le.csv", orders.encode("utf-16-le"), "text", as_orders, "utf-16-le"),
        Seed("gb18030.csv", chinese.encode("gb18030"), "text", as_orders, "gb18030"),
        Seed("big5.csv", chinese.replace("订单号", "訂單號").replace("户", "戶").replace("编号", "編號")
             .replace("数", "數").replace("额", "額").replace("单", "單").replace("贸", "貿")
             .replace("绿", "綠").encode("big5", "replace"), "text",
             (*as_orders, "--encoding", "big5"), "big5"),
        Seed("cp1252.csv", western.encode("cp1252"), "text",
             ("--as", "customers", "--encoding", "cp1252"), "cp1252"),
        Seed("chinese.csv", chinese.encode(), "text"),
        Seed("widths.csv", chinese.encode(), "text", (*as_orders, "--id-width", "customer.id=4")),
        Seed("groups.csv", text_of(GROUPS).encode(), "text", SAID_GROUPS),
        Seed("groups-open.csv", text_of(GROUPS).encode(), "text", as_orders),
        Seed("months.csv", text_of(WIDE).encode(), "text", SAID_WIDE),
        Seed("months-open.csv", text_of(WIDE).encode(), "text"),
        Seed("customers.csv", western.encode(), "text", ("--as", "customers")),
        Seed("contacts.csv", western.encode(), "text", ("--as", "contacts")),
        Seed("products.csv", text_of(PRODUCTS).encode(), "text", ("--as", "products")),
        Seed("complete.csv", orders.encode(), "text", (*as_orders, "--complete", "2025-01-01..2025-03-31", "--yes")),
        Seed("fill.csv", orders.encode(), "text", (*as_orders, "--on-match", "fill")),
        Seed("skip.csv", orders.encode(), "text", (*as_orders, "--on-match", "skip")),
        Seed("error.csv", orders.encode(), "text", (*as_orders, "--on-match", "error")),
        Seed("orders.xml", _xml_of(ORDERS).encode(), "xml", as_orders),
        Seed("chinese.xml", _xml_of(CHINESE).replace("utf-8", "gb18030").encode("gb18030"), "xml",
             as_orders, "gb18030"),
        Seed("orders.csv.gz", gzip.compress(orders.encode(), mtime=0), "gz", as_orders),
        Seed("orders.csv.bz2", bz2.compress(orders.encode()), "bz2", as_orders),
        Seed("both.zip", _zip_of({"orders.csv": orders.encode(), "customers.csv": western.encode()}), "zip"),
    ]  # fmt: skip
    for kind, make in BOOKS.items():
        seeds.append(Seed(f"orders.{kind}", make(ORDERS), kind, as_orders, grid=ORDERS))
        seeds.append(Seed(f"chinese.{kind}", make(CHINESE), kind, grid=CHINESE))
        seeds.append(Seed(f"groups.{kind}", make(GROUPS), kind, SAID_GROUPS, grid=GROUPS))
        seeds.append(Seed(f"months.{kind}", make(WIDE), kind, SAID_WIDE, grid=WIDE))
    rows = [list(line) for line in GROUPS]
    merged = _made(
        lambda path: workbook(path, {"a": rows, "b": rows}, merge=("A2:A4", "B2:B4"), hide=(3,))
    )
    seeds.append(Seed("merged.xlsx", merged, "xlsx", ("--as", "orders", "--fill-merged")))
    return seeds


_KINDS = {".xml": "xml", ".gz": "gz", ".bz2": "bz2", ".xlsx": "xlsx", ".xls": "xls"}


def found_seeds(folder: Path, patterns: Sequence[str]) -> list[Seed]:
    """Return real files below a folder, the beginning of those that are long."""
    seeds = []
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
        kind = _KINDS.get(path.suffix.lower(), "text")
        data = path.read_bytes()
        if kind == "text" and len(data) > MOST_BYTES:
            data = data[: data.rfind(b"\n", 0, MOST_BYTES) + 1]
        if data and len(data) <= MOST_BOOK_BYTES:
            seeds.append(Seed(path.name, data, kind))
    return seeds


def all_seeds(root: Path, *, shared: bool) -> list[Seed]:
    """Return every seed.

    Args:
        root: the checkout.
        shared: also the real data beside it.
    """
    seeds = own_seeds() + found_seeds(root / "examples" / "northwind", ("*.csv",))
    data = root.parent / "shared" / "data"
    if shared and data.is_dir():
        seeds += found_seeds(
            data, ("crm_sales/*.csv", "cdnow/*", "dedup/*.csv", "zh/*", "xml/*.xml")
        )
        seeds += found_seeds(data / "nasty", ("csvkit/*.*", "csv_spectrum/csvs/*.csv"))
        seeds += found_seeds(data / "nasty" / "pollock", ("**/*.csv",))[::8]
    return seeds


# --- spoiling them


def _other_bytes(rng: Random, seeds: Sequence[Seed], kind: str) -> list[bytes]:
    alike = [seed.data for seed in seeds if seed.kind == kind]
    return [rng.choice(alike), rng.choice(seeds).data]


def _spoilt_text(rng: Random, seed: Seed, data: bytes) -> bytes:
    try:
        text = data.decode(seed.encoding)
    except UnicodeError:
        text = data.decode("latin-1")
        return mutations.spoil_text(rng, text, seed.delimiter).encode("latin-1", "replace")
    spoilt = mutations.spoil_text(rng, text, seed.delimiter)
    errors = "surrogatepass" if seed.encoding.startswith("utf") else "replace"
    return spoilt.encode(seed.encoding, errors)


def mutant(rng: Random, seeds: Sequence[Seed]) -> Mutant:
    """Spoil one of the seeds."""
    kinds = sorted({seed.kind for seed in seeds})
    # text is quick and has the most to go wrong in it
    kind = rng.choices(
        kinds, [30 if kind == "text" else 4 if kind == "xml" else 1 for kind in kinds]
    )[0]
    seed = rng.choice([seed for seed in seeds if seed.kind == kind])
    way = rng.random()
    if way < 0.02:
        return Mutant(seed, seed.data, "whole")
    others = _other_bytes(rng, seeds, kind)
    if kind == "text":
        if way < 0.6:
            return Mutant(seed, _spoilt_text(rng, seed, seed.data), "cells")
        if way < 0.7:
            data = mutations.spoil_bytes(rng, _spoilt_text(rng, seed, seed.data), others)
            return Mutant(seed, data, "cells and bytes")
    elif kind == "xml":
        if way < 0.7:
            text = mutations.spoil_xml(rng, seed.data.decode(seed.encoding))
            return Mutant(seed, text.encode(seed.encoding, "replace"), "xml")
    elif kind in ("gz", "bz2"):
        unpack, pack = (
            (gzip.decompress, gzip.compress) if kind == "gz" else (bz2.decompress, bz2.compress)
        )
        inner = unpack(seed.data)
        if way < 0.4:
            return Mutant(seed, pack(_spoilt_text(rng, seed, inner)), "packed cells")
        if way < 0.6:
            return Mutant(seed, pack(mutations.spoil_bytes(rng, inner, others)), "packed bytes")
    elif seed.grid and way < 0.4:
        return Mutant(seed, BOOKS[kind](mutations.spoil_grid(rng, seed.grid)), "cells")
    elif kind != "xls" and way < 0.9:
        return Mutant(seed, mutations.spoil_archive(rng, seed.data), "parts")
    return Mutant(seed, mutations.spoil_bytes(rng, seed.data, others), "bytes")
