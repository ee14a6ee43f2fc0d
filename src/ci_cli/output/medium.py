"""What a stream can show: colours, tables, a width, which characters.

One place decides it, by the conventions that terminal users rely on: ``NO_COLOR``, ``TERM=dumb``,
``COLUMNS``, and nothing decorated when the stream is a pipe or a file.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol, TextIO

from ci_cli.errors import CiError
from ci_cli.output.safe import safe_text
from ci_cli.text import msg

if TYPE_CHECKING:
    from rich.console import Console

_FALLBACK_WIDTH = 80


@dataclass(frozen=True)
class Medium:
    """A text stream and what it is able to show."""

    stream: TextIO
    terminal: bool  # a person looks at it, and it can move the cursor
    colour: bool
    width: int | None  # None: as wide as the text
    encoding: str

    def can_show(self, text: str) -> bool:
        """Tell whether every character of ``text`` can be encoded for this stream."""
        return self.encodable(text) == text

    def encodable(self, text: str) -> str:
        r"""Return ``text`` with what the stream cannot encode written out (``\u5f20``)."""
        try:
            return text.encode(self.encoding, "backslashreplace").decode(self.encoding)
        except (LookupError, UnicodeError):
            return text.encode("ascii", "backslashreplace").decode("ascii")

    def fit(self, text: str) -> str:
        """Return hostile text ready for this stream: safe, on one line, encodable."""
        return self.encodable(safe_text(text))


def medium_of(stream: TextIO, *, no_color: bool = False, width: int | None = None) -> Medium:
    """Find out what ``stream`` can show.

    Args:
        stream: a text stream.
        no_color: the person asked for no colours (``--no-color``).
        width: columns of the terminal; found out by default. A pipe has no width.
    """
    terminal = is_terminal(stream)
    colour = terminal and not no_color and not os.environ.get("NO_COLOR")
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if not terminal:
        width = None
    elif width is None:
        width = _terminal_width(stream)
    return Medium(stream, terminal, colour, width, encoding)


def console_of(medium: Medium) -> Console:
    """Return a rich console for a terminal that takes every text literally."""
    from rich.console import Console

    return Console(
        file=medium.stream,
        force_terminal=True,
        color_system="auto" if medium.colour else None,
        no_color=not medium.colour,
        width=medium.width,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )


def is_terminal(stream: TextIO) -> bool:
    """Tell whether ``stream`` is a terminal that understands more than plain lines."""
    try:
        return stream.isatty() and os.environ.get("TERM") != "dumb"
    except (AttributeError, ValueError):  # a closed or makeshift stream
        return False


def _terminal_width(stream: TextIO) -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _FALLBACK_WIDTH
    except (OSError, ValueError, AttributeError):
        return _FALLBACK_WIDTH


@contextlib.contextmanager
def writing_to(stream: TextIO) -> Iterator[None]:
    """Turn a failure to write to a stream into our error; a closed pipe stays BrokenPipeError.

    What could not be written is given up, so that the interpreter does not fail on it once more
    when it ends.

    Raises:
        CiError: ``stdout-not-written``.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        _give_up(stream)
        raise CiError(
            "stdout-not-written",
            msg("Standard output could not be written: {reason}.", reason=error.strerror or error),
            hint=msg("Free some space where it goes, or write to a file with -o."),
        ) from error


def _give_up(stream: TextIO) -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)


class TextSink(Protocol):
    """All that a writer of a text format needs."""

    def write(self, text: str, /) -> object:
        """Take some text."""


def machine_sink(stream: TextIO) -> TextSink:
    """Return where csv, json and Markdown for ``stream`` go.

    A pipe gets utf-8 whatever the locale, because the next program expects it; a terminal gets
    what it can show, the rest written out.
    """
    buffer = getattr(stream, "buffer", None)
    if buffer is not None and not is_terminal(stream):
        stream.flush()
        return _Utf8Sink(buffer)
    return _TerminalSink(medium_of(stream))


class _Utf8Sink:
    def __init__(self, buffer: BinaryIO) -> None:
        self._buffer = buffer

    def write(self, text: str, /) -> object:
        return self._buffer.write(text.encode("utf-8", "backslashreplace"))


class _TerminalSink:
    def __init__(self, medium: Medium) -> None:
        self._medium = medium

    def write(self, text: str, /) -> object:
        return self._medium.stream.write(self._medium.encodable(text))


def stdout_or(stream: TextIO | None) -> TextIO:
    """Return ``stream``, or standard output as it is now (tests and pagers replace it)."""
    return sys.stdout if stream is None else stream


def stderr_or(stream: TextIO | None) -> TextIO:
    """Return ``stream``, or standard error as it is now."""
    return sys.stderr if stream is None else stream
