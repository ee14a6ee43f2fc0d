"""Dimensions that are worked out before a pivot is asked, and what people call its keys.

Each map gives a key to every customer that has one, by the number of the customer as text.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from ci_cli.models.names import name_key
from ci_cli.store.customers import LOUDEST, own_fields
from ci_cli.store.facts import product_labels

Keys = dict[str, str]
SIZES = ((10, "1-9"), (50, "10-49"), (250, "50-249"), (1_000, "250-999"))
LARGEST = "1000+"
# own fields that tell how many people a customer employs, as headers call them
_STAFF = frozenset(
    ("employees", "numberofemployees", "noofemployees", "employeecount", "headcount", "staff",
     "staffcount", "人数", "员工", "员工数", "员工人数", "职工人数", "公司人数")
)  # fmt: skip


def own_field(conn: sqlite3.Connection, field: str) -> Keys:
    """Return the value that each customer has in one own field, by who speaks loudest."""
    found: Keys = {}
    for customer, extra in conn.execute(
        "SELECT v.customer_id, v.extra FROM voice AS v WHERE v.extra IS NOT NULL"
        f" ORDER BY v.customer_id, {LOUDEST}"
    ):
        value = json.loads(extra).get(field)
        if value not in (None, ""):
            found.setdefault(str(customer), str(value))
    return found


def staff_field(conn: sqlite3.Connection) -> str | None:
    """Return the own field that tells how many people work for a customer, if there is one."""
    return next((name for name in own_fields(conn) if name_key(name) in _STAFF), None)


def sizes(conn: sqlite3.Connection, field: str) -> Keys:
    """Return the band of each customer's number of employees; what is no number has none."""
    found: Keys = {}
    for customer, text in own_field(conn, field).items():
        digits = text.replace(",", "").replace(" ", "").removesuffix(".0")
        if digits.isdecimal() and int(digits) > 0:
            found[customer] = next((band for end, band in SIZES if int(digits) < end), LARGEST)
    return found


def ids_by_name(conn: sqlite3.Connection) -> dict[str, set[int]]:
    """Return the customers of each name, names without signs and capitals."""
    found: dict[str, set[int]] = {}
    for customer, name in conn.execute(
        "SELECT customer_id, name_key FROM record WHERE name_key IS NOT NULL"
    ):
        found.setdefault(str(name), set()).add(int(customer))
    return found


def parents(conn: sqlite3.Connection) -> Keys:
    """Return the topmost company of each customer: ``C12``, or a name that is no customer.

    A parent is found by the id or the name that its source gives it, else by a name that only one
    customer has. Who has none stands for itself; so do companies that own each other in a circle.
    """
    by_id: dict[tuple[str, str], int] = {}
    by_name = ids_by_name(conn)
    for customer, source, key in conn.execute(
        "SELECT customer_id, source, source_key FROM record ORDER BY id"
    ):
        by_id.setdefault((source, key), customer)
    above: dict[int, int | str] = {}
    for customer, source, parent in conn.execute(
        "SELECT v.customer_id, v.source, v.parent FROM voice AS v"
        f" WHERE v.parent IS NOT NULL ORDER BY v.customer_id, {LOUDEST}"
    ):
        known = by_name.get(name_key(parent) or "", set())
        found = by_id.get((source, parent), next(iter(known)) if len(known) == 1 else parent)
        above.setdefault(customer, found)
    tops: Keys = {}
    for (customer,) in conn.execute("SELECT id FROM customer WHERE merged_into IS NULL"):
        seen, at = {customer}, customer
        while at in above:
            upper = above[at]
            if isinstance(upper, str):
                tops[str(customer)] = upper
                break
            if upper in seen:
                at = customer  # a circle has no top
                break
            seen.add(upper)
            at = upper
        tops.setdefault(str(customer), f"C{at}")
    return tops


def deal_products(conn: sqlite3.Connection) -> tuple[Keys, Keys]:
    """Return product and category of each text that opportunities have as their product.

    A text is found in the product lists by id or name, without regard to spaces and case: one list
    writes GTXPro, the other GTX Pro. What is found nowhere keeps its own text, and no category.
    """
    listed: dict[str | None, set[tuple[str, str]]] = {}
    for key, name, category in conn.execute(
        "SELECT p.product_key, coalesce(p.name, p.product_key),"
        " coalesce(p.category, c.name, p.category_key, '') FROM product AS p"
        " LEFT JOIN category AS c ON c.source = p.source AND c.category_key = p.category_key"
    ):
        for text in {name_key(key), name_key(name)}:
            listed.setdefault(text, set()).add((name, category))
    products, categories = Keys(), Keys()
    for (text,) in conn.execute("SELECT DISTINCT product FROM opportunity WHERE product <> ''"):
        found = listed.get(name_key(text), set())
        products[text], categories[text] = next(iter(found)) if len(found) == 1 else (text, "")
    return products, categories


def labels(conn: sqlite3.Connection, base: str, dimension: str) -> Mapping[str, str]:
    """Return what people call the keys of a dimension; a key that is missing is its own name."""
    if dimension in ("customer", "parent"):
        rows = conn.execute("SELECT 'C' || id, label FROM golden WHERE label IS NOT NULL")
        return {str(row[0]): str(row[1]) for row in rows}
    if dimension == "product" and base == "orders":
        return product_labels(conn)
    return {}
