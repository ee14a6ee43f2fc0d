"""Numbers that identify a firm or a person: which kind, and whether the check digit is right.

Sources: GB 32100-2015 (social credit code, weights 3^i mod 31), GB 11714 (organisation code),
GB 11643 (identity card, ISO 7064 MOD 11-2), ISO 7064 MOD 11,10 (registration numbers of 15 digits,
German VAT); VAT shapes as the European Commission publishes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from ci_cli.dedupe.clean.text import fold

_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES = {sign: value for value, sign in enumerate(_CREDIT_SIGNS)}
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CARD_CHECKS = "10X98765432"
_CARD_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_CARD = re.compile(r"[1-9]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
_OLD_CARD = re.compile(r"[1-6]\d{5}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
_PROVINCES = frozenset({*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47),
                        *range(50, 55), *range(61, 66), 71, 81, 82, 83, 91})  # fmt: skip
# A Latin label needs something behind it: IVA0 may be a number.
_LABEL = re.compile(
    r"[\W_]*(?:(?:统一社会信用代码|社会信用代码|信用代码|纳税人识别号|税号|组织机构代码|营业执照|注册号|身份证|证件)"
    r"(?:号码?)?[\s.:#]*"
    r"|(?:vat(?:\s*(?:no|id|number|reg))?|ust-?id(?:-?nr)?|tax\s*(?:id|no)|tva|p\.?iva|iva|nif|cif|uscc)"
    r"[\s.:#]+)+"
)
_SIGNS = re.compile(r"[\W_]+")
# The capital letters that are typed for digits in codes without I, O, Z, S, V.
_MISREAD = str.maketrans("OIZS", "0125")


class IdNumber(NamedTuple):
    """A number and what it is.

    Attributes:
        value: capital letters and digits only.
        kind: credit (18 characters), register (15 digits), organisation (9), card (18), old_card
            (15), old_tax (15: district and organisation code), vat, or "" where nothing fits.
        valid: check digit right; None where there is none to check.
        country: two letters, "" if unknown.
        organisation: the 9 characters of the organisation code inside a Chinese number: the credit
            code of a firm and its older numbers share them.
    """

    value: str
    kind: str = ""
    valid: bool | None = None
    country: str = ""
    organisation: str = ""


@lru_cache(maxsize=65536)
def id_number(text: str) -> IdNumber | None:
    """Return what an identification number is; None without any letter or digit in it."""
    folded = fold(text[:120])
    label = _LABEL.match(folded)
    value = (
        _SIGNS.sub("", folded[label.end() if label else 0 :]).upper()
        or _SIGNS.sub("", folded).upper()
    )
    if not any(char.isalnum() for char in value):
        return None
    if not (value.isascii() and value.isalnum()):
        return IdNumber(value)
    return _chinese(value) or _vat(value) or IdNumber(value)


def _chinese(value: str) -> IdNumber | None:
    """Recognise Chinese numbers by length, shape and check digit."""
    length = len(value)
    if length == 18:
        return _of_18(value)
    if length == 15 and value.isdigit():
        register, card = is_register(value), _OLD_CARD.fullmatch(value) and _in_province(value)
        if register or not card:
            inner = value[6:]
            if not register and is_organisation(inner):
                return IdNumber(value, "old_tax", True, "CN", inner)
            return IdNumber(value, "register", register, "CN")
        return IdNumber(value, "old_card", None, "CN")
    if length == 15 and value[:6].isdigit() and is_organisation(value[6:]):
        return IdNumber(value, "old_tax", True, "CN", value[6:])
    if length == 9 and is_organisation(value) and not value.isdigit():
        return IdNumber(value, "organisation", True, "CN", value)
    return None


def _of_18(value: str) -> IdNumber | None:
    """A card has a birth date inside; where both shapes fit, the check digit decides."""
    card = _CARD.fullmatch(value) is not None and _in_province(value)
    if card and is_card(value):
        return IdNumber(value, "card", True, "CN")
    credit = value if _CREDIT.fullmatch(value) else value.translate(_MISREAD)
    if _CREDIT.fullmatch(credit):
        valid = is_credit(credit)
        if valid or (credit == value and not card):
            inner = credit[8:17]
            return IdNumber(credit, "credit", valid, "CN", inner if is_organisation(inner) else "")
    if card:
        return IdNumber(value, "card", False, "CN")
    return None


def _in_province(value: str) -> bool:
    return int(value[:2]) in _PROVINCES


def is_credit(value: str) -> bool:
    """Check a unified social credit code (GB 32100): Σ value x 3^i, 31 minus the rest."""
    if not _CREDIT.fullmatch(value):
        return False
    total = sum(
        _CREDIT_VALUES[sign] * weight for sign, weight in zip(value, _CREDIT_WEIGHTS, strict=False)
    )
    return _CREDIT_VALUES[value[17]] == (31 - total % 31) % 31


def is_organisation(value: str) -> bool:
    """Check an organisation code (GB 11714): eight signs and a check sign, X for ten."""
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", value):
        return False
    total = sum(
        int(sign, 36) * weight for sign, weight in zip(value, _ORGANISATION_WEIGHTS, strict=False)
    )
    return value[8] == "0123456789X0"[11 - total % 11]


def is_card(value: str) -> bool:
    """Check an identity card number of 18 signs (GB 11643)."""
    if not _CARD.fullmatch(value):
        return False
    total = sum(int(sign) * weight for sign, weight in zip(value, _CARD_WEIGHTS, strict=False))
    return _CARD_CHECKS[total % 11] == value[17]


def is_register(value: str) -> bool:
    """Check a registration number of 15 digits (ISO 7064 MOD 11,10)."""
    return len(value) == 15 and value.isdigit() and _mod_11_10(value)


def _mod_11_10(value: str) -> bool:
    product = 10
    for digit in value[:-1]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(value[-1])


def _weighted(value: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(value, weights, strict=False))


def _luhn(value: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(value))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _at(value: str) -> bool:
    total = sum(sum(divmod(int(d) * (1, 2)[i % 2], 10)) for i, d in enumerate(value[1:8]))
    return (10 - (total + 4) % 10) % 10 == int(value[8])


def _be(value: str) -> bool:
    number = value.zfill(10)
    return 97 - int(number[:8]) % 97 == int(number[8:])


def _fr(value: str) -> bool | None:
    if not value.isdigit():
        return None  # the new style with letters
    return (12 + 3 * (int(value[2:]) % 97)) % 97 == int(value[:2])


def _gb(value: str) -> bool | None:
    if not value[:9].isdigit():
        return None  # government and health
    total = _weighted(value, (8, 7, 6, 5, 4, 3, 2)) + int(value[7:9])
    return total % 97 in {0, 42}


def _pt(value: str) -> bool:
    rest = 11 - _weighted(value, tuple(range(9, 1, -1))) % 11
    return (0 if rest > 9 else rest) == int(value[8])


def _nl(value: str) -> bool:
    if _weighted(value, tuple(range(9, 1, -1))) % 11 == int(value[8]):
        return True
    letters = "".join(str(int(sign, 36)) for sign in f"NL{value}")
    return int(letters) % 97 == 1


def _dk(value: str) -> bool:
    return _weighted(value, (2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _fi(value: str) -> bool:
    return _weighted(value, (7, 9, 10, 5, 8, 4, 2, 1)) % 11 == 0


def _pl(value: str) -> bool:
    return _weighted(value, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(value[9])


def _hu(value: str) -> bool:
    return _weighted(value, (9, 7, 3, 1, 9, 7, 3, 1)) % 10 == 0


def _si(value: str) -> bool:
    rest = 11 - _weighted(value, tuple(range(8, 1, -1))) % 11
    return (0 if rest == 10 else rest) == int(value[7])


def _lu(value: str) -> bool:
    return int(value[:6]) % 89 == int(value[6:])


_Check = Callable[[str], bool | None]
# Country -> (shape behind the country letters, check or None for the shape alone).
_VAT: dict[str, tuple[str, _Check | None]] = {
    "AT": (r"U\d{8}", _at), "BE": (r"[01]?\d{9}", _be), "BG": (r"\d{9,10}", None),
    "CY": (r"\d{8}[A-Z]", None), "CZ": (r"\d{8,10}", None), "DE": (r"\d{9}", _mod_11_10),
    "DK": (r"\d{8}", _dk), "EE": (r"\d{9}", None), "EL": (r"\d{9}", None),
    "ES": (r"[A-Z0-9]\d{7}[A-Z0-9]", None), "FI": (r"\d{8}", _fi),
    "FR": (r"[A-HJ-NP-Z0-9]{2}\d{9}", _fr), "GB": (r"(?:\d{9}(?:\d{3})?|GD\d{3}|HA\d{3})", _gb),
    "HR": (r"\d{11}", _mod_11_10), "HU": (r"\d{8}", _hu),
    "IE": (r"\d[0-9A-Z+*]\d{5}[A-W][A-I]?", None), "IT": (r"\d{11}", _luhn),
    "LT": (r"(?:\d{9}|\d{12})", None), "LU": (r"\d{8}", _lu), "LV": (r"\d{11}", None),
    "MT": (r"\d{8}", None), "NL": (r"\d{9}B\d{2}", _nl), "NO": (r"\d{9}(?:MVA)?", None),
    "PL": (r"\d{10}", _pl), "PT": (r"\d{9}", _pt), "RO": (r"\d{2,10}", None),
    "SE": (r"\d{10}01", lambda value: _luhn(value[:10])), "SI": (r"\d{8}", _si),
    "SK": (r"\d{10}", lambda value: int(value) % 11 == 0), "XI": (r"\d{9}(?:\d{3})?", _gb),
    "CHE": (r"\d{9}(?:MWST|TVA|IVA)?", None), "GR": (r"\d{9}", None),
}  # fmt: skip
_VAT_SHAPES = {country: re.compile(shape) for country, (shape, _) in _VAT.items()}


def _vat(value: str) -> IdNumber | None:
    """Recognise a VAT number by its country letters."""
    country = "CHE" if value.startswith("CHE") else value[:2]
    shape = _VAT_SHAPES.get(country)
    rest = value[len(country) :]
    if shape is None or not shape.fullmatch(rest):
        return None
    check = _VAT[country][1]
    land = {"CHE": "CH", "EL": "GR"}.get(country, country)
    return IdNumber(value, "vat", check(rest) if check else None, land)
