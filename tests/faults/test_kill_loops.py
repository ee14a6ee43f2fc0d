"""kill -9 at any moment: all of a command or nothing of it, and the same command again succeeds.

The short form runs always; ``make faults-slow`` kills each command two hundred times.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from forker import Forker
from writers import JOBS, Job, content

from ci_cli.store import backup, engine

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="signals of POSIX"),
]
TIMES = [4, pytest.param(200, marks=pytest.mark.loops)]
ATTEMPTS = 5  # of one that hits: how many may come when the command has already ended


@pytest.fixture(scope="module")
def forker() -> Iterator[Forker]:
    with Forker() as one:
        yield one


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("name", JOBS)
def test_killed_at_random(name: str, times: int, tmp_path: Path, forker: Forker) -> None:
    job = JOBS[name]
    clean = tmp_path / "clean"
    clean.mkdir()
    job.prepare(clean)
    before = content(clean / job.result)
    length = _Length(clean, tmp_path / "whole", forker, job.line)
    after = content(tmp_path / "whole" / job.result)
    assert (before is None) == job.creates
    killed = attempts = 0
    while killed < times and attempts < ATTEMPTS * times:
        attempts += 1
        folder = _copy(clean, tmp_path / f"kill-{attempts}")
        moment = length.moment()
        code, said = forker.run(folder, job.line, kill_after=moment)
        assert code in (0, -signal.SIGKILL), said
        length.learn(in_time=code != 0)
        killed += code != 0
        where = f"{name} killed after {moment:.4f} of {length.seconds:.4f} s"
        found = content(folder / job.result)
        assert found in (before, after), where
        if code == 0:
            assert found == after, where
        _store_is_whole(folder, where)

        code, said = forker.run(folder, job.line)
        if code != 0:
            assert found == after, (where, said)
            assert any(f"code: {done} " in said for done in job.done), (where, said)
        assert content(folder / job.result) == after, where
        _store_is_whole(folder, where)
        # killed right after its commit, a command leaves its lock to the next writer, and the same
        # command again may find nothing left to write
        settled = {"ci.db.lock"} if found == after else set()
        assert _left_over(folder) <= settled, where
        shutil.rmtree(folder)
    assert killed == times, "most kills came too late to prove anything"


class _Length:
    """How long a command runs here and now, by which the moment of the next kill is chosen.

    The machine may be busy now and idle a moment later, and a first run is slower than the next
    ones. So the shortest of a few runs is where it begins; a kill that came too late shortens it
    and one in time lengthens it a little, so that about one in six comes late: the last moments of
    the command are hit as well, whatever else the machine does meanwhile.
    """

    def __init__(self, clean: Path, folder: Path, forker: Forker, line: str) -> None:
        runs = []
        for _ in range(3):
            shutil.rmtree(folder, ignore_errors=True)
            _copy(clean, folder)
            code, said = forker.run(folder, line)
            assert code == 0, said
            runs.append(forker.lasted)
        self.seconds = min(runs)

    def moment(self, first: float = 0, last: float = 1) -> float:
        """Return a moment between these shares of the run; without a seed, always another one."""
        return random.uniform(first, last) * self.seconds

    def learn(self, *, in_time: bool) -> None:
        """Note how a kill came."""
        self.seconds *= 1.04 if in_time else 0.8


def _copy(clean: Path, folder: Path) -> Path:
    shutil.copytree(clean, folder)
    return folder


def _store_is_whole(folder: Path, where: str) -> None:
    store = folder / "ci.db"
    if store.exists():
        with closing(engine.connect(store, upgrade=False)) as conn:
            assert backup.check(conn) == [], where
            assert not conn.in_transaction


def _left_over(folder: Path) -> set[str]:
    """Return names of files that nobody asked for; copies of a migration are wanted."""
    wanted = {"ci.db", "orders.csv", "more.csv", "calls.csv", "copy.db", "good.db"}
    wanted |= {"list.csv", "pairs.csv"}
    return {
        path.name
        for path in folder.iterdir()
        if path.name not in wanted
        and ".schema-" not in path.name
        and "before-restore" not in path.name
    }


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
@pytest.mark.parametrize("times", [3, pytest.param(60, marks=pytest.mark.loops)])
def test_interrupted_at_random(number: int, times: int, tmp_path: Path, forker: Forker) -> None:
    """The command answers with its exit code and one short message, the store is as before."""
    job: Job = JOBS["import"]
    clean = tmp_path / "clean"
    clean.mkdir()
    job.prepare(clean)
    before = content(clean / "ci.db")
    length = _Length(clean, tmp_path / "whole", forker, job.line)
    after = content(tmp_path / "whole" / "ci.db")
    stopped = attempts = 0
    while stopped < times and attempts < ATTEMPTS * times:
        attempts += 1
        folder = _copy(clean, tmp_path / f"stop-{attempts}")
        moment = length.moment(0.1, 0.9)
        code, said = forker.run(folder, job.line, kill_after=moment, kill_with=number)
        length.learn(in_time=code != 0)
        found = content(folder / "ci.db")
        if code == 0:
            assert found == after
        else:
            stopped += 1
            assert code == {signal.SIGINT: 130, signal.SIGTERM: 143}[signal.Signals(number)], said
            assert "Traceback" not in said
            assert found == (after if "after the changes were saved" in said else before), said
            # a signal in the very moment of taking the lock leaves its file, which locks nobody out
            assert _left_over(folder) <= {"ci.db.lock"}
        _store_is_whole(folder, str(moment))
        shutil.rmtree(folder)
    assert stopped == times, "most signals came too late to prove anything"
