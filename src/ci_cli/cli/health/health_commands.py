"""``ci-cli health``: how healthy each customer is, why, and how that changes."""

# no postponed annotations here: the shared option types below are local names
from typing import Annotated, Any

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command, spoken_language
from ci_cli.text import _

MOST_RECORDS = 12
_SHARES = ("as_of", "show", "source")


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""
    profile_option = Annotated[
        str | None,
        typer.Option(
            "--profile", metavar="NAME|FILE",
            help=_("Judge everybody by this profile; else each by that of its industry."),
        ),
    ]  # fmt: skip
    flagship_option = Annotated[
        list[str] | None,
        typer.Option(
            "--flagship", metavar="NAME",
            help=_("Product or category whose adoption counts; may be repeated."),
        ),
    ]  # fmt: skip

    @command(
        app, "run", shares=_SHARES, example="ci-cli health run --top 10",
        help=_("Every customer from 0 to 100: hard facts, soft facts, and how much is known."),
    )  # fmt: skip
    def run(
        session: Session,
        profile: profile_option = None,
        flagship: flagship_option = None,
        top: Annotated[
            int | None, typer.Option("--top", min=1, help=_("Show only the first N customers."))
        ] = None,
        save: Annotated[
            str | None,
            typer.Option("--save", metavar="NAME", help=_("Keep the run under this name.")),
        ] = None,
    ) -> None:
        from ci_cli.reports.health import health_run

        if save is not None and session.is_narrowed:
            raise typer.BadParameter(_("A run of some sources only cannot be saved."))
        with inputs.open_facts(session, write=save is not None) as conn:
            runs = judge_all(session, conn, profile, flagship)
            if save is not None and runs:
                _save(session, conn, save, runs)
        reports = [
            health_run.build(
                one.customers, as_of=one.as_of, currency=one.currency, language=spoken_language(),
                flagship=_has_flagship(one),
            )
            for one in runs
        ]  # fmt: skip
        if reports:
            session.show(first_rows(merged(session, reports), top))

    @command(
        app, "show", shares=_SHARES, example="ci-cli health show ERNSH",
        help=_("One customer: what each part of its score is worth."),
    )  # fmt: skip
    def show(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
        profile: profile_option = None,
        flagship: flagship_option = None,
    ) -> None:
        from ci_cli.reports.health import health_show
        from ci_cli.store import customers

        with inputs.open_facts(session) as conn:
            customer_id = customers.find(conn, customer)
            runs = judge_all(session, conn, profile, flagship)
        reports = [
            health_show.build(
                one, as_of=run.as_of, currency=run.currency, flagship=_has_flagship(run)
            )
            for run, one in _of(runs, customer_id)
        ]
        if runs:
            session.show(merged(session, reports))

    @command(
        app, "explain", shares=_SHARES, example="ci-cli health explain ERNSH",
        help=_("Trace every point to the orders, interactions and figures behind it."),
    )  # fmt: skip
    def explain(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
        profile: profile_option = None,
        flagship: flagship_option = None,
        full: Annotated[
            bool, typer.Option("--full", help=_("List every record, not only the latest."))
        ] = False,
    ) -> None:
        from ci_cli.analysis.health.evidence import trace
        from ci_cli.cli.health import health_input
        from ci_cli.reports.health import health_explain
        from ci_cli.store import customers, engine

        reports = []
        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            customer_id = customers.find(conn, customer)
            runs = judge_all(session, conn, profile, flagship)
            for found, one in _of(runs, customer_id):
                traced = trace(one, health_input.details_of(conn, found, one), found.as_of)
                reports.append(
                    health_explain.build(
                        one, traced, as_of=found.as_of, currency=found.currency,
                        most=None if full else MOST_RECORDS,
                    )
                )  # fmt: skip
        if reports:
            session.show(merged(session, reports))

    @command(
        app, "plays", shares=_SHARES, example="ci-cli health plays --play rescue --top 10",
        help=_("Rescue, grow or protect: at most one play for each customer, and what to do next."),
    )  # fmt: skip
    def plays(
        session: Session,
        profile: profile_option = None,
        flagship: flagship_option = None,
        play: Annotated[
            str | None,
            typer.Option("--play", metavar="rescue|grow|protect", help=_("Only this play.")),
        ] = None,
        top: Annotated[int | None, typer.Option("--top", min=1, help=_("How many to list."))] = 20,
    ) -> None:
        from ci_cli.analysis.health import plays as found_plays
        from ci_cli.reports.health import health_plays

        if play is not None and play not in found_plays.PLAYS:
            raise _no_play(play)
        with inputs.open_facts(session) as conn:
            runs = judge_all(session, conn, profile, flagship)
        reports = [
            health_plays.build(
                found_plays.plays(run.customers), wanted=play, customers=len(run.customers),
                as_of=run.as_of, currency=run.currency, language=spoken_language(),
            )
            for run in runs
        ]  # fmt: skip
        if reports:
            session.show(first_rows(merged(session, reports), top))

    @command(
        app, "compare", shares=("show",), example="ci-cli health compare may june --moves",
        help=_("Compare two saved runs: who moved from which band to which."),
    )  # fmt: skip
    def compare(
        session: Session,
        before: Annotated[str, typer.Argument(help=_("The earlier saved run."))],
        after: Annotated[str, typer.Argument(help=_("The later saved run."))],
        moves: Annotated[
            bool, typer.Option("--moves", help=_("List who moved where first."))
        ] = False,
    ) -> None:
        from ci_cli.reports.health import health_compare
        from ci_cli.store import saved_runs

        with session.store() as conn:
            one, first = saved_runs.load_health(conn, before)
            two, second = saved_runs.load_health(conn, after)
        session.show(
            health_compare.build(
                first, second, names=(before, after), moves=moves,
                currencies=(str(one["currency"]), str(two["currency"])),
            )
        )  # fmt: skip


