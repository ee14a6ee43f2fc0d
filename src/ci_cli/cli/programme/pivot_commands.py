"""``ci-cli report pivot``: any figure by any two dimensions, down to the lines of the files."""

# no postponed annotations here: the shared option types below are local names
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command
from ci_cli.cli.programme.pivot_input import Answer, Asked, answer, as_of_day, currencies
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note, Report
from ci_cli.shapes.pivots import Base, Key
from ci_cli.store.engine import Connection
from ci_cli.text import _, msg

TOTAL = "total"  # what a user types for all rows or all columns
_ROWS: dict[Base, str] = {"orders": "category", "opportunities": "owner", "interactions": "kind"}
_MEASURES: dict[Base, str] = {
    "orders": "revenue", "opportunities": "deals", "interactions": "contacts",
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app, "pivot", shares=("as_of", "show", "source"),
        example="ci-cli report pivot --rows country --cols quarter --measure revenue",
        help=_("One figure by rows and columns of your choice; any cell down to its lines."),
    )  # fmt: skip
    def pivot(
        session: Session,
        rows: Annotated[
            str | None,
            typer.Option(
                "--rows",
                help=_("What each row is: product, category, customer, owner, region, country,"
                       " industry, tier, segment, size, tenure, source, parent, month, quarter,"
                       " year, or an own field."),
            ),
        ] = None,
        cols: Annotated[
            str | None, typer.Option("--cols", help=_("What each column is, likewise."))
        ] = None,
        measure: Annotated[
            list[str] | None,
            typer.Option(
                "--measure",
                help=_("revenue, quantity, orders, customers, discount, gross, margin, price …; may"
                       " be repeated."),
            ),
        ] = None,
        of: Annotated[
            Literal["orders", "opportunities", "interactions"],
            typer.Option("--of", help=_("What is counted; opportunities are never revenue.")),
        ] = "orders",
        where: Annotated[
            list[str] | None,
            typer.Option(
                "--where", metavar="NAME=VALUE",
                help=_("Only these; - is none. Repeated with one name: any of the values."),
            ),
        ] = None,
        drill: Annotated[
            str | None,
            typer.Option(
                "--drill", metavar="ROW,COLUMN",
                help=_("List the lines behind one cell, by its place (3,2) or by names; total is"
                       " all."),
            ),
        ] = None,
        top: Annotated[
            int | None,
            typer.Option("--top", min=0, help=_("Rows to show, the rest in one; 0 shows all.")),
        ] = None,
        columns: Annotated[
            int | None,
            typer.Option(
                "--columns", min=0, help=_("Columns to show, the rest in one; 0 shows all.")
            ),
        ] = None,
        since: Annotated[
            str | None, typer.Option("--since", metavar="DAY", help=_("From this day or month on."))
        ] = None,
        until: Annotated[
            str | None, typer.Option("--until", metavar="DAY", help=_("Up to this day or month."))
        ] = None,
        lookup: Annotated[
            Path | None,
            typer.Option(
                "--lookup", metavar="FILE",
                help=_("A file whose columns are further dimensions, such as salespeople and their"
                       " managers."),
            ),
        ] = None,
        dated: Annotated[
            Literal["closed", "opened"],
            typer.Option("--dated", help=_("The day that an opportunity counts on.")),
        ] = "closed",
    ) -> None:  # fmt: skip
        asked = Asked(
            of, rows or _ROWS[of], cols or "", tuple(measure or (_MEASURES[of],)),
            tuple(where or ()), top, columns, since, until, dated, lookup,
        )  # fmt: skip
        show(session, asked, drill)


def show(session: Session, asked: Asked, drill: str | None) -> None:
    """Answer a pivot, or list the facts behind one of its cells."""
    from ci_cli.reports.programme import pivot as pivot_report

    def build(conn: Connection, as_of: date, currency: str) -> Report:
        found = answer(session, conn, asked, as_of, currency)
        if drill is not None:
            return drilled(conn, found, drill)
        notes, meta = accounted(conn, found)
        if asked.base == "opportunities":
            notes.append(
                Note(
                    msg(
                        "Opportunities are no revenue. In periods they stand on the day they were"
                        " decided; (none) is what is still open."
                    )
                    if asked.dated == "closed"
                    else msg(
                        "Opportunities are no revenue. They stand on the day they were opened."
                    )
                )
            )
        title = pivot_report.title_of(found.shown)
        return pivot_report.build(found.shown, title, meta=meta, notes=notes)

    show_each(session, asked.base, build)


