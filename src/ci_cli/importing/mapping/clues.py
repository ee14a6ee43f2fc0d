"""What the words of a header hint at, where they do not name a field outright.

"What they took", 谁拿的 and ``Slip total`` stand in no list and never will. Their words are weak
evidence: alone they map nothing, but with values, arithmetic and the shape of the sheet on their
side they do. The words stand in ``data/header_synonyms.yaml`` under ``clues``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from ci_cli.importing.mapping.heading import Heading
from ci_cli.importing.mapping.synonyms import Word, load_synonyms
from ci_cli.importing.mapping.words import known_words, tokens_of

WHOLE, HEAD, INSIDE = 3, 2, 1  # the header is the clue; it ends with it; it holds it
LONGEST = 5  # tokens in a clue

# What a word that sets a column apart may yet turn out to be, if arithmetic or structure says so.
SOFT: Mapping[str, frozenset[str]] = {
    "fee": frozenset(["line.amount", "line.unit_price", "order.total"]),
    "owed": frozenset(["order.total", "line.amount", "line.unit_price"]),
    "measure": frozenset(["line.quantity", "line.product_name", "line.amount"]),
    "place": frozenset(["customer.name", "line.product_name"]),
    "project": frozenset(["line.product_name", "order.id"]),
    "payment": frozenset(["line.amount", "order.total"]),
    "statistic": frozenset(["line.unit_price"]),
    "compare": frozenset(["line.quantity", "line.unit_price"]),
    "reference_price": frozenset(["line.unit_price"]),
    "event_date": frozenset(["order.date", "customer.since"]),
    "scale": frozenset(["line.quantity"]),
    "other_date": frozenset(["customer.since"]),
    "staff": frozenset(["order.owner", "customer.owner"]),
    "extension": frozenset(["line.amount"]),
}

_PER_UNIT = re.compile(  # Rate/Mtr, £/t, 元/斤
    r"(?:rate|price|pr|cost|charge|fee|trade|retail|wholesale|sell|[£$€¥₹]|元|价|usd|rmb)\s*(?:/|\bper\b|\bpr\b)\s*\w+$"
)
_ORDERING = re.compile(r"^(?:预?订|预?定|购|买).{0,3}人$")  # 订花人, 预订人
_NAMED = re.compile(r"(?<=..)(?:姓名|名称|全名|全称|名字)$")


def clue(heading: Heading, field: str) -> int:
    """Return how strongly the words of a header hint at a field: 0 (not at all) to 3."""
    if heading.apart and field not in SOFT.get(heading.apart, ()):
        return 0
    return _clues(heading.text).get(field, 0)


def barred(heading: Heading, field: str) -> bool:
    """Return whether a header says that its column is something else, for good."""
    return heading.apart is not None and field not in SOFT.get(heading.apart, ())


def has_clue(heading: Heading) -> bool:
    """Return whether any word of a header hints at any field."""
    return bool(_clues(heading.text))


def ends_as_id(heading: Heading) -> bool:
    """Return whether a header ends with a word for a number or code: Job no., 房号."""
    words = known_words(heading.text)
    numbered = bool(words) and words[-1] == Word("attribute", "id")
    return numbered or heading.key.endswith("单号")


@lru_cache(maxsize=2048)
def _clues(text: str) -> Mapping[str, int]:
    """Return the fields at which a header hints, with the weight of its best word for each."""
    tokens = tokens_of(text)
    found: dict[str, int] = {}
    _collect(tokens, found)
    if len(tokens) > 1 and tokens[-1] in ("name", "names"):
        _collect(tokens[:-1], found)
    elif tokens and _NAMED.search(tokens[-1]):
        _collect([*tokens[:-1], _NAMED.sub("", tokens[-1])], found)
    if _ORDERING.search(tokens[-1] if tokens else ""):
        _add(found, ("customer.name",), WHOLE)
    if _PER_UNIT.search(text.casefold()):
        _add(found, ("line.unit_price",), HEAD)
    return found


def _collect(tokens: list[str], found: dict[str, int]) -> None:
    lists = load_synonyms().clues
    start = 0
    while start < len(tokens):
        for length in range(min(LONGEST, len(tokens) - start), 0, -1):
            fields = lists.get("".join(tokens[start : start + length]))
            if fields:
                whole = length == len(tokens)
                head = start + length == len(tokens)
                _add(found, fields, WHOLE if whole else HEAD if head else INSIDE)
                start += length
                break
        else:
            if not tokens[start].isascii():
                _inside(tokens[start], found)
            start += 1


def _inside(run: str, found: dict[str, int]) -> None:
    """Find clues inside a run of Chinese, the longest at each place."""
    lists = load_synonyms().clues
    start = 0
    while start < len(run):
        for end in range(min(len(run), start + 6), start, -1):
            fields = lists.get(run[start:end])
            if fields and (end - start > 1 or end == len(run)):
                _add(found, fields, HEAD if end == len(run) else INSIDE)
                start = end
                break
        else:
            start += 1


def _add(found: dict[str, int], fields: tuple[str, ...], weight: int) -> None:
    for field in fields:
        found[field] = max(found.get(field, 0), weight)
