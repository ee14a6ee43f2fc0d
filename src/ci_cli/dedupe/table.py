"""A list of records as numbers: each field a list of distinct standard values and a code per row.

Equal values have equal codes, so most of the work (blocking, exact agreement, counting) is done on
integers, and likeness is computed once per pair of distinct values. Codes follow the order of the
values, never that of the rows, so that the answer does not depend on how a file was sorted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from .fields import IGNORE, FieldChoice, follows, recognise
from .settings import Settings
from .standard import NOTHING, Name, Standard, region_of, standard_values

Ints: TypeAlias = npt.NDArray[np.integer]
MISSING = -1
# types whose values tell the country of phone numbers
SPEAKING = frozenset({"phone", "place", "area", "category", "surname", "full_name", "organisation"})


@dataclass(frozen=True)
class Column:
    """One source of values of a field.

    Attributes:
        values: distinct standard values in order (object array of str).
        codes: row -> index in ``values``, or -1 where missing (int32).
    """

    values: npt.NDArray[np.object_]
    codes: npt.NDArray[np.int32]

    @property
    def filled(self) -> int:
        """Number of rows with a value."""
        return int((self.codes >= 0).sum())


@dataclass(frozen=True)
class Names:
    """Names taken apart, beside the column of their standard values.

    Attributes:
        distinct: the names in order.
        codes: row -> index in ``distinct``, or -1 where missing (int32).
    """

    distinct: tuple[Name, ...]
    codes: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Field:
    """What is compared as one: usually one column, several for phones and e-mail addresses.

    Attributes:
        name: the header, or "header: part".
        type: key of the priors.
        columns: the standard values.
        names: where the values are names, their parts; ``clean`` compares these by rule.
    """

    name: str
    type: str
    columns: tuple[Column, ...]
    names: Names | None = None


@dataclass(frozen=True)
class Records:
    """The table: row i of each column is record i.

    Attributes:
        keys: one per record, all different; the last word where everything else is equal.
        fields: what is compared.
        choices: what each column of the input was taken for, and why.
    """

    keys: tuple[str, ...]
    fields: tuple[Field, ...]
    choices: tuple[FieldChoice, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def from_columns(
        cls,
        columns: Mapping[str, Sequence[str | None]],
        keys: Sequence[str] | None = None,
        settings: Settings | None = None,
    ) -> Records:
        """Make the table from columns of raw text.

        Args:
            columns: header -> one value per record; None and blanks are missing.
            keys: one per record, all different; the row numbers by default.
            settings: for the types of columns that somebody said.

        Raises:
            ValueError: columns of different length, or a key twice.
        """
        types = (settings or Settings()).types
        size = len(next(iter(columns.values()))) if columns else len(keys or ())
        names = tuple(keys) if keys is not None else tuple(str(i).zfill(9) for i in range(size))
        if any(len(values) != size for values in columns.values()) or len(names) != size:
            raise ValueError("columns of different length")
        if len(set(names)) != size:
            raise ValueError("a key stands for two records")
        choices = [recognise(name, values, types.get(name)) for name, values in columns.items()]
        choices = [_settled(choice, choices, columns) for choice in choices]
        typed: list[tuple[str, str, Sequence[str | None]]] = []
        places: dict[str, Sequence[str | None]] = {}
        for choice in choices:
            if choice.type in {"latitude", "longitude"}:
                places[choice.type] = columns[choice.header]
            elif choice.type != IGNORE:
                typed.append((choice.header, choice.type, columns[choice.header]))
        if len(places) == 2:
            both = zip(places["latitude"], places["longitude"], strict=True)
            typed.append(("coordinates", "coordinates", [f"{a or ''},{b or ''}" for a, b in both]))
        phoned = any(kind == "phone" for _, kind, _ in typed)
        region = region_of(raw for _, kind, raw in typed if kind in SPEAKING) if phoned else ""
        fields = [made for name, kind, raw in typed for made in _fields_of(name, kind, raw, region)]
        pooled = {name for name, prior in (settings or Settings()).priors.items() if prior.pooled}
        return cls(names, tuple(_pool(fields, pooled)), tuple(choices))

    def take(self, rows: Ints) -> Records:
        """Return the records of some rows, in that order (values keep their codes)."""
        return Records(
            tuple(self.keys[i] for i in rows),
            tuple(_taken(f, rows) for f in self.fields),
            self.choices,
        )

    def canonical_order(self) -> Ints:
        """Return the rows in an order that depends on what they hold, not on where they stand."""
        by_key = np.argsort(np.array(self.keys, dtype=object), kind="stable")
        columns = [codes[by_key] for f in self.fields for codes in _codes_of(f)]
        if not columns:
            return by_key
        return by_key[np.lexsort(columns[::-1])]

    def contents(self) -> Ints:
        """Return a number per record; equal numbers mean that all standard values are equal."""
        codes = [codes for f in self.fields for codes in _codes_of(f)]
        return combine(codes, len(self))


def _settled(
    choice: FieldChoice,
    choices: Sequence[FieldChoice],
    columns: Mapping[str, Sequence[str | None]],
) -> FieldChoice:
    """Return a country or state that has nothing to do with the towns as a mere category."""
    if choice.type != "area" or choice.reason == "said":
        return choice
    towns = [columns[other.header] for other in choices if other.type == "place"]
    if not towns or any(follows(columns[choice.header], places) for places in towns):
        return choice
    return replace(choice, type="category")


def _codes_of(field: Field) -> Iterable[npt.NDArray[np.int32]]:
    """Yield all that tells two records apart in one field."""
    for column in field.columns:
        yield column.codes
    if field.names is not None:
        yield field.names.codes


def _taken(field: Field, rows: Ints) -> Field:
    columns = tuple(Column(c.values, c.codes[rows]) for c in field.columns)
    names = field.names and Names(field.names.distinct, field.names.codes[rows])
    return Field(field.name, field.type, columns, names)


def combine(codes: Iterable[npt.NDArray[np.integer]], size: int) -> npt.NDArray[np.int64]:
    """Return one number per row for several codes: equal numbers, equal codes (dense, from 0)."""
    total = np.zeros(size, dtype=np.int64)
    for one in codes:
        width = int(one.max(initial=-1)) + 2
        mixed = total * width + (one + 1)
        order = np.argsort(mixed, kind="stable")
        new = np.append(False, mixed[order][1:] != mixed[order][:-1])
        total = np.empty_like(mixed)
        total[order] = np.cumsum(new)
    return total


def encode(values: Iterable[str], size: int) -> Column:
    """Return a column of standard values; "" is missing."""
    listed = list(values)
    distinct = sorted(set(listed) - {""})
    place = dict(zip(distinct, range(len(distinct)), strict=True))
    place[""] = MISSING
    codes = np.fromiter(map(place.__getitem__, listed), dtype=np.int32, count=size)
    ordered = np.empty(len(distinct), dtype=object)
    ordered[:] = distinct
    return Column(ordered, codes)


def _fields_of(name: str, kind: str, raw: Sequence[str | None], region: str) -> list[Field]:
    """Return the field of a column, and those that its values hold besides (region, legal form)."""
    place: dict[str | None, int] = {value: i for i, value in enumerate(dict.fromkeys(raw))}
    found = [NOTHING if v is None else standard_values(kind, v, region) for v in place]
    row = np.fromiter(map(place.__getitem__, raw), dtype=np.int64, count=len(raw))

    def column_of(values: Iterable[str]) -> Column:
        column = encode(values, len(found))
        return Column(column.values, column.codes[row])

    main = column_of(one.value for one in found)
    if not len(main.values):
        return []
    columns = [
        main,
        *(
            column_of(one.more[at] if at < len(one.more) else "" for one in found)
            for at in range(max(len(one.more) for one in found))
        ),
    ]
    names = _names(found)
    if names is not None:
        names = Names(names.distinct, names.codes[row])
    made = [Field(name, kind, _shared(columns), names)]
    for part in sorted({part for one in found for part in one.beside}):
        column = column_of(one.beside.get(part, "") for one in found)
        if len(column.values) > 1:  # a part that never differs says nothing
            made.append(Field(f"{name}: {part}", part, (column,)))
    return made


def _names(found: Sequence[Standard]) -> Names | None:
    distinct = sorted({one.name for one in found if one.name is not None})
    if not distinct:
        return None
    place = dict(zip(distinct, range(len(distinct)), strict=True))
    codes = (MISSING if one.name is None else place[one.name] for one in found)
    return Names(tuple(distinct), np.fromiter(codes, dtype=np.int32, count=len(found)))


def _shared(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return columns with one list of values for all, so that equal values have equal codes."""
    if len(columns) == 1:
        return tuple(columns)
    values = sorted({v for column in columns for v in column.values})
    places = {value: i for i, value in enumerate(values)}
    shared = np.empty(len(values), dtype=object)
    shared[:] = values
    lookups = (np.array([places[v] for v in c.values] + [MISSING], np.int32) for c in columns)
    return tuple(
        Column(shared, lookup[column.codes])
        for lookup, column in zip(lookups, columns, strict=True)
    )


def _pool(fields: list[Field], pooled: set[str]) -> Iterable[Field]:
    """Yield the fields, several columns of a pooled type (phone, mobile) as one."""
    merged: dict[str, list[Field]] = {}
    for one in fields:
        merged.setdefault(one.type if one.type in pooled else f"{one.type} {one.name}", []).append(
            one
        )
    for group in merged.values():
        if len(group) == 1:
            yield group[0]
            continue
        columns = _shared([column for one in group for column in one.columns])
        yield Field(" / ".join(one.name for one in group), group[0].type, columns)
