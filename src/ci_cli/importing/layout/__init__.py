"""Ugly sheets made plain: one header row, one row per record, before any column is mapped."""
