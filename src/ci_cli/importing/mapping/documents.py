"""Sheets in which each row is a whole order, bill or check: their money is the order's.

消费金额 of a bill and ``Amount`` of an invoice list are called like the amount of a line, but no
line stands in such a row. Taken for a line's amount beside the order's total, one sale would show
two figures: before and after the discount.
"""

from __future__ import annotations

import re

from ci_cli.importing.mapping.clues import HEAD, WHOLE, clue
from ci_cli.importing.mapping.figures import agree
from ci_cli.importing.mapping.proof import discounts, gives, is_sum
from ci_cli.importing.mapping.sheet import Column, Sheet, flag
from ci_cli.text import msg

FEWEST = 2  # documents that must tell
_LINES = ("line.product_id", "line.category", "product.category_id", "line.unit_price",
          "line.number", "line.cost")  # fmt: skip
_PARTS = re.compile(r"[,，、;；+\n]")  # between the products of one cell
_TOTAL = re.compile(r"\btotal$|总价$|总额$|合计$", re.IGNORECASE)
_PAID_OUT = re.compile(r"net|payout|deposit|到账|结算|实收|实得|商家应收")
_RECEIVED = re.compile(r"^paid|实收|实付|已收|收款|received")
_PAYABLE = re.compile(
    r"应收|应付|应缴|应交|实收|实付|优惠后|折后|折扣后|让利后|payable|due|after|^net"
)


def are_documents(sheet: Sheet) -> bool:
    """Return whether each row is an order of its own, of which no line is shown."""
    number = sheet.mapped("order.id")
    if sheet.kind != "orders" or number is None:
        return False
    if any(column.field in _LINES and not column.profile.empty for column in sheet.columns):
        return False
    if number.profile.filled < max(FEWEST, number.profile.rows) or not number.profile.unique:
        return False
    product = sheet.mapped("line.product_name")
    if product is not None:
        return _lists_products(product)
    return not any(
        clue(column.heading, "line.product_name") >= HEAD
        and column.field is None
        and column.profile.texts
        and column.profile.number < 0.5 > column.profile.date
        and not _lists_products(column)
        for column in sheet.columns
    )


def _lists_products(column: Column) -> bool:
    """Return whether cells name several products each, so that a row is no line of one."""
    texts = column.profile.texts
    return 2 * sum(bool(_PARTS.search(text)) for text in texts) > len(texts) > 0


def settle_documents(sheet: Sheet) -> None:
    """Give the money of whole documents to the order; one amount stays."""
    if not are_documents(sheet) or sheet.left_out & {"order.total", "line.amount"}:
        return
    amount, total = sheet.mapped("line.amount"), sheet.mapped("order.total")
    if amount is not None and amount.how != "map":
        if total is None:
            amount.take("order.total", msg("each row is a whole document, so it is its total"))
            total = amount
        elif total.how != "map" and _is_net_of(sheet, amount, total):
            total.leave(msg("“{other}” was taken for {field}", other=amount.text,
                            field="order.total"))  # fmt: skip
            amount.take("order.total", msg("each row is a whole document; its total without tax"))
            _say(sheet, amount, total)
            total = amount
        else:
            amount.leave(msg("each row is a whole document, and “{total}” is its total",
                             total=total.text))  # fmt: skip
            _say(sheet, total, amount)
    if total is not None and total.how != "map":
        _take_after_discount(sheet, total)
    discount = sheet.mapped("line.discount")
    if discount is not None and discount.how != "map" and sheet.has("order.total"):
        discount.leave(msg("a discount of the whole order, not of its lines"))


def _is_net_of(sheet: Sheet, net: Column, gross: Column) -> bool:
    """Return whether the tax is what lies between two amounts, and amounts count without it."""
    if sheet.basis == "gross":
        return False
    if net.heading.tax_basis == "net" and gross.heading.tax_basis == "gross":
        return True
    taxes = [c for c in sheet.columns if c.heading.apart == "tax" and c.profile.number == 1]
    return any(is_sum(sheet, net, tax, gross) for tax in taxes)


def _take_after_discount(sheet: Sheet, before: Column) -> None:
    """Take what was to be paid where the amount so far was before the discount."""
    base = sheet.figures(before).rows
    for column in sheet.columns:
        if column.field is not None or column.profile.number < 1:
            continue
        if not _PAYABLE.search(column.heading.key) or column.heading.tax_basis:
            continue
        after = sheet.figures(column).rows
        for discount in discounts(sheet):
            off = sheet.figures(discount).rows
            full = [
                (b - abs(d or 0.0), a, d)
                for b, a, d in ((base[r], after[r], off[r]) for r in sheet.checked_rows())
                if b is not None and a is not None
            ]
            told = discount is not column and any(d for _, _, d in full) and len(full) >= FEWEST
            if told and agree((expected, real) for expected, real, _ in full):
                before.leave(msg("before the discount; “{other}” is after it", other=column.text))
                column.how = "rule"
                column.take("order.total", msg("“{before}” less “{discount}” gives it",
                            before=before.text, discount=discount.text))  # fmt: skip
                _say(sheet, column, before)
                return


