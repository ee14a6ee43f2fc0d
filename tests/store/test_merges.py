"""What merges and splits do to a few customers, worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli.shapes.trade import Author
from ci_cli.store import backup, connections, customers, engine, merge_history
from ci_cli.store.writes import decisions, links, merges, sources, splits, undo
from importer import AT, bring_in, new_store

ME = Author("tester", AT, "why")
PEOPLE = "Customer ID,Customer Name,Tax ID\n"
CALLS = "Order ID,Order Date,Customer Name,Tax ID,Amount\n"


class World:
    """A store, and short words for what is done to it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = folder, new_store(folder / "ci.db")

    def people(self, source: str, *rows: str) -> int:
        return self.bring(PEOPLE, rows, kind="customers", source=source)

    def calls(self, *rows: str) -> int:
        return self.bring(CALLS, rows, kind="orders", source="phone")

    def bring(self, header: str, rows: Sequence[str], **options: Any) -> int:
        path = self.folder / "file.csv"
        path.write_text(header + "".join(f"{row}\n" for row in rows), "utf-8")
        number: int = bring_in(self.store, path, **options).batch_id
        return number

    def merge(self, *ids: int, how: merges.How = "person") -> merges.Merged:
        with self.writing() as conn, engine.transaction(conn):
            return merges.merge_clusters(conn, [ids], ME, how=how)

    def split(self, **what: int | bool) -> splits.Parted:
        with self.writing() as conn, engine.transaction(conn):
            return splits.take_back(conn, ME, **what)  # type: ignore[arg-type]

    def part(self, *records: int) -> splits.Parted:
        with self.writing() as conn, engine.transaction(conn):
            return splits.part(conn, records, ME)

    def undo(self, batch: int) -> undo.Undone:
        with self.writing() as conn, engine.transaction(conn):
            return undo.undo(conn, batch, AT)

    def writing(self) -> closing[connections.StoreConnection]:
        return closing(engine.connect(self.store, write=True))

    def groups(self) -> dict[int, list[int]]:
        """Return the records of each living customer; whatever else must hold is looked at."""
        with closing(engine.connect(self.store)) as conn:
            assert backup.check(conn) == []
            found: dict[int, list[int]] = {}
            for record, customer in conn.execute("SELECT id, customer_id FROM record ORDER BY id"):
                found.setdefault(customer, []).append(record)
                assert customers.resolve(conn, record) == customer
            assert all(customer in members for customer, members in found.items())
        return found

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with closing(engine.connect(self.store)) as conn:
            return [tuple(row) for row in conn.execute(query)]

    def standing(self) -> list[tuple[int, int, str]]:
        with closing(engine.connect(self.store)) as conn:
            return list(decisions.standing(conn))


@pytest.fixture
def world(tmp_path: Path) -> World:
    one = World(tmp_path)
    one.people("shop", "K1,Acme Ltd,TAX1", "K2,Berg AG,", "K3,Cole KG,", "K4,Dorn SE,")
    assert one.groups() == {1: [1], 2: [2], 3: [3], 4: [4]}
    return one


def test_a_chain_comes_apart_in_any_order(world: World) -> None:
    first = world.merge(2, 3).run
    second = world.merge(1, 2).run
    assert world.groups() == {1: [1, 2, 3], 4: [4]}
    world.split(number=first)
    assert world.groups() == {1: [1, 2], 3: [3], 4: [4]}
    world.split(number=second)
    assert world.groups() == {1: [1], 2: [2], 3: [3], 4: [4]}


def test_the_later_merge_is_taken_back_first(world: World) -> None:
    first = world.merge(2, 3).run
    second = world.merge(1, 2).run
    world.split(number=second)
    assert world.groups() == {1: [1], 2: [2, 3], 4: [4]}
    world.split(number=first)
    assert world.groups() == {1: [1], 2: [2], 3: [3], 4: [4]}


def test_numbers_that_were_merged_away_mean_the_customer_of_today(world: World) -> None:
    world.merge(2, 3)
    world.merge(4, 3)  # C3 is C2 now
    assert world.groups() == {1: [1], 4: [2, 3, 4]}
    assert world.merge(2, 3, 4).run is None
    assert world.rows("SELECT id, merged_into FROM customer WHERE merged_into > 0") == [
        (2, 4), (3, 4),
    ]  # fmt: skip


def test_merging_again_after_a_split_is_a_merge_of_its_own(world: World) -> None:
    first = world.merge(1, 2).run
    world.split(number=first)
    second = world.merge(1, 2).run
    with closing(engine.connect(world.store)) as conn:
        assert merge_history.holding(conn, into=1) == [second]
    assert world.split(number=first).number is None
    world.split(number=second)
    assert world.groups() == {1: [1], 2: [2], 3: [3], 4: [4]}


