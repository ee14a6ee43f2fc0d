"""The voice of the learned reader: it fills what no rule read, and doubts what it finds unlikely.

The rules know words and prove sums; the reader has seen how strangers name and fill their columns
(``learned``). Rules and reader err on different columns, so each is believed where it is much surer
than the other. Columns that a person maps and fields that a person leaves out are never touched.
"""

from __future__ import annotations

from ci_cli.importing.mapping import learned
from ci_cli.importing.mapping.proof import gives
from ci_cli.importing.mapping.sheet import KINDS, Column, Kind, Sheet, fits, flag, for_kind
from ci_cli.text import Msg, msg

MOST_COLUMNS = 100  # wider sheets are crosstabs or dumps, of which the reader has seen none
FILL = 0.6  # how likely a field must be for a column that no rule reads
CLEAR = 0.3  # by how much it must be likelier there than for any other column
LEAD = 0.45  # by how much a column must be likelier than the one that a rule took
DOUBT = 0.02  # how unlikely money or an id may be that words named
SURE = 0.85  # how likely a date must be among several unknown days, a quantity without any amount
KIND = 0.8  # how likely a kind must be where no rule tells it, or one tells another
UNLIKELY = 0.1  # how likely the kind of a rule may be to be given up
_LISTS: tuple[Kind, ...] = ("products", "customers", "contacts")
_LEVELS = ("line.amount", "order.total")
_SALE = ("line.unit_price", *_LEVELS)  # which of them a price or a sum is, rules tell better
_FIGURES = ("line.quantity", "line.unit_price", "line.discount", *_LEVELS)
_FILLED = (
    "order.id", "order.date", "customer.id", "customer.name", "customer.tax_id",
    "line.product_id", "line.product_name", "line.category", "line.quantity", "line.unit_price",
    *_LEVELS, "contact.phone", "contact.email",
)  # fmt: skip
_MOVED = (*_FILLED, "line.discount", "customer.since")
# Without its discount an amount would be another, so a discount is never doubted.
_DOUBTED = frozenset(
    [*_SALE, "customer.id", "line.product_id", "customer.since"]
)  # fmt: skip
# Reasons for leaving a column out that words of its header give, and that may be mistaken.
_MAY_ERR = frozenset(
    ["other_id", "other_date", "event_date", "remark", "delivery", "owed", "fee", "order_name",
     "project", "place", "person", "logistics", "source", "payment", "staff"]
)  # fmt: skip


def learned_kind(sheet: Sheet, *, other: bool) -> tuple[Kind, Msg] | None:
    """Return the kind that sheets like one that no rule knows are of; None: not sure enough.

    Never orders: what others sold us, wages and pipelines look too much like sales.

    Args:
        sheet: the file.
        other: its rows are numbered as something else: suppliers, projects, services.
    """
    likely = _likely_kind(sheet)
    if likely is None or likely[0] not in (("products",) if other else _LISTS):
        return None
    kind, share = likely
    return kind, msg("it looks like {kind}: learnt from {sheets} sheets, {share} %", kind=kind,
                     sheets=learned.memory().sheets, share=_percent(share))  # fmt: skip


def reconsidered(sheet: Sheet, found: tuple[Kind, Msg]) -> tuple[Kind, Msg]:
    """Return the kind that rules found, or another one that is far likelier."""
    likely = _likely_kind(sheet)
    if likely is None or likely[0] == found[0]:
        return found
    kind, share = likely
    if learned.kind_shares(sheet)[found[0]] > UNLIKELY:
        return found
    return kind, msg("it looks like {kind}, not {other}: learnt from {sheets} sheets, {share} %",
                     kind=kind, other=found[0], sheets=learned.memory().sheets,
                     share=_percent(share))  # fmt: skip


def _likely_kind(sheet: Sheet) -> tuple[Kind, float] | None:
    if not _can_be_judged(sheet):
        return None
    shares = learned.kind_shares(sheet)
    return next(((kind, shares[kind]) for kind in KINDS if shares[kind] >= KIND), None)


def hear_reader(sheet: Sheet) -> None:
    """Let the reader fill open fields, move fields to likelier columns and doubt unlikely ones.

    What arithmetic, the shape of orders or a person decided stands.
    """
    if not _can_be_judged(sheet):
        return
    shares = learned.field_shares(sheet)
    for name in _MOVED:
        if name not in sheet.left_out and for_kind(name, sheet.kind or "orders") == name:
            _hear(sheet, name, shares)
    for column in sheet.columns:
        name = column.field or ""
        kin = _SALE if name in _SALE else (name,)
        share = sum(shares[column.index].get(one, 1.0) for one in kin)
        if name in _DOUBTED and share < DOUBT and not _stands(sheet, column):
            column.leave(msg("the header says {field}, but columns like it seldom are: learnt "
                             "from {sheets} sheets, {share} %", field=name,
                             sheets=learned.memory().sheets, share=_percent(share)))  # fmt: skip


