from __future__ import annotations

from report_makers import AS_OF, UNIT, check_well_formed, customer, records, score, sentences, table

from ci_cli.reports import REPORTS
from ci_cli.shapes import ContactInfo, CustomerCard, GoldenField, OrderInfo, RecordInfo

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


def card(of=CARD, **options):
    scored = score([of.purchases])
    report = REPORTS["customer-card"](
        of, scored.base.rhythm_of(of.purchases), as_of=AS_OF, currency="GBP", **options
    )
    check_well_formed(report)
    return report


def test_the_card_tells_who_buys_what_and_from_where():
    report = card()
    assert [one.key for one in report.tables] == ["customer", "records", "contacts", "last_orders"]
    row = records(report.tables[0])[0]
    assert row["customer"] == "C12"
    assert list(row)[:5] == ["customer", "name", "industry", "phone", "shoe_size"]
    assert row["phone"] == "=1+1"  # handed on as it is: output makes text safe
    assert (row["purchases"], row["revenue"], row["rhythm"]) == (9, 500 * UNIT, "dormant")
    assert [r["linked_by"] for r in records(table(report, "records"))] == [None, "tax_id"]
    assert records(table(report, "contacts"))[0]["primary"] == "yes"
    said = sentences(report)
    assert said[0] == "Purchases: 9, revenue 500.00 GBP, from 2009-06-22 to 2011-08-11."
    assert said[1].startswith("Rhythm dormant: usually buys every 30 days, now silent for 120;")


def test_why_names_the_record_of_each_field():
    rows = {row["field"]: row for row in records(table(card(why=True), "fields"))}
    assert rows.keys() == {"name", "shoe_size", "phone", "industry"}
    assert (rows["phone"]["record"], rows["phone"]["source"]) == (15, "crm")
    assert (rows["name"]["source_key"], rows["name"]["value"]) == ("A-1", "Customer 12")


def test_a_customer_who_never_bought():
    never = CARD._replace(purchases=customer(12, silent=None, money=0), contacts=[], last_orders=[])
    report = card(never)
    assert [one.key for one in report.tables] == ["customer", "records"]
    assert records(report.tables[0])[0]["silent"] is None
    assert sentences(report) == ["This customer has never bought."]
