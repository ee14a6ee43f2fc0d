"""A sheet of pairs goes out, is filled in by all kinds of hands and programs, and comes back."""

from __future__ import annotations

import csv
import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ci_cli import text
from ci_cli.cli.app import run as run_program
from ci_cli.dedupe.apply import apply_sheet
from ci_cli.dedupe.pair_codes import code_of, parse_code
from ci_cli.shapes.reviews import RecordName
from ci_cli.shapes.trade import Author
from ci_cli.store import engine, reviews
from importer import AT
from store_dump import logical_dump

Run = Callable[..., Any]
# Three spellings of one firm, two of another, and one firm in two cities.
LIST = """Customer ID,Company Name,Phone,Email,City
K1,Acme Trading Ltd,+44 20 7946 0018,sales@acme.co.uk,London
K2,ACME Trading Limited,+44 20 7946 0018,sales@acme.co.uk,Leeds
K3,Acme Tradng Ltd,+44 20 7946 0018,sales@acme.co.uk,
K4,北京华信科技有限公司,010-62345678,info@huaxin.cn,北京
K5,华信科技（北京）有限公司,01062345678,info@huaxin.cn,北京市
007,Blue Star GmbH,030 1234567,x@bluestar.de,Berlin
K8,Blue Star GmbH,030 1234567,,Berlin
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a line on a small scanned store; return what it said, or its json."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI_DB", raising=False)
    monkeypatch.setenv("LOGNAME", "ann")

    def type_line(line: str, *, fails: int = 0, lang: str = "en") -> Any:
        capsys.readouterr()
        code = run_program([*shlex.split(line), "--lang", lang])
        text.activate("en")
        out, err = capsys.readouterr()
        assert code == fails, err
        return json.loads(out) if "--format json" in line and fails in (0, 4) else out + err

    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    type_line("import list.csv --as customers --source crm -y -q")
    type_line("dedupe scan -q")
    return type_line


def sheet_of(run: Run, name: str = "pairs.csv", lang: str = "en") -> list[dict[str, str]]:
    run(f"dedupe review -o {name}", lang=lang)
    with Path(name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill(rows: list[dict[str, str]], decisions: dict[tuple[str, str], str]) -> None:
    """Write ``pairs.csv`` with decisions by the two customers."""
    for row in rows:
        row["decision"] = decisions.get((row["customer_a"], row["customer_b"]), "")
    save(rows)


def save(rows: list[dict[str, str]], name: str = "pairs.csv") -> None:
    with Path(name).open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)


def counts(report: dict[str, Any]) -> dict[str, int]:
    (row,) = report["rows"]
    return {key: value for key, value in row.items() if value and key != "rows"}


def problems(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.strip()[:1].isdigit()]


ACME = {("C1", "C2"): "merge", ("C2", "C3"): "merge", ("C1", "C3"): "merge"}


def test_a_sheet_is_carried_out_once(run: Run, tmp_path: Path) -> None:
    fill(sheet_of(run), {**ACME, ("C4", "C5"): "apart", ("C6", "C7"): "later"})
    store = (tmp_path / "ci.db").read_bytes()
    assert counts(run("dedupe apply pairs.csv --dry-run --format json")) == {
        "merge": 3, "apart": 1, "later": 1,
    }  # fmt: skip
    assert (tmp_path / "ci.db").read_bytes() == store
    done = run("dedupe apply pairs.csv --format json --note May")
    assert counts(done) == {"merge": 3, "apart": 1, "later": 1}
    assert done["meta"]["merged"] == 2
    dump, store = logical_dump(tmp_path / "ci.db"), (tmp_path / "ci.db").read_bytes()
    again = run("dedupe apply pairs.csv --format json")
    assert counts(again) == {"unchanged": 5}
    assert (tmp_path / "ci.db").read_bytes() == store
    (merge,) = run("dedupe history --format json")["rows"]
    assert (merge["customer"], merge["others"], merge["by"], merge["note"]) == (
        "C1", "C2, C3", "ann", "May",
    )  # fmt: skip
    run(f"dedupe split --run {done['meta']['run']} --open -q")
    assert logical_dump(tmp_path / "ci.db") != dump


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_workbook_filled_in_in_either_language(run: Run, lang: str, tmp_path: Path) -> None:
    run("dedupe review -o pairs.xlsx", lang=lang)
    book = openpyxl.load_workbook("pairs.xlsx")
    page = book.worksheets[0]
    headings = [cell.value for cell in page[1]]
    at = headings.index("customer" if "customer" in headings else "客户")
    for row in page.iter_rows(min_row=2):
        if row[at].value == "C4":
            row[1].value = " 合并 "
    page.insert_rows(1)
    page["A1"] = "待定客户"  # people put a title above
    book.save("pairs.xlsx")
    assert counts(run("dedupe apply pairs.xlsx --format json"))["merge"] == 1
    assert run("customer show K5 --format json")["meta"]["customer"] == "C4"


def test_what_a_spreadsheet_does_to_a_csv_file(run: Run, tmp_path: Path) -> None:
    """Semicolons, another encoding, ids that became numbers, columns moved and left out."""
    rows = sheet_of(run)
    kept = [
        {"name_b": row["name_b"], "DECISION": "合并" if row["customer_a"] == "C4" else " Apart ",
         "x": "7", "pair": row["pair"].lower() if row["customer_a"] == "C4" else row["pair"]}
        for row in rows
    ]  # fmt: skip
    lines = [";".join(kept[0]), *(";".join(row.values()) for row in kept)]
    (tmp_path / "pairs.csv").write_bytes("\r\n".join(lines).encode("gb18030"))
    assert counts(run("dedupe apply pairs.csv --format json")) == {
        "merge": 1, "apart": len(rows) - 1,
    }  # fmt: skip


def test_decisions_that_contradict_each_other(run: Run) -> None:
    rows = sheet_of(run)
    fill(rows, {**ACME, ("C1", "C3"): "apart", ("C4", "C5"): "merge"})
    said = run("dedupe apply pairs.csv", fails=4)
    assert len(problems(said)) == 3
    # the three rows about Acme are left alone, the others are carried out
    assert run("customer show K5 --format json")["meta"]["customer"] == "C4"
    assert [row["customer"] for row in run("dedupe history --format json")["rows"]] == ["C4"]
    # one word too many decides nothing either
    fill(rows, {("C1", "C2"): "merge"})
    rows.append({**rows[0], "decision": "apart", "pair": pair_of(rows, "C1", "C2")})
    for name in ("name_a", "name_b"):
        rows[-1][name] = ""
    save(rows)
    assert counts(run("dedupe apply pairs.csv --format json", fails=4))["conflict"] == 2


def pair_of(rows: list[dict[str, str]], one: str, other: str) -> str:
    (code,) = (r["pair"] for r in rows if (r["customer_a"], r["customer_b"]) == (one, other))
    return code


def test_what_was_decided_meanwhile_is_not_overruled(run: Run) -> None:
    rows = sheet_of(run)
    fill(rows, ACME)
    run("dedupe merge C1 C3 -q")
    run("dedupe split C3 -q")  # now a person keeps C1 and C3 apart
    said = run("dedupe apply pairs.csv", fails=4)
    assert "keeps them apart" in said
    assert len(problems(said)) == 3  # C1 = C2 and C2 = C3 would merge C1 and C3 all the same
    assert run("customer show K2 --format json")["meta"]["customer"] == "C2"
    fill(rows, {("C4", "C5"): "apart", ("C6", "C7"): "later", ("C1", "C2"): "later"})
    run("dedupe merge C4 C5 -q")
    said = run("dedupe apply pairs.csv", fails=4)
    assert "one customer already, C4" in said
    assert len(problems(said)) == 1


WRONG = {
    "a changed number": ("pair", lambda code: code.replace("-1-", "-4-"), "code"),
    "a changed end": ("pair", lambda code: code[:-1] + ("0" if code[-1] != "0" else "1"), "code"),
    "no code at all": ("pair", lambda _code: "1,2", "no code"),
    "nobody": ("pair", lambda code: f"{code[:3]}98-99{code[-5:]}", "no longer there"),
    "a later scan": ("pair", lambda code: "S9" + code[2:], "code"),
    "blank": ("pair", lambda _code: "", "no code"),
    "another name": ("name_a", lambda _name: "Blue Star GmbH", "names"),
    "a word that decides nothing": ("decision", lambda _word: "perhaps", "merge, apart, later"),
    "an X": ("decision", lambda _word: "X", "稍后"),
}


@pytest.mark.parametrize("what", WRONG)
def test_rows_that_were_damaged_are_rejected_and_the_others_go_in(what: str, run: Run) -> None:
    rows = sheet_of(run)
    fill(rows, {("C1", "C2"): "merge", ("C4", "C5"): "merge"})
    column, change, told = WRONG[what]
    (row,) = (row for row in rows if row["decision"] and row["customer_a"] == "C1")
    row[column] = change(row[column])
    save(rows)
    said = run("dedupe apply pairs.csv", fails=4)
    (problem,) = problems(said)
    assert told in problem
    assert [row["customer"] for row in run("dedupe history --format json")["rows"]] == ["C4"]


def test_names_that_a_spreadsheet_touched_are_still_the_names(run: Run) -> None:
    rows = sheet_of(run)
    fill(rows, {("C1", "C2"): "merge"})
    for row in rows:
        row["name_a"] = f" '{row['name_a'].upper()}"
        del row["name_b"]
    save(rows)
    assert counts(run("dedupe apply pairs.csv --format json"))["merge"] == 1


def test_a_sheet_of_an_earlier_scan_is_asked_for(run: Run, tmp_path: Path) -> None:
    fill(sheet_of(run), {("C4", "C5"): "merge", ("C1", "C2"): "merge"})
    run("dedupe scan --full -q")
    assert "--older" in run("dedupe apply pairs.csv", fails=2)
    assert run("dedupe history --format json")["rows"] == []
    renamed = "Customer ID,Company Name\nK1,Zenit Foods\n"
    (tmp_path / "new.csv").write_text(renamed, "utf-8")
    run("import new.csv --as customers --source crm --on-match update -y -q")
    said = run("dedupe apply pairs.csv --older", fails=4)
    assert "Zenit Foods" in said
    assert run("customer show K5 --format json")["meta"]["customer"] == "C4"


@pytest.mark.parametrize(
    "content",
    ["", "a,b\n1,2\n", "pair,what\nS1-1-2-0000,merge\n", "decision\nmerge\n",
     "pair,decision,decision\nS1-1-2-0000,merge,apart\n"],
)  # fmt: skip
def test_files_that_are_no_such_sheet(content: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text(content, "utf-8")
    store = (tmp_path / "ci.db").read_bytes()
    assert run_program(["dedupe", "apply", "pairs.csv"]) in (1, 2)
    assert (tmp_path / "ci.db").read_bytes() == store
    run("dedupe apply nowhere.csv", fails=1)


def test_damaged_lines_of_a_file_are_rejected(run: Run, tmp_path: Path) -> None:
    rows = sheet_of(run)
    codes = [pair_of(rows, "C4", "C5"), pair_of(rows, "C6", "C7")]
    (tmp_path / "pairs.csv").write_text(
        f'pair,decision\n{codes[0]},merge\n"{codes[1]},mer"ge"\n\n,\n', "utf-8"
    )
    done = run("dedupe apply pairs.csv --format json", fails=4)
    assert counts(done) == {"merge": 1, "rejected": 1}


def test_the_listing_of_pairs_can_be_filled_in_too(run: Run) -> None:
    run("dedupe pairs -o pairs.csv")
    with Path("pairs.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    fill(rows, {("C4", "C5"): "merge"})
    assert counts(run("dedupe apply pairs.csv --format json")) == {
        "merge": 1, "blank": len(rows) - 1,
    }  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    words=st.lists(st.sampled_from(["merge", "apart", "later", "", "合并", "?"]), min_size=9,
                   max_size=9),
    order=st.permutations(range(9)),
)  # fmt: skip
def test_nothing_is_merged_that_was_not_asked_for(
    words: list[str], order: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is filled in: the books balance, the same again changes nothing, and of the asked
    merges exactly those are done that no decision contradicts (an oracle by brute force)."""
    folder = tmp_path_factory.mktemp("any")
    (folder / "list.csv").write_text(LIST, "utf-8")
    db = str(folder / "ci.db")
    for line in ("import list.csv --as customers --source crm -y -q", "dedupe scan -q"):
        words_ = shlex.split(line.replace("list.csv", str(folder / "list.csv")))
        assert run_program([*words_, "--db", db]) == 0
    ends = [(a, b) for a in range(1, 4) for b in range(a + 1, 4)] + [
        (4, 5), (6, 7), (3, 4), (5, 6), (1, 7), (2, 6),
    ]  # fmt: skip
    conn = engine.connect(folder / "ci.db", write=True)
    try:
        names = reviews.record_names(conn, range(1, 8))
        lines = [
            f"{code_of(1, names[a], names[b])},{word}"
            for (a, b), word in zip(ends, words, strict=True)
        ]
        (folder / "p.csv").write_text(
            "pair,decision\n" + "\n".join(lines[i] for i in order) + "\n", "utf-8"
        )
        done = apply_sheet(conn, folder / "p.csv", Author("ann", AT))
        assert done.balanced
        assert done.rows == 9
        assert done.rejected == words.count("?")
        assert done.blank == words.count("")
        home = dict(conn.execute("SELECT id, customer_id FROM record").fetchall())
        merges = [pair for pair, word in zip(ends, words, strict=True) if word in ("merge", "合并")]
        apart = [pair for pair, word in zip(ends, words, strict=True) if word == "apart"]
        expected = _expected(merges, apart)
        assert {(a, b) for a in home for b in home if a < b and home[a] == home[b]} == expected
        again = apply_sheet(conn, folder / "p.csv", Author("ann", AT))
        assert (again.merge, again.apart, again.later) == (0, 0, 0)
        assert (again.blank, again.rejected, again.conflict) == (
            done.blank, done.rejected, done.conflict,
        )  # fmt: skip
    finally:
        conn.close()


def _expected(merges: list[tuple[int, int]], apart: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return who is together: groups over merges, without any that holds two kept apart."""
    reach = {n: {n} for n in range(1, 8)}
    for _ in range(8):
        for a, b in merges:
            both = reach[a] | reach[b]
            for n in both:
                reach[n] = reach[n] | both
    torn = [reach[a] for a, b in apart if b in reach[a]]
    return {
        (a, b) for a in reach for b in reach[a] if a < b and not any(a in group for group in torn)
    }


@given(
    scan=st.integers(1, 999_999_999), a=st.integers(1, 10**18 - 1), b=st.integers(1, 10**18 - 1),
    key=st.text(max_size=5),
)  # fmt: skip
def test_codes_come_back(scan: int, a: int, b: int, key: str) -> None:
    one, other = RecordName(a, "crm", key, "x"), RecordName(b, "crm", "K", "y")
    code = code_of(scan, one, other)
    assert code == code_of(scan, other, one)
    parsed = parse_code(f" {code} ")
    assert parsed is None if a == b else parsed == (scan, min(a, b), max(a, b))
    renamed = one._replace(name="z")  # who it is does not hang on its name
    assert code_of(scan, renamed, other) == code
