"""What short headers mean, the values say: lists of talks and of people, and what resembles them."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from ci_cli.errors import CiError, Where
from ci_cli.importing.talks.by_values import are_talks
from ci_cli.importing.talks.choose import map_table
from ci_cli.store import engine
from importer import bring_in, new_store

SHEETS = sorted((Path(__file__).parent / "mapping").glob("header_*.yaml"))
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
TALK = "We talked about the price and she wants an offer"
SEEN = "Saw the warehouse; they lack space for pallets"


def kind_of(header: str, rows: list[str]) -> str:
    try:
        sample = [row.split("|") for row in rows]
        return map_table(header.split("|"), sample, None, {}, [], Where()).kind
    except CiError as error:
        return error.code


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("Customer ID|Date|Kind|Author|Text",  # each customer once
         [f"C1|2026-05-01|call|wang|{TALK}", f"C2|2026-05-02|visit|li|{SEEN}"]),
        ("Customer ID|Date|Kind|Author|Text",
         [f"C1|2026-05-01|call|wang|{TALK}", f"C1|2026-05-02|visit|li|{SEEN}"]),
        ("Customer|Date|By|Notes",
         [f"Acme Ltd|2026-05-01|wang|{TALK}", f"Beta GmbH|2026-05-02|li|{SEEN}"]),
        ("Account|Day|Channel|Rep|Summary",
         [f"Acme|2026-05-01|phone|wang|{TALK}", f"Acme|2026-05-02|visit|li|{SEEN}"]),
        ("Company|Date|Contact|Type|Remarks",
         [f"Acme|2026-05-01|Ann Lee|Meeting|{TALK}", f"Beta|2026-05-02|Bob Ray|Call|{SEEN}"]),
        ("Customer No|When|Result|Comment",
         ["K1|2026-05-01|no answer|", f"K1|2026-05-02|answered|{SEEN}"]),
        ("Customer ID|Date|Kind|Author|Text|Phone",
         [f"C1|2026-05-01|call|wang|{TALK}|+44 20 7946 0001"]),
        ("客户编号|日期|类型|记录人|内容",
         ["K1|2026-05-01|电话|王|谈了价格,希望重新报价", "K2|2026-05-02|拜访|李|看了仓库,库位不够"]),
        ("日期|客户|方式|内容|经办人",
         ["2026-05-01|甲公司|电话|谈了价格,希望重新报价|王", "2026-05-02|乙公司|微信|看了仓库,库位不够|李"]),
        ("客户名称|时间|负责人|备注",
         ["甲公司|2026-05-01|王|谈了价格,希望重新报价", "甲公司|2026-05-02|李|看了仓库,库位不够"]),
    ],
)  # fmt: skip
def test_talks_are_known_by_what_stands_in_them(header: str, rows: list[str]) -> None:
    assert kind_of(header, rows) == "interactions"


@pytest.mark.parametrize(
    ("header", "rows", "kind"),
    [
        ("客户名称|负责人|日期|备注",
         ["甲公司|王|2026-05-01|老客户,付款及时", "乙公司|李|2026-05-02|新客户,需要跟进"], "customers"),
        ("Customer ID|Customer Name|Owner|City|Industry|Date|Notes",
         ["K1|Acme|wang|Rome|Retail|2026-05-01|pays late, call in the morning",
          "K2|Beta|li|Oslo|Food|2026-05-02|fine, and quick with money"], "customers"),
        ("Account|Type|Date|Owner|Notes",  # of the type “service”: no ticket
         ["Acme|Service|2026-05-01|li|pays late, call in the morning",
          "Beta|Service|2026-05-02|wang|fine, and quick with money"], "customers"),
        ("客户编号|客户名称|类型|地址|建档日期|备注",
         ["K1|甲公司|服务|北京|2026-05-01|老客户,付款及时", "K2|乙公司|服务|上海|2026-05-02|新客户,需要跟进"],
         "customers"),
        ("Customer|Created|Channel|Notes",  # how they were won
         ["Acme|2026-05-01|phone|found us by an advert", "Beta|2026-05-02|email|wrote last year"],
         "kind-unknown"),
        ("Customer|Date|Type|Rep|Notes|Amount",
         [f"Acme|2026-05-01|phone|li|{TALK}|120.00", f"Acme|2026-05-02|visit|li|{SEEN}|220.00"],
         "orders"),
        ("Customer ID|Date|Kind|Author|Text", [], "kind-unknown"),  # no values, no evidence
    ],
)  # fmt: skip
def test_what_only_resembles_talks_is_none(header: str, rows: list[str], kind: str) -> None:
    assert kind_of(header, rows) in (kind, "customers" if not rows else kind)


def test_no_sheet_of_customers_or_their_people_is_taken_for_talks() -> None:
    taken = []
    for path in SHEETS:
        for case in yaml.load(path.read_text("utf-8"), LOADER):
            if isinstance(case, dict) and case.get("kind") in ("customers", "contacts"):
                rows = [row.split("|") for row in case["rows"]]
                if are_talks(case["header"].split("|"), rows):
                    taken.append(case["name"])
    assert taken == []


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("Contact|Customer|Email|Title",
         ["Ann Lee|Acme|ann@a.example|Buyer", "Bob Ray|Beta|bob@b.example|Owner",
          "Cy Dee|Acme|cy@a.example|Clerk"]),
        ("Customer ID|Contact|Email",
         ["K1|Ann Lee|ann@a.example", "K2|Bob Ray|bob@b.example", "K1|Cy Dee|cy@a.example"]),
        ("公司|联系人|电话",
         ["甲公司|张伟|13800000001", "乙公司|李娜|13800000002", "甲公司|王芳芳|13800000003"]),
        ("联系人|邮箱|公司",
         ["张伟|zw@a.example|甲公司", "李娜|ln@b.example|乙公司", "王芳芳|wf@a.example|甲公司"]),
    ],
)  # fmt: skip
def test_a_bare_contact_is_the_name_of_a_person(header: str, rows: list[str]) -> None:
    sample = [row.split("|") for row in rows]
    found = map_table(header.split("|"), sample, None, {}, [], Where())
    assert found.kind == "contacts"
    assert found.choice("contact.name").header in ("Contact", "联系人")


def test_the_name_of_a_firm_that_has_an_id_stays_with_its_people(tmp_path: Path) -> None:
    store = new_store(tmp_path / "ci.db")
    path = tmp_path / "people.csv"
    path.write_text(
        "Customer ID,Customer Name,Contact Name,Email\n"
        "A1,Acme Ltd,Ann Lee,ann@a.example\nA1,Acme Ltd,Bob Ray,bob@a.example\n",
        "utf-8",
    )
    bring_in(store, path)
    assert bring_in(store, path).counts.unchanged == 2
    with closing(engine.connect(store)) as conn:
        told = [json.loads(row[0]) for row in conn.execute("SELECT extra FROM contact")]
    assert told == [{"company": "Acme Ltd"}] * 2
