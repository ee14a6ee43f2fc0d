"""A column that numbers the records is their key, whatever a program called it."""

from __future__ import annotations

import pytest

from ci_cli.importing.mapping.columns import map_columns


def key_of(header: str, *codes: str) -> str | None:
    """Return which column of a list of people is taken for their id."""
    people = [
        ["Ann", "Lee", "1 High Street", "York", "0190412345"],
        ["Ann", "Lee", "9 Mill Lane", "Hull", "0148254321"],
        ["Bob", "Ray", "3 Park Road", "Bath", "0122598765"],
    ]
    rows = [[code, *person] for code, person in zip(codes, people, strict=True)]
    headers = [header, "first name", "last name", "street", "city", "phone"]
    result = map_columns(headers, rows, kind="customers")
    return next((c.header for c in result.columns if c.field == "customer.id"), None)


@pytest.mark.parametrize(
    "header", ["rec_id", "Rec ID", "record_id", "uid", "pk", "GUID", "记录号", "member_key"]
)
def test_codes_of_their_own_number_the_records(header: str) -> None:
    assert key_of(header, "rec-1-org", "rec-1-dup-0", "rec-2-org") == header


def test_running_numbers_are_a_key_where_the_header_says_so() -> None:
    assert key_of("rec_id", "1", "2", "3") == "rec_id"
    assert key_of("Batch code", "1", "2", "3") is None


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("rec_id", ("r1", "r1", "r2")),  # not in every row another
        ("rec_id", ("r1", "", "r2")),  # not in every row
        ("rec_id", ("the first", "the second", "the third")),  # words
        ("uid", ("a@x.org", "b@x.org", "c@x.org")),
        ("pk", ("2001-04-05", "2003-02-01", "1999-12-31")),
        ("Colour", ("A1", "B2", "C3")),
        ("Batch code", ("red", "blue", "green")),
    ],
)
def test_other_values_are_no_key(header: str, codes: tuple[str, ...]) -> None:
    assert key_of(header, *codes) is None
