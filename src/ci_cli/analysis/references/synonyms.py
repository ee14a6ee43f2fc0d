"""Which values mean the same: 汽车 is Automotive, 华东 holds 江苏, 200 employees are medium.

The words are data (``data/value_synonyms.yaml``), and people add their own in a file beside the
store. Words are compared without case, width, punctuation or runs of spaces. Two lists that share a
word are one. Of an industry or a use case the word may stand inside a value that no list has ("auto
parts", but not the services of "financial services"); a region must be the value itself, for South
China is not China.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.text import Msg, msg

KINDS = ("industry", "region", "use_case")
INSIDE = frozenset({"industry", "use_case"})  # a word may stand inside the value
ENDING = ".synonyms.yaml"  # of the file beside the store
MAX_BYTES = 1_000_000
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")
_NO_WORD = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d[\d,，']*")
_MORE = re.compile(r">(?!=)|more than|over|above|超过")
_OR_MORE = re.compile(r"\+|>=|≥|以上|or more|at least|至少")
_LESS = re.compile(r"<(?!=)|less than|under|below|不足|不到")
_OR_LESS = re.compile(r"<=|≤|以下|以内|or less|at most|up to")


class Band(NamedTuple):
    """A band of sizes; ``high`` None: no upper end."""

    low: int
    high: int | None
    words: frozenset[str]


@dataclass(frozen=True)
class Synonyms:
    """The words of each kind, and what else a word means."""

    words: Mapping[str, Mapping[str, frozenset[str]]]  # kind -> word -> all that it means
    bands: Sequence[Band] = ()
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def meanings(self, kind: str, word: str) -> frozenset[str]:
        """Return the words that a value may show to be what ``word`` asks for."""
        plain = plain_word(word)
        return self.words.get(kind, {}).get(plain, frozenset({plain}))

    def fits(self, kind: str, wanted: str, value: str | None) -> bool:
        """Tell whether a value is what is wanted."""
        plain = plain_word(value or "")
        if not plain:
            return False
        meant = self.meanings(kind, wanted)
        if plain in meant or plain in self.words.get(kind, {}):
            return plain in meant  # a value with a meaning of its own has no other inside it
        return kind in INSIDE and any(_stands_in(word, plain) for word in meant)

    def names(self, wanted: str, value: str) -> bool:
        """Tell whether a product or category is called so: the words, or they stand inside it."""
        plain, word = plain_word(value), plain_word(wanted)
        return bool(word) and (plain == word or _stands_in(word, plain))

    def range_of(self, text: str | None) -> tuple[int, int | None] | None:
        """Return the sizes that a text means: ``50-249``, ``200``, ``500+``, 中型; None: none."""
        plain = plain_word(text or "")
        for band in self.bands:
            if plain in band.words:
                return band.low, band.high
        raw = unicodedata.normalize("NFKC", text or "").casefold()
        numbers = [int(re.sub(r"\D", "", one)) for one in _NUMBER.findall(raw)][:2]
        if not numbers or any(one > 10**9 for one in numbers):
            return None
        if len(numbers) == 2:
            return min(numbers), max(numbers)
        if _OR_MORE.search(raw) or _MORE.search(raw):
            return numbers[0] + (_OR_MORE.search(raw) is None), None
        if _OR_LESS.search(raw) or _LESS.search(raw):
            return 0, numbers[0] - (_OR_LESS.search(raw) is None)
        return numbers[0], numbers[0]

    def same_size(self, wanted: str, value: str | None) -> bool:
        """Tell whether a size is in the band that is wanted; a number means its whole band."""
        one, other = self.range_of(wanted), self.range_of(value)
        if one is None or other is None:
            return False
        low, high = self._band_around(one)
        return (other[1] is None or other[1] >= low) and (high is None or other[0] <= high)

    def _band_around(self, size: tuple[int, int | None]) -> tuple[int, int | None]:
        if size[0] != size[1]:
            return size
        for band in self.bands:
            if band.low <= size[0] and (band.high is None or size[0] <= band.high):
                return band.low, band.high
        return size


def plain_word(text: str) -> str:
    """Return a value as values are compared."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NO_WORD.sub(" ", folded).strip()


def own_file(store: Path) -> Path:
    """Return where people keep their own words: beside the store."""
    return store.with_name(store.stem + ENDING)


def load(own: Path | None = None) -> Synonyms:
    """Return the shipped words, joined by those of one's own file where it is there.

    Raises:
        CiError: ``synonyms-invalid``, exit 2: the file cannot be used; its line is named.
    """
    data = resources.files("ci_cli") / "data" / "value_synonyms.yaml"
    shipped = _parse(data.read_text("utf-8"), None)
    if own is None or not own.is_file():
        return _joined([shipped])
    where = Where(file=str(own))
    try:
        if own.stat().st_size > MAX_BYTES:
            raise _invalid(msg("The file is larger than a list of words can be."), where)
        text = own.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _invalid(msg("The file is not UTF-8 text."), where) from None
    except OSError as error:
        raise _invalid(msg("It cannot be read: {cause}.", cause=error.strerror or ""), where) from (
            error
        )
    mine = _parse(text, where)
    return _joined([mine] if mine.get("replace") == "true" else [shipped, mine])


