"""A job file into a job: every fault of the file at once, each with its line.

The file is TOML; ``docs/cron.md`` explains its words.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

from ci_cli.errors import ExitCode
from ci_cli.jobs import gaps
from ci_cli.jobs.model import Job, Notify, Step, When
from ci_cli.text import LANGUAGES, Msg, msg
from ci_cli.toml_places import Fault, Part, in_order, parts_of, values_of

MAX_STEPS = 200
MAX_NAME = 60  # characters
MAX_WORDS = 500  # of one command
LONGEST = 7 * 24 * 3600  # seconds, of a step
STOPPING = (int(ExitCode.CHECK_FIRED), int(ExitCode.PARTIAL))
WHEN = ("failed", "not-done", "always")
_TOP = ("name", "folder", "store", "language", "log", "state", "folders", "notify")
_STEP = ("name", "run", "if_files", "continue_on_error", "stop_on", "timeout")
_NOTIFY = ("run", "when")
_GAPLESS = ("name", "folder", "store", "language", "state")
_SPAN = re.compile(r"([1-9]\d{0,5})([smh])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_OF_A_SHELL = frozenset(("|", "||", "&", "&&", ";", ">", ">>", "<", "2>", "2>&1", "&>"))
_TO_EXPAND = re.compile(r"~(?:/|$)|.*(?:\$\(|\$\{|\$[A-Za-z_]|`)", re.DOTALL)
_COMMAND_WORD = re.compile(r"[a-z][a-z-]*")


@dataclass
class _Reading:
    """What is known while a file is read."""

    faults: list[Fault] = field(default_factory=list)
    top: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)

    def fault(self, line: int, message: Msg) -> None:
        self.faults.append(Fault(line, message))


@dataclass
class _Table:
    """One table of the file, while its keys are taken out one by one."""

    said: dict[str, Any]
    reading: _Reading
    first: int
    lines: dict[str, int]

    def line(self, key: str) -> int:
        return self.lines.get(key, self.first)

    def fault(self, key: str, message: Msg) -> None:
        self.reading.fault(self.line(key), message)

    def known(self, keys: tuple[str, ...]) -> None:
        for key in self.said:
            if key not in keys:
                self.fault(key, msg("There is no key {key} here; there are: {keys}.", key=key,
                                    keys=", ".join(keys)))  # fmt: skip

    def text(self, key: str) -> str | None:
        """Return a line of text; None where there is none, or a wrong one."""
        value = self.said.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip() or "\0" in value or "\n" in value:
            self.fault(key, msg("{key} must be a line of text.", key=key))
            return None
        self._gaps(key, value, allowed=key not in _GAPLESS)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a text or a list of texts as a tuple."""
        value = self.said.get(key)
        if value is None:
            return ()
        value = [value] if isinstance(value, str) else value
        fits = isinstance(value, list) and all(
            isinstance(one, str) and one and "\0" not in one for one in value
        )
        if not fits or not value:
            self.fault(key, msg("{key} must be a text or a list of texts.", key=key))
            return ()
        for one in value:
            self._gaps(key, one, allowed=True)
        return tuple(value)

    def flag(self, key: str) -> bool:
        value = self.said.get(key, False)
        if not isinstance(value, bool):
            self.fault(key, msg("{key} must be true or false.", key=key))
            return False
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """Return the words of a command: a list as it stands, a text cut as a shell would."""
        value = self.said.get(key)
        if isinstance(value, str):
            try:
                words = shlex.split(value)
            except ValueError:
                self.fault(key, msg("A quotation mark of {key} is never closed.", key=key))
                return ()
            for word in words:
                if word in _OF_A_SHELL or _TO_EXPAND.match(word):
                    self.fault(key, msg("No shell reads this line: {word} would stay as it is."
                                        " Make it a step of its own, or write out what is meant.",
                                        word=word))  # fmt: skip
            for word in words:
                self._gaps(key, word, allowed=True)
        else:
            words = list(self.texts(key)) if value is not None else []
        if value is None or (isinstance(value, str) and not words):
            self.fault(key, msg("{key} must name a command.", key=key))
        if len(words) > MAX_WORDS:
            self.fault(key, msg("{key} holds more than {n} words.", key=key, n=MAX_WORDS))
        return tuple(words)

    def _gaps(self, key: str, text: str, *, allowed: bool) -> None:
        wrong = gaps.faults(text) if allowed else []
        if not allowed and "{" in text:
            wrong = [msg("{key} takes no gaps.", key=key)]
        for message in wrong:
            self.fault(key, message)


