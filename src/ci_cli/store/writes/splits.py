"""Part customers again: take a merge back exactly, or let records leave.

When a merge is taken back, its records that are still together with the customer that it kept
return to where they came from, whatever was merged, imported or edited meanwhile. A record that
came in through another door (another merge, a later import under its own key) stays; what was
linked meanwhile goes with the record that bears the evidence of the link. What is typed in after a
merge stands in the founding record of the customer that was kept, and stays there.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ci_cli.shapes.trade import Author
from ci_cli.store.writes import decisions, links, membership, regroups
from ci_cli.store.writes.regroups import HELD

# customers that come apart in one go of which every pair is kept apart; beyond, each of them is
# kept apart only from the one that they were together in: the pairs would be millions
ALL_PAIRS_UP_TO = 200


@dataclass(frozen=True)
class Parted:
    """What a split did: its number, and the customers that there are now of each that was split."""

    number: int | None
    customers: dict[int, list[int]] = field(default_factory=dict)
    records: int = 0


def take_back(
    conn: sqlite3.Connection,
    author: Author,
    *,
    number: int | None = None,
    run: int | None = None,
    came_from: int | None = None,
    decide: bool = True,
) -> Parted:
    """Take merges back, as far as their records are still together.

    Args:
        conn: the store, inside a transaction.
        author: who does it, when, and why.
        number: only this merge.
        run: only the merges of the command whose first merge has this number.
        came_from: only what came from this customer, which was merged away.
        decide: also keep those who come apart from being proposed or merged by a scan again.
    """
    asked = {
        "h.regroup_id = ?": number,
        "h.regroup_id IN (SELECT id FROM regroup WHERE run = ?)": run,
        "h.from_customer_id = ?": came_from,
    }
    conditions = [text for text, value in asked.items() if value is not None]
    values = [value for value in asked.values() if value is not None]
    conn.execute("DROP TABLE IF EXISTS temp.rg_taken")
    conn.execute(
        f"CREATE TEMP TABLE rg_taken AS SELECT h.* FROM ({HELD}) AS h"
        f" WHERE {' AND '.join(conditions) or 'true'}",
        values,
    )
    # of several merges taken back at once the first tells where a record came from
    going: dict[int, int] = {}
    for record_id, customer_id in conn.execute(
        "SELECT record_id, from_customer_id FROM rg_taken ORDER BY regroup_id"
    ):
        going.setdefault(record_id, customer_id)
    _reconsider_links(conn, going, author.at)
    membership.plan(conn, going.items())
    return _part(conn, author, decide=decide)


def _reconsider_links(conn: sqlite3.Connection, going: dict[int, int], at: str) -> None:
    """Let records linked since a merge go where their link points, whatever merges came later.

    A link that fits several of the customers which come apart is taken back: had they not been
    merged, the name would have waited for a person. So it does now.
    """
    appeals = links.evidence(
        conn, "SELECT r.customer_id FROM rg_taken AS t JOIN record AS r ON r.id = t.record_id"
    )
    if not appeals:
        return
    came_from: dict[int, dict[int, int]] = {}  # merge -> record -> its customer before
    for number, record_id, customer_id in conn.execute(
        "SELECT regroup_id, record_id, from_customer_id FROM regrouped"
        " WHERE regroup_id IN (SELECT regroup_id FROM rg_taken)"
    ):
        came_from.setdefault(number, {})[record_id] = customer_id
    doubtful = []
    for linked, bearers in appeals.items():
        # where those whom the link fits came from, in the merges that the link is younger than
        origins = [
            {before[b] for b in bearers if b in before}
            for before in came_from.values()
            if linked not in before
        ]
        if any(origins):
            going.pop(linked, None)
        if any(len(customers) > 1 for customers in origins):
            doubtful.append(linked)
    condition = f"how <> 'person' AND record_id IN (SELECT value FROM json_each('{doubtful}'))"
    links.take_back(conn, condition, at)


def part(
    conn: sqlite3.Connection,
    records: Sequence[int],
    author: Author,
    *,
    decide: bool = True,
) -> Parted:
    """Let records leave their customer together; they must not be all of it.

    The part that holds the founding record keeps the customer's number. See ``take_back`` for the
    other arguments.
    """
    customer_id, rest = _others(conn, records)
    own = _linked_to(conn, customer_id, set(records))
    if set(rest) - own:  # what is linked to them leaves with them, unless it is all that stays
        records, rest = [*records, *sorted(own)], [r for r in rest if r not in own]
    leaving = rest if customer_id in records else records
    heir = membership.founder(conn, leaving)
    membership.plan(conn, [(number, heir) for number in leaving])
    few = len(records) * len(rest) <= ALL_PAIRS_UP_TO**2
    pairs = list(itertools.product(records, rest)) if few else [(customer_id, heir)]
    return _part(conn, author, decide=decide, pairs=pairs)


def _others(conn: sqlite3.Connection, records: Sequence[int]) -> tuple[int, list[int]]:
    """Return the customer of ``records`` and its other records."""
    customer_id = conn.execute(
        "SELECT customer_id FROM record WHERE id = ?", (records[0],)
    ).fetchone()[0]
    every = conn.execute("SELECT id FROM record WHERE customer_id = ? ORDER BY id", (customer_id,))
    chosen = set(records)
    return int(customer_id), [row[0] for row in every if row[0] not in chosen]


def _linked_to(conn: sqlite3.Connection, customer_id: int, records: set[int]) -> set[int]:
    """Return what is linked to ``records`` and to nothing else of their customer."""
    appeals = links.evidence(conn, str(int(customer_id)))
    return {
        linked for linked, bearers in appeals.items() if bearers and bearers <= records
    } - records


def _part(
    conn: sqlite3.Connection, author: Author, *, decide: bool,
    pairs: Sequence[tuple[int, int]] = (),
) -> Parted:  # fmt: skip
    """Carry the moves of ``cu_move`` out as a split: with event, decisions and links."""
    appeals = links.evidence(
        conn, "SELECT r.customer_id FROM cu_move AS m JOIN record AS r ON r.id = m.record_id"
    )
    _take_linked_along(conn, appeals)
    conn.execute("DROP TABLE IF EXISTS temp.rg_before")
    conn.execute(
        "CREATE TEMP TABLE rg_before AS SELECT r.id, r.customer_id FROM record AS r WHERE"
        " r.customer_id IN (SELECT x.customer_id FROM cu_move AS m JOIN record AS x"
        " ON x.id = m.record_id)"
    )
    membership.carry_out(conn)
    changed = "FROM rg_before AS b JOIN record AS r ON r.id = b.id"
    numbers = regroups.write_events(
        conn, "split",
        f"SELECT DISTINCT b.customer_id {changed} WHERE r.customer_id <> b.customer_id",
        author,
    )  # fmt: skip
    if not numbers:
        return Parted(None)
    conn.execute(
        "INSERT INTO regrouped (regroup_id, record_id, from_customer_id, to_customer_id)"
        f" SELECT e.number, b.id, b.customer_id, r.customer_id {changed}"
        " JOIN rg_event AS e ON e.customer_id = b.customer_id ORDER BY e.number, b.id"
    )
    _settle_links(conn, appeals, author.at)
    _withdraw_merges(conn, author.at)
    parts: dict[int, list[int]] = {}
    for was, now in conn.execute(
        f"SELECT DISTINCT b.customer_id, r.customer_id {changed} WHERE b.customer_id IN"
        " (SELECT customer_id FROM rg_event) ORDER BY 1, r.customer_id <> b.customer_id, 2"
    ):
        parts.setdefault(was, []).append(now)
    if decide:
        decisions.decide(conn, pairs or _apart(parts), "apart", author)
    records = conn.execute(
        "SELECT count(*) FROM regrouped"
        " WHERE regroup_id >= ? AND from_customer_id <> to_customer_id",
        (numbers[0],),
    ).fetchone()[0]
    return Parted(numbers[0], parts, records)


def _apart(parts: dict[int, list[int]]) -> Iterable[tuple[int, int]]:
    for founders in parts.values():
        if len(founders) <= ALL_PAIRS_UP_TO:
            yield from itertools.combinations(founders, 2)
        else:
            yield from ((founders[0], other) for other in founders[1:])


def _take_linked_along(conn: sqlite3.Connection, appeals: dict[int, set[int]]) -> None:
    """Let what is linked go with the records that it was linked for."""
    going = {row[0]: row[1] for row in conn.execute("SELECT record_id, customer_id FROM cu_move")}
    for linked, bearers in appeals.items():
        targets = {going.get(bearer) for bearer in bearers}
        if linked not in going and len(targets) == 1 and None not in targets:
            conn.execute("INSERT INTO cu_move VALUES (?, ?)", (linked, *targets))


def _settle_links(conn: sqlite3.Connection, appeals: dict[int, set[int]], at: str) -> None:
    """Let links name the customer of today; those parted from what they appeal to are over.

    Without a batch it is a person's word, which later imports respect (see ``links``).
    """
    was, now = {}, {}
    for number, before, after in conn.execute(
        "SELECT b.id, b.customer_id, r.customer_id FROM rg_before AS b JOIN record AS r USING (id)"
    ):
        was[number], now[number] = before, after
    for linked, bearers in appeals.items():
        if bearers and now[linked] not in {now[bearer] for bearer in bearers}:
            conn.execute(
                "UPDATE link SET undone_at = ?, batch_id = NULL"
                " WHERE record_id = ? AND undone_at IS NULL",
                (at, linked),
            )
        elif now[linked] != was[linked]:
            conn.execute(
                "UPDATE link SET to_customer_id = ? WHERE record_id = ? AND undone_at IS NULL"
                " AND to_customer_id = ?",
                (now[linked], linked, was[linked]),
            )


def _withdraw_merges(conn: sqlite3.Connection, at: str) -> None:
    """Withdraw what was decided to be one customer and is no longer."""
    conn.execute(
        "UPDATE decision SET withdrawn_at = ? WHERE id IN (SELECT d.id FROM rg_before AS b"
        " JOIN decision AS d ON d.record_a = b.id AND d.withdrawn_at IS NULL"
        " AND d.verdict = 'merge' JOIN record AS x ON x.id = d.record_a"
        " JOIN record AS y ON y.id = d.record_b WHERE x.customer_id <> y.customer_id)",
        (at,),
    )
