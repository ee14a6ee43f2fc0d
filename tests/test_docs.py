"""What the documents say is so: commands and tests exist, errors are explained, links lead on.

The pages on commands are written from the program; this file also fails when someone forgot to.
"""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import command_docs
import error_codes
import pytest
import transcript

from ci_cli.errors import ExitCode

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md")
    for path in ROOT.glob(pattern)
    if ".venv" not in path.parts
)
CASES = tomllib.loads((ROOT / "tests" / "bad_inputs" / "cases.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def commands() -> command_docs.Entry:
    return command_docs.read_commands()


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_a_test(node_id: str) -> bool:
    """Tell whether ``tests/…/test_x.py::test_y`` (or ``::TestClass::test_y``) is there."""
    file, _, rest = node_id.partition("::")
    path = ROOT / file
    if not path.is_file():
        return False
    body: list[ast.stmt] = ast.parse(path.read_text("utf-8")).body
    for name in rest.split("::"):
        found = [node for node in body if getattr(node, "name", None) == name]
        if not found:
            return False
        body = getattr(found[0], "body", [])
    return True


def unknown_command(line: str, tree: command_docs.Entry) -> str:
    """Return the first word of ``ci-cli …`` that names no command, ``""`` if all is well."""
    entry = tree
    for word in line.split()[1:]:
        children = {child.words[-1]: child for child in entry.children}
        if word in children:
            entry = children[word]
        elif entry.children and re.fullmatch(r"[a-z][a-z-]*", word) and not entry.default:
            return word
        else:
            break
    return ""


# --- the pages on commands


def test_command_pages_are_those_of_the_program(commands: command_docs.Entry) -> None:
    assert command_docs.differences(DOCS / "commands", command_docs.pages(commands)) == []


def test_every_command_has_help_and_every_option_too(commands: command_docs.Entry) -> None:
    silent = [entry.title for entry in commands.walk() if not entry.help]
    silent += [
        f"{entry.title} {left}"
        for entry in commands.walk()
        for left, right in (*entry.options, *entry.arguments)
        if not right.partition("[")[0].strip()
    ]
    assert silent == []


def test_every_command_has_an_example_of_itself(commands: command_docs.Entry) -> None:
    defaults = {f"{group.title} {group.default}" for group in commands.walk() if group.default}
    wrong = [
        entry.title
        for entry in commands.walk()
        if not entry.children
        and not entry.example.startswith(
            entry.title.rpartition(" ")[0] if entry.title in defaults else entry.title
        )
    ]
    assert wrong == []


def test_changed_missing_and_left_over_pages_are_noticed(tmp_path: Path) -> None:
    child = command_docs.Entry(("ci-cli", "rfm"), "ci-cli rfm", "Scores.", "", [], [("-x", "X.")])
    tree = command_docs.Entry(("ci-cli",), "ci-cli", "Root.", "", [], [], [child])
    texts = command_docs.pages(tree)
    assert command_docs.differences(tmp_path, texts) == ["README.md: missing", "rfm.md: missing"]
    command_docs.update(tmp_path, texts)
    assert command_docs.differences(tmp_path, texts) == []
    (tmp_path / "old.md").write_text("", "utf-8")
    child.help = "Scores customers."
    assert command_docs.differences(tmp_path, command_docs.pages(tree)) == [
        "old.md: its command is gone",
        "README.md: the help text has changed",
        "rfm.md: the help text has changed",
    ]
    command_docs.update(tmp_path, command_docs.pages(tree))
    assert {path.name for path in tmp_path.iterdir()} == {"README.md", "rfm.md"}


# --- the transcript


def test_the_transcript_in_the_readme_is_what_the_demo_prints() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    shown = transcript.run_demo()
    assert transcript.with_transcript(text, shown) == text
    assert len(shown.splitlines()) <= 40


def test_the_transcript_replaces_what_stands_between_its_marks() -> None:
    text = f"a\n{transcript.START}\nold\n{transcript.END}\nb"
    once = transcript.with_transcript(text, "new")
    assert once == f"a\n{transcript.START}\n```\nnew\n```\n{transcript.END}\nb"
    assert transcript.with_transcript(once, "new") == once


# --- capabilities


def capabilities() -> list[tuple[str, ...]]:
    """Return (id, phrase, commands, tests) of each row of docs/capabilities.md."""
    rows = []
    for line in (DOCS / "capabilities.md").read_text("utf-8").splitlines():
        cells = tuple(cell.strip() for cell in line.strip().strip("|").split(" | "))
        if line.startswith("|") and re.fullmatch(r"\d\.\d+", cells[0]):
            rows.append(cells)
    return rows


def test_capabilities_stand_in_order_and_once() -> None:
    ids = [tuple(map(int, row[0].split("."))) for row in capabilities()]
    assert ids == sorted(set(ids))
    assert len(ids) > 10
    assert all(len(row) == 4 and all(row) for row in capabilities())


@pytest.mark.parametrize("row", capabilities(), ids=lambda row: row[0])
def test_a_capability_has_its_command_and_its_test(
    row: tuple[str, ...], commands: command_docs.Entry
) -> None:
    _id, _phrase, command_cell, test_cell = row
    lines = re.findall(r"`(ci-cli [^`]+)`", command_cell)
    nodes = re.findall(r"`(tests/[^`]+)`", test_cell)
    assert lines
    assert nodes
    assert [line for line in lines if unknown_command(line, commands)] == []
    assert [node for node in nodes if not is_a_test(node)] == []


# --- errors


def sections() -> dict[str, str]:
    """Return the text below each ``## `code` `` of docs/errors.md."""
    parts = re.split(r"^## (.+)$", (DOCS / "errors.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_error_is_explained_and_every_explanation_is_of_an_error() -> None:
    used = {use.code for use in error_codes.uses_in(error_codes.SOURCE)}
    assert sorted(used - sections().keys()) == [], "not explained in docs/errors.md"
    assert sorted(sections().keys() - used) == [], "explained, but the program never says so"


def test_the_explanations_are_in_order_and_say_the_exit_code() -> None:
    assert list(sections()) == sorted(sections())
    exits: dict[str, set[int]] = {}
    for use in error_codes.uses_in(error_codes.SOURCE):
        if use.exit_code:
            exits.setdefault(use.code, set()).add(int(ExitCode[use.exit_code]))
    stated = {
        code: set(map(int, re.findall(r"\d+", found[1])))
        for code, text in sections().items()
        if (found := re.search(r"^Exit code (\d+(?: or \d+)*)\.", text, re.MULTILINE))
    }
    assert {code: stated.get(code) for code in exits} == exits


def test_every_error_has_a_case_that_provokes_it() -> None:
    used = {use.code for use in error_codes.uses_in(error_codes.SOURCE)}
    assert sorted(used - CASES.keys()) == [], "not provoked in tests/bad_inputs/cases.toml"
    assert sorted(CASES.keys() - used) == [], "a case for an error that is gone"
    proofs = [case["proof"] for case in CASES.values() if "proof" in case]
    assert [node for node in proofs if not is_a_test(node)] == []


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ('CiError("a", m)', ["a"]),
        ('errors.CiError(code="a")', ["a"]),
        ('CiError("a" if x else "b", m)', ["a", "b"]),
        ('def f(code):\n    return CiError(code, m)\nf("a")\nf(code="b")', ["a", "b"]),
        ('class A:\n  def f(self, c):\n    CiError(c)\n  def g(self):\n    self.f("a")', ["a"]),
        ('def f():\n    code, text = g()\n    CiError(code)\ndef g():\n    return "a", 1', ["a"]),
        ('def f():\n    code = "a"\n    CiError(code)', ["a"]),
    ],
)  # fmt: skip
def test_codes_are_found_in_the_source(tmp_path: Path, source: str, codes: list[str]) -> None:
    (tmp_path / "m.py").write_text(source, "utf-8")
    assert [use.code for use in error_codes.uses_in(tmp_path)] == codes


def test_codes_are_found_when_another_module_hands_them_in(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("class A:\n  def ask(self, c):\n    CiError(c)", "utf-8")
    (tmp_path / "b.py").write_text("a.ask('file-empty')\nother.ask('select 1')", "utf-8")
    assert [use.code for use in error_codes.uses_in(tmp_path)] == ["file-empty"]


def test_a_code_that_cannot_be_read_stops_the_search(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text('def f(x):\n    raise CiError(f"{x}-bad")', "utf-8")
    with pytest.raises(error_codes.UnreadableCodeError, match=r"m\.py:2"):
        error_codes.uses_in(tmp_path)


# --- all pages


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_command_lines_in_the_documents_exist(page: Path, commands: command_docs.Entry) -> None:
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
    lines = [
        line.strip().removeprefix("$ ")
        for block in blocks
        for line in block.splitlines()
        if line.strip().removeprefix("$ ").startswith("ci-cli ")
    ]
    assert [line for line in lines if unknown_command(line, commands)] == []


def anchors(page: Path) -> set[str]:
    """Return the anchors that a reader of Markdown gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?^```", "", page.read_text("utf-8"), flags=re.M | re.S)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


def test_an_unknown_command_is_noticed() -> None:
    run = command_docs.Entry(("ci-cli", "rfm", "run"), "", "", "", [], [])
    rfm = command_docs.Entry(("ci-cli", "rfm"), "", "", "", [], [], [run])
    tree = command_docs.Entry(("ci-cli",), "", "", "", [], [], [rfm])
    assert unknown_command("ci-cli rfm run --window 12m", tree) == ""
    assert unknown_command("ci-cli --help", tree) == ""
    assert unknown_command("ci-cli rfm runs", tree) == "runs"
    assert unknown_command("ci-cli rmf", tree) == "rmf"


def test_a_missing_test_is_noticed() -> None:
    assert is_a_test("tests/test_docs.py::test_a_missing_test_is_noticed")
    assert not is_a_test("tests/test_docs.py::test_that_nobody_wrote")
    assert not is_a_test("tests/test_nowhere.py::test_x")
