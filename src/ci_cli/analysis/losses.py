"""Whom competitors threaten, and why accounts were lost: counted so that no account is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ci_cli.analysis.requests import plain
from ci_cli.shapes.talks import OpportunityInfo
from ci_cli.shapes.voice import NO_REASON, Insight

# words for a status that says an account is gone
_GONE = frozenset(
    ["lost", "churned", "left", "cancelled", "canceled", "closed", "former", "流失", "已流失",
     "已取消", "流失客户", "已终止"]
)  # fmt: skip


@dataclass(frozen=True)
class Mention:
    """One time that a competitor was named."""

    competitor: str
    stand: str  # won, lost, at_risk
    customer_id: int | None
    customer: str | None
    day: str | None
    text: str | None
    origin: str | None  # who it is known from, or the deal


@dataclass
class Rival:
    """One competitor; exposed accounts are those whose last mention of it is not a win of ours."""

    name: str
    mentions: int = 0
    stands: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("won", "lost", "at_risk"), 0)
    )
    accounts: set[int] = field(default_factory=set)
    exposed: set[int] = field(default_factory=set)
    revenue: int = 0  # of the exposed accounts, ten-thousandths
    last: str = ""


@dataclass
class Reason:
    """One reason of loss and the accounts that left for it."""

    reason: str
    accounts: set[int] = field(default_factory=set)
    revenue: int = 0  # ten-thousandths, in all history


@dataclass
class Why:
    """One reason for which a competitor is named somewhere, and the accounts that name it."""

    competitor: str
    stand: str
    reason: str  # "": none was given
    mentions: int = 0
    accounts: set[int] = field(default_factory=set)
    revenue: int = 0  # ten-thousandths


def mentions(
    facts: Iterable[Insight], deals: Iterable[OpportunityInfo], until: str | None = None
) -> list[Mention]:
    """Return every mention, from notes and from deals that name a competitor; the latest first.

    Args:
        facts: what was noted of competitors.
        deals: of any outcome.
        until: what happened to deals after this day is not known yet; None: all is.
    """
    deals = [_as_known(deal, until) for deal in deals if _began(deal, until)]
    found = [
        Mention(
            one.value or "", one.stand or "at_risk", one.customer_id, one.customer, one.day,
            one.text, one.origin or one.author,
        )
        for one in facts
    ]  # fmt: skip
    found += [
        Mention(
            deal.competitor, "at_risk" if deal.outcome == "open" else deal.outcome,
            deal.customer_id, deal.customer, deal.closed or deal.expected or deal.opened, deal.why,
            deal.name,
        )
        for deal in deals
        if deal.competitor
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.day or "", reverse=True)


def _began(deal: OpportunityInfo, until: str | None) -> bool:
    first = min(filter(None, (deal.opened, deal.closed)), default=None)
    return until is None or first is None or first <= until


def _as_known(deal: OpportunityInfo, until: str | None) -> OpportunityInfo:
    """Return a deal as it stood then: one that was closed later was open."""
    if until is None or deal.closed is None or deal.closed <= until:
        return deal
    return deal._replace(outcome="open", closed=None, expected=None, why=None)


def why_named(found: Sequence[Mention], revenue: Mapping[int, int]) -> list[Why]:
    """Return the reasons for which competitors are named, by competitor, the usual ones first."""
    groups: dict[tuple[str, str, str], Why] = {}
    for one in found:
        key = (plain(one.competitor), one.stand, plain(one.text or ""))
        group = groups.setdefault(
            key, Why(one.competitor, one.stand, " ".join((one.text or "").split()))
        )
        group.mentions += 1
        if one.customer_id is not None:
            group.accounts.add(one.customer_id)
    for group in groups.values():
        group.revenue = sum(revenue.get(number, 0) for number in group.accounts)
    names = {plain(one.competitor): one.competitor for one in reversed(found)}
    for (name, _stand, _reason), group in groups.items():
        group.competitor = names[name]  # as its latest mention spells it, like that of rivals
    return sorted(
        groups.values(),
        key=lambda one: (one.competitor, -one.mentions, -one.revenue, one.stand, one.reason),
    )


def rivals(found: Sequence[Mention], revenue: Mapping[int, int]) -> list[Rival]:
    """Return competitors by the revenue that is exposed to them, the most first.

    Args:
        found: mentions, the latest first.
        revenue: of each customer, ten-thousandths.
    """
    by_name: dict[str, Rival] = {}
    for one in found:
        rival = by_name.setdefault(plain(one.competitor), Rival(one.competitor))
        rival.mentions += 1
        rival.stands[one.stand] += 1
        rival.last = max(rival.last, one.day or "")
        if one.customer_id is not None and one.customer_id not in rival.accounts:
            rival.accounts.add(one.customer_id)
            if one.stand != "won":
                rival.exposed.add(one.customer_id)
    for rival in by_name.values():
        rival.revenue = sum(revenue.get(number, 0) for number in rival.exposed)
    return sorted(by_name.values(), key=lambda one: (-one.revenue, -len(one.exposed), one.name))


def lost_accounts(
    told: Iterable[Insight], statuses: Mapping[int, tuple[str, str]]
) -> dict[int, str]:
    """Return the reason of every lost account; those without one have ``unknown``.

    Lost is who was noted as lost, and whose status says so. The latest word counts, but an
    ``unknown`` never hides a reason that is known.

    Args:
        told: notes of losses, the latest first.
        statuses: name and status of customers.
    """
    reasons: dict[int, str] = {}
    for one in told:
        if one.customer_id is not None and reasons.get(one.customer_id, NO_REASON) == NO_REASON:
            reasons[one.customer_id] = one.value or NO_REASON
    for number, (_name, status) in statuses.items():
        if status.strip().casefold() in _GONE:
            reasons.setdefault(number, NO_REASON)
    return reasons


def by_reason(reasons: Mapping[int, str], revenue: Mapping[int, int]) -> list[Reason]:
    """Return reasons by the number of accounts, ``unknown`` always there and always last."""
    groups: dict[str, Reason] = {NO_REASON: Reason(NO_REASON)}
    for number, reason in reasons.items():
        group = groups.setdefault(reason, Reason(reason))
        group.accounts.add(number)
        group.revenue += revenue.get(number, 0)
    return sorted(
        groups.values(),
        key=lambda one: (one.reason == NO_REASON, -len(one.accounts), -one.revenue, one.reason),
    )
