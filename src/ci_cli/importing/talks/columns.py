"""Which column of a list of calls, contracts, deals or usage is which field, and why.

Simpler than for orders, since nothing here is added up: the words of ``fact_headers.yaml`` name
the fields of that kind of file, ``mapping.headers`` the parties; the values must agree. What is
left over is kept as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.importing.mapping.columns import ColumnChoice, ColumnMap
from ci_cli.importing.mapping.headers import read_headers
from ci_cli.importing.mapping.heading import Heading
from ci_cli.importing.mapping.pins import NO_COLUMN
from ci_cli.importing.mapping.profile import Profile
from ci_cli.importing.mapping.synonyms import squeeze
from ci_cli.importing.talks.lists import (
    FACT_KINDS,
    FactField,
    FactKind,
    FactList,
    load_lists,
    meaning_of,
)
from ci_cli.text import Msg, msg

_PARTIES = ("customer.id", "customer.name", "contact.email", "contact.phone", "customer.tax_id",
            "contact.name", "mail.from")  # fmt: skip
MIN_TELLING = 2  # columns whose headers speak of nothing else
_ANSWERS = ("howlikely", "respondent", "答卷", "问卷", "推荐意愿", "surveyid", "responseid")
_OF_TICKETS = frozenset(
    ["interaction.subject", "interaction.status", "interaction.text", "interaction.topic",
     "interaction.closed"]
)  # fmt: skip
_GOODS = frozenset(["line.quantity", "line.unit_price", "line.product_id"])
_RENEWAL = re.compile("renew|续约|续签|续费")
_SALES = ("order.id", "line.quantity", "line.unit_price", "line.amount", "line.product_id")


@dataclass(frozen=True)
class Found:
    """A column taken for a field; a lower rank is a better header."""

    index: int
    field: str
    rank: int
    telling: bool


@dataclass(frozen=True)
class Headed:
    """The columns of a table: their headers as they stand and as they read, and their values."""

    header: list[str]
    headings: list[Heading]
    profiles: list[Profile]


def fact_kind(header: Sequence[str], sample: Sequence[Sequence[str]]) -> FactKind | None:
    """Return what a file lists if its headers say so by themselves, else None.

    It does when at least ``MIN_TELLING`` columns have headers that only such a file has, the
    fields that the kind needs are there, and it names somebody.
    """
    table = read_headed(header, sample)
    answers = any(word in heading.key for heading in table.headings for word in _ANSWERS)
    scores: list[tuple[int, int, FactKind]] = []
    for place, kind in enumerate(FACT_KINDS):
        if answers and kind != "feedback":
            continue
        told = found_fields(table, load_lists().kinds[kind])
        names = {found.field for found in told}
        telling = sum(found.telling for found in told)
        if _is_numbered_ticket(told):
            telling = max(telling, MIN_TELLING)
        wanted = load_lists().kinds[kind]
        party = names.intersection(_PARTIES)
        if (
            telling >= MIN_TELLING
            and names.issuperset(wanted.needs)
            and names.intersection(wanted.one_of)
            and (party or kind == "opportunities")
        ):
            scores.append((telling, -place, kind))
    return max(scores)[2] if scores else None


def is_surely_facts(header: Sequence[str], sample: Sequence[Sequence[str]]) -> FactKind | None:
    """Return the kind of a file that the guess for orders and customers must not even see.

    - A list of contracts with their terms but no day of signing: without one it is no list of
      sales, and the day a contract ends must never be taken for the day of an order. With such a
      day it may be how somebody sells, unless a column says when contracts are renewed.
    - A series that names its metric.
    - Calls, visits and tickets with three telling columns and none that speaks of goods, prices or
      order numbers; feedback likewise, where day and words or rating are among them.
    - Deals of which some are not won: money that nobody has paid must never count as revenue.
      Where all of them are won, they may be the only sales there are, and that guess decides.
    """
    table = read_headed(header, sample)
    if _told(table, "contracts", needs={"contract.start"}, telling={"contract.end"},
             never={"contract.signed"}):  # fmt: skip
        return "contracts"
    if _is_register(table):
        return "contracts"
    if _told(table, "usage", needs={"usage.value", "usage.period"}, telling={"usage.metric"}):
        return "usage"
    if _is_pipeline(table):
        return "opportunities"
    kind = fact_kind(header, sample)
    if kind not in ("interactions", "feedback"):
        return None
    told = found_fields(table, load_lists().kinds[kind])
    telling = {found.index: found.field for found in told if found.telling}
    sold = any(
        heading.fields() & set(_SALES) and not heading.rule
        for index, heading in enumerate(table.headings)
        if index not in telling
    )
    if kind == "feedback":
        own = set(telling.values())
        said = "feedback.date" in own and bool(own & {"feedback.text", "feedback.rating"})
        return "feedback" if said and len(telling) > MIN_TELLING and not sold else None
    sure = (
        len(telling) > MIN_TELLING
        or {"interaction.date", "interaction.kind"} <= set(telling.values())
        or _is_numbered_ticket(told)
    )
    return "interactions" if sure and not sold else None


def _is_register(table: Headed) -> bool:
    """Return whether rows are numbered contracts with terms or renewals, and no goods."""
    numbered = _told(table, "contracts", needs={"contract.end"}, telling={"contract.id"})
    if not numbered or any(one.fields() & _GOODS and not one.rule for one in table.headings):
        return False
    if any(_RENEWAL.search(heading.key) for heading in table.headings):
        return True
    return _told(table, "contracts", needs={"contract.start"}, telling=set(),
                 never={"contract.signed"})  # fmt: skip


def ends_of_contracts(header: Sequence[str], sample: Sequence[Sequence[str]]) -> str | None:
    """Return the header that says when numbered contracts end; None: the rows are no contracts."""
    table = read_headed(header, sample)
    if not _told(table, "contracts", needs={"contract.end"}, telling={"contract.id"}):
        return None
    found = found_fields(table, load_lists().kinds["contracts"])
    return next(table.header[one.index] for one in found if one.field == "contract.end")


def _is_numbered_ticket(told: list[Found]) -> bool:
    """Return whether rows have the number of a ticket or call, and what such a thing has."""
    names = {found.field for found in told}
    numbered = any(found.telling and found.field == "interaction.id" for found in told)
    return numbered and len(names & _OF_TICKETS) >= MIN_TELLING


def _is_pipeline(table: Headed) -> bool:
    """Return whether rows are deals by their headers, and some of them are not won."""
    told = found_fields(table, load_lists().kinds["opportunities"])
    stages = [found for found in told if found.field in ("deal.stage", "deal.outcome")]
    telling = sum(found.telling for found in told)
    if telling < MIN_TELLING or not any(found.telling for found in stages):
        return False
    texts = {text for found in stages for text in table.profiles[found.index].texts}
    return any(meaning_of("deal", text) != "won" for text in texts)


def _told(
    table: Headed, kind: FactKind, *, needs: set[str], telling: set[str],
    never: Set[str] = frozenset(),
) -> bool:  # fmt: skip
    """Return whether the fields have columns, some of them by telling headers, and a party too."""
    found = found_fields(table, load_lists().kinds[kind])
    names = {one.field for one in found}
    sure = {one.field for one in found if one.telling}
    return bool(needs <= names and telling <= sure and not never & names and names & set(_PARTIES))


def map_facts(
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    kind: FactKind,
    *,
    overrides: Mapping[str, str],
    reason: Msg,
    where: Where,
) -> ColumnMap:
    """Decide what each column of a list of facts is.

    Args:
        header: the header row.
        sample: rows below it.
        kind: what it lists.
        overrides: field -> header, ``#3``, or ``-`` for none, as ``--map`` says.
        reason: why it is that kind.
        where: for errors.

    Raises:
        CiError: ``map-field-unknown``, ``map-header-unknown``, ``column-missing`` (exit 2).
    """
    wanted, table = load_lists().kinds[kind], read_headed(header, sample)
    pinned = _pinned(table, wanted, overrides, where)
    told = {found.index: found for found in found_fields(table, wanted, pinned)}
    columns = tuple(
        ColumnChoice(
            header=text,
            index=index,
            field=told[index].field if index in told else None,
            reason=_why(told.get(index), table.headings[index], pinned),
            scale=table.headings[index].unit.scale,
            currency=table.headings[index].unit.currency,
            zone=table.headings[index].unit.zone,
            date_order=table.headings[index].unit.date_order,
            own=table.headings[index].apart == "own" and index not in told,
        )
        for index, text in enumerate(table.header)
    )
    names = {found.field for found in told.values()}
    _check(wanted, names, table, where)
    missing = []
    if not names.intersection(_PARTIES):
        missing.append(msg("no customer: these rows hang on nobody"))
    return ColumnMap(kind, reason, columns, (), tuple(missing))


def read_headed(header: Sequence[str], sample: Sequence[Sequence[str]]) -> Headed:
    """Read the headers of a table and profile its values; ragged rows are padded or cut."""
    width = len(header)
    padded = [[*row[:width], *[""] * (width - len(row))] for row in sample]
    values = list(zip(*padded, strict=True)) if padded else [()] * width
    return Headed(list(header), read_headers(list(header)), [Profile(column) for column in values])


def legal_fields(wanted: FactList) -> list[str]:
    """Return every field that a column of this kind of file may be."""
    return [field.name for field in (*wanted.fields, *load_lists().parties)]


def _pinned(
    table: Headed, wanted: FactList, overrides: Mapping[str, str], where: Where
) -> dict[str, int | None]:
    """Return field -> column as the user says; None: the field has no column."""
    legal, pinned = legal_fields(wanted), dict[str, int | None]()
    for name, header in overrides.items():
        if name not in legal:
            raise CiError(
                "map-field-unknown",
                msg("--map {field}=…: there is no field of that name", field=name),
                hint=msg("use one of the fields below"),
                where=where, exit_code=ExitCode.DECIDE, details=(", ".join(legal),),
            )  # fmt: skip
        if header in NO_COLUMN:
            pinned[name] = None
            continue
        places = [i for i, text in enumerate(table.header) if text == header] or [
            i
            for i, text in enumerate(table.header)
            if f"#{i + 1}" == header or (squeeze(header) and squeeze(text) == squeeze(header))
        ]
        if len(places) != 1:
            raise CiError(
                "map-header-unknown",
                msg("--map {field}={header}: the file has no such header", field=name,
                    header=header)
                if not places
                else msg("“{header}” stands over several columns: {places}", header=header,
                         places=", ".join(f"#{place + 1}" for place in places)),
                hint=msg("use one of the headers below, or #N for the Nth column"),
                where=where, exit_code=ExitCode.DECIDE,
                details=(", ".join(text for text in table.header if text),),
            )  # fmt: skip
        pinned[name] = places[0]
    return pinned


def found_fields(
    table: Headed, wanted: FactList, pinned: Mapping[str, int | None] | None = None
) -> list[Found]:
    """Return one column per field: what the user says, then the best header whose values agree."""
    pinned = pinned or {}
    taken = {place for place in pinned.values() if place is not None}
    found = [Found(place, name, 0, telling=False) for name, place in pinned.items()
             if place is not None]  # fmt: skip
    candidates: list[Found] = []
    for index, heading in enumerate(table.headings):
        if index in taken or not heading.key:
            continue
        candidates += _meanings(index, heading, table.profiles[index], wanted)
    candidates = _with_fullest_end(candidates, table)
    candidates.sort(key=lambda one: (one.rank, one.index))
    filled = set(pinned)
    for one in candidates:
        if one.index not in taken and one.field not in filled:
            taken.add(one.index)
            filled.add(one.field)
            found.append(one)
    return found


def _with_fullest_end(candidates: list[Found], table: Headed) -> list[Found]:
    """Leave of several columns that say when contracts end the one that most rows fill in."""
    ends = [one for one in candidates if one.field == "contract.end"]
    if len(ends) < 2:
        return candidates
    best = max(ends, key=lambda one: (table.profiles[one.index].filled, -one.rank))
    return [one for one in candidates if one.field != best.field or one is best]


_CLOCKS = 0.5  # share of times of day in a column beside that of the days
_ALSO, _READ, _PARTY = 1000, 1500, 500  # ranks: telling words, then parties, then short words


def _meanings(index: int, heading: Heading, profile: Profile, wanted: FactList) -> list[Found]:
    keys = {heading.key, squeeze(heading.text)}
    found = []
    for field in (*wanted.fields, *load_lists().parties):
        is_party = field in load_lists().parties
        if heading.text.strip() == field.name:
            found.append(Found(index, field.name, -1, telling=True))
            continue
        told = [field.telling[key] for key in keys if key in field.telling]
        also = [field.also[key] for key in keys if key in field.also]
        if told and field.name == "interaction.date" and profile.clock >= _CLOCKS:
            found.append(Found(index, "interaction.clock", min(told), telling=True))
        elif told:  # what its values do not bear out is rejected row by row
            found.append(Found(index, field.name, min(told), telling=True))
        elif also and fits(field, profile):
            rank = (_PARTY if is_party else _ALSO) + min(also)
            found.append(Found(index, field.name, rank, telling=False))
        elif (
            is_party and field.name in heading.fields() and heading.rule is None
            and not heading.delivery and fits(field, profile)
        ):  # fmt: skip
            found.append(Found(index, field.name, _READ, telling=False))
    return found


def fits(field: FactField, profile: Profile) -> bool:
    """Return whether the values of a column can be the field; no values, no objection."""
    if profile.empty or not profile.texts:
        return True
    if field.type == "date":
        return profile.bare_date >= 0.5
    if field.type in ("money", "quantity"):
        return profile.number >= 0.5
    if field.name == "contact.phone":
        return profile.phone >= 0.5
    if field.name == "contact.email":
        return profile.email >= 0.5
    if field.type == "code":
        return profile.date < 0.5 and profile.length <= 80
    if field.name in ("customer.name", "contact.name", "interaction.author"):
        return profile.date < 0.5 and profile.number < 0.9
    if field.name == "interaction.kind":
        return profile.phone < 0.5 and profile.email < 0.5 and profile.date < 0.5
    return True


def _why(found: Found | None, heading: Heading, pinned: Mapping[str, int | None]) -> Msg:
    if found is None:
        return msg("no known header") if heading.text else msg("no header")
    if found.index in pinned.values():
        return msg("as --map says")
    if found.rank < 0:
        return msg("the field's own name")
    return msg("known header")


def _check(wanted: FactList, names: set[str], table: Headed, where: Where) -> None:
    lacking = [name for name in wanted.needs if name not in names]
    if not lacking and not names.intersection(wanted.one_of) and wanted.kind != "usage":
        lacking = [wanted.one_of[0]]
    if wanted.kind == "usage" and not names.intersection(_PARTIES):
        lacking = ["customer.name"]
    if lacking:
        raise CiError(
            "column-missing",
            msg("No column holds {field}.", field=lacking[0]),
            hint=msg("name it with --map {field}=HEADER", field=lacking[0]),
            where=where, exit_code=ExitCode.DECIDE,
            details=(", ".join(text for text in table.header if text),),
        )  # fmt: skip
