"""What an import does to the store, case by case, on small files made by hand."""

from __future__ import annotations

import csv
from contextlib import closing
from pathlib import Path

import pytest

from ci_cli.errors import CiError, ExitCode
from ci_cli.store import customers, engine, facts
from ci_cli.store.writes import links, undo
from importer import AT, bring_in, new_store
from store_dump import logical_dump


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return new_store(tmp_path / "ci.db")


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def net(store: Path) -> dict[str, int]:
    """Return revenue by month."""
    with closing(engine.connect(store)) as conn:
        rows = conn.execute(
            "SELECT substr(day, 1, 7), sum(amount) FROM revenue_line GROUP BY 1 ORDER BY 1"
        )
        return {row[0]: row[1] for row in rows}


def purchases(store: Path) -> dict[str, tuple[int, int]]:
    """Return (orders, net) by customer name."""
    with closing(engine.connect(store)) as conn:
        rows = facts.customer_purchases(conn, as_of="2030-01-01", start="", currency="EUR")
    return {row.name: (row.orders, row.net) for row in rows}


ORDERS = "order id,order date,customer id,product code,quantity,unit price\n"


def test_returns_lower_revenue_and_are_no_purchase(store: Path, tmp_path: Path) -> None:
    text = ORDERS + (
        "1,2024-01-05,A,tea,10,2.50\n"
        "2,2024-01-06,A,tea,1,2.50\n"
        "3,2024-01-07,B,tea,1,2.50\n"
        "C4,2024-02-01,A,tea,-4,2.50\n"
        "5,2024-02-02,A,cup,-1,1.00\n"
    )
    bring_in(store, file(tmp_path, "o.csv", text))
    assert net(store) == {"2024-01": 300_000, "2024-02": -110_000}
    with closing(engine.connect(store)) as conn:
        rows = facts.customer_purchases(conn, as_of="2024-12-31", start="", currency="EUR")
    assert [(r.orders, r.net, r.last) for r in rows] == [
        (2, 165_000, "2024-01-06"), (1, 25_000, "2024-01-07"),
    ]  # fmt: skip


def test_a_type_column_makes_returns_and_a_status_column_voids(store: Path, tmp_path: Path) -> None:
    text = (
        "单据编号,单据日期,客户编码,单据类型,订单状态,商品名称,数量,金额\n"
        "1,2024-01-05,A,销售出库,已完成,茶,10,100\n"
        "2,2024-02-05,A,销售退货,已完成,茶,2,20\n"
        "3,2024-03-05,A,销售出库,已取消,茶,5,50\n"
        "4,2024-04-05,A,报价单,已完成,茶,7,70\n"
    )
    bring_in(store, file(tmp_path, "o.csv", text))
    assert net(store) == {"2024-01": 1_000_000, "2024-02": -200_000}
    with closing(engine.connect(store)) as conn:
        assert conn.execute("SELECT count(*) FROM order_line").fetchone()[0] == 4


def test_a_repeated_order_total_is_not_summed(store: Path, tmp_path: Path) -> None:
    text = (
        "order id,order date,customer,product,order total\n"
        "1,2024-01-05,Ann,tea,30.00\n1,2024-01-05,Ann,cup,30.00\n1,2024-01-05,Ann,pot,30.00\n"
        "2,2024-01-06,Bob,tea,10.00\n2,2024-01-06,Bob,cup,10.00\n"
        "3,2024-01-07,Bob,tea,7.00\n3,2024-01-07,Bob,cup,7.00\n"
    )
    bring_in(store, file(tmp_path, "o.csv", text))
    assert net(store) == {"2024-01": 470_000}


def test_a_rate_of_discount_is_rounded_once(store: Path, tmp_path: Path) -> None:
    text = (
        "order id,order date,customer id,product code,quantity,unit price,discount\n"
        "1,2024-01-05,A,tea,3,0.333,0.15\n1,2024-01-05,A,cup,1,10.00,0\n"
    )
    bring_in(store, file(tmp_path, "o.csv", text))
    # 3 × 0.333 × 0.85 = 0.849150
    assert net(store) == {"2024-01": 8_492 + 100_000}


def test_identical_rows_are_all_kept_and_found_again(store: Path, tmp_path: Path) -> None:
    text = ORDERS + "1,2024-01-05,A,tea,1,2.50\n" * 3
    path = file(tmp_path, "o.csv", text)
    assert bring_in(store, path).counts.created == 3
    assert net(store) == {"2024-01": 75_000}
    assert bring_in(store, path).counts.unchanged == 3


