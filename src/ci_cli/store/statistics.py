"""What the store holds: rows by family of data and by source."""

from __future__ import annotations

import sqlite3

# the families of customer data (what customers buy is interaction), who vouches, the bookkeeping
_FAMILIES = (
    ("basic", "customers", "SELECT count(*) FROM customer WHERE merged_into IS NULL"),
    ("basic", "records", "SELECT count(*) FROM record"),
    ("basic", "records_known_by_hearsay", "SELECT count(*) FROM record WHERE described = 0"),
    ("basic", "contacts", "SELECT count(*) FROM contact"),
    ("interaction", "orders", "SELECT count(*) FROM sales_order"),
    ("interaction", "order_lines", "SELECT count(*) FROM order_line"),
    ("interaction", "orders_without_customer",
     "SELECT count(*) FROM sales_order WHERE record_id IS NULL"),
    ("interaction", "orders_not_described_yet",
     "SELECT count(*) FROM sales_order WHERE described = 0"),
    ("interaction", "contacts_made", "SELECT count(*) FROM touch WHERE reached"),
    ("interaction", "entries", "SELECT count(*) FROM interaction"),
    ("interaction", "entries_without_customer",
     "SELECT count(*) FROM interaction WHERE record_id IS NULL"),
    ("interaction", "contracts", "SELECT count(*) FROM contract"),
    ("interaction", "opportunities", "SELECT count(*) FROM opportunity"),
    ("interaction", "products", "SELECT count(*) FROM product"),
    ("interaction", "categories", "SELECT count(*) FROM category"),
    ("behaviour", "evidence_for_tags", "SELECT count(*) FROM tag_event"),
    ("behaviour", "tags_defined", "SELECT count(*) FROM behaviour_type"),
    ("behaviour", "usage_figures", "SELECT count(*) FROM usage"),
    ("feedback", "requests",
     "SELECT count(*) FROM interaction WHERE kind IN ('request', 'ticket')"),
    ("references", "references",
     "SELECT count(DISTINCT r.customer_id) FROM reference_step AS x"
     " JOIN record AS r ON r.id = x.record_id WHERE x.step = 'nominate'"),
    ("references", "consents", "SELECT count(*) FROM reference_step WHERE step = 'consent'"),
    ("references", "reference_requests", "SELECT count(*) FROM reference_request"),
    ("references", "reference_uses", "SELECT count(*) FROM reference_use"),
    ("references", "quotes", "SELECT count(*) FROM quote"),
    ("references", "thanks_and_rewards", "SELECT count(*) FROM recognition"),
    ("bookkeeping", "imports", "SELECT count(*) FROM batch WHERE undone_at IS NULL"),
    ("bookkeeping", "imports_undone", "SELECT count(*) FROM batch WHERE undone_at IS NOT NULL"),
    ("bookkeeping", "rows_read", "SELECT coalesce(sum(\"read\"), 0) FROM batch"),
    ("bookkeeping", "rows_rejected", "SELECT coalesce(sum(rejected), 0) FROM batch"),
    ("bookkeeping", "actions", "SELECT count(*) FROM action"),
    ("bookkeeping", "goals", "SELECT count(*) FROM goal WHERE state = 'open'"),
    ("bookkeeping", "saved_maps", "SELECT count(*) FROM import_map"),
    ("bookkeeping", "saved_runs", "SELECT count(*) FROM saved_run"),
    ("bookkeeping", "exports", "SELECT count(*) FROM export_log"),
)  # fmt: skip


def families(conn: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """Return (family, what, rows)."""
    return [
        (family, what, int(conn.execute(query).fetchone()[0])) for family, what, query in _FAMILIES
    ]


def revenue(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return by currency: sales, returns, revenue, and how much of it is without a customer.

    Added up from all lines, never from figures that are kept: what other reports show adds up to
    this, or is checked against it.
    """
    return conn.execute(
        "SELECT currency, min(day), max(day), count(*),"
        " coalesce(sum(CASE WHEN kind = 'return' THEN 0 ELSE amount END), 0),"
        " coalesce(sum(CASE WHEN kind = 'return' THEN amount ELSE 0 END), 0), sum(amount),"
        " coalesce(sum(CASE WHEN record_id IS NULL THEN amount ELSE 0 END), 0)"
        " FROM revenue_line GROUP BY currency ORDER BY count(*) DESC, currency"
    ).fetchall()


def customers(conn: sqlite3.Connection) -> int:
    """Return the number of living customers."""
    found = conn.execute("SELECT count(*) FROM customer WHERE merged_into IS NULL").fetchone()
    return int(found[0])


def sources(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return each source with its records, orders, first and last order day."""
    return conn.execute(
        "SELECT s.name, (SELECT count(*) FROM record AS r WHERE r.source = s.name),"
        " (SELECT count(*) FROM sales_order AS o WHERE o.source = s.name),"
        " (SELECT min(date) FROM sales_order AS o WHERE o.source = s.name),"
        " (SELECT max(date) FROM sales_order AS o WHERE o.source = s.name)"
        " FROM (SELECT name FROM source UNION SELECT DISTINCT source FROM sales_order) AS s"
        " ORDER BY s.name"
    ).fetchall()
