"""Every error that a user can see is provoked here, from the cases in ``cases.toml``.

For each code: the program is given what the case describes and must answer with that code, the
exit code, and a store in which nothing has changed. What no command line can provoke at will (a
full disk for a report, say) names the test that proves it instead. ``tests/test_docs.py``
compares the list with the source and with ``docs/errors.md``.
"""

from __future__ import annotations

import shlex
import shutil
import tomllib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from spoilers import SPOILERS

from ci_cli import text

HERE = Path(__file__).parent
CASES: dict[str, dict[str, Any]] = tomllib.loads((HERE / "cases.toml").read_text("utf-8"))
# run, exit: the command line and its exit code; says, hides: words of the message or not. Before:
# store (the demo store as ci.db), write (file: text), hex (file: bytes), copy (from examples/),
# given (command lines), means (a fault of spoilers.py). proof: the test that stands for all this.
KEYS = {"run", "exit", "says", "hides", "store", "write", "hex", "copy", "given", "means", "proof"}

Run = Callable[[str], int]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run one command line in a folder of its own, as ``ci-cli`` would."""
    from ci_cli.cli.app import run as run_program

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI_DB", raising=False)
    for name in ("CI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "en")

    def run_line(line: str) -> int:
        try:
            return int(run_program(shlex.split(line)))
        finally:
            text.activate("en")

    return run_line


@pytest.mark.parametrize("code", [code for code, case in CASES.items() if "run" in case])
def test_the_error_is_the_one_documented(
    code: str,
    run: Run,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    examples: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    case = CASES[code]
    if case.get("store"):
        shutil.copy(request.getfixturevalue("demo_store"), tmp_path / "ci.db")
    for name in case.get("copy", []):
        shutil.copy(examples / name, tmp_path)
    for name, content in case.get("write", {}).items():
        (tmp_path / name).write_text(content, "utf-8", newline="")
    for name, digits in case.get("hex", {}).items():
        (tmp_path / name).write_bytes(bytes.fromhex(digits))
    for line in case.get("given", []):
        assert run(line) == 0, capsys.readouterr().err
    capsys.readouterr()
    with ExitStack() as faults:
        if "means" in case:
            faults.enter_context(SPOILERS[case["means"]](tmp_path, monkeypatch))
        before = {path: path.read_bytes() for path in tmp_path.glob("*.db")}
        exit_code = run(case["run"])

    out, err = capsys.readouterr()
    assert f"code: {code} " in err, err or out
    assert exit_code == case["exit"], err
    for words in case.get("says", []):
        assert words in err
    for words in case.get("hides", ["Traceback"]):
        assert words not in err
    assert out == ""
    assert {path: path.read_bytes() for path in tmp_path.glob("*.db")} == before


@pytest.mark.parametrize("code", CASES)
def test_each_case_is_complete(code: str) -> None:
    case = CASES[code]
    assert case.keys() <= KEYS
    assert ("run" in case and "exit" in case) != ("proof" in case)


def test_a_table_without_rows_is_refused() -> None:
    """No reader of ours gives such a table; a new one might."""
    from ci_cli.errors import CiError
    from ci_cli.importing.model import ImportOptions
    from ci_cli.importing.plan import make_plan
    from ci_cli.readers.base import RawTable

    nothing = RawTable(Path("orders.new"), None, "new", "", 0, chunks=lambda: iter(()))
    with pytest.raises(CiError, match="table-empty"):
        make_plan(nothing, ImportOptions(), zone="UTC")
