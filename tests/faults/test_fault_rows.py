"""Every fault of ``table.toml`` is provoked; the answer and the state after it are looked at.

``rows_*.py`` hold the cases. ``make faults`` runs them and writes docs/reliability.md.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import fault_table
import pytest
from lab import Case, Lab

ROOT = Path(__file__).resolve().parents[2]
CASES = [
    pytest.param(case, id=case.id, marks=[pytest.mark.xfail(reason=case.gap)] if case.gap else [])
    for case in fault_table.CASES
    if isinstance(case, Case)
]


@pytest.fixture
def lab(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    demo_store: Path,
) -> Lab:
    return Lab(tmp_path, monkeypatch, capsys, demo_store)


@pytest.mark.parametrize("case", CASES)
def test_fault(case: Case, lab: Lab) -> None:
    if case.posix and os.name != "posix":
        pytest.skip("signals, links and limits of POSIX")
    lab.write(case.files)
    for line in case.given:
        answer = lab.run(line)
        assert answer.code in (0, 4), answer.said
    if case.act is not None:
        case.act(lab)
        return
    before, there = lab.state(), lab.left()
    answer = lab.run(case.line)

    assert "Traceback" not in answer.said
    assert answer.code == case.exit, answer.said
    if case.code:
        assert f"code: {case.code} " in answer.err, answer.said
    for words in case.says:
        assert words in answer.said
    if case.exit in (1, 2, 5, 6):
        assert lab.state() == before
        assert lab.left() == there
    elif case.line.startswith("import "):
        _adds_up(case, lab)
    if case.check is not None:
        case.check(lab)


def _adds_up(case: Case, lab: Lab) -> None:
    """Every row has one verdict, and the same file again brings nothing."""
    lab.sound()
    counts = lab.counts()
    assert counts["read"] == sum(counts.values()) - counts["read"]
    assert {name: counts[name] for name in case.counts} == dict(case.counts)
    told = "".join(
        path.read_text("utf-8-sig") for path in sorted(lab.folder.glob("*.rejects*.csv"))
    )
    for words in case.rejects:
        assert words in told
    assert bool(told) == (counts["rejected"] + counts["conflict"] > 0)
    if case.again:
        once = lab.state()[0]
        answer = lab.run(case.line)
        assert answer.code == case.exit, answer.said
        assert (lab.counts()["created"], lab.counts()["updated"]) == (0, 0)
        assert lab.state()[0] == once


def test_every_row_of_the_table_is_tried() -> None:
    tried = {case.row for case in fault_table.CASES}
    assert tried == set(fault_table.TABLE)


def test_names_of_cases_are_unique() -> None:
    ids = [(case.row, case.name) for case in fault_table.CASES]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("proof", sorted(fault_table.proofs()))
def test_what_is_proven_elsewhere_is_there(proof: str) -> None:
    file, _, name = proof.partition("::")
    source = (ROOT / file).read_text("utf-8")
    assert re.search(rf"^def {re.escape(name)}\(", source, re.MULTILINE), proof


def test_the_summary_shows_every_case_as_it_stands() -> None:
    """The page is what ``make faults`` writes when every case ends as its row says."""
    page = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    assert page == fault_table.page(fault_table.as_expected())
