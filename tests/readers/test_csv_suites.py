"""Public collections of difficult csv files, read without being told anything."""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from reading import error_of, read_one

from ci_cli.errors import CiError
from ci_cli.readers.base import ReadOptions
from ci_cli.readers.opening import open_tables
from ci_cli.readers.preview import Preview

pytestmark = pytest.mark.shared

# What a person expects of csvkit's files where Python's csv makes something else of them.
CSVKIT = {
    "bad.csv": [["column_a", "column_b", "column_c"], ["1", "27", "", "I'm too long!"],
                ["", "I'm too short!"], ["0", "mixed types.... uh oh", "17"]],
    "bad_skip_lines.csv": [["column_a", "column_b", "column_c"], ["1", "27", "", "I'm too long!"],
                           ["", "I'm too short!"], ["0", "mixed types.... uh oh", "17"]],
    "dummy.tsv": [["a", "b", "c"], ["1", "2", "3"]],
    "dummy.csv.gz": [["a", "b", "c"], ["1", "2", "3"]],
    "dummy.csv.bz2": [["a", "b", "c"], ["1", "2", "3"]],
    "sniff_limit.csv": [["a", "b", "c"], ["1", "2", "3"]],
    "mac_newlines.csv": [["a", "b", "c"], ["1", "2", "3"], ["Once upon\ra time", "5", "6"]],
    "optional_quote_characters.csv": [["a", "b", "c"], ["1", "2", "3"]],
    "test_skip_lines.csv": [["a", "b", "c"], ["1", "2", "3"]],
    "test_empty_columns.csv": [["a", "b", "c", "", ""], ["a", "", "", "", ""], ["", "", "c", ""]],
    "test_utf16_big.csv": [["a", "b", "c"], ["1", "2", "3"], ["4", "5", "ʤ"]],
    "test_utf16_little.csv": [["a", "b", "c"], ["1", "2", "3"], ["4", "5", "ʤ"]],
    "test_utf8_bom.csv": [["foo", "bar", "baz"], ["1", "2", "3"], ["4", "5", "ʤ"]],
    "no_header_row3.csv": [["1", "2", "3"], ["4", "5", "6"]],
    "test_locale.csv": [["a", "b", "c"], ["1,7", "200.000.000", ""]],
}  # fmt: skip
CSVKIT_QUESTIONS = {"null_byte.csv": "nul-bytes", "test_latin1.csv": "encoding-unknown",
                    "empty.csv": "file-empty", "testdbf.dbf": "nul-bytes"}  # fmt: skip


def shown(path: Path) -> list[list[str]]:
    """Return what ``import preview --format csv`` prints."""
    try:
        with open_tables(path, ReadOptions()) as tables:
            preview = Preview(tables[0])
            rows = [row.cells for row in preview.rows()]
    except CiError as error:
        if error.code == "file-empty":
            return []
        raise
    return [preview.heading.names, *rows] if preview.heading.rows else rows


def test_csv_spectrum(shared_data: Path) -> None:
    folder = shared_data / "nasty" / "csv_spectrum"
    files = sorted((folder / "csvs").glob("*.csv"))
    assert len(files) == 11
    for path in files:
        header, *rows = shown(path)
        expected = json.loads((folder / "json" / f"{path.stem}.json").read_text("utf-8"))
        assert [dict(zip(header, row, strict=True)) for row in rows] == expected, path.name


def test_csvkit(shared_data: Path) -> None:
    folder = shared_data / "nasty" / "csvkit"
    files = [path for path in sorted(folder.iterdir()) if ".csv" in path.suffixes[:1]]
    assert len(files) > 55
    for path in files:
        if path.name in CSVKIT_QUESTIONS:
            assert error_of(path).code == CSVKIT_QUESTIONS[path.name], path.name
        elif path.name in CSVKIT:
            assert shown(path) == CSVKIT[path.name], path.name
        else:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                expected = [row for row in csv.reader(stream) if any(map(str.strip, row))]
            assert shown(path) == expected, path.name


def test_csvkit_workbooks(shared_data: Path) -> None:
    folder = shared_data / "nasty" / "csvkit"
    for name in ("test.xlsx", "test.xls", "test_skip_lines.xlsx", "test_skip_lines.xls"):
        seen = read_one(folder / name)
        assert seen.rows[1][:5] == ["Chicago Reader", "1971-01-01", "40", "TRUE", "1"], name
        assert seen.rows[3][4] == "41800000.01", name
        assert seen.lines[0] == (4 if "skip" in name else 1), name


def measure() -> ModuleType:
    """Load the benchmark, for its measure."""
    path = Path(__file__).parents[2] / "benchmarks" / "pollock.py"
    spec = importlib.util.spec_from_file_location("pollock_benchmark", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_pollock_scores(shared_data: Path) -> None:
    folder = shared_data / "nasty" / "pollock"
    scores, failures = measure().scores_of(shown, folder)
    weights = json.loads((folder / "weights.json").read_text("utf-8"))
    weighted = sum(score * weights[name] for name, score in scores.items())
    assert failures == []
    assert sum(scores.values()) / len(scores) > 9.9
    assert weighted / sum(weights[name] for name in scores) > 9.9
    low = {name for name, score in scores.items() if score < 9}
    # blanks that separate cells, and blanks inside of them; a table that goes on below its header
    assert low == {"file_field_delimiter_0x20.csv", "file_multitable_same.csv"}
