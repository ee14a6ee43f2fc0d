"""When two spellings count as the same for linking a fact to a customer. Deliberately strict.

Finding records that are merely alike is the business of ``dedupe``; here only differences that
carry no meaning are taken away: width, case, spaces, punctuation.
"""

from __future__ import annotations

import re
import unicodedata


def exact_name(text: str) -> str:
    """Return ``text`` in NFKC with outer space removed: the key of a record without an id."""
    return unicodedata.normalize("NFKC", text).strip()


def name_key(text: str | None) -> str | None:
    """Return letters and digits of ``text``, NFKC and case folded; None when nothing is left."""
    if not text:
        return None
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum()) or None


def phone_key(text: str | None) -> str | None:
    """Return the digits of a phone number; None when there are too few to identify anybody."""
    if not text:
        return None
    digits = "".join(char for char in unicodedata.normalize("NFKC", text) if char.isdigit())
    return digits if len(digits) >= 7 else None


def email_key(text: str | None) -> str | None:
    """Return an e-mail address in lower case without outer space, or None."""
    if not text or "@" not in text:
        return None
    return unicodedata.normalize("NFKC", text).strip().lower()


NAME_PARTS = ("contact.first_name", "contact.last_name")
_HAN = re.compile(r"[\u3400-\u9fff]")


def person_name(first: str | None, last: str | None) -> str | None:
    """Return the whole name of a person; Chinese ones have the family name in front."""
    if not first or not last:
        return first or last or None
    return f"{last}{first}" if _HAN.search(first) and _HAN.search(last) else f"{first} {last}"
