"""What a rule may ask: the fields, the operators, and which goes with which.

This table is the whole language. A rules file is data: it is looked up here and never executed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from ci_cli.shapes.talks import DIRECTIONS, KINDS, OUTCOMES

Scope = Literal["interaction", "customer", "orders", "contacts", "contracts", "usage"]
ValueKind = Literal["choice", "text", "number", "day", "any"]
UNITS = ("characters", "words")
MAX_DAYS = 36_500
DEFAULT_DISTANCE = 10


class Field(NamedTuple):
    """One field that a test can look at.

    ``options`` are further keys of a test on it: ``within`` counts back the days of a period,
    ``metric`` names a usage series, the others choose among the interactions.
    """

    scope: Scope
    kind: ValueKind
    choices: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


_CHOOSING = ("kind", "outcome", "direction", "within")
_TEXT = Field("interaction", "text")
_CUSTOMER = Field("customer", "text")
FIELDS: dict[str, Field] = {
    # of one interaction: with one of these in it, a rule looks at each interaction by itself
    "interaction.kind": Field("interaction", "choice", KINDS),
    "interaction.outcome": Field("interaction", "choice", OUTCOMES),
    "interaction.direction": Field("interaction", "choice", DIRECTIONS),
    "interaction.text": _TEXT,  # subject and text
    "interaction.topic": _TEXT,
    "interaction.status": _TEXT,
    "interaction.author": _TEXT,
    "interaction.person": _TEXT,
    "interaction.age": Field("interaction", "number"),  # days
    # of all interactions of the customer; notes and promises only where ``kind`` names them
    "contacts.count": Field("contacts", "number", options=_CHOOSING),
    "contacts.recency": Field("contacts", "number", options=_CHOOSING),  # days since the last
    "contacts.text": Field("contacts", "text", options=_CHOOSING),  # of any one of them
    # what the customer bought, in the currency of the store
    "orders.count": Field("orders", "number", options=("within",)),
    "orders.revenue": Field("orders", "number", options=("within",)),
    "orders.change": Field("orders", "number", options=("within",)),  # percent
    "orders.recency": Field("orders", "number"),  # days since the last purchase
    "orders.age": Field("orders", "number"),  # days since the first purchase
    # who the customer is
    **{
        f"customer.{name}": _CUSTOMER
        for name in ("name", "short_name", "industry", "region", "country", "city", "postcode",
                     "tier", "status", "owner", "channel", "parent", "email", "phone")
    },
    "customer.since": Field("customer", "day"),
    "customer.segment": _CUSTOMER,  # of the last saved run of rfm up to the day
    # what was agreed
    "contracts.count": Field("contracts", "number"),  # that run on the day
    "contracts.renewal": Field("contracts", "number"),  # days until the next one of them ends
    "contracts.ended": Field("contracts", "number"),  # days since the last one that ran out
    # how much the customer uses: the series that ``metric`` names
    "usage.value": Field("usage", "number", options=("metric",)),  # latest figure
    "usage.change": Field("usage", "number", options=("metric",)),  # percent on what is usual
    "usage.recency": Field("usage", "number", options=("metric",)),  # days since its period
}  # fmt: skip
OWN_PREFIX = "field."  # a field of the user's own: field.fit.modules
OWN_FIELD = Field("customer", "any")

_ORDERED = ("<", "<=", ">", ">=", "=", "between")
_WORDS = ("contains", "any_of", "near")
_THERE = ("missing", "present")
OPERATORS: dict[ValueKind, tuple[str, ...]] = {
    "choice": ("is", *_THERE),
    "text": (*_WORDS, "is", *_THERE),
    "number": (*_ORDERED, *_THERE),
    "day": ("before", "after", *_THERE),
    "any": (*_WORDS, "is", *_ORDERED, *_THERE),
}
ABOVE_NORMAL = "above_normal"  # of contacts.count alone
How = Literal["all", "any", "not"]
GROUPS: tuple[How, ...] = ("all", "any", "not")
TEST_KEYS = ("field", "op", "value")
NEAR_OPTIONS = ("distance", "unit")


def field_of(name: str) -> Field | None:
    """Return the field of that name, None if there is none."""
    if name.startswith(OWN_PREFIX) and name != OWN_PREFIX:
        return OWN_FIELD
    return FIELDS.get(name)


def operators_of(name: str, field: Field) -> tuple[str, ...]:
    """Return the operators that go with a field."""
    if name == "contacts.text":
        return _WORDS
    more = (ABOVE_NORMAL,) if name == "contacts.count" else ()
    return (*OPERATORS[field.kind], *more)


def options_of(field: Field, op: str) -> tuple[str, ...]:
    """Return the further keys that a test with this field and operator may have."""
    return (*field.options, *(NEAR_OPTIONS if op == "near" else ()))


@dataclass(frozen=True)
class Chosen:
    """Which interactions of a customer, or which period, a test counts; empty: all."""

    kinds: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    within: int | None = None  # days back from the day that is spoken for, that day included
    metric: str | None = None  # of a usage series, as it was typed


@dataclass(frozen=True)
class Question:
    """One question about one field."""

    name: str
    field: Field
    op: str
    value: Any  # as checked: str, tuple of str, float, tuple of two floats, None
    chosen: Chosen = Chosen()
    distance: int = DEFAULT_DISTANCE  # of near
    unit: str = "characters"

    def told(self, value: Any = None) -> str:
        """Return the test as the rules file says it, or with the ``value`` of it that was met."""
        value = self.value if value is None else value
        if isinstance(value, tuple):
            value = "|".join(_number(one) if isinstance(one, float) else one for one in value)
        elif isinstance(value, float):
            value = _number(value)
        parts = [self.name, self.op, *([] if value is None else [value])]
        if self.op == "near":
            parts.append(f"{self.distance} {self.unit}")
        chosen = (*self.chosen.kinds, *self.chosen.outcomes, *self.chosen.directions)
        if self.chosen.within is not None:
            chosen = (*chosen, f"{self.chosen.within}d")
        if self.chosen.metric is not None:
            chosen = (*chosen, self.chosen.metric)
        if chosen:
            parts.append(f"({', '.join(chosen)})")
        return " ".join(parts)


@dataclass(frozen=True)
class Group:
    """Conditions of which all, any or none hold."""

    how: How
    parts: tuple[Condition, ...]


Condition = Question | Group


@dataclass(frozen=True)
class Rule:
    """One rule: where its condition holds, the customer has the tag.

    Args:
        name: its own, by which findings say whence they are.
        tag: code of a kind of behaviour.
        condition: on one interaction and its customer, or on the customer alone.
        by_interaction: each interaction that fits is an event of its own.
        expires: days after which an event no longer counts at all.
        line: where it begins in the file.
    """

    name: str
    tag: str
    condition: Group
    by_interaction: bool
    expires: int | None
    line: int


@dataclass(frozen=True)
class RuleSet:
    """The rules of one file, in the order of their names."""

    name: str
    rules: tuple[Rule, ...]
    simplify: bool  # Traditional characters count as the Simplified ones


def questions_of(condition: Condition) -> list[Question]:
    """Return every test inside a condition."""
    if isinstance(condition, Question):
        return [condition]
    return [test for part in condition.parts for test in questions_of(part)]


def _number(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.2f}"
