"""``ci-cli goal``: figures as pandas has them, states without looking ahead, all can be undone."""

from __future__ import annotations

import json
import math
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ci_cli import text
from ci_cli.cli.app import run
from ci_cli.cli.programme import goal_metrics
from ci_cli.cli.programme.goal_books import Books
from ci_cli.errors import ExitCode
from ci_cli.store import engine
from importer import bring_in, new_store
from northwind_frame import UNIT, order_lines
from store_dump import logical_dump

TODAY = "1998-05-06"
YEAR = ("1997-05-07", TODAY)
BEFORE = ("1996-05-07", "1997-05-06")


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(demo_store, tmp_path / "ci.db"))


def ci(
    store: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0
) -> tuple[str, str]:
    capsys.readouterr()
    assert run([*words, "--db", str(store), "--lang", "en"]) == code, capsys.readouterr().err
    text.activate("en")
    done = capsys.readouterr()
    return done.out, done.err


def goal(store, capsys, metric: str, target: str, *words: str, by="1998-12-31", today=TODAY):
    return ci(
        store, capsys, "goal", "set", metric, "--target", target, "--by", by, "--today", today,
        *words,
    )[1]  # fmt: skip


def status(store, capsys, *words: str, today: str = TODAY, code: int = 0) -> dict[str, Any]:
    out, _err = ci(store, capsys, "goal", "status", "--today", today, "--format", "json", *words,
                   code=code)  # fmt: skip
    return {one["goal"]: one for one in json.loads(out)["meta"]["goals"]}


def figure(store: Path, metric: str, day: str, *, by_parent: bool = False) -> Any:
    asked = goal_metrics.Asked(date.fromisoformat(day), "USD", by_parent)
    with closing(engine.connect(store)) as conn:
        return goal_metrics.METRICS[metric].figure(Books(conn), asked)


def inside(lines: Any, span: tuple[str, str]) -> Any:
    return lines[(lines.day >= span[0]) & (lines.day <= span[1])]


def test_the_figures_are_those_of_pandas(demo_store: Path, examples: Path) -> None:
    lines = order_lines(examples)
    now, before = inside(lines, YEAR), inside(lines, BEFORE)
    again = set(now.customer) & set(before.customer)
    firsts = lines.groupby("customer").day.min()
    by_customer = now.groupby("customer").net.sum().sort_values(ascending=False)
    top = math.ceil(len(by_customer) / 10)
    expected = {
        "revenue": (int(now.net.sum()), None),
        "retention": (len(again), before.customer.nunique()),
        "churn": (before.customer.nunique() - len(again), before.customer.nunique()),
        "new_customers": (int((firsts >= YEAR[0]).sum()), None),
        "top10_revenue_share": (int(by_customer.head(top).sum()), int(by_customer.sum())),
    }
    for metric, (part, whole) in expected.items():
        found = figure(demo_store, metric, TODAY)
        assert found.value == (part if whole is None else pytest.approx(part / whole)), metric
        if whole is not None:
            assert (found.part, found.whole) == (part, whole), metric


def test_new_products_are_those_first_sold_within_the_year(
    demo_store: Path, examples: Path
) -> None:
    lines = order_lines(examples)
    day, first = "1997-07-31", "1996-08-01"
    known = lines[lines.day <= day]
    firsts = known.groupby("product").day.min()
    now = known[known.day >= first]
    fresh = now[now["product"].isin(firsts[firsts >= first].index)]
    found = figure(demo_store, "new_product_share", day)
    assert (found.part, found.whole) == (int(fresh.net.sum()), int(now.net.sum()))
    assert 0 < found.part < found.whole
    # with less than a year of orders everything would be new
    assert figure(demo_store, "new_product_share", "1997-06-30").value is None
    assert figure(demo_store, "new_customers", "1997-06-30").value is None


@pytest.mark.parametrize("metric", list(goal_metrics.METRICS))
def test_no_figure_knows_what_came_later(metric: str, demo_store: Path, tmp_path: Path) -> None:
    """A store that ends on the day says the same of it as one that goes on."""
    day = "1997-10-31"
    cut = Path(shutil.copy(demo_store, tmp_path / "cut.db"))
    with closing(sqlite3.connect(cut)) as conn:
        conn.execute("DELETE FROM order_line WHERE order_id IN"
                     " (SELECT id FROM sales_order WHERE date > ?)", (day,))  # fmt: skip
        conn.execute("DELETE FROM sales_order WHERE date > ?", (day,))
        conn.commit()
    assert figure(cut, metric, day) == figure(demo_store, metric, day)


