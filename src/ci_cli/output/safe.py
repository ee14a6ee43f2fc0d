"""Make hostile text harmless: text from files is shown, never obeyed.

A customer's name can hold escape sequences that repaint a terminal, direction marks that reverse
what is read, formulas that a spreadsheet runs, or a path that leaves the chosen folder. Whatever
leaves the program as text passes through one of these functions first.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

# Letters and marks that a font draws as nothing; the rest of the invisible have a category.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_MNEMONIC = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Spaces that people type: only the line and paragraph separators are left out.
_HIDDEN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))

# In files: everything a terminal, a line-based reader or XML would trip over. Line feed and tab
# are data there, and zero-width joiners belong to names that must come back as they went.
_UNFIT_FOR_FILES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)

_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")

_RESERVED_NAMES = frozenset(
    ["CON", "PRN", "AUX", "NUL", *(f"{p}{n}" for p in ("COM", "LPT") for n in range(1, 10))]
)
_UNFIT_FOR_NAMES = re.compile(r'[/\\:*?"<>|]')
_NAME_BYTES = 200  # of the 255 that file systems allow: room for suffixes such as .rejects.csv

_UNFIT_FOR_SHEETS = re.compile(r"[\[\]:*?/\\]")
_SHEET_NAME_UNITS = 31


def visible(character: str) -> str:
    r"""Return the written form of one character: ``\x1b``, ``\u202e``, ``\n``."""
    known = _MNEMONIC.get(character)
    if known is not None:
        return known
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def is_hidden(character: str) -> bool:
    """Tell whether a character acts on what shows it, or is drawn as nothing."""
    if character in _INVISIBLE or unicodedata.category(character) in _HIDDEN_CATEGORIES:
        return True
    code = ord(character)
    # Characters that are unassigned for ever, or reserved to be drawn as nothing. Other
    # unassigned ones may be letters of a newer Unicode than this Python knows.
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or 0xE0080 <= code <= 0xE00FF


def safe_text(text: str) -> str:
    r"""Return ``text`` as one line in which nothing acts and nothing is hidden.

    Every control (line feed and tab too), direction mark, zero-width and format character, lone
    surrogate and line separator is replaced by its written form, such as ``\x1b``.
    """
    if text.isprintable() and _INVISIBLE.isdisjoint(text):
        return text
    return "".join(visible(c) if is_hidden(c) else c for c in text)


def file_text(text: str) -> str:
    r"""Return ``text`` fit for a cell of a file; line feeds and tabs stay, ``\r\n`` becomes ``\n``.

    Controls, direction marks and characters that utf-8 or XML cannot hold become visible;
    zero-width joiners stay, so that a name read back is the name that was written.
    """
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n")
    return _UNFIT_FOR_FILES.sub(lambda match: visible(match.group()), text)


def spreadsheet_text(text: str) -> str:
    """Return ``text`` so that a spreadsheet opening the csv takes it as text, never as a formula.

    A cell that begins with ``= + - @``, their full-width forms, tab, CR or LF gets an apostrophe
    before it (OWASP, "CSV injection"). So does one that begins with apostrophes followed by one of
    these, which makes :func:`unguarded` exact. Only for text: numbers never come here.
    """
    start = text.lstrip("'")[:1]
    return f"'{text}" if start in _FORMULA_STARTS else text


def stand_in_spreadsheets(whole: str, texts: Iterable[str]) -> bool:
    """Tell whether ``file_text`` and ``spreadsheet_text`` leave all ``texts`` as they are.

    Args:
        whole: the texts joined without anything between them.
        texts: any number.
    """
    starts = set(map(operator.itemgetter(slice(1)), texts))
    return whole.isprintable() and starts.isdisjoint(_FORMULA_STARTS | {"'"})


def unguarded(text: str) -> str:
    """Return what :func:`spreadsheet_text` was given."""
    if text.startswith("'") and spreadsheet_text(text[1:]) == text:
        return text[1:]
    return text


def is_plain_number(text: str) -> bool:
    """Tell whether ``text`` is only a number such as -5 or 00123, which no spreadsheet runs."""
    return _PLAIN_NUMBER.fullmatch(text) is not None


def safe_filename(name: str, folder: Path) -> Path:
    """Return a path for ``name`` that lies directly inside ``folder``.

    Separators, controls and characters that some file system refuses become ``_``; names that
    Windows reserves and leading dots or dashes are disarmed; long names are cut before the suffix.

    Raises:
        ValueError: if the result would still lie outside ``folder`` (it cannot, and is checked).
    """
    cleaned = "".join("_" if is_hidden(c) else c for c in name)
    cleaned = _UNFIT_FOR_NAMES.sub("_", cleaned).strip(" .").lstrip("-~ ")
    stem, dot, suffix = cleaned.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, dot, suffix = cleaned, "", ""
    if stem.split(".")[0].strip().upper() in _RESERVED_NAMES:
        stem = f"_{stem}"
    ending = f"{dot}{suffix}"
    room = _NAME_BYTES - len(ending.encode())
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(" .") or "unnamed"
    path = folder / f"{stem}{ending}"
    if path.resolve().parent != folder.resolve():
        raise ValueError("a file name must stay inside its folder")
    return path


def utf16_length(text: str) -> int:
    """Return the length that Excel counts: code units of UTF-16."""
    return len(text) + sum(1 for c in text if ord(c) > 0xFFFF)


def safe_sheet_name(name: str, taken: set[str]) -> str:
    r"""Return a name that Excel accepts for a sheet and that is not in ``taken`` yet.

    At most 31 UTF-16 units, none of ``[ ] : * ? / \``, no apostrophe at either end, not
    "History" (reserved), unique whatever the case. The lower-cased result is added to ``taken``.
    """
    cleaned = _UNFIT_FOR_SHEETS.sub("_", safe_text(name).replace("\\", "_")).strip(" '")
    cleaned = _cut(cleaned, _SHEET_NAME_UNITS) or "Sheet"
    if cleaned.lower() == "history":
        cleaned += "_"
    candidate, number = cleaned, 2
    while candidate.lower() in taken:
        tail = f" ({number})"
        candidate = _cut(cleaned, _SHEET_NAME_UNITS - len(tail)) + tail
        number += 1
    taken.add(candidate.lower())
    return candidate


def _cut(text: str, units: int) -> str:
    while utf16_length(text) > units:
        text = text[:-1]
    return text.rstrip(" '")
