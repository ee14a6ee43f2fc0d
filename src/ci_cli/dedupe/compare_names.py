"""Comparisons of names: people's in one piece or two, and companies'.

Likeness of letters finds names that are mistyped; the rules of ``clean`` know which differences are
none (a legal form, a title, a nickname) and which small ones make another person or another company
(a place, a branch, one Chinese character). Both are asked; where a rule is sure, it wins.
"""

from __future__ import annotations

import numpy as np

from .clean.people import full_names
from .likeness import Index, Levels, Values, derived, edits, jaro_winkler, same
from .standard import CJK
from .table import encode
from .words import expected_rarity, joined, shared_words, word_table


class FirstOrLast:
    """Given names and surnames: typing errors, initials, nicknames (Bob, Robert)."""

    EXACT, SWAPPED, CLOSE, INITIAL, SIMILAR, ELSE = range(6)

    def __init__(self, values: Values) -> None:
        self.values = values
        self.chinese = np.array([bool(CJK.search(v)) for v in values], dtype=bool)
        self.first = derived(values, lambda v: v[0])
        self.single = np.array([len(v) == 1 for v in values], dtype=bool) & ~self.chinese
        self.full = [full_names(v.partition(" ")[0]) for v in values]
        self.short = np.array([len(names) > 1 for names in self.full], dtype=bool)

    def levels(self, left: Index, right: Index) -> Levels:
        """Return close (≥ .92), initial, similar (≥ .80) or else."""
        similarity = jaro_winkler(self.values[left], self.values[right])
        level = np.full(len(left), self.ELSE, dtype=np.int8)
        level[similarity >= 0.80] = self.SIMILAR
        level[self.chinese[left] | self.chinese[right]] = self.ELSE
        initial = (self.single[left] | self.single[right]) & same(self.first, left, right)
        level[initial] = self.INITIAL
        level[similarity >= 0.92] = self.CLOSE
        for at in np.flatnonzero((self.short[left] | self.short[right]) & (level > self.CLOSE)):
            if self.full[left[at]] & self.full[right[at]]:
                level[at] = self.CLOSE  # Bob, Robert
        return level


class FullName:
    """Whole names of people: order of words, initials, typing errors."""

    EXACT, REORDERED, CLOSE, INITIALS, SIMILAR, FAINT, ELSE = range(7)

    def __init__(self, values: Values) -> None:
        self.values = values
        self.chinese = np.array([bool(CJK.search(v)) for v in values], dtype=bool)
        split = [v.split() for v in values]
        self.ordered = np.array([" ".join(sorted(words)) for words in split] + [""], dtype=object)
        self.order_code = encode(self.ordered[:-1], len(values)).codes
        self.initials = derived(values, lambda v: "".join(sorted(w[0] for w in v.split())))
        self.longest = derived(values, lambda v: max(v.split(), key=lambda w: (len(w), w)))
        self.abbreviated = np.array([any(len(w) == 1 for w in words) for words in split], bool)

    def levels(self, left: Index, right: Index) -> Levels:
        """Return reordered, close (≥ .95), initials, similar (≥ .88), faint (≥ .80) or else."""
        direct = jaro_winkler(self.values[left], self.values[right])
        sorted_too = jaro_winkler(self.ordered[left], self.ordered[right])
        similarity = np.maximum(direct, sorted_too)
        level = np.full(len(left), self.ELSE, dtype=np.int8)
        level[similarity >= 0.80] = self.FAINT
        level[similarity >= 0.88] = self.SIMILAR
        abbreviated = self.abbreviated[left] | self.abbreviated[right]
        level[abbreviated & same(self.initials, left, right)
              & same(self.longest, left, right)] = self.INITIALS  # fmt: skip
        level[similarity >= 0.95] = self.CLOSE
        # one other character in a Chinese name is another person
        level[(self.chinese[left] | self.chinese[right]) & (level > 1)] = self.ELSE
        level[same(self.order_code, left, right)] = self.REORDERED
        return level


class Organisation:
    """Names of companies: words in any order, left out or added, misspelt or written together.

    "Open" and "another" are for the rules of ``judge``: of one brand, but perhaps or surely not the
    same company.
    """

    EXACT, LETTERS, CONTAINED, OVERLAP, SIMILAR, FAINT, OPEN, ANOTHER, ELSE = range(9)

    def __init__(self, values: Values) -> None:
        self.values = values
        self.chinese = np.array([bool(CJK.search(v)) for v in values], dtype=bool)
        self.solid = np.array([*joined(values), ""], dtype=object)
        self.letters = derived(values, lambda v: "".join(sorted(v.replace(" ", ""))))
        self.length = np.array([len(v) for v in self.solid], dtype=np.int32)
        self.words = word_table(list(values))
        self.unique = expected_rarity(len(values))

    def levels(self, left: Index, right: Index) -> Levels:
        """Return same letters, contained, overlap, similar, faint or else."""
        shared = shared_words(self.words, left, right)
        telling = shared.common / self.unique
        similarity = jaro_winkler(self.solid[left], self.solid[right])
        chinese = self.chinese[left] | self.chinese[right]
        similarity[chinese & (similarity < 0.95)] = 0
        level = np.full(len(left), self.ELSE, dtype=np.int8)
        level[(similarity >= 0.80) | (telling >= 0.4)] = self.FAINT
        level[(similarity >= 0.88) | ((shared.cosine >= 0.5) & (telling >= 0.3))] = self.SIMILAR
        level[(shared.cosine >= 0.7) & (telling >= 0.3)] = self.OVERLAP
        level[(shared.shorter >= 0.85) & (telling >= 0.3)] = self.CONTAINED
        anagram = same(self.letters, left, right) & ~chinese
        likely = (similarity >= 0.93) & ~anagram & (shared.cosine < 0.95)
        typed = edits(self.solid[left], self.solid[right], 3, likely)
        # one slip in a short name, one more for every fifteen letters
        slips = typed <= np.minimum(1 + self.length[left] // 15, 3)
        level[(likely & slips) | (shared.cosine >= 0.95) | anagram] = self.LETTERS
        return level
