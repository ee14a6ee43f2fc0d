"""The tie-breaks for headers that can mean several things, applied in their order.

The headers and the sentences that describe each rule stand in ``data/header_synonyms.yaml``
under ``ambiguous``; the rules themselves in ``bare_names`` and ``bare_facts``.
"""

from __future__ import annotations

from collections.abc import Callable

from ci_cli.importing.mapping import bare_facts, bare_names
from ci_cli.importing.mapping.sheet import Column, Sheet, fits
from ci_cli.text import msg

Rule = Callable[[Column, Sheet], None]

# In the order in which they run: ids and names first, because later rules look at them.
RULES: dict[str, Rule] = {**bare_names.RULES, **bare_facts.RULES}


def apply_rules(sheet: Sheet) -> None:
    """Decide every ambiguous column that is still open, in an order that ignores their places."""
    for name, rule in RULES.items():
        for column in sheet.columns:
            if column.heading.rule == name and column.how is None:
                rule(column, sheet)
                if column.field is not None and not fits(column.field, column):
                    column.leave(msg("the values do not fit any meaning of this header"))
