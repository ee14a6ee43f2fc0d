"""Ways to spoil a file: as bytes, as text in cells, as XML, as parts of an archive.

Every function takes a random generator and what it is to spoil, and returns the spoilt thing. A
generator that starts alike spoils alike, so a failure is named by two numbers.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Sequence
from random import Random

# what cells hold somewhere in the world, and what only an enemy would write
CELLS = (
    "", " ", "NULL", "\\N", "n/a", "-", "=1+1", "'=1+1", "+1", "@x", "1e400", "-0", "0", "-1", "9" * 19,
    "9" * 400, "1,234.56", "1.234,56", "1 234,5", "1.234", "0.00001", "1.5", "-3", "(12.50)", "12-",
    "€5", "$5", "5 USD", "￥12", "1.2万", "3亿", "１２３", "٣", "½", "²", "①", "Ⅷ", "一", "五", "NaN", "inf",
    "1_000", "0x10", "1E5", "8.6138E+12", "00123", "007", "7", "TRUE", "#N/A", "#REF!", "2025-02-30",
    "31/12/2024", "12/31/2024", "01/02/2024", "20250105", "45000", "45000.5", "0", "60", "-5", "3000000",
    "2025年1月5日", "２０２５年１月５日", "民国114年1月5日", "114/1/5", "Jan 5 2025", "5.1.25", "1999-12-31",
    "2098-01-01", "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "24:00", "2025-01-05 25:61",
    "2025-01-01T00:00:00+99:99", "2025-01-01T00:00:00Z", "2025-03-30T02:30:00+01:00", "2025-01", "2025",
    "1月", "2025-13", "Q1 2025", "合计", "Total", "Total:", "小计", "制表人", "A1", "K1", "C1", "C1001",
    "张三", "Café\u0301", "a\u200bb", "\ufeff", "\u202e", "\u2028", "\x85", "\x0b", "\x1b[31m", "\x00",
    "\ud800", "\U0010ffff", "\t", "\r", "\n", '"', '""', '"a', 'a"b', "'", ",", ";", "|", "\x1a",     "x" * 5_000, "a\nb", "[/red]", "{gap}", "%s", "../x", "ann@example.test", "+86 138 0000 0000",
)  # fmt: skip
# what no person wrote; rarely taken, since every pattern that looks at them takes its time
LONG_CELLS = (
    "x" * 140_000, "x" * 130_000, "1" * 130_000, "1," * 60_000, "ab " * 40_000, " " * 120_000 + "x",
    "张" * 30_000, "9" * 5_000, "-" * 50_000, "a@" + "." * 50_000 + "@", "(" * 20_000,
)  # fmt: skip
HEADERS = (
    "Order ID", "Order Date", "Customer ID", "Customer Name", "Product", "Product ID", "Category",
    "Quantity", "Unit Price", "Amount", "Discount", "Cost", "Status", "Type", "Line Number", "Email",
    "Phone", "Tax ID", "Postcode", "City", "Country", "Currency", "Total", "订单号", "日期", "客户编号", "客户",
    "商品", "数量", "单价", "金额", "2025-01", "2025-02", "1月", "2月", "Jan", "Feb", "ci_line", "ci_source",
    "ci_import", "ci_cell", "Date", "Name", "ID", "#", "备注",
)  # fmt: skip
TOKENS = (
    b'"', b"'", b'""', b"\0", b"\n", b"\r", b"\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b",", b";",
    b"\t", b"|", b"sep=;\n", b"\x1a", b"\xff", b"\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"9" * 30,
    b"-1", b"1e999", b"<", b"</", b">", b"&", b"&#0;", b"&x;", b"<!--", b"]]>", b"<![CDATA[", b"<!DOCTYPE x>",
    b"<?xml version='1.0' encoding='utf-7'?>", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"BZh9", b"=",
    "，".encode(), "，".encode("gb18030"), b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f",
)  # fmt: skip
NUMBERS = (
    "-1", "0", "1", "2", "3", "7", "65535", "65536", "2147483647", "2147483648", "4294967296",
    "9223372036854775808", "1e308", "1e999", "NaN", "", "abc", "0.5", "1048577", "99999999999999999999",
)  # fmt: skip
REFERENCES = (
    "A0", "A1", "B2", "C3", "F9", "Z40", "XFD1", "AAAA1", "XFE1", "1A", "A", "", "$A$1", "a1", "A1:B2",
    "A1048577", "A99999999999", "AZ500",
)  # fmt: skip

Bytes = Callable[[Random, bytes, Sequence[bytes]], bytes]


def _span(rng: Random, length: int, most: int = 400) -> tuple[int, int]:
    """Return begin and end of a piece, which may be empty only where there is nothing."""
    begin = rng.randrange(length) if length else 0
    return begin, min(length, begin + 1 + rng.randrange(rng.choice((1, 8, 60, most))))


# --- bytes


def flip_bits(rng: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Turn one to eight bits over."""
    spoilt = bytearray(data)
    for _n in range(rng.choice((1, 1, 1, 2, 8))):
        if spoilt:
            spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.randrange(8)
    return bytes(spoilt)


