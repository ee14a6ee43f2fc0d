"""``db sources``: which source gave which share, of the store and of one customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code, share
from ci_cli.shapes.sources import Earned, Filled, Given, Known, Voices
from ci_cli.text import msg

_SOURCE = Column("source", msg("source"))
_SHARE = Column("share", msg("share"), "percent")


def build(
    known: Sequence[Known], given: Sequence[Given], earned: Sequence[Earned],
    filled: Sequence[Filled], *, classes: Mapping[str, str], chosen: Collection[str],
    customers: int, only_class: str | None = None,
) -> Report:  # fmt: skip
    """Lay out all sources.

    Args:
        known: every source with its customers and imports.
        given: rows by kind and source.
        earned: revenue by source and currency.
        filled: fields by source.
        classes: class of each source.
        chosen: sources whose class a person set.
        customers: all of the store, living ones.
        only_class: leave out sources of other classes; shares stay those of the whole store.
    """
    shown = {one.source for one in known if only_class in (None, classes[one.source])}
    fields = Counter(one.source for one in filled)
    columns = (
        _SOURCE,
        Column("class", msg("source class"), "state"),
        Column("class_from", msg("class from"), "state"),
        Column("customers", msg("customers"), "int"),
        _SHARE,
        Column("alone", msg("it alone knows"), "int"),
        Column("alone_share", msg("share of all"), "percent"),
        Column("fields", msg("fields filled"), "int"),
        Column("first_import", msg("first import"), "date"),
        Column("last_import", msg("last import"), "date"),
    )
    rows = [
        (one.source, classes[one.source], "set" if one.source in chosen else "derived",
         one.customers, share(one.customers, customers), one.alone,
         share(one.alone, customers), fields[one.source], one.first_import, one.last_import)
        for one in known if one.source in shown
    ]  # fmt: skip
    field_columns = (
        _SOURCE, Column("field", msg("field")),
        Column("customers", msg("customers"), "int"), _SHARE,
    )  # fmt: skip
    field_rows = [
        (one.source, one.field, one.customers, share(one.customers, customers))
        for one in filled if one.source in shown
    ]  # fmt: skip
    tables = [
        Table("sources", columns, rows),
        _given(given, shown),
        *_earned(earned, shown),
        Table("fields", field_columns, field_rows, msg("Customer fields that they fill")),
    ]
    alone = sum(one.alone for one in known)
    notes = [
        Note(msg("Customers: {all}. Known to one source alone: {alone}, to several: {shared}.",
                 all=customers, alone=alone, shared=customers - alone)),
        Note(msg("A source knows a customer that any row of it speaks of. An import counts while"
                 " rows stand that it brought or was the last to change.")),
        Note(msg("A source with orders is taken for transaction data, any other for internal; what"
                 " came from outside is marked with --set NAME third-party.")),
    ]  # fmt: skip
    meta = {"customers": customers, "known_to_one": alone, "class": only_class}
    return Report("db-sources", msg("Sources"), tables, meta, notes)


def _given(given: Sequence[Given], shown: Collection[str]) -> Table:
    totals: Counter[str] = Counter()
    for one in given:
        totals[one.what] += one.rows
    columns = (
        Column("family", msg("family"), "state"),
        Column("what", msg("what"), "state"),
        _SOURCE,
        Column("rows", msg("rows"), "int"),
        _SHARE,
        Column("first", msg("first day"), "date"),
        Column("last", msg("last day"), "date"),
    )
    rows = [
        (one.family, one.what, one.source, one.rows, share(one.rows, totals[one.what]), one.first,
         one.last)
        for one in given if one.source in shown
    ]  # fmt: skip
    return Table("rows", columns, rows, msg("What they gave"))


def _earned(earned: Sequence[Earned], shown: Collection[str]) -> list[Table]:
    """Return revenue by source: one table for each currency, since a money column has one unit."""
    tables = []
    for currency in sorted({one.currency for one in earned}):
        here = [one for one in earned if one.currency == currency]
        whole = sum(one.net for one in here)
        rows: list[tuple[Any, ...]] = [
            (one.source, one.orders, one.net, share(one.net, whole))
            for one in here if one.source in shown
        ]  # fmt: skip
        columns = (
            _SOURCE,
            Column("orders", msg("orders"), "int"),
            Column("revenue", msg("revenue"), "money", currency),
            _SHARE,
        )
        title = msg("Revenue in {currency}", currency=currency)
        tables.append(Table(f"revenue_{currency.lower()}", columns, rows, title))
    return tables


def of_customer(
    customer_id: int, name: str, given: Sequence[Given], earned: Sequence[Earned],
    voices: Sequence[Voices], *, classes: Mapping[str, str],
) -> Report:  # fmt: skip
    """Lay out which source gave which facts and fields of one customer."""
    columns = (
        _SOURCE,
        Column("class", msg("source class"), "state"),
        Column("family", msg("family"), "state"),
        Column("what", msg("what"), "state"),
        Column("rows", msg("rows"), "int"),
        Column("first", msg("first day"), "date"),
        Column("last", msg("last day"), "date"),
    )
    rows = [
        (one.source, classes[one.source], one.family, one.what, one.rows, one.first, one.last)
        for one in sorted(given, key=lambda one: one.source)
    ]
    field_columns = (
        Column("field", msg("field")),
        Column("value", msg("value")),
        _SOURCE,
        Column("agree", msg("says the same")),
        Column("differ", msg("says otherwise")),
    )
    field_rows = [
        (one.field, one.value, one.source, ", ".join(one.agree) or None,
         ", ".join(one.differ) or None)
        for one in voices
    ]  # fmt: skip
    tables = [
        Table("rows", columns, rows),
        *_earned(earned, {one.source for one in earned}),
        Table("fields", field_columns, field_rows, msg("Whose word each field is")),
    ]
    code = customer_code(customer_id)
    title = msg("Sources of {customer} {name}", customer=code, name=name)
    own = Counter(one.source for one in voices)
    meta = {"customer": code, "fields": dict(sorted(own.items()))}
    notes = [
        Note(msg("Fields known: {n}. `ci-cli dedupe prefer` says whose word counts first.",
                 n=len(voices)))
    ]  # fmt: skip
    return Report("db-sources-customer", title, tables, meta, notes)
