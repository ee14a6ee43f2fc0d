"""``report baseline``: where we stand; tables of customers add up to all of the store.

That on the flagship adds up to those who bought in twelve months.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ci_cli.analysis import cadence, standing
from ci_cli.report import Column, Money, Note, Percent, Report, Table
from ci_cli.reports.common import as_of_text, share
from ci_cli.reports.programme import baseline_adoption
from ci_cli.reports.programme.baseline_adoption import Flag
from ci_cli.shapes.goals import Profile
from ci_cli.text import Msg, msg

UNKNOWN = "(unknown)"


class Source(NamedTuple):
    """One source and what it brought."""

    name: str
    records: int
    orders: int
    first: str | None  # day of its first order
    last: str | None


@dataclass(frozen=True)
class Base:
    """What is known of the customer base on a day.

    ``revenue`` is that of twelve months by currency and customer, ``nobody`` what no customer is
    named for; ``buyers`` who bought in them; ``ready`` who would be a reference, None where the
    store keeps no references.
    """

    profiles: Mapping[int, Profile]
    standing: Mapping[int, str]
    revenue: Mapping[str, Mapping[int, int]]
    nobody: Mapping[str, int]
    buyers: Set[int]
    ready: frozenset[int] | None
    sources: Sequence[Source]
    last_import: str | None
    flag: Flag | None = None  # None: the store has no flagship

    def state(self, customer: int) -> str:
        """Return where a customer stands."""
        return self.standing.get(customer, standing.NEVER)


def build(base: Base, *, as_of: date, whole: bool = False) -> Report:
    """Lay out where the company stands.

    Args:
        base: what is known.
        as_of: the day that it speaks for.
        whole: list all customers that have not taken up the flagship, however many.
    """
    shown = None if whole else baseline_adoption.SHOWN
    states = [base.state(one) for one in base.profiles]
    return Report(
        "baseline",
        msg("Where we stand, {as_of}", as_of=as_of_text(as_of)),
        [
            _table(base, "standing", Column("state", msg("state"), "state"),
                   {one: base.state(one) for one in base.profiles}, standing.ORDER),
            _industries(base),
            *([] if base.flag is None else baseline_adoption.tables(base.flag, shown)),
            _sources(base.sources),
        ],
        {
            "as_of": as_of.isoformat(),
            "customers": len(states),
            "active": sum(state in standing.LIVELY for state in states),
            "last_import": base.last_import,
            "adopted": None if base.flag is None else baseline_adoption.adopted(base.flag),
            "references": None if base.ready is None else len(base.ready & base.profiles.keys()),
        },
        _notes(base, shown),
    )  # fmt: skip


def _table(
    base: Base, key: str, column: Column, group_of: Mapping[int, str],
    order: Sequence[str],
) -> Table:  # fmt: skip
    """Return one row per group: customers, active ones, and the revenue in each currency."""
    codes = list(base.revenue)
    columns = (
        column,
        Column("customers", msg("customers"), "int"),
        Column("share", msg("share of customers"), "percent"),
        Column("active", msg("active"), "int"),
        *(
            Column(
                "revenue" if len(codes) == 1 else f"revenue_{code.lower()}",
                msg("revenue in 12 months"), "money", code,
            )
            for code in codes
        ),
    )  # fmt: skip
    members: dict[str, list[int]] = {group: [] for group in order}
    for customer, group in group_of.items():
        members[group].append(customer)

    def row(name: str | None, some: Sequence[int]) -> tuple[Any, ...]:
        return (
            name, len(some), share(len(some), len(group_of)),
            sum(base.state(one) in standing.LIVELY for one in some),
            *(sum(base.revenue[code].get(one, 0) for one in some) for code in codes),
        )  # fmt: skip

    titles = {
        "standing": msg("Customers by where they stand"),
        "industries": msg("Customers by industry"),
    }
    rows = [row(group, some) for group, some in members.items()]
    return Table(key, columns, rows, titles[key], row(None, list(group_of)))


def _industries(base: Base) -> Table:
    group_of = {one: profile.industry or UNKNOWN for one, profile in base.profiles.items()}
    counts: dict[str, int] = {}
    for group in group_of.values():
        counts[group] = counts.get(group, 0) + 1
    counts.setdefault(UNKNOWN, 0)  # always a row: how much is not known is part of the answer
    order = sorted(counts, key=lambda group: (group == UNKNOWN, -counts[group], group))
    return _table(base, "industries", Column("industry", msg("industry")), group_of, order)


def _sources(sources: Sequence[Source]) -> Table:
    columns = (
        Column("source", msg("source")),
        Column("records", msg("records"), "int"),
        Column("orders", msg("orders"), "int"),
        Column("first_order", msg("first order"), "date"),
        Column("last_order", msg("last order"), "date"),
    )
    return Table("sources", columns, [tuple(one) for one in sources], msg("Sources"))


def _notes(base: Base, shown: int | None) -> list[Note]:
    notes = [
        Note(
            msg(
                "By the own rhythm: active below {slow} usual gaps of silence, slowing below"
                " {dorm}, dormant from then on; lost: dormant, and no purchase for {days} days. Too"
                " early: no rhythm is known yet. In several currencies, the liveliest one counts.",
                slow=f"{cadence.SLOWING_AT:g}",
                dorm=f"{cadence.DORMANT_AT:g}",
                days=standing.LOST_DAYS,
            )
        ),
        *baseline_adoption.notes(base.flag, shown),
        Note(_of_references(base)),
    ]
    for code, amount in base.nobody.items():
        whole = sum(base.revenue[code].values()) + amount
        notes.append(
            Note(
                msg("Revenue of twelve months: {money}; of this without a customer: {nobody}.",
                    money=Money(whole, code), nobody=Money(amount, code))
            )
        )  # fmt: skip
    if base.last_import is not None:
        notes.append(Note(msg("Last import or entry: {at}.", at=base.last_import)))
    return notes


def _of_references(base: Base) -> Msg:
    if base.ready is None:
        return msg("Nobody was nominated as a reference yet.")
    ready = len(base.buyers & base.ready)
    return msg(
        "Referenceable: {n} of {all} customers who bought in twelve months ({share}).",
        n=ready, all=len(base.buyers), share=Percent(share(ready, len(base.buyers)) or 0.0),
    )  # fmt: skip
