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
