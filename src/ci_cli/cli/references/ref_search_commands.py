"""``ci-cli ref match|limits|synonyms``: whom to ask, and by which caps and words that goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.shapes.references import Channel
from ci_cli.text import _, msg

if TYPE_CHECKING:
    from ci_cli.analysis.references.matching import Criteria
    from ci_cli.analysis.references.synonyms import Synonyms
    from ci_cli.store.engine import Connection


def register(app: typer.Typer) -> None:
    """Add the commands."""
    _register_match(app)
    _register_limits(app)
    _register_synonyms(app)


def _register_match(app: typer.Typer) -> None:
    @command(
        app, "match", shares=("show",),
        example="ci-cli ref match --region Europe --channel call -n 5",
        help=_("Whom to ask: references like the prospect, the least used first, and why."),
    )  # fmt: skip
    def match(
        session: Session,
        industry: Annotated[
            str | None, typer.Option("--industry", help=_("In any words: 汽车 finds Automotive."))
        ] = None,
        size: Annotated[
            str | None,
            typer.Option("--size", metavar="N|A-B|WORD", help=_("Employees: 200, 50-249, medium.")),
        ] = None,
        region: Annotated[
            str | None, typer.Option("--region", help=_("Region, country or city."))
        ] = None,
        use_case: Annotated[
            str | None, typer.Option("--use-case", help=_("What the prospect wants to hear of."))
        ] = None,
        product: Annotated[
            str | None, typer.Option("--product", help=_("Product or category that it uses."))
        ] = None,
        channel: Annotated[
            Channel, typer.Option("--channel", help=_("What the reference is to do."))
        ] = "call",
        prospect: Annotated[
            str | None,
            typer.Option("--for", metavar="PROSPECT",
                         help=_("Take what is not said from this customer's record.")),
        ] = None,
        count: Annotated[
            int, typer.Option("--count", "-n", min=1, max=1000, help=_("How many to list."))
        ] = 5,
    ) -> None:  # fmt: skip
        from ci_cli.analysis.references import matching, ready
        from ci_cli.cli import analysis_input as inputs
        from ci_cli.cli.references.ref_input import called, programme
        from ci_cli.reports.references import reference_lists, reference_match
        from ci_cli.store import customers, engine

        today, notes, name = session.today.isoformat(), list[Note](), None
        criteria = matching.Criteria(
            *(_word(one) for one in (industry, size, region, use_case, product))
        )
        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            number = None if prospect is None else customers.find(conn, prospect)
            ours = programme(session, conn)
            if number is not None:
                name = called(conn, number)
                criteria, notes = _of_prospect(conn, number, criteria, ours.synonyms, name)
            buyers = (
                frozenset[int]()
                if criteria.product is None
                else _buyers(conn, criteria.product, ours.synonyms)
            )
        if criteria.size is not None and ours.synonyms.range_of(criteria.size) is None:
            raise _no_size(criteria.size, ours.synonyms)
        judged = [
            one
            for one in ready.judge(ours.known, ours.limits, today, channel)
            if one.account.customer_id != number
        ]
        found = matching.match(judged, criteria, ours.synonyms, buyers, day=today, count=count)
        rule = reference_lists.rule_notes(
            judged, ours.limits, ours.health, day=today, channel=channel
        )
        session.show(
            reference_match.build(
                found, criteria, [*notes, *rule], day=today, channel=channel, count=count,
                references=len(judged), prospect=name,
            )
        )  # fmt: skip


def _of_prospect(
    conn: Connection, number: int, said: Criteria, words: Synonyms, name: str
) -> tuple[Criteria, list[Note]]:
    """Fill what was not said from the prospect's record; say what it does not tell."""
    from ci_cli.analysis.references.synonyms import plain_word
    from ci_cli.store import references

    account = references.accounts(conn, {number: []}, columns=words.columns, plain=plain_word)[
        number
    ]
    size = account.size if words.range_of(account.size) is not None else None
    use_cases = sorted(account.use_cases)
    known = {
        "industry": account.industry, "size": size,
        "region": account.country or account.region or account.city,
        "use_case": use_cases[0] if use_cases else None,
    }  # fmt: skip
    asked = said.asked()
    taken = {key: value for key, value in known.items() if key not in asked and value}
    missing = [key for key in known if key not in asked and not known[key]]
    notes = [
        Note(msg("For {name}, from its record: {taken}; not known there: {missing}.", name=name,
                 taken=", ".join(f"{key} {value}" for key, value in taken.items()) or "-",
                 missing=", ".join(missing) or "-"))
    ]  # fmt: skip
    return said._replace(**taken), notes


