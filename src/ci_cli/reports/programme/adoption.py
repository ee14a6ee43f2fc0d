"""``report adoption``: who has taken up the flagship, by tier and industry, and who has not."""

from __future__ import annotations

from collections.abc import Sequence

from ci_cli.analysis import adoption
from ci_cli.analysis.adoption import Group, Taken
from ci_cli.analysis.periods import Window
from ci_cli.report import Column, Note, Percent, Report, Table
from ci_cli.reports.common import as_of_text, customer_code, share, window_note
from ci_cli.shapes.activity import Flagship
from ci_cli.text import msg

COUNTS = (
    Column("by", msg("grouped by"), "state"),
    Column("group", msg("group")),
    Column("active", msg("active"), "int"),
    Column("adopted", msg("adopted"), "int"),
    Column("adoption", msg("adoption"), "percent"),
    Column("lapsed", msg("lapsed"), "int"),
    Column("never", msg("never"), "int"),
)
TIERS = {"abc": msg("ABC class"), "segment": msg("segment"), "own": msg("tier")}


def build(
    taken: Sequence[Taken], *, flagship: Flagship, tier: str, states: Sequence[str],
    top: int | None, window: Window, currency: str,
) -> Report:  # fmt: skip
    """Lay out shares by group, then the customers in one of the ``states``, most revenue first.

    Args:
        taken: every active customer.
        flagship: what counts as it.
        tier: what the tiers are, a key of ``TIERS``.
        states: of the customers that are listed.
        top: how many to list; None: all.
        window: the days that count.
        currency: of all money.
    """
    whole = adoption.everybody(taken)
    parts = [
        *_rows(tier, adoption.groups(taken, lambda one: one.tier)),
        *_rows("industry", adoption.groups(taken, lambda one: one.industry)),
    ]
    chosen = [one for one in taken if one.state in states]
    chosen.sort(key=lambda one: (-one.net, one.customer_id))
    shown = chosen[:top]
    called = ", ".join((*flagship.products, *flagship.metrics))
    table = Table(
        "adoption", _columns(currency), parts, None,
        (None, None, *_figures(whole)) if taken else None,
    )  # fmt: skip
    listed = Table(
        "customers", _customer_columns(tier, flagship, currency),
        [_customer(one, flagship) for one in shown], msg("Customers to win, or to win back")
        if adoption.ADOPTED not in states else msg("Customers"),
    )  # fmt: skip
    return Report(
        "adoption",
        msg("Adoption of {flagship}, {as_of}", flagship=called, as_of=as_of_text(window.last)),
        [table, listed],
        {
            "products": list(flagship.products), "metrics": list(flagship.metrics), "tier": tier,
            "as_of": window.last.isoformat(), "currency": currency, "active": whole.active,
            "adopted": whole.states[adoption.ADOPTED], "listed": len(shown),
        },
        [
            *([headline(whole, called)] if whole.share is not None else []),
            Note(
                msg("Active: bought anything in the window. Adopted: bought it in the window, or"
                    " used it; lapsed: before, and no longer. Listed: {shown} of {n}.",
                    shown=len(shown), n=len(chosen))
            ),
            window_note(window),
        ],
    )  # fmt: skip


def headline(whole: Group, called: str) -> Note:
    """Say how many of the active customers have taken up the flagship."""
    return Note(
        msg("{adopted} of {active} active customers, {share}, have taken up {flagship}; lapsed:"
            " {lapsed}; never: {never}.", adopted=whole.states[adoption.ADOPTED],
            active=whole.active, share=Percent(whole.share or 0.0), flagship=called,
            lapsed=whole.states[adoption.LAPSED], never=whole.states[adoption.NEVER])
    )  # fmt: skip


def _columns(currency: str) -> tuple[Column, ...]:
    return (
        *COUNTS,
        Column("revenue", msg("revenue"), "money", currency),
        Column("flagship", msg("of the flagship"), "money", currency),
        Column("share", msg("share of revenue"), "percent"),
    )


def _rows(by: str, found: Sequence[Group]) -> list[tuple[object, ...]]:
    return [(by, group.name or "-", *_figures(group)) for group in found]


def _figures(group: Group) -> tuple[object, ...]:
    return (
        *counted(group), group.net, group.flagship, share(group.flagship, group.net),
    )  # fmt: skip


def counted(group: Group) -> tuple[object, ...]:
    """Return how many customers of a group are active, and what they took: see ``COUNTS``."""
    return (
        group.active, group.states[adoption.ADOPTED], group.share,
        group.states[adoption.LAPSED], group.states[adoption.NEVER],
    )  # fmt: skip


def _customer_columns(tier: str, flagship: Flagship, currency: str) -> tuple[Column, ...]:
    return (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("owner", msg("owner")),
        Column("tier", TIERS[tier]),
        Column("industry", msg("industry")),
        Column("revenue", msg("revenue"), "money", currency),
        Column("state", msg("state"), "state"),
        Column("last", msg("last"), "date"),
        Column("flagship", msg("of the flagship"), "money", currency),
        *((Column("used", msg("used"), "quantity"),) if flagship.metrics else ()),
    )


def _customer(one: Taken, flagship: Flagship) -> tuple[object, ...]:
    return (
        customer_code(one.customer_id), one.name, one.owner, one.tier or None,
        one.industry or None, one.net, one.state, one.last, one.flagship,
        *((one.used or 0,) if flagship.metrics else ()),
    )  # fmt: skip
