"""From which probability on a pair may be merged without asking.

A model that takes fields as independent is surer than it should be, the more so the longer the list.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .settings import Settings


def certain_from(
    probability: npt.NDArray[np.float32], settings: Settings
) -> tuple[float, float]:
    """Return the lowest probability of the certain band, and its estimated precision."""
    band = probability[probability >= settings.certain_at]
    return settings.certain_at, float(band.mean()) if len(band) else 1.0
