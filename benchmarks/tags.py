"""Time tag rules over many interactions against the same conditions written by hand in pandas.

The store is made: customers with regions, orders none, interactions in English and Chinese of which
some hold the words that the rules look for. Fifty rules: words with and without kinds and outcomes,
two words near each other, words that must not be there, and states that count contacts. Both
programs run as whole processes, in turn, A B A B …; the figures are medians and ratios of
neighbouring runs, and the peak memory of each process. Ours checks, explains and stores what it
finds (rolled back at the end); the pandas one writes it as CSV. Both must find exactly the same.

Usage::

    python benchmarks/tags.py                          # 100 k, 300 k, 1 M interactions
    python benchmarks/tags.py --sizes 100000 --runs 3
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ci_cli.store import engine

TODAY = "2026-06-30"
KINDS = ("call", "visit", "mail", "meeting", "ticket", "chat", "note")
OUTCOMES = ("answered", "refused", "no_answer", None)
FILLER = (
    "the customer said that they will place an order next week after the meeting with our sales team "
    "and asked about delivery times price list payment terms new catalogue packaging transport"
).split()
HAN = "客户表示下周会后再联系销售人员确认交货时间和付款条件并询问新目录价格包装运输情况一切正常没有问题感谢支持"
LATIN = (
    "trial demo refund invoice complaint discount upgrade training renewal cancel competitor budget "
    "freeze audit merger relocation strike shortage recall warranty repair upgrade license contract "
    "tender pilot rollout migration outage downtime backlog overtime hiring layoff expansion export "
    "import customs tariff quality defect return replacement inspection certificate sample prototype"
).split()
CHINESE = (
    "试用 退款 发票 投诉 折扣 升级 培训 续约 取消 竞品 预算 冻结 审计 合并 搬迁 罢工 缺货 召回 保修 维修 "
    "招标 试点 推广 迁移 停机 加班 招聘 裁员 扩张 出口 报关 关税 质量 缺陷 退货 换货 检验 证书 样品 原型"
).split()
REGIONS = ("North", "South", "East", "West", "华东", "华南", "华北")

PANDAS = """
import re, sqlite3, sys
import pandas as pd
db, out, today = sys.argv[1:]
conn = sqlite3.connect(f"file:{{db}}?mode=ro", uri=True)
df = pd.read_sql_query(
    "SELECT i.id, r.customer_id, r.region, i.day, i.kind, i.outcome, i.text FROM interaction AS i"
    " JOIN record AS r ON r.id = i.record_id", conn)
df["text"] = df["text"].str.normalize("NFKC").str.lower()
found = []
def events(tag, mask):
    part = df.loc[mask, ["customer_id", "day", "id"]].copy()
    part["tag"] = tag
    found.append(part)
def states(tag, ids):
    found.append(pd.DataFrame({{"customer_id": list(ids), "tag": tag}}))
