"""Rows 104 to 111: what leaves the program, and what surrounds it."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from lab import Case, Elsewhere, Lab
from spoilers import SPOILERS

from ci_cli.store import engine

FORMULAS = ("=1+1", "+1+2", "-2-x", "@SUM(A1)", "\tTab", "\rCr", '=HYPERLINK("http://x","y")')
MARKUP = ("[/]", "[red]x[/red]", "[link=http://x]y[/link]", "\\", "[a1] Ltd", "[bold")
ESCAPES = ("\x1b[31mred", "\x1b]52;c;aGk=\x07osc", "c1\x9b31m", "bell\x07", "rtl\u202eevil",
           "zero\u200bwidth", "\u2066iso\u2069")  # fmt: skip


def _customers(lab: Lab, names: tuple[str, ...]) -> None:
    """Bring customers of these names in, each with an order of its own month."""
    with (lab.folder / "customers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Customer ID", "Customer Name"))
        writer.writerows((f"K{n}", name) for n, name in enumerate(names))
    with (lab.folder / "orders.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Order ID", "Customer ID", "Order Date", "Product", "Category", "Amount"))
        writer.writerows(
            (f"A{n}", f"K{n}", f"2025-0{n % 9 + 1}-05", name, name, f"{n + 1}.50")
            for n, name in enumerate(names)
        )
        writer.writerow(("A99", "K0", "2025-01-09", "Back", "Back", "-5.00"))
    for line in ("import customers.csv --as customers", "import orders.csv --as orders"):
        answer = lab.run(line)
        assert answer.code in (0, 4), answer.said


def _formulas(lab: Lab) -> None:
    """Text is text in every file; a negative figure is a number."""
    import openpyxl

    _customers(lab, FORMULAS)
    for name in ("export customers", "export orders", "rfm run --as-of 2025-12-31"):
        for ending in ("csv", "xlsx"):
            out = lab.folder / f"out.{ending}"
            answer = lab.run(f"{name} -o out.{ending}")
            assert answer.code == 0, answer.said
            if ending == "csv":
                with out.open(encoding="utf-8-sig", newline="") as file:
                    cells = [cell for row in csv.reader(file) for cell in row]
                risky = [c for c in cells if c[:1] in "=+-@\t\r" and c and not _is_number(c)]
                assert risky == []
                if name == "export orders":
                    assert "-5.00" in cells
            else:
                book = openpyxl.load_workbook(out)
                cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
                assert [cell.value for cell in cells if cell.data_type == "f"] == []
                assert any(str(cell.value).startswith("=1+1") for cell in cells)
                if name == "export orders":
                    assert any(cell.value == -5 and cell.data_type == "n" for cell in cells)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


SCREENS = (
    "rfm run --as-of 2025-12-31", "rfm call --as-of 2025-12-31", "rfm abc --customers",
    "procat report --as-of 2025-12-31", "procat report --by product", "procat categories",
    "customer show K1", "customer list", "export customers", "export orders", "import history",
    "import show 1", "sql 'select name from golden'", "customer show Nobody",
    "procat report --drill Nothing 2025-01",
)  # fmt: skip


def _markup(lab: Lab) -> None:
    _customers(lab, MARKUP)
    shown = "".join(lab.run(line).said for line in SCREENS)
    for name in MARKUP:
        assert name in shown, name
    for line in ("customer show '[red]x[/red]'", "rfm run --db '[/]x.db'", "rfm '[/]'"):
        answer = lab.run(line)
        assert "Traceback" not in answer.said
        assert "[" in answer.said


def _in_terminal(*words: str) -> str:
    """Return what a terminal is given."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "ci_cli", *words], stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert process.wait(timeout=60) == 0
    return shown.decode("utf-8", "replace")


