"""The kinds of behaviour: what a tag means, how much it counts, how fast it fades.

The kinds that ship with the program are data; what people define comes from the store and takes
the place of the one with the same code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

STRENGTH_SCALE = 1_000_000
MAX_STRENGTH = 10
MAX_PRIORITY_CHANGE = 10
MAX_HALF_LIFE = 36_500  # days
_CODE = re.compile(r"[a-z0-9\u3400-\u9fff](?:[a-z0-9\u3400-\u9fff._-]{0,62}[a-z0-9\u3400-\u9fff])?")
_SPAN = re.compile(r"(\d{1,6})\s*([dwmy]?)")
_DAYS = {"": 1, "d": 1, "w": 7, "m": 30, "y": 365}


@dataclass(frozen=True)
class Kind:
    """One kind of behaviour.

    Args:
        code: what people type.
        name: what people read, in English or their own words.
        name_zh: what people read in Chinese, None: the other name.
        polarity: 1 is good, -1 is bad.
        strength: what a fresh one adds to the score of a customer, with the sign of ``polarity``.
        half_life: days after which an event counts half; None: it never fades.
        priority: steps that a fresh one moves the follow-up priority.
        ships: it comes with the program.
    """

    code: str
    name: str | None
    name_zh: str | None
    polarity: int
    strength: float
    half_life: int | None
    priority: int
    ships: bool = False

    def label(self, language: str) -> str:
        """Return the name in a language, else the other one, else the code."""
        names = (self.name_zh, self.name) if language == "zh" else (self.name, self.name_zh)
        return names[0] or names[1] or self.code


@cache
def shipped() -> Mapping[str, Kind]:
    """Return the kinds that ship with the program, by code."""
    text = resources.files("ci_cli").joinpath("data/behaviours.toml").read_text("utf-8")
    return {
        code: Kind(
            code, said["name"], said["name_zh"], said["polarity"], float(said["strength"]),
            said.get("half_life"), said["priority"], ships=True,
        )
        for code, said in tomllib.loads(text).items()
    }  # fmt: skip


def together(own: Mapping[str, Kind]) -> dict[str, Kind]:
    """Return all kinds by code: those of the store, and the shipped ones that they leave."""
    return dict(sorted({**shipped(), **own}.items()))


def unknown_kind(code: str) -> Kind:
    """Return what a tag means whose definition was taken back: nothing, until it is defined."""
    return Kind(code, None, None, 1, 0.0, None, 0)


def is_code(text: str) -> bool:
    """Tell whether ``text`` can be the code of a tag: small letters, Han, digits, ``-._``."""
    return _CODE.fullmatch(text) is not None


def parse_days(text: str) -> int | None:
    """Return the days that ``180d``, ``6m``, ``2w`` or ``1y`` means; None if it means none."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        return None
    days = int(found[1]) * _DAYS[found[2]]
    return days if 0 < days <= MAX_HALF_LIFE else None
