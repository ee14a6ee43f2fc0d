"""Quantity, unit price and amount of the lines, where arithmetic knows more than the headers.

Runs before amounts are settled. It fills what no header named, and takes back what the values
contradict: an ``item-price`` that grows with the quantity is the line's amount.
"""

from __future__ import annotations

import re

from ci_cli.importing.mapping.clues import barred, clue
from ci_cli.importing.mapping.discounts import take_after_discount, take_discount
from ci_cli.importing.mapping.proof import (
    ROLES,
    Proof,
    discounted_proofs,
    gives,
    grows_with_quantity,
    is_plain,
    is_sum,
    numeric,
    proofs,
)
from ci_cli.importing.mapping.sheet import Column, Sheet
from ci_cli.text import Msg, msg

CLEAR = 1.0  # points by which the best reading must lead another one
PAID = re.compile(r"paid|payment|received|已付|已收|收款|付款金额合计")
ENOUGH = 2.0  # points that a reading needs where no header names any of its columns


def prove_lines(sheet: Sheet) -> None:
    """Let arithmetic name the figures of the lines, in a file of orders."""
    if sheet.kind != "orders":
        return
    found = proofs(sheet) or discounted_proofs(sheet)
    if found:
        _use(sheet, found)
    _undo_line_price(sheet)
    _undo_second_price(sheet)
    _undo_taxed_price(sheet)
    _undo_unit_amount(sheet, found)
    _complete(sheet)
    take_after_discount(sheet)
    take_discount(sheet)
    sheet.proven = sheet.proven or _holds(sheet)


def _use(sheet: Sheet, found: list[Proof]) -> None:
    """Take the columns of the best proof for the roles that are still open."""
    best = found[0]
    if best.score < ENOUGH:
        return
    sheet.proven = True
    best = _after_discount(sheet, best)
    found = [best, *(proof for proof in found if proof is not best)]
    why = msg(
        "“{quantity}” × “{price}” = “{amount}” in every row",
        quantity=best.quantity.text, price=best.price.text, amount=best.amount.text,
    )  # fmt: skip
    for place, (role, column) in enumerate(zip(ROLES, best.columns, strict=True)):
        if role in sheet.left_out or column.field == role:
            continue
        if not _is_open(sheet, role, column, found, place):
            continue
        if not _is_clear(sheet, found, place):
            continue
        for other in sheet.all_mapped(role):
            other.leave(msg("“{other}” was taken: {why}", other=column.text, why=why))
        column.how = "rule"
        column.take(role, why)


def _after_discount(sheet: Sheet, best: Proof) -> Proof:
    """Return the proof with the amount after a discount, where an unknown column holds it."""
    quantity, price, amount = best.columns
    if amount.field is not None:
        return best
    for column in numeric(sheet):
        known = column.field or column.heading.apart or column in best.columns
        if known or is_plain(sheet, best, column):
            continue
        if gives(sheet, quantity, price, column):
            return best._replace(amount=column, score=best.score + CLEAR)
    return best


def _is_open(sheet: Sheet, role: str, column: Column, found: list[Proof], place: int) -> bool:
    """Return whether a role has no column, or one that no arithmetic supports."""
    if column.field == "line.cost" and column.how != "map":
        others = {"line.amount": "line.unit_price", "line.unit_price": "line.amount"}
        return (
            not sheet.has(role)
            and (not sheet.has(others[role]) or found[0].columns[3 - place].field == others[role])
            and not sheet.has("order.total")
        )
    if column.how == "map" or (column.field is not None and column.field not in ROLES):
        return column.field == "order.total" and role == "line.amount" and not sheet.has(role)
    holders = sheet.all_mapped(role)
    if (
        not holders
    ):  # what is owed may be less than the sale, or more: only if nothing else is money
        return column.heading.apart != "owed" or not sheet.has("line.amount", "order.total")
    if any(c.how in ("map", "own", "layout") for c in holders):
        return False
    supported = any(proof.columns[place] in holders for proof in found)
    if place == 0:  # 总片数 beside 件数, of which only one is multiplied to money
        paid = any(p.quantity in holders and p.amount is found[0].amount for p in found)
        return not paid and clue(column.heading, role) > 1
    return not supported and not _holds_discounted(sheet, role, holders, found[0])


def _holds_discounted(sheet: Sheet, role: str, holders: list[Column], best: Proof) -> bool:
    """Return whether the column that holds a role does so after a discount, or before one."""
    for holder in holders:
        q, _, a = best.columns
        if role == "line.unit_price" and gives(sheet, q, holder, a):
            return True
        if role == "line.amount":
            return True  # net beside gross, after a discount: headers and tax basis decide
    return False


def _is_clear(sheet: Sheet, found: list[Proof], place: int) -> bool:
    """Return whether no other reading gives the role to another column, nearly as well."""
    best = found[0]
    taken = best.columns[place]
    same = sheet.figures(taken).rows
    rivals = [
        proof
        for proof in found[1:]
        if proof.columns[place] is not taken and sheet.figures(proof.columns[place]).rows != same
    ]
    return not rivals or best.score - rivals[0].score >= CLEAR


