"""Names and streams that the tests of this room share."""

from __future__ import annotations

import io

HOSTILE = [
    "=1+1",
    "+1",
    "-2",
    "@x",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x","y")',
    "[/]",
    "[red]gone[/red]",
    "[link=http://x]y[/link]",
    "back\\slash",
    "esc \x1b[31mred",
    "osc \x1b]52;c;aGk=\x07",
    "c1 \x9b31m",
    "bidi \u202egnp.exe",
    "zero\u200bwidth",
    "two\nlines",
    "#N/A",
    "_x001B_",
    "pipe | star * under_score `tick`",
    "'=1",
    "张伟有限公司",
    "",
]


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Latin1Terminal(Terminal):
    """A terminal that knows only latin-1, and refuses the rest as a real stream does."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "latin-1"

    def write(self, text: str) -> int:
        text.encode("latin-1")
        return super().write(text)
