"""Let the assertions of the cases say what they compared, as those of tests do."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "lab",
    "jobs",
    *(f"rows_{group}" for group in ("files", "xlsx", "csv", "xml", "store", "output")),
)
