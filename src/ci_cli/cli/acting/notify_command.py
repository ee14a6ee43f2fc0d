"""``ci-cli action notify``: tell people at once what cannot wait, and each thing once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ci_cli.analysis.notices import Notice
from ci_cli.cli.options import Session, command
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import _, msg

SENDER = "ci-cli@localhost.localdomain"


def register(app: typer.Typer) -> None:
    """Add the command to the group of actions."""

    @command(
        app, "notify", shares=("show", "write"),
        example="ci-cli action notify --issue critical --mail . --to sales@example.org",
        help=_("Tell people of what cannot wait, each thing once: complaints, attitudes, rivals,"
               " promises and actions that are overdue, alarms that nobody answers."),
    )  # fmt: skip
    def notify(
        session: Session,
        hook: Annotated[
            list[str] | None,
            typer.Argument(
                metavar="[-- PROGRAM WORD ...]",
                help=_("Started once for each notice, without a shell; reads it as JSON."),
            ),
        ] = None,
        issue: Annotated[
            Literal["critical", "warning"],
            typer.Option("--issue", help=_("What is told: only critical, or warnings too.")),
        ] = "critical",
        mail: Annotated[
            Path | None,
            typer.Option(
                "--mail", metavar="FOLDER|FILE.eml",
                help=_("Write one mail with all of it, for a mailer to send."),
            ),
        ] = None,
        to: Annotated[
            list[str] | None,
            typer.Option("--to", metavar="ADDRESS", help=_("To whom; may be repeated.")),
        ] = None,
        sender: Annotated[
            str, typer.Option("--from", metavar="ADDRESS", help=_("From whom."))
        ] = SENDER,
        watch: Annotated[
            str,
            typer.Option(
                "--watch", metavar="NAME", help=_("Who is told; each name is told for itself.")
            ),
        ] = "notify",
        every: Annotated[
            str,
            typer.Option(
                "--every", metavar="7d|2w", help=_("How often an action is brought to mind again.")
            ),
        ] = "7d",
    ) -> None:  # fmt: skip
        _notify(session, issue, hook or [], mail, to or [], sender, watch, every)


def _notify(
    session: Session, level: str, hook: Sequence[str], mail: Path | None, to: Sequence[str],
    sender: str, watch: str, every: str,
) -> None:  # fmt: skip
    from ci_cli.analysis.notices import Told, at_least, known_now, news
    from ci_cli.analysis.periods import window
    from ci_cli.cli.acting import notices
    from ci_cli.errors import CiError, ExitCode
    from ci_cli.store import engine, told_notices

    if (mail is None) != (not to):
        raise CiError(
            "mail-incomplete",
            msg("A mail needs a place and somebody to go to."),
            hint=msg("Say both: --mail FOLDER --to name@example.org"),
            exit_code=ExitCode.DECIDE,
        )
    since = window(every, session.today).first
    with session.store() as conn, engine.snapshot(conn):
        everything = notices.gather(conn, session.today)
        told = {key: Told(*state) for key, state in told_notices.told(conn, watch).items()}
    now = at_least(level, everything)
    fresh = news(now, told, remind_from=since.isoformat() if since else "")
    only_looks = session.dry_run or not (mail or hook)
    if not only_looks:
        _deliver(session, fresh, hook, mail, to, sender)
    if fresh or not session.quiet:
        session.show(_report(fresh, level, standing=len(now), watch=watch))
    if only_looks:
        session.say(Note(msg("Nobody was told and nothing was noted.")))
        return
    known = known_now(everything, told, fresh, session.today.isoformat())
    with session.store(write=True) as conn, engine.transaction(conn):
        told_notices.tell(conn, watch, known)


def _deliver(
    session: Session, fresh: Sequence[Notice], hook: Sequence[str], mail: Path | None,
    to: Sequence[str], sender: str,
) -> None:  # fmt: skip
    from ci_cli.cli.acting.delivery import run_hook, write_mail
    from ci_cli.text import translate

    if not fresh:
        return
    if hook:
        for one in fresh:
            run_hook(hook, _as_json(one, session))
    if mail is not None:  # last: a mail that was written cannot be taken back
        critical = sum(1 for one in fresh if one.level == "critical")
        subject = msg("Customers: {critical} critical, {others} to be looked at",
                      critical=critical, others=len(fresh) - critical)  # fmt: skip
        file = write_mail(
            mail, subject=translate(subject), lines=[translate(_line(one)) for one in fresh],
            sender=sender, to=to, now=session.now,
        )  # fmt: skip
        session.say(Note(msg("Saved: {file}", file=str(file))))


def _as_json(one: Notice, session: Session) -> dict[str, Any]:
    return {"today": session.today.isoformat(), "store": str(session.db), **one._asdict()}


def _line(one: Notice) -> Any:
    return msg(
        "{level}: {kind} {key}, {state} since {day}: {text} ({customer}, owner {owner})",
        level=one.level, kind=one.kind, key=one.key, state=one.state, day=one.day or "-",
        text=one.text, customer=" ".join(filter(None, (one.customer, one.name))) or "-",
        owner=one.owner or "-",
    )  # fmt: skip


def _report(fresh: Sequence[Notice], level: str, *, standing: int, watch: str) -> Report:
    columns = (
        Column("level", msg("level"), "state"),
        Column("kind", msg("kind"), "state"),
        Column("key", msg("number"), "id"),
        Column("state", msg("state"), "state"),
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("owner", msg("owner")),
        Column("day", msg("day"), "date"),
        Column("text", msg("text")),
    )
    rows = [
        (one.level, one.kind, one.key, one.state, one.customer, one.name, one.owner, one.day,
         one.text)
        for one in fresh
    ]  # fmt: skip
    note = Note(
        msg("New to {watch}: {n} of {all} that stand.", watch=watch, n=len(fresh), all=standing)
    )
    meta = {"level": level, "watch": watch, "new": len(fresh), "standing": standing}
    return Report("notify", msg("To be told"), [Table("notices", columns, rows)], meta, [note])
