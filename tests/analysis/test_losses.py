"""Competitors by the revenue exposed to them, and reasons of loss that leave no account out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.losses import by_reason, lost_accounts, mentions, rivals
from ci_cli.shapes.talks import OpportunityInfo
from ci_cli.shapes.voice import Insight


def fact(customer: int | None, value: str | None, day: str, stand: str | None = None) -> Insight:
    return Insight(
        0, customer, "x", day, "competitor", value, "why", stand, None, None, None, None, None,
        None, "li", "typed",
    )  # fmt: skip


def deal(
    customer: int | None, competitor: str | None, outcome: str, closed: str | None
) -> OpportunityInfo:
    return OpportunityInfo(
        1, customer, "x", "deal", None, outcome, "cheaper", competitor, None, None, None,
        "2026-01-01", None, closed, None,
    )  # fmt: skip


def test_the_last_mention_decides_whether_an_account_is_exposed() -> None:
    facts = [fact(1, "Acme", "2026-03-01", "at_risk"), fact(2, "ACME ", "2026-02-01", "won"),
             fact(3, "Other", "2026-02-01", "lost"), fact(None, "acme", "2026-01-01",
             "lost")]  # fmt: skip
    deals = [deal(2, "Acme", "lost", "2026-01-15"), deal(4, "acme", "open", None),
             deal(4, None, "lost", "2026-05-05")]  # fmt: skip
    found = mentions(facts, deals)
    assert [one.day for one in found] == sorted((one.day or "" for one in found), reverse=True)
    acme, other = rivals(found, {1: 100, 2: 50, 3: 7, 4: 5})
    assert (acme.mentions, acme.accounts, acme.exposed, acme.revenue) == (5, {1, 2, 4}, {1, 4}, 105)
    assert acme.stands == {"won": 1, "lost": 2, "at_risk": 2}
    assert (other.name, other.revenue) == ("Other", 7)


def test_unknown_never_hides_a_reason_and_a_status_counts_as_lost() -> None:
    told = [fact(1, "unknown", "2026-03-01"), fact(1, "price", "2026-02-01"),
            fact(2, "service", "2026-02-01"), fact(2, "price", "2026-01-01")]  # fmt: skip
    statuses = {1: ("a", "lost"), 3: ("b", " Churned"), 4: ("c", "流失"), 5: ("d", "active")}
    assert lost_accounts(told, statuses) == {
        1: "price", 2: "service", 3: "unknown", 4: "unknown",
    }  # fmt: skip


@given(st.dictionaries(st.integers(1, 20), st.sampled_from(["price", "service", "unknown"])))
def test_every_lost_account_stands_under_one_reason(reasons: dict[int, str]) -> None:
    found = by_reason(reasons, {1: 10, 2: -3})
    assert sorted(number for one in found for number in one.accounts) == sorted(reasons)
    assert found[-1].reason == "unknown"
    assert sum(one.revenue for one in found) == sum({1: 10, 2: -3}.get(n, 0) for n in reasons)
