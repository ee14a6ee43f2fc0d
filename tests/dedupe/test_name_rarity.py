"""How common whole names are, told by their parts."""

from __future__ import annotations

import pytest

from ci_cli.dedupe.clean.people import PersonName, person
from ci_cli.dedupe.name_rarity import LEAST, PART_MISSING, expected_shares


def shares(*names: str) -> dict[str, float]:
    parts = [person(name) for name in names]
    assert all(isinstance(part, PersonName) for part in parts)
    return dict(zip(names, expected_shares(parts).tolist(), strict=True))


@pytest.mark.parametrize(
    ("commoner", "rarer"),
    [
        ("王伟", "尉迟恭明"),
        ("王伟", "王思齐"),  # one character is found more often than two
        ("李思齐", "骆思齐"),
        ("John Smith", "Zebulon Quarles"),
        ("Mary Quarles", "Zebulon Quarles"),
        ("Linh Nguyen", "Linh Quarles"),
    ],
)
def test_a_common_name_is_known_without_a_list(commoner: str, rarer: str) -> None:
    found = shares(commoner, rarer)
    assert found[commoner] > found[rarer] >= LEAST


def test_a_name_of_one_part_is_that_of_many() -> None:
    assert shares("Anna", "John Smith")["Anna"] == PART_MISSING


def test_a_list_tells_which_of_its_names_are_common() -> None:
    village = [f"{given} Quarles" for given in ("Ada", "Bo", "Cy", "Di", "Ed", "Flo", "Gil", "Hal")]
    assert shares(*village, "Ida Rook")["Ada Quarles"] > 2 * shares("Ada Quarles")["Ada Quarles"]


def test_writing_one_name_in_many_ways_makes_it_no_commoner() -> None:
    parts = [person(text) for text in ("赵国栋", "赵国栋经理", "赵国栋先生", "孙立军")]
    found = expected_shares(parts)
    assert found[0] == found[1] == found[2]
    assert found[0] == pytest.approx(expected_shares([parts[0], parts[3]])[0])


def test_what_is_no_person_counts_for_nobody() -> None:
    assert expected_shares([None, "text"]).tolist() == [PART_MISSING, PART_MISSING]
    assert not len(expected_shares([]))
