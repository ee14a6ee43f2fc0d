"""What a person may choose about a file, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Options:
    """Choices that every writer gets; each uses those that concern it.

    Attributes:
        raw: csv: leave text that looks like a formula without its apostrophe.
        headings: of exported rows: ``keys`` come back without a question, ``labels`` are
            translated. Reports do not ask: csv and json have keys, the others labels.
        key: of exported rows: what they are, such as ``customers``.
        meta: of exported rows in json: plain json values.
    """

    raw: bool = False
    headings: Literal["keys", "labels"] = "keys"
    key: str = "rows"
    meta: dict[str, Any] = field(default_factory=dict)