def test_many_at_once_are_one_run(world: World) -> None:
    with world.writing() as conn, engine.transaction(conn):
        done = merges.merge_clusters(conn, [[1, 2], [3, 4]], ME)
    assert (len(done.numbers), done.customers, done.records) == (2, 2, 2)
    assert world.groups() == {1: [1, 2], 3: [3, 4]}
    assert world.standing() == []  # what a program found is no decision
    parted = world.split(run=done.run)
    assert parted.customers == {1: [1, 2], 3: [3, 4]}
    assert world.groups() == {1: [1], 2: [2], 3: [3], 4: [4]}
    assert world.standing() == [(1, 2, "apart"), (3, 4, "apart")]


@pytest.mark.parametrize("clusters", [[[1, 2], [2, 3]], [[1, 99]]])
def test_clusters_that_make_no_sense_are_refused(world: World, clusters: list[list[int]]) -> None:
    with world.writing() as conn, pytest.raises(ValueError, match="customer"):  # noqa: SIM117
        with engine.transaction(conn):
            merges.merge_clusters(conn, clusters, ME)
    assert world.groups() == {1: [1], 2: [2], 3: [3], 4: [4]}


# --- decisions


def test_a_scan_never_merges_what_a_person_keeps_apart(world: World) -> None:
    world.split(number=world.merge(1, 2).run)
    assert world.standing() == [(1, 2, "apart")]
    world.merge(2, 3)  # C3 came to C2: what is kept from C2 is kept from both
    done = world.merge(1, 3, how="auto")
    assert (done.run, done.refused) == (None, [0])
    assert world.groups() == {1: [1], 2: [2, 3], 4: [4]}
    world.merge(1, 3)  # a person may change their mind
    assert world.standing() == [(2, 3, "merge"), (1, 2, "merge")]


def test_taken_back_without_a_decision_the_question_is_open(world: World) -> None:
    world.split(number=world.merge(1, 2).run, decide=False)
    assert world.standing() == []
    assert world.merge(1, 2, how="auto").run is not None


def test_the_last_decision_on_a_pair_stands(world: World) -> None:
    with world.writing() as conn, engine.transaction(conn):
        assert decisions.decide(conn, [(2, 1), (1, 3), (4, 4)], "later", ME) == 2
        assert decisions.decide(conn, [(1, 2)], "later", ME) == 0
        assert decisions.decide(conn, [(1, 2)], "apart", ME) == 1
        assert decisions.withdraw(conn, [(3, 1), (3, 4)], AT) == 1
    assert world.standing() == [(1, 2, "apart")]
    assert world.rows("SELECT record_a, record_b, verdict, withdrawn_at FROM decision") == [
        (1, 2, "later", AT), (1, 3, "later", AT), (1, 2, "apart", None),
    ]  # fmt: skip


# --- single records


def test_records_leave_together(world: World) -> None:
    world.merge(1, 2, 3, 4)
    world.part(2, 4)
    assert world.groups() == {1: [1, 3], 2: [2, 4]}
    assert set(world.standing()) == {
        (1, 3, "merge"), (1, 2, "apart"), (2, 3, "apart"), (1, 4, "apart"), (3, 4, "apart"),
    }  # fmt: skip


def test_a_customer_that_was_merged_returns_under_its_own_number(world: World) -> None:
    world.merge(3, 2)
    world.merge(1, 3)
    world.part(2, 3)
    assert world.groups() == {1: [1], 3: [2, 3], 4: [4]}


def test_who_holds_the_founding_record_keeps_the_number(world: World) -> None:
    world.merge(1, 2)
    world.merge(1, 3)
    world.part(1)
    assert world.groups() == {1: [1], 2: [2, 3], 4: [4]}


def test_a_merge_of_which_a_part_left_takes_back_the_rest(world: World) -> None:
    number = world.merge(1, 2, 3).run
    world.part(2)
    with closing(engine.connect(world.store)) as conn:
        (event,) = merge_history.events(conn, numbers=[number or 0])
    assert (event.records, event.held, event.others) == (2, 1, [2, 3])
    world.split(number=number)
    assert world.groups() == {1: [1], 2: [2], 3: [3], 4: [4]}


# --- what happens in between


def test_what_is_linked_meanwhile_goes_with_the_record_that_it_fits(world: World) -> None:
    number = world.merge(1, 2).run
    world.calls("X1,2025-01-01,Berg AG,,5.00", "X2,2025-01-02,Acme,TAX1,6.00")
    assert world.groups() == {1: [1, 2, 5, 6], 3: [3], 4: [4]}
    world.split(number=number)
    assert world.groups() == {1: [1, 6], 2: [2, 5], 3: [3], 4: [4]}
    assert world.rows("SELECT record_id, to_customer_id FROM link WHERE undone_at IS NULL") == [
        (5, 2), (6, 1),
    ]  # fmt: skip


