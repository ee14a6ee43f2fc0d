"""Rows that are not data: titles above, totals inside and below."""

from __future__ import annotations

import pytest

from ci_cli.importing.mapping.synonyms import load_synonyms
from ci_cli.importing.skips import (
    find_header,
    is_header_again,
    may_be_summary,
    summary_word,
    total_word,
)

HEADER = ["单据编号", "日期", "客户", "金额"]


@pytest.mark.parametrize(
    ("above", "place"),
    [
        ([], 0),
        ([["销售出库单列表", "", "", ""]], 1),
        ([["销售明细表"], ["打印日期：2024-01-01", "", "制表：张三", ""]], 2),
        ([["客户信息", "", "订单信息", ""]], 1),
        ([["Report", "", "", ""]] * 6, 6),
    ],
)
def test_the_header_is_found_below_titles(above: list[list[str]], place: int) -> None:
    rows = [*above, HEADER, ["X1", "2024-01-01", "甲", "1"], ["X2", "2024-01-02", "乙", "2"]]
    assert find_header(rows) == place


def test_unknown_headers_stand_in_the_first_row() -> None:
    assert find_header([["alpha", "beta"], ["1", "2"]]) == 0
    assert find_header([["1", "2"], ["3", "4"]]) == 0
    assert find_header([[]]) == 0


def test_a_header_that_stands_again() -> None:
    assert is_header_again(["单据编号", "日 期", "", "金额"], HEADER)
    assert not is_header_again(["X1", "2024-01-01", "甲", "1"], HEADER)
    assert not is_header_again(["", "", "", ""], HEADER)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (["合计", "", "", "100"], "合计"),
        (["", "合计：", "", "100"], "合计："),
        (["Grand Total", "", "", "100"], "Grand Total"),
        (["制表人：张三", "", "", ""], "制表人：张三"),
        (["本页小计", "", "", "5"], "本页小计"),
        (["X1", "2024-01-01", "Total", "1"], None),
        (["Total", "2024-01-01", "甲", "1"], None),  # a document of that number
        (["X1", "2024-01-01", "合计公司", "1"], None),
        (["", "", "", ""], None),
        (["Page 2 of 7", "", "", ""], "Page 2 of 7"),
        (["", "", "", "page 3"], "page 3"),
        (["第 2 页 / 共 7 页"], "第 2 页 / 共 7 页"),
        (["共7页 第2页", "", "", ""], "共7页 第2页"),
        (["Page 2", "2024-01-01", "", ""], None),
        (["Page 2 of Vogue", "", "", ""], None),
    ],
)
def test_summary_rows(row: list[str], word: str | None) -> None:
    assert summary_word(row, [0, 1, 2]) == word


def test_the_number_of_a_page_is_no_page_in_a_list_of_one_column() -> None:
    assert summary_word(["Page 2"], [0]) is None
    assert summary_word(["Page 2", ""], [0]) is None
    assert may_be_summary(["SO0001", "Page 12 of 37"])
    assert may_be_summary(["第12页"])


@pytest.mark.parametrize("word", sorted(load_synonyms().summary_words))
def test_every_summary_word_is_seen_among_first_cells(word: str) -> None:
    assert not any(char.isdigit() for char in word)
    assert may_be_summary(["SO0001", word.title()])
    assert may_be_summary(["SO0001", f"{word}：7"])
    assert not may_be_summary(["SO0001", f"{word}7"])


@pytest.mark.parametrize(
    "text",
    ["Summe Januar", "Gesamtsumme", "Zwischensumme:", "Übertrag", "Übertrag von Seite 2", "本月合计",
     "本年累计", "小計", "總計", "Sous-total", "Total général", "Totale", "Totaal", "Razem", "*", "**"],
)  # fmt: skip
def test_sums_in_other_tongues(text: str) -> None:
    assert total_word([text, "", "", "1.090,50"], [0, 1]) == text
    assert total_word([text, "2024-01-01", "", "1.090,50"], [0, 1]) is None


@pytest.mark.parametrize(
    "text",
    ["Summer sale", "Summers Ltd", "Totally Tea", "Sumac", "Razemka", "***Neu***", "Totales"],
)
def test_words_that_begin_like_sums(text: str) -> None:
    assert total_word([text, "", "", "1.090,50"], [0, 1]) is None
