"""Which headings and columns describe people."""

from __future__ import annotations

import pytest

from ci_cli.errors import Where
from ci_cli.importing.mapping.personal import describes_person, personal_columns, without_purpose
from ci_cli.importing.talks.choose import map_table


@pytest.mark.parametrize(
    "heading",
    ["性别", "客户性别", "联系人性别", "性别(男/女)", "年龄", "年龄段", "婚姻状况", "学历", "民族",
     "政治面貌", "月收入", "家庭年收入", "收入水平", "爱好", "性別", "Gender", "customer_gender", "SEX",
     "Age", "Age (years)", "age_band", "Marital Status", "Education level", "Number of children",
     "Ethnicity", "Religion", "Hobbies", "Household income", "Salary"],
)  # fmt: skip
def test_headings_about_people(heading: str) -> None:
    assert describes_person(heading)


@pytest.mark.parametrize(
    "heading",
    ["生日", "出生日期", "Date of birth", "行业", "年收入", "Annual revenue", "Income", "职务", "称谓",
     "Account age", "Age of account", "Health status", "Interests", "Storage", "Stage", "Average",
     "Packaging", "Sussex", "等级", "客户等级", "民族路店", "收入", "Status", "Occupation", "国籍"],
)  # fmt: skip
def test_headings_about_something_else(heading: str) -> None:
    assert not describes_person(heading)


def _found(header: list[str], rows: list[list[str]], kind: str | None = None) -> list[str]:
    columns = map_table(header, rows, kind, {}, [], Where("sheet.csv"))
    return [choice.header for choice in personal_columns(columns, rows)]


PEOPLE = [["Ann Smith", "F", "33", "40000"], ["Bob Jones", "M", "44", "52000"]]
FIRMS = [["华星科技有限公司", "王芳", "女", "2000000", "软件"],
         ["北辰贸易有限公司", "李强", "男", "1500000", "贸易"]]  # fmt: skip


def test_a_list_of_customers_is_taken_at_its_word() -> None:
    header = ["Customer name", "Gender", "Age", "Annual income"]
    assert _found(header, PEOPLE, "customers") == ["Gender", "Age", "Annual income"]


def test_what_a_firm_earns_is_no_fact_about_a_person() -> None:
    header = ["客户名称", "联系人", "性别", "年收入", "所属行业"]
    assert _found(header, FIRMS, "customers") == ["性别"]
    plain = [[row[0], row[3]] for row in FIRMS]
    assert _found(["客户名称", "年收入"], plain, "customers") == []


def test_what_a_person_earns_is_one() -> None:
    rows = [[row[0], row[3]] for row in PEOPLE]
    assert _found(["Customer name", "Annual income"], rows, "customers") == ["Annual income"]
    firms = [[*row, "Retail"] for row in rows]
    assert _found(["Customer name", "Annual income", "Industry"], firms, "customers") == []


ORDER = ["Order", "Date", "Customer", "Product", "Amount"]


@pytest.mark.parametrize(
    ("columns", "cells", "expected"),
    [
        (["Gender"], [["Kids"], ["Women"]], []),  # of the shoe
        (["Age"], [["3"], ["6"]], []),  # of the toy
        (["Gender"], [["F"], ["M"]], ["Gender"]),
        (["性别"], [["女"], ["男"]], ["性别"]),
        (["Gender"], [["1"], ["2"]], []),
        (["Customer age"], [["31"], ["64"]], ["Customer age"]),
        (["Gender", "Age"], [["1", "31"], ["2", "64"]], ["Gender", "Age"]),
    ],
)
def test_in_orders_the_words_may_be_about_goods(
    columns: list[str], cells: list[list[str]], expected: list[str]
) -> None:
    rows = [
        ["1", "2024-01-02", "Ann Smith", "Shoe", "10.00", *cells[0]],
        ["2", "2024-01-03", "Bob Jones", "Boot", "12.50", *cells[1]],
    ]
    assert _found([*ORDER, *columns], rows, "orders") == expected


def test_a_product_has_no_gender_of_its_own() -> None:
    rows = [["P1", "Shoe", "F", "3"], ["P2", "Boot", "M", "6"]]
    assert _found(["SKU", "Product name", "Gender", "Age"], rows, "products") == []


def test_a_purpose_lets_a_column_in_however_its_heading_is_written() -> None:
    header = ["Customer name", "Gender", "Age", "Annual income"]
    columns = map_table(header, PEOPLE, "customers", {}, [], Where("sheet.csv"))
    left = without_purpose(columns, PEOPLE, {"annualincome", "gender"})
    assert [choice.header for choice in left] == ["Age"]
