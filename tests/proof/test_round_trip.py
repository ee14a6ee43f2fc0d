"""What goes out comes in again: exported files are recognised, and change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ci_cli.cli.app import run
from importer import bring_in, new_store
from store_dump import logical_dump

WHAT = ("customers", "contacts", "orders")


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    path = tmp_path / "ci.db"
    path.write_bytes(demo_store.read_bytes())
    return path


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("what", WHAT)
def test_an_export_that_comes_back_changes_nothing(
    store: Path, tmp_path: Path, what: str, ending: str
) -> None:
    target = tmp_path / f"{what}.{ending}"
    assert run(["export", what, "-o", str(target), "--db", str(store), "-q"]) == 0
    before = logical_dump(store, provenance=True)
    counts = bring_in(store, target).counts
    assert counts.read == counts.unchanged > 0
    assert logical_dump(store, provenance=True) == before


def test_exports_rebuild_the_figures_in_an_empty_store(store: Path, tmp_path: Path) -> None:
    files = []
    for what in WHAT:
        files.append(tmp_path / f"{what}.csv")
        assert run(["export", what, "-o", str(files[-1]), "--db", str(store), "-q"]) == 0
    other = new_store(tmp_path / "other.db", currency="USD")
    assert bring_in(other, *files).counts.rejected == 0
    outputs = []
    for path in (store, other):
        report = tmp_path / f"{path.stem}.csv"
        command = ["procat", "report", "--by", "customer", "--db", str(path), "-q"]
        assert run([*command, "--format", "json", "-o", str(report.with_suffix(".json"))]) == 0
        outputs.append(report.with_suffix(".json").read_text("utf-8"))
    ours, theirs = outputs
    assert ours == theirs
