"""What a column is likely to be, learnt from the headers and values of many strangers' sheets.

Two multinomial logistic regressions: one tells the kind of a file, one the field of a column. Their
weights, a byte each, ship in ``data/reader.bin``; ``tools/train_reader.py`` writes them from the
sheets in ``tests/importing/mapping``. Plain Python on purpose: a small file must not wait for a
library of numbers.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp
from typing import Any

from ci_cli.importing.mapping import traits
from ci_cli.importing.mapping.sheet import Sheet

FILE = "reader.bin"
MAGIC = b"ci-cli reader 1\n"
ALWAYS = "always"  # a trait that everything has
SHARED = 0.5  # how much the traits count that all columns of a file share


@dataclass(frozen=True)
class Weights:
    """The weights of one regression.

    Attributes:
        classes: what it tells apart.
        keys: checksums of the traits that count, ascending.
        table: a signed byte for each trait and class, trait by trait.
        scale: what a byte is to be multiplied by, for each class.
    """

    classes: tuple[str, ...]
    keys: Sequence[int]
    table: memoryview
    scale: tuple[float, ...]

    def add(self, sums: list[float], found: Iterable[str], factor: float = 1) -> None:
        """Add the weights of traits to the sums of all classes; unknown traits count nothing."""
        width = len(self.classes)
        for trait in found:
            key = key_of(trait)
            place = bisect_left(self.keys, key)
            if place < len(self.keys) and self.keys[place] == key:
                row = self.table[place * width : (place + 1) * width]
                for index, weight in enumerate(row):
                    sums[index] += weight * factor

    def shares(self, sums: Sequence[float]) -> dict[str, float]:
        """Return the probability of each class."""
        logits = [total * scale for total, scale in zip(sums, self.scale, strict=True)]
        top = max(logits)
        sizes = [exp(logit - top) for logit in logits]
        total = sum(sizes)
        return dict(zip(self.classes, [size / total for size in sizes], strict=True))


@dataclass(frozen=True)
class Memory:
    """All that was learnt.

    Attributes:
        sheets: of how many sheets.
        corpus: checksum of what it saw of those sheets (see ``tools/train_reader.py``).
        sample: the same of every tenth of them.
        written: checksum of those sheets as they are written down.
        kinds: tells what a file lists; ``none``: nothing that can be imported.
        fields: tells what a column is; ``other``: none of the fields.
    """

    sheets: int
    corpus: str
    sample: str
    written: str
    kinds: Weights
    fields: Weights

    def judge_kind(self, about: Iterable[str]) -> dict[str, float]:
        """Return how likely each kind is for a file with some traits."""
        sums: list[float] = [0.0] * len(self.kinds.classes)
        self.kinds.add(sums, about)
        self.kinds.add(sums, [ALWAYS])
        return self.kinds.shares(sums)

    def judge(
        self, shared: Iterable[str], columns: Iterable[Iterable[str]]
    ) -> list[dict[str, float]]:
        """Return how likely each field is for columns with some traits, a few of them shared."""
        first: list[float] = [0.0] * len(self.fields.classes)
        self.fields.add(first, shared, SHARED)
        self.fields.add(first, [ALWAYS])
        found = []
        for own in columns:
            sums = list(first)
            self.fields.add(sums, own)
            found.append(self.fields.shares(sums))
        return found


def key_of(trait: str) -> int:
    """Return the checksum under which a trait is kept."""
    return zlib.crc32(trait.encode("utf-8", "surrogatepass"))


def kind_shares(sheet: Sheet) -> dict[str, float]:
    """Return how likely a file lists each kind of thing, or nothing of ours (``none``)."""
    return memory().judge_kind(traits.of_sheet(sheet))


def field_shares(sheet: Sheet) -> list[dict[str, float]]:
    """Return how likely each column is each field, or none of them (``other``)."""
    return memory().judge(traits.of_headers(sheet), traits.of_columns(sheet))


@cache
def memory() -> Memory:
    """Read the weights that ship with the package, once."""
    return parse((resources.files("ci_cli") / "data" / FILE).read_bytes())


def parse(raw: bytes) -> Memory:
    """Read a file of weights."""
    about, _, body = raw.removeprefix(MAGIC).partition(b"\n")
    table: dict[str, Any] = json.loads(about)
    kinds, rest = _part(table["kinds"], body)
    fields, _ = _part(table["fields"], rest)
    sums = (table["corpus"], table["sample"], table["written"])
    return Memory(table["sheets"], *sums, kinds, fields)


def _part(about: dict[str, Any], body: bytes) -> tuple[Weights, bytes]:
    count, classes = about["traits"], tuple(about["classes"])
    keys = array("I")
    end = count * keys.itemsize
    keys.frombytes(body[:end])
    if sys.byteorder == "big":
        keys.byteswap()
    size = count * len(classes)
    table = memoryview(body[end : end + size]).cast("b")
    return Weights(classes, keys, table, tuple(about["scale"])), body[end + size :]
