"""Rows of lists of calls, contracts, deals and usage -> rows ready to be staged.

A row is known by its own id, else by a hash of what it says and the number of rows so far in the
file that say the same: so the same file again changes nothing, and identical rows survive.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ci_cli.importing.convert import Converted, Converter
from ci_cli.importing.talks.feedback import feedback_values
from ci_cli.importing.talks.learnt import FACETS as FACETS  # for whoever loads them
from ci_cli.importing.talks.learnt import roi_values, stand_values
from ci_cli.importing.talks.lists import FactKind, meaning_of
from ci_cli.importing.talks.periods import read_period
from ci_cli.importing.talks.remarks import Remarks
from ci_cli.importing.values.cells import ValueReject
from ci_cli.models.names import email_key, exact_name
from ci_cli.readers.base import CELL
from ci_cli.shapes.talks import PERSONAL
from ci_cli.store.writes.facts import FactRow
from ci_cli.store.writes.records import RecordKey
from ci_cli.text import msg

_PARTY = (
    ("customer.name", "name"), ("customer.tax_id", "tax_id"), ("contact.phone", "phone"),
    ("contact.email", "email"),
)  # fmt: skip
_UNNAMED = ("contact.email", "contact.phone", "customer.tax_id", "contact.name")
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?")
_NOTHING = re.compile(r"[0:：.,秒分时hms ]*")
Cells = dict[str, Any]


class Metric(NamedTuple):
    """A column of figures: what it is called, and what reads a cell of it (millionths)."""

    name: str
    read: Callable[[str], int | None]


@dataclass
class FactRows:
    """Collects the rows of one file; ``rows`` are for the store.

    Args:
        kind: what the file lists.
        source: of rows that name none.
        converter: takes the rejects.
        currency: of amounts that name none.
        today: a visit on a later day is planned.
        usual: kind of interaction where no column tells.
        metrics: of a list of usage whose columns are metrics, by place in the row; a row then is
            as many facts, numbered line + (place + 1) × ``CELL``.
        facets: of a list of attitudes, the places of its columns: a row is as many facts.
    """

    kind: FactKind
    source: str
    converter: Converter
    currency: str | None
    today: str
    usual: str = "contact"
    metrics: Mapping[int, Metric] = field(default_factory=dict)
    facets: Mapping[str, int] = field(default_factory=dict)
    rows: list[FactRow] = field(default_factory=list)
    remarks: Remarks = field(init=False)
    _seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Start with nothing to remark."""
        self.remarks = Remarks(self.kind, self.today)

    def add(self, chunk: Converted) -> None:
        """Take the rows of one chunk in."""
        columns = {name: chunk.column(name) for name in self.converter.fields}
        for index, line in enumerate(chunk.lines):
            cells: Cells = {name: values[index] for name, values in columns.items()}
            extra: dict[str, Any] = json.loads(chunk.extras[index] or "{}")
            try:
                if self.metrics:
                    self._spread(line, cells, chunk.rows[index], extra)
                    continue
                if self.kind == "attitudes":
                    self._stand(line, cells, extra)
                    continue
                values = _BUILDERS[self.kind](self, cells, extra)
            except ValueReject as reject:
                self.converter.reject(line, None, chunk.rows[index], reject.reason, reject.fix)
                continue
            self._take(line, cells, values, extra)

    def _spread(self, line: int, cells: Cells, row: list[str], extra: dict[str, Any]) -> None:
        """Take each figure of a row in as a fact of its own."""
        found = []
        for place, metric in self.metrics.items():
            extra.pop(metric.name, None)
            value = metric.read(row[place])
            if value is not None:
                said = cells | {"usage.metric": metric.name, "usage.value": value}
                found.append((line + (place + 1) * CELL, said, _usage(self, said, extra)))
        if not found:
            raise ValueReject(msg("the row has no figure"),
                              msg("fill in the figure, or remove the row"))  # fmt: skip
        for number, said, values in found:
            self._take(number, said, values, extra)

    def _stand(self, line: int, cells: Cells, extra: dict[str, Any]) -> None:
        """Take what a row says of attitude, motive and aim in as facts of their own."""
        found = [
            (line + (place + 1) * CELL, stand_values(facet, cells))
            for facet, place in self.facets.items()
            if cells.get(f"attitude.{facet}")
        ]
        if not found:
            raise ValueReject(
                msg("the row names neither attitude, motive nor aim"),
                msg("fill in one of them, or remove the row"),
            )
        for number, values in found:
            self._take(number, cells, values, extra)

    def _take(self, line: int, cells: Cells, values: Cells, extra: dict[str, Any]) -> None:
        source = cells.get("row.source") or self.source
        record = party_of(cells, source)
        self.remarks.look(line, cells, values)
        values |= {"source": source, "about_customer": about(cells, record)}
        if self.kind != "usage":
            values["fact_key"] = self._key(cells, values, record)
        text = json.dumps(extra, ensure_ascii=False, sort_keys=True) if extra else None
        self.rows.append(FactRow(line, record, values, text))

    def _key(self, cells: Cells, values: Cells, record: RecordKey | None) -> str:
        own = cells.get(_IDS[self.kind])
        if own:
            return f"{own}/{values['kind']}" if self.kind == "attitudes" else str(own)
        said = json.dumps([record, sorted(values.items())], ensure_ascii=False, default=str)
        digest = hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        mark = f"{values['source']}/{digest}"
        self._seen[mark] += 1
        return f"~{digest}-{self._seen[mark]}"


