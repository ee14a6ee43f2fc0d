"""The first minute: a real order history in, the three answers out, and how to go on."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli import demo_story
from ci_cli.cli.options import Session
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Column, Money, Note, Report, Table
from ci_cli.store.engine import Connection
from ci_cli.text import msg

FILES = ("order-details.csv", "customers.csv", "categories.csv", "orders.csv", "products.csv")
CURRENCY = "USD"
TOP_CALLS = 3


def run_demo(session: Session) -> int:
    """Build the example store and show what it is good for, in at most forty lines."""
    from ci_cli.importing.load import run_import
    from ci_cli.importing.model import ImportOptions
    from ci_cli.store import engine

    engine.create(session.db, currency=CURRENCY, zone="UTC", holder=session.holder).close()
    try:
        with _example_folder() as file, session.store(write=True) as conn:
            paths = [file(name) for name in FILES]
            how: dict[str, Any] = {"imported_by": session.user, "at": session.now}
            first = run_import(conn, paths, ImportOptions(), **how)
            again = run_import(conn, paths[::-1], ImportOptions(), keep=False, **how)
            as_of = date.fromisoformat(str(_last_day(conn)))
            story = demo_story.bring_in(
                conn, session, lambda name: file(f"invented/{name}"), as_of=as_of,
                currency=CURRENCY,
            )  # fmt: skip
            report = _story(conn, as_of, first, again, story)
    except BaseException:
        engine.discard_unused(session.db, session.holder, writes=1 + demo_story.WRITES)
        raise
    session.show(report)
    for note in _next_steps(session.db, as_of):
        session.say(note)
    return ExitCode.DONE


@contextlib.contextmanager
def _example_folder() -> Iterator[Callable[[str], Path]]:
    """Give the files as paths by their names, from the installed package or from the checkout."""
    packaged = resources.files("ci_cli").joinpath("data/northwind")
    checkout = Path(__file__).parents[3] / "examples" / "northwind"
    with contextlib.ExitStack() as stack:
        if packaged.is_dir():
            yield lambda name: stack.enter_context(resources.as_file(packaged.joinpath(name)))
        elif checkout.is_dir():
            yield checkout.joinpath
        else:
            raise CiError(
                "example-missing",
                msg("The example files are not part of this installation."),
                hint=msg("Install ci-cli again, or run `make demo` in a checkout."),
            )


def _story(
    conn: Connection, as_of: date, first: Any, again: Any, invented: demo_story.Story
) -> Report:
    base = inputs.scored(conn, as_of=as_of, currency=CURRENCY)
    procat, fall, cell = _procat(conn, as_of)
    notes = [
        Note(
            msg("The same files again, in another order: unchanged {unchanged} of {read}.",
                unchanged=again.counts.unchanged, read=again.counts.read)
        ),
        *fall,
        Note(_pareto(base)),
        Note(_trace(conn, cell, as_of)),
        *demo_story.told(conn, invented, as_of, CURRENCY),
    ]  # fmt: skip
    return Report(
        "demo",
        msg("Northwind: two years of a food wholesaler, as of {day}", day=as_of.isoformat()),
        [_accounting(first), _call_first(base), procat],
        {"as_of": as_of.isoformat(), "currency": CURRENCY},
        notes,
    )


def _last_day(conn: Connection) -> str | None:
    from ci_cli.store import facts

    return facts.last_order_day(conn, "9999-12-31")


def _accounting(result: Any) -> Table:
    counted = ("read", "created", "rejected")
    columns = (
        Column("file", msg("file")),
        Column("kind", msg("kind"), "state"),
        *(Column(name, label, "int") for name, label in zip(
            counted, (msg("read"), msg("created"), msg("rejected")), strict=True
        )),
    )  # fmt: skip
    rows = [
        (f.file.name, f.kind, *(getattr(f.counts, name) for name in counted)) for f in result.files
    ]
    return Table("files", columns, rows, msg("Five files, in any order"))


def _call_first(base: Any) -> Table:
    from ci_cli.reports.customers import call_first

    table = call_first.build(base, currency=CURRENCY, top=TOP_CALLS).tables[0]
    wanted = ("name", "revenue", "last_purchase", "expected_gap", "silent", "times")
    return dataclasses.replace(
        _only(table, wanted), title=msg("Call first: silent far beyond their own rhythm")
    )


def _procat(conn: Connection, as_of: date) -> tuple[Table, list[Note], tuple[str, str]]:
    """Return the table of the last complete month, the sentence on the fall, and one cell."""
    from ci_cli.analysis.periods import last_complete_month
    from ci_cli.reports.selling import procat
    from ci_cli.store import facts

    month = last_complete_month(as_of)
    cells, totals = facts.month_cells(
        conn, by="category", as_of=as_of.isoformat(), first="0000-00", last=as_of.isoformat()[:7],
        currency=CURRENCY,
    )  # fmt: skip
    report = procat.build(cells, totals, as_of=as_of, currency=CURRENCY, months=18)
    table = report.tables[0]
    wanted = ("category", month, "change_month", "change_year", "share", "customers", "trend")
    chosen = dataclasses.replace(
        _only(table, wanted), title=msg("ProCat: revenue by category in {month}", month=month)
    )
    fall = [note for note in report.notes if "falls most" in note.text.text]
    biggest = max((c for c in cells if c.month == month), key=lambda c: c.net)
    return chosen, fall[:1], (biggest.group, month)


def _only(table: Table, wanted: tuple[str, ...]) -> Table:
    """Return ``table`` with the columns whose keys begin with one of ``wanted``."""
    positions = [
        next(i for i, column in enumerate(table.columns) if column.key.startswith(key))
        for key in wanted
        if any(column.key.startswith(key) for column in table.columns)
    ]

    def pick(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(row[i] for i in positions)

    return dataclasses.replace(
        table,
        columns=tuple(table.columns[i] for i in positions),
        rows=[pick(row) for row in table.rows],
        total=None if table.total is None else pick(table.total),
    )


def _pareto(base: Any) -> Any:
    from ci_cli.reports.selling import rfm_abc

    return next(
        note.text for note in rfm_abc.build(base, currency=CURRENCY).notes if "20" in str(note.text)
    )


def _trace(conn: Connection, cell: tuple[str, str], as_of: date) -> Any:
    from ci_cli.shapes.pivots import Question
    from ci_cli.store import pivot

    group, month = cell
    question = Question("orders", "category", "month", CURRENCY, as_of.isoformat())
    lines: Any = pivot.facts_of(conn, question, group, month)
    largest = max(lines, key=lambda line: line.amount)
    total = sum(line.amount for line in lines)
    return msg(
        "Every figure leads back to its rows: {group} {month} is {total} from {n} lines, the"
        " largest in {file}, line {line}: {amount} (order {order}).",
        group=group, month=month, total=Money(total, CURRENCY), n=len(lines),
        amount=Money(largest.amount, CURRENCY),
        file=Path(largest.file).name, line=largest.line, order=largest.order,
    )  # fmt: skip


def _next_steps(db: Path, as_of: date) -> list[Note]:
    store = str(db)
    morning = demo_story.morning_after(as_of).isoformat()
    return [
        Note(msg("Look further:  ci-cli rfm run --db {db}   ci-cli today --today {day} --db {db}",
                 db=store, day=morning)),
        Note(msg("Your own file: ci-cli import FILE         (try --dry-run first)")),
        Note(msg("Take it back:  ci-cli import undo 1       In Chinese: add --lang zh")),
    ]  # fmt: skip
