"""The program: builds the command tree and turns every error into an exit code."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ci_cli import __version__, text
from ci_cli.errors import CiError, ExitCode
from ci_cli.text import _, msg


def language_of(argv: Sequence[str]) -> str:
    """Return the language that the user wants: ``--lang``, ``CI_LANG``, else the locale's.

    It is needed before the commands are built, because their help is translated.
    """
    for position, word in enumerate(argv):
        if word == "--lang" and position + 1 < len(argv):
            return argv[position + 1]
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    if os.environ.get("CI_LANG"):
        return os.environ["CI_LANG"]
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "zh" if os.environ[name].startswith("zh") else "en"
    return "en"


def build() -> Any:
    """Return the root of the command tree (Typer's own object), its help in the active language."""
    import typer
    import typer.main

    from ci_cli.cli import groups

    app = typer.Typer(
        name="ci-cli",
        cls=groups.Root,
        help=_(
            "Customer intelligence from your own spreadsheets: which customers drift away, which"
            " product categories slip."
        ),
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(lambda: None)  # makes Typer see a group before anything is in it
    return typer.main.get_command(app)


def run(argv: Sequence[str], *, last: bool = False) -> int:
    """Run one command line and return the exit code; nothing escapes from here.

    Args:
        argv: the words after the program's name.
        last: the process ends with it, so a Ctrl-C that comes too late is not heard any more.
    """
    if list(argv) in (["version"], ["--version"]):
        print(f"ci-cli {__version__}")
        return ExitCode.DONE
    wanted = language_of(argv)
    text.activate(wanted)
    if wanted not in text.LANGUAGES and any(word.startswith("--lang") for word in argv):
        return _explain(
            CiError(
                "language-unknown",
                msg("There is no language {name}.", name=wanted),
                hint=msg("Choose one of: {known}.", known=", ".join(text.LANGUAGES)),
                exit_code=ExitCode.DECIDE,
            )
        )
    # millions of small tuples live through an import: the default thresholds would scan them
    # again and again without ever freeing one
    gc.set_threshold(1_000_000, 50, 50)
    with _stopped_once(last=last):
        return _run(argv)


def _run(argv: Sequence[str]) -> int:
    from ci_cli.store import connections

    saved = connections.transactions_saved()
    try:
        code = _invoke(_without_settled(argv))
        sys.stdout.flush()
        return code
    except (BrokenPipeError, SystemExit) as stop:
        if isinstance(stop, SystemExit) and not isinstance(stop.__context__, BrokenPipeError):
            return stop.code if isinstance(stop.code, int) else ExitCode.FAILED
        # the reader (head, less) has seen enough; keep the interpreter from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())  # type: ignore[union-attr]
        return ExitCode.DONE
    except BaseException as error:
        if "--debug" in argv:
            raise
        changed = connections.transactions_saved() > saved
        if isinstance(error, UnicodeEncodeError) and not changed and _is_damaged(argv):
            error = CiError(
                "log-unreadable",
                msg("What was typed holds bytes that are no text."),
                hint=msg("Type it again, or look at the encoding of the terminal."),
                exit_code=ExitCode.DECIDE,
            )
        return _explain(error, changed=changed)


def _is_damaged(argv: Sequence[str]) -> bool:
    """Return whether the words hold bytes that the system could not read as text."""
    return any("\ud800" <= char <= "\udfff" for word in argv for char in word)


def _without_settled(argv: Sequence[str]) -> list[str]:
    """Return the words without ``--debug`` and ``--lang``, which may stand anywhere."""
    words: list[str] = []
    rest = iter(argv)
    for word in rest:
        if word == "--":
            return [*words, word, *rest]
        if word == "--lang":
            next(rest, None)
        elif word != "--debug" and not word.startswith("--lang="):
            words.append(word)
    return words


def _invoke(argv: list[str]) -> int:
    result = build().main(args=argv, prog_name="ci-cli", standalone_mode=False)
    if result == ExitCode.INTERRUPTED:
        raise KeyboardInterrupt  # Typer caught it and would leave without a word
    return int(result) if isinstance(result, int) else ExitCode.DONE


class _Terminated(BaseException):
    """SIGTERM arrived."""


@contextmanager
def _stopped_once(*, last: bool) -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM stop the command; further ones must not disturb the tidying.

    Whoever ignored Ctrl-C before (``nohup``, a shell's background) goes on doing so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [
        number
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is not signal.SIG_IGN
    ]

    def stop(number: int, _frame: object) -> None:
        for other in numbers:
            signal.signal(other, signal.SIG_IGN)
        raise KeyboardInterrupt if number == signal.SIGINT else _Terminated

    former = [(number, signal.signal(number, stop)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in former:
            signal.signal(number, signal.SIG_IGN if last else handler)


def _explain(error: BaseException, *, changed: bool = False) -> int:
    """Say what went wrong and return the exit code for it.

    Args:
        error: what stopped the command.
        changed: the command had committed something by then.
    """
    from typer import Abort
    from typer.exceptions import TyperException

    from ci_cli.output.messages import print_error

    if isinstance(error, TyperException) and hasattr(error, "format_message"):
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()  # type: ignore[attr-defined]
            return ExitCode.DECIDE
        error = _usage_error(error)
    elif isinstance(error, (KeyboardInterrupt, Abort)):
        error = CiError(
            "interrupted",
            msg("Interrupted after the changes were saved.")
            if changed
            else msg("Interrupted; the store is as it was before."),
            exit_code=ExitCode.INTERRUPTED,
        )
    elif isinstance(error, _Terminated):
        error = CiError(
            "terminated",
            msg("Terminated after the changes were saved.")
            if changed
            else msg("Terminated; the store is as it was before."),
            exit_code=ExitCode.TERMINATED,
        )
    elif not isinstance(error, CiError):
        error = _translated(error, changed=changed)
    print_error(error)
    return int(error.exit_code)


def _usage_error(error: Any) -> CiError:
    """Return the error that users see when the words of a command do not fit together."""
    from ci_cli.cli.usage_words import usage_words

    command = error.ctx.command_path if getattr(error, "ctx", None) else "ci-cli"
    return CiError(
        "usage",
        usage_words(error),
        hint=msg("`{command} --help` shows what it takes.", command=command),
        exit_code=ExitCode.DECIDE,
    )


def _translated(error: BaseException, *, changed: bool) -> CiError:
    """Return the error that users see for one that a library raised."""
    import sqlite3

    if isinstance(error, sqlite3.Error):
        from ci_cli.store.sqlite_errors import explain_sqlite

        if changed:
            return CiError(
                "store-error",
                msg("The changes were saved; what followed failed ({kind}).",
                    kind=type(error).__name__),
                hint=msg("Look at the store with `ci-cli db check`."),
                exit_code=ExitCode.UNFORESEEN,
            )  # fmt: skip
        return explain_sqlite(error)
    if isinstance(error, OSError):
        return CiError(
            "system-error",
            msg("The system refused: {cause}.", cause=str(error)),
            hint=msg("The changes were saved before. Check the disk and the permissions.")
            if changed
            else msg("Nothing was changed. Check the disk and the permissions, then try again."),
        )
    return CiError(
        "unforeseen",
        # no message of the exception: it may quote the user's data
        msg("Something unforeseen happened ({kind}) after the changes were saved.",
            kind=type(error).__name__)
        if changed
        else msg("Something unforeseen happened ({kind}); the store is as it was before.",
                 kind=type(error).__name__),
        hint=msg("Run the same command with --debug and report what it prints."),
        exit_code=ExitCode.UNFORESEEN,
    )  # fmt: skip
