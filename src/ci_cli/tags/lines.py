"""Where things stand in a TOML text: the parser of Python does not say.

The text is cut at its ``[[rule]]`` headers, so that a slip in one rule hides no fault of another;
and the line of every table inside is noted in the order in which the parser gives them out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_RULE = re.compile(r"[ \t]*\[\[[ \t]*rule[ \t]*\]\][ \t]*(?:#.*)?$")
_STEP = re.compile(
    r'"""(?:\\[\s\S]|(?!""")[^\\])*(?:""""{0,2}|$)'  # strings over several lines
    r"|'''(?:(?!''')[\s\S])*(?:''''{0,2}|$)"
    r'|"(?:\\.|[^"\\\n])*"?'
    r"|'[^'\n]*'?"
    r"|#[^\n]*"
    r"|[\[\]{}\n]"
)


@dataclass
class Part:
    """A piece of the text: what stands before the first rule, or one rule.

    Args:
        first: number of its first line, from 1.
        lines: its text.
        tables: lines of the tables inside it, in their order.
    """

    first: int
    text: str = ""
    tables: list[int] = field(default_factory=list)


def parts_of(text: str) -> list[Part]:
    """Cut a TOML text at its ``[[rule]]`` headers and find the lines of the tables inside."""
    found = [Part(1)]
    line, depth, begin, position = 1, 0, 0, 0
    at_line_start = True
    while position < len(text):
        if at_line_start:
            end = text.find("\n", position)
            whole = text[position : end if end >= 0 else len(text)].rstrip("\r")
            if _RULE.match(whole):
                found[-1].text = text[begin:position]
                found.append(Part(line))
                begin, depth = position, 0
                position += len(whole)
                at_line_start = False
                continue
            if depth == 0 and whole.lstrip().startswith("["):
                found[-1].tables.append(line)
                position += len(whole)
                at_line_start = False
                continue
        step = _STEP.search(text, position)
        if step is None:
            break
        piece = step[0]
        at_line_start = piece == "\n"
        line += piece.count("\n")
        if piece == "{":
            found[-1].tables.append(line)
        depth = max(0, depth + {"[": 1, "{": 1, "]": -1, "}": -1}.get(piece, 0))
        position = step.end()
    found[-1].text = text[begin:]
    return found
