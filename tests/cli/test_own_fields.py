"""A field that a user makes by naming it is there at once: shown, filtered by, exported."""

from __future__ import annotations

from pathlib import Path

import pytest

from ci_cli.cli.app import run


def test_a_new_field_is_usable_at_once(
    demo_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "ci.db"
    store.write_bytes(demo_store.read_bytes())
    at = ["--db", str(store)]
    assert run(["customer", "set", "ERNSH", "fit.modules=Returns", *at]) == 0
    capsys.readouterr()
    assert run(["customer", "show", "ERNSH", *at]) == 0
    assert "Returns" in capsys.readouterr().out
    words = ["customer", "list", "--where", "fit.modules=returns", "--format", "csv"]
    assert run([*words, *at]) == 0
    assert [line.split(",")[1] for line in capsys.readouterr().out.splitlines()[1:]] == [
        "Ernst Handel"
    ]
    words = ["export", "customers", "--columns", "customer id,fit.modules", "--format", "csv"]
    assert run([*words, *at]) == 0
    assert "ERNSH,Returns" in capsys.readouterr().out.splitlines()


def test_what_lists_of_people_say_leaves_with_them_and_comes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, back = tmp_path / "people.csv", tmp_path / "back.csv"
    sheet.write_text(
        "Customer ID,Company,Contact Name,Phone,Badge\nA1,Acme Ltd,Ann Lee,123456789,red\n"
        "A1,Acme Ltd,Al Fox,123456780,\n", "utf-8",
    )  # fmt: skip
    at = ["--db", str(tmp_path / "ci.db"), "--lang", "en"]
    assert run(["import", str(sheet), "--as", "contacts", *at]) == 0
    capsys.readouterr()
    assert run(["export", "contacts", "--format", "csv", *at]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[0].endswith(",phone,email,Badge")
    assert [line.rsplit(",", 1)[1] for line in told.splitlines()[1:]] == ["red", ""]
    back.write_text(told, "utf-8")
    assert run(["import", str(back), "--format", "json", *at]) == 0
    assert '"unchanged": 2' in capsys.readouterr().out