def test_an_order_that_lacks_stored_lines_is_a_conflict(store: Path, tmp_path: Path) -> None:
    bring_in(store, file(tmp_path, "a.csv", ORDERS + "1,2024-01-05,A,tea,1,2.50\n"
                         "1,2024-01-05,A,cup,1,1.00\n2,2024-01-06,A,tea,1,2.50\n"))  # fmt: skip
    before = logical_dump(store)
    changed = ORDERS + "1,2024-01-05,A,tea,1,2.50\n1,2024-01-05,A,cup,2,1.00\n" \
        "2,2024-01-06,A,tea,1,2.50\n"  # fmt: skip
    result = bring_in(store, file(tmp_path, "b.csv", changed))
    assert (result.counts.conflict, result.counts.unchanged, result.counts.created) == (2, 1, 0)
    assert logical_dump(store) == before
    assert {reject.where.line for reject in result.files[0].rejects} == {2, 3}


def test_one_number_in_two_systems_never_mixes_customers(store: Path, tmp_path: Path) -> None:
    header = "order id,order date,customer id,total\n"
    bring_in(store, file(tmp_path, "a.csv", header + "1,2024-01-05,A,10\n2,2024-01-06,A,5\n"))
    result = bring_in(store, file(tmp_path, "b.csv", header + "1,2024-03-05,B,99\n"))
    assert result.counts.conflict == 1
    assert net(store) == {"2024-01": 150_000}
    # as a source of its own it is another order
    other = bring_in(store, tmp_path / "b.csv", source="shop")
    assert other.counts.created == 1
    assert net(store) == {"2024-01": 150_000, "2024-03": 990_000}


def test_a_row_that_contradicts_its_own_order_is_set_aside(store: Path, tmp_path: Path) -> None:
    text = ORDERS + "1,2024-01-05,A,tea,1,2.50\n1,2024-01-05,B,cup,1,1.00\n"
    result = bring_in(store, file(tmp_path, "o.csv", text))
    assert (result.counts.created, result.counts.conflict) == (1, 1)


def test_lines_without_a_customer_count_in_revenue_only(store: Path, tmp_path: Path) -> None:
    text = ORDERS + "1,2024-01-05,,tea,1,2.50\n2,2024-01-05,A,tea,1,2.50\n"
    bring_in(store, file(tmp_path, "o.csv", text))
    assert net(store) == {"2024-01": 50_000}
    with closing(engine.connect(store)) as conn:
        rest = facts.unassigned(conn, as_of="2024-12-31", start="", currency="EUR")
    assert (rest.lines, rest.net) == (1, 25_000)
    assert len(purchases(store)) == 1


def test_codes_stay_text(store: Path, tmp_path: Path) -> None:
    text = ORDERS + "007,2024-01-05,00123,1E5,1,2.50\n008,2024-01-05,NA,00A,1,2.50\n"
    bring_in(store, file(tmp_path, "o.csv", text))
    with closing(engine.connect(store)) as conn:
        keys = {row[0] for row in conn.execute("SELECT source_key FROM record")}
        codes = {row[0] for row in conn.execute("SELECT product_key FROM item")}
        ids = {row[0] for row in conn.execute("SELECT order_key FROM sales_order")}
    assert (keys, codes, ids) == ({"00123", "NA"}, {"1E5", "00A"}, {"007", "008"})


def test_two_currencies_are_never_summed(store: Path, tmp_path: Path) -> None:
    text = (
        "order id,order date,customer id,product,amount,currency\n"
        "1,2024-01-05,A,tea,10,EUR\n2,2024-01-05,A,tea,99,USD\n"
    )
    bring_in(store, file(tmp_path, "o.csv", text))
    with closing(engine.connect(store)) as conn:
        assert set(facts.currencies(conn)) == {"EUR", "USD"}
        for currency, amount in (("EUR", 100_000), ("USD", 990_000)):
            cells, totals = facts.month_cells(
                conn, by="category", as_of="2024-12-31", first="2024-01", last="2024-12",
                currency=currency,
            )  # fmt: skip
            assert [c.net for c in cells] == [c.net for c in totals] == [amount]


CUSTOMERS = "customer id,customer name,city,phone\n"


