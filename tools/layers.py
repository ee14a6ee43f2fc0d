"""The house rules that a machine can check: who imports whom, and who does what.

The rooms and their floors stand in the tables below, which are the rules; the text is in
``docs/architecture.md``. Source files are parsed, never imported, so an import inside a function
counts like any other.

Usage::

    python tools/layers.py          # prints each break of the rules, exit code 1 if there is any
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

MAX_LINES = 400

# What every room may use.
BOTTOM = frozenset({
    "text", "errors", "report", "shapes", "review_shapes", "procat_shapes", "talk_shapes",
    "health_shapes",
})  # fmt: skip
# Numbers, names and layouts in, numbers, names and layouts out: no store, no file, no screen.
PURE = frozenset({"models", "analysis", "importing", "dedupe", "tags"})
USE_CASES = frozenset({
    "importing.load", "importing.load_facts", "importing.load_orders", "importing.planning",
    "importing.saved_maps", "importing.steps",
    "dedupe.apply", "dedupe.filled_sheet", "dedupe.outcome", "dedupe.pair_codes", "dedupe.review",
    "dedupe.rules_file", "dedupe.scan", "dedupe.why", "dedupe.merge",
    "tags.apply",
})  # fmt: skip
# Helpers of importing.load that build the rows which store.writes takes; nobody else uses them.
ROW_BUILDERS = frozenset(
    {
        "importing.corrected",
        "importing.entity_rows",
        "importing.fact_rows",
        "importing.order_rows",
        "importing.order_union",
    }
)

# Room: what its modules may import besides their own room. A module belongs to the room with the
# longest name that begins its own, so ``importing.load`` is a room of its own inside ``importing``.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "text": frozenset(),
    "errors": frozenset({"text"}),
    "report": frozenset({"text"}),
    "shapes": frozenset(),
    "review_shapes": frozenset({"shapes", "text"}),
    "procat_shapes": frozenset(),
    "talk_shapes": frozenset(),
    "health_shapes": frozenset({"shapes"}),
    "models": BOTTOM,
    "readers.base": BOTTOM,  # what every reader gives
    "readers": BOTTOM | {"readers.base"},
    "analysis": BOTTOM,
    "importing": BOTTOM | {"models", "readers.base"},
    "dedupe": BOTTOM | {"models"},
    "tags": BOTTOM | {"models"},
    "reports": BOTTOM | {"analysis"},
    "disk": frozenset(),  # for the two rooms that write files
    "output": frozenset({"text", "report", "errors", "disk"}),
    "store": BOTTOM | {"models", "disk"},
    **{
        helper: BOTTOM | {"models", "importing", "readers.base", "store"} for helper in ROW_BUILDERS
    },
    **{
        use_case: BOTTOM | PURE | ROW_BUILDERS | USE_CASES | {"readers", "readers.base", "store"}
        for use_case in USE_CASES
    },
    "cli": BOTTOM
    | PURE
    | USE_CASES
    | {"readers", "readers.base", "store", "reports", "output", ""},
    "__main__": frozenset({"cli", "errors", "text"}),
    "": frozenset(),  # ci_cli/__init__.py: the version
}

# Libraries that cost start-up time: imported inside the function that needs them.
HEAVY = frozenset({"pandas", "numpy", "scipy", "duckdb", "openpyxl", "python_calamine", "rich"})
# Rooms that live on such a library: they import it at their top, and nobody imports them at
# start-up (the use-cases among them are rooms of their own, which commands do import).
LAZY_ROOMS: dict[str, frozenset[str]] = {"dedupe": frozenset({"numpy"})}
# Libraries that belong to one or two rooms.
ONLY_IN: dict[str, frozenset[str]] = {
    "typer": frozenset({"cli"}),
    "click": frozenset({"cli"}),
    "sqlite3": frozenset({"store"}),
    "sqlalchemy": frozenset({"store", "models"}),
    "sqlmodel": frozenset({"store", "models"}),
    "rich": frozenset({"output", "cli"}),
    "gettext": frozenset({"text"}),
}
SPEAKERS = frozenset({"output", "cli"})  # rooms that print and translate
TRANSLATING = frozenset({"translate", "activate", "_", "language"})
CLOCKS = frozenset({
    "date.today", "datetime.today", "datetime.now", "datetime.utcnow",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime",
})  # fmt: skip

NUMERIC = ("driver", "evidence", "price", "shapes", "signals", "verdict")  # of analysis.decline
# (rule, module): why it may. An exception that is no longer needed is reported as well.
EXCEPTIONS: dict[tuple[str, str], str] = {
    **{("heavy:numpy", f"analysis.decline.{m}"): "imported late as a whole" for m in NUMERIC},
    ("only:sqlite3", "cli.app"): "the one place that tells the errors of libraries apart",
    ("clock", "cli.options"): "the clock of the run, read once so that --today can set it",
    ("speaking", "models.ddl"): "run by hand, it prints the schema for the next migration",
}

_SQL = re.compile(
    r"\s*(?:(?:SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|WITH|DROP|ALTER|ATTACH|VACUUM)\b"
    # Small letters throughout: a sentence may begin with Select or Update.
    r"|(?:select\s.+\sfrom\s|insert\s+into\s|delete\s+from\s|pragma\s+\w+\s*[=(]"
    r"|update\s+\w+\s+set\s+\w+\s*=|(?:create|drop|alter)\s+(?:temp\s+)?(?:table|index|view)\s))",
    re.DOTALL,
)


@dataclass
class Module:
    """One parsed source file."""

    name: str  # below the package: "readers.csv", "" for the package itself
    path: Path
    is_package: bool
    source: str
    tree: ast.Module = field(init=False)
    room: str = field(init=False)

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.source, str(self.path))
        self.room = room_of(self.name)


@dataclass(frozen=True)
class Breach:
    """One break of a rule."""

    rule: str
    module: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.module or '__init__'}:{self.line}: [{self.rule}] {self.message}"


def room_of(name: str) -> str:
    """Return the room of a module, or its first part where no table names it."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        candidate = ".".join(parts[:length])
        if candidate in MAY_IMPORT:
            return candidate
    return parts[0]


