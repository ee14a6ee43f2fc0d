"""``ci-cli run``: steps in processes of their own, from an environment as empty as cron's."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from ci_cli.store import backup, engine
from importer import new_store
from store_dump import logical_dump

pytestmark = pytest.mark.skipif(os.name != "posix", reason="cron and signals of POSIX")
CRON = {"PATH": "/usr/bin:/bin"}  # no HOME, no LANG, no TERM, no LOGNAME
ORDERS = "Order ID,Customer ID,Order Date,Amount\nA1,K1,2026-01-05,10.00\nA2,K2,2026-02-05,20.00\n"
BAD_ROW = "A3,K3,someday,30.00\n"
SLOW_SECONDS = 60

# a process of its own that holds the store: argument 1 the path
WRITER = """
import sys
from contextlib import closing
from pathlib import Path
from ci_cli.store import engine
with closing(engine.connect(Path(sys.argv[1]), write=True)) as conn, engine.transaction(conn):
    print("writing", flush=True)
    sys.stdin.readline()
"""


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "ci_cli", "run", *words]


def run(folder: Path, *words: str, cwd: Path | None = None) -> tuple[int, str, str]:
    done = subprocess.run(
        command(*words), cwd=cwd or folder, env=CRON, stdin=subprocess.DEVNULL,
        capture_output=True, encoding="utf-8", check=False, timeout=SLOW_SECONDS,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def pairs(line: str) -> dict[str, str]:
    """Read a line of the log as any program could."""
    return dict(word.split("=", 1) for word in shlex.split(line))


def lines(text: str) -> list[dict[str, str]]:
    return [pairs(line) for line in text.splitlines() if line.startswith("time=")]


def outcomes(text: str) -> dict[str, str]:
    return {line.get("step", ""): line["outcome"] for line in lines(text)}


def imports(folder: Path) -> int:
    with closing(engine.connect(folder / "ci.db")) as conn:
        assert backup.check(conn) == []
        return int(conn.execute("SELECT count(*) FROM batch").fetchone()[0])


def wait_for(condition: object, what: str) -> None:
    end = time.monotonic() + SLOW_SECONDS
    assert callable(condition)
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@contextmanager
def another_writer(store: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(store)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "orders.csv").write_text(ORDERS, "utf-8")
    new_store(tmp_path / "ci.db")
    return tmp_path


def job(folder: Path, text: str, name: str = "night.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


NIGHT = """
store = "ci.db"
log = "logs/{month}.log"
folders = ["logs", "out/{month}"]
[[step]]
run = "import in/*.csv"
[[step]]
name = "late"
run = "import late/*.csv"
if_files = "late/*.csv"
[[step]]
run = "rfm run -o out/{month}/rfm-{today}.csv"
[[step]]
run = "check --watch mail --quiet --fail-on new"
"""


def test_a_night_under_cron(folder: Path) -> None:
    path = job(folder, NIGHT)
    code, out, err = run(folder, str(path), "--today", "2026-06-15", cwd=Path("/"))
    assert code == 3, err
    assert outcomes(err) == {
        "import": "done", "late": "left-out", "rfm run": "done", "check": "fired", "": "done",
    }  # fmt: skip
    imported, _late, _rfm, _check, whole = lines(err)
    assert {key: imported[key] for key in ("read", "created", "rejected", "exit")} == {
        "read": "2", "created": "2", "rejected": "0", "exit": "0",
    }  # fmt: skip
    assert (whole["exit"], whole["steps"], whole["ran"], whole["left_out"]) == ("3", "4", "3", "1")
    assert "K1" in (folder / "out" / "2026-06" / "rfm-2026-06-15.csv").read_text("utf-8-sig")
    assert "What needs attention" in out
    log = (folder / "logs" / "2026-06.log").read_text("utf-8")
    assert [line for line in log.splitlines() if line.startswith("time=")] == err.splitlines()
    assert "Order ID -> order.id" in log  # how each column was understood stays on record
    for made in ("logs", "out/2026-06"):
        assert (folder / made).stat().st_mode & 0o777 == 0o700
    for made in ("logs/2026-06.log", "night.toml.state", "out/2026-06/rfm-2026-06-15.csv"):
        assert (folder / made).stat().st_mode & 0o777 == 0o600

    code, out, err = run(folder, str(path), "-q", "--today", "2026-06-15")
    assert (code, out, err) == (0, "", "")  # nothing new: cron sends no mail
    assert lines((folder / "logs" / "2026-06.log").read_text("utf-8"))[5]["unchanged"] == "2"
    assert not list(folder.glob("*.lock"))


def test_a_failure_stops_and_resume_goes_on(folder: Path) -> None:
    text = """
