"""Chinese names of companies and people through the whole engine, from nothing but the name.

``chinese_pairs.txt`` was written before the engine saw any of it. The first measurement: companies
F1 .992 (one wrong, none missed); people none found, since a short list took every name for common;
that was mended for all lists (``score.frequencies``). ``chinese_pairs_later.txt``
was written when the engine stood and measured once: F1 .980 over all of it, each pair by itself. It
reuses names of true pairs in false ones, so its two halves stand in lists of their own (what three
records of one name mean in a short list was looked at again after it, ``score.frequencies``).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from dedupe_help import scan

from ci_cli.dedupe.result import CERTAIN


class Pair(NamedTuple):
    same: bool
    one: str
    other: str


def read_pairs(name: str) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = {}
    part: list[Pair] = []
    for line in (Path(__file__).parent / name).read_text("utf-8").splitlines():
        sign, *names = line.split("|")
        if line.startswith("# ") and not names:
            part = found.setdefault(line[2:], [])
        elif names:
            one, other = (name.removeprefix(" ") for name in names)
            part.append(Pair(sign.strip() == "=", one.removesuffix(" "), other))
    return {part: pairs for part, pairs in found.items() if pairs}


PAIRS = read_pairs("chinese_pairs.txt")
LATER = read_pairs("chinese_pairs_later.txt")
HEADS = {"companies": "客户名称", "people": "姓名"}


def f1(pairs: list[Pair], joined: list[bool]) -> float:
    true = sum(pair.same and found for pair, found in zip(pairs, joined, strict=True))
    return 2 * true / (sum(joined) + sum(pair.same for pair in pairs))


def test_there_are_as_many_false_pairs_as_true_ones() -> None:
    for table in (PAIRS, LATER):
        every = [pair for pairs in table.values() for pair in pairs]
        assert len(every) >= 150
        assert sum(pair.same for pair in every) * 2 == len(every)


@pytest.mark.parametrize("part", PAIRS)
def test_all_pairs_in_one_list(part: str) -> None:
    pairs = PAIRS[part]
    result = scan({HEADS[part]: [name for pair in pairs for name in (pair.one, pair.other)]})
    label = result.clusters.tolist()
    joined = [label[2 * i] == label[2 * i + 1] for i in range(len(pairs))]
    assert f1(pairs, joined) >= 0.98
    # nobody is joined with a name of another pair
    assert all(len({i // 2 for i, one in enumerate(label) if one == each}) == 1 for each in label)
    assert not (result.band == CERTAIN).any()  # a name alone proves nothing


@pytest.mark.parametrize("part", LATER)
def test_later_pairs_in_two_lists(part: str) -> None:
    every: list[Pair] = []
    joined = []
    for same in (True, False):
        pairs = [pair for pair in LATER[part] if pair.same == same]
        result = scan({HEADS[part]: [name for pair in pairs for name in (pair.one, pair.other)]})
        label = result.clusters.tolist()
        joined += [label[2 * i] == label[2 * i + 1] for i in range(len(pairs))]
        every += pairs
        assert all(len({i // 2 for i, one in enumerate(label) if one == each}) == 1
                   for each in label)  # fmt: skip
        assert same or not (result.band == CERTAIN).any()
    assert f1(every, joined) >= 0.97


@pytest.mark.parametrize("table", [PAIRS, LATER], ids=["first", "later"])
@pytest.mark.parametrize("part", PAIRS)
def test_each_pair_by_itself(part: str, table: dict[str, list[Pair]]) -> None:
    pairs = table[part]
    joined = []
    for pair in pairs:
        label = scan({HEADS[part]: [pair.one, pair.other]}).clusters
        joined.append(bool(label[0] == label[1]))
    assert f1(pairs, joined) >= 0.97


@pytest.mark.parametrize("part", PAIRS)
def test_with_phones_and_contacts_as_lists_have_them(part: str) -> None:
    """True pairs share a phone half of the time; false ones have one of their own."""
    pairs = PAIRS[part]
    names = [name for pair in pairs for name in (pair.one, pair.other)]
    phones: list[str | None] = []
    for i, pair in enumerate(pairs):
        number = f"139{i * 7919 % 10**8:08}"
        other = number if pair.same and i % 2 else f"136{i * 104729 % 10**8:08}"
        phones += [number, None if pair.same and not i % 2 else other]
    result = scan({HEADS[part]: names, "手机": phones})
    label = result.clusters.tolist()
    joined = [label[2 * i] == label[2 * i + 1] for i in range(len(pairs))]
    assert f1(pairs, joined) >= 0.98
    certain = result.band == CERTAIN
    true = [
        a // 2 == b // 2 and pairs[a // 2].same
        for a, b in zip(result.pairs.left[certain], result.pairs.right[certain], strict=True)
    ]
    assert true
    assert all(true)
