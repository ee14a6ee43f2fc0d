"""``--source``: a report sees the facts of some sources alone, and the parts make the whole.

What a report must say is added up here from the files themselves.
"""

from __future__ import annotations

import csv
import json
import random
import shutil
from collections import Counter
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ci_cli.cli.app import run
from ci_cli.cli.options import Session
from ci_cli.store import engine, facts, narrowed
from ci_cli.store.kept import marks, refresh
from importer import bring_in, new_store

ERP, SHOP = "erp", 'shop, "old"\'s'
HEADER = "order id,order date,customer id,customer name,product,category,quantity,unit price,amount"
UNTIL = "2024-12-28"


def book(seed: int, orders: int) -> list[list[str]]:
    """Return lines of orders of eight customers over two years, one in ten a return."""
    dice = random.Random(seed)
    lines = []
    for number in range(orders):
        customer, sign = dice.choice("ABCDEFGH"), dice.choice([1] * 9 + [-1])
        day = f"{2023 + number % 2}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        for _line in range(dice.randint(1, 3)):
            product = dice.choice(["tea", "cup", "pot", "tray"])
            price, quantity = dice.randint(100, 99_99), sign * dice.randint(1, 4)
            lines.append([
                f"{seed}-{number}", day, customer, f"Company {customer}", product,
                "drinks" if product == "tea" else "things", str(quantity),
                str(Decimal(price) / 100), str(Decimal(price * quantity) / 100),
            ])  # fmt: skip
    return lines


BOOKS = {ERP: book(1, 60), SHOP: book(2, 40)}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two systems that know the same eight companies; one company is merged, one is not."""
    folder = tmp_path_factory.mktemp("sources")
    store = new_store(folder / "ci.db")
    for number, (source, lines) in enumerate(BOOKS.items()):
        file = folder / f"{number}.csv"
        file.write_text("\n".join([HEADER, *(",".join(line) for line in lines)]), "utf-8")
        bring_in(store, file, source=source)
    bring_in_calls(store)
    return store


def bring_in_calls(store: Path) -> None:
    """Import what a third system knows of a company that all know, and merge what is one."""
    calls = store.with_name("calls.csv")
    calls.write_text(
        "activity id,date,kind,customer name,notes\n"
        "1,2024-05-02,call,Company A,asks for samples\n2,2024-06-02,visit,Company A,pleased\n"
        "3,2024-06-03,request,Company A,wants a larger box\n",
        "utf-8",
    )
    bring_in(store, calls, source="crm", kind="interactions")
    with closing(engine.connect(store)) as conn:
        known = conn.execute("SELECT id FROM record WHERE name = 'Company A' ORDER BY id")
        ids = [f"C{row[0]}" for row in known]
    assert len(ids) > 1
    assert run(["dedupe", "merge", *ids, "--keep", ids[0], "-q", "-y", "--db", str(store)]) == 0


Asked = Any


@pytest.fixture
def ask(store: Path, capsys: pytest.CaptureFixture[str]) -> Asked:
    def json_of(*words: str) -> Any:
        capsys.readouterr()
        where = [] if "--db" in words else ["--db", str(store)]
        assert run([*words, "--format", "json", "-q", *where]) == 0, capsys.readouterr()
        return json.loads(capsys.readouterr().out)

    return json_of


def amounts(source: str, of: int) -> Counter[str]:
    """Add up what the file says, in hundredths, by one of its columns."""
    found: Counter[str] = Counter()
    for line in BOOKS[source]:
        found[line[of]] += int(Decimal(line[-1]) * 100)
    return found


def hundredths(value: Any) -> int:
    return int(Decimal(str(value)) * 100)


@pytest.mark.parametrize("source", BOOKS)
@pytest.mark.parametrize("by", ["category", "product"])
def test_the_revenue_of_a_source_is_what_its_file_says(ask: Asked, source: str, by: str) -> None:
    words = ["procat", "report", "--by", by, "--months", "40", "--long", "--as-of", UNTIL]
    found: Counter[str] = Counter()
    for row in ask(*words, "--source", source)["rows"]:
        found[row[by]] += hundredths(row["net"])
    assert found == amounts(source, 5 if by == "category" else 4)


@pytest.mark.parametrize(
    ("words", "money"),
    [
        (["rfm", "run"], "monetary"),
        (["rfm", "abc", "--customers"], "revenue"),
        (["report", "pivot", "--rows", "country"], "revenue"),
        (["report", "pivot", "--rows", "source"], "revenue"),
        (["report", "products"], "revenue"),
    ],
)
def test_the_parts_make_the_whole(ask: Asked, words: list[str], money: str) -> None:
    def total(*more: str) -> int:
        return sum(hundredths(row[money]) for row in ask(*words, "--as-of", UNTIL, *more)["rows"])

    erp, shop = total("--source", ERP), total("--source", SHOP)
    assert erp == sum(amounts(ERP, 2).values())
    assert shop == sum(amounts(SHOP, 2).values())
    assert erp + shop == total() == total("--source-class", "transaction")


def test_a_merged_customer_keeps_the_orders_of_the_source_alone(ask: Asked) -> None:
    for source in BOOKS:
        rows = ask("rfm", "run", "--as-of", UNTIL, "--source", source)["rows"]
        found = {row["name"]: hundredths(row["monetary"]) for row in rows}
        assert found == {f"Company {key}": value for key, value in amounts(source, 2).items()}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds what two of the sources gave and nothing else."""
    folder = tmp_path_factory.mktemp("alone")
    file = folder / "erp.csv"
    file.write_text("\n".join([HEADER, *(",".join(line) for line in BOOKS[ERP])]), "utf-8")
    store = new_store(folder / "ci.db")
    bring_in(store, file, source=ERP)
    bring_in_calls(store)
    return store


