"""Merge and split as a person asks for it: by number or name, with every misunderstanding refused.

Merging what is merged already is no mistake, it changes nothing. A split that could mean several
merges asks which.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.trade import Author
from ci_cli.store import customers, merge_history
from ci_cli.store.engine import Connection
from ci_cli.store.writes import merges, splits
from ci_cli.text import msg


class Part(NamedTuple):
    """A customer that a merge or split concerns."""

    customer_id: int
    name: str
    records: int
    role: Literal["kept", "merged", "split"]


class Outcome(NamedTuple):
    """What was done: its number (None: nothing had to be done), and the customers concerned."""

    number: int | None
    parts: list[Part]


def merge(
    conn: Connection,
    words: Sequence[str],
    author: Author,
    *,
    keep: str | None = None,
) -> Outcome:
    """Merge customers into one; the caller holds the transaction.

    Args:
        conn: the store.
        words: the customers, each by number, source's id or name.
        author: who merges, when, and why.
        keep: which of them is kept; the first by default.

    Raises:
        CiError: a word means no customer or several, all words mean the same one, or ``keep`` is
            none of them.
    """
    if len({word.strip() for word in words}) < 2:
        raise CiError(
            "merge-itself",
            msg("A customer cannot be merged with itself."),
            hint=msg("Name two customers or more: ci-cli dedupe merge C1 C2"),
            exit_code=ExitCode.DECIDE,
        )
    living = list(dict.fromkeys(customers.find(conn, word) for word in words))
    kept = living[0] if keep is None else customers.find(conn, keep)
    if kept not in living:
        raise CiError(
            "merge-keep",
            msg("{word} is none of the customers to merge.", word=keep),
            hint=msg("Name with --keep one of them."),
            exit_code=ExitCode.DECIDE,
        )
    order = [kept, *(number for number in living if number != kept)]
    before = customers.names(conn, order)
    done = merges.merge_clusters(conn, [order], author, how="person")
    parts = [Part(n, *before[n], "kept" if n == kept else "merged") for n in order]
    return Outcome(done.run, parts)


def split(
    conn: Connection,
    what: str | None,
    author: Author,
    *,
    records: Sequence[int] = (),
    run: int | None = None,
    decide: bool = True,
) -> Outcome:
    """Take merges back, or let records leave their customer; the caller holds the transaction.

    Args:
        conn: the store.
        what: the number of a merge (``7``), or a customer. A customer that was merged away comes
            out again; a living one is taken apart where one merge alone made it.
        author: who splits, when, and why.
        records: numbers of records that leave the customer ``what`` together.
        run: the number of a command that merged many: all its merges are taken back.
        decide: keep apart what was parted: no scan proposes it again.

    Raises:
        CiError: nothing of the kind was merged, it was taken back before, or several merges may be
            meant.
    """
    if run is not None:
        if what is not None or records:
            raise _unclear()
        known = merge_history.events(conn, run=run)
        if not any(event.kind == "merge" for event in known):
            raise _no_merge(run)
        parted = splits.take_back(conn, author, run=run, decide=decide)
    elif what is None:
        raise _unclear()
    elif records:
        living = customers.find(conn, what)
        _check_records(conn, living, records)
        parted = splits.part(conn, list(dict.fromkeys(records)), author, decide=decide)
    else:
        number, came_from = _meant(conn, what.strip())
        parted = splits.take_back(conn, author, number=number, came_from=came_from, decide=decide)
    if parted.number is None:
        raise _nothing(what or str(run))
    parts = [number for now in parted.customers.values() for number in now]
    named = customers.names(conn, parts)
    return Outcome(
        parted.number,
        [
            Part(n, *named[n], "kept" if n == was else "split")
            for was, now in parted.customers.items()
            for n in now
        ],
    )


def _meant(conn: Connection, what: str) -> tuple[int, int | None]:
    """Return the merge that ``what`` means, and the customer that alone should come out of it."""
    if what.isdecimal() and len(what) <= 18:
        number = int(what)
        known = merge_history.events(conn, numbers=[number])
        if not known or known[0].kind != "merge":
            raise _no_merge(number)
        return number, None
    living, gone = customers.find(conn, what), customers.tombstone(conn, what)
    if gone is not None:
        # the last merge that carried it off
        holding = merge_history.holding(conn, came_from=gone)
        if not holding:
            raise _nothing(what)
        return holding[0], gone
    holding = merge_history.holding(conn, into=living)
    if not holding:
        raise _nothing(what)
    if len(holding) > 1:
        found = merge_history.events(conn, numbers=holding)
        raise CiError(
            "split-which",
            msg("Several merges made C{id} what it is.", id=living),
            hint=msg("Name one by its number, or the customer that should come out again."),
            exit_code=ExitCode.DECIDE,
            details=tuple(
                msg("{number}: {others} into C{kept}", number=event.number, kept=event.customer_id,
                    others=", ".join(f"C{other}" for other in event.others))
                for event in found
            ),
        )  # fmt: skip
    return holding[0], None


def _check_records(conn: Connection, customer_id: int, records: Sequence[int]) -> None:
    own = {int(row["id"]) for row in customers.records_of(conn, customer_id)}
    strange = [number for number in records if number not in own]
    if strange or own <= set(records):
        raise CiError(
            "split-records",
            msg("Record {number} is not one of C{id}.", number=strange[0], id=customer_id)
            if strange
            else msg("These are all records of C{id}: nothing would stay.", id=customer_id),
            hint=msg("`ci-cli customer show C{id}` lists its records.", id=customer_id),
            exit_code=ExitCode.DECIDE,
        )


def _no_merge(number: int) -> CiError:
    return CiError(
        "merge-unknown",
        msg("There is no merge {number}.", number=number),
        hint=msg("`ci-cli dedupe history` lists the merges."),
        exit_code=ExitCode.DECIDE,
    )


def _nothing(what: str) -> CiError:
    return CiError(
        "split-nothing",
        msg("Of {what} nothing is left to take back.", what=what),
        hint=msg(
            "`ci-cli dedupe history` lists the merges. To let single records leave: --record."
        ),
        exit_code=ExitCode.DECIDE,
    )


def _unclear() -> CiError:
    return CiError(
        "split-unclear",
        msg("It is not said what to split."),
        hint=msg("Name a merge, a customer, or --run with the number of a run: one of them."),
        exit_code=ExitCode.DECIDE,
    )
