"""``ci-cli db sources``: which source gave what, and what class of system it is."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from ci_cli.cli.options import Session, command
from ci_cli.report import Note
from ci_cli.shapes.sources import Voices
from ci_cli.store.engine import Connection
from ci_cli.text import _, msg


def register(app: typer.Typer) -> None:
    """Add the command to the group of the store."""

    @command(
        app, "sources", shares=("show", "write"), example="ci-cli db sources ERNSH",
        help=_("Which source gave which share: customers, rows, revenue, fields; of all, or of one"
               " customer."),
    )  # fmt: skip
    def sources(
        session: Session,
        customer: Annotated[
            str | None, typer.Argument(help=_("C number, the source's own id, or a name."))
        ] = None,
        only_class: Annotated[
            str | None,
            typer.Option(
                "--class", metavar="transaction|internal|third-party",
                help=_("Only sources of this class."),
            ),
        ] = None,
        choose: Annotated[
            tuple[str, str] | None,
            typer.Option(
                "--set", metavar="NAME CLASS",
                help=_("Say what class a source is; `derived` goes back to what its rows tell."),
            ),
        ] = None,
    ) -> None:  # fmt: skip
        if choose is not None:
            if customer is not None:
                raise typer.BadParameter(_("--set is about a source: leave the customer out."))
            _choose(session, *choose)
        elif customer is not None:
            _of_customer(session, customer)
        else:
            _show(session, only_class)


def _choose(session: Session, name: str, wanted: str) -> None:
    from ci_cli.store import engine, source_classes

    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        source_classes.choose(conn, name, wanted)
        found = source_classes.classes(conn)[name]
    session.say(Note(msg("{source} counts as {class}.", **{"source": name, "class": found})))
    if session.dry_run:
        session.say(Note(msg("Dry run: nothing was kept.")))


def _show(session: Session, only_class: str | None) -> None:
    from ci_cli.reports.upkeep import db_sources
    from ci_cli.store import engine, source_classes, source_map, statistics

    if only_class is not None:
        source_classes.check_class(only_class)
    with session.store() as conn, engine.snapshot(conn):
        report = db_sources.build(
            source_map.known(conn), source_map.given(conn), source_map.earned(conn),
            source_map.filled(conn), classes=source_classes.classes(conn),
            chosen=source_classes.chosen(conn), customers=statistics.customers(conn),
            only_class=only_class,
        )  # fmt: skip
    session.show(report)


def _of_customer(session: Session, text: str) -> None:
    from ci_cli.reports.upkeep import db_sources
    from ci_cli.store import customers, engine, source_classes, source_map

    with session.store() as conn, engine.snapshot(conn):
        customer_id = customers.find(conn, text)
        report = db_sources.of_customer(
            customer_id, customers.golden(conn, customer_id)["label"] or "",
            source_map.given(conn, customer_id), source_map.earned(conn, customer_id),
            _voices(conn, customer_id), classes=source_classes.classes(conn),
        )  # fmt: skip
    session.show(report)


def _voices(conn: Connection, customer_id: int) -> list[Voices]:
    """Return every field that any record gives, own fields last, the record that counts first."""
    from ci_cli.store import customers

    said: dict[str, list[tuple[str, str]]] = {name: [] for name in customers.GOLDEN_FIELDS}
    for row in customers.records_of(conn, customer_id):
        own: dict[str, Any] = json.loads(row["extra"] or "{}")
        for name, value in [*((name, row[name]) for name in customers.GOLDEN_FIELDS), *own.items()]:
            if value not in (None, ""):
                said.setdefault(name, []).append((row["source"], str(value)))
    found = []
    for name, words in said.items():
        if words:
            source, value = words[0]
            others = [word for word in words[1:] if word[0] != source]
            agree = {other for other, its_value in others if its_value == value}
            differ = {other for other, its_value in others if its_value != value}
            found.append(Voices(name, value, source, sorted(agree), sorted(differ)))
    return found
