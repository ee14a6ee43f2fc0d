"""Phones, e-mail addresses and web sites in standard form."""

from __future__ import annotations

import pytest

from ci_cli.dedupe.clean.contacts import (
    Email,
    Phone,
    Website,
    default_region,
    email,
    phone,
    phones,
    website,
)


@pytest.mark.parametrize(
    ("text", "number", "extension", "kind"),
    [
        ("0571-88886666 转 8001", "+8657188886666", "8001", "fixed"),
        ("(0571)88886666-8001", "+8657188886666", "8001", "fixed"),
        ("0086-571-88886666", "+8657188886666", "", "fixed"),
        ("+86 138 0013 8000", "+8613800138000", "", "mobile"),
        ("８６１３８００１３８０００", "+8613800138000", "", "mobile"),
        ("138-0013-8000", "+8613800138000", "", "mobile"),
        ("400-820-8820", "+864008208820", "", "service"),
        ("电话：010-65551234", "+861065551234", "", "fixed"),
        ("+49 (0)30 901820", "+4930901820", "", "fixed"),
        ("+1 650-253-0000 ext. 12", "+16502530000", "12", "fixed"),
        ("1234567", "1234567", "", ""),
    ],
)
def test_phone(text: str, number: str, extension: str, kind: str) -> None:
    assert phone(text) == Phone(number, extension, kind, number.lstrip("+")[-7:])


def test_a_number_without_country_code_belongs_to_the_country_of_the_store() -> None:
    assert phone("(212) 555-0123", "US") == Phone("+12125550123", "", "fixed", "5550123")
    assert phone("020 7946 0958", "GB") == Phone("+442079460958", "", "fixed", "9460958")
    assert phone("13800138000", "") == Phone("+8613800138000", "", "mobile", "0138000")
    assert phone("020 7946 0958", "") == Phone("02079460958", "", "", "9460958")


@pytest.mark.parametrize("text", ["", "12", "n/a", "转8001"])
def test_no_phone(text: str) -> None:
    assert phone(text) is None


def test_several_phones_in_one_cell() -> None:
    found = phones("13800138000/0571-88886666; 13800138000")
    assert [number.number for number in found] == ["+8613800138000", "+8657188886666"]


def test_the_country_of_a_store() -> None:
    assert default_region(["王小明", "13800138000", None, "Bob"]) == "CN"
    assert default_region(["Bob", "+1 650-253-0000", None]) == ""
    assert default_region([]) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "John.Doe+crm@GMail.com",
            Email(
                "john.doe+crm@gmail.com", "johndoe@gmail.com", "johndoe", "gmail.com", False, True
            ),
        ),
        (
            "张三 <zhang.san@163.com>",
            Email("zhang.san@163.com", "zhang.san@163.com", "zhang.san", "163.com", False, True),
        ),
        (
            "sales01＠Foo.cn",
            Email("sales01@foo.cn", "sales01@foo.cn", "sales01", "foo.cn", True, False),
        ),
        ("nobody", None),
        ("x@y", None),
        ("@foo.cn", None),
    ],
)
def test_email(text: str, expected: Email | None) -> None:
    assert email(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://www.Foo.com.cn/path?x=1", Website("foo.com.cn", "foo.com.cn", False)),
        ("shop.foo.co.uk", Website("shop.foo.co.uk", "foo.co.uk", False)),
        ("http://m.foo.de:80", Website("foo.de", "foo.de", False)),
        ("mail.163.com", Website("mail.163.com", "163.com", True)),
        ("none", None),
    ],
)
def test_website(text: str, expected: Website | None) -> None:
    assert website(text) == expected
