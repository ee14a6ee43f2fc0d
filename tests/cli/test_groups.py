"""The command tree is built branch by branch, and what is built is what was asked for."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import typer

from ci_cli.cli import app, groups

LOADED = """
import json, sys
from ci_cli.cli import app
code = app.run(json.loads(sys.argv[1]))
names = [name.rpartition(".")[2] for name in sys.modules if name.startswith("ci_cli.cli.")]
print(json.dumps([code, names]), file=sys.stderr)
"""


@pytest.mark.parametrize("name", groups.Branches())
def test_each_branch_builds_what_it_is_called(name: str) -> None:
    branches = groups.Branches()
    assert branches[name].name == name
    assert branches[name] is branches[name]


def test_no_command_is_left_out_of_the_tree() -> None:
    for register in set(groups._SINGLE.values()):
        around = typer.Typer()
        register(around)
        names = {command.name for command in around.registered_commands}
        assert names == {name for name, other in groups._SINGLE.items() if other is register}


def test_the_help_says_of_a_group_what_the_group_says_of_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert app.run(["--help"]) == 0
    listed = " ".join(capsys.readouterr().out.split())
    branches = groups.Branches()
    for name, title in branches.titles().items():
        assert title.help == branches[name].help
        assert f" {name} {title.help}" in listed


@pytest.mark.parametrize(
    ("words", "used"), [(["rfm", "--help"], "rfm_commands"), (["--help"], "top_commands")]
)
def test_what_is_not_asked_for_is_not_loaded(words: list[str], used: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, json.dumps(words)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    code, names = json.loads(done.stderr)
    assert code == 0
    assert used in names
    assert "import_commands" not in names


def test_a_slip_of_the_pen_is_answered_with_the_names_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert app.run(["rmf"]) == 2
    assert "rfm" in capsys.readouterr().err
