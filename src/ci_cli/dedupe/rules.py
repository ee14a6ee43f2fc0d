"""Settings as the plain values of a rules file, both ways, with every mistake named.

A rules file holds what :class:`~.settings.Settings` holds: types of columns, comparisons (levels'
shares), blocking rules, the gate, and limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from .block import parse_rule
from .priors import PRIORS, Group
from .settings import Settings

OWN_KEYS = frozenset({"types", "comparisons", "blocking", "gate"})
IGNORED_TYPES = frozenset({"ignore", "latitude", "longitude"})


def to_mapping(settings: Settings) -> dict[str, Any]:
    """Return settings as plain values that a TOML or YAML file can hold."""
    plain: dict[str, Any] = {
        name: value for name in _limits() if (value := getattr(settings, name)) is not None
    }
    plain["gate"] = sorted(settings.gate)
    plain["blocking"] = list(settings.blocking)
    plain["types"] = dict(settings.types)
    plain["comparisons"] = {
        name: {"levels": list(p.levels), "m": list(p.m), "u": list(p.u)}
        for name, p in settings.priors.items()
    }
    return plain


def from_mapping(plain: Mapping[str, Any]) -> Settings:
    """Return the settings that plain values describe; what they leave out keeps its default.

    Raises:
        ValueError: an unknown key, type, group or part of a rule; shares that are not between 0 and
            1 or add up to 1 or more; a limit out of range. The message names it.
    """
    unknown = set(plain) - OWN_KEYS - set(_limits())
    if unknown:
        raise ValueError(f"unknown key: {', '.join(sorted(unknown))}")
    settings = Settings()
    changes: dict[str, Any] = {}
    for name in _limits():
        if name in plain:
            changes[name] = _limit(name, plain[name], getattr(settings, name))
    if "gate" in plain:
        gate = frozenset(str(one) for one in plain["gate"])
        if not gate or gate - {str(group) for group in Group}:
            raise ValueError(f"unknown group in the gate: {sorted(gate)}")
        changes["gate"] = gate
    if "blocking" in plain:
        changes["blocking"] = tuple(str(rule) for rule in plain["blocking"])
        for rule in changes["blocking"]:
            _check_rule(rule)
    if "types" in plain:
        changes["types"] = {str(k): str(v) for k, v in plain["types"].items()}
        wrong = set(changes["types"].values()) - set(PRIORS) - IGNORED_TYPES
        if wrong:
            raise ValueError(f"unknown type: {', '.join(sorted(wrong))}")
    if "comparisons" in plain:
        changes["priors"] = _priors(plain["comparisons"])
    return replace(settings, **changes)


def _limits() -> list[str]:
    return [one.name for one in fields(Settings) if one.name not in {*OWN_KEYS, "priors"}]


def _limit(name: str, value: Any, usual: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{name} must be a number from 0 on, not {value!r}")
    if isinstance(usual, float) and name != "kappa" and usual <= 1 and value > 1:
        raise ValueError(f"{name} must be between 0 and 1, not {value!r}")
    return int(value) if isinstance(usual, int) else float(value)


def _check_rule(rule: str) -> None:
    if rule == "swap":
        return
    for kind, _ in parse_rule(rule):
        if kind not in PRIORS:
            raise ValueError(f"unknown type in a blocking rule: {rule!r}")


def _priors(comparisons: Mapping[str, Any]) -> dict[str, Any]:
    priors = dict(PRIORS)
    for name, said in comparisons.items():
        if name not in priors:
            raise ValueError(f"unknown type: {name}")
        if unknown := set(said) - {"levels", "m", "u"}:
            raise ValueError(f"unknown key in comparison {name}: {', '.join(sorted(unknown))}")
        if "levels" in said and tuple(said["levels"]) != priors[name].levels:
            raise ValueError(f"the levels of {name} are fixed: {', '.join(priors[name].levels)}")
        shares: dict[str, Any] = {}
        for part in ("m", "u"):
            if part in said:
                values = tuple(float(value) for value in said[part])
                short = len(values) != len(priors[name].levels) - 1
                if short or min(values) <= 0 or sum(values) >= 1:
                    raise ValueError(
                        f"{part} of {name} needs a share above 0 for each level but the last,"
                        " less than 1 together"
                    )
                shares[part] = values
        priors[name] = replace(priors[name], **shares)
    return priors