def _can_be_judged(sheet: Sheet) -> bool:
    told = any(column.profile.texts for column in sheet.columns)
    return told and 1 < len(sheet.columns) <= MOST_COLUMNS


def _hear(sheet: Sheet, name: str, shares: list[dict[str, float]]) -> None:
    """Take the likeliest column for a field, if it is open or held by a far less likely one."""
    held = sheet.mapped(name)
    if held is not None and _stands(sheet, held):
        return
    ranked = sorted(sheet.columns, key=lambda column: (-shares[column.index][name], column.index))
    likely = (column for column in ranked if shares[column.index][name] >= LEAD)
    best = next((column for column in likely if _may_take(sheet, column, name)), None)
    if best is None or best is held:
        return
    share = shares[best.index][name]
    if best.field is not None and share - shares[best.index].get(best.field, 1.0) < LEAD:
        return
    if held is None:
        next_best = max(shares[c.index][name] for c in sheet.columns if c is not best)
        several = name == "order.date" and any(
            _may_take(sheet, column, name) for column in ranked if column is not best
        )
        unproven = name == "line.quantity" and not sheet.has(*_LEVELS)  # it would make the money
        least = SURE if several or unproven else FILL
        if share < least or share - next_best < CLEAR or not _is_missed(sheet, best, name):
            return
    elif share - shares[held.index][name] < LEAD:
        return
    else:
        held.leave(msg("“{other}” was taken for {field}", other=best.text, field=name))
        sheet.note(
            msg("{field} is taken from “{best}”, not from “{other}” ({flag} would change that)",
                field=name, best=best.text, other=held.text, flag=flag(name, held.text))
        )  # fmt: skip
    best.how = "learned"
    best.take(name, msg("reads like {field}: learnt from {sheets} sheets, {share} %", field=name,
                        sheets=learned.memory().sheets, share=_percent(share)))  # fmt: skip


def _may_take(sheet: Sheet, column: Column, name: str) -> bool:
    """Return whether a column may be given a field: its values fit and no proof speaks against."""
    heading = column.heading
    if not column.profile.texts or not heading.key or not fits(name, column):
        return False
    if column.field == name:
        return True
    if column.field in _LEVELS and name in _LEVELS:
        return _is_level(sheet, column)
    if column.field is not None and _stands(sheet, column):
        return False
    if column.how in ("map", "own") or heading.apart not in (None, *_MAY_ERR):
        return False
    return name not in _FIGURES or _is_open_figure(sheet, column, name)


def _is_open_figure(sheet: Sheet, column: Column, name: str) -> bool:
    """Return whether a column of numbers was neither weighed by rules nor named for tax or cost."""
    if sheet.basis != "net" or column.heading.unit.unclear:
        return False
    if column.field is None and column.how is not None:
        return False
    others = column.heading.fields() - {name, *_LEVELS}
    return not others & {"line.cost", "line.discount", "line.unit_price"}


def _stands(sheet: Sheet, column: Column) -> bool:
    """Return whether a person, proof or the shape of the orders says what a column is."""
    if column.how in ("map", "own") or column.heading.apart == "own":
        return True
    if column.field not in _FIGURES:
        return column.how == "rule" and column.field in ("customer.id", "line.product_id")
    taxed = column.heading.tax_basis is not None or column.heading.unit.unclear is not None
    return column.how in ("rule", "promoted") or taxed or bool(sheet.groups())


def _is_level(sheet: Sheet, column: Column) -> bool:
    """Return whether nothing shows if money is a line's or the order's: no order has two rows."""
    return column.how in ("rule", "promoted", "words") and not (sheet.proven or sheet.groups())


def _is_missed(sheet: Sheet, column: Column, name: str) -> bool:
    """Return whether a sheet lacks a field that one of its columns may fill."""
    if name == "line.amount" and sheet.has("order.total"):
        return sheet.has("line.product_id", "line.product_name", "line.quantity", "line.unit_price")
    if name == "order.id":
        return column.profile.filled == column.profile.rows
    roles = [c if name == role else sheet.mapped(role) for role, c in _roles(column)]
    if name in ("line.quantity", "line.unit_price", "line.amount") and None not in roles:
        quantity, price, amount = roles
        assert quantity is not None and price is not None and amount is not None  # noqa: S101, PT018
        return gives(sheet, quantity, price, amount)
    return name in _FILLED


def _roles(column: Column) -> list[tuple[str, Column]]:
    return [(role, column) for role in ("line.quantity", "line.unit_price", "line.amount")]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"
