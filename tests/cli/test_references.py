"""``ci-cli ref`` from nomination to thank-you, what it refuses, and what leaves the house."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli import text
from ci_cli.cli.app import run
from ci_cli.errors import ExitCode
from ci_cli.store import engine, seals
from importer import bring_in, new_store
from store_dump import logical_dump

DECIDE = ExitCode.DECIDE
CUSTOMERS = (
    "Customer ID,Customer Name,Industry,Country,Region,Employees,Use case\n"
    "A1,Autohaus Nord,Automotive,Germany,Nord,180,Returns; stock\n"
    "A2,东风零件,汽车制造,中国,华东,50-249,退货\n"
    "A3,Car Works,Auto parts,UK,,1200,returns\n"
    "A4,Shop Chain,Retail,Germany,,200,returns\n"
    "A5,Wheels Ltd,Automotive,Germany,,210,\n"
    "A6,No Trade,,Germany,,,\n"
    "P1,Prospect Motors,汽车,Germany,,90,退货\n"
)
ORDERS = (
    "Order ID,Customer ID,Order Date,Product,Quantity,Amount\n"
    "1,A1,2026-01-05,WMS Pro,1,100.00\n2,A2,2026-02-05,WMS,1,100.00\n"
    "3,A3,2026-03-05,TMS,1,100.00\n4,A5,2026-03-06,WMS,1,100.00\n"
)
TODAY = "2026-06-01"


@pytest.fixture(scope="module")
def made_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six customers that were nominated and consented to calls, and a prospect."""
    folder = tmp_path_factory.mktemp("references")
    store = new_store(folder / "ci.db")
    for name, content in (("customers", CUSTOMERS), ("orders", ORDERS)):
        (folder / f"{name}.csv").write_text(content, "utf-8")
        bring_in(store, folder / f"{name}.csv", kind=name, source="crm")
    # health is no matter here: nobody's is known to be too low
    assert run(["ref", "limits", "--health", "0", "--db", str(store), "-q"]) == 0
    for key in ("A1", "A2", "A3", "A4", "A5", "A6"):
        for words in (
            ["nominate", key],
            ["consent", key, "--channel", "call", "--said-by", "Boss"],
        ):
            line = ["ref", *words, "--on", "2026-01-10", "--today", TODAY, "--db", str(store), "-q"]
            assert run(line) == 0
    text.activate("en")
    return store


@pytest.fixture
def store(made_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made_store, tmp_path / "ci.db"))


def ci(
    store: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0, today: str = TODAY
) -> tuple[str, str]:
    capsys.readouterr()
    line = ["ref", *words, "--db", str(store), "--lang", "en", "--today", today]
    assert run(line) == code, capsys.readouterr().err
    text.activate("en")
    done = capsys.readouterr()
    return done.out, done.err


def report(store: Path, capsys: pytest.CaptureFixture[str], *words: str, today: str = TODAY) -> Any:
    return json.loads(ci(store, capsys, *words, "--format", "json", today=today)[0])


