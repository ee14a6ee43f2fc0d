"""The figures that goals can be set for: a key, a definition and a function each.

A further metric is one function and one line in ``METRICS``. A metric that cannot say anything
returns no value, and why: a goal without data is never met nor missed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from ci_cli.analysis import goals
from ci_cli.analysis.goals import Figure, ratio
from ci_cli.cli.programme.goal_books import Books, years_before
from ci_cli.shapes.goals import Direction
from ci_cli.text import Msg, msg

Kind = Literal["percent", "money", "int", "number"]
Family = Literal["experience", "new-product", "revenue", "churn", "programme"]


@dataclass(frozen=True)
class Asked:
    """On which day, in which money, and whether companies of one parent count as one."""

    day: date
    currency: str  # "" where no money is asked for
    by_parent: bool = False


@dataclass(frozen=True)
class Metric:
    """One figure that can be a goal.

    ``clock`` says by what day it goes where none is asked for: that of the last order, or today.
    """

    family: Family
    kind: Kind
    direction: Direction  # which way is better
    clock: Literal["books", "today"]
    definition: Msg
    figure: Callable[[Books, Asked], Figure]
    in_money: bool = False  # it speaks of one currency
    by_parent: bool = False  # companies of one parent can be taken as one


def _revenue(books: Books, asked: Asked) -> Figure:
    from ci_cli.store import facts

    since = years_before(asked.day)
    rows = books.year(asked.day, asked.currency)
    nobody = facts.unassigned(
        books.conn, as_of=asked.day.isoformat(), start=since.isoformat(), currency=asked.currency
    )
    if not rows and not nobody.lines:
        return Figure(None, said=msg("There is no order in {currency}.", currency=asked.currency))
    return Figure(Fraction(sum(rows.column("net")) + nobody.net))


_NOBODY_BEFORE = msg("nobody bought in the twelve months before the last twelve")


def _retention(books: Books, asked: Asked) -> Figure:
    found = goals.kept(books.buyers(asked.day, 1), books.buyers(asked.day))
    return _of_two_years(books, asked, found)


def _churn(books: Books, asked: Asked) -> Figure:
    found = goals.kept(books.buyers(asked.day, 1), books.buyers(asked.day))
    if found.part is not None and found.whole is not None:
        found = ratio(found.whole - found.part, found.whole)
    return _of_two_years(books, asked, found)


def _of_two_years(books: Books, asked: Asked, found: Figure) -> Figure:
    """Return a share with its counts in words, and where the first year is not whole."""
    counted = _counted(found, _NOBODY_BEFORE)
    if found.value is None or _is_whole(books, asked.day):
        return counted
    said = msg("{counts} The orders begin on {day}, within the year before.", counts=counted.said,
               day=books.begins(asked.day))  # fmt: skip
    return replace(counted, said=said)


def _is_whole(books: Books, day: date) -> bool:
    """Tell whether the orders reach back over the whole of the year before the last."""
    begins = books.begins(day)
    return begins is not None and begins <= years_before(day, 2).isoformat()


def _revenue_retention(books: Books, asked: Asked) -> Figure:
    if not _is_whole(books, asked.day):
        return Figure(None, said=msg("The orders do not reach back two years."))
    found = goals.kept_revenue(
        books.year(asked.day, asked.currency, 1), books.year(asked.day, asked.currency)
    )
    if found.value is None:
        found = replace(found, said=msg("No figure: {why}.", why=_NOBODY_BEFORE))
    return found


def _new_customers(books: Books, asked: Asked) -> Figure:
    since = years_before(asked.day).isoformat()
    short = _too_short(books, asked.day)
    if short is not None:
        return short
    rows = (
        row for code in books.currencies for row in books.purchases(asked.day, None, code)
    )  # fmt: skip
    firsts = goals.first_bought(rows)
    return Figure(Fraction(sum(first > since for first in firsts.values())))


def _too_short(books: Books, day: date) -> Figure | None:
    """Return the reason where everything would be new, since the books are so young."""
    begins = books.begins(day)
    if begins is not None and begins <= years_before(day).isoformat():
        return None
    return Figure(None, said=msg("The orders do not reach back twelve months: all would be new."))


def _top_share(books: Books, asked: Asked) -> Figure:
    from ci_cli.analysis.families import families
    from ci_cli.report import Money, Percent
    from ci_cli.text import listed

    amounts = books.amounts(asked.day, asked.currency)
    groups = families(amounts, books.profiles, by_parent=asked.by_parent)
    found, top = goals.top_share(groups)
    if found.value is None:
        return replace(
            found, said=msg("No figure: {why}.", why=msg("nobody bought in twelve months"))
        )
    gone, rest = goals.without_first(groups)
    share = Fraction(max(gone, 0), found.whole or 1)
    said = msg(
        "{n} of {all}: {names}. If {first} leaves, {money} go, {share} of the revenue; the top"
        " tenth of the others then brings {rest}.",
        n=len(top), all=len(groups), names=listed([one.name for one in top]), first=top[0].name,
        money=Money(gone, asked.currency), share=Percent(float(share)),
        rest=Percent(float(rest.value)) if rest.value is not None else "-",
    )  # fmt: skip
    brief = msg(
        "{n} of {all}; the first, {first}, has {share}",
        n=len(top), all=len(groups), first=top[0].name, share=Percent(float(share)),
    )  # fmt: skip
    return Figure(found.value, found.part, found.whole, said, brief)


def _dormant_share(books: Books, asked: Asked) -> Figure:
    from ci_cli.analysis.cadence import DORMANT
    from ci_cli.analysis.standing import LOST

    states = list(books.standing(asked.day).values())
    silent = sum(state in (DORMANT, LOST) for state in states)
    return _counted(ratio(silent, len(states)), msg("nobody ever bought"))


def _new_product_share(books: Books, asked: Asked) -> Figure:
    from ci_cli.store import goals as facts

    short = _too_short(books, asked.day)
    if short is not None:
        return short
    day, since = asked.day.isoformat(), years_before(asked.day).isoformat()
    if not any(first <= day for first in books.product_firsts.values()):
        return Figure(None, said=msg("No order line names a product."))
    fresh = [one for one, first in books.product_firsts.items() if since < first <= day]
    said = msg("Products first sold in these twelve months: {n}.", n=len(fresh))
    net = 0
    if fresh:
        net = facts.product_sales(
            books.conn, fresh, as_of=day, start=since, currency=asked.currency
        )  # fmt: skip
    whole = _revenue(books, asked).value
    return ratio(net, int(whole or 0), said)


def _call_coverage(books: Books, asked: Asked) -> Figure:
    from ci_cli.analysis.coverage import Account, coverage
    from ci_cli.analysis.periods import window
    from ci_cli.store import talks

    accounts = [Account(number, "", None, None, None) for number in books.buyers(asked.day)]
    touches = talks.last_touches(books.conn, asked.day.isoformat())
    if not touches:
        return Figure(None, said=msg("No call is noted up to this day."))
    found = coverage(accounts, touches, window("3m", asked.day))
    return _counted(ratio(found.called, found.active), msg("nobody bought in twelve months"))


def _alarms_with_action(books: Books, asked: Asked) -> Figure:
    from ci_cli.cli.acting import answers

    found = answers.of_alarms(books.conn, asked.day)
    return _counted(ratio(found.in_time, found.counted), msg("no alarm was due for one"))


def _reds_with_action(books: Books, asked: Asked) -> Figure:
    from ci_cli.cli.acting import answers

    found = answers.of_reds(books.conn, asked.day)
    return _counted(
        ratio(found.in_time, found.counted), msg("no saved health run has a red that was due")
    )


def _referenceable(books: Books, asked: Asked) -> Figure:
    from ci_cli.cli.programme.goal_references import referenceable

    ready = referenceable(books, asked.day)
    if ready is None:
        return Figure(None, said=msg("Nobody was nominated as a reference up to this day."))
    active = books.buyers(books.last_order(asked.day) or asked.day)
    return _counted(ratio(len(active & ready), len(active)), msg("nobody bought in twelve months"))


def _nps(books: Books, asked: Asked) -> Figure:
    return _measured(books, asked, "nps", 100)


def _csat(books: Books, asked: Asked) -> Figure:
    return _measured(books, asked, "csat", 1)


def _measured(books: Books, asked: Asked, measure: str, scale: int) -> Figure:
    from ci_cli.analysis.survey_scores import MIN_ANSWERS
    from ci_cli.cli.talks.survey_scoring import latest_score
    from ci_cli.report import Percent

    found = latest_score(books.conn, measure, asked.day.isoformat())
    if found is None:
        return Figure(None, said=msg("No survey up to this day asks for it."))
    survey, score = found
    said = msg(
        "Survey {name} of {day}: answers {n} of {invited} asked ({rate}).",
        name=survey.name, day=survey.day, n=score.n, invited=score.invited,
        rate=Percent(score.rate or 0.0),
    )  # fmt: skip
    if score.raw is None:
        few = msg("{survey} Fewer than {n} answers are no figure.", survey=said, n=MIN_ANSWERS)
        return Figure(None, said=few)
    return Figure(Fraction(round(score.raw * score.n), score.n) * scale, said=said)


def _response_rate(books: Books, asked: Asked) -> Figure:
    from ci_cli.cli.talks.survey_scoring import latest_response

    found = latest_response(books.conn, asked.day.isoformat())
    if found is None:
        return Figure(None, said=msg("No survey was sent up to this day."))
    survey, answered = found
    said = msg(
        "Survey {name} of {day}: {n} of {invited} asked.",
        name=survey.name, day=survey.day, n=answered, invited=survey.invited,
    )  # fmt: skip
    return ratio(answered, survey.invited, said)


def _counted(found: Figure, nothing: Msg) -> Figure:
    """Return a share with its counts in words, or why there is none."""
    if found.value is None:
        return Figure(None, found.part, found.whole, msg("No figure: {why}.", why=nothing))
    said = msg("{part} of {whole}.", part=found.part, whole=found.whole)
    return Figure(found.value, found.part, found.whole, said)


METRICS: dict[str, Metric] = {
    "revenue": Metric(
        "revenue", "money", "up", "books",
        msg("revenue: sales less returns of twelve months, orders without a customer included."),
        _revenue, in_money=True,
    ),
    "revenue_retention": Metric(
        "revenue", "percent", "up", "books",
        msg("revenue_retention: revenue of twelve months from those who bought in the twelve"
            " months before, over what these brought then."),
        _revenue_retention, in_money=True,
    ),
    "top10_revenue_share": Metric(
        "revenue", "percent", "down", "books",
        msg("top10_revenue_share: revenue of the top 10 % of customers (rounded up) over the"
            " revenue of all who bought in twelve months; below zero counts as zero."),
        _top_share, in_money=True, by_parent=True,
    ),
    "retention": Metric(
        "churn", "percent", "up", "books",
        msg("retention: of those who bought in the twelve months before the last twelve, who"
            " bought again in the last twelve."),
        _retention,
    ),
    "churn": Metric(
        "churn", "percent", "down", "books",
        msg("churn: of those who bought in the twelve months before the last twelve, who did not"
            " buy again in the last twelve."),
        _churn,
    ),
    "dormant_share": Metric(
        "churn", "percent", "down", "books",
        msg("dormant_share: of all who ever bought, who is silent for three times the own usual"
            " gap or more."),
        _dormant_share,
    ),
    "new_customers": Metric(
        "revenue", "int", "up", "books",
        msg("new_customers: customers whose first purchase lies in the last twelve months."),
        _new_customers,
    ),
    "new_product_share": Metric(
        "new-product", "percent", "up", "books",
        msg("new_product_share: revenue of twelve months from products first sold in them, over"
            " all revenue."),
        _new_product_share, in_money=True,
    ),
    "nps": Metric(
        "experience", "number", "up", "today",
        msg("nps: share of 9 and 10 less share of 0 to 6 in the latest survey that asks it, from"
            " -100 to 100."),
        _nps,
    ),
    "csat": Metric(
        "experience", "percent", "up", "today",
        msg("csat: share of 4 and 5 of 5 in the latest survey that asks it."),
        _csat,
    ),
    "response_rate": Metric(
        "experience", "percent", "up", "today",
        msg("response_rate: who answered the latest survey, of all who were asked."),
        _response_rate,
    ),
    "call_coverage": Metric(
        "experience", "percent", "up", "today",
        msg("call_coverage: of those who bought in twelve months, who was called, visited or met"
            " in the last three."),
        _call_coverage,
    ),
    "alarms_with_action": Metric(
        "programme", "percent", "up", "today",
        msg("alarms_with_action: alarms with an action within seven days, of those that had their"
            " week; dismissed ones left out."),
        _alarms_with_action,
    ),
    "reds_with_action": Metric(
        "programme", "percent", "up", "today",
        msg("reds_with_action: customers found in the red by a saved health run, each time anew,"
            " with an action open on that day or added within seven days; of those that had their"
            " week."),
        _reds_with_action,
    ),
    "referenceable_pct": Metric(
        "programme", "percent", "up", "today",
        msg("referenceable_pct: of those who bought in the twelve months up to the last order, who"
            " is ready to be a reference, as in `ci-cli ref list --ready`."),
        _referenceable,
    ),
}  # fmt: skip