def test_what_would_not_have_been_linked_waits_again(world: World) -> None:
    world.people("erp", "E1,Berg AG,")
    number = world.merge(2, 5).run
    world.calls("X1,2025-01-01,Berg AG,,5.00")
    assert world.groups()[2] == [2, 5, 6]
    world.split(number=number)
    assert world.groups() == {1: [1], 2: [2], 3: [3], 4: [4], 5: [5], 6: [6]}
    with closing(engine.connect(world.store, write=True)) as conn, engine.transaction(conn):
        (waiting,) = links.waiting(conn)
    assert [number for number, _name in waiting.candidates] == [2, 5]


def test_a_link_follows_its_record_past_later_merges(world: World) -> None:
    world.merge(1, 2)
    world.calls("X1,2025-01-01,Berg AG,,5.00")
    world.merge(3, 1)
    assert world.groups() == {3: [1, 2, 3, 5], 4: [4]}
    world.split()  # everything
    assert world.groups() == {1: [1], 2: [2, 5], 3: [3], 4: [4]}


def test_what_was_linked_before_stays_where_it_was(world: World) -> None:
    world.calls("X1,2025-01-01,Berg AG,,5.00")
    world.people("erp", "E1,Berg AG,")
    number = world.merge(6, 2).run
    assert world.groups()[6] == [2, 5, 6]
    world.split(number=number)
    assert world.groups() == {1: [1], 2: [2, 5], 3: [3], 4: [4], 6: [6]}


def test_a_link_between_those_who_part_is_over(world: World) -> None:
    world.calls("X1,2025-01-01,Berg AG,,5.00")
    assert world.groups()[2] == [2, 5]
    world.part(5)
    assert world.groups()[5] == [5]
    # a person's word: the next import does not link it again
    world.calls("X2,2025-02-01,Berg AG,,5.00")
    assert world.groups()[5] == [5]


def test_a_link_taken_back_leaves_a_merge_alone(world: World) -> None:
    batch = world.calls("X1,2025-01-01,Berg AG,,5.00")
    world.merge(1, 2)
    assert world.groups() == {1: [1, 2, 5], 3: [3], 4: [4]}
    with world.writing() as conn, engine.transaction(conn):
        links.unlink(conn, 5, AT)
    assert world.groups() == {1: [1, 2], 3: [3], 4: [4], 5: [5]}
    world.undo(batch)
    assert world.groups() == {1: [1, 2], 3: [3], 4: [4]}


def test_a_merged_name_waits_no_longer(world: World) -> None:
    world.calls("X1,2025-01-01,Nobody,,5.00")
    world.merge(5, 1)  # the name is kept
    with closing(engine.connect(world.store, write=True)) as conn, engine.transaction(conn):
        assert links.waiting(conn) == []


# --- an import is undone after its records were merged


def test_an_import_goes_although_its_customers_were_merged_since(world: World) -> None:
    batch = world.people("erp", "E1,Acme Limited,", "E2,Berg,")
    world.merge(5, 1)  # the number of the import's own customer is kept
    world.merge(2, 6)
    done = world.undo(batch)
    assert (done.removed["record"], done.kept) == (2, [])
    assert world.groups() == {1: [1], 2: [2], 3: [3], 4: [4]}
    with closing(engine.connect(world.store)) as conn:
        # people may have noted the numbers that were shown: they still lead somewhere
        assert [customers.resolve(conn, number) for number in (5, 6)] == [1, 2]
    again = world.people("erp", "E1,Acme Limited,")
    assert again != batch
    assert world.groups()[7] == [7]  # a number is never given twice


def test_those_who_were_merged_with_it_stay_together(world: World) -> None:
    batch = world.people("erp", "E1,Acme Limited,")
    first, second = world.merge(5, 2).run, world.merge(5, 3).run
    world.undo(batch)
    assert world.groups() == {1: [1], 2: [2, 3], 4: [4]}
    with closing(engine.connect(world.store)) as conn:
        assert customers.resolve(conn, 5) == 2
    world.split(number=first)
    assert world.groups() == {1: [1], 2: [2], 3: [3], 4: [4]}
    assert world.split(number=second).number is None


def test_what_was_linked_to_a_customer_that_goes_waits_again(world: World) -> None:
    batch = world.people("erp", "E1,Zorn & Co,")
    world.calls("X1,2025-01-01,Zorn & Co,,5.00")
    assert world.groups()[5] == [5, 6]
    done = world.undo(batch)
    assert done.removed["record"] == 1
    assert world.groups() == {1: [1], 2: [2], 3: [3], 4: [4], 6: [6]}