def matched(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    told = report(store, capsys, "match", *words)
    funnel = told["tables"]["funnel"]["rows"]
    assert sum(row["removed"] for row in funnel) + told["meta"]["fitting"] == funnel[0]["left"]
    return [row["name"] for row in told["rows"]]


def test_values_match_in_both_languages(store, capsys):
    cars = ["Autohaus Nord", "东风零件", "Car Works", "Wheels Ltd"]
    assert matched(store, capsys, "--industry", "汽车") == cars
    assert matched(store, capsys, "--industry", "Automotive") == cars
    assert matched(store, capsys, "--industry", "汽车", "--size", "200") == [
        "Autohaus Nord", "东风零件", "Wheels Ltd"
    ]  # fmt: skip
    assert matched(store, capsys, "--use-case", "退货", "--industry", "auto") == cars[:3]
    assert matched(store, capsys, "--product", "wms") == ["Autohaus Nord", "东风零件", "Wheels Ltd"]
    assert matched(store, capsys, "--region", "China") == ["东风零件"]
    assert matched(store, capsys, "--region", "Europe", "--industry", "汽车", "-n", "1") == [
        "Autohaus Nord"
    ]
    # from the prospect's record: cars, Germany, medium, returns
    assert matched(store, capsys, "--for", "P1") == ["Autohaus Nord"]
    assert matched(store, capsys, "--for", "P1", "--region", "中国") == ["东风零件"]


def test_what_to_relax_is_counted_one_at_a_time(store, capsys):
    told = report(store, capsys, "match", "--industry", "汽车", "--region", "Germany",
                  "--size", "200", "--product", "WMS", "--use-case", "returns")  # fmt: skip
    assert [row["name"] for row in told["rows"]] == ["Autohaus Nord"]
    relaxed = {one["key"]: one["more"] for one in told["meta"]["relaxed"]}
    for key, more in relaxed.items():
        words = {"industry": "汽车", "region": "Germany", "size": "200", "product": "WMS",
                 "use_case": "returns"}  # fmt: skip
        del words[key]
        line = [word for name, value in words.items()
                for word in (f"--{name.replace('_', '-')}", value)]  # fmt: skip
        assert len(matched(store, capsys, *line)) == 1 + more
    assert relaxed == {"region": 1, "use_case": 1}
    funnel = {row["step"]: row for row in told["tables"]["funnel"]["rows"]}
    assert (funnel["industry"]["removed"], funnel["industry"]["unknown"]) == (2, 1)


def test_own_words_beside_the_store(store, capsys):
    own = store.with_name("ci.synonyms.yaml")
    own.write_text("industry:\n  - [Fahrzeuge, 汽车]\n", "utf-8")
    assert len(matched(store, capsys, "--industry", "fahrzeuge")) == 4
    own.write_text("industry: [", "utf-8")
    err = ci(store, capsys, "match", "--industry", "x", code=DECIDE)[1]
    assert "synonyms-invalid" in err
    assert "ci.synonyms.yaml" in err


def test_from_nomination_to_thanks(store, capsys):
    ci(store, capsys, "request", "new", "Deal 1", "--for", "P1", "--value", "1000 EUR",
       "--expected", "4", "--on", "2026-05-01")  # fmt: skip
    ci(store, capsys, "request", "attempt", "R1", "--reference", "A5", "--outcome", "declined",
       "--hours", "0.5", "--on", "2026-05-02")  # fmt: skip
    ci(store, capsys, "request", "fulfil", "r1", "--reference", "A1", "--grade", "5",
       "--hours", "1", "--on", "2026-05-04", "--contact", "Boss")  # fmt: skip
    listed = report(store, capsys, "request", "list")["rows"][0]
    assert (listed["state"], listed["days"], listed["attempts"], listed["hours"]) == (
        "fulfilled", 3, 1, 1.5
    )  # fmt: skip
    assert (listed["expected"], listed["actual"], listed["value"]) == (4, 5, 1000)
    states = {row["name"]: row["state"] for row in report(store, capsys, "list")["rows"]}
    assert states["Autohaus Nord"] == "resting"
    assert "Autohaus Nord" not in matched(store, capsys, "--industry", "汽车")
    # 14 days may pass before a use is listed
    assert report(store, capsys, "thank", "--due", today="2026-05-18")["rows"] == []
    due = report(store, capsys, "thank", "--due", today="2026-05-19")["rows"]
    assert [(row["name"], row["waits"]) for row in due] == [("Autohaus Nord", 15)]
    ci(store, capsys, "thank", "A1", "--how", "a letter", "--on", "2026-05-03")  # before the use
    assert len(report(store, capsys, "thank", "--due")["rows"]) == 1
    assert "waited for it: 1" in ci(store, capsys, "thank", "A1")[1]
    assert report(store, capsys, "thank", "--due")["rows"] == []
    shown = report(store, capsys, "show", "A1")
    assert [row["act"] for row in shown["tables"]["timeline"]["rows"]] == [
        "nominate", "consent", "thanks", "use", "thanks"
    ]  # fmt: skip
    assert [row["state"] for row in shown["tables"]["history"]["rows"]] == ["consented", "resting"]
    # rested, it comes last: the least used first
    ready = report(store, capsys, "match", "--industry", "汽车", today="2026-06-03")["rows"]
    assert [row["name"] for row in ready][-1] == "Autohaus Nord"


def test_each_step_of_the_rule_is_counted(store, capsys):
    ci(store, capsys, "retire", "A6", "--reason", "moved")
    ci(store, capsys, "withdraw", "A4", "--channel", "call")
    base = ["--db", str(store), "-q", "--today", TODAY]
    assert run(["feedback", "add", "A3", "late", "--kind", "complaint", *base]) == 0
    ci(store, capsys, "request", "new", "Deal")
    ci(store, capsys, "request", "fulfil", "R1", "--reference", "A2")
    told = report(store, capsys, "list", "--ready")
    removed = {row["step"]: row["removed"] for row in told["tables"]["funnel"]["rows"]}
    assert removed == {
        "all": 0, "retired": 1, "consent": 1, "health": 0, "issues": 1, "fatigue": 1
    }  # fmt: skip
    assert [row["name"] for row in told["rows"]] == ["Autohaus Nord", "Wheels Ltd"]
    assert report(store, capsys, "list", "--ready", "--channel", "event")["rows"] == []
    # a complaint counts as open for 90 days
    later = report(store, capsys, "list", "--ready", today="2026-08-30")["rows"]
    assert "Car Works" in [row["name"] for row in later]


def unchanged(store: Path, capsys: pytest.CaptureFixture[str], code: str, *words: str) -> str:
    before = logical_dump(store)
    err = ci(store, capsys, *words, code=DECIDE)[1]
    assert f"code: {code} " in err
    assert logical_dump(store) == before
    with closing(engine.connect(store)) as conn:
        assert seals.broken(conn) == []
    return err


def test_consent_withdrawn_between_match_and_fulfil(store, capsys):
    ci(store, capsys, "request", "new", "Deal")
    assert "Autohaus Nord" in matched(store, capsys, "--industry", "汽车")
    ci(store, capsys, "withdraw", "A1", "--said-by", "Boss", "--on", "2026-05-31")
    err = unchanged(store, capsys, "ref-no-consent", "request", "fulfil", "R1", "--reference", "A1")
    assert "has withdrawn its consent to a call on 2026-05-31" in err
    unchanged(store, capsys, "ref-no-consent", "request", "fulfil", "R1", "--reference", "A1")
    # what it did while the consent stood may be noted
    ci(store, capsys, "consent", "A1", "--channel", "event", "--said-by", "Boss")
    unchanged(store, capsys, "ref-no-consent", "request", "fulfil", "R1", "--reference", "A1")
    ci(store, capsys, "request", "fulfil", "R1", "--reference", "A2")


def test_what_is_refused(store, capsys):
    ci(store, capsys, "request", "new", "Deal", "--for", "A1", "--on", "2026-05-01")
    fulfil = ("request", "fulfil", "R1", "--reference")
    unchanged(store, capsys, "ref-own-prospect", *fulfil, "A1")
    unchanged(store, capsys, "ref-not-nominated", *fulfil, "P1")
    unchanged(store, capsys, "day-invalid", *fulfil, "A2", "--on", "2026-04-30")
    unchanged(store, capsys, "ref-request-unknown", "request", "fulfil", "R9", "--reference", "A2")
    unchanged(store, capsys, "ref-request-unknown", "request", "show", "deal")
    unchanged(store, capsys, "ref-nominated", "nominate", "A1")
    unchanged(store, capsys, "ref-channel-unknown", "consent", "A1", "--channel", "fax",
              "--said-by", "Boss")  # fmt: skip
    unchanged(store, capsys, "ref-size-invalid", "match", "--size", "many")
    unchanged(store, capsys, "ref-thank-whom", "thank")
    ci(store, capsys, *fulfil, "A2")
    unchanged(store, capsys, "ref-request-closed", *fulfil, "A3")
    unchanged(store, capsys, "ref-request-closed", "request", "cancel", "R1", "--reason", "x")
    ci(store, capsys, "request", "new", "Deal 2")
    said = unchanged(store, capsys, "ref-cap-reached", "request", "fulfil", "R2", "--reference",
                     "A2")  # fmt: skip
    assert "from 2026-07-01 on" in said
    ci(store, capsys, "reward", "add", "A1", "cup")
    ci(store, capsys, "reward", "add", "A1", "dinner", "--value", "80")
    unchanged(store, capsys, "ref-reward-limit", "reward", "add", "A1", "car")
    told = report(store, capsys, "reward", "list")
    assert [row["name"] for row in told["tables"]["unrewarded"]["rows"]] == ["东风零件"]


def test_two_requests_at_once_cannot_both_have_the_same_reference(store, capsys):
    for deal in ("One", "Two", "Three"):
        ci(store, capsys, "request", "new", deal)
    jobs = [
        subprocess.Popen(
            [sys.executable, "-m", "ci_cli", "ref", "request", "fulfil", f"R{number}",
             "--reference", "A1", "--db", str(store), "--today", TODAY, "--lang", "en"],
            stderr=subprocess.PIPE, text=True,
        )
        for number in (1, 2, 3)
    ]  # fmt: skip
    said = [job.communicate(timeout=120)[1] for job in jobs]
    assert sorted(job.returncode for job in jobs) == [0, 2, 2], said
    assert sum("ref-cap-reached" in one for one in said) == 2
    dump = logical_dump(store)
    assert len(dump["reference_use"]) == 1
    rows = report(store, capsys, "request", "list")["rows"]
    assert sorted(row["state"] for row in rows) == ["fulfilled", "open", "open"]


FORMATS = ("table", "csv", "json", "md", "xlsx")


def shown(store: Path, capsys: pytest.CaptureFixture[str], form: str, *words: str) -> str:
    """Return all that a format lets out, the text inside a workbook too."""
    if form != "xlsx":
        return "".join(ci(store, capsys, *words, "--format", form))
    import openpyxl

    target = store.with_name("out.xlsx")
    target.unlink(missing_ok=True)
    said = "".join(ci(store, capsys, *words, "-o", str(target)))
    book = openpyxl.load_workbook(target)
    return said + "\n".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    )


