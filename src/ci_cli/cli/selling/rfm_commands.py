"""``ci-cli rfm``: score, name, compare and list customers by how they buy."""

# no postponed annotations here: the shared option types below are local names
import dataclasses
import json
from collections.abc import Callable
from typing import Annotated, Any

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command, spoken_language
from ci_cli.cli.selling import forecast_commands
from ci_cli.report import Report
from ci_cli.text import _

_SHARES = ("as_of", "show", "source")
CALL_WINDOW = "24m"  # who left years ago is nobody to call first

Run = tuple[str, Any, Any]  # currency, scored base, lines without a customer


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""
    forecast_commands.register(app)
    window = Annotated[
        str,
        typer.Option("--window", metavar="24m|90d|2y|all", help=_("Days that count.")),
    ]
    bins = Annotated[int, typer.Option("--bins", help=_("Score levels, 3 to 10."))]
    cuts = Annotated[
        list[str] | None,
        typer.Option(
            "--cuts", metavar="f=1,2,4,8", help=_("Fixed limits for r, f or m instead of ranks.")
        ),
    ]
    segment_map = Annotated[
        str,
        typer.Option(
            "--map",
            metavar="11|8-zh|FILE",
            help=_("Names for the codes: eleven segments, the Chinese eight, or your own file."),
        ),
    ]

    def score(
        session: Session, conn: Any, *, window: str, bins: int, cuts: list[str] | None,
        segment_map: str,
    ) -> list[Run]:  # fmt: skip
        from ci_cli.analysis.rfm import check_bins, parse_cuts
        from ci_cli.analysis.segment_maps import load_map
        from ci_cli.store import facts

        check_bins(bins)
        limits = parse_cuts(cuts or [], bins)
        names = load_map(segment_map)
        as_of = inputs.as_of_day(session, conn)
        if as_of is None:
            inputs.nothing_yet(session)
            return []
        session.say(*inputs.undated_note(conn))
        found = []
        for currency in inputs.chosen_currencies(session, conn):
            base = inputs.scored(
                conn, as_of=as_of, currency=currency, window_text=window, segment_map=names,
                bins=bins, cuts=limits,
            )  # fmt: skip
            rest = facts.unassigned(
                conn, as_of=as_of.isoformat(), start=inputs.day_before(base.window.first),
                currency=currency,
            )  # fmt: skip
            found.append((currency, base, rest))
        return found

    @command(
        app, "run", shares=_SHARES, example="ci-cli rfm run --as-of 1998-05-06",
        help=_("Score every customer: recency, frequency, money, segment, own rhythm."),
    )  # fmt: skip
    def run(
        session: Session,
        window: window = inputs.ALL_HISTORY,
        bins: bins = 5,
        cuts: cuts = None,
        segment_map: segment_map = "11",
        top: Annotated[
            int | None, typer.Option("--top", min=1, help=_("Show only the first N customers."))
        ] = None,
        save: Annotated[
            str | None,
            typer.Option("--save", metavar="NAME", help=_("Keep the run under this name.")),
        ] = None,
    ) -> None:
        from ci_cli.reports.selling import rfm_run

        if save is not None and session.is_narrowed:
            raise typer.BadParameter(_("A run of some sources only cannot be saved."))
        with inputs.open_facts(session, write=save is not None) as conn:
            runs = score(
                session, conn, window=window, bins=bins, cuts=cuts, segment_map=segment_map
            )
            if save is not None and runs:
                _save(session, conn, save, runs)
        report = _report(
            session, runs,
            lambda currency, base, rest: rfm_run.build(
                base, currency=currency, unassigned=rest, language=spoken_language()
            ),
        )  # fmt: skip
        if report is not None:
            session.show(_first_rows(report, top))

    @command(
        app, "segments", shares=_SHARES, example="ci-cli rfm segments --map 8-zh",
        help=_("How many customers and how much money stand in each segment, and what to do."),
    )  # fmt: skip
    def segments(
        session: Session,
        window: window = inputs.ALL_HISTORY,
        segment_map: segment_map = "11",
    ) -> None:
        from ci_cli.reports.selling import rfm_segments

        with inputs.open_facts(session) as conn:
            runs = score(session, conn, window=window, bins=5, cuts=None, segment_map=segment_map)
        _show(
            session, runs,
            lambda currency, base, rest: rfm_segments.build(
                base, currency=currency, unassigned=rest, language=spoken_language()
            ),
        )  # fmt: skip

    @command(
        app, "show", shares=("as_of", "show"), example="ci-cli rfm show ERNSH",
        help=_("One customer: scores, why, and the rhythm in words."),
    )  # fmt: skip
    def show(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
        window: window = inputs.ALL_HISTORY,
        bins: bins = 5,
        cuts: cuts = None,
        segment_map: segment_map = "11",
    ) -> None:
        from ci_cli.reports.selling import rfm_show
        from ci_cli.store import customers

        with inputs.open_facts(session) as conn:
            customer_id = customers.find(conn, customer)
            runs = score(
                session, conn, window=window, bins=bins, cuts=cuts, segment_map=segment_map
            )
        known = [run for run in runs if _knows(run[1], customer_id)] or runs[:1]
        _show(
            session, known,
            lambda currency, base, _rest: rfm_show.build(
                base, customer_id, currency=currency, language=spoken_language()
            ),
        )  # fmt: skip

    @command(
        app, "abc", shares=_SHARES, example="ci-cli rfm abc --customers",
        help=_("Who brings the money: classes A, B, C and the real Pareto curve."),
    )  # fmt: skip
    def abc(
        session: Session,
        window: window = inputs.ALL_HISTORY,
        cuts: Annotated[
            str, typer.Option("--cuts", help=_("Percent of revenue that ends class A and B."))
        ] = "80,95",
        customers: Annotated[
            bool, typer.Option("--customers", help=_("List every customer with its class."))
        ] = False,
        by_parent: Annotated[
            bool, typer.Option("--by-parent", help=_("Companies of one parent count as one."))
        ] = False,
        since: Annotated[
            str | None,
            typer.Option("--since", metavar="DAY", help=_("Who changed class since that day.")),
        ] = None,
    ) -> None:
        from ci_cli.analysis.periods import parse_as_of
        from ci_cli.reports.selling import abc_moves, rfm_abc
        from ci_cli.store import goals

        limits = _two_numbers(cuts)
        with inputs.open_facts(session) as conn:
            runs = score(session, conn, window=window, bins=5, cuts=None, segment_map="11")
            known = goals.profiles(conn) if by_parent else None
            day = parse_as_of(since, session.today) if since else None
            earlier = {} if day is None else {
                currency: inputs.scored(conn, as_of=day, currency=currency, window_text=window)
                for currency, _base, _rest in runs
            }  # fmt: skip

        def build(currency: str, base: Any, rest: Any) -> Report:
            now = abc_moves.Base(base, _families(base, known))
            moves = None
            if day is not None:
                before = abc_moves.Base(earlier[currency], _families(earlier[currency], known))
                moves = abc_moves.moves(before, now, since=day, currency=currency, cuts=limits)
            return rfm_abc.build(
                base, currency=currency, unassigned=rest, cuts=limits, customers=customers,
                families=now.families, moves=moves,
            )  # fmt: skip

        _show(session, runs, build)

    @command(
        app, "call", shares=_SHARES, example="ci-cli rfm call --top 10",
        help=_("Whom to call first: silent far beyond their own rhythm, with money."),
    )  # fmt: skip
    def call(
        session: Session,
        window: window = CALL_WINDOW,
        top: Annotated[int | None, typer.Option("--top", min=1, help=_("How many to list."))] = 20,
    ) -> None:
        from ci_cli.reports.customers import call_first

        with inputs.open_facts(session) as conn:
            runs = score(session, conn, window=window, bins=5, cuts=None, segment_map="11")
        _show(
            session, runs,
            lambda currency, base, _rest: call_first.build(base, currency=currency, top=top),
        )  # fmt: skip

    @command(
        app, "compare", shares=("show",), example="ci-cli rfm compare may june --moves",
        help=_("Compare two saved runs: who moved from which segment to which."),
    )  # fmt: skip
    def compare(
        session: Session,
        before: Annotated[str, typer.Argument(help=_("The earlier saved run."))],
        after: Annotated[str, typer.Argument(help=_("The later saved run."))],
        moves: Annotated[
            bool, typer.Option("--moves", help=_("List who moved where first."))
        ] = False,
    ) -> None:
        from ci_cli.reports.selling import rfm_compare
        from ci_cli.store import saved_runs

        with session.store() as conn:
            one, first = saved_runs.load_rfm(conn, before)
            two, second = saved_runs.load_rfm(conn, after)
        session.show(
            rfm_compare.build(
                first,
                second,
                names=(before, after),
                currency=str(two["currency"]),
                moves=moves,
                bins=(int(one["bins"]), int(two["bins"])),
                order=two.get("segments", ()),
            )
        )


