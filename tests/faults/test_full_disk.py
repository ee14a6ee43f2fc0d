"""The disk takes no more, at whatever moment: a clear error, and everything is as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from forker import Forker
from writers import JOBS, content

from ci_cli.store import backup, engine

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="limits of POSIX"),
]
EXPORT = "export orders -o report.csv"
STEPS = [5, pytest.param(60, marks=pytest.mark.loops)]


@pytest.fixture(scope="module")
def forker() -> Iterator[Forker]:
    with Forker() as one:
        yield one


def _sizes(folder: Path) -> int:
    return max(path.stat().st_size for path in folder.iterdir() if path.is_file())


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("name", [*JOBS, "export"])
def test_a_file_may_not_grow(name: str, steps: int, tmp_path: Path, forker: Forker) -> None:
    """RLIMIT_FSIZE, from almost nothing up to more than the command needs."""
    clean = tmp_path / "clean"
    clean.mkdir()
    job = JOBS.get(name, JOBS["import"])
    line, result = (EXPORT, "report.csv") if name == "export" else (job.line, job.result)
    job.prepare(clean)
    if name == "export":
        (clean / "report.csv").write_text("the report of last month\n")
    whole = shutil.copytree(clean, tmp_path / "whole")
    assert forker.run(whole, line)[0] == 0
    store_before = content(clean / "ci.db")
    needed = _sizes(whole)
    refused = 0
    for step in range(steps + 1):
        most = 512 + needed * step // steps
        folder = shutil.copytree(clean, tmp_path / f"at-{step}")
        code, said = forker.run(folder, line, most=most)
        if code == 0:
            continue
        refused += 1
        assert code == 1, (most, said)
        assert "Traceback" not in said, most
        assert any(f"code: {c} " in said for c in ("disk-full", "migration-failed")), (most, said)
        if name == "export":
            assert (folder / "report.csv").read_text() == "the report of last month\n"
        elif result != "ci.db":
            assert not (folder / result).exists()
        assert content(folder / "ci.db") == store_before, most
        if (folder / "ci.db").exists():
            with closing(engine.connect(folder / "ci.db", upgrade=False)) as conn:
                assert backup.check(conn) == []
        left = {path.name for path in folder.iterdir()} - {path.name for path in clean.iterdir()}
        assert {name for name in left if ".schema-" not in name} == set(), most
        shutil.rmtree(folder)
    assert refused
    code, said = forker.run(shutil.copytree(clean, tmp_path / "last"), line, most=4 * needed)
    assert code == 0, said


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes; only the superuser may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", str(folder)],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("no right to mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("name", ["import", "undo", "migration", "backup", "export"])
def test_the_disk_is_really_full(
    name: str, small_disk: Path, tmp_path: Path, forker: Forker
) -> None:
    clean = tmp_path / "clean"
    clean.mkdir()
    job = JOBS.get(name, JOBS["import"])
    line = EXPORT if name == "export" else job.line
    job.prepare(clean)
    if name == "export":
        (clean / "report.csv").write_text("the report of last month\n")
    before = content(clean / "ci.db")
    refused = 0
    for spare in (0, 8192, 65536, 262144):
        folder = small_disk / "in"
        shutil.copytree(clean, folder)
        free = shutil.disk_usage(small_disk).free
        (small_disk / "ballast").write_bytes(bytes(max(0, free - spare)))
        try:
            code, said = forker.run(folder, line)
            if code:
                refused += 1
                assert code == 1, said
                assert content(folder / "ci.db") == before
                if name == "export":
                    assert (folder / "report.csv").read_text() == "the report of last month\n"
        finally:
            (small_disk / "ballast").unlink()
        if code:
            assert forker.run(folder, line)[0] == 0  # with room again, the same command succeeds
        shutil.rmtree(folder)
    assert refused
