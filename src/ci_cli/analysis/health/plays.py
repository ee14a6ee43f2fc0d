"""Three plays: rescue who is about to go, grow who is on the way, protect who is well.

Each customer has at most one, by its band, and one next action: that of the part of the score
which costs it the most points. Who bought nothing in the window is not rescued by a call but won
anew, and who loses next to nothing needs no play. Nothing acts by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

from ci_cli.analysis.health.score import FULL, Health

PLAY_OF_BAND: Mapping[str, str] = {"red": "rescue", "amber": "grow", "green": "protect"}
PLAYS = tuple(PLAY_OF_BAND.values())
_CENT = 100  # ten-thousandths; an estimate is no finer
LEAST_LOST = 300  # hundredths of a point that a part must cost


class Play(NamedTuple):
    """What to do about one customer."""

    health: Health
    play: str
    part: str  # what costs the most points
    lost: int  # hundredths of a point that it costs
    stake: int  # money of the window × share of the points lost: what there is to gain or keep


def play_of(one: Health) -> Play | None:
    """Return the one play of a customer; None where there is nothing to do or nothing known."""
    if one.score is None or one.band is None or one.row.net <= 0:
        return None
    lost, part = max((part.possible - part.points, part.part.key) for part in one.parts)
    if lost < LEAST_LOST:
        return None
    exact = one.row.net * (FULL - one.score) // FULL
    stake = (exact + _CENT // 2) // _CENT * _CENT
    return Play(one, PLAY_OF_BAND[one.band], part, lost, stake)


def plays(customers: Iterable[Health], wanted: str | None = None) -> list[Play]:
    """Return the plays of all customers, of one kind or all, the most money first."""
    found = [play for one in customers if (play := play_of(one)) is not None]
    chosen = [play for play in found if wanted is None or play.play == wanted]
    return sorted(chosen, key=lambda play: (-play.stake, play.health.row.customer_id))


def action(part: str, language: str) -> str:
    """Return the next action for a part that costs points, in a language ("en" or "zh")."""
    known = _actions()
    texts = known.get(part, known["other"])
    return texts.get(language, texts["en"])


@cache
def _actions() -> Mapping[str, Mapping[str, str]]:
    import yaml

    path = resources.files("ci_cli") / "data" / "health_plays" / "plays.yaml"
    actions: Mapping[str, Mapping[str, str]] = yaml.safe_load(path.read_text("utf-8"))["actions"]
    return actions
