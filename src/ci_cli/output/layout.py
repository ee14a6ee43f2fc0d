"""Plain arithmetic of a table on a grid of character cells: widths, padding, wrapping.

A Chinese character takes two cells, so every width is measured, never counted. Nothing is cut.
Where a table is too wide, headings wrap first, then long texts, then the texts that name the row;
figures and dates never. When that is not enough the table is cut into :func:`bands`, or each row
becomes one of the :func:`records`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ci_cli.columnar import columns_of
from ci_cli.output.cells import (
    NUMERIC_KINDS,
    POINT_KINDS,
    align_points,
    each,
    human,
    label_of,
    labelled_total,
)
from ci_cli.output.wrapping import is_plain, longest_word, width_of, widths_of
from ci_cli.report import Column, Table

GAP = 2
_WIDEST_PLAIN = 80
_HEADING_WORD = 12  # a longer word of a heading may break
_ROOMY = 40  # a text longer than that wraps before a small chart is left out
_EASY = 12  # a text is not squeezed below that while another arrangement is possible
_EASY_LINES = 5  # nor onto more lines than that
_LEAST = 8
_LEAST_ID = 24


@dataclass
class Grid:
    """A table as the texts that will be shown; ``total`` is a closing row."""

    columns: list[Column]
    headings: list[str]
    rows: list[list[str]]
    total: list[str] | None
    is_card: bool = False

    def cells_of(self, index: int) -> list[str]:
        """Return what stands in one column below its heading."""
        cells = [row[index] for row in self.rows]
        return [*cells, self.total[index]] if self.total else cells

    def is_figure(self, index: int) -> bool:
        """Tell whether a column stands to the right."""
        return self.columns[index].kind in NUMERIC_KINDS


def grid_of(table: Table, fit: Callable[[str], str], *, sparks: bool) -> Grid:
    """Turn raw values into shown texts.

    Args:
        table: raw values.
        fit: makes a text safe for the stream it goes to.
        sparks: whether small charts are shown; their columns are left out otherwise.
    """
    kept = [i for i, column in enumerate(table.columns) if sparks or column.kind != "spark"]
    columns = [table.columns[i] for i in kept]
    total_row = labelled_total(table)
    values = columns_of(table.rows, len(table.columns))
    if total_row is not None:
        values = [(*column, cell) for column, cell in zip(values, total_row, strict=True)]
    by_column = [_texts(table.columns[i], values[i], fit) for i in kept]
    rows = [list(row) for row in zip(*by_column, strict=True)]
    total = rows.pop() if total_row is not None else None
    headings = [fit(label_of(column)) for column in columns]
    return Grid(columns, headings, rows, total, is_card=table.is_card and len(rows) == 1)


def _texts(column: Column, values: Sequence[Any], fit: Callable[[str], str]) -> list[str]:
    texts = each(lambda value: human(column.kind, value), values)
    # one look at all of them: most columns are plain, and what is plain is fit for most media
    whole = "".join(texts)
    if not whole.isascii() or fit(whole) != whole:
        texts = list(map(fit, texts))
    return align_points(texts) if column.kind in POINT_KINDS else texts


@dataclass(frozen=True)
class Room:
    """How wide a column may be, in cells, each width at most the one before."""

    natural: int  # nothing wraps
    content: int  # the heading wraps
    roomy: int  # texts wrap that are longer than a line of their own should be
    easy: int  # texts wrap, and are easily read
    least: int  # texts wrap as far as they can


def rooms(grid: Grid) -> list[Room]:
    """Return how far each column may shrink: figures not at all, headings to their words."""
    return [_room(grid, i) for i in range(len(grid.headings))]


def _room(grid: Grid, index: int) -> Room:
    heading = grid.headings[index]
    heading_least = max(min(width_of(word), _HEADING_WORD) for word in heading.split() or [""])
    cells = grid.cells_of(index)
    content = max(widths_of(cells), default=0)
    roomy = easy = least = content
    match grid.columns[index].kind:
        case "text":
            lines = -(-content // _EASY_LINES)
            roomy, easy, least = _ROOMY, min(max(_EASY, lines), _ROOMY), _LEAST
        case "state":
            words = max(map(longest_word, set(cells)), default=0)
            roomy, easy, least = _ROOMY, min(max(_LEAST, words), _LEAST_ID), _LEAST
        case "id":
            roomy, easy, least = _ROOMY, _LEAST_ID, _LEAST_ID
    widths = (max(heading_least, min(width, content)) for width in (content, roomy, easy, least))
    return Room(max(width_of(heading), content), *widths)


def natural_widths(grid: Grid) -> list[int]:
    """Return the width of each column when nothing wraps."""
    return [room.natural for room in rooms(grid)]


def fit_widths(grid: Grid, width: int, *, roomy: bool = False) -> list[int] | None:
    """Return column widths that fit in ``width`` cells, or None if reading would suffer.

    Args:
        grid: the table.
        width: of the terminal.
        roomy: only very long texts may wrap.
    """
    all_rooms = rooms(grid)
    if roomy:
        all_rooms = [dataclasses.replace(room, easy=room.roomy) for room in all_rooms]
    return _fit(all_rooms, len(naming_columns(grid)), width, squeeze=False)


def _fit(rooms: Sequence[Room], naming: int, width: int, *, squeeze: bool) -> list[int] | None:
    """Distribute ``width`` cells; the first ``naming`` columns give way after the others.

    Args:
        rooms: of the columns.
        naming: how many of them say what a row is.
        width: of the terminal.
        squeeze: shrink to ``least`` where ``easy`` is too wide.
    """
    available = width - GAP * (len(rooms) - 1)
    floor = [room.least if squeeze else room.easy for room in rooms]
    if sum(floor) > available:
        return None
    first, others = range(naming), range(naming, len(rooms))
    widths = [max(min(room.natural, available), floor[i]) for i, room in enumerate(rooms)]
    _shrink(widths, [room.content for room in rooms], range(len(rooms)), available)
    for step in ([room.roomy for room in rooms], [room.easy for room in rooms], floor):
        for group in (others, first):
            _shrink(widths, step, group, available)
    return widths


def _shrink(widths: list[int], floor: Sequence[int], which: Sequence[int], available: int) -> None:
    """Take one cell after the other from the widest column that has one to give."""
    while sum(widths) > available:
        able = [i for i in which if widths[i] > floor[i]]
        if not able:
            return
        widths[max(able, key=lambda i: widths[i])] -= 1


def bands(grid: Grid, width: int) -> list[tuple[Grid, list[int]]] | None:
    """Cut a table into several that fit below one another, each with the naming columns.

    Returns:
        Grids with their column widths; None if even one figure beside the name is too wide.
    """
    all_rooms = rooms(grid)
    naming = naming_columns(grid)
    while len(naming) > 1 and _together(all_rooms, naming) > width // 2:
        naming.pop()
    for i in naming:  # a name is not squeezed to bring one more column beside it
        easy = min(all_rooms[i].content, max(all_rooms[i].easy, width // 2))
        all_rooms[i] = dataclasses.replace(all_rooms[i], easy=easy)

    def fitted(indices: list[int], *, squeeze: bool = False) -> list[int] | None:
        return _fit([all_rooms[i] for i in indices], len(naming), width, squeeze=squeeze)

    cut: list[list[int]] = [list(naming)]
    for i in range(len(naming), len(grid.headings)):
        if len(cut[-1]) > len(naming) and fitted([*cut[-1], i]) is None:
            cut.append(list(naming))
        cut[-1].append(i)
    result = []
    for indices in cut:
        widths = fitted(indices) or fitted(indices, squeeze=True)
        if widths is None:
            return None
        result.append((_only(grid, indices, len(naming)), widths))
    return result


def _together(rooms: Sequence[Room], indices: Sequence[int]) -> int:
    return sum(rooms[i].natural for i in indices) + GAP * (len(indices) - 1)


def naming_columns(grid: Grid) -> list[int]:
    """Return the columns that say what a row is: up to the first text, before any figure."""
    for i, column in enumerate(grid.columns):
        if grid.is_figure(i) or column.kind == "spark":
            return list(range(max(i, 1)))
        if column.kind == "text":
            return list(range(i + 1))
    return list(range(len(grid.columns)))


def _only(grid: Grid, indices: Sequence[int], naming: int) -> Grid:
    def pick(texts: list[str]) -> list[str]:
        return [texts[i] for i in indices]

    total = pick(grid.total) if grid.total is not None else []
    return Grid(
        [grid.columns[i] for i in indices],
        pick(grid.headings),
        [pick(row) for row in grid.rows],
        total if any(text.strip() for text in total[naming:]) else None,
    )


def records(grid: Grid) -> list[list[tuple[str, str]]]:
    """Return each row as pairs of heading and text, without the empty ones."""
    rows = [*grid.rows, grid.total] if grid.total is not None else grid.rows
    return [
        [(heading, text.strip()) for heading, text in zip(grid.headings, row, strict=True) if text]
        for row in rows
    ]


def pad(text: str, width: int, *, right: bool) -> str:
    """Return ``text`` filled with spaces to ``width`` cells."""
    filler = " " * (width - width_of(text))
    return filler + text if right else text + filler


def plain_lines(grid: Grid) -> list[str]:
    """Lay the grid out as aligned text without a single box character."""
    if grid.is_card:
        pairs = records(grid)[0]
        widest = max((width_of(heading) for heading, _ in pairs), default=0)
        return [pad(heading, widest + GAP, right=False) + text for heading, text in pairs]
    widths = [_plain_width(grid, i, width) for i, width in enumerate(natural_widths(grid))]
    rule = GAP * " "
    dashes = rule.join("-" * width for width in widths)
    lines = [_plain_line(grid, grid.headings, widths), dashes]
    columns = [
        _padded(list(cells), width, right=grid.is_figure(i))
        for i, (cells, width) in enumerate(zip(zip(*grid.rows, strict=True), widths, strict=True))
    ]
    lines += [rule.join(row).rstrip() for row in zip(*columns, strict=True)]
    if grid.total is not None:
        lines += [dashes, _plain_line(grid, grid.total, widths)]
    return lines


def _plain_width(grid: Grid, index: int, natural: int) -> int:
    """Return how wide a column is: a few endless cells run over, and fill no other with spaces."""
    if natural <= _ROOMY or grid.is_figure(index):
        return min(natural, _WIDEST_PLAIN)
    sizes = sorted(widths_of(grid.cells_of(index)))
    usual = max(_ROOMY, 2 * sizes[len(sizes) // 2], width_of(grid.headings[index]))
    return min(natural, _WIDEST_PLAIN, usual)


def _padded(texts: list[str], width: int, *, right: bool) -> list[str]:
    """Return the cells of a column filled to ``width``."""
    if is_plain(texts):
        return [text.rjust(width) if right else text.ljust(width) for text in texts]
    return [pad(text, width, right=right) for text in texts]


def _plain_line(grid: Grid, texts: list[str], widths: list[int]) -> str:
    cells = [
        pad(text, width, right=grid.is_figure(i))
        for i, (text, width) in enumerate(zip(texts, widths, strict=True))
    ]
    return (GAP * " ").join(cells).rstrip()
