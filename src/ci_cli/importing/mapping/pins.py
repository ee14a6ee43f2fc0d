"""What the user decided with ``--map field=Header``: found in the file, or refused with help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from ci_cli.errors import CiError
from ci_cli.importing.mapping.heading import Candidate
from ci_cli.importing.mapping.sheet import KIND_FIELDS, Column, Sheet
from ci_cli.importing.mapping.synonyms import load_synonyms, squeeze
from ci_cli.text import msg

NO_COLUMN = ("", "-")  # --map line.discount=- : the field has no column in this file


def pin(sheet: Sheet, overrides: Mapping[str, str]) -> None:
    """Fix the columns that the user named; every other meaning of theirs is forgotten.

    A header is given as it stands in the file, alike but for case and punctuation, or as ``#3``
    for the third column.

    Raises:
        CiError: ``map-field-unknown`` or ``map-header-unknown`` (exit 2), with what is legal.
    """
    table = load_synonyms()
    left_out = set()
    for name, header in overrides.items():
        if name not in table.fields:
            raise _unknown_field(sheet, name)
        if header in NO_COLUMN:
            left_out.add(name)
            continue
        column = _find(sheet, name, header)
        column.heading = replace(
            column.heading, candidates=(Candidate(name, "own"),), rule=None, apart=None
        )
        column.how = "map"
        column.take(name, msg("as --map says"))
    sheet.left_out = frozenset(left_out)


def _find(sheet: Sheet, name: str, header: str) -> Column:
    exact = [column for column in sheet.columns if column.text == header]
    alike = [column for column in sheet.columns if squeeze(column.text) == squeeze(header)]
    numbered = (
        [column for column in sheet.columns if f"#{column.index + 1}" == header]
        if header.startswith("#")
        else []
    )
    for found in (exact, numbered, alike):
        if len(found) == 1:
            return found[0]
        if found and squeeze(header):
            places = ", ".join(f"#{column.index + 1}" for column in found)
            raise sheet.ask(
                "map-header-unknown",
                msg("“{header}” stands over several columns: {places}",
                    header=header, places=places),
                msg("name one by its place, for example --map {field}=#{number}",
                    field=name, number=found[0].index + 1),
                [],
            )  # fmt: skip
    headers = [column.text for column in sheet.columns if column.text]
    close = get_close_matches(header, headers, n=3, cutoff=0.5)
    raise sheet.ask(
        "map-header-unknown",
        msg("--map {field}={header}: the file has no such header", field=name, header=header),
        msg("did you mean {close}?", close=", ".join(f"“{text}”" for text in close))
        if close
        else msg("use one of the headers below, or #N for the Nth column"),
        [", ".join(headers)],
    )


def _unknown_field(sheet: Sheet, name: str) -> CiError:
    legal = sorted(set().union(*KIND_FIELDS.values()))
    close = get_close_matches(name, legal, n=3, cutoff=0.5)
    close += [field for field in legal if field.endswith("." + name) and field not in close]
    return sheet.ask(
        "map-field-unknown",
        msg("--map {field}=…: there is no field of that name", field=name),
        msg("did you mean {close}?", close=", ".join(close))
        if close
        else msg("use one of the fields below"),
        [", ".join(legal)],
    )
