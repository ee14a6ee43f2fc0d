"""``log list``, and the last contacts of ``customer show``: what was said and done, by day."""

from __future__ import annotations

from collections.abc import Sequence

from ci_cli.report import Column, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.shapes.talks import Talk
from ci_cli.text import Msg, msg

SHOWN_CHARACTERS = 120


def build(talks: Sequence[Talk], *, whole: bool = False) -> Report:
    """Lay out interactions.

    Args:
        talks: in the order in which they are shown.
        whole: show texts in full, else their beginning.
    """
    return Report("log-list", msg("Log"), [table(talks, whole=whole)], {"entries": len(talks)})


def table(
    talks: Sequence[Talk], *, whole: bool = False, title: Msg | None = None, one: bool = False
) -> Table:
    """Return one row for each interaction; ``one`` leaves out whose it is."""
    whose = (Column("customer", msg("customer"), "id"), Column("name", msg("name")))
    columns = (
        Column("entry", msg("entry"), "int"),
        Column("day", msg("day"), "date"),
        *(() if one else whose),
        Column("kind", msg("kind"), "state"),
        Column("topic", msg("topic")),
        Column("outcome", msg("outcome"), "state"),
        Column("direction", msg("direction"), "state"),
        Column("person", msg("contact")),
        Column("author", msg("by")),
        Column("due", msg("due"), "date"),
        Column("closed", msg("closed"), "date"),
        Column("text", msg("text")),
    )
    rows = [
        (
            talk.id, talk.day,
            *(() if one else (
                customer_code(talk.customer_id) if talk.customer_id else None, talk.customer
            )),
            talk.kind, talk.topic, talk.outcome, talk.direction, talk.person, talk.author,
            talk.due, talk.closed, _whole(talk) if whole else excerpt(talk),
        )
        for talk in talks
    ]  # fmt: skip
    return Table("log", columns, rows, title)


def _whole(talk: Talk) -> str:
    return "\n".join(part for part in (talk.subject, talk.text) if part)


def excerpt(talk: Talk) -> str:
    """Return the beginning of what was said, in one line."""
    return one_line(_whole(talk), SHOWN_CHARACTERS)


def one_line(text: str, most: int) -> str:
    """Return the beginning of a text, at most ``most`` characters, in one line."""
    line = " ".join(text[: 4 * most].split())
    return line if len(line) <= most else line[: most - 1] + "…"
