"""What the program says beside its data, on stderr: errors, notes, progress.

One shape for every error: what happened, where, what else to know, what to do next, and the page
that explains it. Everything in it may come from a file, so everything passes through safe text.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol, TextIO

from ci_cli.errors import CiError, Where
from ci_cli.output.medium import Medium, console_of, medium_of, stderr_or
from ci_cli.report import Note
from ci_cli.text import Msg, msg, translate

if TYPE_CHECKING:
    from rich.progress import Task


class Advance(Protocol):
    """Tell the bar of steps that were done, and of steps that were found to be ahead."""

    def __call__(self, steps: int, more: int = 0) -> None:
        """Advance the bar by ``steps``, and lengthen it by ``more``."""


LONGEST = 4_000  # characters of one sentence; what a person typed into it may be a book
_RED, _YELLOW, _RESET = "\x1b[1;31m", "\x1b[33m", "\x1b[0m"


def print_error(error: CiError, stream: TextIO | None = None, *, no_color: bool = False) -> None:
    """Print ``error`` in the person's language, ending with the place of its explanation."""
    medium = medium_of(stderr_or(stream), no_color=no_color)
    for number, line in enumerate(error_lines(error)):
        shown = _fitted(medium, line)
        _write(medium, _coloured(medium, shown, _RED) if number == 0 else f"  {shown}")


def error_lines(error: CiError) -> list[str]:
    """Return the lines of an error, the first one its message; not yet made safe."""
    lines = [translate(msg("error: {message}", message=error.message))]
    place = place_text(error.where)
    if place:
        lines.append(translate(msg("where: {place}", place=place)))
    lines += [translate(detail) for detail in error.details]
    if error.hint is not None:
        lines.append(translate(msg("what to do: {hint}", hint=error.hint)))
    page = f"docs/errors.md#{error.code}"
    lines.append(translate(msg("code: {code} (see {page})", code=error.code, page=page)))
    return lines


def place_text(where: Where) -> str:
    """Return ``orders.xlsx, sheet "Orders", line 5, column "amount"``, as far as known."""
    parts: list[Msg | str] = []
    if where.file is not None:
        parts.append(where.file)
    if where.sheet is not None:
        parts.append(msg('sheet "{sheet}"', sheet=where.sheet))
    if where.line is not None:
        parts.append(msg("line {line}", line=where.line))
    if where.column is not None:
        parts.append(msg('column "{column}"', column=where.column))
    return translate(msg(", ")).join(translate(part) for part in parts)


def print_note(note: Note, stream: TextIO | None = None, *, no_color: bool = False) -> None:
    """Print a note: plain, or marked and coloured where it is a warning."""
    medium = medium_of(stderr_or(stream), no_color=no_color)
    if note.level == "warning":
        warning = _fitted(medium, translate(msg("Warning: {sentence}", sentence=note.text)))
        _write(medium, _coloured(medium, warning, _YELLOW))
    else:
        _write(medium, _fitted(medium, translate(note.text)))


def say(message: Msg | str, stream: TextIO | None = None) -> None:
    """Print one sentence."""
    medium = medium_of(stderr_or(stream))
    _write(medium, _fitted(medium, translate(message)))


def _fitted(medium: Medium, text: str) -> str:
    """Return a sentence made safe, and cut where it is no sentence any more."""
    return medium.fit(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")


def _coloured(medium: Medium, text: str, colour: str) -> str:
    return f"{colour}{text}{_RESET}" if medium.colour else text


def _write(medium: Medium, line: str) -> None:
    # A full or closed stderr must not replace the result of the command.
    with contextlib.suppress(OSError):
        medium.stream.write(line + "\n")
        medium.stream.flush()


@contextlib.contextmanager
def progress(
    label: Msg,
    total: int | None = None,
    *,
    enabled: bool = True,
    stream: TextIO | None = None,
    no_color: bool = False,
) -> Iterator[Advance]:
    """Show a bar with rate and time left while the block runs; yield ``advance``.

    Nothing at all happens unless stderr is a terminal. The bar disappears at the end.

    Args:
        label: what is being done.
        total: steps in all; None if unknown: then the bar moves, without a time left.
        enabled: False for ``--quiet``.
        stream: default ``sys.stderr``.
        no_color: no colours.
    """
    medium = medium_of(stderr_or(stream), no_color=no_color)
    if not enabled or not medium.terminal:
        yield lambda steps, more=0: None  # noqa: ARG005
        return
    from rich import progress as bars
    from rich.text import Text

    class _Rate(bars.ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.0f}/s" if speed else "")

    bar = bars.Progress(
        bars.TextColumn("{task.description}", markup=False),
        bars.BarColumn(bar_width=None if medium.width and medium.width < 60 else 40),
        bars.TextColumn("{task.completed:,.0f}", markup=False),
        _Rate(),
        bars.TimeRemainingColumn(compact=True),
        console=console_of(medium),
        transient=True,
        redirect_stdout=False,  # data on stdout must never take the way to stderr
        redirect_stderr=False,
    )
    with bar:
        task = bar.add_task(medium.fit(translate(label)), total=total)

        def advance(steps: int, more: int = 0) -> None:
            known = bar.tasks[0].total
            bar.update(
                task,
                advance=steps,
                total=(known or 0) + more if more else known,
                refresh=bool(more),
            )

        yield advance