def _escapes(lab: Lab) -> None:
    """Nothing of the names acts on a terminal, a pipe or a file.

    The import has taken the controls away already; here they are in the store all the same.
    """
    _customers(lab, ESCAPES)
    with closing(engine.connect(lab.store, write=True)) as conn, engine.transaction(conn):
        for number, name in enumerate(ESCAPES):
            conn.execute("UPDATE record SET name = ? WHERE source_key = ?", (name, f"K{number}"))
            conn.execute("UPDATE item SET name = ?, category = ? WHERE id = ?",
                         (name, name, number + 1))  # fmt: skip
    shown = "".join(lab.run(line).said for line in SCREENS)
    for ending in ("csv", "json", "md"):
        lab.run(f"export customers -o out.{ending} --format {ending}")
        shown += (lab.folder / f"out.{ending}").read_text("utf-8-sig")
    for code in ("\x1b", "\x07", "\x9b", "\u202e", "\u2066"):
        assert code not in shown, repr(code)
    assert "\\x1b" in shown
    terminal = _in_terminal("rfm", "run", "--as-of", "2025-12-31", "--no-color")
    assert "\x1b]52" not in terminal
    assert "\x07" not in terminal
    assert "\u202e" not in terminal
    assert "\\x1b" in terminal


# --- 107


def _places(lab: Lab) -> None:
    _customers(lab, ("Acme", "Berg"))
    (lab.folder / "old.csv").write_text("old")
    assert lab.run("export customers -o old.csv").code == 0  # replaced whole, as every shell does
    assert "Acme" in (lab.folder / "old.csv").read_text("utf-8-sig")
    for line, code in (
        ("export customers -o nowhere/x.csv", "output-folder-missing"),
        ("export customers -o ci.db --format csv", "output-is-store"),
        ("rfm run --format csv -o .", "output-is-folder"),
        (f"rfm run -o {'x' * 300}.csv", "output-name-invalid"),
    ):
        before = lab.left()
        answer = lab.run(line)
        assert answer.code == 1, answer.said
        assert f"code: {code} " in answer.err
        assert lab.left() == before


# --- 109, 110


def _small_store(lab: Lab) -> None:
    _customers(lab, tuple(f"Customer {n} 张伟" for n in range(60)))


def _closed_pipe(lab: Lab) -> None:
    _small_store(lab)
    for words in ("rfm run --as-of 2025-12-31", "export orders", "export customers --format json"):
        line = f'"{sys.executable}" -m ci_cli {words} | head -n 1; echo "${{PIPESTATUS[0]}}"'
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
        assert done.stdout.splitlines()[-1] == "0", done
        assert "Traceback" not in done.stderr
        assert "Broken" not in done.stderr


def _full_output(lab: Lab) -> None:
    _small_store(lab)
    for words in (("rfm", "run", "--as-of", "2025-12-31"), ("export", "orders")):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "ci_cli", *words], stdout=full, stderr=subprocess.PIPE,
                text=True, check=False,
            )  # fmt: skip
        assert done.returncode == 1, done.stderr
        assert "stdout-not-written" in done.stderr
        assert "Traceback" not in done.stderr


def _environments(lab: Lab) -> None:
    """Whatever surrounds it, the program gives the same figures and never a trace."""
    _small_store(lab)
    bare = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    if "PYTHONPATH" in os.environ:
        bare["PYTHONPATH"] = os.environ["PYTHONPATH"]
    figures = set()
    for extra in (
        {}, {"LC_ALL": "C"}, {"PYTHONIOENCODING": "latin-1"}, {"PYTHONIOENCODING": "ascii"},
        {"COLUMNS": "20"}, {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"LANG": "tr_TR.UTF-8"},
        {"TZ": "Mars/Olympus"}, {"TZ": "Asia/Kathmandu"}, {"HOME": "/nonexistent"},
    ):  # fmt: skip
        answer = lab.spawn("rfm", "run", "--as-of", "2025-12-31", env={**bare, **extra})
        assert answer.returncode == 0, (extra, answer.stderr)
        assert b"Traceback" not in answer.stderr, extra
        rows = lab.spawn("export", "orders", "--db", "ci.db", env={**bare, **extra})
        figures.add(rows.stdout)
    assert len(figures) == 1
    assert "张伟".encode() in figures.pop()


