"""Orders and their lines: staged, compared with the store as whole orders, then written.

The rule that protects revenue: a file that names an order must hold every line that the store
already has of it (from earlier imports of the same source). If some are missing, nobody can tell
a correction from a part, so the order is left alone and its rows are *conflict*. Orders made up
for rows without an order id (key beginning with ``~``) are exempt: there the multiset of
identical rows decides.

What the store does not know yet goes straight in; only known orders are compared. No row of a file
is touched to note its verdict: verdicts are counted from the few rows that are out of the ordinary.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from ci_cli.shapes.trade import OnMatch
from ci_cli.store.writes import batches, links, order_lines, records
from ci_cli.store.writes.lists import Outcome
from ci_cli.store.writes.order_staging import NEW_ID, ORDER, Flag
from ci_cli.store.writes.upsert import find_targets, upsert

FAR_APART = 2**32  # from here on the numbers of rows leave most of the numbers below them out


def load(
    conn: sqlite3.Connection,
    *,
    describes: bool,
    batch_id: int,
    file_id: int,
    on_match: OnMatch,
    at: str,
    has_cells: bool = False,
    correct: Callable[[], object] | None = None,
) -> Outcome:
    """Write the staged orders and lines, one row of ``st`` per order, and say how they ended.

    Args:
        conn: the store, inside a transaction.
        describes: the file describes orders (dates, customers …); else it only holds lines of
            orders that another file describes.
        batch_id: of the import.
        file_id: of the file.
        on_match: what happens to orders and lines that are known.
        at: time of the import.
        has_cells: a line is known by its product alone; see ``order_lines.refuse_other_tables``.
        correct: called when everything staged is compared and nothing is written yet: a complete
            export then lifts what holds for a part, and changes what the store has.
    """
    known = _find_known(conn)
    _find_customers(conn, file_id, at)
    order_lines.number_occurrences(conn)
    if known:
        if has_cells:
            order_lines.refuse_other_tables(conn, batch_id, file_id, on_match)
        order_lines.compare(conn, batch_id, on_match)
        _refuse_parts(conn, batch_id)
    if correct is not None:
        correct()
    if known:
        if correct is not None:
            order_lines.compare(conn, batch_id, on_match)
        _refuse_other_customer(conn)
        _ignore_hearsay(conn)
        order_lines.note_news(conn, on_match)
    replaced = order_lines.replaced_figures(conn, file_id) if known and has_cells else ()
    first_id = _insert_new(conn, file_id, describes=describes)
    if known:
        _learn_currency(conn, batch_id)
        if describes:
            upsert(conn, ORDER, batch_id=batch_id, file_id=file_id, on_match=on_match)
    created = order_lines.insert_new(conn, file_id, first_id)
    if known:
        order_lines.update_changed(conn, batch_id, on_match)
    return _outcome(conn, created, describes=describes)._replace(replaced=replaced)


def _find_known(conn: sqlite3.Connection) -> bool:
    """Find the staged orders in the store; tell whether it knows any."""
    if conn.execute("SELECT 1 FROM sales_order LIMIT 1").fetchone() is None:
        return False
    find_targets(conn, ORDER)
    conn.execute("UPDATE st SET verdict = 'new' WHERE target_id IS NULL")
    known = conn.execute("SELECT 1 FROM st WHERE target_id IS NOT NULL LIMIT 1").fetchone()
    return known is not None


def _find_customers(conn: sqlite3.Connection, file_id: int, at: str) -> None:
    """Make stubs for customers that the store does not know; let staged orders point to theirs."""
    records.make_stubs(
        conn,
        "SELECT c.source, c.key_kind, c.source_key, min(o.line) FROM (SELECT customer,"
        " min(line) AS line FROM st WHERE customer IS NOT NULL GROUP BY customer) AS o"
        " JOIN st_customer AS c ON c.number = o.customer GROUP BY 1, 2, 3",
        file_id, at,
    )  # fmt: skip
    conn.execute(
        "UPDATE st_customer SET record_id = (SELECT r.id FROM record AS r"
        " WHERE r.source = st_customer.source AND r.key_kind = st_customer.key_kind"
        " AND r.source_key = st_customer.source_key)"
    )
    conn.execute(
        "UPDATE st SET record_id = (SELECT record_id FROM st_customer WHERE number = st.customer)"
        " WHERE target_id IS NOT NULL"
    )


def _refuse_parts(conn: sqlite3.Connection, batch_id: int) -> None:
    """Refuse orders of which the store has lines that the file lacks; see the rule above."""
    conn.execute(
        "UPDATE st SET verdict = 'conflict', reason = 'part' WHERE target_id IS NOT NULL"
        f" AND substr(order_key, 1, 1) <> '~' AND NOT flags & {Flag.CORRECTED}"
        " AND EXISTS (SELECT 1 FROM st_known AS k WHERE k.line = st.line"
        " AND k.found_before < (SELECT count(*) FROM order_line AS l WHERE"
        " l.order_id = st.target_id AND l.file_id NOT IN"
        " (SELECT id FROM batch_file WHERE batch_id = ?)))",
        (batch_id,),
    )


def _refuse_other_customer(conn: sqlite3.Connection) -> None:
    """An order never changes hands or currency: two systems may use the same number.

    A bare name that means the order's customer, and no other, changes nothing.
    """
    conn.execute("DROP TABLE IF EXISTS temp.st_other")
    conn.execute(
        "CREATE TEMP TABLE st_other AS SELECT st.line, st.record_id, st.about_customer AS about,"
        " theirs.customer_id, coalesce(st.currency <> t.currency, 0) AS in_other_money"
        " FROM st JOIN sales_order AS t ON t.id = st.target_id AND t.described = 1"
        " LEFT JOIN record AS named ON named.id = st.record_id"
        " LEFT JOIN record AS theirs ON theirs.id = t.record_id WHERE st.verdict IS NULL"
        " AND (st.currency <> t.currency OR named.customer_id <> theirs.customer_id)"
    )
    if conn.execute("SELECT 1 FROM st_other LIMIT 1").fetchone():
        links.find_meant(conn, "SELECT record_id FROM st_other")
        conn.execute(
            "DELETE FROM st_other WHERE NOT in_other_money AND (record_id, customer_id) IN"
            " (SELECT record_id, customer_id FROM st_meant) AND coalesce(json_extract(about,"
            " '$.phone'), json_extract(about, '$.email'), json_extract(about, '$.tax_id')) IS NULL"
        )
    conn.execute(
        "UPDATE st SET verdict = 'conflict', reason = 'other'"
        " WHERE line IN (SELECT line FROM st_other)"
    )
    # whom an order hangs on already is not forgotten for a name of the same customer
    conn.execute(
        "UPDATE st SET record_id = t.record_id FROM sales_order AS t, record AS named"
        " WHERE t.id = st.target_id AND t.described = 1 AND t.record_id IS NOT NULL"
        " AND named.id = st.record_id AND named.id <> t.record_id AND named.key_kind = 'name'"
        " AND named.described = 0 AND st.verdict IS NULL"
    )


def _ignore_hearsay(conn: sqlite3.Connection) -> None:
    """A known order need not repeat what it says of a customer whom something else describes."""
    conn.execute(
        "UPDATE st SET about_customer = NULL WHERE about_customer IS NOT NULL"
        " AND target_id IS NOT NULL AND EXISTS (SELECT 1"
        " FROM record AS r WHERE r.id = st.record_id AND r.described = 1)"
    )


def _insert_new(conn: sqlite3.Connection, file_id: int, *, describes: bool) -> int:
    """Insert the orders that the store does not know.

    Returns:
        What is added to the line of a staged order to give its id: ids rise with the lines, so
        the tree of the lines, which are sorted by them, grows at its end. Where line numbers are
        far apart (cells of a wide sheet), ``st.new_id`` has the ids, one after the other.
    """
    first_id = int(conn.execute("SELECT coalesce(max(id), 0) FROM sales_order").fetchone()[0])
    last_line = int(conn.execute("SELECT coalesce(max(line), 0) FROM st").fetchone()[0])
    if last_line > FAR_APART:
        conn.execute(
            "UPDATE st SET new_id = ? + n.nth FROM (SELECT line AS l, row_number() OVER"
            " (ORDER BY line) AS nth FROM st WHERE target_id IS NULL) AS n WHERE n.l = st.line",
            (first_id,),
        )
    described = ", ".join(name for name in (*ORDER.fields, "extra") if name != "record_id")
    values = described.replace("kind,", "coalesce(kind, 'sale'),").replace(
        "state,", "coalesce(state, 'counted'),"
    )
    if describes:
        conn.execute(
            f"INSERT INTO sales_order (id, source, order_key, record_id, {described}, described,"
            f" file_id, line) SELECT {NEW_ID}, st.source, order_key, c.record_id, {values}, 1,"
            " ?, st.line FROM st LEFT JOIN st_customer AS c ON c.number = st.customer"
            " WHERE target_id IS NULL ORDER BY st.line",
            (first_id, file_id),
        )
    else:
        conn.execute(
            "INSERT INTO sales_order (id, source, order_key, described, kind, state, currency,"
            f" file_id, line) SELECT {NEW_ID}, source, order_key, 0, 'sale', 'counted', currency,"
            " ?, line FROM st WHERE target_id IS NULL ORDER BY line",
            (first_id, file_id),
        )
    return first_id


def _learn_currency(conn: sqlite3.Connection, batch_id: int) -> None:
    """Let lines say which currency an order is in, where nothing else has said so."""
    conn.execute(
        # what goes without saying is no news
        "UPDATE st SET currency = NULL WHERE currency = (SELECT value FROM meta WHERE key ="
        " 'currency') AND EXISTS (SELECT 1 FROM sales_order AS t WHERE t.id = st.target_id"
        " AND t.described = 1 AND t.currency IS NULL)"
    )
    unknown = (
        "SELECT t.id FROM sales_order AS t JOIN st ON st.target_id = t.id"
        " WHERE t.currency IS NULL AND st.currency IS NOT NULL AND st.verdict IS NULL"
    )
    batches.keep_before(conn, batch_id, "sales_order", unknown)
    conn.execute(
        "UPDATE sales_order SET currency = st.currency FROM st WHERE st.target_id = sales_order.id"
        f" AND sales_order.id IN ({unknown})"
    )


def _outcome(conn: sqlite3.Connection, created: int, *, describes: bool) -> Outcome:
    """Count the verdicts: a new line is created; else what happened to its order counts."""
    new = "'created'" if describes else "NULL"
    rows = conn.execute(
        f"SELECT iif(st.target_id IS NULL, {new}, st.verdict) AS ended,"
        " total(k.found - k.changed), total(k.changed), total(st.bare),"
        f" total(st.flags & {Flag.BARE} > 0), total(st.lines + st.bare), total(t.lines)"
        " FROM st LEFT JOIN st_known AS k ON k.line = st.line"
        " LEFT JOIN (SELECT first, count(*) AS lines FROM st_twice GROUP BY first) AS t"
        " ON t.first = st.line GROUP BY ended"
    ).fetchall()
    counts = dict.fromkeys(("created", "updated", "unchanged", "conflict"), 0)
    counts["created"] = created
    for ended, same, changed, bare, begun_bare, all_rows, twice in rows:
        if ended == "conflict":
            counts["conflict"] += int(all_rows)
            continue
        is_news = ended in ("created", "updated")
        counts["conflict"] += int(twice)
        counts["updated"] += int(changed)
        counts["updated" if is_news else "unchanged"] += int(same)
        # of rows that only describe an order, one with which it begins speaks for it
        telling = int(begun_bare) if is_news else 0
        counts[ended if is_news else "unchanged"] += telling
        counts["unchanged"] += int(bare) - telling
    conflicts = {}
    if counts["conflict"]:
        conflicts = {
            row[0]: row[1]
            for row in conn.execute(
                "SELECT s.line, coalesce(st.reason, t.reason, 'twice') FROM st_line AS s JOIN st"
                " ON st.line = s.first LEFT JOIN st_twice AS t ON t.line = s.line"
                " WHERE st.verdict = 'conflict' OR t.line IS NOT NULL"
            )
        }
    return Outcome({name: n for name, n in counts.items() if n}, conflicts)