def modules_of(package: Path) -> list[Module]:
    """Parse every module below ``package``."""
    found = []
    for path in sorted(package.rglob("*.py")):
        parts = list(path.relative_to(package).with_suffix("").parts)
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        found.append(Module(name, path, is_package, path.read_text("utf-8")))
    return found


def _absolute(module: Module, node: ast.ImportFrom, package: str) -> str:
    """Return the dotted name that ``from … import`` starts at, relative dots resolved."""
    if not node.level:
        return node.module or ""
    here = [package, *(module.name.split(".") if module.name else [])]
    base = here[: len(here) - node.level + (1 if module.is_package else 0)]
    return ".".join([*base, *((node.module or "").split(".") if node.module else [])])


def imports_of(module: Module, package: str) -> Iterator[tuple[str, str, ast.stmt | ast.expr]]:
    """Yield ``(dotted name, name taken from it or "", node)`` for every import, however deep."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, "", node
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield _absolute(module, node, package), alias.name, node
        elif (
            isinstance(node, ast.Call)
            and _dotted(node.func).endswith(("import_module", "__import__"))
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value), "", node


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _at_start_up(tree: ast.Module) -> set[ast.AST]:
    """Return the nodes that run when the module is imported."""
    found: set[ast.AST] = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        found.add(node)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return found


def _for_types_only(tree: ast.Module) -> set[ast.AST]:
    """Return the nodes inside ``if TYPE_CHECKING:``, which never run."""
    return {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and _dotted(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }


def _docstrings(tree: ast.Module) -> set[ast.AST]:
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, owners) and node.body and isinstance(node.body[0], ast.Expr)
    }


def check_imports(module: Module, package: str, known: frozenset[str]) -> Iterator[Breach]:
    """Imports run downwards, heavy ones late, and some libraries belong to one room."""
    if module.room not in MAY_IMPORT:
        yield Breach("rooms", module.name, 1, f"no table knows the room {module.room!r}")
        return
    types_only = _for_types_only(module.tree)
    start_up = _at_start_up(module.tree) - types_only
    for base, taken, node in imports_of(module, package):
        top = base.split(".", maxsplit=1)[0]
        if top == package:
            inner = f"{base}.{taken}".removeprefix(package).strip(".")
            target = inner if inner in known else base.removeprefix(package).strip(".")
            room = room_of(target)
            if room in LAZY_ROOMS and room != module.room and node in start_up:
                yield Breach(
                    "lazy", module.name, node.lineno,
                    f"import {target} inside the function that needs it: it loads "
                    f"{_listed(LAZY_ROOMS[room])}",
                )  # fmt: skip
            if room != module.room and room not in MAY_IMPORT[module.room]:
                yield Breach(
                    "imports", module.name, node.lineno, f"{module.room} may not import {target}"
                )
            if target == "text" and taken in TRANSLATING and module.room not in SPEAKERS:
                yield Breach(
                    "speaking", module.name, node.lineno,
                    f"only {_listed(SPEAKERS)} translate; hand over a Msg",
                )  # fmt: skip
        elif node not in types_only:
            if module.room not in ONLY_IN.get(top, {module.room}):
                yield Breach(
                    f"only:{top}", module.name, node.lineno,
                    f"{top} belongs to {_listed(ONLY_IN[top])}",
                )  # fmt: skip
            if top in HEAVY - LAZY_ROOMS.get(module.room, frozenset()) and node in start_up:
                yield Breach(
                    f"heavy:{top}", module.name, node.lineno,
                    f"import {top} inside the function that needs it",
                )  # fmt: skip


def _listed(names: frozenset[str]) -> str:
    return " and ".join(sorted(names))


def check_sql(module: Module, _package: str, _known: frozenset[str]) -> Iterator[Breach]:
    """Only ``store`` contains SQL."""
    if module.room == "store":
        return
    docstrings = _docstrings(module.tree)
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node not in docstrings
            and _SQL.match(node.value)
        ):
            yield Breach("sql", module.name, node.lineno, f"SQL outside store: {node.value[:40]!r}")


def check_speaking(module: Module, _package: str, _known: frozenset[str]) -> Iterator[Breach]:
    """Only ``output`` and ``cli`` write for people."""
    if module.room in SPEAKERS:
        return
    for node in ast.walk(module.tree):
        name = _dotted(node)
        if name in {"sys.stdout", "sys.stderr"} or (
            isinstance(node, ast.Call) and _dotted(node.func) == "print"
        ):
            yield Breach(
                "speaking", module.name, getattr(node, "lineno", 1),
                f"only {_listed(SPEAKERS)} print",
            )  # fmt: skip


_SQL_CLOCK = re.compile(r"CURRENT_(TIMESTAMP|DATE|TIME)\b|\(\s*'now'", re.IGNORECASE)


def _full_names(tree: ast.Module) -> dict[str, str]:
    """Return what each imported name stands for: ``{"dt": "datetime", "now": "time.time"}``."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {a.asname or a.name.split(".")[0]: a.name for a in node.names if a.asname}
        elif isinstance(node, ast.ImportFrom):
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return names


