"""Cells of a pivot -> rows, columns and totals: what is measured and how.

A measure is worked out from sums that add up, or from distinct counts that do not: so the figure of
a row, of a column or of all is worked out from its own sums and counts, never from other figures.

    discount rate = discount / (sales + discount), sales alone, before returns
    margin        = revenue of the lines whose cost is known - their cost
    margin rate   = margin / revenue of the lines whose cost is known
    price         = sales / quantity, of the sale lines with a quantity
    return rate   = returns / sales
    win rate      = won / (won + lost), by number of opportunities
    cycle         = mean number of days from opened to closed, of those won
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ci_cli.analysis.decompose import portion
from ci_cli.report import QUANTITY_SCALE, Kind
from ci_cli.shapes.pivots import Base, Cell, Counted, Key
from ci_cli.text import Msg, msg

Sums = Mapping[str, int]
Value = int | float | None
Place = tuple[Key, Key]


@dataclass(frozen=True)
class Measure:
    """One figure of a cell; ``value`` works it out from the sums and counts named."""

    name: str
    label: Msg
    kind: Kind
    value: Callable[[Sums], Value]
    sums: tuple[str, ...] = ()
    thing: str = ""  # what it counts once each; such figures do not add up
    adds_up: bool = True
    of_all: bool = False  # the figure is divided by that of all rows and columns


def _plain(name: str) -> Callable[[Sums], Value]:
    return lambda sums: sums[name]


def _told(name: str, told: str) -> Callable[[Sums], Value]:
    return lambda sums: sums[name] if sums[told] else None


def _rate(part: Callable[[Sums], int], whole: Callable[[Sums], int]) -> Callable[[Sums], Value]:
    def value(sums: Sums) -> Value:
        base = whole(sums)
        return part(sums) / base if base > 0 else None

    return value


def _price(sums: Sums) -> Value:
    units = sums["units"]
    return portion(sums["measured"], QUANTITY_SCALE, units) if units > 0 else None


def _margin(sums: Sums) -> Value:
    return sums["costed"] - sums["cost"] if sums["cost_told"] else None


def _sum(name: str, label: Msg, kind: Kind, column: str = "") -> Measure:
    return Measure(name, label, kind, _plain(column or name), (column or name,))


def _count(name: str, label: Msg) -> Measure:
    return Measure(name, label, "int", _plain(name), thing=name, adds_up=False)


_COST = ("costed", "cost", "cost_told")
_DISCOUNT = ("gross", "discount", "discount_told")
_ORDERS = (
    _sum("revenue", msg("revenue"), "money", "net"),
    Measure(
        "share", msg("share"), "percent", _plain("net"), ("net",), adds_up=False, of_all=True
    ),
    _sum("gross", msg("sales"), "money"),
    Measure("returns", msg("returns"), "money", lambda s: s["gross"] - s["net"], ("gross", "net")),
    Measure(
        "return_rate", msg("return rate"), "percent",
        _rate(lambda s: s["gross"] - s["net"], lambda s: s["gross"]), ("gross", "net"),
        adds_up=False,
    ),
    _sum("quantity", msg("quantity"), "quantity"),
    _sum("lines", msg("order lines"), "int"),
    _count("orders", msg("orders")),
    _count("customers", msg("customers")),
    _count("won", msg("customers won")),
    Measure("discount", msg("discount"), "money", _told("discount", "discount_told"), _DISCOUNT),
    Measure(
        "list_value", msg("before discount"), "money", lambda s: s["gross"] + s["discount"],
        _DISCOUNT,
    ),
    Measure(
        "discount_rate", msg("discount rate"), "percent",
        lambda s: _rate(lambda t: t["discount"], lambda t: t["gross"] + t["discount"])(s)
        if s["discount_told"] else None,
        _DISCOUNT, adds_up=False,
    ),
    Measure("cost", msg("cost"), "money", _told("cost", "cost_told"), _COST),
    Measure("margin", msg("margin"), "money", _margin, _COST),
    Measure(
        "margin_rate", msg("margin rate"), "percent",
        lambda s: _rate(lambda t: t["costed"] - t["cost"], lambda t: t["costed"])(s)
        if s["cost_told"] else None,
        _COST, adds_up=False,
    ),
    Measure(
        "cost_known", msg("cost known"), "percent",
        _rate(lambda s: s["costed"], lambda s: s["net"]), ("costed", "net"), adds_up=False,
    ),
    Measure("price", msg("price"), "money", _price, ("measured", "units"), adds_up=False),
)  # fmt: skip
_DEALS = (
    _sum("deals", msg("opportunities"), "int"),
    _sum("value", msg("value"), "money"),
    _sum("won", msg("value won"), "money", "won_value"),
    _sum("lost", msg("value lost"), "money", "lost_value"),
    _sum("open", msg("value open"), "money", "open_value"),
    _sum("won_deals", msg("won"), "int"),
    _sum("lost_deals", msg("lost"), "int"),
    _sum("open_deals", msg("open"), "int"),
    Measure(
        "win_rate", msg("win rate"), "percent",
        _rate(lambda s: s["won_deals"], lambda s: s["won_deals"] + s["lost_deals"]),
        ("won_deals", "lost_deals"), adds_up=False,
    ),
    Measure(
        "deal_size", msg("mean value won"), "money",
        lambda s: portion(s["won_value"], 1, s["won_deals"]) if s["won_deals"] else None,
        ("won_value", "won_deals"), adds_up=False,
    ),
    Measure(
        "cycle", msg("days to win"), "days",
        _rate(lambda s: s["cycle_days"], lambda s: s["cycles"]), ("cycle_days", "cycles"),
        adds_up=False,
    ),
    _count("customers", msg("customers")),
    _count("winners", msg("customers with a win")),
    _count("first_won", msg("customers won")),
)  # fmt: skip
_TALKS = (
    _sum("contacts", msg("interactions"), "int"),
    _count("customers", msg("customers")),
)
MEASURES: Mapping[Base, Mapping[str, Measure]] = {
    "orders": {measure.name: measure for measure in _ORDERS},
    "opportunities": {measure.name: measure for measure in _DEALS},
    "interactions": {measure.name: measure for measure in _TALKS},
}
ALWAYS = {"orders": ("net", "lines"), "opportunities": ("deals",), "interactions": ("contacts",)}


class Grid(NamedTuple):
    """A pivot that is laid out: keys of rows and columns in order, and what each place holds.

    A place is (row, column), None standing for all; a place without facts is missing.
    """

    rows: list[str]
    columns: list[str]
    places: dict[Place, dict[str, int]]

    def value(self, measure: Measure, row: Key, column: Key) -> Value:
        """Return the figure of one place; None where it holds nothing, or nothing is known."""
        sums = self.places.get((row, column))
        found = None if sums is None else measure.value(sums)
        if not measure.of_all or found is None:
            return found
        whole = measure.value(self.places[None, None])
        return found / whole if whole and whole > 0 else None


def grid(
    cells: Iterable[Cell], sums: Sequence[str], counted: Mapping[str, Iterable[Counted]]
) -> Grid:
    """Add cells up to rows, columns and the total; rows and columns stand in the order of keys.

    Args:
        cells: one for each row and column that hold anything.
        sums: names of the sums of each cell.
        counted: by thing, how many each place has; they come counted for totals, too.
    """
    places: dict[Place, list[int]] = {}
    for row, column, found in cells:
        for place in ((row, column), (row, None), (None, column), (None, None)):
            at = places.get(place)
            if at is None:
                places[place] = list(found)
            else:
                for i, amount in enumerate(found):
                    at[i] += amount
    named = {place: dict(zip(sums, values, strict=True)) for place, values in places.items()}
    for thing, numbers in counted.items():
        for one in named.values():
            one[thing] = 0
        for at_row, at_column, number in numbers:
            named[at_row, at_column][thing] = number
    rows = sorted({row for row, _ in named if row is not None})
    columns = sorted({column for _, column in named if column is not None})
    return Grid(rows, columns, named)


def ranked(found: Grid, measure: Measure, *, by_rows: bool) -> list[str]:
    """Return the keys of a side by a measure, the largest first; unknown figures come last."""
    keys = found.rows if by_rows else found.columns

    def place(key: str) -> tuple[bool, float, str]:
        value = found.value(measure, *((key, None) if by_rows else (None, key)))
        return (value is None, -(value or 0), key)

    return sorted(keys, key=place)


def ranks(values: Sequence[Value]) -> list[int | None]:
    """Return the place of each value among all, 1 for the largest; equal values share a place."""
    known = sorted((value for value in values if value is not None), reverse=True)
    first = {value: place for place, value in reversed(list(enumerate(known, start=1)))}
    return [None if value is None else first[value] for value in values]
