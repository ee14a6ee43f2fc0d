"""``ci-cli report verticals``: what each industry brings, how it grows, how far it is won."""

# no postponed annotations here: the shared option types below are local names
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from ci_cli.analysis import pivot as pivots
from ci_cli.analysis.periods import shift_months
from ci_cli.cli.options import Session, command
from ci_cli.cli.programme.pivot_commands import accounted, show_each
from ci_cli.cli.programme.pivot_input import Asked, answer, measure_of
from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.report import Report
from ci_cli.reports.programme.pivot_presets import VERTICALS, Target, Vertical
from ci_cli.shapes.pivots import EVERYTHING, Base, Question
from ci_cli.store.engine import Connection
from ci_cli.text import _, msg

NAME, INDUSTRY = "customer.name", "customer.industry"
Listed = list[tuple[str, str]]  # name, industry


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app, "verticals", shares=("as_of", "show", "source"), example="ci-cli report verticals",
        help=_("Customers won and revenue by industry and quarter, growth and penetration."),
    )  # fmt: skip
    def verticals(
        session: Session,
        of: Annotated[
            Literal["orders", "opportunities"],
            typer.Option("--of", help=_("What makes a customer: an order, or a deal won.")),
        ] = "orders",
        targets: Annotated[
            Path | None,
            typer.Option(
                "--targets",
                metavar="FILE",
                help=_("A list of companies you would like to have, with their industries."),
            ),
        ] = None,
        columns: Annotated[
            int | None,
            typer.Option("--columns", min=0, help=_("Quarters to show, earlier ones in one.")),
        ] = None,
    ) -> None:
        listed = [] if targets is None else read_targets(targets)

        def build(conn: Connection, as_of: date, currency: str) -> Report:
            return _report(session, conn, of, as_of, currency, listed, columns)

        show_each(session, of, build)


def _report(
    session: Session, conn: Connection, base: Base, as_of: date, currency: str, listed: Listed,
    columns: int | None,
) -> Report:  # fmt: skip
    from ci_cli.reports.programme import pivot_presets
    from ci_cli.store import pivot

    worth, won, buying = VERTICALS[base]
    decided = ("outcome=won",) if base == "opportunities" else ()
    asked = Asked(base, "industry", "quarter", (worth,), where=decided, top=0, most_columns=columns)
    revenue = answer(session, conn, asked, as_of, currency)
    first = answer(session, conn, replace(asked, measures=(won,)), as_of, currency)
    year = shift_months(as_of, -12)
    spans = [
        replace(revenue.question, columns=EVERYTHING, kept_columns=None, since=since.isoformat(),
                until=until.isoformat())
        for since, until in (
            (year + timedelta(days=1), as_of),
            (shift_months(as_of, -24) + timedelta(days=1), year),
        )
    ]  # fmt: skip
    measure, bought = measure_of(base, worth), measure_of(base, buying)
    now, before = (_by_industry(conn, span, measure) for span in spans)
    whole = replace(revenue.question, columns=EVERYTHING, kept_columns=None)
    ever, active = (_by_industry(conn, span, bought) for span in (whole, spans[0]))
    known = pivot.customers_by_industry(conn)
    rows = [
        Vertical(name, known.get(name, 0), ever.get(name, 0), active.get(name, 0),
                 now.get(name, 0), before.get(name, 0))
        for name in sorted(set(revenue.shown.rows) | set(known))
    ]  # fmt: skip
    notes, said = accounted(conn, revenue)
    meta = {
        **said,
        "as_of": as_of.isoformat(),
        "currency": currency,
        "of": base,
        "targets": len(listed),
    }
    return pivot_presets.verticals(
        revenue.shown, first.shown, rows, _matched(conn, base, listed, as_of),
        day=as_of.isoformat(), notes=notes, meta=meta,
    )  # fmt: skip


def _by_industry(conn: Connection, question: Question, measure: pivots.Measure) -> dict[str, int]:
    """Return one figure of each industry."""
    from ci_cli.store import pivot

    if measure.thing:
        counted = pivot.counts(conn, question, measure.thing)
        return {one.row: one.number for one in counted
                if one.row is not None and one.column is None}  # fmt: skip
    cells = pivot.cells(conn, question, measure.sums)
    return {cell.row: int(measure.value(dict(zip(measure.sums, cell.sums, strict=True))) or 0)
            for cell in cells}  # fmt: skip


def _matched(conn: Connection, base: Base, listed: Iterable[tuple[str, str]], as_of: date
) -> list[Target]:  # fmt: skip
    """Count how many companies of a list are in the store, and have bought."""
    from ci_cli.models.names import name_key
    from ci_cli.store import pivot, pivot_words

    ids = pivot_words.ids_by_name(conn)
    bought = pivot.buyers(conn, base, as_of.isoformat())
    found: dict[str, Counter[str]] = {}
    for key, industry in {name_key(name): industry for name, industry in listed}.items():
        count = found.setdefault(industry, Counter())
        known = ids.get(key or "", set())
        count["listed"] += 1
        count["known"] += bool(known)
        count["bought"] += bool(known & bought)
    return [
        Target(industry, count["listed"], count["known"], count["bought"])
        for industry, count in found.items()
    ]


def read_targets(path: Path) -> Listed:
    """Read the companies of a target list and the industries that it gives them.

    Raises:
        CiError: ``column-missing``: no column holds the names.
    """
    from ci_cli.importing.mapping.headers import read_headers
    from ci_cli.readers.base import ReadOptions
    from ci_cli.readers.opening import open_tables

    with open_tables(path, ReadOptions()) as tables:
        rows = [row for chunk in tables[0].chunks() for row in chunk.rows] if tables else []
    header = [cell.strip() for cell in rows[0]] if rows else []
    places: dict[str, int] = {}
    for place, heading in enumerate(read_headers(header)):
        for field in heading.fields() & {NAME, INDUSTRY}:
            places.setdefault(field, place)
    if NAME not in places:
        raise CiError(
            "column-missing",
            msg("No column holds {field}.", field=NAME),
            hint=msg("Call the column with the names of the companies: customer name."),
            where=Where(file=str(path)), exit_code=ExitCode.DECIDE,
            details=(", ".join(text for text in header if text),),
        )  # fmt: skip
    name, industry = places[NAME], places.get(INDUSTRY)
    return [
        (row[name].strip(), row[industry].strip() if industry is not None else "")
        for row in rows[1:]
        if len(row) > max(name, industry or 0) and row[name].strip()
    ]
