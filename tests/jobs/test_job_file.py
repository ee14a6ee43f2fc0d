"""A job file into a job: the words it knows, and every fault with its line."""

from __future__ import annotations

import re
import shlex
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.jobs import gaps
from ci_cli.jobs.job_file import read_job
from ci_cli.jobs.model import Notify

WHOLE = """\
name = "month"
folder = "sales"
store = "ci.db"
language = "zh"
log = "logs/{month}.log"
state = "/var/lib/jobs"
folders = ["logs", "reports/{month}"]

[[step]]
name = "orders"
run = "ci-cli import 'exports/订单 *.csv' --use-map shop"
if_files = "exports/*.csv"
stop_on = [4]

[[step]]
run = ["rfm", "run", "-o", "$HOME|{{x}}-{today}.csv"]
continue_on_error = true
timeout = "2h"

[[step]]
run = "rfm run"

[notify]
run = "/bin/mail -s '{job} on {today}' boss"
when = "failed"
"""


def test_a_job_says_what_it_means() -> None:
    job, faults = read_job(WHOLE, "file")
    assert faults == []
    assert (job.name, job.folder, job.store, job.language) == ("month", "sales", "ci.db", "zh")
    assert (job.log, job.state) == ("logs/{month}.log", "/var/lib/jobs")
    assert job.folders == ("logs", "reports/{month}")
    orders, report, again = job.steps
    assert orders.words == ("import", "exports/订单 *.csv", "--use-map", "shop")
    assert (orders.if_files, orders.stop_on, orders.line) == (("exports/*.csv",), (4,), 11)
    assert (report.name, again.name) == ("rfm run", "rfm run 2")
    assert (report.continue_on_error, report.timeout) == (True, 7200)
    # a list is taken as it stands: no shell would touch it either
    assert report.words[3] == "$HOME|{{x}}-{today}.csv"
    assert job.notify == Notify(("/bin/mail", "-s", "{job} on {today}", "boss"), "failed", 23)


def test_gaps_are_filled_for_the_day_of_the_run() -> None:
    job, _faults = read_job(WHOLE, "file")
    found = gaps.values(date(2026, 1, 1), "2026-01-01T06:30:00+00:00", job.name)
    filled = job.filled(found)
    assert filled.log == "logs/2026-01.log"
    assert filled.folders == ("logs", "reports/2026-01")
    assert filled.steps[1].words[3] == "$HOME|{x}-2026-01-01.csv"
    assert filled.notify is not None
    assert filled.notify.words[2] == "month on 2026-01-01"
    assert found == {
        "today": "2026-01-01", "yesterday": "2025-12-31", "month": "2026-01",
        "last_month": "2025-12", "year": "2026", "week": "2026-W01", "now": "20260101T063000",
        "job": "month",
    }  # fmt: skip
    assert set(found) == set(gaps.NAMES)


