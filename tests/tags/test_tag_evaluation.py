"""What rules find is what a plain reading of them finds, whatever the order of rules and rows."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ci_cli.tags.catalogue import shipped
from ci_cli.tags.evaluate import Program
from ci_cli.tags.facts import Agreed, Bought, Entry, Found, Person, Used
from ci_cli.tags.language import RuleSet
from ci_cli.tags.rules_file import read_rules

ON = date(2026, 6, 30)
ONE = '[[rule]]\nname = "one"\ntag = "budget-cut"\n'


def rules_of(text: str) -> RuleSet:
    rules, faults = read_rules(text, "file", shipped())
    assert faults == []
    return rules


def entry(number: int = 1, customer: int = 1, **values: Any) -> Entry:
    plain: dict[str, Any] = {
        "record_id": customer, "day": "2026-06-01", "kind": "call", "outcome": None,
        "direction": None, "subject": None, "text": None, "topic": None, "status": None,
        "author": None, "person": None, "source": "crm", "key": str(number),
    }  # fmt: skip
    return Entry(**{**plain, **values})


def found(text: str, *people: Person) -> list[Found]:
    return list(Program(rules_of(text), ON).run(people))


def holds(condition: str, person: Person) -> bool:
    """Ask one condition of a customer."""
    return bool(found(f"{ONE}all = [ {{ {condition} }} ]", person))


PERSON = Person(
    1,
    {"name": "Acme 股份", "region": "華東", "tier": None, "since": "2020-05-06",
     "segment": "Loyal"},
    {"fit.modules": "Returns, billing", "seats": "1,250"},
    [Bought("2025-01-10", 1, 1_000_0000), Bought("2026-04-01", 2, 300_0000),
     Bought("2026-06-01", 0, -50_0000)],
    [entry(1, kind="call", outcome="refused", day="2026-06-20", text="Budget cut, no trial"),
     entry(2, kind="mail", direction="in", day="2026-05-01", text="預算被削減"),
     entry(3, kind="note", day="2026-06-29", text="internal: renewal at risk"),
     entry(4, kind="ticket", day="2025-11-11", subject="Printer", text="does not print", topic="defect",
           status="Closed", author="chen", person="Mr. Li")],
    [Agreed("2024-01-01", "2025-12-31"), Agreed("2026-01-01", "2026-07-30"),
     Agreed(None, None), Agreed("2026-07-01", "2026-07-05")],
    [Used("Logins", "month", f"2026-0{month}-28", value)
     for month, value in ((1, 10.0), (2, 30.0), (3, 20.0), (4, 15.0))]
    + [Used("Logins", "year", "2025-12-31", 900.0), Used("seats", "month", "2026-05-31", 4.0)],
)  # fmt: skip
PROSPECT = Person(2, {"name": "New", "region": None, "tier": None, "since": None})

ASKED = [
    ("field='customer.name', op='contains', value='acme'", True),
    ("field='customer.name', op='contains', value='股'", True),
    ("field='customer.name', op='is', value='ACME 股份'", True),
    ("field='customer.region', op='is', value=['华东', '华南']", True),  # as 華東
    ("field='customer.tier', op='missing'", True),
    ("field='customer.tier', op='is', value='A'", False),
    ("field='customer.since', op='before', value='2020-05-07'", True),
    ("field='customer.since', op='after', value=2020-05-06", False),
    ("field='field.fit.modules', op='any_of', value=['returns']", True),
    ("field='field.fit.modules', op='contains', value='return'", False),
    ("field='field.seats', op='>', value=1000", True),
    ("field='field.seats', op='between', value=[1, 1250]", True),
    ("field='field.unknown', op='present'", False),
    ("field='orders.count', op='=', value=3", True),
    ("field='orders.count', op='=', value=2, within='90d'", False),  # 2026-04-01 is the 91st day
    ("field='orders.count', op='=', value=2, within='91d'", True),
    ("field='orders.revenue', op='=', value=1250", True),
    ("field='orders.revenue', op='=', value=-50, within='60d'", True),
    ("field='orders.change', op='<', value=-100, within='60d'", True),  # from 300 to -50
    ("field='orders.change', op='missing', within='30d'", True),  # nothing before to compare with
    ("field='orders.recency', op='=', value=90", True),
    ("field='orders.age', op='>', value=500", True),
    ("field='customer.segment', op='is', value='loyal'", True),
    ("field='contracts.count', op='=', value=2", True),  # one is over, one has not begun
    ("field='contracts.renewal', op='=', value=30", True),
    ("field='contracts.renewal', op='between', value=[0, 29]", False),
    ("field='contracts.ended', op='=', value=181", True),
    ("field='usage.value', op='=', value=15, metric='logins'", True),  # the longer series speaks
    ("field='usage.change', op='=', value=-25, metric='Logins'", True),  # 15 on the median of 20
    ("field='usage.recency', op='=', value=63, metric='logins'", True),
    ("field='usage.value', op='=', value=4, metric='seats'", True),
    ("field='usage.change', op='missing', metric='seats'", True),
    ("field='usage.value', op='missing', metric='other'", True),
    ("field='contacts.count', op='=', value=3", True),  # the note is none
    ("field='contacts.count', op='=', value=1, kind='note'", True),
    ("field='contacts.count', op='=', value=1, outcome='refused', within='30d'", True),
    ("field='contacts.count', op='=', value=1, direction='in'", True),
    ("field='contacts.count', op='=', value=2, kind=['call', 'mail']", True),
    ("field='contacts.recency', op='=', value=10", True),
    ("field='contacts.recency', op='missing', kind='visit'", True),
    ("field='contacts.text', op='any_of', value=['预算'], kind='mail'", True),
    ("field='contacts.text', op='any_of', value=['预算'], within='30d'", False),
    ("field='contacts.text', op='contains', value='renewal'", False),
    ("field='contacts.text', op='near', value=['预算', '削减'], distance=1", True),
    ("field='interaction.text', op='contains', value='budget cut'", True),
    ("field='interaction.text', op='contains', value='printer does not'", True),  # with subject
    ("field='interaction.topic', op='is', value='Defect'", True),
    ("field='interaction.status', op='is', value='closed'", True),
    ("field='interaction.author', op='is', value='chen'", True),
    ("field='interaction.person', op='contains', value='li'", True),
    ("field='interaction.direction', op='is', value='out'", False),
    ("field='interaction.outcome', op='present'", True),
    ("field='interaction.age', op='between', value=[0, 5]", True),
    ("not=[{field='interaction.kind', op='is', value=['call', 'mail', 'note', 'ticket']}]", False),
    ("any=[{field='interaction.text', op='contains', value='zzz'}, {field='customer.tier', op='missing'}]", True),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "expected"), ASKED)
def test_each_field_says_what_the_facts_say(condition: str, *, expected: bool) -> None:
    assert holds(condition, PERSON) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("field='orders.count', op='=', value=0", True),
        ("field='orders.revenue', op='=', value=0, within='90d'", True),
        ("field='orders.recency', op='>', value=0", False),
        ("not=[{field='orders.recency', op='<', value=90}]", True),
        ("field='contacts.count', op='=', value=0", True),
        ("field='contracts.count', op='=', value=0", True),
        ("field='contracts.renewal', op='<', value=60", False),
        ("field='customer.segment', op='missing'", True),
        ("field='usage.value', op='<', value=5, metric='logins'", False),
        ("field='customer.name', op='present'", True),
    ],
)
def test_rules_speak_of_prospects(condition: str, *, expected: bool) -> None:
    assert holds(condition, PROSPECT) is expected


def test_an_event_has_its_interaction_as_evidence_and_says_why() -> None:
    text = (
        f"{ONE}expires = '30d'\nall = [ {{ field='interaction.kind', op='is', value=['mail', 'call'] }},"
        " { field='interaction.text', op='any_of', value=['预算', 'Budget'] } ]"
    )
    assert found(text, PERSON) == [
        Found("budget-cut", 1, "event", "crm", "1", "2026-06-20", "2026-07-20", "one",
              "interaction.kind is call; interaction.text any_of Budget"),
        Found("budget-cut", 1, "event", "crm", "2", "2026-05-01", "2026-05-31", "one",
              "interaction.kind is mail; interaction.text any_of 预算"),
    ]  # fmt: skip


def test_two_rules_with_one_tag_count_an_event_once_and_the_first_by_name_speaks() -> None:
    text = (
        "[[rule]]\nname='b'\ntag='budget-cut'\nall=[{field='interaction.text', op='contains', value='cut'}]\n"
        "[[rule]]\nname='a'\ntag='budget-cut'\nall=[{field='interaction.text', op='contains', value='budget'}]\n"
        "[[rule]]\nname='c'\ntag='refused-call'\nall=[{field='interaction.text', op='contains', value='cut'}]\n"
    )
    assert [(one.code, one.rule, one.evidence_key) for one in found(text, PERSON)] == [
        ("budget-cut", "a", "1"), ("refused-call", "c", "1"),
    ]  # fmt: skip


def test_traditional_characters_count_apart_where_the_file_says_so() -> None:
    condition = f"{ONE}all = [ {{ field='interaction.text', op='contains', value='预算' }} ]"
    assert found(condition, PERSON)
    assert not found("simplify = false\n" + condition, PERSON)


def spikes(days: list[int], value: float = 2) -> bool:
    """Ask whether tickets so many days ago are above normal in the last thirty days."""
    entries = [entry(n, kind="ticket", day=(ON - timedelta(days=ago)).isoformat())
               for n, ago in enumerate(days)]  # fmt: skip
    return holds(
        f"field='contacts.count', op='above_normal', value={value}, kind='ticket', within='30d'",
        Person(1, entries=entries),
    )


@pytest.mark.parametrize(
    ("days", "above"),
    [
        ([1, 2, 3, 4, 5], False),  # known for too short a time
        ([1, 2, 3, 350], True),  # usual: 0.09 in thirty days
        ([1, 2, 350], False),  # two are no spike
        ([1, 2, 3, *range(40, 390, 10)], False),  # 33 in 364 days: 2.7 are usual, 3 are not twice
        ([1, 2, 3, 4, 5, 6, *range(40, 390, 10)], True),
        ([1, 2, 3, 4, 60, 90], True),  # known for 61 days before: 1.0 are usual
    ],
)
def test_asking_far_more_than_usual_is_told_from_asking_often(
    days: list[int], *, above: bool
) -> None:
    assert spikes(days) is above


WORDS = ("cut", "预算", "trial", "试用", "x")
_ENTRY = st.tuples(
    st.sampled_from(("call", "mail", "note")), st.sampled_from((None, "refused", "answered")),
    st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join), st.integers(0, 200),
)  # fmt: skip


@st.composite
def conditions(draw: st.DrawFn, depth: int = 2) -> tuple[str, Any]:
    """Return a condition as a rules file says it, and a plain function that means the same."""
    kind = draw(
        st.sampled_from(
            [
                "kind",
                "outcome",
                "text",
                "any_of",
                "age",
                "region",
                *(["group"] * 2 if depth else []),
            ]
        )
    )
    if kind == "kind":
        value = draw(st.sampled_from(("call", "mail", "note")))
        return f"field='interaction.kind', op='is', value='{value}'", lambda e, p: e.kind == value
    if kind == "outcome":
        return "field='interaction.outcome', op='missing'", lambda e, p: e.outcome is None
    if kind == "text":
        word = draw(st.sampled_from(WORDS))
        return (
            f"field='interaction.text', op='contains', value='{word}'",
            lambda e, p: word in (e.text or "").split(),
        )
    if kind == "any_of":
        some = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True))
        listed = ", ".join(f"'{word}'" for word in some)
        return f"field='interaction.text', op='any_of', value=[{listed}]", lambda e, p: any(
            w in (e.text or "").split() for w in some
        )
    if kind == "age":
        days = draw(st.integers(0, 200))
        return (
            f"field='interaction.age', op='<', value={days}",
            lambda e, p: (ON - date.fromisoformat(e.day)).days < days,
        )
    if kind == "region":
        return (
            "field='customer.region', op='is', value='North'",
            lambda e, p: p.fields["region"] == "North",
        )
    how = draw(st.sampled_from(("all", "any", "not")))
    parts = draw(st.lists(conditions(depth=depth - 1), min_size=1, max_size=3))
    said = ", ".join(f"{{ {text} }}" for text, _means in parts)
    means = {
        "all": lambda e, p: all(one(e, p) for _t, one in parts),
        "any": lambda e, p: any(one(e, p) for _t, one in parts),
        "not": lambda e, p: not any(one(e, p) for _t, one in parts),
    }[how]
    return f"{how} = [ {said} ]", means


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(conditions(), st.sampled_from(sorted(shipped()))), min_size=1, max_size=5),
    st.lists(st.tuples(st.sampled_from(("North", "South", None)), st.lists(_ENTRY, max_size=5)), max_size=4),
    st.integers(),
)  # fmt: skip
def test_the_shortcuts_find_what_a_plain_reading_finds(
    rules: list[tuple[tuple[str, Any], str]], people: list[tuple[str | None, list[Any]]], seed: int
) -> None:
    # every rule asks about the interaction, so that all of them find events
    parts = [
        f"[[rule]]\nname = 'r{n}'\ntag = '{tag}'\nall = [ {{ {text} }}, {{ field='interaction.kind',"
        " op='present' } ]\n"
        for n, ((text, _means), tag) in enumerate(rules)
    ]
    number = 0
    persons, expected = [], set()
    for place, (region, entries) in enumerate(people, start=1):
        person = Person(place, {"region": region})
        for kind, outcome, said, ago in entries:
            number += 1
            one = entry(number, place, kind=kind, outcome=outcome, text=said or None,
                        day=(ON - timedelta(days=ago)).isoformat())  # fmt: skip
            person.entries.append(one)
            for n, ((_text, means), tag) in reversed(list(enumerate(rules))):
                if means(one, person):
                    expected = {e for e in expected if e[:2] != (tag, one.key)} | {
                        (tag, one.key, f"r{n}")
                    }
        persons.append(person)
    results = [{(one.code, one.evidence_key, one.rule) for one in found("".join(parts), *persons)}]
    shuffler = random.Random(seed)
    for turned in (parts, persons, *(person.entries for person in persons)):
        shuffler.shuffle(turned)  # type: ignore[arg-type]
    again = found("".join(parts), *persons)
    results.append({(one.code, one.evidence_key, one.rule) for one in again})
    assert len({(one.code, one.evidence_key) for one in again}) == len(again)
    assert results == [expected, expected]


def test_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{ONE}all = [ {{ field='interaction.text', op='contains', value='cut' }} ]"
    people = [
        Person(n, entries=[entry(10 * n + k, n, text="we cut" if (n + k) % 3 else "no")
                           for k in range(5)])
        for n in range(1, 40)
    ]  # fmt: skip
    whole = found(text, *people)
    monkeypatch.setattr("ci_cli.tags.evaluate._BATCH_ENTRIES", 3)
    assert found(text, *people) == whole
    assert len(whole) == sum((n + k) % 3 > 0 for n in range(1, 40) for k in range(5))


def test_hostile_texts_are_only_texts() -> None:
    hostile = ["\x1b[31mcut\x1b[0m", "=cut()", "\ud800 cut", "c\u200but", "a" * 1_000_000 + " cut",
               "cut\u202e", "\n\n", "<b>cut</b>"]  # fmt: skip
    person = Person(1, entries=[entry(n, text=text) for n, text in enumerate(hostile)])
    text = f"{ONE}all = [ {{ field='interaction.text', op='contains', value='cut' }} ]"
    # behind [31m stands a letter: that is one word with it
    assert {one.evidence_key for one in found(text, person)} == {"1", "2", "3", "4", "5", "7"}
