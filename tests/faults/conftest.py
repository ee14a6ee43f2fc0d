"""Let the assertions of the cases say what they compared, as those of tests do."""

from __future__ import annotations

import sys

import pytest

_GROUPS = ("files", "xlsx", "csv", "xml", "store", "dedupe", "output")
for module in ("lab", "jobs", *(f"rows_{group}" for group in _GROUPS)):
    if module not in sys.modules:  # tools/fault_table.py has read them already
        pytest.register_assert_rewrite(module)
