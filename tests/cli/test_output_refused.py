"""A wrong ``-o`` is refused before the command does anything, so that a failure changed nothing."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

import command_docs
import pytest

from ci_cli.cli.app import run
from ci_cli.output.atomic import check_writable
from store_dump import logical_dump

DAY = "1998-05-07"
# what stands after -o, or a whole option -> the code of the error
WRONG = {
    "pack.xyz": "format-unclear",
    "missing/pack.md": "output-folder-missing",
    "there": "format-unclear",
    "there.md": "output-is-folder",
    "ci.md": "output-is-store",
    "x" * 300 + ".md": "output-name-invalid",
    "pack.csv --format md": "format-mismatch",
    "pack.svg": "chart-missing",
}
LETTERS = {"ci-cli ref invite"}  # write a text, whatever the file is called
DRAWS = {"ci-cli procat explain"}
EXAMPLES = {
    entry.title: entry.example
    for entry in command_docs.read_commands().walk()
    if not entry.children and any("-o, --output" in name for name, _help in entry.options)
}
RULES = """[[rule]]
name = "French"
tag = "stated-need"
all = [{ field = "customer.country", op = "is", value = "France" }]
"""
SAID = ["feedback", "add", "ERNSH", "the chai came late", "--ask", "drop"]
# what has something to do in the store of these tests
WRITERS = [
    "customer handover --from li --to chen",
    "tag rules apply own.toml",
    "feedback code --frame product",
    "import one.csv --as orders",
    "import again.csv --as orders",
    "dedupe merge ERNSH PICCO",
]


@pytest.fixture
def folder(demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(demo_store, tmp_path / "ci.db")
    shutil.copy(demo_store, tmp_path / "ci.md")
    for name in ("there", "there.md"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CI_DB", str(tmp_path / "ci.db"))
    monkeypatch.setenv("CI_LANG", "en")
    return tmp_path


def test_many_commands_have_an_output() -> None:
    assert len(EXAMPLES) > 100
    assert set(EXAMPLES) > LETTERS | DRAWS


@pytest.mark.parametrize("title", EXAMPLES)
def test_each_command_refuses_a_wrong_output(
    title: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "ci.db").read_bytes()
    names = sorted(folder.iterdir())
    for wrong, code in WRONG.items():
        if (title in LETTERS and code.startswith(("format", "chart"))) or (
            title in DRAWS and code == "chart-missing"
        ):
            continue
        words = shlex.split(EXAMPLES[title].partition(" --format ")[0])[1:]
        assert run([*words, "-o", *wrong.split()]) in (1, 2), wrong
        assert f"errors.md#{code})" in capsys.readouterr().err, wrong
    assert (folder / "ci.db").read_bytes() == before
    assert sorted(folder.iterdir()) == names


@pytest.mark.parametrize("line", WRITERS)
def test_a_command_that_could_not_write_can_be_given_again(line: str, folder: Path) -> None:
    (folder / "own.toml").write_text(RULES, "utf-8")
    for name in ("one", "again"):
        (folder / f"{name}.csv").write_text(
            f"Order ID,Customer ID,Order Date,Amount\n{name},K1,2026-01-05,10.00\n", "utf-8"
        )
    for first in (["customer", "set", "ERNSH", "owner=li"], SAID):
        assert run([*first, "-q", "--today", DAY]) == 0
    before = logical_dump(folder / "ci.db")
    words = [*shlex.split(line), "-q", "--today", DAY]
    for wrong in WRONG:
        assert run([*words, "-o", *wrong.split()]) in (1, 2)
    assert logical_dump(folder / "ci.db") == before
    assert run([*words, "-o", "right.md"]) == 0
    assert (folder / "right.md").stat().st_size
    assert logical_dump(folder / "ci.db") != before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="rights of POSIX")
def test_a_folder_without_the_right_to_write_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "there").chmod(0o500)
    assert run(["customer", "list", "-o", "there/list.md"]) == 1
    assert "errors.md#output-not-allowed)" in capsys.readouterr().err


def test_looking_leaves_no_trace(tmp_path: Path) -> None:
    old = tmp_path / "old.md"
    old.write_text("as it was", "utf-8")
    check_writable(old)
    check_writable(tmp_path / "new.md")
    assert [path.name for path in tmp_path.iterdir()] == ["old.md"]
    assert old.read_text("utf-8") == "as it was"
