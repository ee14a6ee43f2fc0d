"""A process that has the program loaded already and starts each command as a copy of itself.

A kill loop starts hundreds of commands; loading the program anew for each would take minutes and
the kills would mostly hit the loading. ``Forker`` is the side of the test, ``main`` the other.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


class Forker:
    """Starts commands in copies of one loaded process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"
        self.lasted = 0.0  # seconds of the command that ran last

    def __enter__(self) -> Forker:
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def run(
        self, folder: Path, line: str, *, kill_after: float | None = None, most: int | None = None,
        kill_with: int = 9,
    ) -> tuple[int, str]:  # fmt: skip
        """Run a command line in ``folder``; return its exit code (negative: signal) and its words.

        Args:
            folder: where it runs.
            line: the words after ``ci-cli``.
            kill_after: seconds after which the process is killed, if it still lives.
            most: bytes that one file may grow to (RLIMIT_FSIZE).
            kill_with: the signal.
        """
        order = {"folder": str(folder), "argv": shlex.split(line), "most": most}
        pid = int(self._ask(json.dumps(order)))
        began = time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            with contextlib.suppress(ProcessLookupError):  # it stays a zombie until we say "wait"
                os.kill(pid, kill_with)
        status = int(self._ask("wait"))
        self.lasted = time.monotonic() - began
        said = folder / ".said"
        words = said.read_text("utf-8", errors="replace") if said.exists() else ""
        said.unlink(missing_ok=True)  # not there yet if the kill came first
        return os.waitstatus_to_exitcode(status), words

    def _ask(self, text: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


def main() -> None:
    """Serve until the other side closes."""
    from ci_cli.cli.app import run
    from ci_cli.dedupe import apply, engine, scan
    from ci_cli.store import upgrade

    assert upgrade
    assert all((apply, engine, scan))
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        # what a command loads when it is first used is loaded here, for all copies
        store = ["--quiet", "--db", f"{folder}/warm.db"]
        for words in (["init", "--demo"], ["db", "backup", f"{folder}/copy.db", "--verify"],
                      ["export", "orders", "-o", f"{folder}/orders.csv"]):  # fmt: skip
            assert run([*words, *store]) == 0
    print("ready", flush=True)
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(order, run)
        print(pid, flush=True)
        sys.stdin.readline()  # "wait": until then the number cannot go to another process
        print(os.waitpid(pid, 0)[1], flush=True)


def _become(order: dict[str, Any], run: Any) -> None:
    os.chdir(order["folder"])
    os.environ |= {"CI_LANG": "en"}
    os.environ.pop("CI_DB", None)
    said = os.open(".said", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    for number in (1, 2):
        os.dup2(said, number)
    sys.stdin = open(os.devnull)  # noqa: SIM115, PTH123 - lives as long as the process
    # whoever starts the tests in the background has it ignored, and children inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if order["most"] is not None:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["most"], order["most"]))
    code = 99
    try:
        code = int(run(order["argv"], last=True))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
