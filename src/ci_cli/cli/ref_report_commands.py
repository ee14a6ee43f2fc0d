"""``ci-cli report references``: how the reference programme stands."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
