"""Words are found in texts as people read them, and in one pass as they are one by one."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.tags.finder import Finder
from ci_cli.tags.text import Word, are_near, fold, places, simplifier, word_of

FOLDS = {
    "ＡＢＣ　１２": "abc 12",
    "Straße": "strasse",
    "bud\u200bget\ncut": "budget cut",
    "  a \t b\r\n c ": "a b c",
    "ﬁt": "fit",
    "預算削減": "預算削減",
    "a\x00b": "ab",
}


@pytest.mark.parametrize(("text", "folded"), FOLDS.items())
def test_what_carries_no_meaning_is_folded_away(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text, simplifier())
    assert fold(once, simplifier()) == once
    assert "\n" not in once


@pytest.mark.parametrize(
    ("text", "simple"),
    [("預算削減", "预算削减"), ("申請試用", "申请试用"), ("乾坤", "乾坤"), ("plain", "plain")],
)
def test_traditional_characters_count_as_simplified_ones(text: str, simple: str) -> None:
    assert fold(text, simplifier()) == simple


# text, word, where it begins
PLACES = [
    ("cut", "they cut costs", [5]),
    ("cut", "execute cutting", []),
    ("cut*", "execute cutting", [8]),
    ("cut", "cut, cut. cut", [0, 5, 10]),
    ("试用", "想申请试用版", [3]),
    ("试用", "试用试用", [0, 2]),
    ("trial", "申请trial版", [2]),  # Han beside it does not belong to the word
    ("trial", "申请trials版", []),
    ("budget cut", "a Budget   CUT", [2]),
    ("a", "aa a", [3]),
    ("c++", "in c++ or c", [3]),
    ("免费", "ＡＢ免费", [2]),
    ("ทดลอง", "ขอทดลองใช้", [2]),
    ("über", "ganz über", [5]),
    ("uber", "ganz über", []),
    ("5%", "cut 15% or 5%", [11]),
]


@pytest.mark.parametrize(("asked", "text", "found"), PLACES)
def test_words_are_found_where_they_stand(asked: str, text: str, found: list[int]) -> None:
    word = word_of(asked)
    assert word is not None
    assert places(fold(text), word) == found


@pytest.mark.parametrize("empty", ["", "  ", "*", "\u200b", "\n"])
def test_nothing_is_no_word(empty: str) -> None:
    assert word_of(empty) is None


_PIECES = st.sampled_from(
    ["cut", "cute", "预算", "预", "算", "a", "b", " ", "试用", "trial", "x1", "é", "ab"]
)
_TEXTS = st.lists(st.lists(_PIECES, max_size=12).map("".join).map(fold), max_size=8)
_WORDS = st.lists(
    st.tuples(st.lists(_PIECES, min_size=1, max_size=3).map("".join).map(fold), st.booleans()),
    max_size=8, unique=True,
)  # fmt: skip


@given(_TEXTS, _WORDS)
def test_one_pass_finds_what_one_by_one_finds(
    texts: list[str], asked: list[tuple[str, bool]]
) -> None:
    words = [Word(text, open_end) for text, open_end in asked if text]
    expected = {}
    for number, text in enumerate(texts):
        found = {n: hit for n, word in enumerate(words) if (hit := places(text, word))}
        if found:
            expected[number] = found
    assert Finder(words).find(texts) == expected


@given(_TEXTS, st.lists(st.sampled_from(["cut", "ab", "x1", "trial"]), max_size=3, unique=True))
def test_latin_words_agree_with_a_regular_expression(texts: list[str], asked: list[str]) -> None:
    finder = Finder([Word(word, False) for word in asked])
    found = finder.find(texts)
    for number, text in enumerate(texts):
        for place, word in enumerate(asked):
            # é is a letter to us, and to Python's \w; Han are letters only to Python's
            pattern = rf"(?<![a-z0-9é]){word}(?![a-z0-9é])"
            starts = [match.start() for match in re.finditer(pattern, text)]
            assert found.get(number, {}).get(place, []) == starts


NEAR = [
    ("预算被大幅削减", "预算", "削减", 3, "characters", True),
    ("预算被大幅削减", "预算", "削减", 2, "characters", False),
    ("削减了预算", "预算", "削减", 1, "characters", True),
    ("budget will be cut", "budget", "cut", 2, "words", True),
    ("budget will soon be cut", "budget", "cut", 2, "words", False),
    ("cut the budget", "budget", "cut", 1, "words", True),
    ("cut here. and much later the budget, cut", "budget", "cut", 0, "words", True),
    ("budget", "budget", "cut", 99, "words", False),
    ("no no", "no", "no", 0, "words", True),
    ("no", "no", "no", 99, "characters", False),
    ("预算 budget 砍 了 cut", "预算", "cut", 2, "words", False),
    ("预算 budget 砍 了 cut", "预算", "cut", 3, "words", True),
]


@pytest.mark.parametrize(("text", "one", "other", "distance", "unit", "near"), NEAR)
def test_two_words_are_near(
    text: str, one: str, other: str, distance: int, unit: str, *, near: bool
) -> None:
    words = [word_of(one), word_of(other)]
    pairs = [(word, places(text, word)) for word in words if word is not None]
    assert are_near(text, pairs[0], pairs[1], distance, unit) is near
    assert are_near(text, pairs[1], pairs[0], distance, unit) is near


@given(st.lists(st.sampled_from(["a", "b", "c ", "d", " "]), max_size=30), st.integers(0, 8))
def test_near_is_the_smallest_gap(pieces: list[str], distance: int) -> None:
    text = "".join(pieces)
    one, other = Word("a", True), Word("b", True)
    starts = [[i for i, char in enumerate(text) if char == letter] for letter in "ab"]
    gaps = [max(i, j) - min(i, j) - 1 for i in starts[0] for j in starts[1]]
    assert are_near(text, (one, starts[0]), (other, starts[1]), distance, "characters") is any(
        gap <= distance for gap in gaps
    )


def test_a_megabyte_of_hostile_text_is_read_in_one_pass() -> None:
    words = [Word("budget", False), Word("cut", False)]
    text = fold("budget " * 70_000 + "!" * 500_000 + "\u202e\x1b[31m" + " cut")
    found = Finder(words).find([text])[0]
    assert len(found[0]) == 70_000
    pairs = [(word, found[n]) for n, word in enumerate(words)]
    assert not are_near(text, pairs[0], pairs[1], 5, "characters")
    assert not unicodedata.normalize("NFKC", text).startswith("\ufeff")