def register_profiles(app: typer.Typer) -> None:
    """Add ``health profile``."""

    @command(
        app, "list", shares=("show",), example="ci-cli health profile list",
        help=_("The profiles that are shipped, and for which industries."),
    )  # fmt: skip
    def list_(session: Session) -> None:
        from ci_cli.analysis.health.profile_file import load_profiles
        from ci_cli.reports.health import health_profiles

        session.show(health_profiles.build(load_profiles(None).all, language=spoken_language()))

    @command(
        app, "show", shares=("show",), example="ci-cli health profile show saas",
        help=_("One profile part by part: weights and curves."),
    )  # fmt: skip
    def show(
        session: Session,
        name: Annotated[str, typer.Argument(help=_("A shipped profile or a file."))],
    ) -> None:
        from ci_cli.analysis.health.profile_file import load_profile
        from ci_cli.reports.health import health_profiles

        session.show(health_profiles.parts(load_profile(name)))

    @command(
        app, "check", example="ci-cli health profile check default",
        help=_("Say whether a profile can be used: weights, curves, names."),
    )  # fmt: skip
    def check(
        session: Session,
        name: Annotated[str, typer.Argument(help=_("A shipped profile or a file."))],
    ) -> None:
        from ci_cli.analysis.health.profile_file import load_profile
        from ci_cli.report import Note
        from ci_cli.text import msg

        profile = load_profile(name)
        session.say(Note(msg("{name} can be used. Parts: {n}.", name=name, n=len(profile.parts))))


def judge_all(
    session: Session, conn: Any, profile: str | None, flagship: list[str] | None
) -> list[Any]:
    """Judge the customers of each currency asked for; none in a store without orders."""
    from ci_cli.analysis.health.profile_file import load_profiles
    from ci_cli.cli.health import health_input

    profiles = load_profiles(profile)
    as_of = inputs.as_of_day(session, conn)
    if as_of is None:
        inputs.nothing_yet(session)
        return []
    session.say(*inputs.undated_note(conn))
    return [
        health_input.judged(
            conn, profiles, as_of=as_of, currency=currency, flagship=tuple(flagship or ())
        )
        for currency in inputs.chosen_currencies(session, conn)
    ]


def _no_play(play: str) -> Exception:
    from ci_cli.analysis.health.plays import PLAYS
    from ci_cli.errors import CiError, ExitCode
    from ci_cli.text import msg

    return CiError(
        "play-unknown",
        msg("There is no play {name}.", name=play),
        hint=msg("Choose one of: {known}.", known=", ".join(PLAYS)),
        exit_code=ExitCode.DECIDE,
    )


def _has_flagship(run: Any) -> bool:
    return any(base.flagship is not None for base in run.bases.values())


def _of(runs: list[Any], customer_id: int) -> list[tuple[Any, Any]]:
    """Return the customer in each currency that it buys in.

    Raises:
        CiError: ``health-unknown``, exit 2, where it has no orders up to that day.
    """
    from ci_cli.errors import CiError, ExitCode
    from ci_cli.text import msg

    found = [
        (run, one) for run in runs for one in run.customers if one.row.customer_id == customer_id
    ]
    if runs and not found:
        raise CiError(
            "health-unknown",
            msg("C{id} has no orders up to that day, so its health is not known.", id=customer_id),
            hint=msg("`ci-cli customer show C{id}` tells what is known.", id=customer_id),
            exit_code=ExitCode.DECIDE,
        )
    return found


def _save(session: Session, conn: Any, name: str, runs: list[Any]) -> None:
    from ci_cli.store import engine, saved_runs

    with engine.transaction(conn):
        for position, run in enumerate(runs):
            saved_runs.save_health(
                conn,
                # several currencies: the first one keeps the plain name
                name if position == 0 else f"{name}-{run.currency}",
                as_of=run.as_of.isoformat(),
                params={
                    "currency": run.currency,
                    "profiles": [profile.key for profile in run.profiles.all],
                    "flagship": list(run.flagship),
                    "seen": session.today.isoformat(),  # saved_at is in UTC
                },
                at=session.now,
                rows=[
                    (one.row.customer_id, one.score, one.hard, one.soft, one.coverage, one.band,
                     one.profile.key, one.row.net)
                    for one in run.customers
                ],
            )  # fmt: skip


def first_rows(report: Any, top: int | None) -> Any:
    """Return the report with only the first customers."""
    import dataclasses

    if top is None:
        return report
    tables = [
        dataclasses.replace(table, rows=table.rows[:top])
        if table.key.startswith("customers")
        else table
        for table in report.tables
    ]
    return dataclasses.replace(report, tables=tables)
