"""Pairs -> probability that both records are the same customer, and the reasons in numbers.

The weight of a pair is the log odds (bits) of "same" against everything else. Agreeing on a rare
value counts more than on a common one: strangers share a value as often as it occurs, counting
customers and not records, since the duplicates of one customer do not make its name common.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .learn import SAME, Model, Patterns, log_likelihoods
from .name_rarity import WHOLE_NAMES, expected_shares
from .settings import Settings
from .table import Field, Records

Floats32 = npt.NDArray[np.float32]
Floats64 = npt.NDArray[np.float64]
Index = npt.NDArray[np.integer]
CHUNK = 1_000_000
# How many strangers are expected to have a value that nobody else in the list has (Good and
# Turing's question; between a third and a half for surnames).
UNSEEN = 0.4
UNSEEN_TELLING = 0.05
PARTS_KNOW = 0.5  # strangers of a name that its parts are worth against those seen
BITS = 1 / np.log(2)


@dataclass(frozen=True)
class Frequencies:
    """How common each value is among customers.

    Attributes:
        of_value: field place -> share of customers with the value (one entry per distinct value).
    """

    of_value: dict[int, Floats64]


def frequencies(
    records: Records,
    model: Model,
    customers: Floats64,
    settings: Settings,
    *,
    first: bool,
) -> Frequencies:
    """Count how common values are.

    Args:
        records: the list, equal records folded into one.
        model: for how common the values of a field usually are.
        customers: record -> how many customers its copies are.
        settings: for the priors.
        first: whether nothing is known yet about who is the same customer. How often a telling
            value occurs says nothing then: thirty records of a company have its name for one
            reason, thirty guests of a hotel its switchboard for another.
    """
    found = {}
    for place, field in enumerate(records.fields):
        prior = settings.priors[field.type]
        if not prior.rarity or (first and prior.telling):
            continue
        size = len(field.columns[0].values)
        count = np.zeros(size)
        filled = 0.0
        # equal records with a company, number or address of their own are one customer
        part = np.minimum(customers, 1.0) if prior.telling else customers
        for column in field.columns:
            there = column.codes >= 0
            count += np.bincount(column.codes[there], weights=part[there], minlength=size)
            filled += float(part[there].sum())
        usual = model.u[place][0]
        # the pair at hand is no evidence that strangers share its value: leave both records out
        unseen = UNSEEN_TELLING if prior.telling else UNSEEN
        others = np.maximum(count - 2, 0)
        if field.names is not None and field.type in WHOLE_NAMES:
            expected = _of_values(field, expected_shares(field.names.distinct))
            share = (others + PARTS_KNOW) / (filled + PARTS_KNOW / expected)
        else:
            # a short list cannot tell that a value is common: what the type is like anywhere can
            alone = min(unseen / max(filled, 1.0), prior.u[0], usual)
            # ... nor from a third record: as many unseen ones as the type needs for one such value
            # stand beside those seen
            share = others / (filled + 1 / prior.u[0]) + alone
        found[place] = np.clip(share, usual / 200, 0.5)
    return Frequencies(found)


def _of_values(field: Field, of_names: Floats64) -> Floats64:
    """Return what is known of names for the standard values that stand for them."""
    column, names = field.columns[0], field.names
    found = np.ones(len(column.values))
    if names is not None:
        there = (column.codes >= 0) & (names.codes >= 0)
        found[column.codes[there]] = of_names[names.codes[there]]
    return found


@dataclass(frozen=True)
class Scores:
    """One entry per pair.

    Attributes:
        weight: log odds of "same", bits.
        probability: 0 to 1; 0 where nothing that identifies agrees.
    """

    weight: Floats32
    probability: Floats32


def score(
    records: Records,
    model: Model,
    common: Frequencies,
    patterns: Patterns,
    left: Index,
    right: Index,
    settings: Settings,
) -> Scores:
    """Return the probability of every compared pair."""
    base = log_likelihoods(model, patterns.levels)
    learnt = corrections(model, patterns.levels)
    gate = passes_gate(patterns.levels, model.types, settings)
    weight = np.empty(len(left), dtype=np.float32)
    for start in range(0, len(left), CHUNK):
        part = slice(start, start + CHUNK)
        pattern = patterns.of_pair[part]
        logs = base[:, pattern]
        for place, shares in common.of_value.items():
            equal = np.flatnonzero(patterns.levels[pattern, place] == 0)
            if len(equal):
                value = shared_value(records.fields[place], left[part][equal], right[part][equal])
                logs[:, equal] += rarity_gain(model, place, shares[value])
        weight[part] = (log_odds(logs) + learnt[pattern]) * BITS
    weight[~gate[patterns.of_pair]] = -np.inf
    probability = 1 / (1 + np.exp2(-np.clip(weight, -60, 60)))
    probability[np.isneginf(weight)] = 0
    return Scores(weight, probability.astype(np.float32))


def log_odds(logs: Floats64) -> Floats64:
    """Return the log odds of "same" against the other kinds (nats)."""
    rest = np.logaddexp.reduce(np.delete(logs, SAME, axis=0), axis=0)
    result: Floats64 = logs[SAME] - rest
    return result


def rarity_gain(model: Model, place: int, share: Floats64) -> Floats64:
    """Return kind × pair: what to add because the shared value is rarer or commoner than usual."""
    u = model.u[place][0]
    gain = np.zeros((4, len(share)))
    for kind, (agree, shares) in enumerate((*model.alike(place), (0.0, model.m[place])), start=1):
        known = agree * shares[0]
        gain[kind] = np.log((known + (1 - agree) * share) / (known + (1 - agree) * u))
    return gain


def shared_value(field: Field, left: Index, right: Index) -> npt.NDArray[np.int32]:
    """Return the code of the value that both records of each pair have in a field."""
    found = np.full(len(left), -1, dtype=np.int32)
    for one in field.columns:
        for other in field.columns:
            a, b = one.codes[left], other.codes[right]
            same = (a == b) & (a >= 0) & (found < 0)
            found[same] = a[same]
    return found


def corrections(model: Model, levels: npt.NDArray[np.int8]) -> Floats64:
    """Return what people's decisions add to each pattern (nats)."""
    total = np.full(len(levels), model.bias)
    for place, added in enumerate(model.correction):
        total += np.append(added, 0.0)[levels[:, place]]
    return total


def passes_gate(
    levels: npt.NDArray[np.int8], types: Sequence[str], settings: Settings
) -> npt.NDArray[np.bool_]:
    """Whether some field that identifies agrees at some level."""
    passed = np.zeros(len(levels), dtype=bool)
    for place, kind in enumerate(types):
        prior = settings.priors[kind]
        if str(prior.group) in settings.gate:
            passed |= (levels[:, place] >= 0) & (levels[:, place] < len(prior.levels) - 1)
    return passed
