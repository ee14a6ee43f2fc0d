"""Answer a pivot: sums and distinct counts by two dimensions, and the facts behind one cell.

The kept figures answer where they know every dimension and sum that is asked for, else the facts
themselves are added up in SQL; the tests hold the two to the same figures.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from ci_cli.shapes.pivots import (
    EVERYTHING,
    OTHER,
    Account,
    Base,
    Cell,
    Counted,
    DealLine,
    Key,
    Question,
    TalkLine,
)
from ci_cli.shapes.trade import LineDetail
from ci_cli.store import pivot_bases as bases
from ci_cli.store.kept import marks
from ci_cli.store.pivot_bases import BaseFacts, Dimension
from ci_cli.store.sql import query

_LINE_TYPES = {"orders": LineDetail, "opportunities": DealLine, "interactions": TalkLine}


def cells(conn: sqlite3.Connection, question: Question, sums: Sequence[str]) -> list[Cell]:
    """Return what each row and column adds up to, in the order of their keys.

    Args:
        conn: the store.
        question: what is asked.
        sums: names of sums of the base; money in ten-thousandths, quantity in millionths. A count
            that adds up in the kept figures (orders of days) may stand here too.
    """
    facts = _cheapest(conn, question, sums=sums)
    asked = [facts.sums[name] for name in sums]
    plan = _Plan(question, facts, [need for one in asked for need in one.needs])
    text = query("pivot_cells").format(
        sums=", ".join(one.expression for one in asked), **plan.parts()
    )
    return [Cell(row[0], row[1], tuple(row[2:])) for row in conn.execute(text, plan.parameters)]


def counts(conn: sqlite3.Connection, question: Question, thing: str) -> list[Counted]:
    """Return how many different things each row, column and the whole has; None stands for all.

    Args:
        conn: the store.
        question: what is asked.
        thing: of the base: ``orders``, ``customers``, ``won``.
    """
    facts = _cheapest(conn, question, thing=thing)
    if thing not in facts.things:  # orders of kept days: each stands in one record and day only
        return _added(cells(conn, question, [thing]))
    asked = facts.things[thing]
    plan = _Plan(question, facts, asked.needs)
    text = query("pivot_counts").format(thing=asked.expression, **plan.parts())
    return [Counted(*row) for row in conn.execute(text, plan.parameters) if row[2]]


def facts_of(
    conn: sqlite3.Connection, question: Question, row: Key, column: Key
) -> list[LineDetail] | list[DealLine] | list[TalkLine]:
    """Return the facts of one cell, each with file, sheet and line; None stands for all."""
    facts = bases.FACTS[question.base]
    plan = _Plan(question, facts, ())
    chosen = [
        f"{side} = :{name}"
        for name, side, key in (
            ("row_key", plan.row, row), ("column_key", plan.column, column),
        )
        if key is not None
    ]  # fmt: skip
    parts = plan.parts()
    parts["conditions"] = " AND ".join([parts["conditions"], *chosen])
    text = query(facts.drill).format(**parts)
    found = conn.execute(text, {**plan.parameters, "row_key": row, "column_key": column})
    make: Any = _LINE_TYPES[question.base]
    return [make(*one) for one in found]


def keys(conn: sqlite3.Connection, question: Question, dimension: str) -> list[str]:
    """Return the keys that a dimension has, whatever else the question leaves out."""
    wide = Question(
        question.base, dimension, EVERYTHING, question.currency, question.until,
        maps=question.maps, joined=question.joined, dated=question.dated,
    )  # fmt: skip
    some = next(iter(bases.FACTS[question.base].sums))
    return [cell.row for cell in cells(conn, wide, [some])]


def known_dimensions(base: Base) -> list[str]:
    """Return the names of the dimensions that are read off the facts of a base."""
    return [name for name in bases.FACTS[base].dimensions if name]


def last_day(conn: sqlite3.Connection, base: str, today: str) -> str | None:
    """Return the latest day with facts of a base that is not in the future, None without any."""
    texts = {
        "opportunities": "SELECT max(day) FROM (SELECT opened AS day FROM opportunity UNION ALL"
        " SELECT closed FROM opportunity WHERE outcome <> 'open') WHERE day <= ?",
        "interactions": "SELECT max(day) FROM interaction WHERE day <= ?",
    }
    row = conn.execute(texts[base], (today,)).fetchone()
    return None if row[0] is None else str(row[0])


def deal_currencies(conn: sqlite3.Connection) -> list[str]:
    """Return the currencies of all opportunities, the one with the most of them first."""
    rows = conn.execute(
        "SELECT coalesce(currency, (SELECT value FROM meta WHERE key = 'currency'))"
        " FROM opportunity GROUP BY 1 ORDER BY count(*) DESC, 1"
    )
    return [str(row[0]) for row in rows]


def customers_by_industry(conn: sqlite3.Connection) -> dict[str, int]:
    """Return how many customers the store knows of each industry, buyers or not."""
    rows = conn.execute("SELECT COALESCE(industry, ''), COUNT(*) FROM golden GROUP BY 1")
    return {str(row[0]): int(row[1]) for row in rows}


def buyers(conn: sqlite3.Connection, base: Base, until: str) -> set[int]:
    """Return the customers who bought, or of whom a deal was won, up to a day."""
    texts = {
        "orders": "SELECT DISTINCT r.customer_id FROM revenue_line AS v"
        " JOIN record AS r ON r.id = v.record_id"
        " WHERE v.kind = 'sale' AND v.amount > 0 AND v.day <= ?",
        "opportunities": "SELECT DISTINCT r.customer_id FROM opportunity AS v"
        " JOIN record AS r ON r.id = v.record_id WHERE v.outcome = 'won' AND v.closed <= ?",
    }
    return {int(row[0]) for row in conn.execute(texts[base], (until,))}


def has_cost(conn: sqlite3.Connection, since: str) -> bool:
    """Tell whether any order line from a day on tells its cost."""
    row = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM order_line AS l JOIN sales_order AS o ON o.id = l.order_id"
        " WHERE l.cost IS NOT NULL AND o.date >= ?)",
        (since,),
    ).fetchone()
    return bool(row[0])


# lines in the kept figures
_DAYS = "SELECT currency, day, lines FROM purchase_day"
_MONTHS = "SELECT currency, month || '-01' AS day, lines FROM month_cell WHERE dimension = 'total'"


def account(conn: sqlite3.Connection, question: Question) -> Account:
    """Tell of every order line whether a pivot without ``where`` counts it, or why not."""
    # kept figures count orders without lines as a line, and know no line without a date
    plain = marks.current(conn) and not conn.execute(
        "SELECT EXISTS (SELECT 1 FROM sales_order WHERE total IS NOT NULL OR date IS NULL)"
    ).fetchone()[0]  # fmt: skip
    known = _MONTHS if _whole_months(conn, question) else _DAYS
    row = conn.execute(
        query("pivot_account_kept").format(known=known) if plain else query("pivot_account"),
        {"currency": question.currency, "since": question.since, "until": question.until},
    ).fetchone()
    return Account(*(int(value or 0) for value in row))


def _added(found: Iterable[Cell]) -> list[Counted]:
    totals: dict[tuple[Key, Key], int] = {}
    for cell in found:
        if cell.sums[0]:
            for place in ((cell.row, cell.column), (cell.row, None), (None, cell.column),
                          (None, None)):  # fmt: skip
                totals[place] = totals.get(place, 0) + cell.sums[0]
    return [Counted(row, column, number) for (row, column), number in totals.items()]


def _cheapest(
    conn: sqlite3.Connection, question: Question, *, sums: Sequence[str] = (), thing: str = ""
) -> BaseFacts:
    """Return the kept figures that can answer, else the facts themselves."""
    facts = bases.FACTS[question.base]
    if question.base != "orders" or not marks.current(conn):
        return facts
    asked = {
        question.joined.get(name, name)
        for name in (question.rows, question.columns, *question.where)
    }
    own = asked.intersection(bases.OWN_OF_ORDERS)
    if _knows(bases.KEPT_DAYS, question, asked, sums, thing) and not (own and _orders_say(conn)):
        return bases.KEPT_DAYS
    maps = set(question.maps) & asked
    if (
        _knows(bases.KEPT_ITEMS, question, asked, sums, thing)
        and not maps
        and _whole_months(conn, question)
    ):
        return bases.KEPT_ITEMS
    return facts


def _knows(
    facts: BaseFacts, question: Question, asked: set[str], sums: Sequence[str], thing: str
) -> bool:
    return (
        all(name in facts.dimensions or name in question.maps for name in asked)
        and all(name in facts.sums for name in sums)
        and (not thing or thing in facts.things or thing in facts.sums)
    )


def _orders_say(conn: sqlite3.Connection) -> bool:
    """Tell whether any order names an owner, a region or a country of its own."""
    told = " OR ".join(f"{name} IS NOT NULL" for name in bases.OWN_OF_ORDERS)
    return bool(
        conn.execute(f"SELECT EXISTS (SELECT 1 FROM sales_order WHERE {told})").fetchone()[0]
    )


def _whole_months(conn: sqlite3.Connection, question: Question) -> bool:
    """Tell whether figures kept by month can answer: the last one has no orders left out."""
    if question.since[8:] not in ("", "01"):
        return False
    row = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM order_day WHERE day > ?1 AND day <= ?2 AND counted > 0)",
        (question.until, f"{question.until[:7]}-31"),
    ).fetchone()
    return not row[0]


class _Plan:
    """The parts of a query: joins once each, expressions of both sides, conditions, parameters."""

    def __init__(self, question: Question, facts: BaseFacts, needs: Iterable[str]) -> None:
        self.facts = facts
        self.parameters: dict[str, Any] = {
            "currency": question.currency, "since": question.since, "until": question.until,
            "dated": question.dated,
        }  # fmt: skip
        self._tables: list[str] = []
        self._joins: list[str] = []
        self._mapped: list[str] = []  # joins that may rest on the others
        asked = {
            name: self._dimension(name, question)
            for name in dict.fromkeys((question.rows, question.columns, *question.where))
        }
        wanted = {need for one in asked.values() for need in one.needs}.union(needs)
        kept = facts is bases.KEPT_DAYS
        fields = _fields(" ".join([*self._mapped, *(one.expression for one in asked.values())]))
        for name, (table, join) in bases.JOINS.items():
            if name in wanted:
                firsts = bases.KEPT_FIRSTS if kept else bases.FIRSTS
                if table:
                    self._tables.append(table.format(fields=fields, firsts=firsts))
                self._joins.append(join)
        self.row = self._folded("rows", asked[question.rows], question.kept_rows)
        self.column = self._folded("columns", asked[question.columns], question.kept_columns)
        self.conditions = list(facts.conditions)
        for number, (name, allowed) in enumerate(question.where.items()):
            self.conditions.append(
                f"{asked[name].expression} IN (SELECT value FROM json_each(:allowed_{number}))"
            )
            self.parameters[f"allowed_{number}"] = json.dumps(allowed, ensure_ascii=False)

    def parts(self) -> dict[str, str]:
        """Return what goes into the gaps of a query."""
        tables = ",\n".join(self._tables)
        return {
            "tables": f"WITH {tables}" if tables else "",
            "tables_and": f"WITH {tables}," if tables else "WITH",
            "row": self.row,
            "column": self.column,
            "facts": self.facts.source,
            "joins": "\n".join([*self._joins, *self._mapped]),
            "conditions": " AND ".join(self.conditions),
        }

    def _dimension(self, name: str, question: Question) -> Dimension:
        """Return a dimension of the facts, or one that was worked out beforehand."""
        mapped = question.maps.get(name)
        if mapped is None:
            return self.facts.dimensions[name]
        number = len(self._mapped)
        table, parameter = f"map_{number}", f"given_{number}"
        by = question.joined.get(name)
        key, side = ("CAST(key AS INTEGER)", Dimension("r.customer_id"))
        if by is not None:
            key, side = "key", self.facts.dimensions[by]
        self._tables.append(
            f"{table} AS MATERIALIZED (SELECT {key} AS id, value FROM json_each(:{parameter}))"
        )
        self._mapped.append(f"LEFT JOIN {table} ON {table}.id = {side.expression}")
        self.parameters[parameter] = json.dumps(mapped, ensure_ascii=False)
        return Dimension(f"COALESCE({table}.value, '')", side.needs)

    def _folded(self, side: str, one: Dimension, kept: Sequence[str] | None) -> str:
        if kept is None:
            return one.expression
        self.parameters[f"kept_{side}"] = json.dumps(kept, ensure_ascii=False)
        return (
            f"CASE WHEN {one.expression} IN (SELECT value FROM json_each(:kept_{side}))"
            f" THEN {one.expression} ELSE '{OTHER}' END"
        )


def _fields(told: str) -> str:
    """Return the columns of the golden view that are needed: each costs a look at every record."""
    return ", ".join(["id", *(name for name in bases.CUSTOMER_FIELDS if f"p.{name}" in told)])
