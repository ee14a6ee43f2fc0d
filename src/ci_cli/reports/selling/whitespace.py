"""``report whitespace`` and ``report growth-room``: what peers buy beside what a customer buys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ci_cli.analysis.periods import Window
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import as_of_text, customer_code, share, window_note
from ci_cli.text import msg

if TYPE_CHECKING:
    from ci_cli.analysis.peers import Gap, Room

MIN_PEERS = 5  # as in analysis.peers, which loads numpy
SIZE = 3

Names = Mapping[int, tuple[str, str | None]]  # name and industry of each customer


def white_space(
    gaps: Sequence[Gap],
    names: Names,
    *,
    window: Window,
    currency: str,
    support: int,
    hidden: int,
    has_categories: bool,
) -> Report:
    """Lay out what peers buy and customers do not.

    Args:
        gaps: from ``analysis.peers.white_space``.
        names: of the customers.
        window: the days that count.
        currency: of all money.
        support: how many peers must buy a category.
        hidden: customers with too few peers.
        has_categories: whether any purchase has a category.
    """
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("industry", msg("industry")),
        Column("category", msg("does not buy")),
        Column("support", msg("peers who buy it"), "int"),
        Column("peers", msg("peers"), "int"),
        Column("share", msg("share of peers"), "percent"),
        Column("buyers_mean", msg("they spend"), "money", currency),
        Column("expected", msg("expected revenue"), "money", currency),
    )
    rows = [
        (
            customer_code(gap.customer_id), *names[gap.customer_id], gap.category, gap.buyers,
            gap.peers, share(gap.buyers, gap.peers), gap.spent // gap.buyers, gap.room,
        )
        for gap in gaps
    ]  # fmt: skip
    return Report(
        "whitespace",
        msg("What peers buy and the customer does not, {as_of}", as_of=as_of_text(window.last)),
        [Table("whitespace", columns, rows)],
        {**_meta(window, currency, hidden), "support": support},
        [
            *_nothing(rows, has_categories=has_categories),
            Note(
                msg(
                    "Expected revenue in a window as long as this one: the share of peers who buy"
                    " it, times what they spend. Listed from {support} peers on.",
                    support=support,
                )
            ),
            *_about_peers(hidden),
            window_note(window),
        ],
    )


def growth_room(
    rooms: Sequence[Room],
    names: Names,
    *,
    window: Window,
    currency: str,
    hidden: int,
    has_categories: bool,
) -> Report:
    """Lay out how much each customer could grow; parameters as in :func:`white_space`."""
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("industry", msg("industry")),
        Column("revenue", msg("revenue"), "money", currency),
        Column("room", msg("room at most"), "money", currency),
        Column("category", msg("most of it in")),
        Column("peers", msg("peers"), "int"),
    )
    rows = [
        (
            customer_code(one.customer_id), *names[one.customer_id], one.revenue, one.room,
            one.largest, one.peers,
        )
        for one in rooms
    ]  # fmt: skip
    return Report(
        "growth-room",
        msg("Room to grow, {as_of}", as_of=as_of_text(window.last)),
        [Table("growth_room", columns, rows)],
        _meta(window, currency, hidden),
        [
            *_nothing(rows, has_categories=has_categories),
            _upper_bound(),
            *_about_peers(hidden),
            window_note(window),
        ],
    )


def growth_of(
    gaps: Sequence[Gap], customer_id: int, names: Names, *, window: Window, currency: str,
) -> Report:  # fmt: skip
    """Lay out one customer beside its peers, category by category.

    Args:
        gaps: from ``analysis.peers.gaps_of``; none where the customer bought nothing.
        customer_id: the customer.
        names: of the customers.
        window: the days that count.
        currency: of all money.
    """
    columns = (
        Column("category", msg("category")),
        Column("own", msg("own revenue"), "money", currency),
        Column("peers_mean", msg("mean of peers"), "money", currency),
        Column("room", msg("room at most"), "money", currency),
        Column("support", msg("peers who buy it"), "int"),
        Column("peers", msg("peers"), "int"),
    )
    has_peers = any(gap.peers >= MIN_PEERS for gap in gaps)
    rows: list[tuple[Any, ...]] = [
        (gap.category, gap.own, gap.mean, gap.room, gap.buyers, gap.peers)
        for gap in gaps
        if has_peers
    ]
    total = None
    if rows:
        total = ("", *(sum(row[place] for row in rows) for place in (1, 2, 3)), None, rows[0][5])
    notes = [_upper_bound(), *_about_peers(None), window_note(window)]
    if not gaps:
        notes.insert(0, Note(msg("Nothing was bought with a category in the window.")))
    elif not has_peers:
        notes.insert(
            0,
            Note(
                msg(
                    "Hidden: the customer has {peers} peers, and from {least} on a comparison"
                    " means something.",
                    peers=gaps[0].peers,
                    least=MIN_PEERS,
                )
            ),
        )
    code, name = customer_code(customer_id), names.get(customer_id, ("", None))[0]
    return Report(
        "growth-of",
        msg("{code} {name}, {as_of}", code=code, name=name, as_of=as_of_text(window.last)),
        [Table("growth", columns, rows, total=total)],
        {**_meta(window, currency, None), "customer": code},
        notes,
    )


def _meta(window: Window, currency: str, hidden: int | None) -> dict[str, Any]:
    return {
        "as_of": window.last.isoformat(),
        "window": window.label,
        "currency": currency,
        **({} if hidden is None else {"too_few_peers": hidden}),
    }


def _nothing(rows: Sequence[Any], *, has_categories: bool) -> list[Note]:
    if not has_categories:
        return [
            Note(
                msg(
                    "No purchase in the window has a category. `ci-cli procat categories` says"
                    " where categories come from."
                ),
                "warning",
            )
        ]
    return [] if rows else [Note(msg("Nothing to list."))]


def _upper_bound() -> Note:
    return Note(
        msg(
            "Room is what peers spend on a category on average less what the customer spends, where"
            " that is positive: an upper bound, since peers may need what the customer does not."
        )
    )


def _about_peers(hidden: int | None) -> list[Note]:
    notes = [
        Note(
            msg(
                "Peers: customers of the same industry (those without one among themselves) with a"
                " third to {size} times the customer's revenue in the window.",
                size=SIZE,
            )
        )
    ]
    if hidden:
        notes.append(
            Note(
                msg(
                    "Hidden, because they have fewer than {least} peers: {customers} customers.",
                    least=MIN_PEERS,
                    customers=hidden,
                )
            )
        )
    return notes
