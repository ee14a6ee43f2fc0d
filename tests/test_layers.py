"""The house rules hold, and the checker that says so can say no.

The rules themselves are the tables in ``tools/layers.py``.
"""

from __future__ import annotations

from pathlib import Path

import layers
import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "ci_cli"


def test_the_house_keeps_its_rules() -> None:
    assert [str(breach) for breach in layers.check(PACKAGE)] == []


def test_every_module_was_looked_at() -> None:
    seen = {module.path for module in layers.modules_of(PACKAGE)}
    assert seen == set(PACKAGE.rglob("*.py"))
    assert len(seen) > 10


def test_every_exception_has_a_reason() -> None:
    assert all(len(reason.split()) > 3 for reason in layers.EXCEPTIONS.values())


def test_tools_are_short_too() -> None:
    long = {
        path.name: lines
        for path in (ROOT / "tools").glob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > layers.MAX_LINES
    }
    assert long == {}


def breaches(tmp_path: Path, files: dict[str, str], **exceptions: str) -> list[tuple[str, str]]:
    """Check a made-up package and return the (rule, module) of what was found."""
    package = tmp_path / "ci_cli"
    names = {"__init__.py", *files}
    names |= {f"{Path(name).parent}/__init__.py" for name in files if "/" in name}
    for name in names:
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files.get(name, ""), "utf-8")
    allowed = dict.fromkeys(exceptions.items(), "a reason")
    return [(found.rule, found.module) for found in layers.check(package, allowed)]


