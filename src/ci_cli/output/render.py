"""The one door through which a report leaves: choose the format, open the target, write.

A new format is one module in this room, with ``write(report, out, options)``, and one line in
:data:`FORMATS`. If its rows can stream it has ``write_rows(columns, rows, out, options)`` as well.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.output import messages, screen
from ci_cli.output.atomic import check_writable, write_atomic, write_atomic_text
from ci_cli.output.medium import is_terminal, machine_sink, stdout_or, writing_to
from ci_cli.output.options import Options
from ci_cli.output.safe import file_text
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import Msg, msg


@dataclass(frozen=True)
class Format:
    """How a format is written.

    Attributes:
        module: in this room, loaded only when the format is used.
        suffixes: of files, the usual one first.
        binary: bytes that no terminal can show: only to a file.
        byte_order_mark: in files, so that Excel reads Chinese rightly.
        whole: the file tells all of the report; otherwise the rest is said on stderr.
    """

    module: str
    suffixes: tuple[str, ...]
    binary: bool = False
    byte_order_mark: bool = False
    whole: bool = True


FORMATS: dict[str, Format] = {
    "table": Format("screen", (".txt",)),
    "csv": Format("csv_file", (".csv",), byte_order_mark=True, whole=False),
    "json": Format("json_file", (".json",)),
    "md": Format("markdown", (".md", ".markdown")),
    "html": Format("html_page", (".html", ".htm")),
    "docx": Format("docx_page", (".docx",), binary=True),
    "svg": Format("svg", (".svg",), whole=False),
    "xlsx": Format("xlsx", (".xlsx",), binary=True),
}
FOR_PEOPLE = ("table", "md", "html", "docx")  # read, not computed with: cut to what fits a page


def write_report(
    report: Report,
    *,
    format: str | None = None,  # noqa: A002 - as people type it
    target: Path | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
    options: Options | None = None,
    no_color: bool = False,
    width: int | None = None,
    quiet: bool = False,
) -> None:
    """Show ``report``, or save it whole or not at all.

    Args:
        report: what to write.
        format: a key of :data:`FORMATS`; by default the suffix of ``target`` decides, and a
            table is shown without a target.
        target: a file; None or ``-`` is standard output.
        stdout: takes the data when there is no target; default ``sys.stdout``.
        stderr: takes what is said beside the data; default ``sys.stderr``.
        options: see :class:`Options`.
        no_color: no colours, even on a terminal.
        width: of the terminal; found out by default.
        quiet: say only warnings.

    Raises:
        CiError: ``format-unknown``, ``format-unclear``, ``format-mismatch``,
            ``format-needs-file``; what :func:`ci_cli.output.atomic.write_atomic` and the format
            raise; ``stdout-not-written``.
        BrokenPipeError: when the reader of standard output has gone.
    """
    target = _file_target(target)
    name = choose_format(format, target)
    if target is None and name == "table":
        stream = stdout_or(stdout)
        with writing_to(stream):
            screen.show(report, stream, no_color=no_color, width=width)
        return
    chosen = options or Options()

    def write(out: Any) -> None:
        _module(name).write(report, out, chosen)

    _send(write, name, target, stdout)
    for note in _beside(report, FORMATS[name]):
        if note.level == "warning" or not quiet:
            messages.print_note(note, stderr, no_color=no_color)
    if target is not None and not quiet:
        messages.say(_saved(target), stderr)


def write_rows(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    format: str | None = None,  # noqa: A002 - as people type it
    target: Path | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
    options: Options | None = None,
    quiet: bool = False,
) -> int:
    """Export rows without holding them in memory (csv, json, xlsx), and return how many.

    The other formats lay out whole tables, so they gather the rows first. Arguments and errors
    are those of :func:`write_report`.
    """
    target = _file_target(target)
    name = choose_format(format, target)
    chosen = options or Options()
    module = _module(name)
    count = 0

    def write(out: Any) -> None:
        nonlocal count
        if hasattr(module, "write_rows"):
            count = module.write_rows(columns, rows, out, chosen)
            return
        gathered = [tuple(row) for row in rows]
        count = len(gathered)
        title = Msg(chosen.key)
        module.write(
            Report(chosen.key, title, [Table(chosen.key, tuple(columns), gathered)]), out, chosen
        )

    _send(write, name, target, stdout)
    if target is not None and not quiet:
        messages.say(_saved(target), stderr)
    return count


def write_records(
    rows: Iterable[Sequence[str]],
    *,
    target: Path | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
    quiet: bool = False,
) -> int:
    """Write rows of text as csv just as they are, for whoever compares or mends them.

    They may differ in length. Nothing is guarded or rounded; only a terminal is spared what would
    act on it. Arguments and errors are those of :func:`write_report`.
    """
    from ci_cli.output import csv_file

    target = _file_target(target)
    shown = target is None and is_terminal(stdout_or(stdout))
    count = 0

    def write(out: Any) -> None:
        nonlocal count
        count = csv_file.write_records(rows, out, fit=file_text if shown else None)

    _send(write, "csv", target, stdout)
    if target is not None and not quiet:
        messages.say(_saved(target), stderr)
    return count


def check_output(format_name: str | None, target: Path | None, *, draws: bool) -> None:
    """Refuse what ``--format`` and ``-o`` ask for, before a command does anything.

    Args:
        format_name: a key of :data:`FORMATS`, or None.
        target: a file; None or ``-`` is standard output.
        draws: whether the report has a chart.

    Raises:
        CiError: as :func:`write_report`.
    """
    target = _file_target(target)
    if choose_format(format_name, target) == "svg" and not draws:
        from ci_cli.output.svg import chart_missing

        raise chart_missing()
    if target is not None:
        check_writable(target)


def choose_format(format_name: str | None, target: Path | None) -> str:
    """Return the key of :data:`FORMATS` that a person means by ``--format`` and ``-o``.

    Raises:
        CiError: ``format-unknown``, ``format-unclear``, ``format-mismatch``, ``format-needs-file``.
    """
    known = ", ".join(FORMATS)
    if format_name is not None and format_name not in FORMATS:
        raise _undecided(
            "format-unknown",
            msg('There is no format "{name}".', name=format_name),
            msg("Choose one of: {known}.", known=known),
        )
    if target is None:
        name = format_name or "table"
        if FORMATS[name].binary:
            raise _undecided(
                "format-needs-file",
                msg("The format {name} cannot be shown, only saved.", name=name),
                msg(
                    "Name a file, for example: -o report{suffix}", suffix=FORMATS[name].suffixes[0]
                ),
            )
        return name
    suffix = target.suffix.lower()
    meant = next((name for name, f in FORMATS.items() if suffix in f.suffixes), None)
    if format_name is None and meant is None:
        raise _undecided(
            "format-unclear",
            msg("The name of the file does not say its format."),
            msg("Add --format with one of: {known}.", known=known),
            target,
        )
    if format_name is not None and meant not in (None, format_name):
        raise _undecided(
            "format-mismatch",
            msg(
                "The name of the file says {meant}, --format says {name}.",
                meant=meant,
                name=format_name,
            ),
            msg("Leave --format away, or change the name of the file."),
            target,
        )
    return format_name or str(meant)


def _undecided(code: str, message: Msg, hint: Msg, target: Path | None = None) -> CiError:
    where = Where(file=str(target)) if target is not None else None
    return CiError(code, message, hint=hint, where=where, exit_code=ExitCode.DECIDE)


def _file_target(target: Path | None) -> Path | None:
    return None if target is None or str(target) == "-" else target


def _module(name: str) -> Any:
    return importlib.import_module(f"ci_cli.output.{FORMATS[name].module}")


def _send(
    write: Callable[[Any], None], name: str, target: Path | None, stdout: TextIO | None
) -> None:
    chosen = FORMATS[name]
    if target is None:
        stream = stdout_or(stdout)
        with writing_to(stream):
            write(machine_sink(stream))
            stream.flush()
    elif chosen.binary:
        with write_atomic(target) as handle:
            write(handle)
    else:
        encoding = "utf-8-sig" if chosen.byte_order_mark else "utf-8"
        with write_atomic_text(target, encoding) as text:
            write(text)


def _beside(report: Report, chosen: Format) -> list[Note]:
    """Return what the file does not tell."""
    if chosen.whole:
        return []
    notes = list(report.notes)
    if chosen.module == "csv_file" and len(report.tables) > 1:
        notes.append(Note(msg("csv holds the first table only; json and xlsx hold all of them.")))
    return notes


def _saved(target: Path) -> Msg:
    return msg("Saved: {file}", file=str(target))
