"""Segment maps: which score codes carry which name, checked so that each code has exactly one.

Overlapping rules that silently prefer the first, and an "others" segment for what was forgotten,
are the usual faults of RFM segment lists; a map that has either is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from ci_cli.analysis.rfm import Means, Scores, Values
from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.text import Msg, msg

_PLACE = re.compile(r"[0-9HL]|[xX]|\[[0-9HL]+\]")
_LISTED = 40  # codes named in an error; more would drown the sentence


@dataclass(frozen=True)
class Segment:
    """One named group of codes and what to do with its customers.

    ``key`` is stable for machines; ``names`` and ``plays`` are by language ("en", "zh").
    """

    key: str
    codes: frozenset[str]
    names: Mapping[str, str] = field(default_factory=dict)
    plays: Mapping[str, str] = field(default_factory=dict)

    def name(self, language: str) -> str:
        """Return the name in ``language``, or the key where the map gives none."""
        return self.names.get(language) or self.key

    def play(self, language: str) -> str:
        """Return the suggested play in ``language``, else in any, else nothing."""
        return self.plays.get(language) or next(iter(self.plays.values()), "")


@dataclass(frozen=True)
class SegmentMap:
    """A checked map: every code of its universe stands in exactly one segment.

    ``uses`` says what a code is made of: ``scores`` (``543``, digits 1 to ``bins``) or ``means``
    (``HLH``: at or above the mean, or not). Build it with :func:`checked`.
    """

    key: str
    uses: Literal["scores", "means"]
    bins: int
    segments: tuple[Segment, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    _by_code: dict[str, Segment] = field(init=False, repr=False, compare=False)
    _by_scores: dict[Scores, Segment] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_code = {code: segment for segment in self.segments for code in segment.codes}
        object.__setattr__(self, "_by_code", by_code)
        by_scores = (
            {Scores(*map(int, code)): segment for code, segment in by_code.items()}
            if self.uses == "scores"
            else {}
        )
        object.__setattr__(self, "_by_scores", by_scores)

    def applies_to(self, bins: int) -> bool:
        """Say whether the map can name customers scored with ``bins`` levels."""
        return self.uses == "means" or bins == self.bins

    def segment(self, scores: Scores, values: Values, means: Means) -> Segment:
        """Return the segment of a customer; ``applies_to`` must hold."""
        if self.uses == "means":
            return self._by_code[means.cell(values)]
        return self._by_scores[scores]


def universe(uses: Literal["scores", "means"], bins: int) -> list[str]:
    """Return every code that a map must place: 125 for five scores, 8 for means."""
    letters = "HL" if uses == "means" else "".join(str(score) for score in range(1, bins + 1))
    return ["".join(places) for places in product(letters, repeat=3)]


def expand(pattern: str, every: Iterable[str]) -> set[str]:
    """Return the codes of ``every`` that ``pattern`` means; empty when it means none.

    A pattern has three places: a digit or letter, ``x`` for any, or a choice such as ``[45]``.
    """
    places = _PLACE.findall(pattern)
    if "".join(places) != pattern or len(places) != 3:
        return set()
    known = set(every)
    letters = "".join(set("".join(known)))
    allowed = [letters if place in "xX" else place.strip("[]") for place in places]
    return known.intersection(map("".join, product(*allowed)))


def checked(segment_map: SegmentMap, where: Where | None = None) -> SegmentMap:
    """Return ``segment_map`` when each code of its universe stands in exactly one segment.

    Raises:
        CiError: ``segment-map-coverage``, exit 2, naming the codes without a segment and those
            with several.
    """
    holders: dict[str, list[str]] = {
        code: [] for code in universe(segment_map.uses, segment_map.bins)
    }
    for segment in segment_map.segments:
        for code in segment.codes:
            holders[code].append(segment.key)
    gaps = [code for code, names in holders.items() if not names]
    overlaps = {code: names for code, names in holders.items() if len(names) > 1}
    if not gaps and not overlaps:
        return segment_map
    details: list[Msg | str] = []
    if gaps:
        details.append(msg("In no segment: {codes}", codes=_listed(gaps)))
    for code, names in list(overlaps.items())[:_LISTED]:
        details.append(msg("{code} is in: {names}", code=code, names=", ".join(names)))
    raise CiError(
        "segment-map-coverage",
        msg(
            "The segment map '{name}' does not place each of the {total} codes exactly once: "
            "codes in no segment: {gaps}, codes in several: {overlaps}.",
            name=segment_map.key,
            total=len(holders),
            gaps=len(gaps),
            overlaps=len(overlaps),
        ),
        hint=msg("Add the missing codes and leave each of the others in one segment only."),
        where=where,
        exit_code=ExitCode.DECIDE,
        details=tuple(details),
    )


def _listed(codes: list[str]) -> str:
    shown = ", ".join(codes[:_LISTED])
    return shown if len(codes) <= _LISTED else f"{shown}, … (+{len(codes) - _LISTED})"