_IDS = {"interactions": "interaction.id", "contracts": "contract.id", "opportunities": "deal.id",
        "feedback": "feedback.id", "attitudes": "attitude.id", "roi": "roi.id"}  # fmt: skip


def party_of(cells: Cells, source: str) -> RecordKey | None:
    """Return the record that a row is about: by id, by name, else by the best that it gives."""
    if cells.get("customer.id"):
        return source, "id", cells["customer.id"]
    name = cells.get("customer.name") or next(
        (cells[name] for name in _UNNAMED if cells.get(name)), None
    )
    return (source, "name", exact_name(name)) if name else None


def about(cells: Cells, record: RecordKey | None) -> str | None:
    """Return what a row says of its customer beside the key, as the store keeps it."""
    told = {key: cells[name] for name, key in _PARTY if cells.get(name)}
    if record is not None and record[1] == "name":
        told.pop("name", None)
    return json.dumps(told, ensure_ascii=False, sort_keys=True) if told else None


def _interaction(rows: FactRows, cells: Cells, extra: dict[str, Any]) -> Cells:
    day, clock = cells["interaction.date"]
    if cells.get("interaction.clock") and not clock:
        clock = _clock(cells["interaction.clock"])
        if not clock:
            extra["time"] = cells["interaction.clock"]
    said = cells.get("interaction.kind") or ""
    kind = (meaning_of("kind", said) if said else None) or rows.usual
    topic = cells.get("interaction.topic") or None
    if said and meaning_of("kind", said) is None:
        topic, extra["kind"] = topic or said, said
    towards = cells.get("interaction.direction") or ""
    direction = meaning_of("direction", towards) or (
        meaning_of("direction", said) if said else None
    )
    if towards and direction is None:
        extra["direction"] = towards
    outcome = _outcome(cells, kind, day, rows.today, extra)
    due = cells.get("interaction.due")
    if outcome == "planned":
        due = due or day
    person = cells.get("contact.name") or cells.get("contact.email") or None
    return {
        "day": day, "clock": clock or None, "kind": kind, "topic": topic, "direction": direction,
        "outcome": outcome, "subject": cells.get("interaction.subject") or None,
        "text": cells.get("interaction.text") or None, "person": person,
        "author": cells.get("interaction.author") or None,
        "status": cells.get("interaction.status") or None, "due": due,
        "closed": cells.get("interaction.closed"), "files": cells.get("mail.files") or None,
    }  # fmt: skip


def _outcome(cells: Cells, kind: str, day: str, today: str, extra: dict[str, Any]) -> str | None:
    said = cells.get("interaction.outcome") or ""
    outcome = meaning_of("outcome", said) if said else None
    if said and outcome is None:
        extra["outcome"] = said
    length = cells.get("interaction.duration")
    if length:
        extra["duration"] = length
        if kind == "call" and outcome is None and _NOTHING.fullmatch(length.lower()):
            outcome = "no_answer"
    status = cells.get("interaction.status") or ""
    if kind in ("ticket", "request") and status and outcome is None:
        ended = meaning_of("status", status)
        outcome = None if ended == "open" else ended
    if outcome is None and kind in PERSONAL and day > today:
        outcome = "planned"
    return outcome


