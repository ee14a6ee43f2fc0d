"""The won deals of a real pipeline as orders, with their accounts and the parents of these."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from importer import bring_in, new_store


def won_deals(shared_data: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the accounts, and the won deals that name one, with the ``parent`` of each."""
    folder = shared_data / "crm_sales"
    accounts = pd.read_csv(folder / "accounts.csv")
    deals = pd.read_csv(folder / "sales_pipeline.csv")
    won = deals[(deals.deal_stage == "Won") & deals.account.notna()].copy()
    top_of = accounts.set_index("account").subsidiary_of.to_dict()
    won["parent"] = won.account.map(
        lambda name: top_of[name] if isinstance(top_of[name], str) else name
    )
    return accounts, won


def won_deals_as_orders(shared_data: Path, folder: Path) -> Path:
    """Import them into a new store in ``folder``; one order each, on the day when it was won."""
    accounts, won = won_deals(shared_data)
    store = new_store(folder / "ci.db", currency="USD")
    accounts.rename(columns={"account": "Customer Name", "subsidiary_of": "Parent Company",
                             "sector": "Industry"})[
        ["Customer Name", "Industry", "Parent Company"]
    ].to_csv(folder / "c.csv", index=False)  # fmt: skip
    pd.DataFrame(
        {"Order ID": won.opportunity_id, "Customer Name": won.account,
         "Order Date": won.close_date, "Amount": won.close_value, "Product": won["product"]}
    ).to_csv(folder / "o.csv", index=False)  # fmt: skip
    bring_in(store, folder / "c.csv", kind="customers", source="crm")
    bring_in(store, folder / "o.csv", kind="orders", source="crm")
    return store
