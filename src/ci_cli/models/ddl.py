"""The schema as SQL text, made from the models: for migrations and the test that guards them."""

from __future__ import annotations

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import SQLModel

from ci_cli.models import (
    actions,
    alarms,
    basic,
    behaviour,
    bookkeeping,
    goals,
    identity,
    interaction,
    kept,
    pairs,
    references,
    search,
    trade,
    voice,
)

FAMILIES = (
    basic, identity, trade, interaction, voice, behaviour, bookkeeping, kept, pairs, alarms,
    actions, references, search, goals,
)  # fmt: skip


def schema_sql() -> str:
    """Return CREATE statements for all tables and indexes, in dependency order."""
    dialect = sqlite.dialect()
    statements: list[str] = []
    for table in SQLModel.metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        statements.extend(
            str(CreateIndex(index).compile(dialect=dialect)).strip()
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        )
    return (
        ";\n\n".join(line.replace("\t", "    ").replace(" \n", "\n") for line in statements) + ";\n"
    )


if __name__ == "__main__":
    print(schema_sql())
