"""Which values mean the same, in both languages; the shipped words do not contradict each other."""

from __future__ import annotations

from collections import Counter
from importlib import resources
from pathlib import Path

import pytest
import yaml

from ci_cli.analysis.references import synonyms
from ci_cli.errors import CiError

SHIPPED = synonyms.load()


@pytest.mark.parametrize(
    ("kind", "wanted", "value", "fits"),
    [
        ("industry", "汽车", "Automotive", True),
        ("industry", "automotive", "汽车制造", True),
        ("industry", "Auto", "Auto parts, wholesale", True),
        ("industry", "汽车", "新能源汽车零部件", True),
        ("industry", "car", "Healthcare", False),  # no word inside a word
        ("industry", "medical", "Healthcare", True),
        ("industry", "medical", None, False),
        ("industry", "services", "Financial services", False),  # has a meaning of its own
        ("industry", "金融", "Financial services", True),
        ("industry", "Falconry", "falconry", True),  # a word that no list has
        ("industry", "Ｒｅｔａｉｌ", "零售", True),
        ("region", "Europe", "Deutschland", True),
        ("region", "Germany", "Europe", False),
        ("region", "China", "江苏省", True),  # China holds 华东, which holds 江苏
        ("region", "华东", "苏州", True),
        ("region", "China", "South China Sea", False),
        ("region", "Mexico", "New Mexico", False),
        ("region", "UK", "United Kingdom", True),
        ("use_case", "returns", "退换货", True),
        ("use_case", "退货", "Return handling", True),
    ],
)
def test_values_that_mean_the_same(kind: str, wanted: str, value: str | None, fits: bool) -> None:
    assert SHIPPED.fits(kind, wanted, value) is fits


@pytest.mark.parametrize(
    ("wanted", "value", "fits"),
    [
        ("200", "180", True),
        ("200", "249", True),
        ("200", "250", False),
        ("200", "50-249", True),
        ("200", "50–249人", True),
        ("200", "200人以上", True),
        ("200", "1,000", False),
        ("200", "中型", True),
        ("medium", "120", True),
        ("200", "less than 50", False),
        ("200", "<100", True),
        ("1000+", "5000", True),
        ("100-300", "260", True),
        ("200", None, False),
        ("200", "many", False),
    ],
)
def test_sizes_of_one_band(wanted: str, value: str | None, fits: bool) -> None:
    assert SHIPPED.same_size(wanted, value) is fits


def test_no_shipped_word_is_in_two_groups() -> None:
    text = (resources.files("ci_cli") / "data" / "value_synonyms.yaml").read_text("utf-8")
    content = yaml.load(text, yaml.BaseLoader)
    for kind in synonyms.KINDS:
        words = Counter(
            word
            for group in content[kind]
            for word in {synonyms.plain_word(one) for one in
                         (group["words"] if isinstance(group, dict) else group)}
        )  # fmt: skip
        assert [word for word, times in words.items() if times > 1] == []
        includes = {
            synonyms.plain_word(one) for group in content[kind] if isinstance(group, dict)
            for one in group.get("includes", [])
        }  # fmt: skip
        assert includes <= set(words)


def test_a_file_of_ones_own_joins_or_replaces(tmp_path: Path) -> None:
    own = tmp_path / "ci.synonyms.yaml"
    assert synonyms.own_file(tmp_path / "ci.db") == own
    own.write_text("industry:\n  - [Falconry, 猎鹰, 汽车]\nsize:\n  - {from: 1, words: [any]}\n",
                   "utf-8")  # fmt: skip
    joined = synonyms.load(own)
    assert joined.fits("industry", "falconry", "Automotive")
    assert joined.same_size("5", "5000")
    own.write_text("replace: true\nindustry:\n  - [Falconry, 猎鹰]\n", "utf-8")
    alone = synonyms.load(own)
    assert alone.fits("industry", "猎鹰", "falconry")
    assert not alone.fits("industry", "汽车", "Automotive")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("industry:\n  - [a\nregion: x\n", 3),
        ("industry: words\n", None),
        ("weather:\n  - [sun]\n", None),
        ("industry:\n  - {words: [a], inside: [b]}\n", None),
        ("size:\n  - {from: few, words: [small]}\n", None),
        ("- industry\n", None),
        ("columns:\n  size: employees\n", None),
        ("industry:\n  - ['', '-']\n", None),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, line: int | None) -> None:
    own = tmp_path / "ci.synonyms.yaml"
    own.write_text(text, "utf-8")
    with pytest.raises(CiError) as caught:
        synonyms.load(own)
    assert caught.value.code == "synonyms-invalid"
    assert caught.value.where is not None
    assert caught.value.where.file == str(own)
    if line is not None:
        assert caught.value.where.line == line
