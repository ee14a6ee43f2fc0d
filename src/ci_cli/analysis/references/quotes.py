"""Which quotes may be shown, and to whom: the one place that decides what leaves the house."""

from __future__ import annotations

from collections.abc import Iterable

from ci_cli.reference_shapes import PUBLIC, QuoteRow


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
