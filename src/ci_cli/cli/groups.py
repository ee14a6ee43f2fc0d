"""The command tree: which module holds which group."""

from __future__ import annotations

import typer

from ci_cli.cli import (
    action_commands,
    adoption_command,
    brief_commands,
    changes_commands,
    check_all_commands,
    contact_commands,
    contact_reports,
    customer_card_command,
    customer_commands,
    db_commands,
    dedupe_commands,
    dedupe_review_commands,
    dedupe_scan_commands,
    doctor_command,
    exec_command,
    export_commands,
    feedback_commands,
    feedback_reports,
    fields_command,
    goal_commands,
    handover_commands,
    health_backtest_command,
    health_commands,
    impact_commands,
    import_commands,
    import_journal_commands,
    import_map_commands,
    import_preview_commands,
    learnt_commands,
    log_commands,
    log_reports,
    notify_command,
    phase_commands,
    pivot_commands,
    pivot_presets,
    privacy_commands,
    procat_commands,
    ref_commands,
    ref_quote_commands,
    ref_report_commands,
    ref_request_commands,
    ref_search_commands,
    ref_thanks_commands,
    referral_command,
    report_commands,
    retain_command,
    rfm_commands,
    run_command,
    search_commands,
    similar_command,
    stakeholder_commands,
    standing_commands,
    survey_commands,
    tag_commands,
    tag_rules_commands,
    today_commands,
    top_commands,
    vertical_commands,
    view_commands,
    voice_reports,
)
from ci_cli.cli.defaults import DefaultCommandGroup
from ci_cli.text import _


def register(app: typer.Typer) -> None:
    """Add every command to ``app``."""
    top_commands.register(app)
    check_all_commands.register(app)
    run_command.register(app)
    doctor_command.register(app)
    search_commands.register(app)
    today_commands.register(app)
    imports = _group(
        app,
        "import",
        _("Bring spreadsheets in, look at what came in, take it back."),
        cls=DefaultCommandGroup,
    )
    import_commands.register(imports)
    import_preview_commands.register(imports)
    import_journal_commands.register(imports)
    import_map_commands.register(_group(imports, "map", _("Saved decisions on shapes of files.")))
    export_commands.register(
        _group(app, "export", _("Take customers, contacts and orders out again."))
    )
    customers = _group(app, "customer", _("Look up and edit customers."))
    customer_commands.register(customers)
    customer_card_command.register(customers)
    phase_commands.register(customers)
    contact_commands.register(_group(customers, "contact", _("Who to ask at a customer.")))
    view_commands.register(_group(customers, "view", _("Lists of customers kept by name.")))
    brief_commands.register(customers)
    changes_commands.register(customers)
    handover_commands.register(customers)
    similar_command.register(customers)
    log = _group(app, "log", _("Note calls, visits, promises; see who is to be called."))
    log_commands.register(log)
    log_reports.register(log)
    learnt_commands.register(log, customers)
    tag = _group(app, "tag", _("What customers do, as tags that move whom to call first."))
    tag_commands.register(tag)
    tag_rules_commands.register(_group(tag, "rules", _("Rules that find tags.")))
    feedback = _group(
        app, "feedback", _("What customers say and want; surveys; whom to ask; what weighs most.")
    )
    feedback_commands.register(feedback)
    feedback_reports.register(feedback)
    survey_commands.register(
        _group(feedback, "survey", _("Ask customers, and take their answers in.")), feedback
    )
    dedupe = _group(app, "dedupe", _("Find, merge and split records of the same customer."))
    dedupe_scan_commands.register(dedupe)
    dedupe_review_commands.register(dedupe)
    dedupe_commands.register(dedupe)
    rfm_commands.register(
        _group(app, "rfm", _("Who buys how recently, how often, for how much; who is silent."))
    )
    health = _group(app, "health", _("How healthy each customer is, from 0 to 100, and why."))
    health_commands.register(health)
    health_backtest_command.register(health)
    health_commands.register_profiles(
        _group(health, "profile", _("What counts how much, by industry."))
    )
    procat_commands.register(_group(app, "procat", _("Revenue by product category by month.")))
    ref = _group(app, "ref", _("Customers who vouch for us: consent, match, requests, thanks."))
    ref_commands.register(ref)
    ref_search_commands.register(ref)
    ref_request_commands.register(
        _group(ref, "request", _("Who needs a reference for which deal, and what came of it."))
    )
    ref_quote_commands.register(
        _group(ref, "quote", _("The words of customers, and whether they may be shown."))
    )
    ref_thanks_commands.register(ref)
    ref_thanks_commands.register_rewards(
        _group(ref, "reward", _("What references got for their help."))
    )
    action = _group(
        app, "action", _("What is done about alarms and customers, and what came of it.")
    )
    action_commands.register(action)
    notify_command.register(action)
    goals = _group(app, "goal", _("What is to be reached by when, and whether it is on its way."))
    goal_commands.register(goals)
    stakeholder_commands.register(
        _group(goals, "stakeholder", _("Who wants which report, and why."))
    )
    report = _group(app, "report", _("Reports across customers, products and actions."))
    report_commands.register(report)
    adoption_command.register(report)
    contact_reports.register(report)
    voice_reports.register(report)
    impact_commands.register(report)
    ref_report_commands.register(report)
    pivot_commands.register(report)
    pivot_presets.register(report)
    vertical_commands.register(report)
    standing_commands.register(report)
    exec_command.register(report)
    referral_command.register(report)
    db = _group(app, "db", _("Look after the store: figures, backup, checks."))
    db_commands.register(db)
    fields_command.register(db)
    privacy = _group(db, "privacy", _("What is known of a person: hand it out, or erase it."))
    privacy_commands.register_privacy(privacy)
    retain_command.register(privacy)
    privacy_commands.register_audit(_group(db, "audit", _("What was taken out of the store.")))


def _group(
    app: typer.Typer, name: str, description: str, *, cls: type[DefaultCommandGroup] | None = None
) -> typer.Typer:
    group = typer.Typer(
        name=name, help=description, no_args_is_help=True, cls=cls, rich_markup_mode=None
    )
    app.add_typer(group, name=name)
    return group
