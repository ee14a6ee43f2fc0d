"""XML: one row per record, all columns, exact lines, constant memory, and no guess."""

from __future__ import annotations

import re
import tracemalloc
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import error_of, read_one, write

from ci_cli.errors import ExitCode
from ci_cli.readers import guard
from ci_cli.readers.base import ReadOptions
from ci_cli.readers.opening import open_tables
from ci_cli.readers.xmlpaths import column_names

ORDERS = """<?xml version="1.0"?>
<export version="3">
  <made>2024-06-01</made>
  <order id="1">
    <customer>Ann</customer>
    <line no="1"><product>A</product><qty>2</qty></line>
    <line no="2"><product>B</product><qty>3</qty></line>
    <total>5</total>
  </order>
  <order id="2"><customer>Bob</customer>
    <line no="1"><product>C</product></line></order>
</export>
"""


def test_records_and_their_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.xml", "<r>\n<p id='1'><n>Ann</n></p>\n\n<p\n id='2'><n>Bob</n></p></r>"
    )
    assert read_one(path, record="//p").numbered() == [
        (0, ["id", "n"]),
        (2, ["1", "Ann"]),
        (4, ["2", "Bob"]),
    ]


def test_lines_of_an_order_know_their_order(tmp_path: Path) -> None:
    seen = read_one(write(tmp_path / "a.xml", ORDERS), record="//order/line")
    assert seen.numbered() == [
        (0, ["version", "made", "id", "customer", "no", "product", "qty"]),
        (6, ["3", "2024-06-01", "1", "Ann", "1", "A", "2"]),
        (7, ["3", "2024-06-01", "1", "Ann", "2", "B", "3"]),
        (11, ["3", "2024-06-01", "2", "Bob", "1", "C", ""]),
    ]
    assert any("total" in note and "not carried" in note for note in seen.notes)


def test_repeated_groups_are_left_out_of_their_record_and_named(tmp_path: Path) -> None:
    seen = read_one(write(tmp_path / "a.xml", ORDERS), record="//order")
    assert seen.rows == [
        ["version", "made", "id", "customer", "total"],
        ["3", "2024-06-01", "1", "Ann", "5"],
        ["3", "2024-06-01", "2", "Bob", ""],
    ]
    assert any("--record //order/line" in note for note in seen.notes)


@pytest.mark.parametrize("twice", ["<l/><l><a>1</a></l>", "<l><a>1</a></l><l/>", "<l a='1'/><l/>"])
def test_group_that_shows_its_parts_once(tmp_path: Path, twice: str) -> None:
    path = write(tmp_path / "a.xml", f"<r><p id='1'>{twice}</p><p id='2'><l/></p></r>")
    seen = read_one(path, record="p")
    assert seen.rows == [["id"], ["1"], ["2"]]
    assert any("left out" in note for note in seen.notes)


