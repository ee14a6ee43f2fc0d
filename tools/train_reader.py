"""Find the weights of the learned reader of columns from the sheets of the mapping tests.

The sheets in ``tests/importing/mapping`` say of each column what it is. Two multinomial logistic
regressions with a ridge are fitted to them (``ci_cli.importing.mapping.learned`` uses them),
rounded to a byte a weight and written to ``src/ci_cli/data/reader.bin``. A column that may be one
of several fields counts as right with any of them. ``first-contact`` says what the reader alone is
worth for sheets that it has not seen: each file of sheets is read with what all the others taught.

Usage::

    python tools/train_reader.py update         # a minute
    python tools/train_reader.py check          # exit code 1 if the weights do not fit the sheets
    python tools/train_reader.py first-contact  # half an hour
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from ci_cli.importing.mapping import learned, traits
from ci_cli.importing.mapping.columns import columns_of
from ci_cli.importing.mapping.sheet import KINDS, Sheet

ROOT = Path(__file__).resolve().parents[1]
SHEETS = ROOT / "tests" / "importing" / "mapping"
TARGET = ROOT / "src" / "ci_cli" / "data" / learned.FILE
FIELDS = (
    "contact.email", "contact.name", "contact.phone", "contact.title", "customer.id",
    "customer.name", "customer.since", "customer.tax_id", "line.amount", "line.category",
    "line.cost", "line.discount", "line.product_id", "line.product_name", "line.quantity",
    "line.unit_price", "order.date", "order.id", "order.kind", "order.owner", "order.status",
    "order.total", "other",
)  # fmt: skip
FEWEST = 2  # sheets or columns that must show a trait
RIDGE = 1.0  # the penalty of a weight is half its square, divided by this
ROUNDS = 300
LEAST_FITTING = 0.97  # of the columns of the sheets it learnt from; of unseen ones, nine in ten
TENTH = 10
SMALLEST = 6  # of 127: traits whose weights are all smaller are dropped
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A sheet as the reader sees it, and what it and its columns are.

    Attributes:
        name: the sheet's name.
        kind: what it lists, ``none`` if nothing that can be imported; None: the test does not say.
        about: traits of the sheet.
        shared: traits of the sheet that all columns share.
        own: traits of each column.
        labels: the classes that each column may be taken for; empty where the sheet is refused.
    """

    name: str
    kind: str | None
    about: list[str]
    shared: list[str]
    own: list[list[str]]
    labels: list[list[str]]


def files() -> list[Path]:
    """Return the files of sheets, each by another stranger."""
    return sorted([*SHEETS.glob("header_cases*.yaml"), *SHEETS.glob("header_held_out*.yaml")])


def cases(path: Path) -> list[dict[str, Any]]:
    """Return the sheets of a file as they are written down."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # four times as fast, where it was built
    found: list[dict[str, Any]] = yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506
    return found


def example(case: dict[str, Any]) -> Example:
    """Return a sheet as the reader sees it."""
    header, rows = case["header"].split("|"), [row.split("|") for row in case["rows"]]
    sheet = Sheet(columns_of(header, rows))
    sheet.kind = case.get("kind") or case.get("kind_given")
    kind = sheet.kind
    if "decide" in case:
        kind = "none" if case["decide"] == "kind-unknown" else None
    refused = "decide" in case
    return Example(
        case["name"], kind, traits.of_sheet(sheet), traits.of_headers(sheet),
        [] if refused else traits.of_columns(sheet),
        [] if refused else [labels(case, name) for name in header],
    )  # fmt: skip


def examples(path: Path) -> Iterator[Example]:
    """Yield the sheets of a file."""
    yield from map(example, cases(path))


def labels(case: dict[str, Any], header: str) -> list[str]:
    """Return the classes that a column may be taken for."""
    expected = case.get("expect", {}).get(header)
    named = [expected] if expected else case.get("either", {}).get(header, "-").split("|")
    return sorted({name if name in FIELDS else "other" for name in named})


def fit(
    rows: Sequence[dict[str, float]], right: Sequence[Sequence[str]], classes: Sequence[str]
) -> tuple[list[str], Floats]:
    """Return the traits that count and their weights, a row for each.

    The likelihood of an example is the sum of the probabilities of all classes it may have.
    """
    counted = Counter(trait for row in rows for trait in row)
    kept = sorted(trait for trait, count in counted.items() if count >= FEWEST)
    place = {trait: index for index, trait in enumerate(kept)}
    data, columns, ends = [], [], [0]
    for row in rows:
        known = sorted((place[trait], value) for trait, value in row.items() if trait in place)
        columns += [index for index, _ in known]
        data += [value for _, value in known]
        ends.append(len(columns))
    matrix = sparse.csr_matrix((data, columns, ends), shape=(len(rows), len(kept)))
    across = matrix.T.tocsr()
    allowed = np.array([[name in names for name in classes] for names in right], dtype=float)
    shape = (len(kept), len(classes))

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        logits = matrix @ weights
        sizes = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = sizes / sizes.sum(axis=1, keepdims=True)
        good = (shares * allowed).sum(axis=1, keepdims=True) + 1e-300
        slope = across @ (shares - shares * allowed / good) + weights / RIDGE
        return float(-np.log(good).sum() + (weights**2).sum() / (2 * RIDGE)), slope.ravel()

    done = minimize(
        loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B",
        options={"maxiter": ROUNDS, "maxfun": 2 * ROUNDS},
    )  # fmt: skip
    return kept, done.x.reshape(shape)


def train(sheets: Iterable[Example], written: str | None = None) -> bytes:
    """Return the file of weights that some sheets teach; ``written``: ``as_written`` of them."""
    sheets = list(sheets)
    told = [(sheet, sheet.kind) for sheet in sheets if sheet.kind is not None]
    about = [dict.fromkeys([*sheet.about, learned.ALWAYS], 1.0) for sheet, _ in told]
    kinds = (*KINDS, "none")
    kind_weights = fit(about, [[kind] for _, kind in told], kinds)
    rows = [
        dict.fromkeys(sheet.shared, learned.SHARED) | dict.fromkeys([*own, learned.ALWAYS], 1.0)
        for sheet in sheets
        for own in sheet.own
    ]
    right = [names for sheet in sheets for names in sheet.labels]
    field_weights = fit(rows, right, FIELDS)
    head, body = {}, b""
    for name, classes, found in (("kinds", kinds, kind_weights), ("fields", FIELDS, field_weights)):
        table, scale, keys = rounded(*found)
        head[name] = {"classes": classes, "traits": len(keys), "scale": scale}
        body += keys.astype("<u4").tobytes() + table.tobytes()
    told_of = {
        "sheets": len(sheets), "corpus": checksum(sheets), "sample": checksum(sampled(sheets)),
        "written": written or "", **head,
    }  # fmt: skip
    return learned.MAGIC + json.dumps(told_of).encode() + b"\n" + body


def rounded(
    kept: list[str], weights: Floats
) -> tuple[NDArray[np.int8], list[float], NDArray[np.uint32]]:
    """Return weights as bytes, what a byte is worth in each class, and the traits' checksums."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    table = np.rint(weights / scale).astype(np.int8)
    chosen = np.abs(table).max(axis=1) >= SMALLEST
    keys = np.array([learned.key_of(trait) for trait in kept], dtype=np.uint32)
    order = np.argsort(keys[chosen], kind="stable")
    return table[chosen][order], [float(f"{size:.6g}") for size in scale], keys[chosen][order]


