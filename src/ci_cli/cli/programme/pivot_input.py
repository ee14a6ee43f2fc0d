"""What ``report pivot`` and its presets share: words of a user -> a question and its answer."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from ci_cli.analysis import pivot as pivots
from ci_cli.analysis.periods import parse_period
from ci_cli.analysis.pivot_order import kept_columns, kept_rows, ordered, running
from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import for_people
from ci_cli.cli.options import Session
from ci_cli.cli.programme.pivot_lookup import Lookup, read_lookup, with_lookup
from ci_cli.errors import CiError, ExitCode
from ci_cli.output.layout import GAP, grid_of, natural_widths
from ci_cli.output.medium import medium_of
from ci_cli.reports.programme.pivot import Shown, key_label, table
from ci_cli.shapes.pivots import EVERYTHING, OTHER, PERIODS, Base, Question
from ci_cli.shapes.talks import DEAL_OUTCOMES, KINDS
from ci_cli.store.engine import Connection
from ci_cli.text import msg

WORKED_OUT = ("segment", "size", "parent")  # beside what the facts tell themselves
# keys that may be asked for before any fact has them
ALWAYS_KNOWN: Mapping[tuple[Base, str], tuple[str, ...]] = {
    ("interactions", "kind"): KINDS,
    ("opportunities", "outcome"): DEAL_OUTCOMES,
    ("orders", "kind"): ("sale", "return"),
}
BY_PRODUCT = ("product", "category")  # of opportunities: found by the text of their product
ROWS, COLUMNS = 40, 12  # shown to people, where they do not say how many


@dataclass(frozen=True)
class Asked:
    """What the user wants to see, in the user's words; None: as it suits."""

    base: Base = "orders"
    rows: str = "category"
    columns: str = EVERYTHING
    measures: tuple[str, ...] = ("revenue",)
    where: tuple[str, ...] = ()
    top: int | None = None
    most_columns: int | None = None
    since: str | None = None
    until: str | None = None
    dated: Literal["closed", "opened"] = "closed"
    lookup: Path | None = None  # a file with further dimensions
    ranked_by: str | None = None  # one of the measures; None: the first


@dataclass(frozen=True)
class Answer:
    """What was found; ``question`` is the one that its places can be drilled by."""

    shown: Shown
    question: Question


def as_of_day(session: Session, conn: Connection, base: Base) -> date | None:
    """Return the day to speak for: of orders as everywhere, else the last day with such facts."""
    from ci_cli.store import pivot

    if base == "orders" or session.as_of:
        return inputs.as_of_day(session, conn)
    last = pivot.last_day(conn, base, session.today.isoformat())
    return None if last is None else date.fromisoformat(last)


def currencies(session: Session, conn: Connection, base: Base) -> list[str]:
    """Return the currencies to report on; interactions have none and are asked for once."""
    from ci_cli.store import pivot

    if base == "interactions":
        return [""]
    if base == "orders":
        return inputs.chosen_currencies(session, conn)
    known = pivot.deal_currencies(conn)
    wanted = session.currency.upper() if session.currency else None
    if wanted is None or wanted in known:
        return known if wanted is None else [wanted]
    raise CiError(
        "currency-unknown",
        msg("The store has no opportunities in {currency}.", currency=wanted),
        hint=msg("It has: {known}.", known=", ".join(known) or "-"),
        exit_code=ExitCode.DECIDE,
    )


