from __future__ import annotations

import random
from pathlib import Path

import pytest
from dedupe_help import groups, scan, scored

from ci_cli.dedupe.engine import find_duplicates
from ci_cli.dedupe.explain import explain
from ci_cli.dedupe.labels import Decision
from ci_cli.dedupe.questions import questions
from ci_cli.dedupe.remembered import Known, remember
from ci_cli.dedupe.result import CERTAIN, REVIEW
from ci_cli.dedupe.table import Records

import dedupe_lists  # isort: skip  (found by dedupe_help)

ACME = {
    "name": ["Acme Foods Ltd", "ACME FOODS LIMITED", "Brandt Steel GmbH", "Lumen Optics Inc"],
    "city": ["Leeds", "Leeds", "Berlin", "Boston"],
    "phone": ["0113 496 0001", "+44 113 496 0001", "030 1234567", "617 555 0100"],
}


def test_three_systems_one_customer() -> None:
    result = scan(ACME, keys=["a", "b", "c", "d"])
    assert groups(result) == {frozenset("ab")}


@pytest.mark.parametrize("size", [0, 1, 2, 3, 20, 100])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_small_lists_never_fail_and_merge_nobody_wrongly(size: int, seed: int) -> None:
    for make in (dedupe_lists.people, dedupe_lists.firms, dedupe_lists.chinese_firms):
        columns, truth = make(max(size, 2), seed)
        columns = {head: values[:size] for head, values in columns.items()}
        result = scan(columns)
        for a, b, band in zip(result.pairs.left, result.pairs.right, result.band, strict=True):
            assert band != CERTAIN or truth[a] == truth[b]


@pytest.mark.parametrize("name", ["people 300", "companies 300", "Chinese companies 200"])
def test_the_order_of_rows_changes_nothing(name: str) -> None:
    columns, _ = dedupe_lists.LISTS[name](7)
    size = len(next(iter(columns.values())))
    keys = [f"k{i}" for i in range(size)]
    order = list(range(size))
    random.Random(3).shuffle(order)
    one = scan(columns, keys=keys)
    other = scan(
        {head: [values[i] for i in order] for head, values in columns.items()},
        keys=[keys[i] for i in order],
    )
    assert groups(one) == groups(other)
    assert scored(one) == scored(other)


def test_the_order_of_rows_changes_nothing_where_weights_are_learnt_and_blocks_built() -> None:
    columns, _ = dedupe_lists.people(4000, 7)
    keys = [f"k{i}" for i in range(4000)]
    order = list(range(4000))
    random.Random(3).shuffle(order)
    one = scan(columns, keys=keys)
    shuffled = {head: [values[i] for i in order] for head, values in columns.items()}
    other = scan(shuffled, keys=[keys[i] for i in order])
    assert one.model.learnt
    assert one.rules
    assert groups(one) == groups(other)
    assert scored(one) == scored(other)


def test_blank_addresses_of_ten_thousand_merge_nobody_and_cost_nothing() -> None:
    draw = random.Random(5)
    names = [
        "".join(draw.choice("abcdefghijklmnoprstuvw") for _ in range(9)) for _ in range(20_000)
    ]
    for blank in (None, "", "none", "none@none.com"):
        result = scan({"name": [f"{a} {b}" for a, b in zip(names[::2], names[1::2], strict=True)],
                       "email": [blank] * 10_000})  # fmt: skip
        assert groups(result) == set()
        assert len(result.pairs) < 2_000_000


def test_ten_thousand_identical_rows_are_one_customer() -> None:
    size = 10_000
    result = scan({"name": ["Anna Berg"] * size, "email": ["anna.berg@example.com"] * size,
                   "phone": ["020 7946 0958"] * size, "city": ["Hull"] * size})  # fmt: skip
    assert len(result.pairs) == size - 1
    assert len(groups(result)) <= 1


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"x": []},
        {"amount": ["1", "2", "3"]},  # no usable field
        {"name": ["Acme", "Acme", "Acme"]},
        {"name": [None, None, None]},
        {"name": ["x" * 1_000_000, "x" * 1_000_000, "y"]},
        {"city": ["Hull", "Hull", "Hull"], "zip": ["1", "1", "1"]},
    ],
)
def test_lists_that_say_little_are_scanned_all_the_same(columns: dict[str, list[str]]) -> None:
    result = scan(columns)
    assert not (result.band == CERTAIN).any()