def accounted(conn: Connection, found: Answer) -> tuple[list[Note], dict[str, Any]]:
    """Return what is said of the order lines that are counted, to people and to machines."""
    from ci_cli.reports.programme.pivot import account_note
    from ci_cli.store import pivot

    asked = found.question
    meta: dict[str, Any] = {"since": asked.since or None, "where": dict(asked.where)}
    if asked.base != "orders" or asked.where:
        return [], meta
    account = pivot.account(conn, asked)
    return [account_note(account)], {**meta, "order_lines": account._asdict()}


def show_each(session: Session, base: Base, build: Any) -> None:
    """Show one report of all currencies that facts of a base have."""
    from ci_cli.store import engine

    with inputs.open_facts(session) as conn, engine.snapshot(conn):
        as_of = as_of_day(session, conn, base)
        if as_of is None:
            nothing_yet(session, conn, base)
            return
        if base == "orders":
            session.say(*inputs.undated_note(conn))
        reports = [build(conn, as_of, currency) for currency in currencies(session, conn, base)]
    if reports:
        session.show(merged(session, reports))


def nothing_yet(session: Session, conn: Connection, base: Base) -> None:
    """Say that there is nothing to report, and what there is instead; that is no failure."""
    from ci_cli.store import pivot

    if base == "orders":
        inputs.nothing_yet(session)
        if pivot.deal_currencies(conn):
            session.say(
                Note(
                    msg("It has opportunities: `report pivot --of opportunities` and"
                        " `report verticals --of opportunities` speak of them.")
                )
            )  # fmt: skip
    elif base == "opportunities":
        session.say(Note(msg("The store has no opportunities yet.")))
    else:
        session.say(Note(msg("The store has no interactions yet.")))


def drilled(conn: Connection, found: Answer, text: str) -> Report:
    """Return the facts of the cell that a person names."""
    from ci_cli.reports.programme import pivot_drill
    from ci_cli.store import pivot

    row, column = place(found, text)
    if (row, column) not in found.shown.grid.places:
        raise CiError(
            "pivot-value-unknown",
            msg("The cell {text} is empty.", text=text),
            hint=msg("Name a cell that holds a figure, by its place or by names."),
            exit_code=ExitCode.DECIDE,
        )
    facts = pivot.facts_of(conn, found.question, row, column)
    return pivot_drill.build(found.shown, facts, row, column)


def place(found: Answer, text: str) -> tuple[Key, Key]:
    """Return the row and column that ``3,2``, ``Beverages,2011-Q4`` or ``total,2`` mean."""
    shown = found.shown
    if not shown.has_columns:
        return _one(text, shown.row_name, shown.ordered_rows, shown.row_labels), None
    row, comma, column = text.rpartition(",")
    if not comma:
        row, column = text, TOTAL
    return (
        _one(row, shown.row_name, shown.ordered_rows, shown.row_labels),
        _one(column, shown.column_name, shown.ordered_columns, shown.column_labels),
    )


def _one(text: str, name: str, ordered: Sequence[str], labels: Mapping[str, str]) -> Key:
    from ci_cli.reports.programme.pivot import key_label
    from ci_cli.shapes.pivots import OTHER

    wanted = text.strip()
    if wanted.casefold() == TOTAL:
        return None
    if wanted == "-" and "" in ordered:
        return ""
    if wanted.casefold() == "others" and OTHER in ordered:
        return OTHER
    fits = [
        key for key in ordered
        if wanted.casefold() in (key.casefold(), str(key_label(name, key, labels)).casefold())
    ]  # fmt: skip
    if len(fits) == 1:
        return fits[0]
    if wanted.isdecimal() and 1 <= int(wanted) <= len(ordered):
        return ordered[int(wanted) - 1]
    raise CiError(
        "pivot-value-unknown",
        msg("{value} is no {name} here.", value=text, name=name),
        hint=msg("Write it as a report shows it, or its place: 1 is the first."),
        exit_code=ExitCode.DECIDE,
        details=tuple(str(key_label(name, key, labels)) for key in ordered[:20]),
    )
