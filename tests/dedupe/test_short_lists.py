"""Short lists of people in which names repeat, because of duplicates and because of namesakes."""

from __future__ import annotations

from itertools import combinations

import pytest
from dedupe_help import groups, scan
from dedupe_short import SHORT  # of benchmarks/
from test_chinese_pairs import LATER, PAIRS

from ci_cli.dedupe.result import CERTAIN

OTHERS = [
    "Ada Abrams", "Bruno Bellini", "Celia Corvin", "Dario Duarte", "Edith Eklund",
    "Fabio Fontaine", "Greta Grabow", "Hugo Halvorsen", "Irene Ivarsen", "Jonas Jansky",
]  # fmt: skip
SEEDS = range(70, 74)  # not those that anything was chosen on


def measured(name: str) -> tuple[float, float, int]:
    """Return precision and recall of pairs within clusters, and wrong pairs that are certain."""
    found = wanted = true = wrong = 0
    for seed in SEEDS:
        columns, truth = SHORT[name](seed)
        result = scan(columns)
        label = result.clusters.tolist()
        for a, b in combinations(range(len(truth)), 2):
            found += label[a] == label[b]
            wanted += truth[a] == truth[b]
            true += label[a] == label[b] and truth[a] == truth[b]
        sure = result.band == CERTAIN
        ends = zip(result.pairs.left[sure], result.pairs.right[sure], strict=True)
        wrong += sum(truth[a] != truth[b] for a, b in ends)
    return true / found, true / wanted, wrong


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [
        ("zh N 60", 0.97, 0.97),
        ("zh N 300", 0.97, 0.95),
        ("en N 300", 0.90, 0.55),
        ("zh NP 300", 0.88, 0.88),
        ("zh NC 60", 0.85, 0.90),
        ("en NPC 300", 0.88, 0.82),
        ("zh NPECAB 300", 0.95, 0.95),
        ("zh NP 300 +n", 0.70, 0.70),  # one person in eight has a namesake in the list
        ("en NPECAB 300 +n", 0.88, 0.90),
        ("zh NPECAB 300 -d", 0.80, 0.85),
    ],
)
def test_names_repeat_because_of_duplicates(name: str, precision: float, recall: float) -> None:
    precise, recalled, wrong = measured(name)
    assert precise >= precision
    assert recalled >= recall
    assert not wrong


def test_all_chinese_people_of_two_tables_in_one_list() -> None:
    """Names of true pairs recur in false ones: three records of one name, one of a neighbour."""
    for tables in ([LATER], [PAIRS, LATER]):
        pairs = [pair for table in tables for pair in table["people"]]
        result = scan({"姓名": [name for pair in pairs for name in (pair.one, pair.other)]})
        label = result.clusters.tolist()
        assert [label[2 * i] == label[2 * i + 1] for i in range(len(pairs))] == [
            pair.same for pair in pairs
        ]
        assert not (result.band == CERTAIN).any()


def test_a_third_record_of_a_name_is_no_proof_that_it_is_common() -> None:
    result = scan({"name": ["Odile Marchetti"] * 3 + OTHERS})
    assert groups(result) == {frozenset({"000000000", "000000001", "000000002"})}


def test_a_given_name_alone_joins_nobody() -> None:
    assert not groups(scan({"name": ["Anna", "Anna", *OTHERS]}))


def test_where_all_names_are_alike_likeness_proves_nothing() -> None:
    letters = "abcdefghijklmnopqrst"
    assert not groups(scan({"name": [f"Client{one} Quarles{one}" for one in letters]}))
