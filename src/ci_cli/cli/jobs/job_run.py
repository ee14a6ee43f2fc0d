"""One run of a job: step after step, what is done noted at once, one code at the end."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from ci_cli.cli.jobs.job_log import Log
from ci_cli.cli.jobs.job_steps import Ended, run_step, tell
from ci_cli.cli.jobs.job_words import Command, Places, fits_no_file
from ci_cli.cli.options import Session
from ci_cli.errors import CiError, ExitCode
from ci_cli.jobs.model import Job, Step
from ci_cli.jobs.progress import FINE, Progress, stops, worst
from ci_cli.text import language, msg


class JobRun:
    """A run, from the first step that is to be done to the line that sums it up.

    Args:
        session: the command that runs it.
        written: the job as its file has it; what is kept of a run names these words.
        job: the same with its gaps filled.
        places: where it happens.
        state: the file that says how far the run came.
        progress: how far it came before.
        lock: the handle of the lock of the job, handed down to the steps.
    """

    def __init__(
        self, session: Session, written: Job, job: Job, places: Places, state: Path,
        progress: Progress, lock: int | None,
    ) -> None:  # fmt: skip
        self._session = session
        self._written = written
        self._job = job
        self._places = places
        self._state = state
        self._progress = progress
        self._lock = lock
        self._codes: list[int] = []
        self._skipped = 0
        self._whole = True  # no step is left to do

    def all_steps(self, commands: Sequence[Command]) -> int:
        """Run the steps and return the code of the job.

        Raises:
            CiError: the run was stopped, or cannot note how far it came.
        """
        for folder in self._job.folders:
            self._make(self._places.of(folder))
        log = Log(self._job.name, self._session.now, self._places.log, quiet=self._session.quiet)
        log.check()
        self._save()
        done = self._progress.done()
        for written, step, command in zip(
            self._written.steps, self._job.steps, commands, strict=True
        ):
            if step.name in done:
                code = int(done[step.name].exit or 0)
                self._codes.append(code)
                log.write(step.name, wrong=False, outcome="done-before", exit=code)
                continue
            missing = fits_no_file(step, self._places)
            if missing is not None:
                self._skipped += 1
                log.write(step.name, wrong=False, outcome="left-out", no_file=missing)
                continue
            if self._one(log, written, step, command):
                self._whole = False
                break
        return self._end(log)

    def _one(self, log: Log, written: Step, step: Step, command: Command) -> bool:
        """Run one step; tell whether the job ends with it."""
        run = self._progress.begin(written)
        self._save()
        try:
            ended = run_step(
                step, command, folder=self._places.folder, environment=self._environment(),
                today=self._session.today, lock=self._lock,
            )  # fmt: skip
        except KeyboardInterrupt:
            raise self._stopped(log, step, ExitCode.INTERRUPTED) from None
        except Exception:
            raise
        except BaseException:  # SIGTERM, as app.py raises it
            raise self._stopped(log, step, ExitCode.TERMINATED) from None
        run.exit = ended.exit
        run.done = ended.exit in FINE and ended.exit not in step.stop_on
        self._whole = self._whole and run.done
        self._codes.append(ended.exit)
        self._save()
        _log_step(log, step, ended)
        return stops(step, ended.exit)

    def _stopped(self, log: Log, step: Step, code: ExitCode) -> CiError:
        log.write(step.name, wrong=True, outcome="stopped", exit=int(code))
        return CiError(
            "interrupted" if code == ExitCode.INTERRUPTED else "terminated",
            msg("The job was stopped in its step {name}.", name=step.name),
            hint=msg("What was done before is kept; the same command with --resume goes on there."),
            exit_code=code,
        )

    def _end(self, log: Log) -> int:
        self._progress.ended = self._whole
        self._save()
        code = worst(self._codes)
        failed = sum(one not in FINE for one in self._codes)
        log.write(
            None, wrong=code != ExitCode.DONE, outcome="done" if not failed else "failed",
            exit=code, steps=len(self._job.steps), ran=len(self._codes), failed=failed,
            left_out=self._skipped, seconds=log.seconds,
        )  # fmt: skip
        notify = self._job.notify
        if notify is None or not (
            notify.when == "always"
            or (notify.when == "not-done" and code)
            or (notify.when == "failed" and code not in FINE)
        ):
            return code
        trouble = tell(
            notify, "".join(f"{line}\n" for line in log.text), folder=self._places.folder,
            environment=self._environment(),
        )  # fmt: skip
        if trouble is None:
            return code
        log.write("notify", wrong=True, said=[trouble], outcome="failed", exit=1)
        return worst([code, int(ExitCode.FAILED)])

    def _environment(self) -> Mapping[str, str]:
        return {
            **os.environ,
            "CI_DB": str(self._places.store),
            "CI_LANG": self._job.language or language(),
        }

    def _save(self) -> None:
        from ci_cli.output.atomic import write_atomic_text

        with write_atomic_text(self._state) as out:
            out.write(self._progress.as_text())

    @staticmethod
    def _make(folder: Path) -> None:
        from ci_cli.output.atomic import output_error

        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise output_error(error, folder) from error


def _log_step(log: Log, step: Step, ended: Ended) -> None:
    log.write(
        step.name, wrong=ended.exit != ExitCode.DONE, said=ended.said, outcome=ended.outcome,
        exit=ended.exit, seconds=ended.seconds, **ended.counts,
    )  # fmt: skip
