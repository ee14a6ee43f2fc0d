"""Mend the quoting of the classic Northwind files, once and in the open.

The well-known CSV copy of Northwind was written without quoting: where a street address contains a
comma (``Rua do Paço, 67``) the row has one column too many. This script puts the quotes back and
changes nothing else: a row that already has the right number of columns is copied byte for byte.

How a damaged row is read: the columns before and after the address are known, and a comma inside a
value is followed by a space while a comma between values never is. So pieces are joined at every
comma that a space follows, and the result is accepted only if

* the row then has exactly the width of its header,
* the joined value sits in the address column and nothing else was joined,
* every column looks like what it should hold (ids, dates, postal codes, telephone numbers, titles),
* for an order: the address is the one on record for its customer.

A row that fails any of these stops the script; nothing is guessed.

``categories.csv`` also loses its last column ``picture`` (the beginning of a bitmap as
hexadecimal text); the other columns are kept as they stand, ``NULL`` and ``.000`` included.

Usage::

    python tools/mend_northwind.py SOURCE_FOLDER TARGET_FOLDER
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

COPIED = ("order-details.csv", "products.csv")

_ANY = r".+"
_NULL = r"NULL"
_STAMP = r"\d{4}-\d\d-\d\d 00:00:00\.000"
_POSTAL = rf"[A-Z]{{0,2}}-?[0-9A-Z]{{2,6}}([ -][0-9A-Z]{{2,4}})?|{_NULL}"
_PHONE = rf"\(?\d{{1,3}}\)?[\d .-]{{5,16}}|{_NULL}"
_REGION = rf"[^\d,]+|{_NULL}"
_NO_DIGIT = r"[^\d,]+"
_TITLE = r"[A-Za-z/ ]*(Owner|Manager|Representative|Agent|Administrator|Associate|Assistant)"

CUSTOMER_PATTERNS = {
    "customerID": r"[A-Z]{5}",
    "companyName": _NO_DIGIT,
    "contactName": _NO_DIGIT,
    "contactTitle": _TITLE,
    "address": _ANY,
    "city": _NO_DIGIT,
    "region": _REGION,
    "postalCode": _POSTAL,
    "country": r"[A-Za-z]+",
    "phone": _PHONE,
    "fax": _PHONE,
}
ORDER_PATTERNS = {
    "orderID": r"\d{5}",
    "customerID": r"[A-Z]{5}",
    "employeeID": r"\d",
    "orderDate": _STAMP,
    "requiredDate": _STAMP,
    "shippedDate": rf"{_STAMP}|{_NULL}",
    "shipVia": r"[123]",
    "freight": r"\d+\.\d\d",
    "shipName": _NO_DIGIT,
    "shipAddress": _ANY,
    "shipCity": _NO_DIGIT,
    "shipRegion": _REGION,
    "shipPostalCode": _POSTAL,
    "shipCountry": r"[A-Za-z]+",
}


class CannotMendError(Exception):
    """A row for which there is not exactly one reading that passes every check."""


def quoted(fields: list[str]) -> str:
    """Return one CSV line, quoting only where it is needed."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(fields)
    return buffer.getvalue()


def rejoin(line: str, patterns: dict[str, str], address: str) -> list[str]:
    """Return the fields of a damaged line, its address whole again.

    Raises:
        CannotMendError: the reading is not certain.
    """
    names = list(patterns)
    fields: list[str] = []
    joined: list[int] = []
    for piece in line.split(","):
        if piece.startswith(" ") and fields:
            fields[-1] += "," + piece
            joined.append(len(fields) - 1)
        else:
            fields.append(piece)
    if len(fields) != len(names):
        raise CannotMendError(f"{len(fields)} columns, {len(names)} expected: {line}")
    if set(joined) != {names.index(address)}:
        raise CannotMendError(f"the stray comma is not in {address}: {line}")
    for name, value in zip(names, fields, strict=True):
        if not re.fullmatch(patterns[name], value):
            raise CannotMendError(f"{name} does not look like one ({value!r}): {line}")
    return fields


def mend_table(
    text: str,
    patterns: dict[str, str],
    address: str,
    check: Callable[[dict[str, str]], str | None] = lambda _row: None,
) -> tuple[str, list[dict[str, str]], int]:
    """Mend one unquoted table.

    Args:
        text: the whole file; it must contain no quotes yet.
        patterns: what each column holds, in the order of the header.
        address: the column that contains the stray commas.
        check: a further check of a mended row; returns what is wrong, or None.

    Returns:
        The mended text, all rows as dictionaries, and how many rows were mended.
    """
    if '"' in text:
        raise CannotMendError("the file contains quotes: it is not the unquoted copy")
    header, *lines = text.splitlines(keepends=True)
    names = header.rstrip("\n").split(",")
    if names != list(patterns):
        raise CannotMendError(f"unexpected header: {names}")
    whole = {
        i: x.rstrip("\n").split(",") for i, x in enumerate(lines) if x.count(",") == len(names) - 1
    }
    out, rows = [header], []
    for i, line in enumerate(lines):
        fields = whole.get(i) or rejoin(line.rstrip("\n"), patterns, address)
        row = dict(zip(names, fields, strict=True))
        if i in whole:
            out.append(line)
        else:
            problem = check(row)
            if problem:
                raise CannotMendError(f"{problem}: {line}")
            out.append(quoted(fields))
        rows.append(row)
    return "".join(out), rows, len(lines) - len(whole)


def drop_picture(text: str) -> str:
    """Return categories.csv without its last column; the rest of each line stays as it is."""
    out = []
    for number, line in enumerate(text.splitlines()):
        rest, _, last = line.rpartition(",")
        if not (last == "picture" if number == 0 else re.fullmatch("0x[0-9A-F]+", last)):
            raise CannotMendError(f"the last column is not the picture: {last[:40]}")
        out.append(rest + "\n")
    return "".join(out)


def mend(source: Path, target: Path) -> dict[str, int]:
    """Write the five mended files and return how many rows were mended in each."""

    def read(name: str) -> str:
        return (source / name).read_bytes().decode("utf-8")

    customers_text, customers, mended_customers = mend_table(
        read("customers.csv"), CUSTOMER_PATTERNS, "address"
    )
    address_of = {row["customerID"]: row["address"] for row in customers}

    def ships_home(row: dict[str, str]) -> str | None:
        on_record = address_of.get(row["customerID"])
        return (
            None if row["shipAddress"] == on_record else f"the customer's address is {on_record!r}"
        )

    orders_text, _orders, mended_orders = mend_table(
        read("orders.csv"), ORDER_PATTERNS, "shipAddress", check=ships_home
    )
    texts = {
        "customers.csv": customers_text,
        "orders.csv": orders_text,
        "categories.csv": drop_picture(read("categories.csv")),
        **{name: read(name) for name in COPIED},
    }
    target.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (target / name).write_bytes(text.encode("utf-8"))
    return {"customers.csv": mended_customers, "orders.csv": mended_orders}


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python tools/mend_northwind.py SOURCE_FOLDER TARGET_FOLDER")
    for file_name, count in mend(Path(sys.argv[1]), Path(sys.argv[2])).items():
        print(f"{file_name}: {count} rows mended")
