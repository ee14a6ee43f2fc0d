"""Answers of reviewers: each kept at once, taken back exactly, never asked twice, never overrun."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import dedupe_help
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ci_cli.dedupe import outcome
from ci_cli.dedupe.review import Review, open_pairs
from ci_cli.dedupe.scan import scan
from ci_cli.errors import CiError
from ci_cli.shapes.trade import Author
from ci_cli.store import engine, reviews
from ci_cli.store.engine import Connection
from ci_cli.store.writes import decisions, merges
from importer import AT, bring_in, new_store

import dedupe_lists  # isort: skip  (found by dedupe_help)

assert dedupe_help
ANN, BOB = Author("ann", "2026-01-03T10:00:00+00:00"), Author("bob", "2026-01-03T10:00:01+00:00")


def scanned(folder: Path, size: int = 120, seed: int = 4) -> Path:
    """Return a store with a list of companies, scanned."""
    columns, _truth = dedupe_lists.firms(size, seed)
    store = new_store(folder / "s.db")
    lines = [",".join(["customer id", *columns])]
    for i in range(size):
        cells = (values[i] or "" for values in columns.values())
        lines.append(",".join([f"K{i:05}", *(f'"{cell}"' for cell in cells)]))
    (folder / "list.csv").write_text("\n".join(lines) + "\n", "utf-8")
    bring_in(store, folder / "list.csv", kind="customers", source="shop")
    with opened(store) as conn:
        scan(conn, by="tester", at=AT)
    return store


def opened(store: Path) -> closing[Connection]:
    return closing(engine.connect(store, write=True))


def rows(conn: Connection, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in conn.execute(query)]


def membership(conn: Connection) -> list[tuple[Any, ...]]:
    return rows(conn, "SELECT id, customer_id FROM record ORDER BY id")


def standing(conn: Connection) -> list[tuple[int, int, str]]:
    return sorted(decisions.standing(conn))


def names_of(pairs: Sequence[reviews.Candidate]) -> set[tuple[int, int]]:
    return {(pair.record_a, pair.record_b) for pair in pairs}


@pytest.mark.parametrize("likely", [False, True])
def test_every_open_pair_is_asked_once(likely: bool, tmp_path: Path) -> None:
    with opened(scanned(tmp_path)) as conn:
        wanted = names_of(open_pairs(conn))
        assert len(wanted) > 10
        sitting = Review(conn, ANN, likely=likely)
        asked = []
        while (shown := sitting.current()) is not None:
            asked.append((shown.said.record_a, shown.said.record_b))
            assert sitting.answer("apart") is None
        assert len(asked) == len(set(asked))
        assert set(asked) == wanted
        assert sitting.answers == {"merge": 0, "apart": len(wanted), "later": 0}
        assert Review(conn, ANN).current() is None
        # nor after the next scans, and nothing merges them unasked
        for full in (False, True):
            found = scan(conn, by="tester", at=BOB.at, full=full, auto=True)
            assert found.merged == 0
            again = Review(conn, ANN).current()
            assert again is None or (again.said.record_a, again.said.record_b) not in wanted


def test_the_likeliest_first_or_the_most_telling(tmp_path: Path) -> None:
    with opened(scanned(tmp_path)) as conn:
        likely = [pair.weight for pair in open_pairs(conn, likely=True)]
        assert likely == sorted(likely, reverse=True)
        telling = open_pairs(conn)
        assert names_of(telling) == names_of(open_pairs(conn, likely=True))
        doubt = [min(pair.probability, 1 - pair.probability) for pair in telling]
        assert doubt[0] > doubt[len(doubt) // 2]


def test_what_was_put_off_comes_last_the_next_time(tmp_path: Path) -> None:
    with opened(scanned(tmp_path)) as conn:
        sitting = Review(conn, ANN)
        first = sitting.current()
        assert first is not None
        before = sitting.left
        sitting.answer("later")
        assert sitting.left == before - 1  # not again in this sitting
        again = open_pairs(conn)
        assert len(again) == before
        assert (again[-1].record_a, again[-1].record_b) == (
            first.said.record_a,
            first.said.record_b,
        )


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers=st.lists(st.sampled_from(["merge", "apart", "later"]), min_size=1, max_size=14))
def test_taking_all_answers_back_leaves_nothing_of_them(
    answers: list[Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with opened(scanned(tmp_path_factory.mktemp("undo"), 80)) as conn:
        with engine.transaction(conn):
            put_off = open_pairs(conn)[1]
            decisions.decide(conn, [(put_off.record_a, put_off.record_b)], "later", BOB)
        before = membership(conn), standing(conn), names_of(open_pairs(conn))
        sitting = Review(conn, ANN)
        given_ = 0
        for verdict in answers:
            if sitting.current() is None:
                break
            assert sitting.answer(verdict) is None
            given_ += 1
        assert sum(sitting.answers.values()) == given_
        assert not sitting.overtaken  # what one's own merges settle is passed over in silence
        for _ in range(given_):
            assert sitting.undo() is True
        assert sitting.undo() is None
        assert (membership(conn), standing(conn), names_of(open_pairs(conn))) == before
        assert set(sitting.answers.values()) == {0}


def test_two_reviewers_never_overrun_each_other(tmp_path: Path) -> None:
    store = scanned(tmp_path)
    with opened(store) as one, opened(store) as other:
        ann, bob = Review(one, ANN, likely=True), Review(other, BOB, likely=True)
        seen = ann.current(), bob.current()
        assert seen[0] == seen[1]
        assert ann.answer("apart") is None
        stopped = bob.answer("merge")  # it was on the screen when ann decided
        assert stopped is not None
        assert (stopped.why, stopped.by) == ("apart", "ann")
        assert rows(one, "SELECT count(*) FROM regroup") == [(0,)]
        # merged before it comes up: told, and skipped
        shown = ann.current()
        assert shown is not None
        ann.answer("merge")
        following = bob.current()
        assert following is not None
        assert following.said.record_a != shown.said.record_a or (
            following.said.record_b != shown.said.record_b
        )
        assert [(found.why, found.by) for found in bob.overtaken] == [("merge", "ann")]
        assert bob.answers == {"merge": 0, "apart": 0, "later": 0}


def test_nobody_is_merged_who_was_not_on_the_screen(tmp_path: Path) -> None:
    store = scanned(tmp_path)
    with opened(store) as one, opened(store) as other:
        ann = Review(one, ANN, likely=True)
        shown = ann.current()
        assert shown is not None
        a, b = shown.said.customer_a, shown.said.customer_b
        stranger = max(row[0] for row in membership(one) if row[1] not in (a, b))
        with engine.transaction(other):
            merges.merge_clusters(other, [[a, stranger]], BOB, how="person")
        stopped = ann.answer("merge")
        assert stopped is not None
        assert stopped.why == "changed"
        assert ann.answers["merge"] == 0
        again = ann.current()  # the same pair, with all that it is now
        assert again is not None
        assert (again.said.record_a, again.said.record_b) == (
            shown.said.record_a, shown.said.record_b,
        )  # fmt: skip
        assert stranger in {record.record_id for record in again.one}
        assert ann.answer("merge") is None
        assert dict(membership(one))[b] == dict(membership(one))[stranger]


def test_an_undo_never_takes_back_what_somebody_else_did_since(tmp_path: Path) -> None:
    store = scanned(tmp_path)
    with opened(store) as one, opened(store) as other:
        ann = Review(one, ANN, likely=True)
        shown = ann.current()
        assert shown is not None
        pair = (shown.said.record_a, shown.said.record_b)
        ann.answer("later")
        bob = Review(other, BOB, least=0.05, likely=True)
        while (card := bob.current()) is not None:
            if (card.said.record_a, card.said.record_b) == pair:
                bob.answer("apart")
                break
            bob.answer("later")
        before = standing(other)
        assert ann.undo() is False
        assert standing(other) == before


def test_a_scan_meanwhile_brings_its_pairs(tmp_path: Path) -> None:
    store = scanned(tmp_path)
    with opened(store) as one, opened(store) as other:
        ann = Review(one, ANN)
        ann.current()
        ann.answer("later")
        (tmp_path / "more.csv").write_text(
            (tmp_path / "list.csv").read_text("utf-8").splitlines()[0]
            + "\n" + (tmp_path / "list.csv").read_text("utf-8").splitlines()[1].replace("K0", "N0"),
            "utf-8",
        )  # fmt: skip
        bring_in(store, tmp_path / "more.csv", kind="customers", source="other")
        scan(other, by="tester", at=BOB.at)
        before = ann.left
        assert ann.current() is not None
        assert ann.left >= before  # a copy of the first record has come


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    store = scanned(tmp_path)
    before = store.read_bytes()
    with opened(store) as conn:
        sitting = Review(conn, ANN, keep=False)
        for verdict in ("merge", "apart", "later"):
            sitting.current()
            assert sitting.answer(verdict) is None  # type: ignore[arg-type]
        assert sitting.undo() is True
    assert store.read_bytes() == before


def test_all_records_of_a_customer_are_shown(tmp_path: Path) -> None:
    with opened(scanned(tmp_path, 200)) as conn:
        sitting = Review(conn, ANN, likely=True)
        most = 1
        while (shown := sitting.current()) is not None:
            for records, customer in ((shown.one, shown.said.customer_a),
                                      (shown.other, shown.said.customer_b)):  # fmt: skip
                own = rows(conn, f"SELECT id FROM record WHERE customer_id = {customer}")
                assert {(record.record_id,) for record in records} == set(own)
                most = max(most, len(own))
            assert (shown.one[0].record_id, shown.other[0].record_id) == (
                shown.said.record_a, shown.said.record_b,
            )  # fmt: skip
            sitting.answer("merge")
        assert most > 1


def test_thresholds_are_checked(tmp_path: Path) -> None:
    with opened(scanned(tmp_path)) as conn:
        assert len(open_pairs(conn, least=0.05)) >= len(open_pairs(conn))
        with pytest.raises(CiError) as refused:
            open_pairs(conn, least=0.001)
        assert refused.value.code == "dedupe-threshold"
        assert outcome.require_scan(conn).id == reviews.newest_scan(conn)
