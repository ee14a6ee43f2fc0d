"""Where the header stands and what it says, also where two rows make it together.

A sheet with groups has a row of group names (merged over their columns) above the row of names::

    订单号 | 日期 | 客户 |      | 商品 |
           |      | 编号 | 名称 | 名称 | 金额

Each column is then called by both: 客户编号, 客户名称, 商品名称; 金额 says enough alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, zip_longest

from ci_cli.errors import Answer, CiError, ExitCode, Where
from ci_cli.importing.layout.periods import read_period
from ci_cli.importing.mapping.headers import read_header
from ci_cli.importing.mapping.synonyms import squeeze
from ci_cli.importing.skips import SCAN_ROWS, find_header, is_number_like
from ci_cli.importing.talks.lists import telling_words
from ci_cli.importing.values.amounts import read_number
from ci_cli.importing.values.cells import ERROR_CELLS, ValueReject
from ci_cli.readers.base import Merged, RawTable
from ci_cli.report import Note
from ci_cli.text import listed, msg

KNOWN_SHARE = 0.5  # of the lower row's names must be known words, unless merged cells tell
FEWEST_PERIODS = 2
FEWEST_BARE = 3  # months without a year, as a header row: 1月, 2月, 3月
NUMBER_SHARE = 0.8  # of the cells below periods must be numbers
_SURE = ("exact", "ambiguous", "layout", "own", "words")
_VAGUE = ("信息", "资料", "情况", "明细", "details", "detail", "information", "info", "data")


@dataclass(frozen=True)
class Head:
    """The header of a table, and the first rows below it.

    Attributes:
        first: place of its first row among the rows read.
        last: place of its last row.
        names: one text per column.
        lines: numbers of the rows read.
        rows: the rows read, those above the header included.
        sure: it is more than the row that an import finds by itself.
    """

    first: int
    last: int
    names: list[str]
    lines: list[int]
    rows: list[list[str]]
    sure: bool

    @property
    def line(self) -> int:
        """Return where the header's last row stands in the file."""
        return self.lines[self.last]

    def below(self) -> list[list[str]]:
        """Return the rows read below the header."""
        return self.rows[self.last + 1 :]


def find_head(
    table: RawTable,
    lines: list[int],
    rows: list[list[str]],
    said: tuple[int, int] | None = None,
    *,
    wide: bool = False,
) -> Head:
    """Return the header of a table.

    Args:
        table: named in errors; its merged ranges tell how far a group reaches.
        lines: numbers of the first rows.
        rows: the first rows.
        said: first and last line of the header, where the user named them.
        wide: the user says that it names periods.

    Raises:
        CiError: ``header-row-invalid`` or ``header-rows-unclear`` (exit 2).
    """
    if said is not None:
        places = [at for at, line in enumerate(lines) if said[0] <= line <= said[1]]
        if not places or lines[places[0]] != said[0] or lines[places[-1]] != said[1]:
            raise _no_such_row(table, said, lines)
        names = _joined(table, lines, rows, places)
        return Head(places[0], places[-1], names, lines, rows, sure=True)
    for upper, (above, below) in enumerate(pairwise(rows[: SCAN_ROWS + 1])):
        if _names_all([cell.strip() for cell in above]):
            break  # it names every column: what stands below are records, however alike
        pairs = _pairs(above, below)
        if not _has_groups(pairs):
            continue
        if _are_two_rows(table, lines, rows, upper, pairs):
            names = _joined(table, lines, rows, [upper, upper + 1])
            return Head(upper, upper + 1, names, lines, rows, sure=True)
        if _decorates(pairs):
            names = [cell.strip() for cell in rows[upper + 1]]
            return Head(upper + 1, upper + 1, names, lines, rows, sure=True)
    names_periods = _has_periods if wide else _is_wide
    for at in range(min(SCAN_ROWS, len(rows))):
        if names_periods(rows, at):
            names = [cell.strip() for cell in rows[at]]
            return Head(at, at, names, lines, rows, sure=True)
    at = find_header(rows)
    _refuse_half_header(table, lines, rows, at)
    return Head(at, at, [cell.strip() for cell in rows[at]], lines, rows, sure=False)


