"""One header text -> what it may mean: words, units, and what must never be mapped."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from ci_cli.importing.mapping.apart import REASONS
from ci_cli.importing.mapping.headers import read_header
from ci_cli.importing.mapping.synonyms import _raw as raw_table
from ci_cli.importing.mapping.synonyms import load_synonyms, squeeze
from ci_cli.importing.mapping.units import unit_above

WORDS = yaml.safe_load((Path(__file__).parent / "header_words.yaml").read_text("utf-8"))
CRITICAL_FAMILIES = ("order.", "line.", "customer.id", "customer.tax_id", "customer.name")


@pytest.mark.parametrize(
    ("header", "field"),
    [(header, field) for field, headers in WORDS["meanings"].items() for header in headers],
)
def test_a_header_may_mean_its_field(header: str, field: str) -> None:
    assert field in read_header(header).fields()


@pytest.mark.parametrize("header", WORDS["never"])
def test_a_header_of_something_else_means_no_key_field(header: str) -> None:
    assert not [f for f in read_header(header).fields() if f.startswith(CRITICAL_FAMILIES)]


@pytest.mark.parametrize(
    ("header", "key", "scale", "currency", "basis"),
    [
        ("金额(万元)", "金额", 10_000, None, None),
        ("金额（元）", "金额", 1, None, None),
        ("销售额万元", "销售额", 10_000, None, None),
        ("金额：万元", "金额", 10_000, None, None),
        ("单价/元", "单价", 1, None, None),
        ("销售额（千美元）", "销售额", 1000, "USD", None),
        ("数量(千件)", "数量", 1000, None, None),
        ("Amount (USD)", "amount", 1, "USD", None),
        ("Total Amount (BDT)", "totalamount", 1, "BDT", None),
        ("Sales ($000)", "sales", 1000, "USD", None),
        ("Sales '000", "sales", 1000, None, None),
        ("Revenue (in USD thousands)", "revenue", 1000, "USD", None),
        ("Amount (RMB 10k)", "amount", 10_000, "CNY", None),
        ("unit_price_cents", "unitprice", Fraction(1, 100), None, None),
        ("单价(含税)", "单价", 1, None, "gross"),
        ("不含税单价", "不含税单价", 1, None, "net"),
        ("Total ex GST", "totalexgst", 1, None, "net"),
        ("金额(含税万元)", "金额", 10_000, None, "gross"),
        ("*客户名称", "客户名称", 1, None, None),
        ("3.客户名称", "客户名称", 1, None, None),
        ("日元", "日元", 1, None, None),
    ],
)
def test_units_come_off_the_name(
    header: str, key: str, scale: int | Fraction, currency: str | None, basis: str | None
) -> None:
    heading = read_header(header)
    unit = heading.unit
    assert (heading.key, unit.scale, unit.currency, unit.tax_basis) == (key, scale, currency, basis)


@pytest.mark.parametrize("header", ["金额(十亿)", "Amount (bio)", "Sales (x100 000)"])
def test_an_unknown_multiplier_is_not_taken_for_a_remark(header: str) -> None:
    unclear = read_header(header).unit.unclear
    assert unclear is not None or header == "Amount (bio)"


def test_a_year_in_brackets_is_no_multiplier() -> None:
    assert read_header("金额(2024)").unit.unclear is None


def test_zone_and_date_order_of_a_header() -> None:
    assert read_header("Created (UTC)").unit.zone == "UTC"
    assert read_header("Order Date (DD/MM/YYYY)").unit.date_order == "dmy"


@pytest.mark.parametrize(
    ("cell", "scale", "currency"),
    [
        ("单位：万元", 10_000, None),
        ("(in thousands)", 1000, None),
        ("Amounts in USD thousands", 1000, "USD"),
        ("金额单位：元", 1, None),
    ],
)
def test_a_unit_above_the_header(cell: str, scale: int, currency: str | None) -> None:
    found = unit_above([["某公司销售明细表"], ["", cell]])
    assert found is not None
    assert (found[1].scale, found[1].currency) == (scale, currency)


@pytest.mark.parametrize("cell", ["单位：上海某公司", "2024年", "制表单位：财务部", "in stock"])
def test_other_words_above_the_header_are_no_unit(cell: str) -> None:
    assert unit_above([[cell]]) is None


def test_no_synonym_names_two_fields_unless_declared_ambiguous() -> None:
    named: dict[str, set[str]] = defaultdict(set)
    for name, entry in raw_table()["fields"].items():
        for synonym in [*entry["en"], *entry["zh"]]:
            named[squeeze(synonym)].add(name)
    table = load_synonyms()
    assert {k: v for k, v in named.items() if len(v) > 1 and k not in table.ambiguous} == {}
    assert not (set(table.apart) & set(named) - set(table.ambiguous))
    assert not set(table.apart) & set(table.ambiguous)


def test_every_reason_and_field_of_the_table_exists() -> None:
    table = load_synonyms()
    reasons = set(table.apart.values()) | {
        w.name for w in table.words.values() if w.role == "apart"
    }
    entries = [e for e in table.combine.values() if isinstance(e, dict)]
    assert all(e in table.combine for e in table.combine.values() if isinstance(e, str))
    for entry in entries:
        for meaning in entry.values():
            if meaning.startswith("apart."):
                reasons.add(meaning.removeprefix("apart."))
            elif not meaning.startswith("delivery."):
                assert meaning.rstrip("?") in table.fields
    assert reasons <= set(REASONS)
    assert set(table.prefer) <= set(table.types)


def test_the_table_is_as_large_as_it_should_be() -> None:
    fields = raw_table()["fields"]
    originals = [name for name in fields if name.split(".")[0] in ("order", "line", "customer")]
    assert len(fields) >= 45
    for name in originals:
        assert len(fields[name]["en"]) >= 7, name
        assert len(fields[name]["zh"]) >= 6, name


def test_words_that_yaml_would_take_for_booleans_are_words() -> None:
    assert load_synonyms().words["no"].name == "id"
    assert load_synonyms().words["on"].name == "date"
    assert "no" in load_synonyms().verdicts["no"]


@pytest.mark.parametrize("text", ["x" * 130_000, "1." * 60_000, "/" * 60_000, "ab " * 40_000])
def test_an_endless_header_means_nothing_and_costs_nothing(text: str) -> None:
    heading = read_header(text)
    assert (heading.text, heading.candidates, heading.apart) == (text, (), None)
