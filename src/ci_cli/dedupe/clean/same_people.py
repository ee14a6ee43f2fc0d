"""Say by rule whether two names mean one person, and why."""

from __future__ import annotations

import re

from ci_cli.dedupe.clean.people import PersonName, full_names, person
from ci_cli.dedupe.clean.same import DIFFERENT, SAME, UNCLEAR, Verdict

_UMLAUT = re.compile(r"([aou])e")


def same_person(one: str, other: str) -> Verdict:
    """Say whether two texts name the same person, as far as names can."""
    first, second = person(one), person(other)
    if first is None or second is None:
        return Verdict(UNCLEAR, "empty")
    return compare_people(first, second)


def compare_people(first: PersonName, second: PersonName) -> Verdict:
    """Say whether two names in parts mean the same person. The order of the two does not matter.

    Returns:
        The verdict; reasons: equal, written_differently (order, title, nickname), initials, part
        (one name lacks a part), surname, given, script, empty.
    """
    if first.han != second.han:
        return Verdict(UNCLEAR, "script")
    if first.han:
        return _compare_han(first, second)
    return _compare_latin(first, second)


def _compare_han(first: PersonName, second: PersonName) -> Verdict:
    if first.full == second.full:
        if not (first.given and second.given):  # 王总 and 王先生
            return Verdict(UNCLEAR, "part")
        return Verdict(SAME, "equal" if first == second else "written_differently")
    if first.surname != second.surname:
        return Verdict(DIFFERENT, "surname")
    if not first.given or not second.given:
        return Verdict(UNCLEAR, "part")
    return Verdict(DIFFERENT, "given")


def _compare_latin(first: PersonName, second: PersonName) -> Verdict:
    """Try each reading of the two orders that the texts allow; the best one counts."""
    if first == second:
        return Verdict(SAME if first.given else UNCLEAR, "equal" if first.given else "part")
    verdicts = [
        _compare_read(one_surname, one_given, other_surname, other_given)
        for one_surname, one_given in _readings(first)
        for other_surname, other_given in _readings(second)
    ]
    rank = {SAME: 0, UNCLEAR: 1, DIFFERENT: 2}
    return min(verdicts, key=lambda verdict: rank[verdict.verdict])


def _readings(name: PersonName) -> list[tuple[str, str]]:
    """Return the (surname, given) pairs that the words allow."""
    readings = [(name.surname, name.given)]
    if not name.ordered and name.given:
        words = [*name.given.split(), name.surname]
        readings.append((words[0], " ".join(words[1:])))
        if len(words) > 2:  # two family names: García López
            readings.append((" ".join(words[-2:]), " ".join(words[:-2])))
    elif name.ordered and " " in name.given:
        *given, last = name.given.split()
        if len(last) > 1:
            readings.append((f"{last} {name.surname}", " ".join(given)))
    return readings


def _compare_read(surname: str, given: str, other_surname: str, other_given: str) -> Verdict:
    if not _same_word(surname, other_surname):
        return Verdict(DIFFERENT, "surname")
    if not given or not other_given:
        return Verdict(UNCLEAR, "part")
    if _bare(given) == _bare(other_given):
        return Verdict(SAME, "written_differently")
    return _compare_given(given.split(), other_given.split())


def _compare_given(one: list[str], other: list[str]) -> Verdict:
    """Compare given names in order; a name that one side lacks says nothing."""
    initials = False
    for mine, theirs in zip(one, other, strict=False):
        if len(mine) == 1 or len(theirs) == 1:
            letter, name = sorted((mine, theirs), key=len)
            if letter[0] not in {full[0] for full in full_names(name)}:
                return Verdict(DIFFERENT, "given")
            initials = initials or mine != theirs
        elif not _same_given(mine, theirs):
            return Verdict(DIFFERENT, "given")
    return Verdict(SAME, "initials" if initials else "written_differently")


def _same_given(one: str, other: str) -> bool:
    if _same_word(one, other):
        return True
    mine, theirs = one.split("-"), other.split("-")
    if len(mine) != len(theirs):  # Anna-Lena and Anna
        return mine[0] == theirs[0]
    # Two full names with one nickname in common (Katherine, Catherine) are two names.
    return (
        other in full_names(one)
        or one in full_names(other)
        or (
            len(full_names(one)) > 1
            and len(full_names(other)) > 1
            and bool(full_names(one) & full_names(other))
        )
    )


def _same_word(one: str, other: str) -> bool:
    one, other = _bare(one), _bare(other)
    return one == other or _UMLAUT.sub(r"\1", one) == _UMLAUT.sub(r"\1", other)


def _bare(text: str) -> str:
    return text.replace(" ", "").replace("-", "")
