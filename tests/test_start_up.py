"""Commands that people wait for load nothing that they do not need.

A second of importing is a second that every ``--help`` and ``customer show`` would cost.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ALWAYS_ABSENT = {"pandas", "numpy", "scipy", "duckdb", "openpyxl", "python_calamine"}
WITHOUT_A_STORE = ALWAYS_ABSENT | {"sqlalchemy", "sqlmodel"}

# Runs the program as its executable does, then tells which libraries ended up loaded.
RUN = """
import json, sys
from ci_cli.__main__ import main
sys.argv = ["ci-cli", *json.loads(sys.argv[1])]
code = 0
try:
    code = main()
except SystemExit as stop:
    code = stop.code or 0
loaded = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps({"code": int(code), "loaded": loaded}), file=sys.stderr)
"""


def run(*words: str, folder: Path) -> tuple[int, set[str], str]:
    """Run one command in a fresh interpreter: exit code, top-level modules loaded, stdout."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.stderr, done.stdout
    outcome = json.loads(done.stderr.splitlines()[-1])
    return outcome["code"], set(outcome["loaded"]), done.stdout


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a customer in it."""
    folder = tmp_path_factory.mktemp("start_up")
    sheet = folder / "customers.csv"
    sheet.write_text("Customer ID,Customer Name,Country\nA1,Acme Ltd,Germany\n", "utf-8")
    path = folder / "ci.db"
    code, _loaded, out = run("import", str(sheet), "--db", str(path), folder=folder)
    assert code == 0, out
    return path


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["-h"],
        ["version"],
        ["--version"],
        ["import", "--help"],
        ["rfm", "run", "--help"],
        ["procat", "--help"],
        ["customer", "show", "--help"],
        ["--help", "--lang", "zh"],
    ],
    ids=" ".join,
)
def test_help_and_version_load_no_library_of_weight(words: list[str], tmp_path: Path) -> None:
    code, loaded, out = run(*words, folder=tmp_path)
    assert code == 0
    assert out.strip()
    assert loaded & WITHOUT_A_STORE == set()
    assert list(tmp_path.iterdir()) == []  # and asking for help leaves nothing behind


@pytest.mark.parametrize(
    "words",
    [
        ["customer", "show", "C1"],
        ["customer", "show", "C1", "--orders"],
        ["customer", "brief", "C1"],
        ["customer", "list"],
        ["customer", "list", "--where", "silent>3", "--where", "tag=x"],
        ["today"],
        ["search", "Acme"],
        ["action", "notify"],
        ["import", "history"],
        ["db", "stats"],
    ],
    ids=" ".join,
)
def test_looking_something_up_loads_no_frames(words: list[str], store: Path) -> None:
    code, loaded, out = run(*words, "--db", str(store), folder=store.parent)
    assert code == 0
    assert out.strip()
    assert loaded & ALWAYS_ABSENT == set()


def test_a_room_of_reports_opens_one_door_at_a_time() -> None:
    """Whoever asks for one report must not wait for the sixty others to be loaded."""
    probe = (
        "import sys, ci_cli.reports.selling.rfm_run;"
        " print(any(name.endswith('.procat_check') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_showing_a_customer_shows_it(store: Path) -> None:
    code, _loaded, out = run("customer", "show", "C1", "--db", str(store), folder=store.parent)
    assert code == 0
    assert "Acme Ltd" in out


def test_the_probe_sees_what_is_loaded(tmp_path: Path) -> None:
    probe = RUN.replace("from ci_cli.__main__ import main", "import numpy\nmain = lambda: 0")
    done = subprocess.run(
        [sys.executable, "-c", probe, "[]"], capture_output=True, text=True, check=True
    )
    assert "numpy" in json.loads(done.stderr)["loaded"]
