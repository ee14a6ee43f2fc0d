"""Texts over several lines: nothing but spaces is lost, nothing is too wide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ci_cli.output.wrapping import longest_word, wrapped


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 4, [""]),
        ("short", 5, ["short"]),
        ("Call this week. Ask openly", 10, ["Call this", "week. Ask", "openly"]),
        ("two  spaces  stay", 12, ["two  spaces", "stay"]),
        ("a considerably long", 8, ["a", "consider", "ably", "long"]),
        ("保持最好的服务", 6, ["保持最", "好的服", "务"]),
        ("保持最好的服务", 7, ["保持最", "好的服", "务"]),
        ("新品优先，并请", 8, ["新品优", "先，并请"]),  # no line begins with a comma
        ("联系（上海）", 6, ["联系", "（上", "海）"]),  # no line ends with what opens
        ("华天ABC公司", 7, ["华天ABC", "公司"]),
        ("华天ABC公司", 6, ["华天", "ABC公", "司"]),
        ("e\u0301" * 4, 2, ["e\u0301" * 2] * 2),  # a mark stays on its letter
        ("/disk/data/orders.csv", 12, ["/disk/data/", "orders.csv"]),
        ("x-aaaaaaaaaaaa", 8, ["x-aaaaaa", "aaaaaa"]),  # the separator is too far away
    ],
)
def test_where_lines_end(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


def test_what_is_too_long_is_marked() -> None:
    assert wrapped("aa bb cc dd", 2, most=4) == ["aa", "bb", "cc", "dd"]
    assert wrapped("aa bb cc dd", 5, most=1) == ["aa b…"]
    assert wrapped("张张张张张", 6, most=1, mark="...") == ["张..."]


def test_the_longest_word() -> None:
    assert longest_word("Cannot Lose") == 6
    assert longest_word("重要价值 a") == 8
    assert longest_word("") == 0


TEXTS = st.text(st.sampled_from("ab c-/,.（）。，张伟公司e\u0301Ｘ한\U0001f600ﾊ x"), max_size=80)


@given(TEXTS, st.integers(2, 30))
def test_nothing_is_lost_and_nothing_too_wide(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.lists(st.text("abcdefg,.", min_size=1, max_size=10), max_size=20), st.integers(10, 30))
def test_words_that_fit_stay_whole(words: list[str], width: int) -> None:
    assert " ".join(wrapped(" ".join(words), width)).split() == words


@given(TEXTS, st.integers(4, 30), st.integers(1, 4))
def test_no_more_lines_than_allowed(text: str, width: int, most: int) -> None:
    lines, whole = wrapped(text, width, most=most), wrapped(text, width)
    assert len(lines) <= most
    assert all(cell_len(line) <= width for line in lines)
    assert lines == whole or lines[-1].endswith("…")
