"""Customers as the store would hand them over, made by pandas from raw purchases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from ci_cli.shapes.trade import CustomerPurchases


def cdnow(folder: Path) -> pd.DataFrame:
    """Return all purchases of the CDNOW cohort: customer, day, money."""
    raw = pd.read_csv(
        folder / "cdnow" / "CDNOW_master.txt", sep=r"\s+", skiprows=1, dtype=str,
        names=["customer", "day", "cds", "money"],
    )  # fmt: skip
    raw["day"] = pd.to_datetime(raw["day"], format="%Y%m%d")
    return raw.assign(customer=raw["customer"].astype(int), money=raw["money"].astype(float))


def online_retail(folder: Path) -> pd.DataFrame:
    """Return the sales of Online Retail to known customers: customer, day, money."""
    raw = pd.read_csv(
        folder / "online_retail" / "online_retail.csv.gz", parse_dates=["InvoiceDate"]
    )
    raw = raw[raw["CustomerID"].notna() & (raw["Quantity"] * raw["UnitPrice"] > 0)]
    raw = raw[~raw["InvoiceNo"].astype(str).str.startswith("C")]
    return pd.DataFrame({
        "customer": raw["CustomerID"].astype(int),
        "day": raw["InvoiceDate"].dt.normalize(),
        "money": raw["Quantity"] * raw["UnitPrice"],
    })  # fmt: skip


def rows_until(purchases: pd.DataFrame, end: date) -> list[CustomerPurchases]:
    """Aggregate purchases up to a day, one row per customer."""
    seen = purchases[purchases["day"] <= pd.Timestamp(end)]
    days = seen.groupby(["customer", "day"])["money"].sum().reset_index()
    gaps = days.groupby("customer")["day"].diff().dt.days
    median = gaps.groupby(days["customer"]).median()
    found = []
    for customer, part in days.groupby("customer"):
        gap = median[customer]
        money = round(float(part["money"].sum()) * 10_000)
        found.append(
            CustomerPurchases(
                int(customer), "", None, None, part["day"].min().date().isoformat(),
                part["day"].max().date().isoformat(), len(part),
                None if pd.isna(gap) else float(gap), len(part), money, money,
            )
        )  # fmt: skip
    return found
