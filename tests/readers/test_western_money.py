"""£ before numbers tells the encoding of a file; letters of other scripts keep it open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.readers.western import is_western

SALES = 'Date,Account,Price,Value\n30/08/2024,Café Zürich,£455.67,"£25,973.19"\n'


def blocks(text: str, encoding: str, size: int = 7) -> list[bytes]:
    raw = text.encode(encoding)
    return [raw[start : start + size] for start in range(0, len(raw), size)]


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        (SALES, "cp1252", True),
        (SALES.replace("£", "€").replace("é", "e"), "cp1252", True),
        (SALES.replace("£", "€").replace("é", "è"), "cp1252", False),  # č of cp1250
        (SALES.replace("£", ""), "cp1252", False),  # no money
        ("Name,Value\nA,£5\n", "cp1252", False),  # once is no rule
        ("Kod,Nazwa\nŁ25,łąka\nŁ26,żaba\n", "cp1250", False),
        ("Kod,Nazwa\nŁ25,Łódź\nŁ26,Łomża\n", "cp1250", False),
        ("Имя,Сумма\nЈ25,5\nЈван,6\n", "cp1251", False),
        ("名称,値\n｢あ｣25,1\n｣26,2\n", "shift_jis", False),
        ("日期,金额\n2024-01-02,￡25\n2024-01-03,￡26\n", "gbk", False),
        ("", "cp1252", False),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_what_the_signs_of_money_tell(text: str, encoding: str, told: bool, size: int) -> None:
    assert is_western(blocks(text, encoding, size)) is told


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_blocks_may_end_anywhere(parts: list[bytes]) -> None:
    assert is_western(parts) == is_western([b"".join(parts)])
