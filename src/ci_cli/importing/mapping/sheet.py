"""The columns of one file while their meaning is being decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Literal, get_args

from ci_cli.errors import Answer, CiError, ExitCode, Where
from ci_cli.importing.mapping.figures import Figures, spread_rows
from ci_cli.importing.mapping.heading import Heading, How
from ci_cli.importing.mapping.profile import Profile
from ci_cli.importing.mapping.synonyms import CRITICAL, load_synonyms
from ci_cli.importing.values.verdicts import classify_kind
from ci_cli.report import Note
from ci_cli.text import Msg, msg

Kind = Literal["customers", "contacts", "products", "categories", "orders"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_DESCRIBING = frozenset(
    ["customer.industry", "customer.region", "customer.country", "customer.city", "customer.owner",
     "order.owner", "customer.source", "customer.parent", "customer.short_name", "contact.title"]
)  # fmt: skip
FLAGS = frozenset(["y", "n", "yes", "no", "true", "false", "0", "1", "是", "否", "t", "f"])
SHOWN_VALUES = 3
_PERSON_FIELDS = ("contact.name", "contact.first_name", "contact.last_name", "contact.phone",
                  "contact.email")  # fmt: skip
# The fields that an import of each kind takes in; everything else is kept as an extra.
KIND_FIELDS: dict[Kind, frozenset[str]] = {
    "customers": frozenset(
        ["row.source", "customer.id", "customer.name", "customer.short_name", "customer.tax_id",
         "customer.industry", "customer.region", "customer.country", "customer.city",
         "customer.address", "customer.postcode", "customer.tier", "customer.status",
         "customer.owner", "customer.source", "customer.since", "customer.parent",
         "contact.title", *_PERSON_FIELDS]
    ),
    "contacts": frozenset(
        ["row.source", "customer.id", "customer.name", "customer.tax_id", "contact.title",
         *_PERSON_FIELDS]
    ),
    "products": frozenset(
        ["row.source", "line.product_id", "line.product_name", "line.category",
         "product.category_id", "line.unit_price", "line.cost"]
    ),
    "categories": frozenset(["row.source", "category.id", "category.name"]),
    "orders": frozenset(
        ["row.source", "order.id", "order.date", "order.status", "order.total", "order.kind",
         "order.currency", "order.owner", "line.number", "line.product_id", "line.product_name",
         "line.category", "product.category_id", "line.quantity", "line.unit_price", "line.amount",
         "line.discount", "line.cost", "customer.id", "customer.name", "customer.short_name",
         "customer.tax_id", "customer.industry", "customer.region", "customer.country",
         "customer.city", "customer.address", "customer.postcode", "customer.tier",
         *_PERSON_FIELDS]
    ),
}  # fmt: skip
# The same words name another field in another kind of file.
_TRANSLATED: dict[Kind, dict[str, str]] = {
    "customers": {},
    "contacts": {},
    "products": {"category.id": "product.category_id"},
    "categories": {"line.category": "category.name"},
    "orders": {"category.id": "product.category_id", "customer.owner": "order.owner"},
}


@dataclass
class Column:
    """One column: its header, what its values look like, and what was decided so far."""

    index: int
    heading: Heading
    values: Sequence[str]
    profile: Profile
    field: str | None = None
    counted: bool = False  # its cells carry units, which ``values`` lack
    how: How | Literal["map", "rule", "promoted", "learned"] | None = None
    reason: Msg = attribute(default_factory=lambda: msg("no known header"))

    @property
    def text(self) -> str:
        """Return the header as it stands in the file."""
        return self.heading.text

    @property
    def examples(self) -> str:
        """Return the first few different values, for people."""
        texts = dict.fromkeys(text.strip() for text in self.values if text.strip())
        return ", ".join(list(texts)[:SHOWN_VALUES])

    def take(self, name: str | None, reason: Msg) -> None:
        """Decide the column's field, or leave it out."""
        self.field, self.reason = name, reason
        if self.how is None and name:
            self.how = "rule"

    def leave(self, reason: Msg) -> None:
        """Leave the column out: it is kept as an extra."""
        self.field, self.reason = None, reason


