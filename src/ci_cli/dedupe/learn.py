"""What each level of likeness is worth: Fellegi–Sunter shares, learnt from the list itself.

A pair is one of four kinds: the same customer, neighbours, namesakes (see ``priors``), strangers.
Given the kind, fields are taken as independent. How often strangers reach a level (u) is counted on
random pairs; how often the same customer does (m), and how common the kinds are, by expectation and
maximisation over the distinct patterns of levels, where pairs that no blocking rule brought are
strangers. m stays drawn towards the typed shares: left alone it learns "same neighbourhood" from
long lists. Short lists use the typed shares as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .levels import Prepared, compare
from .likeness import Levels
from .name_rarity import WHOLE_NAMES, expected_shares
from .priors import COLLEAGUES_SHARE_ORGANISATION, Group, TypePrior
from .settings import Settings
from .table import Names, Records

Floats = npt.NDArray[np.float64]

SAME, NEIGHBOURS, NAMESAKES, STRANGERS = range(4)
ROUNDS = 60
STRANGERS_AT_MOST = 2.0  # times the typed share may strangers agree on a telling field
CLOSE_ENOUGH = 1e-6
# Before anything is seen: so many duplicate pairs per record, and related pairs per duplicate.
DUPLICATES_EXPECTED = 0.05
NEIGHBOURS_PER_DUPLICATE = 0.5
NAMESAKES_PER_DUPLICATE = 0.1
RARE = 0.001  # types whose strangers agree less often do so in any list
NEIGHBOURS_AT_MOST = 1.5  # pairs of neighbours per record
ALIKE_AT_MOST = 1.3  # times the typed share may true pairs be merely alike on a telling field
NAMESAKES_AT_MOST = 0.5
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
        siblings: field -> shares of namesakes at each level; empty where they are those of m.
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
    siblings: tuple[Floats, ...]
    kinds: tuple[float, float, float]
    correction: tuple[Floats, ...]
    bias: float = 0.0
    learnt: bool = False

    def log_shares(self, place: int) -> Floats:
        """Return kind × level of one field (nats), with a last column of 0 for missing values."""
        m, u = self.m[place], self.u[place]
        by_kind = [m, *(a * r + (1 - a) * u for a, r in self.alike(place)), u]
        logs = np.zeros((4, len(m) + 1))
        logs[:, :-1] = np.log(np.array(by_kind))
        return logs

    def alike(self, place: int) -> tuple[tuple[float, Floats], tuple[float, Floats]]:
        """Return, for neighbours and namesakes, the chance to be alike, and the shares if so."""
        neighbours, namesakes = self.related[place]
        siblings = self.siblings[place]
        m = self.m[place]
        return (neighbours, m), (namesakes, siblings if len(siblings) else m)

    def log_kinds(self) -> Floats:
        """Return the log of the share of each kind of pair."""
        shares = np.array([*self.kinds, 1 - sum(self.kinds)])
        logs: Floats = np.log(np.maximum(shares, 1e-300))
        return logs


def patterns_of(levels: Sequence[Levels], widths: Sequence[int], size: int) -> Patterns:
    """Return the distinct combinations of levels of pairs.

    Args:
        levels: one array per field, one level per pair.
        widths: number of levels of each field.
        size: number of pairs.
    """
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
    return [
        replace(prior, u=(_of_strangers(field.names, prior), *prior.u[1:]))
        if field.type in WHOLE_NAMES and field.names is not None
        else prior
        for field, prior in zip(records.fields, priors, strict=True)
    ]


def _of_strangers(names: Names, prior: TypePrior) -> float:
    """Return how often two strangers bear one of the names of a list, by what the names are."""
    there = names.codes[names.codes >= 0]
    return min(float(expected_shares(names.distinct)[there].mean()), prior.u[0] * 10)


def random_levels(
    records: Records,
    home: npt.NDArray[np.integer],
    settings: Settings,
    prepared: Prepared | None = None,
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
    levels = compare(records, left[apart], right[apart], prepared)
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
        if prior.telling:
            share[:-1] = np.minimum(share[:-1], typed[:-1])
        share[0] = max(share[0], prior.chance)
        share[-1] = max(1 - share[:-1].sum(), 0.01)
        u.append(share / share.sum())
    m = tuple(np.array(prior.full_m()) for prior in priors)
    all_pairs = max(size * (size - 1) / 2, 1.0)
    same = min(DUPLICATES_EXPECTED * size / all_pairs, 0.05)
    return Model(
        names=tuple(field.name for field in records.fields),
        types=tuple(field.type for field in records.fields),
        m=m,
        u=tuple(u),
        related=tuple((prior.neighbours, prior.namesakes) for prior in priors),
        siblings=tuple(np.array(prior.siblings) for prior in priors),
        kinds=(same, same * NEIGHBOURS_PER_DUPLICATE, same * NAMESAKES_PER_DUPLICATE),
        correction=tuple(np.zeros(len(shares)) for shares in m),
    )


def learn(
    start: Model,
    patterns: Patterns,
    whole: Floats,
    all_pairs: float,
    seen: Sequence[Floats],
    settings: Settings,
    priors: Sequence[TypePrior],
) -> Model:
    """Return the model after expectation and maximisation, or ``start`` where that degenerates.

    Args:
        start: typed shares and counted u.
        patterns: of the compared pairs of different contents.
        whole: how many pairs have each pattern if those of equal contents count, too.
        all_pairs: number of pairs of the whole list.
        seen: levels of random pairs, per field.
        settings: for kappa.
        priors: of each field, fit for the list.
    """
    model = start
    telling = [prior.telling for prior in priors]
    counted = [_smoothed(one, prior) for one, prior in zip(seen, priors, strict=True)]
    chances = [prior.chance for prior in priors]
    loose = [prior.loose for prior in priors]
    told_apart = namesakes_can_be_told(start, patterns, priors)
    for _ in range(ROUNDS):
        same, kinds = _expect(model, patterns, whole, all_pairs, start)
        if not told_apart:
            kinds[2] = NAMESAKES_PER_DUPLICATE * kinds[0]
        m, u = [], []
        for place, prior in enumerate(start.m):
            column = patterns.levels[:, place]
            there = column >= 0
            reached = np.bincount(column[there], weights=same[there], minlength=len(prior))
            total = reached.sum()
            learnt = reached / total if total > 0 else prior
            # few pairs say little, and never more than one part in 1 + kappa
            kappa = settings.kappa * (0.1 if loose[place] else 2.5 if telling[place] else 1.0)
            trust = total / (total + 20.0) / (1 + kappa)
            share = trust * learnt + (1 - trust) * prior
            if telling[place]:
                # or a list whose strangers are faintly alike would take that for the rule
                share[1:-1] = np.minimum(share[1:-1], prior[1:-1] * ALIKE_AT_MOST)
                share /= share.sum()
            m.append(share)
            # the true pairs among random ones are like those found, whatever other lists are like
            found = total / (total + 20.0) if not telling[place] else 0.0
            mixed = found * learnt + (1 - found) * m[-1]
            u.append(without_same(counted[place], mixed, kinds[0], priors[place]))
            if u[-1][0] < chances[place]:
                u[-1] = start.u[place]
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


def _expect(
    model: Model,
    patterns: Patterns,
    whole: Floats,
    all_pairs: float,
    start: Model,
) -> tuple[Floats, Floats]:
    """Return the true pairs expected of each pattern, and the share of each kind of all pairs."""
    shares = responsibilities(model, patterns)
    same = patterns.counts * shares[SAME]
    found = np.array([(whole * shares[k]).sum() for k in (SAME, NEIGHBOURS, NAMESAKES)])
    kinds = (found + all_pairs * np.array(start.kinds) * 0.05) / all_pairs
    kinds[1:] = np.maximum(kinds[1:], LEAST_RELATED * kinds[0])
    # a town is no neighbourhood: only so many records can live or work together
    kinds[1] = min(
        kinds[1], max(NEIGHBOURS_AT_MOST * start.kinds[0] / DUPLICATES_EXPECTED, kinds[0])
    )
    kinds[2] = min(kinds[2], NAMESAKES_AT_MOST * kinds[0])
    return same, np.minimum(kinds, 0.3)


def namesakes_can_be_told(model: Model, patterns: Patterns, priors: Sequence[TypePrior]) -> bool:
    """Whether the list has something besides names that tells namesakes from one customer."""
    for place, prior in enumerate(priors):
        filled = patterns.counts[patterns.levels[:, place] >= 0].sum()
        group = prior.group
        tells = group not in {Group.NAME, Group.OTHER} and model.related[place][1] < 0.5
        if tells and filled > 0.1 * patterns.counts.sum():
            return True
    return False


def _smoothed(seen: Floats, prior: TypePrior) -> Floats:
    """Return the levels of random pairs as shares, with a few pairs as the type has them."""
    typed = np.array(prior.full_u())
    share = np.maximum((seen + 5 * typed) / (seen.sum() + 5), typed / 50)
    result: Floats = share / share.sum()
    return result


def without_same(counted: Floats, m: Floats, same: float, prior: TypePrior) -> Floats:
    """Return u: what random pairs reach, without the true pairs among them.

    Where strangers rarely agree, in any list, it stays near what the type is like: most of the
    pairs that do agree are true, and how many are is what is being learnt.

    Args:
        counted: shares of random pairs.
        m: shares of true pairs.
        same: share of true pairs among all.
        prior: of the field.
    """
    u = np.maximum((counted - same * m) / (1 - same), counted * 0.03)
    u[-1] = max(u[-1], 0.01)
    if prior.telling:
        typed = np.array(prior.u)
        least = np.minimum(counted[:-1], typed / STRANGERS_AT_MOST)
        u[:-1] = np.clip(u[:-1], least, typed * STRANGERS_AT_MOST)
        u[-1] = 1 - u[:-1].sum()
    elif prior.u[0] < RARE:  # equal, that is; all names of a list may be merely alike
        u[0] = min(u[0], prior.u[0] * STRANGERS_AT_MOST)
        u[-1] = 1 - u[:-1].sum()
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
