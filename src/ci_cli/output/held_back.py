"""Let rows leave only when the store has closed its books on them.

Inside the block the store is open and the journal of exports not committed yet. So what is written
there goes to a temporary place, and takes its name, or flows to standard output, when the block has
ended well.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from ci_cli.output.atomic import named_at_end
from ci_cli.output.medium import is_terminal, machine_sink, stdout_or, writing_to

_HELD_IN_MEMORY = 16 * 2**20  # bytes; more goes to a temporary file
_PIECE = 2**16


@dataclass(frozen=True)
class Place:
    """Where to write for the time being: a file, or a stream."""

    target: Path | None = None
    stdout: TextIO | None = None


@contextlib.contextmanager
def held_back(target: Path | None) -> Iterator[Place]:
    """Give a place to write to, whose content reaches ``target`` when the block has ended well.

    Args:
        target: a file; None: standard output. A pipe may take its time (somebody reads page by
            page), which must not keep the store open; a terminal takes everything at once.
    """
    stream = stdout_or(None)
    if target is not None:
        with named_at_end(target) as place:
            yield Place(target=place)
    elif is_terminal(stream):
        yield Place(stdout=stream)
    else:
        with _spooled(stream) as text:
            yield Place(stdout=text)


@contextlib.contextmanager
def _spooled(stream: TextIO) -> Iterator[TextIO]:
    with tempfile.SpooledTemporaryFile(_HELD_IN_MEMORY) as spool:
        text = io.TextIOWrapper(cast(BinaryIO, spool), "utf-8", "backslashreplace", newline="")
        try:
            yield text
            text.flush()
            spool.seek(0)
            sink = machine_sink(stream)
            with writing_to(stream):
                for piece in codecs.iterdecode(iter(lambda: spool.read(_PIECE), b""), "utf-8"):
                    sink.write(piece)
                stream.flush()
        finally:
            with contextlib.suppress(ValueError):
                text.detach()
