"""A chart of characters: a column for each month, dots where it was expected to reach.

Plain text and no colour, so that it looks the same in a terminal, a pipe, a mail and Markdown.
"""

from __future__ import annotations

from collections.abc import Callable

from ci_cli.output.cells import SPARKS
from ci_cli.output.wrapping import width_of
from ci_cli.report import Chart
from ci_cli.text import translate

HEIGHT = 8  # lines
_WIDEST_MONTH = 3
_USUAL_WIDTH = 100  # where nothing says how wide it may be
_EXPECTED = "."
_SINCE = "^"


def chart_lines(chart: Chart, fit: Callable[[str], str], width: int | None = None) -> list[str]:
    """Return the chart line by line; the latest months where not all fit.

    Args:
        chart: what to draw; amounts below zero stand at zero.
        fit: makes hostile text ready for where it goes.
        width: character cells; None: as wide as is usual.
    """
    top = max([0.0, *chart.actual, *chart.expected])
    if top <= 0:
        return []
    labels = [f"{top * (HEIGHT - row) / HEIGHT:,.0f}" for row in range(HEIGHT)]
    margin = max(map(len, labels)) + 1
    room = max((width or _USUAL_WIDTH) - margin, 1)
    months = min(len(chart.months), room)
    each = max(1, min(_WIDEST_MONTH, room // months))
    actual, expected = chart.actual[-months:], chart.expected[-months:]
    lines = [fit(_title(chart))]
    for row in range(HEIGHT):
        cells = [
            _cell(value / top * HEIGHT, due / top * HEIGHT, HEIGHT - row - 1)
            for value, due in zip(actual, expected, strict=True)
        ]
        body = "".join(cell * max(each - 1, 1) + " " * (each > 1) for cell in cells)
        lines.append(f"{labels[row]:>{margin - 1}} {body}".rstrip())
    shown = chart.months[-months:]
    lines.append(_axis(shown, each, margin))
    if chart.since in shown:
        mark = " " * (margin + each * shown.index(str(chart.since))) + _SINCE
        remark = fit(translate(chart.remark)) if chart.remark is not None else ""
        if width is not None and len(mark) + 1 + width_of(remark) > width:
            lines += [mark, remark]
        else:
            lines.append(f"{mark} {remark}".rstrip())
    return lines


def _title(chart: Chart) -> str:
    title = translate(chart.title)
    return f"{title} ({chart.unit})" if chart.unit else title


def _cell(value: float, due: float, row: int) -> str:
    """Return what stands in one row, counted from the foot; values are in rows."""
    filled = value - row
    if filled >= 1:
        return SPARKS[-1]
    if filled > 0 and (row == 0 or filled >= 1 / len(SPARKS)):
        return SPARKS[max(round(filled * len(SPARKS)) - 1, 0)]
    return _EXPECTED if row < due <= row + 1 else " "


def _axis(months: tuple[str, ...], each: int, margin: int) -> str:
    """Return the line below: the first month, each January that has room, the last month."""
    line = [" "] * (margin + each * len(months) + 8)
    end = 0
    last = margin + each * (len(months) - 1)
    for index, month in enumerate(months):
        at = margin + each * index
        is_last = index == len(months) - 1
        if not (index == 0 or is_last or month.endswith("-01")):
            continue
        if at < end or (not is_last and index and at + len(month) >= last):
            continue
        line[at : at + len(month)] = month
        end = at + len(month) + 1
    return "".join(line).rstrip()