def _parse(text: str, where: Where | None) -> Mapping[str, Any]:
    import yaml

    try:
        # texts only: an unquoted no or 1e3 is a word here
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        content = yaml.load(text, loader)  # noqa: S506 - base loaders build strings only
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        place = Where(file=where.file if where else None, line=line)
        raise _invalid(msg("It is not valid YAML."), place) from None
    if content in (None, ""):
        return {}
    if not isinstance(content, Mapping):
        raise _invalid(msg("It holds no lists of words."), where)
    for key, value in content.items():
        if key == "replace":
            continue
        if key == "columns" and isinstance(value, Mapping):
            if not all(_are_words(words) for words in value.values()):
                raise _invalid(msg("'{key}' must be lists of words.", key=key), where)
        elif key in (*KINDS, "size") and isinstance(value, list):
            for entry in value:
                _check_group(str(key), entry, where)
        else:
            raise _invalid(
                msg("'{key}' is none of: {known}; each holds a list.", key=str(key)[:40],
                    known=", ".join((*KINDS, "size", "columns", "replace"))), where
            )  # fmt: skip
    return content


def _check_group(kind: str, entry: Any, where: Where | None) -> None:
    words = entry.get("words") if isinstance(entry, Mapping) else entry
    extra = set(entry) - {"words"} if isinstance(entry, Mapping) else set()
    if not _are_words(words):
        raise _invalid(msg("A group of '{key}' is no list of words.", key=kind), where)
    if kind == "size":
        if "from" not in extra or not extra <= {"from", "to"} or not all(
            str(entry[name]).isdecimal() for name in extra
        ):  # fmt: skip
            raise _invalid(msg("A band of sizes needs whole numbers from and to."), where)
    elif extra and (extra != {"includes"} or not _are_words(entry["includes"])):
        raise _invalid(
            msg("A group of '{key}' may have words and includes, both lists.", key=kind), where
        )


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and plain_word(one)
                                           for one in value)  # fmt: skip


def _joined(files: Sequence[Mapping[str, Any]]) -> Synonyms:
    bands = [
        Band(int(one["from"]), int(one["to"]) if "to" in one else None,
             frozenset(map(plain_word, one["words"])))
        for file in files[-1:] if "size" in file
        for one in file["size"]
    ] or [
        Band(int(one["from"]), int(one["to"]) if "to" in one else None,
             frozenset(map(plain_word, one["words"])))
        for one in files[0].get("size", [])
    ]  # fmt: skip
    columns: dict[str, set[str]] = {}
    for file in files:
        for name, words in file.get("columns", {}).items():
            columns.setdefault(name, set()).update(map(plain_word, words))
    words = {kind: _groups([one for file in files for one in file.get(kind, [])]) for kind in KINDS}
    return Synonyms(words, bands, {name: frozenset(known) for name, known in columns.items()})


def _groups(entries: Sequence[Any]) -> dict[str, frozenset[str]]:
    """Return word -> all words of its group, and of the groups that it includes."""
    groups: list[set[str]] = []
    included: list[set[str]] = []
    for entry in entries:
        words = set(map(plain_word, entry["words"] if isinstance(entry, Mapping) else entry))
        inner = set(map(plain_word, entry["includes"])) if isinstance(entry, Mapping) and (
            "includes" in entry) else set()  # fmt: skip
        apart: list[set[str]] = []
        apart_inner: list[set[str]] = []
        for known, its_inner in zip(groups, included, strict=True):
            if known & words:
                words |= known
                inner |= its_inner
            else:
                apart.append(known)
                apart_inner.append(its_inner)
        groups, included = [*apart, words], [*apart_inner, inner]
    place = {word: number for number, words in enumerate(groups) for word in words}

    def reach(number: int, seen: set[int]) -> set[str]:
        seen.add(number)
        found = set(groups[number])
        for word in included[number]:
            found.add(word)
            inner = place.get(word)
            if inner is not None and inner not in seen:
                found |= reach(inner, seen)
        return found

    return {
        word: meant
        for number, words in enumerate(groups)
        for meant in [frozenset(reach(number, set()))]
        for word in words
    }


def _stands_in(word: str, value: str) -> bool:
    """Tell whether a word stands in a value: as a whole; two Chinese characters anywhere."""
    if _HAN.search(word):
        return len(word) > 1 and word in value
    return f" {word} " in f" {value} "


def _invalid(reason: Msg, where: Where | None) -> CiError:
    return CiError(
        "synonyms-invalid",
        msg("The file of synonyms cannot be used: {reason}", reason=reason),
        hint=msg("`ci-cli ref synonyms --export FILE` writes a file of the right form."),
        where=where,
        exit_code=ExitCode.DECIDE,
    )
