"""``report feedback`` beside pandas on the invented files; ``report competitors`` by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ci_cli.cli.app import run


def told(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    code = run(["report", *words, "--db", str(store), "--format", "json", "--lang", "en"])
    out, err = capsys.readouterr()
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.fixture(scope="module")
def revenue(examples: Path) -> dict[str, float]:
    folder = examples / "northwind"
    frame = pd.read_csv(folder / "order-details.csv").merge(
        pd.read_csv(folder / "orders.csv")[["orderID", "customerID", "orderDate"]]
    )
    frame = frame.merge(
        pd.read_csv(folder / "customers.csv", dtype=str)[["customerID", "companyName"]]
    )
    frame = frame[frame["orderDate"].str[:10] > "1997-05-06"]
    frame["net"] = frame["unitPrice"] * frame["quantity"] * (1 - frame["discount"])
    found: dict[str, float] = frame.groupby("companyName")["net"].sum().to_dict()
    return found


@pytest.mark.parametrize(
    ("by", "column"),
    [("product", "Reviewed Product"), ("kind", "Feedback Type"), ("channel", "Feedback Channel")],
)
def test_counts_revenue_and_change_are_those_of_pandas(
    story_store: Path, capsys: pytest.CaptureFixture[str], examples: Path,
    revenue: dict[str, float], by: str, column: str,
) -> None:  # fmt: skip
    found = told(story_store, capsys, "feedback", "--by", by, "--window", "3m", "--words", "99")
    frame = pd.read_csv(
        examples / "northwind" / "invented" / "feedback.csv", dtype=str, keep_default_na=False
    )
    frame["key"] = frame[column].replace("", "-")
    day = frame["Feedback Date"]
    now = frame[(day >= "1998-02-07") & (day <= "1998-05-06")]
    before = frame[(day >= "1997-11-07") & (day <= "1998-02-06")]
    rows = {row[by]: row for row in found["rows"]}
    assert set(rows) == set(now["key"]) | set(before["key"])
    for key, row in rows.items():
        mine, earlier = now[now["key"] == key], before[before["key"] == key]
        assert (row["mentions"], row["before"]) == (len(mine), len(earlier))
        assert row["change"] == len(mine) - len(earlier)
        assert row["customers"] == mine["Account"].nunique()
        wanted = sum(revenue[name] for name in set(mine["Account"]))
        assert float(row["revenue"]) == pytest.approx(wanted, abs=0.001)
    total = found["total"]
    assert total["customers"] == now["Account"].nunique()
    assert float(total["revenue"]) == pytest.approx(
        sum(revenue[name] for name in set(now["Account"])), abs=0.001
    )
    said = found["tables"]["words"]["rows"]
    assert sorted(row["text"] for row in said) == sorted(now["Feedback Text"])
    (survey,) = found["tables"]["surveys"]["rows"]
    answers = pd.read_csv(examples / "northwind" / "invented" / "survey-answers.csv")
    assert (survey["answered"], survey["invited"]) == (len(answers), 80)
    assert survey["rate"] == pytest.approx(len(answers) / 80)


def test_nothing_that_was_said_later_is_told(
    story_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(story_store, capsys, "feedback", "--as-of", "1997-12-31", "--window", "all")
    assert found["meta"]["to"] == "1997-12-31"
    assert max(row["day"] for row in found["tables"]["words"]["rows"]) == "1997-12-22"
    assert {row["before"] for row in found["rows"]} == {None}


def test_competitors_say_where_why_and_what_is_exposed(
    story_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    revenue: dict[str, float],
) -> None:  # fmt: skip
    store = Path(shutil.copy(story_store, tmp_path / "ci.db"))
    noted = ["log", "competitor", "KOENE", "ZUCKERHOF", "--why", "price!", "--where", "at_risk"]
    assert run([*noted, "--on", "1998-05-02", "--today", "1998-05-07", "--db", str(store)]) == 0
    found = told(store, capsys, "competitors")
    rows = {row["competitor"]: row for row in found["rows"]}
    sugar = rows["ZUCKERHOF"]
    assert (sugar["mentions"], sugar["won"], sugar["lost"], sugar["at_risk"]) == (4, 1, 1, 2)
    assert (sugar["accounts"], sugar["exposed"]) == (3, 2)
    assert float(sugar["revenue"]) == pytest.approx(
        revenue["Königlich Essen"] + revenue["Maison Dewey"], abs=0.001
    )
    whys = [
        (row["where"], row["why"], row["mentions"], row["accounts"])
        for row in found["tables"]["reasons"]["rows"]
        if row["competitor"] == "ZUCKERHOF"
    ]
    assert sorted(whys) == [
        ("at_risk", "-", 1, 1), ("at_risk", "price!", 1, 1), ("lost", "Price", 1, 1),
        ("won", "Price", 1, 1),
    ]  # fmt: skip
    assert [row["competitor"] for row in found["rows"]] == list(
        dict.fromkeys(row["competitor"] for row in found["tables"]["reasons"]["rows"])
    )


def test_a_deal_that_was_lost_later_was_at_risk_then(
    story_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    then = told(story_store, capsys, "competitors", "--as-of", "1998-02-01")
    stands = {row["competitor"]: (row["lost"], row["at_risk"]) for row in then["rows"]}
    assert stands == {"Halles Express": (1, 1), "Zuckerhof": (0, 1)}
    assert not {"Price", "Our offer came too late"} & {
        row["why"] for row in then["tables"]["reasons"]["rows"]
    }


def test_both_groups_give_the_same_report(
    story_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = told(story_store, capsys, "competitors")
    capsys.readouterr()
    words = ["feedback", "competitors", "--db", str(story_store), "--format", "json"]
    assert run([*words, "--lang", "en"]) == 0
    assert json.loads(capsys.readouterr().out) == wanted


def test_what_was_said_after_the_last_order_is_counted_in_a_note(
    story_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Path(shutil.copy(story_store, tmp_path / "ci.db"))
    added = ["feedback", "add", "KOENE", "late", "--kind", "complaint", "--on", "1998-06-01"]
    assert run([*added, "--today", "1998-06-02", "--db", str(store), "-q"]) == 0
    asked = ["report", "feedback", "--today", "1998-06-02", "--db", str(store), "--format", "json"]
    said = []
    for words in ([], ["--as-of", "1998-06-01"]):
        capsys.readouterr()
        assert run([*asked, "--lang", "en", *words]) == 0
        notes = json.loads(capsys.readouterr().out)["meta"]["notes"]
        said.append([note["text"] for note in notes if note["text"].startswith("Said after")])
    ((note,), nothing) = said
    assert note == (
        "Said after 1998-05-06, the day of the last order, and not counted: 1;"
        " --as-of 1998-06-01 includes them."
    )
    assert nothing == []
