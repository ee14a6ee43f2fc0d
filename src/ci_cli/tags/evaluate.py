"""Rules over facts: which customers show which behaviour, and by what evidence.

Customers come one after the other and are never all in memory. The texts of a few thousand
interactions are searched at once for the words of all rules (``finder``); then each rule is asked
only about the interactions that its kind, outcome and words let through (``reduce``). What is found
depends neither on the order of the rules nor on that of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from ci_cli.shapes.talks import NO_CONTACT
from ci_cli.tags.answers import Look, Prepared
from ci_cli.tags.counters import Counter, counters_of
from ci_cli.tags.facts import Entry, Found, Person
from ci_cli.tags.finder import Finder
from ci_cli.tags.language import Condition, Question, Rule, RuleSet, questions_of
from ci_cli.tags.reduce import needs, reduce
from ci_cli.tags.text import Word, fold, simplifier, word_of

_BATCH_ENTRIES, _BATCH_CHARACTERS = 4_000, 500_000
_TEXTS = ("interaction.text", "contacts.text")
Combination = tuple[str, str | None, str | None]
Pending = tuple[int, Condition | None]  # place of a rule, and what is left to ask


@dataclass
class _Plan:
    """What has to be asked about interactions of one kind, outcome and direction."""

    always: list[Pending] = field(default_factory=list)
    by_word: dict[int, list[Pending]] = field(default_factory=dict)
    counters: list[int] = field(default_factory=list)
    wants_text: bool = False


class Program:
    """Rules made ready to be asked, as of one day."""

    def __init__(self, rules: RuleSet, on: date) -> None:
        self.rules = rules.rules
        self._on = on
        self._simplify = simplifier() if rules.simplify and _has_han(rules) else None
        self._prepared: dict[int, Prepared] = {}
        self._words: dict[Word, int] = {}
        self._counters: dict[Counter, int] = {}
        for rule in self.rules:
            for test in questions_of(rule.condition):
                self._prepare(test)
        self._counter_list = list(self._counters)
        self._plans: dict[Combination, _Plan] = {}
        self._states = [
            (place, rule) for place, rule in enumerate(self.rules) if not rule.by_interaction
        ]
        self._finder = Finder(list(self._words))

    @property
    def fields(self) -> frozenset[str]:
        """Names of all fields that the rules ask for."""
        return frozenset(
            test.name for rule in self.rules for test in questions_of(rule.condition)
        )  # fmt: skip

    @property
    def metrics(self) -> frozenset[str]:
        """Names of all usage series that the rules ask for."""
        return frozenset(
            test.chosen.metric
            for rule in self.rules
            for test in questions_of(rule.condition)
            if test.chosen.metric is not None
        )

    def run(self, people: Iterable[Person]) -> Iterator[Found]:
        """Yield what the rules find, once for each behaviour and piece of evidence."""
        batch: list[Person] = []
        entries = characters = 0
        for person in people:
            batch.append(person)
            entries += 1 + len(person.entries)
            characters += sum(len(one.text or "") for one in person.entries)
            if entries >= _BATCH_ENTRIES or characters >= _BATCH_CHARACTERS:
                yield from self._look_at(batch)
                batch, entries, characters = [], 0, 0
        yield from self._look_at(batch)

    def _prepare(self, test: Question) -> None:
        ready = Prepared()
        if test.op in ("contains", "any_of", "near"):
            words = (word_of(word, self._simplify) for word in test.value)
            ready.words = tuple(word for word in words if word is not None)
            if test.name in _TEXTS:
                ready.numbers = tuple(
                    self._words.setdefault(word, len(self._words)) for word in ready.words
                )
        elif test.op == "is":
            ready.names = frozenset(self._fold(name) for name in test.value)
        if test.field.scope == "contacts":
            ready.counters = tuple(
                self._counters.setdefault(one, len(self._counters))
                for one in counters_of(test, self._on)
            )
        self._prepared[id(test)] = ready

    def _fold(self, text: str) -> str:
        return fold(text, self._simplify)

    def _numbers(self, test: Question) -> tuple[int, ...] | None:
        is_words = test.name in _TEXTS and test.op in ("contains", "any_of", "near")
        return self._prepared[id(test)].numbers if is_words else None

    def _plan(self, combination: Combination) -> _Plan:
        plan = _Plan()
        for place, rule in enumerate(self.rules):
            if not rule.by_interaction:
                continue
            rest = reduce(rule.condition, combination)
            if isinstance(rest, bool):
                if rest:
                    plan.always.append((place, None))
                continue
            plan.wants_text |= any(test.name == _TEXTS[0] for test in questions_of(rest))
            words = needs(rest, self._numbers)
            if words is None:
                plan.always.append((place, rest))
            for number in words or ():
                plan.by_word.setdefault(number, []).append((place, rest))
        for number, counter in enumerate(self._counter_list):
            if counter.takes(combination):
                plan.counters.append(number)
                plan.wants_text |= counter.text is not None
        self._plans[combination] = plan
        return plan

    def _look_at(self, people: list[Person]) -> Iterator[Found]:
        texts: list[str] = []
        planned: list[list[tuple[Entry, _Plan, int]]] = []
        for person in people:
            mine = []
            for entry in person.entries:
                combination = (entry.kind, entry.outcome, entry.direction)
                plan = self._plans.get(combination) or self._plan(combination)
                number = -1
                if plan.wants_text:
                    number = len(texts)
                    whole = f"{entry.subject}\n{entry.text or ''}" if entry.subject else entry.text
                    texts.append(fold(whole or "", self._simplify))
                mine.append((entry, plan, number))
            planned.append(mine)
        hits = self._finder.find(texts)
        look = Look(self._on, self._fold, self._prepared)
        for person, mine in zip(people, planned, strict=True):
            look.person = person
            self._count(look, mine, texts, hits)
            for entry, plan, number in mine:
                look.hits = hits.get(number, _NOTHING)
                if plan.always or look.hits:
                    look.entry, look.folded = entry, texts[number] if number >= 0 else ""
                    yield from self._events(look, entry, plan)
            look.entry, look.hits, look.folded = None, _NOTHING, ""
            yield from self._found_states(look)

    def _count(
        self, look: Look, mine: list[tuple[Entry, _Plan, int]], texts: list[str],
        hits: dict[int, dict[int, list[int]]],
    ) -> None:  # fmt: skip
        look.counts = counts = [0] * len(self._counter_list)
        look.lasts = lasts = [""] * len(self._counter_list)
        look.first_contact = None
        if not counts:
            return
        for entry, plan, text in mine:
            if entry.kind not in NO_CONTACT:
                look.first_contact = min(look.first_contact or entry.day, entry.day)
            for number in plan.counters:
                counter = self._counter_list[number]
                if not counter.first <= entry.day <= counter.last:
                    continue
                if counter.text is not None:
                    look.hits = hits.get(text, _NOTHING)
                    look.folded = texts[text]
                    if not look.says(counter.text):
                        continue
                counts[number] += 1
                lasts[number] = max(lasts[number], entry.day)

    def _events(self, look: Look, entry: Entry, plan: _Plan) -> Iterator[Found]:
        asked = list(plan.always)
        for number in look.hits:
            asked += plan.by_word.get(number, ())
        if not asked:
            return
        codes: set[str] = set()
        for place, rest in sorted(dict(asked).items()):
            rule = self.rules[place]
            if rule.tag not in codes and (rest is None or look.holds(rest)):
                codes.add(rule.tag)  # of several rules the first by name speaks for the event
                yield Found(
                    rule.tag, entry.record_id, "event", entry.source, entry.key, entry.day,
                    self._until(rule, entry.day), rule.name, self._why(look, rule),
                )  # fmt: skip

    def _found_states(self, look: Look) -> Iterator[Found]:
        codes: set[str] = set()
        number = look.person.customer_id
        for _place, rule in self._states:
            if rule.tag not in codes and look.holds(rule.condition):
                codes.add(rule.tag)
                yield Found(
                    rule.tag, number, "state", "state", str(number), self._on.isoformat(), None,
                    rule.name, self._why(look, rule),
                )  # fmt: skip

    def _why(self, look: Look, rule: Rule) -> str:
        return "; ".join(look.why(rule.condition))

    def _until(self, rule: Rule, day: str) -> str | None:
        if rule.expires is None:
            return None
        try:
            return (date.fromisoformat(day) + timedelta(days=rule.expires)).isoformat()
        except OverflowError:
            return None


_NOTHING: dict[int, list[int]] = {}


def _has_han(rules: RuleSet) -> bool:
    return any(
        isinstance(one, str) and not one.isascii()
        for rule in rules.rules
        for test in questions_of(rule.condition)
        for one in (test.value if isinstance(test.value, tuple) else (test.value,))
    )
