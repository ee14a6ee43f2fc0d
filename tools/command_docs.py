"""Write ``docs/commands/*.md`` from the program itself, and check that nobody forgot to.

Help text is written once, beside the command; these pages are what it says, in English. Do not edit
them: change the help text and run ``make docs``.

Usage::

    python tools/command_docs.py update   # write the pages, remove those whose command is gone
    python tools/command_docs.py check    # exit code 1 and a list if any page would change
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "commands"
INDEX = "README.md"
NOTICE = (
    "<!-- Written by tools/command_docs.py from the help texts: change those and run make docs. -->"
)


@dataclass
class Entry:
    """One command or group as its help shows it."""

    words: tuple[str, ...]  # ("ci-cli", "rfm", "run")
    usage: str
    help: str
    epilog: str
    arguments: list[tuple[str, str]]
    options: list[tuple[str, str]]
    children: list[Entry] = field(default_factory=list)
    default: str = ""  # the command of this group that is meant when none is named

    @property
    def title(self) -> str:
        """What a person types to get it."""
        return " ".join(self.words)

    @property
    def example(self) -> str:
        """The line that runs on the demo store, ``""`` where the help has none."""
        _, found, rest = self.epilog.partition("ci-cli")
        return found + rest

    def walk(self) -> Iterator[Entry]:
        """Yield this entry and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_commands() -> Entry:
    """Return the command tree of the program with its English help."""
    from ci_cli import text
    from ci_cli.cli.app import build

    text.activate("en")
    return read(build(), ("ci-cli",), None)


def read(command: Any, words: tuple[str, ...], parent: Any) -> Entry:
    """Return one command as its help shows it, hidden commands and options left out.

    Args:
        command: Typer's (Click's) command object.
        words: what a person types to get it.
        parent: the context of the group around it, None at the top.
    """
    from ci_cli.cli.defaults import DEFAULT, DefaultCommandGroup

    context = command.context_class(command, info_name=words[-1], parent=parent)
    arguments: list[tuple[str, str]] = []
    options: list[tuple[str, str]] = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None:
            continue
        rows = arguments if parameter.param_type_name == "argument" else options
        rows.append((_one_line(record[0]), _one_line(record[1])))
    entry = Entry(
        words=words,
        usage=_one_line(command.get_usage(context).removeprefix("Usage:")),
        help=(command.help or "").strip(),
        epilog=(command.epilog or "").strip(),
        arguments=arguments,
        options=options,
        default=DEFAULT if isinstance(command, DefaultCommandGroup) else "",
    )
    for name, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            entry.children.append(read(child, (*words, name), context))
    return entry


def _one_line(text: str) -> str:
    return " ".join(text.split())


def shared_options(tree: Entry) -> list[tuple[str, str]]:
    """Return the options that every command has; they are described once, on the first page."""
    leaves = [entry for entry in tree.walk() if not entry.children]
    if len(leaves) < 2:
        return []
    return [row for row in leaves[0].options if all(row in leaf.options for leaf in leaves)]


def pages(tree: Entry) -> dict[str, str]:
    """Return the text of every page by file name: an index, and one page per command or group."""
    shared = shared_options(tree)
    texts = {INDEX: _index(tree, shared)}
    for child in tree.children:
        parts = [NOTICE, f"# {child.title}", *_body(child, shared)]
        for entry in list(child.walk())[1:]:
            parts += [f"{'#' * len(entry.words[1:])} {entry.title}", *_body(entry, shared)]
        texts[f"{child.words[-1]}.md"] = "\n\n".join(parts) + "\n"
    return texts


def _index(tree: Entry, shared: list[tuple[str, str]]) -> str:
    lines = []
    for child in tree.children:
        lines.append(f"- [`{child.title}`]({child.words[-1]}.md): {_first_line(child.help)}")
        lines += [
            f"  - [`{entry.title}`]({child.words[-1]}.md#{entry.title.replace(' ', '-')}):"
            f" {_first_line(entry.help)}"
            for entry in list(child.walk())[1:]
        ]
    parts = [NOTICE, "# Commands", tree.help, "\n".join(lines)]
    if tree.options:
        parts += ["## Options before a command", _table("option", tree.options)]
    if shared:
        parts += ["## Options that every command has", _table("option", shared)]
    return "\n\n".join(parts) + "\n"


def _first_line(text: str) -> str:
    return _one_line(text.partition("\n\n")[0])


def _body(entry: Entry, shared: list[tuple[str, str]]) -> list[str]:
    parts = [entry.help, f"```\n{entry.usage}\n```"]
    if entry.example:
        parts.append(f"Example, on the demo store:\n\n```\n{entry.example}\n```")
    elif entry.epilog:
        parts.append(entry.epilog)
    if entry.default:
        short = f"{entry.title} {entry.default}"
        parts.append(f"`{entry.title} …` with none of the words below means `{short} …`.")
    if entry.arguments:
        parts.append(_table("argument", entry.arguments))
    own = [row for row in entry.options if row not in shared and "--help" not in row[0]]
    if own:
        parts.append(_table("option", own))
    if not entry.children and len(own) < len(entry.options):
        parts.append(f"And the [options that every command has]({INDEX}).")
    return [part for part in parts if part]


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    def cell(text: str) -> str:
        return text.replace("|", "\\|")

    lines = [f"| {title} | |", "|---|---|"]
    lines += [f"| `{cell(left)}` | {cell(right)} |" for left, right in rows]
    return "\n".join(lines)


def differences(folder: Path, texts: dict[str, str]) -> list[str]:
    """Return what is wrong with the pages in ``folder``, one line each; empty when all is well."""
    there = {path.name for path in folder.glob("*.md")}
    wrong = [f"{name}: missing" for name in sorted(texts.keys() - there)]
    wrong += [f"{name}: its command is gone" for name in sorted(there - texts.keys())]
    wrong += [
        f"{name}: the help text has changed"
        for name in sorted(texts.keys() & there)
        if (folder / name).read_text("utf-8") != texts[name]
    ]
    return wrong


def update(folder: Path, texts: dict[str, str]) -> None:
    """Make ``folder`` hold exactly these pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8", newline="\n")


def main(mode: str) -> int:
    """Run one of the two modes and return the exit code."""
    texts = pages(read_commands())
    if mode == "update":
        update(FOLDER, texts)
        return 0
    wrong = differences(FOLDER, texts)
    for line in wrong:
        print(f"docs/commands/{line}; run make docs", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["update"], ["check"]):
        sys.exit("usage: python tools/command_docs.py update|check")
    sys.exit(main(sys.argv[1]))