def test_repeated_values_are_joined(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xml", "<r><p><t>a</t><t>b</t><t/></p><p><t>c</t></p></r>")
    seen = read_one(path, record="p")
    assert seen.rows == [["t"], ["a; b"], ["c"]]
    assert any("joined: t" in note for note in seen.notes)


@pytest.mark.parametrize(
    ("record", "count"),
    [
        ("//order", 2), ("order", 2), ("//export/order", 2), ("/export/order", 2),
        ("export/order", 2), ("//line", 3), ("order/line", 3), ("/export/order/line", 3),
        ("//*/line", 3), ("x:order", 2), ("/export", 1),
    ],
)  # fmt: skip
def test_paths(tmp_path: Path, record: str, count: int) -> None:
    assert len(read_one(write(tmp_path / "a.xml", ORDERS), record=record).rows) == 1 + count


@pytest.mark.parametrize("record", ["//Order", "/order", "//line/order", "//orders"])
def test_record_that_is_not_there(tmp_path: Path, record: str) -> None:
    error = error_of(write(tmp_path / "a.xml", ORDERS), record=record)
    assert (error.code, error.exit_code) == ("record-missing", ExitCode.DECIDE)
    assert "//export/order: 2 times" in [str(detail) for detail in error.details]


@pytest.mark.parametrize("record", ["//order[1]", "//order/@id", "order//line", "", " ", "//"])
def test_no_path(tmp_path: Path, record: str) -> None:
    error = error_of(write(tmp_path / "a.xml", ORDERS), record=record)
    assert (error.code, error.exit_code) == ("record-path", ExitCode.DECIDE)


def test_without_a_record_the_candidates_are_listed(tmp_path: Path) -> None:
    error = error_of(write(tmp_path / "a.xml", ORDERS))
    assert (error.code, error.exit_code) == ("record-needed", ExitCode.DECIDE)
    assert [str(detail) for detail in error.details] == [
        "//order/line: 3 times",
        "//export/order: 2 times",
    ]
    assert "--record //order/line" in str(error.hint)


def test_the_only_element_that_repeats_is_the_row(tmp_path: Path) -> None:
    text = '<a xmlns="urn:x"><b k="1"><c>x</c></b><b k="2"><c>y</c></b></a>'
    seen = read_one(write(tmp_path / "a.xml", text))
    assert seen.rows == [["k", "c"], ["1", "x"], ["2", "y"]]
    assert any("//a/b" in note for note in seen.notes)


def test_namespaces_cdata_and_references(tmp_path: Path) -> None:
    text = (
        '<x:r xmlns:x="urn:x" xmlns="urn:d" xmlns:y="urn:y"><x:p y:id="1" x:k="&#x4e2d;">'
        "<!-- no --><name><![CDATA[<A&B>]]> &amp; Co</name><?pi x?></x:p></x:r>"
    )
    assert read_one(write(tmp_path / "a.xml", text), record="//p").rows == [
        ["id", "k", "name"],
        ["1", "中", "<A&B> & Co"],
    ]


def test_hints_for_validators_are_no_columns(tmp_path: Path) -> None:
    text = (
        '<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b">'
        "<p><n xsi:nil='true'/><m>1</m></p></r>"
    )
    assert read_one(write(tmp_path / "a.xml", text), record="p").rows == [["n", "m"], ["", "1"]]


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (["Name", "Ship/City"], ["Name", "City"]),
        (["Ship/City", "Bill/City"], ["Ship/City", "Bill/City"]),
        (["City", "Ship/City"], ["City", "Ship/City"]),
        (["Ship/City", "City"], ["Ship/City", "City"]),
        (["@id", "id"], ["@id", "id"]),
        (["@id", "Ship@id"], ["id", "Ship@id"]),
        (["Ship@Date"], ["Date"]),
        (["^order@id", "@id"], ["order@id", "id"]),
        (["^order@id", "order@id", "@id"], ["../order@id", "order@id", "id"]),
        (["", "@unit"], ["amount", "unit"]),
    ],
)
def test_names_of_columns(keys: list[str], names: list[str]) -> None:
    assert column_names(keys, "amount") == names


@given(
    st.lists(
        st.from_regex(r"\^?([ab](/[ab]){0,2})?(@[ab])?", fullmatch=True), unique=True, max_size=9
    )
)
def test_names_of_columns_are_unique(keys: list[str]) -> None:
    names = column_names(keys, "a")
    assert len(set(names)) == len(names) == len(keys)
    assert all(names)


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "GB18030"])
def test_chinese_declared(tmp_path: Path, declared: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>\n<集><订单><客户>朱镕基</客户></订单></集>'
    seen = read_one(write(tmp_path / "a.xml", text, "gb18030"), record="//订单")
    assert (seen.encoding, seen.rows) == ("gb18030", [["客户"], ["朱镕基"]])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(tmp_path: Path, encoding: str) -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><r><p><n>客</n></p></r>'
    assert read_one(write(tmp_path / "a.xml", text, encoding), record="p").rows[1] == ["客"]


def test_encoding_that_is_not_the_one_declared(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xml", "<r>\n<p><n>café</n></p></r>", "cp1252")
    error = error_of(path, record="p")
    assert (error.code, error.where.line) == ("encoding-broken", 2)
    assert read_one(path, record="p", encoding="cp1252").rows[1] == ["café"]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE r [<!ENTITY a "b">]><r><p><n>&a;</n></p></r>',
        '<?xml version="1.0"?><!DOCTYPE r SYSTEM "secret.txt"><r><p/></r>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "secret.txt">]><r><p>&x;</p></r>',
        "<!DOCTYPE r><r><p><n>1</n></p></r>",
    ],
)
@pytest.mark.parametrize("record", ["//p", None])
def test_entities_are_refused(tmp_path: Path, text: str, record: str | None) -> None:
    options = {"record": record} if record else {}
    assert error_of(write(tmp_path / "a.xml", text), **options).code == "xml-entities"


