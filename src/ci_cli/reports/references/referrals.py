"""``report referrals``: how many customers came by another's word, and how many of them bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ci_cli.analysis.referrals import Group, Referrer
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import as_of_text, customer_code, share
from ci_cli.shapes.pivots import Origin
from ci_cli.text import Msg, msg

LABELS: Mapping[Origin, Msg] = {
    "referred": msg("referred by a customer"),
    "other": msg("came otherwise"),
    "unknown": msg("nobody noted how"),
}


def build(
    groups: Sequence[Group], tree: Sequence[Referrer], names: Mapping[int, str], *,
    as_of: date, currency: str, top: int | None = None,
) -> Report:  # fmt: skip
    """Lay out referred customers beside all others, and who referred them.

    Args:
        groups: from ``analysis.referrals.groups``.
        tree: from ``analysis.referrals.referrers``.
        names: of customers.
        as_of: the last day that counts.
        currency: of all money.
        top: how many referrers to list; None lists all.
    """
    columns = (
        Column("origin", msg("how they came")),
        Column("customers", msg("customers"), "int"),
        Column("share", msg("share"), "percent"),
        Column("bought", msg("bought"), "int"),
        Column("conversion", msg("conversion"), "percent"),
        Column("revenue", msg("revenue"), "money", currency),
        Column("revenue_share", msg("share of revenue"), "percent"),
    )
    whole = sum(group.customers for group in groups)
    bought = sum(group.bought for group in groups)
    money = sum(group.revenue for group in groups)
    rows = [
        (
            LABELS[group.origin], group.customers, share(group.customers, whole), group.bought,
            share(group.bought, group.customers), group.revenue, share(group.revenue, money),
        )
        for group in groups
    ]  # fmt: skip
    total = (None, whole, share(whole, whole), bought, share(bought, whole), money,
             share(money, money))  # fmt: skip
    tables = [Table("origins", columns, rows, total=total)]
    if tree:
        tables.append(_referrers(tree[:top], names, currency))
    notes = [
        Note(
            msg(
                "Referred: the channel of the customer names another customer, or says that there"
                " was one. Conversion: have bought, of all in the store who came that way. What"
                " came otherwise may have been chosen otherwise: this compares, it does not prove."
            )
        )
    ]
    if top is not None and len(tree) > top:
        notes.append(Note(msg("Further referrers: {n}.", n=len(tree) - top)))
    return Report(
        "referrals",
        msg("Referrals, {as_of}", as_of=as_of_text(as_of)),
        tables,
        {"as_of": as_of.isoformat(), "currency": currency, "referrers": len(tree)},
        notes,
    )


def _referrers(tree: Sequence[Referrer], names: Mapping[int, str], currency: str) -> Table:
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("direct", msg("referred"), "int"),
        Column("below", msg("with theirs"), "int"),
        Column("bought", msg("bought"), "int"),
        Column("revenue", msg("revenue of these"), "money", currency),
    )
    rows = [(customer_code(one.customer_id), names.get(one.customer_id), *one[1:]) for one in tree]
    return Table("referrers", columns, rows, title=msg("Who referred them"))
