"""A learnt model as plain values and back, so that the next scan can go by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .learn import Model

_ARRAYS = ("m", "u", "siblings", "correction")


def model_to_mapping(model: Model) -> dict[str, Any]:
    """Return a model as values that JSON can hold."""
    plain: dict[str, Any] = {
        name: [shares.tolist() for shares in getattr(model, name)] for name in _ARRAYS
    }
    return plain | {
        "names": list(model.names),
        "types": list(model.types),
        "related": [list(pair) for pair in model.related],
        "kinds": [float(share) for share in model.kinds],
        "bias": model.bias,
        "learnt": model.learnt,
    }


def model_from_mapping(plain: Mapping[str, Any]) -> Model:
    """Return the model that :func:`model_to_mapping` wrote."""
    same, neighbours, namesakes = plain["kinds"]
    return Model(
        names=tuple(plain["names"]),
        types=tuple(plain["types"]),
        related=tuple((float(a), float(b)) for a, b in plain["related"]),
        kinds=(same, neighbours, namesakes),
        bias=plain["bias"],
        learnt=plain["learnt"],
        **{name: tuple(np.array(shares) for shares in plain[name]) for name in _ARRAYS},
    )
