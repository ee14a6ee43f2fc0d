"""Addresses in parts."""

# ruff: noqa: E501 - one case a line; a Chinese character counts twice

from __future__ import annotations

import pytest

from ci_cli.dedupe.clean.addresses import Address, address, addresses, street_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("浙江省杭州市西湖区文三路90号东部软件园3号楼502室", ("浙江/杭州/西湖", "文三路", "90", "3-502", "")),
        ("杭州西湖区文三路九十号 3-502 310012", ("浙江/杭州/西湖", "文三路", "90", "3-502", "310012")),
        ("内蒙古自治区呼和浩特市新城区中山东路二十三号", ("内蒙古/呼和浩特/新城", "中山东路", "23", "", "")),
        ("内蒙古呼和浩特新城区中山东路23号", ("内蒙古/呼和浩特/新城", "中山东路", "23", "", "")),
        ("上海市浦東新區張楊路500弄3號602室", ("上海/浦东", "张杨路", "500-3", "602", "")),
        ("北京市朝阳区建国门外大街1号国贸大厦A座1201", ("北京/朝阳", "建国门外大街", "1", "a-1201", "")),
        ("东莞市长安镇乌沙村振安路12号", ("广东/东莞/长安", "振安路", "12", "", "")),
        ("12 Main St., Apt 4, Springfield, IL 62701", ("springfield", "main street", "12", "4", "62701")),
        ("Hauptstr. 5a, 10115 Berlin", ("berlin", "hauptstrasse", "5a", "", "10115")),
        ("221B Baker Street, London NW1 6XE", ("london", "baker street", "221b", "", "NW16XE")),
        ("3/45 George Street, Sydney 2000", ("sydney", "george street", "45", "3", "2000")),
        ("12 rue de la Paix, 75002 Paris", ("paris", "rue de la paix", "12", "", "75002")),
        ("Keizersgracht 123, 1015 CJ Amsterdam", ("amsterdam", "keizersgracht", "123", "", "1015CJ")),
        ("69 giblin street", ("", "giblin street", "69", "", "")),
    ],
)  # fmt: skip
def test_parts(text: str, expected: tuple[str, ...]) -> None:
    assert address(text) == Address(*expected)


def test_abbreviations_of_streets_become_words() -> None:
    assert street_name("N. Main St.") == street_name("north main street")
    assert street_name("Hauptstr.") == street_name("Hauptstraße")


def test_a_column() -> None:
    assert addresses(["", None, "69 giblin street", "?"]) == [
        None, None, Address("", "giblin street", "69"), None,
    ]  # fmt: skip
