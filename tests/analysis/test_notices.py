"""What is news: once for each state, again only where a reminder is due."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.notices import Notice, Told, at_least, known_now, news


def notice(kind: str, key: str, state: str, level: str = "critical") -> Notice:
    return Notice(kind, key, state, level, None, None, None, "2026-01-01", "text")


def test_once_for_each_state() -> None:
    cold = notice("attitude", "C1", "cold")
    assert news([cold], {}, remind_from="2026-02-01") == [cold]
    told = {"attitude:C1": Told("cold", "2025-01-01")}
    assert news([cold], told, remind_from="2026-02-01") == []
    hostile = cold._replace(state="hostile")
    assert news([hostile], told, remind_from="2026-02-01") == [hostile]


def test_only_actions_come_back() -> None:
    action, complaint = notice("action", "A1", "overdue"), notice("complaint", "1", "open")
    told = {one.subject: Told(one.state, "2026-01-31") for one in (action, complaint)}
    assert news([action, complaint], told, remind_from="2026-01-31") == []
    assert news([action, complaint], told, remind_from="2026-02-01") == [action]


def test_levels_include_those_above() -> None:
    mild, bad = notice("renewal", "1", "no-call", "warning"), notice("alarm", "1", "no-action")
    assert at_least("critical", [mild, bad]) == [bad]
    assert at_least("warning", [mild, bad]) == [bad, mild]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["open", "cold"])), max_size=4),
       st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["open", "cold"])))  # fmt: skip
def test_whoever_was_told_knows_all_that_stands_and_nothing_else(
    standing: list[tuple[str, str]], before: dict[str, str]
) -> None:
    notices = [notice("complaint", key, state) for key, state in dict(standing).items()]
    told = {f"complaint:{key}": Told(state, "2026-01-01") for key, state in before.items()}
    fresh = news(notices, told, remind_from="")
    known = known_now(notices, told, fresh, "2026-03-01")
    assert {key: one.state for key, one in known.items()} == {
        one.subject: one.state for one in notices
    }
    assert news(notices, known, remind_from="") == []