[[step]]
run = "import in/orders.csv"
[[step]]
run = "rfm show {gap}"
[[step]]
run = "rfm run -o rfm-{today}.csv"
"""
    path = job(folder, text.replace("{gap}", "NOBODY"))
    code, _out, err = run(folder, str(path), "--today", "2026-03-01")
    assert code == 2
    assert outcomes(err) == {"import": "done", "rfm show": "failed", "": "failed"}
    assert "No customer is called NOBODY" in err
    assert imports(folder) == 1
    assert not (folder / "rfm-2026-03-01.csv").exists()

    job(folder, text.replace("{gap}", "K1"))
    code, _out, err = run(folder, str(path), "--resume", "--today", "2026-03-04")
    assert code == 0, err
    assert outcomes(err)["import"] == "done-before"
    assert imports(folder) == 1
    # files bear the day of the run that is resumed
    assert (folder / "rfm-2026-03-01.csv").exists()

    code, _out, err = run(folder, str(path), "--resume")
    assert code == 0
    assert "nothing to resume" in err
    assert lines(err) == []
    job(folder, text.replace("{gap}", "NOBODY"))
    assert run(folder, str(path))[0] == 2
    job(folder, text.replace("{gap}", "K1").replace("in/orders.csv", "in/orders.csv -y"))
    code, _out, err = run(folder, str(path), "--resume")
    assert code == 2
    assert "code: job-changed " in err


def test_a_step_that_may_fail_lets_the_others_run(folder: Path) -> None:
    (folder / "in" / "orders.csv").write_text(ORDERS + BAD_ROW, "utf-8")
    path = job(
        folder,
        """