def _folder_gone(lab: Lab) -> None:
    """The folder that the command was started in was deleted meanwhile."""
    gone = lab.folder / "gone"
    gone.mkdir()
    script = f'cd "{gone}" && rmdir "{gone}" && "{sys.executable}" -m ci_cli rfm run'
    for more, codes in (("", (1,)), (f' --db "{lab.store}"', (0, 1))):
        done = subprocess.run(
            ["bash", "-c", script + more], capture_output=True, text=True, check=False,
            env={**os.environ, "CI_LANG": "en"},
        )  # fmt: skip
        gone.mkdir()
        assert done.returncode in codes, done.stderr
        assert "Traceback" not in done.stderr, done.stderr


def _clock_backwards(lab: Lab) -> None:
    """Imports are in the order in which they were made, whatever the clock says."""
    lab.write({"a.csv": "Customer ID,Customer Name\nK1,Old\n",
               "b.csv": "Customer ID,Customer Name\nK1,New\n"})  # fmt: skip
    assert lab.run("import a.csv --as customers").code == 0
    with lab.monkeypatch.context() as patch:
        from ci_cli.cli import options

        patch.setattr(options, "_clock", lambda today: (_epoch(), "1970-01-02T00:00:00+00:00"))
        assert lab.run("import b.csv --as customers").code == 0
        assert lab.run("rfm run").code == 0
    assert lab.rows("SELECT name FROM record") == [("New",)]
    answer = lab.run("import undo 2 --yes")
    assert answer.code == 0, answer.said
    assert lab.rows("SELECT name FROM record") == [("Old",)]


def _epoch():
    from datetime import date

    return date(1970, 1, 2)


def _unforeseen(lab: Lab) -> None:
    with SPOILERS["programming-fault"](lab.folder, lab.monkeypatch):
        answer = lab.run("rfm run")
    assert answer.code == 70
    assert "KeyError" in answer.err
    for word in ("Acme", "secret", "Traceback", "locals"):
        assert word not in answer.said
    assert "--debug" in answer.err
    assert answer.out == ""


XLSX, ATOMIC = "tests/output/test_xlsx_file.py", "tests/output/test_atomic_files.py"
SAFE = "tests/output/test_safe_text.py"

CASES: list[Case | Elsewhere] = [
    Case(104, "formulas to csv and xlsx", act=_formulas),
    Case(105, "markup on every screen", act=_markup),
    Case(106, "escapes to pipe, file and terminal", act=_escapes, posix=True),
    Case(107, "places that are refused", act=_places),
    Elsewhere(107, f"{ATOMIC}::test_a_refused_place_says_so"),
    Elsewhere(107, f"{SAFE}::test_a_file_name_never_leaves_its_folder"),
    Elsewhere(107, f"{SAFE}::test_safe_filename"),
    Elsewhere(107, f"{SAFE}::test_sheet_names_that_clash_after_cutting_stay_apart"),
    Elsewhere(108, f"{XLSX}::test_what_a_workbook_cannot_hold_is_an_error"),
    Elsewhere(108, f"{XLSX}::test_the_longest_text_is_kept_whole"),
    Elsewhere(108, f"{XLSX}::test_hostile_text_is_text_without_an_apostrophe"),
    Case(109, "closed pipe", act=_closed_pipe, posix=True),
    Case(109, "full output", act=_full_output, posix=True),
    Case(109, "encodings, widths and terminals", act=_environments, posix=True),
    Elsewhere(109, "tests/output/test_screen.py::test_no_width_loses_a_figure_or_runs_over"),
    Case(110, "folder deleted", act=_folder_gone, posix=True),
    Case(110, "clock backwards", act=_clock_backwards),
    Case(111, "unforeseen", act=_unforeseen),
]  # fmt: skip