def _has_periods(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Return whether a row names several periods, whatever stands below it."""
    return len({period for cell in rows[at] if (period := read_period(cell))}) >= FEWEST_PERIODS


def _is_wide(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Return whether a row names periods above columns of numbers."""
    row = rows[at]
    periods = {place: p for place, cell in enumerate(row) if (p := read_period(cell))}
    if len(periods) < FEWEST_PERIODS or len(set(periods.values())) < len(periods):
        return False
    if len(periods) < FEWEST_BARE and all(p.year is None for p in periods.values()):
        return False
    if all(p.grain == "year" for p in periods.values()):
        return False  # numbers like 2024 may be anything: such columns are unpivoted on request
    return hold_numbers(rows[at + 1 :], periods)


def hold_numbers(rows: Sequence[Sequence[str]], places: Iterable[int]) -> bool:
    """Return whether the filled cells of the columns are numbers, nearly all, and there are some.

    Half of each column is enough where all together are: 待定 stands here and there.
    """
    filled = numbers = 0
    for place in places:
        cells = [row[place] for row in rows if place < len(row) and row[place].strip()]
        own = sum(map(is_number, cells))
        if 2 * own < len(cells):
            return False
        filled, numbers = filled + len(cells), numbers + own
    return filled > 0 and numbers >= NUMBER_SHARE * filled


@lru_cache(maxsize=100_000)
def is_number(cell: str) -> bool:
    """Return whether a cell holds an amount or a spreadsheet's error instead of one."""
    if cell in ERROR_CELLS:
        return True
    try:
        return read_number(cell) is not None
    except ValueReject:
        return False


def _are_two_rows(
    table: RawTable, lines: list[int], rows: list[list[str]], upper: int,
    pairs: list[tuple[str, str]],
) -> bool:  # fmt: skip
    """Return whether a row with groups and the one below it are the header together."""
    if not _shaped_like_two(pairs, rows[upper + 2 :]):
        return False
    names = [low for _, low in pairs if low]
    if any(is_number_like(name) and not read_period(name) for name in names):
        return False
    if _merged_over(table.merged, lines[upper], lines[upper + 1]):
        return True
    for (up, low), (beside, _) in zip(pairs, [*pairs[1:], ("", "")], strict=True):
        if up and low and beside and _is_known(up) and not _is_known(low):
            return False  # 订单号 above A1: a record, not a name
    known = sum(_is_known(name) for name in names)
    return known >= KNOWN_SHARE * len(names)


def _decorates(pairs: Sequence[tuple[str, str]]) -> bool:
    """Return whether a row with groups only groups what the row below names one by one."""
    lows = [low for _, low in pairs]
    return (
        _is_whole(lows)
        and not any(map(is_number_like, lows))
        and sum(map(_is_known, lows)) >= KNOWN_SHARE * len(lows)
    )


def _names_all(names: Sequence[str]) -> bool:
    """Return whether a row names every column, half of them in words of some kind of file."""
    telling = telling_words()
    return (
        _is_whole(names)
        and not any(map(is_number_like, names))
        and sum(_is_known(name) or squeeze(name) in telling for name in names)
        >= KNOWN_SHARE * len(names)
    )


def _has_groups(pairs: Sequence[tuple[str, str]]) -> bool:
    """Return whether a cell above stands over several below, beside another one."""
    return sum(bool(up) for up, _ in pairs) > 1 and any(
        up and low and not next_up and next_low
        for (up, low), (next_up, next_low) in pairwise(pairs)
    )


def _is_whole(names: Sequence[str]) -> bool:
    return all(names) and len(set(names)) == len(names)


def _pairs(above: Sequence[str], below: Sequence[str]) -> list[tuple[str, str]]:
    """Return what stands one above the other."""
    return list(zip_longest(map(str.strip, above), map(str.strip, below), fillvalue=""))


def _shaped_like_two(pairs: list[tuple[str, str]], data: Sequence[Sequence[str]]) -> bool:
    """Return whether names stand in two rows: groups above, and something that only they tell."""
    if sum(bool(low) for _, low in pairs) < 2:
        return False
    if _is_whole([low for _, low in pairs]):
        return False  # the lower row says it all; what stands above is decoration
    for at, (up, low) in enumerate(pairs):
        if not up and not low and any(at < len(row) and row[at].strip() for row in data):
            return False  # a column of data that neither names
    return bool(data)


def _merged_over(merged: Sequence[Merged], upper: int, lower: int) -> bool:
    """Return whether merged cells make groups in one row and reach down from it to the next."""
    across = any(
        m.first_row == m.last_row == upper and m.last_place > m.first_place for m in merged
    )
    down = any(m.first_row == upper and m.last_row == lower for m in merged)
    return across and down


def _is_known(name: str) -> bool:
    heading = read_header(name)
    sure = any(candidate.how in _SURE for candidate in heading.candidates)
    return bool(sure or heading.apart or read_period(name))


def _joined(
    table: RawTable, lines: list[int], rows: list[list[str]], places: list[int]
) -> list[str]:
    """Return one name per column from the rows at ``places``."""
    width = max(len(rows[place]) for place in places)
    names = [""] * width
    for nth, place in enumerate(places):
        row = [*rows[place], *[""] * (width - len(rows[place]))]
        texts = [" ".join(cell.split()) for cell in row]
        if nth < len(places) - 1:
            lower = rows[places[nth + 1]]
            texts = _spread(texts, lower, table.merged, lines[place])
        if nth == 0:
            names = texts
        else:
            doubled = Counter(texts)
            names = [
                _name(up, low, alone=doubled[low] == 1)
                for up, low in zip(names, texts, strict=True)
            ]
    return names


def _spread(
    texts: list[str], lower: Sequence[str], merged: Sequence[Merged], line: int
) -> list[str]:
    """Give each group's name to all columns of the group."""
    ranges = [m for m in merged if m.first_row <= line <= m.last_row]
    across = [m for m in ranges if m.last_place > m.first_place]
    found, group = list(texts), ""
    for place, text in enumerate(texts):
        if text:
            group = text
        elif across:
            own = next((m for m in across if m.first_place < place <= m.last_place), None)
            found[place] = texts[own.first_place] if own else ""
        elif place < len(lower) and lower[place].strip():
            found[place] = group
    return found


def _name(group: str, name: str, *, alone: bool) -> str:
    """Return what a column is called whose group and name stand in two rows."""
    if not name or not group:
        return name or group
    if read_period(group) or read_period(name):
        return f"{group} {name}"
    short = group
    for word in _VAGUE:
        if squeeze(short).endswith(word) and len(squeeze(short)) > len(word):
            short = short[: -len(word)].strip()
    glue = "" if not (short[-1:].isascii() and name[:1].isascii()) else " "
    both = f"{short}{glue}{name}"
    if squeeze(name).startswith(squeeze(short)):
        return name
    if _is_known(both):
        return both
    return name if alone and _is_known(name) else f"{group}{glue}{name}"


def _refuse_half_header(table: RawTable, lines: list[int], rows: list[list[str]], at: int) -> None:
    """Ask where a header leaves columns unnamed and the row below may name them.

    Raises:
        CiError: ``header-rows-unclear`` (exit 2).
    """
    if at + 2 >= len(rows):
        return
    pairs = _pairs(rows[at], rows[at + 1])
    unnamed = [low for up, low in pairs if low and not up]
    named = [low for up, low in pairs if up and low]
    doubtful = (
        len(unnamed) > 0
        and all(_is_known(low) for low in unnamed)
        and not any(is_number_like(low) for low in (*unnamed, *named))
        and len(unnamed) + sum(map(_is_known, named)) > 1
    )
    if doubtful:
        raise CiError(
            "header-rows-unclear",
            msg(
                "the header in line {line} leaves columns without a name, and line {next} may name"
                " them: {names}",
                line=lines[at], next=lines[at + 1], names=listed(unnamed),
            ),
            hint=msg(
                "say which rows are the header: --header-row {line}..{next} (both together) |"
                " --header-row {line} | --header-row {next}",
                line=lines[at], next=lines[at + 1],
            ),
            where=Where(str(table.file), table.sheet),
            exit_code=ExitCode.DECIDE,
            choice=(
                Answer(("--header-row", f"{lines[at]}..{lines[at + 1]}"),
                       msg("both lines together")),
                Answer(("--header-row", str(lines[at])),
                       msg("line {line} alone", line=lines[at])),
                Answer(("--header-row", str(lines[at + 1])),
                       msg("line {line} alone", line=lines[at + 1])),
            ),
        )  # fmt: skip


def _no_such_row(table: RawTable, said: tuple[int, int], lines: list[int]) -> CiError:
    text = str(said[0]) if said[0] == said[1] else f"{said[0]}..{said[1]}"
    return CiError(
        "header-row-invalid",
        msg("--header-row {rows}: no filled row stands there", rows=text),
        hint=msg(
            "rows are numbered as in the file, blank ones counted; the first filled rows: {lines}",
            lines=", ".join(map(str, lines[:8])),
        ),
        where=Where(str(table.file), table.sheet),
        exit_code=ExitCode.DECIDE,
    )


@contextmanager
def naming_layout(header: Sequence[str], line: int) -> Iterator[None]:
    """Add to an error about the columns how the sheet was laid out, and what says otherwise."""
    try:
        yield
    except CiError as error:
        if error.code in ("kind-unknown", "column-missing"):
            if line:  # 0: the format names its columns itself
                error.details += (
                    msg("the header was taken from line {line}; --header-row N names another",
                        line=line),
                )  # fmt: skip
            if sum(read_period(name) is not None for name in header) >= FEWEST_PERIODS:
                error.details += (
                    msg("some headers name periods: --unpivot makes an order line of each figure"),
                )
        raise


def about_unnamed(
    header: Sequence[str], sample: Sequence[Sequence[str]], places: Iterable[int]
) -> list[Note]:
    """Return a note on the columns among ``places`` that hold something but have no header."""
    names = [
        f"#{at + 1}"
        for at in places
        if not header[at] and any(at < len(row) and row[at].strip() for row in sample)
    ]
    if not names:
        return []
    return [Note(msg("columns without a header, kept by number: {list}", list=listed(names)))]
