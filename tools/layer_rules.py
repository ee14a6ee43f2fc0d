"""The rooms of the house and their floors: the tables that ``layers.py`` holds the source to.

A room is a module or package of ``src/ci_cli``; the longest name that fits a module counts. The
text is in ``docs/architecture.md``.
"""

from __future__ import annotations

MAX_LINES = 400

# What every room may use.
BOTTOM = frozenset({
    "text", "errors", "report", "shapes", "columnar", "toml_places",
})  # fmt: skip
# Numbers, names and layouts in, numbers, names and layouts out: no store, no file, no screen.
PURE = frozenset({"models", "analysis", "importing", "dedupe", "tags", "jobs"})
USE_CASES = frozenset({
    "importing.consents", "importing.load", "importing.load_facts", "importing.load_orders",
    "importing.planning", "importing.saved_maps", "importing.steps", "importing.survey_answers",
    "dedupe.apply", "dedupe.filled_sheet", "dedupe.outcome", "dedupe.pair_codes", "dedupe.review",
    "dedupe.rules_file", "dedupe.scan", "dedupe.why", "dedupe.merge",
    "tags.apply", "tags.people",
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
    "columnar": frozenset(),
    "toml_places": frozenset({"text", "errors"}),
    "report": frozenset({"text"}),
    "shapes": frozenset({"text"}),
    "models": BOTTOM,
    "readers.base": BOTTOM,  # what every reader gives
    "readers": BOTTOM | {"readers.base"},
    "analysis": BOTTOM,
    "importing": BOTTOM | {"models", "readers.base"},
    "dedupe": BOTTOM | {"models"},
    "tags": BOTTOM | {"models"},
    "jobs": BOTTOM,
    "reports": BOTTOM | {"analysis"},
    "disk": frozenset(),  # for the two rooms that write files
    "output": frozenset({"text", "columnar", "report", "errors", "disk"}),
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

_DECLINE = (
    "backtest", "controls", "driver", "evidence", "hindsight", "histories", "injected", "levels",
    "limit_grid", "price", "replay", "shapes", "signals", "standard", "verdict",
)  # fmt: skip
_FORECAST = (
    "backtest",
    "bgnbd",
    "by_rhythm",
    "correction",
    "gamma_gamma",
    "history",
    "maximum",
    "outlook",
)
NUMERIC = (  # of analysis, on numpy
    *(f"decline.{name}" for name in _DECLINE), *(f"forecast.{name}" for name in _FORECAST), "peers",
)  # fmt: skip
# (rule, module): why it may. An exception that is no longer needed is reported as well.
EXCEPTIONS: dict[tuple[str, str], str] = {
    **{("heavy:numpy", f"analysis.{m}"): "imported late as a whole" for m in NUMERIC},
    ("only:sqlite3", "cli.app"): "the one place that tells the errors of libraries apart",
    ("clock", "cli.options"): "the clock of the run, read once so that --today can set it",
    ("speaking", "models.ddl"): "run by hand, it prints the schema for the next migration",
}