def read_job(text: str, default_name: str) -> tuple[Job, list[Fault]]:
    """Read the text of a job file.

    Args:
        text: of the file.
        default_name: of the job, where the file gives none.

    Returns:
        The job, and everything that is wrong with the file in the order of its lines; the job is
        whole only where nothing is.
    """
    reading = _Reading()
    for part in parts_of(text.removeprefix("\ufeff").replace("\r\n", "\n"), "step"):
        _read_part(part, reading)
    top = _Table(reading.top, reading, 1, reading.lines)
    name = _name(top, "name") or default_name[:MAX_NAME]
    language = top.text("language")
    if language is not None and language not in LANGUAGES:
        top.fault("language", msg("There is no language {name}.", name=language))
    if not reading.steps and not reading.faults:
        reading.fault(1, msg("The file holds no step; each begins with [[step]]."))
    if len(reading.steps) > MAX_STEPS:
        reading.fault(1, msg("The file holds more than {n} steps.", n=MAX_STEPS))
    job = Job(
        name, _with_names(reading.steps), folder=top.text("folder") or ".",
        store=top.text("store"), language=language, log=top.text("log"), state=top.text("state"),
        folders=top.texts("folders"), notify=_notify(top), lines=dict(reading.lines),
    )  # fmt: skip
    return job, in_order(reading.faults)


def _read_part(part: Part, reading: _Reading) -> None:
    said = values_of(part)
    if isinstance(said, Fault):
        reading.faults.append(said)
        return
    is_step = part.text.lstrip().startswith("[[")
    steps = said.pop("step", [])
    for key, value in said.items():  # a table such as [notify] may stand below the steps
        line = part.keys.get(key) if not is_step else None
        line = line or (part.tables[0] if part.tables else part.first)
        if key not in _TOP:
            reading.fault(line, msg("There is no key {key} here; there are: {keys}.", key=key,
                                    keys=", ".join(_TOP)))  # fmt: skip
        elif key in reading.top:
            reading.fault(line, msg("{key} is said twice.", key=key))
        else:
            reading.top[key], reading.lines[key] = value, line
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        reading.fault(part.first, msg("A step begins with [[step]]."))
        return
    for step in steps:
        _read_step(_Table(step, reading, part.first, part.keys), reading)


def _read_step(step: _Table, reading: _Reading) -> None:
    step.known(_STEP)
    name = _name(step, "name") or ""
    if name in reading.named:
        step.fault("name", msg("Another step is called {name} already, on line {line}.", name=name,
                               line=reading.named[name]))  # fmt: skip
    if name:
        reading.named[name] = step.line("name")
    words = step.words("run")
    words = words[1:] if words[:1] == ("ci-cli",) else words
    reading.steps.append(
        Step(
            name,
            words,
            step.line("run"),
            if_files=step.texts("if_files"),
            continue_on_error=step.flag("continue_on_error"),
            stop_on=_stop_on(step),
            timeout=_timeout(step),
        )
    )


def _name(table: _Table, key: str) -> str | None:
    name = table.text(key)
    if name is not None and (len(name) > MAX_NAME or not name.isprintable()):
        table.fault(key, msg("{key} has at most {n} characters, all printable.", key=key,
                             n=MAX_NAME))  # fmt: skip
        return None
    return name if name is None else name.strip()


def _stop_on(step: _Table) -> tuple[int, ...]:
    value = step.said.get("stop_on", [])
    value = value if isinstance(value, list) else [value]
    if not all(type(code) is int and code in STOPPING for code in value):
        step.fault("stop_on", msg("{key} takes the codes {codes}; a job stops at failures anyway.",
                                  key="stop_on", codes="3, 4"))  # fmt: skip
        return ()
    return tuple(value)


def _timeout(step: _Table) -> int | None:
    value = step.said.get("timeout")
    if value is None:
        return None
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if not 0 < seconds <= LONGEST:
        step.fault("timeout", msg('{key} must be a span such as "90s", "30m" or "2h", a week at'
                                  " most.", key="timeout"))  # fmt: skip
        return None
    return seconds


def _notify(top: _Table) -> Notify | None:
    said = top.said.get("notify")
    if said is None:
        return None
    line = top.line("notify")
    if not isinstance(said, dict):
        top.fault("notify", msg("{key} must be a table of its own: [{key}].", key="notify"))
        return None
    table = _Table(said, top.reading, line, {})
    table.known(_NOTIFY)
    when = said.get("when", "not-done")
    if when not in WHEN:
        table.fault("when", msg("{key} is one of: {keys}.", key="when", keys=", ".join(WHEN)))
    return Notify(table.words("run"), cast(When, when), line)


def _with_names(steps: list[Step]) -> tuple[Step, ...]:
    """Return the steps, those without a name called by their command."""
    taken = {step.name for step in steps}
    named = []
    for step in steps:
        name = step.name or _first_free(_command(step.words), taken.__contains__)
        taken.add(name)
        named.append(replace(step, name=name))
    return tuple(named)


def _command(words: tuple[str, ...]) -> str:
    found = []
    for word in words[:2]:
        if not _COMMAND_WORD.fullmatch(word):
            break
        found.append(word)
    return " ".join(found)[:MAX_NAME] or "step"


def _first_free(name: str, is_taken: Callable[[str], bool]) -> str:
    number, free = 1, name
    while is_taken(free):
        number += 1
        free = f"{name} {number}"
    return free
