"""Faults that no text in ``cases.toml`` can describe: ``means = "name"`` runs one of these.

Each takes the folder of the case and pytest's monkeypatch, and is a context that lasts while the
command runs.
"""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

Spoiler = Callable[[Path, pytest.MonkeyPatch], AbstractContextManager[None]]
SPOILERS: dict[str, Spoiler] = {}


def spoiler(function: Callable[[Path, pytest.MonkeyPatch], Iterator[None]]) -> Spoiler:
    """Put a generator function into the table under its own name."""
    context = contextmanager(function)
    SPOILERS[function.__name__.replace("_", "-")] = context
    return context


@spoiler
def another_writer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another program holds the store, and ours does not wait long."""
    from ci_cli.store import connections

    monkeypatch.setattr(connections, "BUSY_TIMEOUT_SECONDS", 0.05)
    with closing(sqlite3.connect(folder / "ci.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@spoiler
def another_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same job is running."""
    from ci_cli.store.locks import Holder, write_lock

    with write_lock(folder / "j.toml", Holder("run", "2026-01-02T03:04:05+00:00"), wait=0):
        yield


@spoiler
def newer_schema(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The store says that a later version wrote it."""
    with closing(sqlite3.connect(folder / "ci.db")) as store:
        store.execute("PRAGMA user_version = 9999")
    yield


@spoiler
def other_database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database of some other program lies where the store should be."""
    with closing(sqlite3.connect(folder / "ci.db")) as store:
        store.execute("CREATE TABLE bookmark (url TEXT)")
    yield


@spoiler
def overwritten_pages(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A stretch in the middle of the store is lost."""
    path = folder / "ci.db"
    content = bytearray(path.read_bytes())
    content[8192:-4096] = b"\xff" * (len(content) - 8192 - 4096)
    path.write_bytes(content)
    yield


@spoiler
def damaged_backup(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A backup of the store whose references lead nowhere."""
    (folder / "backup.db").write_bytes((folder / "ci.db").read_bytes())
    with closing(sqlite3.connect(folder / "backup.db")) as copy:
        copy.execute("PRAGMA foreign_keys = OFF")
        copy.execute("DELETE FROM customer")
        copy.commit()
    yield


def _raising(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    from ci_cli.store import engine

    def fail(*_args: object, **_keywords: object) -> None:
        raise error

    monkeypatch.setattr(engine, "connect", fail)


@spoiler
def control_c(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The user presses Ctrl-C while the store is being opened."""
    _raising(monkeypatch, KeyboardInterrupt())
    yield


@spoiler
def termination(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system asks the program to stop while the store is being opened."""
    import os
    import signal

    from ci_cli.store import engine

    def stop(*_args: object, **_keywords: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(engine, "connect", stop)
    yield
    signal.signal(signal.SIGTERM, before)


@spoiler
def programming_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An exception that nobody foresaw, with a customer's name in it."""
    _raising(monkeypatch, KeyError("Acme Ltd, secret"))
    yield


@spoiler
def refusing_system(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The operating system refuses something that no room of ours explains."""
    _raising(monkeypatch, PermissionError(13, "Permission denied"))
    yield


@spoiler
def refusing_store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """SQLite refuses a statement that should be sound."""
    _raising(monkeypatch, sqlite3.IntegrityError("CHECK constraint failed"))
    yield


@spoiler
def full_store_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """SQLite finds no room on the disk."""
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL  # type: ignore[misc]
    _raising(monkeypatch, error)
    yield


@spoiler
def read_only_store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """SQLite may read the store and not write it; root may everything, so it is told so."""
    error = sqlite3.OperationalError("attempt to write a readonly database")
    error.sqlite_errorcode = sqlite3.SQLITE_READONLY  # type: ignore[misc]
    _raising(monkeypatch, error)
    yield


@spoiler
def store_that_does_not_open(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system does not open the store."""

    def fail(*_args: object, **_keywords: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(sqlite3, "connect", fail)
    yield
    monkeypatch.undo()
    monkeypatch.chdir(folder)


@spoiler
def archive_that_escapes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A workbook with a part that would be unpacked outside its folder."""
    with zipfile.ZipFile(folder / "orders.xlsx", "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "../../outside.xml"):
            archive.writestr(name, "<x/>")
    yield


@spoiler
def archive_bomb(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A workbook of 150 KB that unpacks to 150 MB."""
    with zipfile.ZipFile(folder / "orders.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(150):
                sheet.write(bytes(2**20))
    yield


@spoiler
def cut_workbook(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The first half of a workbook."""
    whole = folder / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            archive.writestr(name, "<x/>" * 100)
    content = whole.read_bytes()
    whole.unlink()
    (folder / "orders.xlsx").write_bytes(content[: len(content) // 2])
    yield


@spoiler
def endless_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A text file that is one line of 17 MiB."""
    (folder / "orders.csv").write_bytes(b"a,b\n" + b"x" * (17 * 2**20))
    yield


@spoiler
def archive_with_a_password(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A workbook whose parts are marked as encrypted."""
    path = folder / "orders.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            archive.writestr(name, "<x/>")
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(signature, at + 1)
    path.write_bytes(content)
    yield


def _workbook(path: Path, *sheets: list[list[object]]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    book.save(path)


ORDERS = [["Order ID", "Customer ID", "Order Date", "Amount"], ["A1", "ALFKI", "2026-01-02", 10]]


@spoiler
def workbook(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A workbook with nothing wrong."""
    _workbook(folder / "orders.xlsx", ORDERS)
    yield


@spoiler
def workbook_of_notes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two sheets, and nothing in them that is data of ours."""
    _workbook(
        folder / "orders.xlsx",
        [["colour", "shape"], ["red", "round"]],
        [["remember the milk"], ["and the bread"]],
    )
    yield


@spoiler
def uncalculated_workbook(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """More formulas that were never calculated than the program puts up with."""
    from ci_cli.readers import guard

    monkeypatch.setattr(guard, "MAX_FLAGGED_CELLS", 1)
    _workbook(folder / "orders.xlsx", [*ORDERS, *[["A2", "ALFKI", "=1+1", "=2+2"]] * 3])
    yield


@spoiler
def slow_workbook(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A workbook that takes longer to read than the program waits."""
    from ci_cli.readers import guard

    monkeypatch.setattr(guard, "CHILD_SECONDS", 0)
    _workbook(folder / "orders.xlsx", ORDERS)
    yield


@spoiler
def deep_xml(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three hundred elements, one inside the other."""
    text = "<Root>" + "<Order>" * 300 + "</Order>" * 300 + "</Root>"
    (folder / "orders.xml").write_text(text, "utf-8")
    yield


@spoiler
def file_that_grows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another program appends to the file while ours begins to read it."""
    from ci_cli.readers import guard

    looked = guard.check_path

    def look_and_append(path: Path) -> object:
        found = looked(path)
        with path.open("ab") as file:
            file.write(b"A9,more\n")
        return found

    monkeypatch.setattr(guard, "check_path", look_and_append)
    yield


@spoiler
def file_that_does_not_open(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system does not let the program read the file; root may everything, so it is told so."""
    opened = Path.open

    def refuse(self: Path, *args: object, **keywords: object) -> object:
        if self.name == "orders.csv":
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **keywords)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    yield


@spoiler
def failing_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The disk under a report fails at the last moment."""
    import errno

    from ci_cli.output import atomic

    def fail(_number: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(atomic.os, "fsync", fail)
    yield


@spoiler
def answer_no(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A person sits at the terminal and says no."""
    import typer

    from ci_cli.cli.upkeep import db_commands

    monkeypatch.setattr(db_commands, "is_interactive", lambda _session: True)
    monkeypatch.setattr(typer, "confirm", lambda *_args, **_keywords: False)
    yield


@spoiler
def installation_without_the_example(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The program stands somewhere without the example files beside it."""
    from ci_cli.cli import demo

    monkeypatch.setattr(demo, "__file__", str(folder / "a" / "b" / "c" / "demo.py"))
    yield


@spoiler
def no_room_for_temporary_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A workbook with nothing wrong, and a disk that takes no temporary files."""
    import tempfile

    def refuse(*_args: object, **_keywords: object) -> None:
        raise OSError(28, "No space left on device")

    _workbook(folder / "orders.xlsx", ORDERS)
    for name in ("TemporaryDirectory", "mkdtemp", "mkstemp", "TemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    yield
