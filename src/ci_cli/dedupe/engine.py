"""The whole of a scan: records in, scored pairs and clusters out.

:func:`find_duplicates` is what other rooms call. It brings the records into an order that depends
on their contents only, folds records with equal contents into one, blocks, compares, learns, scores
twice (the second time rarity counts customers instead of records) and clusters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .bands import beyond_doubt, certain_from, companies
from .block import Blocked, block
from .cluster import cluster
from .labels import Decision, Labels, corrected, labels_of
from .learn import (
    Model,
    Patterns,
    learn,
    patterns_of,
    random_levels,
    typed_model,
    typed_priors,
)
from .learn_short import learn_kinds
from .levels import Prepared
from .likeness import Levels
from .membership import join_copies
from .placeholders import without_placeholders
from .remembered import Known, levels_of
from .result import CERTAIN, SEPARATE, Pairs, Result
from .score import Frequencies, Scores, frequencies, score
from .settings import Settings
from .table import Records

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Folded:
    """Records in canonical order, equal contents once."""

    table: Records
    row: Ints  # of the distinct record -> row of the input, the lowest key of its copies
    copies: Ints  # of the distinct record
    home: Ints  # row of the input -> distinct record


def fold(records: Records, apart: Iterable[tuple[int, int]]) -> _Folded:
    """Fold records with equal contents into one, but for those that people kept apart."""
    order = records.canonical_order()
    table = records.take(order)
    contents = table.contents()
    kept_apart = {row for pair in apart for row in pair}
    new = np.ones(len(order), dtype=bool)
    new[1:] = contents[1:] != contents[:-1]
    if kept_apart:
        single = np.isin(order, np.array(sorted(kept_apart)))
        new |= single
        new[1:] |= single[:-1]
    starts = np.flatnonzero(new)
    home = np.empty(len(order), dtype=np.int64)
    home[order] = np.cumsum(new) - 1
    row = order[starts].astype(np.int64)
    return _Folded(table.take(starts), row, np.diff(np.append(starts, len(order))), home)


def find_duplicates(
    records: Records,
    *,
    decisions: Sequence[Decision] = (),
    joined: Sequence[tuple[str, str]] = (),
    settings: Settings | None = None,
    model: Model | None = None,
    known: Known | None = None,
    advance: Callable[[int], None] = lambda _pairs: None,
    announce: Callable[[int], None] = lambda _pairs: None,
) -> Result:
    """Find the records that describe the same customer.

    Args:
        records: the list; see :meth:`.table.Records.from_columns`.
        decisions: what people said about pairs; they bind the clusters and teach the weights.
        joined: keys of records that are one customer already; they bind the clusters only.
        settings: rules of the scan; the defaults need no configuration.
        model: weights to score with instead of learning them, without what decisions taught.
        known: what an earlier scan remembers; pairs of records that have not changed since are not
            compared again. The answer is the same with and without it.
        advance: told how many pairs were compared since the last call.
        announce: told once how many pairs there are to compare.

    Returns:
        Pairs, clusters and model; the same for the same records in any order.
    """
    settings = settings or Settings()
    records, placeholders = without_placeholders(records)
    labels = labels_of(records, decisions, joined)
    folded = fold(records, labels.different)
    near = labels.through(folded.home)
    table = folded.table
    blocked = _with_pairs(block(table, settings), near.pairs, len(table))
    widths = [len(settings.priors[field.type].levels) for field in table.fields]
    # the pair of two equal records stands behind the others, once per distinct record
    rows = np.arange(len(table), dtype=np.int32)
    left, right = np.append(blocked.left, rows), np.append(blocked.right, rows)
    announce(len(left))
    prepared = Prepared()
    levels, compared = _levels(table, left, right, known, prepared, advance)
    patterns = patterns_of(levels, widths, len(left))
    work = _Work(records, folded, blocked, left, right, patterns, near, labels, settings, compared)
    base = model = model or _learn(work, prepared)
    common, scores = _score(work, model)
    if near.known:
        places = _places(blocked, near, len(table))
        same = np.arange(len(places)) < len(near.same)
        model = corrected(
            model, patterns.levels[patterns.of_pair[places]], scores.weight[places], same
        )
        common, scores = _score(work, model)
    result = _result(work, base, model, common, scores)
    return replace(result, placeholders=tuple(placeholders))


COMPARED_AT_ONCE = 500_000


def _levels(
    table: Records,
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    known: Known | None,
    prepared: Prepared,
    advance: Callable[[int], None],
) -> tuple[list[Levels], int]:
    """Compare pairs in pieces, so that a person sees how far it is."""
    pieces, compared = [], 0
    for start in range(0, max(len(left), 1), COMPARED_AT_ONCE):
        part = slice(start, start + COMPARED_AT_ONCE)
        levels, fresh = levels_of(table, left[part], right[part], known, prepared)
        pieces.append(levels)
        compared += fresh
        advance(len(left[part]))
    return [np.concatenate(parts) for parts in zip(*pieces, strict=True)], compared


@dataclass(frozen=True)
class _Work:
    """What the steps hand on to each other; rows are those of the folded table."""

    records: Records
    folded: _Folded
    blocked: Blocked
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    patterns: Patterns
    labels: Labels
    whole: Labels  # the same by rows of the input
    settings: Settings
    compared: int


def _with_pairs(blocked: Blocked, extra: Sequence[tuple[int, int]], size: int) -> Blocked:
    """Return the pairs with those that people decided among them."""
    if not extra or blocked.everything:
        return blocked
    more = np.array([a * size + b for a, b in extra], dtype=np.int64)
    ids = np.unique(np.append(blocked.left.astype(np.int64) * size + blocked.right, more))
    left, right = np.divmod(ids, size)
    return replace(blocked, left=left.astype(np.int32), right=right.astype(np.int32))


def _places(blocked: Blocked, labels: Labels, size: int) -> Ints:
    """Return where the decided pairs stand, those that are the same first."""
    ids = blocked.left.astype(np.int64) * size + blocked.right
    wanted = [a * size + b for a, b in (*labels.same, *labels.different)]
    return np.searchsorted(ids, np.array(wanted, dtype=np.int64))


def _learn(work: _Work, prepared: Prepared) -> Model:
    table, settings, patterns = work.folded.table, work.settings, work.patterns
    if not table.fields:
        return typed_model(table, settings, None)
    seen = random_levels(work.records, work.folded.home, settings, prepared)
    start = typed_model(table, settings, seen)
    if len(table) < 2:
        return start
    size = len(work.records)
    whole, priors = _with_copies(work), typed_priors(table, settings)
    if size < settings.small_list:
        return learn_kinds(start, whole, size * (size - 1) / 2, priors, size)
    pairs = patterns.of_pair[: len(work.blocked.left)]
    counts = np.bincount(pairs, minlength=len(patterns.counts)).astype(np.float64)
    without_own = replace(patterns, counts=counts)
    return learn(start, without_own, whole.counts, size * (size - 1) / 2, seen, settings, priors)


def _with_copies(work: _Work) -> Patterns:
    """Return the patterns with the pairs of all records, those of equal contents counted, too."""
    copies, blocked = work.folded.copies.astype(np.float64), len(work.blocked.left)
    left, right = work.left[:blocked], work.right[:blocked]
    pairs = np.append(copies[left] * copies[right], copies * (copies - 1) / 2)
    counts = np.bincount(work.patterns.of_pair, weights=pairs, minlength=len(work.patterns.counts))
    return replace(work.patterns, counts=counts.astype(np.float64))


def _score(work: _Work, model: Model) -> tuple[Frequencies, Scores]:
    """Score twice: once to tell who is one customer, once with rarity counted in customers."""
    table, settings = work.folded.table, work.settings
    size, copies = len(table), work.folded.copies.astype(np.float64)
    customers = copies
    for turn in range(2):
        common = frequencies(table, model, customers, settings, first=turn == 0)
        scores = score(table, model, common, work.patterns, work.left, work.right, settings)
        likely = np.where(scores.probability >= settings.review_at, scores.probability, 0)
        others = likely[: len(work.blocked.left)]
        partners = np.bincount(work.blocked.left, weights=others, minlength=size)
        partners += np.bincount(work.blocked.right, weights=others, minlength=size)
        own = likely[len(work.blocked.left) :]
        customers = (1 + (copies - 1) * (1 - own)) / (1 + partners)
    return common, scores


def _sure(work: _Work, model: Model, pairs: Pairs) -> npt.NDArray[np.bool_]:
    """Return for each pair whether nothing about it leaves a doubt."""
    firm = companies(work.records)
    levels, types = work.patterns.levels, model.types
    of_anybody = beyond_doubt(levels, types, work.settings, company=False)
    of_company = beyond_doubt(levels, types, work.settings, company=True)
    both = firm[pairs.left] | firm[pairs.right]
    sure: npt.NDArray[np.bool_] = np.where(
        both, of_company[pairs.pattern], of_anybody[pairs.pattern]
    )
    return sure


def _result(work: _Work, base: Model, model: Model, common: Frequencies, scores: Scores) -> Result:
    records, folded, settings = work.records, work.folded, work.settings
    count = len(work.blocked.left)
    least = float(np.log2(settings.review_at / (1 - settings.review_at)))
    label = cluster(
        len(folded.table), work.blocked.left, work.blocked.right, scores.weight[:count], least,
        [*work.labels.same, *work.labels.joined], work.labels.different,
    )  # fmt: skip
    own = scores.weight[count:]
    clusters = folded.row[label[folded.home]]
    # copies of a record that says too little to be sure that they are one customer
    unsure = (own < least)[folded.home]
    first = folded.row[folded.home] == np.arange(len(records))
    clusters[unsure & ~first] = np.flatnonzero(unsure & ~first)
    bound = [*work.whole.same, *work.whole.joined]
    clusters = join_copies(clusters, folded.row[folded.home], bound)
    copy = np.flatnonzero(~first)
    left = np.concatenate([folded.row[work.blocked.left], folded.row[folded.home[copy]]])
    right = np.concatenate([folded.row[work.blocked.right], copy])
    place = np.concatenate([np.arange(count), count + folded.home[copy]])
    pairs = Pairs(
        left, right, scores.weight[place], scores.probability[place],
        work.patterns.of_pair[place],
    )  # fmt: skip
    sure = _sure(work, model, pairs)
    decided = np.full(len(pairs), -1, dtype=np.int8)
    if work.labels.known:
        places = _places(work.blocked, work.labels, len(folded.table))
        decided[places] = np.arange(len(places)) < len(work.labels.same)
    certain_at, precision = certain_from(pairs.probability, sure, decided, settings)
    band = (pairs.probability >= settings.review_at).astype(np.int8)
    band[sure & (pairs.probability >= certain_at)] = CERTAIN
    band[decided == 1], band[decided == 0] = CERTAIN, SEPARATE
    return Result(
        records=records,
        pairs=pairs,
        band=band,
        decided=decided,
        clusters=clusters,
        copy_of=folded.row[folded.home],
        base=base,
        model=model,
        compared=work.compared,
        common=common,
        patterns=work.patterns,
        certain_at=certain_at,
        precision=precision,
        everything=work.blocked.everything,
        rules=work.blocked.rules,
        settings=settings,
    )
