"""Run a command as if a person sat at a terminal: a pseudo terminal, and what is typed into it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 60.0  # seconds without a word before the run counts as hanging
_WAITS = (b": ",)  # how a prompt ends


def at_a_terminal(
    command: Sequence[str], typed: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> tuple[str, int]:
    """Return what stands on the screen at the end, and the exit code.

    Args:
        command: with its words.
        typed: the lines to type, each when the program waits; ``^C`` and ``^D`` are keys. What is
            left over at the end is an error, as is waiting for more.
        folder: where it runs.
        environment: its environment.
    """
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command, cwd=folder, env=dict(environment), stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True, preexec_fn=_take_terminal,
    )  # fmt: skip
    os.close(theirs)
    left = list(typed)
    screen = b""
    try:
        while True:
            if not select.select([ours], [], [], PATIENCE)[0]:
                raise AssertionError(f"no word for {PATIENCE} s after: {screen[-500:]!r}")
            try:
                block = os.read(ours, 65536)
            except OSError:  # Linux says so when the other end is closed
                block = b""
            if not block:
                break
            screen += block
            # a prompt stays the last thing on the screen
            if screen.endswith(_WAITS) and not select.select([ours], [], [], 0.3)[0]:
                assert left, f"it waits for more than was typed: {screen[-300:]!r}"
                os.write(ours, _keys(left.pop(0)))
        code = process.wait(PATIENCE)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()
        os.close(ours)
    assert not left, f"never asked for: {left}"
    return screen.decode().replace("\r\n", "\n"), code


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that ^C reaches the program
    # whoever starts the tests in the background has it ignored, and children inherit that
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _keys(line: str) -> bytes:
    keys = {"^C": b"\x03", "^D": b"\x04"}
    return keys.get(line, line.encode() + b"\n")
