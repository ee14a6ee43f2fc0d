"""The charts of a report as one static SVG: no script, no link, no font that must be fetched.

Names of categories come from files, so every text is made safe and escaped before it is written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape

from ci_cli.errors import CiError, ExitCode
from ci_cli.output.medium import TextSink
from ci_cli.output.options import Options
from ci_cli.output.safe import safe_text
from ci_cli.report import Chart, Report
from ci_cli.text import msg, translate

_WIDTH, _HEIGHT = 860, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 86, 36, 74, 46
_TICKS = 5
_MONTH_LABELS = 9  # at most, or they would touch
_LETTER = 6.6  # pixels, to keep titles inside the picture
_STYLE = (
    "text{font:12px system-ui,'Noto Sans CJK SC',sans-serif;fill:#222}"
    ".title{font-size:16px;font-weight:600}.small{fill:#555}.grid{stroke:#ddd}"
    ".axis{stroke:#888}.actual{fill:none;stroke:#1f5a96;stroke-width:2}"
    ".dot{fill:#1f5a96}.expected{fill:none;stroke:#777;stroke-width:1.5;stroke-dasharray:5 4}"
    ".fall{fill:#c0392b;fill-opacity:.10}.since{stroke:#c0392b}.said{fill:#a93226}"
)


def chart_missing() -> CiError:
    """Return the error of a report that has nothing to draw."""
    return CiError(
        "chart-missing",
        msg("This report has no chart."),
        hint=msg("Save it as xlsx, json, csv, md or txt; `ci-cli procat explain CATEGORY`"
                 " draws one."),
        exit_code=ExitCode.DECIDE,
    )  # fmt: skip


def write(report: Report, out: TextSink, options: Options) -> None:  # noqa: ARG001
    """Write all charts of ``report``, one below the other.

    Raises:
        CiError: ``chart-missing``: the report has none.
    """
    if not report.charts:
        raise chart_missing()
    height = _HEIGHT * len(report.charts)
    out.write(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}"'
        f' viewBox="0 0 {_WIDTH} {height}" role="img">\n'
        f"<title>{_text(translate(report.title))}</title>\n<style>{_STYLE}</style>\n"
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>\n'
    )
    for number, chart in enumerate(report.charts):
        out.write(f'<g transform="translate(0 {_HEIGHT * number})">\n')
        for line in _chart(chart):
            out.write(line + "\n")
        out.write("</g>\n")
    out.write("</svg>\n")


def _text(text: str) -> str:
    return escape(safe_text(text), {'"': "&quot;"})


def _chart(chart: Chart) -> Iterator[str]:
    values = [*chart.actual, *chart.expected]
    ticks = _ticks(min([0.0, *values]), max([0.0, *values]))
    low, high = ticks[0], ticks[-1]
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(chart.months) - 1, 1)

    def x(index: int) -> float:
        return round(_LEFT + step * index, 1)

    def y(value: float) -> float:
        share = (value - low) / (high - low)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)

    def points(series: tuple[float, ...]) -> str:
        return " ".join(f"{x(index)},{y(value)}" for index, value in enumerate(series))

    yield _label(_LEFT, 26, _cut(translate(chart.title), _WIDTH - _LEFT, 1.4), "title")
    yield from _legend(chart.unit)
    for tick in ticks:
        yield _line("grid", _LEFT, y(tick), _WIDTH - _RIGHT, y(tick))
        yield _label(_LEFT - 8, y(tick) + 4, f"{tick:,.10g}", "small", "end")
    yield from _fall(chart, x)
    every = max(1, math.ceil(len(chart.months) / _MONTH_LABELS))
    for index, month in enumerate(chart.months):
        if (len(chart.months) - 1 - index) % every == 0:
            foot = _HEIGHT - _BOTTOM
            yield _line("axis", x(index), foot, x(index), foot + 5)
            yield _label(x(index), foot + 20, month, "small", "middle")
    yield _line("axis", _LEFT, y(0), _WIDTH - _RIGHT, y(0))
    yield f'<polyline class="expected" points="{points(chart.expected)}"/>'
    yield f'<polyline class="actual" points="{points(chart.actual)}"/>'
    for index, (month, value) in enumerate(zip(chart.months, chart.actual, strict=True)):
        said = _text(f"{month}: {value:,.2f}")
        yield (
            f'<circle class="dot" cx="{x(index)}" cy="{y(value)}" r="2.6">'
            f"<title>{said}</title></circle>"
        )


def _legend(unit: str | None) -> Iterator[str]:
    actual = translate(msg("net revenue by month"))
    shown = f"{actual} ({unit})" if unit else actual
    yield _line("actual", _LEFT, 44, _LEFT + 22, 44)
    yield _label(_LEFT + 28, 48, shown, "small")
    at = _LEFT + 60 + _wide(shown)
    yield _line("expected", at, 44, at + 22, 44)
    yield _label(at + 28, 48, translate(msg("level expected, with its season")), "small")


def _fall(chart: Chart, x: Callable[[int], float]) -> Iterator[str]:
    if chart.since not in chart.months:
        return
    at, foot = x(chart.months.index(str(chart.since))), _HEIGHT - _BOTTOM
    end = _WIDTH - _RIGHT
    yield f'<rect class="fall" x="{at}" y="{_TOP}" width="{end - at:.1f}" height="{foot - _TOP}"/>'
    yield _line("since", at, _TOP, at, foot)
    if chart.remark is not None:
        remark = _cut(translate(chart.remark), _WIDTH - _LEFT, 1.0)
        is_right = at > _WIDTH / 2
        yield _label(at - 4 if is_right else at + 4, _TOP - 6, remark, "said",
                     "end" if is_right else "start")  # fmt: skip


def _line(name: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{name}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>'


def _label(x: float, y: float, text: str, name: str, anchor: str = "start") -> str:
    return f'<text class="{name}" x="{x}" y="{y}" text-anchor="{anchor}">{_text(text)}</text>'


def _wide(text: str) -> float:
    """Return about how many pixels a text takes; Chinese characters are twice as wide."""
    return sum(_LETTER * (2 if ord(c) > 0x2E80 else 1) for c in text)


def _cut(text: str, width: float, size: float) -> str:
    """Return as much of a text as there is room for."""
    if _wide(text) * size <= width:
        return text
    while text and _wide(text + "…") * size > width:
        text = text[:-1]
    return text + "…"


def _ticks(low: float, high: float) -> list[float]:
    """Return round figures from ``low`` or below to ``high`` or above, in steps of 1, 2 or 5."""
    span = (high - low) or 1.0
    rough = span / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [number * step for number in range(first, max(last, first + 1) + 1)]
