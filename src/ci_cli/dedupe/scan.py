"""Scan the store for records of the same customer, and keep what was found.

The first scan learns what each field is worth here; later ones go by what was learnt and compare
only pairs with a record that is new or has changed, unless a full scan is asked for. Both give the
same answer for the same model. Records of one customer stay together, records that a person keeps
apart stay apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ci_cli.dedupe.outcome import certain_groups
from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.trade import Author, FieldUse, ScanSummary
from ci_cli.store import engine, scans
from ci_cli.store.engine import Connection
from ci_cli.store.writes import merges
from ci_cli.store.writes import scans as keeping
from ci_cli.text import msg

if TYPE_CHECKING:
    from ci_cli.dedupe.result import Result
    from ci_cli.dedupe.settings import Settings
    from ci_cli.dedupe.table import Records

KEPT_FROM = (
    0.05  # probability: likelier pairs, and all between records that these connect, are kept
)
# The store's own fields. Names of customers are companies where people to call stand beside them;
# else their values tell.
TYPES = {
    "tax_id": "id_number", "industry": "category",
    "city": "place", "address": "address",
    "postcode": "postcode", "phone": "phone", "email": "email", "contact_name": "contact_person",
    "contact_phone": "phone", "contact_email": "email",
}  # fmt: skip


class Progress(NamedTuple):
    """Whom to tell how far the comparing is."""

    advance: Callable[[int], None] = lambda _pairs: None
    announce: Callable[[int], None] = lambda _pairs: None


def scan(
    conn: Connection,
    *,
    by: str,
    at: str,
    full: bool = False,
    auto: bool = False,
    keep: bool = True,
    progress: Progress | None = None,
) -> ScanSummary:
    """Find the records of the store that describe the same customer.

    Args:
        conn: the store, open for writing; it is locked only while the outcome is written.
        by: who scans.
        at: when.
        full: learn and compare everything anew.
        auto: merge the certain band.
        keep: False for a dry run.
        progress: whom to tell how far it is.

    Raises:
        CiError: ``dedupe-no-field``: nothing in the records tells who anybody is.
    """
    from ci_cli.dedupe.echoes import without_echoes
    from ci_cli.dedupe.engine import find_duplicates
    from ci_cli.dedupe.labels import Decision
    from ci_cli.dedupe.remembered import remember
    from ci_cli.dedupe.scan_rows import joined, key_of, pair_rows, record_rows

    progress = progress or Progress()
    settings = rules(conn)
    with engine.snapshot(conn):
        found = scans.read_records(conn)
        said = [(a, b, verdict) for a, b, verdict in scans.decisions(conn) if verdict != "later"]
        before = scans.last(conn)
        packed = None if before is None or full else scans.remembered(conn, before.id)
    found = found._replace(columns=without_echoes(found.columns))
    plan = _Plan(settings, before, packed, full=full)
    records = plan.records(found)
    _refuse_nothing(records)
    result = find_duplicates(
        records,
        decisions=[Decision(key_of(a), key_of(b), verdict == "merge") for a, b, verdict in said],
        joined=joined(found.ids, found.customers),
        settings=plan.settings,
        model=plan.model,
        known=plan.known,
        advance=progress.advance,
        announce=progress.announce,
    )
    summary = _summary(plan, result, found, len(said))
    outcome = keeping.Found(
        revision=found.revision,
        settings=_plain(settings),
        model=_model(result.base) | {"corrected": _model(result.model)},
        summary=summary._asdict(),
        remembered=remember(result).to_bytes() if keep else b"",
        records=record_rows(result, found.ids),
        pairs=pair_rows(result, found.ids),
    )
    with engine.transaction(conn, keep=keep):
        keeping.save(conn, outcome, by=by, at=at)
        if auto:
            groups = certain_groups(conn)
            merged = merges.merge_clusters(conn, groups, Author(by, at), how="auto")
            summary = summary._replace(merged=merged.customers, run=merged.run)
    return summary


def current_table(conn: Connection, last: scans.LastScan) -> tuple[Records, list[int], Settings]:
    """Return the records as they are now, in the fields of the last scan, and their ids.

    Raises:
        CiError: ``dedupe-scan-outdated``: the columns are no longer those of the scan.
    """
    from ci_cli.dedupe.echoes import without_echoes

    found = scans.read_records(conn)
    found = found._replace(columns=without_echoes(found.columns))
    plan = _Plan(rules(conn), last, scans.remembered(conn, last.id), full=False)
    records = plan.records(found)
    if plan.why:
        raise CiError(
            "dedupe-scan-outdated",
            msg("The columns or the rules are no longer those of the last scan."),
            hint=msg("Run `ci-cli dedupe scan` again."),
            exit_code=ExitCode.DECIDE,
        )
    return records, found.ids, plan.settings


def rules(conn: Connection) -> Settings:
    """Return what a scan of this store goes by: the defaults, or the rules that were brought in."""
    import json

    from ci_cli.dedupe.rules import from_mapping
    from ci_cli.dedupe.settings import Settings

    text = engine.meta(conn, scans.RULES_KEY)
    return from_mapping(json.loads(text)) if text else Settings()


def _plain(settings: Settings) -> dict[str, Any]:
    import json

    from ci_cli.dedupe.rules import to_mapping

    plain: dict[str, Any] = json.loads(json.dumps(to_mapping(settings)))
    return plain


def _model(model: Any) -> dict[str, Any]:
    from ci_cli.dedupe.kept_model import model_to_mapping

    return model_to_mapping(model)


class _Plan:
    """How a scan goes: with the model of the last one, or from the beginning."""

    def __init__(
        self, settings: Settings, before: scans.LastScan | None, packed: bytes | None, *, full: bool
    ) -> None:
        from ci_cli.dedupe.remembered import Known

        self.settings = replace(settings, types=TYPES | dict(settings.types))
        self.asked = settings
        self.own_types = set(settings.types)
        self.before = before
        self.known = Known.from_bytes(packed) if packed else None
        self.model: Any = None
        self.shared: list[tuple[str, str, int]] = []
        if before is None:
            self.why = "first"
        elif full:
            self.why = "asked"
        elif before.settings != _plain(settings):
            self.why = "rules"
        elif self.known is None:
            self.why = "version"
        else:
            self.why = ""
        if self.why:
            self.known = None

    def records(self, found: scans.Matched) -> Records:
        """Return the table of records; columns keep the types that the last scan gave them."""
        from ci_cli.dedupe.kept_model import model_from_mapping
        from ci_cli.dedupe.remembered import shape_of

        if _have_contacts(found.columns):
            named = {"name": "organisation"} | TYPES | dict(self.asked.types)
            self.settings = replace(self.settings, types=named)
        if self.before is not None and not self.why:
            kept = {use[0]: use[1] for use in self.before.summary["fields"] if use[2] != "empty"}
            same = replace(self.settings, types=kept | dict(self.settings.types))
            records = self._cleaned(found, same)
            if self.known is not None and self.known.shape == shape_of(records):
                self.settings = same
                self.model = model_from_mapping(self.before.model)
                return records
            self.why, self.known = "fields", None
        return self._cleaned(found, self.settings)

    def _cleaned(self, found: scans.Matched, settings: Settings) -> Records:
        from ci_cli.dedupe.placeholders import without_placeholders
        from ci_cli.dedupe.scan_rows import key_of
        from ci_cli.dedupe.table import Records

        keys = list(map(key_of, found.ids))
        records, shared = without_placeholders(Records.from_columns(found.columns, keys, settings))
        self.shared = [(one.field, one.value, one.names) for one in shared]
        return records


CONTACTS_FROM = 0.2  # share of the records; who has people to call is a company


def _have_contacts(columns: dict[str, list[str | None]]) -> bool:
    contacts = columns["contact_name"]
    return sum(name is not None for name in contacts) > CONTACTS_FROM * len(contacts)


def _refuse_nothing(records: Records) -> None:
    if len(records) and not records.fields:
        raise CiError(
            "dedupe-no-field",
            msg("No column tells who a customer is: every one is empty, a running number, an amount"
                " or the same for all."),
            hint=msg("Import names, phones, e-mail addresses or tax numbers; `ci-cli dedupe rules`"
                     " shows what a column can be taken for."),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip


def _summary(plan: _Plan, result: Result, found: scans.Matched, decided: int) -> ScanSummary:
    import numpy as np

    from ci_cli.dedupe.scan_rows import rule_counts

    size = max(len(found.ids), 1)
    counts = np.bincount(result.clusters, minlength=1)
    inside = counts[result.clusters] > 1 if len(result.clusters) else np.zeros(0, bool)
    customers = np.array(found.customers, dtype=np.int64)
    apart = customers[result.pairs.left] != customers[result.pairs.right]
    distinct = int((result.copy_of == np.arange(len(found.ids))).sum())
    return ScanSummary(
        mode="full" if plan.why else "incremental",
        why=plan.why,
        records=len(found.ids),
        distinct=distinct,
        fresh=_fresh(plan, result),
        pairs=len(result.pairs),
        compared=result.compared,
        everything=result.everything,
        certain=int((apart & (result.band == 2)).sum()),
        review=int((apart & (result.band == 1)).sum()),
        clusters=int((counts > 1).sum()),
        clustered=int(inside.sum()),
        customers=len(np.unique(customers[inside])),
        certain_at=float(result.certain_at),
        precision=float(result.precision),
        learnt=result.model.learnt,
        decisions=decided,
        fields=[
            FieldUse(
                choice.header,
                choice.type,
                "store" if choice.reason == "said" and choice.header not in plan.own_types
                else choice.reason,
                sum(1 for v in found.columns[choice.header] if v and v.strip()) / size,
            )
            for choice in result.records.choices
        ],
        rules=rule_counts(result),
        shared=plan.shared,
    )  # fmt: skip


def _fresh(plan: _Plan, result: Result) -> int:
    from ci_cli.dedupe.remembered import unchanged

    return len(result.records) - (
        0 if plan.known is None else unchanged(result.records, plan.known)
    )
