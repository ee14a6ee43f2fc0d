"""What one customer bought by category, and what changed there since a day: for its own views.

Orders are asked for by number: SQLite cannot carry a join into the view of revenue lines and would
read every line of the store.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from ci_cli.shapes.views import CategoryYear, Event, FirstOrder, KnownPerson

_AT_ONCE = 5_000  # orders


def category_years(
    conn: sqlite3.Connection, customer_id: int, *, as_of: str, year: str, before: str,
    currency: str,
) -> list[CategoryYear]:  # fmt: skip
    """Return what a customer bought by category, the largest of both years first.

    Args:
        conn: the store.
        customer_id: a living customer.
        as_of: last day that counts.
        year: the day before the year that ends with ``as_of``.
        before: the day before the year before that.
        currency: the only currency that is counted.
    """
    items: dict[int | None, list[CategoryYear]] = {}
    for chosen in orders_of(conn, customer_id):
        rows = conn.execute(
            "SELECT v.item_id, sum(iif(v.day > ?1, v.amount, 0)),"
            " sum(iif(v.day <= ?1 AND v.day > ?2, v.amount, 0)), min(v.day), max(v.day)"
            " FROM revenue_line AS v WHERE v.currency = ?3 AND v.day <= ?4"
            f" AND v.order_id IN ({chosen}) AND v.kind = 'sale' GROUP BY v.item_id"
            # returns lower their own year, and are no purchase
            " UNION ALL SELECT v.item_id, sum(iif(v.day > ?1, v.amount, 0)),"
            " sum(iif(v.day <= ?1 AND v.day > ?2, v.amount, 0)), NULL, NULL"
            " FROM revenue_line AS v WHERE v.currency = ?3 AND v.day <= ?4"
            f" AND v.order_id IN ({chosen}) AND v.kind <> 'sale' GROUP BY v.item_id",
            (year, before, currency, as_of),
        )
        for item, now, earlier, first, last in rows:
            part = CategoryYear("", now, earlier, first or "", last or "")
            items.setdefault(item, []).append(part)
    category = _categories(conn, items)
    groups: dict[str, list[CategoryYear]] = {}
    for item, parts in items.items():
        groups.setdefault(category.get(item, ""), []).extend(parts)
    found = [
        CategoryYear(
            name,
            sum(part.now for part in parts),
            sum(part.before for part in parts),
            min((part.first for part in parts if part.first), default=""),
            max(part.last for part in parts),
        )
        for name, parts in groups.items()
    ]
    return sorted(found, key=lambda one: (-max(one.now, one.before), one.category))


def first_order(
    conn: sqlite3.Connection, customer_id: int, *, currency: str, as_of: str
) -> FirstOrder | None:
    """Return the first purchase of a customer in one currency up to a day; None: never bought."""
    orders = conn.execute(
        "SELECT o.id, o.order_key, o.date, o.owner FROM record AS r"
        " JOIN sales_order AS o ON o.record_id = r.id WHERE r.customer_id = ?1"
        " AND o.state = 'counted' AND o.date <= ?3"
        " AND coalesce(o.currency, (SELECT value FROM meta WHERE key = 'currency')) = ?2"
        " ORDER BY o.date, coalesce(o.time, ''), o.order_key, o.id",
        (customer_id, currency, as_of),
    )
    for number, key, day, owner in orders:  # a return or an empty order is no beginning
        lines = conn.execute(
            "SELECT v.item_id, sum(v.amount) FROM revenue_line AS v WHERE v.order_id = ?"
            " AND v.kind = 'sale' AND v.amount > 0 GROUP BY v.item_id",
            (number,),
        ).fetchall()
        if not lines:
            continue
        named = _categories(conn, (row[0] for row in lines))
        sums: dict[str, int] = {}
        for item, amount in lines:
            sums[named.get(item, "")] = sums.get(named.get(item, ""), 0) + amount
        return FirstOrder(
            key, day, sum(sums.values()), sum(1 for row in lines if row[0] is not None),
            sorted(sums, key=lambda name: (-sums[name], name)), owner,
        )  # fmt: skip
    return None


def _categories(conn: sqlite3.Connection, items: Iterable[int | None]) -> dict[int | None, str]:
    """Return the category of each item that has one."""
    known = ", ".join(str(int(item)) for item in items if item is not None)
    rows = conn.execute(f"SELECT item_id, category FROM item_category WHERE item_id IN ({known})")
    return {row[0]: str(row[1]) for row in rows if row[1] is not None}


def orders_of(conn: sqlite3.Connection, customer_id: int) -> Iterator[str]:
    """Yield the orders of a customer as lists of numbers in SQL, some at a time.

    A list is looked up in both halves of the view of lines; what a subquery finds is not.
    """
    ids = [
        str(int(row[0]))
        for row in conn.execute(
            "SELECT o.id FROM record AS r JOIN sales_order AS o ON o.record_id = r.id"
            " WHERE r.customer_id = ? ORDER BY o.id",
            (customer_id,),
        )
    ]
    for start in range(0, len(ids), _AT_ONCE):
        yield ", ".join(ids[start : start + _AT_ONCE])


def events_since(
    conn: sqlite3.Connection, customer_id: int, *, since: str, until: str, currency: str
) -> list[Event]:
    """Return what happened at a customer after the day ``since``, the latest first.

    Orders in ``currency``, people who left, fields that changed, contracts that ended, deals that
    were decided, what was noted.
    """
    found = [*_traded(conn, customer_id, since, until, currency)]
    parameters = (customer_id, since, until)
    found += [
        Event(row[0], "contact_left", row[1] or "")
        for row in conn.execute(
            "SELECT p.left_at, p.name FROM contact AS p JOIN record AS r ON r.id = p.record_id"
            " WHERE r.customer_id = ?1 AND p.left_at > ?2 AND p.left_at <= ?3",
            parameters,
        )
    ]
    found += [
        Event(row[0], "contract_ended", row[1] or "")
        for row in conn.execute(
            "SELECT x.ends, coalesce(x.name, x.product) FROM contract AS x"
            " JOIN record AS r ON r.id = x.record_id"
            " WHERE r.customer_id = ?1 AND x.ends > ?2 AND x.ends <= ?3",
            parameters,
        )
    ]
    found += [
        Event(row[0], f"deal_{row[1]}", " / ".join(part for part in row[2:] if part))
        for row in conn.execute(
            "SELECT x.closed, x.outcome, x.name, x.competitor, x.why FROM opportunity AS x"
            " JOIN record AS r ON r.id = x.record_id"
            " WHERE r.customer_id = ?1 AND x.closed > ?2 AND x.closed <= ?3",
            parameters,
        )
    ]
    found += [
        Event(row[0], row[1], row[2] or "")
        for row in conn.execute(
            "SELECT x.day, x.kind, coalesce(x.text, x.subject) FROM interaction AS x"
            " JOIN record AS r ON r.id = x.record_id"
            " WHERE r.customer_id = ?1 AND x.day > ?2 AND x.day <= ?3",
            parameters,
        )
    ]
    found += [
        Event(day, "field", f"{field}: {old or '-'} > {new or '-'}")
        for day, customer, field, old, new, _by in field_changes(conn, since, customer_id)
        if customer == customer_id and day <= until
    ]
    return sorted(found, key=lambda event: event.day, reverse=True)


def _traded(
    conn: sqlite3.Connection, customer_id: int, since: str, until: str, currency: str
) -> Iterable[Event]:
    for chosen in orders_of(conn, customer_id):
        rows = conn.execute(
            "SELECT v.day, o.order_key, sum(v.amount) FROM revenue_line AS v"
            " JOIN sales_order AS o ON o.id = v.order_id"
            f" WHERE v.order_id IN ({chosen}) AND v.currency = ? AND v.day > ? AND v.day <= ?"
            " GROUP BY v.order_id",
            (currency, since, until),
        )
        for day, order, amount in rows:
            yield Event(day, "order" if amount >= 0 else "return", order, amount)


WATCHED_FIELDS = ("owner", "tier", "status", "name", "industry", "phone", "email", "address")


def field_changes(
    conn: sqlite3.Connection, since: str, customer_id: int | None = None
) -> list[tuple[str, int, str, str | None, str | None, str | None]]:
    """Return the fields of customers that were changed after the day ``since``, the latest first.

    Each is a field of one record: (day, customer, field, before, after, who). What was taken back
    since is left out.
    """
    columns = ", ".join(
        f"json_extract(c.before, '$.{name}') AS old_{name}, r.{name} AS {name}"
        for name in WATCHED_FIELDS
    )
    rows = conn.execute(
        "SELECT c.row_id, substr(b.at, 1, 10) AS day, r.customer_id AS customer, b.imported_by AS"
        f" by_whom, {columns} FROM change AS c JOIN batch AS b ON b.id = c.batch_id"
        " JOIN record AS r ON r.id = c.row_id WHERE c.table_name = 'record'"
        " AND b.undone_at IS NULL AND substr(b.at, 1, 10) > ?1"
        " AND (?2 IS NULL OR r.customer_id = ?2) ORDER BY c.id DESC",
        (since, customer_id),
    ).fetchall()
    later: dict[tuple[int, str], str | None] = {}
    found = []
    for row in rows:
        for name in WATCHED_FIELDS:
            key = (row["row_id"], name)
            old, new = row[f"old_{name}"], later.get(key, row[name])
            later[key] = old
            if old != new:
                found.append((row["day"], row["customer"], name, old, new, row["by_whom"]))
    return found


def people(conn: sqlite3.Connection, customer_id: int) -> list[KnownPerson]:
    """Return the contacts of a customer, those who left last, with positions they once held."""
    former: dict[int, list[str]] = {}
    for number, title in conn.execute(
        "SELECT c.row_id, json_extract(c.before, '$.title') FROM change AS c JOIN contact AS p"
        " ON p.id = c.row_id JOIN record AS r ON r.id = p.record_id WHERE c.table_name = 'contact'"
        " AND r.customer_id = ? AND json_extract(c.before, '$.title') <> coalesce(p.title, '')"
        " ORDER BY c.id DESC",
        (customer_id,),
    ):
        if title not in former.setdefault(number, []):
            former[number].append(title)
    rows = conn.execute(
        "SELECT p.id, p.name, p.title, json_extract(p.extra, '$.\"title since\"') AS since,"
        " p.phone, p.email, p.is_primary, p.left_at, count(i.id) AS entries, max(i.day) AS last"
        " FROM contact AS p JOIN record AS r ON r.id = p.record_id"
        " LEFT JOIN interaction AS i ON i.contact_id = p.id WHERE r.customer_id = ? GROUP BY p.id"
        " ORDER BY p.left_at IS NOT NULL, p.is_primary DESC, p.id",
        (customer_id,),
    )
    return [
        KnownPerson(
            row["id"], row["name"], row["title"], row["since"], tuple(former.get(row["id"], ())),
            row["phone"], row["email"], bool(row["is_primary"]), row["left_at"], row["entries"],
            row["last"],
        )
        for row in rows
    ]  # fmt: skip