def test_a_goal_from_its_day_to_its_end(store, capsys):
    said = goal(store, capsys, "top10_revenue_share", "40%", "--owner", "chen")
    assert "Goal G1: top10_revenue_share at most 40.0 % by 1998-12-31; now 46.6 %" in said
    goal(store, capsys, "new_customers", "5", "--stakeholder", "board")
    goal(store, capsys, "retention", "99.9%", by="1998-08")
    found = status(store, capsys)
    assert [one["state"] for one in found.values()] == ["on-track"] * 3
    assert list(found) == ["G3", "G1", "G2"]  # the one that is due first on top
    assert found["G3"]["by"] == "1998-08-31"
    # the books stand still: later they say nothing of a goal whose day has passed …
    assert status(store, capsys, today="1999-02-01")["G1"]["state"] == "no-data"
    # … unless somebody says that they are complete
    later = status(store, capsys, "--as-of", "1999-01-31", today="1999-02-01")
    assert later["G1"]["as_of"] == "1998-12-31"  # by the figure of its own day
    assert later["G1"]["state"] == "missed"
    status(store, capsys, "--as-of", "1999-01-31", "--fail-on", "missed",
           today="1999-02-01", code=ExitCode.CHECK_FIRED)  # fmt: skip
    off = status(store, capsys, "--as-of", "1998-07-31", "--fail-on", "off-track",
                 today="1998-07-31", code=ExitCode.CHECK_FIRED)  # fmt: skip
    assert "off-track" in {one["state"] for one in off.values()}
    assert "missed" not in {one["state"] for one in off.values()}
    status(store, capsys, "--as-of", "1998-07-31", "--fail-on", "missed", today="1998-07-31")
    earlier = status(store, capsys, "--as-of", "1998-04-30")
    assert {one["state"] for one in earlier.values()} == {"not-begun"}


def test_the_definition_is_printed_with_the_figure(store, capsys):
    goal(store, capsys, "retention", "95%")
    out, _err = ci(store, capsys, "goal", "status", "--today", TODAY)
    assert "G1: 79 of 80." in out
    assert "retention: of those who bought in the twelve months before" in out
    assert "On track: on the straight line" in out
    listed = json.loads(ci(store, capsys, "goal", "metrics", "--format", "json")[0])["rows"]
    assert {row["metric"] for row in listed} == set(goal_metrics.METRICS)
    assert {"experience", "new-product", "revenue", "churn"} <= {row["family"] for row in listed}


@pytest.mark.parametrize("metric", ["nps", "csat", "referenceable_pct", "call_coverage"])
def test_a_goal_without_data_is_never_missed_nor_met(metric, store, capsys):
    goal(store, capsys, metric, "50" if metric == "nps" else "50%")
    for day in ("1998-07-31", "1998-12-31", "2001-01-01"):
        found = status(store, capsys, "--as-of", day, "--fail-on", "off-track", today="2001-01-01")
        assert found["G1"]["state"] == "no-data"
    out, _err = ci(store, capsys, "check", "--today", TODAY, "--format", "json")
    row = next(row for row in json.loads(out)["rows"] if row["kind"] == "goal")
    assert (row["id"], row["state"], row["level"]) == ("G1", "no-data", "watch")


def test_check_reports_goals_once_to_a_watcher(store, capsys):
    goal(store, capsys, "new_customers", "50", "--owner", "li", by="1998-06-30")
    words = ("check", "--watch", "cron", "--fail-on", "new", "-q", "--format", "json")
    for _time in range(2):  # the others are told
        ci(store, capsys, *words, "--today", "1998-05-07", code=3 if not _time else 0)
    out, _err = ci(store, capsys, *words, "--as-of", "1998-07-31", "--today", "1998-07-31", code=3)
    row = next(row for row in json.loads(out)["rows"] if row["kind"] == "goal")
    assert (row["state"], row["level"], row["owner"]) == ("missed", "alarm", "li")
    out, _err = ci(store, capsys, *words, "--as-of", "1998-07-31", "--today", "1998-07-31")
    assert out == ""


