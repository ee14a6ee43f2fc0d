"""``procat explain``: what is behind the change of one category's revenue.

Customers first, for most declines are customers who left; then price, volume and mix; then what
else may explain it before anybody acts: one large customer, discounts, returns, a new name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ci_cli.analysis.decline.result import Verdict
from ci_cli.analysis.decompose import CLASSES, SAME, CustomerMove, Effects, Side
from ci_cli.report import MONEY_SCALE, Chart, Column, Money, Note, Percent, Report, Table
from ci_cli.reports.common import as_of_text, customer_code
from ci_cli.reports.selling.procat_check import sentence
from ci_cli.shapes.categories import Elsewhere
from ci_cli.text import msg

CHARTED = 36  # months in the chart
SPARKED = 24  # months in the small chart of the table
LISTED = 10  # customers who lost most, and as many who gained most


@dataclass(frozen=True)
class Compared:
    """The two periods: first and last month of each."""

    before: tuple[str, str]
    now: tuple[str, str]


@dataclass(frozen=True)
class Explained:
    """All that is known of the change."""

    moves: Sequence[CustomerMove]  # the largest loss first
    effects: Effects
    before: Side
    now: Side
    elsewhere: Sequence[Elsewhere]
    names: Mapping[int, str]
    months: Sequence[str]  # oldest first
    trend: Sequence[int]  # net revenue in each of them
    expected: Sequence[float]  # the level that they are on, without a fall, in ten-thousandths
    verdict: Verdict | None = None


def build(
    found: Explained, *, group: str, periods: Compared, as_of: date, currency: str,
) -> Report:  # fmt: skip
    """Lay out the change of one category.

    Args:
        found: from ``analysis.decompose``.
        group: what people call the category.
        periods: what was compared.
        as_of: the day that the report speaks for.
        currency: of all money.
    """
    verdict = found.verdict
    notes = [Note(sentence(verdict, currency))] if verdict is not None else []
    return Report(
        "procat-explain",
        msg("{group}: what changed, {as_of}", group=group, as_of=as_of_text(as_of)),
        [
            _customers(found, currency),
            _effects(found.effects, currency),
            _sides(found, periods, currency),
            _movers(found, currency),
        ],
        {
            "as_of": as_of.isoformat(),
            "currency": currency,
            "category": group,
            "before": list(periods.before),
            "now": list(periods.now),
        },
        [*notes, *_notes(found, group, periods, currency)],
        [_chart(found, group, currency)],
    )


def _chart(found: Explained, group: str, currency: str) -> Chart:
    """Return revenue by month beside the level expected, with the fall marked if there is one."""
    verdict = found.verdict
    remark = None
    if verdict is not None and verdict.since is not None and verdict.monthly_rate is not None:
        remark = msg(
            "since {since}: about {rate} less each month",
            since=verdict.since,
            rate=Percent(-verdict.monthly_rate),
        )
    return Chart(
        "course",
        msg("{group}: net revenue by month", group=group),
        currency,
        tuple(found.months[-CHARTED:]),
        tuple(amount / MONEY_SCALE for amount in found.trend[-CHARTED:]),
        tuple(amount / MONEY_SCALE for amount in found.expected[-CHARTED:]),
        verdict.since if verdict is not None and remark is not None else None,
        remark,
    )


def _customers(found: Explained, currency: str) -> Table:
    rows = []
    for kind in CLASSES:
        some = [move for move in found.moves if move.kind == kind]
        before, now = sum(move.before for move in some), sum(move.now for move in some)
        number = None if kind == "unknown" else len(some)
        if some or kind != "unknown":
            rows.append((kind, number, before, now, now - before))
    columns = (
        Column("customers_that", msg("customers"), "state"),
        Column("customers", msg("how many"), "int"),
        Column("before", msg("before"), "money", currency),
        Column("now", msg("now"), "money", currency),
        Column("change", msg("change"), "money", currency),
    )
    before, now = found.before.net, found.now.net
    total = ("total", None, before, now, now - before)
    return Table("customers", columns, rows, msg("Customers"), total)


def _effects(parts: Effects, currency: str) -> Table:
    names = ("volume", "price", "mix", "unmeasured", "returns")
    columns = (
        Column("effect", msg("effect"), "state"),
        Column("change", msg("change"), "money", currency),
    )
    rows = [(name, getattr(parts, name)) for name in names]
    return Table("effects", columns, rows, msg("Price, volume and mix"), ("total", parts.total))


def _sides(found: Explained, periods: Compared, currency: str) -> Table:
    columns = (
        Column("first", msg("from"), "month"),
        Column("last", msg("to"), "month"),
        Column("net", msg("net revenue"), "money", currency),
        Column("customers", msg("customers"), "int"),
        Column("largest", msg("largest customer"), "percent"),
        Column("hhi", msg("concentration (HHI)"), "number"),
        Column("discount", msg("discounts"), "percent"),
        Column("returned", msg("returns"), "percent"),
        Column("trend", msg("trend"), "spark"),
    )
    trend = tuple(amount / MONEY_SCALE for amount in found.trend[-SPARKED:])
    return Table(
        "periods",
        columns,
        [(*periods.before, *found.before, None), (*periods.now, *found.now, trend)],
        msg("The two periods"),
    )


def _movers(found: Explained, currency: str) -> Table:
    known = [move for move in found.moves if move.kind != "unknown" and move.now != move.before]
    lost = [move for move in known if move.now < move.before][:LISTED]
    gained = [move for move in known if move.now > move.before][-LISTED:]
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("class", msg("class"), "state"),
        Column("before", msg("before"), "money", currency),
        Column("now", msg("now"), "money", currency),
        Column("change", msg("change"), "money", currency),
    )
    rows: list[tuple[Any, ...]] = [
        (
            customer_code(move.customer_id), found.names.get(move.customer_id, ""), move.kind,
            move.before, move.now, move.now - move.before,
        )
        for move in [*lost, *gained]
    ]  # fmt: skip
    return Table("movers", columns, rows, msg("Customers who moved most"))


def _notes(found: Explained, group: str, periods: Compared, currency: str) -> list[Note]:
    change = found.now.net - found.before.net
    notes = [
        Note(
            msg(
                "{first} to {last} is compared with {before_first} to {before_last}: {change}.",
                first=periods.now[0],
                last=periods.now[1],
                before_first=periods.before[0],
                before_last=periods.before[1],
                change=Money(change, currency),
            )
        )
    ]
    notes += [
        Note(
            msg(
                "Products of {group} are sold under {category} now: {products}, for {money}. If it"
                " is the same thing under a new name: `ci-cli procat categories --rename"
                " 'OLD=NEW'`.",
                group=group,
                category=one.category or "-",
                products=one.products,
                money=Money(one.net, currency),
            ),
            "warning",
        )
        for one in found.elsewhere
        if one.net > one.before
    ]
    lost = [move for move in found.moves if move.kind in ("lost", "shrunk")]
    if change < 0 and lost and 2 * (lost[0].before - lost[0].now) > -change:
        notes.append(
            Note(
                msg(
                    "One customer makes up more than half of the fall: {customer} ({money}).",
                    customer=found.names.get(lost[0].customer_id)
                    or customer_code(lost[0].customer_id),
                    money=Money(lost[0].now - lost[0].before, currency),
                ),
                "warning",
            )
        )
    notes.append(
        Note(
            msg(
                "Same: within {same} of before. Returned: bought before both periods. Volume is at"
                " old prices and the old mix, price on what is sold now, mix is the rest with"
                " products that are new or gone. The parts add up to the change.",
                same=Percent(SAME / 100, 0),
            )
        )
    )
    notes.append(Note(msg("The lines of a month: `ci-cli procat report --drill CATEGORY MONTH`.")))
    return notes
