"""The code in ``docs/add-a-*.md`` works: it is taken from the pages and run."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from ci_cli.errors import CiError

DOCS = Path(__file__).resolve().parents[1] / "docs"


def module_in(page: str, name: str) -> ModuleType:
    """Return the module whose source is the Python block of a page."""
    (source,) = re.findall(r"^```python\n(.*?)^```", (DOCS / page).read_text("utf-8"), re.M | re.S)
    spec = spec_from_loader(name, loader=None)
    assert spec is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    exec(compile(source, f"docs/{page}", "exec"), module.__dict__)
    return module


@pytest.fixture(scope="module")
def jsonlines() -> Iterator[ModuleType]:
    yield module_in("add-a-format.md", "walkthrough_format")
    del sys.modules["walkthrough_format"]


@pytest.fixture(scope="module")
def bought_once() -> Iterator[ModuleType]:
    yield module_in("add-a-report.md", "walkthrough_report")
    del sys.modules["walkthrough_report"]


def rows_of(jsonlines: ModuleType, path: Path) -> list[tuple[int, list[str]]]:
    from ci_cli.readers import guard
    from ci_cli.readers.base import ReadOptions

    snapshot, _head = guard.take_snapshot(path)
    with jsonlines.open_jsonlines(snapshot, ReadOptions()) as (table,):
        first, second = (
            [pair for chunk in table.chunks() for pair in zip(chunk.lines, chunk.rows, strict=True)]
            for _ in range(2)
        )
    assert first == second
    return first


def test_the_reader_of_the_page_reads(jsonlines: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    objects = [{"id": "007", "name": "张伟"}, {"id": None, "name": "x", "more": True}]
    lines = [json.dumps(one, ensure_ascii=False) for one in objects]
    path.write_text(f"{lines[0]}\n\n{lines[1]}\n" + '{"id": 1.10}\n', "utf-8")
    assert rows_of(jsonlines, path) == [
        (1, ["id", "name"]),
        (1, ["007", "张伟"]),
        (3, ["", "x", "more=True"]),
        (4, ["1.10", ""]),
    ]


@pytest.mark.parametrize("line", [b'{"a": 1', b"[1]", b"\xff\xfe", b'{"a": 007}'])
def test_the_reader_of_the_page_names_the_line(
    jsonlines: ModuleType, tmp_path: Path, line: bytes
) -> None:
    path = tmp_path / "orders.jsonl"
    path.write_bytes(b'{"a": 1}\n' + line)
    with pytest.raises(CiError, match=r"file-damaged.*line 2"):
        rows_of(jsonlines, path)


def test_the_names_that_the_page_on_formats_uses_exist() -> None:
    from ci_cli.readers import identify, opening

    first, *_rest = opening.FORMATS
    assert opening.Format._fields == ("suffixes", "content", "options", "reader")
    assert isinstance(first.content, identify.Content)
    assert identify.Content._fields == ("key", "label")


def test_the_report_of_the_page_reports(bought_once: ModuleType, tmp_path: Path) -> None:
    from ci_cli.output.render import write_report
    from ci_cli.shapes.trade import CustomerPurchases

    def customer(number: int, days: int, net: int) -> CustomerPurchases:
        return CustomerPurchases(
            customer_id=number, name=f"Firm {number}", industry=None, owner=None,
            first="2011-01-02", last="2011-03-04", purchase_days=days, median_gap=None,
            orders=days, net=net, net_all=net,
        )  # fmt: skip

    rows = [customer(1, 1, 50_000), customer(2, 3, 90_000), customer(3, 1, 70_000)]
    report = bought_once.build(rows, currency="CNY")
    assert [row[0] for row in report.tables[0].rows] == ["C3", "C1"]
    target = tmp_path / "once.csv"
    write_report(report, format=None, target=target)
    assert "C3,Firm 3,2011-01-02,7" in target.read_text("utf-8-sig")


def test_the_names_that_the_page_on_reports_uses_exist() -> None:
    from ci_cli.cli import analysis_input, options
    from ci_cli.cli.selling import rfm_commands
    from ci_cli.store import facts

    assert callable(facts.customer_purchases)
    assert callable(options.command)
    assert callable(analysis_input.as_of_day)
    assert callable(analysis_input.chosen_currencies)
    assert callable(analysis_input.nothing_yet)
    assert callable(rfm_commands.merged)
