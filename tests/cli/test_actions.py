"""``ci-cli action`` and ``report impact``, from an alarm to what stands in the books."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ci_cli import text
from ci_cli.analysis.periods import last_day
from ci_cli.cli.app import run
from ci_cli.errors import ExitCode
from declines import made, store_of
from importer import bring_in, new_store
from store_dump import logical_dump

DECIDE = ExitCode.DECIDE
HOSTILE = "=cmd|'/c calc'!A1 \x1b[31m‮evil‬ <b>&amp;</b> {owner} %s '; DROP TABLE action;--\n+1"


@pytest.fixture(scope="module")
def made_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """WMS loses customers from 2020-03 on; the alarm is raised at the end of 2020-09."""
    folder = tmp_path_factory.mktemp("actions")
    store = store_of(folder, made("WMS", 36, onset=26, attrition=0.1, rate=1.5))
    line = ["procat", "check", "--watch", "cron", "--as-of", "2020-09", "--quiet"]
    assert run([*line, "--today", "2020-10-01", "--db", str(store)]) == 0
    text.activate("en")
    return store


@pytest.fixture
def store(made_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made_store, tmp_path / "ci.db"))


def ci(
    store: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0
) -> tuple[str, str]:
    capsys.readouterr()
    assert run([*words, "--db", str(store), "--lang", "en"]) == code, capsys.readouterr().err
    text.activate("en")
    done = capsys.readouterr()
    return done.out, done.err


def report(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    return json.loads(ci(store, capsys, *words, "--format", "json")[0])


def add(store: Path, capsys: pytest.CaptureFixture[str], *words: str, today: str) -> str:
    return ci(
        store, capsys, "action", "add", "Visit them", *words, "--owner", "chen",
        "--due", "2020-10-20", "--today", today,
    )[1]  # fmt: skip


def test_from_alarm_to_the_books(store, capsys):
    said = add(store, capsys, "--from-alarm", "1", today="2020-10-05")
    assert "Added action A1, owner chen, due 2020-10-20." in said
    alarms = report(store, capsys, "procat", "alarms", "--today", "2020-10-20")
    row = next(row for row in alarms["rows"] if row["alarm"] == 1)
    assert (row["action"], row["owner"], row["status"]) == ("A1", "chen", "open")
    # WMS in time; the company as a whole, the other alarm, has had its week without one
    assert (alarms["meta"]["within_7_days"], alarms["meta"]["due_for_action"]) == (1, 2)
    assert alarms["meta"]["share_within_7_days"] == 0.5

    ci(store, capsys, "action", "done", "A1", "--won", "50000", "--kind", "retained",
       "--today", "2020-12-15")  # fmt: skip
    shown = report(store, capsys, "action", "show", "1", "--today", "2021-01-10")
    figures = {row["when"]: row for row in shown["tables"]["figures"]["rows"]}
    assert figures["before"]["state"] == "alarm"
    # today, the detector says the same of those months as was frozen
    for figure, month in ((figures["before"], "2020-09"), (figures["now"], "2020-11")):
        judged = report(store, capsys, "procat", "check", "--as-of", month)["rows"][0]
        assert figure["as_of"] == str(last_day(month))
        assert (figure["state"], figure["score"], figure["monthly_rate"]) == (
            judged["state"], judged["score"], judged["monthly_rate"],
        )  # fmt: skip
    orders = orders_of(store)
    year = orders[(orders["date"] >= "2019-12-01") & (orders["date"] <= "2020-11-30")]
    assert figures["now"]["revenue_12m"] == pytest.approx(year["amount"].sum())

    found = report(store, capsys, "report", "impact", "--since", "2020-07", "--today", "2021-01-10")
    period = orders[orders["date"] >= "2020-07-01"]["amount"].sum()
    since = orders[orders["date"] >= "2020-10-05"]["amount"].sum()
    assert since > 50000
    (row,) = found["rows"]
    assert (row["action"], row["entered"], row["in_the_books"]) == ("A1", 50000, 50000)
    assert row["share"] == pytest.approx(50000 / period)
    assert found["meta"]["share"] == pytest.approx(50000 / period)
    assert float(found["meta"]["revenue"]) == pytest.approx(period)
    moments = found["tables"]["before_and_after"]["rows"]
    assert [row["when"] for row in moments] == ["before", "closed", "now"]


def orders_of(store: Path) -> pd.DataFrame:
    """Return the order lines that the store holds."""
    with closing(sqlite3.connect(store)) as conn:
        return pd.read_sql_query(
            "SELECT o.date, l.amount / 10000.0 AS amount FROM order_line AS l"
            " JOIN sales_order AS o ON o.id = l.order_id", conn,
        )  # fmt: skip


def test_an_alarm_alone_says_what_is_to_be_done(store, capsys):
    words = ("action", "add", "--owner", "chen", "--due", "2020-10-20", "--today", "2020-10-05")
    ci(store, capsys, *words, "--from-alarm", "1")
    (row,) = report(store, capsys, "action", "list")["rows"]
    alarms = report(store, capsys, "procat", "alarms", "--today", "2020-10-20")["rows"]
    alarm = next(one for one in alarms if one["alarm"] == 1)
    assert row["what"] == f"WMS: find out why it has been falling since {alarm['since']}"
    _out, said = ci(store, capsys, *words, code=DECIDE)  # of nothing, there is nothing to say
    assert "code: text-invalid " in said


def test_figures_before_do_not_change_with_later_imports(store, capsys, tmp_path):
    add(store, capsys, "--from-alarm", "1", today="2020-10-05")
    before = report(store, capsys, "action", "show", "1")["tables"]["figures"]["rows"][0]
    (tmp_path / "late.csv").write_text(
        "order id,date,customer id,category,product,quantity,amount,currency\n"
        + "".join(f"L{n},2020-09-{n % 27 + 1:02d},K{n},WMS,WMS,1,9000,EUR\n" for n in range(90))
    )
    bring_in(store, tmp_path / "late.csv", source="test")
    shown = report(store, capsys, "action", "show", "1")["tables"]["figures"]["rows"]
    assert shown[0] == before
    assert shown[1]["revenue_12m"] != before["revenue_12m"]


def test_a_dropped_action_leaves_its_alarm_open(store, capsys):
    add(store, capsys, "--from-alarm", "1", today="2020-10-05")
    ci(store, capsys, "action", "drop", "1", "--reason", "left", "--today", "2020-10-06")
    alarms = report(store, capsys, "procat", "alarms", "--today", "2020-10-20")
    assert {row["alarm"]: row["action"] for row in alarms["rows"]} == {1: None, 2: None}
    assert alarms["meta"]["within_7_days"] == 0
    (row,) = report(store, capsys, "action", "list")["rows"]
    assert (row["state"], row["reason"], row["won"]) == ("dropped", "left", None)


def test_a_due_day_in_the_past_is_warned_of_and_overdue(store, capsys):
    said = add(store, capsys, today="2020-10-25")
    assert "Warning: The day 2020-10-20 has passed already" in said
    add(store, capsys, "--customer", "K3", today="2020-10-01")
    ci(store, capsys, "action", "drop", "2", "--reason", "x", "--today", "2020-10-02")
    overdue = report(store, capsys, "action", "list", "--overdue", "--today", "2020-10-25")
    assert [(row["action"], row["state"], row["source"]) for row in overdue["rows"]] == [
        ("A1", "overdue", "other")
    ]
    assert report(store, capsys, "action", "list", "--overdue", "--today", "2020-10-20")[
        "rows"
    ] == []  # fmt: skip
    mine = report(store, capsys, "action", "list", "--owner", "CHEN")["rows"]
    assert [row["action"] for row in mine] == ["A1", "A2"]
    assert report(store, capsys, "action", "list", "--owner", "li")["rows"] == []


def test_a_dry_run_keeps_nothing(store, capsys):
    before = store.read_bytes()
    ci(store, capsys, "action", "add", "x", "--owner", "a", "--due", "2031-01-01", "--dry-run")
    assert report(store, capsys, "action", "list")["rows"] == []
    add(store, capsys, today="2020-10-01")
    ci(store, capsys, "action", "done", "1", "--dry-run")
    assert [row["state"] for row in report(store, capsys, "action", "list")["rows"]] == ["overdue"]
    assert before != store.read_bytes()


REFUSED = {
    "unknown alarm": (("add", "x", "--from-alarm", "9", "--owner", "a", "--due", "2031-01-01"),
                      "alarm-unknown"),
    "huge alarm": (("add", "x", "--from-alarm", "9" * 40, "--owner", "a", "--due", "2031-01-01"),
                   "alarm-unknown"),
    "unknown customer": (("add", "x", "--customer", "Nobody at all", "--owner", "a",
                          "--due", "2031-01-01"), "customer-unknown"),
    "two subjects": (("add", "x", "--from-alarm", "1", "--customer", "K3", "--owner", "a",
                      "--due", "2031-01-01"), "action-two-subjects"),
    "no day": (("add", "x", "--owner", "a", "--due", "soon"), "date-invalid"),
    "no such day": (("add", "x", "--owner", "a", "--due", "2031-02-30"), "date-invalid"),
    "no due": (("add", "x", "--owner", "a"), "usage"),
    "no owner": (("add", "x", "--due", "2031-01-01"), "usage"),
    "empty owner": (("add", "x", "--owner", " ", "--due", "2031-01-01"), "text-invalid"),
    "nothing to do": (("add", "\t", "--owner", "a", "--due", "2031-01-01"), "text-invalid"),
    "half a character": (("add", "x\udce4", "--owner", "a", "--due", "2031-01-01"),
                         "text-invalid"),
    "unknown action": (("done", "9"), "action-unknown"),
    "no number": (("done", "A1; drop"), "action-unknown"),
    "huge number": (("done", "9" * 40), "action-unknown"),
    "drop without a reason": (("drop", "1"), "usage"),
    "drop with an empty reason": (("drop", "1", "--reason", ""), "text-invalid"),
    "money without a kind": (("done", "1", "--won", "12"), "won-incomplete"),
    "kind without money": (("done", "1", "--kind", "won"), "won-incomplete"),
    "currency without money": (("done", "1", "--currency", "EUR"), "won-incomplete"),
    "unknown kind": (("done", "1", "--won", "12", "--kind", "stolen"), "usage"),
    "no money": (("done", "1", "--won", "lots", "--kind", "won"), "amount-invalid"),
    "money below zero": (("done", "1", "--won", "-5", "--kind", "won"), "amount-invalid"),
    "unknown currency": (("done", "1", "--won", "5", "--kind", "won", "--currency", "QQQ"),
                         "currency-invalid"),
    "two currencies": (("done", "1", "--won", "5 USD", "--kind", "won", "--currency", "EUR"),
                       "amount-invalid"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_changes_nothing(name, store, capsys):
    add(store, capsys, today="2020-10-01")
    before, listed = logical_dump(store), report(store, capsys, "action", "list")["rows"]
    words, error = REFUSED[name]
    _out, err = ci(store, capsys, "action", *words, code=DECIDE)
    assert f"code: {error} " in err
    assert (logical_dump(store), report(store, capsys, "action", "list")["rows"]) == (
        before, listed,
    )  # fmt: skip


def test_a_dismissed_alarm_is_not_acted_on_and_one_that_is_over_may_be(store, capsys):
    ci(store, capsys, "procat", "dismiss", "1", "--reason", "sold")
    words = ("action", "add", "x", "--from-alarm", "1", "--owner", "a", "--due", "2031-01-01")
    assert "dismissed by" in ci(store, capsys, *words, code=DECIDE)[1]
    ci(store, capsys, "procat", "acknowledge", "1")
    ci(store, capsys, *words)
    ci(store, capsys, "procat", "categories", "--rename", "WMS=Warehouses")
    rows = report(store, capsys, "action", "show", "1")["tables"]["figures"]["rows"]
    assert (rows[1]["when"], rows[1]["state"]) == ("now", None)


def test_closing_twice_says_who_did_it(store, capsys):
    add(store, capsys, today="2020-10-01")
    ci(store, capsys, "action", "done", "1", "--today", "2020-10-02")
    for again in (("done", "1"), ("drop", "1", "--reason", "x")):
        err = ci(store, capsys, "action", *again, code=DECIDE)[1]
        assert "was done on 2020-10-02 by " in err


def test_money_needs_a_currency_that_is_known(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db", currency="CNY")
    (tmp_path / "orders.csv").write_text(
        "Order ID,Customer ID,Order Date,Product,Amount,Currency\n"
        "1,K1,2025-01-02,T,5.00,EUR\n2,K2,2025-01-03,T,5.00,EUR\n3,K2,2025-01-04,T,5.00,USD\n"
    )
    bring_in(store, tmp_path / "orders.csv", source="s")
    for customer in ("K1", "K2"):
        add(store, capsys, "--customer", customer, today="2025-01-01")
    add(store, capsys, today="2025-01-01")
    ci(store, capsys, "action", "done", "1", "--won", "3", "--kind", "won")
    err = ci(store, capsys, "action", "done", "2", "--won", "3", "--kind", "won", code=DECIDE)[1]
    assert "won-currency" in err
    assert "EUR, USD" in err
    ci(store, capsys, "action", "done", "2", "--won", "3 USD", "--kind", "won")
    ci(store, capsys, "action", "done", "3", "--won", "3", "--kind", "saved")
    rows = report(store, capsys, "action", "list")["rows"]
    assert {row["action"]: row["currency"] for row in rows} == {
        "A1": "EUR", "A2": "USD", "A3": "CNY",
    }  # fmt: skip
    found = report(store, capsys, "report", "impact", "--since", "2025-01")
    assert found["meta"]["currencies"] == ["EUR", "USD", "CNY"]
    shares = {row["action"]: (row["in_the_books"], row["share"]) for row in found["rows"]}
    assert shares == {"A1": (3, pytest.approx(0.3)), "A2": (3, pytest.approx(0.6)),
                      "A3": (None, None)}  # fmt: skip
    only = report(store, capsys, "report", "impact", "--since", "2025-01", "--currency", "usd")
    assert [row["action"] for row in only["rows"]] == ["A2"]


def test_two_actions_on_one_customer_never_have_the_same_money(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db")
    (tmp_path / "orders.csv").write_text(
        "Order ID,Customer ID,Order Date,Product,Amount\n"
        "1,K1,2025-01-02,T,100.00\n2,K1,2025-02-03,T,70.00\n3,K2,2025-02-04,T,30.00\n"
    )
    bring_in(store, tmp_path / "orders.csv", source="s")
    for _ in range(2):
        add(store, capsys, "--customer", "K1", today="2025-02-01")
    for number in ("1", "2"):
        ci(store, capsys, "action", "done", number, "--won", "60", "--kind", "won",
           "--today", "2025-02-20")  # fmt: skip
    found = report(store, capsys, "report", "impact", "--since", "2025-01", "--today", "2025-03-01")
    assert [(row["entered"], row["in_the_books"]) for row in found["rows"]] == [(60, 60), (60, 10)]
    assert found["meta"]["share"] == pytest.approx(0.35)
    # also when one of them was another customer then
    ci(store, capsys, "dedupe", "merge", "K1", "K2")
    found = report(store, capsys, "report", "impact", "--since", "2025-01", "--today", "2025-03-01")
    assert [row["in_the_books"] for row in found["rows"]] == [60, 40]
    # what was closed before the period, or after the day it speaks for, is not in it
    for words in (("--since", "2025-02-21"), ("--since", "2025-01", "--as-of", "2025-02-10")):
        line = ("report", "impact", *words, "--today", "2025-03-01")
        assert report(store, capsys, *line)["rows"] == []
    err = ci(store, capsys, "report", "impact", "--since", "2031", code=DECIDE)[1]
    assert "period-invalid" in err
    ci(store, capsys, "report", "impact", "--since", "2031-01", "--today", "2025-03-01",
       code=DECIDE)  # fmt: skip


def test_hostile_text_is_shown_never_obeyed(store, capsys, tmp_path):
    ci(store, capsys, "action", "add", HOSTILE, "--customer", "K3", "--owner", HOSTILE,
       "--due", "2020-10-01")  # fmt: skip
    ci(store, capsys, "action", "done", "1", "--reason", HOSTILE, "--won", "5", "--kind", "won")
    for line in (
        ("action", "list"), ("action", "show", "1"), ("report", "impact", "--since", "2020-01"),
        ("check",), ("action", "list", "--format", "md"),
    ):  # fmt: skip
        out, err = ci(store, capsys, *line)
        assert not {"\x1b", "\u202e"} & set(out + err)
        assert "Traceback" not in err
    out, _err = ci(store, capsys, "action", "list", "--format", "csv")
    row = pd.read_csv(pd.io.common.StringIO(out)).iloc[0]
    assert row["what"].startswith("'=cmd")
    (row,) = report(store, capsys, "action", "list")["rows"]
    assert row["owner"].startswith("=cmd")
    assert row["state"] == "done"


def test_an_empty_store_has_nothing_but_works(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db")
    add(store, capsys, today="2020-10-05")
    ci(store, capsys, "action", "done", "1", "--won", "5", "--kind", "won")
    assert ci(store, capsys, "report", "impact")[0] == ""
    shown = report(store, capsys, "action", "show", "1")
    assert "figures" not in shown.get("tables", {})
    assert shown["rows"][0]["currency"] == "EUR"
