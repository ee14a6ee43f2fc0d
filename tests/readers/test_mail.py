"""Messages as rows: whatever their encodings, folds and claims; nothing in them is obeyed."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.errors import CiError
from ci_cli.readers.base import DamagedRow, ReadOptions
from ci_cli.readers.mail import HEADER, MAX_TEXT, _fields, _row
from ci_cli.readers.opening import open_tables
from ci_cli.store import engine
from importer import bring_in, new_store

HEAD = b"From: ann@blue.example\r\nTo: chen@our.example\r\nDate: Mon, 2 Mar 2026 10:00:00 +0100\r\n"


def read(path: Path) -> list[dict[str, str]]:
    with open_tables(path, ReadOptions()) as (table,):
        _lines, (header, *rows) = table.first_rows(1000)
    assert header == HEADER
    return [dict(zip(HEADER, row, strict=True)) for row in rows]


def message(raw: bytes) -> dict[str, str]:
    return dict(zip(HEADER, _fields(raw), strict=True))


def test_a_message_becomes_one_row(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"] = "Ann Lee <Ann@Blue.example>"
    mail["To"] = "chen@our.example, li@our.example"
    mail["Subject"] = "要求报价 " + "long " * 40
    mail["Date"] = "Mon, 02 Mar 2026 23:30:00 -0500"
    mail["Message-ID"] = "<abc@blue.example>"
    mail.set_content("你好\nplain")
    mail.add_alternative("<script>evil()</script><b>page</b>", subtype="html")
    mail.add_attachment(b"pdf", maintype="application", subtype="pdf", filename="报价.pdf")
    (tmp_path / "a.eml").write_bytes(mail.as_bytes())
    (row,) = read(tmp_path / "a.eml")
    assert row["interaction.id"] == "abc@blue.example"
    assert row["interaction.date"] == "2026-03-02 23:30:00-05:00"
    assert row["mail.from"] == "ann@blue.example"
    assert row["mail.to"] == "chen@our.example, li@our.example"
    assert row["interaction.subject"] == ("要求报价 " + "long " * 40).strip()
    assert row["interaction.text"] == "你好\nplain"
    assert json.loads(row["mail.files"]) == [
        {"name": "报价.pdf", "bytes": 3, "sha256": hashlib.sha256(b"pdf").hexdigest()}
    ]


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("gb2312", "镕基".encode("gb18030"), "镕基"), ("gbk", "你好".encode("gbk"), "你好"),
        ("utf-8", "你好".encode("gbk"), "你好"), ("klingon", "héllo".encode(), "héllo"),
        ("us-ascii", "naïve".encode(), "naïve"), ("big5", "訂單".encode("big5"), "訂單"),
        ("utf-8", b"a\x00b\xed\xa0\x80", "ab"),
    ],
)  # fmt: skip
def test_a_body_is_read_whatever_its_claim(charset: str, data: bytes, text: str) -> None:
    head = HEAD + b"Content-Type: text/plain; charset=" + charset.encode() + b"\r\n"
    found = message(head + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + data)["interaction.text"]
    assert found.startswith(text)
    assert "\x00" not in found
    found.encode("utf-8")


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"Subject: plain\r\n folded\r\n", "plain folded"),
        (b"Subject: =?utf-8?B?5L2g?=\r\n =?utf-8?B?5aW9?=\r\n", "你好"),
        (b"Subject: " + "原始标题".encode("gbk") + b"\r\n", "原始标题"),
        (b"Subject: =?klingon?Q?x?=\r\n", "x"),
        (b"Subject: =?utf-8?B?not base64!?=\r\n", None), (b"", ""),
        (b"Subject: a\x1b]0;x\x07b\r\n", "a\x1b]0;x\x07b"),
    ],
)  # fmt: skip
def test_a_subject_is_decoded(raw: bytes, subject: str | None) -> None:
    found = message(HEAD + raw + b"\r\nbody")["interaction.subject"]
    assert "\n" not in found
    if subject is not None:
        assert found == subject


def test_addresses_come_from_the_header_as_it_stands_not_from_encoded_names() -> None:
    raw = b'From: "=?utf-8?Q?boss=40our.example?=" <=?utf-8?Q?x?= evil@bad.example>\r\n'
    name = b"From: =?utf-8?Q?boss@our.example_=3Cboss@our.example=3E=2C?= <evil@bad.example>\r\n"
    assert message(name + HEAD.partition(b"\n")[2] + b"\r\n")["mail.from"] == "evil@bad.example"
    assert "boss@our.example" not in message(raw + b"\r\n")["mail.from"]


def test_a_page_gives_its_words_and_nothing_else() -> None:
    page = (
        b"<html><head><title>t</title><style>p{}</style></head><body><p>Hi &lt;b&gt;</p>"
        b"<script>document.write('evil')</script><!-- no --><img src=http://x.example/spy>"
        b"<div>there</div>"
    )
    found = message(HEAD + b"Content-Type: text/html\r\n\r\n" + page)["interaction.text"]
    assert found == "Hi <b>\nthere"


def test_a_message_without_an_id_is_known_by_its_bytes() -> None:
    raw = HEAD + b"\r\nx"
    assert message(raw)["interaction.id"] == f"sha256:{hashlib.sha256(raw).hexdigest()}"


def test_a_long_text_is_cut_and_says_so() -> None:
    found = message(HEAD + b"\r\n" + b"x" * (MAX_TEXT + 7))["interaction.text"]
    assert found.endswith("[… 7]")


def test_a_message_nested_without_end_is_set_aside() -> None:
    raw = HEAD
    for number in range(3000):
        raw += b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (number, number)
    assert isinstance(_row(raw), DamagedRow)


@given(st.binary(max_size=400))
def test_bytes_of_any_kind_give_a_row_of_text(data: bytes) -> None:
    row = _row(b"From: a@b.example\r\n" + data)
    if not isinstance(row, DamagedRow):
        assert len(row) == len(HEADER)
        assert all("\x00" not in cell and cell.encode("utf-8") is not None for cell in row)


def test_a_mailbox_is_parted_at_its_own_marks(tmp_path: Path) -> None:
    one = HEAD.replace(b"\r\n", b"\n") + b"\nFirst\n>From the start\n\n"
    two = HEAD.replace(b"\r\n", b"\n") + b"\nSecond\nFrom here it goes on\n"
    (tmp_path / "all.mbox").write_bytes(b"From a Mon\n" + one + b"From b Tue\n" + two)
    assert [row["interaction.text"] for row in read(tmp_path / "all.mbox")] == [
        "First\nFrom the start", "Second\nFrom here it goes on",
    ]  # fmt: skip


def test_what_is_no_mail_is_refused_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text("a,b\n1,2\n")
    with pytest.raises(CiError) as refused:
        read(tmp_path / "a.eml")
    assert refused.value.code == "file-misnamed"


def test_mails_find_their_customers_in_any_order_and_once(tmp_path: Path) -> None:
    store = new_store(tmp_path / "ci.db")
    (tmp_path / "customers.csv").write_text(
        "Customer ID,Customer Name,Contact Name,Email\nK1,Blue Yonder,Ann,ann@blue.example\n"
        "K2,Acme,Bob,bob@acme.example\n"
    )
    bring_in(store, tmp_path / "customers.csv", kind="customers")
    for number, (sender, receivers) in enumerate(
        (("Ann <ANN@blue.example>", "us@our.example"), ("us@our.example", "x@y.example, "
         "bob@acme.example"), ("us@our.example", "x@y.example"))
    ):  # fmt: skip
        (tmp_path / f"{number}.eml").write_text(
            f"From: {sender}\nTo: {receivers}\nMessage-ID: <{number}@x>\n"
            f"Date: Mon, {number + 2} Mar 2026 10:00:00 +0000\n\nhello\n"
        )
    paths = [tmp_path / f"{number}.eml" for number in range(3)]
    random.Random(7).shuffle(paths)
    assert bring_in(store, *paths).counts.created == 3
    assert bring_in(store, *sorted(paths)).counts.unchanged == 3
    with closing(engine.connect(store)) as conn:
        conn.row_factory = sqlite3.Row
        found = [tuple(row) for row in conn.execute(
            "SELECT i.fact_key, i.kind, i.direction, r.source_key, p.name FROM interaction AS i"
            " LEFT JOIN record AS r ON r.id = i.record_id LEFT JOIN contact AS p"
            " ON p.id = i.contact_id ORDER BY 1")]  # fmt: skip
        assert conn.execute("SELECT count(*) FROM touch WHERE personal").fetchone()[0] == 0
    assert found == [
        ("0@x", "mail", "in", "K1", "Ann"), ("1@x", "mail", "out", "K2", "Bob"),
        ("2@x", "mail", None, None, None),
    ]  # fmt: skip