@pytest.mark.parametrize(
    ("name", "source", "rule"),
    [
        # who imports whom
        ("readers/csv.py", "from ci_cli.store import engine", "imports"),
        ("readers/csv.py", "from ci_cli import store", "imports"),
        ("readers/csv.py", "import ci_cli.store.engine as e", "imports"),
        ("readers/csv.py", "from ..store import engine", "imports"),
        ("readers/csv.py", "from .. import store", "imports"),
        ("readers/csv.py", "def f():\n    from ci_cli.store import engine", "imports"),
        ("readers/csv.py", "import importlib\nimportlib.import_module('ci_cli.store')", "imports"),
        ("readers/csv.py", "if TYPE_CHECKING:\n    from ci_cli.store import engine", "imports"),
        ("store/engine.py", "from ci_cli.importing.load import run", "imports"),
        ("store/facts.py", "from ci_cli.analysis import rfm", "imports"),
        ("analysis/rfm.py", "from ci_cli.reports import rfm", "imports"),
        ("analysis/rfm.py", "from ci_cli.store import facts", "imports"),
        ("reports/rfm.py", "from ci_cli.store import facts", "imports"),
        ("reports/rfm.py", "from ci_cli.output import screen", "imports"),
        ("importing/mapping/columns.py", "from ci_cli.store import engine", "imports"),
        ("importing/mapping/columns.py", "from ci_cli.importing.load import run", "imports"),
        ("importing/mapping/columns.py", "from ci_cli.importing import load", "imports"),
        ("importing/mapping/columns.py", "from ci_cli.readers import csv", "imports"),
        ("importing/model.py", "from ci_cli.importing.order_rows import row", "imports"),
        ("importing/load.py", "from ci_cli.output import screen", "imports"),
        ("importing/load.py", "from ci_cli.cli import app", "imports"),
        ("output/screen.py", "from ci_cli.models import basic", "imports"),
        ("output/screen.py", "from ci_cli.shapes.trade import MonthCell", "imports"),
        ("errors.py", "from ci_cli.report import Note", "imports"),
        ("__init__.py", "from ci_cli.cli import app", "imports"),
        ("attic.py", "x = 1", "rooms"),
        # libraries that belong to a room
        ("reports/rfm.py", "def f():\n    import sqlite3", "only:sqlite3"),
        ("cli/app.py", "import sqlite3", "only:sqlite3"),
        ("importing/load.py", "from sqlalchemy import text", "only:sqlalchemy"),
        ("importing/load.py", "import typer", "only:typer"),
        ("reports/rfm.py", "def f():\n    from rich.table import Table", "only:rich"),
        ("reports/rfm.py", "import gettext", "only:gettext"),
        # start-up time
        ("analysis/rfm.py", "import numpy as np", "heavy:numpy"),
        ("cli/app.py", "from rich.console import Console", "heavy:rich"),
        ("readers/excel.py", "class A:\n    import openpyxl", "heavy:openpyxl"),
        (
            "readers/excel.py",
            "try:\n    import pandas\nexcept ImportError:\n    pass",
            "heavy:pandas",
        ),
        ("cli/app.py", "from ci_cli.dedupe.engine import find_duplicates", "lazy"),
        ("dedupe/scan.py", "from ci_cli.dedupe import engine", "lazy"),
        ("dedupe/engine.py", "import pandas", "heavy:pandas"),
        # SQL
        ("reports/rfm.py", "q = 'SELECT 1'", "sql"),
        ("reports/rfm.py", "q = '''\n  WITH a AS (\n'''", "sql"),
        ("reports/rfm.py", "q = f'DELETE FROM {t}'", "sql"),
        ("cli/app.py", "q = 'select name from record '", "sql"),
        ("cli/app.py", "q = 'PRAGMA user_version'", "sql"),
        ("cli/app.py", "q = 'insert into x values (1)'", "sql"),
        ("reports/rfm.sql", "SELECT 1", "sql"),
        # speaking
        ("reports/rfm.py", "print('x')", "speaking"),
        ("store/engine.py", "import sys\nsys.stderr.write('x')", "speaking"),
        ("reports/rfm.py", "from ci_cli.text import translate", "speaking"),
        ("reports/rfm.py", "from ci_cli.text import _", "speaking"),
        # clock
        ("reports/rfm.py", "from datetime import date\ndate.today()", "clock"),
        ("reports/rfm.py", "import datetime as dt\ndt.datetime.now()", "clock"),
        ("reports/rfm.py", "from datetime import datetime as d\nx = d.now", "clock"),
        ("reports/rfm.py", "from time import time as now\nnow()", "clock"),
        ("cli/show.py", "import time\ntime.time()", "clock"),
        ("store/facts.py", "q = \"SELECT date('now')\"", "clock"),
        ("store/facts/a.sql", "SELECT CURRENT_TIMESTAMP", "clock"),
        # length
        ("readers/csv.py", "x = 1\n" * 401, "length"),
    ],
)
def test_a_broken_rule_is_found(tmp_path: Path, name: str, source: str, rule: str) -> None:
    other = {
        "store/engine.py": "",
        "importing/load.py": "",
        "importing/order_rows.py": "",
        "output/screen.py": "",
    }
    module = name.removesuffix(".py").replace("/", ".").removesuffix("__init__")
    expected = (rule, name if name.endswith(".sql") else module)
    assert breaches(tmp_path, {**other, name: source}) == [expected]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("readers/csv.py", "from ci_cli.errors import CiError\nfrom ci_cli.readers import base"),
        ("reports/rfm.py", "from ci_cli.analysis import rfm\nfrom ci_cli.text import Msg, msg"),
        ("store/engine.py", "import sqlite3\nq = 'SELECT 1'\nfrom ci_cli.models import basic"),
        ("importing/load.py", "from ci_cli.store import engine\nfrom ci_cli.readers import csv"),
        ("importing/load.py", "from ci_cli.importing import order_rows, plan"),
        ("importing/mapping/columns.py", "from ci_cli.readers.base import Chunk"),
        ("cli/app.py", "import typer\nfrom ci_cli.text import _\nprint(_('x'))"),
        ("cli/app.py", "from ci_cli.importing.load import run\nfrom ci_cli.output import screen"),
        ("output/screen.py", "def f():\n    from rich.table import Table"),
        ("output/screen.py", "if TYPE_CHECKING:\n    from rich.table import Table"),
        ("cli/options.py", "if TYPE_CHECKING:\n    import sqlite3"),
        ("analysis/rfm.py", "def f():\n    import numpy as np"),
        ("analysis/rfm.py", "import time\nt = time.monotonic()"),
        ("analysis/rfm.py", "from datetime import date\nd = date.fromisoformat('2011-12-09')"),
        ("analysis/rfm.py", "def f():\n    'SELECT is what this would be in SQL.'"),
        ("reports/rfm.py", "x = msg('Select a customer from the list')"),
        ("reports/rfm.py", "x = msg('With one order, no rhythm. Update the store now.')"),
        ("reports/rfm.py", "x = 'Updated: {n}, created: {m}'"),
        ("readers/csv.py", "x = 1\n" * 400),
    ],
)
def test_what_the_rules_allow_passes(tmp_path: Path, name: str, source: str) -> None:
    other = {"store/engine.py": "", "readers/csv.py": "", "analysis/rfm.py": ""}
    assert breaches(tmp_path, {**other, name: source}) == []


def test_an_exception_covers_its_module_only(tmp_path: Path) -> None:
    files = {"reports/a.py": "print(1)", "reports/b.py": "print(1)"}
    assert breaches(tmp_path, files, speaking="reports.a") == [("speaking", "reports.b")]


def test_an_exception_that_is_not_needed_is_reported(tmp_path: Path) -> None:
    assert breaches(tmp_path, {"reports/a.py": ""}, sql="reports.a") == [("sql", "reports.a")]
