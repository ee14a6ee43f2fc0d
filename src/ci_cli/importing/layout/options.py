"""What a person says about the shape of a sheet, and how a saved map keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Measure = Literal["amount", "quantity"]
NO_COLUMN = "none"  # --fill-down none: empty cells stay empty, and nobody asks
EVERY_GROUP = "auto"  # --fill-down auto: the columns that are found to be grouped


@dataclass(frozen=True)
class LayoutOptions:
    """The shape of a sheet as the user gave it; everything left out is found or asked for.

    Attributes:
        header_row: first and last line of the header, as numbered in the file.
        fill_down: headers (or ``#3``) of columns that are filled on the first row of a group only;
            ``("auto",)`` or ``("none",)``.
        fill_merged: give every cell of a merged range the range's value.
        unpivot: make a row of every month column's cell; False: keep month columns as they are.
        unpivot_as: what the cells of month columns are, where their headers do not say.
        year: of month columns that name none (1月, Jan).
    """

    header_row: tuple[int, int] | None = None
    fill_down: tuple[str, ...] = ()
    fill_merged: bool = False
    unpivot: bool | None = None
    unpivot_as: Measure | None = None
    year: int | None = None

    @property
    def unpivots(self) -> bool:
        """Return whether month columns become rows; saying what they are implies it."""
        return bool(self.unpivot or (self.unpivot_as and self.unpivot is None))

    def over(self, saved: LayoutOptions) -> LayoutOptions:
        """Return these options, with what they leave open taken from ``saved``."""
        return LayoutOptions(
            self.header_row or saved.header_row,
            self.fill_down or saved.fill_down,
            self.fill_merged or saved.fill_merged,
            saved.unpivot if self.unpivot is None else self.unpivot,
            self.unpivot_as or saved.unpivot_as,
            self.year or saved.year,
        )

    def as_saved(self) -> dict[str, Any]:
        """Return what a saved map keeps, as JSON can hold it; the year is each file's own."""
        return {
            "header_row": self.header_row and list(self.header_row),
            "fill_down": list(self.fill_down),
            "fill_merged": self.fill_merged,
            "unpivot": self.unpivot,
            "unpivot_as": self.unpivot_as,
        }

    @classmethod
    def from_saved(cls, saved: Mapping[str, Any] | None) -> LayoutOptions:
        """Return the options that :meth:`as_saved` wrote; maps of old have none."""
        given = saved or {}
        rows = given.get("header_row")
        return cls(
            header_row=(rows[0], rows[1]) if rows else None,
            fill_down=tuple(given.get("fill_down", ())),
            fill_merged=bool(given.get("fill_merged")),
            unpivot=given.get("unpivot"),
            unpivot_as=given.get("unpivot_as"),
        )
