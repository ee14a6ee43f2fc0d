"""The rules of a scan as a YAML file that people edit, and back into the store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.store import engine, scans
from ci_cli.store.engine import Connection
from ci_cli.text import msg

LARGEST_FILE = 1_000_000  # bytes


def current(conn: Connection) -> dict[str, Any]:
    """Return the rules of the store as plain values."""
    from ci_cli.dedupe.rules import to_mapping
    from ci_cli.dedupe.scan import rules

    return to_mapping(rules(conn))


def as_text(plain: dict[str, Any]) -> str:
    """Return rules as YAML."""
    import yaml

    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)


def bring_in(conn: Connection, path: Path) -> None:
    """Let the store go by the rules of a file; the caller holds the transaction.

    Raises:
        CiError: ``dedupe-rules``: the file cannot be read, is no YAML, or says something that no
            scan can go by.
    """
    import yaml

    from ci_cli.dedupe.rules import from_mapping, to_mapping

    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError("the file is too large for rules")
        plain = yaml.safe_load(path.read_text("utf-8"))
        if not isinstance(plain, dict):
            raise ValueError("the file does not hold keys and values")
        settings = from_mapping(plain)
    except (
        OSError,
        UnicodeDecodeError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        yaml.YAMLError,
    ) as error:
        cause = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
        raise CiError(
            "dedupe-rules",
            msg("The rules cannot be used: {cause}.", cause=cause),
            where=Where(str(path)),
            hint=msg("`ci-cli dedupe rules --export FILE` writes rules that can; edit these."),
            exit_code=ExitCode.DECIDE,
        ) from error  # fmt: skip
    engine.set_meta(conn, scans.RULES_KEY, json.dumps(to_mapping(settings), ensure_ascii=False))


def forget(conn: Connection) -> None:
    """Let the store go by the usual rules again; the caller holds the transaction."""
    engine.set_meta(conn, scans.RULES_KEY, "")
