"""Splink as the oracle: our shares, carried into its settings, give the same weights."""

from __future__ import annotations

import logging
import warnings

import numpy as np
import pytest
from dedupe_help import scan

from ci_cli.dedupe.engine import find_duplicates
from ci_cli.dedupe.learn import SAME, STRANGERS, log_likelihoods
from ci_cli.dedupe.score import BITS
from ci_cli.dedupe.settings import Settings
from ci_cli.dedupe.table import Records

import dedupe_lists  # isort: skip  (found by dedupe_help)

splink = pytest.importorskip("splink", reason="splink is not installed: see requirements-dev.txt")


def level(name: str, sql: str, m: float, u: float) -> dict[str, object]:
    return {"sql_condition": sql, "label_for_charts": name, "m_probability": m, "u_probability": u,
            "fix_m_probability": True, "fix_u_probability": True}  # fmt: skip


def test_the_learnt_model_scores_alike_in_splink() -> None:
    import pandas as pd

    assert scan is not None
    columns, _ = dedupe_lists.only(dedupe_lists.people(900, 3), "last_name", "street", "phone")
    plain = {
        head: [None if v is None else "".join(c if c.isalnum() else " " for c in v.lower())
               for v in values]
        for head, values in columns.items()
    }  # fmt: skip
    types = {"last_name": "place", "street": "text", "phone": "category"}
    settings = Settings(types=types, gate=frozenset({"place", "other"}))
    result = find_duplicates(Records.from_columns(plain, settings=settings), settings=settings)
    model, records = result.model, result.records
    logs = log_likelihoods(model, result.patterns.levels)
    ours = (logs[SAME] - logs[STRANGERS])[result.pairs.pattern] * BITS

    cuts = {"place": [0.88], "text": [0.88], "category": []}
    comparisons = []
    for at, field in enumerate(records.fields):
        name, m, u = field.name, model.m[at], model.u[at]
        left, right = f'"{name}_l"', f'"{name}_r"'
        levels = [{"sql_condition": f"{left} IS NULL OR {right} IS NULL",
                   "label_for_charts": "missing", "is_null_level": True}]  # fmt: skip
        levels.append(level("exact", f"{left} = {right}", m[0], u[0]))
        for k, cut in enumerate(cuts[field.type], start=1):
            sql = f"jaro_winkler_similarity({left}, {right}) >= {cut}"
            levels.append(level(f"jw {cut}", sql, m[k], u[k]))
        levels.append(level("else", "ELSE", m[-1], u[-1]))
        comparisons.append({"output_column_name": name, "comparison_levels": levels})
    frame = pd.DataFrame({"unique_id": range(len(records))})
    for field in records.fields:
        column = field.columns[0]
        values = [column.values[c] if c >= 0 else None for c in column.codes]
        frame[field.name] = pd.Series(values, dtype="object")
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        api = splink.DuckDBAPI()
        linker = splink.Linker(
            api.register(frame),
            {
                "link_type": "dedupe_only",
                "comparisons": comparisons,
                "blocking_rules_to_generate_predictions": [
                    {"blocking_rule": "1=1", "sql_dialect": "duckdb"}
                ],
                "probability_two_random_records_match": float(
                    model.kinds[0] / (model.kinds[0] + 1 - sum(model.kinds))
                ),
            },
            log_level=logging.CRITICAL,
        )
        theirs = linker.inference.predict().as_pandas_dataframe()
    logging.disable(logging.NOTSET)
    weight = {
        (min(a, b), max(a, b)): w
        for a, b, w in zip(theirs.unique_id_l, theirs.unique_id_r, theirs.match_weight, strict=True)
    }
    pairs = zip(result.pairs.left.tolist(), result.pairs.right.tolist(), strict=True)
    apart = np.array(
        [abs(weight[min(a, b), max(a, b)] - our) for (a, b), our in zip(pairs, ours, strict=True)]
    )
    assert len(apart) > 300_000
    assert float(np.mean(apart < 1e-3)) > 0.9999
