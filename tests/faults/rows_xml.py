"""Rows 72 to 76: XML."""

from __future__ import annotations

from lab import Case, Elsewhere, Lab
from rows_xlsx import LAUGHS, SECRET

FIELDS = ("OrderID", "CustomerID", "OrderDate", "Product", "Amount")
VALUES = (("A1", "K1", "2025-01-05", "Tea", "20.00"), ("A2", "K2", "2025-02-06", "Pen", "1.50"))


def records(values: tuple[tuple[str, ...], ...] = VALUES, name: str = "Order") -> str:
    """Return records with one element for each field, each on a line of its own."""
    return "".join(
        f"\n<{name}>" + "".join(f"<{f}>{v}</{f}>" for f, v in zip(FIELDS, row, strict=True))
        + f"</{name}>" for row in values
    )  # fmt: skip


def _xml(row: int, name: str, content: str | bytes, **more: object) -> Case:
    return Case(
        row, name, files={"orders.xml": content},
        run="import orders.xml --record //Order --as orders", **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _bomb(body: str) -> str:
    return f'<?xml version="1.0"?>{LAUGHS}<Orders>{body}</Orders>'


QUADRATIC = (
    f'<!DOCTYPE x [<!ENTITY a "{"x" * 100_000}">]><Orders><Order><OrderID>'
    + "&a;" * 10_000 + "</OrderID></Order></Orders>"
)  # fmt: skip


def _no_secret(lab: Lab) -> None:
    (lab.folder / "secret.txt").write_text(SECRET)
    place = (lab.folder / "secret.txt").as_uri()
    before = lab.state()
    for dtd in (f'<!DOCTYPE x [<!ENTITY s SYSTEM "{place}">]>', f'<!DOCTYPE x SYSTEM "{place}">',
                '<!DOCTYPE x [<!ENTITY s SYSTEM "http://127.0.0.1:9/x">]>'):  # fmt: skip
        body = "<Order><OrderID>&s;</OrderID></Order>" if "ENTITY" in dtd else records()
        (lab.folder / "orders.xml").write_text(f"{dtd}<Orders>{body}</Orders>")
        answer = lab.run("import orders.xml --record //Order --as orders")
        assert answer.code == 1, answer.said
        assert SECRET not in answer.said
        assert lab.state() == before


def _names(*expected: str):
    def check(lab: Lab) -> None:
        found = lab.rows("SELECT DISTINCT name || product_key FROM item ORDER BY id")
        assert [row[0] for row in found] == list(expected)

    return check


GB = VALUES[0][:3] + ("龙井茶", "20.00")
ATTRIBUTES = "<Orders>" + "".join(
    "\n<Order " + " ".join(f'{f}="{v}"' for f, v in zip(FIELDS, row, strict=True)) + "/>"
    for row in VALUES
) + "</Orders>"  # fmt: skip

CASES: list[Case | Elsewhere] = [
    _xml(72, "a billion laughs", _bomb("<Order><OrderID>&i;</OrderID></Order>"), exit=1),
    _xml(72, "quadratic", QUADRATIC, exit=1),
    _xml(72, "a hundred thousand levels", "<Order>" * 100_000 + "</Order>" * 100_000, exit=1),
    Case(73, "files of this machine", act=_no_secret),
    _xml(74, "truncated", f"<Orders>{records()}<Order>", exit=1, code="xml-malformed"),
    _xml(74, "two roots", f"<Orders>{records()}</Orders><Orders/>", exit=1, code="xml-malformed"),
    _xml(74, "control character", f"<Orders>{records()}\x01</Orders>", exit=1),
    _xml(75, "declared utf-8 and is not",
         b'<?xml version="1.0" encoding="utf-8"?><Orders><Order><OrderID>M\xfcller</OrderID></Order>'
         b"<Order><OrderID>x</OrderID></Order></Orders>", exit=1),
    *[
        _xml(75, f"declared {name}", (f'<?xml version="1.0" encoding="{name}"?><Orders>'
             + records((GB, VALUES[1])) + "</Orders>").encode(name), counts={"created": 2},
             check=_names("龙井茶", "Pen"))
        for name in ("gb2312", "gb18030", "utf-16")
    ],
    _xml(76, "all on one line", f"<Orders>{records()}</Orders>".replace("\n", ""),
         counts={"created": 2}, check=_names("Tea", "Pen")),
    _xml(76, "default namespace", f'<Orders xmlns="urn:orders">{records()}</Orders>',
         counts={"created": 2}, check=_names("Tea", "Pen")),
    _xml(76, "attributes", ATTRIBUTES, counts={"created": 2}, check=_names("Tea", "Pen")),
    _xml(76, "cdata", f"<Orders>{records()}</Orders>".replace("Tea", "<![CDATA[Tea & <milk>]]>"),
         counts={"created": 2}, check=_names("Tea & <milk>", "Pen")),
]  # fmt: skip
