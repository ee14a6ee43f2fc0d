"""Look up references and what is known of them, by customer as customers are today."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.references import (
    Account,
    Attempt,
    Issue,
    Known,
    Limits,
    QuoteRow,
    Request,
    Step,
    Thanks,
    Use,
)
from ci_cli.store import engine
from ci_cli.store.customers import LOUDEST
from ci_cli.store.talks import OPEN
from ci_cli.text import msg

LIMITS_KEY = "reference_limits"
_FIELDS = ("name", "industry", "country", "region", "city", "address", "owner")
_BETWEEN = re.compile("[,;，；、]")
_Row = TypeVar("_Row", Step, Use, Issue)
_OF = " JOIN record AS r ON r.id = x.record_id"


class Item(NamedTuple):
    """A product as orders name it, with its category."""

    id: int
    product: str
    label: str
    category: str


def limits(conn: sqlite3.Connection) -> Limits:
    """Return the limits that this store goes by.

    Raises:
        CiError: ``store-damaged``: the setting was altered from outside.
    """
    text = engine.meta(conn, LIMITS_KEY)
    if not text:
        return Limits()
    try:
        return Limits(**{name: int(value) for name, value in json.loads(text).items()})
    except (ValueError, TypeError, AttributeError) as error:
        raise CiError(
            "store-damaged",
            msg("The limits for references in the store cannot be read."),
            hint=msg("`ci-cli ref limits --reset` goes back to the usual ones."),
            exit_code=ExitCode.DAMAGED,
        ) from error


def keep_limits(conn: sqlite3.Connection, wanted: Limits | None) -> None:
    """Let references go by these limits, None: by the usual ones. Inside a write transaction."""
    text = "" if wanted is None else json.dumps(wanted._asdict())
    engine.set_meta(conn, LIMITS_KEY, text)


def known(
    conn: sqlite3.Connection, told: dict[int, list[Step]], *, today: str, complaints_since: str,
    columns: Mapping[str, Collection[str]], plain: Any, health: Mapping[int, int],
) -> Known:  # fmt: skip
    """Return references and what the rule of readiness looks at.

    Args:
        conn: the store.
        told: the steps of all references.
        today: the day that counts as today; promises due before it are overdue.
        complaints_since: first day of complaints that count as open.
        columns: of one's own fields, which headings hold ``size`` and ``use_case``.
        plain: how headings are compared.
        health: scores in points, by customer.
    """
    return Known(
        accounts(conn, told, columns=columns, plain=plain),
        told,
        uses(conn),
        issues(conn, told, today=today, complaints_since=complaints_since),
        health,
    )


def steps(conn: sqlite3.Connection, customer_id: int | None = None) -> dict[int, list[Step]]:
    """Return the steps of every reference, or of one customer, oldest first."""
    rows = conn.execute(
        "SELECT r.customer_id, x.id, x.day, x.step, x.person, x.channel, x.scope, x.until,"
        " x.said_by, x.use_case, x.product, x.note, x.author FROM reference_step AS x"
        f"{_OF} WHERE ?1 IS NULL OR r.customer_id = ?1 ORDER BY x.day, x.id",
        (customer_id,),
    )
    return _by_customer(Step(*row) for row in rows)


def uses(conn: sqlite3.Connection, customer_id: int | None = None) -> dict[int, list[Use]]:
    """Return the uses of every reference, or of one customer, oldest first."""
    rows = conn.execute(
        "SELECT r.customer_id, x.id, x.request_id, x.day, x.channel, x.person, x.actual, x.minutes,"
        f" x.outcome, x.author FROM reference_use AS x{_OF}"
        " WHERE ?1 IS NULL OR r.customer_id = ?1 ORDER BY x.day, x.id",
        (customer_id,),
    )
    return _by_customer(Use(*row) for row in rows)


def attempts(conn: sqlite3.Connection, customer_id: int | None = None) -> list[Attempt]:
    """Return every approach to a customer, oldest first."""
    rows = conn.execute(
        "SELECT r.customer_id, x.id, x.request_id, x.day, x.outcome, x.person, x.minutes, x.note,"
        f" x.author FROM reference_attempt AS x{_OF}"
        " WHERE ?1 IS NULL OR r.customer_id = ?1 ORDER BY x.day, x.id",
        (customer_id,),
    )
    return [Attempt(*row) for row in rows]


def thanks(conn: sqlite3.Connection, customer_id: int | None = None) -> list[Thanks]:
    """Return thanks and rewards, oldest first."""
    rows = conn.execute(
        "SELECT r.customer_id, x.id, x.day, x.kind, x.what, x.value, x.currency, x.person,"
        f" x.author FROM recognition AS x{_OF}"
        " WHERE ?1 IS NULL OR r.customer_id = ?1 ORDER BY x.day, x.id",
        (customer_id,),
    )
    return [Thanks(*row) for row in rows]


def requests(conn: sqlite3.Connection, state: str | None = None) -> list[Request]:
    """Return requests for a reference, open ones by due day first."""
    rows = conn.execute(
        f"{_REQUEST} WHERE ?1 IS NULL OR x.state = ?1"
        " ORDER BY x.state <> 'open', x.due IS NULL, x.due, x.id",
        (state,),
    )
    return [Request(*row) for row in rows]


def request(conn: sqlite3.Connection, number: int) -> Request:
    """Return one request.

    Raises:
        CiError: ``ref-request-unknown``.
    """
    row = conn.execute(f"{_REQUEST} WHERE x.id = ?", (number,)).fetchone()
    if row is None:
        raise CiError(
            "ref-request-unknown",
            msg("There is no request R{number}.", number=number),
            hint=msg("`ci-cli ref request list` lists them."),
            exit_code=ExitCode.DECIDE,
        )
    return Request(*row)


_REQUEST = (
    "SELECT x.id, r.customer_id, (SELECT g.label FROM golden AS g WHERE g.id = r.customer_id),"
    " x.what, x.channel, x.day, x.due, x.criteria, x.value, x.currency, x.expected, x.state,"
    " x.closed, x.reason, x.author FROM reference_request AS x"
    " LEFT JOIN record AS r ON r.id = x.record_id"
)


def quotes(conn: sqlite3.Connection, customer_id: int | None = None) -> list[QuoteRow]:
    """Return the library of quotes with their uses, the latest first."""
    rows = conn.execute(
        f"{_QUOTE} WHERE ?1 IS NULL OR r.customer_id = ?1 ORDER BY x.day DESC, x.id DESC",
        (customer_id,),
    )
    return [QuoteRow(*row) for row in rows]


def quote(conn: sqlite3.Connection, number: int) -> QuoteRow:
    """Return one quote.

    Raises:
        CiError: ``quote-unknown``.
    """
    row = conn.execute(f"{_QUOTE} WHERE x.id = ?", (number,)).fetchone()
    if row is None:
        raise CiError(
            "quote-unknown",
            msg("There is no quote Q{number}.", number=number),
            hint=msg("`ci-cli ref quote list` lists them."),
            exit_code=ExitCode.DECIDE,
        )
    return QuoteRow(*row)


# a later withdrawal by anybody for quotes, or for everything, takes the permission back
_QUOTE = (
    "SELECT x.id, r.customer_id, coalesce(g.label, ''), g.industry, x.person, x.text, x.product,"
    " x.day, x.approved, x.approved_by, x.scope, x.until, x.author,"
    " (SELECT count(*) FROM quote_use AS u WHERE u.quote_id = x.id),"
    " (SELECT max(u.day) FROM quote_use AS u WHERE u.quote_id = x.id),"
    " (SELECT min(s.day) FROM reference_step AS s JOIN record AS k ON k.id = s.record_id"
    " WHERE k.customer_id = r.customer_id AND s.day >= x.approved AND (s.step = 'retire' OR"
    " (s.step = 'withdraw' AND coalesce(s.channel, 'quote') = 'quote'"
    " AND (s.person IS NULL OR x.person IS NULL OR s.person = x.person))))"
    f" FROM quote AS x{_OF} LEFT JOIN golden AS g ON g.id = r.customer_id"
)


def issues(
    conn: sqlite3.Connection, customers: Iterable[int], *, today: str, complaints_since: str
) -> dict[int, list[Issue]]:
    """Return what is open with these customers: requests, overdue promises, recent complaints.

    What was closed after ``today`` was open on that day.
    """
    rows = conn.execute(
        "SELECT r.customer_id, i.kind, i.day, i.id FROM interaction AS i"
        " JOIN record AS r ON r.id = i.record_id"
        " WHERE r.customer_id IN (SELECT value FROM json_each(?1)) AND i.day <= ?2"
        f" AND ({OPEN} OR i.closed > ?2)"
        " AND (i.kind IN ('request', 'ticket') OR (i.kind = 'promise' AND i.due < ?2))"
        " UNION ALL SELECT r.customer_id, x.kind, x.day, x.id FROM feedback AS x"
        " JOIN record AS r ON r.id = x.record_id"
        " WHERE r.customer_id IN (SELECT value FROM json_each(?1)) AND x.kind = 'complaint'"
        " AND x.day BETWEEN ?3 AND ?2 ORDER BY 3, 4",
        (json.dumps(list(customers)), today, complaints_since),
    )
    return _by_customer(Issue(*row) for row in rows)


def accounts(
    conn: sqlite3.Connection, told: Mapping[int, Collection[Step]], *,
    columns: Mapping[str, Collection[str]], plain: Any,
) -> dict[int, Account]:  # fmt: skip
    """Return what is known of customers: each field from the record whose word counts first."""
    found: dict[int, dict[str, Any]] = {number: {} for number in told}
    cursor = conn.cursor()
    cursor.row_factory = None
    rows = cursor.execute(
        f"SELECT v.customer_id, {', '.join(f'v.{name}' for name in _FIELDS)}, v.extra,"
        " v.source_key FROM voice AS v WHERE v.customer_id IN (SELECT value FROM json_each(?))"
        f" ORDER BY v.customer_id, {LOUDEST}",
        (json.dumps(list(told)),),
    )
    kinds: dict[str, str | None] = {}  # heading -> what its column holds
    for number, *values, extra, source_key in rows:
        own = found[number]
        for name, value in zip(_FIELDS, values, strict=True):
            if value is not None:
                own.setdefault(name, value)
        own.setdefault("key", source_key)
        for heading, value in json.loads(extra).items() if extra else ():
            if heading not in kinds:
                word = plain(heading)
                kinds[heading] = next((k for k, words in columns.items() if word in words), None)
            kind = kinds[heading]
            if kind is not None and value:
                own.setdefault(kind, str(value))
    return {
        number: Account(
            number, own.get("name") or own.get("key") or "", own.get("industry"),
            own.get("country"), own.get("region"), own.get("city"), own.get("address"),
            own.get("owner"), own.get("size"),
            _listed((own.get("use_case"), *(one.use_case for one in told[number]))),
            _listed(one.product for one in told[number]),
        )
        for number, own in found.items()
    }  # fmt: skip


def items(conn: sqlite3.Connection) -> list[Item]:
    """Return all products that orders name."""
    rows = conn.execute("SELECT item_id, product, label, category FROM item_category")
    return [Item(row[0], row[1] or "", row[2] or "", row[3]) for row in rows]


def buyers(conn: sqlite3.Connection, item_ids: Collection[int]) -> frozenset[int]:
    """Return the references that ever bought one of these items."""
    rows = conn.execute(
        "SELECT DISTINCT k.customer_id FROM (SELECT DISTINCT r.customer_id AS id"
        " FROM reference_step AS x JOIN record AS r ON r.id = x.record_id) AS c"
        " JOIN record AS k ON k.customer_id = c.id"
        " JOIN sales_order AS o ON o.record_id = k.id AND o.state = 'counted' AND o.kind = 'sale'"
        " JOIN order_line AS l ON l.order_id = o.id AND l.kind = 'sale'"
        " WHERE l.item_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(item_ids)),),
    )
    return frozenset(int(row[0]) for row in rows)


def _listed(texts: Iterable[str | None]) -> frozenset[str]:
    """Return the parts of lists, as people write lists in a cell."""
    parts = (part.strip() for text in texts if text for part in _BETWEEN.split(text))
    return frozenset(part for part in parts if part)


def _by_customer(rows: Iterable[_Row]) -> dict[int, list[_Row]]:
    found: defaultdict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.customer_id].append(row)
    return dict(found)