def test_update_fill_skip_and_error(store: Path, tmp_path: Path) -> None:
    first = file(tmp_path, "a.csv", CUSTOMERS + "A,Ann Ltd,Graz,\nB,Bob Ltd,Linz,\n")
    second = file(tmp_path, "b.csv", CUSTOMERS + "A,Ann Ltd,Wien,0316 123456\nB,Bob Ltd,Linz,\n")
    bring_in(store, first)

    def city_and_phone() -> tuple[str, str | None]:
        with closing(engine.connect(store)) as conn:
            golden = customers.golden(conn, customers.find(conn, "A"))
        return golden["city"], golden["phone"]

    before = logical_dump(store)
    with pytest.raises(CiError) as caught:
        bring_in(store, second, on_match="error")
    assert (caught.value.code, caught.value.exit_code) == ("row-differs", ExitCode.DECIDE)
    assert logical_dump(store) == before
    assert bring_in(store, second, on_match="skip").counts.unchanged == 2
    assert logical_dump(store) == before
    filled = bring_in(store, second, on_match="fill").counts
    assert (filled.updated, filled.unchanged) == (1, 1)
    assert city_and_phone() == ("Graz", "0316 123456")
    assert bring_in(store, second).counts.updated == 1
    assert city_and_phone() == ("Wien", "0316 123456")
    # an empty cell never erases
    assert bring_in(store, first).counts.updated == 1
    assert city_and_phone() == ("Graz", "0316 123456")


def test_files_that_join_come_in_any_order(store: Path, tmp_path: Path) -> None:
    parts = [
        file(tmp_path, "c.csv", CUSTOMERS + "A,Ann Ltd,Graz,\n"),
        file(tmp_path, "o.csv", "order id,order date,customer id\n1,2024-01-05,A\n"),
        file(tmp_path, "l.csv", "order id,product code,quantity,unit price\n1,T,2,2.50\n"),
        file(tmp_path, "p.csv", "product code,product name,category\nT,Tea,Drinks\n"),
    ]
    dumps = []
    for number, order in enumerate((parts, parts[::-1], [parts[2], parts[0], parts[3], parts[1]])):
        together = new_store(tmp_path / f"together{number}.db")
        bring_in(together, *order)
        apart = new_store(tmp_path / f"apart{number}.db")
        for part in order:
            assert bring_in(apart, part).counts.created == 1
        dumps += [logical_dump(together), logical_dump(apart)]
    assert all(dump == dumps[0] for dump in dumps)
    assert net(together) == {"2024-01": 50_000}


def test_what_waits_is_out_of_reports_until_it_is_described(store: Path, tmp_path: Path) -> None:
    lines = file(tmp_path, "l.csv", "order id,product code,quantity,unit price\n1,T,2,2.50\n")
    bring_in(store, lines)
    assert net(store) == {}
    with closing(engine.connect(store)) as conn:
        assert facts.undated_lines(conn).net == 50_000


BOOK = "order date,customer name,product,amount\n"


def test_a_name_links_when_one_customer_has_it(store: Path, tmp_path: Path) -> None:
    bring_in(store, file(tmp_path, "c.csv", CUSTOMERS + "A,Ann Ltd,Graz,\nB,Bob Ltd,Linz,\n"),
             source="erp")  # fmt: skip
    book = file(tmp_path, "o.csv", BOOK + "2024-01-05,ANN  ltd.,tea,5\n2024-01-06,Zoe,tea,7\n")
    result = bring_in(store, book, source="book")
    assert result.linked == 1
    assert purchases(store) == {"Ann Ltd": (1, 50_000), "Zoe": (1, 70_000)}
    with closing(engine.connect(store, write=True)) as conn:
        stub = conn.execute("SELECT record_id FROM link").fetchone()[0]
        with engine.transaction(conn):
            links.unlink(conn, stub, AT)
    assert purchases(store) == {"ANN  ltd.": (1, 50_000), "Zoe": (1, 70_000)}
    bring_in(store, book, source="book")  # a person's word stands
    assert purchases(store) == {"ANN  ltd.": (1, 50_000), "Zoe": (1, 70_000)}


def test_a_name_that_several_have_waits(store: Path, tmp_path: Path) -> None:
    bring_in(store, file(tmp_path, "c.csv", CUSTOMERS + "A,Ann Ltd,Graz,\nB,Ann Ltd,Linz,\n"))
    result = bring_in(store, file(tmp_path, "o.csv", BOOK + "2024-01-05,Ann Ltd,tea,5\n"),
                      source="book")  # fmt: skip
    assert (result.linked, result.waiting) == (0, 1)
    with closing(engine.connect(store, write=True)) as conn:
        (waits,) = links.waiting(conn)
        assert [name for _, name in waits.candidates] == ["Ann Ltd", "Ann Ltd"]
        with engine.transaction(conn):
            links.link_by_hand(conn, waits.record_id, waits.candidates[1][0], AT)
        assert links.waiting(conn) == []
        assert customers.resolve(conn, waits.record_id) == waits.candidates[1][0]


