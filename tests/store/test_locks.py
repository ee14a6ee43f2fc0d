"""One writer at a time, told by name to those who wait; readers pass."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import command_docs
import pytest

from ci_cli import text
from ci_cli.cli.app import run
from ci_cli.errors import CiError, ExitCode
from ci_cli.store import connections, engine, locks
from ci_cli.store.locks import Holder, holder_of, write_lock
from ci_cli.store.sqlite_errors import is_busy
from importer import new_store

ROOT = Path(__file__).resolve().parents[2]
needs_posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

# a process of its own that holds the store: argument 1 the path
WRITER = """
import sys
from contextlib import closing
from pathlib import Path
from ci_cli.store import engine
from ci_cli.store.locks import Holder
with closing(engine.connect(Path(sys.argv[1]), write=True,
                            holder=Holder("import", "2026-01-02T03:04:05+00:00"))) as conn:
    with engine.transaction(conn):
        conn.execute("INSERT INTO meta (key, value) VALUES ('half', 'done')")
        print("writing", flush=True)
        sys.stdin.readline()
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return new_store(tmp_path / "ci.db")


@contextmanager
def another_writer(store: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(store)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "writing\n"
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@pytest.mark.parametrize("stopped", [False, pytest.param(True, marks=needs_posix)])
def test_who_waits_in_vain_is_told_for_whom(
    store: Path, monkeypatch: pytest.MonkeyPatch, stopped: bool
) -> None:
    monkeypatch.setattr(connections, "BUSY_TIMEOUT_SECONDS", 0.2)
    with another_writer(store) as other, closing(engine.connect(store, write=True)) as conn:
        if stopped:
            os.kill(other.pid, signal.SIGSTOP)
        with pytest.raises(CiError) as caught, engine.transaction(conn):
            pass
        assert caught.value.exit_code == ExitCode.BUSY
        assert str(caught.value.message) == (
            f"Another `ci-cli import` (pid {other.pid}, since 2026-01-02T03:04:05+00:00) is"
            " writing to the store."
        )
        with closing(engine.connect(store)) as reader:  # a reader is not kept waiting
            assert engine.meta(reader, "half") == ""


def test_the_second_writer_waits_for_the_first(store: Path) -> None:
    with another_writer(store) as other, closing(engine.connect(store, write=True)) as conn:
        assert other.stdin is not None
        other.stdin.write("\n")
        other.stdin.flush()
        with engine.transaction(conn):
            assert engine.meta(conn, "half") == "done"


@needs_posix
def test_a_killed_writer_locks_nobody_out(store: Path) -> None:
    with another_writer(store) as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
        left = holder_of(store)
        assert left is not None
        assert left.pid == other.pid
        began = time.monotonic()
        with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
            assert engine.meta(conn, "half") == ""
            ours = holder_of(store)
            assert ours is not None
            assert ours.pid == os.getpid()
        assert time.monotonic() - began < connections.BUSY_TIMEOUT_SECONDS / 2
    assert sorted(path.name for path in store.parent.iterdir()) == ["ci.db"]


def test_a_lock_file_that_lies_about_is_nobodys(store: Path) -> None:
    (store.parent / "ci.db.lock").write_text("command: import\npid: 1\nsince: long ago\n")
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        pass
    assert not (store.parent / "ci.db.lock").exists()


def test_the_lock_file_tells_only_what_it_must(store: Path) -> None:
    with write_lock(store, Holder("customer add", "now"), wait=0):
        lock = store.parent / "ci.db.lock"
        assert lock.read_text() == f"command: customer add\npid: {os.getpid()}\nsince: now\n"
        if os.name == "posix":
            assert lock.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("broken", ["folder refuses", "no locks", "link in the way"])
def test_where_no_lock_is_to_be_had_sqlite_keeps_writers_apart(
    store: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def refuse(*_args: Any) -> None:
        raise OSError(95, "Operation not supported")

    if broken == "folder refuses":
        monkeypatch.setattr(locks.os, "open", refuse)
    elif broken == "no locks":
        monkeypatch.setattr(locks, "_try", refuse)
    else:
        (store.parent / "ci.db.lock").symlink_to(store.parent / "elsewhere")
    monkeypatch.setattr(connections, "BUSY_TIMEOUT_SECONDS", 0.05)
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        engine.set_meta(conn, "note", "kept")
        with (
            closing(engine.connect(store, write=True)) as second,
            pytest.raises(sqlite3.OperationalError) as caught,
            engine.transaction(second),
        ):
            pass
        assert is_busy(caught.value)
    with closing(engine.connect(store)) as conn:
        assert engine.meta(conn, "note") == "kept"
    assert not (store.parent / "elsewhere").exists()


def test_a_writer_whose_store_was_replaced_while_it_waited_writes_nowhere(store: Path) -> None:
    other = new_store(store.parent / "other.db")
    with closing(engine.connect(store, write=True)) as conn:
        store.replace(store.parent / "former.db")
        other.replace(store)
        with pytest.raises(CiError, match="store-busy"), engine.transaction(conn):
            pass


def test_a_store_that_others_use_is_not_thrown_away(store: Path) -> None:
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        engine.set_meta(conn, "note", "kept")
    engine.discard_unused(store, Holder())
    assert store.exists()


# --- every writer goes through engine.transaction


def test_only_the_engine_begins_transactions() -> None:
    """A deferred transaction that turns into a write is refused at once, without any waiting."""
    begun = {
        path.stem: found
        for path in (ROOT / "src").rglob("*.py")
        if (found := re.findall(r"[\"']BEGIN\b( \w+)?", path.read_text("utf-8")))
    }
    assert begun == {
        "engine": [" IMMEDIATE", " IMMEDIATE", " IMMEDIATE"],
        "connections": [""],  # snapshot only reads
        "upgrade": [" IMMEDIATE"],
        "backup": [" EXCLUSIVE"],
    }


WRITING = (
    "import orders.csv --source shop",
    "import undo 1 --yes",
    "import link C1 C2",
    "import map save shop --from orders.csv",
    "customer add Somebody",
    "customer set ALFKI tier=A",
    "rfm run --save may",
    "procat categories --rename Beverages=Drinks",
    "procat acknowledge 1 --reason known",
    "action add Call --customer ALFKI --owner chen --due 2031-01-01",
    "action done 1 --won 12000 --kind retained",
    "action drop 1 --reason moved",
    "goal set retention --target 95% --by 2031-06-30",
    "goal drop G1",
    "goal stakeholder add 'report frequency' --person Ann",
    "action notify -- true",
    "check --watch cron",
    "log call ALFKI words",
    "log promise ALFKI words --due 2031-01-01",
    "customer contact add ALFKI Somebody",
    "customer contact left ALFKI 'Maria Anders'",
    "customer lost ALFKI --reason price",
    "customer handover --from nobody --to chen",
    "customer view save mine --where country=France",
    "customer view drop mine",
    "procat backtest --reset",
    "report adoption --product Seafood --save",
    "feedback add ALFKI words --ask drop",
    "feedback code --frame product",
    "feedback survey create Q3 --template core-en --customer ERNSH",
    "log lesson words --tag tender",
    "tag define calm --positive --priority 1",
    "tag add ALFKI budget-cut",
    "tag remove ALFKI budget-cut",
    "health run --save may",
    "ref nominate ALFKI",
    "ref consent ALFKI --channel call --said-by Maria",
    "ref consents consents.csv --nominate",
    "ref invite ALFKI",
    "ref withdraw ALFKI --channel call",
    "ref retire ALFKI --reason moved",
    "ref limits --uses 3",
    "ref request new Deal",
    "ref request attempt R1 --reference ALFKI --outcome agreed",
    "ref request fulfil R1 --reference ALFKI",
    "ref request cancel R1 --reason won",
    "ref quote add ALFKI words",
    "ref quote approve Q1 --by Maria --scope public",
    "ref quote expire Q1",
    "ref quote use Q1 --in brochure",
    "ref thank ALFKI",
    "ref reward add ALFKI cup",
    "ref board join ALFKI",
    "ref board leave ALFKI",
    "ref board attend ALFKI --meeting spring",
    "export customers -o customers.csv",
    "dedupe scan",
    "dedupe apply pairs.csv",
    "dedupe merge ERNSH PICCO",
    "dedupe split 1",
    "dedupe prefer default",
    "db fields --purpose Gender letters",
    "db sources --set default internal",
    "db privacy erase --contact 1 --yes",
    "db privacy retain --contacts 1d --notes 1d --yes --today 2040-01-01",
)


@pytest.mark.parametrize("line", WRITING)
def test_every_writing_command_holds_the_lock_and_begins_immediately(
    line: str, demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CI_LANG", "en")
    store = Path("ci.db")
    shutil.copy(demo_store, store)
    Path("orders.csv").write_text("Order ID,Order Date,Customer ID,Amount\n1,2026-01-02,A,5.00\n")
    Path("consents.csv").write_text("customer,channel,date,said by\nALFKI,call,2026-01-02,Maria\n")
    if line.startswith("action d"):
        added = next(other for other in WRITING if other.startswith("action add"))
        assert run([*shlex.split(added), "-q"]) == 0
    if line.startswith("goal drop"):
        assert run(["goal", "set", "retention", "--target", "95%", "--by", "2031-06-30", "-q"]) == 0
    if line == "customer view drop mine":
        assert run(["customer", "view", "save", "mine", "--where", "country=France", "-q"]) == 0
    if line.startswith("dedupe apply"):
        Path("crm.csv").write_text(
            "Account,Company,Town\n7,Ernst Handel,Graz\n8,Ernst Handel,Graz\n"
        )
        assert run(["import", "crm.csv", "--as", "customers", "-y", "-q"]) == 0
        assert run(["dedupe", "scan", "-q"]) == run(["dedupe", "review", "-o", "pairs.csv"]) == 0
        asked = Path("pairs.csv").read_text("utf-8-sig").splitlines()
        Path("pairs.csv").write_text(
            "\n".join([asked[0], *(row.replace(",,", ",apart,", 1) for row in asked[1:])]), "utf-8"
        )
    if line.startswith("ref ") and not line.startswith("ref nominate"):
        place = WRITING.index(line)
        for other in WRITING[WRITING.index("ref nominate ALFKI") : place]:
            first, second = other.split()[1:3]
            if first in ("nominate", "consent") or second in ("new", "add", "join"):
                assert run([*shlex.split(other), "-q"]) == 0
    open_ = connections.open_file
    writes: list[tuple[str, bool]] = []
    begun: list[str] = []

    def watched(*args: Any) -> connections.StoreConnection:
        conn = open_(*args)

        def trace(statement: str) -> None:
            word = statement.split(maxsplit=1)[0].upper()
            if word in ("BEGIN", "COMMIT", "ROLLBACK"):
                begun.append(statement)
            elif (
                word in ("INSERT", "UPDATE", "DELETE")
                and conn.in_transaction
                and not re.search(r"\b(temp\.)?(st|seal)(_\w+)?\b", statement.split("(")[0])
            ):
                holder = holder_of(store)
                writes.append((statement, holder is not None and holder.pid == os.getpid()))

        conn.set_trace_callback(trace)
        return conn

    monkeypatch.setattr(connections, "open_file", watched)
    code = run(shlex.split(line))
    text.activate("en")
    assert code in (0, 2), line
    assert writes or code == 2
    assert [statement for statement, held in writes if not held] == []
    assert {s for s in begun if s.startswith("BEGIN")} <= {"BEGIN IMMEDIATE", "BEGIN"}
    assert "BEGIN IMMEDIATE" in begun


# commands that write through the function of another one, or are tried on their own
TRIED_ELSEWHERE = {
    **dict.fromkeys(
        ("log visit", "log meeting", "log demo", "log mail", "log chat", "log request", "log note",
         "log done", "log attitude", "log competitor", "log roi"),
        "log call",
    ),
    "procat dismiss": "procat acknowledge",
    "tag rules apply": "test_tag_commands",
    "feedback survey import": "test_survey_answers",
    "dedupe review": "test_review",
    "db restore": "test_backup",
    "run": "test_run_command: each step is a command of its own",
}  # fmt: skip


def test_every_command_that_can_write_is_tried_above() -> None:
    """A new writing command must be put into ``WRITING``: it takes --dry-run, or --save."""
    tried = [f"{line} ".replace("import orders.csv", "import run") for line in WRITING]
    writing = {
        " ".join(entry.words[1:])
        for entry in command_docs.read_commands().walk()
        if not entry.children
        and any("--dry-run" in name or "--save" in name for name, _help in entry.options)
    }
    missing = {one for one in writing if not any(line.startswith(f"{one} ") for line in tried)}
    assert missing == set(TRIED_ELSEWHERE)
