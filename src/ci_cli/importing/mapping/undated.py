"""An order file whose own date column holds no dates: nobody should find that out a month later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ci_cli.errors import Answer, CiError, ExitCode, Where
from ci_cli.importing.mapping.columns import ColumnMap
from ci_cli.importing.mapping.profile import Profile
from ci_cli.importing.mapping.synonyms import load_synonyms, squeeze
from ci_cli.text import msg

MOSTLY = 0.9  # share of dates in a column that was left on purpose, not because it was unread


def refuse_unread_dates(
    columns: ColumnMap,
    sample: Sequence[Sequence[str]],
    overrides: Mapping[str, str],
    where: Where,
) -> None:
    """Stop where the header of a column names the order date, but no value in it is a date.

    Raises:
        CiError: ``dates-unreadable``, exit 2; ``--map order.date=-`` goes on without dates.
    """
    if columns.kind != "orders" or columns.choice("order.date") or "order.date" in overrides:
        return
    for choice in columns.columns:
        named = load_synonyms().exact.get(squeeze(choice.header)) == "order.date"
        values = [row[choice.index] for row in sample if choice.index < len(row)]
        unread = any(values) and Profile(values).date < MOSTLY
        if named and choice.field is None and unread:
            raise CiError(
                "dates-unreadable",
                msg("What stands in this column are no dates, so no order would have one."),
                hint=msg(
                    "Write days as in 2024-01-31. If another column has the dates:"
                    " --map order.date=HEADER, if another file has them: --map order.date=-"
                ),
                where=replace(where, column=choice.header),
                exit_code=ExitCode.DECIDE,
                choice=(
                    *(
                        Answer(
                            ("--map", f"order.date={other.header}"),
                            msg("“{header}” has the dates", header=other.header),
                        )
                        for other in columns.columns
                        if other is not choice and other.field is None and other.header
                    ),
                    Answer(("--map", "order.date=-"), msg("another file has the dates")),
                ),
            )
