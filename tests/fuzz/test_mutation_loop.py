"""Some hundred spoilt files through the real import: the short form of ``make fuzz``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import mutants
import mutation_loop
import pytest
import trial
from mutants import Mutant, Seed
from trial import ROOT, Bench, Violation

from ci_cli.errors import CiError, ExitCode
from ci_cli.importing.load import run_import
from ci_cli.text import msg

SEED, INPUTS, PARTS = 20261, 320, 4
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="clocks and limits of POSIX")


@pytest.fixture(scope="module")
def seeds() -> list[Seed]:
    return mutants.all_seeds(ROOT, shared=False)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.mark.parametrize("part", range(PARTS))
def test_spoilt_files_do_no_harm(bench: Bench, seeds: list[Seed], part: int) -> None:
    for number in range(part, INPUTS, PARTS):
        result = mutation_loop.attempt(bench, seeds, SEED, number)
        assert "failed" not in result, result


def test_every_sound_file_is_read_or_asked_about(bench: Bench, seeds: list[Seed]) -> None:
    """Else the loop would spoil what was refused before."""
    own = {seed.name for seed in mutants.own_seeds()}
    for seed in seeds:
        outcome = bench.trial(Random(seed.name), Mutant(seed, seed.data, "whole"))
        assert outcome.code in (0, 2, 4), (seed.name, outcome.error)
        if seed.name in own and "--as" in seed.words and "open" not in seed.name:
            assert outcome.code in (0, 4), (seed.name, outcome.error)


def test_an_input_is_made_anew_from_two_numbers(seeds: list[Seed]) -> None:
    def inputs() -> Iterator[tuple[str, bytes, str]]:
        for number in range(150):
            made = mutants.mutant(mutation_loop.generator(3, number), seeds)
            yield made.seed.name, made.data, made.how

    first = list(inputs())
    assert first == list(inputs())
    assert len(set(first)) > 140


# --- the loop sees what it is there to see


def _orders(seeds: list[Seed]) -> Mutant:
    seed = next(seed for seed in seeds if seed.name == "orders.csv")
    return Mutant(seed, seed.data, "whole")


def _leave_a_file(bench: Bench) -> None:
    (bench.temp / "left").mkdir(exist_ok=True)


def _ask_a_network(_bench: Bench) -> None:
    import socket

    with socket.socket() as plug:
        plug.settimeout(0.01)
        plug.connect_ex(("127.0.0.1", 9))


def _alter_the_store(bench: Bench) -> None:
    import sqlite3

    conn = sqlite3.connect(bench.store)
    conn.execute("UPDATE order_line SET amount = amount + 1")
    conn.commit()
    conn.close()


def _divide(_bench: Bench) -> None:
    raise ZeroDivisionError


def _go_on_for_ever(_bench: Bench) -> None:
    while True:
        pass


def _refuse_with_a_code_of_no_page(_bench: Bench) -> None:
    raise CiError("no-such-code", msg("x"), exit_code=ExitCode.FAILED)


def _keep_a_file_open(_bench: Bench, kept: list[Any] = []) -> None:  # noqa: B006 - it shall stay open
    kept.append(open(__file__))  # noqa: PTH123, SIM115


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (_leave_a_file, "temporary folders are left"),
        (_ask_a_network, "does what it may not"),
        (_alter_the_store, "the seals are broken"),
        (_divide, "ZeroDivisionError"),
        (_go_on_for_ever, "takes longer"),
        (_refuse_with_a_code_of_no_page, "error no-such-code"),
        (_keep_a_file_open, "files are left open"),
    ],
)
def test_a_fault_is_found(
    bench: Bench, seeds: list[Seed], monkeypatch: pytest.MonkeyPatch, harm: Any, what: str
) -> None:
    def run(*words: Any, **more: Any) -> Any:
        result = run_import(*words, **more)
        harm(bench)
        return result

    monkeypatch.setattr(trial, "run_import", run)
    monkeypatch.setattr(trial, "SECONDS", 1)
    with pytest.raises(Violation, match=what):
        bench.trial(Random(1), _orders(seeds))


def test_a_failure_is_kept_small_and_named(
    bench: Bench, seeds: list[Seed], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def run(conn: Any, paths: Any, *words: Any, **more: Any) -> Any:
        if b"A7" in paths[0].read_bytes():
            raise ZeroDivisionError
        return run_import(conn, paths, *words, **more)

    monkeypatch.setattr(trial, "run_import", run)
    numbers = (mutation_loop.attempt(bench, seeds, 1, n) for n in range(200))
    result = next(one for one in numbers if "failed" in one and one["kind"] == "text")
    mutation_loop.keep(tmp_path / "out", bench, seeds, 1, result)
    (folder,) = (tmp_path / "out").iterdir()
    told = json.loads((folder / "failure.json").read_text("utf-8"))
    assert told["again"].endswith(f"--seed 1 --only {result['n']}")
    whole, small = (folder / result["file"]), (folder / f"small-{result['file']}")
    assert b"A7" in small.read_bytes()
    assert small.stat().st_size < whole.stat().st_size / 4


def test_the_loop_counts_what_it_does(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, mutation_loop.__file__, "--own", "--inputs", "25", "--out", tmp_path],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((tmp_path / "summary-1-0.json").read_text("utf-8"))
    assert summary["inputs"] == sum(summary["kinds"].values()) == 25
    assert sum(summary["outcomes"].values()) == 25
    assert summary["failures"] == {}
