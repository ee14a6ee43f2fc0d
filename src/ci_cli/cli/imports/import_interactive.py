"""An import with a person at the terminal: ask what is ambiguous, show, confirm, remember.

Nothing here knows which questions there are: an error that carries a ``choice`` is asked, the words
of the answer are added to the command, and the command is read again. So every answer is an option,
and what was asked can be said without a question the next time.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ci_cli.cli.options import Session
from ci_cli.cli.prompts import NO, ask, offer, place_of, tell, typed_line
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note, Report
from ci_cli.text import msg

if TYPE_CHECKING:
    from ci_cli.importing.model import ImportOptions
    from ci_cli.importing.planning import Planned
    from ci_cli.store.engine import Connection

SHOWN_TABLES = 4
MOST_QUESTIONS = 40  # an answer that does not settle its question must not ask for ever
_YES = frozenset({"", "y", "yes", "是"})
_NOT_SAVED = "-"

Place = tuple[Path, str | None]  # file and sheet
Reader = Callable[[list[str]], "ImportOptions"]  # the words of a command -> what they say


class Conversation:
    """What is settled so far about one import.

    Args:
        session: of the command.
        words: of the command, as they were typed, the files among them.
        files: those words that name files.
        paths: the files.
        read: reads words of the command as the command does.
    """

    def __init__(
        self, session: Session, words: list[str], files: list[str], paths: list[Path], read: Reader
    ) -> None:
        self.session = session
        self.paths = paths
        self.options = read(words)
        self.own: dict[Place, ImportOptions] = {}
        self._words, self._files, self._read = words, files, read
        self._added: dict[Place | None, list[str]] = {}
        self._asked = 0
        # what was answered to the same question about a table of the same headings
        self._answers: dict[tuple[object, ...], tuple[str, ...]] = {}
        self._asked_about: dict[tuple[object, ...], set[Place | None]] = {}
        self._tables: list[Planned] = []
        self._skipped: list[Note] = []
        self._looks: dict[int, Report] = {}  # place in _tables -> what a person sees of it
        self._names: dict[int, str] = {}  # place in _tables -> name of the map to save

    def settle(self, conn: Connection) -> None:
        """Ask until every file can be planned, show what will go in, and let a person confirm.

        Raises:
            CiError: what nobody can answer; the question itself when no answer came; or
                ``declined``.
        """
        while True:
            self._tables, self._looks, self._skipped = [], {}, []
            for path in self.paths:
                self._plan(conn, path)
            new = [at for at, table in enumerate(self._tables) if table.saved is None]
            self._show(new)
            if not new or self.session.dry_run or self.session.yes:
                return
            if self._confirm(conn, new):
                return

    def answer(self, error: CiError) -> None:
        """Ask what an error leaves open, and take the answer into the options.

        Raises:
            CiError: ``error`` itself where it cannot be asked, or where no answer came.
        """
        if not error.choice or self._asked >= MOST_QUESTIONS:
            raise error
        self._asked += 1
        file = Path(error.where.file or "")
        place = (file, error.where.sheet) if file in self.paths else None
        question = (
            error.code, error.where.column, error.headings,
            tuple(answer.words for answer in error.choice),
        )  # fmt: skip
        known = self._answers.get(question) if error.headings else None
        if known is None or place in self._asked_about.get(question, ()):
            known = ask(error).words
        else:
            said = msg("{place}: the same headings, the same answer ({words})",
                       place=place_of(error), words=shlex.join(known))  # fmt: skip
            self.session.say(Note(said))
        self._answers[question] = known
        self._asked_about.setdefault(question, set()).add(place)
        self._add(place, known)

    def _add(self, place: Place | None, words: tuple[str, ...]) -> None:
        """Take more words into the options: of one file or sheet, or of the whole command."""
        self._added.setdefault(place, []).extend(words)
        self.options = self._read(_with(self._words, self._added.get(None, [])))
        self.own = {
            at: self._read(_with(self._words, self._words_of(*at)))
            for at in self._added
            if at is not None
        }

    def _words_of(self, file: Path, sheet: str | None) -> list[str]:
        """Return all words that were added for a sheet, those for its file and for all included."""
        places: list[Place | None] = [None, (file, None), *([(file, sheet)] if sheet else [])]
        return [word for place in places for word in self._added.get(place, [])]

    @property
    def has_shown(self) -> bool:
        """Tell whether the person has seen any table, and with it which sheets were left out."""
        return bool(self._looks)

    def shows(self, file: Path, sheet: str | None) -> bool:
        """Tell whether the person has seen the decisions on a table."""
        seen = [self._tables[at].plan.table for at in self._looks]
        return any((table.file, table.sheet) == (file, sheet) for table in seen)

    def remember(self, conn: Connection) -> None:
        """Save the maps that the person agreed to."""
        from ci_cli.importing.saved_maps import map_of
        from ci_cli.store import engine, journal

        with engine.transaction(conn):
            for at, name in self._names.items():
                table = self._tables[at]
                journal.save_map(
                    conn,
                    map_of(table.plan, name, table.source, table.options, self.session.now),
                )  # fmt: skip

    def close(self) -> None:
        """Say what was remembered, and what would have asked nothing."""
        if self._names:
            self.session.say(
                Note(msg("Saved as {names}: a file with the same headings needs no question now"
                         " (ci-cli import map list).", names=", ".join(self._names.values())))
            )  # fmt: skip
        if any(self._added.values()):
            tell(msg("The same without questions:"))
            for line in self.commands():
                tell(f"  {line}")

    def commands(self) -> list[str]:
        """Return the commands that do the same and ask nothing."""
        rest = [word for word in self._words if word not in self._files]
        shared = self._added.get(None, [])
        told = [self._words_of(table.file, table.sheet) for table in
                (one.plan.table for one in self._tables)]  # fmt: skip
        of_sheets = any(at is not None and at[1] for at in self._added)
        if all(words == told[0] for words in told) and not of_sheets:  # one file, or all alike
            words = ["ci-cli", "import", *map(str, self.paths), *rest, *told[0], "--no-input"]
            return [shlex.join(words)]
        apart = {at[0] for at, words in self._added.items() if at is not None and words}
        together = [str(path) for path in self.paths if path not in apart]
        lines = [(together, shared)] if together else []
        for table in (one.plan.table for one in self._tables if one.plan.table.file in apart):
            sheet = ["--sheet", table.sheet] if table.sheet else []
            lines.append(([str(table.file)], [*sheet, *self._words_of(table.file, table.sheet)]))
        return [
            shlex.join(["ci-cli", "import", *files, *rest, *added, "--no-input"])
            for files, added in lines
        ]

    def _plan(self, conn: Connection, path: Path) -> None:
        from ci_cli.cli.imports.import_understood import understood
        from ci_cli.importing.planning import plan_tables
        from ci_cli.output.messages import progress
        from ci_cli.store import engine

        known = len(self._tables)
        while True:
            skipped: list[Note] = []
            try:
                with progress(msg("Looking at the file"), no_color=self.session.no_color):
                    for table in plan_tables(conn, path, self.options, skipped, self.own):
                        currency = table.options.currency or engine.meta(conn, "currency")
                        # now, while the file is open
                        if table.saved is None and len(self._looks) < SHOWN_TABLES:
                            self._looks[len(self._tables)] = understood(table.plan, currency)
                        self._tables.append(table)
                self._skipped += skipped
                return
            except CiError as error:
                del self._tables[known:]
                self._looks = {at: look for at, look in self._looks.items() if at < known}
                self.answer(error)

    def _show(self, new: list[int]) -> None:
        from ci_cli.output.render import write_report

        for at in new:
            if at in self._looks:
                tell("")
                write_report(
                    self._looks[at], format="table", stdout=sys.stderr,
                    no_color=self.session.no_color,
                )  # fmt: skip
                continue
            plan = self._tables[at].plan
            self.session.say(
                Note(msg("{file}: {kind}, rows: {rows}", file=plan.table.file.name,
                         kind=plan.columns.kind, rows=plan.rows))
            )  # fmt: skip

        if new:
            self.session.say(*self._skipped)

    def _confirm(self, conn: Connection, new: list[int]) -> bool:
        """Return True to go on, False where a correction changed the plan.

        Raises:
            CiError: ``declined``.
        """
        names = self._usual_names(conn, new)
        alone = len(names) == 1
        tell("")
        offer(
            "Enter",
            msg("import, and remember these columns as {names}", names=", ".join(names.values())),
        )
        if alone:
            offer("NAME", msg("import, and remember them under this name"))
            offer(
                "FIELD=HEADER",
                msg("correct a column first, for example {example}", example="line.amount=Paid"),
            )
        offer(_NOT_SAVED, msg("import without remembering"))
        offer("n", msg("change nothing"))
        while True:
            typed = typed_line(msg("Import: "))
            if typed is None or typed.lower() in NO:
                raise CiError("declined", msg("Nothing was changed."), exit_code=ExitCode.DECIDE)
            if typed == _NOT_SAVED or typed.lower() in _YES:
                self._names = {} if typed == _NOT_SAVED else names
                return True
            if alone and "=" in typed:
                if self._correct(conn, new, typed):
                    return False
            elif alone:
                self._names = {new[0]: typed}
                return True

    def _correct(self, conn: Connection, new: list[int], pair: str) -> bool:
        """Take ``FIELD=HEADER`` in; return False where there is no such field or header."""
        from ci_cli.importing.planning import plan_tables
        from ci_cli.output.messages import print_error

        tables = [self._tables[at].plan.table for at in new]
        before = {place: list(words) for place, words in self._added.items()}
        for table in tables:
            self._add((table.file, table.sheet), ("--map", pair))
        try:
            for _table in plan_tables(conn, tables[0].file, self.options, [], self.own):
                pass
        except CiError as error:
            if not error.choice:  # else it is a question that the next round asks
                print_error(error, no_color=self.session.no_color)
                self._added = before
                self._add(None, ())
                return False
        return True

    def _usual_names(self, conn: Connection, new: list[int]) -> dict[int, str]:
        """Return a name for the first table of each set of headings."""
        from ci_cli.store import journal

        taken = {saved.name for saved in journal.maps(conn)}
        known: set[tuple[str, ...]] = set()
        names: dict[int, str] = {}
        for at in new:
            plan = self._tables[at].plan
            headings = tuple(sorted(plan.header))
            if headings not in known:
                known.add(headings)
                names[at] = _free(_usual_name(plan.table.file), taken)
                taken.add(names[at])
        return names


def _with(words: list[str], added: list[str]) -> list[str]:
    """Return the words of a command with more options; after ``--`` there are only files."""
    at = words.index("--") if "--" in words else len(words)
    return [*words[:at], *added, *words[at:]]


def _usual_name(file: Path) -> str:
    """Return a name for files like ``file``: without what changes from month to month."""
    stem = file.name.split(".")[0]
    plain = re.sub(r"[\d年月日]+", " ", stem)
    plain = re.sub(r"[\s_\-()（）]+", "-", plain).strip("-")
    return plain or "map"


def _free(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free in taken:
        number, free = number + 1, f"{name}-{number}"
    return free


def converse(
    session: Session, words: list[str], files: list[str], paths: list[Path], read: Reader
) -> Conversation | None:
    """Return the conversation of a command, None where nobody can or wants to be asked."""
    from ci_cli.cli.options import is_interactive

    if session.quiet or not is_interactive(session):
        return None
    return Conversation(session, words, files, paths, read)