def set_bytes(rng: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Overwrite a few bytes with edges or chance."""
    spoilt = bytearray(data)
    for _n in range(rng.choice((1, 1, 2, 5))):
        if spoilt:
            spoilt[rng.randrange(len(spoilt))] = rng.choice((0, 255, 127, 128, rng.randrange(256)))
    return bytes(spoilt)


def cut(rng: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Keep a beginning, rarely an end."""
    at = rng.randrange(len(data) + 1)
    return data[at:] if rng.random() < 0.1 else data[:at]


def splice(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Go on in the middle of another file."""
    other = rng.choice(others) if others else data
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def delete_block(rng: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Leave a piece out."""
    begin, end = _span(rng, len(data))
    return data[:begin] + data[end:]


def repeat_block(rng: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Write a piece several times."""
    begin, end = _span(rng, len(data))
    return data[:end] + data[begin:end] * rng.choice((1, 1, 2, 20)) + data[end:]


def swap_blocks(rng: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Exchange two pieces of one length."""
    if len(data) < 4:
        return data
    size = 1 + rng.randrange(min(64, len(data) // 2))
    one = rng.randrange(len(data) - 2 * size + 1)
    other = rng.randrange(one + size, len(data) - size + 1)
    return (
        data[:one] + data[other : other + size] + data[one + size : other]
        + data[one : one + size] + data[other + size :]
    )  # fmt: skip


def insert_token(rng: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Put in what has a meaning somewhere."""
    at = rng.choice((0, len(data), rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
    return data[:at] + rng.choice(TOKENS) * rng.choice((1, 1, 1, 2, 50)) + data[at:]


def change_ends(rng: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Write other line ends."""
    return data.replace(rng.choice((b"\n", b"\r\n")), rng.choice((b"\r", b"\r\n", b"\n\n", b"")))


BYTES: tuple[Bytes, ...] = (
    flip_bits, flip_bits, set_bytes, set_bytes, cut, splice, delete_block, repeat_block, swap_blocks,
    insert_token, insert_token, change_ends,
)  # fmt: skip


def spoil_bytes(rng: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Spoil bytes in one to three ways."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        data = rng.choice(BYTES)(rng, data, others)
    return data


# --- cells

Grid = list[list[str]]


def any_cell(rng: Random, grid: Grid) -> str:
    """Return a cell that is odd, or stands elsewhere, or is an odd cell joined to that."""
    row = rng.choice(grid)
    here = rng.choice(row) if row else ""
    odd = rng.choice(CELLS if rng.random() < 0.98 else LONG_CELLS)
    return rng.choice((odd, odd, odd, here, here + odd, odd + here))


def one_cell(rng: Random, grid: Grid) -> None:
    """Replace some cells."""
    for _ in range(rng.choice((1, 1, 3, 10))):
        row = rng.choice(grid)
        if row:
            row[rng.randrange(len(row))] = any_cell(rng, grid)


def one_column(rng: Random, grid: Grid) -> None:
    """Replace a whole column by one odd cell, or some of it by several."""
    at = rng.randrange(max(map(len, grid)) or 1)
    palette = [any_cell(rng, grid) for _ in range(rng.choice((1, 2, 4)))]
    share = rng.choice((1.0, 0.5, 0.2))
    for row in grid[1:]:
        if at < len(row) and rng.random() < share:
            row[at] = rng.choice(palette)


def one_header(rng: Random, grid: Grid) -> None:
    """Rename a column."""
    if grid[0]:
        grid[0][rng.randrange(len(grid[0]))] = rng.choice((*HEADERS, any_cell(rng, grid)))


def swap_columns(rng: Random, grid: Grid) -> None:
    """Exchange two columns, headers left in place or not."""
    width = min(map(len, grid))
    if width > 1:
        one, other = rng.sample(range(width), 2)
        for row in grid[rng.randrange(2) :]:
            row[one], row[other] = row[other], row[one]


def drop_column(rng: Random, grid: Grid) -> None:
    """Leave a column out."""
    at = rng.randrange(max(map(len, grid)) or 1)
    for row in grid:
        del row[at : at + 1]


def add_column(rng: Random, grid: Grid) -> None:
    """Add a column of odd cells with a header that means something."""
    palette = [any_cell(rng, grid) for _ in range(3)]
    for number, row in enumerate(grid):
        row.append(rng.choice(palette if number else HEADERS))


def ragged(rng: Random, grid: Grid) -> None:
    """Make some rows too long or too short."""
    for _ in range(rng.choice((1, 2, 6))):
        row = rng.choice(grid)
        if rng.random() < 0.5:
            row.insert(rng.randrange(len(row) + 1), any_cell(rng, grid))
        elif row:
            del row[rng.randrange(len(row))]


def rows_about(rng: Random, grid: Grid) -> None:
    """Repeat, drop, move or blank rows, the header among them."""
    at = rng.randrange(len(grid))
    action = rng.randrange(5)
    if action == 0:
        grid[at:at] = [list(grid[at]) for _ in range(rng.choice((1, 2, 30)))]
    elif action == 1 and len(grid) > 1:
        del grid[at]
    elif action == 2:
        grid.insert(rng.randrange(len(grid)), grid.pop(at))
    elif action == 3:
        grid.insert(at, [rng.choice(("", "", any_cell(rng, grid))) for _ in grid[0]])
    else:
        grid.insert(at, list(grid[0]))


def title_or_total(rng: Random, grid: Grid) -> None:
    """Put a title above, or a total below."""
    word = rng.choice(("Report 2025", "Total", "合计", "Order ID", "2025", any_cell(rng, grid)))
    row = [word, *[rng.choice(("", "", "100", any_cell(rng, grid))) for _ in grid[0][1:]]]
    grid.insert(rng.choice((0, len(grid))), row)


def holes(rng: Random, grid: Grid) -> None:
    """Empty some cells of a column, as where a group is named on its first row only."""
    at = rng.randrange(max(map(len, grid)) or 1)
    for row in grid[2:]:
        if at < len(row) and rng.random() < 0.6:
            row[at] = ""


GRID = (
    one_cell, one_cell, one_cell, one_column, one_column, one_header, one_header, swap_columns, drop_column,
    add_column, ragged, rows_about, rows_about, title_or_total, holes,
)  # fmt: skip


def spoil_grid(rng: Random, grid: Sequence[Sequence[str]]) -> Grid:
    """Spoil rows of cells in one to four ways."""
    spoilt = [list(row) for row in grid]
    for _ in range(rng.choice((1, 1, 2, 3, 4))):
        if spoilt and any(spoilt):
            rng.choice(GRID)(rng, spoilt)
    return spoilt


def spoil_text(rng: Random, text: str, delimiter: str) -> str:
    """Spoil delimited text cell by cell; quotes are left to stand as they happen to."""
    grid = spoil_grid(rng, [line.split(delimiter) for line in text.splitlines()] or [[""]])
    end = rng.choice(("\n", "\n", "\n", "\r\n", "\r"))
    return end.join(delimiter.join(row) for row in grid) + rng.choice((end, end, ""))


# --- XML

_TAG = re.compile(r"<[^<>]*>")
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*("[^"<>]*"|'[^'<>]*')""")
_TEXT = re.compile(r">([^<>]+)<")
_REFERENCE = re.compile(r"""\br=["'][A-Z]+\d+["']""")
_DIGITS = re.compile(r"\d+")
_ROWS = re.compile(r"<(row|(?:\w+:)?table-row|Customer|Order)\b.*?</\1>", re.DOTALL)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _replaced(
    rng: Random, pattern: re.Pattern[str], text: str, make: Callable[[re.Match[str]], str]
) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text
    one = rng.choice(found)
    return text[: one.start()] + make(one) + text[one.end() :]


def spoil_xml(rng: Random, text: str) -> str:
    """Spoil XML in one to four ways that mostly leave it well formed."""
    odd = lambda: _escaped(rng.choice(CELLS))  # noqa: E731 - read beside its uses
    ways: tuple[Callable[[str], str], ...] = (
        lambda t: _replaced(rng, _TEXT, t, lambda m: f">{odd()}<"),
        lambda t: _replaced(rng, _TEXT, t, lambda m: f">{odd()}<"),
        lambda t: _replaced(rng, _TEXT, t, lambda m: f">{rng.choice(NUMBERS)}<"),
        lambda t: _replaced(rng, _ATTRIBUTE, t, lambda m: f'{m[1]}="{rng.choice(NUMBERS)}"'),
        lambda t: _replaced(rng, _ATTRIBUTE, t, lambda m: f'{m[1]}="{odd()[:200]}"'),
        lambda t: _replaced(rng, _ATTRIBUTE, t, lambda m: rng.choice(("", f"x{m[0]}"))),
        lambda t: _replaced(rng, _REFERENCE, t, lambda m: f'r="{rng.choice(REFERENCES)}"'),
        lambda t: _replaced(rng, _DIGITS, t, lambda m: rng.choice(NUMBERS)),
        lambda t: _replaced(
            rng, _TAG, t, lambda m: rng.choice(("", m[0] * 2, "<x/>", "<!-- a -->"))
        ),
        lambda t: _replaced(rng, _ROWS, t, lambda m: rng.choice(("", m[0] * 2, m[0] * 30))),
        lambda t: _replaced(rng, _ROWS, t, lambda m: _replaced(rng, _ROWS, t, lambda n: n[0])),
    )
    for _ in range(rng.choice((1, 1, 2, 4))):
        text = rng.choice(ways)(text[:200_000])
    return text


# --- archives


def spoil_part(rng: Random, name: str, data: bytes) -> bytes:
    """Spoil one part of an archive as what it is."""
    if rng.random() < 0.75 and data[:1] == b"<":
        return spoil_xml(rng, data.decode("utf-8", "replace")).encode("utf-8", "replace")
    if rng.random() < 0.7 and name.endswith((".csv", ".txt")):
        return spoil_text(rng, data.decode("utf-8", "replace"), ",").encode("utf-8", "replace")
    return spoil_bytes(rng, data, [])


def spoil_archive(rng: Random, data: bytes) -> bytes:
    """Spoil the parts of an archive and pack it anew, with checksums that are right."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    weights = [
        5 if re.search(r"sheet\d|content\.xml|\.csv|sharedS", name) else 1 for name, _ in parts
    ]
    for _ in range(rng.choice((1, 1, 1, 2))):
        at = rng.choices(range(len(parts)), weights)[0]
        name, content = parts[at]
        way = rng.random()
        if way < 0.88:
            parts[at] = name, spoil_part(rng, name, content)
        elif way < 0.91 and len(parts) > 1:
            del parts[at], weights[at]
        elif way < 0.94:
            parts[at] = (
                rng.choice((name.upper(), f"x/{name}", f"{name}.bak", f"../{name}")),
                content,
            )
        elif way < 0.97:
            other = rng.randrange(len(parts))
            parts[at], parts[other] = (name, parts[other][1]), (parts[other][0], content)
        else:
            parts.append((f"extra/{name}", content))
            weights.append(1)
    out = io.BytesIO()
    with (
        warnings.catch_warnings(action="ignore"),
        zipfile.ZipFile(  # two parts of one name
            out, "w", rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
        ) as archive,
    ):
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()
