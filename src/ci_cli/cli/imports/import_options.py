"""Options that say how a file is read, shared by the commands of ``import``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ci_cli.errors import CiError, ExitCode
from ci_cli.text import _, msg

if TYPE_CHECKING:
    from ci_cli.importing.layout.options import LayoutOptions, Measure
    from ci_cli.readers.base import ReadOptions

KindOption = Annotated[
    Literal[
        "customers",
        "contacts",
        "products",
        "categories",
        "orders",
        "interactions",
        "contracts",
        "opportunities",
        "usage",
        "feedback",
        "attitudes",
        "roi",
    ]
    | None,
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
HeaderRowOption = Annotated[
    str | None,
    typer.Option(
        "--header-row",
        metavar="N[..M]",
        help=_("Line of the header; N..M: rows that make it together."),
    ),
]
FillDownOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fill-down",
        metavar="COLUMN",
        help=_(
            "Copy the values of a column down to the empty cells below them; auto: every column"
            " that names each group once; none: leave the cells empty."
        ),
    ),
]
FillMergedOption = Annotated[
    bool,
    typer.Option("--fill-merged", help=_("Give the value of merged cells to each of their rows.")),
]
UnpivotOption = Annotated[
    bool | None,
    typer.Option(
        "--unpivot/--no-unpivot",
        help=_(
            "Make an order line of each figure in columns named for months or other periods, dated"
            " the period's last day; or keep such columns as they are."
        ),
        show_default=False,
    ),
]
UnpivotAsOption = Annotated[
    Literal["amount", "quantity"] | None,
    typer.Option("--unpivot-as", help=_("What the figures of --unpivot are; implies it.")),
]
YearOption = Annotated[
    int | None,
    typer.Option(
        "--year",
        min=1900,
        max=2100,
        help=_("Year of the first month column, where none is named."),
    ),
]
IdWidthOption = Annotated[
    list[str] | None,
    typer.Option(
        "--id-width",
        metavar="FIELD=N",
        help=_("Give codes of digits the leading zeros back that they lost, up to N digits."),
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


def layout_options(
    header_row: str | None, fill_down: list[str] | None, fill_merged: bool,
    unpivot: bool | None, unpivot_as: Measure | None, year: int | None,
) -> LayoutOptions:  # fmt: skip
    """Return what the user says about the shape of a sheet.

    Raises:
        CiError: ``header-row-invalid`` (exit 2).
    """
    from ci_cli.importing.layout.options import LayoutOptions

    rows = None
    if header_row is not None:
        found = re.fullmatch(r"([1-9]\d*)(?:\.\.([1-9]\d*))?", header_row.strip())
        rows = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if rows[0] > rows[1]:
            raise CiError(
                "header-row-invalid",
                msg("--header-row {rows}: that is no row number", rows=header_row),
                hint=msg("write the line of the header, for example --header-row 7, or 6..7 where"
                         " two rows make it together"),
                exit_code=ExitCode.DECIDE,
            )  # fmt: skip
    return LayoutOptions(rows, tuple(fill_down or ()), fill_merged, unpivot, unpivot_as, year)


def parse_widths(texts: list[str] | None) -> dict[str, int]:
    """Return field -> digits of ``--id-width FIELD=N`` options.

    Raises:
        CiError: ``id-width-invalid`` (exit 2).
    """
    from ci_cli.importing.evidence import CODES

    found = {}
    for text in texts or ():
        name, _equals, digits = text.partition("=")
        if name.strip() not in CODES or not digits.strip().isdecimal() or int(digits) > 40:
            raise CiError(
                "id-width-invalid",
                msg("--id-width {text} is not FIELD=N.", text=text),
                hint=msg(
                    "write for example --id-width customer.id=6; fields with codes: {fields}",
                    fields=", ".join(sorted(CODES)),
                ),
                exit_code=ExitCode.DECIDE,
            )
        found[name.strip()] = int(digits)
    return found


def parse_map(texts: list[str] | None) -> dict[str, str]:
    """Return field -> header of ``--map FIELD=HEADER`` options."""
    found = {}
    for text in texts or ():
        name, equals, header = text.partition("=")
        if not (equals and name.strip() and header.strip()):
            raise CiError(
                "map-invalid",
                msg("{text} is not FIELD=HEADER.", text=text),
                hint=msg("Write for example: --map line.amount=合计"),
                exit_code=ExitCode.DECIDE,
            )
        found[name.strip()] = header.strip()
    return found


def parse_purposes(texts: list[str] | None) -> dict[str, str]:
    """Return header -> words of ``--purpose HEADER=WORDS`` options."""
    found = {}
    for text in texts or ():
        heading, equals, words = text.partition("=")
        if not (equals and heading.strip() and words.strip()):
            raise CiError(
                "purpose-invalid",
                msg("{text} is not HEADER=WORDS.", text=text),
                hint=msg("Write for example: --purpose Gender='how we address people'"),
                exit_code=ExitCode.DECIDE,
            )
        found[heading.strip()] = words.strip()
    return found
