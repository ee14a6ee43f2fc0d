from __future__ import annotations

from report_makers import UNIT, check_well_formed, records, sentences, table, total

from ci_cli.reports.selling import rfm_compare
from ci_cli.shapes.trade import SavedScore


def saved(number: int, code: str, segment: str, money: int) -> SavedScore:
    return SavedScore(number, f"Customer {number}", *map(int, code), segment, money * UNIT)


BEFORE = [
    saved(1, "555", "Champions", 900),
    saved(2, "555", "Champions", 800),
    saved(3, "244", "At Risk", 300),
    saved(4, "111", "Lost", 10),
]
AFTER = [
    saved(1, "554", "Champions", 950),
    saved(2, "255", "At Risk", 700),
    saved(3, "455", "Champions", 500),
    saved(5, "511", "New", 20),
]


def compare(before=BEFORE, after=AFTER, **options):
    report = rfm_compare.build(before, after, names=("may", "june"), currency="GBP", **options)
    check_well_formed(report)
    return report


def test_the_matrix_counts_every_customer_once():
    report = compare(order=["Champions", "New", "At Risk", "Lost"])
    matrix = report.tables[0]
    assert [column.key for column in matrix.columns] == [
        "segment", "Champions", "New", "At Risk", "Lost", "(left)", "all",
    ]  # fmt: skip
    rows = {row["segment"]: row for row in records(matrix)}
    assert list(rows) == ["Champions", "New", "At Risk", "Lost", "(entered)"]
    assert rows["Champions"]["Champions"] == 1
    assert rows["Champions"]["At Risk"] == 1
    assert rows["At Risk"]["Champions"] == 1
    assert rows["Lost"]["(left)"] == 1
    assert rows["(entered)"]["New"] == 1
    assert total(matrix)["all"] == sum(row["all"] for row in rows.values()) == 5
    assert sentences(report)[0] == "Stayed in their segment: 1. Moved: 2. Entered: 1. Left: 1."


def test_who_moved_where_with_most_money_first():
    report = compare(moves=True)
    assert [one.key for one in report.tables] == ["movers", "moves"]
    rows = records(report.tables[0])
    assert [(row["customer"], row["from"], row["to"]) for row in rows] == [
        ("C2", "Champions", "At Risk"),
        ("C3", "At Risk", "Champions"),
        ("C5", "(entered)", "New"),
        ("C4", "Lost", "(left)"),
    ]
    assert (rows[0]["code_before"], rows[0]["code_after"]) == ("555", "255")
    assert rows[0]["change"] == -100 * UNIT
    assert (rows[2]["revenue_before"], rows[2]["change"]) == (None, 20 * UNIT)
    assert (rows[3]["code_after"], rows[3]["change"]) == (None, -10 * UNIT)


def test_customers_merged_since_count_once():
    report = compare([*BEFORE, saved(1, "111", "Lost", 5)], AFTER)
    rows = {row["customer"]: row for row in records(table(report, "movers"))}
    assert "C1" not in rows
    assert any("merged since: 1." in one for one in sentences(report))


def test_the_same_run_twice_moves_nobody():
    report = compare(BEFORE, BEFORE[::-1])
    assert table(report, "movers").rows == []
    assert all(row[row["segment"]] == row["all"] for row in records(report.tables[0]))


def test_runs_without_names_compare_by_code_and_empty_runs_work():
    report = compare([saved(1, "321", "", 5)], [saved(1, "323", "", 5)], bins=(3, 3))
    assert records(table(report, "movers"))[0]["from"] == "3-2-1"
    assert compare([], []).tables[0].rows == []
