"""Number and name of a shop that is the customer: 门店编号 beside a 门店名称 that names who bought.

A column about places is left out, because most are one's own. Where the name of such a place was
taken for the customer's, the number that goes with it is the customer's as well, and the reverse.
"""

from __future__ import annotations

import re

from ci_cli.importing.mapping.clues import ends_as_id
from ci_cli.importing.mapping.sheet import Column, Sheet, goes_with
from ci_cli.text import msg

_LAST_WORD = re.compile(
    r"(?:(?:全)?名称?|简称|编号|编码|代码|代号|号码|号|(?<=.)(?:name|code|number|num|no|nbr|id|ref|key))$"
)


def take_other_of_shop(sheet: Sheet) -> None:
    """Take number and name of a place for the customer's where one of them was, row for row."""
    if not sheet.groups():
        return  # without orders of several rows, a shop may as well be where each was made
    for known, open_ in (("customer.name", "customer.id"), ("customer.id", "customer.name")):
        named = sheet.mapped(known)
        if named is None or named.heading.apart != "place":
            continue
        if open_ in sheet.left_out or sheet.has(open_):
            continue
        others = [
            column
            for column in sheet.columns
            if column.field is None
            and column.heading.apart == "place"
            and ends_as_id(column.heading) == (open_ == "customer.id")
            and _place(column) == _place(named)
            and column.profile.filled == named.profile.filled > 0
            and goes_with(column, named)
            and goes_with(named, column)
        ]
        if len(others) == 1:
            others[0].how = "rule"
            others[0].take(open_, msg("it goes with “{header}”, which is the customer's",
                                      header=named.text))  # fmt: skip
            return


def _place(column: Column) -> str:
    """Return what kind of place a header speaks of: 门店编号 and 门店名称 of 门店."""
    return _LAST_WORD.sub("", column.heading.key)
