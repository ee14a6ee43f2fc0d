"""Scores of surveys against cases computed by hand, and bounds against every possible answer."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.survey_scores import (
    MIN_ANSWERS,
    contribution,
    revenue_bands,
    score,
    tenure_band,
    who_answered,
)


@pytest.mark.parametrize(
    ("measure", "answer", "counts", "expected"),
    [
        ("csat", 5, None, 1), ("csat", 4, None, 1), ("csat", 3, None, 0), ("csat", 1, None, 0),
        ("value", 4, None, 1), ("value", 3, None, 0),
        ("nps", 10, None, 1), ("nps", 9, None, 1), ("nps", 8, None, 0), ("nps", 7, None, 0),
        ("nps", 6, None, -1), ("nps", 0, None, -1),
        ("renewal", "yes", "yes", 1), ("renewal", "no", "yes", 0),
        ("renewal", "undecided", "yes", 0),
    ],
)  # fmt: skip
def test_what_one_answer_adds(
    measure: str, answer: int | str, counts: str | None, expected: int
) -> None:
    assert contribution(measure, answer, counts) == expected


def test_nps_by_hand() -> None:
    # 10 answers of 20 asked: 5 promoters, 2 passives, 3 detractors -> 20; the 10 silent ones
    # could make it (5 - 3 - 10) / 20 = -40 or (5 - 3 + 10) / 20 = 60
    answers = {f"C{n}": value for n, value in enumerate([1] * 5 + [0] * 2 + [-1] * 3)}
    found = score("nps", "recommend", answers, {}, 20)
    assert (found.raw, found.worst, found.best, found.rate) == (0.2, -0.4, 0.6, 0.5)


def test_weighting_by_hand() -> None:
    # asked: 10 large, 30 small. Answered: 8 large of which 8 satisfied, 4 small of which 1.
    group_of = {f"L{n}": "large" for n in range(10)} | {f"S{n}": "small" for n in range(30)}
    answers = {f"L{n}": 1 for n in range(8)} | {"S0": 1, "S1": 0, "S2": 0, "S3": 0}
    found = score("csat", "satisfied", answers, {"size": group_of}, 40)
    assert found.raw == 0.75
    assert found.weighted["size"] == pytest.approx((10 * 1 + 30 * 0.25) / 40)
    assert found.covered["size"] == 1
    assert (found.worst, found.best) == (9 / 40, 37 / 40)


def test_a_silent_group_is_left_out_and_said_so() -> None:
    group_of = {f"a{n}": "a" for n in range(10)} | {f"b{n}": "b" for n in range(30)}
    answers = {f"a{n}": n % 2 for n in range(10)}
    found = score("csat", "satisfied", answers, {"size": group_of}, 40)
    assert (found.weighted["size"], found.covered["size"]) == (0.5, 0.25)


@pytest.mark.parametrize("n", range(MIN_ANSWERS))
def test_under_ten_answers_there_is_no_headline_at_all(n: int) -> None:
    answers = {f"C{i}": 1 for i in range(n)}
    found = score("csat", "satisfied", answers, {"size": {f"C{i}": "a" for i in range(50)}}, 50)
    assert (found.raw, found.worst, found.best, found.weighted["size"]) == (None,) * 4
    assert (found.n, found.rate) == (n, n / 50)


@given(
    st.sampled_from([("csat", (0, 1)), ("nps", (-1, 0, 1))]),
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.booleans()), min_size=10,
        max_size=60,
    ),
)  # fmt: skip
def test_whatever_the_silent_ones_think_lies_within_the_bounds(
    kind: tuple[str, tuple[int, ...]], asked: list[tuple[str, int, bool]]
) -> None:
    measure, values = kind
    groups: Mapping[str, str] = {f"C{n}": one[0] for n, one in enumerate(asked)}
    truth = {f"C{n}": values[one[1] % len(values)] for n, one in enumerate(asked)}
    answers = {f"C{n}": truth[f"C{n}"] for n, one in enumerate(asked) if one[2] or n < MIN_ANSWERS}
    found = score(measure, "q", answers, {"g": groups}, len(asked))
    assert found.worst is not None
    assert found.best is not None
    real = Fraction(sum(truth.values()), len(truth))
    assert found.worst - 1e-9 <= real <= found.best + 1e-9
    assert found.raw is not None
    assert found.worst - 1e-9 <= found.raw <= found.best + 1e-9
    if len(answers) == len(asked):
        assert found.weighted["g"] == pytest.approx(float(real))
    counted = who_answered({"g": groups}, set(answers))
    assert sum(one.invited for one in counted) == len(asked)
    assert sum(one.answered for one in counted) == len(answers)


def test_bands() -> None:
    assert revenue_bands({"a": 9, "b": 8, "c": 7, "d": 0, "e": -1}) == {
        "a": "high", "b": "middle", "c": "low", "d": "none", "e": "none",
    }  # fmt: skip
    assert revenue_bands({"a": 0}) == {"a": "none"}
    assert [tenure_band(days) for days in (None, 0, 364, 365, 1094, 1095)] == [
        "never_bought", "under_1y", "under_1y", "1y_to_3y", "1y_to_3y", "over_3y",
    ]  # fmt: skip
