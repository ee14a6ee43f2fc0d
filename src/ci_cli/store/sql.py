"""The text of queries: every query for reports is a portable ``.sql`` file in ``facts``."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def query(name: str) -> str:
    """Return the text of ``facts/NAME.sql``."""
    return resources.files(__package__).joinpath(f"facts/{name}.sql").read_text(encoding="utf-8")
