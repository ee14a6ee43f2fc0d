"""Why two records of the store were taken for one customer, or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ci_cli.dedupe.outcome import require_scan
from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.trade import FieldSaid, PairRow, PairSaid
from ci_cli.store import customers, scans
from ci_cli.store.engine import Connection
from ci_cli.text import msg

_AT_ONCE = 2_000  # pairs whose records are read together


def explain_pair(conn: Connection, one: str, other: str) -> PairSaid:
    """Explain the likeliest pair of records of two customers.

    Args:
        conn: the store.
        one: a customer (number, source's id, name) or a record as ``source:key``.
        other: likewise; the same customer may be meant where it has several records.

    Raises:
        CiError: a word means nobody or several, both mean one record, or nothing was scanned yet.
    """
    last = require_scan(conn)
    first, second = _records(conn, one), _records(conn, other)
    if first == second and len(first) == 1:
        raise CiError(
            "dedupe-one-record",
            msg("Both mean one and the same record."),
            hint=msg("Name two customers, or records as SOURCE:KEY."),
            exit_code=ExitCode.DECIDE,
        )
    return explain_records(conn, last, first, second)


def explain_records(
    conn: Connection, last: scans.LastScan, first: Sequence[int], second: Sequence[int]
) -> PairSaid:
    """Explain the likeliest pair of one of the records ``first`` and one of ``second``.

    Raises:
        CiError: ``dedupe-scan-outdated``: the scan did not keep the pair, and the columns are no
            longer those of the scan.
    """
    found = scans.pairs_between(conn, first, second)
    if found:
        records = scans.read_records(conn, (found[0].record_a, found[0].record_b))
        return _kept(records, last, found[0])
    return _worked_out(conn, last, first, second)


def _records(conn: Connection, text: str) -> list[int]:
    record = scans.record_named(conn, text)
    return [record] if record is not None else scans.records_of(conn, customers.find(conn, text))


def explain_kept(
    conn: Connection, last: scans.LastScan, pairs: Sequence[tuple[int, int]]
) -> list[PairSaid]:
    """Explain pairs that the last scan kept, in their order; those it did not keep are left out."""
    said = []
    for start in range(0, len(pairs), _AT_ONCE):
        some = pairs[start : start + _AT_ONCE]
        rows = scans.pairs_named(conn, some)
        records = scans.read_records(conn, sorted({number for pair in some for number in pair}))
        said += [_kept(records, last, rows[pair]) for pair in some if pair in rows]
    return said


def _kept(found: scans.Matched, last: scans.LastScan, pair: PairRow) -> PairSaid:
    from ci_cli.dedupe.kept_model import model_from_mapping

    model = model_from_mapping(last.model["corrected"])
    levels = [None if word == "-" else int(word) for word in pair.levels.split()]
    weights = [0.0 if word == "-" else float(word) for word in pair.weights.split()]
    return _said(
        found, model, (pair.record_a, pair.record_b), levels, weights, pair.weight,
        pair.probability, kept=True, verdict=pair.verdict,
    )  # fmt: skip


def _worked_out(
    conn: Connection, last: scans.LastScan, first: Sequence[int], second: Sequence[int]
) -> PairSaid:
    """Compare two records that the scan did not keep, by its model."""
    import numpy as np

    from ci_cli.dedupe.kept_model import model_from_mapping
    from ci_cli.dedupe.learn import SAME, STRANGERS, log_likelihoods
    from ci_cli.dedupe.levels import compare
    from ci_cli.dedupe.scan import current_table
    from ci_cli.dedupe.score import (
        BITS,
        corrections,
        frequencies,
        log_odds,
        passes_gate,
        rarity_gain,
        shared_value,
    )

    records, ids, settings = current_table(conn, last)
    model = model_from_mapping(last.model["corrected"])
    place = {record_id: i for i, record_id in enumerate(ids)}
    a, b = next((x, y) for x in first for y in second if x != y)
    rows = np.array([place[a]]), np.array([place[b]])
    levels = np.array([level[0] for level in compare(records, *rows)], np.int8)[None, :]
    # how common a value is counts customers: each record is a part of its cluster
    cluster = {row.record_id: row.cluster for row in scans.scanned(conn)}
    members = Counter(cluster.values())
    part = np.array([1 / members[cluster[i]] if i in cluster else 1.0 for i in ids])
    common = frequencies(records, model, part, settings, first=False).of_value
    logs = log_likelihoods(model, levels)
    weights = []
    for at, level in enumerate(levels[0].tolist()):
        shares = model.log_shares(at)[:, level]
        added = float(np.append(model.correction[at], 0.0)[level])
        weight = float(shares[SAME] - shares[STRANGERS]) + added
        if level == 0 and at in common:
            value = shared_value(records.fields[at], *rows)
            gain = rarity_gain(model, at, common[at][value])
            logs += gain
            weight -= float(gain[STRANGERS, 0])
        weights.append(weight * BITS)
    odds = float(log_odds(logs)[0])
    total = (odds + float(corrections(model, levels)[0])) * BITS
    identified = bool(passes_gate(levels, model.types, settings)[0])
    return _said(
        scans.read_records(conn, (a, b)), model, (a, b),
        [None if one < 0 else one for one in levels[0].tolist()], weights, total,
        1 / (1 + 2.0 ** -max(min(total, 60.0), -60.0)) if identified else 0.0,
        kept=False, verdict=None,
    )  # fmt: skip


def _said(
    found: scans.Matched, model: Any, pair: tuple[int, int], levels: Sequence[int | None],
    weights: Sequence[float], total: float, probability: float, *, kept: bool, verdict: str | None,
) -> PairSaid:  # fmt: skip
    from ci_cli.dedupe.learn import SAME, STRANGERS
    from ci_cli.dedupe.priors import PRIORS
    from ci_cli.dedupe.score import BITS

    place = {record_id: i for i, record_id in enumerate(found.ids)}
    one, other = place[pair[0]], place[pair[1]]
    kinds = model.log_kinds()
    prior = float(kinds[SAME] - kinds[STRANGERS]) * BITS
    fields = [
        FieldSaid(
            name,
            kind,
            "missing" if level is None else PRIORS[kind].levels[level],
            _values(found, name, one),
            _values(found, name, other),
            weight,
        )
        for name, kind, level, weight in zip(model.names, model.types, levels, weights, strict=True)
    ]
    names = [
        found.columns["name"][row] or found.columns["short_name"][row] or "" for row in (one, other)
    ]
    return PairSaid(
        pair[0], pair[1], found.customers[one], found.customers[other], names[0], names[1],
        sorted(fields, key=lambda said: (-abs(said.weight), said.field)),
        prior, total - prior - sum(weights), total, probability, probability > 0, kept, verdict,
    )  # fmt: skip


def _values(found: scans.Matched, field: str, row: int) -> str:
    """Return what a record says in a field: of several columns each value once."""
    heads = field.partition(": ")[0].split(" / ") if field not in found.columns else [field]
    values = (found.columns[head][row] for head in heads if head in found.columns)
    return "; ".join(dict.fromkeys(value for value in values if value))
