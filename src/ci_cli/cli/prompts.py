"""Questions to a person at a terminal: numbered answers, typed lines; all of it on stderr."""

from __future__ import annotations

import shlex
import sys

from ci_cli.errors import Answer, CiError
from ci_cli.text import Msg, msg, translate

NO = frozenset({"n", "no", "q", "否", "不"})


def ask(error: CiError) -> Answer:
    """Show what is open and let a person choose by number.

    Raises:
        CiError: ``error`` itself, when the person stops or the input ends.
    """
    tell("")
    place = place_of(error)
    question = translate(error.message)
    tell(f"{place}: {question}" if place else question)
    # a detail that only lists the answers would say them twice
    told = [translate(answer.meaning) for answer in error.choice]
    told += [shlex.join(answer.words) for answer in error.choice]
    for detail in map(translate, error.details):
        if not any(text in detail for text in told):
            tell(f"  {detail}")
    for number, answer in enumerate(error.choice, start=1):
        tell(f"  {number}  {translate(answer.meaning)}   [{shlex.join(answer.words)}]")
    while True:
        typed = typed_line(msg("Number (0 = stop, nothing is changed): "))
        if typed is None or typed == "0" or typed.lower() in NO:
            raise error
        if typed.isdecimal() and 1 <= int(typed) <= len(error.choice):
            return error.choice[int(typed) - 1]


def place_of(error: CiError) -> str:
    """Return the file, sheet and column that an error is about, as far as known."""
    from ci_cli.output.messages import place_text

    return place_text(error.where)


def typed_line(question: Msg) -> str | None:
    """Return what the person typed, None at the end of the input."""
    sys.stderr.write(translate(question))
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        sys.stderr.write("\n")
        return None
    return line.strip()


def offer(keys: str, meaning: Msg) -> None:
    """Say what can be typed, and what it does."""
    tell(f"  {keys:<14}{translate(meaning)}")


def tell(text: Msg | str) -> None:
    """Say one line on stderr; it may hold text of a file."""
    from ci_cli.output.messages import say

    say(text)