def _undo_line_price(sheet: Sheet) -> None:
    """Take a “price” that grows with the quantity for what it is: the amount of the line."""
    quantity = sheet.mapped("line.quantity")
    if quantity is None:
        return
    prices = [c for c in sheet.all_mapped("line.unit_price") if c.how != "map"]
    amounts = sheet.all_mapped("line.amount")
    for price in prices:
        if any(gives(sheet, quantity, price, amount) for amount in amounts):
            continue
        if grows_with_quantity(sheet, price, quantity):
            reason = msg("it grows with “{quantity}” of the same product, so it is no unit price",
                         quantity=quantity.text)  # fmt: skip
            if amounts or "line.amount" in sheet.left_out:
                price.leave(reason)
            else:
                price.take("line.amount", reason)


def _undo_second_price(sheet: Sheet) -> None:
    """Take a “net price” that quantity × another price gives for what it is: the line's amount."""
    quantity, prices = sheet.mapped("line.quantity"), sheet.all_mapped("line.unit_price")
    if quantity is None or sheet.has("line.amount") or "line.amount" in sheet.left_out:
        return
    for price in prices:
        for other in prices:
            same = price is other or sheet.figures(price).rows == sheet.figures(other).rows
            if not same and price.how != "map" and gives(sheet, quantity, other, price):
                why = msg("“{price}” × “{quantity}” = “{amount}”", price=other.text,
                          quantity=quantity.text, amount=price.text)  # fmt: skip
                price.take("line.amount", why)
                return


def _undo_taxed_price(sheet: Sheet) -> None:
    """Take a “price” to which the tax of the whole line is added for the line's amount."""
    quantity, total = sheet.mapped("line.quantity"), sheet.mapped("order.total")
    if sheet.has("line.amount") or "line.amount" in sheet.left_out:
        return
    counted = quantity is not None and any(abs(q) != 1 for q in sheet.figures(quantity).rows if q)
    if not counted and (quantity is not None or total is None):
        return  # where one is sold, its price is the amount as well
    figures = [total] if total is not None else [c for c in numeric(sheet) if c is not quantity]
    taxes = [c for c in sheet.columns if c.heading.apart == "tax" and c.profile.number == 1]
    for price in sheet.all_mapped("line.unit_price"):
        multiplied = quantity is not None and any(
            gives(sheet, quantity, price, c) for c in numeric(sheet) if c is not quantity
        )
        if price.how == "map" or multiplied:
            continue
        for gross in figures:
            tax = next((t for t in taxes if is_sum(sheet, price, t, gross)), None)
            if tax is not None and gross is not price:
                price.take("line.amount", msg("“{net}” and “{tax}” add up to “{gross}”",
                           net=price.text, tax=tax.text, gross=gross.text))  # fmt: skip
                return


def _undo_unit_amount(sheet: Sheet, found: list[Proof]) -> None:
    """Take an “amount” that is multiplied by the quantity for what it is: the unit price."""
    quantity = sheet.mapped("line.quantity")
    if quantity is None or sheet.has("line.unit_price"):
        return
    for proof in found:
        price, amount = proof.price, proof.amount
        if (
            proof.quantity is quantity
            and price.field == "line.amount"
            and price.how != "map"
            and (amount.field == "order.total" or clue(amount.heading, "line.amount"))
            and amount.how != "map"
        ):
            why = msg("“{price}” × “{quantity}” = “{amount}”", price=price.text,
                      quantity=quantity.text, amount=amount.text)  # fmt: skip
            price.take("line.unit_price", why)
            amount.how = "rule"
            amount.take("line.amount", why)
            return


def _complete(sheet: Sheet) -> None:
    """Find the one missing figure beside two known ones, after a discount too."""
    figures = [sheet.all_mapped(role) for role in ROLES]
    missing = [role for role, held in zip(ROLES, figures, strict=True) if not held]
    if len(missing) != 1 or missing[0] in sheet.left_out:
        return
    role = missing[0]
    held = [columns[0] for columns in figures if columns]
    candidates = [
        (column, clue(column.heading, role))
        for column in numeric(sheet)
        if column.field is None
        and not barred(column.heading, role)
        and not column.heading.candidates
        and clue(column.heading, role)
        and not (column.heading.apart == "owed" and _is_billed(sheet))
    ]
    proven = []
    for column, weight in candidates:
        q, p, a = (column if columns == [] else columns[0] for columns in figures)
        if gives(sheet, q, p, a):
            proven.append((weight, column))
    proven.sort(key=lambda pair: (-pair[0], pair[1].index))
    if proven and (len(proven) == 1 or proven[0][0] > proven[1][0]):
        column = proven[0][1]
        column.how = "rule"
        column.take(role, _because(role, held))


def _holds(sheet: Sheet) -> bool:
    """Return whether quantity × price gives some amount of the sheet, a discount included."""
    quantity, price = sheet.mapped("line.quantity"), sheet.mapped("line.unit_price")
    if quantity is None or price is None:
        return False
    amounts = [c for c in sheet.columns if c.field in ("line.amount", "order.total")]
    return any(gives(sheet, quantity, price, amount) for amount in amounts)


def _is_billed(sheet: Sheet) -> bool:
    """Return whether a column holds what was billed, and not only what was paid of it."""
    total = sheet.mapped("order.total")
    return total is not None and not PAID.search(total.heading.key)


def _because(role: str, held: list[Column]) -> Msg:
    return msg("agrees with “{one}” and “{other}” in every row, as {field} must",
               one=held[0].text, other=held[1].text, field=role)  # fmt: skip
