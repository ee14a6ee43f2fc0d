"""Carry out the decisions of a filled-in sheet: all that are clear, in one transaction.

Nothing is merged that the sheet does not ask for: rows that contradict each other, or what somebody
decided meanwhile, are conflicts, and none of them is carried out. The same sheet again changes
nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ci_cli.dedupe.filled_sheet import FilledRow, read_sheet
from ci_cli.dedupe.outcome import require_scan
from ci_cli.dedupe.pair_codes import PairCode, code_of, parse_code
from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.models.names import name_key
from ci_cli.shapes.reviews import Applied, RowProblem
from ci_cli.shapes.trade import Author
from ci_cli.store import engine, reviews
from ci_cli.store.engine import Connection
from ci_cli.store.writes import decisions, merges
from ci_cli.store.writes.decisions import Verdict
from ci_cli.text import Msg, msg

WORDS: dict[str, Verdict] = {
    "merge": "merge", "apart": "apart", "later": "later",
    "合并": "merge", "分开": "apart", "稍后": "later",
}  # fmt: skip


class _Asked(NamedTuple):
    """A row that asks for something, its pair known."""

    row: FilledRow
    verdict: Verdict
    records: tuple[int, int]
    state: reviews.State

    @property
    def customers(self) -> tuple[int, int]:
        return self.state.customer_a, self.state.customer_b


@dataclass
class _Plan:
    rows: int = 0
    blank: int = 0
    unchanged: int = 0
    applied: list[_Asked] = field(default_factory=list)
    conflicts: list[RowProblem] = field(default_factory=list)
    rejected: list[RowProblem] = field(default_factory=list)

    def reject(self, row: FilledRow, why: Msg) -> None:
        self.rejected.append(RowProblem(row.line, row.pair, row.decision, "rejected", why))

    def conflict(self, row: FilledRow, why: Msg) -> None:
        self.conflicts.append(RowProblem(row.line, row.pair, row.decision, "conflict", why))


def apply_sheet(
    conn: Connection, path: Path, author: Author, *, older: bool = False, keep: bool = True
) -> Applied:
    """Carry out the decisions of a sheet.

    Args:
        conn: the store, open for writing; a transaction is begun only where there is something to
            write.
        path: the sheet.
        author: who decides.
        older: take a sheet of an earlier scan, too.
        keep: False for a dry run.

    Raises:
        CiError: ``review-file-headings``, ``review-file-older``, ``dedupe-no-scan``; what the
            readers raise.
    """
    rows = read_sheet(path)
    with engine.snapshot(conn):
        last = require_scan(conn).id
        _check_scan(rows, last, path, older=older)
        plan = _plan(conn, rows, last)
    if not plan.applied:
        return _outcome(plan, None)
    with engine.transaction(conn, keep=keep):
        plan = _plan(conn, rows, last)  # somebody may have decided in between
        merged = _carry_out(conn, plan, author)
        return _outcome(plan, merged)


def _check_scan(rows: Sequence[FilledRow], last: int, path: Path, *, older: bool) -> None:
    codes = [(row, parse_code(row.pair)) for row in rows if row.decision]
    of = {code.scan for _row, code in codes if code is not None and 0 < code.scan < last}
    if of and not older:
        raise CiError(
            "review-file-older",
            msg("The file is of scan {scan}, but the last scan is number {last}.", scan=min(of),
                last=last),
            hint=msg("Write a new file with `ci-cli dedupe review -o FILE`, or add --older: then"
                     " each row is checked against the records of today."),
            where=Where(file=str(path)),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip


def _plan(conn: Connection, rows: Sequence[FilledRow], last: int) -> _Plan:
    plan = _Plan(len(rows))
    asked = [one for row in rows if (one := _understood(conn, plan, row, last)) is not None]
    asked = _without_twice(plan, asked)
    asked = _without_settled(plan, asked)
    plan.applied = _without_contradictions(conn, plan, asked)
    return plan


def _understood(conn: Connection, plan: _Plan, row: FilledRow, last: int) -> _Asked | None:
    """Return what a row asks for; None where it is blank, or rejected."""
    if row.damage is not None:
        plan.reject(row, row.damage)
        return None
    word = unicodedata.normalize("NFKC", row.decision).strip().casefold()
    if not word:
        plan.blank += 1
        return None
    verdict = WORDS.get(word)
    if verdict is None:
        plan.reject(row, msg("a decision is one of: {words}", words=", ".join(WORDS)))
        return None
    code = parse_code(row.pair)
    if code is None:
        plan.reject(row, msg("this is no code of a pair"))
        return None
    state = reviews.state(conn, code.record_a, code.record_b)
    if state is None:
        plan.reject(row, msg("no longer there: the records of this pair"))
        return None
    why = _strange(conn, row, code, last)
    if why is not None:
        plan.reject(row, why)
        return None
    return _Asked(row, verdict, (code.record_a, code.record_b), state)


def _strange(conn: Connection, row: FilledRow, code: PairCode, last: int) -> Msg | None:
    """Return why a code is not that of the pair it stands beside, None where it is."""
    names = reviews.record_names(conn, (code.record_a, code.record_b))
    one, other = names[code.record_a], names[code.record_b]
    if code.scan > last or code_of(code.scan, one, other).lower() != row.pair.strip().lower():
        return msg("the code was changed, or is of another store")
    for told, name in ((row.name_a, one.name), (row.name_b, other.name)):
        # a spreadsheet may alter a name: what it is made of must be the same, where that is known
        if told and name.isprintable() and name_key(told) != name_key(name):
            return msg("the names in the row are not those of the pair: {one}; {other}",
                       one=one.name, other=other.name)  # fmt: skip
    return None


def _without_twice(plan: _Plan, asked: list[_Asked]) -> list[_Asked]:
    """Return each pair once; a pair with two different decisions is a conflict."""
    verdicts: dict[tuple[int, int], set[Verdict]] = {}
    for one in asked:
        verdicts.setdefault(one.records, set()).add(one.verdict)
    known: set[tuple[int, int]] = set()
    kept = []
    for one in asked:
        if len(verdicts[one.records]) > 1:
            plan.conflict(one.row, msg("the file decides this pair in two ways"))
        elif one.records in known:
            plan.unchanged += 1
        else:
            known.add(one.records)
            kept.append(one)
    return kept


def _without_settled(plan: _Plan, asked: list[_Asked]) -> list[_Asked]:
    """Return what is not as it should be yet; what somebody decided otherwise is a conflict."""
    kept = []
    for one in asked:
        settled = "merge" if one.state.is_one else one.state.verdict
        if settled == one.verdict or (one.verdict == "later" and settled is not None):
            plan.unchanged += 1
        elif settled == "merge":
            plan.conflict(
                one.row,
                msg("they are one customer already, C{id}; `ci-cli dedupe split` parts them",
                    id=one.state.customer_a),
            )  # fmt: skip
        elif settled == "apart":
            plan.conflict(
                one.row,
                msg("{who} keeps them apart; `ci-cli dedupe merge` joins them nevertheless",
                    who=one.state.by or ""),
            )  # fmt: skip
        else:
            kept.append(one)
    return kept


def _without_contradictions(conn: Connection, plan: _Plan, asked: list[_Asked]) -> list[_Asked]:
    """Return what can be true at once: who is merged, if over others, must not be kept apart."""
    groups = _Groups()
    for one in asked:
        if one.verdict == "merge":
            groups.join(*one.customers)
    torn = {
        groups.of(one.customers[0])
        for one in asked
        if one.verdict == "apart" and groups.together(*one.customers)
    }
    apart = [pair for pair in reviews.kept_apart(conn) if groups.together(*pair)]
    before = {groups.of(pair[0]) for pair in apart}
    kept = []
    for one in asked:
        group = groups.of(one.customers[0])
        inside = one.verdict == "merge" or groups.together(*one.customers)
        if inside and group in torn:
            plan.conflict(
                one.row,
                msg("the file merges these over other pairs, and keeps them apart"),
            )
        elif inside and group in before:
            plan.conflict(
                one.row,
                msg("together with other pairs of the file it would merge whom a person keeps"
                    " apart"),
            )  # fmt: skip
        else:
            kept.append(one)
    return kept


class _Groups:
    """Which customers the merges of a file bring together."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def of(self, customer: int) -> int:
        root = customer
        while (above := self._above.get(root, root)) != root:
            root = above
        while (above := self._above.get(customer, customer)) != root:
            self._above[customer] = root
            customer = above
        return root

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.of(one), self.of(other)))
        self._above[high] = low

    def together(self, one: int, other: int) -> bool:
        return one != other and self.of(one) == self.of(other)


