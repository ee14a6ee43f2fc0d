"""Scans of a store: what is kept answers later questions; growing gives what a full scan does."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import dedupe_help
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ci_cli.dedupe import outcome, why
from ci_cli.dedupe.cluster import cluster
from ci_cli.dedupe.engine import find_duplicates
from ci_cli.dedupe.scan import current_table, scan
from ci_cli.errors import CiError
from ci_cli.shapes.trade import Author, ScanSummary
from ci_cli.store import engine, scans
from ci_cli.store.engine import Connection
from ci_cli.store.writes import decisions, merges
from importer import AT, bring_in, new_store

import dedupe_lists  # isort: skip  (found by dedupe_help)

assert dedupe_help
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LATER = "2026-01-03T00:00:00+00:00"
Columns = dict[str, Sequence[str | None]]


def write(path: Path, columns: Columns, rows: Sequence[int]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["customer id", *columns])
        sheet.writerows(
            [f"K{i:05}", *(values[i] or "" for values in columns.values())] for i in rows
        )
    return path


def store_of(folder: Path, columns: Columns, rows: Sequence[int] | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    store = new_store(folder / "s.db")
    rows = range(len(next(iter(columns.values())))) if rows is None else rows
    bring_in(store, write(folder / "list.csv", columns, rows), kind="customers", source="shop")
    return store


@contextmanager
def opened(store: Path) -> Iterator[Connection]:
    with closing(engine.connect(store, write=True)) as conn:
        yield conn


def run(conn: Connection, *, at: str = AT, full: bool = False, auto: bool = False) -> ScanSummary:
    return scan(conn, by="tester", at=at, full=full, auto=auto)


def state(conn: Connection) -> tuple[object, object]:
    """All that a scan kept, but for the numbers that a float adds up to in another order."""
    rows = [
        (row.record_id, row.cluster, row.copy_of, row.probability and round(row.probability, 5))
        for row in scans.scanned(conn)
    ]
    pairs = [
        (row.record_a, row.record_b, row.band, row.levels, round(row.probability, 4))
        for row in scans.pairs(conn, least=0)
    ]
    return rows, sorted(pairs)


def clusters(conn: Connection) -> set[frozenset[str]]:
    found: dict[int, set[str]] = {}
    for row in scans.scanned(conn):
        found.setdefault(row.cluster, set()).add(row.source_key)
    return {frozenset(keys) for keys in found.values() if len(keys) > 1}


MAKERS = {
    "people": lambda seed: dedupe_lists.people(420, seed)[0],
    "companies": lambda seed: dedupe_lists.firms(420, seed)[0],
    "Chinese companies": lambda seed: dedupe_lists.chinese_firms(420, seed)[0],
}


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(sorted(MAKERS)),
    seed=st.integers(0, 10_000),
    first=st.integers(150, 400),
    edited=st.lists(st.integers(0, 149), max_size=4, unique=True),
)
def test_a_store_that_grows_says_what_a_full_scan_with_that_model_says(
    name: str, seed: int, first: int, edited: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    columns = {head: list(values) for head, values in MAKERS[name](seed).items()}
    folder = tmp_path_factory.mktemp("grow")
    store = store_of(folder, columns, range(first))
    with opened(store) as conn:
        assert run(conn).mode == "full"
    head = next(iter(columns))
    for row in edited:
        columns[head][row] = f"{columns[head][row] or ''} Neu"
    bring_in(store, write(folder / "all.csv", columns, range(420)), kind="customers", source="shop")
    with opened(store) as conn:
        found = run(conn, at=LATER)
        if found.mode == "full":  # a column became another thing: then everything is learnt anew
            assert found.why == "fields"
            return
        assert found.fresh >= 420 - first
        grown = state(conn)
        # the same model, but nothing remembered
        again = _scan_with_model_only(conn)
        assert again.compared > found.compared
        assert state(conn) == grown


def _scan_with_model_only(conn: Connection) -> ScanSummary:
    """Scan by the kept model and compare every pair anew."""
    from unittest.mock import patch

    from ci_cli.dedupe import remembered

    compared = remembered.levels_of

    def anew(table: object, left: object, right: object, known: object, prepared: object) -> object:
        return compared(table, left, right, None, prepared)  # type: ignore[arg-type]

    with patch("ci_cli.dedupe.engine.levels_of", anew):
        return run(conn, at=LATER)


def test_nothing_new_means_nothing_compared_and_nothing_changed(tmp_path: Path) -> None:
    with opened(store_of(tmp_path, MAKERS["companies"](3))) as conn:
        run(conn)
        before = state(conn)
        found = run(conn, at=LATER)
        assert (found.mode, found.compared, found.fresh) == ("incremental", 0, 0)
        assert state(conn) == before
        assert run(conn, at=LATER, full=True).why == "asked"
        assert state(conn) == before


def test_what_was_kept_gives_the_clusters_of_the_scan(tmp_path: Path) -> None:
    with opened(store_of(tmp_path, MAKERS["people"](5))) as conn:
        found = run(conn)
        rows = outcome.clusters_at(conn, 0.5)
        assert rows == scans.scanned(conn)
        assert len(rows) == 420
        assert found.clusters > 20
        strict, loose = outcome.clusters_at(conn, 0.95), outcome.clusters_at(conn, 0.06)
        counts = [len({row.cluster for row in each}) for each in (loose, rows, strict)]
        assert counts == sorted(counts)
        whole = {row.record_id: row.cluster for row in rows}
        for row in strict:  # a higher threshold only takes clusters apart
            assert whole[row.record_id] == whole[row.cluster]
        with pytest.raises(CiError) as refused:
            outcome.clusters_at(conn, 0.01)
        assert refused.value.code == "dedupe-threshold"


def test_a_pair_that_was_not_kept_is_explained_as_the_scan_scored_it(tmp_path: Path) -> None:
    with opened(store_of(tmp_path, MAKERS["people"](8))) as conn:
        run(conn)
        last = scans.last(conn)
        assert last is not None
        records, ids, rules = current_table(conn, last)
        result = find_duplicates(records, settings=rules)
        kept = {(row.record_a, row.record_b) for row in scans.pairs(conn, least=0.05)}
        likely = np.argsort(-result.pairs.probability, kind="stable")
        asked = 0
        for at in likely.tolist():
            pair = ids[result.pairs.left[at]], ids[result.pairs.right[at]]
            weight = float(result.pairs.weight[at])
            said = why.explain_pair(conn, *(f"shop:K{ids.index(one):05}" for one in pair))
            if said.kept or (min(pair), max(pair)) in kept:
                continue
            assert said.total == pytest.approx(weight, abs=0.6)  # customers are counted by cluster
            asked += 1
            if asked == 12:
                break
        assert asked == 12


@pytest.mark.parametrize(("make", "seed"), [("people", 5), ("people", 6), ("companies", 7)])
def test_clusters_at_any_threshold_are_those_of_all_pairs(
    make: str, seed: int, tmp_path: Path
) -> None:
    with opened(store_of(tmp_path, MAKERS[make](seed))) as conn:
        run(conn)
        last = scans.last(conn)
        assert last is not None
        records, ids, rules = current_table(conn, last)
        result = find_duplicates(records, settings=rules)
        pairs = result.pairs
        whole = (result.copy_of[pairs.left] == pairs.left) & (
            result.copy_of[pairs.right] == pairs.right
        )
        low = np.minimum(pairs.left, pairs.right)[whole]
        high = np.maximum(pairs.left, pairs.right)[whole]
        for threshold in (0.06, 0.2, 0.8, 0.99):
            least = math.log2(threshold / (1 - threshold))
            label = cluster(len(ids), low, high, pairs.weight[whole], least)
            found = {row.record_id: row.cluster for row in outcome.clusters_at(conn, threshold)}
            for row, one in enumerate(ids):
                if result.copy_of[row] == row:
                    assert found[one] == ids[label[row]]


def test_records_of_one_customer_stay_together_and_decisions_hold(tmp_path: Path) -> None:
    columns: Columns = {
        "company": ["Acme Motors Ltd", "Acme Motors", "Zenit Foods", "Orbit Lumber", "Lumen Steel"],
        "email": ["a@acme.com", "a@acme.com", None, "x@orbit.com", None],
        "phone": ["020 7946 0958", "020 7946 0958", None, None, None],
    }
    with opened(store_of(tmp_path, columns)) as conn:
        run(conn)
        assert clusters(conn) == {frozenset({"K00000", "K00001"})}
        author = Author("tester", AT)
        with engine.transaction(conn):
            merges.merge_clusters(conn, [[3, 4, 5]], author, how="auto")
            decisions.decide(conn, [(1, 2)], "apart", author)
        run(conn, at=LATER)
        assert clusters(conn) == {frozenset({"K00002", "K00003", "K00004"})}
        assert outcome.certain_groups(conn) == []
        assert {row.cluster for row in outcome.clusters_at(conn, 0.9)} == {1, 2, 3}
        with engine.transaction(conn):
            decisions.withdraw(conn, [(1, 2)], LATER)
        run(conn, at=LATER)
        assert frozenset({"K00000", "K00001"}) in clusters(conn)


def test_equal_records_that_say_nothing_stay_with_their_customer(tmp_path: Path) -> None:
    columns: Columns = {"company": ["Acme", "Acme", "Zenit Foods"], "city": [None, None, "Rome"]}
    with opened(store_of(tmp_path, columns)) as conn:
        with engine.transaction(conn):
            merges.merge_clusters(conn, [[1, 2]], Author("tester", AT), how="auto")
        run(conn)
        assert clusters(conn) == {frozenset({"K00000", "K00001"})}
        assert outcome.clusters_at(conn, 0.99)[1].cluster == 1


def test_auto_merges_the_certain_band_in_the_same_step(tmp_path: Path) -> None:
    listing, truth = dedupe_lists.firms(600, 12)
    with opened(store_of(tmp_path, listing)) as conn:
        found = run(conn)
        groups = outcome.certain_groups(conn)
        assert groups
        assert found.merged == 0
        right = [len({truth[number - 1] for number in group}) == 1 for group in groups]
        assert sum(right) >= 0.98 * len(right)
        merged = run(conn, at=LATER, auto=True)
        assert merged.merged == sum(len(group) - 1 for group in groups)
        assert merged.run is not None
        assert outcome.certain_groups(conn) == []
        again = run(conn, at=LATER, auto=True)
        assert (again.merged, again.certain) == (0, 0)


def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    with opened(store_of(tmp_path, MAKERS["people"](5))) as conn:
        found = scan(conn, by="tester", at=AT, keep=False, auto=True)
        assert found.clusters
        assert scans.last(conn) is None
        with pytest.raises(CiError) as refused:
            outcome.clusters_at(conn, 0.5)
        assert refused.value.code == "dedupe-no-scan"


def test_new_records_are_counted(tmp_path: Path) -> None:
    columns = MAKERS["companies"](3)
    store = store_of(tmp_path, columns, range(100))
    with opened(store) as conn:
        run(conn)
        assert scans.new_since(conn, outcome.require_scan(conn)) == 0
    bring_in(store, write(tmp_path / "b.csv", columns, range(130)), kind="customers", source="shop")
    with opened(store) as conn:
        assert scans.new_since(conn, outcome.require_scan(conn)) == 30


def test_the_reasons_of_a_kept_pair_add_up(tmp_path: Path) -> None:
    with opened(store_of(tmp_path, MAKERS["people"](5))) as conn:
        run(conn)
        for pair in scans.pairs(conn, least=0.05)[::7]:
            said = why.explain_pair(conn, f"shop:{pair.key_a}", f"shop:{pair.key_b}")
            parts = said.prior + said.related + sum(field.weight for field in said.fields)
            assert parts == pytest.approx(said.total, abs=0.05)
            assert said.kept
            assert said.probability == pytest.approx(pair.probability)
        said = why.explain_pair(conn, "K00000", "K00001")
        assert not said.kept
        assert said.probability < 0.05
        with pytest.raises(CiError) as refused:
            why.explain_pair(conn, "K00000", "K00000")
        assert refused.value.code == "dedupe-one-record"


def test_own_columns_take_part(tmp_path: Path) -> None:
    columns: Columns = {
        "name": ["Anna Berg", "Anna Berg", "Anna Berg", "Otto Lund"],
        "date of birth": ["1980-01-02", "1980-01-02", "1955-11-30", "1971-03-04"],
        "member card": ["AB-1000-1234", "AB-1000-1234", "AB-9000-9876", "AB-7777-1111"],
    }
    with opened(store_of(tmp_path, columns)) as conn:
        found = run(conn)
        types = {use.column: use.type for use in found.fields}
        assert types["date of birth"] == "birth_date"
        assert clusters(conn) == {frozenset({"K00000", "K00001"})}


def test_people_whose_names_stand_in_parts(tmp_path: Path) -> None:
    listing = dict(dedupe_lists.people(300, 8)[0])
    with opened(store_of(tmp_path, listing)) as conn:
        types = {use.column: use.type for use in run(conn).fields if use.type != "ignore"}
        assert (types["first_name"], types["last_name"]) == ("given", "surname")
        assert "name" not in types  # the same once more
        assert "contact_name" not in types


# --- small and hopeless lists ---------------------------------------------------------------------

SMALL = {
    "three strangers": {"company": ["Acme Ltd", "Zenit GmbH", "Orbit SA"]},
    "three namesakes in three cities": {
        "company": ["北京华信科技有限公司", "上海华信科技有限公司", "广州华信科技有限公司"],
        "city": ["北京", "上海", "广州"],
    },
    "a father, a son, a wife": {
        "name": ["John Berg", "John Berg", "Mary Berg"],
        "date of birth": ["1950-01-02", "1980-11-22", "1952-03-04"],
        "phone": ["020 7946 0958", "020 7946 0958", "020 7946 0958"],
        "address": ["1 Mill Road", "1 Mill Road", "1 Mill Road"],
    },
    "three branches": {
        "company": ["中信银行北京分行", "中信银行上海分行", "中信银行广州分行"],
        "phone": ["95558", "95558", "95558"],
    },
}


@pytest.mark.parametrize("name", SMALL)
def test_three_records_make_no_wrong_certain_merge(name: str, tmp_path: Path) -> None:
    with opened(store_of(tmp_path, SMALL[name])) as conn:
        found = run(conn, auto=True)
        assert (found.records, found.certain, found.merged) == (3, 0, 0)


@pytest.mark.parametrize("size", [1, 2, 3, 20, 100])
@pytest.mark.parametrize(
    "maker", [dedupe_lists.people, dedupe_lists.firms, dedupe_lists.chinese_firms]
)
def test_short_lists_never_fail_and_merge_nobody_wrongly(
    maker: object, size: int, tmp_path: Path
) -> None:
    listing, truth = maker(size, 70 + size)  # type: ignore[operator]
    listing = {head: values[:size] for head, values in listing.items()}
    with opened(store_of(tmp_path, listing)) as conn:
        run(conn)
        for group in outcome.certain_groups(conn):
            assert len({truth[number - 1] for number in group}) == 1


def test_an_empty_store(tmp_path: Path) -> None:
    with opened(new_store(tmp_path / "s.db")) as conn:
        found = run(conn)
        assert (found.records, found.pairs, found.clusters) == (0, 0, 0)
        assert outcome.clusters_at(conn, 0.5) == []
        assert outcome.certain_groups(conn) == []


def test_no_usable_field(tmp_path: Path) -> None:
    columns: Columns = {"points": [str(i * 7 % 90) for i in range(40)], "balance": ["10"] * 40}
    with opened(store_of(tmp_path, columns)) as conn:
        with pytest.raises(CiError) as refused:
            run(conn)
        assert refused.value.code == "dedupe-no-field"
        assert scans.last(conn) is None


@pytest.mark.parametrize("constant", ["phone", "email", "company", "tax id", "city"])
def test_one_field_that_is_the_same_for_all(constant: str, tmp_path: Path) -> None:
    said = {"phone": "020 7946 0958", "email": "info@all.com", "company": "Acme Ltd",
            "tax id": "GB123456789", "city": "Rome"}  # fmt: skip
    listing = dict(dedupe_lists.firms(200, 4, duplicates=0.0)[0])
    columns: Columns = {
        "company": listing["company"], "phone": listing["phone"], constant: [said[constant]] * 200,
    }  # fmt: skip
    with opened(store_of(tmp_path, columns)) as conn:
        found = run(conn, auto=True)
        assert found.merged == 0
        assert found.clustered < 20 or constant == "company"


@pytest.mark.parametrize("rows", [50, 10_000])
def test_many_identical_rows(rows: int, tmp_path: Path) -> None:
    columns: Columns = {
        "company": ["Acme Motors Ltd"] * rows, "phone": ["020 7946 0958"] * rows,
        "email": ["sales@acme-motors.com"] * rows,
    }  # fmt: skip
    with opened(store_of(tmp_path, columns)) as conn:
        found = run(conn)
        assert (found.records, found.distinct) == (rows, 1)
        assert found.pairs == rows - 1
        assert found.clusters == 1
        assert {row.cluster for row in outcome.clusters_at(conn, 0.9)} == {1}


def test_a_name_of_a_megabyte(tmp_path: Path) -> None:
    with opened(new_store(tmp_path / "s.db")) as conn:
        with engine.transaction(conn):
            for number, name in enumerate(["x" * 1_000_000, "华" * 400_000, "Acme Ltd"], start=1):
                conn.execute("INSERT INTO customer (id) VALUES (?)", (number,))
                conn.execute(
                    "INSERT INTO record (id, customer_id, source, key_kind, source_key, name,"
                    " updated_at) VALUES (?, ?, 's', 'id', ?, ?, ?)",
                    (number, number, str(number), name, AT),
                )
        assert run(conn).clusters == 0


def test_a_placeholder_that_thousands_share_merges_nobody_and_costs_nothing(
    tmp_path: Path,
) -> None:
    listing, _ = dedupe_lists.people(10_000, 9, duplicates=0.0)
    columns: Columns = {
        "first_name": listing["first_name"], "last_name": listing["last_name"],
        "email": ["-"] * 5_000 + ["noreply@shop.com"] * 5_000,
    }  # fmt: skip
    with opened(store_of(tmp_path, columns)) as conn:
        found = run(conn, auto=True)
        assert found.merged == 0
        assert found.pairs < 2_000_000
        assert [value for _, value, _ in found.shared] == ["noreply@shop.com"]
        assert run(conn, at=LATER).mode == "incremental"
        # what is left is the name: with another store of names alone the same is found
    with opened(store_of(tmp_path / "b", {k: columns[k] for k in list(columns)[:2]})) as conn:
        assert run(conn).clusters == found.clusters


def test_the_customers_of_the_demo_are_all_different(tmp_path: Path) -> None:
    store = new_store(tmp_path / "s.db")
    bring_in(store, EXAMPLES / "northwind" / "customers.csv", kind="customers", source="erp")
    with opened(store) as conn:
        summary = run(conn)
    assert summary.records == 91
    assert (summary.certain, summary.review, summary.clusters) == (0, 0, 0)
