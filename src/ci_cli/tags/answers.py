"""Whether a condition holds for a customer or for one interaction of it; which tests said so.

A test on something that is not known does not hold, whatever its operator; ``not`` turns that
round. So rules speak of prospects as well: they have no orders, and their recency is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ci_cli.tags.agreed_and_used import of_contracts, of_usage
from ci_cli.tags.counters import first_day, is_above_normal
from ci_cli.tags.facts import Entry, Person
from ci_cli.tags.finder import Places
from ci_cli.tags.language import ABOVE_NORMAL, Condition, Question
from ci_cli.tags.reduce import is_choice
from ci_cli.tags.text import Word, are_near, places

MONEY_SCALE = 10_000


@dataclass
class Prepared:
    """A test made ready: its words, their numbers in the search, the numbers of its counters."""

    words: tuple[Word, ...] = ()
    numbers: tuple[int, ...] = ()
    names: frozenset[str] = frozenset()  # folded
    counters: tuple[int, ...] = ()


@dataclass
class Look:
    """What a condition is asked about: a customer, and an interaction of it or none.

    ``hits`` are the places of words in ``folded``, the text of the interaction; ``counts`` and
    ``lasts`` (days) belong to the counters.
    """

    on: date
    fold: Callable[[str], str]
    prepared: dict[int, Prepared]  # by identity of the test
    person: Person = field(default_factory=lambda: Person(0))
    entry: Entry | None = None
    hits: Places = field(default_factory=dict)
    folded: str = ""
    counts: list[int] = field(default_factory=list)
    lasts: list[str] = field(default_factory=list)
    first_contact: str | None = None

    def holds(self, condition: Condition) -> bool:
        """Tell whether a condition holds."""
        if isinstance(condition, Question):
            return _ANSWERS[condition.field.scope](self, condition)
        if condition.how == "all":
            return all(self.holds(part) for part in condition.parts)
        return any(self.holds(part) for part in condition.parts) == (condition.how == "any")

    def why(self, condition: Condition) -> list[str]:
        """Return the tests that made a condition hold; one is enough where any does."""
        if isinstance(condition, Question):
            return [condition.told(self._met(condition))]
        if condition.how == "all":
            return [told for part in condition.parts for told in self.why(part)]
        if condition.how == "any":
            first = next((part for part in condition.parts if self.holds(part)), None)
            return [] if first is None else self.why(first)
        return [f"not ({told})" for part in condition.parts for told in _every(part)]

    def _met(self, test: Question) -> Any:
        """Return which of the words or names of a test were met; None: all that it has."""
        words: list[str] = []
        if test.op == "any_of" and test.name == "interaction.text":
            ready = self.prepared[id(test)]
            words = [
                word
                for word, number in zip(test.value, ready.numbers, strict=True)
                if number in self.hits
            ]
        elif test.op == "is" and test.field.kind == "choice" and self.entry is not None:
            value = getattr(self.entry, test.name.removeprefix("interaction."))
            words = [word for word in test.value if word == value]
        return tuple(words) or None

    def says(self, test: Question) -> bool:
        """Tell whether the text of the interaction has the words of a test."""
        ready = self.prepared[id(test)]
        if test.op in ("missing", "present"):
            return bool(self.folded) == (test.op == "present")
        if test.op == "is":
            return self.folded in ready.names
        if test.op != "near":
            return any(number in self.hits for number in ready.numbers)
        one, other = ready.numbers
        if one not in self.hits or other not in self.hits:
            return False
        pairs = [(word, self.hits[n]) for word, n in zip(ready.words, ready.numbers, strict=True)]
        return are_near(self.folded, pairs[0], pairs[1], test.distance, test.unit)

    def _of_interaction(self, test: Question) -> bool:
        entry, name = self.entry, test.name.removeprefix("interaction.")
        if entry is None:
            return False
        if name == "text":
            return self.says(test)
        if name == "age":
            return _compares(test, _days(self.on, entry.day))
        value = getattr(entry, name)
        return is_choice(test, value) if test.field.kind == "choice" else self._matches(test, value)

    def _of_customer(self, test: Question) -> bool:
        kind, _dot, name = test.name.partition(".")
        value = self.person.own.get(name) if kind == "field" else self.person.fields.get(name)
        if test.field.kind == "day":
            return _is_day(test, value)
        if isinstance(test.value, float) or test.op == "between":
            return _compares(test, _number(value))
        return self._matches(test, value)

    def _of_orders(self, test: Question) -> bool:
        return _compares(test, _orders(test, self.person, self.on))

    def _of_contracts(self, test: Question) -> bool:
        name = test.name.removeprefix("contracts.")
        return _compares(test, of_contracts(name, self.person.agreed, self.on))

    def _of_usage(self, test: Question) -> bool:
        name, metric = test.name.removeprefix("usage."), test.chosen.metric or ""
        return _compares(test, of_usage(name, metric, self.person.used, self.on))

    def _of_contacts(self, test: Question) -> bool:
        counted = [self.counts[number] for number in self.prepared[id(test)].counters]
        if test.op == ABOVE_NORMAL:
            return is_above_normal(test, counted[0], counted[1], self.first_contact, self.on)
        if test.name == "contacts.text":
            return counted[0] > 0
        if test.name == "contacts.count":
            return _compares(test, float(counted[0]))
        last = self.lasts[self.prepared[id(test)].counters[0]]
        return _compares(test, _days(self.on, last) if last else None)

    def _matches(self, test: Question, value: str | None) -> bool:
        text = self.fold(value) if value else ""
        if test.op in ("missing", "present"):
            return bool(text) == (test.op == "present")
        if not text:
            return False
        ready = self.prepared[id(test)]
        if test.op == "is":
            return text in ready.names
        if test.op == "near":
            one, other = ((word, places(text, word)) for word in ready.words)
            return are_near(text, one, other, test.distance, test.unit)
        return any(places(text, word) for word in ready.words)


_ANSWERS: dict[str, Callable[[Look, Question], bool]] = {
    "interaction": Look._of_interaction,
    "customer": Look._of_customer,
    "orders": Look._of_orders,
    "contacts": Look._of_contacts,
    "contracts": Look._of_contracts,
    "usage": Look._of_usage,
}


def _every(condition: Condition) -> list[str]:
    if isinstance(condition, Question):
        long = isinstance(condition.value, tuple) and len(condition.value) > 1
        return [condition.told("…") if long else condition.told()]
    return [told for part in condition.parts for told in _every(part)]


def _days(on: date, day: str) -> float:
    return float((on - date.fromisoformat(day)).days)


def _number(value: str | None) -> float | None:
    try:
        return float((value or "").replace(",", "").strip())
    except ValueError:
        return None


def _compares(test: Question, value: float | None) -> bool:
    if test.op in ("missing", "present"):
        return (value is None) == (test.op == "missing")
    if value is None:
        return False
    wanted: Any = test.value
    match test.op:
        case "<":
            return bool(value < wanted)
        case "<=":
            return bool(value <= wanted)
        case ">":
            return bool(value > wanted)
        case ">=":
            return bool(value >= wanted)
        case "=":
            return bool(value == wanted)
        case _:
            return bool(wanted[0] <= value <= wanted[1])


def _is_day(test: Question, value: str | None) -> bool:
    try:
        day = date.fromisoformat((value or "")[:10]).isoformat()
    except ValueError:
        return test.op == "missing"
    if test.op in ("missing", "present"):
        return test.op == "present"
    return bool(day < test.value if test.op == "before" else day > test.value)


def _orders(test: Question, person: Person, on: date) -> float | None:
    """Return what a test on purchases looks at; revenue in whole units of the currency."""
    name, within = test.name.removeprefix("orders."), test.chosen.within
    if name in ("recency", "age"):
        days = [one.day for one in person.bought if one.orders]
        if not days:
            return None
        return _days(on, max(days) if name == "recency" else min(days))
    last, since = on.isoformat(), "" if within is None else first_day(on, within)
    counted = [one for one in person.bought if since <= one.day <= last]
    if name == "count":
        return float(sum(one.orders for one in counted))
    now = sum(one.net for one in counted)
    if name == "revenue":
        return now / MONEY_SCALE
    before = sum(
        one.net for one in person.bought if first_day(on, 2 * (within or 0)) <= one.day < since
    )
    return (now - before) * 100 / before if before > 0 else None
