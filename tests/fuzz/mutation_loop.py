"""Spoil real files over and over and import them; say what went wrong, and with what.

Usage::

    python tests/fuzz/mutation_loop.py --inputs 100000 --seed 1 --out build/fuzz
    python tests/fuzz/mutation_loop.py --seed 1 --only 4711      # one input again, in full

Input ``n`` of a seed is always the same file, made anew from the two numbers. A worker process does
the work; if it dies or hangs, the input is a failure and another worker goes on behind it. Of each
kind of failure the first files are kept, and the smallest that fails alike.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import mutants  # noqa: E402 - found by the lines above
from mutants import Mutant, Seed  # noqa: E402
from trial import ROOT, Bench, Violation  # noqa: E402

SILENCE = 600  # seconds without a word after which a worker hangs, on however busy a machine
KEPT = 3  # files kept of each kind of failure
SHRINKING = 120  # attempts at a smaller file
ADDRESS_SPACE = 6 * 2**30


def generator(seed: int, number: int) -> Random:
    """Return the source of chance of one input."""
    return Random(f"{seed}:{number}")


def attempt(bench: Bench, seeds: list[Seed], seed: int, number: int) -> dict[str, Any]:
    """Try one input and say how it ended; what failed is tried again, to rule out a busy machine."""
    rng = generator(seed, number)
    mutant = mutants.mutant(rng, seeds)
    state = rng.getstate()
    said = {"n": number, "kind": mutant.seed.kind, "how": mutant.how, "file": mutant.seed.name}
    for last in (False, True):
        rng.setstate(state)
        try:
            outcome = bench.trial(rng, mutant)
            return {**said, "code": outcome.code, "error": outcome.error}
        except Violation as violation:
            if last:
                return {**said, "failed": violation.what, "detail": violation.detail[-4000:]}
    raise AssertionError("not reached")


def shrunk(bench: Bench, mutant: Mutant, rng: Random, what: str) -> bytes:
    """Return a smaller file that fails alike: pieces are left out as long as it does."""
    state, data, attempts = rng.getstate(), mutant.data, 0
    size = max(1, len(data) // 2)
    while size and attempts < SHRINKING:
        at = 0
        while at < len(data) and attempts < SHRINKING:
            smaller = data[:at] + data[at + size :]
            attempts += 1
            rng.setstate(state)
            try:
                bench.trial(rng, Mutant(mutant.seed, smaller, mutant.how))
            except Violation as violation:
                if violation.what == what:
                    data = smaller
                    continue
            at += size
        size //= 2
    return data


def keep(out: Path, bench: Bench, seeds: list[Seed], seed: int, result: dict[str, Any]) -> None:
    """Write the offending file, a smaller one, and how to try it again."""
    rng = generator(seed, result["n"])
    mutant = mutants.mutant(rng, seeds)
    folder = out / f"{seed}-{result['n']}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / mutant.seed.name).write_bytes(mutant.data)
    again = f"python tests/fuzz/mutation_loop.py --seed {seed} --only {result['n']}"
    (folder / "failure.json").write_text(
        json.dumps(
            {**result, "words": mutant.seed.words, "again": again}, ensure_ascii=False, indent=1
        ),
        "utf-8",
    )
    if mutant.seed.kind in ("text", "xml") and "longer" not in result["failed"]:
        small = shrunk(bench, mutant, rng, result["failed"])
        (folder / f"small-{mutant.seed.name}").write_bytes(small)


def work(options: argparse.Namespace) -> None:
    """Try inputs one after the other and print a line for each."""
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, limit))
    os.environ["CI_LANG"] = "en"
    os.environ.pop("CI_DB", None)
    seeds = mutants.all_seeds(ROOT, shared=not options.own)
    shelf = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    met: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="ci-fuzz-", dir=shelf) as folder:
        os.environ["SQLITE_TMPDIR"] = folder  # staging tables need no disk here
        # waiting for a workbook's parser sleeps up to 50 ms at a time: more than all else takes
        subprocess.time = SimpleNamespace(sleep=lambda s: time.sleep(min(s, 0.001)))  # type: ignore[attr-defined]
        bench = Bench(Path(folder))
        for number in range(options.begin, options.inputs):
            result = attempt(bench, seeds, options.seed, number)
            print(json.dumps(result), flush=True)
            if "failed" in result:
                met[result["failed"]] += 1
                if met[result["failed"]] <= KEPT:
                    keep(options.out, bench, seeds, options.seed, result)


def watch(options: argparse.Namespace) -> int:
    """Keep a worker at work until all inputs are through; return how many failed."""
    options.out.mkdir(parents=True, exist_ok=True)
    ended: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    begin, started = options.begin, time.monotonic()
    while begin < options.inputs:
        words = [sys.executable, __file__, "--worker", "--seed", str(options.seed), "--begin", str(begin),
                 "--inputs", str(options.inputs), "--out", str(options.out), *(["--own"] if options.own else [])]  # fmt: skip
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as worker:
            lines: queue.Queue[str | None] = queue.Queue()
            threading.Thread(target=_listen, args=(worker, lines), daemon=True).start()
            while True:
                try:
                    line = lines.get(timeout=SILENCE)
                except queue.Empty:
                    worker.kill()
                    line = None
                if line is None:
                    break
                result = json.loads(line)
                begin = result["n"] + 1
                ended[f"{result['kind']} / {result['how']}"] += 1
                if "failed" in result:
                    failures[result["failed"]] += 1
                    if failures[result["failed"]] <= KEPT:
                        print(
                            f"FAILED {result['n']} {result['file']}: {result['failed']}", flush=True
                        )
                else:
                    errors[result["error"] or f"exit {result['code']}"] += 1
                if begin % 1000 == 0:
                    _write(options, begin, started, ended, errors, failures)
        if begin < options.inputs:
            failures[f"the worker ended with {worker.returncode}"] += 1
            print(f"FAILED {begin}: the worker ended with {worker.returncode}", flush=True)
            begin += 1
    _write(options, begin, started, ended, errors, failures)
    return sum(failures.values())


def _listen(worker: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert worker.stdout is not None
    for line in worker.stdout:
        lines.put(line)
    lines.put(None)


def _write(
    options: argparse.Namespace, inputs: int, started: float, *counted: Counter[str]
) -> None:
    ended, errors, failures = (dict(one.most_common()) for one in counted)
    seconds = round(time.monotonic() - started)
    summary = {"seed": options.seed, "inputs": inputs - options.begin, "seconds": seconds,
               "kinds": ended, "outcomes": errors, "failures": failures}  # fmt: skip
    path = options.out / f"summary-{options.seed}-{options.begin}.json"
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=1), "utf-8")
    print(f"{inputs} inputs, {seconds} s, failures: {sum(failures.values())}", flush=True)


def show(options: argparse.Namespace) -> int:
    """Try one input again and print all that is known of it."""
    seeds = mutants.all_seeds(ROOT, shared=not options.own)
    with tempfile.TemporaryDirectory(prefix="ci-fuzz-") as folder:
        bench = Bench(Path(folder))
        result = attempt(bench, seeds, options.seed, options.only)
        if "failed" in result:
            keep(options.out, bench, seeds, options.seed, result)
    for name, value in result.items():
        print(f"{name}: {value}")
    return int("failed" in result)


def main() -> int:
    """Run the loop, a worker of it, or one input."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--inputs", type=int, default=100_000)
    words.add_argument("--begin", type=int, default=0)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--out", type=Path, default=ROOT / "build" / "fuzz")
    words.add_argument("--only", type=int)
    words.add_argument(
        "--own", action="store_true", help="without the real data beside the checkout"
    )
    words.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = words.parse_args()
    if options.worker:
        work(options)
        return 0
    return show(options) if options.only is not None else int(watch(options) > 0)


if __name__ == "__main__":
    sys.exit(main())
