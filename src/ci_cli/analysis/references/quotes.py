"""Which quotes may be shown, and to whom: the one place that decides what leaves the house."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ci_cli.analysis.references.synonyms import Synonyms, plain_word
from ci_cli.shapes.references import PUBLIC, QuoteRow

# how far words have come, the best first: of several quotes with the same words the best counts
_ORDER = (PUBLIC, "internal", "early", "expired", "withdrawn", "draft")
Permissions = Mapping[tuple[int, str], str]  # customer and verbatim words -> state


def fault(quote: QuoteRow, day: str) -> str | None:
    """Return what stands against showing a quote at all; None: it may be shown on this day.

    Returns:
        ``draft``, ``withdrawn`` (by anybody, for quotes or everything, or the reference was
        retired), ``early`` (approved on a later day) or ``expired``.
    """
    if quote.approved is None:
        return "draft"
    if quote.withdrawn is not None and quote.withdrawn <= day:
        return "withdrawn"
    if quote.approved > day:
        return "early"
    if quote.until is not None and quote.until < day:
        return "expired"
    return None


def state(quote: QuoteRow, day: str) -> str:
    """Return draft, withdrawn, early, expired, or the scope that it is approved for."""
    return fault(quote, day) or quote.scope or PUBLIC


def public(quotes: Iterable[QuoteRow], day: str) -> list[QuoteRow]:
    """Return the quotes that may leave the house on this day."""
    return [one for one in quotes if fault(one, day) is None and one.scope == PUBLIC]


def ending(quotes: Iterable[QuoteRow], day: str, last: str) -> list[QuoteRow]:
    """Return the quotes that may be shown on ``day`` and whose permission ends by ``last``."""
    return [
        one
        for one in quotes
        if one.until is not None and one.until <= last and fault(one, day) is None
    ]


def permissions(quotes: Iterable[QuoteRow], day: str) -> Permissions:
    """Return what became of the words of each customer that are kept as quotes, for :func:`words`.

    What a customer said in a call or a survey is approved by keeping it as a quote, word by word.
    """
    found: dict[tuple[int, str], str] = {}
    for one in quotes:
        key = (one.customer_id, _verbatim(one.text))
        found[key] = min(found.get(key, "draft"), state(one, day), key=_ORDER.index)
    return found


def words(text: str | None, customer_id: int | None, known: Permissions) -> str:
    """Return the state of words that stand anywhere in the store; a draft where no quote has them.

    ``public`` only where a quote of the same customer with the same words may leave the house.
    """
    if text is None or customer_id is None:
        return "draft"
    return known.get((customer_id, _verbatim(text)), "draft")


def about(
    quotes: Iterable[QuoteRow], synonyms: Synonyms, *, industry: str | None = None,
    product: str | None = None, text: str | None = None,
) -> list[QuoteRow]:  # fmt: skip
    """Return the quotes of an industry, about a product, with these words in any order."""
    wanted = plain_word(text or "").split()
    return [
        one for one in quotes
        if (industry is None or synonyms.fits("industry", industry, one.industry))
        and (product is None or synonyms.names(product, one.product or ""))
        and all(word in plain_word(f"{one.text} {one.product or ''}") for word in wanted)
    ]  # fmt: skip


def _verbatim(text: str) -> str:
    """Return words as they are compared: only runs of spaces and line ends may differ."""
    return " ".join(text.split())
