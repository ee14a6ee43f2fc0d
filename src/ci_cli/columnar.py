"""Rows held column by column, so that a long list costs no object for each of its rows.

A list of two hundred thousand customers is scored, laid out and written column by column; as rows
it would be made, and read, one cell at a time. Whoever wants rows goes through them as through any
list: they are made as they are asked for.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar, cast, overload

Row = TypeVar("Row", bound=tuple[Any, ...])


class Columnar(Sequence[Row]):
    """A sequence of rows of one type, kept as its columns.

    A column may itself be columnar: then the cell is a row.

    Attributes:
        columns: of equal length, in the order of the row's fields.
    """

    __slots__ = ("_make", "columns", "row_type")

    def __init__(self, row_type: type[Row], columns: Iterable[Any]) -> None:
        """Hold ``columns`` as rows of ``row_type``, a named tuple or ``tuple``."""
        self.row_type = row_type
        self.columns: tuple[Any, ...] = tuple(columns)
        self._make = cast(Callable[[Iterable[Any]], Row], getattr(row_type, "_make", row_type))

    @classmethod
    def of(cls, row_type: type[Row], rows: Iterable[tuple[Any, ...]]) -> Columnar[Row]:
        """Return ``rows`` column by column; ``row_type`` is a named tuple."""
        if isinstance(rows, Columnar):
            return cast(Columnar[Row], rows)
        found = list(zip(*rows, strict=True))
        return Columnar(row_type, found or [()] * len(_fields(row_type)))

    def column(self, name: str) -> Any:
        """Return the column of one field, a sequence."""
        return self.columns[_fields(self.row_type).index(name)]

    def picked(self, places: Sequence[int]) -> Columnar[Row]:
        """Return the rows at ``places``, in that order."""
        if places and places == list(range(places[0], places[0] + len(places))):
            return self[places[0] : places[0] + len(places)]
        pick = _picker(places)
        return Columnar(self.row_type, (_picked(column, places, pick) for column in self.columns))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.columns[0]) if self.columns else 0

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> Columnar[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | Columnar[Row]:
        """Return one row, or some of them."""
        cells = (column[place] for column in self.columns)
        return Columnar(self.row_type, cells) if isinstance(place, slice) else self._make(cells)

    def __iter__(self) -> Iterator[Row]:
        """Make the rows one after the other."""
        return map(self._make, zip(*self.columns, strict=True))

    def __eq__(self, other: object) -> bool:
        """Tell whether the rows are the same, however they are held."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(map(operator.eq, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Show the rows as a list does."""
        return repr(list(self))


def columns_of(rows: Sequence[Sequence[Any]], width: int) -> Sequence[Sequence[Any]]:
    """Return the columns of ``rows``, each of which has ``width`` cells."""
    if isinstance(rows, Columnar):
        return rows.columns
    return list(zip(*rows, strict=True)) or [()] * width


def ranked(amounts: Sequence[int], ids: Sequence[int]) -> list[int]:
    """Return the places of rows by an amount, the largest first, then by id."""
    places = sorted(range(len(ids)), key=ids.__getitem__)
    places.sort(key=amounts.__getitem__, reverse=True)  # equal amounts stay as they stand
    return places


def is_ranked(amounts: Sequence[int], ids: Sequence[int]) -> bool:
    """Tell whether rows stand as :func:`ranked` puts them."""
    drops = map(operator.gt, amounts, islice(amounts, 1, None))
    return falls(amounts) and all(
        map(operator.or_, drops, map(operator.lt, ids, islice(ids, 1, None)))
    )


def falls(amounts: Sequence[int]) -> bool:
    """Tell whether no amount is larger than the one before it."""
    return all(map(operator.ge, amounts, islice(amounts, 1, None)))


def _picker(places: Sequence[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Return what takes the cells at ``places`` out of a column, in one go."""
    if len(places) > 1:
        return operator.itemgetter(*places)
    return lambda column: [column[place] for place in places]


def _picked(
    column: Sequence[Any], places: Sequence[int], pick: Callable[[Sequence[Any]], Sequence[Any]]
) -> Sequence[Any]:
    return column.picked(places) if isinstance(column, Columnar) else pick(column)


def _fields(row_type: type[tuple[Any, ...]]) -> tuple[str, ...]:
    return cast(tuple[str, ...], getattr(row_type, "_fields", ()))
