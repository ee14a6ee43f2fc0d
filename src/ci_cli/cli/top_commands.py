"""Commands without a group: ``init``, ``sql``, ``version``."""

from __future__ import annotations

from typing import Annotated

import typer

from ci_cli import __version__
from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import _, msg


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @command(
        app, "init", example="ci-cli init --currency CNY --zone Asia/Shanghai",
        help=_("Create a store; with --demo one that holds a real order history to look at."),
    )  # fmt: skip
    def init(
        session: Session,
        currency: Annotated[
            str, typer.Option("--currency", help=_("Currency of amounts that name none."))
        ] = "",
        zone: Annotated[
            str, typer.Option("--zone", help=_("Time zone of your days, e.g. Asia/Shanghai."))
        ] = "",
        demo: Annotated[
            bool, typer.Option("--demo", help=_("Fill it with the Northwind example and show it."))
        ] = False,
    ) -> int:
        from ci_cli.store import engine

        if demo and (currency or zone):
            raise CiError(
                "demo-is-fixed",
                msg("The example is in USD and UTC."),
                hint=msg("Leave --currency and --zone away, or create a store of your own."),
                exit_code=ExitCode.DECIDE,
            )
        if demo:
            from ci_cli.cli.demo import run_demo

            return run_demo(session)
        code, place = checked_currency(currency), checked_zone(zone)
        engine.create(session.db, currency=code, zone=place, holder=session.holder).close()
        session.say(
            Note(
                msg("Created {path} (currency {currency}, time zone {zone}).",
                    path=str(session.db), currency=code, zone=place)
            ),
            Note(msg("Next: ci-cli import FILE")),
        )  # fmt: skip
        return ExitCode.DONE

    @command(
        app, "sql", shares=("show",), example='ci-cli sql "select name from golden limit 3"',
        help=_(
            "Ask the store in SQL; nothing can be changed this way. Money is in ten-thousandths,"
            " quantity in millionths."
        ),
    )  # fmt: skip
    def sql(
        session: Session,
        query: Annotated[str, typer.Argument(help=_("One SELECT."))],
    ) -> None:
        from ci_cli.store import ask

        with session.store() as conn:
            names, rows = ask.ask(conn, query)
        columns = tuple(Column(name, name) for name in names)
        session.show(Report("sql", msg("Answer"), [Table("rows", columns, rows)]))

    @command(app, "version", example="ci-cli version", help=_("Print the version."))
    def version(session: Session) -> None:  # noqa: ARG001 - answered before this, except with options
        typer.echo(f"ci-cli {__version__}")


def checked_currency(text: str) -> str:
    """Return the currency code, the language's usual one where none is given."""
    from ci_cli.importing.values.amounts import CURRENCY_CODES, CURRENCY_MARKS
    from ci_cli.text import language

    code = text.strip().upper() or ("CNY" if language() == "zh" else "USD")
    code = CURRENCY_MARKS.get(code, code)
    if code not in CURRENCY_CODES:
        raise CiError(
            "currency-invalid",
            msg("{text} is no currency code.", text=text),
            hint=msg("Use three letters: CNY, EUR, USD …"),
            exit_code=ExitCode.DECIDE,
        )
    return code


def checked_zone(text: str) -> str:
    """Return the name of a time zone, UTC where none is given."""
    from zoneinfo import ZoneInfo

    name = text.strip() or _machine_zone()
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CiError(
            "zone-invalid",
            msg("{text} is no time zone.", text=text),
            hint=msg("Use a name such as Asia/Shanghai or Europe/Berlin."),
            exit_code=ExitCode.DECIDE,
        ) from None
    return name


def _machine_zone() -> str:
    """Return the machine's own time zone where it says so by name, else UTC."""
    import os
    from pathlib import Path

    if os.environ.get("TZ"):
        return os.environ["TZ"].removeprefix(":")
    link = Path("/etc/localtime")
    parts = link.resolve().parts if link.is_symlink() else ()
    name = "/".join(parts[parts.index("zoneinfo") + 1 :]) if "zoneinfo" in parts else "UTC"
    return "UTC" if name == "Etc/UTC" else name
