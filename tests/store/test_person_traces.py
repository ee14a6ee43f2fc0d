"""No table and no column can keep a person that is erased, those of later versions included."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ci_cli.cli.app import run
from ci_cli.models.names import phone_key
from ci_cli.store import engine, person_words, privacy
from importer import bring_in, new_store

NAME, PHONE, EMAIL = "Zoë Quintanilla", "+44 20 79460123", "zoe.q@acme.example"
CONTACTS = (
    "Customer ID,Customer Name,Contact Name,Job Title,Phone,Email\n"
    f"A1,Acme,{NAME},Buyer,{PHONE},{EMAIL}\n"
    "A1,Acme,Other Person,Clerk,+49 30 555555,other@acme.example\n"
    "B1,Bolt,Somebody Else,Smith,+1 212 5550000,else@bolt.example\n"
)
PLANTED = f"about {NAME}, {EMAIL.upper()}, 020 7946-0123, Quintanilla, Zoë.\nline"
# columns of JSON, in whatever table they stand
JSON = frozenset({"about_customer", "bearers", "before", "extra", "fields", "files", "header",
                  "mapping", "model", "options", "params", "settings", "summary",
                  "wording"})  # fmt: skip
# texts that nobody's words go into; everything else is planted, whatever table it is in
FIXED = frozenset({"kind", "table_name", "sort", "key_kind", "currency", "day"})
# days and codes that the program works out itself
COMPUTED = {("purchase_day", "first_day"), ("purchase_day", "last_day"),
            ("purchase_total", "first_day"), ("purchase_total", "last_day"),
            ("scored_pair", "levels"), ("scored_pair", "weights")}  # fmt: skip


def _filled(folder: Path) -> Path:
    store = new_store(folder / "s.db")
    (folder / "people.csv").write_text(CONTACTS, "utf-8")
    bring_in(store, folder / "people.csv", kind="contacts", source="crm")
    (folder / "people.csv").unlink()
    return store


def _json(column: str, record: int) -> str:
    told = {"note": PLANTED, NAME: [EMAIL, {"phone": f"\n{PHONE}"}], "number": 442079460123}
    if column == "before":
        told = {
            "id": 1,
            "record_id": record,
            "text": PLANTED,
            "of": [NAME],
            "extra": json.dumps(told),
        }
    return json.dumps([told] if column == "bearers" else told)


def _names(value: object) -> bool:
    return isinstance(value, bytes) or (isinstance(value, str) and "uintanilla" in value)


def _plant(conn: sqlite3.Connection, record: int) -> set[tuple[str, str]]:
    """Put a row that names the person into every table; return where."""
    planted = set[tuple[str, str]]()
    conn.execute("PRAGMA foreign_keys = OFF")
    tables = [row[1] for row in conn.execute("PRAGMA table_list") if row[2] == "table"
              and row[0] == "main" and not row[1].startswith("sqlite_")]  # fmt: skip
    for table in tables:
        refers = {row[3]: row[2] for row in conn.execute(f"PRAGMA foreign_key_list({table})")}
        values: dict[str, object] = {}
        for _at, name, kind, *_rest in conn.execute(f"PRAGMA table_info({table})"):
            if kind == "TEXT":
                values[name] = (
                    "interaction" if name in FIXED
                    else _json(name, record) if name in JSON
                    else f"{table} {name} {PLANTED}"
                )  # fmt: skip
            elif kind == "BLOB":
                values[name] = PLANTED.encode()
            elif name == "id":
                values[name] = 9_999
            else:
                is_record = refers.get(name) in ("record", "customer") or name == "customer_id"
                values[name] = record if is_record else 9_999
        gaps = ", ".join("?" * len(values))
        names = ", ".join(f'"{name}"' for name in values)
        conn.execute(f"INSERT INTO {table} ({names}) VALUES ({gaps})", tuple(values.values()))
        planted |= {(table, name) for name, value in values.items() if _names(value)}
    return planted


def _left(store: Path) -> list[tuple[str, str, str]]:
    """Return (table, column, text) of whatever still names the person, however it is written."""
    found = []
    with closing(sqlite3.connect(store)) as conn:
        tables = [row[0] for row in conn.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table'")]  # fmt: skip
        for table in tables:
            columns = [row[1] for row in conn.execute(f'PRAGMA table_info("{table}")')]
            for row in conn.execute(f'SELECT * FROM "{table}"'):
                for column, value in zip(columns, row, strict=True):
                    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
                    text = str(text).encode().decode("unicode_escape", "replace") + str(text)
                    folded = text.casefold()
                    digits = "".join(filter(str.isdigit, text))
                    if (
                        "quintanilla" in folded.replace(" ", "")
                        or "zoe.q@" in folded
                        or (isinstance(value, str) and "79460123" in digits)
                    ):
                        found.append((table, column, str(value)))
    return found


def test_no_table_keeps_the_person(tmp_path: Path) -> None:
    store = _filled(tmp_path)
    with closing(sqlite3.connect(store)) as conn, conn:
        record = conn.execute("SELECT record_id FROM contact WHERE name = ?", (NAME,)).fetchone()[0]
        planted = _plant(conn, record)
    assert {place[:2] for place in _left(store)} >= planted
    with closing(engine.connect(store, write=True)) as conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        person = privacy.find(conn, EMAIL)
        with engine.transaction(conn):
            privacy.erase(conn, [person])
        engine.compact(conn)
    assert [place for place in _left(store) if place[:2] not in COMPUTED] == []


def _texts(store: Path, query: str) -> list[object]:
    with closing(engine.connect(store)) as conn:
        return [row[0] for row in conn.execute(query)]


def _run(store: Path, *words: str, code: int = 0) -> None:
    assert run([*words, "--db", str(store), "-q", "--no-input"]) == code


def test_a_full_name_goes_from_rows_of_others_and_of_nobody(tmp_path: Path) -> None:
    store = _filled(tmp_path)
    _run(store, "log", "note", "B1", f"{NAME} of Acme, or  QUINTANILLA, ZOË, told us; Zoë was kind")
    _run(store, "action", "add", f"thank {NAME}", "--owner", "li", "--due", "2026-12-01")
    _run(store, "db", "privacy", "erase", "--contact", EMAIL, "--yes")
    assert _texts(store, "SELECT text FROM interaction") == [
        "[erased] of Acme, or  [erased], told us; Zoë was kind"
    ]
    assert _texts(store, "SELECT what FROM action") == ["thank [erased]"]
    _run(store, "db", "check")


def test_a_name_that_others_have_stays_with_them(tmp_path: Path) -> None:
    store = _filled(tmp_path)
    _run(store, "customer", "contact", "add", "B1", NAME, "--email", "zq@bolt.example")
    _run(store, "customer", "set", "B1", f"owner={NAME}")  # and one of ours
    _run(store, "log", "note", "B1", f"{NAME} called", "--by", NAME)
    _run(store, "log", "note", "A1", f"{NAME} called", "--by", NAME)
    _run(store, "db", "privacy", "erase", "--contact", EMAIL, "--yes")
    assert _texts(store, "SELECT text FROM interaction ORDER BY id") == [
        f"{NAME} called", "[erased] called"
    ]  # fmt: skip
    assert _texts(store, "SELECT author FROM interaction ORDER BY id") == [NAME, NAME]
    assert NAME in _texts(store, "SELECT name FROM contact")


def test_one_person_whom_two_sources_know_is_one(tmp_path: Path) -> None:
    store = _filled(tmp_path)
    (tmp_path / "shop.csv").write_text(
        f"Customer ID,Customer Name,Contact Name,Phone,Email\nS1,Acme Ltd,{NAME},,{EMAIL}\n"
        "S1,Acme Ltd,Other Person,+49 30 777777,\n",
        "utf-8",
    )
    bring_in(store, tmp_path / "shop.csv", kind="contacts", source="shop")
    _run(store, "dedupe", "merge", "C1", "C3", "--yes")
    with closing(engine.connect(store)) as conn:
        person = privacy.find(conn, EMAIL)
        assert len(person.rows) == 2
        assert person.shared == ()
    _run(store, "db", "privacy", "erase", "--contact", EMAIL, "--yes")
    assert [place for place in _left(store) if place[0] != "batch_file"] == []
    # whose phone numbers differ need not be one
    assert _texts(store, "SELECT count(*) FROM contact WHERE name = 'Other Person'") == [2]


def test_keys_that_name_the_person_still_join(tmp_path: Path) -> None:
    store = _filled(tmp_path)
    with closing(engine.connect(store, write=True)) as conn:
        with engine.transaction(conn):
            for number, key in ((1, f"{NAME}-1"), (2, f"{NAME}-2")):
                conn.execute(
                    "INSERT INTO feedback (id, record_id, source, fact_key, day, kind, text)"
                    " VALUES (?, 1, 'form', ?, '2026-01-01', 'praise', 'good')", (number, key),
                )  # fmt: skip
                conn.execute(
                    "INSERT INTO coding (frame, coder, source, fact_key, code, day)"
                    " VALUES ('f', 'li', 'form', ?, ?, '2026-01-01')", (key, f"code{number}"),
                )  # fmt: skip
        with engine.transaction(conn):
            privacy.erase(conn, [privacy.find(conn, EMAIL)])
        joined = conn.execute(
            "SELECT f.id, c.code FROM feedback AS f JOIN coding AS c USING (source, fact_key)"
            " ORDER BY 1"
        ).fetchall()
    assert [tuple(row) for row in joined] == [(1, "code1"), (2, "code2")]
    assert _texts(store, "SELECT count(*) FROM feedback WHERE fact_key LIKE '%Quint%'") == [0]


def test_a_name_of_two_characters_goes_where_it_is_certain(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = new_store(tmp_path / "s.db")
    (tmp_path / "people.csv").write_text(
        "客户编号,客户名称,联系人,电话,邮箱\nA1,华天软件,高兴,13800000001,gx@a.example\n"
        "A1,华天软件,高兴旺,13800000002,\nB1,远山机械,李娜,13800000003,\n"
        "B2,远山机械北京,高兴,13800000001,\n",
        "utf-8",
    )
    (tmp_path / "firms.csv").write_text(
        "客户编号,客户名称\nA1,华天软件\nB1,远山机械\nB2,远山机械北京\n", "utf-8"
    )
    bring_in(store, tmp_path / "firms.csv", kind="customers", source="crm")
    bring_in(store, tmp_path / "people.csv", kind="contacts", source="crm")
    texts = [
        ("A1", "高兴来电，高兴旺不在。", "[erased]来电，高兴旺不在。"),  # a colleague stays whole
        (
            "B1",
            "华天软件的高兴说，他很高兴来远山机械。",
            "华天软件的[erased]说，他很高兴来远山机械。",
        ),
        ("B1", "客户高兴地签了合同。", "客户高兴地签了合同。"),  # a word
        ("B1", "和高兴经理谈过。", "和高兴经理谈过。"),  # whose manager?
        ("B1", "华天软件推荐：联系人高兴。", "华天软件推荐：联系人高兴。"),
        ("B1", "华天软件推荐：联系人：高兴", "华天软件推荐：联系人：[erased]"),
        ("B2", "高兴已离职", "[erased]已离职"),  # the same person: the same name and telephone
    ]
    for customer, text, _after in texts:
        _run(store, "log", "note", customer, text, "--by", "li")
    (tmp_path / "calls.csv").write_text(
        "客户名称,跟进时间,跟进方式,跟进内容,联系人\n远山机械,2026-01-02,电话,问价,高兴\n", "utf-8"
    )
    bring_in(store, tmp_path / "calls.csv")
    capsys.readouterr()
    assert run(["db", "privacy", "erase", "--contact", "gx@a.example", "--yes", "--db",
                str(store), "--no-input"]) == 0  # fmt: skip
    told = capsys.readouterr().err
    assert "interaction.text 5" in told
    assert "ci-cli search 高兴" in told
    assert _texts(store, "SELECT text FROM interaction ORDER BY id") == [
        *(after for _customer, _text, after in texts), "问价"
    ]  # fmt: skip
    assert _texts(store, "SELECT name FROM contact ORDER BY id") == [None, "高兴旺", "李娜", None]
    assert set(_texts(store, "SELECT person FROM interaction")) == {None, "[erased]"}
    _run(store, "db", "check")


def test_a_further_word_for_the_person_goes_from_everywhere(tmp_path: Path) -> None:
    store = _filled(tmp_path)
    _run(store, "log", "note", "B1", "Zozo of Acme called; zozo again", "--by", "li")
    _run(store, "db", "privacy", "erase", "--contact", EMAIL, "--also", "Zozo", "--yes")
    assert _texts(store, "SELECT text FROM interaction") == [
        "[erased] of Acme called; [erased] again"
    ]


@pytest.mark.parametrize("name", ["-", "?", "7", "1 2", "X"])
def test_what_is_no_name_is_not_looked_for(tmp_path: Path, name: str) -> None:
    store = _filled(tmp_path)
    _run(store, "customer", "contact", "add", "A1", name, "--email", "x@acme.example")
    _run(store, "log", "note", "A1", f"call -7- 1 2 times? {name} X")
    _run(store, "db", "privacy", "erase", "--contact", "x@acme.example", "--yes")
    assert _texts(store, "SELECT text FROM interaction") == [f"call -7- 1 2 times? {name} X"]


NAMES = st.sampled_from(
    ["Ann Lee", "Li", "欧阳晓晖", "张 伟", "Zoë Quintanilla", "O'Brien \"Bo\" Çelik", "Zoe\u0308 Q",
     "李Tom", "Tom李", "İlker Işık", "ＡＮＮ Smith", "محمد علي", "Jean-Luc d'Or", "x_y Foo"]
)  # fmt: skip
WAYS = st.sampled_from(["a.b@x.example", "Zoë@ü.example", "+86 139 1234 5678", "030/998-7766",
                        "020 7946 0000", "555-1234", "(212) 555 0000 ext 5"])  # fmt: skip
TEXTS = st.lists(
    st.one_of(
        NAMES, WAYS, WAYS.map(lambda way: phone_key(way) or way),
        st.sampled_from("\n ,;_-x张1（）"),
        NAMES.map(str.upper), NAMES.map(lambda name: ", ".join(reversed(name.split()))),
        NAMES.map(lambda name: json.dumps({name: [name + "\n" + name, 13912345678]})),
        st.sampled_from(["13912345678", "０２０７９４６００００", "139-1234-5678 02079460000"]),
    ),
    max_size=5,
).map("".join)  # fmt: skip


@given(text=TEXTS, name=NAMES, way=WAYS)
@example(text="13912345678", name="Li", way="+86 139 1234 5678")
def test_a_text_that_names_somebody_has_an_anchor(text: str, name: str, way: str) -> None:
    found = person_words.pattern([name], [way])
    plain = person_words.plain(text)
    if found.search(plain):
        told = person_words.anchors_in(plain)
        for names, ways in (([name], []), ([], [way])):
            if person_words.pattern(names, ways).search(plain):
                assert person_words.anchors(names, ways) & told
    assert not found.search(person_words.plain(person_words.clean(text, found)))
