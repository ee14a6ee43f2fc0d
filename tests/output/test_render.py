"""The format that is meant, and where it goes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ci_cli.errors import CiError, ExitCode
from ci_cli.output.options import Options
from ci_cli.output.render import FORMATS, choose_format, write_report, write_rows
from ci_cli.report import Column, Report

CHOSEN = [
    (None, None, "table"),
    ("csv", None, "csv"),
    ("json", None, "json"),
    (None, "out.csv", "csv"),
    (None, "OUT.XLSX", "xlsx"),
    (None, "a.b.md", "md"),
    (None, "notes.markdown", "md"),
    (None, "out.txt", "table"),
    ("csv", "out.dat", "csv"),
    ("csv", "out", "csv"),
    ("json", "out.json", "json"),
]


@pytest.mark.parametrize(("name", "target", "expected"), CHOSEN)
def test_the_format_that_is_meant(name: str | None, target: str | None, expected: str) -> None:
    assert choose_format(name, Path(target) if target else None) == expected


UNDECIDED = [
    ("pdf", None, "format-unknown"),
    ("", "out.csv", "format-unknown"),
    ("xlsx", None, "format-needs-file"),
    (None, "out.pdf", "format-unclear"),
    (None, "out", "format-unclear"),
    ("csv", "out.xlsx", "format-mismatch"),
]


@pytest.mark.parametrize(("name", "target", "code"), UNDECIDED)
def test_a_person_must_decide(name: str | None, target: str | None, code: str) -> None:
    with pytest.raises(CiError) as caught:
        choose_format(name, Path(target) if target else None)
    assert caught.value.code == code
    assert caught.value.exit_code == ExitCode.DECIDE
    assert caught.value.hint is not None


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_to_a_file_and_again_over_it(
    full: Report, charted: Report, name: str, tmp_path: Path
) -> None:
    report = charted if name == "svg" else full
    target = tmp_path / f"out{FORMATS[name].suffixes[0]}"
    stdout, stderr = io.StringIO(), io.StringIO()
    for _ in range(2):
        write_report(report, target=target, stdout=stdout, stderr=stderr)
    assert target.stat().st_size > 100
    assert target.stat().st_mode & 0o777 == 0o600
    assert stdout.getvalue() == ""
    assert f"Saved: {target}" in stderr.getvalue()


@pytest.mark.parametrize("name", [name for name in FORMATS if not FORMATS[name].binary])
def test_every_text_format_goes_to_a_pipe_as_utf8(full: Report, charted: Report, name: str) -> None:
    report = charted if name == "svg" else full
    raw = io.BytesIO()
    stdout = io.TextIOWrapper(raw, encoding="utf-8" if name == "table" else "latin-1")
    stdout.write("")
    write_report(report, format=name, stdout=stdout, stderr=io.StringIO())
    assert "张伟有限公司" in raw.getvalue().decode()
    assert b"\x1b" not in raw.getvalue()
    assert not raw.getvalue().startswith(b"\xef\xbb\xbf")


def test_a_dash_is_standard_output(full: Report) -> None:
    stdout = io.StringIO()
    write_report(full, format="json", target=Path("-"), stdout=stdout)
    assert json.loads(stdout.getvalue())["meta"]["report"] == "full"


def test_what_csv_leaves_out_is_said_beside_it(full: Report) -> None:
    said, quiet = io.StringIO(), io.StringIO()
    write_report(full, format="csv", stdout=io.StringIO(), stderr=said)
    write_report(full, format="csv", stdout=io.StringIO(), stderr=quiet, quiet=True)
    assert said.getvalue().splitlines() == [
        "Saved: a definition",
        "Warning: Saved: a warning",
        "csv holds the first table only; json and xlsx hold all of them.",
    ]
    assert quiet.getvalue() == "Warning: Saved: a warning\n"


def rows(count: int) -> Iterator[tuple[str, int]]:
    for number in range(count):
        yield f"C{number}", number * 10_000


COLUMNS = [Column("id", "id", "id"), Column("net", "net", "money")]


@pytest.mark.parametrize("suffix", [".csv", ".json", ".xlsx", ".md", ".txt"])
def test_rows_are_exported_and_counted(tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"out{suffix}"
    assert (
        write_rows(COLUMNS, rows(300), target=target, quiet=True, options=Options(key="x")) == 300
    )
    assert target.stat().st_size > 500


def test_rows_stream_to_standard_output() -> None:
    stdout = io.StringIO()
    assert write_rows(COLUMNS, rows(2), format="csv", stdout=stdout) == 2
    assert stdout.getvalue() == "id,net\nC0,0.00\nC1,1.00\n"


def test_rows_that_fail_midway_leave_the_old_file(tmp_path: Path) -> None:
    def failing() -> Iterator[tuple[str, int]]:
        yield from rows(500)
        raise RuntimeError("the store went away")

    for suffix in (".csv", ".json", ".xlsx", ".md"):
        target = tmp_path / f"out{suffix}"
        target.write_bytes(b"old")
        with pytest.raises(RuntimeError):
            write_rows(COLUMNS, failing(), target=target)
        assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 4


CHILD = """
import sys
from ci_cli.errors import CiError
from ci_cli.output.render import write_rows, write_report
from ci_cli.report import Column, Report, Table
from ci_cli.text import msg
columns = (Column("a", "a"),)
try:
    if sys.argv[1] == "table":
        write_report(Report("r", msg("x"), [Table("t", columns, [("x" * 50,)] * 2000)]))
    else:
        write_rows(columns, (("x" * 50,) for _ in range(2000)), format=sys.argv[1])
except BrokenPipeError:
    sys.stderr.write("broken pipe")
    sys.stderr.flush()
    import os
    os._exit(0)
except CiError as error:
    sys.exit(f"caught {error.code}")
"""


@pytest.mark.parametrize("name", ["table", "csv", "json", "md"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_standard_output_is_an_error_of_ours(name: str) -> None:
    with Path("/dev/full").open("w") as full_device:
        child = subprocess.run(
            [sys.executable, "-c", CHILD, name],
            stdout=full_device,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert child.stderr == "caught stdout-not-written\n"
    assert child.returncode == 1


@pytest.mark.parametrize("name", ["table", "csv", "json"])
def test_a_reader_that_leaves_is_told_apart(name: str) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout is not None
    child.stdout.close()
    _, said = child.communicate(timeout=60)
    assert said == b"broken pipe"


def test_importing_this_room_is_cheap() -> None:
    code = (
        "import sys, ci_cli.output.render, ci_cli.output.messages;"
        "print(*sorted({m.split('.')[0] for m in sys.modules}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"rich", "pandas", "numpy", "openpyxl", "csv", "json"} & set(loaded)
