"""``ci-cli customer``: list, add and edit customers."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from ci_cli.cli.customers.view_commands import (
    OrderOption,
    PartOption,
    ViewOption,
    WhereOption,
    check_order,
)
from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Column, Note, Report, Table
from ci_cli.store.engine import Connection
from ci_cli.text import _, msg


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "list", shares=("show", "source"), narrows=(),
        example="ci-cli customer list --name blau",
        help=_("List customers, the most recent buyers first."),
    )  # fmt: skip
    def list_(
        session: Session,
        name: PartOption = None,
        where: WhereOption = None,
        view: ViewOption = None,
        top: Annotated[
            int | None, typer.Option("--top", min=1, help=_("How many to list."))
        ] = None,
        by: OrderOption = None,
    ) -> None:  # fmt: skip
        _list(session, name, where or [], view, top, by)

    @command(
        app, "add", shares=("write",),
        example='ci-cli customer add "Blue Yonder Ltd" industry=Retail phone="+44 20 7946 0000"',
        help=_("Add a customer by hand."),
    )  # fmt: skip
    def add(
        session: Session,
        name: Annotated[str, typer.Argument(help=_("The customer's name."))],
        values: Annotated[
            list[str] | None, typer.Argument(metavar="FIELD=VALUE ...", help=_("Further fields."))
        ] = None,
    ) -> None:
        from ci_cli.store import engine
        from ci_cli.store.writes import edits

        if not name.strip() or not _is_text(name):
            raise _bad_value(name)
        fields, extra = _parse(values or [])
        with (
            session.store(write=True) as conn,
            engine.transaction(conn, keep=not session.dry_run),
        ):
            _refuse_without_purpose(conn, extra)
            customer_id, is_new = edits.add(
                conn, {**fields, "name": name.strip()}, extra, by=session.user, at=session.now
            )
        template = msg("Added C{id}.", id=customer_id) if is_new else msg(
            "C{id} has this name already; nothing was changed.", id=customer_id
        )  # fmt: skip
        session.say(Note(template), *_dry(session))

    @command(
        app, "set", shares=("write",),
        example="ci-cli customer set ERNSH tier=A fit.modules=returns",
        help=_("Change fields of a customer; a new name for a field simply makes that field."),
    )  # fmt: skip
    def set_(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
        values: Annotated[
            list[str], typer.Argument(metavar="FIELD=VALUE ...", help=_("What to change."))
        ],
    ) -> None:
        from ci_cli.cli.talks.typed_entries import after
        from ci_cli.store import customers, engine
        from ci_cli.store.writes import edits

        fields, extra = _parse(values)
        with (
            session.store(write=True) as conn,
            engine.transaction(conn, keep=not session.dry_run),
        ):
            customer_id = customers.find(conn, customer)
            _refuse_without_purpose(conn, extra)
            batch, changed = edits.set_fields(
                conn, customer_id, fields, extra, by=session.user, at=session.now
            )
        said = msg("Changed C{id}.", id=customer_id) if changed else msg(
            "C{id} had these values already; nothing was changed.", id=customer_id
        )  # fmt: skip
        session.say(Note(said), *after(session, batch, changed=changed))


def _columns() -> tuple[Column, ...]:
    return (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("industry", msg("industry")),
        Column("region", msg("region")),
        Column("country", msg("country")),
        Column("owner", msg("owner")),
        Column("orders", msg("orders"), "int"),
        Column("last_order", msg("last order"), "date"),
    )


def _cells(rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    return [(f"C{row[0]}", *tuple(row)[1:]) for row in rows]


def _list(
    session: Session, name: str | None, where: Sequence[str], view: str | None, top: int | None,
    by: str | None,
) -> None:  # fmt: skip
    """List customers; what is asked beside a view is asked besides."""
    from ci_cli.cli.customers.customer_filters import known_to, matching
    from ci_cli.store import customers, engine, views

    check_order(by)
    with session.store() as conn, engine.snapshot(conn):
        if view is not None:
            kept = views.one(conn, view)
            where, name, by = [*kept.where, *where], name or kept.part, by or kept.by
        by_priority = by == "priority"
        rows = customers.listing(
            conn, name=name, ids=known_to(session, conn, matching(session, conn, where)),
            limit=None if by_priority else top,
        )  # fmt: skip
        report = _by_priority(session, conn, rows, top) if by_priority else _recent(rows)
    session.show(report)


def _recent(rows: Sequence[Any]) -> Report:
    return Report("customer-list", msg("Customers"), [Table("customers", _columns(), _cells(rows))])


def _by_priority(
    session: Session, conn: Connection, rows: Sequence[Any], top: int | None
) -> Report:
    from ci_cli.reports.talks import tags as report
    from ci_cli.tags import apply as tagging
    from ci_cli.tags.decay import BASE, CEILING, FLOOR, priority

    held = tagging.standing_tags(conn, session.today)
    ranked = [(row, priority(held.get(row[0], ()))) for row in rows]
    ranked.sort(key=lambda one: -one[1].value)  # stable: the most recent buyers first
    lines = [
        (*cells, standing.value, report.reason(standing.bound, [
            (one.kind.code, one.change, one.last) for one in standing.moved_by
        ]))
        for cells, (_row, standing) in zip(
            _cells([row for row, _p in ranked[:top]]), ranked[:top], strict=True
        )
    ]  # fmt: skip
    return report.priorities(lines, _columns(), session.today.isoformat(), (BASE, FLOOR, CEILING))


def _dry(session: Session) -> list[Note]:
    return [Note(msg("Dry run: nothing was kept."))] if session.dry_run else []


def _parse(values: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Split FIELD=VALUE words into golden fields and fields of the user's own."""
    from ci_cli.store.customers import GOLDEN_FIELDS

    fields: dict[str, str] = {}
    extra: dict[str, str] = {}
    for text in values:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name or not _is_text(text):
            raise _bad_value(text)
        (fields if name in GOLDEN_FIELDS else extra)[name] = value.strip()
    return fields, extra


def _refuse_without_purpose(conn: Connection, extra: Mapping[str, str]) -> None:
    """Stop where a value describes a person and nobody said what for."""
    from ci_cli.importing.mapping.personal import describes_person
    from ci_cli.store import purposes

    known = purposes.read(conn)
    for name, value in extra.items():
        if value and describes_person(name) and purposes.key_of(name) not in known:
            raise CiError(
                "purpose-missing",
                msg("{field} describes a person, and nobody said what it is for.", field=name),
                hint=msg("Say so once: {command}",
                         command=f"ci-cli db fields --purpose {shlex.quote(name)} WHAT-FOR"),
                exit_code=ExitCode.DECIDE,
            )  # fmt: skip


def _is_text(word: str) -> bool:
    """Tell whether a word of the command line is text in the terminal's encoding."""
    return not any("\ud800" <= char <= "\udfff" for char in word)


def _bad_value(text: str) -> CiError:
    return CiError(
        "field-invalid",
        msg("{text} is not FIELD=VALUE.", text=text or "''"),
        hint=msg("Write for example: industry=Retail"),
        exit_code=ExitCode.DECIDE,
    )
