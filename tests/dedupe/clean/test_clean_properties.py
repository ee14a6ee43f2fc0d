"""Cleaning twice changes nothing, nothing raises, and order and brackets do not matter."""

# ruff: noqa: E501 - one case a line; a Chinese character counts twice

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.dedupe.clean.addresses import address, street_name
from ci_cli.dedupe.clean.companies import companies, company
from ci_cli.dedupe.clean.contacts import email, phone, phones, website
from ci_cli.dedupe.clean.numbers import id_number, is_credit
from ci_cli.dedupe.clean.people import people, person
from ci_cli.dedupe.clean.same import REASONS, same_company
from ci_cli.dedupe.clean.same_people import same_person
from ci_cli.dedupe.clean.text import fold, plain, squeezed

# Texts as cells have them: any Unicode, and the signs that the parsers look for.
PIECES = st.sampled_from(
    [*"()（）·、，,.-&/#@+0123456789转号室店区县总張éßİﬁ①\u200b\u0301", "有限公司", "集团", "分公司",
     "北京", "上海市", "浙江省", "科技", "贸易", "第一", "华信", "先生", "经理", "GmbH", "& Co. KG",
     "S.A.", "Ltd", "株式会社", "주식회사", "ООО", "Dr. ", "van ", "Smith", "O'"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join))


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    for clean in (fold, plain, squeezed, street_name):
        once = clean(text)
        assert clean(once) == once, clean.__name__


@given(TEXTS, TEXTS)
def test_nothing_raises(one: str, other: str) -> None:
    for parse in (company, person, address, email, phone, phones, website, id_number):
        parse(one)
    assert same_company(one, other).reason in REASONS
    same_person(one, other)


@given(TEXTS, TEXTS)
def test_the_verdict_does_not_depend_on_which_name_comes_first(one: str, other: str) -> None:
    assert same_company(one, other) == same_company(other, one)
    assert same_person(one, other).verdict == same_person(other, one).verdict


@given(TEXTS)
def test_a_name_is_the_same_as_itself(text: str) -> None:
    if company(text) is not None:
        assert same_company(text, text).verdict == "same"


@given(TEXTS)
def test_the_standard_form_of_a_contact_stays_as_it_is(text: str) -> None:
    found = email(text)
    if found:
        assert email(found.address) == found
        again = email(found.variant)
        assert again is not None
        assert again.variant == found.variant
    number = phone(text)
    if number and number.kind:
        again_number = phone(number.number)
        assert again_number is not None
        assert again_number.number == number.number
    identity = id_number(text)
    if identity:
        assert id_number(identity.value) == identity


BRANDS = st.text(alphabet="华信腾明宏博雅泰鑫恒瑞", min_size=2, max_size=3)
CITIES = st.sampled_from(["北京", "上海", "深圳", "杭州", "成都", "昆山", "内蒙古"])
TRADES = st.sampled_from(["科技", "贸易", "机械设备", "网络科技", "食品", "信息技术", "物流"])
FORMS = st.sampled_from(["有限公司", "有限责任公司", "股份有限公司"])


@given(BRANDS, CITIES, TRADES, FORMS, FORMS)
def test_place_and_form_may_stand_anywhere(
    brand: str, city: str, trade: str, form: str, other_form: str
) -> None:
    usual = f"{city}{brand}{trade}{form}"
    for other in (
        f"{brand}({city}){trade}{other_form}",
        f"{brand}{trade}（{city}）{other_form}",
        f"{brand}{trade}{other_form}（{city}）",
        f"{city} {brand} {trade} {other_form}",
    ):
        assert same_company(usual, other).verdict == "same", (usual, other)


@given(BRANDS, CITIES, CITIES, TRADES, FORMS)
def test_two_cities_are_two_firms(
    brand: str, city: str, other_city: str, trade: str, form: str
) -> None:
    verdict = same_company(f"{city}{brand}{trade}{form}", f"{brand}({other_city}){trade}{form}")
    assert (verdict.verdict == "same") == (city == other_city)
    assert city == other_city or verdict.reason == "place"


@given(BRANDS, CITIES, TRADES, FORMS, CITIES)
def test_a_branch_is_not_its_parent(
    brand: str, city: str, trade: str, form: str, branch: str
) -> None:
    parent = f"{city}{brand}{trade}{form}"
    assert same_company(parent, f"{parent}{branch}分公司") == ("different", "branch")
    assert same_company(f"{parent}({branch}分公司)", f"{parent}{branch}分公司").verdict == "same"


LATIN = st.text(alphabet=string.ascii_lowercase, min_size=7, max_size=12).map(str.title)


@pytest.mark.parametrize("form", ["GmbH", "S.p.A.", "Ltd.", "Sp. z o.o.", "B.V.", "d.o.o.", "AB"])
@given(LATIN)
def test_a_latin_form_is_not_part_of_the_brand(form: str, name: str) -> None:
    parts = company(f"{name} {form}")
    assert parts is not None
    assert parts.brand == fold(name)
    again = company(f"{name.upper()}, {form.upper()}")
    assert again == parts


@given(st.lists(st.one_of(st.none(), TEXTS), max_size=20))
def test_a_column_has_one_answer_per_value(values: list[str | None]) -> None:
    assert companies(values) == [company(value) if value else None for value in values]
    assert people(values) == [person(value) if value else None for value in values]


@given(st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_one_check_sign_fits_each_credit_code(body: str) -> None:
    body = "91" + "".join(sign if sign.isdigit() else "3" for sign in body[2:8]) + body[8:]
    fitting = [sign for sign in "0123456789ABCDEFGHJKLMNPQRTUWXY" if is_credit(body + sign)]
    assert len(fitting) == 1
