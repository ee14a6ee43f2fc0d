"""Keep the translations complete: what the program can say, it can say in Chinese.

    python tools/catalogue.py update    bring the catalogue up to the source, compile it
    python tools/catalogue.py missing   list what has no translation yet
    python tools/catalogue.py check     fail when anything below is wrong (the tests run this)

Sentences are the literal first arguments of ``msg``, ``Msg`` and ``_`` anywhere under ``src``.
``check`` wants every sentence translated, none of them fuzzy or left over, the same ``{gaps}`` on
both sides, a value for every gap where the sentence is used, and a compiled file that matches.
Needs Babel (a development dependency); the program itself reads the compiled file with gettext.
"""

from __future__ import annotations

import ast
import io
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
FOLDER = SOURCE / "ci_cli" / "locale" / "zh" / "LC_MESSAGES"
PO, MO = FOLDER / "ci_cli.po", FOLDER / "ci_cli.mo"

FILLED = ("msg",)  # calls that take the values of the gaps as keywords
MARKERS = ("msg", "Msg", "_")
DATE = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "# Chinese for ci-cli. Made by tools/catalogue.py; edit the msgstr lines only."


@dataclass
class Extracted:
    """What the source says: each sentence with the files that say it, and what is wrong there."""

    sentences: dict[str, set[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def extract(source: Path = SOURCE, root: Path = ROOT) -> Extracted:
    """Read every sentence out of the Python files below ``source``."""
    found = Extracted()
    for path in sorted(source.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        for call in _marked_calls(ast.parse(path.read_text(encoding="utf-8"))):
            _take(call, name, found)
    return found


def _marked_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _called_name(node) in MARKERS:
            yield node


def _called_name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _take(call: ast.Call, name: str, found: Extracted) -> None:
    place = f"{name}:{call.lineno}"
    text = call.args[0]
    if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
        if _called_name(call) in FILLED:
            found.problems.append(
                f"{place}: the sentence is not a literal, so it is not translated"
            )
        return
    found.sentences.setdefault(text.value, set()).add(name)
    try:
        wanted = gaps_of(text.value)
    except ValueError as error:
        found.problems.append(f"{place}: {error}: {text.value!r}")
        return
    given = {keyword.arg for keyword in call.keywords}
    if _called_name(call) in FILLED and None not in given and wanted != given:
        wrong = ", ".join(sorted(wanted ^ {name for name in given if name}))
        found.problems.append(f"{place}: gaps and values differ ({wrong}): {text.value!r}")


def gaps_of(text: str) -> set[str]:
    """Return the names of the gaps in a sentence.

    Raises:
        ValueError: if a brace stands alone or a gap has no name.
    """
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    if any(not name.isidentifier() for name in names):
        raise ValueError("a gap needs a simple name")
    return names


def load(po: Path = PO) -> Catalog:
    """Read the catalogue; an empty one when there is none yet."""
    if not po.exists():
        return Catalog(locale="zh", domain="ci_cli", project="ci-cli", fuzzy=False)
    with po.open("rb") as handle:
        return read_po(handle, locale="zh", domain="ci_cli")


def problems(found: Extracted, catalogue: Catalog, mo: Path = MO) -> list[str]:
    """Return everything that ``check`` objects to, one line each."""
    listed = list(found.problems)
    known = {message.id: message for message in catalogue if message.id}
    for text in sorted(found.sentences):
        message = known.get(text)
        if message is None:
            listed.append(f"not in the catalogue (run update): {text!r}")
        else:
            listed += _faults(message)
    left_over = [*(set(known) - set(found.sentences)), *catalogue.obsolete]
    listed += [f"no longer said (run update): {text!r}" for text in sorted(map(str, left_over))]
    if not mo.exists() or _compiled(mo.read_bytes()) != _compiled(compiled(catalogue)):
        listed.append("the compiled file does not match the catalogue (run update)")
    return listed


def _faults(message: Message) -> list[str]:
    text, translation = str(message.id), str(message.string)
    if not translation.strip():
        return [f"not translated: {text!r}"]
    if message.fuzzy:
        return [f"marked fuzzy: {text!r}"]
    try:
        same = gaps_of(text) == gaps_of(translation)
    except ValueError:
        same = False
    return [] if same else [f"gaps differ: {text!r} / {translation!r}"]


def compiled(catalogue: Catalog) -> bytes:
    """Return the catalogue in the form that gettext reads."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def _compiled(content: bytes) -> dict[str, str]:
    catalogue = read_mo(io.BytesIO(content))
    return {str(message.id): str(message.string) for message in catalogue if message.id}


def update(found: Extracted, catalogue: Catalog, po: Path = PO, mo: Path = MO) -> list[str]:
    """Rewrite catalogue and compiled file; return the sentences that were dropped."""
    old = {str(message.id): message for message in catalogue if message.id}
    fresh = Catalog(
        locale="zh",
        domain="ci_cli",
        project="ci-cli",
        header_comment=HEADER,
        version="1",
        msgid_bugs_address="ci-cli",
        last_translator="ci-cli",
        language_team="ci-cli",
        creation_date=DATE,  # the history of the project says when; a date here only conflicts
        revision_date=DATE,
        fuzzy=False,
    )
    for text, files in sorted(found.sentences.items()):
        kept = old.get(text)
        flags = {"fuzzy"} if kept is not None and kept.fuzzy else set()
        message = fresh.add(
            text,
            string=str(kept.string) if kept is not None else "",
            locations=[(name, 0) for name in sorted(files)],
            flags=flags,
        )
        if message is not None:  # babel takes "20 % of" for a C format; ours are braces only
            message.flags -= {"python-format", "python-brace-format"}
    po.parent.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as handle:
        write_po(handle, fresh, width=0, sort_output=True, include_lineno=False)
    mo.write_bytes(compiled(fresh))
    return sorted(set(old) - set(found.sentences))


def main(arguments: list[str]) -> int:
    """Run one of the three commands; 1 when ``check`` or ``missing`` finds something."""
    command = arguments[0] if len(arguments) == 1 else ""
    found, catalogue = extract(), load()
    if command == "update":
        for text in update(found, catalogue):
            print(f"dropped: {text!r}")
        lines = problems(found, load())
    elif command == "missing":
        known = {message.id: message.string for message in catalogue}
        lines = [text for text in sorted(found.sentences) if not known.get(text)]
    elif command == "check":
        lines = problems(found, catalogue)
    else:
        print(__doc__)
        return 2
    print("\n".join(lines) if lines else "nothing to do")
    return 1 if lines and command != "update" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
