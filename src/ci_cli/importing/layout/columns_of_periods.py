"""Which columns of a wide sheet are periods, which are sums of them, which say whose row it is."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.importing.layout.groups import number_of
from ci_cli.importing.layout.header_rows import Head, hold_numbers
from ci_cli.importing.layout.options import LayoutOptions
from ci_cli.importing.layout.periods import GRAINS, Period, as_months, read_period
from ci_cli.importing.mapping.headers import read_header
from ci_cli.importing.mapping.synonyms import MONEY, load_synonyms, squeeze
from ci_cli.readers.base import RawTable
from ci_cli.text import listed, msg

TOLERANCE = Decimal("0.01")  # per figure: what is shown may be rounded
FEWEST = 2  # columns of periods that make a sheet wide
MOST_OTHERS = 3  # columns beside years like 2024, before they are taken for periods
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_QUANTITY = re.compile(r"数量|销量|件数|台数|units|quantity|qty|pieces", re.IGNORECASE)
_AMOUNT = re.compile(r"额|金|元|款|amount|revenue|sales|value", re.IGNORECASE)
# What stands beside a month and is no sale: plans and comparisons.
_NO_SALE = re.compile(
    r"同比|环比|占比|增长|增幅|比率|目标|计划|预算|预测|完成率|达成|累计|平均|均值|"
    r"target|plan|budget|forecast|growth|yoy|mom|share|average|avg|ytd|cumul|%",
    re.IGNORECASE,
)
_MEASURES = MONEY | {"line.quantity"}


@dataclass
class Wide:
    """What the columns of a wide sheet are.

    Attributes:
        days: place of a column -> the last day of its period.
        measures: place of a column -> the name that its cells get as a column of their own.
        ids: places of the columns that say whose row it is.
        sums: place of a column of sums -> the places that it adds up.
        left: places of columns that hold no sales (同比, target).
        year_from: what the year was taken from, where the headers name none.
    """

    days: dict[int, date]
    measures: dict[int, str]
    ids: list[int]
    sums: dict[int, list[int]] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    year_from: str | None = None


def looks_wide(head: Head) -> bool:
    """Return whether the header names periods above numbers, and no date of an order."""
    places = _period_columns(head, GRAINS)
    finer = {at: p for at, p in places.items() if p.grain != "year"}
    others = [at for at, name in enumerate(head.names) if name and at not in places]
    chosen = finer if len(finer) >= FEWEST else places
    few = len(chosen) < FEWEST or (chosen is places and len(others) > MOST_OTHERS)
    if few or len(set(chosen.values())) == 1:
        return False
    dated = any("order.date" in read_header(head.names[at]).fields() for at in others)
    return not dated and hold_numbers(head.below(), chosen)


def _period_columns(head: Head, grains: Sequence[str]) -> dict[int, Period]:
    found = {at: p for at, name in enumerate(head.names) if (p := read_period(name))}
    months = as_months(list(found.values()))
    found = dict(zip(found, months, strict=True))
    return {at: period for at, period in found.items() if period.grain in grains}


def read_wide(table: RawTable, head: Head, layout: LayoutOptions) -> Wide:
    """Decide what the columns of a wide sheet are.

    Raises:
        CiError: ``unpivot-impossible``, ``year-unknown`` or ``period-twice`` (exit 2).
    """
    where = Where(str(table.file), table.sheet)
    periods = _period_columns(head, GRAINS)
    no_sales = {at for at, period in periods.items() if _NO_SALE.search(period.measure)}
    words = load_synonyms().summary_words
    totals = {at for at, period in periods.items() if squeeze(period.measure) in words}
    usable = {at: p for at, p in periods.items() if at not in no_sales | totals}
    grain = next((g for g in GRAINS if sum(p.grain == g for p in usable.values()) >= FEWEST), None)
    if grain is None:
        raise CiError(
            "unpivot-impossible",
            msg("--unpivot: fewer than {n} headers name a month, quarter, year or day", n=FEWEST),
            hint=msg("write headers such as 2025-01, 2025年1月, Jan 2025 or 2025Q1, or point to"
                     " their row with --header-row"),
            where=where,
            exit_code=ExitCode.DECIDE,
            details=(listed([name for name in head.names if name]),),
        )  # fmt: skip
    chosen = {at: p for at, p in usable.items() if p.grain == grain}
    chosen, year_from = _with_years(table, head, chosen, layout.year)
    _refuse_twice(head, chosen, where)
    others = [at for at in range(len(head.names)) if at not in chosen]
    added = {at for at in others if at not in periods and _adds_up(head, at, chosen)}
    wide = Wide(
        days={at: period.last_day() for at, period in chosen.items()},
        measures=_measures(table, head, chosen, layout),
        ids=[
            at for at in others
            if at not in periods and at not in added
            and not _is_sum(head.names[at]) and not _is_compared(head, at)
        ],
        year_from=year_from,
    )  # fmt: skip
    for at in others:
        if at in wide.ids or not head.names[at]:
            continue
        parts = list(chosen) if at in added else _added_up(head.names[at], periods.get(at), chosen)
        if parts and at not in no_sales:
            wide.sums[at] = parts
        else:
            wide.left.append(at)
    return wide


def _is_sum(name: str) -> bool:
    key = squeeze(name)
    words = load_synonyms().summary_words
    return key in words or any(
        key.endswith(word) and not word.isascii() and len(word) > 1 for word in words
    )


def _adds_up(head: Head, at: int, chosen: dict[int, Period]) -> bool:
    """Return whether a column, whatever its name, is the sum of the periods in every row."""
    found = []
    for row in head.below():
        if max(at, *chosen) >= len(row) or (said := number_of(row[at])) is None:
            continue
        parts = [number for part in chosen if (number := number_of(row[part])) is not None]
        found.append((said, sum(parts, Decimal(0)), len(parts)))
    telling = sum(parts > 1 and said != 0 for said, _, parts in found)
    return telling >= FEWEST and all(
        abs(said - total) <= TOLERANCE * max(1, parts) for said, total, parts in found
    )


def _is_compared(head: Head, at: int) -> bool:
    """Return whether a column of numbers compares the others (同比) instead of naming the row."""
    return bool(_NO_SALE.search(head.names[at])) and hold_numbers(head.below(), [at])


def _added_up(name: str, period: Period | None, chosen: dict[int, Period]) -> list[int]:
    """Return the places that a column of sums adds up: all, or those of its year or quarter."""
    if _NO_SALE.search(name):
        return []
    parts = list(chosen)
    measures = {p.measure for p in chosen.values()}
    if period is None:
        rest = {m for m in measures if m and squeeze(m) in squeeze(name)}
        if len(measures) > 1 and len(rest) != 1:
            return []
        return [at for at in parts if len(measures) == 1 or chosen[at].measure in rest]
    if period.grain not in ("quarter", "year"):
        return []
    year = period.year
    if year is None:
        years = {p.year for p in chosen.values()}
        if len(years) != 1:
            return []
        year = next(iter(years))
    first, last = period.first_day(year), period.last_day(year)
    words = load_synonyms().summary_words
    rest_name = "" if squeeze(period.measure) in words else period.measure
    return [
        at
        for at in parts
        if first <= chosen[at].last_day() <= last
        and (len(measures) == 1 or chosen[at].measure == rest_name)
    ]


def _with_years(
    table: RawTable, head: Head, chosen: dict[int, Period], said: int | None
) -> tuple[dict[int, Period], str | None]:
    """Give a year to the periods that name none.

    The months of a business year may wrap (7月 … 12月, 1月 … 6月): those after the wrap belong to
    the next year, which only a person can say.

    Raises:
        CiError: ``year-unknown`` (exit 2).
    """
    bare = [at for at in sorted(chosen) if chosen[at].year is None]
    if not bare:
        return chosen, None
    year, source = (said, "--year") if said else _stated_year(table, head)
    numbers = list(dict.fromkeys(chosen[at].number for at in bare))
    wraps = numbers != sorted(numbers)
    if year is None or (wraps and not said):
        raise CiError(
            "year-unknown",
            msg("“{header}” names no year, and the file does not say which one is meant",
                header=head.names[bare[0]]),
            hint=msg("say the year of the first of these columns, for example --year 2025; where"
                     " the months begin again, the next year follows"),
            where=Where(str(table.file), table.sheet),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip
    found, before = dict(chosen), 0
    for at in bare:
        if chosen[at].number < before:
            year += 1
        before = chosen[at].number
        found[at] = chosen[at]._replace(year=year)
    return found, source


def _stated_year(table: RawTable, head: Head) -> tuple[int | None, str]:
    """Return the one year that the rows above the header name, else the sheet or the file."""
    titles = " ".join(" ".join(row) for row in head.rows[: head.first])
    for text in (titles, table.sheet or "", table.file.name):
        years = set(_YEAR.findall(text))
        if len(years) == 1:
            return int(years.pop()), " ".join(text.split())
        if years:
            break  # several: nobody can tell which
    return None, ""


def _refuse_twice(head: Head, chosen: dict[int, Period], where: Where) -> None:
    """Stop where two columns are the same month: one of them may be October written as 2025.1."""
    counted = Counter((p.last_day(), squeeze(p.measure)) for p in chosen.values())
    twice = [key for key, n in counted.items() if n > 1]
    if twice:
        names = [
            head.names[at]
            for at, p in chosen.items()
            if (p.last_day(), squeeze(p.measure)) in twice
        ]
        raise CiError(
            "period-twice",
            msg("several columns name the same period: {headers}", headers=listed(names)),
            hint=msg("give each month one column: 2025.1 may be October (2025.10) whose last zero"
                     " was lost"),
            where=where,
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip


def _measures(
    table: RawTable, head: Head, chosen: dict[int, Period], layout: LayoutOptions
) -> dict[int, str]:
    """Return the name that the cells of each column get: the header's own words, or a field."""
    kinds: dict[str, list[int]] = defaultdict(list)
    for at, period in chosen.items():
        kinds[squeeze(period.measure)].append(at)
    plain = f"line.{layout.unpivot_as or _stated_measure(table, head)}"
    names = {}
    for places in kinds.values():
        own = " ".join(chosen[places[0]].measure.split())
        known = bool(read_header(own).fields() & _MEASURES)
        one = len(kinds) == 1
        taken = own if own and not (one and (layout.unpivot_as or not known)) else plain
        names.update(dict.fromkeys(places, taken))
    return names


def _stated_measure(table: RawTable, head: Head) -> str:
    """Return ``quantity`` where the title speaks of pieces and not of money, else ``amount``."""
    titles = " ".join(" ".join(row) for row in head.rows[: head.first]) + f" {table.sheet or ''}"
    pieces = _QUANTITY.search(titles) and not _AMOUNT.search(_QUANTITY.sub("", titles))
    return "quantity" if pieces else "amount"