def test_surveys_speak_with_how_many_answered(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db")
    rows = "".join(
        f"O{n}-{year},C{n},Firm {n},{year}-03-01,{n}.00\n"
        for n in range(1, 21) for year in (2023, 2024, 2025)
    )  # fmt: skip
    (tmp_path / "o.csv").write_text("Order ID,Customer ID,Customer Name,Order Date,Amount\n" + rows)
    bring_in(store, tmp_path / "o.csv", kind="orders", source="shop")
    goal(store, capsys, "nps", "50", by="2025-12-31", today="2025-04-01")
    goal(store, capsys, "response_rate", "50%", by="2025-12-31", today="2025-04-01")
    ci(store, capsys, "feedback", "survey", "create", "Q2", "--template", "relation-en",
       "--window", "all", "--today", "2025-05-02")  # fmt: skip
    sheet = json.loads(
        ci(store, capsys, "feedback", "survey", "export", "Q2", "--format", "json")[0]
    )
    asked = [row["respondent"] for row in sheet["rows"]]
    answers = "".join(
        f"Q2,1,{who},2025-05-{10 + n},{10 if n < 9 else 3}\n" for n, who in enumerate(asked[:12])
    )
    (tmp_path / "a.csv").write_text(f"survey,version,respondent,day,recommend\n{answers}")
    ci(store, capsys, "feedback", "survey", "import", "Q2", str(tmp_path / "a.csv"), "--today",
       "2025-06-01")  # fmt: skip
    now = status(store, capsys, today="2025-06-15")
    assert now["G1"]["value"] == pytest.approx(100 * (9 - 3) / 12)
    assert now["G2"]["value"] == 12 / 20
    # on 15 May only six had answered: too few for a figure, and nobody knew of the others
    then = status(store, capsys, "--as-of", "2025-05-15", today="2025-06-15")
    assert (then["G1"]["value"], then["G2"]["value"]) == (None, 6 / 20)
    out, _err = ci(store, capsys, "goal", "status", "--today", "2025-06-15")
    assert "Survey Q2 of 2025-05-02: answers 12 of 20 asked (60.0 %)." in out


def test_companies_of_one_parent_count_as_one(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db", currency="USD")
    (tmp_path / "c.csv").write_text(
        "Customer ID,Customer Name,Parent Company\nA,Acme,\nB,Acme Nord,Acme\nC,Solo,\n"
        + "".join(f"D{n},Small {n},\n" for n in range(8))
    )
    (tmp_path / "o.csv").write_text(
        "Order ID,Customer ID,Order Date,Amount\n1,A,2025-01-05,30.00\n2,B,2025-01-06,40.00\n"
        "3,C,2025-01-07,50.00\n" + "".join(f"4{n},D{n},2025-01-08,1.00\n" for n in range(8))
    )
    bring_in(store, tmp_path / "c.csv", kind="customers", source="crm")
    bring_in(store, tmp_path / "o.csv", kind="orders", source="crm")
    alone = figure(store, "top10_revenue_share", "2025-01-31")
    assert (alone.part, alone.whole) == (90 * UNIT, 128 * UNIT)  # two of eleven: Solo, Acme Nord
    together = figure(store, "top10_revenue_share", "2025-01-31", by_parent=True)
    assert (together.part, together.whole) == (70 * UNIT, 128 * UNIT)  # one of ten: Acme
    assert "Acme" in str(together.said)
    assert "Solo" not in str(together.said)


def test_everything_is_undone_and_the_store_is_as_before(store, capsys):
    before = logical_dump(store)
    goal(store, capsys, "retention", "95%")
    once = logical_dump(store)
    assert len(once["goal"]) == 1
    ci(store, capsys, "goal", "drop", "G1", "--reason", "Another way", "--today", TODAY)
    assert status(store, capsys) == {}
    ci(store, capsys, "goal", "stakeholder", "add", "report frequency", "--person", "Ann")
    ci(store, capsys, "goal", "stakeholder", "add", "report frequency", "--person", "Ann",
       "--wants", "who is silent")  # fmt: skip
    out, _err = ci(store, capsys, "goal", "stakeholder", "list")
    assert "report frequency" not in out.split("nobody asked for")[1]
    rows = json.loads(ci(store, capsys, "goal", "stakeholder", "list", "--format", "json")[0])
    assert [(row["person"], row["wants"]) for row in rows["rows"]] == [("Ann", "who is silent")]
    assert "For: Ann." in ci(store, capsys, "report", "frequency")[0]
    assert "For: Ann." not in ci(store, capsys, "report", "second-sale")[0]
    ci(store, capsys, "import", "undo", "5", "--yes")
    ci(store, capsys, "import", "undo", "4", "--yes")
    ci(store, capsys, "import", "undo", "3", "--yes")
    assert logical_dump(store) == once
    ci(store, capsys, "import", "undo", "2", "--yes")
    assert logical_dump(store) == before
    ci(store, capsys, "db", "check")


def test_a_dry_run_keeps_nothing(store, capsys):
    before = logical_dump(store)
    said = goal(store, capsys, "retention", "95%", "-n")
    assert "Dry run: nothing was kept." in said
    assert logical_dump(store) == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("retenti --target 95% --by 2099-01-01", "metric-unknown"),
        ("retention --target 95 --by 2099-01-01", "goal-target-invalid"),
        ("retention --target 195% --by 2099-01-01", "goal-target-invalid"),
        ("retention --target -5% --by 2099-01-01", "goal-target-invalid"),
        ("new_customers --target 1.5 --by 2099-01-01", "goal-target-invalid"),
        ("new_customers --target 5% --by 2099-01-01", "goal-target-invalid"),
        ("nps --target 101 --by 2099-01-01", "goal-target-invalid"),
        ("revenue --target 1.200 --by 2099-01-01", "amount-invalid"),
        ("revenue --target '5 EUR' --by 2099-01-01", "currency-unknown"),
        ("retention --target 95% --by 1998-05-06", "goal-day-past"),
        ("retention --target 95% --by someday", "day-invalid"),
        ("retention --target 95% --by 2099-01-01 --by-parent", "goal-by-parent"),
        ("retention --target 95% --by 2099-01-01 --at-most --at-least", "goal-both-ways"),
    ],
)
def test_what_cannot_be_a_goal_is_refused(words, code, store, capsys):
    import shlex

    before = logical_dump(store)
    _out, err = ci(store, capsys, "goal", "set", *shlex.split(words), "--today", TODAY, code=2)
    assert f"code: {code} " in err
    assert logical_dump(store) == before


