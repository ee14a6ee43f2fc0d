"""Which references may be asked today, by a rule whose every step is counted.

    nominated and not retired -> dated consent for the channel -> health at the limit or unknown
    -> nothing open with the customer -> within the caps

Each reference is counted at the first step that it fails, so that the removed and the ready add up
to all references. What else it fails is kept: relaxing one step must not promise too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ci_cli.analysis.references.caps import free_from, in_window
from ci_cli.analysis.references.states import Consent, is_retired, standing
from ci_cli.shapes.references import Account, Issue, Known, Limits, Use

RULE = ("retired", "consent", "health", "issues", "fatigue")


class Judged(NamedTuple):
    """One reference on one day, for one channel or any."""

    account: Account
    failed: tuple[str, ...]  # of RULE, in its order
    consents: tuple[Consent, ...]  # that hold, for the channel asked for
    health: int | None
    issues: tuple[Issue, ...]
    uses: tuple[Use, ...]  # up to the day, oldest first
    recent: int  # uses in the window of the caps
    free: str  # first day that the caps allow

    @property
    def is_ready(self) -> bool:
        """Tell whether it may be asked."""
        return not self.failed

    @property
    def state(self) -> str:
        """Return retired, nominated, resting, consented (something stands against it) or ready."""
        if "retired" in self.failed:
            return "retired"
        if "consent" in self.failed:
            return "nominated"
        if "fatigue" in self.failed:
            return "resting"
        return "consented" if self.failed else "ready"

    @property
    def last(self) -> str | None:
        """Return the day of the last use."""
        return self.uses[-1].day if self.uses else None


class Removed(NamedTuple):
    """One step of a funnel: how many it removed, how many were left; ``unknown`` among removed."""

    key: str
    removed: int
    left: int
    unknown: int = 0


def judge(known: Known, limits: Limits, day: str, channel: str | None = None) -> list[Judged]:
    """Judge every reference, by customer number.

    Args:
        known: the references and what is known of them.
        limits: the caps and the least health.
        day: the day that counts as today.
        channel: what they are to do; None: anything that they agreed to.
    """
    found = []
    for number in sorted(known.steps):
        steps = known.steps[number]
        if not any(one.step in ("nominate", "retire") and one.day <= day for one in steps):
            continue
        uses = tuple(sorted((one for one in known.uses.get(number, ()) if one.day <= day),
                            key=lambda one: (one.day, one.id)))  # fmt: skip
        days = [one.day for one in uses]
        consents = tuple(standing(steps, day, channel))
        health = known.health.get(number)
        issues = tuple(known.issues.get(number, ()))
        free = free_from(days, day, limits)
        fails = {
            "retired": is_retired(steps, day),
            "consent": not consents,
            "health": health is not None and health < limits.health,
            "issues": bool(issues),
            "fatigue": free > day,
        }
        found.append(
            Judged(
                known.accounts[number], tuple(step for step in RULE if fails[step]), consents,
                health, issues, uses, in_window(days, day, limits), free,
            )
        )  # fmt: skip
    return found


def funnel(judged: Sequence[Judged]) -> list[Removed]:
    """Return how many each step of the rule removed; they and the ready add up to all."""
    found, left = [], len(judged)
    for step in RULE:
        gone = sum(bool(one.failed) and one.failed[0] == step for one in judged)
        left -= gone
        found.append(Removed(step, gone, left))
    return found