@pytest.mark.parametrize("form", FORMATS)
def test_only_approved_words_leave_the_house(store, capsys, form):
    until = "2026-05-31"  # yesterday
    quotes = {
        "DRAFTWORDS": [],
        "OUTWORDS": [["approve", "--by", "B", "--scope", "public", "--until", "2026-06-01"]],
        "INSIDEWORDS": [["approve", "--by", "B", "--scope", "internal"]],
        "OLDWORDS": [["approve", "--by", "B", "--scope", "public", "--until", until,
                      "--on", "2026-05-01"]],
        "ENDEDWORDS": [["approve", "--by", "B", "--scope", "public"], ["expire"]],
    }  # fmt: skip
    for number, (words, acts) in enumerate(quotes.items(), start=1):
        ci(store, capsys, "quote", "add", "A1", words, "--product", "WMS", "--on", "2026-05-01")
        for act in acts:
            ci(store, capsys, "quote", act[0], f"Q{number}", *act[1:])
    ci(store, capsys, "quote", "add", "A2", "TAKENWORDS", "--on", "2026-05-01")
    ci(store, capsys, "quote", "approve", "Q6", "--by", "B", "--scope", "public",
       "--on", "2026-05-02")  # fmt: skip
    ci(store, capsys, "withdraw", "A2", "--channel", "quote")
    for words in (("list", "--public"), ("find", "--public"), ("find", "words", "--public"),
                  ("find", "--product", "wms", "--public"), ("find", "--industry", "汽车",
                                                              "--public")):  # fmt: skip
        out = shown(store, capsys, form, "quote", *words)
        assert "OUTWORDS" in out
        for secret in ("DRAFT", "INSIDE", "OLD", "ENDED", "TAKEN"):
            assert f"{secret}WORDS" not in out
    every = shown(store, capsys, form, "quote", "list")
    assert all(words in every for words in (*quotes, "TAKENWORDS"))
    out = ci(store, capsys, "quote", "list", "--public", "--format", "csv", today="2026-06-02")[0]
    assert "OUTWORDS" not in out  # until is the last day


