"""Options that many commands share, defined once and handed to commands as one ``Session``."""

from __future__ import annotations

import functools
import getpass
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from ci_cli.cli.plain_values import PlainCommand
from ci_cli.report import Note, Report
from ci_cli.store.engine import Connection
from ci_cli.text import Msg, _, language, msg

if TYPE_CHECKING:
    from ci_cli.store.locks import Holder

STORE_NAME = "ci.db"


@dataclass(frozen=True)
class Session:
    """What every command knows: the store, the output, the day."""

    db: Path
    as_of: str | None = None
    currency: str | None = None
    format: str | None = None
    out: Path | None = None
    quiet: bool = False
    no_color: bool = False
    no_input: bool = False
    dry_run: bool = False
    yes: bool = False
    source: str | None = None
    source_class: str | None = None
    narrows: tuple[str, ...] | None = None  # the tables that these two speak of, see command()
    today: date = date.min
    now: str = ""
    user: str = ""
    command: str = ""  # its words, without what they are about: "import undo"
    tree: Any = None  # the root of all commands, for those that speak of others

    @property
    def holder(self) -> Holder:
        """Who this command is, for others that have to wait for it."""
        from ci_cli.store.locks import Holder

        return Holder(self.command, self.now)

    @property
    def is_narrowed(self) -> bool:
        """Tell whether only the facts of some sources are to be seen."""
        return self.source is not None or self.source_class is not None

    @property
    def is_for_programs(self) -> bool:
        """Tell whether the output is read by a program or kept as a file of figures.

        What people read is cut to what fits a screen or a page; this is not.

        Raises:
            CiError: no such format.
        """
        from ci_cli.output.render import FOR_PEOPLE, choose_format

        return choose_format(self.format, self.out) not in FOR_PEOPLE

    @contextmanager
    def store(self, *, write: bool = False) -> Iterator[Connection]:
        """Open the store for one command and close it again."""
        from ci_cli.store import engine

        conn = engine.connect(self.db, write=write, holder=self.holder)
        try:
            if conn.upgraded is not None:
                self.say(
                    Note(msg("The store was brought up to date; as it was before it is kept as"
                             " {path}.", path=str(conn.upgraded)), "warning")
                )  # fmt: skip
            if self.is_narrowed:
                from ci_cli.store import narrowed

                narrowed.narrow(
                    conn,
                    self.sources(conn),
                    narrowed.FACTS if self.narrows is None else self.narrows,
                )
            yield conn
        finally:
            conn.close()

    def sources(self, conn: Connection) -> list[str]:
        """Return the sources that --source and --source-class mean.

        Raises:
            CiError: ``source-unknown``, ``source-class-unknown``.
        """
        from ci_cli.store import source_classes

        return source_classes.picked(conn, self.source, self.source_class)

    def show(self, report: Report) -> None:
        """Show a report, or save it where ``-o`` says; it names the people who asked for it.

        One that may leave the house (``public`` in its meta) does not.
        """
        from ci_cli.cli.programme.readers_of_reports import asked_by, can_be_asked_for
        from ci_cli.output.render import write_report

        if can_be_asked_for(self.command) and not report.meta.get("public"):
            with self.store() as conn:
                report = replace(report, notes=[*asked_by(conn, self.command), *report.notes])
        if self.is_narrowed:
            report = self._narrowed(report)
        write_report(
            report, format=self.format, target=self.out, no_color=self.no_color, quiet=self.quiet
        )

    def _narrowed(self, report: Report) -> Report:
        """Say on a report whose facts it speaks of."""
        with self.store() as conn:
            names = self.sources(conn)
        return replace(
            report, notes=[*report.notes, Note(self._whose(names))],
            meta={**report.meta, "sources": names},
        )  # fmt: skip

    def _whose(self, names: list[str]) -> Msg:
        told = ", ".join(names)
        if self.narrows is None:
            return msg("Here the store is looked at as if it held facts from these sources alone:"
                       " {names}.", names=told)  # fmt: skip
        if self.narrows:
            return msg("Only entries from these sources count here: {names}; revenue is that of all"
                       " sources.", names=told)  # fmt: skip
        return msg("Only customers that these sources know: {names}; their figures are those of all"
                   " sources.", names=told)  # fmt: skip

    def say(self, *notes: Any) -> None:
        """Say something beside the data, on stderr, unless ``--quiet``."""
        from ci_cli.output.messages import print_note

        for note in notes:
            if note.level == "warning" or not self.quiet:
                print_note(note, no_color=self.no_color)


def _clock(today: str | None) -> tuple[date, str]:
    now = datetime.now(UTC).replace(microsecond=0)
    if today is None:
        return date.today(), now.isoformat()
    from ci_cli.analysis.periods import parse_day
    from ci_cli.errors import CiError, ExitCode

    day = parse_day(today)
    if day is None:
        raise CiError(
            "date-invalid",
            msg("{text} is not a day.", text=today),
            hint=msg("Write it as YYYY-MM-DD."),
            exit_code=ExitCode.DECIDE,
        )
    return day, now.isoformat()


