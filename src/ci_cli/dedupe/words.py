"""Values as words: what two names share whatever the order, and how telling each shared word is.

Chinese writes no spaces, so its "words" are all pairs of neighbouring characters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .standard import CJK

MAX_WORDS = 10  # of a value; later ones are not looked at
_PIECES = re.compile(r"[\u3400-\u9fff]+|[^\s\u3400-\u9fff]+")

# Words that half of all companies bear: agreeing on one says little, whatever the list.
GENERIC = frozenset(
    """
    a and da das de der des di die do du e en et for la le of the und van von y
    america american asia china company deutschland europa europe european france germany global
    group holding holdings internat international intl nederland netherlands uk us usa worldwide
    bank center centre chemical chemicals consulting development electric electronic electronics
    energy engineering food foods healthcare hospital hotel industrial industries industry institute
    management marketing medical pharma pharmaceuticals power prods product products research school
    service services shop software solutions store system systems tech technologies technology trade
    trading university
    科技 技术 贸易 商贸 实业 发展 投资 电子 信息 网络 软件 工程 建设 建筑 机械 制造 设备 材料
    化工 食品 服装 医药 医疗 物流 咨询 管理 服务 文化 传媒 广告 国际 集团 工业 商务 进出 出口
    口贸 餐饮 餐厅 超市
    """.split()  # noqa: SIM905
)
GENERIC_SHARE = 0.4  # of its rarity that a generic word keeps


def words_of(value: str) -> list[str]:
    """Return the words of a value, without repetition, in their order."""
    found: dict[str, None] = {}
    for piece in _PIECES.findall(value):
        if CJK.match(piece) and len(piece) > 2:
            found.update(dict.fromkeys(piece[i : i + 2] for i in range(len(piece) - 1)))
        else:
            found[piece] = None
    return list(found)[:MAX_WORDS]


@dataclass(frozen=True)
class WordTable:
    """The words of a list of distinct values.

    Attributes:
        ids: value -> its words as numbers, -1 where it has fewer (int32, values × words).
        kin: word -> number that misspellings of it share (int32).
        rarity: word -> how telling it is, in nats (float32).
        total: value -> rarity of all its words (float32).
    """

    ids: npt.NDArray[np.int32]
    kin: npt.NDArray[np.int32]
    rarity: npt.NDArray[np.float32]
    total: npt.NDArray[np.float32]


def word_table(values: Sequence[str], *, separator: str | None = None) -> WordTable:
    """Return the words of distinct values with their rarity among them.

    Args:
        values: distinct standard values.
        separator: what stands between the elements of a list; None for words.
    """
    split = [
        (value.split(separator)[:MAX_WORDS] if separator else words_of(value)) for value in values
    ]
    vocabulary: dict[str, int] = {}
    width = max((len(words) for words in split), default=0) or 1
    ids = np.full((len(split), width), -1, dtype=np.int32)
    for row, words in enumerate(split):
        for place, word in enumerate(words):
            ids[row, place] = vocabulary.setdefault(word, len(vocabulary))
    names = list(vocabulary)
    holders = np.bincount(ids[ids >= 0], minlength=len(names)).astype(np.float64)
    kin = np.arange(len(names), dtype=np.int32) if separator else _kin(names, holders)
    # a misspelling is as common as the word it stands for
    common = np.zeros(len(names))
    np.add.at(common, kin, holders)
    rarity = np.log((len(values) + 1.0) / (common[kin] + 0.5)) + 0.1 if names else np.zeros(0)
    weights = [
        (GENERIC_SHARE if name in GENERIC else 1.0) * (0.3 if len(name) == 1 else 1.0)
        for name in names
    ]
    rarity = np.maximum(rarity, 0.1) * np.array(weights)
    if names and not separator:
        rarity = rarity * _cohesion(ids, kin, common)
    padded = np.append(rarity, 0.0).astype(np.float32)
    return WordTable(ids, kin, padded[:-1], padded[ids].sum(axis=1))


def _kin(names: Sequence[str], holders: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    """Return for each word the number of the commoner word that it may be a misspelling of.

    Words of five letters and more that differ by one letter left out, put in, changed or swapped
    are found through what remains of both when a letter is left out. The commoner word leads, and
    only where it is at least twice as common: two frequent words that are alike are two words.
    """
    leader = np.arange(len(names), dtype=np.int32)
    remains: dict[str, int] = {}
    order = sorted(range(len(names)), key=lambda i: (-holders[i], names[i]))
    for i in order:
        name = names[i]
        if len(name) < 5 or any(c.isdigit() for c in name):
            continue
        best = -1
        shapes = {name, *(name[:k] + name[k + 1 :] for k in range(len(name)))}
        for shape in shapes:
            found = remains.get(shape, -1)
            if (
                found >= 0
                and holders[found] >= 2 * holders[i]
                and abs(len(names[found]) - len(name)) <= 1
                and (best < 0 or (-holders[found], names[found]) < (-holders[best], names[best]))
            ):
                best = found
        if best >= 0:
            leader[i] = best
        else:
            for shape in shapes:
                remains.setdefault(shape, i)
    return leader


LOOSE_FROM = 4  # bearers that a word needs before their likeness is judged
LOOSE_SHARE = 0.4  # of its rarity that a word keeps whose bearers have nothing else in common


def _cohesion(
    ids: npt.NDArray[np.int32], kin: npt.NDArray[np.int32], common: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return a factor per word: lower where its bearers share no other word.

    The names that bear a brand are alike in other words too; those that bear a town, a trade or
    "international" are not. So a list tells which of its words are brands.
    """
    size = len(kin)
    words = np.where(ids >= 0, kin[ids], -1).astype(np.int64)
    counted = common >= LOOSE_FROM
    met: list[npt.NDArray[np.int64]] = []
    for a in range(words.shape[1]):
        for b in range(words.shape[1]):
            there = (words[:, a] >= 0) & (words[:, b] >= 0) & (words[:, a] != words[:, b])
            there[there] &= counted[words[there, a]] & counted[words[there, b]]
            met.append(words[there, a] * size + words[there, b])
    both, times = np.unique(np.concatenate(met), return_counts=True)
    word = both // size
    share = np.minimum(times / common[word], 1.0) ** 2  # of the bearers' pairs that share the other
    nothing = np.zeros(size)
    np.add.at(nothing, word, np.log1p(-np.minimum(share, 0.999)))
    together = 1 - np.exp(nothing)
    factor = np.clip(LOOSE_SHARE + 1.2 * together, LOOSE_SHARE, 1.0)
    result: npt.NDArray[np.float64] = np.where(common < LOOSE_FROM, 1.0, factor)[kin]
    return result


