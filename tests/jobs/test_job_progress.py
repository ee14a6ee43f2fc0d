"""One code for a run, and what of it is done."""

from __future__ import annotations

from itertools import permutations

import pytest

from ci_cli.errors import CiError, ExitCode
from ci_cli.jobs.job_file import read_job
from ci_cli.jobs.model import Step
from ci_cli.jobs.progress import Progress, done_before, from_text, stops, worst

ORDER = (0, 3, 4, 5, 2, 1, 143, 130, 6, 70)


def test_the_worst_step_decides() -> None:
    assert worst([]) == 0
    for position, bad in enumerate(ORDER):
        for better in ORDER[: position + 1]:
            assert all(worst(codes) == bad for codes in permutations((bad, better, 0)))
    assert set(ORDER) == {int(code) for code in ExitCode}
    assert worst([4, 99]) == 70  # no code of ours


@pytest.mark.parametrize(
    ("code", "plain", "going_on", "stop_on_4"),
    [(0, 0, 0, 0), (3, 0, 0, 0), (4, 0, 0, 1), (1, 1, 0, 1), (5, 1, 0, 1), (70, 1, 0, 1)],
)
def test_when_a_job_stops(code: int, plain: bool, going_on: bool, stop_on_4: bool) -> None:
    assert stops(Step("a", ("x",), 1), code) == plain
    assert stops(Step("a", ("x",), 1, continue_on_error=True), code) == going_on
    assert stops(Step("a", ("x",), 1, stop_on=(4,)), code) == stop_on_4


def test_progress_survives_being_written() -> None:
    job, _faults = read_job("[[step]]\nrun='rfm 中'\n[[step]]\nrun='check'\n", "j")
    progress = Progress("j", "2026-07-15T06:30:00+00:00", "2026-07-15")
    first = progress.begin(job.steps[0])
    first.exit, first.done = 4, True
    progress.begin(job.steps[1])
    again = from_text(progress.as_text())
    assert again == progress
    assert done_before(again, job) == {"rfm"}


@pytest.mark.parametrize(
    "now",
    ["[[step]]\nrun='rfm call'\n", "[[step]]\nrun='check'\n", "[[step]]\nname='b'\nrun='rfm run'"],
)
def test_a_step_that_was_done_must_stand_as_it_was(now: str) -> None:
    job, _faults = read_job("[[step]]\nname='a'\nrun='rfm run'\n[[step]]\nrun='check'\n", "j")
    progress = Progress("j", "2026-07-15T06:30:00+00:00", "2026-07-15")
    progress.begin(job.steps[0]).done = True
    with pytest.raises(CiError, match="job-changed"):
        done_before(progress, read_job(now, "j")[0])


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", '{"version": 2}', '{"version": 1, "steps": []}',
     '{"version": 1, "job": "j", "begun": 3, "day": "2026-07-15", "steps": []}',
     '{"version": 1, "job": "j", "begun": "", "day": "x", "steps": [{"name": 1}]}'],
)  # fmt: skip
def test_what_is_no_progress_is_refused(text: str) -> None:
    with pytest.raises(CiError, match="job-state"):
        from_text(text)
