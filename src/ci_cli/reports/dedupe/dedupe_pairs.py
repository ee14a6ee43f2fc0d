"""Scored pairs, clusters, and one pair in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.reports.dedupe.dedupe_review import DECISION, PAIR
from ci_cli.reports.dedupe.dedupe_words import BANDS, LEVELS, SHOWN, new_since
from ci_cli.shapes.trade import PairRow, PairSaid, ScannedRow
from ci_cli.text import Msg, msg

_SURE, _LIKELY, _UNLIKELY = 0.99, 0.5, 0.05


def clusters(rows: Sequence[ScannedRow], threshold: float, new: int) -> Report:
    """Lay out one row per record: where it comes from, and the cluster that it belongs to.

    Args:
        rows: of ``dedupe.outcome.clusters_at``.
        threshold: that they were made with.
        new: records that are new or changed since the scan.
    """
    columns = (
        Column("source", msg("source")),
        Column("source_key", msg("key there"), "id"),
        Column("cluster", msg("cluster"), "id"),
        Column("probability", msg("probability"), "number"),
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
    )
    ordered = sorted(rows, key=lambda row: (row.cluster, row.record_id))
    table = [
        (row.source, row.source_key, str(row.cluster), _rounded(row.probability),
         customer_code(row.customer_id), row.name)
        for row in ordered
    ]  # fmt: skip
    return Report(
        "dedupe-clusters",
        msg("Records by cluster, from a probability of {threshold} on", threshold=threshold),
        [Table("clusters", columns, table)],
        {"threshold": threshold, "records": len(rows), "clusters": len({r.cluster for r in rows})},
        new_since(new),
    )


def pairs(
    rows: Sequence[PairRow], fields: Sequence[str], least: float, new: int,
    codes: Sequence[str] | None = None,
) -> Report:  # fmt: skip
    """Lay out one row per pair with what each field says.

    Args:
        rows: of ``store.scans.pairs``.
        fields: names of the model's fields, as the weights of a pair stand.
        least: probability from which pairs are listed.
        new: records that are new or changed since the scan.
        codes: of the pairs; with them there is a column to fill in, for ``dedupe apply``.
    """
    named: Sequence[str | None] = [None] * len(rows) if codes is None else codes
    filled_in = (PAIR, DECISION) if codes is not None else ()
    columns = (
        *filled_in,
        Column("source_a", msg("source")),
        Column("key_a", msg("key there"), "id"),
        Column("name_a", msg("name")),
        Column("source_b", msg("other source")),
        Column("key_b", msg("other key"), "id"),
        Column("name_b", msg("other name")),
        Column("probability", msg("probability"), "number"),
        Column("weight", msg("weight, bits"), "number"),
        Column("band", msg("band"), "state"),
        Column("state", msg("today"), "state"),
        Column("customer_a", msg("customer"), "id"),
        Column("customer_b", msg("other customer"), "id"),
        *(Column(f"weight: {name}", name, "number") for name in fields),
    )
    table = [
        (*(() if code is None else (code, None)),
         row.source_a, row.key_a, row.name_a, row.source_b, row.key_b, row.name_b,
         _rounded(row.probability), round(row.weight, 2), BANDS[row.band], _state(row),
         customer_code(row.customer_a), customer_code(row.customer_b),
         *(None if word == "-" else float(word) for word in row.weights.split()))
        for row, code in zip(rows, named, strict=True)
    ]  # fmt: skip
    return Report(
        "dedupe-pairs",
        msg("Pairs of records, the likeliest first"),
        [Table("pairs", columns, table)],
        {"least": least, "pairs": len(rows)},
        new_since(new),
    )


def explanation(said: PairSaid) -> Report:
    """Lay out why two records were taken for one customer, or not."""
    columns = (
        Column("field", msg("field")),
        Column("one", said.name_a or customer_code(said.customer_a)),
        Column("other", said.name_b or customer_code(said.customer_b)),
        Column("level", msg("how alike"), "state"),
        Column("weight", msg("weight, bits"), "number"),
    )
    rows: list[tuple[Any, ...]] = [
        (one.field, one.one or None, one.other or None, SHOWN.get(one.level, one.level),
         None if one.level == "missing" else round(one.weight, 2))
        for one in said.fields
    ]  # fmt: skip
    return Report(
        "dedupe-explain",
        msg("{a} {name_a} and {b} {name_b}", a=customer_code(said.customer_a), name_a=said.name_a,
            b=customer_code(said.customer_b), name_b=said.name_b),
        [Table("fields", columns, rows)],
        {
            "probability": _rounded(said.probability), "weight": round(said.total, 2),
            "prior": round(said.prior, 2), "related": round(said.related, 2), "kept": said.kept,
            "record_a": said.record_a, "record_b": said.record_b, "verdict": said.verdict,
        },
        [Note(one) for one in _in_words(said)],
    )  # fmt: skip


def _in_words(said: PairSaid) -> list[Msg]:
    told = [_verdict(said)]
    told += [
        msg("{field}: {words} ({weight} bits).", field=one.field,
            words=LEVELS[one.level], weight=f"{one.weight:+.1f}")
        for one in said.fields
        if one.level != "missing"
    ]  # fmt: skip
    told.append(
        msg("Any two records of this store: {weight} bits, since duplicates are rare.",
            weight=f"{said.prior:+.1f}")
    )  # fmt: skip
    if abs(said.related) >= 0.05:
        told.append(
            msg("They could also be neighbours, colleagues or namesakes: {weight} bits.",
                weight=f"{said.related:+.1f}")
        )  # fmt: skip
    if not said.kept:
        told.append(
            msg("The scan did not keep this pair, since nothing made it likely; it was compared"
                " now.")
        )  # fmt: skip
    return told


def _verdict(said: PairSaid) -> Msg:
    if said.customer_a == said.customer_b:
        return msg("They are one customer already.")
    if said.verdict == "apart":
        return msg("A person keeps them apart.")
    if not said.identified:
        return msg("No name, contact or number agrees, so they are never taken for one customer.")
    chance = f"{said.probability:.3f}"
    if said.probability >= _SURE:
        return msg("Almost surely one customer: {chance}.", chance=chance)
    if said.probability >= _LIKELY:
        return msg("Probably one customer: {chance}.", chance=chance)
    if said.probability >= _UNLIKELY:
        return msg("Probably two customers; that they are one: {chance}.", chance=chance)
    return msg("Two customers; that they are one: {chance}.", chance=chance)


def _state(row: PairRow) -> str:
    if row.customer_a == row.customer_b:
        return "joined"
    return {"apart": "kept-apart", "later": "later", "merge": "decided"}.get(
        row.verdict or "", "open"
    )


def _rounded(chance: float | None) -> float | None:
    return None if chance is None else round(chance, 4)
