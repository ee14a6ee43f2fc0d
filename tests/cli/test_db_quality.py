"""``db quality``: every figure counted by hand on a small list with known faults."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ci_cli.cli.app import run
from importer import bring_in, new_store

# the credit code of the first row has a right check digit, that of the second a wrong one
ROWS = """Customer ID,Customer Name,Tax ID,Country,Phone,Email,Owner
K1,华天软件,91330106MA27W0AB1H,中国,13800138000,a@b.example,li
K2,远山机械,91330106MA27W0AB1X,中国,12345,c@d.example,
K3,Beta GmbH,DE136695976,Germany,030 901820,not-a-mail,
K4,Beta AG,DE136695976,Germany,+49 30 901820,,
K5,123,,,555 0000,,
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quality")
    made = new_store(folder / "ci.db")
    (folder / "c.csv").write_text(ROWS, "utf-8")
    bring_in(made, folder / "c.csv", kind="customers")
    (folder / "p.csv").write_text(
        "Customer ID,Contact Name,Email\nK1,张伟,zw@b.example\nK1,李娜,nobody\n", "utf-8"
    )
    bring_in(made, folder / "p.csv", kind="contacts")
    return made


def shown(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, list]:
    capsys.readouterr()
    assert run(["db", "quality", "--db", str(store), "--format", "json", *words]) == 0
    told = json.loads(capsys.readouterr().out)
    told["records"] = told["tables"]["records"]["rows"]
    return told


def test_fields_are_counted(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = shown(store, capsys, "--fresh", "2026-01-02")["rows"]
    fields = {(row["about"], row["field"]): row for row in found}
    told = {
        name: [fields[name][key] for key in ("filled", "checked", "wrong", "shared")]
        for name in fields if fields[name]["filled"]
    }  # fmt: skip
    assert told == {
        ("customer", "name"): [5, 5, 1, 0],
        ("customer", "tax_id"): [4, 4, 1, 2],
        ("customer", "country"): [4, 0, 0, 0],
        ("customer", "phone"): [5, 5, 2, 0],
        ("customer", "email"): [3, 3, 1, 0],
        ("customer", "owner"): [1, 0, 0, 0],
        ("contact", "name"): [2, 2, 0, 0],
        ("contact", "email"): [2, 2, 1, 0],
    }
    assert fields["customer", "tax_id"]["score"] == pytest.approx(60)  # 3 of 5
    assert fields["customer", "tax_id"]["fill_rate"] == pytest.approx(0.8)
    assert fields["customer", "name"]["fresh"] == 1
    later = shown(store, capsys, "--fresh", "2026-01-03")["rows"]
    assert {row["fresh"] for row in later} == {0, None}


def test_the_worst_records_stand_first_with_what_is_wrong(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = shown(store, capsys)
    # owner has one of five: it is asked of nobody
    assert found["meta"]["expected"] == ["name", "tax_id", "country", "phone", "email"]
    rows = [(row["record"], row["score"], row["wrong"], row["missing"], row["shared"])
            for row in found["records"]]  # fmt: skip
    assert rows == [
        (5, 0, "name, phone", "tax_id, country, email", None),
        (2, pytest.approx(60), "tax_id, phone", None, None),
        (3, pytest.approx(80), "email", None, "tax_id"),
        (4, pytest.approx(80), None, "email", "tax_id"),
        (1, 100, None, None, None),
    ]
    assert len(shown(store, capsys, "--top", "2")["records"]) == 2


def test_an_empty_store_has_no_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = shown(new_store(tmp_path / "e.db"), capsys)
    assert {row["score"] for row in found["rows"]} == {None}
    assert found["records"] == []
