"""Lists of calls, visits, tickets, contracts, deals and usage: recognised, linked, idempotent."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ci_cli.errors import CiError, Where
from ci_cli.importing.evidence import CODES, DATES, MONEY, QUANTITIES
from ci_cli.importing.talks.choose import map_table
from ci_cli.importing.talks.lists import fields_of_type, meaning_of
from ci_cli.importing.talks.periods import read_period
from ci_cli.importing.values.cells import ValueReject
from ci_cli.output.rejects import rejects_writer
from ci_cli.store import engine, seals, talks
from ci_cli.store.writes import links, undo
from ci_cli.text import translate
from importer import AT, bring_in, new_store
from store_dump import logical_dump

CUSTOMERS = (
    "Customer ID,Customer Name,Contact Name,Phone,Email\n"
    "K1,华天软件有限公司,张伟,13800000001,zw@huatian.example\n"
    "K2,Blue Yonder Ltd,Ann Lee,+44 20 7946 0000,ann@blue.example\n"
    "K3,双生公司,甲,13900000001,a@s.example\nK4,双生公司,乙,13900000002,b@s.example\n"
)


def write(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([header, *rows])
    return path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    made = new_store(tmp_path / "ci.db")
    (tmp_path / "customers.csv").write_text(CUSTOMERS, "utf-8")
    bring_in(made, tmp_path / "customers.csv", kind="customers")
    return made


def query(store: Path, text: str) -> list[tuple[Any, ...]]:
    with closing(engine.connect(store)) as conn:
        return [tuple(row) for row in conn.execute(text)]


@pytest.mark.parametrize(
    ("header", "row", "kind", "expected"),
    [
        ("客户名称|跟进时间|跟进方式|跟进人|跟进内容", "甲公司|2026-03-01 10:30|电话|陈明|要报价",
         "interactions", {"customer.name": 0, "interaction.date": 1, "interaction.kind": 2,
                          "interaction.author": 3, "interaction.text": 4}),
        ("拜访日期|拜访客户|拜访人|拜访目的|拜访内容|拜访结果", "2026-03-01|甲公司|陈明|新品|谈了|成功",
         "interactions", {"interaction.date": 0, "customer.name": 1, "interaction.author": 2,
                          "interaction.topic": 3, "interaction.text": 4, "interaction.outcome": 5}),
        ("工单编号|客户名称|工单标题|工单类型|创建时间|完成时间|处理人|工单状态",
         "T1|甲公司|打印机坏|维修|2026-03-01|2026-03-02|陈明|已关闭",
         "interactions", {"interaction.id": 0, "customer.name": 1, "interaction.subject": 2,
                          "interaction.topic": 3, "interaction.date": 4, "interaction.closed": 5,
                          "interaction.author": 6, "interaction.status": 7}),
        ("通话时间|呼叫方向|对方号码|坐席|通话时长|通话结果", "2026-03-01 09:00|呼出|13800000001|陈|35|已接通",
         "interactions", {"interaction.date": 0, "interaction.direction": 1, "contact.phone": 2,
                          "interaction.author": 3, "interaction.duration": 4,
                          "interaction.outcome": 5}),
        ("Activity Date|Activity Type|Account|Contact|Notes|Owner",
         "2026-03-01|Call|Acme|Ann|asked for a trial|chen",
         "interactions", {"interaction.date": 0, "interaction.kind": 1, "customer.name": 2,
                          "contact.name": 3, "interaction.text": 4, "interaction.author": 5}),
        ("Ticket ID|Customer|Subject|Priority|Status|Created|Resolved|Agent",
         "T1|Acme|Printer|High|Open|2026-03-01||Bob",
         "interactions", {"interaction.id": 0, "customer.name": 1, "interaction.subject": 2,
                          "interaction.status": 4, "interaction.date": 5, "interaction.closed": 6,
                          "interaction.author": 7}),
        ("Contract No|Customer Name|Product|Contract Start|Contract End|Contract Value",
         "C-1|Acme|Suite|2025-04-01|2026-03-31|12000",
         "contracts", {"contract.id": 0, "customer.name": 1, "contract.product": 2,
                       "contract.start": 3, "contract.end": 4, "contract.value": 5}),
        ("合同编号|客户名称|合同开始日期|合同到期日|合同金额|续约状态", "C1|甲公司|2025-01-01|2026-01-01|800|待续",
         "contracts", {"contract.id": 0, "customer.name": 1, "contract.start": 2,
                       "contract.end": 3, "contract.value": 4, "contract.status": 5}),
        # it tells when contracts are renewed, or from when to when they run
        ("合同编号|客户编号|合同名称|签订日期|到期日期|续约日期|合同金额|状态",
         "HT1|K1|维保|2025-01-02|2026-01-01||800|有效",
         "contracts", {"contract.id": 0, "customer.id": 1, "contract.name": 2,
                       "contract.signed": 3, "contract.end": 4, "contract.value": 6,
                       "contract.status": 7}),
        ("合同编号|客户编号|合同名称|开始日期|结束日期|合同金额", "HT1|K1|维保|2025-01-01|2026-01-01|800",
         "contracts", {"contract.id": 0, "customer.id": 1, "contract.name": 2,
                       "contract.start": 3, "contract.end": 4, "contract.value": 5}),
        ("Contract ID|Customer ID|Signed|End Date|Renewal Date|Amount",
         "H1|K1|2025-01-02|2026-01-01|2025-12-01|800",
         "contracts", {"contract.id": 0, "customer.id": 1, "contract.signed": 2,
                       "contract.end": 4, "contract.value": 5}),
        ("Record ID|Deal Name|Deal Stage|Amount|Close Date|Deal owner|Associated Company",
         "1|Big|Proposal|500|2026-01-01|li|Acme",
         "opportunities", {"deal.id": 0, "deal.name": 1, "deal.stage": 2, "deal.value": 3,
                           "deal.expected": 4, "deal.owner": 5, "customer.name": 6}),
        ("Account|Metric|Month|Value", "Acme|logins|2026-01|120",
         "usage", {"customer.name": 0, "usage.metric": 1, "usage.period": 2, "usage.value": 3}),
    ],
    ids=lambda value: value.split("|")[0] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_list_is_known_by_its_headers(
    header: str, row: str, kind: str, expected: dict[str, int]
) -> None:
    found = map_table(header.split("|"), [row.split("|")], None, {}, [], Where())
    assert found.kind == kind
    assert {c.field: c.index for c in found.columns if c.field} == expected


@pytest.mark.parametrize(
    "header",
    [
        "Order ID|Order Date|Customer Name|Product|Quantity|Amount",
        "合同编号|签订日期|客户名称|产品线|合同金额|服务开始|服务到期",  # sales, by contract
        "Employee ID|Name|Hire Date|Salary|Notes",
        "Respondent|How likely are you to recommend us|Contact date|Call notes",
    ],
)
def test_what_is_no_list_of_facts_is_not_taken_for_one(header: str) -> None:
    try:
        kind = map_table(header.split("|"), [], None, {}, [], Where()).kind
    except CiError as error:
        assert error.code == "kind-unknown"  # noqa: PT017
    else:
        assert kind in ("orders", "customers")


def test_the_fuller_of_two_columns_says_when_contracts_end() -> None:
    header = "Contract ID|Customer ID|Signed|Renewal Date|End Date|Amount".split("|")
    rows = [["H1", "K1", "2025-01-02", "2025-12-01", "2026-01-01", "800"],
            ["H2", "K2", "2025-01-02", "", "2026-02-01", "900"]]  # fmt: skip
    assert map_table(header, rows, None, {}, [], Where()).index("contract.end") == 4
    assert map_table(header, rows[:1], None, {}, [], Where()).index("contract.end") == 3
    said = {"contract.end": "Renewal Date"}
    assert map_table(header, rows, None, said, [], Where()).index("contract.end") == 3


def test_contracts_taken_for_sales_say_so() -> None:
    header = "合同编号|客户名称|签订日期|到期日期|合同金额".split("|")
    rows = [["HT1", "金阳有限公司", "2025-01-02", "2026-01-01", "80000"],
            ["HT2", "银河有限公司", "2025-02-02", "2026-02-01", "60000"]]  # fmt: skip
    found = map_table(header, rows, None, {}, [], Where())
    assert found.kind == "orders"
    assert any("--as contracts" in translate(note.text) and "到期日期" in translate(note.text)
               for note in found.notes)  # fmt: skip
    told = map_table(header, rows, "orders", {}, [], Where())
    assert not any("--as contracts" in translate(note.text) for note in told.notes)


@pytest.mark.parametrize(
    "header",
    ["Customer ID|Customer Name|Income|Birthday", "Customer ID|Customer Name|Birthday|Revenue",
     "Customer ID|Customer Name|Age|Gender|Marital Status|Birthday"],
)  # fmt: skip
def test_a_list_of_people_is_no_list_of_orders(header: str) -> None:
    values = {"Income": "52000", "Revenue": "52000", "Birthday": "1985-02-03", "Age": "52",
              "Gender": "F", "Marital Status": "single"}  # fmt: skip
    names = header.split("|")
    rows = [[f"K{n}", f"Anna Smith{n}", *(values[name] for name in names[2:])] for n in (1, 2)]
    assert map_table(names, rows, None, {}, [], Where()).kind == "customers"


def test_the_types_of_fields_are_said_once_in_the_list_and_once_in_the_code() -> None:
    families = ("interaction.", "contract.", "deal.", "usage.", "feedback.", "attitude.",
                "roi.")  # fmt: skip
    for types, names in (
        (("date",), DATES), (("money",), MONEY), (("quantity",), QUANTITIES), (("code",), CODES),
    ):  # fmt: skip
        assert {n for n in names if n.startswith(families)} == set(fields_of_type(*types))


def test_rows_are_linked_by_the_best_that_they_tell(store: Path, tmp_path: Path) -> None:
    header = ["客户名称", "跟进时间", "跟进方式", "跟进人", "跟进内容", "联系人", "联系电话"]
    rows = [
        ["华天软件有限公司", "2026-03-01", "电话", "陈", "按名称", "张伟", ""],
        ["双生公司", "2026-03-02", "上门拜访", "陈", "两个同名,电话分开", "乙", "13900000002"],
        ["别名公司", "2026-03-03", "微信", "陈", "电话属于Blue", "", "+44 20 7946 0000"],
        ["没人知道", "2026-03-04", "电话", "陈", "没有候选", "", ""],
        ["", "2026-03-05", "电话", "陈", "没有客户", "", ""],
    ]
    result = bring_in(store, write(tmp_path / "跟进.csv", header, rows))
    assert result.counts.created == 5
    found = query(
        store,
        "SELECT i.day, i.kind, r.customer_id, p.name FROM interaction AS i LEFT JOIN record AS r"
        " ON r.id = i.record_id LEFT JOIN contact AS p ON p.id = i.contact_id ORDER BY 1",
    )
    unknown = found[3][2]
    assert found == [
        ("2026-03-01", "call", 1, "张伟"), ("2026-03-02", "visit", 4, "乙"),
        ("2026-03-03", "chat", 2, None), ("2026-03-04", "call", unknown, None),
        ("2026-03-05", "call", None, None),
    ]  # fmt: skip
    assert unknown > 4
    with closing(engine.connect(store, write=True)) as conn:
        waits = {one.name: (one.entries, len(one.candidates)) for one in links.waiting(conn)}
    assert waits == {"没人知道": (1, 0)}


def test_a_link_follows_what_all_rows_say_and_undo_goes_back(store: Path, tmp_path: Path) -> None:
    header = ["客户名称", "跟进时间", "跟进方式", "跟进内容", "联系人", "联系电话"]
    first = ["Blue Yonder Ltd", "2026-03-01", "电话", "a", "Ann Lee", ""]
    later = ["Blue Yonder Ltd", "2026-03-02", "电话", "b", "张伟", "13800000001"]
    linked = (
        "SELECT i.day, r.customer_id, p.name FROM interaction AS i JOIN record AS r"
        " ON r.id = i.record_id LEFT JOIN contact AS p ON p.id = i.contact_id ORDER BY 1"
    )
    bring_in(store, write(tmp_path / "a.csv", header, [first]))
    by_name = [("2026-03-01", 2, "Ann Lee")]
    assert query(store, linked) == by_name
    result = bring_in(store, write(tmp_path / "b.csv", header, [later]))
    assert query(store, linked) == [("2026-03-01", 1, None), ("2026-03-02", 1, "张伟")]
    assert query(store, "SELECT how FROM link WHERE undone_at IS NULL") == [("phone",)]
    with closing(engine.connect(store, write=True)) as conn:
        with engine.transaction(conn):
            undo.undo(conn, result.batch_id, AT)
        assert seals.broken(conn) == []
    assert query(store, linked) == by_name
    # a person's word stands, whatever later rows say
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        stub = conn.execute("SELECT id FROM record WHERE described = 0").fetchone()[0]
        links.unlink(conn, stub, AT)
        links.link_by_hand(conn, stub, 3, AT)
    bring_in(store, tmp_path / "b.csv")
    assert {row[1] for row in query(store, linked)} == {3}


def test_a_name_that_several_have_waits_for_a_person(store: Path, tmp_path: Path) -> None:
    header = ["客户名称", "跟进时间", "跟进方式", "跟进内容"]
    bring_in(store, write(tmp_path / "a.csv", header, [["双生公司", "2026-03-02", "电话", "谁?"]]))
    with closing(engine.connect(store, write=True)) as conn:
        (waiting,) = links.waiting(conn)
    assert [number for number, _name in waiting.candidates] == [3, 4]


def test_words_of_files_become_ours_and_unknown_ones_stay(store: Path, tmp_path: Path) -> None:
    header = ["Call Time", "Account", "Call Type", "Call Outcome", "Call Duration", "Agent"]
    rows = [
        ["2026-01-05 10:00", "Blue Yonder Ltd", "Outbound call", "Left voicemail", "5", "li"],
        ["2026-01-06 10:00", "Blue Yonder Ltd", "Inbound Call", "Connected", "65", "li"],
        ["2026-01-07 10:00", "Blue Yonder Ltd", "Call", "", "0:00", "li"],
        ["2026-01-08 10:00", "Blue Yonder Ltd", "Site visit", "Not interested", "", "li"],
        ["2026-01-09 10:00", "Blue Yonder Ltd", "Pigeon post", "Eaten", "", "li"],
        ["2026-02-09 10:00", "Blue Yonder Ltd", "Meeting", "", "", "li"],
    ]
    bring_in(store, write(tmp_path / "calls.csv", header, rows), today="2026-02-01")
    assert query(
        store, "SELECT kind, direction, outcome, topic, due FROM interaction ORDER BY day"
    ) == [
        ("call", "out", "no_answer", None, None), ("call", "in", "answered", None, None),
        ("call", None, "no_answer", None, None), ("visit", None, "refused", None, None),
        ("call", None, None, "Pigeon post", None),
        ("meeting", None, "planned", None, "2026-02-09"),
    ]  # fmt: skip
    assert query(store, "SELECT extra ->> 'kind', extra ->> 'outcome' FROM interaction"
                        " WHERE topic IS NOT NULL") == [("Pigeon post", "Eaten")]  # fmt: skip
    with closing(engine.connect(store)) as conn:
        touch = talks.last_touches(conn, "2026-12-31")[2]
    assert (touch.reached, touch.personal) == ("2026-01-09", "2026-01-09")


def test_deals_and_contracts_keep_their_money_and_end(store: Path, tmp_path: Path) -> None:
    header = ["Deal ID", "Deal Name", "Deal Stage", "Deal Amount", "Close Date", "Lost Reason",
              "Company"]  # fmt: skip
    rows = [
        ["1", "Big", "Closed Won", "5,000.50", "2026-01-01", "", "Blue Yonder Ltd"],
        ["2", "Next", "Proposal", "100.00", "2026-05-01", "", "Blue Yonder Ltd"],
        ["3", "Gone", "输单", "7.25", "2026-02-01", "price", "Blue Yonder Ltd"],
    ]
    bring_in(store, write(tmp_path / "deals.csv", header, rows))
    assert query(store, "SELECT outcome, value, closed, why FROM opportunity ORDER BY id") == [
        ("won", 50_005_000, "2026-01-01", None), ("open", 1_000_000, None, None),
        ("lost", 72_500, "2026-02-01", "price"),
    ]  # fmt: skip
    assert query(store, "SELECT count(*) FROM sales_order") == [(0,)]  # never revenue


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03", ("month", "2026-03-01")), ("2026年3月", ("month", "2026-03-01")),
        ("Mar 2026", ("month", "2026-03-01")), ("202603", ("month", "2026-03-01")),
        ("2026Q2", ("quarter", "2026-04-01")), ("Q4 2025", ("quarter", "2025-10-01")),
        ("2026年第一季度", ("quarter", "2026-01-01")), ("2026-W01", ("week", "2025-12-29")),
        ("2026", ("year", "2026-01-01")), ("2026-03-05", ("day", "2026-03-05")),
        ("2026/3/5 00:00:00", ("day", "2026-03-05")), ("", None),
    ],
)  # fmt: skip
def test_periods_are_read(text: str, expected: tuple[str, str] | None) -> None:
    assert read_period(text) == expected


@pytest.mark.parametrize("text", ["soon", "2026-13", "2026Q5", "2026-W60", "31", "2026-02-30"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueReject):
        read_period(text)


@pytest.mark.parametrize(
    ("sort", "text", "meaning"),
    [
        ("kind", "上门拜访", "visit"), ("kind", "Follow-up phone call", "call"),
        ("kind", "E-Mail", "mail"), ("kind", "Ring", None), ("outcome", "未接通", "no_answer"),
        ("outcome", "Not interested", "refused"), ("outcome", "interested", "answered"),
        ("deal", "Closed Lost", "lost"), ("deal", "未成交", "lost"), ("deal", "预计成交", "open"),
        ("status", "未解决", "open"), ("status", "Resolved", "answered"),
        ("direction", "呼出", "out"),
    ],
)  # fmt: skip
def test_words_have_their_meaning(sort: str, text: str, meaning: str | None) -> None:
    assert meaning_of(sort, text) == meaning


_HEADER = ["客户名称", "跟进时间", "跟进方式", "跟进人", "跟进内容", "联系电话"]
_row = st.tuples(
    st.sampled_from(["华天软件有限公司", "Blue Yonder Ltd", "新客户", ""]),
    st.sampled_from(["2026-01-05", "2026-01-06 10:00", "not a day"]),
    st.sampled_from(["电话", "拜访", "微信", "?"]),
    st.sampled_from(["陈", ""]),
    st.sampled_from(["谈价格", "", "=1+1", "<b>x</b>\x1b[31m", "a\u202eb"]),
    st.sampled_from(["13800000001", "+44 20 7946 0000", "13900000009", ""]),
)
_SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _after(folder: Path, name: str, *parts: Sequence[Sequence[str]]) -> Any:
    store = new_store(folder / f"{name}.db")
    (folder / "customers.csv").write_text(CUSTOMERS, "utf-8")
    bring_in(store, folder / "customers.csv", kind="customers")
    for number, rows in enumerate(parts):
        bring_in(store, write(folder / f"{name}{number}.csv", _HEADER, rows), kind="interactions")
    return logical_dump(store)


def _customers_linked(dump: Any) -> list[str]:
    return [row[0] for row in dump["link"]]


@_SOME
@given(rows=st.lists(_row, min_size=1, max_size=9), data=st.data())
def test_a_part_and_then_the_whole_is_the_whole(rows: list[Any], data: st.DataObject) -> None:
    keep = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    part = [row for row, is_kept in zip(rows, keep, strict=True) if is_kept]
    with tempfile.TemporaryDirectory() as folder:
        whole = _after(Path(folder), "whole", rows)
        assert _after(Path(folder), "twice", rows, rows) == whole
        # a link stands once it is found: it may name weaker evidence than the whole would give
        parts = _after(Path(folder), "parts", part or rows, rows)
        assert _customers_linked(parts) == _customers_linked(whole)
        assert {**parts, "link": []} == {**whole, "link": []}


@_SOME
@given(first=st.lists(_row, min_size=1, max_size=6), second=st.lists(_row, max_size=6))
@example([("新客户", "2026-01-05", "电话", "", "", "13800000001")],
         [("新客户", "2026-01-05", "电话", "", "", "13800000001")])  # fmt: skip
def test_undo_leaves_what_the_other_import_brought(first: list[Any], second: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = _after(folder, "wanted", second or first)
        _after(folder, "undone", first, second or first)
        with closing(engine.connect(folder / "undone.db", write=True)) as conn:
            with engine.transaction(conn):
                undo.undo(conn, 3, AT)
                undo.undo(conn, 2, AT)
            assert seals.broken(conn) == []
        bring_in(folder / "undone.db", folder / "wanted0.csv", kind="interactions")
        assert logical_dump(folder / "undone.db") == wanted


def test_a_file_of_rejects_comes_in_when_it_is_corrected(store: Path, tmp_path: Path) -> None:
    rows = [["Blue Yonder Ltd", "2026-13-05", "电话", "陈", "x", ""]]
    result = bring_in(store, write(tmp_path / "a.csv", _HEADER, rows))
    assert (result.counts.read, result.counts.rejected) == (1, 1)
    rows[0][1] = "2026-12-05"
    assert bring_in(store, write(tmp_path / "a.csv", _HEADER, rows)).counts.created == 1


def test_few_rejects_are_of_the_kind_of_their_file(store: Path, tmp_path: Path) -> None:
    header = ["date", "customer", "contact", "note", "by"]
    rows = [
        ["2026-03-15", "Blue Yonder Ltd", "Ann Lee", "asked for a trial of the new range", "chen"],
        ["2026-03-16", "Acme Widgets Ltd", "", "complained about late delivery", "bob"],
        ["2026-13-01", "Acme Widgets Ltd", "", "x", "bob"],
    ]
    result = bring_in(store, write(tmp_path / "calls.csv", header, rows))
    assert (result.files[0].kind, result.counts.rejected) == ("interactions", 1)
    rejects = tmp_path / "calls.rejects.csv"
    rejects_writer(rejects, store)(result.files, result.batch_id)
    rejects.write_text(rejects.read_text("utf-8-sig").replace(",2026-13-01,A", ",2026-03-20,A"))
    again = bring_in(store, rejects)
    assert (again.files[0].kind, again.counts.created) == ("interactions", 1)
    assert again.files[0].kept == []
    assert query(store, "select count(*) from sales_order") == [(0,)]


def test_the_same_id_with_other_words_is_updated_and_undo_brings_it_back(
    store: Path, tmp_path: Path
) -> None:
    header = ["Ticket ID", "Customer", "Subject", "Status", "Created", "Resolved"]
    row = ["T1", "Blue Yonder Ltd", "Printer", "Open", "2026-02-01", ""]
    bring_in(store, write(tmp_path / "t1.csv", header, [row]))
    before = logical_dump(store)
    row[3:] = ["Closed", "2026-02-01", "2026-02-04"]
    assert bring_in(store, write(tmp_path / "t2.csv", header, [row])).counts.updated == 1
    assert query(store, "SELECT outcome, closed FROM interaction") == [("answered", "2026-02-04")]
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        undo.undo(conn, 3, AT)
    assert logical_dump(store) == before


def test_columns_of_figures_are_metrics_of_their_own(store: Path, tmp_path: Path) -> None:
    header = ["Account", "Month", "Logins", "Active users", "Remark"]
    rows = [
        ["Blue Yonder Ltd", "2026-01", "1,200", "3.5", "x"],
        ["Blue Yonder Ltd", "2026-02", "", "4", ""],
        ["Blue Yonder Ltd", "2026-03", "", "", "nothing"],
        ["", "2026-03", "1", "", ""],
    ]
    path = write(tmp_path / "usage.csv", header, rows)
    result = bring_in(store, path, kind="usage")
    assert (result.counts.created, result.counts.rejected) == (2, 2)
    assert query(store, "SELECT metric, period, value, line FROM usage ORDER BY 2, 1") == [
        ("Active users", "2026-01-01", 3_500_000, 2), ("Logins", "2026-01-01", 1_200_000_000, 2),
        ("Active users", "2026-02-01", 4_000_000, 3),
    ]  # fmt: skip
    assert bring_in(store, path, kind="usage").counts.unchanged == 2
    rows[1][2] = "7"
    assert bring_in(store, write(path, header, rows), kind="usage").counts.created == 1
    with closing(engine.connect(store)) as conn:
        series = talks.usage(conn, customer_id=2, metric="Logins")
    assert [(one.grain, one.period, one.value) for one in series] == [
        ("month", "2026-01-01", 1_200_000_000), ("month", "2026-02-01", 7_000_000),
    ]  # fmt: skip
    with pytest.raises(CiError) as stopped:
        bring_in(store, write(tmp_path / "no.csv", ["Account", "Month", "Word"],
                              [["Acme", "2026-01", "x"]]), kind="usage")  # fmt: skip
    assert stopped.value.code == "column-missing"
