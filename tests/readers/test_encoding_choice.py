"""The encoding of a text file: chosen on all of it, said, and never guessed where it matters."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reading import error_of, read_one, write

from ci_cli.errors import CiError, ExitCode
from ci_cli.readers import guard
from ci_cli.readers.encoding import is_mostly_utf8

CHINESE = "客户名称,城市,金额\n朱镕基,北京,120\n深圳市腾讯计算机系统有限公司,深圳,99\n"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_chinese_in_its_usual_encodings(tmp_path: Path, encoding: str, name: str) -> None:
    seen = read_one(write(tmp_path / "a.csv", CHINESE, encoding))
    assert seen.encoding == name
    assert seen.rows == [line.split(",") for line in CHINESE.splitlines()]
    assert any(name in note for note in seen.notes)


def test_both_byte_orders_with_a_mark(tmp_path: Path) -> None:
    for order, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        path = tmp_path / f"{order}.csv"
        path.write_bytes(mark + CHINESE.encode(order))
        assert read_one(path).rows[1][0] == "朱镕基"


def test_utf16_without_a_mark_only_where_it_is_certain(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,name\n1,Ann\n", "utf-16-le")
    seen = read_one(path)
    assert seen.encoding == "utf-16-le"
    assert seen.rows == [["id", "name"], ["1", "Ann"]]
    for order in ("utf-16-le", "utf-16-be"):
        text = CHINESE + "一二一,上海,3\n" * 20  # 一 has a zero byte of its own
        seen = read_one(write(tmp_path / "b.csv", text, order))
        assert (seen.encoding, seen.rows[1][0]) == (order, "朱镕基")
        assert any("no mark" in note for note in seen.notes)
    for doubtful in (b"a,b\0c\n1,2\n", b"\0a,b\n\0001,2\n", b"\0\1\2\3\n\0" * 50):
        (tmp_path / "c.csv").write_bytes(doubtful)
        assert error_of(tmp_path / "c.csv").code in ("nul-bytes", "encoding-unknown")


def test_mark_before_a_quoted_header(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", '"id","name"\n"1","Ann"\n', "utf-8-sig")
    assert read_one(path).rows[0] == ["id", "name"]
    assert read_one(path, encoding="utf-8").rows[0] == ["id", "name"]


def test_four_byte_characters(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "姓名,公司\n𠮷田,中国建设银行股份有限公司\n", "gb18030")
    assert read_one(path).rows[1][0] == "𠮷田"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "name,city\nMüller,Köln\nJosé,São Paulo\n"),
        ("shift_jis", "顧客,注文番号\n田中太郎,A1\n株式会社サンプル,A2\n"),
        ("euc_jp", "顧客,注文番号\n田中太郎,A1\n株式会社サンプル,A2\n"),
        ("euc_kr", "고객,주문번호,금액\n김철수,A001,1200\n이영희 서울특별시,A002,3400\n"),
        ("big5", "客戶,訂單編號\n王小明,A1\n台灣電子股份有限公司,A2\n"),
        ("cp1251", "имя,город\nИван,Москва\nАнна,КАЗАНЬ\n"),
    ],
)
def test_other_encodings_are_a_question_and_never_mojibake(
    tmp_path: Path, encoding: str, text: str
) -> None:
    path = write(tmp_path / "a.csv", text, encoding)
    error = error_of(path)
    assert error.code == "encoding-unknown"
    assert error.exit_code == ExitCode.DECIDE
    assert error.details
    seen = read_one(path, encoding=encoding)
    assert seen.rows == [line.split(",") for line in text.splitlines()]
    # The right reading is among those shown.
    first_odd = next(line for line in text.splitlines() if not line.isascii())
    assert any(first_odd in str(detail) for detail in error.details)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_latin_1_is_never_chosen(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "a.csv", "a,b\ncafé,1\n" * 50, encoding)
    assert error_of(path).code == "encoding-unknown"
    assert read_one(path, encoding=encoding).rows[1] == ["café", "1"]


def test_one_wrong_byte_in_utf8_is_named_by_its_place(tmp_path: Path) -> None:
    lines = [f"{n},客户{n}\n".encode() for n in range(200)]
    lines[150] = b"150,caf\xe9\n"
    path = tmp_path / "a.csv"
    path.write_bytes(b"".join(lines))
    error = error_of(path)
    assert error.code == "encoding-broken"
    assert error.where.line == 151
    assert str(path.read_bytes().index(b"\xe9")) in str(error.message)


def test_fault_far_behind_the_first_block(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    line = "1,客户\n".encode()
    count = 2 * guard.BLOCK_BYTES // len(line)
    path.write_bytes(line * count + b"2,\xff\n" + line)
    error = error_of(path)
    assert (error.code, error.where.line) == ("encoding-broken", count + 1)
    assert str(len(line) * count + 2) in str(error.message)


def test_wrong_word_of_the_user(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", CHINESE, "gb18030")
    assert error_of(path, encoding="klingon").code == "encoding-option"
    assert error_of(path, encoding="base64").code == "encoding-option"
    error = error_of(path, encoding="utf-8")
    assert (error.code, error.where.line) == ("encoding-broken", 1)


def test_zero_bytes(tmp_path: Path) -> None:
    error = error_of(write(tmp_path / "a.csv", "a,b\n1,2\0\n3,4\n"))
    assert (error.code, error.where.line) == ("nul-bytes", 2)


def test_endless_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_LINE_BYTES", 3 * guard.BLOCK_BYTES)
    path = write(tmp_path / "a.csv", "a,b\n" + "x" * (4 * guard.BLOCK_BYTES))
    error = error_of(path)
    assert (error.code, error.where.line) == ("line-too-long", 2)


def test_packed_text(tmp_path: Path) -> None:
    for encoding in ("utf-8", "gb18030"):
        seen = read_one(write(tmp_path / "a.csv.gz", CHINESE, encoding))
        assert (seen.encoding, len(seen.rows)) == (encoding, 3)


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40),
    st.sampled_from(["utf-8", "gb18030"]),
)
def test_what_is_chosen_decodes_to_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, text: str, encoding: str
) -> None:
    """Whatever stands behind plenty of Chinese comes back as it was, or as a question."""
    path = tmp_path_factory.mktemp("encoding") / "a.csv"
    write(path, CHINESE * 5 + text.replace('"', "").replace(",", "") + ",x,y\n", encoding)
    try:
        rows = read_one(path).rows
    except CiError as error:
        if (encoding, error.code) != ("gb18030", "encoding-unknown"):
            raise
        return
    assert rows[:3] == [line.split(",") for line in CHINESE.splitlines()]
    assert rows[-1][0] == text.replace('"', "").replace(",", "")


@pytest.mark.shared
def test_real_gb18030_file(shared_data: Path) -> None:
    seen = read_one(shared_data / "zh" / "订单.csv")
    raw = (shared_data / "zh" / "订单.csv").read_bytes().decode("gb18030")
    assert seen.encoding == "gb18030"
    assert seen.rows == [line.split(",") for line in raw.splitlines()]
    assert seen.rows[0][0] == "销售日期"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("test_utf8_bom.csv", "utf-8-sig"),
        ("test_utf16_big.csv", "utf-16"),
        ("test_utf16_little.csv", "utf-16"),
        ("test_utf8.csv", "utf-8"),
    ],
)
def test_csvkit_encodings(shared_data: Path, name: str, encoding: str) -> None:
    seen = read_one(shared_data / "nasty" / "csvkit" / name)
    assert seen.encoding == encoding
    assert len(seen.rows[0]) == 3
    assert seen.rows[2] == ["4", "5", "ʤ"]


@pytest.mark.shared
def test_csvkit_latin1_and_nul(shared_data: Path) -> None:
    folder = shared_data / "nasty" / "csvkit"
    assert error_of(folder / "test_latin1.csv").code == "encoding-unknown"
    assert read_one(folder / "test_latin1.csv", encoding="latin-1").rows[2] == ["4", "5", "©"]
    assert error_of(folder / "null_byte.csv").code == "nul-bytes"


@pytest.mark.parametrize(
    "sound", ["Köln GmbH", "Société Générale", "朱镕基", "Æblegård"], ids=["de", "fr", "zh", "da"]
)
def test_lines_of_another_encoding_within_utf_8(tmp_path: Path, sound: str) -> None:
    """No other encoding reads all of the file, so none is offered: the line is named."""
    path = tmp_path / "a.csv"
    path.write_bytes(
        b"id,name\n1,plain\n" + f"2,{sound}\n".encode() + "3,Müller\n".encode("cp1252")
    )
    error = error_of(path)
    assert (error.code, error.exit_code) == ("encoding-broken", ExitCode.FAILED)
    assert error.where.line == 4


LETTERS = {
    "gb18030": "模茶客户金额北京", "big5": "茶客戶金額臺北", "shift_jis": "東京大阪売上",
    "cp1252": "äöüéèñß", "cp1251": "москваёжик", "euc_kr": "서울부산고객",
}  # fmt: skip


def _is_utf8(word: bytes) -> bool:
    try:
        word.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("encoding", LETTERS)
@given(st.data())
@settings(max_examples=30)
def test_no_other_encoding_is_taken_for_broken_utf_8(encoding: str, data: st.DataObject) -> None:
    names = data.draw(
        st.lists(st.text(LETTERS[encoding], min_size=3, max_size=9), min_size=2, max_size=8)
    )
    assume(not any(_is_utf8(name.encode(encoding)) for name in names))  # 模模模 is ģģģ as well
    text = "id,name\n" + "".join(f"{n},{name}\n" for n, name in enumerate(names))
    assert not is_mostly_utf8(text.encode(encoding))


def test_a_cyrillic_word_that_happens_to_be_utf_8() -> None:
    assert not is_mostly_utf8("id,name\n1,ааа\n2,аёё\n".encode("cp1251"))


def test_bytes_that_no_encoding_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(Random(1).randbytes(5_000))
    error = error_of(path)
    assert (error.code, error.details, error.choice) == ("encoding-unknown", (), ())
    assert "below" not in str(error.hint)
