"""One test of a rules file, checked against the table of the language."""

from __future__ import annotations

import difflib
import math
from datetime import date
from typing import Any

from ci_cli.shapes.talks import DIRECTIONS, KINDS, OUTCOMES
from ci_cli.tags.catalogue import parse_days
from ci_cli.tags.language import (
    ABOVE_NORMAL,
    DEFAULT_DISTANCE,
    FIELDS,
    MAX_DAYS,
    TEST_KEYS,
    UNITS,
    Chosen,
    Field,
    Question,
    field_of,
    operators_of,
    options_of,
)
from ci_cli.tags.text import word_of
from ci_cli.text import Msg, msg

MAX_WORDS = 500  # in one test
MAX_WORD = 200  # characters
_LISTS = {"kind": KINDS, "outcome": OUTCOMES, "direction": DIRECTIONS}


def read_test(said: dict[str, Any]) -> Question | list[Msg]:
    """Return the test that a table means, or everything that is wrong with it."""
    faults: list[Msg] = []
    name, op = said.get("field"), said.get("op")
    field = field_of(name) if isinstance(name, str) else None
    if not isinstance(name, str) or field is None:
        faults.append(_unknown_field(name))
        return faults
    allowed = operators_of(name, field)
    if op not in allowed or not isinstance(op, str):
        faults.append(
            msg("{field} goes with {ops}, not with {op}.", field=name, ops=", ".join(allowed),
                op=_shown(op))
        )  # fmt: skip
        _chosen(said, field.options, faults)  # wrong whatever the operator
        if "metric" in field.options and not said.get("metric"):
            faults.append(_no_series(name))
        return faults
    options = options_of(field, op)
    faults += [
        msg("A test of {field} with {op} has no {key}.", field=name, op=op, key=key)
        for key in said
        if key not in (*TEST_KEYS, *options)
    ]
    value = _value(name, field, op, said, faults)
    chosen = _chosen(said, options, faults)
    distance, unit = _near(said, op, faults)
    if op == ABOVE_NORMAL and chosen.within is None:
        faults.append(msg('{op} needs a period: within = "30d".', op=op))
    if "metric" in options and chosen.metric is None:
        faults.append(_no_series(name))
    if name == "orders.change" and chosen.within is None:
        faults.append(msg('{op} needs a period: within = "30d".', op=name))
    return faults or Question(name, field, op, value, chosen, distance, unit)


def _unknown_field(name: Any) -> Msg:
    if not isinstance(name, str):
        return msg("The condition needs a field, an op and a value.")
    close = difflib.get_close_matches(name, FIELDS, n=1)
    if close:
        return msg("There is no field {field}; perhaps {close}.", field=name, close=close[0])
    return msg("There is no field {field}; `ci-cli tag rules fields` lists them.", field=name)


def _no_series(name: str) -> Msg:
    return msg('{field} needs a usage series: metric = "logins".', field=name)


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)[:60]


def _value(name: str, field: Field, op: str, said: dict[str, Any], faults: list[Msg]) -> Any:
    value = said.get("value")
    if op in ("missing", "present"):
        if value is not None:
            faults.append(msg("{op} takes no value.", op=op))
        return None
    if value is None:
        faults.append(msg("The test of {field} needs a value.", field=name))
        return None
    if op in ("contains", "any_of", "near"):
        return _words(op, value, faults)
    if op == "is":
        return _names(field, value, faults)
    if op in ("before", "after"):
        return _day(value, faults)
    return _numbers(op, value, faults)


def _words(op: str, value: Any, faults: list[Msg]) -> tuple[str, ...]:
    words = [value] if op == "contains" else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        faults.append(
            msg("{op} takes a word in quotes.", op=op)
            if op == "contains"
            else msg("{op} takes a list of words in quotes.", op=op)
        )
        return ()
    if op == "near" and len(words) != 2:
        faults.append(msg("near takes two words."))
    if not words or len(words) > MAX_WORDS:
        faults.append(msg("{op} takes from one to {n} words.", op=op, n=MAX_WORDS))
    faults += [
        msg("'{word}' is no word to look for: too short or too long.", word=word[:40])
        for word in words
        if word_of(word) is None or len(word) > MAX_WORD
    ]
    faults += [
        msg("'{word}': an asterisk stands only at the end of a word.", word=word[:40])
        for word in words
        if "*" in word[:-1]
    ]
    return tuple(words)


def _names(field: Field, value: Any, faults: list[Msg]) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name for name in names):
        faults.append(msg("is takes a text in quotes, or a list of them."))
        return ()
    faults += [
        msg("{value} is none of {choices}.", value=name[:40], choices=", ".join(field.choices))
        for name in names
        if field.kind == "choice" and name not in field.choices
    ]
    return tuple(names)


def _day(value: Any, faults: list[Msg]) -> str:
    try:
        return date.fromisoformat(value if isinstance(value, str) else str(value)).isoformat()
    except ValueError:
        faults.append(msg("{value} is not a day: write 2026-03-05.", value=str(value)[:40]))
        return ""


def _numbers(op: str, value: Any, faults: list[Msg]) -> Any:
    wanted = value if isinstance(value, list) else [value]
    right = len(wanted) == (2 if op == "between" else 1) and all(
        isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < 1e15
        and math.isfinite(one)
        for one in wanted
    )  # fmt: skip
    if not right or isinstance(value, list) != (op == "between"):
        faults.append(
            msg("between takes two numbers: [10, 20].")
            if op == "between"
            else msg("{op} takes a number.", op=op)
        )
        return 0.0
    if op == "between":
        if wanted[0] > wanted[1]:
            faults.append(msg("between takes the smaller number first."))
        return (float(wanted[0]), float(wanted[1]))
    if op == ABOVE_NORMAL and wanted[0] < 1:
        faults.append(msg("{op} takes how many times the usual, from 1 on.", op=op))
    return float(wanted[0])


def _chosen(said: dict[str, Any], options: tuple[str, ...], faults: list[Msg]) -> Chosen:
    found: dict[str, tuple[str, ...]] = {}
    for key, known in _LISTS.items():
        if key not in said or key not in options:
            continue
        words = said[key] if isinstance(said[key], list) else [said[key]]
        if not words or not all(isinstance(word, str) and word in known for word in words):
            faults.append(msg("{key} is one of {choices}, or a list of them.", key=key,
                              choices=", ".join(known)))  # fmt: skip
            continue
        found[key] = tuple(sorted(set(words)))
    within = None
    if "within" in said and "within" in options:
        within = parse_days(said["within"]) if isinstance(said["within"], str) else None
        if within is None or within > MAX_DAYS:
            faults.append(msg('{key} must be a span such as "90d".', key="within"))
    metric = said.get("metric") if "metric" in options else None
    return Chosen(
        found.get("kind", ()),
        found.get("outcome", ()),
        found.get("direction", ()),
        within,
        metric.strip() or None if isinstance(metric, str) else None,
    )


def _near(said: dict[str, Any], op: str, faults: list[Msg]) -> tuple[int, str]:
    distance, unit = said.get("distance", DEFAULT_DISTANCE), said.get("unit", UNITS[0])
    if op == "near":
        if not isinstance(distance, int) or isinstance(distance, bool) or not 0 <= distance <= 1000:
            faults.append(msg("distance is a whole number from 0 to 1000."))
        if unit not in UNITS:
            faults.append(
                msg("{key} is one of {choices}, or a list of them.", key="unit",
                    choices=", ".join(UNITS))
            )  # fmt: skip
    return distance, unit
