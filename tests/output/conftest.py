"""Reports that the tests of this room share."""

from __future__ import annotations

import dataclasses
import gettext
from collections.abc import Iterator

import pytest
from output_samples import HOSTILE

from ci_cli import text
from ci_cli.report import Chart, Column, Note, Report, Table
from ci_cli.text import msg


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """English, colours allowed, and none of the variables that change what a terminal shows."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "COLORTERM", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    text.activate("en")
    yield
    text.activate("en")


@pytest.fixture
def hostile() -> Report:
    """One row per hostile name, each with an id and an amount."""
    columns = (
        Column("id", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("net", msg("revenue"), "money", "CNY"),
    )
    rows = [(f"C{n}", name, -50_000) for n, name in enumerate(HOSTILE)]
    return Report("hostile", msg("{code} {name}", code="C1", name="[/] \x1b[2J"), [
        Table("main", columns, rows)
    ])  # fmt: skip


@pytest.fixture
def full() -> Report:
    """Every kind of column, a total, a second table, notes."""
    columns = (
        Column("id", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("state", msg("status"), "state"),
        Column("day", msg("day"), "date"),
        Column("month", msg("month"), "month"),
        Column("orders", msg("orders"), "int"),
        Column("silent", msg("silent days"), "days"),
        Column("net", msg("revenue"), "money", "CNY"),
        Column("quantity", msg("quantity"), "quantity"),
        Column("change", msg("change"), "percent"),
        Column("score", msg("score"), "number"),
        Column("trend", msg("trend"), "spark"),
    )
    rows = [
        ("00123", "张伟有限公司", "dormant", "2011-12-09", "2011-12", 1234, 30.5, 12_345_600,
         1_500_000, 0.125, 0.5, (1.0, 2.5, None, 4.0)),
        ("1E5", "NA", "active", "1899-01-01", "2011-11", 0, 7, -5_123_456_789,
         -2_000_000, -0.3333, 1234.5, (0, 0)),
        ("C3", None, None, None, None, None, None, None, None, None, None, None),
    ]  # fmt: skip
    total = (None, None, None, None, None, 1234, None, -5_111_111_189, None, 1.0, None, None)
    return Report(
        "full",
        msg("score"),
        [
            Table("main", columns, rows, total=total),
            Table("second", columns[:2], [("C9", "second")], title=msg("Contacts")),
        ],
        {"as_of": "2011-12-09", "window": None, "shares": [0.5, float("nan")]},
        [Note(msg("Saved: {file}", file="a definition")),
         Note(msg("Saved: {file}", file="a warning"), "warning")],
    )  # fmt: skip


@pytest.fixture
def charted(full: Report) -> Report:
    """The same with a chart: six months that fall from the fourth on."""
    chart = Chart(
        "course", msg("{group}: x", group="张伟有限公司"), "CNY",
        ("2011-01", "2011-02", "2011-03", "2011-04", "2011-05", "2011-06"),
        (80.0, 70.0, 80.0, 60.0, 35.0, 0.0), (78.0, 78.0, 78.0, 78.0, 78.0, 78.0),
        "2011-04", msg("since {since}", since="2011-04"),
    )  # fmt: skip
    return dataclasses.replace(full, charts=[chart])


class Words(gettext.NullTranslations):
    """A catalogue of a few words, so that these tests do not hang on the real one."""

    def gettext(self, message: str) -> str:
        known = {"revenue": "收入", "status": "状态", "orders": "订单数", "name": "名称"}
        return known.get(message, message)


@pytest.fixture
def chinese_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make translate() know a few Chinese labels."""
    monkeypatch.setattr(text, "_current", Words())
