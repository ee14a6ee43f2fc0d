"""The text of queries: every query for reports is a portable ``.sql`` file in ``facts``."""

from __future__ import annotations

from functools import cache
from importlib import resources

SHOWN_CHARACTERS = 60
# the beginning of what an interaction i says
_SAID = "coalesce(i.subject || ': ', '') || coalesce(i.text, '')"
WHAT_WAS_SAID = (
    f"CASE WHEN length({_SAID}) > {SHOWN_CHARACTERS}"
    f" THEN substr({_SAID}, 1, {SHOWN_CHARACTERS - 1}) || '…' ELSE {_SAID} END"
)


@cache
def query(name: str) -> str:
    """Return the text of ``facts/NAME.sql``."""
    return resources.files(__package__).joinpath(f"facts/{name}.sql").read_text(encoding="utf-8")
