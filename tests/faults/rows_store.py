"""Rows 77 to 94: the store, and what may befall it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from lab import Case, Elsewhere, Lab
from rows_files import spoiled
from writers import orders

from ci_cli.store import connections, engine

ORDERS = (
    "Order ID,Customer ID,Order Date,Product,Quantity,Amount\n"
    "A1,K1,2025-01-05,Tea,2,20.00\nA2,K2,2025-02-06,Pen,1,1.50\n"
)
IMPORT = "import orders.csv --as orders"

# holds the store's write lock as another program would: without our lock file
OTHER_PROGRAM = (
    "import sqlite3, sys\nconn = sqlite3.connect('ci.db', isolation_level=None)\n"
    "conn.execute('BEGIN IMMEDIATE')\nprint('writing', flush=True)\nsys.stdin.readline()\n"
)


def _refused(lab: Lab, line: str, code: int, error: str, *says: str) -> None:
    """Run a command that must be refused and leave everything as it is."""
    before = {path.name: path.read_bytes() for path in lab.folder.iterdir() if path.is_file()}
    answer = lab.run(line)
    assert answer.code == code, answer.said
    assert f"code: {error} " in answer.err, answer.said
    assert "Traceback" not in answer.said
    for words in says:
        assert words in answer.said, answer.said
    after = {path.name: path.read_bytes() for path in lab.folder.iterdir() if path.is_file()}
    assert after == before


def _ours(lab: Lab, line: str, code: int = 0) -> str:
    answer = lab.run(line)
    assert answer.code == code, answer.said
    return answer.said


# --- 78


def _twice(lab: Lab) -> None:
    """The second signal arrives while the first is being tidied up."""
    (lab.folder / "big.csv").write_text(orders(0, 20_000))
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        before = lab.state()
        process = subprocess.Popen(
            [sys.executable, "-m", "ci_cli", "import", "big.csv", "--as", "orders"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            # whoever starts the tests in the background has it ignored, and children inherit that
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        end = time.monotonic() + 60
        while not (lab.folder / "ci.db-journal").exists():  # it is writing now
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.01)
        for _ in range(2):
            process.send_signal(number)
        _out, err = process.communicate(timeout=60)
        assert process.returncode == code, err
        assert "Traceback" not in err
        assert len(err.splitlines()) <= 3, err
        assert lab.state() == before
        assert lab.left() == {"ci.db", "big.csv"}
        lab.sound()


# --- 81 to 83


def _two_first_imports(lab: Lab) -> None:
    lab.store.unlink()
    for name in ("one", "two"):
        first = 0 if name == "one" else 1000
        (lab.folder / f"{name}.csv").write_text(orders(first, first + 300))
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "ci_cli", "import", f"{name}.csv", "--as", "orders", "-q"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        for name in ("one", "two")
    ]  # fmt: skip
    for process in both:
        _out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    lab.sound()
    assert lab.rows("SELECT count(*) FROM sales_order") == [(600,)]
    assert [row[1] for row in lab.journal()] == ["import", "import"]


def _report_during_import(lab: Lab) -> None:
    """Reports answer all the time, each from one state of the store."""
    (lab.folder / "first.csv").write_text(orders(0, 200))
    (lab.folder / "more.csv").write_text(orders(200, 24_000))  # long enough to be looked at
    _ours(lab, "import first.csv --as orders")
    process = subprocess.Popen(
        [sys.executable, "-m", "ci_cli", "import", "more.csv", "--as", "orders", "-q"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    seen = set()
    try:
        while process.poll() is None:
            answer = lab.run('sql "select count(*), (select count(*) from order_line) from'
                             ' sales_order" --format csv')  # fmt: skip
            assert answer.code == 0, answer.said
            seen.add(answer.out.splitlines()[-1])
    finally:
        _out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert seen <= {"200,400", "24000,48000"}
    assert "200,400" in seen
    lab.sound()


def _merge_during_import(lab: Lab) -> None:
    """The merge waits for the import: both are in the store, one after the other."""
    (lab.folder / "first.csv").write_text(orders(0, 200))
    (lab.folder / "more.csv").write_text(orders(200, 8000))
    _ours(lab, "import first.csv --as orders")
    with subprocess.Popen(
        [sys.executable, "-m", "ci_cli", "import", "more.csv", "--as", "orders", "-q"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        while not (lab.folder / "ci.db.lock").exists() and process.poll() is None:
            time.sleep(0.01)
        _ours(lab, "dedupe merge C1 C2 C3")
        _out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert lab.rows("SELECT count(*) FROM sales_order") == [(8000,)]
    assert lab.rows("SELECT id FROM record WHERE customer_id = 1") == [(1,), (2,), (3,)]
    assert "unchanged" in _ours(lab, "import more.csv --as orders")
    assert lab.rows("SELECT id FROM record WHERE customer_id = 1") == [(1,), (2,), (3,)]
    lab.sound()


def _other_program_writes(lab: Lab) -> None:
    lab.write({"orders.csv": ORDERS})
    lab.monkeypatch.setattr(connections, "BUSY_TIMEOUT_SECONDS", 0.2)
    with subprocess.Popen(
        [sys.executable, "-c", OTHER_PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdin is not None
        other.stdout.readline()
        _refused(lab, IMPORT, 5, "store-busy", "Another program")
        assert lab.run("db stats").code == 0  # readers pass
        other.stdin.write("\n")
        other.stdin.close()
    _ours(lab, IMPORT)


# --- 84


def _read_only(lab: Lab) -> None:
    """Folder and store may be read only; for root that takes a disk that is mounted so."""
    folder = lab.folder / "disk"
    folder.mkdir()
    as_root = os.geteuid() == 0
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if as_root and subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a file system")
    try:
        lab.write({"orders.csv": ORDERS})
        _ours(lab, IMPORT)
        shutil.copy(lab.store, folder / "ci.db")
        before = (folder / "ci.db").read_bytes()
        if as_root:
            subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        else:
            (folder / "ci.db").chmod(0o400)
            folder.chmod(0o500)
        assert "K1" in _ours(lab, f"rfm run --db {folder}/ci.db")
        assert "sound" in _ours(lab, f"db check --db {folder}/ci.db")
        for line in ("customer set K1 tier=A", IMPORT, "rfm run --save may"):
            answer = lab.run(f"{line} --db {folder}/ci.db")
            assert answer.code == 1, answer.said
            assert "code: store-unwritable " in answer.err, answer.said
        answer = lab.run(f"db backup --db {folder}/ci.db")
        assert "code: backup-unwritable " in answer.err, answer.said
        assert (folder / "ci.db").read_bytes() == before
        assert {path.name for path in folder.iterdir()} == {"ci.db"}
    finally:
        if as_root:
            subprocess.run(["umount", str(folder)], check=True)
        else:
            folder.chmod(0o700)


# --- 85, 86


def _no_store(content: bytes | None, code: int, error: str) -> Case:
    name = {None: "missing", b"": "0 bytes"}.get(content, "junk")

    def act(lab: Lab) -> None:
        lab.store.unlink()
        if content is not None:
            lab.store.write_bytes(content)
        for line in ("rfm run", "db check", "customer set K1 tier=A", "import undo 1 --yes"):
            _refused(lab, line, code, error)

    return Case(85, name, act=act)


def _other_application(lab: Lab) -> None:
    lab.store.unlink()
    with closing(sqlite3.connect(lab.store)) as conn:
        conn.execute("CREATE TABLE bookmark (url TEXT)")
    for line in ("rfm run", IMPORT):
        lab.write({"orders.csv": ORDERS})
        _refused(lab, line, 6, "store-not-ours")


def _misspelt(lab: Lab) -> None:
    _refused(lab, "rfm run --db cl.db", 1, "store-missing", "cl.db")


def _truncated(lab: Lab) -> None:
    lab.write({"orders.csv": orders(0, 300)})
    _ours(lab, IMPORT)
    whole = lab.store.read_bytes()
    for tenth in range(1, 10):
        lab.store.write_bytes(whole[: len(whole) * tenth // 10])
        answer = lab.run("db check")
        assert answer.code == 6, (tenth, answer.said)
        assert "restore" in answer.said
        assert "Traceback" not in answer.said


def _overwritten(lab: Lab) -> None:
    lab.write({"orders.csv": orders(0, 300)})
    _ours(lab, IMPORT)
    whole = lab.store.read_bytes()
    for page in range(1, len(whole) // 4096, 5):
        content = bytearray(whole)
        content[page * 4096 : (page + 1) * 4096] = b"\xff" * 4096
        lab.store.write_bytes(content)
        answer = lab.run("db check")
        assert answer.code == 6, (page, answer.said)
        assert "db restore" in answer.said


def _altered(lab: Lab) -> None:
    """A value of each kind, altered by another program: the structure stays sound."""
    lab.write({"orders.csv": ORDERS})
    _ours(lab, IMPORT)
    whole = lab.store.read_bytes()
    for change in (
        "order_line SET amount = amount + 100", "order_line SET quantity = 7",
        "sales_order SET date = '2024-12-31'", "record SET source_key = 'K9' WHERE id = 1",
        "sales_order SET state = 'void' WHERE id = 2", "order_line SET kind = 'void'",
        "item SET category = 'Gold' WHERE id = 1",
    ):  # fmt: skip
        with closing(sqlite3.connect(lab.store, isolation_level=None)) as other:
            other.execute(f"UPDATE {change}")
            assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        answer = lab.run("db check")
        assert answer.code == 6, (change, answer.said)
        assert "altered from outside" in answer.said
        lab.store.write_bytes(whole)
    assert lab.run("db check").code == 0


# --- 87


def _wal_missing(lab: Lab) -> None:
    """The main file of a store whose last commits were in the log: sound, but older, and told."""
    lab.write({"orders.csv": ORDERS, "more.csv": ORDERS.replace("\nA", "\nB")})
    _ours(lab, IMPORT)
    with closing(sqlite3.connect(lab.store, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA wal_autocheckpoint = 0")
        conn.execute("UPDATE meta SET value = value + 1 WHERE key = 'revision'")
        shutil.copy(lab.store, lab.folder / "copied.db")  # the mistake: a copy of one file of two
        original = lab.rows("SELECT value FROM meta WHERE key = 'revision'")
    copied = Lab.rows(_At(lab.folder / "copied.db"), "SELECT value FROM meta WHERE key='revision'")
    assert int(str(copied[0][0])) == int(str(original[0][0])) - 1  # that is what copying loses
    # the copy is a whole store of its own, and the original has lost nothing
    assert lab.run("db check --db copied.db").code == 0
    assert lab.run("db check").code == 0
    _ours(lab, "import more.csv --as orders")
    lab.sound()


class _At(Lab):
    """Only the path of a store, for ``Lab.rows``."""

    def __init__(self, store: Path) -> None:
        self.store = store


def _stale_journal(lab: Lab) -> None:
    """The journal of another store lies beside ours: it must not be played into it."""
    lab.write({"orders.csv": ORDERS})
    _ours(lab, IMPORT)
    before = lab.state()
    other = lab.folder / "other.db"
    shutil.copy(lab.demo, other)
    with closing(sqlite3.connect(other, isolation_level=None)) as conn:
        conn.execute("PRAGMA cache_size = 1")
        conn.execute("BEGIN")
        conn.execute("UPDATE order_line SET amount = 0")
        journal = (lab.folder / "other.db-journal").read_bytes()
        conn.execute("ROLLBACK")
    assert len(journal) > 512
    (lab.folder / "ci.db-journal").write_bytes(journal)
    answer = lab.run("db check")
    assert answer.code in (0, 6), answer.said
    if answer.code == 0:
        assert lab.state() == before
    else:
        assert "restore" in answer.said


# --- 88 to 91


def _newer(lab: Lab) -> None:
    with closing(sqlite3.connect(lab.store)) as conn:
        conn.execute("PRAGMA user_version = 999")
    lab.write({"orders.csv": ORDERS})
    for line in ("rfm run", "db check", IMPORT):
        _refused(lab, line, 6, "store-newer", "pgrade")


def _backup_refusals(lab: Lab) -> None:
    lab.write({"orders.csv": ORDERS, "kept.db": "my last good backup"})
    _ours(lab, IMPORT)
    _refused(lab, "db backup kept.db", 1, "backup-exists")
    _refused(lab, "db backup ci.db", 1, "backup-exists")
    _refused(lab, "db backup nowhere/copy.db", 1, "backup-unwritable")
    (lab.folder / "link.db").symlink_to("elsewhere.db")
    answer = lab.run("db backup link.db")
    assert answer.code == 1, answer.said
    assert not (lab.folder / "elsewhere.db").exists()


def _backup_and_back(lab: Lab) -> None:
    lab.write({"orders.csv": ORDERS, "more.csv": ORDERS.replace("\nA", "\nB")})
    _ours(lab, IMPORT)
    good = lab.state()
    assert "same rows" in _ours(lab, "db backup good.db --verify")
    _ours(lab, "import more.csv --as orders")
    worse = lab.state()
    said = _ours(lab, "db restore good.db --yes")
    assert lab.state() == good
    former = next(path for path in lab.folder.iterdir() if "before-restore" in path.name)
    assert former.name in said
    assert Lab.state(_At(former)) == worse
    lab.sound()


def _damaged_backups(lab: Lab) -> None:
    lab.write({"orders.csv": orders(0, 100)})
    _ours(lab, IMPORT)
    _ours(lab, "db backup good.db")
    good = (lab.folder / "good.db").read_bytes()
    damage = {
        "cut": good[: len(good) // 2], "empty": b"", "junk": b"junk" * 5000,
        "page": good[:8192] + b"\xff" * 4096 + good[12288:],
    }  # fmt: skip
    for content in damage.values():
        (lab.folder / "bad.db").write_bytes(content)
        before = lab.state()
        answer = lab.run("db restore bad.db --yes")
        assert answer.code in (1, 6), answer.said
        assert "Traceback" not in answer.said
        assert lab.state() == before
        assert lab.left() == {"ci.db", "orders.csv", "good.db", "bad.db"}
    (lab.folder / "bad.db").write_bytes(good)
    with closing(sqlite3.connect(lab.folder / "bad.db", isolation_level=None)) as conn:
        conn.execute("UPDATE order_line SET amount = 1 WHERE id = 1")  # sound, but not what it was
    _refused(lab, "db restore bad.db --yes", 6, "backup-bad")


# --- 92


def _modes(lab: Lab) -> None:
    """Under every umask, files are for their owner alone, also while a command runs."""
    for mask in (0o000, 0o022):
        folder = lab.folder / f"mask-{mask:03o}"
        folder.mkdir()
        (folder / "orders.csv").write_text(ORDERS + "A3,K3,not a day,Tea,1,1.00\n")
        seen: dict[str, int] = {}
        former = os.umask(mask)
        try:
            lab.monkeypatch.chdir(folder)
            _ours(lab, IMPORT, 4)
            for line in ("db backup copy.db", "export customers -o customers.csv",
                         "rfm run -o rfm.xlsx", "rfm run -o rfm.json"):  # fmt: skip
                _ours(lab, line)
            with closing(engine.connect(folder / "ci.db", write=True)) as conn:
                with engine.transaction(conn):
                    engine.set_meta(conn, "note", "x")
                    seen |= {p.name: p.stat().st_mode for p in folder.iterdir()}
                if conn.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal":
                    with engine.transaction(conn):
                        engine.set_meta(conn, "note", "y")
                        seen |= {p.name: p.stat().st_mode for p in folder.iterdir()}
        finally:
            os.umask(former)
            lab.monkeypatch.chdir(lab.folder)
        seen |= {path.name: path.stat().st_mode for path in folder.iterdir()}
        del seen["orders.csv"]
        assert {"ci.db", "ci.db.lock", "ci.db-journal", "ci.db-wal", "ci.db-shm", "copy.db",
                "customers.csv", "orders.rejects.csv"} <= seen.keys()  # fmt: skip
        assert {name: oct(stat.S_IMODE(mode)) for name, mode in seen.items()} == dict.fromkeys(
            seen, "0o600"
        )


# --- 93, 94


def _same_rows_elsewhere(lab: Lab) -> None:
    lab.write({"orders.csv": ORDERS, "again.csv": ORDERS})
    _ours(lab, IMPORT)
    once = lab.state()[0]
    for line in (IMPORT, "import again.csv --as orders"):
        _ours(lab, line)
        assert lab.counts() == {
            "read": 2, "created": 0, "updated": 0, "unchanged": 2, "conflict": 0, "rejected": 0,
        }  # fmt: skip
        assert lab.state()[0] == once


def _corrected_rejects(lab: Lab) -> None:
    lab.write({"orders.csv": ORDERS + "A3,K3,31 Feb,Tea,1,1.00\n"})
    _ours(lab, IMPORT, 4)
    assert lab.counts()["rejected"] == 1
    path = lab.folder / "orders.rejects.csv"
    text = path.read_text("utf-8-sig").replace(",31 Feb,", ",2025-02-28,")
    path.write_text(text, "utf-8-sig")
    _ours(lab, "import orders.rejects.csv --as orders")
    assert (lab.counts()["created"], lab.counts()["rejected"]) == (1, 0)
    _ours(lab, "import orders.rejects.csv --as orders")
    assert (lab.counts()["created"], lab.counts()["unchanged"]) == (0, 1)
    assert lab.rows("SELECT count(*) FROM sales_order") == [(3,)]


def _undo_after_link(lab: Lab) -> None:
    """Calls are linked to a customer of another source; undoing either import parts them again."""
    lab.write(
        {
            "customers.csv": "Customer ID,Customer Name\nK1,Acme Ltd\n",
            "calls.csv": "Order ID,Order Date,Customer Name,Amount\nX1,2025-05-01,Acme Ltd,5.00\n",
        }
    )
    _ours(lab, "import calls.csv --as orders --source phone")
    alone = lab.state()[0]
    _ours(lab, "import customers.csv --as customers --source shop")
    assert lab.rows("SELECT count(*) FROM link WHERE undone_at IS NULL") == [(1,)]
    _ours(lab, "import undo 2 --yes")
    assert lab.state()[0] == alone
    lab.sound()


def _undo_after_merge(lab: Lab) -> None:
    """Customers of two sources are merged; undoing either import takes its part away, no more."""
    lab.write(
        {
            "shop.csv": "Customer ID,Customer Name\nK1,Acme Ltd\n",
            "erp.csv": "Customer ID,Customer Name,City\nE1,Acme Limited,Hull\n",
        }
    )
    _ours(lab, "import shop.csv --as customers --source shop")
    alone = lab.state()[0]
    _ours(lab, "import erp.csv --as customers --source erp")
    _ours(lab, "dedupe merge C2 C1")
    _ours(lab, "import undo 2 --yes")
    assert lab.state()[0] == alone
    assert "Acme Ltd" in _ours(lab, "customer show C2")  # the number still leads to the customer
    lab.sound()


LOOP, POINTS = "tests/faults/test_kill_loops.py", "tests/faults/test_fault_points.py"
DISK, UPGRADE = "tests/faults/test_full_disk.py", "tests/store/test_upgrade.py"
LOCKS = "tests/store/test_locks.py"

CASES: list[Case | Elsewhere] = [
    Elsewhere(77, f"{LOOP}::test_killed_at_random"),
    Elsewhere(78, f"{LOOP}::test_interrupted_at_random"),
    Case(78, "each signal twice", act=_twice, posix=True),
    Elsewhere(79, f"{DISK}::test_a_file_may_not_grow"),
    Elsewhere(79, f"{DISK}::test_the_disk_is_really_full"),
    Case(79, "no room for temporary files", act=spoiled(
        "no-room-for-temporary-files", "orders.xlsx", "temp-folder", 1)),
    Elsewhere(80, f"{POINTS}::test_a_fault_at_step_n"),
    Case(81, "two first imports at once", act=_two_first_imports),
    Case(81, "reports during an import", act=_report_during_import),
    Case(81, "a merge during an import", act=_merge_during_import),
    Elsewhere(81, f"{LOCKS}::test_the_second_writer_waits_for_the_first"),
    Case(82, "another program writes", act=_other_program_writes),
    Elsewhere(82, f"{LOCKS}::test_who_waits_in_vain_is_told_for_whom"),
    Elsewhere(83, f"{LOCKS}::test_only_the_engine_begins_transactions"),
    Elsewhere(
        83, f"{LOCKS}::test_every_writing_command_holds_the_lock_and_begins_immediately"
    ),
    Case(84, "folder and file may only be read", act=_read_only, posix=True),
    _no_store(None, 1, "store-missing"),
    _no_store(b"", 6, "store-not-ours"),
    _no_store(b"junk" * 3000, 6, "store-not-ours"),
    Case(85, "misspelt", act=_misspelt),
    Case(85, "database of another program", act=_other_application),
    Case(86, "cut at every tenth", act=_truncated),
    Case(86, "a page overwritten", act=_overwritten),
    Case(86, "values altered", act=_altered),
    Case(87, "copied without its wal", act=_wal_missing),
    Case(87, "journal of another store", act=_stale_journal),
    Elsewhere(88, f"{UPGRADE}::test_an_earlier_store_comes_up_to_date"),
    Case(88, "newer than the program", act=_newer),
    Elsewhere(89, f"{UPGRADE}::test_a_migration_that_fails_leaves_the_store_as_it_was"),
    Case(90, "onto what is there", act=_backup_refusals),
    Case(90, "backup and back", act=_backup_and_back),
    Case(91, "damaged backups", act=_damaged_backups),
    Case(92, "modes of files", act=_modes, posix=True),
    Case(93, "same file and same rows elsewhere", act=_same_rows_elsewhere),
    Case(93, "corrected rejects", act=_corrected_rejects),
    Case(94, "undo of what a link hangs on", act=_undo_after_link),
    Case(94, "undo of what was merged since", act=_undo_after_merge),
]  # fmt: skip
