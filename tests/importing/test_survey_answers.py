"""A survey out and its answers in: nothing is lost, the same answers again change nothing."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ci_cli.analysis.survey_templates import SHIPPED, from_json, load_template, parse_template
from ci_cli.errors import CiError
from ci_cli.importing.survey_answers import Asked, Taken, import_answers
from ci_cli.reports.talks import survey_form
from ci_cli.store import engine, seals, voices
from ci_cli.store.writes import undo
from ci_cli.store.writes import voices as writes
from importer import AT, bring_in, new_store
from store_dump import logical_dump

DAY, TODAY = "2026-01-01", "2026-02-01"
HEADER = ["survey", "version", "respondent", "day", "satisfied", "product", "improve", "renew"]
GOOD = ["Q3", "1", "C1", "2026-01-05", "4", "<b>好</b>", "=1+1", "Yes"]


def make(folder: Path) -> Path:
    store = new_store(folder / "ci.db")
    (folder / "customers.csv").write_text("Customer ID,Customer Name\nK1,甲\nK2,Blue\nK3,Red\n")
    bring_in(store, folder / "customers.csv", kind="customers")
    template = load_template("core-en")
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        survey = writes.NewSurvey("Q3", "core-en", 1, template.as_json(), DAY, None)
        writes.make_survey(conn, survey, [1, 2], by="me", at=AT)
    return store


def take(store: Path, *rows: list[str], header: list[str] | None = None) -> Taken:
    path = store.parent / "answers.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([header or HEADER, *rows])
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        (survey,) = voices.surveys(conn, "Q3")
        asked = Asked("Q3", DAY, from_json(survey.wording), voices.invited(conn, "Q3"))
        taken = import_answers(conn, asked, [path], today=TODAY, by="me", at=AT)
        assert taken.counts.balanced
    with closing(engine.connect(store)) as conn:
        assert not seals.broken(conn)
    return taken


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return make(tmp_path)


def test_round_trip_keeps_ids_version_and_respondent(store: Path) -> None:
    taken = take(store, GOOD, ["", "", "Blue", "", "", "ok", "", ""])
    assert (taken.counts.created, taken.rejects) == (2, [])
    with closing(engine.connect(store)) as conn:
        told = {(one.respondent, one.question): one for one in voices.listing(conn, survey="Q3")}
        (survey,) = voices.surveys(conn)
    assert set(told) == {("C1", name) for name in HEADER[4:]} | {("C2", "product")}
    assert {one.version for one in told.values()} == {1}
    assert told["C1", "satisfied"].rating == 4_000_000
    assert told["C1", "renew"].answer == "yes"
    assert told["C1", "improve"].text == "=1+1"
    assert (survey.invited, survey.answered) == (2, 2)


def test_again_adds_nothing_and_a_correction_is_undone(store: Path) -> None:
    take(store, GOOD)
    before = logical_dump(store)
    assert take(store, GOOD).counts.unchanged == 1
    assert logical_dump(store) == before
    better = [*GOOD[:4], "5", *GOOD[5:]]
    taken = take(store, better)
    assert taken.counts.updated == 1
    assert logical_dump(store) != before
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        undo.undo(conn, taken.batch, AT)
    assert logical_dump(store) == before


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, "Q4"), (1, "2"), (2, "C3"), (2, "nobody"), (2, ""), (3, "2025-12-31"),
        (3, "2026-02-02"), (3, "soon"), (4, "6"), (4, "0"), (4, "4.5"), (4, "-1"), (4, "٤"),
        (4, "9" * 5000), (7, "perhaps"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_is_rejected_whole(store: Path, place: int, value: str) -> None:
    before = logical_dump(store)["feedback"]
    row = [*GOOD[:place], value, *GOOD[place + 1 :]]
    taken = take(store, row)
    assert (taken.counts.read, taken.counts.rejected) == (1, 1)
    assert len(taken.rejects) == 1
    assert logical_dump(store)["feedback"] == before


def test_a_row_left_blank_is_silence_and_no_error(store: Path) -> None:
    before = logical_dump(store)
    blank = ["Q3", "1", "C2", "", "", " ", "", ""]
    taken = take(store, GOOD, blank, ["", "", "Blue", "soon", "", "", "", ""])
    assert (taken.counts.as_tuple(), taken.rejects) == ((3, 1, 0, 2, 0, 0), [])
    assert taken.silent == 1  # one customer, named twice
    with closing(engine.connect(store)) as conn:
        (survey,) = voices.surveys(conn)
    assert (survey.invited, survey.answered) == (2, 1)
    # a blank row takes no answer back, and who has answered is not silent
    taken = take(store, ["Q3", "1", "C1", "", "", "", "", ""], blank)
    assert (taken.counts.unchanged, taken.silent) == (2, 1)
    with closing(engine.connect(store)) as conn:
        assert voices.surveys(conn)[0].answered == 1
    # nobody was asked by a blank row
    taken = take(store, ["Q3", "1", "C3", "", "", "", "", ""])
    assert (taken.counts.rejected, taken.silent) == (1, 0)
    assert before["invitation"] == logical_dump(store)["invitation"]


def test_two_rows_of_one_respondent_that_disagree_are_a_conflict(store: Path) -> None:
    taken = take(store, GOOD, [*GOOD[:4], "1", *GOOD[5:]], GOOD)
    assert taken.counts.as_tuple() == (3, 1, 0, 1, 1, 0)
    with closing(engine.connect(store)) as conn:
        (rating,) = [one.rating for one in voices.listing(conn, survey="Q3")
                     if one.question == "satisfied"]  # fmt: skip
    assert rating == 4_000_000


def test_headings_with_their_questions_and_wrong_ones(store: Path) -> None:
    header = ["respondent", "satisfied: Are you satisfied with us? (1-5)", "您的 别的"]
    assert take(store, ["C2", "3", "x"], header=header).counts.created == 1
    for wrong in (["respondent", "else"], ["satisfied"], ["respondent", "satisfied", "satisfied"]):
        with pytest.raises(CiError) as caught:
            take(store, ["C2", "3", "3"][: len(wrong)], header=wrong)
        assert caught.value.code == "survey-headings"


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=8)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["C1", "C2", "C3", ""]), st.sampled_from(["1", "5", "", "x"]),
            st.text(st.characters(exclude_characters="\0"), max_size=20),
            st.sampled_from(["yes", "No", "", "?"]),
        ),
        max_size=6,
    )
)  # fmt: skip
def test_import_twice_is_import_once(rows: list[tuple[str, str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = make(Path(folder))
        table = [
            ["Q3", "1", who, DAY, rating, "".join(text.split()).encode("utf-8", "ignore").decode(),
             "", renew]
            for who, rating, text, renew in rows
        ]  # fmt: skip
        first = take(store, *table)
        after = logical_dump(store)
        again = take(store, *table)
        assert logical_dump(store) == after
        assert again.counts.created == again.counts.updated == 0
        assert (again.counts.conflict, again.counts.rejected) == (
            first.counts.conflict, first.counts.rejected,
        )  # fmt: skip


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_templates_carry_the_four_questions(name: str) -> None:
    template = load_template(name)
    assert [question.id for question in template.questions][:4] == HEADER[4:]
    assert from_json(template.as_json()) == template


def test_the_form_is_escaped_and_loads_nothing() -> None:
    evil = '</textarea><script>alert("x")</script>&amp;\'"'
    template = parse_template(
        f"name: x\nversion: 3\nlanguage: en\ntitle: {evil!r}\nintro: a\nrespondent: b\nsave: c\n"
        f"thanks: d\nquestions:\n- {{id: q, text: {evil!r}, type: text}}\n"
        f"- {{id: s, text: t, type: scale, low: 1, high: 5, labels: [{evil!r}, b]}}\n"
        f"- {{id: o, text: t, type: choice, options: {{a: {evil!r}, b: c}}}}\n".replace("\\'", "''")
    )
    text = survey_form.build(template, evil, 3)
    page = _Page()
    page.feed(text)
    tags = [tag for tag, _attrs in page.tags]
    assert tags.count("script") == 1
    assert not {"img", "link", "iframe", "object", "embed", "base"} & set(tags)
    (form,) = [attrs for tag, attrs in page.tags if tag == "form"]
    assert form["data-survey"] == evil
    assert form["data-questions"] == "q s o"
    assert not [attrs for _tag, attrs in page.tags if attrs.keys() & {"src", "href", "action"}]
    assert "http://" not in text
    assert "https://" not in text
    names = {attrs["name"] for tag, attrs in page.tags if tag in ("input", "textarea")}
    assert names == {"respondent", "q_q", "q_s", "q_o"}


@pytest.mark.parametrize(
    "text",
    [
        "", "- a", "name: x", "version: 0\nquestions: []", "a: [", "version: 1\nquestions: [1]",
        "version: 1\nquestions: [{id: Q, text: a, type: text}]",
        "version: 1\nquestions: [{id: day, text: a, type: text}]",
        "version: 1\nquestions: [{id: a, text: a, type: else}]",
        "version: 1\nquestions: [{id: a, text: a, type: text, measure: csat}]",
        "version: 1\nquestions: [{id: a, text: a, type: scale, low: 5, high: 1}]",
        "version: 1\nquestions: [{id: a, text: a, type: scale, low: 1, high: 7, measure: nps}]",
        "version: 1\nquestions: [{id: a, text: a, type: choice, options: {yes: a, no: b}}]",
        "version: 1\nquestions: [{id: a, text: a, type: choice, options: {x: a, z: b},"
        " measure: renewal}]",
        "version: 1\nquestions: [{id: a, text: a, type: text}, {id: a, text: b, type: text}]",
    ],
)  # fmt: skip
def test_a_faulty_template_is_refused(text: str) -> None:
    with pytest.raises(CiError) as caught:
        parse_template(text)
    assert caught.value.code == "survey-template-invalid"


def test_no_other_survey_inherits_answers(store: Path) -> None:
    take(store, GOOD)
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        undo.undo(conn, 2, AT)
    done = subprocess.run(
        [sys.executable, "-m", "ci_cli", "feedback", "survey", "create", "Q3", "--customer", "C1",
         "--db", str(store)],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "survey-exists" in done.stderr
