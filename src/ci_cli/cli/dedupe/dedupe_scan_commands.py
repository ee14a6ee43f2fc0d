"""``ci-cli dedupe scan|clusters|pairs|explain|rules``: find records of the same customer."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from ci_cli.cli.options import Session, command
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import _, msg


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "scan", shares=("show", "write"), example="ci-cli dedupe scan",
        help=_("Find records that describe the same customer; nothing is merged unasked."),
    )  # fmt: skip
    def scan(
        session: Session,
        full: Annotated[
            bool, typer.Option("--full", help=_("Learn and compare everything anew."))
        ] = False,
        auto: Annotated[
            bool, typer.Option("--auto", help=_("Merge the pairs that are certain."))
        ] = False,
    ) -> None:
        _scan(session, full=full, auto=auto)

    @command(
        app, "clusters", shares=("show",), example="ci-cli dedupe clusters --format csv",
        help=_("One row per record: source, key there, cluster, probability."),
    )  # fmt: skip
    def clusters(
        session: Session,
        threshold: Annotated[
            float,
            typer.Option("--threshold", metavar="P", help=_("Probability that joins records.")),
        ] = 0.5,
    ) -> None:
        from ci_cli.dedupe import outcome
        from ci_cli.reports.dedupe import dedupe_pairs
        from ci_cli.store import engine, scans

        with session.store() as conn, engine.snapshot(conn):
            last = outcome.require_scan(conn)
            rows = outcome.clusters_at(conn, threshold)
            new = scans.new_since(conn, last)
        session.show(dedupe_pairs.clusters(rows, threshold, new))

    @command(
        app, "pairs", shares=("show",), example="ci-cli dedupe pairs --top 10",
        help=_("One row per likely pair, with what each field says for and against."),
    )  # fmt: skip
    def pairs(
        session: Session,
        threshold: Annotated[
            float,
            typer.Option("--threshold", metavar="P", help=_("Only pairs that are so likely.")),
        ] = 0.5,
        top: Annotated[
            int | None, typer.Option("--top", min=1, help=_("How many to list."))
        ] = None,
    ) -> None:
        from ci_cli.dedupe import outcome, pair_codes
        from ci_cli.reports.dedupe import dedupe_pairs
        from ci_cli.store import engine, scans

        with session.store() as conn, engine.snapshot(conn):
            last = outcome.require_scan(conn)
            rows = scans.pairs(conn, least=outcome.checked(threshold), limit=top)
            new = scans.new_since(conn, last)
        # on a screen nobody fills anything in
        to_fill = session.out is not None or session.format not in (None, "table")
        codes = [pair_codes.code_of_row(last.id, row) for row in rows] if to_fill else None
        session.show(dedupe_pairs.pairs(rows, last.model["names"], threshold, new, codes))

    @command(
        app, "explain", shares=("show",), example="ci-cli dedupe explain ERNSH PICCO",
        help=_("Why two customers were taken for one, or not, in words."),
    )  # fmt: skip
    def explain(
        session: Session,
        one: Annotated[
            str,
            typer.Argument(help=_("C number, the source's own id, a name, or SOURCE:KEY.")),
        ],
        other: Annotated[str, typer.Argument(help=_("The other one, likewise."))],
    ) -> None:
        from ci_cli.dedupe import why
        from ci_cli.reports.dedupe import dedupe_pairs

        with session.store() as conn:
            said = why.explain_pair(conn, one, other)
        session.show(dedupe_pairs.explanation(said))

    @command(
        app, "rules", shares=("show",), example="ci-cli dedupe rules --export rules.yaml",
        help=_("What a scan goes by: comparisons, what records must share; as a file to edit."),
    )  # fmt: skip
    def rules(
        session: Session,
        export: Annotated[
            Path | None,
            typer.Option("--export", metavar="FILE", help=_("Write the rules to FILE (YAML).")),
        ] = None,
        take: Annotated[
            Path | None,
            typer.Option("--import", metavar="FILE", help=_("Go by the rules in FILE (YAML).")),
        ] = None,
        reset: Annotated[
            bool, typer.Option("--reset", help=_("Go by the usual rules again."))
        ] = False,
    ) -> None:
        _rules(session, export, take, reset=reset)


def _scan(session: Session, *, full: bool, auto: bool) -> None:
    from ci_cli.dedupe.scan import Progress
    from ci_cli.dedupe.scan import scan as run_scan
    from ci_cli.output.messages import progress
    from ci_cli.reports.dedupe import dedupe_scan

    started = time.perf_counter()
    with (
        session.store(write=True) as conn,
        progress(
            msg("Comparing pairs"), enabled=not session.quiet, no_color=session.no_color
        ) as advance,
    ):
        found = run_scan(
            conn, by=session.user, at=session.now, full=full, auto=auto,
            keep=not session.dry_run,
            progress=Progress(lambda pairs: advance(pairs, 0), lambda pairs: advance(0, pairs)),
        )  # fmt: skip
    session.show(dedupe_scan.build(found, dry_run=session.dry_run))
    took = time.perf_counter() - started
    if took >= 1:
        session.say(Note(msg("Time: {seconds} s.", seconds=f"{took:.1f}")))


def _rules(session: Session, export: Path | None, take: Path | None, *, reset: bool) -> None:
    from ci_cli.dedupe import rules_file
    from ci_cli.output.atomic import write_atomic_text
    from ci_cli.store import engine

    if sum((export is not None, take is not None, reset)) > 1:
        raise typer.BadParameter(_("Choose one of --export, --import and --reset."))
    with session.store(write=take is not None or reset) as conn:
        if take is not None:
            with engine.transaction(conn):
                rules_file.bring_in(conn, take)
        elif reset:
            with engine.transaction(conn):
                rules_file.forget(conn)
        plain = rules_file.current(conn)
    if export is not None:
        with write_atomic_text(export) as file:
            file.write(rules_file.as_text(plain))
        session.say(Note(msg("Wrote {path}.", path=str(export))))
        return
    if take is not None or reset:
        session.say(Note(msg("The next scan goes by these rules.")))
    session.show(_rules_report(plain))


def _rules_report(plain: dict[str, Any]) -> Report:
    from math import log2

    comparisons = []
    for name, shares in plain["comparisons"].items():
        m = [*shares["m"], 1 - sum(shares["m"])]
        u = [*shares["u"], 1 - sum(shares["u"])]
        comparisons += [
            (name, level, a, b, round(log2(a / b), 2))
            for level, a, b in zip(shares["levels"], m, u, strict=True)
        ]
    tables = [
        Table(
            "comparisons",
            (
                Column("type", msg("compared as"), "state"),
                Column("level", msg("how alike"), "state"),
                Column("m", msg("of true pairs"), "percent"),
                Column("u", msg("of strangers"), "percent"),
                Column("bits", msg("weight, bits"), "number"),
            ),
            comparisons,
            title=msg("Comparisons before learning"),
        ),
        Table(
            "blocking",
            (Column("rule", msg("rule")),),
            [(rule,) for rule in plain["blocking"]],
            title=msg("What records must share to be compared"),
        ),
    ]
    limits = {key: value for key, value in plain.items() if key not in ("comparisons", "blocking")}
    return Report("dedupe-rules", msg("Rules of a scan"), tables, limits)
