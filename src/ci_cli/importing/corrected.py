"""``import --complete FROM..TO``: the files hold all that their sources have of a period.

What ``load`` needs for it, beside the usual import: what each file speaks of, and, after the last
file, the decision whether so much may leave the store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ci_cli.errors import Answer, CiError, ExitCode
from ci_cli.importing.model import ImportOptions, ImportResult, Reject
from ci_cli.importing.plan import TablePlan
from ci_cli.importing.values.cells import ValueReject
from ci_cli.readers.base import DamagedRow
from ci_cli.report import Money, Note, Percent, amounts_text
from ci_cli.shapes.trade import Withdrawal, WithdrawnRow
from ci_cli.store.engine import Connection
from ci_cli.store.writes import complete
from ci_cli.store.writes.records import HEARSAY
from ci_cli.text import Msg, msg

MOST_UNASKED = 0.05  # share of the period's lines or money that goes without a person's word
SHOWN_ROWS = 5

_ORDER_CELLS = {  # column of the store -> the fields that fill it
    "time": ("order.date",),
    "status": ("order.status",),
    "total": ("order.total",),
    "owner": ("order.owner", "customer.owner"),
    "region": ("customer.region",),
    "country": ("customer.country",),
    "currency": ("order.currency",),
    "kind": ("order.kind", "order.status"),
    "record_id": ("customer.id", "customer.name"),
    "about_customer": (*(f"customer.{name}" for name in HEARSAY), "contact.phone",
                       "contact.email"),
}  # fmt: skip
_LINE_CELLS = {
    "quantity": ("line.quantity",),
    "unit_price": ("line.unit_price",),
    "amount": ("line.amount", "line.unit_price"),
    "discount": ("line.discount",),
    "cost": ("line.cost",),
}

WithdrawnWriter = Callable[[Withdrawal], str | None]


@dataclass
class CorrectedImport:
    """One import that declares its files complete for the days ``first`` to ``last``."""

    conn: Connection
    batch_id: int
    first: str
    last: str
    held_orders: bool = False
    unplaced: int = 0  # rows that could not be read and name no order

    def take(self, plan: TablePlan, source: str, *, describes: bool) -> None:
        """Let the staged orders of one file stand as the file tells them."""
        fields = plan.converter.fields
        unread, unplaced = _unread(plan, source)
        self.held_orders = True
        self.unplaced += unplaced
        told = complete.Told(
            source=source,
            names_sources="row.source" in fields,
            describes=describes,
            has_lines=any(name.startswith("line.") for name in fields),
            order_cells=_present(_ORDER_CELLS, fields),
            line_cells=_present(_LINE_CELLS, fields),
            extras=[name for _position, name in plan.converter.extra_names()],
            unread=unread,
        )
        outside = complete.take_as_told(self.conn, self.batch_id, told, self.first, self.last)
        if outside:
            plan.notes.append(
                Note(
                    msg(
                        "Orders outside {first} to {last}: {n}. They are imported as usual; of"
                        " other days the file need not be complete.",
                        first=self.first, last=self.last, n=outside,
                    ),
                    "warning",
                )
            )  # fmt: skip

    def finish(
        self, options: ImportOptions, result: ImportResult, *, keep: bool, write: WithdrawnWriter
    ) -> None:
        """Take out what no file held, list it in ``result``, and write it down.

        Raises:
            CiError: no file held orders; or so much is absent that a person must decide.
        """
        if not self.held_orders:
            raise CiError(
                "complete-unfit",
                msg("None of the files holds orders, so none can be complete for a period."),
                hint=msg("Leave --complete away, or say --as orders."),
                exit_code=ExitCode.DECIDE,
            )
        found = complete.absent(self.conn, self.batch_id, self.first, self.last)
        if keep and not options.withdraw:
            self._ask(found)
        complete.withdraw(self.conn, self.batch_id)
        result.withdrawn = found
        result.withdrawn_file = write(found) if found.rows else None
        complete.journal(self.conn, self.batch_id, found, result.withdrawn_file)

    def _ask(self, found: Withdrawal) -> None:
        if not found.rows or (found.share <= MOST_UNASKED and not self.unplaced):
            return
        unplaced = (
            [msg("Rows that could not be read and name no order: {n}; they may be among these.",
                 n=self.unplaced)]
            if self.unplaced
            else []
        )  # fmt: skip
        more = len(found.rows) - SHOWN_ROWS
        raise CiError(
            "withdrawal-large",
            msg(
                "The files lack {share} of what the store holds from {first} to {last}: lines"
                " {lines} of {stored}, {money}.",
                share=Percent(found.share, 2), first=found.first, last=found.last,
                lines=found.lines, stored=found.stored_lines, money=amounts_text(found.money),
            ),
            hint=msg(
                "Nothing was changed. If the export is complete, repeat the command with --yes;"
                " --dry-run shows what it would take out."
            ),
            exit_code=ExitCode.DECIDE,
            choice=(Answer(("--yes",), msg("the export is complete: take them out")),),
            details=(
                *unplaced,
                *(row_text(row) for row in found.rows[:SHOWN_ROWS]),
                *((msg("… and {n} more", n=more),) if more > 0 else ()),
            ),
        )  # fmt: skip


def start(
    conn: Connection, batch_id: int, options: ImportOptions
) -> CorrectedImport | None:  # fmt: skip
    """Begin a complete import, or return None where the user declared nothing.

    Raises:
        CiError: ``--on-match`` says that rows of the store must not be corrected.
    """
    if options.complete is None:
        return None
    if options.on_match != "update":
        raise CiError(
            "complete-unfit",
            msg("--complete corrects what is stored; --on-match {word} forbids that.",
                word=options.on_match),
            hint=msg("Leave one of the two away."),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip
    complete.start(conn, *options.complete)
    return CorrectedImport(conn, batch_id, *options.complete)


def row_text(row: WithdrawnRow) -> Msg:
    """Return one line for a row that is taken out."""
    place = f"{row.file or '-'}:{row.line or 0}"
    what = row.product_name or row.product
    money = Money(row.amount or 0, row.currency)
    if not what:
        return msg("{order}, {day}, {customer}: {money} ({place})", order=row.order, day=row.day,
                   customer=row.customer or "-", money=money, place=place)  # fmt: skip
    return msg(
        "{order}, {day}, {customer}, {product}: {money} ({place})", order=row.order, day=row.day,
        customer=row.customer or "-", product=what, money=money, place=place,
    )  # fmt: skip


def _present(columns: dict[str, tuple[str, ...]], fields: dict[str, int]) -> frozenset[str]:
    return frozenset(name for name, by in columns.items() if any(field in fields for field in by))


def _unread(plan: TablePlan, source: str) -> tuple[set[tuple[str, str]], int]:
    """Return the orders of rows that were set aside, and how many of those name none."""
    orders: set[tuple[str, str]] = set()
    unplaced = 0
    for reject in plan.converter.rejects:
        if reject.row == plan.header:
            continue  # the header once more is no row of data
        key = _cell(plan, "order.id", reject)
        if key is None:
            unplaced += 1
        else:
            orders.add((_cell(plan, "row.source", reject) or source, key))
    return orders, unplaced


def _cell(plan: TablePlan, name: str, reject: Reject) -> str | None:
    """Return the value of a field in a row that was set aside, None where nobody can tell."""
    position = plan.converter.fields.get(name)
    if (
        position is None
        or isinstance(reject.row, DamagedRow)
        or len(reject.row) != len(plan.header)
    ):
        return None
    value = plan.converter.memos[name].column((reject.row[position],))[0]
    return None if isinstance(value, ValueReject) or not value else str(value)
