"""The round that people go, through the commands: scan, answer, scan again, bring in more."""

from __future__ import annotations

import csv
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import dedupe_help
import pytest

from ci_cli import text
from ci_cli.cli.app import run as run_program

import dedupe_lists  # isort: skip  (found by dedupe_help)

assert dedupe_help
Run = Callable[..., str]
Truth = Mapping[str, object]  # key of a record -> who it is


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI_DB", raising=False)

    def type_line(line: str, *, fails: int = 0) -> str:
        capsys.readouterr()
        code = run_program([*shlex.split(line), "--lang", "en"])
        text.activate("en")
        out, err = capsys.readouterr()
        assert code == fails, err
        return out + err

    return type_line


def write_list(columns: Mapping[str, list[str | None]], rows: Iterable[int], name: str) -> None:
    with Path(name).open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["customer id", *columns])
        sheet.writerows([f"K{i:05}", *(v[i] or "" for v in columns.values())] for i in rows)


def table(run: Run, line: str) -> list[dict[str, str]]:
    run(f"{line} -o out.csv -q")
    with Path("out.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def f1(run: Run, truth: Truth) -> float:
    """Return the F1 of the pairs within the clusters that the command prints."""
    label = {row["source_key"]: row["cluster"] for row in table(run, "dedupe clusters")}

    def within(values: Iterable[object]) -> int:
        return sum(n * (n - 1) // 2 for n in Counter(values).values())

    both = within((label[key], truth[key]) for key in label)
    return 2 * both / (within(label.values()) + within(truth[key] for key in label))


def answer(run: Run, truth: Truth, most: int) -> int:
    """Fill in a sheet as who knows the truth would, carry it out, scan; return how many answers."""
    key = {row["customer_a"]: row["key_a"] for row in table(run, "dedupe pairs --threshold 0.05")}
    key |= {row["customer_b"]: row["key_b"] for row in table(run, "dedupe pairs --threshold 0.05")}
    asked = table(run, f"dedupe review --top {most}")
    for row in asked:
        same = truth[key[row["customer_a"]]] == truth[key[row["customer_b"]]]
        row["decision"] = "合并" if same else "apart"
    if asked:
        with Path("pairs.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, list(asked[0]))
            out.writeheader()
            out.writerows(asked)
        run("dedupe apply pairs.csv -q")
        run("dedupe scan -q")
    return len(asked)


def learns(run: Run, truth: Truth) -> list[float]:
    """Return F1 before, after 20 and after 100 answers."""
    run("dedupe scan -q")
    found = [f1(run, truth)]
    for rounds in (1, 4):
        for _ in range(rounds):
            answer(run, truth, 20)
        found.append(f1(run, truth))
    return found


def test_answers_make_a_made_list_better(run: Run) -> None:
    columns, owners = dedupe_lists.people(700, 31, noise=2.0)
    write_list(columns, range(700), "list.csv")
    run("import list.csv --as customers -y -q")
    before, after_20, after_100 = learns(run, {f"K{i:05}": who for i, who in enumerate(owners)})
    assert before < after_20 < after_100


@pytest.mark.shared
def test_answers_make_a_public_list_better(run: Run, shared_data: Path) -> None:
    with (shared_data / "dedup" / "fake_1000.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    truth = {row["unique_id"]: row.pop("cluster") for row in rows}
    with Path("list.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    run("import list.csv --as customers -y -q --map customer.id=unique_id")
    before, after_20, after_100 = learns(run, truth)
    assert before < after_20 < after_100
    assert (1 - after_100) < 0.6 * (1 - before)


def test_kept_apart_stays_apart_until_a_person_asks(run: Run) -> None:
    columns = {
        "name": ["Acme Motors Ltd", "Acme Motors Limited", "Zenit Foods"],
        "phone": ["020 7946 0958", "020 7946 0958", "0161 496 0001"],
    }
    write_list(columns, range(3), "list.csv")
    run("import list.csv --as customers --source crm -y -q")
    run("dedupe scan -q")
    (asked,) = table(run, "dedupe review")
    Path("pairs.csv").write_text(f"pair,decision\n{asked['pair']},分开\n", "utf-8")
    run("dedupe apply pairs.csv -q")
    for _ in range(2):
        run("dedupe scan --full --auto -q")
        run("dedupe scan --auto -q")
    (Path("again.csv")).write_text(Path("list.csv").read_text("utf-8") + "K9,Acme Motors,\n")
    run("import again.csv --as customers --source crm -y -q")
    run("dedupe scan --auto -q")
    assert table(run, "dedupe history") == []
    assert asked["pair"][3:8] not in {row["pair"][3:8] for row in table(run, "dedupe review")}
    run("dedupe merge C1 C2 -q")
    assert [row["what"] for row in table(run, "dedupe history")] == ["merge"]


def test_what_comes_in_later_is_compared_alone_and_all_the_same(run: Run) -> None:
    """A short list is not learnt from, so in parts or as a whole the same is found."""
    columns, _owners = dedupe_lists.firms(260, 9)
    write_list(columns, range(200), "first.csv")
    run("import first.csv --as customers --source shop -y -q")
    run("dedupe scan -q")
    write_list(columns, range(200, 260), "second.csv")
    told = run("import second.csv --as customers --source shop -y")
    assert "scan for duplicates: 60" in told
    (card,) = table(run, "dedupe scan")
    assert (card["records"], card["new"]) == ("260", "60")
    assert int(card["compared"]) < int(card["pairs"]) / 2
    told = run("import second.csv --as customers --source shop -y")
    assert "scan for duplicates" not in told
    parts = _clusters(run)
    run(
        "dedupe scan --full -q"
    )  # what duplicates are rare by is counted anew: the last bits differ
    assert _clusters(run) == parts


def _clusters(run: Run) -> set[tuple[str, str]]:
    return {(row["source_key"], row["cluster"]) for row in table(run, "dedupe clusters")}
