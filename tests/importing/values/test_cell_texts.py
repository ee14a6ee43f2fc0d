"""Text of cells: what is cleaned, what is kept, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.importing.values.cells import (
    MAX_TEXT,
    IdStyle,
    Memo,
    ValueReject,
    clean_email,
    clean_phone,
    clean_text,
    convert_column,
    detect_id_style,
    reject_error_cell,
)


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("  Ann ", "Ann"),
        ("\u00a0Ann\u3000", "Ann"),
        ("\ufeffAnn\u200b Lee", "Ann Lee"),
        ("A  B", "A  B"),  # nothing inside is collapsed
        ("one\ntwo", "one\ntwo"),
        ("cafe\u0301", "caf\u00e9"),
        ("a\x1bb\x9bc", "abc"),
        ("NA", "NA"),
        ("NULL", "NULL"),
        ("None", "None"),
        ("nan", "nan"),
        ("👩\u200d🚀", "👩\u200d🚀"),  # the joiner belongs to the picture
        ("", ""),
    ],
)
def test_clean_text(written: str, clean: str) -> None:
    assert clean_text(written) == clean


@pytest.mark.parametrize(
    "damaged", ["a\x00b", "a\ud800b", "x" * MAX_TEXT + "é", "x" * MAX_TEXT + "x"]
)
def test_damaged_text_is_refused(damaged: str) -> None:
    with pytest.raises(ValueReject) as refused:
        clean_text(damaged)
    assert str(refused.value.fix)


@given(st.text(st.characters(blacklist_characters="\x00", blacklist_categories=("Cs",))))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["17850.0", "", "13047.0"], ["17850", "", "13047"]),
        (["17850.0", "17850"], ["17850.0", "17850"]),  # not the whole column: untouched
        (["00123", "1E5", "NA"], ["00123", "1E5", "NA"]),
        (['="00123"', '="7"'], ["00123", "7"]),
        (["'001", "'002"], ["001", "002"]),
        (["'001", "002"], ["'001", "002"]),
        (["abc", "ABC"], ["abc", "ABC"]),
        ([" P-1 "], ["P-1"]),
    ],
)
def test_codes(codes: list[str], expected: list[str]) -> None:
    style = detect_id_style(codes)
    assert [style.parse(code) for code in codes] == expected


@pytest.mark.parametrize(
    "codes",
    [
        ["8.6138E+12"],
        ["1.234567890123457E+19"],
        ["301234567890123000", "301234567890124000"],  # a spreadsheet rounded both
        ["#N/A"],
    ],
)
def test_codes_that_lost_digits_are_refused(codes: list[str]) -> None:
    style = detect_id_style(codes)
    with pytest.raises(ValueReject):
        style.parse(codes[0])


def test_one_long_code_may_end_in_zeros() -> None:
    codes = ["301234567890123000", "301234567890123457"]
    assert [detect_id_style(codes).parse(code) for code in codes] == codes


@given(st.lists(st.text("0123456789.ABC-", max_size=8), max_size=12))
def test_id_style_ignores_the_order_of_rows(codes: list[str]) -> None:
    assert detect_id_style(codes) == detect_id_style(list(reversed(codes)))


@pytest.mark.parametrize(
    "code", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#UNCALCULATED!", "########"]
)
def test_error_cells_are_refused_with_a_remedy(code: str) -> None:
    with pytest.raises(ValueReject) as refused:
        reject_error_cell(code)
    assert str(refused.value.reason)
    assert str(refused.value.fix)


@pytest.mark.parametrize("text", ["#1001", "#", "A#N/A"])
def test_other_text_with_a_hash_is_no_error_cell(text: str) -> None:
    if text == "#":
        with pytest.raises(ValueReject):
            reject_error_cell(text)
    else:
        reject_error_cell(text)


def test_email_and_phone() -> None:
    assert clean_email(" Ann@Example.COM ") == "ann@example.com"
    assert clean_email("") == ""
    with pytest.raises(ValueReject):
        clean_email("ann at example")
    assert clean_phone("'13812345678") == "13812345678"
    assert clean_phone("+86 138-1234") == "+86 138-1234"
    with pytest.raises(ValueReject):
        clean_phone("8.6138E+12")


def test_columns_are_converted_once_per_distinct_text() -> None:
    seen: list[str] = []

    def convert(text: str) -> int | None:
        seen.append(text)
        return (IdStyle().parse(text) and len(text)) or None

    values = ["ab", "", "ab", "#N/A", "abc", "ab"]
    result = convert_column(values, convert)
    assert [r for r in result if not isinstance(r, ValueReject)] == [2, None, 2, 3, 2]
    assert isinstance(result[3], ValueReject)
    assert result[3].__traceback__ is None
    assert sorted(seen) == sorted(set(values))


def test_a_memo_serves_chunk_after_chunk() -> None:
    memo = Memo(clean_text)
    assert memo.column([" a", "b "]) == ["a", "b"]
    assert memo.column(["b ", " a"]) == ["b", "a"]
    assert len(memo) == 2
