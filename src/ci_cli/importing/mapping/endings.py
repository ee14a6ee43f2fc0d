"""Headers that end like a known one, or miss one of its letters."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from ci_cli.importing.mapping.heading import Heading
from ci_cli.importing.mapping.synonyms import CRITICAL, load_synonyms
from ci_cli.importing.mapping.words import segment, words_inside

MIN_ENDING_CJK = 3  # characters a synonym must have to name a header by its end
MIN_ENDING_LATIN = 5
MIN_TYPO = 7  # letters a header must have to be believed with one missing or too many


def by_ending(heading: Heading) -> Heading:
    """Map a header by the synonym that ends it; the values must agree.

    Money, dates and ids need an ending that names both entity and attribute, behind words that
    say nothing else: ERP订单日期 yes, 付款订单号 and Cess Amount no.
    """
    table = load_synonyms()
    stripped = heading.key.rstrip("0123456789")
    if stripped != heading.key and table.exact.get(stripped, "order.id") not in CRITICAL:
        return heading.may_be("words", table.exact[stripped])
    for start in range(1, len(heading.key)):
        ending = heading.key[start:]
        long = MIN_ENDING_LATIN if ending.isascii() else MIN_ENDING_CJK
        if len(ending) < long:
            break
        if table.ambiguous.get(ending) == table.ambiguous.get("status") and ending.isascii():
            status = heading.may_be("ambiguous", "order.status", "customer.status")
            return replace(status, rule="status")
        meaning = table.exact.get(ending)
        if meaning is None:
            continue
        if meaning in CRITICAL and not _tells_enough(ending, heading.key[:start]):
            continue
        return heading.may_be("ending", meaning)
    return heading


def by_typo(heading: Heading) -> Heading:
    """Map a header that misses or doubles one letter of a synonym: Sellling Price, Quantiy."""
    key = heading.key
    if heading.candidates or not key.isascii() or len(key) < MIN_TYPO:
        return heading
    fields = {_one_letter_less().get(key)}
    for place in range(len(key)):
        fields.add(load_synonyms().exact.get(key[:place] + key[place + 1 :]))
    fields.discard(None)
    if len(fields) != 1:
        return heading
    return heading.may_be("ending", str(fields.pop()))


@cache
def _one_letter_less() -> dict[str, str]:
    """Return every long Latin synonym with one of its letters missing."""
    return {
        synonym[:place] + synonym[place + 1 :]: meaning
        for synonym, meaning in load_synonyms().exact.items()
        if synonym.isascii() and len(synonym) > MIN_TYPO
        for place in range(len(synonym))
    }


def _tells_enough(ending: str, before: str) -> bool:
    """Return whether an ending names entity and attribute, and what stands before it nothing."""
    words = segment(ending) or []
    roles = {word.role for word in words}
    return {"entity", "attribute"} <= roles and not any(
        word.role in ("entity", "attribute") for word in words_inside(before)
    )
