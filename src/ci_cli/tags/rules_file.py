"""A rules file into rules: every fault of the file at once, each with its line.

The file is TOML; see ``docs/add-a-tag.md`` for its words and ``language`` for the table behind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ci_cli.tags.catalogue import parse_days
from ci_cli.tags.language import GROUPS, Condition, Group, Question, Rule, RuleSet, field_of
from ci_cli.tags.read_test import read_test
from ci_cli.text import Msg, msg
from ci_cli.toml_places import Fault, LinesOf, Part, in_order, parts_of, values_of

MAX_RULES = 2_000
MAX_NAME = 100  # characters
_RULE_KEYS = ("name", "tag", "expires", *GROUPS)
_FILE_KEYS = ("name", "simplify", "rule")


@dataclass
class _Reading:
    """What is known while a file is read."""

    tags: Collection[str]
    faults: list[Fault] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)  # of rules -> line
    top: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)  # of the keys of ``top``

    def fault(self, line: int, message: Msg) -> None:
        self.faults.append(Fault(line, message))


def read_rules(text: str, default_name: str, tags: Collection[str]) -> tuple[RuleSet, list[Fault]]:
    """Read the text of a rules file.

    Args:
        text: of the file.
        default_name: of the set, where the file gives none.
        tags: codes of all kinds of behaviour.

    Returns:
        The rules, and everything that is wrong with the file in the order of its lines; the rules
        are whole only where nothing is.
    """
    reading = _Reading(frozenset(tags))
    for part in parts_of(text.removeprefix("\ufeff").replace("\r\n", "\n"), "rule"):
        _read_part(part, reading)
    name, simplify = _top(reading, default_name)
    if not reading.rules and not reading.faults:
        reading.fault(1, msg("The file holds no rule; each begins with [[rule]]."))
    if len(reading.names) > MAX_RULES:
        reading.fault(1, msg("The file holds more than {n} rules.", n=MAX_RULES))
    rules = sorted(reading.rules, key=lambda rule: rule.name)
    return RuleSet(name, tuple(rules), simplify), in_order(reading.faults)


def _read_part(part: Part, reading: _Reading) -> None:
    said = values_of(part)
    if isinstance(said, Fault):
        reading.faults.append(said)
        return
    rules = said.pop("rule", [])
    lines = LinesOf(part, rules)
    is_rule = part.text.lstrip().startswith("[[")
    top_keys = part.headers if is_rule else {**part.headers, **part.keys}
    if part.first == 1 and not is_rule:
        reading.top |= said
        reading.lines |= top_keys
    for key in said:
        if key not in _FILE_KEYS:
            reading.fault(top_keys.get(key, part.first), msg("There is no setting {key}.", key=key))
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        reading.fault(top_keys.get("rule", part.first), msg("A rule begins with [[rule]]."))
        return
    for rule in rules:
        _read_rule(rule, part.keys if is_rule else {}, lines, reading)


def _top(reading: _Reading, default_name: str) -> tuple[str, bool]:
    name, simplify = reading.top.get("name", default_name), reading.top.get("simplify", True)
    if not _is_name(name):
        reading.fault(reading.lines.get("name", 1),
                      msg("The name of the rules must be a text of at most {n} characters.",
                             n=MAX_NAME))  # fmt: skip
        name = default_name
    if not isinstance(simplify, bool):
        line = reading.lines.get("simplify", 1)
        reading.fault(line, msg("{key} must be true or false.", key="simplify"))
        simplify = True
    return name.strip(), simplify


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= MAX_NAME and value.isprintable()


def _read_rule(
    said: dict[str, Any], keys: dict[str, int], lines: LinesOf, reading: _Reading
) -> None:
    """Read one rule; ``keys`` are the lines of its keys, as far as they have any."""
    line = lines.of(said)
    faults = len(reading.faults)
    name, tag = said.get("name"), said.get("tag")
    for key in said:
        if key not in _RULE_KEYS:
            reading.fault(keys.get(key, line), msg("A rule has no {key}; it has: {keys}.", key=key,
                                                   keys=", ".join(_RULE_KEYS)))  # fmt: skip
    name_line = keys.get("name", line)
    if not isinstance(name, str) or not _is_name(name):
        reading.fault(name_line, msg("The rule needs a name, a text of at most {n} characters.",
                                     n=MAX_NAME))  # fmt: skip
    else:
        name = name.strip()
        if name in reading.names:
            reading.fault(name_line, msg("Another rule is called {name} already, on line {line}.",
                                         name=name, line=reading.names[name]))  # fmt: skip
        reading.names.setdefault(name, name_line)
    if not isinstance(tag, str) or not tag:
        reading.fault(keys.get("tag", line), msg("The rule needs a tag."))
    elif tag not in reading.tags:
        reading.fault(keys.get("tag", line),
                      msg("There is no tag {code}; `ci-cli tag define {code}` makes it.",
                          code=tag))  # fmt: skip
    if not any(how in said for how in GROUPS):
        reading.fault(line, msg("The rule asks nothing: it needs all, any or not."))
    condition = _read_groups(said, line, lines, reading, keys)
    scopes = set(_scopes(said))
    expires = _expires(said, keys.get("expires", line), reading, scopes)
    if len(reading.faults) == faults:
        by_interaction = "interaction" in scopes
        reading.rules.append(
            Rule(str(name), str(tag), Group("all", tuple(condition)), by_interaction, expires, line)
        )


def _scopes(said: dict[str, Any]) -> Iterator[str | None]:
    """Yield what the tests of a rule or a condition are about; None: that cannot be told."""
    groups = [said[how] for how in GROUPS if how in said]
    if not groups:
        name = said.get("field")
        known = field_of(name) if isinstance(name, str) else None
        yield None if known is None else known.scope
    for parts in groups:
        for part in parts if isinstance(parts, list) else [None]:
            if isinstance(part, dict):
                yield from _scopes(part)
            else:
                yield None


def _expires(
    said: dict[str, Any], line: int, reading: _Reading, scopes: set[str | None]
) -> int | None:
    if "expires" not in said:
        return None
    days = parse_days(said["expires"]) if isinstance(said["expires"], str) else None
    if days is None:
        reading.fault(line, msg('{key} must be a span such as "90d".', key="expires"))
    elif not scopes & {"interaction", None}:  # a field nobody knows may be meant for one of those
        reading.fault(line, msg("Only the events of interactions expire; a state ends by itself."))
    return days


def _read_groups(
    said: dict[str, Any], line: int, lines: LinesOf, reading: _Reading,
    keys: Mapping[str, int] = {},
) -> list[Condition]:  # fmt: skip
    """Read the groups of a rule or of a condition: what stands side by side holds together."""
    found: list[Condition] = []
    for how in GROUPS:
        if how not in said:
            continue
        parts = said[how]
        if not isinstance(parts, list) or not parts or not all(isinstance(p, dict) for p in parts):
            reading.fault(keys.get(how, line), msg("{key} must be a list of conditions.", key=how))
            continue
        read = [_read_condition(part, lines, reading, line) for part in parts]
        found.append(Group(how, tuple(part for part in read if part is not None)))
    return found


def _read_condition(
    said: dict[str, Any], lines: LinesOf, reading: _Reading, above: int
) -> Condition | None:
    line = lines.of(said, above)
    if not any(key in said for key in GROUPS):
        test = read_test(said)
        if isinstance(test, Question):
            return test
        reading.faults += [Fault(line, fault) for fault in test]
        return None
    for key in said:
        if key not in GROUPS:
            reading.fault(line, msg("A group has only {keys}, not {key}.", key=key,
                                    keys=", ".join(GROUPS)))  # fmt: skip
    inner = _read_groups(said, line, lines, reading)
    return Group("all", tuple(inner)) if inner else None
