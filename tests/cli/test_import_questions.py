"""An import with a person at the terminal, whose answers are typed by the test.

The oracle for every question: the command that the program says would have asked nothing, run in
another folder, gives the same store.
"""

from __future__ import annotations

import ast
import io
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ci_cli.cli.app import run
from store_dump import logical_dump
from terminal import at_a_terminal

SRC = Path(__file__).parents[2] / "src" / "ci_cli"
ROWS = "Order ID,Customer ID,Order Date,Product,Amount\n"

# file, its text, what is typed, words that the last command must hold
QUESTIONS = {
    "the order of day and month": (
        "o.csv", ROWS + "1,A,03/04/2024,Tea,30.00\n2,B,05/04/2024,Tea,4.00\n", ["2", ""],
        ["--dates", "mdy"],
    ),
    "days that contradict each other": (
        "o.csv", ROWS + "1,A,13/04/2024,Tea,30.00\n2,B,05/14/2024,Tea,4.00\n", ["1", ""],
        ["--dates", "dmy"],
    ),
    "what divides the fraction": (
        "o.csv", "Order ID;Customer ID;Order Date;Product;Amount\n1;A;2024-04-03;Tea;1.500\n"
        "2;B;2024-04-04;Tea;2.750\n", ["2", ""], ["--decimal", "comma"],
    ),
    "the total or the amount of a line": (
        "o.csv", ROWS + "".join(f"{n},A,2024-04-0{n},{what},{n}0.00\n" for n in (1, 2, 3)
                                for what in ("Tea", "Milk")), ["2", ""],
        ["--map", "order.total=Amount"],
    ),
    "two columns of the same name": (
        "c.csv", "Customer ID,Company Name,Customer ID\nK1,Ann,X1\nK2,Bob,X2\n", ["2", ""],
        ["--map", "customer.id=#3"],
    ),
    "what the rows are": ("t.csv", "red,green\nx,y\nz,w\n", ["1", "2", ""], ["--as", "customers"]),
    "an unknown unit": (
        "o.csv", "订单号,日期,客户,金额(十亿)\n1,2024-04-03,甲,3\n2,2024-04-04,乙,4\n", ["1", ""],
        ["--map", "order.total=金额(十亿)"],
    ),
    "an encoding": (
        "o.csv", (ROWS + "1,A,2024-04-03,Café,30.00\n2,B,2024-04-04,Crème,4.00\n").encode("cp1252"),
        ["1", ""], ["--encoding"],
    ),
    "the element that is a row": (
        "o.xml", "<all><a><id>1</id><v>2</v></a><a><id>2</id><v>3</v></a><b><id>1</id><v>2</v></b>"
        "<b><id>3</id><v>2</v></b></all>", ["1", "5", ""], ["--record"],
    ),
}  # fmt: skip


Typing = Callable[..., tuple[int, str]]  # words, answers, folder -> exit code, what was said