def _buyers(conn: Connection, product: str, words: Synonyms) -> frozenset[int]:
    """Return the references that bought a product which is called so, or is of such a category."""
    from ci_cli.store import references

    wanted = [
        item.id
        for item in references.items(conn)
        if any(words.names(product, one) for one in (item.product, item.label, item.category))
    ]
    return references.buyers(conn, wanted)


def _word(text: str | None) -> str | None:
    from ci_cli.cli.talks.typed_entries import kept_text

    return kept_text(text)


def _no_size(size: str, words: Synonyms) -> CiError:
    return CiError(
        "ref-size-invalid",
        msg("{text} is no size of a company.", text=size),
        hint=msg("Write a number of employees, 50-249, 1000+, or one of: {known}.",
                 known=", ".join(sorted(word for band in words.bands for word in band.words))),
        exit_code=ExitCode.DECIDE,
    )  # fmt: skip


def _register_limits(app: typer.Typer) -> None:
    @command(
        app, "limits", shares=("show", "write"), example="ci-cli ref limits",
        help=_("How often references may be asked, and how healthy they must be; changes it."),
    )  # fmt: skip
    def limits(
        session: Session,
        uses: Annotated[
            int | None, typer.Option("--uses", min=1, max=100, help=_("At most so many uses …"))
        ] = None,
        days: Annotated[
            int | None, typer.Option("--days", min=1, max=3650, help=_("… in any so many days."))
        ] = None,
        rest: Annotated[
            int | None, typer.Option("--rest", min=0, max=3650, help=_("Days between two uses."))
        ] = None,
        health: Annotated[
            int | None,
            typer.Option("--health", min=0, max=100, help=_("Least health, where it is known.")),
        ] = None,
        thanks: Annotated[
            int | None,
            typer.Option("--thanks", min=0, max=365, help=_("Days until a use is thanked for.")),
        ] = None,
        rewards: Annotated[
            int | None,
            typer.Option("--rewards", min=0, max=100, help=_("At most so many in 365 days.")),
        ] = None,
        reset: Annotated[bool, typer.Option("--reset", help=_("Go back to the usual ones."))] = (
            False
        ),
    ) -> None:
        from ci_cli.reports.references import reference_settings
        from ci_cli.shapes.references import Limits
        from ci_cli.store import engine, references

        wanted = {
            key: value
            for key, value in {"uses": uses, "days": days, "rest": rest, "health": health,
                               "thanks": thanks, "rewards": rewards}.items()
            if value is not None
        }  # fmt: skip
        writes = bool(wanted) or reset
        with session.store(write=writes) as conn:
            if writes:
                with engine.transaction(conn, keep=not session.dry_run):
                    current = Limits() if reset else references.limits(conn)
                    now = current._replace(**wanted)
                    references.keep_limits(conn, None if now == Limits() else now)
            else:
                now = references.limits(conn)
        if session.dry_run and writes:
            session.say(Note(msg("Dry run: nothing was kept.")))
        session.show(reference_settings.build_limits(now))


def _register_synonyms(app: typer.Typer) -> None:
    @command(
        app, "synonyms", shares=("show",), example="ci-cli ref synonyms --word 汽车",
        help=_("Which words mean the same value in a match; export them to add your own."),
    )  # fmt: skip
    def synonyms(
        session: Session,
        word: Annotated[
            str | None, typer.Option("--word", help=_("Only what this word means."))
        ] = None,
        export: Annotated[
            Path | None,
            typer.Option("--export", metavar="FILE", help=_("Write the shipped words (YAML).")),
        ] = None,
    ) -> None:
        from ci_cli.analysis.references import synonyms as words
        from ci_cli.reports.references import reference_settings

        own = words.own_file(session.db)
        if export is not None:
            _export(session, export, own)
            return
        known = words.load(own)
        session.show(
            reference_settings.build_synonyms(
                known, None if word is None else words.plain_word(word),
                own.name if own.is_file() else None,
            )
        )  # fmt: skip


def _export(session: Session, file: Path, own: Path) -> None:
    from importlib import resources

    from ci_cli.output.atomic import write_atomic_text

    if file.exists():
        raise CiError(
            "rules-exist",
            msg("{path} already exists.", path=str(file)),
            hint=msg("Choose another name; nothing was written."),
            exit_code=ExitCode.DECIDE,
        )
    text = resources.files("ci_cli").joinpath("data/value_synonyms.yaml").read_text("utf-8")
    with write_atomic_text(file) as handle:
        handle.write(text)
    session.say(
        Note(msg("Wrote {path}. Words in {own} beside the store are used.", path=str(file),
                 own=own.name))
    )  # fmt: skip
