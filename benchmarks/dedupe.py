"""How well and how fast duplicates are found, beside what people would use instead, in one run.

Accuracy: pairwise F1, cluster F1 (pairs within clusters) and B-cubed, thresholds fixed in advance
(0.5, and 0.9 for pairs), zero configuration. Rivals: Splink's tutorial model (its own choice for
people; for other lists the nearest), Splink with settings made from the columns, recordlinkage and
GoldenMatch where they are installed (they are libraries of this benchmark only).

Usage::

    python benchmarks/dedupe.py                    # all lists, as Markdown for results.md
    python benchmarks/dedupe.py --learn            # what 20 and 100 answers of a reviewer bring
    python benchmarks/dedupe.py --speed 100000     # against Splink on the same blocking rules
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import logging
import resource
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import dedupe_lists
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "dedup"
SEEDS = (909, 202)  # of the published lists; see results.md for how unseen they are

Columns = dict[str, list[str | None]]
Links = Iterable[tuple[int, int]]


class Figures(NamedTuple):
    """Pairwise F1 at 0.5 and 0.9, cluster precision, recall, F1 and B-cubed F1."""

    at_half: float
    at_nine: float
    precision: float
    recall: float
    cluster: float
    b_cubed: float


def _pairs_within(labels: Iterable[object]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(labels).values())


def f1(true: float, found: float, wanted: float) -> float:
    """Return the harmonic mean of true/found and true/wanted (1 where nothing was to be found)."""
    if not found and not wanted:
        return 1.0
    return 2 * true / (found + wanted)


def pair_f1(truth: Sequence[int], links: Links) -> float:
    """Return the F1 of pairs that were named, each once."""
    found = true = 0
    for a, b in links:
        found += 1
        true += truth[a] == truth[b]
    return f1(true, found, _pairs_within(truth))


def cluster_figures(
    truth: Sequence[int], labels: Sequence[int]
) -> tuple[float, float, float, float]:
    """Return precision, recall, F1 of the pairs within clusters, and B-cubed F1."""
    both = Counter(zip(truth, labels, strict=True))
    true = sum(n * (n - 1) // 2 for n in both.values())
    found, wanted = _pairs_within(labels), _pairs_within(truth)
    of_truth, of_label = Counter(truth), Counter(labels)
    size = len(truth)
    precise = sum(n * n / of_label[label] for (_, label), n in both.items()) / size
    recalled = sum(n * n / of_truth[one] for (one, _), n in both.items()) / size
    return (
        true / found if found else 1.0,
        true / wanted if wanted else 1.0,
        f1(true, found, wanted),
        2 * precise * recalled / (precise + recalled),
    )


# --- who is measured ---------------------------------------------------------------------------


def ours(columns: Columns, truth: Sequence[int]) -> Figures:
    """Measure ci-cli; copies of a folded record count as the pairs that they are."""
    from ci_cli.dedupe.engine import find_duplicates
    from ci_cli.dedupe.table import Records

    result = find_duplicates(Records.from_columns(columns))
    at = []
    for least in (0.5, 0.9):
        left, right = result.expanded(least)
        at.append(pair_f1(truth, zip(left.tolist(), right.tolist(), strict=True)))
    return Figures(*at, *cluster_figures(truth, result.clusters.tolist()))


def _splink_frame(columns: Columns) -> tuple[Any, list[str]]:
    import pandas as pd

    frame = pd.DataFrame({"unique_id": range(len(next(iter(columns.values()))))})
    for head, values in columns.items():
        frame[head.replace(" ", "_")] = pd.Series(values, dtype="object")
    return frame, [c for c in frame.columns if c != "unique_id"]


def _splink_settings(columns: Columns, *, tutorial: bool) -> tuple[list[Any], list[Any], list[Any]]:
    """Return comparisons, blocking rules and training rules for Splink.

    The tutorial's choice: names with its name comparison, dates and e-mail with theirs, the rest
    exact with term frequencies, blocking on surname and on first name with city. Automatic: a
    comparison by the type that our own recognition gives, blocking on every column and every pair.
    """
    import splink.comparison_library as cl
    from splink import block_on

    from ci_cli.dedupe.fields import recognise

    kinds = {head: recognise(head, values).type for head, values in columns.items()}
    made, rules = [], []
    for head, kind in kinds.items():
        name = head.replace(" ", "_")
        if kind in {"ignore", "latitude", "longitude"}:
            continue
        if kind in {"given", "surname", "full_name", "organisation", "contact_person"}:
            made.append(cl.NameComparison(name))
        elif kind == "email":
            made.append(cl.EmailComparison(name))
        elif kind == "birth_date" or (kind in {"id_number", "phone"} and not tutorial):
            made.append(cl.DamerauLevenshteinAtThresholds(name, [1, 2]))
        elif kind in {"address", "text", "list"} and not tutorial:
            made.append(cl.JaroWinklerAtThresholds(name, [0.92, 0.8]))
        else:
            made.append(cl.ExactMatch(name).configure(term_frequency_adjustments=True))
        rules.append(name)
    if tutorial:
        first = [n for n in rules if kinds.get(n) in {"given", "full_name", "organisation"}][:1]
        last = [n for n in rules if kinds.get(n) == "surname"][:1]
        place = [n for n in rules if kinds.get(n) == "place"][:1]
        blocking = [block_on(*(first + place))] if first else []
        blocking += [block_on(*last)] if last else [block_on(n) for n in first]
    else:
        blocking = [block_on(n) for n in rules]
    train = [block_on(n) for n in rules[:3]]
    return made, blocking, train


def splink(columns: Columns, truth: Sequence[int], *, tutorial: bool) -> Figures:
    """Measure Splink on DuckDB; clusters at 0.5 are its connected components."""
    from splink import DuckDBAPI, Linker, SettingsCreator

    frame, _ = _splink_frame(columns)
    made, blocking, train = _splink_settings(columns, tutorial=tutorial)
    api = DuckDBAPI()
    settings = SettingsCreator(
        link_type="dedupe_only", comparisons=made, blocking_rules_to_generate_predictions=blocking
    )
    linker = Linker(api.register(frame), settings, log_level=logging.CRITICAL)
    try:
        linker.training.estimate_probability_two_random_records_match(blocking, recall=0.7)
    except Exception as error:  # a list with next to no duplicates
        print(f"  (prior not estimated: {type(error).__name__})", file=sys.stderr)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in train:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        except Exception as error:
            print(f"  (not trained: {type(error).__name__})", file=sys.stderr)
    predicted = linker.inference.predict(threshold_match_probability=0.5)
    pairs = predicted.as_pandas_dataframe()
    grouped = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.5)
    table = grouped.as_pandas_dataframe().sort_values("unique_id")
    labels = table["cluster_id"].tolist()
    at = []
    for least in (0.5, 0.9):
        kept = pairs[pairs.match_probability >= least]
        at.append(pair_f1(truth, zip(kept.unique_id_l, kept.unique_id_r, strict=True)))
    return Figures(*at, *cluster_figures(truth, labels))


def record_linkage(columns: Columns, truth: Sequence[int]) -> Figures:
    """Measure recordlinkage: its full index, Jaro–Winkler at 0.85 and an unsupervised ECM."""
    import pandas as pd
    import recordlinkage

    frame = pd.DataFrame({head: pd.Series(v, dtype="object") for head, v in columns.items()})
    indexer = recordlinkage.Index()
    indexer.full()
    candidates = indexer.index(frame)
    compare = recordlinkage.Compare()
    for head in columns:
        compare.string(head, head, method="jarowinkler", threshold=0.85, label=head)
    vectors = compare.compute(candidates, frame)
    matched = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(vectors)
    links = [(int(a), int(b)) for a, b in matched]
    from ci_cli.dedupe.cluster import components

    ends = np.array(links, dtype=np.int64).reshape(-1, 2)
    labels = components(len(truth), ends[:, 0], ends[:, 1]).tolist()
    figure = pair_f1(truth, links)
    return Figures(figure, figure, *cluster_figures(truth, labels))


def goldenmatch(columns: Columns, truth: Sequence[int]) -> Figures:
    """Measure GoldenMatch with its zero-configuration call."""
    import goldenmatch as gm
    import polars as pl

    result = gm.dedupe_df(pl.DataFrame(columns, strict=False))
    labels = list(range(len(truth)))
    for number, group in enumerate(result.clusters.values()):
        for member in group["members"]:
            labels[member] = len(truth) + number
    figures = cluster_figures(truth, labels)
    return Figures(figures[2], figures[2], *figures)


RIVALS: dict[str, tuple[str, Callable[[Columns, Sequence[int]], Figures]]] = {
    "ci-cli": ("ci_cli", ours),
    "Splink, tutorial": ("splink", lambda c, t: splink(c, t, tutorial=True)),
    "Splink, automatic": ("splink", lambda c, t: splink(c, t, tutorial=False)),
    "recordlinkage": ("recordlinkage", record_linkage),
    "GoldenMatch": ("goldenmatch", goldenmatch),
}


# --- what is measured --------------------------------------------------------------------------


def _read(name: str, key: str, hidden: Sequence[str]) -> tuple[Columns, list[str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    heads = [head for head in rows[0] if head not in {key, *hidden}]
    columns = {head: [row[head].strip() or None for row in rows] for head in heads}
    return columns, [row[key] for row in rows]


def _numbered(labels: Iterable[object]) -> list[int]:
    seen: dict[object, int] = {}
    return [seen.setdefault(label, len(seen)) for label in labels]


def named_lists() -> dict[str, tuple[Columns, list[int]]]:
    """Return the public lists of ../shared/data, or nothing where they are absent."""
    if not DATA.is_dir():
        return {}
    lists = {}
    for name in ("febrl1", "febrl2"):
        columns, keys = _read(f"{name}.csv", "rec_id", [])
        lists[name] = columns, _numbered(key.split("-")[1] for key in keys)
    columns, keys = _read("fake_1000.csv", "cluster", ["unique_id"])
    lists["fake_1000"] = columns, _numbered(keys)
    names, truth = _read("patstat_reference.csv", "leuven_id", ["person_id"])
    lists["patstat, raw name only"] = names, _numbered(truth)
    columns, people = _read("patstat_input.csv", "person_id", [])
    _, order = _read("patstat_reference.csv", "person_id", [])
    company = dict(zip(order, truth, strict=True))
    lists["patstat, all columns"] = columns, _numbered(company[one] for one in people)
    return lists


def accuracy() -> None:
    """Print the table of accuracy."""
    lists = named_lists()
    for name, make in dedupe_lists.LISTS.items():
        for seed in SEEDS[:1]:
            lists[f"made: {name}"] = make(seed)
    print("| list | who | pairs ≥ .5 | pairs ≥ .9 | clusters P | R | F1 | B-cubed | s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, (columns, truth) in lists.items():
        for who, (module, measure) in RIVALS.items():
            if importlib.util.find_spec(module) is None:
                print(f"| {name} | {who} | not installed | | | | | | |")
                continue
            start = time.perf_counter()
            try:
                figures = measure(columns, truth)
            except Exception as error:
                print(
                    f"| {name} | {who} | failed: {type(error).__name__} | | | | | | |", flush=True
                )
                continue
            took = time.perf_counter() - start
            cells = " | ".join(f"{figure:.4f}" for figure in figures)
            print(f"| {name} | {who} | {cells} | {took:.1f} |", flush=True)


def learning() -> None:
    """Print cluster F1 after 0, 20 and 100 answers of a reviewer who knows the truth."""
    from ci_cli.dedupe.engine import find_duplicates
    from ci_cli.dedupe.labels import Decision
    from ci_cli.dedupe.questions import questions
    from ci_cli.dedupe.table import Records

    lists = named_lists()
    lists |= {
        f"made: {k}": make(SEEDS[0]) for k, make in dedupe_lists.LISTS.items() if "no d" not in k
    }
    print("| list | 0 answers | 20 | 100 |\n|---|---|---|---|")
    for name, (columns, truth) in lists.items():
        records = Records.from_columns(columns)
        decisions: list[Decision] = []
        result = find_duplicates(records)
        found = {0: cluster_figures(truth, result.clusters.tolist())[2]}
        while len(decisions) < 100:
            asked = questions(result, 10)
            if not len(asked):
                break
            for a, b in asked:
                same = truth[a] == truth[b]
                decisions.append(Decision(records.keys[a], records.keys[b], same))
            result = find_duplicates(records, decisions=decisions)
            found[len(decisions)] = cluster_figures(truth, result.clusters.tolist())[2]
        last = max(found)
        cells = [found[max(k for k in found if k <= at)] for at in (0, 20, 100)]
        print(f"| {name} ({last}) | " + " | ".join(f"{c:.4f}" for c in cells) + " |", flush=True)


# --- speed -------------------------------------------------------------------------------------

SAME_RULES = (  # ours, Splink's columns
    ("email", ("email",)),
    ("phone", ("phone",)),
    ("given + surname", ("first_name", "last_name")),
    ("surname + birth_date", ("last_name", "date_of_birth")),
    ("given + birth_date", ("first_name", "date_of_birth")),
    ("birth_date + place", ("date_of_birth", "city")),
    ("address", ("street",)),
    ("surname + postcode", ("last_name", "zip")),
    ("surname + place", ("last_name", "city")),
)


def speed(size: int, who: str) -> None:
    """Time one of the two from a frame in memory to clusters, in a process of its own."""
    columns, truth = dedupe_lists.people(size, SEEDS[0])
    start, worked = time.perf_counter(), time.process_time()
    if who == "ci-cli":
        from ci_cli.dedupe.engine import find_duplicates
        from ci_cli.dedupe.settings import Settings
        from ci_cli.dedupe.table import Records

        settings = Settings(
            blocking=tuple(rule for rule, _ in SAME_RULES), pairs_per_record=1e9, all_pairs_up_to=0
        )
        result = find_duplicates(
            Records.from_columns(columns, settings=settings), settings=settings
        )
        pairs, labels = len(result.pairs), result.clusters.tolist()
    else:
        import splink.comparison_library as cl
        from splink import DuckDBAPI, Linker, SettingsCreator, block_on

        frame, _ = _splink_frame(columns)
        made = [
            cl.NameComparison("first_name"), cl.NameComparison("last_name"),
            cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.JaroWinklerAtThresholds("street", [0.92, 0.8]),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.ExactMatch("zip"), cl.ExactMatch("phone"), cl.EmailComparison("email"),
        ]  # fmt: skip
        blocking = [block_on(*heads) for _, heads in SAME_RULES]
        linker = Linker(
            DuckDBAPI().register(frame),
            SettingsCreator(
                link_type="dedupe_only", comparisons=made,
                blocking_rules_to_generate_predictions=blocking,
            ),
            log_level=logging.CRITICAL,
        )  # fmt: skip
        linker.training.estimate_probability_two_random_records_match(blocking[:5], recall=0.7)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for rule in (block_on("email"), block_on("last_name", "date_of_birth")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        predicted = linker.inference.predict()
        pairs = len(predicted.as_pandas_dataframe()) if size <= 200_000 else -1
        grouped = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.5)
        labels = grouped.as_pandas_dataframe().sort_values("unique_id")["cluster_id"].tolist()
    took, worked = time.perf_counter() - start, time.process_time() - worked
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = cluster_figures(truth, labels)
    print(
        f"| {size} | {who} | {took:.1f} | {worked:.1f} |"
        f" {used.ru_maxrss / 1e6:.2f} | {pairs} | {figures[2]:.4f} |",
        flush=True,
    )


def main() -> None:
    """Read the options and run what they ask for."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description="accuracy and speed of finding duplicates")
    parser.add_argument("--learn", action="store_true")
    parser.add_argument("--speed", type=int, metavar="RECORDS")
    parser.add_argument("--runs", type=int, default=3, help="of each, in turn")
    parser.add_argument("--who", choices=("ci-cli", "Splink"))
    options = parser.parse_args()
    if options.learn:
        learning()
    elif options.speed and options.who:
        speed(options.speed, options.who)
    elif options.speed:
        import subprocess

        print(
            "| records | who | s | CPU s | GB | pairs | cluster F1 |\n|---|---|---|---|---|---|---|"
        )
        sys.stdout.flush()
        for who in ("ci-cli", "Splink") * options.runs:
            subprocess.run(
                [sys.executable, __file__, "--speed", str(options.speed), "--who", who], check=True
            )
    else:
        accuracy()


if __name__ == "__main__":
    main()