def test_the_stronger_evidence_links(store: Path, tmp_path: Path) -> None:
    bring_in(store, file(tmp_path, "c.csv", CUSTOMERS + "A,Ann Ltd,Graz,+43 316 123456\n"
                         "B,Ann Ltd,Linz,+43 732 654321\n"))  # fmt: skip
    text = "order date,customer name,phone,product,amount\n2024-01-05,Ann,+43 (732) 654321,tea,5\n"
    assert bring_in(store, file(tmp_path, "o.csv", text), source="book").linked == 1
    with closing(engine.connect(store)) as conn:
        linked = conn.execute("SELECT to_customer_id, how FROM link").fetchone()
        assert tuple(linked) == (customers.find(conn, "B"), "phone")


def test_undo_leaves_what_others_mention_as_a_name(store: Path, tmp_path: Path) -> None:
    first = bring_in(store, file(tmp_path, "c.csv", CUSTOMERS + "A,Ann Ltd,Graz,\nB,Bob,Linz,\n"))
    bring_in(store, file(tmp_path, "o.csv", ORDERS + "1,2024-01-05,A,tea,1,2.50\n"))
    with closing(engine.connect(store, write=True)) as conn:
        with engine.transaction(conn):
            result = undo.undo(conn, first.batch_id, AT)
        names = {row[0] for row in conn.execute("SELECT source_key FROM record")}
        with pytest.raises(CiError, match="import-undone"), engine.transaction(conn):
            undo.undo(conn, first.batch_id, AT)
    assert names == {"A"}
    assert (result.kept, result.waiting["record"]) == ([], 1)
    assert net(store) == {"2024-01": 25_000}


def test_undo_brings_replaced_values_back(store: Path, tmp_path: Path) -> None:
    bring_in(store, file(tmp_path, "a.csv", CUSTOMERS + "A,Ann Ltd,Graz,\n"))
    before = logical_dump(store, provenance=True)
    second = bring_in(store, file(tmp_path, "b.csv", CUSTOMERS + "A,Ann GmbH,Wien,0316 123456\n"))
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        undo.undo(conn, second.batch_id, AT)
    assert logical_dump(store, provenance=True) == before


def test_bad_rows_are_set_aside_and_the_file_goes_on(store: Path, tmp_path: Path) -> None:
    text = ORDERS + (
        "1,2024-01-05,A,tea,1,2.50\n2,2024-13-45,A,tea,1,2.50\n3,2024-01-05,A,tea,many,2.50\n"
        ",2024-01-05,A,tea,1,2.50\n5,2024-01-05,A,tea\n"
    )
    path = file(tmp_path, "o.csv", text)
    result = bring_in(store, path)
    assert (result.counts.created, result.counts.rejected) == (1, 4)
    assert [(r.where.line, r.where.column) for r in result.files[0].rejects] == [
        (3, "order date"), (4, "quantity"), (5, "order id"), (6, None),
    ]  # fmt: skip
    assert all(str(r.reason) and str(r.fix) for r in result.files[0].rejects)
    other = new_store(tmp_path / "strict.db")
    before = logical_dump(other)
    with pytest.raises(CiError, match="row-rejected"):
        bring_in(other, path, strict=True)
    assert logical_dump(other) == before


def test_a_total_row_is_not_data(store: Path, tmp_path: Path) -> None:
    text = "日期,客户名称,产品,金额\n2024-01-05,甲公司,茶,5\n2024-01-06,乙公司,茶,6\n合计,,,11\n"
    result = bring_in(store, file(tmp_path, "o.csv", text))
    assert result.counts.as_tuple() == (2, 2, 0, 0, 0, 0)
    assert any("合计" in str(note.text) for note in result.files[0].notes)
    assert net(store) == {"2024-01": 110_000}
    assert set(purchases(store)) == {"甲公司", "乙公司"}


def test_corrected_rejects_come_in(store: Path, tmp_path: Path) -> None:
    from ci_cli.output.rejects import rejects_writer

    text = ORDERS + "1,2024-01-05,A,tea,1,2.50\n1,2024-01-05,A,cup,two,1.00\n"
    path = file(tmp_path, "o.csv", text)
    first = bring_in(store, path)
    rejects = tmp_path / "r.csv"
    rejects_writer(rejects, store)(first.files, first.batch_id)
    rows = list(csv.reader(rejects.read_text("utf-8-sig").splitlines()))
    rows[1][rows[0].index("quantity")] = "2"
    with rejects.open("w", newline="", encoding="utf-8-sig") as out:
        csv.writer(out).writerows(rows)
    again = bring_in(store, rejects)
    assert (again.counts.read, again.counts.created) == (1, 1)
    assert net(store) == {"2024-01": 45_000}


