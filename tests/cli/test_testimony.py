"""``report quotes|case|brief``: every statement has its record, and nothing leaves unapproved."""

from __future__ import annotations

import csv
import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli import text
from ci_cli.cli import demo_programme
from ci_cli.cli.app import run
from ci_cli.errors import ExitCode
from ci_cli.store import engine, one_customer, origins

TODAY = "1998-05-07"
SECRETS = {  # words that may not leave the house, by why
    "draft": "Nobody approved these words",
    "expired": "These words were approved until April",
    "internal": "These words are for the sales team",
    "withdrawn": "These words were taken back",
}
OPEN = "Half crates work well"
ROI_WORDS = "half the work"
STORY = [
    "ref nominate ERNSH --on 1998-01-05",
    "ref nominate SAVEA --on 1998-01-05",
    "ref nominate HANAR --on 1998-01-05",
    f"ref quote add ERNSH '{SECRETS['draft']}' --on 1998-03-01",
    f"ref quote add ERNSH '{SECRETS['expired']}' --on 1998-03-02",
    f"ref quote add ERNSH '{SECRETS['internal']}' --on 1998-03-03",
    f"ref quote add SAVEA '{SECRETS['withdrawn']}' --on 1998-03-04",
    f"ref quote add ERNSH '{OPEN}' --contact 'Roland Mendel' --product Produce --on 1998-03-17",
    "ref quote approve Q2 --by Roland --scope public --until 1998-04-30 --on 1998-03-18",
    "ref quote approve Q3 --by Roland --scope internal --on 1998-03-18",
    "ref quote approve Q4 --by Jose --scope public --on 1998-03-18",
    "ref quote approve Q5 --by Roland --scope public --until 1998-05-07 --on 1998-03-18",
    "ref withdraw SAVEA --channel quote --on 1998-05-01",
    f"log roi ERNSH 'stock check' '{ROI_WORDS}' --before 40 --after 20 --unit h --period week"
    " --on 1998-03-01",
    "log roi HANAR spoilage 'we throw nothing away' --before 8 --after 2 --unit % --period month"
    " --on 1998-03-01",
    "ref consent HANAR --channel logo --said-by Mario --on 1998-03-01",
    "goal stakeholder add 'report brief' --person Wanda --wants all",
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo with words of customers in every state, in place of those that it brings."""
    import shlex

    store = tmp_path_factory.mktemp("told") / "ci.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo_programme, "bring_in", lambda *_entries, **_options: 0)
        assert run(["init", "--demo", "--db", str(store), "-q", "--lang", "en"]) == 0
    for line in STORY:
        assert run([*shlex.split(line), "--db", str(store), "-q", "--today", TODAY]) == 0, line
    text.activate("en")
    return store


@pytest.fixture(scope="module")
def agreed(told: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a consent to a case."""
    store = tmp_path_factory.mktemp("agreed") / "ci.db"
    shutil.copy(told, store)
    line = ["ref", "consent", "ERNSH", "--channel", "case", "--said-by", "Roland", "--scope",
            "not in print", "--on", "1998-04-01", "--today", TODAY]  # fmt: skip
    assert run([*line, "--db", str(store), "-q"]) == 0
    text.activate("en")
    return store


def shown(
    store: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0,
    today: str = TODAY,
) -> tuple[str, str]:  # fmt: skip
    capsys.readouterr()
    line = ["report", *words, "--db", str(store), "--lang", "en", "--today", today]
    assert run(line) == code, capsys.readouterr().err
    text.activate("en")
    done = capsys.readouterr()
    return done.out, done.err


def report(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shown(store, capsys, *words, "--format", "json")[0])
    return found


def tables(found: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    main = {"main": found["rows"]}
    return main | {key: table["rows"] for key, table in found.get("tables", {}).items()}


def test_internal_pages_mark_what_may_not_leave_the_house(told, capsys):
    found = report(told, capsys, "quotes")
    assert {row["state"]: row["text"] for row in found["rows"]} == {
        "draft": f"[NOT APPROVED] {SECRETS['draft']}",
        "expired": f"[PERMISSION EXPIRED] {SECRETS['expired']}",
        "internal": f"[FOR OUR EYES ONLY] {SECRETS['internal']}",
        "withdrawn": f"[CONSENT WITHDRAWN] {SECRETS['withdrawn']}",
        "public": OPEN,
    }
    assert found["meta"]["not_public"] == 4
    case = tables(report(told, capsys, "case", "ERNSH"))
    assert [row["words"] for row in case["returns"]] == [f"[NOT APPROVED] {ROI_WORDS}"]
    # what was praised in a call is approved because a quote has the very words
    assert [(row["text"], row["state"]) for row in case["praise"]] == [(OPEN, "public")]


@pytest.mark.parametrize("suffix", ["csv", "json", "md", "html", "docx", "txt", "xlsx"])
@pytest.mark.parametrize(
    "words",
    [["quotes"], ["case", "ERNSH"], ["brief"], ["brief", "--industry", "wholesale"]],
    ids=" ".join,
)
def test_public_pages_hold_nothing_that_is_not_approved(agreed, tmp_path, capsys, words, suffix):
    file = tmp_path / f"page.{suffix}"
    _out, err = shown(agreed, capsys, *words, "--public", "-o", str(file))
    if suffix == "xlsx":
        import openpyxl

        book = openpyxl.load_workbook(file)
        content = "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row)
    elif suffix == "docx":
        from ci_cli.readers.prose import read_prose

        content = read_prose(file).text
    else:
        content = file.read_text("utf-8")
    for hidden in (*SECRETS.values(), ROI_WORDS, "we throw nothing away", "Wanda", "revenue",
                   "not in print", "feedback.csv", "nora"):  # fmt: skip
        assert hidden not in content
    if (words, suffix) != (["brief"], "csv"):  # a csv holds the first table only
        assert (OPEN in content) == (suffix != "csv" or words == ["quotes"])
    if words[0] != "quotes":
        assert "not in print" in err  # whoever sends it out is told the bounds


def test_a_public_quote_is_gone_on_the_day_after_its_last(told, capsys):
    out, _err = shown(told, capsys, "quotes", "--public", today="1998-05-08")
    assert OPEN not in out


def test_permissions_are_those_of_today_whatever_the_figures_speak_for(agreed, capsys):
    words = ["case", "ERNSH", "--public", "--as-of", "1998-03-31"]
    assert OPEN in shown(agreed, capsys, *words)[0]
    assert OPEN not in shown(agreed, capsys, *words, today="1998-05-08")[0]


def test_a_case_leaves_only_with_a_consent_that_holds(told, agreed, tmp_path, capsys):
    file = tmp_path / "case.md"
    for name in ("ERNSH", "ALFKI", "HANAR"):  # no consent to a case, no reference, to a logo only
        _out, err = shown(
            told, capsys, "case", name, "--public", "-o", str(file), code=ExitCode.DECIDE
        )
        assert "ref-no" in err
        assert not file.exists()
    assert "agreed to no case" in shown(told, capsys, "case", "ERNSH")[0]
    store = Path(shutil.copy(agreed, tmp_path / "ci.db"))
    shown(store, capsys, "case", "ERNSH", "--public")
    assert run(["ref", "withdraw", "ERNSH", "--db", str(store), "-q", "--today", TODAY]) == 0
    _out, err = shown(store, capsys, "case", "ERNSH", "--public", code=ExitCode.DECIDE)
    assert "ref-no-consent" in err


def test_what_they_buy_leads_to_the_lines_of_the_file(told, examples, capsys):
    folder = examples / "northwind"
    case = tables(report(told, capsys, "case", "ERNSH"))
    orders = {row["orderID"]: row for row in read(folder / "orders.csv")}
    categories = {row["categoryID"]: row["categoryName"] for row in read(folder / "categories.csv")}
    products = {row["productID"]: categories[row["categoryID"]]
                for row in read(folder / "products.csv")}  # fmt: skip
    lines = [row for row in read(folder / "order-details.csv")
             if orders[row["orderID"]]["customerID"] == "ERNSH"]  # fmt: skip
    sources = {row["number"]: row for row in case["sources"]}
    text_lines = (folder / "order-details.csv").read_text("utf-8").splitlines()
    assert {row["category"] for row in case["bought"]} == {
        products[line["productID"]] for line in lines
    }
    for row in case["bought"]:
        own = [line for line in lines if products[line["productID"]] == row["category"]]
        days = {orders[line["orderID"]]["orderDate"][:10] for line in own}
        assert (row["since"], row["last"]) == (min(days), max(days))
        assert row["orders"] == len({line["orderID"] for line in own})
        net = sum(float(line["unitPrice"]) * int(line["quantity"]) * (1 - float(line["discount"]))
                  for line in own)  # fmt: skip
        assert float(row["revenue"]) == pytest.approx(net, abs=0.01)
        source = sources[row["source"]]
        assert (source["kind"], source["file"]) == ("order", "order-details.csv")
        cells = next(csv.reader([text_lines[source["line"] - 1]]))
        assert cells[0] == source["record"]
        assert orders[cells[0]]["orderDate"][:10] == row["since"]
        assert products[cells[1]] == row["category"]


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("public", [(), ("--public",)], ids=["internal", "public"])
@pytest.mark.parametrize("words", [["quotes"], ["case", "ERNSH"], ["brief"]], ids=" ".join)
def test_every_statement_has_a_footnote_and_every_footnote_a_statement(
    agreed, capsys, words, public
):
    found = tables(report(agreed, capsys, *words, *public))
    numbers = [row["number"] for row in found.pop("sources")]
    cited = [row["source"] for rows in found.values() for row in rows]
    assert None not in cited
    assert list(dict.fromkeys(cited)) == numbers


def test_a_field_that_a_later_file_brought_is_traced_to_that_file(told, capsys):
    case = tables(report(told, capsys, "case", "ERNSH"))
    sources = {row["number"]: row for row in case["sources"]}
    files = {row["what"]: sources[row["source"]]["file"] for row in case["main"]}
    assert files == {
        "industry": "accounts.csv", "country": "customers.csv", "city": "customers.csv"
    }  # fmt: skip


def test_a_brief_counts_what_the_files_hold(told, examples, capsys):
    folder = examples / "northwind"
    trade = {row["Customer ID"]: row["Industry"]
             for row in read(folder / "invented" / "accounts.csv")}  # fmt: skip
    orders = read(folder / "orders.csv")
    active = {row["customerID"] for row in orders if row["orderDate"][:10] > "1997-05-06"}
    kitchens = {number for number, name in trade.items() if name == "restaurant"}
    found = report(told, capsys, "brief", "--industry", "餐饮", "--top", "100")
    figures = found["rows"][0]
    assert figures["customers"] == len(kitchens) == len(found["tables"]["customers"]["rows"])
    assert figures["active"] == len(kitchens & active)
    assert float(figures["share"]) == pytest.approx(len(kitchens & active) / len(active))
    whose = {row["orderID"]: row["customerID"] for row in orders
             if row["orderDate"][:10] > "1997-05-06"}  # fmt: skip
    categories = {row["categoryID"]: row["categoryName"] for row in read(folder / "categories.csv")}
    products = {row["productID"]: categories[row["categoryID"]]
                for row in read(folder / "products.csv")}  # fmt: skip
    bought: dict[str, set[str]] = {}
    for line in read(folder / "order-details.csv"):
        if whose.get(line["orderID"]) in kitchens:
            bought.setdefault(products[line["productID"]], set()).add(whose[line["orderID"]])
    assert {row["what"]: row["customers"] for row in found["tables"]["adoption"]["rows"]} == {
        name: len(some) for name, some in bought.items()
    }


def test_a_public_brief_names_only_who_agreed_and_tells_figures_only_of_cases(agreed, capsys):
    found = tables(report(agreed, capsys, "brief", "--public"))
    assert {row["name"] for row in found["customers"]} == {"Ernst Handel", "Hanari Carnes"}
    assert [row["name"] for row in found["returns"]] == ["Ernst Handel"]  # a logo tells no figures
    assert min(row["customers"] for row in found["adoption"]) >= 3


def test_the_flagship_of_the_store_stands_in_a_brief(told, tmp_path, capsys):
    store = Path(shutil.copy(told, tmp_path / "ci.db"))
    assert run(["report", "adoption", "--product", "Tofu", "--save", "--db", str(store), "-q",
                "--format", "json"]) == 0  # fmt: skip
    everybody = json.loads(capsys.readouterr().out)["meta"]["adopted"]
    first = tables(report(store, capsys, "brief"))["adoption"][0]
    assert (first["what"], first["customers"]) == ("flagship: Tofu", everybody)
    buyers = tables(report(store, capsys, "brief", "--product", "Tofu", "--top", "99"))["customers"]
    assert everybody < len(buyers) < 91  # who ever bought it, not only in the last year


def test_an_industry_that_nobody_has_is_said_so(told, capsys):
    out, err = shown(told, capsys, "brief", "--industry", "shipyards")
    assert "No customer is of the industry shipyards" in err
    assert "restaurant" in err
    assert "No rows." in out


def test_purchases_told_in_parts_are_those_told_at_once(told, monkeypatch):
    with closing(engine.connect(told)) as conn:
        whole = {number: origins.bought(conn, number, as_of="1998-05-06") for number in (20, 71)}
        monkeypatch.setattr(one_customer, "_AT_ONCE", 1)
        for number, known in whole.items():
            assert known
            assert origins.bought(conn, number, as_of="1998-05-06") == known
