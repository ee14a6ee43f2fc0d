"""Numbers written with what they count: ``40 Nos``, ``5箱``, and prices for one: ``250.00/Nos``.

Programs such as Tally print the unit into the cell. Only a column whose header speaks of a quantity
or a price is read so (see ``mapping.with_units``): under other headers ``500 g`` is a size.
"""

from __future__ import annotations

import re

from ci_cli.importing.values.amounts import read_number
from ci_cli.importing.values.cells import ValueReject

LONGEST = 60  # characters of a cell that is a number with its unit
_COUNTED = re.compile(
    r"(?P<number>[-+(]?\s?\d[\d.,'’ ]{0,30}\)?)\s?(?P<unit>[^\W\d_][^\W\d_.]{0,11}\.?)$"
)
_FOR_ONE = re.compile(
    r"(?P<number>.{0,12}\d[\d.,'’]{0,30}\s?[^\W\d_]{0,3})\s?(?:/|\bper\b|\bpr\b)\s?"
    r"(?P<unit>[^\W\d_][^\W\d_.]{0,11}\.?)$"
)


def part_unit(text: str) -> tuple[str, str]:
    """Return the number and the unit of a cell; the text as it stands and ``""`` if it has none.

    What is a number as a whole has no unit: ``3万``, ``R 5``, ``12元``.
    """
    plain = text.strip()
    if not plain or plain[-1].isdecimal() or len(plain) > LONGEST or _is_number(plain):
        return text, ""
    found = _FOR_ONE.match(plain) or _COUNTED.match(plain)
    if found is None or not _is_number(found["number"].strip()):
        return text, ""
    return found["number"].strip(), found["unit"]


def _is_number(text: str) -> bool:
    try:
        return read_number(text) is not None
    except ValueReject:
        return False
