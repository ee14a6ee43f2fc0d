"""How far a run of a job came: what is done is not done again, and one code says how it ended."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from ci_cli.errors import CiError, ExitCode
from ci_cli.jobs.model import Job, Step
from ci_cli.text import msg

VERSION = 1
# outcomes that are no failure: a check fired, some rows were rejected
FINE = frozenset((int(ExitCode.DONE), int(ExitCode.CHECK_FIRED), int(ExitCode.PARTIAL)))
_WORST_LAST = (0, 3, 4, 5, 2, 1, 143, 130, 6, 70)


def worst(codes: Iterable[int]) -> int:
    """Return the code of the job: that of its worst step.

    From harmless to bad: 0 done, 3 a check fired, 4 rows rejected, 5 store busy, 2 a person must
    decide, 1 failed, 143 and 130 stopped, 6 store damaged, 70 unforeseen (every other code too).
    """
    ranks = [_WORST_LAST.index(code if code in _WORST_LAST else 70) for code in codes]
    return _WORST_LAST[max(ranks, default=0)]


@dataclass
class StepRun:
    """One step of a run: its name, its words as the file has them, its code once it ended."""

    name: str
    words: list[str]
    exit: int | None = None
    done: bool = False


@dataclass
class Progress:
    """What is kept of a run.

    Args:
        job: name of the job.
        begun: the moment at which the run began, ISO.
        day: on which it began; names with gaps stay the same when it is resumed.
        ended: every step came to its end, or was left out.
        steps: in their order, as far as they were reached.
    """

    job: str
    begun: str
    day: str
    ended: bool = False
    steps: list[StepRun] = field(default_factory=list)

    def as_text(self) -> str:
        """Return it as JSON."""
        return json.dumps({"version": VERSION, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"

    def begin(self, step: Step) -> StepRun:
        """Note that a step begins; what was noted of it before is forgotten."""
        self.steps = [one for one in self.steps if one.name != step.name]
        run = StepRun(step.name, list(step.words))
        self.steps.append(run)
        return run

    def done(self) -> dict[str, StepRun]:
        """Return the steps that need not be done again, by name."""
        return {one.name: one for one in self.steps if one.done}


def from_text(text: str) -> Progress:
    """Read what :meth:`Progress.as_text` wrote.

    Raises:
        CiError: ``job-state``: it is something else.
    """
    try:
        said = json.loads(text)
        if said.pop("version") != VERSION:
            raise ValueError
        steps = [StepRun(**one) for one in said.pop("steps")]
        found = Progress(**said, steps=steps)
        fits = all(
            isinstance(one.name, str) and isinstance(one.words, list) and isinstance(one.done, bool)
            for one in steps
        )
        if not (fits and isinstance(found.begun, str) and len(found.day) == len("2026-07-15")):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CiError(
            "job-state",
            msg("What was kept of the last run of this job cannot be read."),
            hint=msg("Run the job without --resume: it begins anew."),
            exit_code=ExitCode.DECIDE,
        ) from error
    return found


def done_before(progress: Progress, job: Job) -> set[str]:
    """Return the names of the steps that a resumed run leaves out.

    Raises:
        CiError: ``job-changed``: a step that was done says something else now, or is gone.
    """
    now = {step.name: list(step.words) for step in job.steps}
    done = progress.done()
    changed = [name for name, run in done.items() if now.get(name) != run.words]
    if changed:
        raise CiError(
            "job-changed",
            msg("Steps that the last run has done were changed since: {names}.",
                names=", ".join(changed)),
            hint=msg("Run the job without --resume: it begins anew. What imports bring again"
                     " changes nothing."),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip
    return set(done)


def stops(step: Step, code: int) -> bool:
    """Tell whether the job ends after a step that ended with ``code``."""
    if code in step.stop_on:
        return True
    return code not in FINE and not step.continue_on_error
