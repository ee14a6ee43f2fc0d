"""Two people note something at the same moment, each in a program of their own: nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from ci_cli.store import engine, seals
from importer import new_store

EACH = 4
LOOP = """
import sys
from ci_cli.cli.app import run
who, store = sys.argv[1:]
sys.stdin.readline()  # both begin together
for n in range({each}):
    assert run(["log", "note", "C1", f"{{who}} {{n}}", "--by", who, "--db", store, "-q"]) == 0
"""


def test_two_people_at_once_lose_nothing(tmp_path: Path) -> None:
    store = new_store(tmp_path / "ci.db")
    environment = {**os.environ, "CI_DB": str(store)}
    added = [sys.executable, "-m", "ci_cli", "customer", "add", "Blue", "-q"]
    subprocess.run(added, check=True, env=environment)
    people = [
        subprocess.Popen(
            [sys.executable, "-c", LOOP.format(each=EACH), who, str(store)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        for who in ("li", "chen")
    ]  # fmt: skip
    for person in people:
        assert person.stdin is not None
        person.stdin.write("\n")
        person.stdin.flush()
    for person in people:
        _out, err = person.communicate(timeout=300)
        assert person.returncode == 0, err
    with closing(engine.connect(store)) as conn:
        found = conn.execute("SELECT author, text FROM interaction ORDER BY id").fetchall()
        assert sorted(map(tuple, found)) == sorted(
            (who, f"{who} {n}") for who in ("li", "chen") for n in range(EACH)
        )
        # those of one person stand in the order in which they were noted
        for who in ("li", "chen"):
            assert [text for author, text in found if author == who] == [
                f"{who} {n}" for n in range(EACH)
            ]
        batches = conn.execute("SELECT count(*) FROM batch WHERE command = 'log note'").fetchone()
        assert batches[0] == 2 * EACH
        assert not seals.broken(conn)