@pytest.mark.parametrize(("typed", "kept"), [("50%", 500_000), ("50 %", 500_000), ("50％", 500_000),
                                             ("0.5", 500_000), ("33.3333%", 333_333)])  # fmt: skip
def test_a_share_is_read_as_it_is_meant(typed, kept, store, capsys):
    goal(store, capsys, "retention", typed)
    assert logical_dump(store)["goal"][0][1] == kept


def test_a_goal_about_money_names_its_currency(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db")
    (tmp_path / "o.csv").write_text(
        "Order ID,Customer ID,Order Date,Amount,Currency\n1,A,2025-01-05,30.00,EUR\n"
        "2,A,2025-01-06,40.00,USD\n"
    )
    bring_in(store, tmp_path / "o.csv", kind="orders", source="crm")
    words = ("revenue", "--target", "100", "--by", "2025-12-31", "--today", "2025-02-01")
    _out, err = ci(store, capsys, "goal", "set", *words, code=2)
    assert "code: goal-currency " in err
    ci(store, capsys, "goal", "set", *words, "--currency", "usd")
    found = status(store, capsys, today="2025-02-01")["G1"]
    assert (found["currency"], found["value"]) == ("USD", 40.0)


def test_two_targets_for_one_figure_and_day_are_refused(store, capsys):
    goal(store, capsys, "retention", "95%")
    _out, err = ci(store, capsys, "goal", "set", "retention", "--target", "90%", "--by",
                   "1998-12-31", "--today", TODAY, code=2)  # fmt: skip
    assert "code: goal-exists " in err
    goal(store, capsys, "retention", "97%", by="1999-12-31")  # a milestone
    assert len(status(store, capsys)) == 2


def test_who_is_referenceable_is_what_the_report_on_references_says(store, capsys):
    goal(store, capsys, "referenceable_pct", "40%")  # before anybody was nominated
    assert status(store, capsys)["G1"]["state"] == "no-data"
    for name in ("ERNSH", "QUICK", "SAVEA"):
        ci(store, capsys, "ref", "nominate", name, "--on", "1998-01-05", "--today", TODAY)
    for name in ("ERNSH", "QUICK"):
        ci(store, capsys, "ref", "consent", name, "--channel", "call", "--said-by", "Ann", "--on",
           "1998-02-10", "--today", TODAY)  # fmt: skip
    found = status(store, capsys)["G1"]
    programme = report_of(store, capsys, "report", "references", "--today", TODAY)
    assert found["value"] == programme["meta"]["referenceable_pct"] > 0
    assert programme["meta"]["goal"] == 0.4  # the one that was set
    base = report_of(store, capsys, "report", "baseline", "--today", TODAY)
    assert base["meta"]["references"] == round(found["value"] * 88)
    # the trend follows the dates: nobody nominated, two nominated, two who have consented
    trend = report_of(store, capsys, "goal", "status", "--today", TODAY)["rows"][0]["trend"]
    assert trend[:3] == [None, None, 0]
    ends = ("1998-02-28", "1998-03-31", "1998-04-30", TODAY)
    counts = [figure(store, "referenceable_pct", end) for end in ends]
    assert counts[0].part == 2
    assert trend[3:] == pytest.approx([one.part / one.whole for one in counts])
    # nobody had consented by then, and a request that was closed since was open on its day
    assert figure(store, "referenceable_pct", "1998-02-09").part == 0
    before = figure(store, "referenceable_pct", "1998-05-01")
    ci(store, capsys, "log", "request", "QUICK", "a quote", "--on", "1998-05-01", "--today", TODAY)
    assert figure(store, "referenceable_pct", TODAY).part == before.part - 1
    number = report_of(store, capsys, "log", "list", "--customer", "QUICK", "--open")["rows"][0]
    ci(store, capsys, "log", "done", str(number["entry"]), "--today", TODAY)
    assert figure(store, "referenceable_pct", TODAY).part == before.part
    assert figure(store, "referenceable_pct", "1998-05-05").part == before.part - 1


def report_of(store, capsys, *words: str) -> Any:
    return json.loads(ci(store, capsys, *words, "--format", "json")[0])
