"""Which reports use which field is measured: by what SQLite reads while each of them runs.

``CI_GOLDEN=write pytest tests/test_field_uses.py`` writes the list anew; then read the difference.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import command_docs
import pytest

from ci_cli.store import connections, field_register, seals
from test_help_examples import ANSWERS, FIRST, WITHOUT_A_STORE, type_line

LIST = Path(field_register.__file__).parents[1] / "data" / "field_uses.json"
TABLES = {table for tables in field_register.FAMILIES.values() for table in tables}
# views with the fields of a table under the same names; what they read themselves is no use
GOLDEN = {"golden": "record", "voice": "record"}
GOLDEN_OWN = {("record", "label"), ("record", "priority")}  # of the view alone
# they look at whatever there is, or carry it: that says nothing about its use
CARRIERS = ("ci-cli db", "ci-cli import", "ci-cli export", "ci-cli init", "ci-cli search")


# what examples leave out: other groupings, profiles that look at usage, rules, codings
MORE = {
    "ci-cli procat report": [f"ci-cli procat report --by {name}" for name in
                             ("product", "region", "country", "owner")],
    **{f"ci-cli {name}": [f"ci-cli {name} --by-parent"]
       for name in ("rfm abc", "report pareto", "report exec")},
    "ci-cli health run": ["ci-cli health run --profile saas"],
    "ci-cli tag rules apply": ["ci-cli tag rules apply usual.toml --dry-run"],
    "ci-cli feedback code": ["ci-cli feedback code --frame product --dry-run"],
}  # fmt: skip


def _reports() -> Iterator[tuple[str, list[str]]]:
    """Yield every command that shows something and writes nothing, with lines to type."""
    for entry in command_docs.read_commands().walk():
        options = " ".join(text for text, _help in entry.options)
        if (
            not entry.children
            and "--format" in options
            and "--dry-run" not in options
            and not entry.title.startswith(CARRIERS)
            and entry.title not in WITHOUT_A_STORE
        ):
            yield entry.title, [entry.example, *MORE.get(entry.title, ())]
        elif entry.title in MORE:
            yield entry.title, MORE[entry.title]


def _measure(
    demo: Path, examples: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, set[str]]:
    open_ = connections.open_file
    read = set[str]()

    def note(action: int, table: str | None, column: str | None, *rest: str | None) -> int:
        inside = rest[-1]  # a view or trigger; what it reads is read for whoever uses it
        if (
            action == sqlite3.SQLITE_READ
            and column
            and not (inside in GOLDEN or inside_seal(inside))
        ):
            table = GOLDEN.get(table or "", table)
            if table in TABLES and (table, column) not in GOLDEN_OWN:
                read.add(f"{table}.{column}")
        return sqlite3.SQLITE_OK

    def inside_seal(name: str | None) -> bool:
        return bool(name) and str(name).startswith(("seal_", "search_", "kept_"))

    def watched(*args: Any) -> connections.StoreConnection:
        conn = open_(*args)
        conn.set_authorizer(note)
        return conn

    monkeypatch.setenv("CI_LANG", "en")
    monkeypatch.setenv("CI_DB", "ci.db")
    uses: dict[str, set[str]] = {}
    for title, lines in _reports():
        place = folder / title.replace(" ", "-")
        shutil.copytree(examples / "northwind", place)
        (place / "answers.csv").write_text(ANSWERS, "utf-8")
        shutil.copy(demo, place / "ci.db")
        monkeypatch.chdir(place)
        for line in FIRST.get(title, []):
            assert type_line(line) == 0, line
        read.clear()
        with monkeypatch.context() as patch:
            patch.setattr(connections, "open_file", watched)
            patch.setattr(seals, "kept", lambda _conn: nullcontext())  # they read all there is
            for line in lines:
                assert type_line(line) == 0, line
        for name in read:
            uses.setdefault(name, set()).add(title.removeprefix("ci-cli "))
        shutil.rmtree(place)
    return uses


@pytest.mark.slow
def test_the_list_of_uses_is_what_the_reports_read(
    story_store: Path, examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uses = _measure(story_store, examples, tmp_path, monkeypatch)
    told = {name: sorted(who) for name, who in sorted(uses.items())}
    if os.environ.get("CI_GOLDEN") == "write":
        lines = [f"{json.dumps(name)}: {json.dumps(who)}" for name, who in told.items()]
        LIST.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    assert json.loads(LIST.read_text("utf-8")) == told
    # by hand: the segments of a customer need its orders' days and money, and nobody's postcode
    assert "rfm run" in uses["sales_order.date"]
    assert "rfm run" in uses["order_line.amount"]
    assert "rfm run" not in uses.get("record.postcode", set())
    assert "feedback rank" in uses["feedback.ask"]
