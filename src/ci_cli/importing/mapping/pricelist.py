"""Which of the prices in a list of products is what customers pay.

A price list shows what a thing costs the seller beside what it sells for, and often several of
each. Only words of selling make a price one that customers pay; what it was bought for never is.
"""

from __future__ import annotations

import re

from ci_cli.importing.mapping.clues import HEAD, clue
from ci_cli.importing.mapping.sheet import Column, Sheet
from ci_cli.text import msg

BOUGHT = re.compile(
    r"cost|purchas|buy|bought|landed|moving|lastdirect|vendor|supplier"
    r"|成本|进价|进货|采购|拿货|收购|收车|移动平均|供应商|^进.*价$"
)
_SOLD = re.compile(r"sale|sell|售|卖|出圃|出厂")
_PLAIN = re.compile(r"^(?:unit)?(?:price|rate)s?$|^(?:单价|价格|价钱)$|^unitprice")
_TO_SOMEBODY = re.compile(
    r"list|retail|wholesale|trade|dealer|member|批发|批价|零售|会员|经销|代理|分销"
)
_FEES = ("fee", "fees", "charge", "charges", "费用", "收费")
_IN_SHOP = re.compile(r"^(?:shop|store)price$|^店内?价$|^门店价$")  # a place, and a price there
_FACTORY = re.compile(r"出厂|exworks|exfactory")
_FOR_TRADE = re.compile(r"批发|批价|wholesale")
_STANDARD = re.compile(r"standard|标准|计划|planned")
_REFERENCE = re.compile(
    r"rrp|msrp|suggest|recommend|market|compare|original|参考|建议|市场|吊牌|标价|定价|指导|划线|原价"
)
_NOT_NOW = re.compile(r"lowest|minimum|^min|floor|last|previous|old|最低|底价|上次|最近|历史|旧")
_VALUED = re.compile(r"moving|移动平均|priceunit|价格单位|pricecontrol|价格控制")


def settle_price(sheet: Sheet) -> list[Column]:
    """Leave in the price of a list of products only what customers pay; return what may be it."""
    if "line.unit_price" in sheet.left_out:
        return []
    given = [c for c in sheet.all_mapped("line.unit_price") if c.how == "map"]
    if given:
        return sheet.all_mapped("line.unit_price")
    for column in sheet.all_mapped("line.unit_price"):
        if BOUGHT.search(column.heading.key):
            _give_to_cost(column, sheet)
    ranked = [(rank, c) for c in sheet.columns if (rank := _rank(c, sheet)) is not None]
    ranked = ranked or [(0, c) for c in sheet.columns if c.field is None and is_fee(c)]
    best = min((rank for rank, _ in ranked), default=None)
    if best is None:
        return []
    offers = [column for rank, column in ranked if rank == best]
    for rank, column in ranked:
        if rank == best and column.field is None:
            column.how = "rule"
            column.take("line.unit_price", msg("the price of what the list offers"))
        elif rank != best and column.field is not None:
            column.leave(msg("“{other}” was taken for {field}", other=offers[0].text,
                             field="line.unit_price"))  # fmt: skip
    return offers


def is_fee(column: Column) -> bool:
    """Return whether a header is nothing but a word for what is charged: Fee (KES)."""
    told = column.heading.apart == "fee" and column.heading.key in _FEES
    return told and column.profile.number >= 0.9


def _give_to_cost(column: Column, sheet: Sheet) -> None:
    if sheet.has("line.cost") or "line.cost" in sheet.left_out:
        column.leave(msg("what it was bought for, not what it sells for"))
    else:
        column.take("line.cost", msg("what it was bought for, not what it sells for"))


def _rank(column: Column, sheet: Sheet) -> int | None:
    """Return how surely a column is what customers pay, 0 best; None: it is not."""
    heading, key = column.heading, column.heading.key
    if column.field not in (None, "line.unit_price") or "line.cost" in heading.fields():
        return None
    if column.profile.number < 0.9 or not column.profile.texts:
        return _unseen(column)
    known = column.field is not None or heading.rule == "rate"
    hinted = (
        (heading.apart in (None, "reference_price") or _IN_SHOP.search(key))
        and not heading.candidates
        and (heading.apart is not None or clue(heading, "line.unit_price") >= HEAD)
    )
    if not (known or hinted) or BOUGHT.search(key) or _NOT_NOW.search(key):
        if column.field is not None and _NOT_NOW.search(key):
            return 9  # the only price of the list, perhaps
        return None
    sold, compared = bool(_SOLD.search(key)), bool(_REFERENCE.search(key))
    if _STANDARD.search(key) and not sold:
        return None if _leave_valuation(column, sheet) else 6
    if _FACTORY.search(key) and any(_FOR_TRADE.search(c.heading.key) for c in sheet.columns):
        return 5  # what the factory asks, beside what the trade pays
    if sold or _PLAIN.search(key):
        if compared and _TO_SOMEBODY.search(key):
            return 4  # 建议零售价: what a shop may ask of others
        return 1 if compared or _STANDARD.search(key) else 0
    if _TO_SOMEBODY.search(key) and not compared:
        return 2
    return 4 if compared else 3


def _unseen(column: Column) -> int | None:
    """Return the rank of a price without a value yet: only what its header says for sure."""
    return 8 if column.field == "line.unit_price" else None


def _leave_valuation(column: Column, sheet: Sheet) -> bool:
    """Leave a standard price that values stock: it stands beside a moving average."""
    if not any(_VALUED.search(other.heading.key) for other in sheet.columns if other is not column):
        return False
    if column.field is not None:
        column.leave(msg("values the stock; it is no price of a sale"))
    return True
