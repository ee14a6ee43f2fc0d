"""Options that say how a file is read, shared by ``import run`` and ``import map save``."""

from typing import Annotated, Literal

import typer

from ci_cli.text import _

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