TIMELESS = ("report turnaround --window all", "log list")


@pytest.mark.parametrize(
    "words",
    [
        "rfm segments", "rfm call", "rfm forecast", "rfm backtest --weeks 4",
        "procat explain things", "report verticals", "report discounts", "report margin",
        "report pareto", "report second-sale", "report growth-room",
        "report frequency", "report adoption --product tea", "customer phases WHO", "health run",
        "health show WHO", "health explain WHO", "health plays", "report turnaround --window all",
        "report pivot --of interactions --rows kind", "log list",
    ],
)  # fmt: skip
def test_every_report_says_as_if_the_other_source_were_not_there(
    ask: Asked, store: Path, alone: Path, words: str
) -> None:
    given, wanted = (words.replace("WHO", who(one)) for one in (store, alone))
    on = [] if words in TIMELESS else ["--as-of", UNTIL]
    seen = ask(*given.split(), *on, "--source", f"crm,{ERP}")
    oracle = ask(*wanted.split(), *on, "--db", str(alone))
    assert seen["meta"]["sources"] == ["crm", ERP]
    assert figures(seen["rows"]) == figures(oracle["rows"]) != []


def who(store: Path) -> str:
    """Return the number of the company that all sources know."""
    with closing(engine.connect(store)) as conn:
        known = conn.execute("SELECT DISTINCT customer_id FROM record WHERE name = 'Company A'")
        return "".join(f"C{row[0]}" for row in known)


def figures(rows: list[dict[str, Any]]) -> list[Any]:
    """Return rows without numbers of customers, places, and what the whole store knows."""
    ours = ("customer", "customer_id", "known", "penetration", "file")
    return sorted(
        ([(key, value) for key, value in row.items() if key not in ours] for row in rows), key=str
    )


def test_entries_and_customers_of_a_source(ask: Asked) -> None:
    assert len(ask("log", "list", "--source", "crm")["rows"]) == 3
    assert ask("log", "list", "--source", ERP)["rows"] == []
    found = ask("customer", "list", "--source", "crm")["rows"]
    assert [row["name"] for row in found] == ["Company A"]
    for source, calls in (("crm", 1), (ERP, 0)):
        told = ask("report", "frequency", "--kind", "call", "--as-of", UNTIL, "--source", source)
        assert sum(row["count"] for row in told["rows"]) == calls


def test_a_tag_belongs_to_the_source_of_its_evidence(
    store: Path, ask: Asked, tmp_path: Path
) -> None:
    here = Path(shutil.copy(store, tmp_path / "tagged.db"))
    add = ["tag", "add", "Company A", "-q", "--db", str(here)]
    with closing(engine.connect(here)) as conn:
        entry = conn.execute("SELECT min(id) FROM interaction").fetchone()[0]
    assert run([*add, "asked-for-trial", "--evidence", f"log:{entry}"]) == 0
    assert run([*add, "budget-cut"]) == 0
    for source, expected in (("crm", {"asked-for-trial"}), ("typed", {"budget-cut"}), (ERP, set())):
        rows = ask("tag", "count", "--source", source, "--db", str(here))["rows"]
        assert {row["tag"] for row in rows if row["customers"]} == expected


