"""Reviews, complaints and ratings from other programs: recognised, linked, idempotent, undone."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ci_cli.errors import CiError, Where
from ci_cli.importing.talks.choose import map_table
from ci_cli.importing.talks.feedback import Rating, read_rating
from ci_cli.store import engine, seals, voices
from ci_cli.store.writes import undo
from importer import AT, bring_in, new_store
from store_dump import logical_dump


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4", (4, None)), ("4/5", (4, 5)), (" 4 / 5 ", (4, 5)), ("4 out of 5", (4, 5)),
        ("4 of 5 ", (4, 5)), ("4,5/5", (4.5, 5)), ("4.5", (4.5, None)), ("80%", (80, 100)),
        ("９", (9, None)), ("5分", (5, None)), ("4星", (4, None)), ("5 stars", (5, None)),
        ("★★★★☆", (4, 5)), ("★★★★★", (5, None)), ("⭐️⭐️", (2, None)), ("☆☆☆☆☆", (0, 5)),
        ("0", (0, None)), ("-1", (-1, None)), ("good", None), ("6/5", None), ("120 %", None),
        ("4/5/2026", None), ("", None), ("1" * 500, None), ("٤", (4, None)),
    ],
)  # fmt: skip
def test_ratings_as_people_write_them(text: str, expected: tuple[float, int | None] | None) -> None:
    wanted = None if expected is None else Rating(int(expected[0] * 1_000_000), expected[1])
    assert read_rating(text) == wanted


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_ratings(text: str) -> None:
    found = read_rating(text)
    assert found is None or found.high is None or found.value <= found.high * 1_000_000


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("Review Date|Customer Name|Rating|Review Text|Product", "2026-03-01|Acme|4|ok|Tea",
         {"feedback.date": 0, "customer.name": 1, "feedback.rating": 2, "feedback.text": 3,
          "feedback.product": 4}),
        ("客户名称|评价时间|评分|评价内容|评价渠道", "甲|2026-03-01|5|好|京东",
         {"customer.name": 0, "feedback.date": 1, "feedback.rating": 2, "feedback.text": 3,
          "feedback.channel": 4}),
        ("Respondent|Email|NPS Score|NPS Comment|Response Date", "Ann|a@b.example|9|ok|2026-03-01",
         {"contact.email": 1, "feedback.rating": 2, "feedback.text": 3, "feedback.date": 4}),
        ("Feedback ID|Feedback Date|Account|Feedback Type|Ask|Feedback Text|Feedback Channel",
         "F-1|2026-03-01|Acme|request|drop|fewer visits|call",
         {"feedback.id": 0, "feedback.date": 1, "customer.name": 2, "feedback.kind": 3,
          "feedback.ask": 4, "feedback.text": 5, "feedback.channel": 6}),
    ],
    ids=lambda value: value.split("|")[0] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_list_of_feedback_is_known_by_its_headers(
    header: str, row: str, expected: dict[str, int]
) -> None:
    found = map_table(header.split("|"), [row.split("|")], None, {}, [], Where())
    assert found.kind == "feedback"
    told = {column.field: column.index for column in found.columns if column.field}
    assert expected.items() <= told.items()


@pytest.mark.parametrize(
    "header",
    [
        "Order ID|Order Date|Customer Name|Product|Quantity|Amount|Review Score|Review Comment",
        "Product ID|Product Name|Category|Price|Rating|Reviews",
        "工单编号|客户名称|投诉内容|投诉时间|处理人|工单状态",
    ],
)
def test_what_is_no_list_of_feedback_is_not_taken_for_one(header: str) -> None:
    try:
        kind = map_table(header.split("|"), [], None, {}, [], Where()).kind
    except CiError as error:
        assert error.code == "kind-unknown"  # noqa: PT017
    else:
        assert kind != "feedback"


def write(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    header = ["Customer ID", "Review Date", "Rating", "Review Text", "Feedback Type", "Ask"]
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([header, *rows])
    return path


def test_feedback_hangs_on_its_customer_and_goes_with_its_import(tmp_path: Path) -> None:
    store = new_store(tmp_path / "ci.db")
    (tmp_path / "customers.csv").write_text("Customer ID,Customer Name\nK1,甲\nK2,Blue\n")
    bring_in(store, tmp_path / "customers.csv", kind="customers")
    before = logical_dump(store)
    rows = [
        ["K1", "2026-03-01", "4/5", "<script>alert(1)</script>", "praise", ""],
        ["K2", "2026-03-02", "", "fewer visits", "", "drop"],
        ["K9", "2026-03-03", "bad", "=1+1", "gossip", ""],
        ["K2", "2026-03-04", "", "", "", ""],
    ]
    result = bring_in(store, write(tmp_path / "reviews.csv", rows))
    counts = result.files[0].counts
    assert (counts.created, counts.rejected) == (3, 1)
    with closing(engine.connect(store)) as conn:
        told = {one.day: one for one in voices.listing(conn)}
    assert told["2026-03-01"].customer_id == 1
    assert (told["2026-03-01"].kind, told["2026-03-01"].rating, told["2026-03-01"].high) == (
        "praise", 4_000_000, 5,
    )  # fmt: skip
    assert (told["2026-03-02"].kind, told["2026-03-02"].ask) == ("request", "drop")
    assert (told["2026-03-03"].kind, told["2026-03-03"].rating) == ("review", None)
    with closing(engine.connect(store, write=True)) as conn:
        extra = conn.execute("SELECT extra FROM feedback WHERE day = '2026-03-03'").fetchone()[0]
        assert '"rating": "bad"' in extra
        assert '"kind": "gossip"' in extra
        with engine.transaction(conn):
            undo.undo(conn, 2, AT)
        assert not seals.broken(conn)
    assert logical_dump(store) == before


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=8)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["K1", "K2", ""]), st.just("2026-03-01"),
            st.sampled_from(["4", "★", "x", ""]), st.text("aé中<=\"',\n ", max_size=8),
            st.sampled_from(["", "投诉", "?"]), st.sampled_from(["", "drop", "?"]),
        ),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_import_twice_is_import_once(rows: list[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = new_store(Path(folder) / "ci.db")
        path = write(Path(folder) / "reviews.csv", rows)
        try:
            first = bring_in(store, path, kind="feedback").files[0].counts
        except CiError as error:
            assert error.code in ("table-empty", "nothing-imported")  # noqa: PT017
            return
        after = logical_dump(store)
        again = bring_in(store, path, kind="feedback").files[0].counts
        assert logical_dump(store) == after
        assert (again.created, again.updated) == (0, 0)
        assert (again.unchanged, again.rejected) == (first.created, first.rejected)
