from __future__ import annotations

import tomllib
from typing import Any

import pytest
import yaml

from ci_cli.dedupe.rules import from_mapping, to_mapping
from ci_cli.dedupe.settings import Settings


def test_settings_survive_a_file() -> None:
    settings = Settings(types={"Name": "organisation"}, review_at=0.6, kappa=3.0)
    assert from_mapping(yaml.safe_load(yaml.safe_dump(to_mapping(settings)))) == settings


def test_a_few_lines_are_enough() -> None:
    settings = from_mapping(tomllib.loads('review_at = 0.7\nblocking = ["email", "surname:4"]'))
    assert settings.review_at == 0.7
    assert settings.blocking == ("email", "surname:4")
    assert settings.priors == Settings().priors


@pytest.mark.parametrize(
    ("plain", "named"),
    [
        ({"revew_at": 0.7}, "revew_at"),
        ({"review_at": 7}, "review_at"),
        ({"review_at": "much"}, "review_at"),
        ({"random_pairs": -1}, "random_pairs"),
        ({"gate": []}, "gate"),
        ({"gate": ["hair"]}, "hair"),
        ({"blocking": ["hair + email"]}, "hair"),
        ({"blocking": ["email:first"]}, "email:first"),
        ({"types": {"Name": "hair"}}, "hair"),
        ({"comparisons": {"hair": {}}}, "hair"),
        ({"comparisons": {"place": {"n": [1]}}}, "place"),
        ({"comparisons": {"place": {"m": [0.5]}}}, "place"),
        ({"comparisons": {"place": {"m": [0.5, 0.6]}}}, "place"),
        ({"comparisons": {"place": {"levels": ["exact", "else"]}}}, "place"),
    ],
)
def test_a_mistake_is_named(plain: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        from_mapping(plain)
