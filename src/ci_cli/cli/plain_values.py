"""Take typed words as they stand where there is nothing to check.

Typer has pydantic check every value, a default too, and loading pydantic takes a third of the start
of a command. Text, a path without conditions and the default of a number without limits are taken
as they are; everything else, and whatever looks odd, is checked as before.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup


class PlainCommand(TyperCommand):
    """A command that loads pydantic only for values that need it."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, ``--help`` too; they look at their values first."""
        return _looking_first(super().get_params(ctx))


class PlainGroup(TyperGroup):
    """A group that loads pydantic only for values that need it."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, ``--help`` too; they look at their values first."""
        return _looking_first(super().get_params(ctx))


def _looking_first(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        if "get_runtime_param" not in vars(parameter):
            as_typed = _AsTyped(parameter.type_descriptor, parameter.get_runtime_param)
            parameter.get_runtime_param = lambda as_typed=as_typed: as_typed
    return parameters


class _AsTyped:
    """Gives values on as they are, or to Typer where something is to be checked."""

    def __init__(self, descriptor: Any, checked: Callable[[], Any]) -> None:
        self.kind = descriptor.annotation
        self.info = descriptor.parameter_info
        self.checked = checked

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return what the command is given for ``value``, as Typer's own does."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        if self._is_plain(value):
            return Path(value) if self.kind is Path else value
        return self.checked().coerce(value, param=param, ctx=ctx)

    def _is_plain(self, value: Any) -> bool:
        info = self.info
        if info.parser is not None:
            return False
        if self.kind in (int, float):
            return type(value) is self.kind and info.min is None and info.max is None
        if not isinstance(value, str):
            return False
        return self.kind is str or (self.kind is Path and self._is_plain_path(value))

    def _is_plain_path(self, text: str) -> bool:
        info = self.info
        if info.exists or info.writable or info.resolve_path or info.path_type is not None:
            return False
        if not (info.file_okay and info.dir_okay):
            return False
        try:
            there = Path(text).exists()
        except OSError:  # a name that the system cannot look up: whoever opens it says why
            return True
        return not there or os.access(text, os.R_OK)
