"""Values that need no check are given on without Typer's; all others are checked as ever."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer import core

from ci_cli.cli.plain_values import PlainCommand


def given(words: list[str]) -> dict[str, Any]:
    """Return what a command with parameters of every sort is called with."""
    tree, found = typer.Typer(), dict[str, Any]()

    @tree.command(cls=PlainCommand)
    def show(
        name: Annotated[str, typer.Argument()] = "nobody",
        db: Annotated[Path | None, typer.Option("--db")] = None,
        whole: Annotated[Path | None, typer.Option("--whole", exists=True)] = None,
        bins: Annotated[int, typer.Option("--bins")] = 5,
        top: Annotated[int | None, typer.Option("--top", min=1)] = None,
        cuts: Annotated[list[str] | None, typer.Option("--cuts")] = None,
        share: Annotated[float, typer.Option("--share")] = 0.5,
        quiet: Annotated[bool, typer.Option("--quiet")] = False,
    ) -> None:
        found.update(locals())

    typer.main.get_command(tree).main(words, standalone_mode=False)
    return {name: value for name, value in found.items() if name not in ("found", "tree")}


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["Ann", "--db", "ci.db", "--quiet"],
        ["--db", "", "--bins", "7", "--top", "3"],
        ["", "--cuts", "f=1,2", "--cuts", "m=3", "--share", "1e-3"],
        ["--whole", "."],
        ["a\udce9", "--db", "\udce9"],  # bytes that are no text
    ],
)
def test_values_are_those_that_typer_gives(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = given(words)
    monkeypatch.setattr(PlainCommand, "get_params", core.TyperCommand.get_params)
    assert given(words) == ours
    assert {name: type(value) for name, value in given(words).items()} == {
        name: type(value) for name, value in ours.items()
    }


def test_what_cannot_be_wrong_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "build_runtime_param", lambda _descriptor: pytest.fail("checked"))
    found = given(["Ann", "--db", "ci.db", "--quiet"])
    assert (found["name"], found["db"], found["bins"]) == ("Ann", Path("ci.db"), 5)
    with pytest.raises(pytest.fail.Exception):
        given(["--bins", "7"])


@pytest.mark.parametrize(
    "words", [["--top", "0"], ["--bins", "x"], ["--whole", "nowhere"], ["--share", ""]]
)
def test_what_can_be_wrong_is_checked(words: list[str]) -> None:
    with pytest.raises(typer.BadParameter):
        given(words)


def test_a_file_that_cannot_be_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_asked: False)
    with pytest.raises(typer.BadParameter, match="not readable"):
        given(["--db", "."])
