"""The questions of a brief follow from facts, the most pressing first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ci_cli.analysis.brief_questions import Facts, category_state, questions
from ci_cli.analysis.cadence import Rhythm
from ci_cli.shapes.talks import ContractInfo, LastTouch, OpportunityInfo, Talk
from ci_cli.shapes.views import CategoryYear

DAY = date(2026, 3, 1)
MONEY = 10_000


def _talk(kind: str, text: str, *, day: str = "2026-02-01", due: str | None = None) -> Talk:
    return Talk(1, 1, "Acme", day, None, kind, None, None, None, None, text, None, "chen", None,
                due, None, (), "typed", 1, None, None, None)  # fmt: skip


def _facts(**known: Any) -> Facts:
    plain = Facts(DAY, DAY, "EUR", None, "2026-02-20", [], [], [], [], [],
                  LastTouch(1, "2026-02-01", None), 2)  # fmt: skip
    return plain._replace(**known)


def _year(now: int, before: int, last: str = "2026-02-20", name: str = "Tea") -> CategoryYear:
    return CategoryYear(name, now * MONEY, before * MONEY, "2024-01-01", last)


STEADY = Rhythm(20.0, 5, "active")
LATE = Rhythm(20.0, 90, "dormant")
CONTRACT = ContractInfo(1, 1, "Acme", "Service 2026", None, None, "2026-04-01", None, None, None,
                        None)  # fmt: skip
DEAL = OpportunityInfo(1, 1, "Acme", "New line", None, "open", None, None, None, None, None, None,
                       None, None, None)  # fmt: skip


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"open_entries": [_talk("promise", "send the spec", due="2026-02-20")]}, "send the spec"),
        ({"open_entries": [_talk("request", "blue boxes")]}, "blue boxes"),
        ({"rhythm": LATE}, "every 20 days, now 90 days"),
        ({"rhythm": STEADY, "categories": [_year(1, 9, "2025-06-01")]}, "no Tea"),
        ({"rhythm": STEADY, "categories": [_year(3, 9)]}, "Tea fell from 9.00 EUR to 3.00 EUR"),
        ({"contracts": [CONTRACT]}, "Service 2026 ends on 2026-04-01"),
        ({"deals": [DEAL]}, "decide on New line"),
        ({"deals": [DEAL._replace(outcome="lost", competitor="Bolt")]}, "chose Bolt"),
        ({"contacts": 1}, "one person"),
        ({"contacts": 0}, "nobody at your company"),
        ({"touch": None}, "Nobody has noted"),
        ({"rhythm": STEADY, "categories": [_year(9, 3)]}, "more Tea than a year ago"),
        ({"last_purchase": None}, "bought nothing"),
        ({}, "2026-02-20"),
    ],
)
def test_a_fact_gives_its_question(known: dict[str, Any], words: str) -> None:
    assert words in str(questions(_facts(**known))[0])


@pytest.mark.parametrize(
    "known",
    [
        {"open_entries": [_talk("promise", "send the spec", due="2026-03-02")]},
        {"contracts": [CONTRACT._replace(ends="2025-04-01")]},
        {"contracts": [CONTRACT._replace(ends=None)]},
        {"deals": [DEAL._replace(outcome="won")]},
        {"rhythm": STEADY, "categories": [_year(9, 9)]},
    ],
)
def test_what_is_no_matter_gives_none(known: dict[str, Any]) -> None:
    assert "last order" in str(questions(_facts(**known))[0])


def test_what_we_owe_comes_before_what_they_no_longer_buy() -> None:
    told = questions(
        _facts(
            rhythm=LATE, contacts=1, contracts=[CONTRACT],
            open_entries=[_talk("request", "boxes"), _talk("promise", "spec", due="2026-02-01")],
        )
    )  # fmt: skip
    assert [str(one).split(":")[0][:14] for one in told] == [
        "We promised \"s", 'You asked for ', "You used to or",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "state"),
    [
        (_year(9, 9), "steady"), (_year(5, 9), "down"), (_year(14, 9), "up"), (_year(9, 0), "new"),
        (_year(9, 9, "2025-12-02"), "steady"), (_year(9, 9, "2025-12-01"), "stopped"),
        (_year(0, -5), "steady"),
    ],
)  # fmt: skip
def test_state_of_a_category(one: CategoryYear, state: str) -> None:
    assert category_state(one, DAY, STEADY) == state


def test_a_slow_buyer_has_stopped_later() -> None:
    slow = Rhythm(60.0, 100, "active")
    assert category_state(_year(9, 9, "2025-10-01"), DAY, slow) == "steady"
    assert category_state(_year(9, 9, "2025-08-01"), DAY, slow) == "stopped"
