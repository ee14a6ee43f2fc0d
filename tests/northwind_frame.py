"""The Northwind order lines read with pandas: what reports on the demo store are compared with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

UNIT = 10_000  # stored units in one of the currency


def order_lines(examples: Path) -> Any:
    """Return one row per order line: ``customer``, ``day``, ``product``, ``net`` (stored units)."""
    folder = examples / "northwind"
    text: dict[str, Any] = {"dtype": str, "keep_default_na": False}
    lines = pd.read_csv(folder / "order-details.csv", **text)
    orders = pd.read_csv(folder / "orders.csv", **text)[["orderID", "customerID", "orderDate"]]
    both = lines.merge(orders, on="orderID")
    price, quantity, discount = (
        pd.to_numeric(both[name]) for name in ("unitPrice", "quantity", "discount")
    )
    net = (price * quantity * (1 - discount) * UNIT).round(3).add(0.5).astype("int64")
    return pd.DataFrame(
        {
            "customer": both["customerID"],
            "day": both["orderDate"].str[:10],
            "product": both["productID"],
            "net": net,
        }
    )