@dataclass(frozen=True)
class Shared:
    """What pairs of values have in common, one entry per pair.

    Attributes:
        common: rarity of the shared words (nats).
        shorter: part of the less telling value's words that is shared, 0 to 1.
        cosine: shared / geometric mean of both, 0 to 1.
        count: number of shared words.
    """

    common: npt.NDArray[np.float32]
    shorter: npt.NDArray[np.float32]
    cosine: npt.NDArray[np.float32]
    count: npt.NDArray[np.int16]


def shared_words(
    table: WordTable, left: npt.NDArray[np.integer], right: npt.NDArray[np.integer]
) -> Shared:
    """Return what values ``left[i]`` and ``right[i]`` share; a misspelt word counts nine tenths."""
    size = len(left)
    common = np.zeros(size, dtype=np.float32)
    count = np.zeros(size, dtype=np.int16)
    width = table.ids.shape[1]
    rarity = np.append(table.rarity, np.float32(0))
    kin = np.append(table.kin, np.int32(-1))
    for start in range(0, size, 500_000):
        part = slice(start, start + 500_000)
        a, b = table.ids[left[part]], table.ids[right[part]]
        kin_a, kin_b = kin[a], kin[b]
        for place in range(width):
            word = a[:, place]
            if not (word >= 0).any():
                break
            same = ((b == word[:, None]) & (word >= 0)[:, None]).any(axis=1)
            alike = ((kin_b == kin_a[:, place, None]) & (word >= 0)[:, None]).any(axis=1)
            common[part] += rarity[word] * np.where(same, 1.0, np.where(alike, 0.9, 0.0))
            count[part] += same | alike
    one, other = table.total[left], table.total[right]
    low = np.minimum(one, other)
    with np.errstate(divide="ignore", invalid="ignore"):
        shorter = np.where(low > 0, np.minimum(common / low, 1), 0)
        mean = np.sqrt(one * other)
        cosine = np.where(mean > 0, np.minimum(common / mean, 1), 0)
    return Shared(common, shorter.astype(np.float32), cosine.astype(np.float32), count)


def expected_rarity(size: int) -> float:
    """Return the rarity of a word that only one of ``size`` values bears, in nats."""
    return math.log((size + 1.0) / 1.5) + 0.1


def joined(values: Iterable[str]) -> list[str]:
    """Return values without spaces."""
    return [value.replace(" ", "") for value in values]
