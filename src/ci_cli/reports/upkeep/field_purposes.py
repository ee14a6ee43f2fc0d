"""What each stored field is for, in a few words: by its name, or by table where that differs."""

from __future__ import annotations

from ci_cli.text import Msg, msg

_KEY = msg("says which row it is")
_WHERE = msg("file and line it came from")
_REFERS = msg("which other row it belongs to")
_KIND = msg("what sort of row it is")
_DAY = msg("when it was")
_WHO = msg("who of ours")
_MONEY = msg("revenue and margin")
_FIND = msg("to reach and to recognise the customer")
_GROUP = msg("to group customers and revenue")
_CHANGE = msg("what an action changed")
_SURVEY = msg("to count answers")
OWN = msg("a column of your own")
NEEDS_ONE = msg("about people: say what for, with --purpose")

# bookkeeping of the store: never on the list of what could go
STRUCTURE = frozenset({
    "id", "record_id", "customer_id", "contact_id", "order_id", "item_id", "alarm_id", "file_id",
    "request_id", "quote_id",
    "line", "source", "source_key", "key_kind", "fact_key", "order_key", "line_key", "occurrence",
    "contact_key", "category_key", "product_key", "described", "name_key", "extra",
    "about_customer", "updated_at", "is_primary", "evidence_source", "evidence_key", "ruleset",
    "version", "wording", "template", "survey", "respondent", "question", "frame", "grain",
})  # fmt: skip

_BY_NAME: dict[str, Msg] = {
    **dict.fromkeys(("id", "source", "source_key", "key_kind", "fact_key", "order_key", "line_key",
                     "occurrence", "contact_key", "category_key", "product_key", "name_key",
                     "code", "frame"), _KEY),
    **dict.fromkeys(("file_id", "line", "updated_at"), _WHERE),
    **dict.fromkeys(("record_id", "customer_id", "contact_id", "order_id", "item_id", "alarm_id",
                     "evidence_source", "evidence_key", "survey"), _REFERS),
    **dict.fromkeys(("kind", "basis", "grain", "topic", "ask"), _KIND),
    **dict.fromkeys(("day", "date", "time", "clock", "created", "opened", "signed", "starts",
                     "period"), _DAY),
    **dict.fromkeys(("closed", "ends", "due", "expected", "until"), msg("when it ends or is due")),
    **dict.fromkeys(("author", "owner", "coder", "closed_by"), _WHO),
    **dict.fromkeys(("amount", "quantity", "unit_price", "discount", "cost", "total", "value",
                     "currency", "won"), _MONEY),
    **dict.fromkeys(("phone", "email", "address", "postcode", "city", "tax_id", "short_name",
                     "parent"), _FIND),
    **dict.fromkeys(("industry", "country", "region", "tier", "channel", "category", "since"),
                    _GROUP),
    **dict.fromkeys(("before_as_of", "before_state", "before_score", "before_rate",
                     "before_revenue", "after_as_of", "after_state", "after_score", "after_rate",
                     "after_revenue", "figure_currency", "before", "after"), _CHANGE),
    **dict.fromkeys(("version", "template", "wording", "question", "respondent", "answer",
                     "rating", "low", "high"), _SURVEY),
    **dict.fromkeys(("text", "subject", "note", "what", "files"), msg("the words themselves")),
    **dict.fromkeys(("status", "state", "outcome", "stage", "standing", "stand"),
                    msg("how it stands")),
    **dict.fromkeys(("why", "reason", "rule", "ruleset", "origin"), msg("why it is so")),
    **dict.fromkeys(("strength", "polarity", "half_life", "priority"),
                    msg("how much a tag weighs, and for how long")),
    "name": msg("how people call it"),
    "name_zh": msg("how people call it"),
    "product": msg("what it is about"),
    "metric": msg("what it is about"),
    "criteria": msg("what is asked for"),
    "use_case": msg("what is asked for"),
    "actual": msg("how well it went"),
    "minutes": msg("how much time it took"),
    "step": msg("how it stands"),
    "approved": msg("when it was allowed"),
    "approved_by": msg("who allowed it"),
    "said_by": msg("who allowed it"),
    "scope": msg("what is allowed"),
    "place": msg("where it went"),
    "request_id": _REFERS,
    "quote_id": _REFERS,
    "competitor": msg("what it is about"),
    "unit": msg("what it is counted in"),
    "title": msg("position of the person"),
    "person": msg("who of theirs"),
    "direction": msg("who came to whom"),
    "is_primary": msg("whom to ask first"),
    "left_at": msg("since when the person is gone"),
    "described": msg("described by a source, or known by hearsay"),
    "extra": msg("columns of your own, each listed by itself"),
    "about_customer": msg("what a row says of its customer"),
}  # fmt: skip
_BY_TABLE: dict[str, Msg] = {
    "feedback.channel": msg("where it was said"),
    "usage.value": msg("how much was used"),
    "insight.value": msg("what was learnt"),
    "behaviour.code": msg("which tag it is"),
    "coding.code": msg("what a text is about"),
    "item.category": _GROUP,
    "reference_request.expected": msg("how well it should go"),
    "record.status": _GROUP,
}


def purpose(table: str, column: str) -> Msg | None:
    """Return what a column is for; None where nobody has said so yet."""
    return _BY_TABLE.get(f"{table}.{column}") or _BY_NAME.get(column)
