"""``ci-cli search``: find a word in everything that the store holds."""

from __future__ import annotations

from typing import Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.views import SORT_GROUPS, SORTS
from ci_cli.text import _, msg

LISTED = 20


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app, "search", shares=("show",), example='ci-cli search "late delivery" --kind note,call',
        help=_("Find a word in everything: customers, people, orders, what was said and learnt."),
    )  # fmt: skip
    def search(
        session: Session,
        text: Annotated[
            list[str],
            typer.Argument(
                metavar="TEXT ...",
                help=_("Words that must all be there; two Chinese characters are enough."),
            ),
        ],
        kind: Annotated[
            list[str] | None,
            typer.Option(
                "--kind", metavar="KIND,KIND",
                help=_("Only these: customer, person, order, product, contract, deal, note …"),
            ),
        ] = None,
        limit: Annotated[
            int, typer.Option("--limit", min=1, help=_("How many to list."))
        ] = LISTED,
    ) -> None:  # fmt: skip
        from ci_cli.reports.customers import search as report
        from ci_cli.store import engine, search_index
        from ci_cli.store import search as searching

        query = " ".join(text)
        words = searching.words_of(query)
        sorts = _sorts(kind or [])
        with session.store() as conn:
            search_index.bring_up_to_date(conn)
            with engine.snapshot(conn):
                found = searching.search(conn, words, sorts=sorts, limit=limit)
        session.show(report.build(found, words, query=query))


def _sorts(kinds: list[str]) -> set[str]:
    """Return the sorts of things that are asked for.

    Raises:
        CiError: ``search-kind-unknown``; the known ones are listed.
    """
    wanted: set[str] = set()
    known = ", ".join(dict.fromkeys((*SORTS, *SORT_GROUPS)))
    for word in (part.strip().lower() for kind in kinds for part in kind.split(",")):
        if word in SORT_GROUPS:
            wanted.update(SORT_GROUPS[word])
        elif word in SORTS:
            wanted.add(word)
        elif word:
            raise CiError(
                "search-kind-unknown",
                msg("Nothing of the kind {kind} can be searched for.", kind=word),
                hint=msg("The kinds are: {known}.", known=known),
                exit_code=ExitCode.DECIDE,
            )
    return wanted
