"""``ci-cli report products``, ``discounts`` and ``margin``: pivots with a name."""

# no postponed annotations here: the shared option types below are local names
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

import typer

from ci_cli.cli.options import Session, command
from ci_cli.cli.programme.pivot_commands import accounted, show_each
from ci_cli.cli.programme.pivot_input import Asked, answer, period
from ci_cli.report import Note, Report
from ci_cli.reports.programme.pivot_presets import PRESETS, Preset
from ci_cli.shapes.pivots import Base
from ci_cli.store.engine import Connection
from ci_cli.text import _, msg

_SHARES = ("as_of", "show", "source")
_since = typer.Option("--since", metavar="DAY", help=_("From this day or month on."))
_until = typer.Option("--until", metavar="DAY", help=_("Up to this day or month."))
_top = typer.Option("--top", min=0, help=_("Rows to show, the rest in one; 0 shows all."))
_columns = typer.Option(
    "--columns", min=0, help=_("Columns to show, the rest in one; 0 shows all.")
)
_where = typer.Option("--where", metavar="NAME=VALUE", help=_("Only these; - is none."))


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @command(
        app, "products", shares=_SHARES, example="ci-cli report products --top 20",
        help=_("Products by revenue, with their places, shares and returns."),
    )  # fmt: skip
    def products(
        session: Session,
        top: Annotated[int | None, _top] = None,
        since: Annotated[str | None, _since] = None,
        until: Annotated[str | None, _until] = None,
        where: Annotated[list[str] | None, _where] = None,
    ) -> None:
        preset = PRESETS["products"]
        asked = replace(
            asked_for(preset), top=preset.top if top is None else top, since=since, until=until,
            where=tuple(where or ()),
        )  # fmt: skip
        show_preset(session, preset, asked, placed=True)

    @command(
        app, "discounts", shares=_SHARES, example="ci-cli report discounts --since 1998-01-01",
        help=_("What each customer was given off, by period, and its share of the full price."),
    )  # fmt: skip
    def discounts(
        session: Session,
        by: Annotated[
            Literal["month", "quarter", "year"], typer.Option("--by", help=_("The period."))
        ] = "quarter",
        rows: Annotated[
            str, typer.Option("--rows", help=_("What each row is, as in report pivot."))
        ] = "customer",
        top: Annotated[int | None, _top] = None,
        columns: Annotated[int | None, _columns] = None,
        since: Annotated[str | None, _since] = None,
        until: Annotated[str | None, _until] = None,
    ) -> None:
        preset = PRESETS["discounts"]
        asked = replace(
            asked_for(preset), rows=rows, columns=by, top=top, most_columns=columns, since=since,
            until=until,
        )  # fmt: skip
        show_preset(session, preset, asked)

    @command(
        app, "margin", shares=_SHARES, example="ci-cli report margin --by tenure",
        help=_("Discount and margin by the age of customers, or by anything else."),
    )  # fmt: skip
    def margin(
        session: Session,
        by: Annotated[
            str, typer.Option("--by", help=_("What each row is, as in report pivot."))
        ] = "tenure",
        top: Annotated[int | None, _top] = None,
        since: Annotated[str | None, _since] = None,
        until: Annotated[str | None, _until] = None,
        where: Annotated[list[str] | None, _where] = None,
    ) -> None:
        def build(conn: Connection, as_of: date, currency: str) -> Report:
            from ci_cli.store import pivot

            first = "" if since is None else period(since, session)[0].isoformat()
            has_cost = pivot.has_cost(conn, first)
            preset = PRESETS["margin" if has_cost else "margin-without-cost"]
            asked = replace(
                asked_for(preset), rows=by, top=top, since=since, until=until,
                where=tuple(where or ()),
            )  # fmt: skip
            return preset_report(session, conn, preset, asked, as_of, currency, cost=has_cost)

        show_each(session, "orders", build)


def asked_for(preset: Preset, base: Base = "orders") -> Asked:
    """Return what a preset asks."""
    return Asked(
        base,
        preset.rows,
        preset.columns,
        preset.measures,
        top=preset.top,
        ranked_by=preset.ranked_by,
    )


def show_preset(session: Session, preset: Preset, asked: Asked, *, placed: bool = False) -> None:
    """Answer a preset and show it."""

    def build(conn: Connection, as_of: date, currency: str) -> Report:
        return preset_report(session, conn, preset, asked, as_of, currency, placed=placed)

    show_each(session, asked.base, build)


def preset_report(
    session: Session, conn: Connection, preset: Preset, asked: Asked, as_of: date, currency: str,
    *, placed: bool = False, cost: bool | None = None,
) -> Report:  # fmt: skip
    """Return the report of a preset.

    Args:
        session: of the command.
        conn: the store.
        preset: what the report is called.
        asked: the preset as the user changed it.
        as_of: the day to speak for.
        currency: the only one that is counted.
        placed: whether rows have places.
        cost: whether any line tells its cost; None: that is no matter here.
    """
    from ci_cli.reports.programme import pivot as pivot_report
    from ci_cli.reports.programme import pivot_presets

    found = answer(session, conn, asked, as_of, currency)
    notes = list[Note]()
    if "discount" in asked.measures:
        notes.append(
            Note(msg("Discount rate: discount / (sales + discount), sales alone, before returns."))
        )
    if cost is not None:
        notes.append(_basis(cost=cost))
    said, meta = accounted(conn, found)
    notes += said
    title = pivot_presets.title_of(preset, found.shown)
    report = pivot_report.build(found.shown, title, meta=meta, notes=notes)
    return pivot_presets.ranked(report, found.shown) if placed else report


def _basis(*, cost: bool) -> Note:
    if cost:
        return Note(
            msg(
                "Basis profit: margin is revenue less cost, of the lines whose cost is known; cost"
                " known says how much of the revenue that is."
            )
        )
    return Note(
        msg(
            "Basis revenue: no order line in the store tells its cost, so there is no margin here."
            " Import a column of costs and it appears."
        )
    )