def check_clock(module: Module, _package: str, _known: frozenset[str]) -> Iterator[Breach]:
    """The clock is read once, in ``cli/app.py``, and handed down."""
    full_names = _full_names(module.tree)
    docstrings = _docstrings(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, *rest = _dotted(node).split(".")
            name = ".".join([*full_names.get(first, first).split("."), *rest][-2:])
            if name in CLOCKS:
                yield Breach("clock", module.name, node.lineno, f"{name} reads the clock")
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node not in docstrings
            and _SQL_CLOCK.search(node.value)
        ):
            yield Breach("clock", module.name, node.lineno, "SQL reads the clock")


def check_length(module: Module, _package: str, _known: frozenset[str]) -> Iterator[Breach]:
    """A module that does not fit in 400 lines does two things."""
    length = len(module.source.splitlines())
    if length > MAX_LINES:
        yield Breach("length", module.name, length, f"{length} lines; {MAX_LINES} are allowed")


def check_sql_files(package: Path) -> Iterator[Breach]:
    """SQL files stand in ``store`` and do not read the clock either."""
    for path in sorted(package.rglob("*.sql")):
        name = path.relative_to(package).as_posix()
        if not name.startswith("store/"):
            yield Breach("sql", name, 1, "SQL files belong to store")
        if _SQL_CLOCK.search(path.read_text("utf-8")):
            yield Breach("clock", name, 1, "SQL reads the clock")


CHECKS: tuple[Callable[[Module, str, frozenset[str]], Iterator[Breach]], ...] = (
    check_imports, check_sql, check_speaking, check_clock, check_length,
)  # fmt: skip


def check(package: Path, exceptions: dict[tuple[str, str], str] | None = None) -> list[Breach]:
    """Return every break of the rules below ``package``, and every exception without a use.

    Args:
        package: folder of the package, for instance ``src/ci_cli``.
        exceptions: (rule, module) that may break it, with the reason; the table by default.
    """
    allowed = EXCEPTIONS if exceptions is None else exceptions
    modules = modules_of(package)
    known = frozenset(module.name for module in modules)
    breaches = [
        breach
        for module in modules
        for one_check in CHECKS
        for breach in one_check(module, package.name, known)
    ]
    breaches += check_sql_files(package)
    used = {(breach.rule, breach.module) for breach in breaches}
    return [b for b in breaches if (b.rule, b.module) not in allowed] + [
        Breach(rule, module, 1, "this exception is not needed any more")
        for rule, module in allowed
        if (rule, module) not in used
    ]


if __name__ == "__main__":
    found = check(Path(__file__).resolve().parents[1] / "src" / "ci_cli")
    for one in found:
        print(one)
    sys.exit(1 if found else 0)
