"""Which number is which, and whether its check digit is right."""

from __future__ import annotations

import pytest

from ci_cli.dedupe.clean.numbers import id_number

VALID = [  # published examples and public numbers
    ("91350100M000100Y43", "credit", "CN"),  # the example of GB 32100
    ("统一社会信用代码：9131000063159284XQ", "credit", "CN"),
    ("11010519491231002X", "card", "CN"),  # the example of GB 11643
    ("63159284-X", "organisation", "CN"),
    ("31000063159284X", "old_tax", "CN"),
    ("DE 136 695 976", "vat", "DE"),
    ("GB980780684", "vat", "GB"),
    ("FR40303265045", "vat", "FR"),
    ("IT00743110157", "vat", "IT"),
    ("NL004495445B01", "vat", "NL"),
    ("ATU13585627", "vat", "AT"),
    ("BE0428759497", "vat", "BE"),
    ("PL8567346215", "vat", "PL"),
    ("PT501964843", "vat", "PT"),
    ("SE556188840401", "vat", "SE"),
    ("FI20774740", "vat", "FI"),
    ("DK13585628", "vat", "DK"),
    ("SI50223054", "vat", "SI"),
    ("LU15027442", "vat", "LU"),
    ("HU12892312", "vat", "HU"),
    ("SK2022749619", "vat", "SK"),
    ("HR33392005961", "vat", "HR"),
]


@pytest.mark.parametrize(("text", "kind", "country"), VALID)
def test_a_right_number(text: str, kind: str, country: str) -> None:
    found = id_number(text)
    assert found is not None
    assert (found.kind, found.valid, found.country) == (kind, True, country)


@pytest.mark.parametrize("text", [text for text, kind, _ in VALID if kind == "vat"])
def test_one_wrong_digit_is_found(text: str) -> None:
    place = max(place for place, sign in enumerate(text) if sign.isdigit() and place < 9)
    wrong = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
    found = id_number(wrong)
    assert found is not None
    assert found.valid is False


@pytest.mark.parametrize(
    ("text", "kind", "valid"),
    [
        ("91350100M000100Y44", "credit", False),
        ("110105194912310021", "card", False),
        ("ESX9999999R", "vat", None),
        ("123", "", None),
        ("hello", "", None),
    ],
)
def test_what_is_not_right(text: str, kind: str, valid: bool | None) -> None:
    found = id_number(text)
    assert found is not None
    assert (found.kind, found.valid) == (kind, valid)


def test_the_numbers_of_one_firm_share_the_organisation_code() -> None:
    texts = ("9131000063159284XQ", "31000063159284X", "63159284-X")
    assert {found.organisation for text in texts if (found := id_number(text))} == {"63159284X"}


def test_letters_typed_for_digits_are_mended_where_the_check_sign_agrees() -> None:
    found = id_number("9I35OI00M000I00Y43")
    assert found is not None
    assert (found.value, found.valid) == ("91350100M000100Y43", True)


@pytest.mark.parametrize("text", ["", " ", "-/-"])
def test_nothing(text: str) -> None:
    assert id_number(text) is None
