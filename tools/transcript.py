"""Keep the transcript in README.md a real one: what ``make demo`` prints, word for word.

Usage::

    python tools/transcript.py update     # run the demo and put what it prints into README.md
    python tools/transcript.py check      # exit code 1 if README.md says something else
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"
START, END = "<!-- transcript -->", "<!-- /transcript -->"
STORE = "build/demo/northwind.db"  # where the Makefile puts it


def run_demo() -> str:
    """Return what the demo prints into a pipe, in English."""
    settings = {"CI_LANG": "en", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / STORE).parent.mkdir(parents=True)
        done = subprocess.run(
            [sys.executable, "-m", "ci_cli", "init", "--demo", "--db", STORE],
            cwd=folder,
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=True,
        )
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def with_transcript(text: str, transcript: str) -> str:
    """Return the README with the part between the two marks replaced."""
    before, start, rest = text.partition(START)
    _old, end, after = rest.partition(END)
    if not (start and end):
        raise SystemExit(f"README.md has no {START} … {END}")
    return f"{before}{START}\n```\n{transcript}\n```\n{END}{after}"


def main(mode: str) -> int:
    """Run one of the two modes and return the exit code."""
    text = README.read_text("utf-8")
    wanted = with_transcript(text, run_demo())
    if mode == "update":
        README.write_text(wanted, "utf-8", newline="\n")
    elif text != wanted:
        print("README.md: the demo prints something else now; run make docs", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["update"], ["check"]):
        sys.exit("usage: python tools/transcript.py update|check")
    sys.exit(main(sys.argv[1]))