[[step]]
run = "import in/orders.csv"
[[step]]
run = "rfm show NOBODY"
continue_on_error = true
[[step]]
run = "db check"
""",
    )
    code, _out, err = run(folder, str(path))
    assert code == 2  # worse than the rejected row, which is 4
    first, second, third, whole = lines(err)
    assert (first["outcome"], first["exit"], first["rejected"]) == ("partial", "4", "1")
    assert "orders.rejects.csv" in err
    assert (second["outcome"], third["outcome"]) == ("failed", "done")
    assert (whole["failed"], whole["ran"]) == ("1", "3")
    # only what failed is done again
    code, _out, err = run(folder, str(path), "--resume")
    assert outcomes(err) == {
        "import": "done-before", "rfm show": "failed", "db check": "done-before", "": "failed",
    }  # fmt: skip


def test_a_job_can_stop_at_rejected_rows(folder: Path) -> None:
    (folder / "in" / "orders.csv").write_text(ORDERS + BAD_ROW, "utf-8")
    text = '[[step]]\nrun = "import in/orders.csv"\nstop_on = [4]\n[[step]]\nrun = "rfm run"\n'
    path = job(folder, text)
    code, out, err = run(folder, str(path))
    assert (code, out) == (4, "")
    assert outcomes(err) == {"import": "partial", "": "done"}
    (folder / "in" / "orders.csv").write_text(ORDERS, "utf-8")
    code, out, err = run(folder, str(path), "--resume")
    assert code == 0
    assert "K2" in out


SLOW = """
[[step]]
name = "before"
run = "db check"
[[step]]
name = "held"
run = "import in/*.csv"
"""


def _listen() -> None:
    # whoever starts the tests in the background has ^C ignored, and children inherit that
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def held(folder: Path, path: Path) -> subprocess.Popen[str]:
    """Start the job; its second step waits for another writer."""
    process = subprocess.Popen(
        command(str(path)), cwd=folder, env=CRON, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=_listen,
    )  # fmt: skip
    state = folder / "night.toml.state"
    wait_for(lambda: state.exists() and '"held"' in state.read_text("utf-8"), "second step")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if children.exists():
        wait_for(lambda: children.read_text().strip(), "its process")
    else:
        time.sleep(1)
    return process


def test_a_second_run_ends_at_once(folder: Path) -> None:
    path = job(folder, SLOW)
    with another_writer(folder / "ci.db") as writer, held(folder, path) as first:
        for words in ((), ("--resume",)):
            code, _out, err = run(folder, str(path), *words)
            assert code == 5
            assert "code: job-running " in err
            assert f"pid {first.pid}" in err
        writer.communicate("\n")
        assert first.communicate(timeout=SLOW_SECONDS)[1]
        assert first.returncode == 0
    assert imports(folder) == 1


def test_what_is_killed_is_resumed(folder: Path) -> None:
    path = job(folder, SLOW)
    with another_writer(folder / "ci.db") as writer, held(folder, path) as first:
        first.kill()
        first.wait()
        # its step lives on, and so does the lock of the job
        assert run(folder, str(path), "--resume")[0] == 5
        writer.communicate("\n")
        wait_for(lambda: imports(folder) == 1, "the step that lives on")
        wait_for(lambda: run(folder, str(path), "--resume")[0] != 5, "the end of that step")
    assert imports(folder) <= 2  # all rows of the second one are unchanged
    state = json.loads((folder / "night.toml.state").read_text("utf-8"))
    assert state["ended"]
    with closing(engine.connect(folder / "ci.db")) as conn:
        assert conn.execute("SELECT count(*) FROM sales_order").fetchone()[0] == 2


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_stops_the_step_too(folder: Path, number: signal.Signals, code: int) -> None:
    path = job(folder, SLOW)
    before = logical_dump(folder / "ci.db")
    with another_writer(folder / "ci.db"), held(folder, path) as first:
        first.send_signal(number)
        said = first.communicate(timeout=SLOW_SECONDS)[1]
        assert first.returncode == code, said
    assert outcomes(said) == {"before": "done", "held": "stopped"}
    assert "stopped in its step held" in said
    assert logical_dump(folder / "ci.db") == before
    assert not list(folder.glob("*.toml.lock"))
    ended, _out, err = run(folder, str(path), "--resume")
    assert ended == 0
    assert outcomes(err)["before"] == "done-before"


def test_a_step_that_takes_too_long_is_stopped(folder: Path) -> None:
    path = job(folder, SLOW + 'timeout = "1s"\n')
    with another_writer(folder / "ci.db"):
        code, _out, err = run(folder, str(path))
    assert code == 1
    assert outcomes(err)["held"] == "timed-out"
    job(folder, SLOW)  # a busy machine may need longer
    assert run(folder, str(path), "--resume")[0] == 0


def test_a_busy_store_is_code_5(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ci_cli.cli import app

    monkeypatch.chdir(folder)
    path = job(folder, '[[step]]\nrun = "db check"\n')
    (folder / "night.toml.lock").write_text("command: run\npid: 1\nsince: long ago\n")
    assert app.run(["run", str(path)]) == 0  # a file left behind locks nobody out


FAULTY = """folders = ["made"]
store = "nowhere/ci.db"
[[step]]
run = "import in/orders.csv"
[[step]]
run = "procat report --fromat csv"
[[step]]
run = "procat"
[[step]]
run = "prcat report"
[[step]]
run = "run night.toml"
[[step]]
run = "import -"
[[step]]
run = "rfm run -o elsewhere/x.csv"
[[step]]
run = "rfm run -o made/x.csv"
[[step]]
run = "rfm run --bins three"
[[step]]
run = "rfm --help"
[[step]]
run = "rfm run | head"
[notify]
run = "no-such-program {today}"
"""
SAID = {
    2: "no folder", 6: "There is no option --fromat", 8: "names no command",
    10: "There is no command",
    12: "cannot be `run night.toml`", 14: "no standard input", 16: "no folder", 20: "--bins",
    22: "only shows help", 24: "No shell reads", 25: "no program no-such-program",
}  # fmt: skip


@pytest.mark.parametrize("words", [(), ("--dry-run",)])
def test_a_faulty_job_does_nothing(folder: Path, words: tuple[str, ...]) -> None:
    path = job(folder, FAULTY)
    before = sorted(one.name for one in folder.rglob("*"))
    code, out, err = run(folder, str(path), *words)
    assert (code, out) == (2, "")
    assert "code: job-faulty " in err
    for line, says in SAID.items():
        assert any(f"line {line}: " in one and says in one for one in err.splitlines()), line
    assert "line 18:" not in err
    assert sorted(one.name for one in folder.rglob("*")) == before


def test_a_dry_run_lists_and_does_nothing(folder: Path) -> None:
    path = job(folder, NIGHT)
    before = sorted(one.name for one in folder.rglob("*"))
    code, out, err = run(folder, str(path), "--dry-run", "--today", "2026-03-01")
    assert (code, err) == (0, "")
    assert "ci-cli rfm run -o out/2026-03/rfm-2026-03-01.csv" in out
    assert "left out: no file fits late/*.csv" in out
    # made folders and the log are found missing only where nothing makes them
    assert sorted(one.name for one in folder.rglob("*")) == before


def test_a_job_runs_where_its_file_says(folder: Path) -> None:
    """Neither the folder of the caller nor a module that lies in that of the job counts."""
    (folder / "json.py").write_text("raise SystemExit('a stranger')", "utf-8")
    (folder / "ci_cli").mkdir()
    (folder / "ci_cli" / "__main__.py").write_text("print('a stranger')", "utf-8")
    (folder / "jobs").mkdir()
    text = 'folder = ".."\nstore = "ci.db"\nstate = "in"\n[[step]]\nrun = "import in/*.csv"\n'
    path = job(folder / "jobs", text)
    (folder / "elsewhere").mkdir()
    code, _out, err = run(folder, str(path), cwd=folder / "elsewhere")
    assert code == 0, err
    assert imports(folder) == 1
    assert (folder / "in" / "night.toml.state").exists()
    assert list((folder / "jobs").iterdir()) == [path]


def test_a_program_is_told_what_did_not_go_well(folder: Path) -> None:
    teller = folder / "tell.sh"
    teller.write_text('#!/bin/sh\necho "$1|$2"; cat\n')
    teller.chmod(0o700)
    loud = folder / "loud.sh"
    loud.write_text('#!/bin/sh\necho "$1|$2" > told.txt\ncat >> told.txt\n')
    loud.chmod(0o700)
    text = """
