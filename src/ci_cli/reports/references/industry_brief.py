"""``report brief``: one industry, or the buyers of one product: who, how far, what it brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ci_cli.analysis.references.quotes import Permissions
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code, share
from ci_cli.reports.customers.customer_quotes import quotes_table, returns_table
from ci_cli.reports.references.testimony import SOURCE, Footnotes, page_columns, page_rows
from ci_cli.shapes.references import Origin, QuoteRow
from ci_cli.shapes.voice import Insight
from ci_cli.text import Msg, msg

LEAST = 3  # a public share speaks of at least so many customers
_INSIDE = ("customer", "owner", "state", "last", "revenue", "agreed")


class Member(NamedTuple):
    """One customer of the brief."""

    customer_id: int
    name: str
    owner: str | None
    industry: str | None
    state: str  # where it stands by its own rhythm
    is_active: bool  # bought in twelve months
    first: str | None  # day of its first purchase
    last: str | None
    revenue: Mapping[str, int]  # of twelve months by currency
    agreed: tuple[str, ...]  # channels
    origin: Origin | None


class Brief(NamedTuple):
    """What is known of an industry, or of the buyers of a product."""

    industry: str | None
    product: str | None
    members: Sequence[Member]  # the most important first
    nameable: frozenset[int]  # agreed that their name may be shown
    active_of_all: int  # active customers of the whole store
    adoption: Sequence[tuple[str, int]]  # category -> active members that bought it in a year
    flagship: tuple[str, int] | None
    returns: Sequence[Insight]
    quotes: Sequence[QuoteRow]
    said: Mapping[str, Mapping[int, Origin]]
    permissions: Permissions


def build(
    brief: Brief, *, public: bool, day: str, span: tuple[str, str], currencies: Sequence[str],
    top: int,
) -> Report:  # fmt: skip
    """Lay out a brief.

    Args:
        brief: what is known.
        public: only what may leave the house: no revenue, customers only that agreed to be named,
            approved words, shares of at least ``LEAST`` customers.
        day: the day that counts as today, for consents and permissions.
        span: first and last day of the twelve months.
        currencies: of the revenue.
        top: how many customers to list.
    """
    notes = Footnotes(public=public)
    members = [one for one in brief.members if not public or one.customer_id in brief.nameable]
    active = sum(one.is_active for one in brief.members)
    orders = notes.counted(
        msg("orders of {n} customers, {first} to {last}", n=len(brief.members), first=span[0],
            last=span[1]), day,
    )  # fmt: skip
    tables = [
        _figures(brief, active, orders, currencies, public=public),
        _members(members[:top], notes, currencies, public=public),
        _adoption(brief, active, orders, public=public),
        returns_table(
            brief.returns, brief.said["insight"], brief.permissions, notes, public=public,
            named=True,
        ),
        quotes_table(
            brief.quotes, brief.said["quote"], notes, public=public, day=day,
            title=msg("In their words"),
        ),
        notes.table(),
    ]  # fmt: skip
    meta = {
        "industry": brief.industry, "product": brief.product, "today": day, "as_of": span[1],
        "public": public, "customers": len(brief.members), "active": active,
    }  # fmt: skip
    return Report("brief", _title(brief), tables, meta, _notes(brief, members, top, public=public))


def _title(brief: Brief) -> Msg:
    if brief.industry is None and brief.product is None:
        return msg("Brief: all customers")
    told = ", ".join(part for part in (brief.industry, brief.product) if part)
    return msg("Brief: {what}", what=told)


def _figures(
    brief: Brief, active: int, source: str, currencies: Sequence[str], *, public: bool
) -> Table:
    """Return one row: how many customers, how many active, their share of all, the revenue."""
    money = [] if public else [
        (_money(code, currencies), sum(one.revenue.get(code, 0) for one in brief.members))
        for code in currencies
    ]  # fmt: skip
    columns = (
        Column("customers", msg("customers"), "int"), Column("active", msg("active"), "int"),
        Column("share", msg("share of active customers"), "percent"),
        *(column for column, _value in money), SOURCE,
    )  # fmt: skip
    row = (
        len(brief.members), active,
        None if public and active < LEAST else share(active, brief.active_of_all),
        *(value for _column, value in money), source,
    )  # fmt: skip
    return Table("figures", columns, [row], msg("In figures"), is_card=True)


def _money(code: str, currencies: Sequence[str]) -> Column:
    key = "revenue" if len(currencies) == 1 else f"revenue_{code.lower()}"
    return Column(key, msg("revenue in 12 months"), "money", code)


def _members(
    members: Sequence[Member], notes: Footnotes, currencies: Sequence[str], *, public: bool
) -> Table:
    money = () if public else tuple(_money(code, currencies) for code in currencies)
    columns = page_columns(
        (
            Column("customer", msg("customer"), "id"), Column("name", msg("name")),
            Column("industry", msg("industry")), Column("owner", msg("owner")),
            Column("state", msg("state"), "state"), Column("since", msg("since"), "date"),
            Column("last", msg("last"), "date"), *money, Column("agreed", msg("agreed to")),
            SOURCE,
        ),
        public=public, inside=_INSIDE,
    )  # fmt: skip
    cells = [
        {
            "customer": customer_code(one.customer_id), "name": one.name, "industry": one.industry,
            "owner": one.owner, "state": one.state, "since": one.first, "last": one.last,
            **{_money(code, currencies).key: one.revenue.get(code, 0) for code in currencies},
            "agreed": ", ".join(one.agreed) or None, "source": notes.of(one.origin),
        }
        for one in members
    ]  # fmt: skip
    return Table("customers", columns, page_rows(columns, cells), msg("Customers"))


def _adoption(brief: Brief, active: int, source: str, *, public: bool) -> Table:
    """Return how many of the active customers bought the flagship, and each category."""
    columns = (
        Column("what", msg("what")), Column("customers", msg("customers"), "int"),
        Column("share", msg("share of active"), "percent"), SOURCE,
    )  # fmt: skip
    parts: list[tuple[Msg | str, int]] = []
    if brief.flagship is not None:
        parts.append((msg("flagship: {name}", name=brief.flagship[0]), brief.flagship[1]))
    parts += [(name or msg("other"), number) for name, number in brief.adoption]
    rows = [
        (name, number, share(number, active), source)
        for name, number in parts
        if not public or number >= LEAST
    ]
    return Table("adoption", columns, rows, msg("Bought in 12 months"))


def _notes(brief: Brief, members: Sequence[Member], top: int, *, public: bool) -> list[Note]:
    if public:
        return [
            Note(msg("Active: bought in the 12 months. Shares speak of at least {n} customers.",
                     n=LEAST))
        ]  # fmt: skip
    return [
        Note(
            msg("Customers listed: {shown} of {n}; agreed to be named in public (case or logo):"
                " {named}. --public shows only those, approved words and no revenue.",
                shown=min(top, len(members)), n=len(members), named=len(brief.nameable))
        ),
        Note(msg("Active: bought in the 12 months. Marked words may not leave the house.")),
    ]  # fmt: skip
