"""One spelling for one text."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ci_cli.dedupe.clean.text import fold, has_han, is_unspaced, plain, squeezed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＢ（中国）", "abb(中国)"),
        ("華信科技", "华信科技"),
        ("乾坤 乾燥", "乾坤 干燥"),
        ("Société Générale", "societe generale"),
        ("Straße Łódź Ørsted", "strasse lodz orsted"),
        ("カフェ が", "カフェ が"),  # the marks of kana are letters
        ("й ё", "й ё"),  # and so are those of Cyrillic
        ("a\u200bb\ufeffc\u00ad", "abc"),
        (" a\u3000 b\tc ", "a b c"),
        ("İstanbul", "istanbul"),
        ("Αθήνα", "αθηνα"),
        ("O’Brien “x” – y", 'o\'brien "x" - y'),
        ("【北京】", "(北京)"),
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


def test_plain_and_squeezed() -> None:
    assert plain("A.B. (C)-d") == "a b c d"
    assert squeezed("A.B. (C)-d") == "abcd"


def test_scripts() -> None:
    assert has_han("a华")
    assert not has_han("カ")
    assert is_unspaced("カ")
    assert not is_unspaced("Ж")


def test_heavy_libraries_are_loaded_only_where_they_are_needed() -> None:
    code = (
        "import sys; from ci_cli.dedupe.clean import companies, contacts, people, same; "
        "companies.company('Foo Ltd'); people.person('Li Wei'); "
        "sys.exit(bool({'opencc', 'phonenumbers', 'numpy', 'rapidfuzz'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