class Terminal(io.StringIO):
    """A stream that a person sits at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Typing:
    """Return a function that runs a command with answers, and returns its code and its words."""
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.delenv("CI_DB", raising=False)

    def type_in(words: list[str], answers: list[str], folder: Path = tmp_path) -> tuple[int, str]:
        folder.mkdir(exist_ok=True)
        monkeypatch.chdir(folder)
        said = Terminal()
        monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{line}\n" for line in answers)))
        monkeypatch.setattr(sys, "stderr", said)
        code = run(words)
        assert sys.stdin.read() == "", "something typed was never asked for"
        return code, said.getvalue()

    return type_in


def put(folder: Path, name: str, content: str | bytes) -> None:
    folder.mkdir(exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    (folder / name).write_bytes(data)


def commands_in(said: str) -> list[list[str]]:
    return [shlex.split(line)[1:] for line in said.splitlines() if line.startswith("  ci-cli ")]


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_was_answered_can_be_said(question: str, typing: Typing, tmp_path: Path) -> None:
    name, content, answers, words = QUESTIONS[question]
    put(tmp_path, name, content)
    code, said = typing(["import", name], answers)
    assert code == (4 if "contradict" in question else 0), said  # 4: some rows were rejected
    (command,) = commands_in(said)
    assert " ".join(words) in " ".join(command)
    put(tmp_path / "again", name, content)
    assert typing(command, [], tmp_path / "again")[0] == code
    assert logical_dump(tmp_path / "ci.db") == logical_dump(tmp_path / "again" / "ci.db")
    # and the next file like it needs no question
    put(tmp_path, "next" + name, content)
    assert typing(["import", "next" + name], [])[0] == code


@pytest.mark.parametrize("answers", [["0"], ["1", "n"], ["1"], [], ["9", "x", "0"]])
def test_no_leaves_everything_as_it_was(answers: list[str], typing: Typing, tmp_path: Path) -> None:
    put(tmp_path, "o.csv", str(QUESTIONS["the order of day and month"][1]))
    code, said = typing(["import", "o.csv"], answers)
    assert code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.csv"], said


def test_an_interruption_leaves_everything_as_it_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # fmt: skip
    put(tmp_path, "o.csv", ROWS + "1,A,2024-04-03,Tea,30.00\n")

    class Interrupted(Terminal):
        def readline(self, *_size: int) -> str:  # type: ignore[override]
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(sys, "stdin", Interrupted())
    monkeypatch.chdir(tmp_path)
    assert run(["import", "o.csv"]) == 130
    assert [path.name for path in tmp_path.iterdir()] == ["o.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo terminal")
@pytest.mark.parametrize(("key", "code"), [("^C", 130), ("^D", 2)])
def test_keys_that_end_it_at_a_real_terminal(key: str, code: int, tmp_path: Path) -> None:
    put(tmp_path, "o.csv", str(QUESTIONS["the order of day and month"][1]))
    command = [sys.executable, "-m", "ci_cli", "import", "o.csv"]
    screen, found = at_a_terminal(command, ["1", key], tmp_path, {**os.environ, "TERM": "xterm"})
    assert found == code, screen
    assert [path.name for path in tmp_path.iterdir()] == ["o.csv"]


@pytest.mark.parametrize("word", ["--no-input", "--quiet"])
def test_who_wants_no_questions_gets_none(word: str, typing: Typing, tmp_path: Path) -> None:
    put(tmp_path, "o.csv", str(QUESTIONS["the order of day and month"][1]))
    code, said = typing(["import", "o.csv", word], [])
    assert code == 2
    assert "--dates dmy" in said
    put(tmp_path, "p.csv", ROWS + "1,A,2024-04-03,Tea,30.00\n")
    assert typing(["import", "p.csv", word], [])[0] == 0


def test_a_column_is_corrected_before_it_goes_in(typing: Typing, tmp_path: Path) -> None:
    put(tmp_path, "o.csv", "Date,Customer,What,Qty,Paid\n2024-04-03,Ann,Honey,2,18.00\n")
    typed = ["line.amount=Nowhere", "nothing=Paid", "line.amount=Paid", "line.product_name=What",
             "shop book"]  # fmt: skip
    code, said = typing(["import", "o.csv"], typed)
    assert code == 0, said
    (line,) = logical_dump(tmp_path / "ci.db")["order_line"]
    assert (line[5], line[10]) == ("Honey", 180_000)
    assert "Saved as shop book" in said
    (command,) = commands_in(said)
    assert command.count("--map") == 2


def test_each_file_and_sheet_has_its_own_answers(typing: Typing, tmp_path: Path) -> None:
    day_first = ROWS + "1,A,03/04/2024,Tea,30.00\n"
    month_first = "订单号,客户,日期,产品,金额\n7,B,03/04/2024,茶,30.00\n"
    put(tmp_path, "a.csv", day_first)
    put(tmp_path, "b.csv", month_first)
    put(tmp_path, "c.csv", "Customer ID,Company Name\nA,Ann\n")
    code, said = typing(["import", "a.csv", "b.csv", "c.csv"], ["1", "2", ""])
    assert code == 0, said
    days = {row[1]: row[4] for row in logical_dump(tmp_path / "ci.db")["sales_order"]}
    assert days == {"1": "2024-04-03", "7": "2024-03-04"}
    again = tmp_path / "again"
    for name in ("a.csv", "b.csv", "c.csv"):
        put(again, name, (tmp_path / name).read_bytes())
    for command in commands_in(said):
        assert typing(command, [], again)[0] == 0
    one, other = logical_dump(tmp_path / "ci.db"), logical_dump(again / "ci.db")
    assert one == other
    # all three are known now
    assert typing(["import", "a.csv", "b.csv", "c.csv"], [])[0] == 0


def test_files_of_the_same_headings_are_asked_about_once(
    typing: Typing, tmp_path: Path
) -> None:  # fmt: skip
    for month in (1, 2, 3):
        put(tmp_path, f"sales-{month}.csv", ROWS + f"{month},A,03/0{month}/2024,Tea,{month}0.00\n")
    names = [f"sales-{month}.csv" for month in (1, 2)]
    code, said = typing(["import", *names], ["1", ""])
    assert code == 0, said
    assert "Saved as sales:" in said
    (command,) = commands_in(said)
    assert command == ["import", *names, "--dates", "dmy", "--no-input"]
    # and the third is known
    assert typing(["import", "sales-3.csv"], [])[0] == 0
    days = [row[4] for row in logical_dump(tmp_path / "ci.db")["sales_order"]]
    assert days == ["2024-01-03", "2024-02-03", "2024-03-03"]


def test_without_remembering_and_dry(typing: Typing, tmp_path: Path) -> None:
    put(tmp_path, "o.csv", ROWS + "1,A,2024-04-03,Tea,30.00\n")
    code, said = typing(["import", "o.csv", "--dry-run"], [])
    assert (code, (tmp_path / "ci.db").exists()) == (0, False)
    assert "The first rows as they are understood" in said
    assert typing(["import", "o.csv"], ["-"])[0] == 0
    # not remembered: the next time it is shown again
    assert typing(["import", "o.csv"], ["-"])[0] == 0
    assert typing(["import", "o.csv", "--yes"], [])[0] == 0


def test_a_large_withdrawal_is_asked(typing: Typing, tmp_path: Path) -> None:
    put(tmp_path, "o.csv", ROWS + "1,A,2024-04-03,Tea,30.00\n2,A,2024-04-04,Tea,30.00\n")
    put(tmp_path, "p.csv", ROWS + "1,A,2024-04-03,Tea,30.00\n")
    assert typing(["import", "o.csv"], [""])[0] == 0
    code, said = typing(["import", "p.csv", "--complete", "2024-04"], ["0"])
    assert code == 2
    assert len(logical_dump(tmp_path / "ci.db")["sales_order"]) == 2
    code, said = typing(["import", "p.csv", "--complete", "2024-04"], ["1"])
    assert code == 0, said
    assert len(logical_dump(tmp_path / "ci.db")["sales_order"]) == 1


# Codes of errors that a person must decide, but for which there are no few words to choose among.
NO_CHOICE = {
    "currencies-mixed": "the file itself lacks a column",
    "delimiter-option": "what was typed means nothing",
    "encoding-option": "what was typed means nothing",
    "record-path": "what was typed means nothing",
    "map-header-unknown": "what was typed means nothing",
    "map-field-unknown": "what was typed means nothing",
    "nothing-to-import": "no sheet is nearer to being data than another",
    "year-unknown": "any year may be meant",
    "period-twice": "the file itself is wrong",
    "fill-column-unknown": "what was typed means nothing",
    "header-row-invalid": "what was typed means nothing",
    "unpivot-impossible": "what was typed means nothing",
    "limit-invalid": "what was typed means nothing",
    "stdin-terminal": "what was typed means nothing",
    "amount-invalid": "what was typed means nothing",
    "column-missing": "the file itself lacks a column",
    "survey-headings": "the file itself is wrong",
    "consent-headings": "no column is nearer to being one of them than another",
    "text-too-long": "what was typed means nothing",
    "text-unreadable": "the file itself is wrong",
    "complete-unfit": "two words of the command contradict each other",
}


def test_whatever_a_person_must_decide_can_be_asked() -> None:
    without = set()
    for room in ("importing", "readers"):
        for path in (SRC / room).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(call, ast.Call):
                    continue
                name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(
                    call.func, "id", "")  # fmt: skip
                words = {keyword.arg for keyword in call.keywords}
                decides = any(
                    keyword.arg == "exit_code" and "DECIDE" in ast.unparse(keyword.value)
                    for keyword in call.keywords
                )
                asks = name == "ask" and len(call.args) < 5
                code = call.args[0] if call.args else None
                if ((name == "CiError" and decides) or asks) and "choice" not in words:
                    without.add(code.value if isinstance(code, ast.Constant) else ast.unparse(call))
    assert without == set(NO_CHOICE)
