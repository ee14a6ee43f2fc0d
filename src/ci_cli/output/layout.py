"""Plain arithmetic of a table on a grid of character cells: widths, padding, cutting.

A Chinese character takes two cells, so every width is measured, never counted. Figures are never
cut: text columns give way, headings wrap; when that is not enough the table is cut into
:func:`bands`, or each row becomes one of the :func:`records`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ci_cli.output.cells import NUMERIC_KINDS, POINT_KINDS, align_points, human, label_of
from ci_cli.report import Column, Kind, Table

GAP = 2
_LEAST: dict[Kind, int] = {"text": 8, "id": 24}  # cells below which these columns do not shrink
_WIDEST_PLAIN = 80
_HEADING_WORD = 12  # a longer word of a heading may break


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


def width_of(text: str) -> int:
    """Return how many cells ``text`` takes in a terminal."""
    from rich.cells import cell_len

    return cell_len(text)


def grid_of(table: Table, fit: Callable[[str], str], *, sparks: bool) -> Grid:
    """Turn raw values into shown texts.

    Args:
        table: raw values.
        fit: makes a text safe for the stream it goes to.
        sparks: whether small charts are shown; their columns are left out otherwise.
    """
    kept = [i for i, column in enumerate(table.columns) if sparks or column.kind != "spark"]
    columns = [table.columns[i] for i in kept]
    lines = [*table.rows, table.total] if table.total is not None else table.rows
    by_column = [_texts(table.columns[i], [line[i] for line in lines], fit) for i in kept]
    rows = [list(row) for row in zip(*by_column, strict=True)] if lines else []
    total = rows.pop() if table.total is not None else None
    headings = [fit(label_of(column)) for column in columns]
    return Grid(columns, headings, rows, total, is_card=table.is_card and len(rows) == 1)


def _texts(column: Column, values: list[Any], fit: Callable[[str], str]) -> list[str]:
    texts = [fit(human(column.kind, value)) for value in values]
    return align_points(texts) if column.kind in POINT_KINDS else texts


def natural_widths(grid: Grid) -> list[int]:
    """Return the width of each column when nothing is cut or wrapped."""
    return [
        max([width_of(heading), *map(width_of, grid.cells_of(i))])
        for i, heading in enumerate(grid.headings)
    ]


def fit_widths(grid: Grid, width: int) -> list[int] | None:
    """Return column widths that fit in ``width`` cells, or None if figures would be cut."""
    return _fit(natural_widths(grid), least_widths(grid), width)


def least_widths(grid: Grid) -> list[int]:
    """Return how far each column may shrink: figures not at all, headings to their words."""
    return [_least_width(grid, i) for i in range(len(grid.headings))]


def _least_width(grid: Grid, index: int) -> int:
    words = grid.headings[index].split() or [""]
    heading = max(min(width_of(word), _HEADING_WORD) for word in words)
    content = max(map(width_of, grid.cells_of(index)), default=0)
    return max(heading, min(content, _LEAST.get(grid.columns[index].kind, content)))


def _fit(natural: Sequence[int], least: Sequence[int], width: int) -> list[int] | None:
    available = width - GAP * (len(natural) - 1)
    if sum(least) > available:
        return None
    widths = [max(min(w, width), least[i]) for i, w in enumerate(natural)]
    while sum(widths) > available:
        widest = max(range(len(widths)), key=lambda i: (widths[i] > least[i], widths[i]))
        widths[widest] -= 1
    return widths


def bands(grid: Grid, width: int) -> list[tuple[Grid, list[int]]] | None:
    """Cut a table into several that fit below one another, each with the naming columns.

    Returns:
        Grids with their column widths; None if even one figure beside the name is too wide.
    """
    natural, least = natural_widths(grid), least_widths(grid)
    naming = _naming_columns(grid, natural, width // 2)

    def fitted(indices: list[int]) -> list[int] | None:
        return _fit([natural[i] for i in indices], [least[i] for i in indices], width)

    cut: list[list[int]] = [list(naming)]
    for i in range(len(grid.headings)):
        if i in naming:
            continue
        if fitted([*cut[-1], i]) is None:
            cut.append(list(naming))
        cut[-1].append(i)
    result = []
    for indices in cut:
        widths = fitted(indices)
        if widths is None:
            return None
        result.append((_only(grid, indices), widths))
    return result


def _naming_columns(grid: Grid, natural: Sequence[int], room: int) -> list[int]:
    """Return the columns that say what a row is: those before the first figure that have room."""
    count = next((i for i in range(len(natural)) if grid.is_figure(i)), len(natural))
    while count > 1 and sum(natural[:count]) + GAP * (count - 1) > room:
        count -= 1
    return list(range(max(count, 1)))


def _only(grid: Grid, indices: Sequence[int]) -> Grid:
    def pick(texts: list[str]) -> list[str]:
        return [texts[i] for i in indices]

    total = pick(grid.total) if grid.total is not None else []
    return Grid(
        [grid.columns[i] for i in indices],
        pick(grid.headings),
        [pick(row) for row in grid.rows],
        total if any(text.strip() for text in total) else None,
    )


def records(grid: Grid) -> list[list[tuple[str, str]]]:
    """Return each row as pairs of heading and text, without the empty ones."""
    rows = [*grid.rows, grid.total] if grid.total is not None else grid.rows
    return [
        [(heading, text.strip()) for heading, text in zip(grid.headings, row, strict=True) if text]
        for row in rows
    ]


def clip(text: str, width: int, mark: str = "…") -> str:
    """Return ``text`` cut to ``width`` cells, ending in ``mark`` if anything was lost."""
    if width_of(text) <= width:
        return text
    from rich.cells import set_cell_size

    room = max(width - width_of(mark), 0)
    return set_cell_size(text, room).rstrip() + mark


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
    # One endless cell must not fill every other row with spaces: it runs over instead.
    widths = [min(width, _WIDEST_PLAIN) for width in natural_widths(grid)]
    rule = GAP * " "
    dashes = rule.join("-" * width for width in widths)
    lines = [_plain_line(grid, grid.headings, widths), dashes]
    lines += [_plain_line(grid, row, widths) for row in grid.rows]
    if grid.total is not None:
        lines += [dashes, _plain_line(grid, grid.total, widths)]
    return lines


def _plain_line(grid: Grid, texts: list[str], widths: list[int]) -> str:
    cells = [
        pad(text, width, right=grid.is_figure(i))
        for i, (text, width) in enumerate(zip(texts, widths, strict=True))
    ]
    return (GAP * " ").join(cells).rstrip()
