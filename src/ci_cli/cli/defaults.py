"""A group that runs its default command when the first word is no command of its own."""

from __future__ import annotations

from typing import Any

from ci_cli.cli.plain_values import PlainGroup

DEFAULT = "run"


class DefaultCommandGroup(PlainGroup):
    """``ci-cli import orders.csv`` means ``ci-cli import run orders.csv``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command in front of words that are files or options."""
        help_names = ctx.help_option_names
        if args and args[0] not in self.commands and args[0] not in help_names:
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)