def _carry_out(conn: Connection, plan: _Plan, author: Author) -> merges.Merged | None:
    groups = _Groups()
    customers: set[int] = set()
    for one in plan.applied:
        if one.verdict == "merge":
            groups.join(*one.customers)
            customers.update(one.customers)
    clusters: dict[int, list[int]] = {}
    for customer in sorted(customers):
        clusters.setdefault(groups.of(customer), []).append(customer)
    merged = None
    if clusters:
        merged = merges.merge_clusters(conn, clusters.values(), author, how="person")
    for verdict in ("merge", "apart", "later"):
        pairs = [one.records for one in plan.applied if one.verdict == verdict]
        decisions.decide(conn, pairs, verdict, author)
    return merged


def _outcome(plan: _Plan, merged: merges.Merged | None) -> Applied:
    problems = sorted([*plan.conflicts, *plan.rejected], key=lambda problem: problem.line)
    said = dict.fromkeys(("merge", "apart", "later"), 0)
    for one in plan.applied:
        said[one.verdict] += 1
    done = Applied(
        plan.rows, said["merge"], said["apart"], said["later"], plan.unchanged, plan.blank,
        len(plan.conflicts), len(plan.rejected),
        0 if merged is None else merged.customers, None if merged is None else merged.run, problems,
    )  # fmt: skip
    if not done.balanced:
        raise AssertionError(f"rows of the sheet do not add up: {done[:8]}")
    return done
