"""What is wrong with the words of a command, in our words and so in the language of the user.

The library that reads the command line speaks English, and of values as its validator does
("Value error, …"). What it found is taken from its exceptions; what no case here knows stays as
it is.
"""

from __future__ import annotations

import re
from typing import Any

from ci_cli.text import Msg, msg

_COMMAND = re.compile(r"No such command '(?P<word>[^']*)'\.(?: Did you mean (?P<like>.*)\?)?")
_EXTRA = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((?P<words>.*)\)", re.DOTALL)
_ALONE = re.compile(r"Option '?(?P<option>[^' ]+)'? requires an argument\.?")
_CHOICE = re.compile(r"(?P<value>'.*') is not one of (?P<choices>.*?)\.?", re.DOTALL)


def usage_words(error: Any) -> Msg:
    """Return the sentence for an error that the command line's library raised.

    Args:
        error: one of its exceptions: an unknown word, a missing one, a value that does not fit.
    """
    name, text = type(error).__name__, str(error.format_message())
    if name == "NoSuchOption":
        return _unknown_option(error)
    if name == "MissingParameter" and error.param is not None and not error.message:
        return msg("{what} is missing.", what=_named(error))
    if found := _COMMAND.fullmatch(text):
        return _unknown_command(found["word"], found["like"])
    if found := _EXTRA.fullmatch(text):
        return msg("Words too many: {words}. A name of several words stands in quotes.",
                   words=found["words"])  # fmt: skip
    if found := _ALONE.fullmatch(text):
        return msg("{option} needs a value.", option=found["option"])
    if name == "BadParameter":  # without a parameter it is a sentence of our own
        return msg("{reason}", reason=error.message) if error.param is None else _bad_value(error)
    return msg("{reason}", reason=text)


def _unknown_command(word: str, like: str | None) -> Msg:
    if like is None:
        return msg("There is no command {word}.", word=word)
    return msg("There is no command {word}; those like it: {others}.", word=word,
               others=like.removeprefix("one of: ").replace("'", ""))  # fmt: skip


def _unknown_option(error: Any) -> Msg:
    if not error.possibilities:
        return msg("There is no option {option}.", option=error.option_name)
    return msg("There is no option {option}; those like it: {others}.", option=error.option_name,
               others=", ".join(sorted(error.possibilities)))  # fmt: skip


def _bad_value(error: Any) -> Msg:
    """Say which value of which option or argument does not fit, and what would."""
    what = _named(error)
    for fault in _faults(error):
        value = str(fault["input"])
        match fault["type"]:
            case "int_parsing" | "int_from_float" | "int_type":
                return msg("{what}: “{value}” is no whole number.", what=what, value=value)
            case "float_parsing" | "float_type":
                return msg("{what}: “{value}” is no number.", what=what, value=value)
            case "greater_than_equal":
                return msg("{what}: {value} is too small, the least is {limit}.", what=what,
                           value=value, limit=fault["ctx"]["ge"])  # fmt: skip
            case "less_than_equal":
                return msg("{what}: {value} is too large, the most is {limit}.", what=what,
                           value=value, limit=fault["ctx"]["le"])  # fmt: skip
    reason = error.message.removeprefix("Value error, ")
    if found := _CHOICE.fullmatch(reason):
        return msg("{what}: {value} is none of {choices}.", what=what, value=found["value"],
                   choices=found["choices"])  # fmt: skip
    return msg("{what}: {reason}", what=what, reason=reason)


def _faults(error: Any) -> list[dict[str, Any]]:
    """Return what the validator says of the value; nothing where the complaint is ours."""
    cause = error.__cause__
    return list(cause.errors()) if hasattr(cause, "errors") else []


def _named(error: Any) -> str:
    """Return the name of the option or argument as people write it."""
    return str(error.param.get_error_hint()).replace("'", "")