def test_line_numbers_are_the_key_where_the_file_has_them(store: Path, tmp_path: Path) -> None:
    header = "order id,line no,order date,customer id,product code,quantity,unit price\n"
    rows = "1,1,2024-01-05,A,tea,1,2.50\n1,2,2024-01-05,A,cup,1,1.00\n"
    bring_in(store, file(tmp_path, "a.csv", header + rows))
    result = bring_in(store, file(tmp_path, "b.csv", header + rows.replace("cup,1", "cup,3")))
    assert (result.counts.updated, result.counts.unchanged) == (1, 1)
    assert net(store) == {"2024-01": 55_000}


def test_units_in_a_header_multiply(store: Path, tmp_path: Path) -> None:
    text = "单号,日期,客户名称,产品,金额(万元)\n1,2024-01-05,甲,茶,1.25\n2,2024-01-05,甲,茶,0.5\n"
    bring_in(store, file(tmp_path, "o.csv", text))
    assert net(store) == {"2024-01": 175_000_000}


def test_an_order_history_without_categories_still_adds_up(store: Path, tmp_path: Path) -> None:
    bring_in(store, file(tmp_path, "o.csv", ORDERS + "1,2024-01-05,A,tea,1,2.50\n"))
    with closing(engine.connect(store)) as conn:
        cells, _ = facts.month_cells(
            conn, by="category", as_of="2024-12-31", first="2024-01", last="2024-12", currency="EUR"
        )
    assert [(c.group, c.net) for c in cells] == [("", 25_000)]


@pytest.mark.parametrize("first", [0, 1, 2, 3])
def test_undo_in_any_order_is_as_if_it_had_never_come(tmp_path: Path, first: int) -> None:
    texts = {
        "c.csv": CUSTOMERS + "A,Ann Ltd,Graz,\nB,Bob Ltd,Linz,\n",
        "o.csv": "order id,order date,customer id,status\n1,2024-01-05,A,paid\n2,2024-01-06,B,paid\n",
        "l.csv": "order id,product code,quantity,unit price\n1,T,2,2.50\n2,T,1,2.50\n",
        "p.csv": "product code,product name,category\nT,Tea,Drinks\n",
    }
    parts = [file(tmp_path, name, text) for name, text in texts.items()]
    whole = new_store(tmp_path / "whole.db")
    batches = [bring_in(whole, part).batch_id for part in parts]
    rest = new_store(tmp_path / "rest.db")
    others = [part for part in parts if part is not parts[first]]
    for part in others:
        bring_in(rest, part)
    with closing(engine.connect(whole, write=True)) as conn, engine.transaction(conn):
        assert undo.undo(conn, batches[first], AT).kept == []
    assert logical_dump(whole) == logical_dump(rest)
    # and the rest can go as well, which leaves nothing
    with closing(engine.connect(whole, write=True)) as conn:
        for batch in batches:
            if batch != batches[first]:
                with engine.transaction(conn):
                    undo.undo(conn, batch, AT)
    empty = logical_dump(new_store(tmp_path / "empty.db"))
    assert logical_dump(whole) == empty


def test_what_one_undo_had_to_keep_goes_with_the_next(store: Path, tmp_path: Path) -> None:
    empty = logical_dump(store)
    first = bring_in(store, file(tmp_path, "a.csv", CUSTOMERS + "A,Ann Ltd,Graz,\n"))
    second = bring_in(store, file(tmp_path, "b.csv", CUSTOMERS + "A,Ann Ltd,Wien,\n"))
    with closing(engine.connect(store, write=True)) as conn:
        with engine.transaction(conn):
            assert len(undo.undo(conn, first.batch_id, AT).kept) == 1  # the row, said once
        with engine.transaction(conn):
            assert undo.undo(conn, second.batch_id, AT).kept == []
    assert logical_dump(store) == empty


def test_undo_says_who_else_had_the_rows(store: Path, tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", CUSTOMERS + "A,Ann Ltd,Graz,\n")
    first = bring_in(store, path)
    second = bring_in(store, path)
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        assert undo.undo(conn, first.batch_id, AT).repeated == [second.batch_id]
