"""``ci-cli customer view``: keep what a list of customers asks, under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import _, msg

if TYPE_CHECKING:
    from ci_cli.store import views

ORDERS = ("recent", "priority")
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        "--where", metavar="FIELD=VALUE",
        help=_("Only customers for whom this holds; also !=, ~, < and >; may be repeated. Fields:"
               " those of the customer, your own, tag, segment, band, health, priority, silent,"
               " revenue, orders, last_order."),
    ),
]  # fmt: skip
PartOption = Annotated[str | None, typer.Option("--name", help=_("Only names that contain this."))]
ViewOption = Annotated[
    str | None, typer.Option("--view", metavar="NAME", help=_("Only what a kept view asks for."))
]
OrderOption = Annotated[
    str | None,
    typer.Option(
        "--by", metavar="recent|priority",
        help=_("In which order; priority also says what moved it."),
    ),
]  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "save", shares=("write",),
        example="ci-cli customer view save my-french --where country=France --where 'silent>30'",
        help=_("Keep a list of customers under a name; an existing one is replaced."),
    )  # fmt: skip
    def save(
        session: Session,
        name: Annotated[str, typer.Argument(help=_("What to call it."))],
        where: WhereOption = None,
        part: PartOption = None,
        by: OrderOption = None,
    ) -> None:
        from ci_cli.cli.customers.customer_filters import matching
        from ci_cli.cli.talks.typed_entries import needed_text
        from ci_cli.store import engine, views

        check_order(by)
        if not where and not part:
            raise CiError(
                "view-empty",
                msg("The view asks for nothing."),
                hint=msg("Say what the customers have in common, with --where or --name."),
                exit_code=ExitCode.DECIDE,
            )
        view = views.View(
            needed_text(name), tuple(where or ()), part, by or ORDERS[0], session.user, session.now
        )
        with session.store(write=True) as conn:
            matching(session, conn, view.where)  # what cannot be asked is not kept
            with engine.transaction(conn, keep=not session.dry_run):
                replaced = views.save(conn, view)
        said = (
            msg("The view {name} was replaced.", name=view.name)
            if replaced
            else msg("Kept the view {name}.", name=view.name)
        )
        session.say(Note(said), Note(msg("`ci-cli customer list --view {name}` shows it.",
                                         name=view.name)))  # fmt: skip
        _say_dry(session)

    @command(
        app, "list", shares=("show",), example="ci-cli customer view list",
        help=_("List the views that are kept, and what they ask."),
    )  # fmt: skip
    def list_(session: Session) -> None:
        from ci_cli.store import views

        with session.store() as conn:
            session.show(_report(views.listing(conn), "view-list"))

    @command(
        app, "show", shares=("show",), example="ci-cli customer view show my-french",
        help=_("What one view asks."),
    )  # fmt: skip
    def show(session: Session, name: Annotated[str, typer.Argument(help=_("The view."))]) -> None:
        from ci_cli.store import views

        with session.store() as conn:
            session.show(_report([views.one(conn, name)], "view-show"))

    @command(
        app, "drop", shares=("write",), example="ci-cli customer view drop my-french",
        help=_("Forget a view; no customer is touched."),
    )  # fmt: skip
    def drop(session: Session, name: Annotated[str, typer.Argument(help=_("The view."))]) -> None:
        from ci_cli.store import engine, views

        with (
            session.store(write=True) as conn,
            engine.transaction(conn, keep=not session.dry_run),
        ):
            views.drop(conn, name)
        session.say(Note(msg("Forgot the view {name}.", name=name)))
        _say_dry(session)


def check_order(by: str | None) -> None:
    """Refuse an order that there is not.

    Raises:
        CiError: ``order-unknown``, exit 2.
    """
    if by not in (None, *ORDERS):
        raise CiError(
            "order-unknown",
            msg("Customers cannot be listed by {order}.", order=by),
            hint=msg("Choose recent or priority."),
            exit_code=ExitCode.DECIDE,
        )


def _say_dry(session: Session) -> None:
    if session.dry_run:
        session.say(Note(msg("Dry run: nothing was kept.")))


def _report(found: list[views.View], key: str) -> Report:
    columns = (
        Column("view", msg("view"), "id"),
        Column("where", msg("asks for")),
        Column("name_part", msg("name contains")),
        Column("by", msg("order"), "state"),
        Column("author", msg("by")),
        Column("at", msg("kept at"), "id"),
    )
    rows = [
        (one.name, " & ".join(one.where) or None, one.part, one.by, one.author, one.at)
        for one in found
    ]
    meta = {"views": {one.name: list(one.where) for one in found}}
    return Report(key, msg("Views"), [Table("views", columns, rows)], meta)
