"""``procat report --drill``: the order lines behind one figure, each with its place in a file."""

from __future__ import annotations

from collections.abc import Sequence

from ci_cli.analysis.monthly import Measure
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Money, Report
from ci_cli.reports.selling import order_lines
from ci_cli.reports.selling.procat import NONE_LABEL
from ci_cli.shapes.trade import LineDetail
from ci_cli.text import msg


def build(
    lines: Sequence[LineDetail],
    *,
    group: str,
    month: str,
    currency: str,
    measure: Measure = "net",
    expected: int | None = None,
) -> Report:
    """Lay out the order lines that make up one cell.

    Args:
        lines: every line of the group in the month, sales and returns.
        group: what people call the group; "" is what belongs to none.
        month: ``2011-12``.
        currency: of all money.
        measure: ``net`` lists all lines, ``gross`` the sales alone.
        expected: the cell in ten-thousandths, when it is known.

    Raises:
        CiError: ``procat-total-mismatch``, exit 70, where the lines do not add up to ``expected``.
    """
    counted = [line for line in lines if measure == "net" or line.kind == "sale"]
    total = sum(line.amount for line in counted)
    if expected is not None and total != expected:
        raise CiError(
            "procat-total-mismatch",
            msg(
                "The order lines of {group} in {month} add up to {total}, the report says {cell}.",
                group=group or NONE_LABEL,
                month=month,
                total=Money(total, currency),
                cell=Money(expected, currency),
            ),
            hint=msg("This is a fault of the program. Run: ci-cli db check"),
            exit_code=ExitCode.UNFORESEEN,
        )
    return Report(
        "procat-drill",
        msg("{group} in {month}, line by line", group=group or NONE_LABEL, month=month),
        [order_lines.table(counted, currency)],
        {"group": group, "month": month, "measure": measure, "currency": currency},
        [order_lines.note(counted, total, currency)],
    )
