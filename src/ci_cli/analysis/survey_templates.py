"""Question templates, versioned data: those that ship with the package, and people's own YAML.

An own template looks like ``data/surveys/core-en.yaml``. A survey keeps its template as it was when
the survey was made, so a template that changes later changes no survey.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.text import Msg, msg

SHIPPED = ("core-en", "core-zh", "relation-en", "relation-zh")
TYPES = ("scale", "choice", "text")
MEASURES = ("csat", "nps", "value", "renewal")
MAX_BYTES = 200_000
MAX_QUESTIONS = 100
HIGHEST = 100  # rating
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED = ("survey", "version", "respondent", "day", "customer")


@dataclass(frozen=True)
class Question:
    """One question; ``options`` are (key, label); ``counts`` is the option that a share counts."""

    id: str
    text: str
    type: str
    low: int | None = None
    high: int | None = None
    labels: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    measure: str | None = None
    counts: str | None = None


@dataclass(frozen=True)
class Template:
    """A versioned set of questions, with the words that its form needs."""

    name: str
    version: int
    language: str
    title: str
    intro: str
    respondent: str
    save: str
    thanks: str
    questions: tuple[Question, ...]

    def as_json(self) -> str:
        """Return the template as a survey keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def load_template(choice: str) -> Template:
    """Return the shipped template called ``choice``, or the one in the file ``choice``.

    Raises:
        CiError: ``survey-template-missing``, ``survey-template-invalid``, both exit 2.
    """
    if choice in SHIPPED:
        source = resources.files("ci_cli") / "data" / "surveys" / f"{choice}.yaml"
        return parse_template(source.read_text(encoding="utf-8"))
    where = Where(file=choice)
    try:
        path = Path(choice)
        if path.stat().st_size > MAX_BYTES:
            raise _invalid(msg("The file is larger than a template can be."), where)
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _invalid(msg("The file is not UTF-8 text."), where) from None
    except (OSError, ValueError):
        raise CiError(
            "survey-template-missing",
            msg("There is no template '{name}' and no such file can be read.", name=choice),
            hint=msg("Shipped templates: {names}.", names=", ".join(SHIPPED)),
            exit_code=ExitCode.DECIDE,
        ) from None
    return parse_template(text, where)


def parse_template(text: str, where: Where | None = None) -> Template:
    """Read a template from YAML and check it.

    Raises:
        CiError: ``survey-template-invalid``, exit 2.
    """
    import yaml

    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        raise _invalid(msg("The file is no YAML."), where) from None
    if not isinstance(content, Mapping):
        raise _invalid(msg("It holds no questions."), where)
    version = content.get("version")
    if type(version) is not int or version < 1:
        raise _invalid(msg("'version' must be a whole number from 1 on."), where)
    entries = content.get("questions")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_QUESTIONS:
        raise _invalid(
            msg("'questions' must be a list of 1 to {most} questions.", most=MAX_QUESTIONS), where
        )
    questions = tuple(_question(entry, where) for entry in entries)
    names = [question.id for question in questions]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise _invalid(msg("The question '{id}' is there twice.", id=twice), where)
    words = {
        name: _text(content, name, where)
        for name in ("name", "language", "title", "intro", "respondent", "save", "thanks")
    }
    return Template(version=version, questions=questions, **words)


def from_json(text: str) -> Template:
    """Return the template that a survey keeps."""
    told: dict[str, Any] = json.loads(text)
    questions = tuple(
        Question(
            **{
                **one,
                "labels": tuple(one["labels"]),
                "options": tuple((key, label) for key, label in one["options"]),
            }
        )
        for one in told.pop("questions")
    )
    return Template(questions=questions, **told)


def _question(entry: object, where: Where | None) -> Question:
    if not isinstance(entry, Mapping):
        raise _invalid(msg("A question must have id, text and type."), where)
    name, kind = entry.get("id"), entry.get("type")
    if not isinstance(name, str) or not _ID.fullmatch(name) or name in RESERVED:
        raise _invalid(
            msg("The id '{id}' must be small letters, digits and _, and none of {reserved}.",
                id=str(name), reserved=", ".join(RESERVED)), where
        )  # fmt: skip
    if kind not in TYPES:
        raise _invalid(
            msg("The type of '{id}' must be one of {types}.", id=name, types=", ".join(TYPES)),
            where,
        )
    measure = entry.get("measure")
    if measure is not None and measure not in MEASURES:
        raise _invalid(
            msg("The measure of '{id}' must be one of {list}.", id=name, list=", ".join(MEASURES)),
            where,
        )
    text = _text(entry, "text", where)
    if kind == "scale":
        return _scale(entry, name, text, measure, where)
    if kind == "choice":
        return _choice(entry, name, text, measure, where)
    if measure is not None:
        raise _invalid(msg("A text such as '{id}' cannot be measured.", id=name), where)
    return Question(name, text, kind)


def _scale(
    entry: Mapping[Any, Any], name: str, text: str, measure: str | None, where: Where | None
) -> Question:
    low, high = entry.get("low"), entry.get("high")
    if type(low) is not int or type(high) is not int or not 0 <= low < high <= HIGHEST:
        raise _invalid(
            msg("'low' and 'high' of '{id}' must be whole numbers, 0 <= low < high <= {most}.",
                id=name, most=HIGHEST), where
        )  # fmt: skip
    needed = {"nps": (0, 10), "csat": (1, 5), "value": (1, 5)}
    if measure == "renewal" or (measure is not None and needed[measure] != (low, high)):
        raise _invalid(
            msg("The scale of '{id}' does not fit its measure: nps needs 0 to 10, csat and value"
                " need 1 to 5, renewal needs a choice.", id=name), where
        )  # fmt: skip
    labels = entry.get("labels", [])
    if not isinstance(labels, Sequence) or isinstance(labels, str) or len(labels) not in (0, 2):
        raise _invalid(msg("'labels' of '{id}' must be two texts.", id=name), where)
    return Question(name, text, "scale", low, high, tuple(map(str, labels)), measure=measure)


def _choice(
    entry: Mapping[Any, Any], name: str, text: str, measure: str | None, where: Where | None
) -> Question:
    options = entry.get("options")
    if not isinstance(options, Mapping) or len(options) < 2:
        raise _invalid(
            msg("'options' of '{id}' must be at least two, as key: label. Quote yes and no.",
                id=name), where
        )  # fmt: skip
    pairs = tuple((key, str(label)) for key, label in options.items())
    if any(not isinstance(key, str) or not _ID.fullmatch(key) for key, _label in pairs):
        raise _invalid(
            msg("The keys of the options of '{id}' must be small letters, digits and _; quote yes"
                " and no.", id=name), where
        )  # fmt: skip
    counts = entry.get("counts")
    if measure not in (None, "renewal") or (measure and counts not in dict(pairs)):
        raise _invalid(
            msg("A choice such as '{id}' can only measure renewal, and 'counts' must name the"
                " option that counts.", id=name), where
        )  # fmt: skip
    return Question(name, text, "choice", options=pairs, measure=measure, counts=counts)


def _text(entry: Mapping[Any, Any], name: str, where: Where | None) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _invalid(msg("'{name}' is missing.", name=name), where)
    return unicodedata.normalize("NFC", value.strip())


def _invalid(what: Msg, where: Where | None) -> CiError:
    return CiError(
        "survey-template-invalid",
        what,
        hint=msg("docs/errors.md shows what a template looks like."),
        where=where,
        exit_code=ExitCode.DECIDE,
    )