def checksum(sheets: Iterable[Example]) -> str:
    """Return a checksum of all that the reader learns from."""
    digest = hashlib.sha256()
    for sheet in sheets:
        told = [sheet.kind, sheet.about, sheet.shared, sheet.own, sheet.labels]
        digest.update(json.dumps(told).encode())
    return digest.hexdigest()[:16]


def as_written(sheets: Sequence[dict[str, Any]]) -> str:
    """Return a checksum of sheets as they are written down, without looking for their traits."""
    return hashlib.sha256(json.dumps(sheets, default=str).encode()).hexdigest()[:16]


def sampled(sheets: Sequence[Any]) -> Sequence[Any]:
    """Return the sheets whose traits are checked in every run of the tests."""
    return sheets[::TENTH]


def everything() -> list[dict[str, Any]]:
    """Return all sheets of all files as they are written down."""
    return [case for path in files() for case in cases(path)]


def fitting(memory: learned.Memory, sheets: Iterable[Example]) -> float:
    """Return the share of columns whose likeliest class is one that they may be taken for."""
    counts: Counter[bool] = Counter()
    for sheet in sheets:
        for share, names in zip(memory.judge(sheet.shared, sheet.own), sheet.labels, strict=True):
            counts[max(share, key=lambda name: share[name]) in names] += 1
    return counts[True] / counts.total()


def update() -> int:
    """Write the weights anew."""
    sheets = everything()
    TARGET.write_bytes(train(map(example, sheets), as_written(sheets)))
    return check()


def check() -> int:
    """Say whether the weights were learnt from the sheets and traits as they are now."""
    learned.memory.cache_clear()
    memory = learned.memory()
    told = everything()
    sheets = list(map(example, told))
    same = memory.corpus == checksum(sheets) and memory.written == as_written(told)
    fit_of = fitting(memory, sheets)
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes, learnt from {memory.sheets} sheets")
    print(f"columns of those sheets that it reads rightly: {fit_of:.2%}")
    if not same:
        print("the sheets or the traits have changed: python tools/train_reader.py update")
    return 0 if same and fit_of >= LEAST_FITTING else 1


def first_contact() -> int:
    """Print how many key columns the reader alone gets right in each file, taught by the others."""
    known = {path: list(examples(path)) for path in files()}
    for path in files():
        others = [sheet for other in known if other != path for sheet in known[other]]
        memory = learned.parse(train(others))
        right = total = 0
        for sheet in known[path]:
            shares = memory.judge(sheet.shared, sheet.own)
            for share, names in zip(shares, sheet.labels, strict=True):
                if names != ["other"]:
                    total += 1
                    right += max(share, key=lambda name: share[name]) in names
        print(f"{path.name}: {right}/{total} = {right / total:.1%}", flush=True)
    return 0


COMMANDS: dict[str, Callable[[], int]] = {
    "update": update,
    "check": check,
    "first-contact": first_contact,
}

if __name__ == "__main__":
    sys.exit(COMMANDS[sys.argv[1]]())
