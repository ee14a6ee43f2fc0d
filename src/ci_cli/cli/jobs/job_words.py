"""Look at the steps of a job before the first one runs: commands, options, folders, programs.

What a step would be refused for at once is found here, for all steps together; what depends on the
data (a column that is unclear, a store that is busy) shows when the step runs.
"""

from __future__ import annotations

import contextlib
import glob
import io
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci_cli.cli.usage_words import usage_words
from ci_cli.errors import CiError
from ci_cli.text import Msg, msg
from ci_cli.toml_places import Fault

if TYPE_CHECKING:
    from ci_cli.jobs.model import Job, Step

ALONE = ("run", "version")  # a job within a job would wait for itself


@dataclass(frozen=True)
class Command:
    """What the words of a step were found to mean.

    Args:
        path: the command as people know it: ``("import", "run")``.
        typed: how many words of the step name it.
        values: its parameters by name.
    """

    path: tuple[str, ...]
    typed: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Places:
    """Where a job happens, all absolute."""

    folder: Path
    store: Path
    log: Path | None
    state: Path

    def of(self, path: str | Path) -> Path:
        """Return where a step would find ``path``."""
        return self.folder / path


def command_of(root: Any, words: Sequence[str]) -> Command | Msg:
    """Return the command that ``words`` call, or why they call none.

    Args:
        root: the command tree.
        words: of a step.
    """
    from typer import Exit
    from typer.exceptions import TyperException

    if not words or words[0] in ALONE:
        return msg("A step cannot be `{words}`.", words=" ".join(words[:2]))
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # of --help
            return _parsed(root, words)
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            return msg("`{words}` names no command.", words=" ".join(words))
        return usage_words(error)
    except CiError as error:
        return error.message
    except Exit:
        return msg("A step only shows help or a version.")


def _parsed(root: Any, words: Sequence[str]) -> Command:
    """Read the words as the program would, without carrying anything out."""
    context = root.make_context("ci-cli", list(words))
    path: list[str] = []
    left = len(words)
    while hasattr(context.command, "commands"):
        rest = [*context._protected_args, *context.args]
        left = min(left, len(rest))
        name, found, rest = context.command.resolve_command(context, rest)
        path.append(str(name))
        left = min(left, len(rest))
        context = found.make_context(name, list(rest), parent=context)
    return Command(tuple(path), len(words) - left, dict(context.params))


def check(job: Job, places: Places, root: Any) -> tuple[list[Command | None], list[Fault]]:
    """Look at a job whose gaps are filled, before anything of it runs.

    Args:
        job: with its gaps filled.
        places: where it happens.
        root: the command tree.

    Returns:
        The command of each step, and everything that would stop it.
    """
    faults = _place_faults(job, places)
    made = {places.of(folder).resolve() for folder in job.folders}
    commands: list[Command | None] = []
    for step in job.steps:
        found = command_of(root, step.words) if step.words else None
        commands.append(found if isinstance(found, Command) else None)
        if isinstance(found, Command):
            faults += [Fault(step.line, message) for message in _step_faults(found, places, made)]
        elif found is not None:
            faults.append(Fault(step.line, found))
    return commands, faults


def fits_no_file(step: Step, places: Places) -> str | None:
    """Return the first pattern of a step that fits no file, for which the step is left out."""
    for pattern in step.if_files:
        if not glob.glob(str(pattern), root_dir=places.folder, recursive=True):  # noqa: PTH207
            return pattern
    return None


def _place_faults(job: Job, places: Places) -> list[Fault]:
    faults = []
    if not places.folder.is_dir():
        faults.append(Fault(job.line_of("folder"), _no_folder(places.folder)))
        return faults
    if not places.store.parent.is_dir():
        faults.append(Fault(job.line_of("store"), _no_folder(places.store.parent)))
    made = {places.of(folder).resolve() for folder in job.folders}
    if places.log is not None and not _will_be(places.log.parent, made):
        faults.append(Fault(job.line_of("log"), _no_folder(places.log.parent)))
    if not places.state.is_dir():
        faults.append(Fault(job.line_of("state"), _no_folder(places.state)))
    elif not os.access(places.state, os.W_OK):
        faults.append(
            Fault(
                job.line_of("state"),
                msg("{path} may not be written to; `state` names another folder for what is kept"
                    " of a run.", path=str(places.state)),
            )
        )  # fmt: skip
    if job.notify is not None and job.notify.words:
        program = job.notify.words[0]
        if shutil.which(program, path=_path_of(places)) is None:
            faults.append(
                Fault(job.notify.line, msg("There is no program {name} to tell.", name=program))
            )
    return faults


def _path_of(places: Places) -> str | None:
    """Return where programs are looked for; a relative name counts from the folder of the job."""
    found = os.environ.get("PATH", os.defpath)
    return os.pathsep.join((found, str(places.folder)))


def _step_faults(command: Command, places: Places, made: set[Path]) -> list[Msg]:
    wrong = []
    if "-" in _texts(command.values.get("files")) or command.values.get("file") == Path("-"):
        wrong.append(msg("A job has no standard input to read."))
    out = command.values.get("out")
    if isinstance(out, Path) and not _will_be(places.of(out).parent, made):
        wrong.append(_no_folder(places.of(out).parent))
    return wrong


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else []


def _will_be(folder: Path, made: set[Path]) -> bool:
    """Tell whether a folder is there, or is made before the first step."""
    whole = folder.resolve()
    return whole.is_dir() or any(one == whole or whole in one.parents for one in made)


def _no_folder(folder: Path) -> Msg:
    return msg("There is no folder {path}; `folders` lists those that a job makes.",
               path=str(folder))  # fmt: skip
