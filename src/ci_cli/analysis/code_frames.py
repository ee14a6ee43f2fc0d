"""Code free text to a code frame, and say how far two coders agree.

A frame lists codes and for each the words that tell of it. A text gets the one code most of whose
words it has; where several have as many, the one that the frame names first. What has none stays
uncoded and is counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.text import Msg, msg

SHIPPED = ("product",)
BY_WORDS = "words"  # the coder that is the frame itself
MAX_BYTES = 1_000_000
_CODE = re.compile(r"[^\s,=]{1,60}")


@dataclass(frozen=True)
class Frame:
    """Codes in their order, each with the words that tell of it, folded."""

    name: str
    codes: Mapping[str, tuple[str, ...]]


def load_frame(choice: str) -> Frame:
    """Return the shipped frame called ``choice``, or the one in the file ``choice``.

    Raises:
        CiError: ``frame-missing``, ``frame-invalid``, both exit 2.
    """
    if choice in SHIPPED:
        source = resources.files("ci_cli") / "data" / "frames" / f"{choice}.yaml"
        return parse_frame(source.read_text(encoding="utf-8"))
    where = Where(file=choice)
    try:
        path = Path(choice)
        if path.stat().st_size > MAX_BYTES:
            raise _invalid(msg("The file is larger than a code frame can be."), where)
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _invalid(msg("The file is not UTF-8 text."), where) from None
    except (OSError, ValueError):
        raise CiError(
            "frame-missing",
            msg("There is no code frame '{name}' and no such file can be read.", name=choice),
            hint=msg("Shipped frames: {names}.", names=", ".join(SHIPPED)),
            exit_code=ExitCode.DECIDE,
        ) from None
    return parse_frame(text, where)


def parse_frame(text: str, where: Where | None = None) -> Frame:
    """Read a frame from YAML and check it.

    Raises:
        CiError: ``frame-invalid``, exit 2.
    """
    import yaml

    try:
        content = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - it builds strings only
    except (yaml.YAMLError, RecursionError, ValueError):
        raise _invalid(msg("The file is no YAML."), where) from None
    name = content.get("name") if isinstance(content, Mapping) else None
    codes = content.get("codes") if isinstance(content, Mapping) else None
    if not isinstance(name, str) or not name.strip() or not isinstance(codes, Mapping) or not codes:
        raise _invalid(msg("It must have 'name' and 'codes'."), where)
    found: dict[str, tuple[str, ...]] = {}
    owner: dict[str, str] = {}
    for code, words in codes.items():
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise _invalid(
                msg("The code '{code}' must be one word without = and commas.", code=str(code)),
                where,
            )
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise _invalid(msg("The code '{code}' must have a list of words.", code=code), where)
        folded = tuple(dict.fromkeys(filter(None, (fold(word) for word in words))))
        for word in folded:
            if owner.setdefault(word, code) != code:
                raise _invalid(
                    msg("The word '{word}' stands under {one} and {other}.", word=word,
                        one=owner[word], other=code), where
                )  # fmt: skip
        found[code] = folded
    return Frame(name.strip(), found)


def fold(text: str) -> str:
    """Return a text as words are looked for in it: NFKC, folded, one blank between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def code_of(frame: Frame, text: str) -> str | None:
    """Return the code of a text, None where no word of the frame is in it."""
    folded = fold(text)
    best, most = None, 0
    for code, words in frame.codes.items():
        hits = sum(1 for word in words if _has(folded, word))
        if hits > most:
            best, most = code, hits
    return best


def _has(text: str, word: str) -> bool:
    """Tell whether a word stands in a text; one of letters only as a whole word."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not (
            (_joins(word[0]) and start > 0 and _joins(text[start - 1]))
            or (_joins(word[-1]) and end < len(text) and _joins(text[end]))
        ):
            return True
        start = text.find(word, start + 1)
    return False


def _joins(char: str) -> bool:
    """Tell whether a character joins its neighbours to a word: Chinese and Japanese do not."""
    return char.isalnum() and not "\u2e80" <= char <= "\u9fff" and char < "\U00020000"


@dataclass(frozen=True)
class Agreement:
    """How far two coders agree on the texts that both coded."""

    one: str
    other: str
    n: int
    agreed: int
    kappa: float | None  # Cohen 1960; None: no texts, or both gave everything the same one code


def agreement(
    one: str,
    other: str,
    first: Mapping[tuple[str, str], str | None],
    second: Mapping[tuple[str, str], str | None],
) -> Agreement:
    """Return the agreement of two coders; that none fits is a judgement like any other.

    kappa = (p - e) / (1 - e), p the share of texts on which they agree, e the share on which they
    would by chance, each using their own codes as often as they do.
    """
    common = first.keys() & second.keys()
    n = len(common)
    agreed = sum(first[key] == second[key] for key in common)
    ours = Counter(first[key] for key in common)
    theirs = Counter(second[key] for key in common)
    by_chance = sum(ours[code] * theirs[code] for code in ours)  # of n * n
    kappa = (agreed * n - by_chance) / (n * n - by_chance) if n * n > by_chance else None
    return Agreement(one, other, n, agreed, kappa)


def agreements(
    codings: Mapping[str, Mapping[tuple[str, str], str | None]],
) -> Sequence[Agreement]:
    """Return the agreement of every two coders who coded the same texts."""
    names = sorted(codings)
    found = [
        agreement(one, other, codings[one], codings[other])
        for place, one in enumerate(names)
        for other in names[place + 1 :]
    ]
    return [one for one in found if one.n]


def _invalid(what: Msg, where: Where | None) -> CiError:
    return CiError(
        "frame-invalid",
        what,
        hint=msg("docs/errors.md shows what a code frame looks like."),
        where=where,
        exit_code=ExitCode.DECIDE,
    )
