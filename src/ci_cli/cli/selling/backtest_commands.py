"""``ci-cli procat backtest``: the early warning proved, and tuned, on the store's own history."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command
from ci_cli.cli.selling.procat_judging import Elsewheres, Facts, facts_of, limits_of
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.shapes.categories import ChosenLimits
from ci_cli.store.engine import Connection
from ci_cli.text import _, msg

if TYPE_CHECKING:
    from ci_cli.analysis.decline.backtest import Flags, Material
    from ci_cli.analysis.decline.backtest_result import Backtest
    from ci_cli.analysis.decline.reach import Reach

MOST_FALSE_ALARMS = 1000  # a year


def register(app: typer.Typer) -> None:
    """Add the command to its group."""

    @command(
        app, "backtest", shares=("as_of", "show", "write"), example="ci-cli procat backtest",
        help=_("Prove the early warning on the months of this store: false alarms, months of lead,"
               " how soon declines are seen; and choose its limits."),
    )  # fmt: skip
    def backtest(
        session: Session,
        history: Annotated[
            str,
            typer.Option(
                "--history", metavar="LENGTH", help=_("How far back to replay: 36m, 4y or all.")
            ),
        ] = "36m",
        false_alarms: Annotated[
            float | None,
            typer.Option(
                "--false-alarms-per-year", metavar="N",
                help=_("Find the limits at which all categories together raise N false alarms a"
                       " year."),
            ),
        ] = None,
        save: Annotated[
            bool, typer.Option("--save", help=_("Let `procat check` go by these limits."))
        ] = False,
        reset: Annotated[
            bool, typer.Option("--reset", help=_("Let it go by the built-in limits again."))
        ] = False,
    ) -> None:  # fmt: skip
        if save and reset:
            raise typer.BadParameter(_("Choose one of --save and --reset."))
        _check_number(false_alarms, save=save)
        if reset:
            _reset(session)
        else:
            _backtest(session, history, false_alarms, save=save)


def _check_number(number: float | None, *, save: bool) -> None:
    if number is None and save:
        raise CiError(
            "false-alarms-invalid",
            msg("--save needs the number of false alarms that may be raised in a year."),
            hint=msg("Add --false-alarms-per-year 2; without --save, `procat backtest` shows what"
                     " several numbers cost in delay."),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip
    if number is not None and not 0 < number <= MOST_FALSE_ALARMS:
        raise CiError(
            "false-alarms-invalid",
            msg("{number} false alarms a year cannot be aimed at.", number=number),
            hint=msg("Choose a number above 0, such as 0.5, 2 or 6."),
            exit_code=ExitCode.DECIDE,
        )


def _reset(session: Session) -> None:
    from ci_cli.store import chosen_limits, engine

    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        chosen_limits.forget(conn)
    session.say(Note(msg("The early warning goes by its built-in limits.")))
    _say_dry_run(session)


def _say_dry_run(session: Session) -> None:
    if session.dry_run:
        session.say(Note(msg("Dry run: nothing was kept.")))


def _backtest(session: Session, history: str, number: float | None, *, save: bool) -> None:
    from ci_cli.reports.selling import procat_backtest
    from ci_cli.store import chosen_limits, engine

    found: dict[str, Backtest | None] = {}
    with inputs.open_facts(session) as conn, engine.snapshot(conn):
        as_of = inputs.as_of_day(session, conn)
        if as_of is None:
            inputs.nothing_yet(session)
            return
        session.say(*inputs.undated_note(conn))
        chosen = chosen_limits.read(conn)
        for currency in inputs.chosen_currencies(session, conn):
            found[currency] = _replayed(session, conn, as_of, currency, history, number)
    saved = _save(session, found) if save else {}
    reports = [
        procat_backtest.build(
            one, as_of=as_of, currency=currency, chosen=chosen.get(currency),
            saved=saved.get(currency),
        )
        for currency, one in found.items()
    ]  # fmt: skip
    session.show(merged(session, reports))
    if save:
        _say_dry_run(session)


def _save(session: Session, found: dict[str, Backtest | None]) -> dict[str, ChosenLimits]:
    from ci_cli.store import chosen_limits, engine

    chosen = {
        currency: ChosenLimits(
            one.asked.alarm, one.asked.watch, one.asked.asked, round(one.asked.made, 4),
            round(one.asked.false, 4), len(one.months), one.categories, one.months[-1],
            session.today.isoformat(),
        )
        for currency, one in found.items() if one is not None and one.asked is not None
    }  # fmt: skip
    if not chosen:
        raise CiError(
            "history-short",
            msg("There is too little history to choose limits by."),
            hint=msg("It takes categories with clearly more than a year of complete months; until"
                     " then the built-in limits hold."),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip
    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        chosen_limits.keep(conn, chosen)
    return chosen


def _replayed(
    session: Session, conn: Connection, as_of: date, currency: str, history: str,
    number: float | None,
) -> Backtest | None:  # fmt: skip
    """Return what a replay of one currency shows, None where there is too little to replay."""
    from ci_cli.analysis.decline.backtest import backtest, work
    from ci_cli.output.messages import progress
    from ci_cli.store import chosen_limits, facts

    days = facts.order_days(conn, as_of=as_of.isoformat())
    known = _reach(days, as_of)
    steps = _steps(known.months, days, history)
    if len(steps) < 2:
        return None
    material = _material(conn, known.months, steps, as_of, currency)
    limits = limits_of(chosen_limits.read(conn).get(currency))
    with progress(
        msg("Replaying months"), work(material),
        enabled=not session.quiet, no_color=session.no_color,
    ) as advance:  # fmt: skip
        return backtest(material, limits, number, lambda months: advance(months, 0))


def _reach(days: list[str], as_of: date) -> Reach:
    from ci_cli.analysis.decline.reach import reach

    return reach(days[: bisect_right(days, as_of.isoformat())], as_of)


def _steps(months: list[str], days: list[str], history: str) -> list[int]:
    """Return the months, as indices, after each of which ``procat check`` would have judged it."""
    from ci_cli.analysis.decline.result import PROVISIONAL
    from ci_cli.analysis.periods import last_day, month_of, window

    if not months:
        return []
    first = window(history, last_day(months[-1])).first
    found = []
    for index, month in enumerate(months):
        if index < PROVISIONAL or (first is not None and month < month_of(first)):
            continue
        if _reach(days, last_day(month)).months[-1:] == [month]:
            found.append(index)
    return found


def _material(
    conn: Connection, months: list[str], steps: list[int], as_of: date, currency: str
) -> Material:
    import numpy as np

    from ci_cli.analysis.decline.backtest import Material
    from ci_cli.analysis.decline.histories import ledger
    from ci_cli.analysis.decline.renamed import is_renamed
    from ci_cli.analysis.periods import last_day

    known = facts_of(conn, "category", months, as_of, currency)
    whole = facts_of(conn, "total", months, as_of, currency)
    categories, rows = ledger(known.cells, known.purchases, months)
    total, _rows = ledger(whole.cells, whole.purchases, months)
    unsettled = None
    if known.others:
        unsettled = np.concatenate(
            [_unsettled(known, categories.groups, steps), _unsettled(whole, total.groups, steps)]
        )
    net = {(cell.group, cell.month): cell.net for cell in known.cells}
    elsewhere = Elsewheres(conn, currency)

    def renamed(group: str, month: int, since: int) -> bool:
        return elsewhere.shares(group) and is_renamed(
            group, months[since], months[: month + 1],
            lambda one, at: net.get((one, at), 0),
            lambda one, windows: elsewhere.at(one, windows, last_day(months[month])),
        )  # fmt: skip

    return Material(categories, rows, total, months, steps, unsettled, renamed)


def _unsettled(known: Facts, groups: Sequence[str], steps: list[int]) -> Flags:
    """Return where the currency of a group had changed of late, (groups, steps)."""
    import numpy as np

    from ci_cli.analysis.decline.currency_moves import moved_away

    moved = [moved_away(known.cells, known.others, known.months[: step + 1]) for step in steps]
    return np.array([[group in one for one in moved] for group in groups], dtype=bool)
