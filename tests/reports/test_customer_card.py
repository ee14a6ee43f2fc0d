from __future__ import annotations

from datetime import timedelta

from report_makers import (
    AS_OF,
    UNIT,
    check_well_formed,
    customer,
    records,
    score,
    sentences,
    table,
    total,
)  # fmt: skip

from ci_cli.reports.customers import customer_card
from ci_cli.reports.customers.customer_card import SHOWN, Around
from ci_cli.shapes.actions import ActionRow
from ci_cli.shapes.talks import ContractInfo, OpportunityInfo, Talk, UsagePoint
from ci_cli.shapes.trade import ContactInfo, CustomerCard, GoldenField, OrderInfo, RecordInfo
from ci_cli.shapes.views import TagStanding
from ci_cli.shapes.voice import Insight, Voice

BUYER = customer(12, silent=120, days=9, gap=30.0, orders=9, money=500, tenure=900)
CARD = CustomerCard(
    purchases=BUYER,
    fields=[
        GoldenField("name", "Customer 12", 12, "shop", "A-1"),
        GoldenField("shoe_size", "44", 15, "crm", "77"),
        GoldenField("phone", "=1+1", 15, "crm", "77"),
        GoldenField("industry", "food", 12, "shop", "A-1"),
    ],
    records=[
        RecordInfo(12, "shop", "A-1", "Customer 12", "customers.csv", 4, None),
        RecordInfo(15, "crm", "77", "CUSTOMER 12 Ltd", None, None, "tax_id"),
    ],
    contacts=[ContactInfo("Ada", "buyer", "00123", None, True, None)],
    last_orders=[OrderInfo("1001", "2011-08-11", "sale", 3, 70 * UNIT)],
)


NOTHING = Around(AS_OF, [], [], None, [], 5.0, [], [], [], [], [], [], [])
BLOCKS = ["customer", "records", "buys", "categories", "last_orders", "contacts", "log", "tags",
          "says", "owed"]  # fmt: skip


def card(of=CARD, around=NOTHING, **options):
    scored = score([of.purchases])
    report = customer_card.build(
        of, scored.base.rhythm_of(of.purchases), around, as_of=AS_OF, currency="GBP", **options
    )
    check_well_formed(report)
    return report


def day(age):
    return (AS_OF - timedelta(days=age)).isoformat()


def test_the_card_tells_who_buys_what_and_from_where():
    report = card()
    assert [one.key for one in report.tables] == BLOCKS
    row = records(report.tables[0])[0]
    assert row["customer"] == "C12"
    assert list(row)[:5] == ["customer", "name", "industry", "phone", "shoe_size"]
    assert row["phone"] == "=1+1"  # handed on as it is: output makes text safe
    bought = records(table(report, "buys"))[0]
    assert (bought["purchases"], bought["revenue"], bought["rhythm"]) == (9, 500 * UNIT, "dormant")
    assert [r["linked_by"] for r in records(table(report, "records"))] == [None, "tax_id"]
    assert records(table(report, "contacts"))[0]["primary"] == "yes"
    said = sentences(report)
    assert said[0] == "Purchases: 9, revenue 500.00 GBP, from 2009-06-22 to 2011-08-11."
    assert said[1].startswith("Rhythm dormant: expected every 30 days, now silent for 120;")


def test_why_names_the_record_of_each_field():
    rows = {row["field"]: row for row in records(table(card(why=True), "fields"))}
    assert rows.keys() == {"name", "shoe_size", "phone", "industry"}
    assert (rows["phone"]["record"], rows["phone"]["source"]) == (15, "crm")
    assert (rows["name"]["source_key"], rows["name"]["value"]) == ("A-1", "Customer 12")


def test_a_customer_who_never_bought_has_all_blocks_and_nothing_in_them():
    never = CARD._replace(purchases=customer(12, silent=None, money=0), contacts=[], last_orders=[])
    report = card(never)
    assert [one.key for one in report.tables] == BLOCKS
    assert [one.key for one in report.tables if one.rows] == ["customer", "records"]
    assert sentences(report) == [
        "This customer has never bought.", "Nobody has reached this customer yet.",
    ]  # fmt: skip


def voice(number, age, kind="complaint", **more):
    return Voice(*{**dict.fromkeys(Voice._fields), "id": number, "day": day(age), "kind": kind,
                   "source": "mail", **more}.values())  # fmt: skip


