"""``ci-cli db quality``: fill, validity, freshness and duplicates, by field and by record."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.text import _

if TYPE_CHECKING:
    from ci_cli.shapes.programme import Described

# whose two letters are words of their own
_LIKE_WORDS = {"italy": "IT", "india": "IN", "norway": "NO"}
_SAMPLE = 300  # records that tell which country numbers without a code belong to


def register(app: typer.Typer) -> None:
    """Add the command to the group of the store."""

    @command(
        app, "quality", shares=("show",), example="ci-cli db quality",
        help=_("How full, valid, fresh and unique fields and records are; the worst first."),
    )  # fmt: skip
    def quality(
        session: Session,
        top: Annotated[
            int, typer.Option("--top", min=0, help=_("How many records to list."))
        ] = 20,
        fresh: Annotated[
            str,
            typer.Option("--fresh", metavar="12m|DAY", help=_("How young fresh is.")),
        ] = "12m",
    ) -> None:  # fmt: skip
        from itertools import islice

        from ci_cli.analysis import quality as analysis
        from ci_cli.analysis.spoken_days import earlier_day
        from ci_cli.dedupe.clean.contacts import default_region
        from ci_cli.dedupe.review import open_pairs
        from ci_cli.reports.upkeep import db_quality
        from ci_cli.store import engine, scans
        from ci_cli.store import quality as facts

        since = earlier_day(fresh, session.today).isoformat()
        with session.store() as conn, engine.snapshot(conn):
            number, filled = facts.filled(conn)
            sample = islice(facts.records(conn), _SAMPLE)
            checks = _checks(
                default_region(value for one in sample for value in one.values.values())
            )
            shared = facts.shared(conn)
            fields, each = analysis.of_fields(
                facts.records(conn), facts.RECORD, checks, shared, since
            )
            expected = analysis.expected_fields(number, filled)
            worst, score = analysis.worst(each, expected, top)
            people, every = analysis.of_fields(
                facts.contacts(conn), facts.CONTACT, checks, {}, since
            )
            for _one in every:
                pass  # people are only counted
            scan = scans.last(conn)
            pairs = None if scan is None else len(open_pairs(conn, likely=True))
        session.show(
            db_quality.build(
                db_quality.Quality(fields, people, number, score, worst, expected, since, pairs)
            )
        )


def _checks(region: str) -> dict[str, Callable[[Described, str], bool | None]]:
    """Return what tells valid values from others, for those fields where it can be told.

    Args:
        region: of telephone numbers where neither they nor the row name a country; "": unknown.
    """
    from ci_cli.dedupe.clean.contacts import email, phone
    from ci_cli.dedupe.clean.numbers import id_number

    def is_phone(row: Described, value: str) -> bool | None:
        place = _region(row.values.get("country")) or region
        found = phone(value, place)
        if found is None:
            return False
        known = bool(found.kind or place) or value.strip().startswith("+")
        return bool(found.kind) if known else None  # of which country nobody knows

    def is_number(_row: Described, value: str) -> bool | None:
        found = id_number(value)
        return False if found is None else found.valid

    return {
        "name": lambda _row, value: any(sign.isalpha() for sign in value),
        "phone": is_phone,
        "email": lambda _row, value: email(value) is not None,
        "tax_id": is_number,
    }


@lru_cache(maxsize=1024)
def _region(country: str | None) -> str:
    """Return the two letters of a country in any of our languages; "": unknown."""
    if not country:
        return ""
    from phonenumbers import SUPPORTED_REGIONS

    from ci_cli.analysis.references import synonyms

    words = synonyms.load().meanings("region", country)
    codes = {word.upper() for word in words if len(word) == len("de")} & SUPPORTED_REGIONS
    codes |= {code for word, code in _LIKE_WORDS.items() if word in words}
    return codes.pop() if len(codes) == 1 else ""
