"""Options that say how a file is read, shared by the commands of ``import``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ci_cli.text import _

if TYPE_CHECKING:
    from ci_cli.readers.base import ReadOptions

KindOption = Annotated[
    Literal["customers", "contacts", "products", "categories", "orders"] | None,
    typer.Option("--as", help=_("What the rows are; else guessed.")),
]
SourceOption = Annotated[
    str | None, typer.Option("--source", help=_("The system that the rows come from."))
]
DatesOption = Annotated[
    Literal["dmy", "mdy", "ymd"] | None,
    typer.Option("--dates", help=_("Order of day, month and year.")),
]
DecimalOption = Annotated[
    Literal["point", "comma"] | None,
    typer.Option("--decimal", help=_("What divides the fraction of numbers.")),
]
SheetOption = Annotated[
    str | None, typer.Option("--sheet", help=_("Sheet of a workbook, by name or number."))
]
RecordOption = Annotated[
    str | None,
    typer.Option("--record", metavar="//order", help=_("XML: the element that is a row.")),
]
EncodingOption = Annotated[
    str | None, typer.Option("--encoding", help=_("Encoding of a text file."))
]
DelimiterOption = Annotated[
    str | None, typer.Option("--delimiter", help=_("Delimiter of a text file."))
]
LimitOption = Annotated[
    list[str] | None,
    typer.Option(
        "--limit", metavar="NAME=N", help=_("Raise a limit on files: size=20G, ratio=500 …")
    ),
]


def read_options(
    encoding: str | None,
    delimiter: str | None,
    sheet: str | None,
    record: str | None,
    limits: list[str] | None,
) -> ReadOptions:
    """Return what the user said about the file.

    Raises:
        CiError: ``limit-invalid``.
    """
    from ci_cli.readers.base import ReadOptions
    from ci_cli.readers.limits import parse_limits

    return ReadOptions(encoding, delimiter, sheet, record, parse_limits(limits or ()))
