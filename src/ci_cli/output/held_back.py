"""Write to standard output only when the store is closed again."""

from __future__ import annotations

import codecs
import contextlib
import io
import tempfile
from collections.abc import Iterator
from typing import BinaryIO, TextIO, cast

from ci_cli.output.medium import is_terminal, machine_sink, stdout_or, writing_to

_HELD_IN_MEMORY = 16 * 2**20  # bytes; more goes to a temporary file
_PIECE = 2**16


@contextlib.contextmanager
def held_back() -> Iterator[TextIO]:
    """Give a place to write to whose content reaches standard output when the block has ended.

    A pipe may take its time (somebody reads page by page); inside the block the store is open, and
    a reader that dawdles would keep others from writing. A terminal takes everything at once.
    """
    stream = stdout_or(None)
    if is_terminal(stream):
        yield stream
        return
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
