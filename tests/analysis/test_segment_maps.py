from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
import yaml

from ci_cli.analysis.rfm import Means, Scores, Values
from ci_cli.analysis.segment_maps import SHIPPED, load_map, parse_map
from ci_cli.analysis.segments import expand, universe
from ci_cli.errors import CiError, ExitCode

DATA = Path(__file__).parents[2] / "src" / "ci_cli" / "data" / "segments"
NO_VALUES = Values(0, 0, 0)
NO_MEANS = Means(1, 0, 0, 0)


def test_the_eleven_names_cover_every_code_once():
    raw = yaml.safe_load((DATA / "eleven.yaml").read_text(encoding="utf-8"))
    codes = [code for segment in raw["segments"] for code in segment["codes"]]
    assert sorted(codes) == sorted("".join(places) for places in product("12345", repeat=3))
    assert [segment["key"] for segment in raw["segments"]] == [
        "Champions",
        "Loyal",
        "Potential Loyalist",
        "New",
        "Promising",
        "Need Attention",
        "About To Sleep",
        "At Risk",
        "Cannot Lose",
        "Hibernating",
        "Lost",
    ]


@pytest.mark.parametrize(
    ("code", "segment"),
    [
        ("555", "Champions"),
        ("445", "Champions"),
        ("543", "Loyal"),
        ("553", "Potential Loyalist"),
        ("323", "Potential Loyalist"),
        ("511", "New"),
        ("313", "Promising"),
        ("535", "Need Attention"),
        ("251", "About To Sleep"),
        ("255", "At Risk"),
        ("155", "Cannot Lose"),
        ("113", "Cannot Lose"),
        ("332", "Hibernating"),
        ("111", "Lost"),
        ("151", "Lost"),
    ],
)
def test_eleven_names_as_published(code, segment):
    scores = Scores(*map(int, code))
    assert load_map("11").segment(scores, NO_VALUES, NO_MEANS).key == segment


@pytest.mark.parametrize(
    ("r", "f", "m", "segment"),
    [
        (1, 1, 1, "重要价值客户"),
        (1, 0, 1, "重要发展客户"),
        (0, 1, 1, "重要保持客户"),
        (0, 0, 1, "重要挽留客户"),
        (1, 1, 0, "一般价值客户"),
        (1, 0, 0, "一般发展客户"),
        (0, 1, 0, "一般保持客户"),
        (0, 0, 0, "一般挽留客户"),
    ],
)
def test_eight_cells_as_usual_in_china(r, f, m, segment):
    means = Means(2, 20, 20, 20)  # each mean is 10
    values = Values(10 if r else 11, 10 if f else 9, 10 if m else 9)
    eight = load_map("eight-zh")
    assert eight.segment(Scores(1, 1, 1), values, means).key == segment
    assert eight.applies_to(3)
    assert not load_map("eleven").applies_to(3)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_segment_has_one_play_in_each_language(name):
    for segment in load_map(name).segments:
        assert segment.play("en").strip()
        assert segment.play("zh").strip()
        assert segment.play("en") != segment.play("zh")
        assert any("一" <= letter <= "鿿" for letter in segment.play("zh"))
        assert segment.name("zh")


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("555", 1), ("5xx", 25), ("xxx", 125), ("[45]5[1-5]", 0), ("[45]x[12]", 20), ("556", 0)],
)
def test_patterns(pattern, count):
    assert len(expand(pattern, universe("scores", 5))) == count


@pytest.mark.parametrize("pattern", ["", "55", "5555", "a55", "5 5", "[45", "HHH", "55x5"])
def test_what_is_no_pattern_means_nothing(pattern):
    assert expand(pattern, universe("scores", 5)) == set()


def test_an_own_map_from_a_file(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "bins: 3\n"
        "segments:\n"
        "  - {key: top, codes: [333], play: Call them.}\n"
        "  - {key: rest, codes: ['[12]xx', '3[12]x', '33[12]'], name: {zh: 其余}}\n",
        encoding="utf-8",
    )
    mine = load_map(str(path))
    assert (mine.key, mine.bins, mine.uses) == ("mine", 3, "scores")
    assert mine.segment(Scores(3, 3, 3), NO_VALUES, NO_MEANS).play("zh") == "Call them."
    rest = mine.segment(Scores(1, 3, 3), NO_VALUES, NO_MEANS)
    assert (rest.key, rest.name("zh"), rest.name("en"), rest.play("en")) == (
        "rest", "其余", "rest", "",
    )  # fmt: skip


def test_gaps_and_overlaps_are_listed():
    with pytest.raises(CiError) as error:
        parse_map(
            "uses: means\nsegments:\n"
            "  - {key: a, codes: [HHH, HHL]}\n"
            "  - {key: b, codes: [HHL, LHx]}\n",
            "mine",
        )
    assert (error.value.code, error.value.exit_code) == ("segment-map-coverage", ExitCode.DECIDE)
    assert [str(detail) for detail in error.value.details] == [
        "In no segment: HLH, HLL, LLH, LLL",
        "HHL is in: a, b",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just words",
        "segments: []",
        "segments: abc",
        "segments: [1]",
        "segments: [{codes: ['xxx']}]",
        "segments: [{key: a}]",
        "segments: [{key: a, codes: xxx}]",
        "segments: [{key: a, codes: ['666']}]",
        "segments: [{key: a, codes: [[1]]}]",
        "segments: [{key: a, codes: [xxx], play: [1]}]",
        "segments: [{key: a, codes: [1xx]}, {key: a, codes: ['[2345]xx']}]",
        "uses: hopes\nsegments: [{key: a, codes: [xxx]}]",
        "bins: 10\nsegments: [{key: a, codes: [xxx]}]",
        "bins: true\nsegments: [{key: a, codes: [xxx]}]",
        "segments: [{key: a",
        "a: !!python/object:os.system {}",
        "a: 2024-99-99",
    ],
)
def test_maps_that_cannot_be_used(text):
    with pytest.raises(CiError) as error:
        parse_map(text, "mine")
    assert (error.value.code, error.value.exit_code) == ("segment-map-invalid", ExitCode.DECIDE)


def test_a_syntax_error_names_its_line(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("uses: scores\nsegments: [\n  {key: a\n", encoding="utf-8")
    with pytest.raises(CiError) as error:
        load_map(str(path))
    assert error.value.where.file == str(path)
    assert error.value.where.line is not None


def test_a_map_that_is_not_there(tmp_path):
    for choice in ("twelve", str(tmp_path), "nul\0byte"):
        with pytest.raises(CiError) as error:
            load_map(choice)
        assert error.value.exit_code == ExitCode.DECIDE
    path = tmp_path / "latin.yaml"
    path.write_bytes("título: ä".encode("latin-1"))
    with pytest.raises(CiError) as error:
        load_map(str(path))
    assert error.value.code == "segment-map-invalid"