contact = ~df["kind"].isin(["note", "promise"])
{body}
pd.concat(found).drop_duplicates(["tag", "customer_id", "id"]).to_csv(out, index=False)
"""


def make_store(path: Path, customers: int, interactions: int, seed: int = 7) -> None:
    """Fill a store with made customers and interactions."""
    rng = random.Random(seed)
    engine.create(path, currency="EUR", zone="UTC").close()

    def text() -> str:
        if rng.random() < 0.5:
            words = rng.choices(FILLER, k=rng.randint(6, 24))
            if rng.random() < 0.25:
                for word in rng.choices(LATIN, k=rng.randint(1, 3)):
                    words.insert(rng.randint(0, len(words)), word)
            return " ".join(words)
        signs = rng.choices(HAN, k=rng.randint(12, 60))
        if rng.random() < 0.25:
            for word in rng.choices(CHINESE, k=rng.randint(1, 3)):
                signs.insert(rng.randint(0, len(signs)), word)
        return "".join(signs)

    def rows():
        for number in range(1, interactions + 1):
            kind = rng.choice(KINDS)
            outcome = rng.choice(OUTCOMES) if kind == "call" else None
            day = (
                f"2025-{rng.randint(7, 12):02d}-{rng.randint(1, 28):02d}"
                if rng.random() < 0.5
                else f"2026-{rng.randint(1, 6):02d}-{rng.randint(1, 28):02d}"
            )
            yield (rng.randint(1, customers), "crm", str(number), day, kind, outcome, text())

    with closing(engine.connect(path, write=True)) as conn, engine.transaction(conn):
        conn.executemany(
            "INSERT INTO customer (id) VALUES (?)", ((n,) for n in range(1, customers + 1))
        )
        conn.executemany(
            "INSERT INTO record (id, customer_id, source, key_kind, source_key, described, name, region,"
            " updated_at) VALUES (?, ?, 'crm', 'id', ?, 1, ?, ?, '2026-01-01T00:00:00+00:00')",
            (
                (n, n, f"K{n}", f"Customer {n}", rng.choice(REGIONS))
                for n in range(1, customers + 1)
            ),
        )
        conn.executemany(
            "INSERT INTO interaction (record_id, source, fact_key, day, kind, outcome, text)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows(),
        )


def make_rules(folder: Path) -> tuple[Path, Path]:
    """Write the fifty rules twice: as a rules file, and as a pandas program."""
    rng = random.Random(3)
    rules, body = ['name = "bench"'], []
    tags = ("asked-for-trial", "stated-need", "suggested-improvement", "refused-call", "budget-cut")

    def pattern(words: list[str]) -> str:
        return "|".join(rf"\b{w}\b" if w.isascii() else w for w in words)

    for number in range(50):
        tag = tags[number % 5]
        head = f'[[rule]]\nname = "rule {number:02d}"\ntag = "{tag}"\n'
        words = [*rng.sample(LATIN, 2), *rng.sample(CHINESE, 2)]
        quoted = ", ".join(f'"{w}"' for w in words)
        says = f'{{ field = "interaction.text", op = "any_of", value = [{quoted}] }}'
        regex = pattern(words)
        if number < 15:  # words alone
            rules.append(f"{head}all = [{says}]")
            body.append(f"events('{tag}', df['text'].str.contains(r'{regex}'))")
        elif number < 30:  # words in calls, visits …
            kind = rng.choice(KINDS)
            rules.append(
                f'{head}all = [{{ field = "interaction.kind", op = "is", value = "{kind}" }}, {says}]'
            )
            body.append(
                f"some = df['kind'] == '{kind}'\nsome &= df['text'].where(some, '').str.contains(r'{regex}')\nevents('{tag}', some)"
            )
        elif number < 38:  # words, but not others
            less = [*rng.sample(LATIN, 1), *rng.sample(CHINESE, 1)]
            listed = ", ".join(f'"{w}"' for w in less)
            rules.append(
                f'{head}all = [{says}]\nnot = [{{ field = "interaction.text", op = "any_of", value = [{listed}] }}]'
            )
            body.append(
                f"events('{tag}', df['text'].str.contains(r'{regex}') & ~df['text'].str.contains(r'{pattern(less)}'))"
            )
        elif number < 44:  # near each other, in characters
            one, other = rng.sample(CHINESE, 2)
            rules.append(
                f'{head}all = [{{ field = "interaction.text", op = "near", value = ["{one}", "{other}"], distance = 8 }}]'
            )
            body.append(
                f"events('{tag}', df['text'].str.contains(r'{one}.{{0,8}}{other}|{other}.{{0,8}}{one}'))"
            )
        elif number < 46:  # what they are
            outcome = OUTCOMES[number % 3]
            rules.append(
                f'{head}all = [{{ field = "interaction.outcome", op = "is", value = "{outcome}" }}, {{ field = "customer.region", op = "is", value = "华东" }}, {{ field = "interaction.age", op = "<", value = 60 }}]'
            )
            body.append(
                f"events('{tag}', (df['outcome'] == '{outcome}') & (df['region'] == '华东') & (pd.Timestamp(today) - pd.to_datetime(df['day']) < pd.Timedelta(days=60)))"
            )
        else:  # states
            kind, days, least = rng.choice(KINDS[:-1]), rng.choice((30, 90, 180)), rng.randint(2, 4)
            rules.append(
                f'{head}all = [{{ field = "contacts.count", op = ">=", value = {least}, kind = "{kind}", within = "{days}d" }}]'
            )
            body.append(
                f"some = df[(df['kind'] == '{kind}') & (pd.to_datetime(df['day']) > pd.Timestamp(today) - pd.Timedelta(days={days}))]\ncounts = some.groupby('customer_id').size()\nstates('{tag}', counts.index[counts >= {least}])"
            )
    (folder / "rules.toml").write_text("\n".join(rules) + "\n", "utf-8")
    (folder / "rival.py").write_text(PANDAS.format(body="\n".join(body)), "utf-8")
    return folder / "rules.toml", folder / "rival.py"


class Measured(NamedTuple):
    """One run of a process: seconds by the clock and of the processor, peak memory in MiB."""

    clock: float
    processor: float
    memory: float


def timed(command: list[str]) -> Measured:
    """Run a command to its end."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, env={**os.environ, "CI_LANG": "en"}
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command}: {process.returncode}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def same_findings(store: Path, rules: Path, rival_csv: Path, folder: Path) -> int:
    """Apply the rules for good to a copy, and compare what is stored with the pandas one's."""
    copy = folder / "copy.db"
    copy.write_bytes(store.read_bytes())
    timed(
        [
            sys.executable,
            "-m",
            "ci_cli",
            "tag",
            "rules",
            "apply",
            str(rules),
            "--db",
            str(copy),
            "--today",
            TODAY,
            "--top",
            "1",
            "-q",
        ]
    )
    with closing(sqlite3.connect(copy)) as conn:
        ours = Counter(tuple(row) for row in conn.execute(
            "SELECT b.code, r.customer_id, iif(b.basis = 'event', b.evidence_key, '') FROM behaviour AS b"
            " JOIN record AS r ON r.id = b.record_id"))  # fmt: skip
    with rival_csv.open(encoding="utf-8", newline="") as handle:
        theirs = Counter(
            (row["tag"], int(row["customer_id"]), str(int(float(row["id"]))) if row["id"] else "")
            for row in csv.DictReader(handle)
        )
    copy.unlink()
    if ours != theirs:
        raise SystemExit(
            f"the two differ: {sum((ours - theirs).values())} and {sum((theirs - ours).values())} findings of their own, e.g. {next(iter((ours - theirs) + (theirs - ours)))}"
        )
    return sum(ours.values())


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=[100_000, 300_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        rules, rival = make_rules(folder)
        print(
            "| interactions | customers | found | ci-cli s (processor) | pandas s (processor) | ratio by clock | by processor | ci-cli MiB | pandas MiB | ratio |"
        )
        print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
        for size in options.sizes:
            store = folder / f"{size}.db"
            if not store.exists():
                make_store(store, max(size // 10, 1), size)
            ours = [
                sys.executable,
                "-m",
                "ci_cli",
                "tag",
                "rules",
                "apply",
                str(rules),
                "--db",
                str(store),
                "--today",
                TODAY,
                "--top",
                "10",
                "--dry-run",
                "-q",
            ]
            theirs = [sys.executable, str(rival), str(store), str(folder / "rival.csv"), TODAY]
            pairs = [(timed(ours), timed(theirs)) for _run in range(options.runs)]
            found = same_findings(store, rules, folder / "rival.csv", folder)
            mine, other = ([pair[side] for pair in pairs] for side in (0, 1))
            memory = [max(run.memory for run in runs) for runs in (mine, other)]
            cells = (
                f"{size:,}", f"{max(size // 10, 1):,}", f"{found:,}", told(mine), told(other),
                *(f"{statistics.median(a[part] / b[part] for a, b in pairs):.2f}" for part in (0, 1)),
                f"{memory[0]:.0f}", f"{memory[1]:.0f}", f"{memory[0] / memory[1]:.2f}",
            )  # fmt: skip
            print(f"| {' | '.join(cells)} |", flush=True)


def told(runs: list[Measured]) -> str:
    """Return the median seconds of some runs, by the clock and of the processor."""
    return f"{statistics.median(run.clock for run in runs):.1f} ({statistics.median(run.processor for run in runs):.1f})"


if __name__ == "__main__":
    main()