def _families(base: Any, known: Any) -> Any:
    """Return the scored customers, companies of one parent taken together; None: each alone."""
    from ci_cli.analysis.families import families

    if known is None:
        return None
    ids = base.customers.column("row").column("customer_id")
    money = base.customers.column("values").column("monetary")
    return families(dict(zip(ids, money, strict=True)), known, by_parent=True)


def _report(
    session: Session, runs: list[Run], build: Callable[[str, Any, Any], Report]
) -> Report | None:
    """Return one report of all currencies; None in a store without orders."""
    return merged(session, [build(*run) for run in runs]) if runs else None


def _show(session: Session, runs: list[Run], build: Callable[[str, Any, Any], Report]) -> None:
    report = _report(session, runs, build)
    if report is not None:
        session.show(report)


def _save(session: Session, conn: Any, name: str, runs: list[Run]) -> None:
    from ci_cli.store import engine, saved_runs

    for position, (currency, base, _rest) in enumerate(runs):
        names = [] if base.segment_map is None else [s.key for s in base.segment_map.segments]
        params = {
            "currency": currency, "bins": base.bins, "window": base.window.label,
            "cuts": json.loads(json.dumps(base.cuts)), "segments": names,
        }  # fmt: skip
        with engine.transaction(conn):
            saved_runs.save_rfm(
                conn,
                # several currencies: the first one keeps the plain name
                name if position == 0 else f"{name}-{currency}",
                as_of=base.as_of.isoformat(),
                params=params,
                at=session.now,
                rows=_saved_rows(base),
            )


def _saved_rows(base: Any) -> Any:
    scored, values, scores = map(base.customers.column, ("row", "values", "scores"))
    ids, segments = scored.column("customer_id"), base.customers.column("segment")
    return zip(ids, *values.columns, *scores.columns, segments, strict=True)


def _knows(base: Any, customer_id: int) -> bool:
    groups = (base.outside, base.never, base.customers.column("row"))
    return any(customer_id in group.column("customer_id") for group in groups)


def _first_rows(report: Report, top: int | None) -> Report:
    if top is None:
        return report
    tables = [
        dataclasses.replace(t, rows=t.rows[:top]) if t.key.startswith("customers") else t
        for t in report.tables
    ]
    return dataclasses.replace(report, tables=tables)


def _two_numbers(text: str) -> tuple[int, int]:
    from ci_cli.errors import CiError, ExitCode
    from ci_cli.text import msg

    parts = text.split(",")
    if len(parts) != 2 or not all(part.strip().isdecimal() for part in parts):
        raise CiError(
            "abc-cuts-invalid",
            msg("{text} is not two percentages.", text=text),
            hint=msg("Write for example --cuts 80,95."),
            exit_code=ExitCode.DECIDE,
        )
    return int(parts[0]), int(parts[1])
