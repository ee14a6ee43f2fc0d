"""The part of ``report baseline`` on the flagship: who has taken it up, and who has not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ci_cli.analysis import adoption
from ci_cli.analysis.adoption import Taken
from ci_cli.report import Column, Note, Table
from ci_cli.reports.common import customer_code
from ci_cli.reports.programme.adoption import COUNTS, counted, headline
from ci_cli.text import msg

SHOWN = 10  # of those who have not taken it up


class Flag(NamedTuple):
    """The flagship of the store and what every active customer took of it."""

    called: str
    taken: Sequence[Taken]


def tables(flag: Flag, shown: int | None) -> list[Table]:
    """Return shares by tier and industry, and the customers to win, those with most money first.

    Args:
        flag: the flagship.
        shown: how many customers to list; None: all.
    """
    parts = [
        (by, group.name or "-", *counted(group))
        for by, groups in (
            ("abc", adoption.groups(flag.taken, lambda one: one.tier)),
            ("industry", adoption.groups(flag.taken, lambda one: one.industry)),
        )
        for group in groups
    ]
    whole = adoption.everybody(flag.taken)
    columns = (
        Column("customer", msg("customer"), "id"), Column("name", msg("name")),
        Column("owner", msg("owner")), Column("tier", msg("ABC class")),
        Column("industry", msg("industry")), Column("state", msg("state"), "state"),
        Column("last", msg("last"), "date"),
    )  # fmt: skip
    rows = [
        (
            customer_code(one.customer_id), one.name, one.owner, one.tier or None,
            one.industry or None, one.state, one.last,
        )
        for one in _missing(flag)[:shown]
    ]  # fmt: skip
    return [
        Table("adoption", COUNTS, parts, msg("Adoption of {flagship}", flagship=flag.called),
              (None, None, *counted(whole)) if flag.taken else None),
        Table("not_adopted", columns, rows, msg("Have not taken it up, the largest first")),
    ]  # fmt: skip


def adopted(flag: Flag) -> int:
    """Return how many of the active customers have taken it up."""
    return len(flag.taken) - len(_missing(flag))


def notes(flag: Flag | None, shown: int | None) -> list[Note]:
    """Say how far the flagship has come, or that none is named."""
    if flag is None:
        return [
            Note(msg("No flagship is named: `ci-cli report adoption --product NAME --save` names"
                     " it, and its adoption stands here."))
        ]  # fmt: skip
    whole, missing = adoption.everybody(flag.taken), _missing(flag)
    told = [headline(whole, flag.called)] if flag.taken else []
    return [
        *told,
        Note(msg("Not taken up, listed: {shown} of {n}; `ci-cli report adoption` lists more.",
                 shown=len(missing[:shown]), n=len(missing))),
    ]  # fmt: skip


def _missing(flag: Flag) -> list[Taken]:
    missing = [one for one in flag.taken if one.state != adoption.ADOPTED]
    return sorted(missing, key=lambda one: (-one.net, one.customer_id))
