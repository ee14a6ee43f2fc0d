"""``db fields``: what is stored, how full it is, what it is for, and who looks at it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import share
from ci_cli.reports.upkeep.field_purposes import NEEDS_ONE, OWN, STRUCTURE, purpose
from ci_cli.text import Msg, msg

_NAMED = 3  # so many reports are named, the others counted


class Field(Protocol):
    """What the store says of a field; see ``store.field_register.StoredField``."""

    @property
    def family(self) -> str:
        """Of customer data."""

    @property
    def table(self) -> str:
        """Where it stands."""

    @property
    def column(self) -> str:
        """How it is called there."""

    @property
    def name(self) -> str:
        """Table and column."""

    @property
    def is_own(self) -> bool:
        """It came with somebody's file."""

    @property
    def rows(self) -> int:
        """Of its table."""

    @property
    def filled(self) -> int:
        """Rows that have a value."""

    @property
    def changed(self) -> str | None:
        """Day on which a value last came or changed."""

    @property
    def exported(self) -> str | None:
        """Day on which it last left the store."""


def is_unused(field: Field, uses: Mapping[str, Sequence[str]], since: date) -> bool:
    """Tell whether no report looks at a field, and nobody filled or exported it since a day."""
    if not field.is_own and (field.column in STRUCTURE or uses.get(field.name)):
        return False
    day = since.isoformat()
    return (field.changed or "") < day and (field.exported or "") < day


def build(
    fields: Sequence[Field],
    uses: Mapping[str, Sequence[str]],
    *,
    unused_since: date | None,
    said: Mapping[str, str] | None = None,
    without: Collection[str] = (),
) -> Report:
    """Lay out the fields.

    Args:
        fields: as the store has them.
        uses: by field the reports that read it.
        unused_since: list only what nobody used since that day.
        said: what somebody said that a field of his own is for.
        without: fields that describe people and for which nobody said so.
    """
    shown = [one for one in fields if unused_since is None or is_unused(one, uses, unused_since)]

    def told(field: Field) -> str | Msg | None:
        if not field.is_own:
            return purpose(field.table, field.column)
        return NEEDS_ONE if field.name in without else (said or {}).get(field.name, OWN)

    rows = [_row(one, () if one.is_own else uses.get(one.name, ()), told(one)) for one in shown]
    columns = (
        Column("family", msg("family"), "state"),
        Column("field", msg("field")),
        Column("filled", msg("filled"), "int"),
        Column("fill_rate", msg("fill rate"), "percent"),
        Column("changed", msg("last changed"), "date"),
        Column("exported", msg("last exported"), "date"),
        Column("reports", msg("reports"), "int"),
        Column("used_by", msg("used by")),
        Column("purpose", msg("purpose")),
    )
    title: Msg = msg("Stored fields")
    notes = [
        Note(
            msg("Reads are not recorded, since reports leave the store alone: what a field was last"
                " used for is shown by the reports that look at it, and by the journal of exports."
                " `customer show`, `customer list --where`, `search` and `export` look at every"
                " customer field of your own.")
        )
    ]  # fmt: skip
    if unused_since is not None:
        title = msg("Stored fields that nobody uses")
        notes.insert(
            0,
            Note(
                msg("Fields that no report looks at, and that were neither filled, changed nor"
                    " exported since {day}: {n} of {all}.", day=unused_since.isoformat(),
                    n=len(shown), all=len(fields))
            ),
        )  # fmt: skip
    meta = {"fields": len(fields), "unused_since": unused_since and unused_since.isoformat()}
    return Report("db-fields", title, [Table("fields", columns, rows)], meta, notes)


def _row(field: Field, reports: Sequence[str], what_for: str | Msg | None) -> tuple[object, ...]:
    return (
        field.family, field.name, field.filled, share(field.filled, field.rows), field.changed,
        field.exported, len(reports), _named(reports), what_for,
    )  # fmt: skip


def _named(reports: Sequence[str]) -> str | None:
    told = ", ".join(reports[:_NAMED])
    return f"{told} +{len(reports) - _NAMED}" if len(reports) > _NAMED else told or None