def find_total(sheet: Sheet) -> None:
    """Find what somebody owed for, where no header names any money of the sale.

    What was paid and what is still owed add up to it. Else the one column whose whole header is a
    word for a sum: Billed, Charge.
    """
    amounts = ("line.amount", "order.total")
    priced = sheet.has("line.quantity") and sheet.has("line.unit_price")
    if sheet.kind != "orders" or priced or sheet.has(*amounts) or sheet.left_out & set(amounts):
        return
    number = sheet.mapped("order.id")
    if number is None:
        return
    name = "order.total" if number.profile.unique else "line.amount"
    figures = [c for c in sheet.columns if c.profile.texts and c.profile.number == 1]
    free = [c for c in figures if c.field in (None, "line.cost") and c.how != "map"]
    owed = [c for c in free if c.heading.apart == "owed"]
    paid = [
        c
        for c in free
        if c.heading.apart in ("owed", "payment", "fee") or _RECEIVED.search(c.heading.key)
    ]
    for whole in free:
        if whole.heading.apart in ("tax", "freight", "points", "profit"):
            continue
        for rest in owed:
            for part in paid:
                if len({id(whole), id(rest), id(part)}) == 3 and is_sum(sheet, part, rest, whole):
                    whole.how = "rule"
                    whole.take(name, msg("“{part}” and “{rest}” add up to it",
                                                  part=part.text, rest=rest.text))  # fmt: skip
                    return
    if not number.profile.unique:
        return
    weights = {c.index: max(clue(c.heading, name) for name in amounts) for c in free}
    open_ = [c for c in free if c.field is None and not c.heading.candidates]
    for named in (
        [c for c in open_ if c.heading.apart is None and weights[c.index] == WHOLE],
        [c for c in open_ if c.heading.apart == "fee" and weights[c.index] == WHOLE]
        if not sheet.has("line.discount")  # the fee would be the one before it
        else [],
        [c for c in open_ if c.heading.apart in (None, "measure") and _TOTAL.search(c.text)],
    ):
        if len(named) == 1:
            named[0].how = "rule"
            named[0].take("order.total", msg("the only sum of the sale, by the word of its header"))
        if named:
            return


def find_net(sheet: Sheet) -> None:
    """Find the amount that no header names beside its tax: Job Price + Sales Tax = Total Billed."""
    amounts = {"line.amount", "order.total"}
    priced = sheet.has("line.quantity") and sheet.has("line.unit_price")
    if sheet.kind != "orders" or priced or sheet.has(*amounts) or sheet.left_out & amounts:
        return
    taxes = [c for c in sheet.columns if c.heading.apart == "tax" and c.profile.number == 1]
    figures = [
        c
        for c in sheet.columns
        if c.field is None and c.heading.apart in (None, "fee", "owed") and c.profile.number == 1
    ]
    for net in figures:
        for gross in figures:
            tax = next(
                (t for t in taxes if net is not gross and is_sum(sheet, net, t, gross)), None
            )
            if tax is not None:
                taken = gross if sheet.basis == "gross" else net
                taken.how = "rule"
                taken.take("line.amount", msg("“{net}” and “{tax}” add up to “{gross}”",
                           net=net.text, tax=tax.text, gross=gross.text))  # fmt: skip
                return


def take_net(sheet: Sheet) -> None:
    """Take what lines come to before tax where only the sum with tax has a known header."""
    gross = sheet.mapped("line.amount")
    price, quantity = sheet.mapped("line.unit_price"), sheet.mapped("line.quantity")
    if sheet.basis == "gross" or gross is None or gross.how == "map" or not (price and quantity):
        return
    if gross.heading.tax_basis != "gross" or gives(sheet, quantity, price, gross):
        return
    taxes = [c for c in sheet.columns if c.heading.apart == "tax" and c.profile.number == 1]
    for net in sheet.columns:
        open_ = net.field is None and net.heading.apart in (None, "fee") and net.profile.number == 1
        if not open_ or not gives(sheet, quantity, price, net):
            continue
        if any(is_sum(sheet, net, tax, gross) for tax in taxes):
            gross.leave(msg("with tax; “{other}” is without", other=net.text))
            net.how = "rule"
            net.take("line.amount", msg("quantity × price gives it"))
            return


def leave_payouts(sheet: Sheet) -> None:
    """Leave what a shop is paid after the fees of its bank or market: the sale was more."""
    fees = [c for c in sheet.columns if c.heading.apart == "fee" and c.profile.number >= 0.9]
    amounts = [c for c in sheet.columns if c.field in ("order.total", "line.amount")]
    for payout in amounts:
        for whole in sheet.columns:
            if whole is payout or payout.how == "map" or whole.profile.number < 0.9:
                continue
            for fee in fees:
                taken_off = _is_less(sheet, payout, whole) and is_sum(sheet, whole, fee, payout)
                # a subtotal with a service charge adds up like this too, so words must tell
                named = bool(_PAID_OUT.search(payout.heading.key))
                if taken_off or (named and is_sum(sheet, payout, fee, whole)):
                    payout.leave(msg("what is left of “{whole}” after “{fee}”; the sale was more",
                                     whole=whole.text, fee=fee.text))  # fmt: skip
                    return


def _is_less(sheet: Sheet, one: Column, other: Column) -> bool:
    """Return whether one amount is never larger than another, refunds included."""
    pairs = zip(sheet.figures(one).rows, sheet.figures(other).rows, strict=True)
    return all(abs(less or 0.0) <= abs(more or 0.0) for less, more in pairs)


def _say(sheet: Sheet, kept: Column, left: Column) -> None:
    sheet.note(
        msg("{field} is taken from “{best}”, not from “{other}” ({flag} would change that)",
            field="order.total", best=kept.text, other=left.text,
            flag=flag("order.total", left.text))
    )  # fmt: skip
