"""Every sentence that a person reads, in the person's language.

Rooms below ``output`` and ``cli`` never translate: they hand over a :class:`Msg`, a sentence with
named gaps, and whoever writes for people calls :func:`translate`. So a report computed in one
language can be read in another, and figures never depend on the language.
"""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MOST_NAMES = 20  # of a list in a sentence: a file may have thousands of columns
LANGUAGES = ("en", "zh")
DOMAIN = "ci_cli"
_LOCALE_DIR = Path(__file__).parent / "locale"
_current: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


@dataclass(frozen=True)
class Msg:
    """A sentence with named gaps: ``Msg("{n} rows read", {"n": 5})``.

    ``str()`` gives the English sentence; :func:`translate` the one in the active language.
    A gap may hold another :class:`Msg`.
    """

    text: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.params) if self.params else self.text


def msg(text: str, /, **params: Any) -> Msg:
    """Mark ``text`` for translation and fill its gaps later; the catalogue is made from here."""
    return Msg(text, params)


def listed(names: Sequence[str]) -> Msg | str:
    """Return names with commas between them; of many, the first and the number of the others."""
    shown = ", ".join(names[:MOST_NAMES])
    if len(names) <= MOST_NAMES:
        return shown
    return msg("{names} … and {n} more", names=shown, n=len(names) - MOST_NAMES)


def activate(language: str) -> None:
    """Make ``language`` ("en" or "zh") the one that :func:`translate` speaks.

    An unknown language speaks English: a wrong ``LANG`` must never stop a report.
    """
    global _current, _language
    _language = language if language in LANGUAGES else "en"
    _current = gettext.translation(
        DOMAIN, localedir=_LOCALE_DIR, languages=[_language], fallback=True
    )


def language() -> str:
    """Return the active language."""
    return _language


def translate(message: Msg | str) -> str:
    """Return ``message`` in the active language; plain text (names, codes) comes back as it is."""
    if isinstance(message, str):
        return message
    pattern = _current.gettext(message.text)
    if not message.params:
        return pattern
    gaps = {
        key: translate(value) if isinstance(value, Msg) else value
        for key, value in message.params.items()
    }
    return pattern.format(**gaps)


def _(text: str) -> str:
    """Translate at once; only for help texts, which Typer wants as plain strings."""
    return _current.gettext(text)
