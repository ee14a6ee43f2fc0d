"""The command tree: which module holds which command, loaded when somebody types it.

Loading every module and describing every option takes longer than most commands do, so each branch
of the tree is built when it is asked for: by its name, or all of them by the help.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from ci_cli.cli.defaults import DefaultCommandGroup
from ci_cli.cli.plain_values import PlainGroup
from ci_cli.text import _


class Branch(NamedTuple):
    """One group of commands."""

    help: Callable[[], str]  # in the language of the moment
    register: Callable[[typer.Typer], None]  # adds the commands
    cls: type[PlainGroup] = PlainGroup


class Branches(Mapping[str, Any]):
    """The commands and groups that can follow ``ci-cli``, in the order of the help."""

    def __init__(self) -> None:
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """Return the command or group (Typer's own object) of that name."""
        if name not in self._built:
            around = typer.Typer(rich_markup_mode=None)
            if name in _SINGLE:
                _SINGLE[name](around)
            else:
                branch = _GROUPS[name]
                branch.register(_group(around, name, branch.help(), cls=branch.cls))
            self._built.update(typer.main.get_group(around).commands)
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        yield from _SINGLE
        yield from _GROUPS

    def __len__(self) -> int:
        return len(_SINGLE) + len(_GROUPS)

    def titles(self) -> dict[str, Any]:
        """Return what the help needs of each: the commands themselves, a title for each group."""
        titles = {name: branch.help() for name, branch in _GROUPS.items()}
        return {
            name: TyperCommand(name=name, help=titles[name], short_help=titles[name])
            if name in titles
            else self[name]
            for name in self
        }


class Root(PlainGroup):
    """``ci-cli`` itself, which lists its groups without loading them."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = Branches()

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the section of the help that lists what there is."""
        TyperGroup(commands=self.commands.titles()).format_commands(ctx, formatter)


def _top(app: typer.Typer) -> None:
    from ci_cli.cli import top_commands

    top_commands.register(app)


def _check(app: typer.Typer) -> None:
    from ci_cli.cli.acting import check_all_commands

    check_all_commands.register(app)


def _run(app: typer.Typer) -> None:
    from ci_cli.cli.jobs import run_command

    run_command.register(app)


def _doctor(app: typer.Typer) -> None:
    from ci_cli.cli.programme import doctor_command

    doctor_command.register(app)


def _search(app: typer.Typer) -> None:
    from ci_cli.cli.customers import search_commands

    search_commands.register(app)


def _today(app: typer.Typer) -> None:
    from ci_cli.cli.customers import today_commands

    today_commands.register(app)


def _import(imports: typer.Typer) -> None:
    from ci_cli.cli.imports import (
        import_commands,
        import_journal_commands,
        import_map_commands,
        import_preview_commands,
    )

    import_commands.register(imports)
    import_preview_commands.register(imports)
    import_journal_commands.register(imports)
    import_map_commands.register(_group(imports, "map", _("Saved decisions on shapes of files.")))


def _export(group: typer.Typer) -> None:
    from ci_cli.cli.imports import export_commands

    export_commands.register(group)


def _customer(customers: typer.Typer) -> None:
    from ci_cli.cli.customers import (
        brief_commands,
        changes_commands,
        contact_commands,
        customer_card_command,
        customer_commands,
        handover_commands,
        phase_commands,
        similar_command,
        view_commands,
    )
    from ci_cli.cli.talks import learnt_commands

    customer_commands.register(customers)
    customer_card_command.register(customers)
    phase_commands.register(customers)
    contact_commands.register(_group(customers, "contact", _("Who to ask at a customer.")))
    view_commands.register(_group(customers, "view", _("Lists of customers kept by name.")))
    brief_commands.register(customers)
    changes_commands.register(customers)
    handover_commands.register(customers)
    similar_command.register(customers)
    learnt_commands.register_lost(customers)


def _log(log: typer.Typer) -> None:
    from ci_cli.cli.talks import learnt_commands, log_commands, log_reports

    log_commands.register(log)
    log_reports.register(log)
    learnt_commands.register(log)


def _tag(tag: typer.Typer) -> None:
    from ci_cli.cli.talks import tag_commands, tag_rules_commands

    tag_commands.register(tag)
    tag_rules_commands.register(_group(tag, "rules", _("Rules that find tags.")))


def _feedback(feedback: typer.Typer) -> None:
    from ci_cli.cli.talks import feedback_commands, feedback_reports, survey_commands

    feedback_commands.register(feedback)
    feedback_reports.register(feedback)
    survey_commands.register(
        _group(feedback, "survey", _("Ask customers, and take their answers in.")), feedback
    )


def _dedupe(dedupe: typer.Typer) -> None:
    from ci_cli.cli.dedupe import dedupe_commands, dedupe_review_commands, dedupe_scan_commands

    dedupe_scan_commands.register(dedupe)
    dedupe_review_commands.register(dedupe)
    dedupe_commands.register(dedupe)


def _rfm(group: typer.Typer) -> None:
    from ci_cli.cli.selling import rfm_commands

    rfm_commands.register(group)


def _health(health: typer.Typer) -> None:
    from ci_cli.cli.health import health_backtest_command, health_commands

    health_commands.register(health)
    health_backtest_command.register(health)
    health_commands.register_profiles(
        _group(health, "profile", _("What counts how much, by industry."))
    )


def _procat(group: typer.Typer) -> None:
    from ci_cli.cli.selling import procat_commands

    procat_commands.register(group)


def _ref(ref: typer.Typer) -> None:
    from ci_cli.cli.references import (
        ref_board_commands,
        ref_commands,
        ref_consents_command,
        ref_invite_command,
        ref_quote_commands,
        ref_request_commands,
        ref_search_commands,
        ref_thanks_commands,
    )

    ref_commands.register(ref)
    ref_invite_command.register(ref)
    ref_consents_command.register(ref)
    ref_search_commands.register(ref)
    ref_request_commands.register(
        _group(ref, "request", _("Who needs a reference for which deal, and what came of it."))
    )
    ref_quote_commands.register(
        _group(ref, "quote", _("The words of customers, and whether they may be shown."))
    )
    ref_thanks_commands.register(ref)
    ref_board_commands.register(
        _group(ref, "board", _("The advisory group of customers: terms and meetings."))
    )
    ref_thanks_commands.register_rewards(
        _group(ref, "reward", _("What references got for their help."))
    )


def _action(action: typer.Typer) -> None:
    from ci_cli.cli.acting import action_commands, notify_command

    action_commands.register(action)
    notify_command.register(action)


def _goal(goals: typer.Typer) -> None:
    from ci_cli.cli.programme import goal_commands, stakeholder_commands

    goal_commands.register(goals)
    stakeholder_commands.register(
        _group(goals, "stakeholder", _("Who wants which report, and why."))
    )


def _report(report: typer.Typer) -> None:
    from ci_cli.cli.acting import impact_commands
    from ci_cli.cli.programme import (
        adoption_command,
        exec_command,
        pivot_commands,
        pivot_presets,
        standing_commands,
        vertical_commands,
    )
    from ci_cli.cli.references import ref_report_commands, referral_command, testimony_commands
    from ci_cli.cli.selling import report_commands
    from ci_cli.cli.talks import contact_reports, voice_reports

    report_commands.register(report)
    adoption_command.register(report)
    contact_reports.register(report)
    voice_reports.register(report)
    impact_commands.register(report)
    ref_report_commands.register(report)
    testimony_commands.register(report)
    pivot_commands.register(report)
    pivot_presets.register(report)
    vertical_commands.register(report)
    standing_commands.register(report)
    exec_command.register(report)
    referral_command.register(report)


def _db(db: typer.Typer) -> None:
    from ci_cli.cli.upkeep import (
        db_commands,
        fields_command,
        privacy_commands,
        quality_command,
        retain_command,
        sources_command,
    )

    db_commands.register(db)
    fields_command.register(db)
    quality_command.register(db)
    sources_command.register(db)
    privacy = _group(db, "privacy", _("What is known of a person: hand it out, or erase it."))
    privacy_commands.register_privacy(privacy)
    retain_command.register(privacy)
    privacy_commands.register_audit(_group(db, "audit", _("What was taken out of the store.")))


_SINGLE: dict[str, Callable[[typer.Typer], None]] = {
    "init": _top,
    "sql": _top,
    "version": _top,
    "check": _check,
    "run": _run,
    "doctor": _doctor,
    "search": _search,
    "today": _today,
}
_GROUPS = {
    "import": Branch(
        lambda: _("Bring spreadsheets in, look at what came in, take it back."),
        _import,
        DefaultCommandGroup,
    ),
    "export": Branch(lambda: _("Take customers, contacts and orders out again."), _export),
    "customer": Branch(lambda: _("Look up and edit customers."), _customer),
    "log": Branch(lambda: _("Note calls, visits, promises; see who is to be called."), _log),
    "tag": Branch(lambda: _("What customers do, as tags that move whom to call first."), _tag),
    "feedback": Branch(
        lambda: _("What customers say and want; surveys; whom to ask; what weighs most."), _feedback
    ),
    "dedupe": Branch(lambda: _("Find, merge and split records of the same customer."), _dedupe),
    "rfm": Branch(
        lambda: _("Who buys how recently, how often, for how much; who is silent."), _rfm
    ),
    "health": Branch(lambda: _("How healthy each customer is, from 0 to 100, and why."), _health),
    "procat": Branch(lambda: _("Revenue by product category by month."), _procat),
    "ref": Branch(lambda: _("Customers who vouch for us: consent, match, requests, thanks."), _ref),
    "action": Branch(
        lambda: _("What is done about alarms and customers, and what came of it."), _action
    ),
    "goal": Branch(
        lambda: _("What is to be reached by when, and whether it is on its way."), _goal
    ),
    "report": Branch(lambda: _("Reports across customers, products and actions."), _report),
    "db": Branch(lambda: _("Look after the store: figures, backup, checks."), _db),
}


def _group(
    app: typer.Typer, name: str, description: str, *, cls: type[PlainGroup] = PlainGroup
) -> typer.Typer:
    group = typer.Typer(
        name=name, help=description, no_args_is_help=True, cls=cls, rich_markup_mode=None
    )
    app.add_typer(group, name=name)
    return group
