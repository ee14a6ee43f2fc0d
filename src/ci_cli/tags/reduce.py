"""What is known of a condition before any text is read.

Most interactions are settled by what they are: a rule on refused calls says nothing of a mail. So
for each combination of kind, outcome and direction the rules are boiled down once, and of what is
left most wait for a word that must be there.
"""

from __future__ import annotations

from collections.abc import Callable

from ci_cli.tags.language import Condition, Group, Question

Settled = bool | Condition
_NAMES = ("interaction.kind", "interaction.outcome", "interaction.direction")


def is_choice(test: Question, value: str | None) -> bool:
    """Tell whether a test on one word out of a list holds for ``value``."""
    if test.op in ("missing", "present"):
        return (value is None) == (test.op == "missing")
    return value in test.value


def reduce(condition: Condition, combination: tuple[str, str | None, str | None]) -> Settled:
    """Return what is left of a condition for interactions of one kind, outcome and direction."""
    if isinstance(condition, Question):
        if condition.name in _NAMES:
            return is_choice(condition, combination[_NAMES.index(condition.name)])
        return condition
    rest = [reduce(part, combination) for part in condition.parts]
    deciding = condition.how != "all"  # one part that is so decides any and not
    if any(part is deciding for part in rest):
        return condition.how == "any"
    left = tuple(part for part in rest if not isinstance(part, bool))
    return Group(condition.how, left) if left else condition.how != "any"


def needs(
    condition: Condition, words_of: Callable[[Question], tuple[int, ...] | None]
) -> frozenset[int] | None:
    """Return words of which one must be in the text for a condition to hold; None: no such words.

    Args:
        condition: as it is left by :func:`reduce`.
        words_of: numbers of the words of a test on the text, None for other tests.
    """
    if isinstance(condition, Question):
        words = words_of(condition)
        if words is None:
            return None
        return frozenset(words[:1] if condition.op == "near" else words)
    if condition.how == "not":
        return None
    asked = [needs(part, words_of) for part in condition.parts]
    known = [words for words in asked if words is not None]
    if condition.how == "all":
        return min(known, key=lambda words: (len(words), sorted(words)), default=None)
    return frozenset().union(*known) if len(known) == len(asked) else None
