"""Which reports people can ask for, and the note on a report that says who did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_cli.report import Note
from ci_cli.text import msg

if TYPE_CHECKING:
    from ci_cli.store.engine import Connection

GROUP = "report "  # every report of this group can be asked for …
# … and what people look at regularly besides
OTHERS = ("check", "doctor", "goal status", "health run", "procat report", "rfm run", "today")


def can_be_asked_for(command: str) -> bool:
    """Tell whether a command, without its arguments, shows a report that people ask for."""
    return command.startswith(GROUP) or command in OTHERS


def asked_by(conn: Connection, command: str) -> list[Note]:
    """Return a note that names who wants a report; none where nobody is noted."""
    from ci_cli.store import goals

    people = [row.person for row in goals.stakeholders(conn, command)]
    return [Note(msg("For: {people}.", people=", ".join(people)))] if people else []
