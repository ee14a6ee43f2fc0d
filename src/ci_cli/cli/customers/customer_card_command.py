"""``ci-cli customer show``: read everything that is known of one customer, once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from ci_cli.analysis.scoring import base_rhythm
from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.reports.customers.customer_card import Around
from ci_cli.shapes.trade import (
    ContactInfo,
    CustomerCard,
    CustomerPurchases,
    GoldenField,
    RecordInfo,
)
from ci_cli.shapes.views import TagStanding
from ci_cli.store.engine import Connection
from ci_cli.text import _

YEAR_DAYS = 365


def register(app: typer.Typer) -> None:
    """Add the command to the group of customers."""

    @command(
        app, "show", shares=("as_of", "show"), example="ci-cli customer show ERNSH --why",
        help=_("One customer in six blocks: who, buys, contacts, behaves, says, owed."),
    )  # fmt: skip
    def show(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
        why: Annotated[
            bool, typer.Option("--why", help=_("Say from which record each field came."))
        ] = False,
        orders: Annotated[
            bool, typer.Option("--orders", help=_("List every order, with a running total."))
        ] = False,
    ) -> None:
        _show(session, customer, why=why, orders=orders)


def _show(session: Session, text: str, *, why: bool, orders: bool) -> None:
    from ci_cli.reports.customers import customer_card
    from ci_cli.store import customers, engine, facts

    with inputs.open_facts(session) as conn, engine.snapshot(conn):
        customer_id = customers.find(conn, text)
        as_of = inputs.as_of_day(session, conn) or session.today
        currency = (inputs.chosen_currencies(session, conn) or [engine.meta(conn, "currency")])[0]
        everybody = facts.customer_purchases(
            conn, as_of=as_of.isoformat(), start="", currency=currency
        )
        # a program gets all of it, a screen what fits
        limit = None if orders or session.is_for_programs else customer_card.SHOWN_ORDERS
        card = _card(conn, customer_id, as_of.isoformat(), currency, everybody, limit)
        around = _around(conn, session.today, customer_id, as_of, currency)
    rhythm = base_rhythm(everybody, as_of).rhythm_of(card.purchases)
    session.show(
        customer_card.build(
            card, rhythm, around, as_of=as_of, currency=currency, why=why, orders=orders,
            whole=session.is_for_programs,
        )
    )  # fmt: skip


def _around(conn: Connection, today: date, customer_id: int, as_of: date, currency: str) -> Around:
    from ci_cli.store import actions, one_customer, talks, voices
    from ci_cli.tags import apply as tagging
    from ci_cli.tags.decay import priority

    day = today.isoformat()
    standing = tagging.tags_of(conn, customer_id, today)
    return Around(
        today,
        one_customer.category_years(
            conn,
            customer_id,
            as_of=as_of.isoformat(),
            year=(as_of - timedelta(days=YEAR_DAYS)).isoformat(),
            before=(as_of - timedelta(days=2 * YEAR_DAYS)).isoformat(),
            currency=currency,
        ),
        talks.listing(conn, customer_id=customer_id, until=day),
        talks.last_touch(conn, customer_id, day),
        [
            TagStanding(one.kind.code, one.kind.polarity, one.weight, one.change, one.events,
                        one.last)
            for one in standing
        ],
        priority(standing).value,
        talks.usage(conn, customer_id=customer_id, until=day),
        voices.listing(conn, customer_id=customer_id, until=day, answers=True),
        voices.insights(conn, customer_id=customer_id, until=day),
        talks.listing(conn, customer_id=customer_id, open_only=True),
        talks.contracts(conn, customer_id=customer_id, ends_from=day),
        talks.opportunities(conn, customer_id=customer_id, outcome="open"),
        [row for row in actions.listing(conn, state="open") if row.customer_id == customer_id],
    )  # fmt: skip


def _card(
    conn: Connection, customer_id: int, as_of: str, currency: str,
    everybody: Sequence[CustomerPurchases], limit: int | None,
) -> CustomerCard:  # fmt: skip
    from ci_cli.store import customers

    golden = customers.golden(conn, customer_id)
    records = customers.records_of(conn, customer_id)
    purchases = next(
        (row for row in everybody if row.customer_id == customer_id),
        CustomerPurchases(
            customer_id, golden["name"] or "", golden["industry"], golden["owner"], None, None, 0,
            None, 0, 0, 0,
        ),
    )  # fmt: skip
    fields = []
    for name in customers.GOLDEN_FIELDS:
        winner = next((row for row in records if row[name] is not None), None)
        if winner is not None:
            fields.append(
                GoldenField(name, winner[name], winner["id"], winner["source"],
                            winner["source_key"])
            )  # fmt: skip
    fields += _own_fields(records)
    orders = customers.last_orders(conn, customer_id, currency=currency, as_of=as_of, limit=limit)
    return CustomerCard(
        purchases,
        fields,
        [
            RecordInfo(row["id"], row["source"], row["source_key"], row["name"] or "", row["file"],
                       row["line"], row["linked_by"])
            for row in records
        ],
        [
            ContactInfo(row["name"] or "", row["title"], row["phone"], row["email"],
                        bool(row["is_primary"]), row["left_at"])
            for row in customers.contacts_of(conn, customer_id)
        ],
        orders,
    )  # fmt: skip


def _own_fields(records: list[Any]) -> list[GoldenField]:
    """Return the columns that no field of ours took, as the first record that has them says."""
    found: dict[str, GoldenField] = {}
    for row in records:
        for name, value in json.loads(row["extra"] or "{}").items():
            found.setdefault(
                name, GoldenField(name, str(value), row["id"], row["source"], row["source_key"])
            )
    return list(found.values())
