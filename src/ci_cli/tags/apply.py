"""Tags as people use them: define, add, remove, and let rules find them; the use-case of this room.

Rules only ever read what the store holds and write behaviours with their evidence, in one
transaction that undo takes back like any import.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.shapes.trade import Author
from ci_cli.store import tags as stored
from ci_cli.store.engine import Connection
from ci_cli.store.writes import behaviours
from ci_cli.store.writes.behaviours import Applied
from ci_cli.tags.catalogue import STRENGTH_SCALE, Kind, is_code, together
from ci_cli.tags.decay import Evidence, Standing, standings
from ci_cli.tags.evaluate import Program
from ci_cli.tags.language import RuleSet
from ci_cli.tags.people import people
from ci_cli.tags.rules_file import read_rules
from ci_cli.text import msg
from ci_cli.toml_places import Fault, UnreadableError, faulty, text_of

LARGEST_FILE = 2_000_000  # bytes


@dataclass(frozen=True)
class RulesText:
    """A rules file as it was read."""

    file: str
    text: str
    sha256: str


def kinds(conn: Connection) -> dict[str, Kind]:
    """Return all kinds of behaviour by code, those of the store before those that ship."""
    own = {
        one.code: Kind(one.code, one.name, one.name_zh, one.polarity,
                       one.strength / STRENGTH_SCALE, one.half_life, one.priority)
        for one in stored.own_kinds(conn)
    }  # fmt: skip
    return together(own)


def standing_tags(conn: Connection, today: date) -> dict[int, list[Standing]]:
    """Return the tags of each customer that has any, as of a day."""
    rows = (Evidence(*row) for row in stored.evidence(conn, today.isoformat()))
    return standings(rows, kinds(conn), today)


def tags_of(conn: Connection, customer_id: int, today: date) -> list[Standing]:
    """Return the tags of one customer as of a day, the one that counts most first."""
    rows = (
        Evidence(one.customer_id, one.code, one.day, one.until, one.basis == "state")
        for one in stored.events(conn, customer_id=customer_id)
    )
    return standings(rows, kinds(conn), today).get(customer_id, [])


def known_kind(conn: Connection, code: str) -> Kind:
    """Return the kind of that code.

    Raises:
        CiError: there is none.
    """
    found = kinds(conn).get(code)
    if found is None:
        raise CiError(
            "tag-unknown",
            msg("There is no tag {code}.", code=code),
            hint=msg("`ci-cli tag list` lists them; `ci-cli tag define` makes one."),
            exit_code=ExitCode.DECIDE,
        )
    return found


def define(
    conn: Connection, code: str, changes: Mapping[str, Any], author: Author
) -> tuple[int, bool, Kind]:
    """Define a kind of behaviour, or change one; what is not said stays as it was.

    Args:
        conn: the store, inside a transaction.
        code: of the kind.
        changes: fields of :class:`Kind` that were said; of a new kind the polarity is.
        author: who defines it.

    Returns:
        The batch, whether the kind is new, and the kind as it is now.

    Raises:
        CiError: the code cannot be one, or a new kind is neither positive nor negative.
    """
    if not is_code(code):
        raise CiError(
            "tag-code",
            msg("'{code}' cannot be the code of a tag.", code=code),
            hint=msg("Use small letters, digits and - in between: refused-call."),
            exit_code=ExitCode.DECIDE,
        )
    before = kinds(conn).get(code)
    if before is None and "polarity" not in changes:
        raise CiError(
            "tag-polarity",
            msg("It is not said whether {code} is good or bad.", code=code),
            hint=msg("Add --positive or --negative."),
            exit_code=ExitCode.DECIDE,
        )
    base = before or Kind(code, None, None, 1, 1.0, 180, 0)
    kind = Kind(**{**base.__dict__, **changes, "code": code, "ships": False})
    values = {
        "name": kind.name, "name_zh": kind.name_zh, "polarity": kind.polarity,
        "strength": round(kind.strength * STRENGTH_SCALE), "half_life": kind.half_life,
        "priority": kind.priority,
    }  # fmt: skip
    batch, _new_here = behaviours.define(conn, code, values, author)
    return batch, before is None, kind


def add(
    conn: Connection,
    customer_id: int,
    code: str,
    *,
    day: str,
    until: str | None,
    entry: int | None,
    author: Author,
    day_given: bool,
) -> tuple[int, str, str]:
    """Note by hand that a customer shows a behaviour; see :func:`behaviours.add`.

    Args:
        conn: the store, inside a transaction.
        customer_id: a living customer.
        code: of a kind.
        day: of the event.
        until: last day on which it counts.
        entry: number of the interaction that shows it.
        author: who says so.
        day_given: else the event is of the day of the interaction.

    Returns:
        Batch, verdict, and the day of the event.

    Raises:
        CiError: no such kind or interaction, one of another customer, or it would end before it
            begins.
    """
    known_kind(conn, code)
    evidence, record_id = None, customer_id
    if entry is not None:
        source, key, record, owner, entry_day = stored.interaction_key(conn, entry)
        if owner != customer_id or record is None:
            raise _foreign(entry, customer_id)
        evidence, record_id = (source, key), record
        day = day if day_given else entry_day
    if until is not None and until < day:
        raise CiError(
            "day-invalid",
            msg("It would end on {until}, before {day}.", until=until, day=day),
            hint=msg("Check --until and --on."),
            exit_code=ExitCode.DECIDE,
        )
    batch, verdict = behaviours.add(
        conn, record_id, code, day=day, until=until, evidence=evidence, author=author
    )
    return batch, verdict, day


def remove(
    conn: Connection, customer_id: int, code: str, entry: int | None, author: Author
) -> tuple[int, int]:
    """Take a tag off a customer, or one piece of its evidence; return batch and rows.

    Raises:
        CiError: the customer has no such tag.
    """
    evidence = stored.interaction_key(conn, entry)[:2] if entry is not None else None
    ids = stored.behaviour_ids(conn, customer_id, code, evidence)
    if not ids:
        raise CiError(
            "tag-absent",
            msg("C{id} has no tag {code}.", id=customer_id, code=code),
            hint=msg("`ci-cli tag list --customer C{id}` lists its tags.", id=customer_id),
            exit_code=ExitCode.DECIDE,
        )
    return behaviours.remove(conn, ids, author), len(ids)


def _foreign(entry: int, customer_id: int) -> CiError:
    return CiError(
        "tag-evidence",
        msg("Entry {id} is not about C{customer}.", id=entry, customer=customer_id),
        hint=msg("`ci-cli log list --customer C{customer}` lists its entries.",
                 customer=customer_id),
        exit_code=ExitCode.DECIDE,
    )  # fmt: skip


def open_rules(path: Path) -> RulesText:
    """Read the text of a rules file.

    Raises:
        CiError: ``rules-unreadable``: it cannot be read, is too large, or no UTF-8.
    """
    try:
        text, data = text_of(path, LARGEST_FILE)
    except UnreadableError as error:
        raise CiError(
            "rules-unreadable",
            msg("The rules cannot be read: {cause}.", cause=error.cause),
            where=Where(str(path)),
            hint=msg("`ci-cli tag rules export FILE` writes rules to begin with."),
            exit_code=ExitCode.DECIDE,
        ) from error
    return RulesText(path.name, text, hashlib.sha256(data).hexdigest())


def read(rules: RulesText, codes: Mapping[str, Kind]) -> tuple[RuleSet, list[Fault]]:
    """Return the rules of a file, and all its faults."""
    return read_rules(rules.text, Path(rules.file).stem[:100] or "rules", codes)


def sound(rules: RulesText, codes: Mapping[str, Kind]) -> RuleSet:
    """Return the rules of a file that has no fault.

    Raises:
        CiError: ``rules-faulty``, which lists every fault with its line.
    """
    found, faults = read(rules, codes)
    if faults:
        raise faulty(
            "rules-faulty", msg("The rules have faults: {n}.", n=len(faults)), rules.file, faults
        )
    return found


@dataclass(frozen=True)
class Outcome:
    """What applying a rules file did; ``changes`` are of ``behaviours.changes``."""

    rules: RuleSet
    applied: Applied
    changes: list[tuple[Any, ...]]


def apply_rules(
    conn: Connection, rules: RulesText, author: Author, *, on: date, shown: int | None = None
) -> Outcome:
    """Let the rules of a file find behaviours; the caller holds the transaction.

    Args:
        conn: the store.
        rules: a rules file.
        author: who applies them.
        on: the day that is spoken for: what comes later is not seen.
        shown: how many changes to tell; all by default.

    Raises:
        CiError: the file has faults.
    """
    found = sound(rules, kinds(conn))
    program = Program(found, on)
    behaviours.stage_found(conn, program.run(people(conn, program.fields, program.metrics, on)))
    applied = behaviours.apply_found(
        conn, found.name, rules.file, rules.sha256, rules.text, on.isoformat(), author
    )
    return Outcome(found, applied, behaviours.changes(conn, shown))
