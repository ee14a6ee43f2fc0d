"""Behaviour data: how customers act, as typed facts that people see as tags.

A behaviour is evidence of one kind of acting: a dated event (usually an interaction), a state of
affairs that a rule finds, or a person's word. The kinds that ship with the program stand in
``data/behaviours.toml``; a row of ``behaviour_type`` adds one or takes the place of one.
"""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from ci_cli.models import columns as c


class BehaviourType(SQLModel, table=True):
    """A kind of behaviour that people defined: what it means and how fast it fades."""

    __tablename__ = "behaviour_type"
    __table_args__ = (UniqueConstraint("code"), c.STRICT)

    id: int = c.key()
    code: str = c.text()
    name: str | None = c.maybe_text()
    name_zh: str | None = c.maybe_text()
    polarity: int = c.integer()  # 1 or -1
    strength: int = c.integer()  # millionths
    half_life: int | None = c.maybe_integer()  # days; NULL: it never fades
    priority: int = c.integer()  # steps that a fresh one moves the follow-up priority
    author: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class Behaviour(SQLModel, table=True):
    """One piece of evidence that a customer acts in one way; it hangs on a record.

    ``basis`` says what the evidence is: an ``event`` (the interaction with that source and key), a
    ``state`` that a rule found (key: the record), or ``typed``, a person's word (key: the record
    and the day). By code and evidence it counts once, however many rows say it: a row of its own
    for each set of rules, and one for what people typed (``ruleset`` is ""). ``standing`` is
    ``active``, ``lapsed`` (the rules find it no more) or ``removed`` (by a person, for good: rules
    do not bring it back).
    """

    __tablename__ = "behaviour"
    __table_args__ = (
        UniqueConstraint("code", "evidence_key", "evidence_source", "ruleset"),
        Index("behaviour_record", "record_id"),
        c.STRICT,
    )

    id: int = c.key()
    record_id: int = c.refers_to("record.id")
    code: str = c.text()
    day: str = c.text()
    until: str | None = c.maybe_text()  # the last day on which it counts
    basis: str = c.text()
    evidence_source: str = c.text()
    evidence_key: str = c.text()
    ruleset: str = c.text()
    rule: str | None = c.maybe_text()
    why: str | None = c.maybe_text()  # the tests of the rule that spoke for it
    standing: str = c.text()
    note: str | None = c.maybe_text()
    author: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class AppliedRules(SQLModel, table=True):
    """A set of rules as it was last applied: its text, when, by whom; for re-runs and audits."""

    __tablename__ = "applied_rules"
    __table_args__ = (c.STRICT,)

    id: int = c.key()
    ruleset: str = c.text()
    batch_id: int = c.refers_to("batch.id")
    spoken_for: str = c.text()  # the day that the rules looked from
    sha256: str = c.text()
    rules: str = c.text()  # the text of the file