def answer(session: Session, conn: Connection, asked: Asked, as_of: date, currency: str) -> Answer:
    """Ask the store, and settle which rows and columns are shown.

    Raises:
        CiError: a dimension, a measure or a value is not known; what is known is listed.
    """
    from ci_cli.store import pivot, pivot_words

    measures = [measure_of(asked.base, name) for name in asked.measures]
    rank = measure_of(asked.base, asked.ranked_by or asked.measures[0])
    question = question_of(session, conn, asked, as_of, currency)
    sums = sorted({*pivots.ALWAYS[asked.base], *(name for one in measures for name in one.sums)})
    things = sorted({one.thing for one in measures if one.thing})

    def ask(about: Question) -> pivots.Grid:
        counted = {thing: pivot.counts(conn, about, thing) for thing in things}
        return pivots.grid(pivot.cells(conn, about, sums), sums, counted)

    found = ask(question)
    labels = {
        name: pivot_words.labels(conn, asked.base, name)
        for name in (question.rows, question.columns)
    }
    rows = ordered(question.rows, found, rank, by_rows=True)
    columns = ordered(question.columns, found, rank, by_rows=False)
    most = asked.top if asked.top is not None else (ROWS if for_people(session) else 0)
    rows_kept = kept_rows(rows, most, found, rank)
    shown = Shown(
        asked.base, question.rows, question.columns, measures, rows_kept, columns, found, currency,
        question.until, labels[question.rows], labels[question.columns],
        cut_rows=len(rows) - len(rows_kept),
        running=tuple(
            going_on
            for name in (question.rows, question.columns)
            if (going_on := running(name, question.until))
        ),
    )  # fmt: skip
    columns_kept = kept_columns(question.columns, columns, _most_columns(session, asked, shown))
    folded = replace(
        question,
        kept_rows=tuple(rows_kept) if len(rows_kept) < len(rows) else None,
        kept_columns=tuple(columns_kept) if len(columns_kept) < len(columns) else None,
    )
    if folded != question:
        found = ask(folded)
        shown = replace(
            shown, grid=found, cut_columns=len(columns) - len(columns_kept),
            rows=[*rows_kept, *([OTHER] if OTHER in found.rows else [])],
            columns=[*columns_kept, *([OTHER] if OTHER in found.columns else [])],
        )  # fmt: skip
    return Answer(shown, folded)


def measure_of(base: Base, name: str) -> pivots.Measure:
    """Return a measure by its name.

    Raises:
        CiError: the base has no such measure; those that it has are listed.
    """
    known = pivots.MEASURES[base]
    if name not in known:
        raise CiError(
            "pivot-measure-unknown",
            msg("{name} is nothing that can be measured of {base}.", name=name, base=base),
            hint=msg("Choose one of: {known}.", known=", ".join(known)),
            exit_code=ExitCode.DECIDE,
        )
    return known[name]


def question_of(
    session: Session, conn: Connection, asked: Asked, as_of: date, currency: str
) -> Question:
    """Return what to ask the store: dimensions worked out, values found, days settled."""
    from ci_cli.store import pivot

    wanted = [part.partition("=") for part in asked.where]
    for text, (name, equals, value) in zip(asked.where, wanted, strict=True):
        if not (name.strip() and equals and value.strip()):
            raise CiError(
                "pivot-value-unknown",
                msg("{text} does not say which rows count.", text=text),
                hint=msg("Write --where country=Germany; - stands for none."),
                exit_code=ExitCode.DECIDE,
            )
    said = (asked.rows, asked.columns, *(part[0].strip() for part in wanted))
    looked_up = Lookup() if asked.lookup is None else read_lookup(asked.lookup)
    names = {name: looked_up.column(name) or dimension(conn, asked.base, name) for name in said}
    since = "" if asked.since is None else period(asked.since, session)[0].isoformat()
    until = as_of if asked.until is None else min(as_of, period(asked.until, session)[1])
    question = Question(
        asked.base, names[asked.rows], names[asked.columns], currency, until.isoformat(),
        since=since, dated=asked.dated,
        maps=_maps(conn, asked.base, set(names.values()), as_of),
        joined=dict.fromkeys(BY_PRODUCT if asked.base == "opportunities" else (), "product"),
    )  # fmt: skip
    used = [name for name in names.values() if name in looked_up.columns]
    question = with_lookup(conn, question, looked_up, used)
    where: dict[str, tuple[str, ...]] = {}
    for name, _, value in wanted:
        at = names[name.strip()]
        known = pivot.keys(conn, question, at)
        where[at] = (*where.get(at, ()), _key(conn, asked.base, at, known, value.strip()))
    return replace(question, where=where)


def period(text: str, session: Session) -> tuple[date, date]:
    """Return the first and last day of a day, a month or a year."""
    year = text.strip()
    whole = len(year) == 4 and year.isdecimal()
    return parse_period(f"{year}-01..{year}-12" if whole else text, session.today)


def dimension(conn: Connection, base: Base, name: str) -> str:
    """Return the name of a dimension: one of ours, or an own field of customers as it is written.

    Raises:
        CiError: nothing is called that; what there is is listed.
    """
    from ci_cli.models.names import name_key
    from ci_cli.store import customers, pivot

    known = [*pivot.known_dimensions(base), *WORKED_OUT]
    if base == "opportunities":
        known.append("category")
    if name in (EVERYTHING, *known):
        return name
    own = customers.own_fields(conn)
    wanted = name_key(name)
    found = [field for field in own if field == name or name_key(field) == wanted]
    if len(found) == 1:
        return found[0]
    raise CiError(
        "pivot-dimension-unknown",
        msg("{name} is nothing that {base} can be grouped by.", name=name, base=base),
        hint=msg("Choose one of: {known}. Or an own field of customers: {own}.",
                 known=", ".join(known), own=", ".join(own[:20]) or "-"),
        exit_code=ExitCode.DECIDE,
    )  # fmt: skip


