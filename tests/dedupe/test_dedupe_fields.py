from __future__ import annotations

import pytest

from ci_cli.dedupe.fields import recognise
from ci_cli.dedupe.standard import date_parts, standard_values

MAILS = ["a@b.com", "c@d.org", "e@f.net"]
FIRMS = ["Acme Ltd", "Brandt GmbH", "Lumen Inc"]
PEOPLE = ["Anna Berg", "John Smith", "Mary Lee"]


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("first_name", ["Anna", "John"], "given"),
        ("Surname", ["Berg", "Smith"], "surname"),
        ("dob", ["1980-01-02", "1971-03-04"], "birth_date"),
        ("date_of_birth", ["19800102", "19710304"], "birth_date"),
        ("出生日期", ["1980-01-02", "1971-03-04"], "birth_date"),
        ("E-Mail", MAILS, "email"),
        ("note to self", MAILS, "email"),  # known by its values
        ("手机", ["13812345678", "13987654321"], "phone"),
        ("联系人", ["王伟", "李娜"], "contact_person"),
        ("客户名称", ["北京华信科技有限公司", "上海天河贸易有限公司"], "organisation"),
        ("Name", FIRMS, "organisation"),
        ("Name", PEOPLE, "full_name"),
        ("姓名", ["王伟", "李娜"], "full_name"),
        ("vat id", ["DE123456789", "DE987654321"], "id_number"),
        ("soc_sec_id", ["6988048", "7364009"], "id_number"),
        ("postcode", ["4011", "4814"], "postcode"),
        ("street_number", ["6", "69"], "house_number"),
        ("address_1", ["giblin street", "mill road"], "address"),
        ("suburb", ["bittern", "coolaroo"], "place"),
        ("Lat", ["52.1", "51.9"], "latitude"),
        ("Coauthor", ["A**B", "C**D"], "list"),
        ("rec_id", ["rec-1", "rec-2"], "ignore"),
        ("客户编号", ["K001", "K002"], "ignore"),
        ("created_at", ["2024-01-02", "2024-02-03"], "ignore"),
        ("last activity", ["2024-01-02", "2024-02-03"], "ignore"),
        ("revenue", ["100", "200"], "ignore"),
        ("points", ["17", "3.5"], "ignore"),
        ("anything", ["same", "same"], "ignore"),
        ("anything", ["", None], "ignore"),
    ],
)
def test_a_column_becomes_a_field(header: str, values: list[str | None], kind: str) -> None:
    assert recognise(header, values).type == kind


def test_what_was_said_goes_before_what_it_looks_like() -> None:
    assert recognise("Name", FIRMS, said="text").type == "text"


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        ("organisation", "ACME, Inc.", {"": "acme", "legal_form": "inc"}),
        ("organisation", "Acme Limited", {"": "acme", "legal_form": "ltd"}),
        ("organisation", "* PHILIPS N. V.", {"": "philips", "legal_form": "nv"}),
        ("organisation", "Ltd", {"": "ltd", "legal_form": "ltd"}),  # never nothing
        ("organisation", "北京华信科技有限公司", {"": "华信科技", "region": "北京", "branch": "-"}),
        ("organisation", "华信科技（北京）公司", {"": "华信科技", "region": "北京", "branch": "-"}),
        ("organisation", "华信科技有限公司", {"": "华信科技", "branch": "-"}),
        ("full_name", "  ＭÜller,  Jörg ", {"": "muller jorg"}),
        ("phone", "+44 (0)20 7946-0958", {"": "4402079460958"}),
        ("phone", "00000", {"": ""}),
        ("email", " Anna@Example.COM ", {"": "anna@example.com"}),
        ("email", "none", {"": ""}),
        ("birth_date", "1980/1/2", {"": "1980-01-02"}),
        ("birth_date", "unknown", {"": ""}),
        ("list", "B**A** ", {"": "a|b"}),
        ("coordinates", "0.0,0.0", {"": ""}),
        ("place", "N/A", {"": ""}),
    ],
)
def test_a_value_becomes_its_standard_form(kind: str, raw: str, expected: dict[str, str]) -> None:
    assert standard_values(kind, raw) == expected


def test_a_megabyte_of_name_is_cut() -> None:
    assert len(standard_values("full_name", "x" * 1_000_000)[""]) <= 500


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1980-01-02", ("1980", "01", "02")),
        ("19800102", ("1980", "01", "02")),
        ("1980年1月2日", ("1980", "01", "02")),
        ("2.1.1980", ("1980", "01", "02")),
        ("1/25/1980", ("1980", "01", "25")),
        ("1980-01-02 00:00:00", ("1980", "01", "02")),
        ("0080-01-02", None),
        ("hello", None),
    ],
)
def test_dates_are_read(text: str, parts: tuple[str, str, str] | None) -> None:
    assert date_parts(text) == parts