def test_a_link_goes_with_the_record_that_it_fits_although_others_stay(world: World) -> None:
    batch = world.people("erp", "E1,Zorn & Co,")
    world.merge(1, 5)
    world.calls("X1,2025-01-01,Zorn & Co,,5.00")
    assert world.groups()[1] == [1, 5, 6]
    world.undo(batch)
    assert world.groups() == {1: [1], 2: [2], 3: [3], 4: [4], 6: [6]}


def test_a_link_rests_on_who_bore_its_evidence_then(world: World) -> None:
    world.merge(1, 2)
    world.calls("X1,2025-01-01,Berg AG,,5.00")
    world.people("shop", "K1,Berg AG,", "K2,Renamed,")
    world.split()
    assert world.groups() == {1: [1], 2: [2, 5], 3: [3], 4: [4]}


def test_of_two_who_fit_a_link_the_one_who_stays_keeps_it(world: World) -> None:
    batch = world.people("erp", "E1,Berg AG,")
    world.merge(5, 2)
    world.calls("X1,2025-01-01,Berg AG,,5.00")
    assert world.groups()[5] == [2, 5, 6]
    world.undo(batch)
    assert world.groups() == {1: [1], 2: [2, 6], 3: [3], 4: [4]}
    assert world.rows("SELECT record_id, to_customer_id FROM link") == [(6, 2)]


def test_nothing_of_a_merge_is_left_when_all_its_imports_are_undone(tmp_path: Path) -> None:
    world = World(tmp_path)
    one = world.people("shop", "K1,Acme,")
    two = world.people("erp", "E1,Acme Ltd,")
    world.merge(1, 2)
    world.undo(one)
    assert world.groups() == {2: [2]}
    world.undo(two)
    assert world.rows("SELECT * FROM customer") == []


def test_a_corrected_export_leaves_the_number_of_a_merged_name(world: World) -> None:
    """A name that only withdrawn orders mention goes, its number stays; undo brings both back."""
    world.calls("X1,2025-01-01,Nobody,,5.00", "X2,2025-01-02,Cole KG,,6.00")
    world.merge(4, 5)
    batch = world.bring(
        CALLS, ["X2,2025-01-02,Cole KG,,6.00"], kind="orders", source="phone",
        complete=("2025-01-01", "2025-01-31"), withdraw=True,
    )  # fmt: skip
    assert world.groups() == {1: [1], 2: [2], 3: [3, 6], 4: [4]}
    with closing(engine.connect(world.store)) as conn:
        assert customers.resolve(conn, 5) == 4
    world.undo(batch)
    assert world.groups() == {1: [1], 2: [2], 3: [3, 6], 4: [4, 5]}


# --- golden fields


def test_each_field_comes_from_the_source_that_counts_first(tmp_path: Path) -> None:
    world = World(tmp_path)
    header = "Customer ID,Customer Name,City,Phone,Fax\n"
    world.bring(header, ["K1,Acme,Hull,,111"], kind="customers", source="shop")
    world.bring(header, ["E1,Acme Ltd,,0301234567,222"], kind="customers", source="erp")
    world.merge(1, 2)
    with closing(engine.connect(world.store)) as conn:
        golden = customers.golden(conn, 1)
        assert (golden["city"], golden["phone"]) == ("Hull", "0301234567")
    with world.writing() as conn, engine.transaction(conn):
        sources.prefer(conn, ["erp"])
    with closing(engine.connect(world.store)) as conn:
        assert customers.golden(conn, 1)["name"] == "Acme Ltd"
        assert [row["source"] for row in customers.records_of(conn, 1)] == ["erp", "shop"]
        assert sources.ranking(conn) == [("erp", 1, 1), ("shop", None, 1)]
    with world.writing() as conn, engine.transaction(conn):
        sources.prefer(conn, ["shop", "erp"])
    with closing(engine.connect(world.store)) as conn:
        golden = customers.golden(conn, 1)
        assert (golden["name"], golden["phone"]) == ("Acme", "0301234567")


def test_where_nothing_else_decides_the_customer_that_was_kept_gives_its_name(world: World) -> None:
    world.merge(3, 1)
    with closing(engine.connect(world.store)) as conn:
        assert customers.golden(conn, 3)["name"] == "Cole KG"
        assert customers.golden(conn, 3)["tax_id"] == "TAX1"


def test_a_dry_run_leaves_nothing_behind(world: World) -> None:
    before = world.store.read_bytes()
    with world.writing() as conn, engine.transaction(conn, keep=False):
        assert merges.merge_clusters(conn, [[1, 2]], ME).records == 1
    assert world.store.read_bytes() == before
