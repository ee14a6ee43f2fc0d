"""``report quotes``, and the parts on quotes and on what it brought of ``report case|brief``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ci_cli.analysis.references import quotes
from ci_cli.analysis.references.quotes import Permissions
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.reports.references.testimony import SOURCE, Footnotes, marked, page_columns, page_rows
from ci_cli.reports.talks.feedback_facts import change_of
from ci_cli.shapes.references import PUBLIC, Origin, QuoteRow
from ci_cli.shapes.voice import Insight
from ci_cli.text import Msg, msg

_INSIDE = ("customer", "state", "until", "uses", "words_state")  # for our eyes only


def build(
    rows: Sequence[QuoteRow], origins: Mapping[int, Origin], *, total: int, public: bool, day: str
) -> Report:
    """Lay out the page of quotes.

    Args:
        rows: those to show, in their order; with ``public`` only such as may leave the house.
        origins: of each quote, by its number.
        total: how many there are.
        public: for outside.
        day: the day that counts as today.
    """
    notes = Footnotes(public=public)
    main = quotes_table(rows, origins, notes, public=public, day=day, title=None)
    held = sum(quotes.state(one, day) != PUBLIC for one in rows)
    meta = {"today": day, "public": public, "quotes": len(rows)}
    return Report(
        "quotes", msg("What customers say of us"), [main, notes.table()],
        meta if public else {**meta, "total": total, "not_public": held},
        [] if public else [
            Note(
                msg("Quotes: {n} of {total}; marked, because they may not leave the house: {held}."
                    " --public leaves those out.", n=len(rows), total=total, held=held),
                "warning" if held else "info",
            )
        ],
    )  # fmt: skip


def quotes_table(
    rows: Sequence[QuoteRow], origins: Mapping[int, Origin], notes: Footnotes, *, public: bool,
    day: str, title: Msg | None,
) -> Table:  # fmt: skip
    """Return quotes with their footnotes; words that may not leave the house are marked."""
    columns = page_columns(
        (
            Column("text", msg("text")), Column("person", msg("person")),
            Column("customer", msg("customer"), "id"), Column("name", msg("name")),
            Column("industry", msg("industry")), Column("product", msg("product")),
            Column("state", msg("state"), "state"), Column("until", msg("until"), "date"),
            Column("uses", msg("uses"), "int"), SOURCE,
        ),
        public=public, inside=_INSIDE,
    )  # fmt: skip
    cells = []
    for one in rows:
        state = quotes.state(one, day)
        cells.append({
            "text": marked(one.text, state), "person": one.person,
            "customer": customer_code(one.customer_id), "name": one.customer,
            "industry": one.industry, "product": one.product, "state": state, "until": one.until,
            "uses": one.uses, "source": notes.of(origins.get(one.id)),
        })  # fmt: skip
    return Table("quotes", columns, page_rows(columns, cells), title)


def returns_table(
    facts: Sequence[Insight], origins: Mapping[int, Origin], known: Permissions,
    notes: Footnotes, *, public: bool, named: bool,
) -> Table:  # fmt: skip
    """Return what it brought customers: figures before and after, in the customer's own words.

    Args:
        facts: of the kind ``roi``, in their order.
        origins: of each fact, by its number.
        known: what may be said with which words.
        notes: the footnotes of the page.
        public: words that may not leave the house are left out instead of marked.
        named: whose they are stands beside them.
    """
    whose = (Column("customer", msg("customer"), "id"), Column("name", msg("name")))
    columns = page_columns(
        (
            *(whose if named else ()), Column("metric", msg("metric")),
            Column("before", msg("before"), "quantity"), Column("after", msg("after"), "quantity"),
            Column("change", msg("change"), "percent"), Column("unit", msg("unit")),
            Column("period", msg("period")), Column("words", msg("words")),
            Column("words_state", msg("state"), "state"), Column("day", msg("day"), "date"),
            SOURCE,
        ),
        public=public, inside=_INSIDE,
    )  # fmt: skip
    cells = []
    for one in facts:
        state = quotes.words(one.text, one.customer_id, known)
        shown = None if public and state != PUBLIC else marked(one.text, state)
        cells.append({
            "customer": None if one.customer_id is None else customer_code(one.customer_id),
            "name": one.customer, "metric": one.value, "before": one.before, "after": one.after,
            "change": change_of(one), "unit": one.unit, "period": one.period, "words": shown,
            "words_state": state, "day": one.day, "source": notes.of(origins.get(one.id)),
        })  # fmt: skip
    return Table("returns", columns, page_rows(columns, cells), msg("What it brought"))