def _parameters(*groups: str) -> list[inspect.Parameter]:
    """Return the shared options of the named groups as keyword parameters."""
    option = typer.Option
    every: dict[str, list[tuple[str, Any, Any]]] = {
        "base": [
            ("db", Path | None, option("--db", envvar="CI_DB", metavar="FILE",
                help=_("The store; else $CI_DB, else ./ci.db."))),
            ("lang", str | None, option("--lang", metavar="zh|en",
                help=_("Language of labels and sentences."))),
            ("quiet", bool, option("--quiet", "-q", help=_("Say only what must be said."))),
            ("no_color", bool, option("--no-color", help=_("No colours."))),
            ("no_input", bool, option("--no-input", help=_("Never ask; stop instead."))),
            ("today", str | None, option("--today", hidden=True,
                help=_("The day that counts as today (for tests)."))),
            ("debug", bool, option("--debug", hidden=True,
                help=_("Show the whole trace of an unforeseen error."))),
        ],
        "show": [
            ("format", str | None, option("--format",
                metavar="table|csv|json|md|html|docx|svg|xlsx",
                help=_("How to show it; else by the ending of -o."))),
            ("out", Path | None, option("-o", "--output", metavar="FILE",
                help=_("Write to FILE instead of the screen."))),
        ],
        "as_of": [
            ("as_of", str | None, option("--as-of", metavar="DATE",
                help=_("The day to speak for: a date, YYYY-MM or last-month; else the last order"
                       " day."))),
            ("currency", str | None, option("--currency", metavar="CODE",
                help=_("Only this currency; else one block for each."))),
        ],
        "source": [
            ("source", str | None, option("--source", metavar="NAME,…",
                help=_("Only facts from this source; several with commas."))),
            ("source_class", str | None, option("--source-class",
                metavar="transaction|internal|third-party",
                help=_("Only facts from sources of this class, see `db sources`."))),
        ],
        "write": [
            ("dry_run", bool, option("--dry-run", "-n",
                help=_("Do everything, then roll it back."))),
            ("yes", bool, option("--yes", "-y", help=_("Answer every question with yes."))),
        ],
    }  # fmt: skip
    return [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=False if kind is bool else None,
            annotation=Annotated[kind, info],
        )
        for group in groups
        for name, kind, info in every[group]
    ]


def command(
    app: typer.Typer,
    name: str,
    *,
    help: str,  # noqa: A002 - Typer's own word
    example: str,
    shares: tuple[str, ...] = (),
    hidden: bool = False,
    cls: type[TyperCommand] | None = None,
    narrows: tuple[str, ...] | None = None,
    draws: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a command whose first argument is the :class:`Session`.

    Args:
        app: the group that the command belongs to.
        name: what the user types.
        help: one sentence, translated.
        example: a line that runs on the demo store; shown below the help.
        shares: groups of shared options besides the base ones: ``show``, ``as_of``, ``source``,
            ``write``.
        hidden: not listed in help.
        cls: how the command is carried out, where that takes more than calling the function.
        narrows: the tables of facts that ``source`` speaks of, see ``store.narrowed``; None: all
            of them; (): the command itself chooses, what is shown of it is of all sources.
        draws: its report has a chart, so it can be saved as one.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        shared = _parameters("base", *shares)
        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        context = inspect.Parameter(
            "context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context
        )

        @functools.wraps(function)
        def wrapper(**values: Any) -> Any:
            context: typer.Context = values.pop("context")
            common = {parameter.name: values.pop(parameter.name) for parameter in shared}
            session = _session(common, context, narrows)
            # a command that fails has changed nothing: what it cannot write it must not begin
            _check_output(session, values.get("out"), draws=draws)
            return function(session, **values)

        # Typer reads the signature: our own parameters first, the shared ones after them
        keyword = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
        wrapper.__signature__ = inspect.Signature([context, *keyword, *shared])  # type: ignore[attr-defined]
        wrapper.__annotations__ = {p.name: p.annotation for p in (context, *keyword, *shared)}
        del wrapper.__wrapped__
        app.command(
            name,
            help=help,
            epilog=_("Example: {line}").format(line=example),
            short_help=help,
            hidden=hidden,
            cls=cls or PlainCommand,
        )(wrapper)
        return function

    return register


def _session(
    common: dict[str, Any], context: typer.Context, narrows: tuple[str, ...] | None
) -> Session:
    words = context.command_path.removeprefix("ci-cli").strip()
    words = "import" if words == "import run" else words  # as people type it
    today, now = _clock(common.pop("today"))
    common.pop("lang")
    common.pop("debug")
    db = common.pop("db") or Path(STORE_NAME)
    return Session(
        db=db, today=today, now=now, user=_user(), command=words,
        tree=context.find_root().command, narrows=narrows, **common,
    )  # fmt: skip


def _check_output(session: Session, letter: Any, *, draws: bool) -> None:
    """Refuse an output that cannot be written.

    Args:
        session: of the command.
        letter: the file of a command that writes no report but has an ``-o`` of its own.
        draws: whether the report has a chart.

    Raises:
        CiError: as ``output.render.check_output``.
    """
    if session.out is not None or session.format is not None:
        from ci_cli.output.render import check_output

        check_output(session.format, session.out, draws=draws)
    if isinstance(letter, Path):
        from ci_cli.output.atomic import check_writable

        check_writable(letter)


def _user() -> str:
    """Return who runs the command; cron and containers may have no name for the user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return os.environ.get("USER", "unknown")


def is_interactive(session: Session) -> bool:
    """Tell whether a person can be asked."""
    return not session.no_input and sys.stdin.isatty() and sys.stderr.isatty()


def spoken_language() -> str:
    """Return the language that data with its own translations should be shown in."""
    return language()