def test_a_quote_goes_out_only_while_it_may(store, capsys):
    ci(store, capsys, "quote", "add", "A1", "Half the time", "--contact", "Boss")
    use = ("quote", "use", "Q1", "--in", "brochure")
    assert "not approved" in unchanged(store, capsys, "quote-not-allowed", *use)
    unchanged(store, capsys, "quote-not-allowed", "quote", "expire", "Q1")
    unchanged(store, capsys, "quote-unknown", "quote", "use", "Q7", "--in", "x")
    unchanged(store, capsys, "day-invalid", "quote", "approve", "Q1", "--by", "B", "--scope",
              "public", "--until", "2026-05-30")  # fmt: skip
    ci(store, capsys, "quote", "approve", "Q1", "--by", "Boss", "--scope", "public")
    ci(store, capsys, *use)
    row = report(store, capsys, "quote", "list")["rows"][0]
    assert (row["uses"], row["last_use"], row["state"]) == (1, TODAY, "public")
    ci(store, capsys, "retire", "A1", "--reason", "moved")
    assert "withdrawn" in unchanged(store, capsys, "quote-not-allowed", *use)


def test_every_entry_can_be_taken_back(store, capsys):
    """Undone from the last to the first, each entry leaves the store as it was before it."""
    steps = [
        ["nominate", "P1", "--use-case", "returns"],
        ["consent", "P1", "--channel", "call", "--channel", "visit", "--said-by", "Boss"],
        ["request", "new", "Deal", "--value", "5"],
        ["request", "attempt", "R1", "--reference", "P1", "--outcome", "agreed"],
        ["request", "fulfil", "R1", "--reference", "P1", "--value", "7"],
        ["thank", "P1"],
        ["reward", "add", "P1", "cup", "--value", "3"],
        ["quote", "add", "P1", "Fine"],
        ["quote", "approve", "Q1", "--by", "Boss", "--scope", "public"],
        ["quote", "use", "Q1", "--in", "brochure"],
        ["quote", "expire", "Q1"],
        ["withdraw", "P1"],
        ["retire", "P1", "--reason", "moved"],
    ]
    dumps = []
    for step in steps:
        dumps.append(logical_dump(store))
        before = logical_dump(store)
        ci(store, capsys, *step, "--dry-run")
        assert logical_dump(store) == before
        ci(store, capsys, *step)
        assert logical_dump(store) != before
    base = ["--db", str(store), "-q", "-y", "--lang", "en"]
    with closing(engine.connect(store)) as conn:
        last = conn.execute("SELECT max(id) FROM batch").fetchone()[0]
    for back, dump in enumerate(reversed(dumps)):
        assert run(["import", "undo", str(last - back), *base]) == 0
        assert logical_dump(store) == dump
    with closing(engine.connect(store)) as conn:
        assert seals.broken(conn) == []


