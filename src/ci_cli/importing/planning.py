"""Decide on the tables of a file, with the store at hand: what every import begins with.

The same steps whether the file is imported or only shown to a person who is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ci_cli.errors import CiError
from ci_cli.importing.layout.arrange import arrange, settled_layout
from ci_cli.importing.model import ImportOptions, OwnOptions
from ci_cli.importing.plan import TablePlan, make_plan
from ci_cli.importing.saved_maps import headings_of, reading, with_saved_map
from ci_cli.readers.base import RawTable
from ci_cli.readers.opening import open_tables
from ci_cli.report import Note
from ci_cli.store import engine, purposes
from ci_cli.store.engine import Connection
from ci_cli.store.journal import SavedMap
from ci_cli.text import msg

_NAMING = ("order.id", "customer.id", "customer.name", "customer.short_name", "customer.tax_id")
_NAMING_PARTS = ("contact.", "line.product", "category.")


@dataclass(frozen=True)
class Planned:
    """One table with all decisions on it: from the command, from a saved map, from the file."""

    plan: TablePlan
    options: ImportOptions
    source: str | None
    saved: SavedMap | None
    headings: Callable[[], tuple[str, ...]] = tuple  # by which the table is known, for errors


def plan_tables(
    conn: Connection,
    path: Path,
    options: ImportOptions,
    skipped: list[Note],
    own: OwnOptions | None = None,
    *,
    from_sample: bool = False,
) -> Iterator[Planned]:
    """Open a file and decide on each of its tables, one after the other.

    Args:
        conn: the store, whose saved maps, zone and currency count.
        path: the file; it stays open until the iterator ends.
        options: what the user decided.
        skipped: takes the sheets that hold no data of ours.
        own: what the user decided for one file or sheet alone.
        from_sample: large files may be decided from a sample (see :func:`make_plan`).

    Raises:
        CiError: the file cannot be read, or a person must decide.
    """
    own = own or {}
    options = own.get((path, None), options)
    options = replace(options, read=reading(conn, path, options))
    with open_tables(path, options.read) as tables:
        found = _planned(conn, path, tables, options, skipped, own, from_sample=from_sample)
        if len(tables) > 1:
            found = _without_sums(list(found), skipped)
        yield from found


def _planned(
    conn: Connection, path: Path, tables: list[RawTable], options: ImportOptions,
    skipped: list[Note], own: OwnOptions, *, from_sample: bool,
) -> Iterator[Planned]:  # fmt: skip
    said_now = {purposes.key_of(heading) for heading in options.purposes}
    known = said_now | purposes.read(conn).keys()
    for table in tables:
        said = replace(own.get((path, table.sheet), options), read=options.read)
        chosen, source, saved = with_saved_map(conn, table, said)
        try:
            plan = make_plan(
                arrange(table, chosen), chosen, zone=engine.meta(conn, "zone"),
                currency=engine.meta(conn, "currency"), from_sample=from_sample,
                purposes=known,
            )  # fmt: skip
        except CiError as error:
            # a workbook may carry sheets that are no data of ours; a file of its own may not
            if len(tables) > 1 and error.code in ("kind-unknown", "table-empty"):
                skipped.append(
                    Note(msg("Sheet {sheet} left out: {why}", sheet=table.sheet or "",
                             why=error.message))
                )  # fmt: skip
                continue
            error.headings = _headings(table, said)
            raise
        settled = replace(chosen, layout=settled_layout(table, chosen))
        known_by = partial(_headings, table, said)
        yield Planned(plan, settled, source, saved, known_by)


def _without_sums(found: list[Planned], skipped: list[Note]) -> Iterator[Planned]:
    """Yield the tables but those that sum up the orders of another one in the same file.

    A sheet of months and revenues reads like orders of nobody for nothing. Beside a sheet of
    orders it is their summary, and every figure would count twice. Alone in its file, or where the
    user says what it is, it is imported.
    """
    detail = next((one for one in found if _is_orders(one, "order.id")), None)
    for one in found:
        said = one.options.kind is not None or one.options.overrides or one.saved is not None
        if detail is None or said or not _is_orders(one) or _names_something(one):
            yield one
            continue
        skipped.append(
            Note(
                msg(
                    "Sheet {sheet} left out: it names no order, customer or product, so it seems"
                    " to sum up sheet {other}. If it does not, import it by itself, with --sheet.",
                    sheet=one.plan.table.sheet or "", other=detail.plan.table.sheet or "",
                ),
                "warning",
            )
        )  # fmt: skip


def _is_orders(one: Planned, needed: str = "order.date") -> bool:
    columns = one.plan.columns
    return columns.kind == "orders" and columns.choice(needed) is not None


def _names_something(one: Planned) -> bool:
    """Tell whether rows say whose, which or of what they are, not only when and how much."""
    fields = [choice.field for choice in one.plan.columns.columns if choice.field]
    return any(field in _NAMING or field.startswith(_NAMING_PARTS) for field in fields)


def _headings(table: RawTable, said: ImportOptions) -> tuple[str, ...]:
    return headings_of(table, said) or ()
