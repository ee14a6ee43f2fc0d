"""What a store says, without the numbers that the database gave out: for comparing two stores."""

from __future__ import annotations

import sqlite3
from pathlib import Path

_RECORD_KEY = "r.source || '/' || r.key_kind || '/' || r.source_key"
FACTS = (
    "interaction", "contract", "opportunity", "usage", "behaviour", "behaviour_type", "feedback",
    "insight", "invitation", "survey", "coding", "goal", "stakeholder",
    "reference_step", "reference_request", "reference_attempt", "reference_use", "quote",
    "quote_use", "recognition",
)  # fmt: skip
REFERENCES = FACTS[-7:]
_PROVENANCE = "f.file, f.sheet"
_QUERIES = {
    "customer": (
        f"SELECT {_RECORD_KEY}, (SELECT {_RECORD_KEY} FROM record AS r WHERE r.id = c.merged_into)"
        " FROM customer AS c JOIN record AS r ON r.id = c.id"
    ),
    "record": (
        f"SELECT {_RECORD_KEY}, (SELECT {_RECORD_KEY.replace('r.', 'k.')} FROM record AS k"
        " WHERE k.id = r.customer_id), r.described, r.name, r.name_key, r.short_name, r.tax_id,"
        " r.industry, r.country, r.region, r.city, r.address, r.postcode, r.tier, r.status,"
        " r.owner, r.channel, r.since, r.parent, r.phone, r.email, r.extra {provenance}"
        " FROM record AS r LEFT JOIN batch_file AS f ON f.id = r.file_id"
    ),
    "contact": (
        f"SELECT {_RECORD_KEY}, p.contact_key, p.name, p.title, p.phone, p.email, p.is_primary,"
        " p.left_at, p.extra {provenance} FROM contact AS p JOIN record AS r ON r.id = p.record_id"
        " LEFT JOIN batch_file AS f ON f.id = p.file_id"
    ),
    "product": (
        "SELECT p.source, p.product_key, p.name, p.category_key, p.category, p.unit_price,"
        " p.extra {provenance} FROM product AS p LEFT JOIN batch_file AS f ON f.id = p.file_id"
    ),
    "category": (
        "SELECT p.source, p.category_key, p.name, p.extra {provenance} FROM category AS p"
        " LEFT JOIN batch_file AS f ON f.id = p.file_id"
    ),
    "sales_order": (
        f"SELECT o.source, o.order_key, o.described, {_RECORD_KEY}, o.date, o.time, o.kind,"
        " o.state, o.status, o.currency, o.total, o.owner, o.region, o.country, o.about_customer,"
        " o.extra {provenance} FROM sales_order AS o LEFT JOIN record AS r ON r.id = o.record_id"
        " LEFT JOIN batch_file AS f ON f.id = o.file_id"
    ),
    "order_line": (
        "SELECT o.source, o.order_key, l.line_key, l.occurrence, i.product_key, i.name,"
        " i.category, l.kind, l.quantity, l.unit_price, l.amount, l.discount, l.cost, l.extra"
        " {provenance} FROM order_line AS l JOIN sales_order AS o ON o.id = l.order_id"
        " JOIN item AS i ON i.id = l.item_id LEFT JOIN batch_file AS f ON f.id = l.file_id"
    ),
    "interaction": (
        f"SELECT x.source, x.fact_key, {_RECORD_KEY}, x.day, x.clock, x.kind, x.topic, x.direction,"
        " x.outcome, x.subject, x.text, x.person, (SELECT p.contact_key FROM contact AS p"
        " WHERE p.id = x.contact_id), x.author, x.status, x.due, x.closed, x.files,"
        " x.about_customer, x.extra {provenance} FROM interaction AS x"
        " LEFT JOIN record AS r ON r.id = x.record_id LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "contract": (
        f"SELECT x.source, x.fact_key, {_RECORD_KEY}, x.name, x.product, x.signed, x.starts,"
        " x.ends, x.value, x.currency, x.status, x.owner, x.about_customer, x.extra {provenance}"
        " FROM contract AS x LEFT JOIN record AS r ON r.id = x.record_id"
        " LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "opportunity": (
        f"SELECT x.source, x.fact_key, {_RECORD_KEY}, x.name, x.stage, x.outcome, x.why,"
        " x.competitor, x.product, x.value, x.currency, x.opened, x.expected, x.closed, x.owner,"
        " x.about_customer, x.extra {provenance} FROM opportunity AS x"
        " LEFT JOIN record AS r ON r.id = x.record_id LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "usage": (
        f"SELECT x.source, {_RECORD_KEY}, x.metric, x.grain, x.period, x.value, x.unit,"
        " x.about_customer, x.extra {provenance} FROM usage AS x"
        " JOIN record AS r ON r.id = x.record_id LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "behaviour": (
        f"SELECT x.code, {_RECORD_KEY}, x.day, x.until, x.basis, iif(x.basis = 'event',"
        " x.evidence_source || '/' || x.evidence_key, ''), x.ruleset, x.rule, x.why, x.standing,"
        " x.note, x.author {provenance} FROM behaviour AS x JOIN record AS r ON r.id = x.record_id"
        " LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "behaviour_type": (
        "SELECT x.code, x.name, x.name_zh, x.polarity, x.strength, x.half_life, x.priority,"
        " x.author {provenance} FROM behaviour_type AS x"
        " LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "feedback": (
        f"SELECT x.source, x.fact_key, {_RECORD_KEY}, x.day, x.kind, x.ask, x.text, x.product,"
        " x.channel, x.rating, x.low, x.high, x.survey, x.version, x.question, x.respondent,"
        " x.answer, x.author, x.about_customer, x.extra {provenance} FROM feedback AS x"
        " LEFT JOIN record AS r ON r.id = x.record_id LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "insight": (
        f"SELECT x.source, x.fact_key, {_RECORD_KEY}, x.day, x.kind, x.value, x.text, x.stand,"
        " x.before, x.after, x.unit, x.period, x.industry, x.origin, x.author {provenance}"
        " FROM insight AS x LEFT JOIN record AS r ON r.id = x.record_id"
        " LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "invitation": (
        f"SELECT x.survey, x.respondent, {_RECORD_KEY}, x.day"
        " {provenance} FROM invitation AS x"
        " JOIN record AS r ON r.id = x.record_id LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "survey": (
        "SELECT x.name, x.template, x.version, x.wording, x.day, x.until {provenance}"
        " FROM survey AS x LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "coding": (
        "SELECT x.frame, x.coder, x.source, x.fact_key, x.code, x.day {provenance}"
        " FROM coding AS x LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "reference_step": (
        f"SELECT {_RECORD_KEY}, x.day, x.step, x.person, x.channel, x.scope, x.until, x.said_by,"
        " x.use_case, x.product, x.note, x.author {provenance} FROM reference_step AS x"
        " JOIN record AS r ON r.id = x.record_id LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "reference_request": (
        f"SELECT {_RECORD_KEY}, x.what, x.channel, x.day, x.due, x.criteria, x.value, x.currency,"
        " x.expected, x.state, x.closed, x.reason, x.author {provenance}"
        " FROM reference_request AS x LEFT JOIN record AS r ON r.id = x.record_id"
        " LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "reference_attempt": (
        f"SELECT {_RECORD_KEY}, q.what, x.person, x.day, x.outcome, x.minutes, x.note, x.author"
        " {provenance} FROM reference_attempt AS x JOIN record AS r ON r.id = x.record_id"
        " JOIN reference_request AS q ON q.id = x.request_id"
        " LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "reference_use": (
        f"SELECT {_RECORD_KEY}, q.what, x.person, x.channel, x.day, x.actual, x.minutes, x.outcome,"
        " x.author {provenance} FROM reference_use AS x JOIN record AS r ON r.id = x.record_id"
        " JOIN reference_request AS q ON q.id = x.request_id"
        " LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "quote": (
        f"SELECT {_RECORD_KEY}, x.person, x.text, x.product, x.day, x.approved, x.approved_by,"
        " x.scope, x.until, x.author {provenance} FROM quote AS x"
        " JOIN record AS r ON r.id = x.record_id LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "quote_use": (
        "SELECT q.text, x.day, x.place, x.author {provenance} FROM quote_use AS x"
        " JOIN quote AS q ON q.id = x.quote_id LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "recognition": (
        f"SELECT {_RECORD_KEY}, x.person, x.day, x.kind, x.what, x.value, x.currency, x.author"
        " {provenance} FROM recognition AS x JOIN record AS r ON r.id = x.record_id"
        " LEFT JOIN batch_file AS f ON f.id = x.file_id"
    ),
    "goal": (
        "SELECT metric, target, direction, currency, by_parent, start_day, start_value, by_day,"
        " owner, stakeholder, state, created, author, closed, closed_by, reason FROM goal"
    ),
    "stakeholder": "SELECT report, person, wants, created, author FROM stakeholder",
    "item": "SELECT source, product_key, name, category FROM item",
    "source": "SELECT name, priority FROM source",
    "link": (
        f"SELECT {_RECORD_KEY}, l.how, l.evidence FROM link AS l"
        " JOIN record AS r ON r.id = l.record_id WHERE l.undone_at IS NULL"
    ),
    "category_rule": "SELECT match, value, category FROM category_rule",
    "saved_rfm": "SELECT * FROM saved_rfm",
    "saved_health": "SELECT * FROM saved_health",
}


def logical_dump(path: Path, *, provenance: bool = False) -> dict[str, list[tuple[object, ...]]]:
    """Return the sorted rows of every table, joined to natural keys.

    Args:
        path: the store.
        provenance: also say from which file and line each row came.
    """
    with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True) as conn:
        dump = {}
        there = {row[0] for row in conn.execute("SELECT name FROM sqlite_schema")}
        for name, query in _QUERIES.items():
            if (
                name in (*FACTS, "saved_health") and name not in there
            ):  # a store of an earlier schema
                dump[name] = []
                continue
            alias = {"record": "r", "contact": "p", "product": "p", "category": "p",
                     "sales_order": "o", "order_line": "l", "interaction": "x", "contract": "x",
                     "opportunity": "x", "usage": "x", "feedback": "x", "insight": "x",
                     "invitation": "x", "survey": "x", "coding": "x", "behaviour": "x",
                     "behaviour_type": "x", **dict.fromkeys(REFERENCES, "x")}.get(name)  # fmt: skip
            place = f", {_PROVENANCE}, {alias}.line" if provenance and alias else ""
            rows = [tuple(row) for row in conn.execute(query.format(provenance=place))]
            dump[name] = sorted(rows, key=repr)
    conn.close()
    return dump
