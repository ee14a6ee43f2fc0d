"""What forbids an entry about a reference; asked inside the transaction that would write it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from ci_cli.analysis.references.caps import free_from, is_allowed
from ci_cli.analysis.references.quotes import fault
from ci_cli.analysis.references.states import consents, is_nominated, is_retired, standing
from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.references import Limits, QuoteRow, Request, Step, Thanks
from ci_cli.text import Msg, msg


def nominated(steps: Sequence[Step], who: str, day: str) -> None:
    """Refuse unless the customer takes part in the programme on this day.

    Raises:
        CiError: ``ref-not-nominated``.
    """
    if not is_nominated(steps, day):
        said = (
            msg("{who} was retired as a reference.", who=who)
            if is_retired(steps, day)
            else msg("{who} is not nominated as a reference on {day}.", who=who, day=day)
        )
        raise _refused("ref-not-nominated", said, msg("`ci-cli ref nominate` comes first."))


def consented(steps: Sequence[Step], channel: str, person: str | None, who: str, day: str) -> None:
    """Refuse unless a dated consent for the channel holds on this day.

    Raises:
        CiError: ``ref-not-nominated``, ``ref-no-consent``.
    """
    nominated(steps, who, day)
    if standing(steps, day, channel, person):
        return
    told = [one for one in consents(steps, day) if one.channel == channel]
    last = max(told, key=lambda one: one.ended or one.until or one.day, default=None)
    said = msg("{who} has agreed to no {channel}.", who=who, channel=channel)
    if last is not None and last.state == "withdrawn":
        said = msg("{who} has withdrawn its consent to a {channel} on {day}.", who=who,
                   channel=channel, day=last.ended)  # fmt: skip
    elif last is not None and last.state == "expired":
        said = msg("The consent of {who} to a {channel} ended on {day}.", who=who, channel=channel,
                   day=last.until)  # fmt: skip
    elif last is not None:
        said = msg("{person} of {who} has agreed to no {channel}.", person=person, who=who,
                   channel=channel)  # fmt: skip
    raise _refused(
        "ref-no-consent", said,
        msg("Ask, and note it with `ci-cli ref consent`; or `ci-cli ref match` finds another."),
    )  # fmt: skip


def within_caps(used: Sequence[str], who: str, day: str, limits: Limits) -> None:
    """Refuse a use that would be one too many.

    Raises:
        CiError: ``ref-cap-reached``.
    """
    if not is_allowed(used, day, limits):
        raise _refused(
            "ref-cap-reached",
            msg("{who} rests on {day}: uses in {days} days at most {uses}, days between two at"
                " least {rest}.", who=who, day=day, uses=limits.uses, days=limits.days,
                rest=limits.rest),
            msg("It may be asked again from {free} on; `ci-cli ref match` finds another.",
                free=free_from(used, day, limits)),
        )  # fmt: skip


def still_open(request: Request) -> None:
    """Refuse what would close a request twice.

    Raises:
        CiError: ``ref-request-closed``.
    """
    if request.state != "open":
        said = (
            msg("Request R{number} was fulfilled on {day}.", number=request.id, day=request.closed)
            if request.state == "fulfilled"
            else msg("Request R{number} was cancelled on {day}.", number=request.id,
                     day=request.closed)
        )  # fmt: skip
        raise _refused(
            "ref-request-closed", said,
            msg("`ci-cli ref request show R{number}` shows it.", number=request.id),
        )  # fmt: skip


def not_before(day: str, request: Request) -> None:
    """Refuse what would have happened to a request before it was made.

    Raises:
        CiError: ``day-invalid``.
    """
    if day < request.day:
        raise _refused(
            "day-invalid",
            msg("Request R{number} was made on {asked}, after {day}.", number=request.id,
                asked=request.day, day=day),
            msg("Check --on."),
        )  # fmt: skip


def not_itself(request: Request, customer_id: int, who: str) -> None:
    """Refuse a prospect that would vouch for us to itself.

    Raises:
        CiError: ``ref-own-prospect``.
    """
    if request.customer_id == customer_id:
        raise _refused(
            "ref-own-prospect",
            msg("{who} is the prospect of R{number} itself.", who=who, number=request.id),
            msg("`ci-cli ref match` finds another."),
        )


def may_be_shown(quote: QuoteRow, day: str) -> None:
    """Refuse a quote that may not go out on this day.

    Raises:
        CiError: ``quote-not-allowed``.
    """
    why = fault(quote, day)
    if why is not None:
        raise _refused(
            "quote-not-allowed",
            msg("Quote Q{number} may not go out: {why}", number=quote.id, why=_reason(why, quote)),
            msg("Ask {who}, and note the permission with `ci-cli ref quote approve Q{number}`.",
                who=quote.person or quote.customer, number=quote.id),
        )  # fmt: skip


def within_rewards(given: Sequence[Thanks], who: str, day: str, limits: Limits) -> None:
    """Refuse a reward beyond the limit of 365 days: who is paid is no reference.

    Raises:
        CiError: ``ref-reward-limit``.
    """
    days = sorted([*(one.day for one in given if one.kind == "reward"), day])
    year = timedelta(days=365)
    for one, other in zip(days, days[limits.rewards :], strict=False):
        if one <= day <= other and date.fromisoformat(other) - date.fromisoformat(one) < year:
            raise _refused(
                "ref-reward-limit",
                msg("{who} has its rewards of 365 days already: at most {n}.", who=who,
                    n=limits.rewards),
                msg("A thank-you is always possible; `ci-cli ref limits --rewards N` changes the"
                    " limit."),
            )  # fmt: skip


def _reason(why: str, quote: QuoteRow) -> Msg:
    if why == "draft":
        return msg("it is not approved.")
    if why == "expired":
        return msg("its permission ended on {day}.", day=quote.until)
    if why == "withdrawn":
        return msg("the consent was withdrawn on {day}.", day=quote.withdrawn)
    return msg("its permission begins on {day}.", day=quote.approved)


def _refused(code: str, said: Msg, hint: Msg) -> CiError:
    return CiError(code, said, hint=hint, exit_code=ExitCode.DECIDE)