[notify]
run = ["./loud.sh", "{job}; rm -rf x", "{today}"]
when = "failed"
[[step]]
run = "rfm show NOBODY"
"""
    path = job(folder, text)
    assert run(folder, str(path), "--today", "2026-03-01")[0] == 2
    head, *told = (folder / "told.txt").read_text("utf-8").splitlines()
    assert head == "night; rm -rf x|2026-03-01"  # no shell has looked at it
    assert [one.get("exit") for one in lines("\n".join(told))] == ["2", "2"]
    assert any("No customer is called NOBODY" in one for one in told)
    (folder / "told.txt").unlink()

    job(folder, text.replace("rfm show NOBODY", "db check"))
    assert run(folder, str(path))[0] == 0
    assert not (folder / "told.txt").exists()
    loud.write_text("#!/bin/sh\necho no mail today >&2; exit 9\n")
    job(folder, text.replace("rfm show NOBODY", "db check").replace("failed", "always"))
    code, _out, err = run(folder, str(path))
    assert code == 1
    assert outcomes(err)["notify"] == "failed"
    assert "no mail today" in err


def test_a_store_that_is_damaged_is_the_worst(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "ci.db")) as conn, conn:
        conn.execute("PRAGMA user_version = 999")
    text = '[[step]]\nrun = "rfm show X"\ncontinue_on_error = true\n'
    path = job(folder, text + '[[step]]\nrun = "tag rules check x"\n')
    code, _out, err = run(folder, str(path))
    assert code == 6
    assert [line["exit"] for line in lines(err)] == ["6", "2", "6"]
