"""``ci-cli run``: a saved set of steps as one job, for cron and systemd timers."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import _, msg

if TYPE_CHECKING:
    from ci_cli.cli.jobs.job_words import Command, Places
    from ci_cli.jobs.model import Job
    from ci_cli.jobs.progress import Progress
    from ci_cli.toml_places import Fault

LARGEST_FILE = 1_000_000  # bytes
STATE_ENDING = ".state"


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app, "run", example="ci-cli run nightly.toml --dry-run",
        help=_("Run a saved set of imports, checks and reports as one job, for cron and timers."),
    )  # fmt: skip
    def run(
        session: Session,
        file: Annotated[Path, typer.Argument(help=_("A job file (TOML), see docs/cron.md."))],
        resume: Annotated[
            bool,
            typer.Option(
                "--resume",
                help=_("Go on where the last run stopped; what it has done is not done again."),
            ),
        ] = False,
        dry_run: Annotated[
            bool,
            typer.Option(
                "--dry-run", "-n", help=_("Check the whole file and list its steps; run none.")
            ),
        ] = False,
    ) -> int:
        return _run(session, file, resume=resume, dry_run=dry_run)


def _run(session: Session, file: Path, *, resume: bool, dry_run: bool) -> int:
    from ci_cli.cli.jobs.job_run import JobRun
    from ci_cli.jobs.progress import Progress, done_before

    written, faults = _read(file)
    places = _places(session, file, written)
    with ExitStack() as stack:
        lock = None if dry_run else _locked(stack, session, places.state / file.name)
        state = places.state / (file.name + STATE_ENDING)
        kept = _kept(state) if resume else None
        if resume and (kept is None or kept.ended):
            session.say(Note(msg("There is nothing to resume: the last run came to its end.")))
            return ExitCode.DONE
        progress = kept or Progress(written.name, session.now, session.today.isoformat())
        job, commands = _checked(session, file, written, faults, progress)
        done = done_before(progress, written)
        if dry_run:
            session.show(_listing(job, places, done))
            return ExitCode.DONE
        places = _places(session, file, job)
        return JobRun(session, written, job, places, state, progress, lock).all_steps(commands)


def _read(file: Path) -> tuple[Job, list[Fault]]:
    from ci_cli.jobs.job_file import read_job
    from ci_cli.toml_places import UnreadableError, text_of

    try:
        text, _data = text_of(file, LARGEST_FILE)
    except UnreadableError as error:
        raise CiError(
            "job-unreadable",
            msg("The job file cannot be read: {cause}.", cause=error.cause),
            where=Where(str(file)),
            hint=msg("Check the path; docs/cron.md shows a job file to begin with."),
            exit_code=ExitCode.DECIDE,
        ) from error
    return read_job(text, file.stem or "job")


def _places(session: Session, file: Path, job: Job) -> Places:
    from ci_cli.cli.jobs.job_words import Places

    home = file.absolute().parent
    folder = home / Path(job.folder)
    return Places(
        folder=folder,
        store=session.db.absolute() if job.store is None else folder / job.store,
        log=None if job.log is None else folder / job.log,
        state=home if job.state is None else folder / job.state,
    )


def _locked(stack: ExitStack, session: Session, path: Path) -> int | None:
    """Hold the lock of a job until the stack ends; return its handle where there are locks."""
    from ci_cli.store.locks import holder_of, write_lock

    try:
        return stack.enter_context(write_lock(path, session.holder, wait=0))
    except CiError as error:
        if error.code != "store-busy":
            raise
        holder = holder_of(path)
        raise CiError(
            "job-running",
            msg("This job is running already.")
            if holder is None
            else msg("This job is running already (pid {pid}, since {since}).", pid=holder.pid,
                     since=holder.since),
            hint=msg("Nothing was done. Try again when it has finished."),
            exit_code=ExitCode.BUSY,
        ) from error  # fmt: skip


def _kept(state: Path) -> Progress | None:
    from ci_cli.jobs.progress import from_text
    from ci_cli.toml_places import UnreadableError, text_of

    if not state.exists():
        return None
    try:
        text, _data = text_of(state, LARGEST_FILE)
    except UnreadableError:
        text = ""
    return from_text(text)


def _checked(
    session: Session, file: Path, written: Job, faults: list[Fault], progress: Progress
) -> tuple[Job, list[Command]]:  # fmt: skip
    """Return the job with its gaps filled, and what its steps mean.

    Raises:
        CiError: ``job-faulty``, which lists every fault with its line.
    """
    from ci_cli.cli.jobs import job_words
    from ci_cli.jobs import gaps
    from ci_cli.toml_places import faulty, in_order

    day = date.fromisoformat(progress.day)
    job = written.filled(gaps.values(day, progress.begun, written.name))
    commands, more = job_words.check(job, _places(session, file, job), session.tree)
    faults = in_order([*faults, *more])
    if faults:
        raise faulty(
            "job-faulty", msg("The job has faults: {n}.", n=len(faults)), str(file), faults
        )
    return job, [found for found in commands if found is not None]


def _listing(job: Job, places: Places, done: set[str]) -> Report:
    from ci_cli.cli.jobs.job_words import fits_no_file

    rows = []
    for step in job.steps:
        missing = fits_no_file(step, places)
        rows.append(
            (
                step.name,
                shlex.join(("ci-cli", *step.words)),
                msg("done before")
                if step.name in done
                else msg("left out: no file fits {pattern}", pattern=missing)
                if missing
                else msg("to run"),
            )
        )
    columns = (
        Column("step", msg("step")),
        Column("command", msg("command")),
        Column("state", msg("state"), "state"),
    )
    notes = [Note(msg("Store: {path}", path=str(places.store)))]
    return Report("job", msg("Steps of {name}", name=job.name), [Table("steps", columns, rows)],
                  {"job": job.name}, notes)  # fmt: skip