def insight(number, age, kind, value, **more):
    return Insight(*{**dict.fromkeys(Insight._fields), "id": number, "day": day(age), "kind": kind,
                     "value": value, "source": "log", **more}.values())  # fmt: skip


def test_everything_said_has_its_age_and_the_attitude_stands_first():
    around = NOTHING._replace(
        voices=[
            voice(1, 3, text="late again"),
            voice(2, 5, "answer", question="value", rating=4_000_000, low=1, high=5),
        ],
        insights=[
            insight(1, 40, "attitude", "cooling", text="new CFO"),
            insight(2, 400, "attitude", "warm"),
            insight(3, 2, "competitor", "Acme", stand="at_risk"),
            insight(4, 1, "lesson", "tender"),  # ours, not theirs
            insight(5, 8, "roi", "stock check", before=40_000_000, after=20_500_000, unit="h",
                    period="week"),
        ],
    )  # fmt: skip
    rows = records(table(card(around=around), "says"))
    told = [(row["kind"], row["about"], row["value"], row["age"]) for row in rows]
    assert told == [
        ("attitude", None, "cooling", 40),
        ("competitor", "at_risk", "Acme", 2),
        ("complaint", None, None, 3),
        ("answer", "value", "4/5", 5),
        ("roi", "stock check", "40 > 20.5 h week", 8),
    ]
    everything = records(table(card(around=around, whole=True), "says"))
    assert [row["value"] for row in everything][-1] == "warm"
    assert "Not shown: says 1. `--format json` has everything." in sentences(card(around=around))


def test_what_is_owed_stands_by_its_day_and_what_is_late_says_so():
    action = dict.fromkeys(ActionRow._fields) | {
        "id": 7, "what": "offer a plan", "owner": "chen", "due": day(2), "created": day(30),
        "state": "open",
    }  # fmt: skip
    around = NOTHING._replace(
        actions=[ActionRow(**action)],
        contracts=[ContractInfo(3, 12, "x", "frame", None, day(300), day(-30), None, None, None,
                                None)],
        deals=[OpportunityInfo(4, 12, "x", "tender", "offer", "open", *[None] * 5, day(9), None,
                               None, "li")],
        waiting=[Talk(9, 12, "x", day(9), None, "promise", None, None, None, None, "the\nspec",
                      None, "chen", None, day(4), None, (), "log", *[None] * 4)],
    )  # fmt: skip
    rows = records(table(card(around=around), "owed"))
    assert [(row["kind"], row["key"], row["days_late"], row["text"]) for row in rows] == [
        ("promise", "9", 4, "the spec"), ("action", "A7", 2, "offer a plan"),
        ("contract", "3", None, "frame"), ("deal", "4", None, "tender / offer"),
    ]  # fmt: skip


def test_tags_and_usage_tell_how_a_customer_behaves():
    around = NOTHING._replace(
        tags=[TagStanding("refused-call", -1, 0.5, -1.0, 2, day(90))],
        usage=[
            UsagePoint(12, "logins", "month", day(70), 40_000_000, None),
            UsagePoint(12, "logins", "month", day(40), 50_000_000, None),
            UsagePoint(12, "seats", "month", day(40), 0, None),
        ],
    )
    report = card(around=around)
    assert records(table(report, "tags"))[0] == {
        "tag": "refused-call", "polarity": "negative", "weight": 0.5, "moves": -1.0, "events": 2,
        "last": day(90), "age": 90,
    }  # fmt: skip
    used = records(table(report, "usage"))
    assert [(row["metric"], row["value"], row["change"]) for row in used] == [
        ("logins", 50_000_000, 0.25), ("seats", 0, None),
    ]  # fmt: skip


def test_a_screen_gets_a_few_rows_of_each_block_and_a_program_all():
    many = CARD._replace(
        contacts=[ContactInfo(f"P{n}", None, None, None, False, None) for n in range(9)]
    )
    assert len(table(card(many), "contacts").rows) == SHOWN
    assert len(table(card(many, whole=True), "contacts").rows) == 9


def test_every_order_has_a_running_total():
    some = CARD._replace(
        last_orders=[
            OrderInfo(str(1010 - n), "2011-08-11", "sale", 1, amount * UNIT)
            for n, amount in enumerate([5, -2, 10, 1, 1, 1, 1])
        ]
    )
    orders = table(card(some, orders=True), "last_orders")
    assert [row[-1] // UNIT for row in orders.rows] == [1, 2, 3, 4, 14, 12, 17]
    assert total(orders)["net"] == 17 * UNIT
    assert total(orders)["lines"] == 7
