"""The three column types of a STRICT SQLite table, and the table options that all models share.

SQLModel's own choices (VARCHAR, DATE, FLOAT, BOOLEAN) are refused by STRICT tables: days are ISO
text, money and quantities are scaled integers, JSON is text, truth is 0 or 1. REAL is for the
scores of pairs only, never for money.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import REAL, Integer, LargeBinary, Text
from sqlmodel import Field

STRICT = {"sqlite_strict": True}


def key() -> Any:
    """Integer primary key that the database gives out."""
    return Field(default=None, primary_key=True, sa_type=Integer)


def text(*, primary: bool = False) -> Any:
    """Text that must be there."""
    return Field(sa_type=Text, primary_key=primary)


def maybe_text() -> Any:
    """Text that may be missing (NULL, never an empty string)."""
    return Field(default=None, sa_type=Text)


def integer(default: int | None = None) -> Any:
    """A whole number that must be there; ``default`` also stands in the database."""
    if default is None:
        return Field(sa_type=Integer)
    return Field(
        default=default, sa_type=Integer, sa_column_kwargs={"server_default": str(default)}
    )


def maybe_integer() -> Any:
    """A whole number that may be missing."""
    return Field(default=None, sa_type=Integer)


def real() -> Any:
    """A score that must be there."""
    return Field(sa_type=REAL)


def maybe_real() -> Any:
    """A score that may be missing."""
    return Field(default=None, sa_type=REAL)


def maybe_bytes() -> Any:
    """Packed numbers that may be missing."""
    return Field(default=None, sa_type=LargeBinary)


def refers_to(column: str, *, optional: bool = False) -> Any:
    """A foreign key to ``table.column``."""
    if optional:
        return Field(default=None, sa_type=Integer, foreign_key=column, nullable=True)
    return Field(sa_type=Integer, foreign_key=column)


def refers_to_key(column: str) -> Any:
    """A foreign key that is also part of the primary key."""
    return Field(sa_type=Integer, foreign_key=column, primary_key=True)


def integer_key() -> Any:
    """A whole number that is part of a primary key and refers to nothing."""
    return Field(sa_type=Integer, primary_key=True, sa_column_kwargs={"autoincrement": False})
