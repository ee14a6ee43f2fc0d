from __future__ import annotations

import pytest

from ci_cli.dedupe.fields import follows, recognise
from ci_cli.dedupe.standard import date_parts, standard_values
from ci_cli.dedupe.table import Records

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
        ("Country", ["Austria", "Australia"], "area"),
        ("billing_country", ["DE", "FR"], "area"),
        ("省份", ["浙江", "江苏"], "area"),
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
    ("kind", "raw", "expected", "beside"),
    [
        ("organisation", "ACME, Inc.", ["acme"], {"legal_form": "inc"}),
        ("organisation", "Acme Limited", ["acme"], {"legal_form": "ltd"}),
        ("organisation", "Ltd Acme Motors", ["acme motors"], {"legal_form": "ltd"}),
        ("organisation", "* PHILIPS N. V.", ["philips"], {"legal_form": "nv"}),
        ("organisation", "Ltd", ["ltd"], {}),  # never nothing
        ("organisation", "北京华信科技有限公司", ["华信 科技"], {"region": "北京"}),
        ("organisation", "华信科技（北京）公司", ["华信 科技"], {"region": "北京"}),
        ("organisation", "西安东康电子公司", ["东康 电子"], {"region": "陕西/西安"}),
        ("organisation", "王小明先生", ["王小明"], {}),  # a person among companies
        ("full_name", "  ＭÜller,  Jörg ", ["jorg muller"], {}),
        ("full_name", "張偉先生", ["张伟"], {}),
        ("phone", "+44 (0)20 7946-0958", ["+442079460958"], {}),
        ("phone", "020 7946 0958 / +44 161 496 0000", ["02079460958", "+441614960000"], {}),
        ("phone", "13800138000 转 12", ["+8613800138000"], {}),
        ("phone", "00000", [], {}),
        ("email", " Anna@Example.COM ", ["anna@example.com"], {}),
        ("email", "a@b.com; c@d.org", ["a@b.com", "c@d.org"], {}),
        ("email", "An.Na+news@gmail.com", ["anna@gmail.com"], {}),
        ("email", "none", [], {}),
        ("id_number", "统一社会信用代码：91310115-093811 6X2L", ["913101150938116X2L"], {}),
        ("id_number", "000000000000000", [], {}),
        ("birth_date", "1980/1/2", ["1980-01-02"], {}),
        ("birth_date", "unknown", [], {}),
        ("address", "12 Main St.", ["12 main street"], {}),
        ("address", "杭州市西湖区文三路12号3幢502室", ["浙江/杭州/西湖|文三路|12|3-502"], {}),
        ("place", "浙江省杭州市", ["浙江/杭州"], {}),
        ("list", "B**A** ", ["a|b"], {}),
        ("coordinates", "0.0,0.0", [], {}),
        ("place", "N/A", [], {}),
    ],
)
def test_a_value_becomes_its_standard_form(
    kind: str, raw: str, expected: list[str], beside: dict[str, str]
) -> None:
    found = standard_values(kind, raw)
    assert [value for value in (found.value, *found.more) if value] == expected
    assert {part: value for part, value in found.beside.items() if value} == beside


def test_a_megabyte_of_name_is_cut() -> None:
    assert len(standard_values("full_name", "x" * 1_000_000).value) <= 500


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


def test_a_country_that_has_nothing_to_do_with_the_town_is_a_mere_category() -> None:
    towns = [f"town {n % 7}" for n in range(70)]
    lands = [f"land {n % 7 % 3}" for n in range(70)]
    other = [f"land {n // 7 % 3}" for n in range(70)]
    assert follows(lands, towns)
    assert not follows(other, towns)
    assert follows(["A", "B"], ["x", "x"])  # too few to tell
    for country, kind in ((lands, "area"), (other, "category")):
        records = Records.from_columns({"city": towns, "country": country})
        assert [choice.type for choice in records.choices] == ["place", kind]
