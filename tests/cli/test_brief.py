"""``customer brief``: one page, for every customer there is, with the next command ready."""

from __future__ import annotations

import csv
import json
import shlex
import shutil
import sqlite3
from collections import defaultdict
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run
from ci_cli.reports.customers.customer_brief import MAX_LINES
from ci_cli.store import engine, one_customer

DAY = "1998-05-07"
AS_OF = date(1998, 5, 6)


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    shutil.copy(demo_store, tmp_path / "ci.db")
    return tmp_path / "ci.db"


def _run(store: Path, *words: str) -> int:
    return run([*words, "--db", str(store), "-q", "--today", DAY])


def _brief(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert _run(store, "customer", "brief", *words, "--format", "json") == 0
    return dict(json.loads(capsys.readouterr().out))


def _talk_a_lot(store: Path, customer: str) -> None:
    for number in range(12):
        for kind in ("promise", "request", "note", "call"):
            words = ["--due", "1998-05-01"] if kind == "promise" else []
            text = f"{kind} {number}\nsecond line " + "long " * 60
            assert _run(store, "log", kind, customer, text, "--on", "1998-04-01", *words) == 0


def test_a_brief_fits_a_page(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _talk_a_lot(store, "ERNSH")
    assert _run(store, "customer", "set", "ERNSH", "tier=A", "owner=chen", "status=key",
                "industry=Retail") == 0  # fmt: skip
    assert _run(store, "log", "attitude", "ERNSH", "--attitude", "cold", "--why", "long " * 60) == 0
    assert _run(store, "feedback", "add", "ERNSH", "too late\n" * 60, "--kind", "complaint") == 0
    for number in range(9):
        assert _run(store, "log", "lesson", f"lesson {number} " * 30, "--industry", "Retail") == 0
    for words in ([], ["--dormant"]):
        capsys.readouterr()
        assert _run(store, "customer", "brief", "ERNSH", *words) == 0
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) <= MAX_LINES
        assert "promise 0 second line" in "\n".join(lines)
    capsys.readouterr()
    assert run(["customer", "brief", "ERNSH", "--db", str(store), "--today", DAY]) == 0
    said = capsys.readouterr()
    lines = (said.out + said.err).splitlines()
    assert len(lines) <= MAX_LINES
    assert lines[-1].endswith('ci-cli log call C20 "…"')


def test_every_customer_has_a_brief_with_questions(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(store)) as conn:
        customers = [f"C{row[0]}" for row in conn.execute("SELECT id FROM customer ORDER BY id")]
    for customer in customers[::9]:
        found = _brief(store, capsys, customer)
        texts = [row["question"] for row in found["tables"]["questions"]["rows"]]
        assert len(set(texts)) == len(texts) == 3
        words = shlex.split(found["meta"]["ready"])
        assert words[:4] == ["ci-cli", "log", "call", customer]


def test_the_ready_command_works_and_the_talk_is_in_the_next_brief(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ready = _brief(store, capsys, "ERNSH")["meta"]["ready"]
    assert _run(store, *shlex.split(ready.replace("…", "wants 退货 labels"))[1:]) == 0
    found = _brief(store, capsys, "ERNSH")
    assert [row["text"] for row in found["tables"]["last_words"]["rows"]] == ["wants 退货 labels"]


def test_dormant_tells_what_changed_since_the_last_contact(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(store, "log", "call", "ERNSH", "all well", "--on", "1998-04-20") == 0
    assert _run(store, "log", "note", "ERNSH", "new buyer", "--on", "1998-04-25") == 0
    found = _brief(store, capsys, "ERNSH", "--dormant")
    rows = found["tables"]["since"]["rows"]
    days = [row["day"] for row in rows]
    assert days == sorted(days, reverse=True)
    assert min(days) > "1998-04-20"
    assert {"order", "note"} <= {row["what"] for row in rows}


def test_an_ambiguous_name_lists_the_candidates(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(store, "customer", "brief", "an") == 2
    assert "C2  Ana Trujillo" in capsys.readouterr().err


def test_years_by_category_are_those_of_the_lines(store: Path) -> None:
    year, before = AS_OF - timedelta(365), AS_OF - timedelta(730)
    with closing(engine.connect(store)) as conn:
        lines = conn.execute(
            "SELECT r.customer_id, k.category, v.day, v.amount FROM revenue_line AS v"
            " JOIN record AS r ON r.id = v.record_id"
            " LEFT JOIN item_category AS k ON k.item_id = v.item_id"
        ).fetchall()
        for customer in (5, 20, 63):
            sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
            last: dict[str, str] = {}
            for owner, category, day, amount in lines:
                if owner == customer and day <= AS_OF.isoformat():
                    if day > year.isoformat():
                        sums[category][0] += amount
                    elif day > before.isoformat():
                        sums[category][1] += amount
                    last[category] = max(last.get(category, ""), day)
            found = one_customer.category_years(
                conn, customer, as_of=AS_OF.isoformat(), year=year.isoformat(),
                before=before.isoformat(), currency="USD",
            )  # fmt: skip
            assert {one.category: ([one.now, one.before], one.last) for one in found} == {
                name: (sums[name], last[name]) for name in last
            }


@pytest.mark.parametrize(
    ("lesson", "fits"),
    [
        (["--industry", "retail"], True),
        (["--industry", "Wholesale"], False),
        (["--tag", "refused-call"], True),
        (["--tag", "拒接电话", "--tag", "other"], False),
        (["--tag", "a"], True),  # its tier
        (["--tag", "tender", "--industry", "retail"], True),
        (["--customer", "ERNSH"], True),
        (["--customer", "QUICK"], False),
        ([], False),
    ],
    ids=str,
)
def test_a_lesson_is_shown_where_industry_or_tag_fits(
    store: Path, capsys: pytest.CaptureFixture[str], lesson: list[str], fits: bool
) -> None:
    assert _run(store, "customer", "set", "ERNSH", "industry=Retail", "tier=A") == 0
    assert _run(store, "tag", "add", "ERNSH", "refused-call", "--on", "1998-04-30") == 0
    assert _run(store, "log", "lesson", "ask the buyer first", *lesson) == 0
    told = _brief(store, capsys, "ERNSH")
    assert told["meta"]["lessons"] == (["ask the buyer first"] if fits else [])
    assert any("ask the buyer" in note["text"] for note in told["meta"]["notes"]) == fits


def test_a_lesson_fits_by_the_name_of_a_tag_in_either_language(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from ci_cli.tags.catalogue import shipped

    kind = shipped()["refused-call"]
    assert _run(store, "tag", "add", "ERNSH", kind.code, "--on", "1998-04-30") == 0
    for name in (kind.name, kind.name_zh):
        assert _run(store, "log", "lesson", f"about {name}", "--tag", str(name)) == 0
    told = _brief(store, capsys, "ERNSH")["meta"]["lessons"]
    assert set(told) == {f"about {kind.name}", f"about {kind.name_zh}"}


def test_the_first_order_is_that_of_the_files(
    store: Path, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = examples / "northwind"
    orders = _rows(folder / "orders.csv")
    categories = {
        row["categoryID"]: row["categoryName"] for row in _rows(folder / "categories.csv")
    }
    kinds = {
        row["productID"]: categories[row["categoryID"]] for row in _rows(folder / "products.csv")
    }
    first = min((row["orderDate"][:10], row["orderID"]) for row in orders
                if row["customerID"] == "ERNSH")  # fmt: skip
    lines = [row for row in _rows(folder / "order-details.csv") if row["orderID"] == first[1]]
    with closing(engine.connect(store)) as conn:
        found = one_customer.first_order(conn, 20, currency="USD", as_of=AS_OF.isoformat())
        assert one_customer.first_order(conn, 20, currency="USD", as_of="1996-01-01") is None
    assert found is not None
    assert (found.day, found.order, found.products) == (*first, len(lines))
    assert set(found.categories) == {kinds[row["productID"]] for row in lines}
    money = sum(
        float(row["unitPrice"]) * int(row["quantity"]) * (1 - float(row["discount"]))
        for row in lines
    )
    assert found.amount / 10_000 == pytest.approx(money, abs=0.01)
    card = _brief(store, capsys, "ERNSH")["rows"][0]["first_order"]
    assert card.startswith(f"{found.day}, {money:,.2f} USD, products: {len(lines)}; ")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("words", "question"),
    [
        (["feedback", "add", "ERNSH", "late again", "--kind", "complaint"],
         'On 1998-05-01 you told us "late again": is that settled?'),
        (["log", "competitor", "ERNSH", "Acme"],
         "You spoke of Acme: what do they do better than we do?"),
        (["log", "attitude", "ERNSH", "--attitude", "cold"],
         "We have the impression (1998-05-01) that you are no longer content with us: what would"
         " change that?"),
    ],
    ids=lambda one: one[1] if isinstance(one, list) else "",
)  # fmt: skip
def test_what_was_said_and_not_answered_is_asked_first(
    store: Path, capsys: pytest.CaptureFixture[str], words: list[str], question: str
) -> None:
    assert _run(store, *words, "--on", "1998-05-01") == 0
    others = _brief(store, capsys, "QUICK")["tables"]["questions"]["rows"]
    assert question not in {row["question"] for row in others}
    asked = _brief(store, capsys, "ERNSH")["tables"]["questions"]["rows"]
    assert asked[0]["question"] == question
    assert _run(store, "log", "call", "ERNSH", "settled", "--on", "1998-05-02") == 0
    asked = _brief(store, capsys, "ERNSH")["tables"]["questions"]["rows"]
    assert question not in {row["question"] for row in asked}
