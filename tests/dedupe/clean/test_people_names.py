"""Names of people in parts."""

from __future__ import annotations

import pytest

from ci_cli.dedupe.clean.people import PersonName, full_names, person
from ci_cli.dedupe.clean.same_people import same_person


@pytest.mark.parametrize(
    ("text", "surname", "given", "title", "ordered"),
    [
        ("王小明", "王", "小明", "", True),
        ("张丽", "张", "丽", "", True),
        ("张  丽", "张", "丽", "", True),
        ("歐陽鋒", "欧阳", "锋", "", True),
        ("司马相如 教授", "司马", "相如", "教授", True),
        ("李伟总经理", "李", "伟", "总经理", True),
        ("王总", "王", "", "总", True),
        ("陈总 陈刚", "陈", "刚", "总", True),
        ("陈方安生", "陈方", "安生", "", True),
        ("阿依古丽·买买提", "", "阿依古丽买买提", "", False),
        ("Li, Wei", "li", "wei", "", True),
        ("WANG Xiaoming", "wang", "xiaoming", "", True),
        ("Wei Li", "li", "wei", "", False),
        ("Dr. Robert J. Smith Jr.", "smith", "robert j", "dr jr", True),
        ("van der Berg, Jan", "van der berg", "jan", "", True),
        ("Jan van der Berg", "van der berg", "jan", "", True),
        ("María José García-López", "garcia-lopez", "maria jose", "", False),
        ("O’Brien, Pat", "obrien", "pat", "", True),
        ("Cher", "cher", "", "", False),
    ],
)
def test_parts(text: str, surname: str, given: str, title: str, ordered: bool) -> None:
    found = person(text)
    assert found is not None
    assert found[:4] == (surname, given, title, ordered)


@pytest.mark.parametrize("text", ["", "123", "--", "()"])
def test_no_letter_no_name(text: str) -> None:
    assert person(text) is None


def test_the_full_name_does_not_depend_on_the_order() -> None:
    names = [person(text) for text in ("Li, Wei", "Wei LI", "wei li")]
    assert {name.full for name in names if name} == {"li wei"}
    assert PersonName("王", "小明", han=True).full == "王小明"


def test_nicknames_stand_for_full_names() -> None:
    assert full_names("bob") >= {"bob", "robert"}
    assert full_names("xyz") == {"xyz"}


@pytest.mark.parametrize(
    ("one", "other", "verdict", "reason"),
    [
        ("王总", "王先生", "unclear", "part"),
        ("王总", "王小明", "unclear", "part"),
        ("王小明", "Wang Xiaoming", "unclear", "script"),
        ("J. Smith", "John Smith", "same", "initials"),
        ("John Smith", "Smith", "unclear", "part"),
        ("John A. Smith", "John B. Smith", "different", "given"),
        ("Bob Smith", "Rob Smith", "same", "written_differently"),
        ("Katherine Brown", "Catherine Brown", "different", "given"),
        ("Stan Federer", "R. Federer", "different", "given"),
        ("Anna Lena Schmidt", "Anna Schmidt", "same", "written_differently"),
    ],
)
def test_reasons(one: str, other: str, verdict: str, reason: str) -> None:
    assert same_person(one, other) == (verdict, reason)
    assert same_person(other, one).verdict == verdict
