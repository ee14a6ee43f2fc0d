"""The command tree: which module holds which group."""

from __future__ import annotations

import typer

from ci_cli.cli import (
    customer_commands,
    db_commands,
    dedupe_commands,
    dedupe_review_commands,
    dedupe_scan_commands,
    export_commands,
    health_backtest_command,
    health_commands,
    import_commands,
    import_journal_commands,
    import_map_commands,
    import_preview_commands,
    log_commands,
    log_reports,
    procat_commands,
    rfm_commands,
    similar_command,
    top_commands,
)
from ci_cli.cli.defaults import DefaultCommandGroup
from ci_cli.text import _


def register(app: typer.Typer) -> None:
    """Add every command to ``app``."""
    top_commands.register(app)
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
    customer = _group(app, "customer", _("Look up and edit customers."))
    customer_commands.register(customer)
    similar_command.register(customer)
    log = _group(app, "log", _("Note calls, visits, promises; see who is to be called."))
    log_commands.register(log)
    log_reports.register(log)
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
    db_commands.register(_group(app, "db", _("Look after the store: figures, backup, checks.")))


def _group(
    app: typer.Typer, name: str, description: str, *, cls: type[DefaultCommandGroup] | None = None
) -> typer.Typer:
    group = typer.Typer(
        name=name, help=description, no_args_is_help=True, cls=cls, rich_markup_mode=None
    )
    app.add_typer(group, name=name)
    return group