def _clock(text: str) -> str | None:
    match = _CLOCK.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return f"{int(match[1]):02d}:{match[2]}:{match[3] or '00'}"


def _contract(rows: FactRows, cells: Cells, _extra: dict[str, Any]) -> Cells:
    told = {name: cells.get(f"contract.{name}") or None
            for name in ("name", "product", "signed", "status", "owner", "value")}  # fmt: skip
    if cells.get("contract.value") == 0:
        told["value"] = 0
    money = _currency(rows, cells, "contract", told["value"])
    return {
        **told, "starts": cells.get("contract.start"), "ends": cells.get("contract.end"),
        "currency": money,
    }  # fmt: skip


def _deal(rows: FactRows, cells: Cells, extra: dict[str, Any]) -> Cells:
    told = {name: cells.get(f"deal.{name}") or None
            for name in ("name", "stage", "competitor", "product", "opened", "expected",
                         "closed", "owner")}  # fmt: skip
    value = cells.get("deal.value")
    said = (cells.get("deal.outcome") or "", cells.get("deal.stage") or "")
    found = [meaning_of("deal", text) for text in said if text]
    outcome = next((one for one in found if one in ("won", "lost")), None) or "open"
    spoken = {"outcome": said[0], "probability": cells.get("deal.probability")}
    extra |= {name: text for name, text in spoken.items() if text}
    if outcome != "open":
        told["closed"] = told["closed"] or told["expected"]
    return {
        **told, "outcome": outcome, "why": cells.get("deal.reason") or None, "value": value,
        "currency": _currency(rows, cells, "deal", value),
    }  # fmt: skip


def _currency(rows: FactRows, cells: Cells, family: str, value: int | None) -> str | None:
    said = cells.get(f"{family}.currency")
    return said.upper() if said else rows.currency if value is not None else None


def _usage(_rows: FactRows, cells: Cells, _extra: dict[str, Any]) -> Cells:
    period = read_period(cells["usage.period"])
    if period is None or not any(cells.get(name) for name in ("customer.id", "customer.name",
                                                              *_UNNAMED)):  # fmt: skip
        raise ValueReject(
            msg("the row names no customer or no period"),
            msg("fill in the customer and the period, for example 2026-03"),
        )
    if cells.get("usage.value") is None:
        raise ValueReject(
            msg("the row has no figure"), msg("fill in the figure, or remove the row")
        )
    metric = cells.get("usage.metric") or "usage"
    return {
        "metric": metric, "grain": period[0], "period": period[1], "value": cells["usage.value"],
        "unit": cells.get("usage.unit") or None,
    }  # fmt: skip


def _feedback(_rows: FactRows, cells: Cells, extra: dict[str, Any]) -> Cells:
    return feedback_values(cells, extra)


_BUILDERS: dict[str, Callable[[FactRows, Cells, dict[str, Any]], Cells]] = {
    "interactions": _interaction, "contracts": _contract, "opportunities": _deal, "usage": _usage,
    "feedback": _feedback, "roi": roi_values,
}  # fmt: skip


def usual_kind(header: Iterable[str]) -> str:
    """Return the kind of interaction that the headers of a file speak of where no column tells."""
    texts = " ".join(header).casefold()
    for kind, words in _SPEAK.items():
        if any(word in texts for word in words):
            return kind
    return "contact"


_SPEAK = {
    "ticket": ("ticket", "工单", "case number", "case id", "incident", "报修", "投诉"),
    "visit": ("visit", "拜访", "走访"),
    "call": ("call", "通话", "来电", "呼叫", "回访", "talk time"),
    "meeting": ("meeting", "会议"),
}


def split_addresses(text: str | None) -> Iterator[str]:
    """Yield the e-mail addresses of a header or a cell, in lower case."""
    from email.utils import getaddresses

    for _name, address in getaddresses([(text or "").replace(";", ",")]):
        key = email_key(address)
        if key:
            yield key
