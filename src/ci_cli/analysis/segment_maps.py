"""Read segment maps: the two that ship with the package, and people's own YAML files.

An own map looks like ``data/segments/eleven.yaml``::

    uses: scores            # or means, with codes such as HLH
    bins: 5                 # 3 to 9; scores only
    segments:
      - key: Best
        name: {en: Best, zh: 最佳}       # optional
        codes: ["555", "5[45]x"]         # x = any, [45] = 4 or 5
        play: Call them.                 # text, or {en: ..., zh: ...}; optional
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from ci_cli.analysis.rfm import DEFAULT_BINS, MIN_BINS
from ci_cli.analysis.segments import Segment, SegmentMap, checked, expand, universe
from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.text import LANGUAGES, Msg, msg

DEFAULT_MAP = "eleven"
SHIPPED: Mapping[str, str] = {"eleven": "eleven.yaml", "eight-zh": "eight-zh.yaml"}
ALSO_CALLED: Mapping[str, str] = {"11": "eleven", "8": "eight-zh", "8-zh": "eight-zh"}
MAX_SEGMENTS = 729
MAX_BYTES = 1_000_000
MOST_DIGITS = 9  # a code has one digit per dimension


def load_map(choice: str = DEFAULT_MAP) -> SegmentMap:
    """Return the shipped map called ``choice``, or the one in the file ``choice``.

    Raises:
        CiError: ``segment-map-missing``, ``segment-map-invalid`` or ``segment-map-coverage``,
            all exit 2.
    """
    name = ALSO_CALLED.get(choice, choice)
    if name in SHIPPED:
        folder = resources.files("ci_cli") / "data" / "segments"
        return parse_map((folder / SHIPPED[name]).read_text(encoding="utf-8"), name)
    where = Where(file=choice)
    try:
        path = Path(choice)
        if path.stat().st_size > MAX_BYTES:
            raise _invalid(msg("The file is larger than a segment map can be."), where)
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _invalid(msg("The file is not UTF-8 text."), where) from None
    except (OSError, ValueError):
        raise CiError(
            "segment-map-missing",
            msg("There is no segment map '{name}' and no such file can be read.", name=choice),
            hint=msg("Shipped maps: {names}.", names=", ".join(SHIPPED)),
            exit_code=ExitCode.DECIDE,
        ) from None
    return parse_map(text, path.stem, where)


def parse_map(text: str, name: str, where: Where | None = None) -> SegmentMap:
    """Read a map from YAML ``text`` and check that it places every code exactly once.

    Raises:
        CiError: ``segment-map-invalid`` or ``segment-map-coverage``, exit 2.
    """
    content = _yaml(text, where)
    if not isinstance(content, Mapping):
        raise _invalid(msg("It holds no segments."), where)
    uses = content.get("uses", "scores")
    if uses not in ("scores", "means"):
        raise _invalid(msg("'uses' must be scores or means."), where)
    bins = content.get("bins", DEFAULT_BINS)
    if type(bins) is not int or not MIN_BINS <= bins <= MOST_DIGITS:
        raise _invalid(
            msg("'bins' must be a number from {low} to {high}.", low=MIN_BINS, high=MOST_DIGITS),
            where,
        )
    entries = content.get("segments")
    if not isinstance(entries, Sequence) or isinstance(entries, str) or not entries:
        raise _invalid(msg("It holds no segments."), where)
    if len(entries) > MAX_SEGMENTS:
        raise _invalid(msg("It holds more than {most} segments.", most=MAX_SEGMENTS), where)
    segments = tuple(_segment(entry, uses, bins, where) for entry in entries)
    keys = [segment.key for segment in segments]
    for key in keys:
        if keys.count(key) > 1:
            raise _invalid(msg("The segment '{key}' is there twice.", key=key), where)
    titles = _by_language(content.get("title"), where)
    return checked(SegmentMap(name, uses, bins, segments, titles), where)


def _yaml(text: str, where: Where | None) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = Where(
            file=where.file if where else None, line=mark.line + 1 if mark is not None else None
        )
        raise _invalid(msg("It is not valid YAML."), place) from None


def _segment(
    entry: Any, uses: Literal["scores", "means"], bins: int, where: Where | None
) -> Segment:
    key = entry.get("key") if isinstance(entry, Mapping) else None
    if not isinstance(key, str) or not key.strip():
        raise _invalid(msg("A segment has no key."), where)
    patterns = entry.get("codes")
    if not isinstance(patterns, Sequence) or isinstance(patterns, str) or not patterns:
        raise _invalid(msg("The segment '{key}' has no list of codes.", key=key), where)
    every = universe(uses, bins)
    codes: set[str] = set()
    for pattern in patterns:
        # An unquoted 555 is a number in YAML; anything else but text is a slip.
        text = str(pattern) if isinstance(pattern, str | int) else ""
        meant = expand(text, every)
        if not meant:
            raise _invalid(
                msg(
                    "'{pattern}' in the segment '{key}' is not a code of this map.",
                    pattern=text[:20],
                    key=key,
                ),
                where,
            )
        codes |= meant
    return Segment(
        key.strip(),
        frozenset(codes),
        _by_language(entry.get("name"), where),
        _by_language(entry.get("play"), where),
    )


def _by_language(value: Any, where: Where | None) -> dict[str, str]:
    """Read a text, or texts by language; one text alone serves every language."""
    if value is None:
        return {}
    if isinstance(value, str):
        return dict.fromkeys(LANGUAGES, value)
    if isinstance(value, Mapping) and all(
        isinstance(language, str) and isinstance(text, str) for language, text in value.items()
    ):
        return dict(value)
    raise _invalid(msg("A name or a play must be text, or text by language."), where)


def _invalid(reason: Msg, where: Where | None) -> CiError:
    return CiError(
        "segment-map-invalid",
        msg("The segment map cannot be used: {reason}", reason=reason),
        hint=msg("Each segment needs a key and a list of codes; see the maps that are shipped."),
        where=where,
        exit_code=ExitCode.DECIDE,
    )
