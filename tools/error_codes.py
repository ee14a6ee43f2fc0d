"""Find every error code that the program can show, by reading its source.

Each ``CiError("some-code", …)`` in ``src`` must have a section in ``docs/errors.md`` and an entry
in ``tests/bad_inputs/cases.toml``; the tests compare. Codes are found where they are written out,
also where they pass through a variable or a small helper function on their way.

Usage::

    python tools/error_codes.py          # prints code, exit code and place of each
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "ci_cli"
_CODE = re.compile(r"[a-z]+(-[a-z]+)+\Z")
Function = ast.FunctionDef | ast.AsyncFunctionDef
_HOME = "home"  # what a node is told: the number of its module
Asked = set[tuple[Function, str]]  # names of functions


@dataclass(frozen=True)
class Use:
    """One place that raises or returns an error with this code."""

    code: str
    exit_code: str  # name in ExitCode, "" where it is computed
    file: str
    line: int


class UnreadableCodeError(Exception):
    """A code that is computed in a way this script does not follow: write it out instead."""


def uses_in(folder: Path) -> list[Use]:
    """Return every use of ``CiError`` below ``folder``, in the order of files and lines.

    Raises:
        UnreadableCodeError: a code is neither written out nor handed on in a way that can be read.
    """
    found = []
    paths = sorted(folder.rglob("*.py"))
    trees = [ast.parse(path.read_text("utf-8"), str(path)) for path in paths]
    for place, tree in enumerate(trees):
        for node in ast.walk(tree):
            setattr(node, _HOME, place)
    everything = ast.Module([statement for tree in trees for statement in tree.body], [])
    for path, tree in zip(paths, trees, strict=True):
        name = path.relative_to(folder).as_posix()
        for node, function in _calls(tree, "CiError"):
            exit_code = _exit_code(node)
            code = _argument(node, 0, "code")
            codes = _texts(code, function, tree)
            if not codes:  # handed in by a caller in another module
                codes = [text for text in _texts(code, function, everything) if _CODE.match(text)]
            if not codes:
                raise UnreadableCodeError(f"{name}:{node.lineno}: the code cannot be read")
            found += [Use(code, exit_code, name, node.lineno) for code in codes]
    return found


def _calls(tree: ast.AST, name: str) -> list[tuple[ast.Call, Function | None]]:
    """Return each call of ``name`` with the function around it."""
    return _all_calls(tree).get(name, [])


@cache
def _all_calls(tree: ast.AST) -> dict[str, list[tuple[ast.Call, Function | None]]]:
    found: dict[str, list[tuple[ast.Call, Function | None]]] = {}

    def visit(node: ast.AST, inside: Function | None) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                for name in {getattr(child.func, "id", None), getattr(child.func, "attr", None)}:
                    if name is not None:
                        found.setdefault(name, []).append((child, inside))
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                visit(child, child)
            else:
                visit(child, inside)

    visit(tree, None)
    return found


def _argument(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    for given in call.keywords:
        if given.arg == keyword:
            return given.value
    return call.args[position] if len(call.args) > position else None


def _exit_code(call: ast.Call) -> str:
    given = _argument(call, -1, "exit_code") if _has(call, "exit_code") else None
    if given is None:
        return "FAILED"  # the default of CiError
    return given.attr if isinstance(given, ast.Attribute) else ""


def _has(call: ast.Call, keyword: str) -> bool:
    return any(given.arg == keyword for given in call.keywords)


def _texts(
    node: ast.AST | None, function: Function | None, tree: ast.AST, asked: Asked | None = None
) -> list[str]:
    """Return the texts that ``node`` can stand for: written out, assigned, or handed in.

    ``asked`` holds the names that were followed already, so that circles of calls come to an end.
    """
    asked = set() if asked is None else asked
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        return [
            *_texts(node.body, function, tree, asked), *_texts(node.orelse, function, tree, asked)
        ]  # fmt: skip
    if not isinstance(node, ast.Name) or function is None or (function, node.id) in asked:
        return []
    asked.add((function, node.id))
    found: list[str] = []
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    keywords = [argument.arg for argument in function.args.kwonlyargs]
    if node.id in names + keywords:
        position = names.index(node.id) if node.id in names else len(names)
        if names[:1] in (["self"], ["cls"]):
            position -= 1
        is_private = function.name.startswith("_")  # called within its own module alone
        for call, around in _calls(tree, function.name):
            if is_private and getattr(call, _HOME) != getattr(function, _HOME):
                continue
            found += _texts(_argument(call, position, node.id), around, tree, asked)
    for inner in ast.walk(function):
        if isinstance(inner, ast.Assign | ast.AnnAssign) and inner.value is not None:
            targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
            for target in targets:
                found += _assigned(node.id, target, inner.value, function, tree, asked)
    return found


def _assigned(
    name: str, target: ast.expr, value: ast.expr, function: Function, tree: ast.AST, asked: Asked
) -> list[str]:
    """Return the texts that ``target = value`` gives to ``name``; pairs are taken apart."""
    if all(not isinstance(one, ast.Name) or one.id != name for one in ast.walk(target)):
        return []
    if isinstance(value, ast.Call):
        return [
            text
            for returned in _returned(value, tree)
            for text in _assigned(name, target, returned, function, tree, asked)
        ]
    if isinstance(target, ast.Name) and target.id == name:
        return _texts(value, function, tree, asked)
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return [
            text
            for one, its_value in zip(target.elts, value.elts, strict=False)
            for text in _assigned(name, one, its_value, function, tree, asked)
        ]
    return []


def _returned(call: ast.Call, tree: ast.AST) -> list[ast.expr]:
    """Return what the called function of this module can return."""
    return _all_returned(tree).get(getattr(call.func, "id", ""), [])


@cache
def _all_returned(tree: ast.AST) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found.setdefault(node.name, []).extend(
                statement.value
                for statement in ast.walk(node)
                if isinstance(statement, ast.Return) and statement.value is not None
            )
    return found


if __name__ == "__main__":
    try:
        for use in sorted(uses_in(SOURCE), key=lambda use: (use.code, use.file, use.line)):
            print(f"{use.code}\t{use.exit_code}\t{use.file}:{use.line}")
    except UnreadableCodeError as error:
        sys.exit(str(error))
