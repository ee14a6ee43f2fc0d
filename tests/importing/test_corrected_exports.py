"""``--complete``: a corrected export replaces a period, and undo brings the period back.

The oracle is another store: one into which only the corrected export ever came.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ci_cli.errors import CiError, ExitCode
from ci_cli.store import engine, journal, seals
from ci_cli.store.writes import undo
from importer import AT, bring_in, new_store
from store_dump import logical_dump

JANUARY = ("2024-01-01", "2024-01-31")
FLAT = [
    "order id", "order date", "customer id", "customer name", "status", "sku", "description", "qty",
    "price", "remark",
]  # fmt: skip
NUMBERED = ["order id", "line no", "order date", "customer id", "sku", "qty", "price", "remark"]
WITHOUT_IDS = ["order date", "customer name", "product", "quantity", "amount"]
ORDERS = ["order id", "order date", "customer name", "region", "salesperson"]
LINES = ["order id", "sku", "qty", "price"]

_day = st.sampled_from(["2024-01-05", "2024-01-06", "2024-02-02"])
_flat = st.tuples(
    st.sampled_from(["1", "2", "3", "4"]), _day, st.sampled_from(["K1", "K2"]), st.just(""),
    st.sampled_from(["paid", "open", ""]), st.sampled_from(["A1", "B2"]),
    st.sampled_from(["Tea", "Milk"]), st.sampled_from(["1", "2", "-1"]),
    st.sampled_from(["1.50", "2.25"]), st.sampled_from(["", "blue", "red"]),
).map(lambda row: (*row[:3], {"K1": "Ann", "K2": ""}[row[2]], *row[4:]))  # fmt: skip
_numbered = st.tuples(
    st.sampled_from(["1", "2", "3"]), st.sampled_from(["1", "2", "3"]), _day,
    st.sampled_from(["K1", "K2"]), st.sampled_from(["A1", "B2"]), st.sampled_from(["1", "2"]),
    st.sampled_from(["1.50", "2.25", ""]), st.sampled_from(["", "blue"]),
)  # fmt: skip
_loose = st.tuples(
    st.sampled_from(["2024-01-05", "2024-01-06"]), st.sampled_from(["Ann", "Bob", ""]),
    st.sampled_from(["Tea", "Coffee"]), st.sampled_from(["1", "2"]),
    st.sampled_from(["3.00", "4.00", "-3.00"]),
)  # fmt: skip
_SOME = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


def write(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([header, *rows])
    return path


def take_back(store: Path, batch: int) -> undo.Undone:
    """Undo an import; whatever it brings back, the seals hold."""
    with closing(engine.connect(store, write=True)) as conn:
        with engine.transaction(conn):
            undone = undo.undo(conn, batch, AT)
        assert seals.broken(conn) == []
    return undone


def unlike(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    # items stand in the lines that use them, and a source is noted with its first customer
    return {
        name: (rows, other[name])
        for name, rows in one.items()
        if rows != other[name] and name not in ("item", "source")
    }


def january(rows: list[Any], order: int | None, day: int) -> list[Any]:
    """Return the rows of orders whose earliest day is in January."""
    if order is None:
        return [row for row in rows if row[day] <= JANUARY[1]]
    earliest: dict[str, str] = {}
    for row in rows:
        earliest[row[order]] = min(row[day], earliest.get(row[order], row[day]))
    return [row for row in rows if earliest[row[order]] <= JANUARY[1]]


SHAPES = {
    "flat": (FLAT, _flat, 0, 1, 2),
    "numbered": (NUMBERED, _numbered, 0, 2, 3),
    "without ids": (WITHOUT_IDS, _loose, None, 0, None),
}


@pytest.mark.parametrize("shape", SHAPES)
@_SOME
@given(data=st.data())
def test_a_corrected_month_is_as_if_only_it_had_come(shape: str, data: st.DataObject) -> None:
    header, row, order, day, customer = SHAPES[shape]
    versions = [data.draw(st.lists(row, min_size=1, max_size=9)) for _ in range(3)]
    if customer is not None and order is not None:
        width = 2 if shape == "flat" else 1
        versions = [_consistent(rows, order, customer, width) for rows in versions]
    if shape == "numbered":
        versions = [list({row[:2]: row for row in rows}.values()) for rows in versions]
    versions = [found for rows in versions if (found := january(rows, order, day))]
    if len(versions) < 2:
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = new_store(folder / "s.db")
        files = [write(folder / f"v{n}.csv", header, rows) for n, rows in enumerate(versions)]
        dumps, batches = [logical_dump(store)], []
        for number, file in enumerate(files):
            said: dict[str, Any] = {"complete": JANUARY, "withdraw": True} if number else {}
            batches.append(bring_in(store, file, kind="orders", **said).batch_id)
            fresh = new_store(folder / f"fresh{number}.db")
            bring_in(fresh, file, kind="orders")
            dumps.append(logical_dump(store))
            assert unlike(dumps[-1], logical_dump(fresh)) == {}
            again = bring_in(store, file, kind="orders", complete=JANUARY, keep=False)
            assert again.withdrawn is not None
            assert not again.withdrawn.rows
            assert again.counts.unchanged == again.counts.read
        # the other way round, step by step
        for batch, before in zip(reversed(batches), reversed(dumps[:-1]), strict=True):
            take_back(store, batch)
            assert unlike(logical_dump(store), before) == {}


def _consistent(rows: list[Any], order: int, customer: int, width: int) -> list[Any]:
    first: dict[str, Any] = {}
    return [
        (*row[:customer], *first.setdefault(row[order], row)[customer : customer + width],
         *row[customer + width :])
        for row in rows
    ]  # fmt: skip


@_SOME
@given(data=st.data())
def test_undone_in_any_order_nothing_stays(data: st.DataObject) -> None:
    versions = [
        _consistent(data.draw(st.lists(_flat, min_size=1, max_size=7)), 0, 2, 2) for _ in range(3)
    ]
    order = data.draw(st.permutations(range(4)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = new_store(folder / "s.db")
        empty = logical_dump(store)
        batches = [
            bring_in(
                store, write(folder / f"v{n}.csv", FLAT, rows), kind="orders",
                **({"complete": JANUARY, "withdraw": True} if n else {}),
            ).batch_id
            for n, rows in enumerate(versions)
        ]  # fmt: skip
        late = write(folder / "late.csv", FLAT, versions[0])
        batches.append(bring_in(store, late, kind="orders").batch_id)
        for index in order:
            take_back(store, batches[index])
        assert unlike(logical_dump(store), empty) == {}
        with closing(engine.connect(store)) as conn:
            assert conn.execute("SELECT count(*) FROM change").fetchone()[0] == 0


@_SOME
@given(data=st.data())
def test_orders_and_lines_in_two_files_are_complete_together(data: st.DataObject) -> None:
    heads = st.tuples(
        st.sampled_from(["1", "2", "3"]), st.sampled_from(["2024-01-05", "2024-01-06"]),
        st.sampled_from(["Ann", "Bob"]), st.sampled_from(["North", ""]),
        st.sampled_from(["Eve", ""]),
    )  # fmt: skip
    lines = st.tuples(
        st.sampled_from(["1", "2", "3"]), st.sampled_from(["A1", "B2"]),
        st.sampled_from(["1", "2"]), st.sampled_from(["1.50", "2.25"]),
    )  # fmt: skip
    lines_first = data.draw(st.booleans())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = new_store(folder / "s.db")
        dumps, batches = [], []
        for number in range(2):
            told = data.draw(st.lists(heads, min_size=1, max_size=3, unique_by=lambda row: row[0]))
            known = [row[0] for row in told]
            held = [r for r in data.draw(st.lists(lines, min_size=1, max_size=6)) if r[0] in known]
            files = [write(folder / f"o{number}.csv", ORDERS, told)]
            files.insert(
                0 if lines_first else 1,
                write(folder / f"l{number}.csv", LINES, held or [(known[0], "A1", "1", "1")]),
            )
            said: dict[str, Any] = {"complete": JANUARY, "withdraw": True} if number else {}
            result = bring_in(store, *files, kind="orders", **said)
            fresh = new_store(folder / f"fresh{number}.db")
            bring_in(fresh, *files, kind="orders")
            dumps.append(logical_dump(store))
            batches.append(result.batch_id)
            assert unlike(dumps[-1], logical_dump(fresh)) == {}
        take_back(store, batches[1])
        assert unlike(logical_dump(store), dumps[0]) == {}


HEAD = ["order id", "order date", "customer", "product", "qty", "price"]
V1 = [
    ("1", "2024-01-05", "Ann", "Tea", "1", "10"),
    ("1", "2024-01-05", "Ann", "Milk", "1", "20"),
    ("2", "2024-01-09", "Bob", "Tea", "2", "10"),
    ("3", "2024-02-01", "Cid", "Tea", "3", "10"),
]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = new_store(tmp_path / "s.db")
    bring_in(path, write(tmp_path / "v1.csv", HEAD, V1))
    return path


def keys(store: Path) -> list[tuple[object, ...]]:
    return [(row[1], row[5]) for row in logical_dump(store)["order_line"]]


def test_what_is_absent_is_listed_with_its_place(store: Path, tmp_path: Path) -> None:
    seen = []
    with closing(engine.connect(store, write=True)) as conn:
        from ci_cli.importing.load import run_import
        from ci_cli.importing.model import ImportOptions

        run_import(
            conn, [write(tmp_path / "v2.csv", HEAD, V1[:1])],
            ImportOptions(complete=JANUARY, withdraw=True), imported_by="t", at=AT,
            write_withdrawn=lambda found: seen.append(found) or "v2.withdrawn.csv",
        )  # fmt: skip
        batch, _files = journal.batch(conn, 2)
    (found,) = seen
    assert [(r.order, r.day, r.customer, r.product_name, r.amount, r.batch, r.line)
            for r in found.rows] == [
        ("1", "2024-01-05", "Ann", "Milk", 200_000, 1, 3),
        ("2", "2024-01-09", "Bob", "Tea", 200_000, 1, 4),
    ]  # fmt: skip
    assert (found.orders, found.lines, found.stored_lines) == (1, 2, 3)
    assert found.money == {"EUR": 400_000}
    assert found.share == pytest.approx(0.8)
    assert '"v2.withdrawn.csv"' in batch["options"]
    # the order of February is none of its business; Bob is gone with his only order
    assert keys(store) == [("1", "Tea"), ("3", "Tea")]
    assert [row[3] for row in logical_dump(store)["record"]] == ["Ann", "Cid"]


def test_more_than_a_twentieth_needs_a_persons_word(store: Path, tmp_path: Path) -> None:
    before = logical_dump(store, provenance=True)
    with pytest.raises(CiError) as stop:
        bring_in(store, write(tmp_path / "v2.csv", HEAD, V1[:1]), complete=JANUARY)
    assert (stop.value.code, stop.value.exit_code) == ("withdrawal-large", ExitCode.DECIDE)
    assert "--yes" in str(stop.value.hint)
    assert logical_dump(store, provenance=True) == before
    # a dry run shows it without asking
    dry = bring_in(store, tmp_path / "v2.csv", complete=JANUARY, keep=False)
    assert dry.withdrawn is not None
    assert dry.withdrawn.lines == 2
    assert logical_dump(store, provenance=True) == before


def test_less_goes_unasked(tmp_path: Path) -> None:
    store = new_store(tmp_path / "s.db")
    rows = [(str(n), "2024-01-05", "Ann", "Tea", "1", "10") for n in range(40)]
    bring_in(store, write(tmp_path / "v1.csv", HEAD, rows))
    result = bring_in(store, write(tmp_path / "v2.csv", HEAD, rows[:-2]), complete=JANUARY)
    assert result.withdrawn is not None
    assert result.withdrawn.orders == 2
    # two of forty is a twentieth; by money it may be more
    dear = [*rows[:-1], ("39", "2024-01-05", "Ann", "Gold", "1", "100")]
    other = new_store(tmp_path / "t.db")
    bring_in(other, write(tmp_path / "w1.csv", HEAD, dear))
    with pytest.raises(CiError, match="withdrawal-large"):
        bring_in(other, write(tmp_path / "w2.csv", HEAD, dear[:-1]), complete=JANUARY)


def test_another_source_is_left_alone(store: Path, tmp_path: Path) -> None:
    bring_in(store, write(tmp_path / "web.csv", HEAD, V1[:3]), source="web")
    bring_in(
        store, write(tmp_path / "v2.csv", HEAD, V1[:2]), source="web", complete=JANUARY,
        withdraw=True,
    )  # fmt: skip
    held = [row[:2] for row in logical_dump(store)["sales_order"]]
    assert held == [("default", "1"), ("default", "2"), ("default", "3"), ("web", "1")]


def test_orders_of_other_days_keep_the_rule_of_parts(store: Path, tmp_path: Path) -> None:
    bring_in(store, write(tmp_path / "f.csv", HEAD, [("4", "2024-02-03", "Dan", "Tea", "1", "1"),
                                                     ("4", "2024-02-03", "Dan", "Milk", "1", "1")]))  # fmt: skip
    result = bring_in(
        store,
        write(tmp_path / "v2.csv", HEAD, [*V1[:3], ("4", "2024-02-03", "Dan", "Tea", "1", "1"),
                                          ("5", "2024-02-04", "Eve", "Tea", "1", "1")]),
        complete=JANUARY,
    )  # fmt: skip
    assert (result.counts.unchanged, result.counts.conflict, result.counts.created) == (3, 1, 1)
    assert ("4", "Milk") in keys(store)
    assert ("3", "Tea") in keys(store)
    assert any("outside" in str(note.text).lower() for note in result.files[0].notes)


def test_an_order_with_an_unreadable_row_stays_as_it_was(store: Path, tmp_path: Path) -> None:
    before = keys(store)
    v2 = [(*V1[0][:5], "11"), ("1", "2024-01-05", "Ann", "Milk", "1", "twenty"), V1[2]]
    result = bring_in(store, write(tmp_path / "v2.csv", HEAD, v2), complete=JANUARY)
    assert (result.counts.rejected, result.counts.conflict, result.counts.unchanged) == (1, 1, 1)
    assert result.withdrawn is not None
    assert not result.withdrawn.rows
    assert keys(store) == before
    # its only row unreadable: it is not absent either
    gone = bring_in(
        store, write(tmp_path / "v3.csv", HEAD, [*V1[:2], (*V1[2][:5], "x")]), complete=JANUARY
    )
    assert gone.withdrawn is not None
    assert not gone.withdrawn.rows
    assert keys(store) == before


def test_a_row_that_names_no_order_makes_a_person_decide(tmp_path: Path) -> None:
    store = new_store(tmp_path / "s.db")
    header = ["date", "customer", "product", "quantity", "amount"]
    rows = [("2024-01-05", f"K{n}", "Tea", "1", "10") for n in range(60)]
    bring_in(store, write(tmp_path / "v1.csv", header, rows), kind="orders")
    bad = [*rows[:-1], ("2024-01-05", "K59", "Tea", "1", "ten")]
    with pytest.raises(CiError, match="withdrawal-large") as stop:
        bring_in(store, write(tmp_path / "v2.csv", header, bad), kind="orders", complete=JANUARY)
    assert "may be among" in str(stop.value.details[0])


def test_a_corrected_customer_and_an_emptied_cell_are_taken(store: Path, tmp_path: Path) -> None:
    v1 = logical_dump(store)
    v2 = [(*row[:2], "Bea", *row[3:]) if row[0] == "2" else row for row in V1[:3]]
    result = bring_in(store, write(tmp_path / "v2.csv", HEAD, v2), complete=JANUARY)
    assert result.counts.updated == 1
    assert result.counts.conflict == 0
    names = {row[1]: row[3] for row in logical_dump(store)["sales_order"]}
    assert names["2"] == "default/name/Bea"
    assert "Bob" not in [row[3] for row in logical_dump(store)["record"]]
    take_back(store, result.batch_id)
    assert unlike(logical_dump(store), v1) == {}


def test_a_customer_keeps_the_number_that_people_know(store: Path, tmp_path: Path) -> None:
    def numbers() -> dict[str, int]:
        with closing(engine.connect(store)) as conn:
            return {row[0]: row[1] for row in conn.execute("SELECT name, id FROM record")}

    known = numbers()
    result = bring_in(
        store, write(tmp_path / "v2.csv", HEAD, V1[:2]), complete=JANUARY, withdraw=True
    )
    assert "Bob" not in numbers()
    take_back(store, result.batch_id)
    assert numbers() == known


def test_a_number_that_was_freed_is_no_mistaken_identity(tmp_path: Path) -> None:
    """The last rows of a store are taken out, and others get their numbers."""
    store = new_store(tmp_path / "s.db")
    bring_in(store, write(tmp_path / "v1.csv", HEAD, V1[:3]))
    v1 = logical_dump(store)
    cut = bring_in(store, write(tmp_path / "v2.csv", HEAD, V1[:1]), complete=JANUARY, withdraw=True)
    new = bring_in(store, write(tmp_path / "n.csv", HEAD, [("9", "2024-03-01", "Zoe", "Rum", "1", "5")]))  # fmt: skip
    more = bring_in(
        store,
        write(tmp_path / "m.csv", [*HEAD, "status"],
              [("9", "2024-03-01", "Zoe", "Rum", "1", "5", "paid")]),
    )  # fmt: skip
    assert more.counts.updated == 1
    take_back(store, cut.batch_id)
    assert sorted(keys(store)) == [("1", "Milk"), ("1", "Tea"), ("2", "Tea"), ("9", "Rum")]
    take_back(store, more.batch_id)
    take_back(store, new.batch_id)
    assert unlike(logical_dump(store), v1) == {}


def test_what_came_again_meanwhile_stands(store: Path, tmp_path: Path) -> None:
    v1 = logical_dump(store)
    cut = bring_in(store, write(tmp_path / "v2.csv", HEAD, V1[:2]), complete=JANUARY, withdraw=True)
    again = bring_in(
        store, write(tmp_path / "a.csv", HEAD, [("2", "2024-01-10", "Bob", "Rum", "1", "7")])
    )
    undone = take_back(store, cut.batch_id)
    assert len(undone.kept) == 1
    assert ("2", "Tea") not in keys(store)
    take_back(store, again.batch_id)
    assert unlike(logical_dump(store), v1) == {}


def test_a_later_complete_export_that_lacks_it_too_keeps_it_out(
    store: Path, tmp_path: Path
) -> None:
    v1 = logical_dump(store)
    said = {"complete": JANUARY, "withdraw": True}
    one = bring_in(store, write(tmp_path / "v2.csv", HEAD, V1[:2]), **said)
    two = bring_in(store, write(tmp_path / "v3.csv", HEAD, V1[:1]), **said)
    last = logical_dump(store)
    assert len(take_back(store, one.batch_id).kept) == 1
    assert unlike(logical_dump(store), last) == {}
    take_back(store, two.batch_id)
    assert unlike(logical_dump(store), v1) == {}


def test_a_linked_name_comes_back_with_its_link(tmp_path: Path) -> None:
    store = new_store(tmp_path / "s.db")
    bring_in(
        store, write(tmp_path / "c.csv", ["customer id", "customer name"], [("K1", "Bob")]),
        source="erp",
    )  # fmt: skip
    bring_in(store, write(tmp_path / "v1.csv", HEAD, V1[:3]))
    v1 = logical_dump(store)
    assert len(v1["link"]) == 1
    cut = bring_in(store, write(tmp_path / "v2.csv", HEAD, V1[:2]), complete=JANUARY, withdraw=True)
    assert logical_dump(store)["link"] == []
    take_back(store, cut.batch_id)
    assert unlike(logical_dump(store), v1) == {}


def test_strict_and_policies(store: Path, tmp_path: Path) -> None:
    before = logical_dump(store)
    bad = write(tmp_path / "v2.csv", HEAD, [*V1[:2], (*V1[2][:5], "x")])
    with pytest.raises(CiError, match="row-rejected"):
        bring_in(store, bad, complete=JANUARY, withdraw=True, strict=True)
    with pytest.raises(CiError, match="complete-unfit"):
        bring_in(store, bad, complete=JANUARY, on_match="fill")
    people = write(tmp_path / "c.csv", ["customer id", "customer name"], [("K1", "Bob")])
    with pytest.raises(CiError, match="complete-unfit"):
        bring_in(store, people, complete=JANUARY)
    assert logical_dump(store) == before