def test_a_place_alone_joins_nobody() -> None:
    result = scan({"city": ["Hull"] * 4, "street": ["1 Mill Road"] * 4, "name": [None] * 4})
    assert groups(result) == set()


def test_a_town_is_counted_once_with_its_country_and_its_postcodes() -> None:
    towns = ["Paris", "London", "Madrid", "Berlin", "Lyon", "Leeds"] * 6
    lands = ["France", "UK", "Spain", "Germany", "France", "UK"] * 6
    columns = {
        "company": [f"{name} Trading" for name in "abcdefghijklmnopqrstuvwxyz0123456789"],
        "city": towns,
        "country": lands,
        "postcode": [f"{1000 + 100 * (n % 6) + n // 6}" for n in range(36)],
    }
    result = scan(columns)
    at = {field.name: i for i, field in enumerate(result.records.fields)}
    levels = result.patterns.levels[result.pairs.pattern]
    same_town = levels[:, at["city"]] == 0
    assert same_town.sum() == 6 * 15
    assert (levels[same_town][:, [at["country"], at["postcode"]]] == -1).all()
    assert (levels[~same_town][:, at["country"]] >= 0).all()


def test_one_number_does_not_stand_against_another_town_and_another_phone() -> None:
    people = {
        "name": ["Ann Vale", "Ann Vale", "Bob Stone", "Carl Reed", "Dora Finch"],
        "city": ["Leeds", "Bristol", "York", "Hull", "Bath"],
        "phone": ["0113 496 0001", "0117 496 0872", "01904 960003", "01482 960004", "01225 960005"],
        "email": ["a.vale7@mail.com", "a.vale7@mail.com", "bob@x.org", "carl@y.org", "dora@z.org"],
    }
    assert scored(scan(people))["000000000", "000000001"][1] == REVIEW
    again = people | {"city": ["Leeds", "Leeds", "York", "Hull", "Bath"]}
    assert scored(scan(again))["000000000", "000000001"][1] == CERTAIN


@pytest.mark.parametrize(
    ("births", "emails", "certain"),
    [
        (["1957-04-02", None], ["jo@x.org", None], False),  # a son who bears his father's name
        (["1957-04-02", "1957-04-02"], [None, None], True),
        ([None, None], ["jo.k@x.org", "jo.k@x.org"], True),
        (["1972-01-15", "1972-11-05"], ["jo.k@x.org", "jo.k@x.org"], False),
    ],
)
def test_a_name_and_an_address_are_not_enough_for_people(
    births: list[str | None], emails: list[str | None], certain: bool
) -> None:
    firsts = ["Ann", "Bob", "Carl", "Dora", "Emil", "Fay", "Gus", "Hal"]
    result = scored(scan({
        "first name": ["Jonathan", "Jonathan", *firsts],
        "last name": ["Kelbranton", "Kelbranton", *(f"{first}son" for first in firsts)],
        "date of birth": [*births, *(f"19{60 + n}-0{n + 1}-1{n}" for n in range(8))],
        "street": ["37 Oak Street", "37 Oak Street", *(f"{n} Mill {n} Lane" for n in range(8))],
        "zip": ["13225", "13225", *(f"2{n}4{n}1" for n in range(8))],
        "email": [*emails, *(f"{first.lower()}@y.org" for first in firsts)],
    }))  # fmt: skip
    assert (result["000000000", "000000001"][1] == CERTAIN) == certain


