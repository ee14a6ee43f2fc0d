"""What is known of a table before its rows are read: header, columns, how each one is written.

Everything is decided for whole columns, from all of their values; the converter (``convert``) only
applies it. A large file of orders is read once all the same: decided from a sample, read, and read
again only where the whole does not bear the sample out (:meth:`TablePlan.settle`).
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from ci_cli.errors import CiError, Where
from ci_cli.importing.convert import Converter
from ci_cli.importing.decisions import Decider, Decisions
from ci_cli.importing.evidence import DISCOUNT, Watch, look_at_all
from ci_cli.importing.layout.header_rows import about_unnamed, naming_layout
from ci_cli.importing.mapping.columns import ColumnMap
from ci_cli.importing.mapping.personal import without_purpose
from ci_cli.importing.mapping.set_aside import takes_back
from ci_cli.importing.mapping.undated import refuse_unread_dates
from ci_cli.importing.model import ImportOptions
from ci_cli.importing.skips import find_header, may_be_summary, summary_word, total_word
from ci_cli.importing.talks.choose import map_table
from ci_cli.importing.values import cells
from ci_cli.importing.values.cells import Memo
from ci_cli.importing.values.discounts import DiscountForm
from ci_cli.models.names import NAME_PARTS
from ci_cli.readers.base import Chunk, DamagedRow, RawTable
from ci_cli.report import Note
from ci_cli.text import Msg, listed, msg

SAMPLE_ROWS = 5_000

IDENTIFYING = (
    "order.date", "order.id", "line.product_id", "line.product_name", "customer.id",
    "customer.name", "category.id",
)  # fmt: skip
# columns that exports and files of rejects carry beside the data, and that mean something here
OWN_FIELDS = {
    "ci_import": "row.import",
    "ci_line_kind": "row.line_kind",
    "ci_order_kind": "row.order_kind",
    "ci_order_state": "row.order_state",
    "ci_cell": "row.cell",
}


@dataclass
class TablePlan:
    """All decisions on one table.

    ``header_line`` is where the header stands; ``rows`` how many rows there are, an estimate as
    long as the plan is not settled; ``unstored`` the places of columns that describe people and
    have no purpose.
    """

    table: RawTable
    header: list[str]
    header_line: int
    columns: ColumnMap
    decider: Decider
    converter: Converter = field(init=False)
    decided: Decisions = field(init=False)
    unstored: frozenset[int] = frozenset()
    rows: int = 0
    nameless: int = 0  # rows without a customer, in a file that has a column for it
    notes: list[Note] = field(default_factory=list)  # beside those of the decisions

    def header_of(self, name: str) -> str:
        """Return the header of the column that holds a field, "" where there is none."""
        choice = self.columns.choice(name)
        return "" if choice is None else choice.header

    @property
    def currency(self) -> str | None:
        """Return the currency of amounts that name none, None where nothing tells."""
        return self.decided.currency

    @property
    def discount(self) -> DiscountForm | None:
        """Return how discounts are read."""
        return self.decided.discount

    @property
    def cancel_prefix(self) -> str | None:
        """Return the letters before the numbers of cancelling orders."""
        return self.decided.cancel_prefix

    @property
    def decisions(self) -> dict[str, Msg]:
        """Return why the values of a field are read as they are."""
        return self.decided.reasons

    @property
    def all_notes(self) -> list[Note]:
        """Return all that is to be told of the table."""
        return [
            *self.columns.notes, *map(Note, self.columns.missing), *self.decided.notes, *self.notes
        ]  # fmt: skip

    @property
    def cost_is_per_unit(self) -> bool:
        """Tell whether the cost column gives the cost of one unit."""
        choice = self.columns.choice("line.cost")
        return choice is not None and choice.per_unit

    def data(self) -> Iterator[Chunk]:
        """Yield the rows after the header."""
        return _after(self.table.chunks(), self.header_line)

    def rows_again(self, lines: Collection[int]) -> Iterator[tuple[int, list[str]]]:
        """Yield some rows of the file with their lines; they were not kept when they were read."""
        if not lines:
            return
        for chunk in self.data():
            for line, row in zip(chunk.lines, chunk.rows, strict=True):
                if line in lines:
                    yield line, row

    def settle(self) -> bool:
        """Hold what was decided from a sample against all rows that have been read since.

        Returns:
            Whether the rows were read as all of them together say. If not, the plan is now such,
            and they must be read again.

        Raises:
            CiError: something that a person must decide.
        """
        watch = self.converter.watch
        if watch is None:
            return True
        evidence = watch.evidence()
        if evidence is not None:
            decided = self.decider.decide(evidence)
            if decided.reads_like(self.decided):
                self.decided = decided
                return True
        self.look_at_all()
        return False

    def look_at_all(self) -> None:
        """Decide from all rows.

        Raises:
            CiError: something that a person must decide.
        """
        seen = look_at_all(self.data, len(self.header), self.decider.fields)
        self.rows = seen.rows
        self._apply(self.decider.decide(seen), None)

    def look_at_sample(self, sample: list[list[str]]) -> bool:
        """Decide from a sample, if nothing speaks against it; the rows read will be watched.

        Returns:
            Whether that was possible.
        """
        fields = self.decider.fields
        doubtful = DISCOUNT in fields or any(map(is_our_own, self.header))
        if self.columns.kind != "orders" or doubtful or len(sample) < SAMPLE_ROWS // 2:
            return False
        seen = look_at_all(lambda: [Chunk([], sample)], len(self.header), fields)
        try:
            decided = self.decider.decide(seen)
        except CiError:  # more rows may settle it
            return False
        if decided.nulls:
            return False
        chars = sum(len(cell.encode("utf-8", "replace")) + 1 for row in sample for cell in row)
        self.rows = self.table.size * len(sample) // chars
        self._apply(decided, Watch(fields))
        return True

    def _apply(self, decided: Decisions, watch: Watch | None) -> None:
        """Make the converter that reads the rows as decided."""
        self.decided = decided
        fields = {
            name: position
            for name, position in self.decider.fields.items() if name in decided.readers
        }  # fmt: skip
        memos = {
            name: Memo(reader) if watch is None else watch.memo(name, reader)
            for name, reader in decided.readers.items()
        }
        own = {
            OWN_FIELDS[name.lower()]: i
            for i, name in enumerate(self.header) if name.lower() in OWN_FIELDS
        }  # fmt: skip
        taken = {*fields.values(), *own.values()}
        if self.columns.kind not in ("contacts", "interactions"):
            # the store has one column for a person's name: its parts are kept beside it
            taken -= {fields[part] for part in NAME_PARTS if part in fields}
        keys = tuple(
            self.decider.fields[name] for name in IDENTIFYING if name in self.decider.fields
        )
        must = tuple(
            self.decider.fields[name]
            for name in ("order.date", "order.id") if name in self.decider.fields
        )  # fmt: skip
        self.converter = Converter(
            str(self.table.file),
            self.table.sheet,
            self.header,
            fields | own,
            memos | {name: Memo(cells.clean_text) for name in own},
            extras=tuple(
                choice.index
                for choice in self.columns.columns
                if (choice.index not in taken or choice.counted)
                and not is_our_own(choice.header)
                and choice.index not in self.unstored
            ),
            nulls=decided.nulls,
            is_ours=any(map(is_our_own, self.header)),
            summary_word=lambda row: summary_word(row, keys),
            total_word=lambda row: total_word(row, must) if must else None,
            may_be_summary=may_be_summary,
            watch=watch,
        )


def make_plan(
    table: RawTable, options: ImportOptions, *, zone: str, currency: str = "",
    from_sample: bool = False, purposes: Collection[str] = (),
) -> TablePlan:  # fmt: skip
    """Look at ``table`` and decide.

    Args:
        table: from a reader.
        options: what the user said.
        zone: the store's; zoned timestamps are converted to it.
        currency: the store's; 元 in a header means another one where the store's is no yuan.
        from_sample: a large file may be decided from a sample; the caller calls
            :meth:`TablePlan.settle` when it has read the rows.
        purposes: headings of columns that are for something, as ``purposes.key_of`` gives them.

    Raises:
        CiError: nothing in it, no kind fits, or something that a person must decide.
    """
    where = Where(str(table.file), table.sheet)
    header, header_line, above, sample = _head(table)
    with naming_layout(header, header_line):
        columns = map_table(header, sample, options.kind, options.overrides, above, where)
    refuse_unread_dates(columns, sample, options.overrides, where)

    def first_rows() -> list[list[str]]:
        rows = chain.from_iterable(chunk.rows for chunk in _after(table.chunks(), header_line))
        return list(islice(rows, SAMPLE_ROWS))

    decider = Decider(table, columns, options, zone, currency, first_rows)
    unstored = without_purpose(columns, sample, purposes)
    plan = TablePlan(
        table, header, header_line, columns, decider,
        unstored=frozenset(choice.index for choice in unstored),
    )  # fmt: skip
    if not (from_sample and plan.look_at_sample(sample)):
        plan.look_at_all()
    plan.notes += about_unnamed(header, sample, plan.converter.extras)
    plan.notes += takes_back(columns, sample)
    plan.notes += _about_people([choice.header for choice in unstored])
    return plan


def _about_people(headings: Sequence[str]) -> list[Note]:
    if not headings:
        return []
    first = headings[0]
    return [
        Note(
            msg(
                "not stored, since they describe people and nobody said what for: {list}. To keep"
                " them: --purpose {example}=WHAT-FOR, once for each, also with this file again.",
                list=listed(headings), example=first if first.isalnum() else shlex.quote(first),
            )
        )
    ]  # fmt: skip


def _head(table: RawTable) -> tuple[list[str], int, list[list[str]], list[list[str]]]:
    """Return the header, its line, the rows above it and a sample of the rows below."""
    lines, rows = table.first_rows(SAMPLE_ROWS)
    where = Where(file=str(table.file), sheet=table.sheet)
    if not rows:
        raise CiError(
            "table-empty",
            msg("There is nothing in it."),
            hint=msg("Check that this is the right file, and that it was saved."),
            where=where,
        )
    position = find_header(rows) if table.header_line is None else lines.index(table.header_line)
    header = [cell.strip() for cell in rows[position]]
    # a header that stands there again is a row of words in columns of numbers
    sample = [
        row for row in rows[position + 1 :]
        if not isinstance(row, DamagedRow) and row != rows[position]
    ]  # fmt: skip
    return header, lines[position], rows[:position], sample


def _after(chunks: Iterator[Chunk], header_line: int) -> Iterator[Chunk]:
    for chunk in chunks:
        if chunk.lines and chunk.lines[0] > header_line:
            yield chunk
        else:
            kept = [i for i, line in enumerate(chunk.lines) if line > header_line]
            if kept:
                yield Chunk([chunk.lines[i] for i in kept], [chunk.rows[i] for i in kept])


def is_our_own(header: str) -> bool:
    """Tell whether a column was written by an export or a file of rejects, beside the data."""
    return header.strip().lower().startswith("ci_")
