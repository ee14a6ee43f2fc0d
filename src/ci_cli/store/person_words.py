"""The words by which a person is recognised in texts, and a text without them.

A name is found in any spacing and in either order; an address in any case; a phone number
with any separators, and without the codes in front of it. In JSON, what it says is looked at, not
how it is written. Where many people are looked for at once, *anchors* say quickly which of them a
text may name at all.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from ci_cli.models.names import name_key, phone_key

ERASED = "[erased]"
_LETTERS = "0-9A-Za-z\u00c0-\u04ff"  # of scripts that set words apart
_LETTER = re.compile(f"[{_LETTERS}]")
_LATIN = re.compile(f"[{_LETTERS}]+")
_OTHER = re.compile(rf"[^\W_{_LETTERS}]+")
_SPACED_HAN = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_NUMBER = re.compile(r"\d[\d\s().\-/+]+\d")
_APART = "\0"  # no word goes across it
_LEAST = 7  # digits of a phone number
_HAN_SIGNS = r"\u3400-\u9fff"
_HAN = re.compile(rf"[{_HAN_SIGNS}]+")
_BETWEEN_DIGITS = r"[\s().\-/]*"
_CODES = 3  # digits of a country code, or of a trunk prefix
_TELLING = 9  # so many last digits are a number's own
_FULL_HAN_NAME = 3  # characters; one of two may be a word, or the beginning of another name
# What stands before and after a name in a Chinese sentence, and belongs to no longer word.
_BEFORE = "和与跟给找请问"
_TITLES = (
    "经理|总监|主任|主管|女士|先生|小姐|老师|部长|科长|处长|厂长|总(?![部计结体共是])|工(?![作厂程])"
    "|说|表示|认为|觉得|希望|反映|提出|提到|告诉|告知|反馈|建议|要求|回复|回电|联系|来电|来信|来访"
)  # fmt: skip
_PARTICLES = "的|和|与|跟|在|是|也|要|想|已|将"


def is_full_name(name: str | None) -> bool:
    """Tell whether a name is so long that outside its company, too, it means one person."""
    words = (name or "").split()
    if len(words) == 1 and _HAN.fullmatch(words[0]):
        return len(words[0]) >= _FULL_HAN_NAME
    return sum(len(word) > 1 for word in words) > 1


def is_name(name: str | None) -> bool:
    """Tell whether a name can be looked for: two characters, a letter among them."""
    key = name_key(name) or ""
    return len(key) > 1 and not key.isdecimal()


def pattern(
    names: Iterable[str], ways: Iterable[str], others: Iterable[str] = ()
) -> re.Pattern[str]:
    """Return what finds any of the names, or of the e-mail addresses and phone numbers.

    Args:
        names: of the person.
        ways: its e-mail addresses and phone numbers.
        others: names of other people; where one of them holds the person's, it stays whole.
    """
    forms = []
    known = [_narrow(other) for other in others]
    for name in filter(is_name, names):
        words = _narrow(name).split()
        orders = [words, [f"{words[-1]},", *words[:-1]], [words[-1], *words[:-1]]]
        forms += [_form(order) for order in (orders if len(words) > 1 else orders[:1])]
        if is_short_han(name):
            forms[-1] = _unless_longer(words[0], known) + forms[-1]
    for way in ways:
        forms.append(_form(_narrow(way).split()))
        if "@" not in way and (digits := phone_key(way)):
            forms.append(_digits(digits))
    forms.sort(key=len, reverse=True)
    return re.compile("|".join(forms) or r"(?!)", re.IGNORECASE)


def is_short_han(name: str | None) -> bool:
    """Tell whether a name is of so few Chinese characters that it may be part of another word."""
    words = (name or "").split()
    return len(words) == 1 and bool(_HAN.fullmatch(words[0])) and not is_full_name(name)


def standing_alone(name: str, after: Iterable[str]) -> re.Pattern[str]:
    """Return what finds a short Chinese name where nothing makes it part of a longer word.

    Args:
        name: of two characters.
        after: what it may stand right after: names of its company.
    """
    word = rf"{_HAN_SIGNS}\w"
    firms = "|".join(f"(?<={re.escape(_narrow(one) + own)})" for one in after for own in ("", "的"))
    told, alone = rf"(?={_TITLES})", rf"(?![{word}])"
    front = rf"(?:(?<![{word}])|(?<=[{_BEFORE}]))"
    form = _spread(_narrow(name))
    forms = [f"{front}{form}(?:{alone}|{told})"]
    if firms:
        forms.append(f"(?:{firms}){form}(?:{alone}|{told}|(?={_PARTICLES}))")
    return re.compile("|".join(forms), re.IGNORECASE)


def exactly(name: str) -> re.Pattern[str]:
    """Return what finds a name that is all of a text, or of a line or value in it."""
    words = r"\s*".join(map(_spread, _narrow(name).split()))
    return re.compile(rf"(?:(?<=\0)|\A)\s*{words}\s*(?=\0|\Z)", re.IGNORECASE)


def _unless_longer(name: str, others: Iterable[str]) -> str:
    """Return a pattern that fails where a name begins inside a longer one."""
    ends = []
    for other in {one for one in others if name in one and one != name}:
        front, _name, back = other.partition(name)
        before = f"(?<={re.escape(front)})" if front else ""
        ends.append(f"(?!{before}{_spread(name)}{_spread(back) if back else ''})")
    return "".join(sorted(ends))


def anchors(names: Iterable[str], ways: Iterable[str]) -> set[str]:
    """Return pieces of which any text that :func:`pattern` finds something in has at least one."""
    found = set()
    for name in filter(is_name, names):
        found.add(_longest(_pieces(_narrow(name))))
        if not _LATIN.search(name):  # parts of a Chinese name may stand in the other order
            found.update(_longest(_pieces(_narrow(part))) for part in name.split())
    for way in map(_narrow, ways):
        found.add(_longest(_pieces(way.split("@")[0])) or _longest(_pieces(way)))
        if "@" not in way and (digits := phone_key(way)):
            found.add(digits[-_LEAST:])
    return found - {""}


def anchors_in(text: str) -> set[str]:
    """Return every piece of a text that may be an anchor."""
    found = set(_pieces(text))
    for run in _NUMBER.findall(text):
        digits = "".join(filter(str.isdigit, run))
        found.update(digits[end - _LEAST : end] for end in range(_LEAST, len(digits) + 1))
    return found


def plain(text: str) -> str:
    """Return a text to look for people in: of JSON all keys and values, set apart.

    What is in full width, or of letters with their accents apart, stands there in usual form, too.
    """
    told = _from_json(text)
    lines = [text] if told is None else list(_lines(told))
    plainer = [_narrow(line) for line in lines]
    return _APART.join(dict.fromkeys((*lines, *plainer)))


def clean(text: str, found: re.Pattern[str]) -> str:
    """Return ``text`` without what ``found`` finds; JSON stays JSON."""
    told = _from_json(text)
    if told is not None:
        cleaned = clean_json(told, found)
        return text if cleaned == told else json.dumps(cleaned, ensure_ascii=False)
    rest = found.sub(ERASED, text)
    plainer = _narrow(rest)
    return found.sub(ERASED, plainer) if found.search(plainer) else rest


def clean_json(told: Any, found: re.Pattern[str]) -> Any:
    """Return a value of JSON without what ``found`` finds, keys and numbers included."""
    if isinstance(told, dict):
        return {clean(key, found): clean_json(value, found) for key, value in told.items()}
    if isinstance(told, list):
        return [clean_json(value, found) for value in told]
    if isinstance(told, str):
        return clean(told, found)
    if isinstance(told, (int, float)) and found.search(str(told)):
        return ERASED
    return told


def _narrow(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _from_json(text: str) -> Any:
    """Return the object or list that a text is, or None."""
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _lines(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        for key, value in told.items():
            yield key
            yield from _lines(value)
    elif isinstance(told, list):
        for value in told:
            yield from _lines(value)
    elif told is not None:
        yield plain(told) if isinstance(told, str) else str(told)


def _pieces(text: str) -> list[str]:
    """Return the words of a text; of scripts that do not set them apart, one and two characters."""
    folded = _SPACED_HAN.sub("", text.casefold())
    pieces = _LATIN.findall(folded)
    for run in _OTHER.findall(folded):
        pieces += [run[place : place + 2] for place in range(len(run))]
        pieces += run
    return pieces


def _longest(pieces: list[str]) -> str:
    return max(pieces, key=len, default="")


def _form(words: list[str]) -> str:
    """Return a pattern for words in any spacing; one of letters stands apart from others."""
    inner = r"\s+".join(_spread(word) for word in words)
    front = r"(?<!\w)" if _LETTER.match(words[0][:1]) else ""
    back = r"(?!\w)" if _LETTER.match(words[-1][-1:]) else ""
    return f"{front}{inner}{back}"


def _spread(word: str) -> str:
    """Return a pattern for a word; Chinese names are written with spaces, too (张 伟)."""
    if _HAN.fullmatch(word):
        return r"\s*".join(map(re.escape, word))
    return re.escape(word)


def _digits(digits: str) -> str:
    """Return a pattern for a phone number, with the codes in front of it or other ones."""
    own = digits[-max(_TELLING, len(digits) - _CODES) :]
    return rf"(?<!\d)(?:\+?\d[\d\s().\-/]{{0,7}})?{_BETWEEN_DIGITS.join(own)}(?!\d)"
