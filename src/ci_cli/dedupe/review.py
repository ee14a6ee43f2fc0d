"""Ask a person about pairs, one at a time, and keep each answer at once.

Every answer is a transaction of its own in which the pair is looked at again: another reviewer, a
merge or a split may have settled it meanwhile, and then nothing is written. An answer can be taken
back as long as the review lasts; later there are ``dedupe split`` and ``dedupe merge``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Literal, NamedTuple

from ci_cli.dedupe.outcome import checked, require_scan
from ci_cli.dedupe.pair_codes import code_of
from ci_cli.dedupe.why import explain_kept, explain_records
from ci_cli.shapes.reviews import RecordName, SheetPair
from ci_cli.shapes.trade import Author, PairSaid
from ci_cli.store import engine, reviews
from ci_cli.store.engine import Connection
from ci_cli.store.reviews import Candidate
from ci_cli.store.scans import LastScan
from ci_cli.store.writes import decisions, merges, splits
from ci_cli.store.writes.decisions import Verdict

Why = Literal["merge", "apart", "gone", "changed"]


class Card(NamedTuple):
    """All that a person should see of a pair.

    Attributes:
        said: what each field says.
        one: records of the one customer, the one that was compared first.
        other: records of the other.
    """

    said: PairSaid
    one: list[RecordName]
    other: list[RecordName]


class Overtaken(NamedTuple):
    """A pair that somebody settled meanwhile: merged, kept apart, or a record of it is gone.

    ``changed``: other records have come to one of the two customers, or left it; asked again.
    """

    pair: Candidate
    why: Why
    by: str | None = None
    at: str | None = None


class _Answered(NamedTuple):
    pair: Candidate
    verdict: Verdict
    run: int | None  # of the merge
    before: Verdict | None  # the decision that stood


class _SettledError(Exception):
    def __init__(self, found: Overtaken) -> None:
        super().__init__(found.why)
        self.found = found


class Review:
    """One sitting of a reviewer.

    Args:
        conn: the store, open for writing; it is locked only while an answer is written.
        author: who reviews.
        least: probability from which pairs are asked about; the scan's own by default.
        likely: the likeliest first; else those whose answer tells most.
        keep: False for a dry run.

    Attributes:
        answers: how often each answer was given and not taken back.
        overtaken: pairs that were settled before they were asked, to be told and taken out.

    Raises:
        CiError: ``dedupe-no-scan``, ``dedupe-threshold``.
    """

    def __init__(
        self, conn: Connection, author: Author, *, least: float | None = None,
        likely: bool = False, keep: bool = True,
    ) -> None:  # fmt: skip
        self.answers: dict[Verdict, int] = {"merge": 0, "apart": 0, "later": 0}
        self.overtaken: list[Overtaken] = []
        self._conn, self._author, self._keep = conn, author, keep
        self._least, self._likely = least, likely
        self._seen: set[tuple[int, int]] = set()
        self._done: list[_Answered] = []
        self._shown: list[int] = []  # all records of the two customers that were shown
        self._last = require_scan(conn)
        self._queue = deque(open_pairs(conn, least=least, likely=likely))

    @property
    def left(self) -> int:
        """How many pairs are still to be asked about, as far as known."""
        return len(self._queue)

    def current(self) -> Card | None:
        """Return the pair to ask about, None when all are answered.

        Pairs settled meanwhile are put into ``overtaken``. When somebody has scanned meanwhile, the
        pairs of that scan are asked about.
        """
        with engine.snapshot(self._conn):
            if reviews.newest_scan(self._conn) != self._last.id:
                self._last = require_scan(self._conn)
                found = open_pairs(self._conn, least=self._least, likely=self._likely)
                self._queue = deque(
                    one for one in found if (one.record_a, one.record_b) not in self._seen
                )
            while self._queue:
                pair = self._queue[0]
                try:
                    _open_state(self._conn, pair)
                except _SettledError as stop:
                    self._queue.popleft()
                    if not self._is_own(stop.found):
                        self.overtaken.append(stop.found)
                    continue
                shown = card(self._conn, self._last, pair)
                self._shown = _record_ids(shown.one, shown.other)
                return shown
        return None

    def answer(self, verdict: Verdict) -> Overtaken | None:
        """Keep an answer to the current pair; return why not, where it was settled meanwhile.

        Nobody is merged who was not on the screen: where records have joined one of the two since,
        nothing is kept either and the pair stays the current one.
        """
        pair = self._queue[0]
        records = (pair.record_a, pair.record_b)
        run = None
        try:
            with engine.transaction(self._conn, keep=self._keep):
                now = _open_state(self._conn, pair)
                self._check_shown(pair, now)
                if verdict == "merge":
                    customers = sorted((now.customer_a, now.customer_b))
                    merged = merges.merge_clusters(
                        self._conn, [customers], self._author, how="person"
                    )
                    run = merged.run
                decisions.decide(self._conn, [records], verdict, self._author)
        except _SettledError as stop:
            if stop.found.why != "changed":
                self._queue.popleft()
            return stop.found
        self._queue.popleft()
        before: Verdict | None = "later" if now.verdict == "later" else None
        self._done.append(_Answered(pair, verdict, run, before))
        self._seen.add(records)
        self.answers[verdict] += 1
        return None

    def undo(self) -> bool | None:
        """Take the last answer back and ask again.

        Returns:
            False where somebody has changed it since, so that nothing was taken back; None where
            nothing was answered yet.
        """
        if not self._done:
            return None
        last = self._done.pop()
        self.answers[last.verdict] -= 1
        self._seen.discard((last.pair.record_a, last.pair.record_b))
        with engine.transaction(self._conn, keep=self._keep):
            stands = not self._keep or self._take_back(last)
        if stands:
            self._queue.appendleft(last.pair)
        return stands

    def _check_shown(self, pair: Candidate, now: reviews.State) -> None:
        of = reviews.records_of_customers(self._conn, (now.customer_a, now.customer_b))
        if _record_ids(*of.values()) != self._shown:
            raise _SettledError(Overtaken(pair, "changed"))

    def _is_own(self, found: Overtaken) -> bool:
        """Tell whether an answer of this sitting settled a pair along with its own."""
        return (found.by, found.at) == (self._author.by, self._author.at)

    def _take_back(self, last: _Answered) -> bool:
        records = (last.pair.record_a, last.pair.record_b)
        now = reviews.state(self._conn, *records)
        if now is None or now.is_one != (last.verdict == "merge") or (
            not now.is_one and now.verdict != last.verdict
        ):  # fmt: skip
            return False
        if last.run is not None:
            splits.take_back(self._conn, self._author, number=last.run, decide=False)
        decisions.withdraw(self._conn, [records], self._author.at)
        if last.before is not None:
            decisions.decide(self._conn, [records], last.before, self._author)
        return True


def card(conn: Connection, last: LastScan, pair: Candidate) -> Card:
    """Return all that a person should see of a pair; call it inside a snapshot."""
    said = explain_records(conn, last, [pair.record_a], [pair.record_b])
    of = reviews.records_of_customers(conn, (said.customer_a, said.customer_b))

    def compared_first(customer: int, record: int) -> list[RecordName]:
        return sorted(of[customer], key=lambda one: (one.record_id != record, one.record_id))

    return Card(
        said,
        compared_first(said.customer_a, said.record_a),
        compared_first(said.customer_b, said.record_b),
    )


def pairs_for_sheet(
    conn: Connection, *, least: float | None = None, likely: bool = True, most: int | None = None
) -> tuple[int, list[SheetPair]]:
    """Return the number of the last scan and the open pairs, for a sheet to fill in.

    See :func:`open_pairs`; ``most`` says how many at most. Call it inside a snapshot.
    """
    last = require_scan(conn)
    found = open_pairs(conn, least=least, likely=likely)[:most]
    names = reviews.record_names(conn, [n for one in found for n in (one.record_a, one.record_b)])
    customers = {n for one in found for n in (one.customer_a, one.customer_b)}
    records = {n: len(of) for n, of in reviews.records_of_customers(conn, customers).items()}
    said = explain_kept(conn, last, [(one.record_a, one.record_b) for one in found])
    return last.id, [
        SheetPair(
            code_of(last.id, names[one.record_a], names[one.record_b]), None, one,
            records[one.customer_a], records[one.customer_b],
        )
        for one in said
    ]  # fmt: skip


def open_pairs(
    conn: Connection, *, least: float | None = None, likely: bool = False
) -> list[Candidate]:
    """Return the pairs of customers to ask about, those put off until later last.

    Args:
        conn: the store.
        least: probability from which on; the scan's own by default.
        likely: the likeliest first; else those whose answer tells most, then the likeliest.

    Raises:
        CiError: ``dedupe-no-scan``, ``dedupe-threshold``.
    """
    last = require_scan(conn)
    found = reviews.candidates(
        conn, checked(float(last.settings["review_at"]) if least is None else least)
    )
    if not likely:
        first = _most_telling(conn, found)
        chosen = set(first)
        found = [found[i] for i in first] + [one for i, one in enumerate(found) if i not in chosen]
    return [one for one in found if not one.later] + [one for one in found if one.later]


def _most_telling(conn: Connection, found: list[Candidate]) -> list[int]:
    """Return the places of the pairs whose answers would tell most, the best first."""
    import numpy as np

    from ci_cli.dedupe.questions import Askable, most_telling

    if not found:
        return []
    numbers, members = _clusters(conn)
    patterns: dict[str, int] = {}
    asked = Askable(
        np.array([one.record_a for one in found], np.int64),
        np.array([one.record_b for one in found], np.int64),
        np.array([one.probability for one in found]),
        np.array([patterns.setdefault(one.levels, len(patterns)) for one in found], np.int64),
        np.array([numbers[one.cluster_a] for one in found], np.int64),
        np.array([numbers[one.cluster_b] for one in found], np.int64),
        np.zeros(len(found), bool),
    )
    return most_telling(asked, np.array(members, np.int64))


def _clusters(conn: Connection) -> tuple[dict[int, int], list[int]]:
    """Return a number from 0 on for each cluster of the scan, and how many records each has."""
    numbers: dict[int, int] = {}
    members: list[int] = []
    for cluster, count in reviews.cluster_sizes(conn):
        numbers[cluster] = len(members)
        members.append(count)
    return numbers, members


def _record_ids(*customers: Sequence[RecordName]) -> list[int]:
    return sorted(record.record_id for records in customers for record in records)


def _open_state(conn: Connection, pair: Candidate) -> reviews.State:
    """Return how things stand between a pair that is open, else raise why it is not."""
    now = reviews.state(conn, pair.record_a, pair.record_b)
    if now is None:
        raise _SettledError(Overtaken(pair, "gone"))
    if now.is_one:
        raise _SettledError(Overtaken(pair, "merge", now.by, now.at))
    if now.verdict == "apart":
        raise _SettledError(Overtaken(pair, "apart", now.by, now.at))
    return now
