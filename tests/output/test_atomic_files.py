"""A file appears whole or not at all, and the old one survives every failure."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci_cli.errors import CiError
from ci_cli.output import atomic
from ci_cli.output.atomic import write_atomic, write_atomic_text


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(path: Path, content: bytes = b"new") -> None:
    with write_atomic(path) as handle:
        handle.write(content)


def test_the_file_appears_only_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with write_atomic(target) as handle:
        handle.write(b"half")
        handle.flush()
        assert not target.exists()
    assert target.read_bytes() == b"half"
    assert left_behind(tmp_path) == ["out.csv"]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_may_read_it(tmp_path: Path, umask: int) -> None:
    target = tmp_path / "out.csv"
    before = os.umask(umask)
    try:
        with write_atomic(target):
            (temporary,) = tmp_path.iterdir()
            assert stat.S_IMODE(temporary.stat().st_mode) == 0o600
    finally:
        os.umask(before)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "failure", [ValueError("x"), KeyboardInterrupt(), OSError(errno.ENOENT, "x")]
)
def test_a_failure_inside_leaves_the_old_file(tmp_path: Path, failure: BaseException) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")

    def failing() -> None:
        with write_atomic(target) as handle:
            handle.write(b"new")
            raise failure

    with pytest.raises(type(failure)):
        failing()
    assert target.read_bytes() == b"old"
    assert left_behind(tmp_path) == ["out.csv"]


def full(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("step", ["fsync", "replace", "open"])
def test_a_full_disk_at_any_step_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")
    if step == "replace":
        monkeypatch.setattr(Path, "replace", full)
    else:
        monkeypatch.setattr(atomic.os, step, full)
    with pytest.raises(CiError) as caught:
        write(target)
    monkeypatch.undo()
    assert caught.value.code == "disk-full"
    assert caught.value.where.file == str(target)
    assert target.read_bytes() == b"old"
    assert left_behind(tmp_path) == ["out.csv"]


CHILD = """
import resource
import sys
from pathlib import Path
from ci_cli.errors import CiError
from ci_cli.output.render import write_rows
from ci_cli.report import Column
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
rows = ((f"row {n} " + "x" * 50,) for n in range(20_000))
try:
    write_rows([Column("a", "a")], rows, target=Path(sys.argv[1]))
except CiError as error:
    sys.exit(f"caught {error.code}")
"""


@pytest.mark.parametrize("suffix", [".csv", ".json", ".xlsx", ".md"])
def test_a_real_size_limit_in_every_format(tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"out{suffix}"
    target.write_bytes(b"old")
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.stderr == "caught disk-full\n"
    assert target.read_bytes() == b"old"
    assert left_behind(tmp_path) == [target.name]


def missing_folder(folder: Path) -> Path:
    return folder / "no" / "out.csv"


def a_folder(folder: Path) -> Path:
    return folder


def a_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def too_long(folder: Path) -> Path:
    return folder / ("x" * 300)


def nul_inside(folder: Path) -> Path:
    return folder / "a\x00b"


def link_loop(folder: Path) -> Path:
    (folder / "loop").symlink_to("loop")
    return folder / "loop"


def file_as_folder(folder: Path) -> Path:
    (folder / "file").write_bytes(b"")
    return folder / "file" / "out.csv"


def a_store(folder: Path) -> Path:
    with sqlite3.connect(folder / "ci.db") as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    return folder / "ci.db"


REFUSED = [
    (missing_folder, "output-folder-missing"),
    (file_as_folder, "output-folder-missing"),
    (a_folder, "output-is-folder"),
    (a_pipe, "output-not-a-file"),
    (too_long, "output-name-invalid"),
    (nul_inside, "output-name-invalid"),
    (link_loop, "output-name-invalid"),
    (a_store, "output-is-store"),
]


@pytest.mark.parametrize(("make", "code"), REFUSED)
def test_what_cannot_be_written_says_why(
    tmp_path: Path, make: Callable[[Path], Path], code: str
) -> None:
    target = make(tmp_path)
    before = left_behind(tmp_path)
    with pytest.raises(CiError) as caught:
        write(target)
    assert caught.value.code == code
    assert caught.value.hint is not None
    assert left_behind(tmp_path) == before


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EPERM])
def test_a_refused_place_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: Any) -> int:
        raise OSError(number, "refused")

    monkeypatch.setattr(atomic.os, "open", refuse)
    with pytest.raises(CiError) as caught:
        write(tmp_path / "out.csv")
    assert caught.value.code == "output-not-allowed"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_file_or_folder_is_respected(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")
    target.chmod(0o400)
    with pytest.raises(CiError, match="output-not-allowed"):
        write(target)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(CiError, match="output-not-allowed"):
            write(tmp_path / "other.csv")
    finally:
        tmp_path.chmod(0o700)
    assert target.read_bytes() == b"old"


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(b"old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    write(tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"new"


def test_text_with_what_the_encoding_cannot_hold(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    with write_atomic_text(target, "utf-8-sig") as text:
        text.write("张\udc80\n")
    assert target.read_bytes() == b"\xef\xbb\xbf\xe5\xbc\xa0\\udc80\n"