@dataclass
class Sheet:
    """All columns of a file, and what has to be said about them."""

    columns: list[Column]
    where: Where = attribute(default_factory=Where)
    basis: Literal["net", "gross"] = "net"
    kind: Kind | None = None
    notes: list[Note] = attribute(default_factory=list)
    left_out: frozenset[str] = frozenset()  # fields that --map FIELD=- leaves without a column
    proven: bool = False  # quantity × price = amount holds, so the rows are lines of sales
    _figures: dict[int, Figures] = attribute(default_factory=dict)
    _rows: list[int] | None = None

    def figures(self, column: Column) -> Figures:
        """Return the numbers of a column, with the factor of its unit."""
        if column.index not in self._figures:
            scale = float(column.heading.unit.scale)
            self._figures[column.index] = Figures(column.values, scale)
        return self._figures[column.index]

    def checked_rows(self) -> list[int]:
        """Return the rows on which arithmetic is checked, the same in every order of rows."""
        if self._rows is None:
            self._rows = spread_rows([column.values for column in self.columns])
        return self._rows

    def mapped(self, name: str) -> Column | None:
        """Return the first column that holds the field now."""
        return next((column for column in self.columns if column.field == name), None)

    def all_mapped(self, name: str) -> list[Column]:
        """Return every column that holds the field now."""
        return [column for column in self.columns if column.field == name]

    def has(self, *names: str) -> bool:
        """Return whether any of the fields has a column now."""
        return any(column.field in names for column in self.columns)

    def may(self, *names: str) -> bool:
        """Return whether a column's header may mean any of the fields, values permitting."""
        return any(
            candidate.field in names and fits(candidate.field, column)
            for column in self.columns
            for candidate in column.heading.candidates
            if not column.heading.delivery
        )

    def sure(self, *names: str) -> list[Column]:
        """Return columns whose header can only mean one of the fields, values permitting."""
        return [
            column
            for column in self.columns
            if column.heading.rule is None
            and not column.heading.delivery
            and any(c.field in names and fits(c.field, column) for c in column.heading.candidates)
        ]

    def note(self, text: Msg, *, warning: bool = False) -> None:
        """Say something about the whole file."""
        self.notes.append(Note(text, "warning" if warning else "info"))

    def ask(
        self, code: str, message: Msg, hint: Msg, details: Iterable[Msg | str],
        choice: Iterable[Answer] = (),
    ) -> CiError:  # fmt: skip
        """Build the error that leaves a decision to a person."""
        return CiError(
            code,
            message,
            hint=hint,
            where=self.where,
            exit_code=ExitCode.DECIDE,
            details=tuple(details),
            choice=tuple(choice),
        )

    def groups(self) -> dict[str, list[int]]:
        """Return the rows of each order that has several, by order id."""
        return {order: rows for order, rows in self.orders().items() if len(rows) > 1}

    def orders(self) -> dict[str, list[int]]:
        """Return the rows of each order by order id; none where no column holds the ids."""
        column = self.mapped("order.id")
        return {} if column is None else rows_by(column.values)


