"""Phones, e-mail addresses and web sites in the form in which they can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from ci_cli.dedupe.clean.text import fold, has_han
from ci_cli.dedupe.clean.vocabulary import read_list

MAX_LENGTH = 400
_NUMBER_CHARS = re.compile(r"[+(]?[\d(+][\d\s().\-/·,;]*\d|\d")
_EXTENSION = re.compile(
    r"(?:\s*(?:转接|转|分机号?|内线|extension|ext|durchwahl|dw|#|x|\*)[\s.:]*(\d{1,6}))\s*$"
    r"|(?<=\d{7})\s*[-—]\s*(\d{2,4})$"
)
_CN_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})$")
_SPLIT = re.compile(
    r"[;,|\n]|\s/\s|/(?=\s*(?:\+|0|1[3-9]\d))|(?<=\d{7})\s+(?=1[3-9]\d{9}\b)| or | und | and |或|及"
)
_EMAIL = re.compile(r"[a-z0-9._%+'&=~!#$*/?^`{|}\-]+@(?:[\w\-]+\.)+[^\W\d_][\w\-]+")
_HOST = re.compile(r"(?:[a-z][a-z0-9+.\-]*:)?(?://)?(?:[^/@\s]*@)?((?:[\w\-]+\.)+[^\W\d_][\w\-]*)")
_NOT_DIGITS = re.compile(r"[^0-9]+")
# one number and nothing around it, as most cells have it
_SINGLE = re.compile(r"\s*\+?[0-9 ]+\s*", re.ASCII)
_LONGEST_SINGLE = 18
_NO_DOTS = frozenset({"gmail.com", "googlemail.com"})
_ROLE_NUMBER = re.compile(r"[\d._\-]+$")


class Phone(NamedTuple):
    """A phone number.

    Attributes:
        number: international form, ``+8657188886666``, where the number is valid; else its digits.
        extension: digits behind 转, ext., x.
        kind: mobile, fixed, service (400, 800, shared cost), other; "" where it is not valid.
        last: the last seven digits (fewer where the number is shorter), for blocking.
    """

    number: str
    extension: str = ""
    kind: str = ""
    last: str = ""


class Email(NamedTuple):
    """An e-mail address.

    Attributes:
        address: small letters, nothing else changed.
        variant: the mailbox it reaches: without +tag, at Google without dots.
        local: what stands before the @ of ``variant``.
        domain: what stands behind it.
        role: True for info@, sales@, …: several people read it.
        free: True where anybody gets an address of this domain.
    """

    address: str
    variant: str
    local: str
    domain: str
    role: bool
    free: bool


class Website(NamedTuple):
    """The host of a web address without ``www.``, and the domain that was registered."""

    host: str
    domain: str
    free: bool


class _Contacts(NamedTuple):
    free: frozenset[str]
    roles: frozenset[str]
    two_level: frozenset[str]


@lru_cache(maxsize=1)
def _lists() -> _Contacts:
    table = read_list("contacts")
    return _Contacts(
        frozenset(table["free_mail"].split()),
        frozenset(table["roles"].split()),
        frozenset(table["two_level"].split()),
    )


def default_region(texts: Iterable[str | None]) -> str:
    """Return the country that numbers without a country code belong to: CN, or "" if unknown.

    CN where the texts (any fields of the store) hold Chinese or numbers like Chinese mobiles.

    Args:
        texts: a sample; a few hundred are enough.
    """
    chinese = seen = 0
    for text in texts:
        if text:
            seen += 1
            digits = re.sub(r"[\s\-]", "", text)
            chinese += has_han(text) or _CN_MOBILE.match(digits) is not None
    return "CN" if seen and chinese * 5 >= seen else ""


def phone(text: str, region: str = "CN") -> Phone | None:
    """Return the first phone number of ``text``; None where there are fewer than five digits.

    Args:
        text: as typed: ``0571-88886666 转 8001``, ``(86) 138 0013 8000``, ``+49 (0)30 123456``.
        region: two-letter country of numbers without a country code; "" if unknown. A Chinese
            mobile number is known by its shape unless it is valid in ``region``.
    """
    for part in _SPLIT.split(fold(text[:MAX_LENGTH])):
        found = _one_phone(part, region)
        if found:
            return found
    return None


def phones(text: str, region: str = "CN") -> list[Phone]:
    """Return every phone number of a cell."""
    if len(text) <= _LONGEST_SINGLE and _SINGLE.fullmatch(text):
        found = [_read_phone(text.strip(), "", region)]
        return [number for number in found if number]
    parts = _SPLIT.split(fold(text[:MAX_LENGTH]))
    several = (_one_phone(part, region) for part in parts)
    return list(dict.fromkeys(number for number in several if number))


@lru_cache(maxsize=65536)
def _one_phone(text: str, region: str) -> Phone | None:
    text = text.replace("(0)", "").strip()
    extension = ""
    behind = _EXTENSION.search(text)
    if behind and sum(char.isdigit() for char in text[: behind.start()]) >= 7:
        extension = behind[1] or behind[2]
        text = text[: behind.start()]
    return _read_phone(text, extension, region)


def _read_phone(text: str, extension: str, region: str) -> Phone | None:
    found = _NUMBER_CHARS.search(text)
    if not found:
        return None
    digits = _NOT_DIGITS.sub("", found[0])
    if len(digits) < 5:
        return None
    plus = found[0].lstrip("(").startswith("+")
    mobile = _CN_MOBILE.match(digits)
    if mobile and (len(digits) > 11 or (region == "CN" and not plus)):
        return Phone(f"+86{mobile[1]}", extension, "mobile", digits[-7:])
    parsed = _parse(f"+{digits}" if plus else digits, region)
    if parsed is None and mobile and not plus:
        return Phone(f"+86{mobile[1]}", extension, "mobile", digits[-7:])
    if parsed is None and not plus and digits.startswith("00"):
        parsed = _parse(f"+{digits[2:]}", region)
    if parsed is None and not plus and digits.startswith("86") and len(digits) >= 12:
        parsed = _parse(f"+{digits}", region)
    if parsed is None:
        return Phone(digits, extension, "", digits[-7:])
    number, kind = parsed
    return Phone(number, extension, kind, number[-7:].lstrip("+"))


def _parse(text: str, region: str) -> tuple[str, str] | None:
    """Return (E.164 number, kind) of a valid number."""
    import phonenumbers

    library: Any = phonenumbers
    if not text.startswith("+") and not region:
        return None
    try:
        number = library.parse(text, region or None)
    except library.NumberParseException:
        return None
    kinds = library.PhoneNumberType
    found = library.number_type(number)
    if found == kinds.UNKNOWN:  # not valid
        return None
    kind = {
        kinds.MOBILE: "mobile",
        kinds.FIXED_LINE: "fixed",
        kinds.FIXED_LINE_OR_MOBILE: "fixed",
        kinds.TOLL_FREE: "service",
        kinds.SHARED_COST: "service",
        kinds.PREMIUM_RATE: "service",
    }.get(found, "other")
    return f"+{number.country_code}{library.national_significant_number(number)}", kind


def email(text: str) -> Email | None:
    """Return the first e-mail address of ``text``, or None."""
    if "@" not in text and "＠" not in text:
        return None
    folded = fold(text[:MAX_LENGTH]).replace(" @ ", "@")
    found = _EMAIL.search(folded)
    if not found:
        return None
    address = found[0].lstrip(".'")
    mailbox, _, domain = address.rpartition("@")
    if not mailbox:
        return None
    local = mailbox.partition("+")[0] or mailbox
    if domain in _NO_DOTS:
        local, domain = local.replace(".", "") or local, "gmail.com"
    return Email(
        address, f"{local}@{domain}", local, domain, is_role(local), domain in _lists().free
    )


def is_role(local: str) -> bool:
    """Say whether several people read what goes to this part before the @: info, sales, office2."""
    roles = _lists().roles
    return local in roles or _ROLE_NUMBER.sub("", local) in roles


def is_free(domain: str) -> bool:
    """Say whether anybody gets an address of this domain."""
    return domain in _lists().free


def website(text: str) -> Website | None:
    """Return the host and the registered domain of a web address or an e-mail domain, or None."""
    found = _HOST.match(fold(text[:MAX_LENGTH]).lstrip())
    if not found:
        return None
    host = found[1]
    while host.startswith(("www.", "m.")) and host.count(".") > 1:
        host = host.partition(".")[2]
    labels = host.split(".")
    lists = _lists()
    depth = 3 if ".".join(labels[-2:]) in lists.two_level else 2
    domain = ".".join(labels[-depth:])
    return Website(host, domain, domain in lists.free or host in lists.free)