def test_a_name_and_a_town_are_enough_for_companies_only() -> None:
    names = ["Ann Vale", "Ann Vale", "Acme Steel Ltd", "ACME Steel Limited"]
    brands = (
        "Alba Brunn Corvo Drena Elvik Farno Gessl Hulde Ivano Jorrat Kelda Lumen Morvan Nessa "
        "Oltra Pezzo Quill Rovik Senta Tavor Ulmen Vesta Wendel Xanto Yarrow Zubia Orsk"
    )
    others = [f"{brand} {('Motors', 'Foods', 'Glass')[n % 3]} GmbH"
              for n, brand in enumerate(brands.split())]  # fmt: skip
    result = scored(scan({
        "name": [*names, *others],
        "city": ["Leeds", "Leeds", "York", "York", *(f"Town{n}" for n in range(len(others)))],
    }))  # fmt: skip
    assert result["000000000", "000000001"][1] < CERTAIN
    assert result["000000002", "000000003"][1] == CERTAIN


def test_twins_and_father_and_son_are_never_certain() -> None:
    columns = {
        "first_name": ["Anna", "Emma", "John", "John", "Otto", "Ivan", "Mia", "Lars"],
        "last_name": ["Berg", "Berg", "Holt", "Holt", "Kern", "Ruz", "Lind", "Dahl"],
        "date_of_birth": ["1990-05-06", "1990-05-06", "1950-01-02", "1980-07-09",
                          "1971-01-01", "1965-02-02", "1988-03-03", "1992-04-04"],
        "street": ["1 Mill Road", "1 Mill Road", "2 Oak Lane", "2 Oak Lane", "3 Elm Way",
                   "4 Lake Drive", "5 Hill Street", "6 Park Close"],
        "phone": ["0113 496 0001", "0113 496 0001", "0113 496 0002", "0113 496 0002", None, None,
                  None, None],
    }  # fmt: skip
    assert not (scan(columns).band == CERTAIN).any()


def test_one_brand_in_two_cities_is_two_companies() -> None:
    result = scan(
        {
            "客户名称": ["北京华信科技有限公司", "上海华信科技有限公司", "华信科技（北京）公司",
                     "深圳天河贸易有限公司", "深圳天和贸易有限公司", "广州宏远物流公司"],
            "电话": ["13800000001", "13900000002", "13800000001", "13700000003", "13600000004",
                   "0"],
        }
    )  # fmt: skip
    assert groups(result) == {frozenset({"000000000", "000000002"})}


def test_what_people_decided_holds() -> None:
    keys = ["a", "b", "c", "d"]
    apart = scan(ACME, keys=keys, decisions=[Decision("a", "b", same=False)])
    assert groups(apart) == set()
    together = scan(ACME, keys=keys, decisions=[Decision("c", "d", same=True)])
    assert frozenset("cd") in groups(together)
    changed = [Decision("a", "b", same=False), Decision("b", "a", same=True)]
    assert groups(scan(ACME, keys=keys, decisions=changed)) == {frozenset("ab")}
    assert groups(scan(ACME, keys=keys, decisions=[Decision("a", "gone", same=True)])) == {
        frozenset("ab")
    }


def test_identical_records_can_be_kept_apart() -> None:
    columns = {head: [values[0]] * 2 + values[2:] for head, values in ACME.items()}
    keys = ["a", "b", "c", "d"]
    assert groups(scan(columns, keys=keys)) == {frozenset("ab")}
    assert groups(scan(columns, keys=keys, decisions=[Decision("a", "b", same=False)])) == set()


def test_answers_make_the_next_scan_better() -> None:
    columns, truth = dedupe_lists.people(1500, 11, noise=2.0)
    records = Records.from_columns(columns)
    result = find_duplicates(records)

    def wrong(labels: list[int]) -> int:
        return sum(
            (truth[a] == truth[b]) != (labels[a] == labels[b])
            for a in range(len(truth))
            for b in range(a)
        )

    before = wrong(result.clusters.tolist())
    decisions: list[Decision] = []
    for _ in range(5):
        for a, b in questions(result, 12):
            same = truth[a] == truth[b]
            decisions.append(Decision(records.keys[a], records.keys[b], same))
        result = find_duplicates(records, decisions=decisions)
    assert wrong(result.clusters.tolist()) < before * 0.9


