"""What is wrong with a command is said in our words, in the language of the user."""

from __future__ import annotations

import pytest

from ci_cli.cli import app

CASES = {
    "unknown option": (("rfm", "run", "--zzz", "5"), "There is no option --zzz."),
    "option like others": (
        ("rfm", "run", "--binz", "5"), "There is no option --binz; those like it: --bins, --db."),
    "unknown command": (("report", "nosuch"), "There is no command nosuch."),
    "command like another": (
        ("report", "brif"), "There is no command brif; those like it: brief."),
    "no number": (("import", "undo", "abc"), "N: “abc” is no whole number."),
    "too small": (("rfm", "run", "--top", "0"), "--top: 0 is too small, the least is 1."),
    "too large": (
        ("ref", "request", "new", "x", "--expected", "9"),
        "--expected: 9 is too large, the most is 5."),
    "no such choice": (
        ("feedback", "add", "C1", "x", "--ask", "foo"),
        "--ask: 'foo' is none of 'add', 'consider', 'drop'."),
    "missing option": (("goal", "set", "x"), "--target is missing."),
    "missing argument": (("customer", "show"), "customer is missing."),
    "a name without quotes": (
        ("customer", "show", "Acme", "Ltd"),
        "Words too many: Ltd. A name of several words stands in quotes."),
    "no value": (("rfm", "run", "--bins"), "--bins needs a value."),
    "our own sentence": (
        ("dedupe", "review", "--yes"), "--yes would merge every pair;"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_command_is_answered_in_our_words(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words, sentence = CASES[case]
    assert app.run(list(words)) == 2
    err = capsys.readouterr().err
    assert f"error: {sentence}" in err.replace("\n", " ")
    assert "Value error" not in err
    assert "Invalid value" not in err
