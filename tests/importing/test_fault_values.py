"""Faults of values and shapes that spreadsheets bring, each by a file made here.

The numbers are those of the project's fault table: ``created`` and ``rejected`` say how many of the
rows went in and did not, an error stands for a file of which nothing did; the books balance in
every case (see ``importer.bring_in``), and the same file again adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ci_cli.errors import CiError
from sheets import HEADER, Brought, order_row, text_file, workbook

Make = Callable[[Path], Path]


class Fault(NamedTuple):
    """One row of the table: the rows below HEADER, and what comes of them."""

    number: str
    rows: list[list[Any]]
    created: int
    rejected: int = 0
    says: str = ""  # in a note or in the reason of a reject
    kinds: tuple[str, ...] = ("csv", "xlsx")


def each(column: str, *values: Any) -> list[list[Any]]:
    """Return one row per value of a column."""
    return [order_row(number, **{column: value}) for number, value in enumerate(values, start=1)]


XLSX = ("xlsx",)
CSV = ("csv",)
FAULTS = [
    Fault("20 error codes", each("金额", 1, "#N/A", "#REF!", "#DIV/0!", "#VALUE!"), 1, 4, "#REF!"),
    Fault("21 never calculated", each("金额", 1, "=F2*2"), 1, 1, "never calculated", XLSX),
    Fault("32 days as numbers", each("日期", *range(45658, 45668), 0, 60, -5, 3_000_000), 10, 4,
          "is no date"),
    Fault("32 rounded to the second", each("日期", 44927.99999, 45658), 2, 0, "", XLSX),
    Fault("33 dates of all kinds", each("日期", "2025-01-02", 45659, date(2025, 1, 4), "2025年1月5日",
          "foo"), 4, 1, "“foo” is no date"),
    Fault("34 codes that lost zeros", each("客户编号", 7, 42, 123, 905), 4, 0, "--id-width"),
    Fault("35 more than 15 digits", each("客户编号", 690123456789012345, 6222021234567890123, "K3"),
          1, 2, "lost digits", XLSX),
    Fault("36 shortened by Excel", each("客户编号", "8.6138E+12", "8.6138e+12", "K3"), 1, 2,
          "lost digits"),
    Fault("37 numbers as text", each("金额", "1\u00a0234.50", "1\u2009234.50", "￥1,234.50", "1.2万",
          "１２３４．５"), 5),
    Fault("38 truth in an amount", each("金额", 1, True), 1, 1, "is no number"),
    Fault("39 control characters", each("商品", "a\x1b[31mb", "茶"), 2, 0, "", CSV),
    Fault("40 a total at the foot", [*each("金额", 1, 2), ["Total", *[""] * 5, 3]], 2, 0, "Total"),
    Fault("40 a total in another column", [*each("金额", 1, 2), ["", "", "", "", "小计", "", 3]], 2, 0,
          "小计"),
    Fault("40 a sum without a word", [*each("金额", 1, 2), ["", "", "", "", "", 4, 3]], 2, 1,
          "is empty"),
    Fault("59 the header again", [order_row(1), HEADER, order_row(2)], 2, 1, "header stands here"),
    Fault("60 names like nothing", each("客户", "NA", "NULL", "None", "nan", "True"), 5),
    Fault("61 codes as they stand", each("客户编号", "1E5", "00123", "+44123", "1_000", "１２３"), 5),
    Fault("61 amounts by the rule", each("金额", "1E5", "00123", "+44", "１２３", "1_000"), 4, 1,
          "is no number"),
    Fault("62 signs and marks", each("金额", "1,234.56", "(12.50)", "12-", "¥5", "5 元"), 5),
    Fault("63 no finite numbers", each("金额", "inf", "nan", "1e400", "-0", "1e-20", "0.00005"), 3, 3,
          "is no number"),
    Fault("65 days that are none", each("日期", "2024-02-30", "2023-02-29", "0024-01-01",
          "9999-01-01", *["2025-01-02"] * 6), 6, 4, "does not exist"),
    Fault("68 too large", each("数量", "99999999999999999999", 1), 1, 1, "too large"),
    Fault("70 returns and gifts", [order_row(1, 数量=-1, 金额=-5), order_row(2, 金额=0)], 2),
    Fault("71 no customer", [order_row(1, 客户编号="", 客户=""), order_row(2)], 2, 0,
          "Rows that name no customer: 1"),
]  # fmt: skip
CASES = [(fault, kind) for fault in FAULTS for kind in fault.kinds]


@pytest.mark.parametrize(("fault", "kind"), CASES, ids=[f"{f.number}-{k}" for f, k in CASES])
def test_fault(fault: Fault, kind: str, tmp_path: Path) -> None:
    if kind == "csv":
        path = text_file(tmp_path / "o.csv", [HEADER, *fault.rows])
    else:
        path = workbook(tmp_path / "o.xlsx", {"订单": [HEADER, *fault.rows]})
    brought = Brought(tmp_path)
    found = brought.bring(path)
    told = brought.notes() + "".join(str(reject.reason) for reject in found.rejects)
    assert (found.counts.created, found.counts.rejected) == (fault.created, fault.rejected), told
    assert fault.says in told
    assert all(reject.where.line and str(reject.fix) for reject in found.rejects)
    again = brought.bring(path)
    assert (again.counts.created, again.counts.unchanged) == (0, fault.created)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (each("日期", "01/02/2024", "03/04/2024"), "date-ambiguous"),  # 64
        (each("日期", "13/02/2024", "02/13/2024"), "date-ambiguous"),
        (each("金额", "1.234", "5.678"), "number-ambiguous"),  # 62
        (each("金额", "$5", "€5"), "currencies-mixed"),  # 69
    ],
)
def test_what_a_person_must_decide(rows: list[list[Any]], code: str, tmp_path: Path) -> None:
    brought = Brought(tmp_path)
    with pytest.raises(CiError, match=code):
        brought.bring(text_file(tmp_path / "o.csv", [HEADER, *rows]))
    assert brought.ask("SELECT count(*) FROM batch") == [(0,)]


def test_30_a_required_field_twice(tmp_path: Path) -> None:
    rows = [[*HEADER, "金额"], [*order_row(1), 11], [*order_row(2), 12]]
    with pytest.raises(CiError, match="header-duplicate"):
        Brought(tmp_path).bring(text_file(tmp_path / "o.csv", rows))


def test_30_a_blank_header_and_odd_case(tmp_path: Path) -> None:
    rows = [
        [" ORDER  id", "order DATE ", "", "CUSTOMER name", "Amount"],
        ["A1", "2025-01-02", "x", "甲", 1],
        ["A2", "2025-01-02", "", "乙", 2],
    ]
    brought = Brought(tmp_path)
    assert brought.bring(text_file(tmp_path / "o.csv", rows)).counts.created == 2
    assert "kept by number: #3" in brought.notes()


def test_31_the_calendar_of_1904(tmp_path: Path) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    rows = [HEADER, *each("日期", date(2025, 1, 2), datetime(2025, 1, 3, 8, 0))]
    plain, mac = Brought(tmp_path, "plain.db"), Brought(tmp_path, "mac.db")
    plain.bring(workbook(tmp_path / "o.xlsx", {"订单": rows}))
    mac.bring(workbook(tmp_path / "m.xlsx", {"订单": rows}, epoch=CALENDAR_MAC_1904))
    assert mac.lines() == plain.lines() != []


def test_34_codes_get_their_zeros_back(tmp_path: Path) -> None:
    rows = [HEADER, *each("客户编号", 7, 42, "X9", 1234567)]
    brought = Brought(tmp_path)
    brought.bring(workbook(tmp_path / "o.xlsx", {"订单": rows}), id_widths={"customer.id": 6})
    assert [customer for _, _, customer, _ in brought.lines()] == [
        "000007", "000042", "X9", "1234567",
    ]  # fmt: skip
    assert "--id-width" not in brought.notes()


@pytest.mark.parametrize(
    "codes",
    [range(1, 250), range(95, 131), ["K1", "K22"], ["1E5", "12"], ["12345", "17850"], [7], []],
)
def test_34_numbers_that_count_lost_nothing(codes: Any, tmp_path: Path) -> None:
    brought = Brought(tmp_path)
    brought.bring(text_file(tmp_path / "o.csv", [HEADER, *each("客户编号", *codes), order_row(500)])
                  if codes else text_file(tmp_path / "o.csv", [HEADER, order_row(1)]))  # fmt: skip
    assert "--id-width" not in brought.notes()


def test_a_damaged_row_does_not_speak_for_its_column(tmp_path: Path) -> None:
    rows = [HEADER, *each("客户编号", "K1", "K2", "x" * 200_000)]
    brought = Brought(tmp_path)
    found = brought.bring(text_file(tmp_path / "o.csv", rows))
    assert (found.counts.created, found.counts.rejected) == (2, 1)
    assert "订单号" in [header for header, name, _ in found.decisions if name == "order.id"]
