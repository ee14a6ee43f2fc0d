"""Where a reference stands on a day: nominated, consented, resting, retired; and how it came there.

A consent is dated, for one channel, of one person or of the company, and ends on its last day, with
a withdrawal, or when the customer is retired. Who comes back after that is asked anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ci_cli.analysis.references.caps import free_from, is_allowed
from ci_cli.shapes.references import CHANNELS, Limits, Step


class Consent(NamedTuple):
    """The latest word on one channel by one person, or by the company."""

    channel: str
    person: str | None
    day: str
    until: str | None
    scope: str | None
    said_by: str | None
    state: str  # standing, expired, withdrawn
    ended: str | None  # day of the withdrawal


class Moment(NamedTuple):
    """A day on which the state of a reference changed."""

    day: str
    state: str


def is_retired(steps: Sequence[Step], day: str) -> bool:
    """Tell whether the last nomination or retirement up to ``day`` is a retirement."""
    told = [one for one in _up_to(steps, day) if one.step in ("nominate", "retire")]
    return bool(told) and told[-1].step == "retire"


def is_nominated(steps: Sequence[Step], day: str) -> bool:
    """Tell whether the customer takes part: it was nominated, and not retired since."""
    told = [one for one in _up_to(steps, day) if one.step in ("nominate", "retire")]
    return bool(told) and told[-1].step == "nominate"


def consents(steps: Sequence[Step], day: str) -> list[Consent]:
    """Return the latest word on each channel, in the order of channels, company before people."""
    known: dict[tuple[str, str | None], Consent] = {}
    for one in _up_to(steps, day):
        if one.step == "retire":
            known = {key: _ended(consent, one.day) for key, consent in known.items()}
        elif one.step == "consent" and one.channel is not None:
            lasts = one.until is None or one.until >= day
            known[one.channel, one.person] = Consent(
                one.channel, one.person, one.day, one.until, one.scope, one.said_by,
                "standing" if lasts else "expired", None,
            )  # fmt: skip
        elif one.step == "withdraw":
            for key, consent in known.items():
                if one.channel in (None, key[0]) and one.person in (None, key[1]):
                    known[key] = _ended(consent, one.day)
    order: dict[str, int] = {channel: place for place, channel in enumerate(CHANNELS)}
    return sorted(
        known.values(),
        key=lambda one: (order.get(one.channel, len(order)), one.person is not None, one.person),
    )


def standing(
    steps: Sequence[Step], day: str, channel: str | None = None, person: str | None = None
) -> list[Consent]:
    """Return the consents that hold on ``day``: for this channel, by this person or the company."""
    return [
        one
        for one in consents(steps, day)
        if one.state == "standing"
        and channel in (None, one.channel)
        and (person is None or one.person in (None, person))
    ]


def running_out(steps: Sequence[Step], day: str, last: str) -> dict[str, list[str]]:
    """Return the channels whose consent holds on ``day`` and ends by ``last``, by its last day.

    A channel to which somebody else there agreed for longer does not run out.
    """
    if not any(one.until is not None and day <= one.until <= last for one in steps):
        return {}
    until: dict[str, str] = {}
    for one in standing(steps, day):
        until[one.channel] = max(until.get(one.channel, ""), one.until or "9999-12-31")
    found: dict[str, list[str]] = {}
    for channel, end in until.items():
        if end <= last:
            found.setdefault(end, []).append(channel)
    return found


def unanswered(steps: Sequence[Step], day: str) -> tuple[str, list[str]] | None:
    """Return the day of the latest invitation and its channels that nothing was said of since.

    A consent, a withdrawal and a retirement are answers; a no to one channel that nobody noted is
    none. None: there was no invitation up to ``day``, or it is answered.
    """
    told = _up_to(steps, day)
    invited = [one for one in told if one.step == "invite"]
    if not invited:
        return None
    latest = invited[-1]
    since = [one for one in told if (one.day, one.id) > (latest.day, latest.id)]
    if any(one.step == "retire" or (one.step == "withdraw" and one.channel is None)
           for one in since):  # fmt: skip
        return None
    answered = {one.channel for one in since if one.step in ("consent", "withdraw")}
    asked = dict.fromkeys(one.channel for one in invited if one.day == latest.day)
    open_ = [channel for channel in asked if channel is not None and channel not in answered]
    return (latest.day, open_) if open_ else None


def state_on(steps: Sequence[Step], used: Iterable[str], day: str, limits: Limits) -> str | None:
    """Return the state on a day as far as dated acts tell; None: it is no reference.

    Whether a consented customer is ``ready`` also depends on its health and open issues.
    """
    if is_retired(steps, day):
        return "retired"
    if not is_nominated(steps, day):
        return None
    if not standing(steps, day):
        return "nominated"
    past = [one for one in used if one <= day]
    return "consented" if is_allowed(past, day, limits) else "resting"


def history(steps: Sequence[Step], used: Sequence[str], until: str, limits: Limits) -> list[Moment]:
    """Return the days up to ``until`` on which the state changed, oldest first."""
    days = {one.day for one in steps} | set(used)
    days |= {_next(one.until) for one in steps if one.until is not None}
    for one in used:
        days.add(free_from([past for past in used if past <= one], one, limits))
    found: list[Moment] = []
    for day in sorted(one for one in days if one <= until):
        state = state_on(steps, used, day, limits)
        if state is not None and (not found or found[-1].state != state):
            found.append(Moment(day, state))
    return found


def _up_to(steps: Sequence[Step], day: str) -> list[Step]:
    return sorted((one for one in steps if one.day <= day), key=lambda one: (one.day, one.id))


def _ended(consent: Consent, day: str) -> Consent:
    if consent.state == "withdrawn":
        return consent
    return consent._replace(state="withdrawn", ended=day)


def _next(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
