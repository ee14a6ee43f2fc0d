"""``ci-cli db fields``: the register of everything that is stored about customers."""

from __future__ import annotations

from typing import Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.text import _


def register(app: typer.Typer) -> None:
    """Add the command to the group of the store."""

    @command(
        app, "fields", shares=("show",), example="ci-cli db fields --unused 180d",
        help=_("Every stored field: how full, last changed and exported, which reports use it."),
    )  # fmt: skip
    def fields(
        session: Session,
        unused: Annotated[
            str | None,
            typer.Option(
                "--unused", metavar="180d|DAY",
                help=_("Only those that no report uses and nobody filled or exported since."),
            ),
        ] = None,
    ) -> None:  # fmt: skip
        import json
        from importlib.resources import files

        from ci_cli.analysis.spoken_days import earlier_day
        from ci_cli.reports.upkeep import db_fields
        from ci_cli.store import engine, field_register

        since = None if unused is None else earlier_day(unused, session.today)
        # measured by tests/test_field_uses.py
        uses = json.loads((files("ci_cli") / "data" / "field_uses.json").read_text("utf-8"))
        with session.store() as conn, engine.snapshot(conn):
            found = field_register.fields(conn)
        session.show(db_fields.build(found, uses, unused_since=since))
