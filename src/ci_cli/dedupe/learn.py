"""What each level of likeness is worth: Fellegi–Sunter shares, learnt from the list itself.

A pair is of one of four kinds: the same customer, neighbours, namesakes (see ``priors``), strangers.
Given the kind, fields are taken as independent. How often strangers reach a level (u) is counted on
random pairs; how often the same customer does (m), and how common the kinds are, by expectation and
maximisation over the distinct patterns of levels, where pairs that no blocking rule brought are
strangers. m stays drawn towards the typed shares: left alone it learns "same neighbourhood" from
long lists (``methods.md`` §3). Short lists use the typed shares as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .compare import Levels, compare
from .priors import COLLEAGUES_SHARE_ORGANISATION, TypePrior
from .settings import Settings
from .table import Records

Floats = npt.NDArray[np.float64]

SAME, NEIGHBOURS, NAMESAKES, STRANGERS = range(4)
ROUNDS = 60
CLOSE_ENOUGH = 1e-6
# Before anything is seen: one record in ten has one duplicate, and the related kinds are as common
# as duplicates are.
DUPLICATES_EXPECTED = 0.05
RELATED_PER_DUPLICATE = 0.5
LEAST_RELATED = 0.05  # of the duplicates, whatever the list seems to say


@dataclass(frozen=True)
class Patterns:
    """Distinct combinations of levels among compared pairs.

    Attributes:
        levels: pattern × field, -1 where missing.
        counts: pairs with the pattern.
        of_pair: pair -> its pattern.
    """

    levels: Levels
    counts: Floats
    of_pair: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Model:
    """What a list taught, enough to score any pair.

    Attributes:
        names: name of each field.
        types: type of each field.
        m: field -> share of true pairs at each level.
        u: field -> share of strangers at each level.
        related: field -> chance to agree as neighbours, as namesakes.
        kinds: share of all pairs of the list that are the same, neighbours, namesakes.
        correction: field -> what decisions of people add to each level (nats).
        bias: what they add to every pair (nats).
        learnt: False where the typed shares were taken as they are.
    """

    names: tuple[str, ...]
    types: tuple[str, ...]
    m: tuple[Floats, ...]
    u: tuple[Floats, ...]
    related: tuple[tuple[float, float], ...]
    kinds: tuple[float, float, float]
    correction: tuple[Floats, ...]
    bias: float = 0.0
    learnt: bool = False

    def log_shares(self, place: int) -> Floats:
        """Return kind × level of one field (nats), with a last column of 0 for missing values."""
        m, u = self.m[place], self.u[place]
        by_kind = [m, *(a * m + (1 - a) * u for a in self.related[place]), u]
        logs = np.zeros((4, len(m) + 1))
        logs[:, :-1] = np.log(np.array(by_kind))
        return logs

    def log_kinds(self) -> Floats:
        """Return the log of the share of each kind of pair."""
        shares = np.array([*self.kinds, 1 - sum(self.kinds)])
        return np.log(np.maximum(shares, 1e-300))


def patterns_of(levels: Sequence[Levels], widths: Sequence[int]) -> Patterns:
    """Return the distinct combinations of levels of pairs.

    Args:
        levels: one array per field, one level per pair.
        widths: number of levels of each field.
    """
    size = len(levels[0]) if levels else 0
    code = np.zeros(size, dtype=np.int64)
    room = 1.0
    for one, width in zip(levels, widths, strict=True):
        if room * (width + 1) > 2**62:  # too many fields for one number: pack what there is
            code = np.unique(code, return_inverse=True)[1].astype(np.int64)
            room = float(code.max(initial=0) + 1)
        code = code * (width + 1) + (one + 1)
        room *= width + 1
    _, first, inverse, counts = np.unique(
        code, return_index=True, return_inverse=True, return_counts=True
    )
    distinct = (
        np.stack([one[first] for one in levels], axis=1)
        if levels
        else np.zeros((len(first), 0), np.int8)
    )
    return Patterns(distinct, counts.astype(np.float64), inverse.astype(np.int32))


def typed_priors(records: Records, settings: Settings) -> list[TypePrior]:
    """Return the prior of each field, fit for this list."""
    priors = [settings.priors[field.type] for field in records.fields]
    types = {field.type for field in records.fields}
    if types & {"given", "surname", "full_name"}:
        priors = [
            replace(prior, neighbours=COLLEAGUES_SHARE_ORGANISATION)
            if field.type == "organisation"
            else prior
            for field, prior in zip(records.fields, priors, strict=True)
        ]
    return priors


def random_levels(
    records: Records, home: npt.NDArray[np.integer], settings: Settings
) -> list[Floats]:
    """Return, per field, how many random pairs reach each level (missing ones left out).

    The pairs are drawn by a fixed rule from the records in an order that depends on contents only,
    so that the same list always gives the same figures. Two records that are equal in everything
    are left out: where a list holds much twice they would pass for strangers that agree.
    """
    size = len(records)
    if size * (size - 1) // 2 <= settings.random_pairs:
        left, right = np.triu_indices(size, 1)
    else:
        draw = np.random.default_rng(20_000)
        left = draw.integers(0, size, settings.random_pairs)
        right = (left + draw.integers(1, size, settings.random_pairs)) % size
    order = np.argsort(home, kind="stable")
    left, right = order[left], order[right]
    apart = home[left] != home[right]
    levels = compare(records, left[apart], right[apart])
    widths = [len(settings.priors[field.type].levels) for field in records.fields]
    return [
        np.bincount(one[one >= 0], minlength=width).astype(np.float64)
        for one, width in zip(levels, widths, strict=True)
    ]


def typed_model(records: Records, settings: Settings, seen: Sequence[Floats] | None) -> Model:
    """Return the model that knows types only, u smoothed by random pairs where there are any."""
    priors = typed_priors(records, settings)
    size = len(records)
    weight = 50.0 if size < 2000 else 5.0
    u = []
    for place, prior in enumerate(priors):
        typed = np.array(prior.full_u())
        counted = seen[place] if seen is not None else np.zeros(len(typed))
        # what a type is like anywhere bounds what a short or folded list can seem to say
        share = np.maximum((counted + weight * typed) / (counted.sum() + weight), typed / 50)
        u.append(share / share.sum())
    m = tuple(np.array(prior.full_m()) for prior in priors)
    all_pairs = max(size * (size - 1) / 2, 1.0)
    same = min(DUPLICATES_EXPECTED * size / all_pairs, 0.05)
    related = same * RELATED_PER_DUPLICATE
    return Model(
        names=tuple(field.name for field in records.fields),
        types=tuple(field.type for field in records.fields),
        m=m,
        u=tuple(u),
        related=tuple((prior.neighbours, prior.namesakes) for prior in priors),
        kinds=(same, related, related),
        correction=tuple(np.zeros(len(shares)) for shares in m),
    )


def learn(
    start: Model,
    patterns: Patterns,
    all_pairs: float,
    seen: Sequence[Floats],
    settings: Settings,
    known: tuple[npt.NDArray[np.integer], npt.NDArray[np.bool_]] | None = None,
) -> Model:
    """Return the model after expectation and maximisation, or ``start`` where that degenerates.

    Args:
        start: typed shares and counted u.
        patterns: of the compared pairs.
        all_pairs: number of pairs of the whole list.
        seen: levels of random pairs, per field.
        settings: for kappa.
        known: patterns of pairs that people decided, and whether they are the same customer.
    """
    model = start
    typed = start.m
    kinds = np.array([*start.kinds])
    counts = patterns.counts
    for _ in range(ROUNDS):
        shares = responsibilities(model, patterns)
        if known is not None:
            extra, verdict = known
            same = counts * shares[SAME]
            np.add.at(same, extra[verdict], 1.0)
        else:
            same = counts * shares[SAME]
        found = np.array([(counts * shares[k]).sum() for k in (SAME, NEIGHBOURS, NAMESAKES)])
        kinds = (found + all_pairs * np.array(start.kinds) * 0.05) / all_pairs
        kinds[1:] = np.maximum(kinds[1:], LEAST_RELATED * kinds[0])
        kinds = np.minimum(kinds, 0.3)
        m, u = [], []
        for place, prior in enumerate(typed):
            column = patterns.levels[:, place]
            there = column >= 0
            reached = np.bincount(column[there], weights=same[there], minlength=len(prior))
            total = reached.sum()
            learnt = reached / total if total > 0 else prior
            # few pairs say little, and never more than one part in 1 + kappa
            trust = total / (total + 20.0) / (1 + settings.kappa)
            m.append(trust * learnt + (1 - trust) * prior)
            u.append(_without_same(seen[place], start.u[place], m[-1], kinds[0]))
        change = max(
            (float(np.abs(new - old).max()) for new, old in zip(m, model.m, strict=True)),
            default=0.0,
        )
        change = max(change, abs(float(np.log(kinds[0] / model.kinds[0]))) * 1e-3)
        model = replace(
            model, m=tuple(m), u=tuple(u), kinds=(kinds[0], kinds[1], kinds[2]), learnt=True
        )
        if change < CLOSE_ENOUGH:
            break
    return start if _degenerate(model) else model


def _without_same(seen: Floats, counted: Floats, m: Floats, same: float) -> Floats:
    """Return u without the true pairs that stand among the random ones."""
    if same * seen.sum() < 1:
        return counted
    u = (counted - same * m) / (1 - same)
    u = np.maximum(u, np.minimum(counted * 0.02, 1e-5))
    shares: Floats = u / u.sum()
    return shares


def _degenerate(model: Model) -> bool:
    """Whether the "same" that was learnt is no better than strangers on its best fields."""
    gains = [float(np.log(m[0] / u[0])) for m, u in zip(model.m, model.u, strict=True)]
    return not gains or max(gains) < 1.0 or not np.isfinite(gains).all()


def log_likelihoods(model: Model, levels: Levels) -> Floats:
    """Return kind × pattern: the log of the chance of the levels, share of the kind included."""
    total = np.repeat(model.log_kinds()[:, None], len(levels), axis=1)
    for place in range(levels.shape[1]):
        total += model.log_shares(place)[:, levels[:, place]]
    return total


def responsibilities(model: Model, patterns: Patterns) -> Floats:
    """Return kind × pattern: the chance that a pair with the pattern is of the kind."""
    logs = log_likelihoods(model, patterns.levels)
    logs -= logs.max(axis=0)
    shares = np.exp(logs)
    result: Floats = shares / shares.sum(axis=0)
    return result