@pytest.mark.parametrize("tenth", range(1, 10))
def test_truncated_file_gives_no_row(tmp_path: Path, tenth: int) -> None:
    text = "<r>" + "".join(f"<p><n>{n}</n></p>\n" for n in range(3000)) + "</r>"
    path = write(tmp_path / "a.xml", text[: len(text) * tenth // 10])
    assert error_of(path, record="//p").code == "xml-malformed"


def test_place_of_a_fault(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xml", "<r>\n<p><n>1</n></p>\n<p><n>2</m></p>\n</r>")
    error = error_of(path, record="p")
    assert (error.code, error.where.line) == ("xml-malformed", 3)
    path = write(tmp_path / "a.xml", "<r><p/></r><r><p/></r>")
    assert error_of(path, record="p").code == "xml-malformed"


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "<a>" * 100_000 + "</a>" * 100_000
    for path in (
        write(tmp_path / "a.xml", deep),
        write(tmp_path / "b.xml", f"<r><p>{deep}</p></r>"),
    ):
        for options in ({"record": "p"}, {}):
            assert error_of(path, **options).code == "xml-limit"
    long = "x" * (guard.MAX_FIELD_CHARS + 1)
    assert (
        error_of(write(tmp_path / "a.xml", f"<r><p>{long}</p></r>"), record="p").code == "xml-limit"
    )
    monkeypatch.setattr(guard, "MAX_XML_COLUMNS", 20)
    wide = "".join(f"<c{n}/>" for n in range(21))
    for text in (f"<r><p>{wide}</p></r>", f"<r>{wide}<p>1</p></r>"):
        assert error_of(write(tmp_path / "a.xml", text), record="p").code == "xml-limit"


def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "BLOCK_BYTES", 50_000)
    monkeypatch.setattr(guard, "CHUNK_ROWS", 1000)
    peaks = []
    for count in (5_000, 40_000):
        row = "<p id='1'><name>Somebody</name><city>Somewhere</city></p>\n"
        path = write(tmp_path / "a.xml", "<r>" + row * count + "</r>")
        tracemalloc.start()
        with open_tables(path, ReadOptions(record="//p")) as (table,):
            rows = sum(len(chunk.rows) for chunk in table.chunks())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert rows == count + 1
    assert peaks[1] < 1.1 * peaks[0]


NAME = st.sampled_from(["a", "b", "c"])
TEXT = st.text("xyz <&客\n", max_size=5)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(NAME, TEXT), min_size=1, max_size=6), st.booleans())
def test_flat_records_against_the_standard_parser(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, str]], attributes: bool
) -> None:
    text = "<r>\n"
    for record in records:
        if attributes:
            inner = "".join(f' {key}="{escape(value)}"' for key, value in record.items())
            text += f"<p{inner}/>\n"
        else:
            inner = "".join(f"<{key}>{escape(value)}</{key}>" for key, value in record.items())
            text += f"<p>{inner}</p>\n"
    path = write(tmp_path_factory.mktemp("xml") / "a.xml", text + "</r>")
    expected = []
    for element in ElementTree.parse(path).getroot():
        found = dict(element.attrib) or {part.tag: part.text or "" for part in element}
        expected.append({key: value.strip() for key, value in found.items() if value.strip()})
    header, *rows = read_one(path, record="//p").rows
    found_rows = [
        {key: cell for key, cell in zip(header, row, strict=True) if cell} for row in rows
    ]
    assert found_rows == [record for record in expected if record]


@pytest.mark.shared
def test_customers_and_orders(shared_data: Path) -> None:
    path = shared_data / "xml" / "CustomersOrders.xml"
    root = ElementTree.parse(path).getroot()
    lines = path.read_text("utf-8").splitlines()
    for record, tag, count in (("//Customer", "Customer", 4), ("//Orders/Order", "Order", 22)):
        seen = read_one(path, record=record)
        header, *rows = seen.rows
        elements = list(root.iter(tag))
        assert len(rows) == len(elements) == count
        starts = [n for n, line in enumerate(lines, 1) if re.search(rf"<{tag}\b", line)]
        assert seen.lines[1:] == starts
        for row, element in zip(rows, elements, strict=True):
            expected = dict(element.attrib)
            for part in element.iter():
                expected |= part.attrib
                if not len(part):
                    expected[part.tag] = (part.text or "").strip()
            found = {key: cell for key, cell in zip(header, row, strict=True) if cell}
            assert found == {key: cell for key, cell in expected.items() if cell}


@pytest.mark.shared
def test_candidates_of_the_sample(shared_data: Path) -> None:
    error = error_of(shared_data / "xml" / "CustomersOrders.xml")
    assert [str(detail) for detail in error.details] == [
        "//Orders/Order: 22 times",
        "//Customers/Customer: 4 times",
    ]
