"""Score how polluted csv files are read, with no parameters given, beside other readers.

The measure of the Pollock benchmark (VLDB 2023), as ``../shared/data/nasty/pollock/README.md`` has
it. Peers are used where they are installed (``pip install clevercsv duckdb pandas``); ``ci-cli`` is
run as a user would run it: ``ci-cli import preview FILE --format csv``.

Usage::

    python benchmarks/pollock.py                 # table of scores, worst files per class
    python benchmarks/pollock.py --only ci-cli
    python benchmarks/pollock.py --folder OTHER  # with csv/, clean/ and weights.json in it
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "nasty" / "pollock"
WORST = 2  # files shown of each class

Rows = list[list[str]]
Reader = Callable[[Path], Rows]


def normalised(cell: str) -> str:
    """Return what a cell means: numbers by value, everything else without regard to case."""
    text = cell.strip().lower()
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        return text
    return f"{float(text):.12g}"


def agreement(expected: Iterable[str], found: Iterable[str]) -> list[float]:
    """Return recall, precision and F1 of two multisets."""
    wanted, seen = Counter(expected), Counter(found)
    if not wanted:
        return [1.0] * 3
    common = sum((wanted & seen).values())
    if not common:
        return [0.0] * 3
    recall, precision = common / wanted.total(), common / seen.total()
    return [recall, precision, 2 * recall * precision / (recall + precision)]


def score(clean: Rows, found: Rows | None) -> float:
    """Return the sum of the ten figures; None: the load failed."""
    if found is None:
        return 0.0
    if not clean:
        return 10.0
    wanted = [[normalised(cell) for cell in row] for row in clean]
    seen = [[normalised(cell) for cell in row] for row in found]
    figures = [
        *agreement(wanted[0], seen[0] if seen else []),
        *agreement(map("".join, wanted[1:]), map("".join, seen[1:])),
        *agreement([c for row in wanted for c in row], [c for row in seen for c in row]),
    ]
    return 1.0 + sum(figures)


def by_ci_cli(path: Path) -> Rows:
    """Read as a user would."""
    command = [
        sys.executable, "-m", "ci_cli", "import", "preview", str(path), "--format", "csv", "-q",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=True)
    return list(csv.reader(StringIO(done.stdout.decode("utf-8"), newline="")))


def by_sniffer(path: Path) -> Rows:
    """Read with Python's csv and its Sniffer."""
    text = path.read_bytes().decode("utf-8-sig")
    dialect = csv.Sniffer().sniff(text) if text else csv.excel
    return list(csv.reader(StringIO(text, newline=""), dialect))


def by_clevercsv(path: Path) -> Rows:
    """Read with CleverCSV's own detection."""
    import clevercsv

    rows: Rows = clevercsv.read_table(str(path))
    return rows


def by_duckdb(path: Path) -> Rows:
    """Read with DuckDB's sniffer, everything as text."""
    import duckdb

    if not path.stat().st_size:
        return []
    connection = duckdb.connect()
    # The header is told by types, so it is looked for before everything is read as text.
    has_header = connection.execute("select HasHeader from sniff_csv(?)", [str(path)]).fetchone()
    found = connection.execute(
        "select * from read_csv(?, all_varchar = true, ignore_errors = true, header = ?)",
        [str(path), has_header[0]],
    )
    rows = [["" if cell is None else cell for cell in row] for row in found.fetchall()]
    return [[column[0] for column in found.description], *rows] if has_header[0] else rows


def by_pandas(path: Path) -> Rows:
    """Read with pandas, which looks for the delimiter when it is told to use Python's engine."""
    import pandas

    frame = pandas.read_csv(
        path,
        sep=None,
        engine="python",
        dtype=str,
        keep_default_na=False,
        on_bad_lines="skip",
        index_col=False,
    )
    names = ["" if str(name).startswith("Unnamed: ") else str(name) for name in frame.columns]
    return [names, *frame.fillna("").astype(str).to_numpy().tolist()]


READERS: dict[str, Reader] = {
    "ci-cli": by_ci_cli,
    "Python csv + Sniffer": by_sniffer,
    "CleverCSV": by_clevercsv,
    "DuckDB auto": by_duckdb,
    "pandas sep=None": by_pandas,
}


def class_of(name: str) -> str:
    """Return the kind of pollution that the name of a file tells."""
    return re.sub(r"\d+(_0x|_col|$)|_col\d+|row\d+|quote\d+", "", name.removesuffix(".csv"))


def scores_of(read: Reader, folder: Path) -> tuple[dict[str, float], list[str]]:
    """Return the score of each file, and what the failed loads said."""
    failures = []

    def one(path: Path) -> tuple[str, float]:
        with (folder / "clean" / path.name).open(encoding="utf-8-sig", newline="") as stream:
            clean = list(csv.reader(stream))
        found: Rows | None = None
        try:
            found = read(path)
        except ImportError:
            raise
        except Exception as error:
            failures.append(f"{path.name}: {type(error).__name__}: {str(error)[:100]!r}")
        return path.name, score(clean, found)

    with ThreadPoolExecutor(2) as pool:
        return dict(pool.map(one, sorted((folder / "csv").glob("*.csv")))), failures


def main() -> None:
    """Score the readers and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--only", help="one reader")
    given = parser.parse_args()
    weights = json.loads((given.folder / "weights.json").read_text("utf-8"))
    worst: dict[str, dict[str, list[tuple[float, str]]]] = {}
    print("| reader | simple | weighted | failed loads |\n|---|---|---|---|")
    for name, read in READERS.items():
        if given.only not in (None, name):
            continue
        try:
            scores, failures = scores_of(read, given.folder)
        except ImportError as error:
            print(f"| {name} | not installed: {error.name} | | |")
            continue
        total = sum(weights[file] for file in scores)
        weighted = sum(value * weights[file] for file, value in scores.items()) / total
        simple = sum(scores.values()) / len(scores)
        print(f"| {name} | {simple:.3f} | {weighted:.3f} | {len(failures)} |", flush=True)
        classes: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for file, value in scores.items():
            classes[class_of(file)].append((value, file))
        worst[name] = classes
    for name, classes in worst.items():
        print(f"\n{name}: the worst files of each class that is not read perfectly\n")
        for kind, values in sorted(classes.items(), key=lambda item: min(item[1])):
            low = [f"{file} {value:.3f}" for value, file in sorted(values)[:WORST] if value < 10]
            if low:
                mean = sum(value for value, _ in values) / len(values)
                print(f"- {kind} ({len(values)}, mean {mean:.3f}): " + ", ".join(low))


if __name__ == "__main__":
    main()
