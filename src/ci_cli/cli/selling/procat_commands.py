"""``ci-cli procat``: revenue by product category by month, and where categories come from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command
from ci_cli.cli.selling import backtest_commands, check_commands, explain_commands
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import _, msg

NO_GROUP = "-"  # what a user types for the row that has no category


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""
    check_commands.register(app)
    explain_commands.register(app)
    backtest_commands.register(app)

    @command(
        app, "report", shares=("as_of", "show", "source"),
        example="ci-cli procat report --months 12",
        help=_("Revenue by category by month, with changes, shares, customers and a spark line."),
    )  # fmt: skip
    def report(
        session: Session,
        by: Annotated[
            Literal["category", "product", "customer", "region", "country", "owner"],
            typer.Option("--by", help=_("What to group by.")),
        ] = "category",
        months: Annotated[int, typer.Option("--months", help=_("How many months to show."))] = 12,
        gross: Annotated[
            bool, typer.Option("--gross", help=_("Sales alone, without returns."))
        ] = False,
        long: Annotated[
            bool, typer.Option("--long", help=_("One row per group and month, for machines."))
        ] = False,
        drill: Annotated[
            tuple[str, str] | None,
            typer.Option(
                "--drill",
                metavar="GROUP MONTH",
                help=_("List the order lines that sum to this cell; - is the group (none)."),
            ),
        ] = None,
    ) -> None:
        if drill is not None:
            _drill(session, by, drill[0], drill[1], gross=gross)
        else:
            _report(session, by, months, gross=gross, long=long)

    @command(
        app, "categories", shares=("show", "write"), example="ci-cli procat categories",
        help=_("Where categories come from; add rules of your own or a mapping file."),
    )  # fmt: skip
    def categories(
        session: Session,
        product: Annotated[
            list[str] | None,
            typer.Option(
                "--product", metavar="CODE=CATEGORY", help=_("Put one product into a category.")
            ),
        ] = None,
        rename: Annotated[
            list[str] | None,
            typer.Option(
                "--rename", metavar="OLD=NEW", help=_("Count one category under another name.")
            ),
        ] = None,
        pattern: Annotated[
            list[str] | None,
            typer.Option(
                "--pattern",
                metavar="GLOB=CATEGORY",
                help=_("Put products without a category by their name, e.g. '*lantern*=Lights'."),
            ),
        ] = None,
        file: Annotated[
            Path | None,
            typer.Option("--file", help=_("Read rules from a CSV: match,value,category.")),
        ] = None,
        remove: Annotated[
            list[str] | None,
            typer.Option("--remove", metavar="VALUE", help=_("Remove the rules for this value.")),
        ] = None,
    ) -> None:
        rules = [
            *_rules("product", product), *_rules("category", rename), *_rules("pattern", pattern),
            *(_rules_from(file) if file else ()),
        ]  # fmt: skip
        _categories(session, rules, remove or [])


def _report(session: Session, by: str, months: int, *, gross: bool, long: bool) -> None:
    from ci_cli.analysis.periods import add_months
    from ci_cli.reports.selling import procat
    from ci_cli.store import engine, facts

    reports = []
    with inputs.open_facts(session) as conn, engine.snapshot(conn):
        as_of = inputs.as_of_day(session, conn)
        if as_of is None:
            inputs.nothing_yet(session)
            return
        session.say(*inputs.undated_note(conn))
        for currency in inputs.chosen_currencies(session, conn):
            span = facts.month_range(conn, as_of=as_of.isoformat(), currency=currency)
            if span is None:
                continue
            # the comparisons with last year need the months before the shown ones
            first = max(span[0], add_months(as_of.isoformat()[:7], -(months + 12)))
            cells, totals = facts.month_cells(
                conn, by=by, as_of=as_of.isoformat(), first=first, last=as_of.isoformat()[:7],
                currency=currency,
            )  # fmt: skip
            reports.append(
                procat.build(
                    cells, totals, as_of=as_of, currency=currency, by=by,  # type: ignore[arg-type]
                    months=months, measure="gross" if gross else "net",
                    layout="long" if long else "wide",
                )
            )  # fmt: skip
    if reports:
        session.show(merged(session, reports))


def _drill(session: Session, by: str, group: str, month: str, *, gross: bool) -> None:
    from ci_cli.analysis.periods import last_day, parse_month
    from ci_cli.reports.selling import procat_drill
    from ci_cli.shapes.pivots import Question
    from ci_cli.store import customers, engine, facts, pivot

    month = parse_month(month)
    key = "" if group == NO_GROUP else group
    reports = []
    with inputs.open_facts(session) as conn, engine.snapshot(conn):
        as_of = inputs.as_of_day(session, conn)
        if as_of is None:
            inputs.nothing_yet(session)
            return
        until = min(as_of, last_day(month)).isoformat()
        if by == "customer" and customers.tombstone(conn, key) is not None:
            key = f"C{customers.find(conn, key)}"
        for currency in inputs.chosen_currencies(session, conn):
            cells, _totals = facts.month_cells(
                conn, by=by, as_of=until, first=month, last=month, currency=currency
            )
            cell = next((c for c in cells if key in (c.group, c.label)), None)
            if cell is None:
                continue
            question = Question("orders", by, "month", currency, until)
            lines: Any = pivot.facts_of(conn, question, cell.group, month)
            reports.append(
                procat_drill.build(
                    lines, group=cell.label, month=month, currency=currency,
                    measure="gross" if gross else "net",
                    expected=cell.gross if gross else cell.net,
                )
            )  # fmt: skip
        known = facts.groups(conn, by) if not reports else []
    if not reports:
        raise CiError(
            "group-unknown",
            msg("Nothing was sold under {group} in {month}.", group=group, month=month),
            hint=msg("Name it as `ci-cli procat report` shows it; - is the row (none)."),
            exit_code=ExitCode.DECIDE,
            details=tuple(known[:20]),
        )
    session.show(merged(session, reports))


def _rules(match: str, texts: list[str] | None) -> list[tuple[str, str, str]]:
    found = []
    for text in texts or ():
        value, equals, category = text.rpartition("=")
        if not (equals and value.strip() and category.strip()):
            raise CiError(
                "rule-invalid",
                msg("{text} is no rule.", text=text),
                hint=msg("Write VALUE=CATEGORY, for example --rename 'Drinks=Beverages'."),
                exit_code=ExitCode.DECIDE,
            )
        found.append((match, value.strip(), category.strip()))
    return found


def _rules_from(path: Path) -> list[tuple[str, str, str]]:
    """Read rules from a file with the columns match, value and category."""
    from ci_cli.errors import Where
    from ci_cli.readers.base import ReadOptions
    from ci_cli.readers.opening import open_tables

    with open_tables(path, ReadOptions()) as tables:
        rows = [
            (line, row)
            for chunk in tables[0].chunks()
            for line, row in zip(chunk.lines, chunk.rows, strict=True)
        ]
    found = []
    for line, row in rows[1:]:
        cells = [cell.strip() for cell in row]
        if len(cells) != 3 or cells[0] not in ("product", "category", "pattern") or not all(cells):
            raise CiError(
                "rule-invalid",
                msg("A line of the mapping file is no rule."),
                hint=msg("Each line has three cells: product, category or pattern; the value; the"
                         " category."),
                where=Where(file=str(path), line=line),
                exit_code=ExitCode.DECIDE,
            )  # fmt: skip
        found.append((cells[0], cells[1], cells[2]))
    return found


def _categories(session: Session, rules: list[tuple[str, str, str]], remove: list[str]) -> None:
    from ci_cli.store import categories, engine

    changes = bool(rules or remove)
    with session.store(write=changes) as conn:
        if changes:
            with engine.transaction(conn, keep=not session.dry_run):
                categories.change(conn, rules, remove)
                listed, known = categories.listing(conn), categories.rules(conn)
        else:
            listed, known = categories.listing(conn), categories.rules(conn)
    if session.dry_run and changes:
        session.say(Note(msg("Dry run: nothing was kept.")))
    sources = Table(
        "categories",
        (
            Column("category", msg("category")),
            Column("products", msg("products"), "int"),
            Column("lines", msg("order lines"), "int"),
        ),
        [tuple(row) for row in listed],
    )
    mapping = Table(
        "rules",
        (
            Column("match", msg("match"), "state"),
            Column("value", msg("value")),
            Column("category", msg("category")),
        ),
        [tuple(row) for row in known],
        title=msg("Rules"),
    )
    notes = [
        Note(
            msg(
                "A rule for a product comes first, then the category that the order line or the"
                " product list gives (renamed by a rule for that category), then the longest"
                " pattern that fits the product's name."
            )
        )
    ]
    tables = [sources, mapping] if known else [sources]
    session.show(Report("procat-categories", msg("Categories"), tables, {}, notes))
