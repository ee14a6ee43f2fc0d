"""Feedback, what we learnt, surveys and codings into their tables; each entry can be undone."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ci_cli.shapes.trade import Counts
from ci_cli.shapes.voice import Learnt, Said
from ci_cli.store.writes import batches
from ci_cli.store.writes.typed import TYPED
from ci_cli.store.writes.typed import close as close  # for whoever keeps what people say
from ci_cli.store.writes.typed import journal as journal
from ci_cli.store.writes.upsert import Target

FEEDBACK = Target(
    table="feedback",
    keys=("source", "fact_key"),
    fields=(
        "record_id", "day", "kind", "ask", "text", "product", "channel", "rating", "low", "high",
        "survey", "version", "question", "respondent", "answer", "author", "about_customer",
    ),
    required=("day", "kind"),
)  # fmt: skip

INSIGHT = Target(
    table="insight",
    keys=("source", "fact_key"),
    fields=(
        "record_id", "day", "kind", "value", "text", "before", "after", "unit", "period", "origin",
        "author", "about_customer",
    ),
    required=("day", "kind"),
)  # fmt: skip


class NewSurvey(NamedTuple):
    """A survey to be made; ``wording`` is the JSON of its template."""

    name: str
    template: str
    version: int
    wording: str
    day: str
    until: str | None


def say(
    conn: sqlite3.Connection, customer_id: int, said: Said, *, by: str, at: str
) -> tuple[int, int]:
    """Note what a customer said; return the batch, by which it can be undone, and its number."""
    batch_id, file_id = journal(conn, "feedback add", "feedback", by, at)
    cursor = conn.execute(
        "INSERT INTO feedback (record_id, source, fact_key, day, kind, ask, text, product, channel,"
        " author, file_id, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (
            customer_id, TYPED, str(batch_id), said.day, said.kind, said.ask, said.text,
            said.product, said.channel, said.author or by, file_id,
        ),
    )  # fmt: skip
    close(conn, batch_id, file_id, Counts(read=1, created=1))
    return batch_id, int(cursor.lastrowid or 0)


def learn(
    conn: sqlite3.Connection, customer_id: int | None, facts: Sequence[Learnt], *, command: str,
    by: str, at: str,
) -> int:  # fmt: skip
    """Note what was learnt of a customer, or of nobody in particular; return the batch."""
    batch_id, file_id = journal(conn, command, "insights", by, at)
    conn.executemany(
        "INSERT INTO insight (record_id, source, fact_key, day, kind, value, text, stand, before,"
        " after, unit, period, industry, origin, author, file_id, line)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                customer_id, TYPED, f"{batch_id}/{line}", one.day, one.kind, one.value, one.text,
                one.stand, one.before, one.after, one.unit, one.period, one.industry, one.origin,
                one.author or by, file_id, line,
            )
            for line, one in enumerate(facts, start=1)
        ],
    )  # fmt: skip
    close(conn, batch_id, file_id, Counts(read=len(facts), created=len(facts)))
    return batch_id


def make_survey(
    conn: sqlite3.Connection, survey: NewSurvey, customers: Sequence[int], *, by: str, at: str
) -> int:
    """Keep a survey and whom it asks (living customers); return the batch."""
    batch_id, file_id = journal(conn, "feedback survey create", "survey", by, at)
    conn.execute(
        "INSERT INTO survey (name, template, version, wording, day, until, file_id, line)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
        (*survey, file_id),
    )
    conn.executemany(
        "INSERT INTO invitation (record_id, survey, respondent, day, file_id, line)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (number, survey.name, f"C{number}", survey.day, file_id, line)
            for line, number in enumerate(customers, start=2)
        ],
    )
    rows = 1 + len(customers)
    close(conn, batch_id, file_id, Counts(read=rows, created=rows))
    return batch_id


def code(
    conn: sqlite3.Connection, frame: str, coder: str, codes: Mapping[tuple[str, str], str | None],
    *, day: str, by: str, at: str,
) -> tuple[int, Counts]:  # fmt: skip
    """Keep what one coder says of texts, by source and key; return the batch and what changed."""
    known = {
        (row["source"], row["fact_key"]): (row["id"], row["code"])
        for row in conn.execute(
            "SELECT id, source, fact_key, code FROM coding WHERE frame = ? AND coder = ?",
            (frame, coder),
        )
    }
    batch_id, file_id = journal(conn, "feedback code", "coding", by, at)
    counts = Counts(read=len(codes))
    for line, (key, word) in enumerate(codes.items(), start=1):
        if key not in known:
            conn.execute(
                "INSERT INTO coding (frame, coder, source, fact_key, code, day, file_id, line)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (frame, coder, *key, word, day, file_id, line),
            )
            counts.created += 1
        elif known[key][1] != word:
            number = known[key][0]
            batches.keep_before(conn, batch_id, "coding", str(int(number)))
            conn.execute("UPDATE coding SET code = ?, day = ? WHERE id = ?", (word, day, number))
            counts.updated += 1
        else:
            counts.unchanged += 1
    close(conn, batch_id, file_id, counts)
    return batch_id, counts