def test_what_customers_said_is_weighed_by_all_their_revenue(ask: Asked, story_store: Path) -> None:
    here = ["--db", str(story_store)]
    with closing(engine.connect(story_store)) as conn:
        learnt = conn.execute("SELECT count(*) FROM insight WHERE source = 'invented'")
        lessons = learnt.fetchone()[0]
    assert ask("feedback", "list", "--source", "default", *here)["rows"] == []
    assert ask("feedback", "list", "--source", "invented", *here)["rows"]
    whole = ask("feedback", "rank", *here)["rows"]
    assert ask("feedback", "rank", "--source", "invented", *here)["rows"] == whole
    assert whole[0]["revenue"] > 0  # though the source itself gave no orders
    assert len(ask("feedback", "learnt", "--source", "invented", *here)["rows"]) == lessons
    for words in ("feedback list", "feedback competitors", "report competitors"):
        given = [*words.split(), "--source", "invented", *here]
        assert ask(*given)["rows"] == ask(*words.split(), *here)["rows"]


@pytest.mark.parametrize("source", BOOKS)
def test_an_export_holds_the_rows_of_the_source(store: Path, tmp_path: Path, source: str) -> None:
    target = tmp_path / "out.csv"
    words = ["export", "orders", "--source", source, "-o", str(target), "-q", "--db", str(store)]
    assert run(words) == 0
    rows = list(csv.DictReader(target.read_text("utf-8-sig").splitlines()))
    assert {row["ci_source"] for row in rows} == {source}
    assert sum(int(Decimal(row["amount"]) * 100) for row in rows) == sum(
        amounts(source, 2).values()
    )


def test_what_a_report_says_of_itself(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rfm", "segments", "--source", ERP, "--db", str(store)]) == 0
    assert "as if it held facts from these sources alone: erp." in capsys.readouterr().out


def test_a_run_of_some_sources_is_not_saved(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["rfm", "run", "--source", ERP, "--save", "may", "--db", str(store)]
    assert run(words) == 2
    assert "cannot be saved" in capsys.readouterr().err


def test_kept_figures_do_not_speak_for_a_source(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "WORTH_KEEPING", 1)
    with closing(engine.connect(store)) as conn:
        refresh.before_report(conn)
        assert marks.current(conn)
        narrowed.narrow(conn, [SHOP])
        assert not marks.current(conn)
        refresh.before_report(conn)
        rows = facts.customer_purchases(conn, as_of=UNTIL, start="", currency="EUR")
        assert sum(row.net for row in rows) == 100 * sum(amounts(SHOP, 2).values())
    with closing(engine.connect(store)) as conn:  # the store itself is as it was
        assert marks.current(conn)
        assert not narrowed.is_narrowed(conn)


def test_a_narrowed_reader_still_cannot_write(store: Path) -> None:
    with closing(engine.connect(store)) as conn:
        narrowed.narrow(conn, [ERP])
        assert conn.execute("PRAGMA query_only").fetchone()[0] == 1


ORDERS = st.lists(
    st.tuples(
        st.sampled_from("ABC"), st.integers(1, 28), st.integers(-500, 5_000),
        st.sampled_from(["tea", "cup"]),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=5)
@given(ORDERS, ORDERS)
def test_what_sources_bring_adds_up_to_what_the_store_holds(
    tmp_path_factory: pytest.TempPathFactory, one: list[Any], two: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("two")
    store = new_store(folder / "ci.db")
    expected: Counter[tuple[str, str]] = Counter()
    for source, orders in (("one", one), ("two", two)):
        file = folder / f"{source}.csv"
        lines = ["order id,order date,customer id,product,quantity,amount"]
        for number, (customer, day, cents, product) in enumerate(orders):
            amount = Decimal(cents) / 100
            quantity = 1 if cents >= 0 else -1
            lines.append(f"{number},2024-01-{day:02},{customer},{product},{quantity},{amount}")
            expected[source, product] += cents
        file.write_text("\n".join(lines), "utf-8")
        bring_in(store, file, source=source)
    found: Counter[tuple[str, str]] = Counter()
    for source in ("one", "two", None):
        session = Session(store, source=source)
        with session.store() as conn:
            cells, totals = facts.month_cells(
                conn, by="product", as_of="2024-01-31", first="2024-01", last="2024-01",
                currency="EUR",
            )  # fmt: skip
        for cell in cells:
            found[source or "", cell.label] += cell.net // 100
        assert sum(cell.net for cell in totals) == sum(cell.net for cell in cells)
    for product in ("tea", "cup"):
        assert found["one", product] == expected["one", product]
        assert found["two", product] == expected["two", product]
        assert found["", product] == found["one", product] + found["two", product]