def test_the_ground_of_a_later_entry_stays(store, capsys):
    for step in (["request", "new", "Deal"], ["request", "fulfil", "R1", "--reference", "A1"]):
        ci(store, capsys, *step)
    with closing(engine.connect(store)) as conn:
        last = conn.execute("SELECT max(id) FROM batch").fetchone()[0]
    base = ["--db", str(store), "-y", "--lang", "en"]
    capsys.readouterr()
    assert run(["import", "undo", str(last - 1), *base]) == 0
    assert "a later import added to it" in "".join(capsys.readouterr())
    assert report(store, capsys, "request", "list")["rows"][0]["state"] == "fulfilled"
    assert run(["import", "undo", str(last), *base]) == 0  # then both are gone
    assert report(store, capsys, "request", "list")["rows"] == []


def test_a_merge_joins_both_histories_and_a_split_parts_them(store, capsys):
    for number, key in ((1, "A1"), (2, "A5")):
        ci(store, capsys, "request", "new", f"Deal {number}")
        ci(store, capsys, "request", "fulfil", f"R{number}", "--reference", key)
    before = logical_dump(store)
    base = ["--db", str(store), "-q", "-y", "--lang", "en"]
    assert run(["dedupe", "merge", "A1", "A5", *base]) == 0
    rows = {row["name"]: row for row in report(store, capsys, "list")["rows"]}
    assert rows["Autohaus Nord"]["uses"] == 2
    assert "Wheels Ltd" not in rows
    # two uses on one day: it rests until the older one leaves the window of 90 days
    assert rows["Autohaus Nord"]["free"] == "2026-08-30"
    assert run(["dedupe", "split", "1", *base]) == 0
    after = logical_dump(store)
    assert {name: rows for name, rows in after.items() if name.startswith("reference")} == {
        name: rows for name, rows in before.items() if name.startswith("reference")
    }
    assert {row["uses"] for row in report(store, capsys, "list")["rows"]} == {0, 1}


def test_quotes_are_found_by_the_search(store, capsys):
    ci(store, capsys, "quote", "add", "A1", "退货 takes us half the time")
    capsys.readouterr()
    line = ["search", "half the time", "--kind", "quote", "--format", "json", "--db", str(store)]
    assert run(line) == 0
    found = json.loads(capsys.readouterr().out)["rows"]
    assert [row["key"] for row in found] == ["Q1"]


def test_limits_are_kept_and_reset(store, capsys):
    told = report(store, capsys, "limits", "--uses", "1", "--rest", "0", "--days", "10")
    assert told["meta"]["uses"] == 1
    ci(store, capsys, "request", "new", "Deal")
    ci(store, capsys, "request", "fulfil", "R1", "--reference", "A1")
    rows = {row["name"]: row["free"] for row in report(store, capsys, "list")["rows"]}
    assert rows["Autohaus Nord"] == "2026-06-11"
    assert report(store, capsys, "limits", "--reset")["meta"]["uses"] == 2


def test_a_match_without_any_reference_says_how_to_begin(demo_store, tmp_path, capsys):
    store = Path(shutil.copy(demo_store, tmp_path / "ci.db"))
    words = ["ref", "match", "--industry", "汽车", "--today", "1998-05-06", "--lang", "en"]
    told = []
    for nominated in (False, True):
        if nominated:
            nominate = ["ref", "nominate", "ERNSH", "--on", "1998-01-05", "-q"]
            assert run([*nominate, "--db", str(store)]) == 0
        capsys.readouterr()
        assert run([*words, "--db", str(store)]) == 0
        told.append(capsys.readouterr().out)
    assert "Nobody was nominated as a reference yet: `ci-cli ref nominate CUSTOMER`." in told[0]
    assert "There are no more that may be asked; nominate more customers." in told[1]
    assert "Relaxing one criterion" not in "".join(told)
