"""``ci-cli customer handover`` and ``risks``: customers outlast whoever looks after them."""

# no postponed annotations here: commands share their option types
from datetime import timedelta
from typing import Annotated

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.text import _, msg

RISK_DAYS = 90
LISTED = 20


def register(app: typer.Typer) -> None:
    """Add the commands to the group of customers."""

    @command(
        app, "handover", shares=("show", "write"),
        example="ci-cli customer handover --from li --to chen -o pack.md --dry-run",
        help=_("Hand all accounts of one person to another, with a pack of what to know."),
    )  # fmt: skip
    def handover(
        session: Session,
        former: Annotated[
            str, typer.Option("--from", metavar="NAME", help=_("Who looked after them."))
        ],
        to: Annotated[str, typer.Option("--to", metavar="NAME", help=_("Who does from now on."))],
    ) -> None:
        _handover(session, former.strip(), to.strip())

    @command(
        app, "risks", shares=("as_of", "show"), example="ci-cli customer risks",
        help=_("Accounts that slow down after a change of owner, or that one person knows."),
    )  # fmt: skip
    def risks(
        session: Session,
        days: Annotated[
            int, typer.Option("--days", min=1, help=_("How far back changes of owner count."))
        ] = RISK_DAYS,
        top: Annotated[
            int, typer.Option("--top", min=1, help=_("How many to list."))
        ] = LISTED,
    ) -> None:  # fmt: skip
        _risks(session, days, top)


def _handover(session: Session, former: str, to: str) -> None:
    from ci_cli.cli.customers.brief_commands import gather, purchases
    from ci_cli.reports.customers import customer_handover as pack
    from ci_cli.store import customers, engine, journal, one_customer, talks
    from ci_cli.store.writes import handover as writing

    if not to or former.casefold() == to.casefold():
        raise CiError(
            "handover-nobody",
            msg("{to} cannot take accounts over from {former}.", to=to or "''", former=former),
            hint=msg("Name two people: --from li --to chen"),
            exit_code=ExitCode.DECIDE,
        )
    with (
        inputs.open_facts(session, write=True) as conn,
        engine.transaction(conn, keep=not session.dry_run),
    ):
        owners = customers.owners(conn)
        theirs = [
            number
            for number, (_name, owner, _tier) in owners.items()
            if (owner or "").strip().casefold() == former.casefold()
        ]
        if not theirs:
            known = sorted({owner for _name, owner, _tier in owners.values() if owner})
            raise CiError(
                "handover-nothing",
                msg("{former} looks after no account.", former=former),
                hint=msg("Owners are: {known}.", known=", ".join(known[:LISTED]) or "-"),
                exit_code=ExitCode.DECIDE,
            )
        everybody = purchases(session, conn)
        accounts = [
            pack.HandedOver(
                gather(session, conn, number, everybody=everybody),
                talks.listing(conn, customer_id=number),
                [one for one in one_customer.field_changes(conn, "", number) if one[2] == "owner"],
            )
            for number in theirs
        ]
        accounts.sort(key=lambda one: -one.brief.net)
        batch = writing.hand_over(
            conn, theirs, former=former, to=to, by=session.user, at=session.now
        )
        currency = accounts[0].brief.facts.currency
        report = pack.build(
            accounts, former=former, to=to, day=session.today.isoformat(), currency=currency
        )
        if session.out is not None:
            entry = journal.log_export(
                conn, at=session.now, by=session.user, what="handover", target=str(session.out),
                fields=[table.key for table in report.tables[:1]],
            )  # fmt: skip
            journal.count_export(conn, entry, len(accounts))
    session.show(report)
    session.say(
        Note(msg("Accounts handed over to {to}: {n}.", to=to, n=len(accounts))),
        Note(msg("Dry run: nothing was kept."))
        if session.dry_run
        else Note(msg("To take it back: ci-cli import undo {batch}", batch=batch)),
    )


def _risks(session: Session, days: int, top: int) -> None:
    from ci_cli.analysis.scoring import base_rhythm
    from ci_cli.cli.customers.agenda import YEAR_DAYS
    from ci_cli.reports.customers import customer_risks as report
    from ci_cli.store import dependence, engine, facts, one_customer

    with inputs.open_facts(session) as conn, engine.snapshot(conn):
        as_of = inputs.as_of_day(session, conn) or session.today
        currency = (inputs.chosen_currencies(session, conn) or [engine.meta(conn, "currency")])[0]
        rows = facts.customer_purchases(
            conn, as_of=as_of.isoformat(), start=(as_of - timedelta(YEAR_DAYS)).isoformat(),
            currency=currency,
        )  # fmt: skip
        since = (session.today - timedelta(days=days + 1)).isoformat()
        changed = {
            change[1]: change
            for change in reversed(one_customer.field_changes(conn, since))
            if change[2] == "owner" and change[3] is not None
        }
        known = dependence.counts(conn)
    base = base_rhythm(rows, as_of)
    moved, alone = [], []
    for row in rows:
        rhythm = base.rhythm_of(row)
        change = changed.get(row.customer_id)
        if change and rhythm and (rhythm.times or 0) > 1:
            moved.append(
                report.Moved(row.customer_id, row.name, change[0], change[3], change[4], row.net,
                             row.last, rhythm.expected_gap, rhythm.silent_days)
            )  # fmt: skip
        contacts, authors, written = known.get(row.customer_id, (0, 0, 0))
        if row.net > 0 and (contacts <= 1 or authors <= 1 or not written):
            alone.append(
                report.Alone(row.customer_id, row.name, row.owner, row.net, contacts, authors,
                             written)
            )  # fmt: skip
    moved.sort(key=lambda one: -one.yearly)
    alone.sort(key=lambda one: -one.yearly)
    session.show(report.build(moved, alone, days=days, currency=currency, top=top))
