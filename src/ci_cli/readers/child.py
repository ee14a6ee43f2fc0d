"""Starts the process that parses a workbook, and never lets it outlive us."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from ci_cli.readers import guard
from ci_cli.readers.excel_child import RESULT

Engine = Literal["calamine", "openpyxl"]

# Isolated and without the site module it starts in some 20 ms; what it may import is said by us, so
# that it finds the same packages from an installation and from a checkout.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[2]); "
    "from ci_cli.readers.excel_child import main; sys.exit(main(sys.argv[1]))"
)


class ChildFailedError(Exception):
    """The process ended without a result, or refused the file.

    ``kind`` is ``crash``, ``timeout``, ``memory``, ``space``, ``wide``, ``password`` or ``other``.
    """

    def __init__(self, kind: str, cause: str) -> None:
        super().__init__(cause)
        self.kind = kind
        self.cause = cause


class Child:
    """One workbook being parsed in a process of its own; use it as a context.

    Args:
        engine: what parses it.
        path: the workbook.
        sheet: as in :func:`ci_cli.readers.sheets.choose_sheets`.
        folder: made anew; the spools and the result are written to it.

    Raises:
        ChildFailedError: the process cannot be started.
    """

    def __init__(self, engine: Engine, path: Path, sheet: str | None, folder: Path) -> None:
        self.folder = folder
        job = {
            "engine": engine,
            "path": str(path.absolute()),
            "sheet": sheet,
            "folder": str(folder),
            "memory": guard.CHILD_MEMORY,
            "seconds": guard.CHILD_SECONDS,
            "columns": guard.MAX_BOOK_COLUMNS,
        }
        paths = json.dumps([entry for entry in sys.path if entry])
        command = [sys.executable, "-I", "-S", "-c", _START, json.dumps(job), paths]
        try:
            folder.mkdir()
            with (folder / "child.log").open("wb") as log:
                self.process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log
                )
        except OSError as error:
            raise ChildFailedError("space", str(error)) from error

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def result(self) -> dict[str, Any]:
        """Wait for the end and return what the process found out.

        Raises:
            ChildFailedError: it has no result.
        """
        try:
            code = self.process.wait(guard.CHILD_SECONDS)
        except subprocess.TimeoutExpired:
            raise ChildFailedError("timeout", "") from None
        try:
            text = (self.folder / RESULT).read_text(encoding="utf-8")
            (self.folder / RESULT).unlink()
            found: dict[str, Any] = json.loads(text)
        except (FileNotFoundError, ValueError):
            raise ChildFailedError("crash", f"exit code {code}") from None
        if "refused" in found:
            raise ChildFailedError(found["refused"], found.get("cause", ""))
        return found
