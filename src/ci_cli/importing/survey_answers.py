"""Read filled-in survey forms and sheets, and keep the answers: once for each respondent.

A row is one respondent. It is known by survey and respondent, so the same file again changes
nothing, and a corrected one changes what it corrects. A row left blank is silence: asked, and not
answered; it takes no earlier answer back. Who was not asked is rejected: an answer from outside
would make the response rate untrue.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ci_cli.analysis.periods import parse_day
from ci_cli.analysis.survey_templates import Question, Template
from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.importing.small_sheets import TITLE_ROWS, Refused, Rejected, clean, rows_below
from ci_cli.readers.base import DamagedRow, RawTable, ReadOptions
from ci_cli.readers.opening import open_tables
from ci_cli.report import QUANTITY_SCALE
from ci_cli.shapes.trade import Counts
from ci_cli.shapes.voice import Invited
from ci_cli.store import customers, voices
from ci_cli.store.engine import Connection
from ci_cli.store.writes import batches, facts
from ci_cli.store.writes.batches import FileEntry
from ci_cli.store.writes.facts import FactRow
from ci_cli.store.writes.voices import FEEDBACK
from ci_cli.text import Msg, msg

SOURCE = "survey"  # of every answer
_PER_LINE = 1_000_000_000  # place of a question × this + line: see batches.name_lines


@dataclass
class Taken:
    """What came in; ``counts`` are of rows, one for each respondent.

    ``blank`` are the respondents whose rows were left blank, ``silent`` the number of those who
    have not answered in another row or file either.
    """

    batch: int
    blank: set[str] = field(default_factory=set)
    silent: int = 0
    counts: Counts = field(default_factory=Counts)
    rejects: list[Rejected] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """What a survey asks, and whom."""

    survey: str
    day: str
    template: Template
    invited: Sequence[Invited]


def import_answers(
    conn: Connection, asked: Asked, paths: Sequence[Path], *, today: str, by: str, at: str
) -> Taken:
    """Bring answers in; the caller holds the transaction.

    Args:
        conn: the store.
        asked: the survey.
        paths: filled-in forms or sheets.
        today: day of answers that name none.
        by: who brings them in.
        at: when.

    Raises:
        CiError: ``survey-headings``: a file has no column respondent or no question of the survey;
            what the readers raise.
    """
    batch = batches.open_batch(
        conn, command="feedback survey import", source=SOURCE, imported_by=by, at=at
    )
    taken = Taken(batch)
    for path in paths:
        with open_tables(path, ReadOptions()) as tables:
            counts = _file(conn, asked, tables, path, taken, today=today, at=at)
        taken.counts.add(counts)
    batches.close_batch(conn, batch, taken.counts, None)
    taken.silent = len(taken.blank - voices.respondents(conn, asked.survey))
    return taken


def _file(
    conn: Connection, asked: Asked, tables: list[RawTable], path: Path, taken: Taken, *,
    today: str, at: str,
) -> Counts:  # fmt: skip
    table, header, columns = _find_header(asked, tables, path)
    entry = FileEntry(
        str(table.file), table.sheet, table.sha256, "feedback", table.format, table.encoding,
        table.delimiter, header + 1,
    )  # fmt: skip
    file_id = batches.add_file(conn, taken.batch, entry)
    counts, rows = Counts(), list[FactRow]()
    for line, cells in rows_below(table, header):
        counts.read += 1
        told = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
        try:
            if isinstance(cells, DamagedRow):
                raise Refused(cells.reason)
            who, answers = _answers(conn, asked, told, line, today)
            rows += answers
            if not answers:
                counts.unchanged += 1
                taken.blank.add(who)
        except Refused as refused:
            counts.rejected += 1
            taken.rejects.append(
                Rejected(str(path), line, told.get("respondent", "").strip(), refused.reason)
            )
    verdicts = facts.load_facts(
        conn, FEEDBACK, rows, batch_id=taken.batch, file_id=file_id, on_match="update", at=at
    )
    _judge(verdicts, counts, path, taken)
    batches.name_lines(conn, file_id, _PER_LINE)
    batches.close_file(conn, file_id, counts)
    return counts


_ORDER = ("unchanged", "created", "updated", "conflict")  # the last that fits is the row's verdict


def _judge(verdicts: dict[int, str], counts: Counts, path: Path, taken: Taken) -> None:
    """Give each row the strongest verdict of its answers."""
    rows: dict[int, str] = {}
    for place, verdict in verdicts.items():
        line = place % _PER_LINE
        rows[line] = max(rows.get(line, "unchanged"), verdict, key=_ORDER.index)
    for line, verdict in rows.items():
        setattr(counts, verdict, getattr(counts, verdict) + 1)
        if verdict == "conflict":
            taken.rejects.append(
                Rejected(str(path), line, "", msg("an earlier row of the file says otherwise"))
            )


def _find_header(
    asked: Asked, tables: list[RawTable], path: Path
) -> tuple[RawTable, int, dict[str, int]]:
    """Return the first table with a respondent and a question, its header row and its columns."""
    for table in tables:
        for number, row in enumerate(table.first_rows(TITLE_ROWS)[1]):
            columns: dict[str, int] = {}
            for place, cell in enumerate(row):
                name = _column(asked.template, cell)
                if name is not None and name in columns:
                    raise _headings(msg("The heading {name} stands there twice.", name=name), path)
                if name is not None:
                    columns[name] = place
            if "respondent" in columns and any(
                question.id in columns for question in asked.template.questions
            ):
                return table, number, columns
    raise _headings(msg("The file has no column respondent, or none of the questions."), path)


def _headings(message: Msg, path: Path) -> CiError:
    return CiError(
        "survey-headings",
        message,
        hint=msg("`ci-cli feedback survey export NAME -o FILE.csv` writes a sheet with the right"
                 " headings; leave them as they are."),
        where=Where(file=str(path)),
        exit_code=ExitCode.DECIDE,
    )  # fmt: skip


def _column(template: Template, heading: str) -> str | None:
    """Return what a heading stands for: ``satisfied``, or ``satisfied: Are you …`` likewise."""
    text = unicodedata.normalize("NFKC", heading).strip()
    start = text.partition(":")[0].strip().casefold()
    if start in ("survey", "version", "respondent", "day"):
        return start
    for question in template.questions:
        if start == question.id or text == unicodedata.normalize("NFKC", question.text):
            return question.id
    return None


def _answers(
    conn: Connection, asked: Asked, told: dict[str, str], line: int, today: str
) -> tuple[str, list[FactRow]]:
    """Return a respondent and what it answered, one row for each question.

    Raises:
        Refused: the row cannot be taken, as a whole.
    """
    survey = clean(told.get("survey", ""))
    if survey and survey.casefold() != asked.survey.casefold():
        raise Refused(msg("it answers the survey {name}", name=survey))
    version = clean(told.get("version", ""))
    if version and version != str(asked.template.version):
        raise Refused(
            msg("it answers version {found} of the questions, not {wanted}", found=version,
                wanted=asked.template.version)
        )  # fmt: skip
    who = _who(conn, asked, clean(told["respondent"]))
    said = {
        question.id: text
        for question in asked.template.questions
        if (text := clean(told.get(question.id, "")))
    }
    if not said:
        return who.respondent, []
    text = clean(told.get("day", ""))
    day = text[:10].replace("/", "-") or today
    if parse_day(day) is None or not asked.day <= day <= today:
        raise Refused(
            msg("{day} is no day from {first} to {last}", day=text, first=asked.day, last=today)
        )
    found: list[FactRow] = []
    for place, question in enumerate(asked.template.questions):
        if question.id in said:
            values = {
                "source": SOURCE, "fact_key": f"{asked.survey}/{who.respondent}/{question.id}",
                "day": day, "kind": "answer", "survey": asked.survey,
                "version": asked.template.version, "question": question.id,
                "respondent": who.respondent, **read_answer(question, said[question.id]),
            }  # fmt: skip
            key = (who.source, who.key_kind, who.source_key)
            found.append(FactRow(line + place * _PER_LINE, key, values))
    return who.respondent, found


def _who(conn: Connection, asked: Asked, name: str) -> Invited:
    if not name:
        raise Refused(msg("it names no respondent"))
    for one in asked.invited:
        if one.respondent.casefold() == name.casefold():
            return one
    try:
        number = customers.find(conn, name)
    except CiError as error:
        raise Refused(msg("{name} is no customer that was asked", name=name)) from error
    for one in asked.invited:
        if one.customer_id == number:
            return one
    raise Refused(msg("{name} is no customer that was asked", name=name))


def read_answer(question: Question, said: str) -> dict[str, object]:
    """Return the columns of one answer.

    Raises:
        Refused: a rating off its scale, or an option that there is not.
    """
    if question.type == "text":
        return {"text": said}
    plain = unicodedata.normalize("NFKC", said).strip()
    if question.type == "scale":
        number = plain.removesuffix(".0")
        low, high = question.low or 0, question.high or 0
        if not (number.isascii() and number.isdigit() and low <= int(number[:9]) <= high):
            raise Refused(
                msg("{question}: “{said}” is no number from {low} to {high}", question=question.id,
                    said=said[:40], low=low, high=high)
            )  # fmt: skip
        return {"rating": int(number[:9]) * QUANTITY_SCALE, "low": low, "high": high}
    for key, label in question.options:
        wanted = (key, unicodedata.normalize("NFKC", label).casefold())
        if plain.casefold() in wanted:
            return {"answer": key}
    raise Refused(
        msg("{question}: “{said}” is none of {options}", question=question.id, said=said[:40],
            options=", ".join(key for key, _label in question.options))
    )  # fmt: skip
