"""What a short list teaches: how common duplicates and namesakes are, and what strangers share.

Shares of levels need hundreds of pairs; how common duplicates are shows in far fewer. A short list
holds a name twice because it holds a duplicate: counted as chance, its own duplicates would make
every name look common and no two records the same customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .learn import (
    CLOSE_ENOUGH,
    DUPLICATES_EXPECTED,
    LEAST_RELATED,
    NAMESAKES,
    NAMESAKES_AT_MOST,
    NAMESAKES_PER_DUPLICATE,
    NEIGHBOURS_PER_DUPLICATE,
    ROUNDS,
    SAME,
    Floats,
    Model,
    Patterns,
    namesakes_can_be_told,
    responsibilities,
    without_same,
)
from .priors import TypePrior

PAIRS_TO_TRUST = 10.0  # duplicates that a short list must show to be heard as much as the rule


def learn_kinds(
    start: Model, patterns: Patterns, all_pairs: float, priors: Sequence[TypePrior], size: int
) -> Model:
    """Return the model with the shares of duplicates and namesakes that a short list shows.

    What is typical outweighs what few pairs seem to say. What strangers share is what is left
    without the true pairs, and for values as rare as a whole name not much more than anywhere.

    Args:
        start: typed shares, u smoothed by random pairs.
        patterns: of all pairs of records, copies with equal contents among them.
        all_pairs: number of pairs of the whole list.
        priors: of each field, fit for the list.
        size: number of records.
    """
    told_apart = namesakes_can_be_told(start, patterns, priors)
    typical = min(DUPLICATES_EXPECTED * size / all_pairs, 0.05)
    model = replace(start, kinds=_kinds(typical), u=_strangers(start, typical, priors))
    for _ in range(ROUNDS):
        shares = responsibilities(model, patterns)
        found = float((patterns.counts * shares[SAME]).sum())
        trust = found / (found + PAIRS_TO_TRUST)
        same = min(trust * found / all_pairs + (1 - trust) * typical, 0.3)
        same = max(same, typical)  # a few strangers prove nothing
        alike = NAMESAKES_PER_DUPLICATE
        if told_apart:
            others = float((patterns.counts * shares[NAMESAKES]).sum())
            alike = (others + PAIRS_TO_TRUST * alike) / (found + PAIRS_TO_TRUST)
            alike = min(max(alike, LEAST_RELATED), NAMESAKES_AT_MOST)
        ratio = same / model.kinds[0]
        model = replace(model, kinds=_kinds(same, alike), u=_strangers(start, same, priors))
        if abs(ratio - 1) < CLOSE_ENOUGH:
            break
    return model


def _kinds(same: float, namesakes: float = NAMESAKES_PER_DUPLICATE) -> tuple[float, float, float]:
    return same, NEIGHBOURS_PER_DUPLICATE * same, namesakes * same


def _strangers(start: Model, same: float, priors: Sequence[TypePrior]) -> tuple[Floats, ...]:
    """Return u without the true pairs that a short list cannot help counting among strangers."""
    return tuple(
        u if prior.telling else without_same(u, m, same, prior)
        for u, m, prior in zip(start.u, start.m, priors, strict=True)
    )
