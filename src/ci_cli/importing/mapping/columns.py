"""Which column of a file is which field: every decision with its reason, none of them silent.

The steps, each in a module of its own: ``headers`` reads each header, ``profile`` looks at the
values, ``kinds`` guesses what the file lists, ``ambiguous`` breaks ties, ``lines`` and ``totals``
let arithmetic speak, ``settle`` and ``money`` leave one column per field, ``fill`` finds by hints
and structure what no header named, ``needs`` checks what must be there. What the values cannot
settle stops with exit 2 and names the flag that decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from ci_cli.errors import Where
from ci_cli.importing.mapping.ambiguous import apply_rules
from ci_cli.importing.mapping.apart import is_refuted, reason_of
from ci_cli.importing.mapping.discounts import take_after_discount
from ci_cli.importing.mapping.documents import find_net, find_total, settle_documents, take_net
from ci_cli.importing.mapping.fill import fill
from ci_cli.importing.mapping.headers import read_headers, reread
from ci_cli.importing.mapping.heading import Candidate
from ci_cli.importing.mapping.kinds import guess_kind
from ci_cli.importing.mapping.lines import prove_lines
from ci_cli.importing.mapping.money import settle_money
from ci_cli.importing.mapping.needs import check_essentials, check_units, missing
from ci_cli.importing.mapping.neighbours import read_again
from ci_cli.importing.mapping.pins import pin
from ci_cli.importing.mapping.profile import Profile
from ci_cli.importing.mapping.reader import hear_reader
from ci_cli.importing.mapping.settle import settle_duplicates
from ci_cli.importing.mapping.sheet import Column, Kind, Sheet, fits, for_kind, goes_with
from ci_cli.importing.mapping.shops import take_other_of_shop
from ci_cli.importing.mapping.sniff import sniff
from ci_cli.importing.mapping.sums import take_sum
from ci_cli.importing.mapping.synonyms import MONEY
from ci_cli.importing.mapping.totals import prove_total
from ci_cli.importing.mapping.units import unit_above
from ci_cli.importing.mapping.with_units import take_units_off
from ci_cli.importing.talks.lists import FactKind
from ci_cli.report import Note
from ci_cli.text import Msg, msg

SAMPLE_ROWS = 3000  # how many rows of a file callers should show; more changes little

_HOW: dict[str, Msg] = {
    "own": msg("the field's own name"),
    "layout": msg("as in a known export"),
    "exact": msg("known header"),
    "words": msg("read word by word"),
    "ending": msg("ends like a known header, and the values agree"),
}


_FOR_ONE = re.compile(r"unit|each|per|list|rate|standard|单价|每|标准|均价|报价")
_RECEIVERS = ("单位", "公司", "客户", "consignee", "consigneename")
_PER_UNIT = re.compile(
    r"unit|price|each|rate|per(?:item|piece)|average|avg|standard|moving|last"
    r"|单位|单价|价$|平均|标准|参考|移动|最新|最近"
)


@dataclass(frozen=True)
class ColumnChoice:
    """What one column of the file is.

    Attributes:
        header: text in the file.
        index: place in the row, from 0.
        field: the field, or None: the column is kept as an extra.
        reason: why, one clause.
        scale: factor of every number in it: 10,000 for ``金额(万元)``.
        currency: currency that the header names.
        tax_basis: ``net`` or ``gross``, where the header tells.
        zone: zone of its times, where the header names one.
        date_order: ``dmy``, ``mdy`` or ``ymd``, where the header shows a format.
        per_unit: the header says that the number is for one unit: 单位成本, unit cost.
        own: one of the columns that ci-cli itself wrote for people; neither field nor extra.
        counted: its numbers carry units (40 Nos), so it is kept as an extra as well.
    """

    header: str
    index: int
    field: str | None
    reason: Msg
    scale: Fraction = Fraction(1)
    currency: str | None = None
    tax_basis: str | None = None
    zone: str | None = None
    date_order: str | None = None
    per_unit: bool = False
    own: bool = False
    counted: bool = False


@dataclass(frozen=True)
class ColumnMap:
    """What a file lists and what its columns are, in the order of the header.

    Attributes:
        kind: what the file lists.
        kind_reason: why we think so.
        columns: one choice per column.
        notes: what a person should know, for instance which of two columns was taken.
        missing: what the absent columns switch off.
    """

    kind: Kind | FactKind
    kind_reason: Msg
    columns: tuple[ColumnChoice, ...]
    notes: tuple[Note, ...] = ()
    missing: tuple[Msg, ...] = ()

    def choice(self, name: str) -> ColumnChoice | None:
        """Return the column that holds a field, None if there is none."""
        return next((column for column in self.columns if column.field == name), None)

    def index(self, name: str) -> int | None:
        """Return the place of the column that holds a field, None if there is none."""
        choice = self.choice(name)
        return None if choice is None else choice.index

    @property
    def extras(self) -> tuple[ColumnChoice, ...]:
        """Return the columns that are kept as extras."""
        return tuple(c for c in self.columns if (not c.field or c.counted) and not c.own)

    def as_overrides(self) -> dict[str, str]:
        """Return field -> header, which maps a file of the same headers again as this one."""
        doubled = [column.header for column in self.columns]
        return {
            column.field: column.header
            if doubled.count(column.header) == 1
            else f"#{column.index + 1}"
            for column in self.columns
            if column.field
        }


def map_columns(
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    *,
    kind: Kind | None = None,
    overrides: Mapping[str, str] | None = None,
    basis: Literal["net", "gross"] = "net",
    above: Sequence[Sequence[str]] = (),
    file: str | None = None,
    sheet: str | None = None,
) -> ColumnMap:
    """Decide what each column of a file is; the order of the sample's rows never matters.

    Args:
        header: the header row.
        sample: rows below it, up to ``SAMPLE_ROWS``; ragged rows are padded or cut.
        kind: what the user says the file lists; None: guess.
        overrides: field -> header as it stands, or alike, or ``#3`` for the third column; ``-``
            or ``""`` leaves the field without a column.
        above: rows above the header; a unit stated there (单位：万元) counts for all amounts whose
            headers state none.
        basis: which amount is taken where the file has one with and one without tax.
        file: named in errors.
        sheet: named in errors.

    Raises:
        CiError: all with exit 2: ``kind-unknown``, ``header-ambiguous``, ``header-duplicate``,
            ``amount-ambiguous``, ``unit-unclear``, ``column-missing``, ``map-field-unknown``,
            ``map-header-unknown``.
    """
    work = Sheet(columns_of(header, sample), Where(file=file, sheet=sheet), basis)
    pin(work, overrides or {})
    take_units_off(work)
    if kind is None:
        work.kind, why = guess_kind(work)
    else:
        work.kind, why = kind, msg("as --as says")
    _take_sure(work)
    apply_rules(work)
    _leave_unwanted(work)
    settle_duplicates(work)
    prove_lines(work)
    settle_money(work)
    take_net(work)
    sniff(work)
    if work.kind == "customers":
        fill(work)  # a firm with an unknown header comes before the person who speaks for it
    _promote(work)
    _promote_category(work)
    _promote_product(work)
    _promote_price(work)
    fill(work)
    prove_total(work)
    find_total(work)
    find_net(work)
    take_sum(work)
    take_after_discount(work)
    settle_documents(work)  # the number of the documents may have been found only now
    hear_reader(work)
    take_other_of_shop(work)
    _apply_unit_above(work, above)
    check_units(work)
    check_essentials(work)
    return ColumnMap(
        kind=work.kind,
        kind_reason=why,
        columns=tuple(map(_choice, work.columns)),
        notes=tuple(work.notes),
        missing=tuple(missing(work)),
    )


def columns_of(header: Sequence[str], sample: Sequence[Sequence[str]]) -> list[Column]:
    """Return the columns of a file with what their headers may mean, nothing decided."""
    width = len(header)
    padded = [[*row[:width], *[""] * (width - len(row))] for row in sample]
    values = list(zip(*padded, strict=True)) if padded else [()] * width
    headings = read_headers(list(header))
    columns = [
        Column(index, heading, column, Profile(column))
        for index, (heading, column) in enumerate(zip(headings, values, strict=True))
    ]
    for column in columns:
        if is_refuted(column.heading.apart, column.heading.key, column.profile):
            column.heading = reread(column.heading, dated=column.profile.date == 1)
    read_again(columns)
    return columns


def _take_sure(sheet: Sheet) -> None:
    """Map every column whose header has one meaning, if its values agree."""
    assert sheet.kind is not None  # noqa: S101 - decided by the caller
    for column in sheet.columns:
        heading = column.heading
        if column.how == "map" or heading.rule:
            continue
        if heading.apart:
            column.leave(reason_of(heading.apart))
        elif not heading.key and not column.profile.empty:
            column.leave(msg("no header"))
        elif heading.candidates:
            _take_candidate(column, heading.candidates[0], sheet.kind)


def _take_candidate(column: Column, candidate: Candidate, kind: Kind) -> None:
    name = for_kind(candidate.field, kind)
    if name is None:
        column.leave(
            msg("{field}: not used when importing {kind}", field=candidate.field, kind=kind)
        )
    elif not fits(name, column):
        column.leave(msg("the header says {field}, but the values do not look like it", field=name))
    else:
        column.how = candidate.how
        column.take(name, _HOW[candidate.how])


def _leave_unwanted(sheet: Sheet) -> None:
    """Take no column for the fields that ``--map FIELD=-`` leaves out."""
    for column in sheet.columns:
        if column.field in sheet.left_out and column.how != "map":
            column.leave(msg("left out by --map {field}=-", field=column.field or ""))


def _apply_unit_above(sheet: Sheet, above: Sequence[Sequence[str]]) -> None:
    stated = unit_above(above)
    if stated is None:
        return
    words, unit = stated
    for column in sheet.columns:
        own = column.heading.unit
        if column.field not in MONEY:
            continue
        currency = own.currency or unit.currency
        scale = own.scale if own.said else unit.scale
        column.heading = replace(column.heading, unit=replace(own, scale=scale, currency=currency))
    if unit.scale != 1:
        sheet.note(
            msg("above the header stands “{words}”: amounts are multiplied by {factor}",
                words=words, factor=unit.scale),
            warning=True,
        )  # fmt: skip


def _promote(sheet: Sheet) -> None:
    """Let a short name or a person stand for the customer where nothing else names it."""
    if sheet.kind not in ("orders", "customers") or sheet.left_out & {"customer.name"}:
        return
    if sheet.has("customer.name"):
        return
    sources = ["customer.short_name"]
    if sheet.kind == "customers" and not sheet.has("customer.id"):
        sources.append("contact.name")
    if sheet.kind == "orders":
        _promote_receiver(sheet)
        if sheet.has("customer.name"):
            return
        if not sheet.has("customer.id"):
            sources.append("contact.name")
    for source in sources:
        column = sheet.mapped(source)
        if column is None or column.how == "map":
            continue
        if source != "contact.name" or not _masked(column):
            column.how = "promoted"
            column.take("customer.name", msg("{field}, and nothing else names the customer",
                                             field=source))  # fmt: skip
            return


def _masked(column: Column) -> bool:
    """Return whether names are hidden: 王** is a different person in every row."""
    texts = column.profile.texts
    return 2 * sum("*" in text for text in texts) > len(texts)


def _promote_category(sheet: Sheet) -> None:
    """Let a category code that is a word stand for the category where nothing else names it."""
    code = sheet.mapped("product.category_id")
    if code is None or code.how == "map" or sheet.has("line.category") or not code.profile.texts:
        return
    if not any(char.isdigit() for text in code.profile.texts for char in text):
        code.how = "promoted"
        code.take("line.category", msg("the codes are words, and nothing else names the category"))


def _promote_product(sheet: Sheet) -> None:
    """Let a 品种 stand for what was sold where nothing else names it."""
    kind = sheet.mapped("line.category")
    named = (
        sheet.has("line.product_name", "line.product_id") or "line.product_name" in sheet.left_out
    )
    if sheet.kind != "orders" or kind is None or named or kind.how == "map":
        return
    if kind.heading.key in ("品种", "variety"):
        kind.how = "promoted"
        kind.take("line.product_name", msg("nothing else names the product"))


def _promote_price(sheet: Sheet) -> None:
    """Take the only money of sales without a quantity for the amount: one treatment, one price."""
    price = sheet.mapped("line.unit_price")
    money = ("line.quantity", "line.amount", "order.total")
    if sheet.kind != "orders" or price is None or price.how == "map" or sheet.has(*money):
        return
    if not _FOR_ONE.search(price.heading.key) and not sheet.left_out & set(money):
        price.how = "promoted"
        price.take("line.amount", msg("no quantity and no other money: what each line came to"))


def _promote_receiver(sheet: Sheet) -> None:
    """Let the company that receives stand for the customer: 收货单位 on a delivery note."""
    for column in sheet.columns:
        receives = column.field == "contact.name" or (
            column.field is None and "contact.name" in column.heading.fields()
        )
        ids = sheet.mapped("customer.id")
        firm = column.heading.key.endswith(_RECEIVERS) and ids is None
        named = ids is not None and column.profile.distinct > 1 and column.heading.key.endswith(
            ("to", "toname", *_RECEIVERS)
        ) and goes_with(ids, column) and goes_with(column, ids)  # fmt: skip
        if receives and column.heading.delivery and (firm or named):
            column.how = "promoted"
            column.take("customer.name", msg("who receives, and nothing else names the customer"))
            return


def _choice(column: Column) -> ColumnChoice:
    heading = column.heading
    return ColumnChoice(
        header=column.text,
        index=column.index,
        field=column.field,
        reason=column.reason,
        scale=heading.unit.scale,
        currency=heading.unit.currency,
        tax_basis=heading.unit.tax_basis,
        zone=heading.unit.zone,
        date_order=heading.unit.date_order,
        per_unit=column.field == "line.cost" and bool(_PER_UNIT.search(heading.key)),
        own=heading.apart == "own",
        counted=column.counted and column.field is not None,
    )