def _maps(
    conn: Connection, base: Base, names: set[str], as_of: date
) -> dict[str, Mapping[str, str]]:
    """Work out the dimensions that no fact tells itself."""
    from ci_cli.store import customers, pivot, pivot_words

    maps: dict[str, Mapping[str, str]] = {}
    told = pivot.known_dimensions(base)
    own = customers.own_fields(conn)
    for name in names:
        if name == "parent":
            maps[name] = pivot_words.parents(conn)
        elif name == "segment":
            maps[name] = _segments(conn, as_of)
        elif name == "size":
            maps[name] = pivot_words.sizes(conn, _staff_field(conn))
        elif base == "opportunities" and name in ("product", "category"):
            products, categories = pivot_words.deal_products(conn)
            maps[name] = products if name == "product" else categories
        elif name not in told and name in own:
            maps[name] = pivot_words.own_field(conn, name)
    return maps


def _staff_field(conn: Connection) -> str:
    """Return the own field that tells how many people customers employ."""
    from ci_cli.store import pivot_words

    field = pivot_words.staff_field(conn)
    if field is None:
        raise CiError(
            "pivot-dimension-unknown",
            msg("Nothing in the store tells how many people customers employ."),
            hint=msg("Import a list of customers with a column such as employees."),
            exit_code=ExitCode.DECIDE,
        )
    return field


def _segments(conn: Connection, as_of: date) -> dict[str, str]:
    """Return the RFM segment of each customer on the as-of day, by the shipped map."""
    from ci_cli.analysis.segment_maps import load_map
    from ci_cli.store import facts

    found: dict[str, str] = {}
    for currency in facts.currencies(conn):
        base = inputs.scored(conn, as_of=as_of, currency=currency, segment_map=load_map())
        for one in base.customers:
            if one.segment:
                found.setdefault(str(one.row.customer_id), one.segment)
    return found


def _key(conn: Connection, base: Base, name: str, known: Sequence[str], text: str) -> str:
    """Return the key that a person means: the key itself, its label, or - for none."""
    from ci_cli.store import pivot_words

    if text == "-":
        return ""
    if text in known or text in ALWAYS_KNOWN.get((base, name), ()):
        return text
    labels = pivot_words.labels(conn, base, name)
    wanted = text.casefold()
    fits = [
        key for key in known
        if wanted in (key.casefold(), str(key_label(name, key, labels)).casefold())
    ]  # fmt: skip
    if len(fits) == 1:
        return fits[0]
    raise CiError(
        "pivot-value-unknown",
        msg("{value} is no {name} here.", value=text, name=name),
        hint=msg("Write it as a report shows it; - stands for none."),
        exit_code=ExitCode.DECIDE,
        details=tuple(labels.get(key, key) for key in [*fits, *known][:20] if key),
    )


def _most_columns(session: Session, asked: Asked, shown: Shown) -> int:
    """Return how many columns to show: as asked, all to a program, to people what they can see."""
    if asked.most_columns is not None or not shown.has_columns:
        return asked.most_columns or 0
    if not for_people(session):
        return 0
    medium = medium_of(sys.stdout)
    if session.out is not None or medium.width is None:
        return COLUMNS
    laid_out = table(shown)
    widths = natural_widths(grid_of(laid_out, medium.fit, sparks=False))
    names = len(laid_out.columns) - len(shown.columns) - len(shown.measures)
    figures = widths[names : names + len(shown.columns)]
    wanted = figures[::-1] if shown.column_name in PERIODS else figures
    # one more for what is put together: no figure in it is narrower than the widest total
    room = medium.width - sum(widths) + sum(figures) - widths[names + len(figures)]
    room -= GAP * (len(widths) - len(figures) + 1)
    if sum(width + GAP for width in figures) <= room + widths[names + len(figures)] + GAP:
        return 0
    for number, width in enumerate(wanted):
        room -= width + GAP
        if room < 0:
            return max(number, 1)
    return 0
