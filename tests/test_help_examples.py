"""The example in the help of every command runs as it stands, on the demo store."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import command_docs
import pytest

from ci_cli import text
from ci_cli.cli.app import run

VIEW = "ci-cli customer view save my-french --where country=France"
ADD = "ci-cli action add Call --customer ERNSH --owner chen --due 2031-07-15"
SURVEY = "ci-cli feedback survey create Q3 --template core-en --customer ERNSH"
SEAT = "ci-cli ref board join ERNSH"
# What has to happen before an example can be typed, in the folder with the Northwind files.
FIRST: dict[str, list[str]] = {
    "ci-cli action done": [ADD],
    "ci-cli action drop": [ADD],
    "ci-cli action show": [ADD],
    "ci-cli customer handover": ["ci-cli customer set ERNSH owner=li"],
    "ci-cli customer view drop": [VIEW],
    "ci-cli customer view show": [VIEW],
    "ci-cli db restore": ["ci-cli db backup ci-backup.db"],
    "ci-cli dedupe apply": ["ci-cli dedupe scan", "ci-cli dedupe review -o pairs.csv"],
    "ci-cli dedupe clusters": ["ci-cli dedupe scan"],
    "ci-cli dedupe explain": ["ci-cli dedupe scan"],
    "ci-cli dedupe pairs": ["ci-cli dedupe scan"],
    "ci-cli dedupe review": ["ci-cli dedupe scan"],
    "ci-cli dedupe split": ["ci-cli dedupe merge ERNSH PICCO"],
    "ci-cli health compare": [
        "ci-cli health run --as-of 1998-04-30 --save may",
        "ci-cli health run --as-of 1998-05-06 --save june",
    ],
    "ci-cli feedback bias": [SURVEY],
    "ci-cli feedback survey export": [SURVEY],
    "ci-cli feedback survey import": [SURVEY],
    "ci-cli feedback survey show": [SURVEY],
    "ci-cli import run": ["ci-cli export orders -o orders.xlsx"],
    "ci-cli import map show": ["ci-cli import map save shop --from orders.csv --source shop"],
    "ci-cli log done": ["ci-cli log promise ERNSH 'Send the price list' --due 2031-07-15"],
    "ci-cli procat acknowledge": ["ci-cli procat check --watch me --as-of 1998-03"],
    "ci-cli procat dismiss": ["ci-cli procat check --watch me --as-of 1998-03"],
    "ci-cli ref board attend": [SEAT],
    "ci-cli ref board leave": [SEAT],
    "ci-cli rfm compare": [
        "ci-cli rfm run --as-of 1998-04-30 --save may",
        "ci-cli rfm run --as-of 1998-05-06 --save june",
    ],
    "ci-cli tag remove": ["ci-cli tag add ERNSH budget-cut"],
    "ci-cli tag rules apply": ["ci-cli tag rules export usual.toml"],
    "ci-cli tag rules check": ["ci-cli tag rules export usual.toml"],
}
ANSWERS = "survey,version,respondent,day,satisfied\nQ3,1,C20,,5\n"  # as answers.csv
CONSENTS = "customer,channel,date,said by\nERNSH,call,1998-01-05,Roland\n"  # as consents.csv
JOB = '[[step]]\nrun = "check --watch mail --quiet"\n'  # as nightly.toml
WITHOUT_A_STORE = {"ci-cli init", "ci-cli version"}
EXAMPLES = {
    entry.title: entry.example
    for entry in command_docs.read_commands().walk()
    if not entry.children
}


def type_line(line: str) -> int:
    """Run a line as a shell would; ``FILE*`` is spelled out, as a shell does."""
    words: list[str] = []
    for word in shlex.split(line)[1:]:
        matches = sorted(str(path) for path in Path().glob(word)) if "*" in word else []
        words += matches or [word]
    try:
        return int(run(words))
    finally:
        text.activate("en")


@pytest.mark.parametrize("title", EXAMPLES)
def test_the_example_runs(
    title: str,
    story_store: Path,
    examples: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(examples / "northwind", tmp_path, dirs_exist_ok=True)
    (tmp_path / "answers.csv").write_text(ANSWERS, "utf-8")
    (tmp_path / "consents.csv").write_text(CONSENTS, "utf-8")
    (tmp_path / "nightly.toml").write_text(JOB, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CI_DB", str(tmp_path / "ci.db"))
    monkeypatch.setenv("CI_LANG", "en")
    if title not in WITHOUT_A_STORE:
        shutil.copy(story_store, tmp_path / "ci.db")
    for line in FIRST.get(title, []):
        assert type_line(line) == 0, capsys.readouterr().err
    capsys.readouterr()
    exit_code = type_line(EXAMPLES[title])
    out, err = capsys.readouterr()
    assert exit_code == 0, err
    assert out + err