def test_no_question_is_asked_twice() -> None:
    columns, _ = dedupe_lists.people(1000, 12, noise=2.0)
    records = Records.from_columns(columns)
    result = find_duplicates(records)
    asked = {tuple(sorted(pair)) for pair in questions(result, 20).tolist()}
    assert len(asked) == 20
    decisions = [Decision(records.keys[a], records.keys[b], same=False) for a, b in sorted(asked)]
    again = questions(find_duplicates(records, decisions=decisions), 20).tolist()
    assert not asked & {tuple(sorted(pair)) for pair in again}


@pytest.mark.parametrize(
    "make", [dedupe_lists.people, dedupe_lists.firms, dedupe_lists.chinese_firms]
)
def test_a_list_that_has_grown_is_scanned_as_if_it_were_new(make: object) -> None:
    columns, _ = make(3600, 21)  # type: ignore[operator]
    keys = [f"k{i}" for i in range(3600)]
    first = {head: values[:3300] for head, values in columns.items()}
    earlier = scan(first, keys=keys[:3300])
    changed = {head: list(values) for head, values in columns.items()}
    head = next(iter(changed))
    changed[head][5] = "Somebody Else"  # and one record was edited meanwhile
    records = Records.from_columns(changed, keys)
    known = Known.from_bytes(remember(earlier).to_bytes())
    for model in (None, earlier.base):
        grown = find_duplicates(records, known=known, model=model)
        full = find_duplicates(records, model=model)
        assert grown.compared < full.compared / 2
        assert scored(grown) == scored(full)
        assert groups(grown) == groups(full)


def test_the_reasons_add_up() -> None:
    columns, _ = dedupe_lists.people(800, 31)
    records = Records.from_columns(columns)
    a, b = questions(find_duplicates(records), 1)[0].tolist()
    decided = [Decision(records.keys[a], records.keys[b], same=True)]
    for result in (find_duplicates(records), find_duplicates(records, decisions=decided)):
        for place in range(0, len(result.pairs), 9_001):
            one, other = int(result.pairs.left[place]), int(result.pairs.right[place])
            why = explain(result, one, other)
            parts = why.prior + sum(f.weight for f in why.fields) + why.decisions + why.related
            assert parts == pytest.approx(why.total, abs=1e-6)
            assert why.probability == pytest.approx(
                float(result.pairs.probability[place]), abs=1e-4
            )
            assert why.identified == (why.probability > 0)


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("people 3,000", 0.93),
        ("companies 3,000", 0.92),
        ("Chinese companies 2,000", 0.93),
        ("people 2,000, no duplicates", 0.0),
    ],
)
def test_made_lists_are_cleaned_well_and_certain_is_true(name: str, least: float) -> None:
    import dedupe as benchmark  # benchmarks/dedupe.py

    columns, truth = dedupe_lists.LISTS[name](77)
    result = scan(columns)
    assert benchmark.cluster_figures(truth, result.clusters.tolist())[2] >= least
    certain = result.band == CERTAIN
    pairs = zip(result.pairs.left[certain], result.pairs.right[certain], strict=True)
    right = [truth[a] == truth[b] for a, b in pairs]
    assert sum(right) >= 0.985 * len(right)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "least"),
    [("febrl1", 0.999), ("febrl2", 0.999), ("fake_1000", 0.90), ("patstat, raw name only", 0.79),
     ("patstat, all columns", 0.80)],
)  # fmt: skip
def test_public_lists_without_configuration(name: str, least: float, shared_data: Path) -> None:
    import dedupe as benchmark  # benchmarks/dedupe.py

    assert (shared_data / "dedup").is_dir()
    columns, truth = benchmark.named_lists()[name]
    result = scan(columns)
    assert benchmark.cluster_figures(truth, result.clusters.tolist())[2] >= least
