"""What a scan found, as those who explain, remember or cluster it read it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .block import RuleUse
from .learn import Model, Patterns
from .placeholders import Placeholder
from .score import Frequencies
from .settings import Settings
from .table import Records

Ints = npt.NDArray[np.int64]
SEPARATE, REVIEW, CERTAIN = range(3)


@dataclass(frozen=True)
class Pairs:
    """Compared pairs by the rows of the input; ``left`` has the lower key.

    Attributes:
        left: row of one record.
        right: row of the other.
        weight: log odds of "same", bits; −inf where nothing that identifies agrees.
        probability: 0 to 1.
        pattern: row of ``Result.patterns.levels``.
    """

    left: Ints
    right: Ints
    weight: npt.NDArray[np.float32]
    probability: npt.NDArray[np.float32]
    pattern: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.left)


@dataclass(frozen=True)
class Result:
    """What a scan found.

    Attributes:
        records: the table that was scanned.
        pairs: every compared pair, by lower and higher key.
        band: pair -> CERTAIN, REVIEW or SEPARATE; what people decided is no question any more.
        decided: pair -> 1 (same), 0 (different) or −1 (nobody said).
        clusters: record -> row of the first record (by contents) of its cluster.
        copy_of: record -> row of the first record with equal contents.
        base: what was learnt from the list alone; it can score another list.
        model: the same with what decisions taught.
        compared: pairs that were compared, not known before.
        common: how common each value is.
        patterns: distinct combinations of levels.
        certain_at: probability from which a pair may be merged unasked; above 1 where none may.
        precision: what part of the certain band is estimated to be true.
        everything: whether all pairs of the list were looked at.
        rules: what the blocking rules brought.
        settings: what the scan went by.
        placeholders: values that too many names share; they count as missing.
    """

    records: Records
    pairs: Pairs
    band: npt.NDArray[np.int8]
    decided: npt.NDArray[np.int8]
    clusters: Ints
    copy_of: Ints
    base: Model
    model: Model
    compared: int
    common: Frequencies
    patterns: Patterns
    certain_at: float
    precision: float
    everything: bool
    rules: tuple[RuleUse, ...]
    settings: Settings
    placeholders: tuple[Placeholder, ...] = ()

    def expanded(self, least: float) -> tuple[Ints, Ints]:
        """Return the rows of all pairs from a probability on, each pair of copies by itself.

        Copies of a record with equal contents stand in ``pairs`` once; here, two likely records of
        ten copies each are a hundred pairs. Meant for measuring, not for long lists.
        """
        members: dict[int, list[int]] = {}
        for row, first in enumerate(self.copy_of.tolist()):
            members.setdefault(first, []).append(row)
        likely = self.pairs.probability >= least
        ends = list(
            zip(self.pairs.left[likely].tolist(), self.pairs.right[likely].tolist(), strict=True)
        )
        own = {a for a, b in ends if self.copy_of[b] == a}
        found = [
            (one, other)
            for a, b in ends
            if self.copy_of[b] != a
            for one in members[a]
            for other in members[b]
        ]
        found += [
            (one, other)
            for first in sorted(own)
            for at, one in enumerate(members[first])
            for other in members[first][at + 1 :]
        ]
        rows = np.array(found, dtype=np.int64).reshape(-1, 2)
        return rows[:, 0], rows[:, 1]
