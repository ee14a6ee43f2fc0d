"""A review with a person at the terminal: show a pair, take a key, keep the answer, go on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ci_cli.cli.options import Session
from ci_cli.cli.prompts import offer, tell, typed_line
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.text import Msg, msg

if TYPE_CHECKING:
    from ci_cli.dedupe.review import Card, Overtaken, Review
    from ci_cli.store.writes.decisions import Verdict

_VERDICTS: dict[str, Verdict] = {
    **dict.fromkeys(("m", "merge", "y", "yes", "合并", "是"), "merge"),
    **dict.fromkeys(("k", "keep", "a", "apart", "n", "no", "分开", "否"), "apart"),
    **dict.fromkeys(("l", "later", "稍后"), "later"),
}
_WHY = frozenset({"?", "？", "w", "why", "为什么"})
_UNDO = frozenset({"u", "undo", "撤回"})
_QUIT = frozenset({"q", "quit", "exit", "退出"})
_DONE: dict[str, Msg] = {
    "merge": msg("merged; u takes it back"),
    "apart": msg("kept apart; u takes it back"),
    "later": msg("put off"),
}


def converse(session: Session, sitting: Review, *, most: int | None) -> None:
    """Ask until all pairs are answered, ``most`` of them are, or the person stops."""
    total = sitting.left if most is None else min(most, sitting.left)
    answered = 0
    is_first = True
    while answered < total:
        shown = sitting.current()
        _tell_overtaken(sitting)
        if shown is None:
            break
        _show(session, shown, answered + 1, min(total, answered + sitting.left))
        if is_first:
            _offer()
            is_first = False
        step = _answer(session, sitting, shown)
        if step is None:
            break
        answered += step
    _close(session, sitting)


def _answer(session: Session, sitting: Review, shown: Card) -> int | None:
    """Take keys until one moves on; return by how many answers, None to stop."""
    from ci_cli.output.messages import print_error

    while True:
        typed = typed_line(msg("m, k, l, ?, u, q: "))
        if typed is None or typed.casefold() in _QUIT:
            return None
        key = typed.casefold()
        verdict = _VERDICTS.get(key)
        if verdict is not None:
            try:
                overtaken = sitting.answer(verdict)
            except CiError as error:
                if error.exit_code != ExitCode.BUSY:
                    raise
                print_error(error, no_color=session.no_color)  # nothing is lost: ask again
                continue
            tell(_DONE[verdict] if overtaken is None else _overtaken(overtaken))
            return 1 if overtaken is None else 0
        if key in _UNDO:
            taken = sitting.undo()
            if taken is not None:
                tell(
                    msg("taken back")
                    if taken
                    else msg("Somebody has changed it since; nothing was taken back.")
                )
                return -1
            tell(msg("Nothing was answered yet. `ci-cli dedupe history` lists earlier merges,"
                     " `dedupe split` takes them back."))  # fmt: skip
        elif key in _WHY:
            _explain(session, shown)
        else:
            _offer()


def _offer() -> None:
    offer("m", msg("merge: they are one customer"))
    offer("k", msg("keep apart: they are not, never ask again"))
    offer("l", msg("later: ask again in the next review"))
    offer("?", msg("why: what each field says, in words"))
    offer("u", msg("undo the last answer"))
    offer("q", msg("quit; every answer is kept already"))


def _show(session: Session, shown: Card, place: int, total: int) -> None:
    from ci_cli.output.render import write_report
    from ci_cli.reports.dedupe.dedupe_review import card

    tell("")
    write_report(
        card(shown.said, shown.one, shown.other, place, total), format="table", stdout=sys.stderr,
        no_color=session.no_color,
    )  # fmt: skip


def _explain(session: Session, shown: Card) -> None:
    from ci_cli.output.render import write_report
    from ci_cli.reports.dedupe.dedupe_pairs import explanation

    write_report(
        explanation(shown.said), format="table", stdout=sys.stderr, no_color=session.no_color
    )


def _tell_overtaken(sitting: Review) -> None:
    for one in sitting.overtaken:
        tell(_overtaken(one))
    sitting.overtaken.clear()


def _overtaken(found: Overtaken) -> Msg:
    a, b = f"C{found.pair.customer_a}", f"C{found.pair.customer_b}"
    if found.why == "gone":
        return msg("{a} and {b}: passed over, a record is no longer there.", a=a, b=b)
    who = found.by or ""
    if found.why == "changed":
        return msg("{a} and {b}: somebody has merged or split one of them; look again.", a=a, b=b)
    if found.why == "apart":
        return msg("{a} and {b}: passed over, {who} keeps them apart.", a=a, b=b, who=who)
    return msg("{a} and {b}: passed over, {who} merged them.", a=a, b=b, who=who)


def _close(session: Session, sitting: Review) -> None:
    said = sitting.answers
    tell("")
    session.say(
        Note(
            msg("Merged: {merge}, kept apart: {apart}, put off: {later}; still open: {left}.",
                left=sitting.left, **said)
        )
    )  # fmt: skip
    if session.dry_run:
        session.say(Note(msg("Dry run: nothing was kept.")))
    elif said["merge"] or said["apart"]:
        session.say(Note(msg("`ci-cli dedupe scan` learns from the answers.")))
