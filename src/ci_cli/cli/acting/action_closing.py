"""``ci-cli action done|drop``: the figures of its subject are frozen again, then it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.acting.action_words import taken_back, words_of
from ci_cli.cli.options import Session
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.shapes.actions import ActionRow, Closing, Figure, Kind
from ci_cli.text import Msg, msg

if TYPE_CHECKING:
    from ci_cli.store.engine import Connection


def done(
    session: Session, number: int, won: str | None, kind: Kind | None, currency: str | None,
    reason: str | None,
) -> None:  # fmt: skip
    """Close an action that was carried out."""
    from ci_cli.cli.top_commands import checked_currency
    from ci_cli.importing.values.typed_money import typed_money

    if (won is None) != (kind is None) or (won is None and currency is not None):
        raise CiError(
            "won-incomplete",
            msg("Money that an action won needs both an amount and its kind."),
            hint=msg("Write for example --won 12000 --kind retained, or leave both away."),
            exit_code=ExitCode.DECIDE,
        )
    amount, code = (None, None) if won is None else typed_money(won)
    wanted = None if currency is None else checked_currency(currency)
    if code is not None and wanted not in (None, code):
        raise CiError(
            "amount-invalid",
            msg("The amount is in {one}, --currency says {other}.", one=code, other=wanted),
            hint=msg("Say the currency once."),
            exit_code=ExitCode.DECIDE,
        )
    close(
        session,
        number,
        Closing(
            "done", session.today.isoformat(), session.user,
            None if reason is None else words_of(reason, msg("The reason")), kind, amount,
            code or wanted,
        ),
    )  # fmt: skip


def close(session: Session, number: int, closing: Closing) -> None:
    """Close an action as ``closing`` says; money without a currency gets that of its subject."""
    from ci_cli.cli.acting.action_figures import Figures
    from ci_cli.store import actions, engine
    from ci_cli.store.writes import actions as writing

    with inputs.open_facts(session, write=True) as conn:
        with engine.snapshot(conn):
            writing.refuse_closed(conn, number)
            row = actions.one(conn, number)
            if closing.won is not None and closing.currency is None:
                closing = closing._replace(currency=_currency_of(conn, row))
            after: Figure | None = Figures(conn, inputs.as_of_day(session, conn)).of_action(row)
        with engine.transaction(conn, keep=not session.dry_run):
            batch = writing.close(conn, number, closing._replace(after=after), at=session.now)
    session.say(Note(_closed(row, closing)), *taken_back(session, batch))


def _closed(row: ActionRow, closing: Closing) -> Msg:
    from ci_cli.report import Money

    if closing.state == "dropped":
        return msg("Action {code} is dropped.", code=row.code)
    if closing.won is None:
        return msg("Action {code} is done.", code=row.code)
    return msg(
        "Action {code} is done; {money} {kind}.",
        code=row.code,
        money=Money(closing.won, closing.currency),
        kind=closing.kind,
    )


def _currency_of(conn: Connection, row: ActionRow) -> str:
    """Return the currency that money of an action is in when nobody says which.

    Raises:
        CiError: ``won-currency``: the customer is billed in several.
    """
    from ci_cli.store import actions, engine

    if row.customer_id is not None:
        billed = actions.main_currencies(conn, row.customer_id)
        if len(billed) > 1:
            raise CiError(
                "won-currency",
                msg("{name} is billed in several currencies: {list}.", name=row.customer_name,
                    list=", ".join(billed)),
                hint=msg("Say --currency CODE."),
                exit_code=ExitCode.DECIDE,
            )  # fmt: skip
    return row.figure_currency or engine.meta(conn, "currency")
