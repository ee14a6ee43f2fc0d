"""``feedback list`` and ``feedback rank``: what customers say, who says it, what it weighs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ci_cli.analysis.periods import Window
from ci_cli.analysis.requests import Demand
from ci_cli.report import QUANTITY_SCALE, Column, Money, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.shapes.voice import ASKS, Voice
from ci_cli.text import Msg, msg

TITLES: Mapping[str, Msg] = {
    "add": msg("Asked to add"),
    "consider": msg("Asked to consider"),
    "drop": msg("Asked to drop"),
}


def build_list(
    voices: Sequence[Voice], revenue: Mapping[int, int], *, window: Window, currency: str | None
) -> Report:
    """Lay out what was said: three lists of requests, then everything else.

    Args:
        voices: in the order in which they are shown.
        revenue: of each customer in the window, ten-thousandths.
        window: the days that revenue counts in.
        currency: of revenue; None: the store has no orders.
    """
    groups = {ask: [one for one in voices if one.ask == ask] for ask in ASKS}
    others = [one for one in voices if one.ask is None]
    tables = [
        _list(ask, groups[ask], revenue, currency, TITLES[ask])
        for ask in ASKS
        if groups[ask] or not others
    ]
    if others:
        tables.append(_list("others", others, revenue, currency, msg("Other feedback")))
    notes = [_behind(ask, groups[ask], revenue, currency) for ask in ASKS]
    notes.append(_revenue_note(window, currency))
    return Report("feedback-list", msg("Feedback"), tables, _meta(window, currency), notes)


def _list(
    key: str, voices: Sequence[Voice], revenue: Mapping[int, int], currency: str | None, title: Msg
) -> Table:
    columns = (
        Column("entry", msg("entry"), "int"),
        Column("day", msg("day"), "date"),
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        *((Column("revenue", msg("revenue"), "money", currency),) if currency else ()),
        Column("kind", msg("kind"), "state"),
        Column("text", msg("text")),
        Column("product", msg("product")),
        Column("rating", msg("rating"), "number"),
        Column("scale", msg("scale")),
        Column("channel", msg("channel")),
        Column("source", msg("source")),
        Column("author", msg("by")),
    )
    rows: list[tuple[Any, ...]] = [
        (
            one.id, one.day, customer_code(one.customer_id) if one.customer_id else None,
            one.customer,
            *((revenue.get(one.customer_id or 0, 0) if one.customer_id else None,)
              if currency else ()),
            one.kind, one.text, one.product,
            None if one.rating is None else one.rating / QUANTITY_SCALE,
            scale_of(one), one.channel, one.source,
            one.author,
        )
        for one in voices
    ]  # fmt: skip
    return Table(key, columns, rows, title)


def scale_of(one: Voice) -> str | None:
    """Return the scale of a rating: ``1-5``, or ``/5`` where its lower end is not known."""
    if one.high is None:
        return None
    return f"/{one.high}" if one.low is None else f"{one.low}-{one.high}"


def _behind(
    ask: str, voices: Sequence[Voice], revenue: Mapping[int, int], currency: str | None
) -> Note:
    customers = {one.customer_id for one in voices if one.customer_id is not None}
    total = sum(revenue.get(number, 0) for number in customers)
    return Note(
        msg("{title}: mentions {mentions}, customers {customers}, their revenue {money}.",
            title=TITLES[ask], mentions=len(voices), customers=len(customers),
            money=Money(total, currency))
    )  # fmt: skip


def build_rank(
    demands: Sequence[Demand], *, by: str, top: int, window: Window, currency: str | None,
    frame: str | None,
) -> Report:  # fmt: skip
    """Lay out requests in the order of their weight.

    Args:
        demands: in that order.
        by: revenue or accounts.
        top: how many customers count as the top tenth.
        window: the days that revenue counts in.
        currency: of revenue; None: the store has no orders.
        frame: the code frame whose codes group the requests; None: their texts do.
    """
    columns = (
        Column("rank", msg("rank"), "int"),
        Column("ask", msg("ask"), "state"),
        Column("request", msg("request")),
        Column("kind", msg("kind"), "state"),
        Column("customers", msg("customers"), "int"),
        Column("mentions", msg("mentions"), "int"),
        *((Column("revenue", msg("revenue"), "money", currency),) if currency else ()),
        Column("top_customers", msg("top customers"), "int"),
        Column("top_share", msg("share of top 10 %"), "percent"),
        Column("last", msg("last"), "date"),
    )
    rows = [
        (
            place, one.ask, one.label, one.kind, len(one.customers), one.mentions,
            *((one.revenue,) if currency else ()), one.top_customers, one.top_share, one.last,
        )
        for place, one in enumerate(demands, start=1)
    ]  # fmt: skip
    nameless = sum(one.nameless for one in demands)
    notes = [
        Note(msg("A customer counts once for each request, however often it asks.")),
        Note(
            msg("Share of top 10 %: how many of the {n} customers with the most revenue ask for"
                " it.", n=top)
        ),
        Note(
            msg("Requests are the same when their code in the frame {frame} is; where there is no"
                " code, when their words are.", frame=frame)
            if frame
            else msg("Requests are the same when their words are, but for case and punctuation.")
        ),
        _revenue_note(window, currency),
    ]  # fmt: skip
    if nameless:
        notes.append(
            Note(msg("Mentions without a customer: {n}. No revenue stands behind them.",
                     n=nameless), "warning")
        )  # fmt: skip
    meta = {**_meta(window, currency), "by": by, "top_customers": top, "frame": frame}
    table = Table("requests", columns, rows)
    return Report("feedback-rank", msg("Requests by weight"), [table], meta, notes)


def _revenue_note(window: Window, currency: str | None) -> Note:
    if currency is None or window.first is None:
        return Note(msg("The store has no orders, so nothing is known of revenue."))
    return Note(
        msg("Revenue: sales less returns in {currency}, {first} to {last}.", currency=currency,
            first=window.first.isoformat(), last=window.last.isoformat())
    )  # fmt: skip


def _meta(window: Window, currency: str | None) -> dict[str, Any]:
    return {
        "from": window.first.isoformat() if window.first else None,
        "to": window.last.isoformat(), "currency": currency,
    }  # fmt: skip