def rows_by(keys: Sequence[str]) -> dict[str, list[int]]:
    """Return the rows of each value that is not blank."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
        if key.strip():
            rows[key.strip()].append(row)
    return rows


def goes_with(key: Column, other: Column) -> bool:
    """Return whether no value of one column stands beside two values of another."""
    pairs = {(a.strip(), b.strip()) for a, b in zip(key.values, other.values, strict=True)}
    return len({a for a, _ in pairs}) == len(pairs)


def names_it(one: Column, other: Column, orders: Column) -> bool:
    """Return whether two columns go with each other one to one, over several orders of someone."""
    rows = zip(one.values, other.values, orders.values, strict=True)
    triples = {(a.strip(), b.strip(), order.strip()) for a, b, order in rows}
    pairs = {(a, b) for a, b, _ in triples}
    left, right = {a for a, _ in pairs}, {b for _, b in pairs}
    return "" not in left and len(pairs) == len(left) == len(right) < len(triples)


def restarts(column: Column, sheet: Sheet) -> bool:
    """Return whether the numbers differ inside each order and begin again in the next."""
    groups = sheet.groups()
    if not groups:
        return False
    apart = all(
        len({column.values[row] for row in rows if column.values[row].strip()})
        == sum(bool(column.values[row].strip()) for row in rows)
        for rows in groups.values()
    )
    return apart and not column.profile.unique


def for_kind(name: str, kind: Kind) -> str | None:
    """Return the field that ``name`` is in a file of this kind, None where it is not used."""
    name = _TRANSLATED[kind].get(name, name)
    return name if name in KIND_FIELDS[kind] else None


def take_as(column: Column, sheet: Sheet, field: str, reason: Msg) -> None:
    """Map the column, if its kind of file uses the field."""
    assert sheet.kind is not None  # noqa: S101 - the kind is decided before any rule runs
    wanted = for_kind(field, sheet.kind)
    if wanted is None:
        column.leave(msg("{field}: not used when importing {kind}", field=field, kind=sheet.kind))
    else:
        column.take(wanted, reason)


def fits(name: str, column: Column) -> bool:
    """Return whether the values of a column can be what the field holds; no values, no objection.

    A field is believed on half its values, because the other half will be rejected row by row and
    counted; a header matched only by its ending needs nearly all.
    """
    profile = column.profile
    guessed = any(c.field == name and c.how == "ending" for c in column.heading.candidates)
    if profile.empty or not profile.texts:
        return not (guessed and name in CRITICAL)
    enough = 0.9 if guessed else 0.5
    kind = load_synonyms().types.get(name, "text")
    if kind == "money" or name == "line.quantity":
        if name == "line.discount" and any("折" in text for text in profile.texts):
            return True
        percent = sum(text.endswith(("%", "％")) for text in profile.texts) / len(profile.texts)
        return profile.number >= enough and (percent < 0.5 or name == "line.discount")
    if kind == "date":
        return profile.bare_date >= enough
    said = any(c.field == name and c.how in ("exact", "layout") for c in column.heading.candidates)
    if name == "order.kind" and not said:
        return _may_say_kind(profile)
    counted = column.heading.key.endswith("种类")
    return _fits_text(name, profile, enough, said=said, counted=counted)


_NAMES = frozenset(
    ["customer.name", "contact.name", "contact.first_name", "contact.last_name",
     "line.product_name", "line.category"]
)  # fmt: skip


def _may_say_kind(profile: Profile) -> bool:
    """Return whether any value names a kind of document, or is a flag: Ticket Type does not."""
    return any(text.casefold() in FLAGS or classify_kind(text) for text in profile.texts)


def _fits_text(name: str, profile: Profile, enough: float, *, said: bool, counted: bool) -> bool:
    if name == "contact.email":
        return profile.email >= enough
    if name == "contact.phone":
        return profile.phone >= enough
    if name == "line.number":
        return profile.counts
    if name == "customer.tax_id":
        amount = profile.number > 0.5 and (profile.fractions > 0.2 or profile.length < 6)
        return profile.words < 0.5 and profile.date < 0.5 and not amount
    if name in ("order.id", "customer.id", "line.product_id", "category.id", "product.category_id"):
        long_text = profile.length > 60 or (profile.words > 0.9 and profile.length > 25)
        if profile.texts and {text.casefold() for text in profile.texts} <= FLAGS - {"0", "1"}:
            return False  # Invoiced: y
        # 3.01.002 and 17.10 may be codes, if the header says so
        prices = (profile.fractions > 0.2 or profile.cents > 0.9) and not said
        return profile.date < 0.5 and not prices and not long_text
    if name in _NAMES:
        if profile.cents > 0.9:
            return False
        if name == "contact.name" and profile.number > 0.9:
            return False  # 本次送货 1200: how much, not whom
        if name == "line.category" and profile.texts and profile.hundreds and counted:
            return False  # 商品种类 5: how many kinds an order holds
        return profile.date < 0.8 and profile.fractions < 0.5 and profile.clock < 0.8
    if name in _DESCRIBING:
        return profile.cents <= 0.9 and profile.fractions < 0.5  # Trade, 4.20: a price
    return True


def mapped_to(name: str, header: str, meaning: Msg | str | None = None) -> Answer:
    """Return the answer that takes a header for a field; it means the header unless told."""
    return Answer(("--map", f"{name}={header}"), meaning or f"“{header}”")


def flag(name: str, header: str) -> str:
    """Return the flag that maps a field to a header, quoted for the shell."""
    pair = f"{name}={header}"
    if all(c.isalnum() or c in "._=-/" for c in pair):
        return f"--map {pair}"
    return "--map '" + pair.replace("'", "'\\''") + "'"