FAULTS = [
    ("", 1, "holds no step"),
    ("x = 1", 1, "no key x"),
    ("\n\nfolder = 3", 3, "folder must be a line of text"),
    ("store = ''", 1, "store must be a line of text"),
    ('store = "a\\u0000"', 1, "line of text"),
    ("name = 'a'\nname = 'b'", 2, "no TOML"),
    ("name = '{job}'", 1, "name takes no gaps"),
    ("name = '" + "n" * 61 + "'", 1, "at most 60 characters"),
    ("language = 'fr'", 1, "no language fr"),
    ("log = '{monht}'", 1, r"no \{monht\}; there are: \{today\}"),
    ("log = 'a}'", 1, r"single \} fills nothing"),
    ("folders = [1]", 1, "folders must be a text or a list"),
    ("folders = []", 1, "folders must be a text or a list"),
    ("notify = 'me'", 1, "notify must be a table"),
    ("\n[notify]\nrun = ''", 2, "run must name a command"),
    ("[notify]\nrun = 'x'\nwhen = 'never'", 1, "when is one of: failed, not-done, always"),
    ("[notify]\nrun = 'x'\nto = 'me'", 1, "no key to here; there are: run, when"),
    ("[step]\nrun = 'x'", 1, r"begins with \[\[step\]\]"),
    ("[[step]]", 1, "run must name a command"),
    ("[[step]]\nname = 'a'\nrun = 3", 3, "run must be a text or a list"),
    ("[[step]]\nrun = []", 2, "run must be a text or a list"),
    ("[[step]]\nrun = 'rfm \"run'", 2, "never closed"),
    ("[[step]]\nrun = 'rfm run > x'", 2, "No shell reads this line: > would"),
    ("[[step]]\nrun = 'rfm run -o ~/x.csv'", 2, "No shell reads this line: ~/x.csv"),
    ("[[step]]\nrun = 'rfm run -o $HOME/x.csv'", 2, r"No shell reads this line: \$HOME/x.csv"),
    ("[[step]]\nrun = 'rfm run -o {x}.csv'", 2, r"no \{x\}"),
    ("[[step]]\n\nname = 'a'\nrun = 'rfm'\n[[step]]\nname = 'a'\nrun = 'rfm'", 6, "on line 3"),
    ("[[step]]\nrun = 'rfm'\nrum = 1", 3, "no key rum"),
    ("[[step]]\nrun = 'rfm'\nif_files = 1", 3, "if_files must be"),
    ("[[step]]\nrun = 'rfm'\ncontinue_on_error = 'yes'", 3, "true or false"),
    ("[[step]]\nrun = 'rfm'\nstop_on = [1]", 3, "stop_on takes the codes 3, 4"),
    ("[[step]]\nrun = 'rfm'\nstop_on = true", 3, "stop_on takes the codes 3, 4"),
    ("[[step]]\nrun = 'rfm'\ntimeout = '0m'", 3, "timeout must be a span"),
    ("[[step]]\nrun = 'rfm'\ntimeout = '9999h'", 3, "timeout must be a span"),
    ("[[step]]\nrun = 'rfm'\ntimeout = 30", 3, "timeout must be a span"),
    ("[[step]]\nrun = [", 2, "no TOML"),
    ("[[step]]\nrun = 'rfm'\n" * 201, 1, "more than 200 steps"),
    ("[[step]]\nrun = 'rfm" + " x" * 500 + "'", 2, "more than 500 words"),
    ("[[step]]\nrun = 'rfm'\n[notify]\nrun = 'a'\n[[step]]\nrun = 'rfm'\n[notify]\nrun = 'b'", 7,
     "notify is said twice"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "says"), FAULTS)
def test_a_fault_is_named_with_its_line(text: str, line: int, says: str) -> None:
    _job, faults = read_job(text, "file")
    named = [(fault.line, str(fault.message)) for fault in faults]
    assert any(at == line and re.search(says, message) for at, message in named), named


def test_all_faults_are_named_at_once() -> None:
    text = "\n".join(part for part, _line, _says in FAULTS if part.startswith("[[step]]\nrun"))
    _job, faults = read_job(text, "file")
    lines = text.splitlines()
    assert len({fault.line for fault in faults}) > 12
    assert all(1 <= fault.line <= len(lines) for fault in faults)
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


@given(st.text(max_size=200), st.integers(0, len(WHOLE)), st.integers(0, 60))
def test_any_text_is_a_job_or_has_faults(text: str, begin: int, cut: int) -> None:
    """What the reader lets through can be filled; nothing makes it fail."""
    for spoilt in (text, WHOLE[:begin] + text + WHOLE[begin + cut :]):
        job, faults = read_job(spoilt, "file")
        lines = spoilt.count("\n") + spoilt.count("\r") + 1
        assert all(1 <= fault.line <= lines for fault in faults)
        if not faults:
            filled = job.filled(gaps.values(date(2026, 7, 15), "2026-07-15T00:00:00+00:00", "j"))
            assert filled.steps
            assert len({step.name for step in filled.steps}) == len(filled.steps)
            assert all(step.words for step in filled.steps)


WORD = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1)


@given(st.lists(WORD, min_size=1, max_size=6))
def test_a_list_of_words_arrives_as_it_is(words: list[str]) -> None:
    """Whatever is written in a list reaches the command letter by letter, gaps doubled apart."""
    quoted = [
        '"' + "".join(f"\\U{ord(mark):08x}" for mark in word) + '"'
        for word in (word.replace("{", "{{").replace("}", "}}") for word in ["rfm", *words])
    ]
    job, faults = read_job(f"[[step]]\nrun = [{', '.join(quoted)}]", "file")
    assert faults == []
    filled = job.filled(gaps.values(date(2026, 7, 15), "2026-07-15T00:00:00+00:00", "j"))
    assert list(filled.steps[0].words) == ["rfm", *words]


@given(st.lists(st.text("ab ü'\"\\=-", min_size=1, max_size=8), min_size=1, max_size=6))
def test_a_line_is_cut_as_a_shell_would(words: list[str]) -> None:
    line = shlex.join(["rfm", *words]).replace("\\", "\\\\").replace('"', '\\"')
    job, faults = read_job(f'[[step]]\nrun = "{line}"', "file")
    assert faults == []
    assert list(job.steps[0].words) == ["rfm", *words]
