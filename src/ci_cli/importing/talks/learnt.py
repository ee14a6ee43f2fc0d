"""Rows of attitudes and of returns (before, after, the customer's words) -> facts learnt."""

from __future__ import annotations

from typing import Any

from ci_cli.importing.talks.lists import meaning_of
from ci_cli.importing.values.cells import ValueReject
from ci_cli.shapes.voice import ATTITUDES
from ci_cli.text import msg

FACETS = ("attitude", "motive", "aim")


def stand_values(facet: str, cells: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of one fact about how a customer stands to us.

    Args:
        facet: one of ``FACETS``.
        cells: of the row, by field.

    Raises:
        ValueReject: the word for the attitude is none that we know.
    """
    said = str(cells[f"attitude.{facet}"])
    value = said
    if facet == "attitude":
        known = meaning_of("attitude", said)
        if known is None:
            raise ValueReject(
                msg("“{text}” is no attitude", text=said),
                msg("write one of {words}", words=", ".join(ATTITUDES)),
            )
        value = known
    return {
        "day": cells["attitude.date"], "kind": facet, "value": value,
        "text": cells.get("attitude.why") or None, "origin": cells.get("attitude.origin") or None,
        "author": cells.get("attitude.author") or None,
    }  # fmt: skip


def roi_values(_rows: object, cells: dict[str, Any], _extra: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of one return: figures in millionths, and the customer's own words.

    Raises:
        ValueReject: the row has no figure.
    """
    before, after = cells.get("roi.before"), cells.get("roi.after")
    if before is None and after is None:
        raise ValueReject(
            msg("the row has no figure"), msg("fill in the figure, or remove the row")
        )
    return {
        "day": cells["roi.date"], "kind": "roi", "value": cells["roi.metric"],
        "text": cells.get("roi.text") or None, "before": before, "after": after,
        "unit": cells.get("roi.unit") or None, "period": cells.get("roi.period") or None,
        "origin": cells.get("roi.origin") or None, "author": cells.get("roi.author") or None,
    }  # fmt: skip
