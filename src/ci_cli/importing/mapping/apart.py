"""Why a known column is left out: the sentence that is printed beside it."""

from __future__ import annotations

from ci_cli.importing.mapping.profile import Profile
from ci_cli.text import Msg, msg

REASONS: dict[str, Msg] = {
    "own": msg("written by ci-cli for people; never imported"),
    "tax": msg("a tax, not the sale"),
    "freight": msg("freight, not the sale"),
    "profit": msg("profit, not the sale"),
    "owed": msg("money owed or received, not the sale"),
    "refund": msg("about refunds; returns are imported as rows of their own"),
    "fee": msg("a fee, not the sale"),
    "points": msg("points or credit, not the sale"),
    "stock": msg("stock on hand, not a sale"),
    "plan": msg("a plan or an estimate, not what happened"),
    "compare": msg("a total over other rows or another period"),
    "statistic": msg("a statistic over other rows"),
    "reference_price": msg("a price for comparison, not the one that was paid"),
    "exchange": msg("an exchange rate or a converted amount"),
    "measure": msg("describes the product or its unit"),
    "other_date": msg("another date than that of the order"),
    "event_date": msg("another date than that of the order"),
    "other_id": msg("the number of something else"),
    "supplier": msg("about the seller or the supplier"),
    "staff": msg("about the staff"),
    "place": msg("about a place of one's own: store, warehouse, department"),
    "logistics": msg("about transport"),
    "delivery": msg("where the goods go, not where the customer is"),
    "promotion": msg("about a promotion"),
    "person": msg("about a person"),
    "link": msg("a link or a file"),
    "remark": msg("a remark"),
    "project": msg("about something that this import does not know"),
    "scale": msg("describes the company"),
    "payment": msg("how it was paid"),
    "fax": msg("a fax number"),
    "extension": msg("a phone extension"),
    "own_revenue": msg("the customer's own turnover, not what it bought"),
    "their_part": msg("the customer's own part number or name"),
    "their_order": msg("the customer's own order number"),
    "order_level": msg("about the whole order"),
    "order_name": msg("a name for the order"),
    "source": msg("where the order came from"),
    "parent_of_order": msg("where the order came from"),
}


# Reasons that speak of days or of money, which the values must bear out: End client, Credit to.
_HOW_MANY = frozenset(["delivered", "ordered", "requested", "shipped", "invoiced"])
_OF_DAYS = frozenset(["other_date", "event_date"])
SHORTEST_FIRM = 3  # characters, on the average
_OF_MONEY = frozenset(["fee", "owed", "freight"])


def is_refuted(key: str | None, name: str, profile: Profile) -> bool:
    """Return whether the values show that the word which sets a column apart misleads."""
    if not profile.texts:
        return False
    if key == "measure" and name.endswith("单位"):  # 购苗单位 holds firms, 计量单位 units
        return profile.words > 0.9 and profile.length >= SHORTEST_FIRM
    words = profile.words > 0.5 and profile.number == 0 and profile.bare_date == 0
    if key in _OF_DAYS:  # Delivered, over numbers: how many were
        return words or (name in _HOW_MANY and profile.number == 1 and profile.bare_date == 0)
    return key in _OF_MONEY and (words or profile.date == 1) and profile.length > 1


def reason_of(key: str) -> Msg:
    """Return the sentence for a reason key of the synonym table."""
    return REASONS[key]
