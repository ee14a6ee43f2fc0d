"""Run the fault table and write docs/reliability.md: every row, how it is proven, how it ended.

Usage::

    python tools/fault_table.py           # run all cases, write the page; exit code 1 if any failed
    python tools/fault_table.py --list    # print the summary by group without running anything
"""

from __future__ import annotations

import importlib
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FAULTS = ROOT / "tests" / "faults"
PAGE = ROOT / "docs" / "reliability.md"
GROUPS = ("files", "xlsx", "csv", "xml", "store", "dedupe", "output")
PASSED, GAP, FAILED = "passed", "known gap", "FAILED"

for folder in (FAULTS, FAULTS.parent, FAULTS.parent / "bad_inputs"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

TABLE: dict[int, dict[str, str]] = {
    int(name.removeprefix("row-")): row
    for name, row in tomllib.loads((FAULTS / "table.toml").read_text("utf-8")).items()
}
CASES: list[Any] = [
    case for group in GROUPS for case in importlib.import_module(f"rows_{group}").CASES
]

Results = Mapping[tuple[int, str], str]
# what takes too long for every run of this tool; renew it by hand after such a run
LONG_RUNS = (
    "The long forms, last run in November 2026: 101,000 spoilt inputs in all; a fault at every step"
    " of ten commands; fourteen commands each with sixty limits to the size of files;"
    " `dedupe scan --auto` killed 200 times. No failure."
)


def proofs() -> set[str]:
    """Return the tests of other folders that prove a row."""
    return {case.proof for case in CASES if hasattr(case, "proof")}


def as_expected() -> Results:
    """Return the results as they are when every case ends as its row says."""
    return {(case.row, case.name): GAP if getattr(case, "gap", "") else PASSED for case in CASES}


def run() -> Results:
    """Run every case, with the tests elsewhere that stand for one, and return how each ended."""
    import pytest

    ended: dict[str, str] = {}

    class Recorder:
        """Notes how each test ended."""

        def pytest_runtest_logreport(self, report: Any) -> None:
            name = report.nodeid
            if report.failed:
                ended[name] = FAILED
            elif report.when == "call":
                ended.setdefault(name, GAP if hasattr(report, "wasxfail") else PASSED)
            elif report.skipped:
                ended.setdefault(name, "skipped here")

    pytest.main(
        ["-q", "-p", "no:cacheprovider", "--no-header", "--rootdir", str(ROOT),
         *(str(ROOT / name) for name in (f"{FAULTS}/test_fault_rows.py::test_fault", *proofs()))],
        plugins=[Recorder()],
    )  # fmt: skip
    results = {}
    for case in CASES:
        if hasattr(case, "proof"):
            states = [state for name, state in ended.items() if name.split("[")[0] == case.proof]
        else:
            states = [state for name, state in ended.items() if name.endswith(f"[{case.id}]")]
        worst = next((s for s in (FAILED, GAP, "skipped here") if s in states), PASSED)
        results[case.row, case.name] = worst if states else FAILED
    return results


def summary(results: Results) -> list[str]:
    """Return the table of rows, rows that pass and known gaps by group."""
    lines = ["| group | rows | rows that pass | cases | known gaps |", "|---|---|---|---|---|"]
    totals = [0, 0, 0, 0]
    for group in (*GROUPS, None):
        rows = [number for number, row in TABLE.items() if row["group"] == group]
        states = [results[c.row, c.name] for c in CASES if c.row in rows]
        passing = sum(
            all(results[c.row, c.name] == PASSED for c in CASES if c.row == number)
            for number in rows
        )
        figures = [len(rows), passing, len(states), states.count(GAP)]
        if group is None:
            figures = totals
        totals = [total + figure for total, figure in zip(totals, figures, strict=True)]
        lines.append(f"| {group or 'all'} | " + " | ".join(map(str, figures)) + " |")
    return lines


def page(results: Results) -> str:
    """Return the text of docs/reliability.md."""
    lines = [
        "# What ci-cli stands",
        "",
        "Every fault below is provoked by `make faults` (and by `make test`); the answer and the"
        " state of the store after it are both looked at. `tools/fault_table.py` writes this page;"
        " the rows stand in `tests/faults/table.toml`, the cases that prove them in"
        " `tests/faults/rows_*.py`. `make faults-slow` adds the long loops: every command killed"
        " two hundred times, a fault at every step. `make fuzz` looks for faults that no list has:"
        " it spoils real files in every way it knows and imports them (`tests/fuzz/`).",
        "",
        LONG_RUNS,
        "",
        "**E**: a clear error, nothing changed. **R**: the file is taken, the bad row goes to the"
        " rejects with line, column and reason (exit 4). **A**: taken, with a note. **X**: the"
        " command stops or dies, and later commands find the store whole. After every import: read"
        " = created + updated + unchanged + conflict + rejected, and the same again adds nothing.",
        "",
        *summary(results),
    ]
    for group in GROUPS:
        lines += ["", f"## {group}", "", "| # | fault | expected | proven by | result |"]
        lines += ["|---|---|---|---|---|"]
        for number, row in TABLE.items():
            if row["group"] == group:
                lines.append(_line(number, row, results))
    return "\n".join(lines) + "\n"


def _line(number: int, row: Mapping[str, str], results: Results) -> str:
    cases = [case for case in CASES if case.row == number]
    shown = []
    for case in cases:
        result = results[case.row, case.name]
        note = "" if result == PASSED else f" – {result}"
        if result == GAP:
            note += f": {case.gap}"
        name = f"`{case.proof}`" if hasattr(case, "proof") else case.name
        shown.append(f"{name}{note}")
    passed = sum(results[case.row, case.name] == PASSED for case in cases)
    cells = (row["fault"], row["expected"], "; ".join(shown), f"{passed}/{len(cases)}")
    return f"| {number} | " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> int:
    """Run, print the summary, write the page."""
    if "--list" in sys.argv[1:]:
        print("\n".join(summary(as_expected())))
        return 0
    results = run()
    print("\n".join(summary(results)))
    PAGE.write_text(page(results), "utf-8")
    for (number, name), result in results.items():
        if result not in (PASSED, GAP):
            print(f"row {number}, {name}: {result}")
    return int(FAILED in results.values())


if __name__ == "__main__":
    sys.exit(main())
