"""Two ways to read a header: as customers, goods and orders, or as facts about customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ci_cli.errors import CiError, Where
from ci_cli.importing.mapping.columns import ColumnMap, map_columns
from ci_cli.importing.mapping.sheet import KINDS
from ci_cli.importing.talks.by_values import kind_by_values
from ci_cli.importing.talks.columns import (
    ends_of_contracts,
    fact_kind,
    is_surely_facts,
    map_facts,
)
from ci_cli.importing.talks.lists import FACT_KINDS, FactKind, load_lists
from ci_cli.report import Note
from ci_cli.text import Msg, msg

KIND_HEADER = "ci_kind"  # of our own files of rejects
_FAMILIES: dict[str, FactKind] = {
    "interaction": "interactions", "contract": "contracts", "deal": "opportunities",
    "usage": "usage", "feedback": "feedback", "attitude": "attitudes", "roi": "roi",
}  # fmt: skip
_WHY: dict[FactKind, Msg] = {
    "interactions": msg("its headers speak of calls, visits or tickets"),
    "contracts": msg("its headers speak of contracts and when they end"),
    "opportunities": msg("its headers speak of deals and their stages"),
    "usage": msg("its headers speak of figures by period"),
    "feedback": msg("its headers speak of reviews, ratings or complaints"),
    "attitudes": msg("its headers speak of attitudes, motives or aims"),
    "roi": msg("its headers speak of figures before and after"),
}


def map_table(
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    kind: str | None,
    overrides: Mapping[str, str],
    above: Sequence[Sequence[str]],
    where: Where,
) -> ColumnMap:
    """Decide what a table lists and what its columns are.

    Facts are recognised at once only where their headers, or for talks their values, leave no
    doubt; else the guess for customers, goods and orders goes first, and what it cannot place may
    still be facts.

    Args:
        header: the header row.
        sample: rows below it.
        kind: what the user says it lists.
        overrides: field -> header, as ``--map`` says; a field of facts says the kind as well.
        above: rows above the header.
        where: for errors.

    Raises:
        CiError: nothing fits, or a person must decide.
    """
    told = kind or _said(overrides)
    noted = None if told else _noted(header, sample)
    if noted is not None:
        found = map_table(header, sample, noted, overrides, above, where)
        return replace(found, kind_reason=msg("its column {header} says so", header=KIND_HEADER))
    facts = next((one for one in FACT_KINDS if one == told), None)
    if facts is not None:
        why = msg("as --as says") if kind else msg("as --map says")
        return map_facts(header, sample, facts, overrides=overrides, reason=why, where=where)
    sure = is_surely_facts(header, sample) if kind is None else None
    if sure is None and kind is None and _only_parties(overrides):
        sure = kind_by_values(header, sample)
    if sure is None:
        try:
            found = map_columns(
                header, sample, kind=kind, overrides=overrides, above=above,  # type: ignore[arg-type]
                file=where.file, sheet=where.sheet,
            )  # fmt: skip
            return found if told else _told_apart(found, header, sample)
        except CiError as error:
            if error.code != "kind-unknown":
                raise
            sure = fact_kind(header, sample)
            if sure is None:
                raise
    return map_facts(header, sample, sure, overrides=overrides, reason=_WHY[sure], where=where)


def _told_apart(
    found: ColumnMap, header: Sequence[str], sample: Sequence[Sequence[str]]
) -> ColumnMap:
    """Say of contracts that are taken for sales that they could be kept for their ends instead.

    Many sell by contract, so their list is the only list of sales there is.
    """
    end = ends_of_contracts(header, sample) if found.kind == "orders" else None
    if end is None or any(choice.header == end and choice.field for choice in found.columns):
        return found
    note = Note(
        msg("its contracts are taken for sales; where “{header}” matters, because they are renewed"
            " and are no sales: --as contracts", header=end),
        "warning",
    )  # fmt: skip
    return replace(found, notes=(*found.notes, note))


def _only_parties(overrides: Mapping[str, str]) -> bool:
    """Return whether the user maps nothing that a list of talks has no column for."""
    return {field.name for field in load_lists().parties}.issuperset(overrides)


def _noted(header: Sequence[str], sample: Sequence[Sequence[str]]) -> str | None:
    """Return the kind that a file of rejects notes: a few rows of a list look like any other's."""
    place = next((i for i, text in enumerate(header) if text.strip().lower() == KIND_HEADER), None)
    if place is None:
        return None
    noted = {row[place].strip() for row in sample if place < len(row)} - {""}
    return next((kind for kind in (*KINDS, *FACT_KINDS) if noted == {kind}), None)


def _said(overrides: Mapping[str, str]) -> str | None:
    """Return the kind of the first field of facts that the user maps."""
    families = (name.partition(".")[0] for name in overrides)
    return next((_FAMILIES[family] for family in families if family in _FAMILIES), None)
