"""``ci-cli export``: golden rows and original ids out, in a shape that comes in again."""

# no postponed annotations here: the shared option types below are local names
from collections.abc import Sequence
from typing import Annotated

import typer

from ci_cli.cli.customers.view_commands import ViewOption, WhereOption
from ci_cli.cli.options import Session, command
from ci_cli.report import Note
from ci_cli.text import _, msg


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""
    raw = Annotated[
        bool,
        typer.Option("--raw", help=_("csv: leave text that looks like a formula as it is.")),
    ]

    @command(
        app, "customers", shares=("show", "source"), narrows=(),
        example="ci-cli export customers -o customers.xlsx",
        help=_("One row per customer: the golden fields, the founding source and its id."),
    )  # fmt: skip
    def customers(
        session: Session,
        columns: Annotated[
            str | None, typer.Option("--columns", help=_("Only these, separated by commas."))
        ] = None,
        where: WhereOption = None,
        view: ViewOption = None,
        raw: raw = False,
    ) -> None:
        _export(session, "customers", columns, raw=raw, where=where or [], view=view)

    @command(
        app, "contacts", shares=("show", "source"), narrows=(),
        example="ci-cli export contacts -o contacts.csv",
        help=_("One row per contact, with the customer it belongs to."),
    )  # fmt: skip
    def contacts(session: Session, raw: raw = False) -> None:
        _export(session, "contacts", None, raw=raw)

    @command(
        app, "orders", shares=("show", "source"), narrows=(),
        example="ci-cli export orders -o orders.csv",
        help=_("One row per order line, with source, order id and the file it came from."),
    )  # fmt: skip
    def orders(session: Session, raw: raw = False) -> None:
        _export(session, "orders", None, raw=raw)

    @command(
        app, "products", shares=("show", "source"), narrows=(),
        example="ci-cli export products -o products.csv",
        help=_("The product list, with its categories."),
    )  # fmt: skip
    def products(session: Session, raw: raw = False) -> None:
        _export(session, "products", None, raw=raw)

    @command(
        app, "categories", shares=("show", "source"), narrows=(),
        example="ci-cli export categories -o categories.csv",
        help=_("The category list."),
    )  # fmt: skip
    def categories(session: Session, raw: raw = False) -> None:
        _export(session, "categories", None, raw=raw)

    @command(
        app, "crosswalk", shares=("show", "source"), narrows=(),
        example="ci-cli export crosswalk -o ids.csv",
        help=_("Every id that a source ever gave, and the customer that it means today."),
    )  # fmt: skip
    def crosswalk(session: Session) -> None:
        _export(session, "crosswalk", None, raw=False)


def _export(
    session: Session, what: str, columns: str | None, *, raw: bool, where: Sequence[str] = (),
    view: str | None = None,
) -> None:  # fmt: skip
    from ci_cli.cli.customers.customer_filters import chosen_by, known_to
    from ci_cli.output.held_back import held_back
    from ci_cli.output.options import Options
    from ci_cli.output.render import choose_format, write_rows
    from ci_cli.store import engine, exports, journal

    wanted = [name.strip() for name in columns.split(",")] if columns else None
    out = None if str(session.out) == "-" else session.out
    format_name = choose_format(session.format or (None if out else "csv"), out)
    with (
        held_back(out) as place,
        session.store(write=True) as conn,
        engine.transaction(conn),
    ):
        # one transaction: what cannot be journalled does not leave
        ids = chosen_by(session, conn, where, view)
        sources = session.sources(conn) if session.is_narrowed else None
        if what == "customers":
            ids = known_to(session, conn, ids)
        chosen, rows = exports.rows(
            conn, what, wanted, ids, sources=None if what == "customers" else sources
        )
        entry = journal.log_export(
            conn, at=session.now, by=session.user, what=what, target=str(out or "-"),
            fields=[column.key for column in chosen],
        )  # fmt: skip
        count = write_rows(
            chosen, rows, format=format_name, target=place.target, stdout=place.stdout,
            options=Options(raw=raw, key=what), quiet=True,
        )  # fmt: skip
        journal.count_export(conn, entry, count)
    if sources is not None:
        names = ", ".join(sources)
        told = msg("Only customers that these sources know: {names}.", names=names)
        rows_told = msg("Only rows of these sources: {names}.", names=names)
        session.say(Note(told if what == "customers" else rows_told))
    if out is not None:
        session.say(Note(msg("Saved: {file}", file=str(out))))
