"""Why two records were taken for one customer, or not: a weight for each field that adds up.

The weight of a pair is: how rare duplicates are (``prior``), plus what each field says against
strangers, plus what people's decisions added, minus what remains possible because the pair might be
neighbours or namesakes (``related``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .learn import SAME, STRANGERS, log_likelihoods
from .levels import compare
from .result import Result
from .score import BITS, corrections, log_odds, passes_gate, rarity_gain, shared_value


@dataclass(frozen=True)
class FieldReason:
    """What one field says.

    Attributes:
        name: of the field.
        type: key of the priors.
        level: name of the level reached, or "missing".
        left: standard values of one record.
        right: standard values of the other.
        weight: bits for (positive) or against (negative) one customer.
    """

    name: str
    type: str
    level: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Explanation:
    """The parts of a pair's weight, in bits; ``total`` is their sum.

    Attributes:
        prior: log odds that any two records of the list are one customer.
        fields: what each field says, the strongest first.
        decisions: what people's decisions added beside the fields.
        related: what is taken off because neighbours and namesakes look like this, too.
        total: log odds of one customer.
        probability: 0 to 1; 0 where nothing that identifies agrees.
        identified: whether some name, contact or number agrees.
    """

    prior: float
    fields: tuple[FieldReason, ...]
    decisions: float
    related: float
    total: float
    probability: float
    identified: bool


def explain(result: Result, left: int, right: int) -> Explanation:
    """Explain a pair of records (rows of the input), whether or not it was compared in the scan."""
    records, model, settings = result.records, result.model, result.settings
    one, other = np.array([left]), np.array([right])
    levels = np.array([column[0] for column in compare(records, one, other)], np.int8)[None, :]
    logs = log_likelihoods(model, levels)
    kinds = model.log_kinds()
    reasons = []
    for place, field in enumerate(records.fields):
        level = int(levels[0, place])
        shares = model.log_shares(place)[:, level]
        said = float(shares[SAME] - shares[STRANGERS])
        said += float(np.append(model.correction[place], 0.0)[level])
        if level == 0 and place in result.common.of_value:
            value = shared_value(field, one, other)
            gain = rarity_gain(model, place, result.common.of_value[place][value])
            logs += gain
            said -= float(gain[STRANGERS, 0])
        names = settings.priors[field.type].levels
        reasons.append(
            FieldReason(
                field.name,
                field.type,
                names[level] if level >= 0 else "missing",
                _values(result, place, left),
                _values(result, place, right),
                said * BITS,
            )
        )
    added = float(corrections(model, levels)[0])
    total = (float(log_odds(logs)[0]) + added) * BITS
    against_strangers = (float(logs[SAME, 0] - logs[STRANGERS, 0]) + added) * BITS
    identified = bool(passes_gate(levels, model.types, settings)[0])
    return Explanation(
        prior=float(kinds[SAME] - kinds[STRANGERS]) * BITS,
        fields=tuple(sorted(reasons, key=lambda reason: (-abs(reason.weight), reason.name))),
        decisions=model.bias * BITS,
        related=total - against_strangers,
        total=total,
        probability=float(1 / (1 + np.exp2(-np.clip(total, -60, 60)))) if identified else 0.0,
        identified=identified,
    )


def field_weights(result: Result, places: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """Return pair × field: what each field says (bits), 0 where a value is missing.

    Args:
        result: of a scan.
        places: rows of ``result.pairs``.
    """
    model, pairs = result.model, result.pairs
    levels = result.patterns.levels[pairs.pattern[places]]
    left, right = pairs.left[places], pairs.right[places]
    said = np.zeros(levels.shape)
    for place, field in enumerate(result.records.fields):
        shares = model.log_shares(place)
        of_level = shares[SAME] - shares[STRANGERS] + np.append(model.correction[place], 0.0)
        said[:, place] = of_level[levels[:, place]]
        if place in result.common.of_value:
            equal = np.flatnonzero(levels[:, place] == 0)
            value = shared_value(field, left[equal], right[equal])
            gain = rarity_gain(model, place, result.common.of_value[place][value])
            said[equal, place] -= gain[STRANGERS]
    bits: npt.NDArray[np.float64] = said * BITS
    return bits


def _values(result: Result, place: int, row: int) -> tuple[str, ...]:
    columns = result.records.fields[place].columns
    return tuple(str(c.values[c.codes[row]]) for c in columns if c.codes[row] >= 0)
