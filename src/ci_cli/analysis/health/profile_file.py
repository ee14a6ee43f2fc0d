"""Read profiles: those that ship with the package and people's own YAML files, well checked.

A profile looks like ``data/health/default.yaml``. Everything that is wrong in a file is said at
once: weights that do not sum to 100, curves that leave values without a score, unknown parts.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from ci_cli.analysis.health.profile import (
    HARD_PARTS,
    METRIC_RANGE,
    RANGES,
    SOFT_PARTS,
    Curve,
    Family,
    Part,
    Profile,
    Profiles,
)
from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.text import LANGUAGES, Msg, msg

SHIPPED = ("default", "saas", "wholesale")
MAX_BYTES = 1_000_000
# setting: lowest and highest value
_NUMBERS = {
    "months": (1, 24), "contact_days": (1, 3650), "support_days": (7, 365),
    "half_life_days": (1, 3650),
}  # fmt: skip
_KNOWN = {
    "title", "industries", "polarity", "flagship", "bands", "hard", "soft", "metrics", *_NUMBERS,
}  # fmt: skip


def load_profiles(choice: str | None) -> Profiles:
    """Return the profile asked for, for everybody; else the shipped ones, by industry.

    Raises:
        CiError: ``health-profile-missing`` or ``health-profile-invalid``, exit 2.
    """
    if choice is not None:
        return Profiles(load_profile(choice))
    first, *others = (load_profile(name) for name in SHIPPED)
    return Profiles(first, tuple(others))


def load_profile(choice: str) -> Profile:
    """Return the shipped profile called ``choice``, or the one in the file ``choice``.

    Raises:
        CiError: ``health-profile-missing`` or ``health-profile-invalid``, exit 2.
    """
    if choice in SHIPPED:
        return parse_profile(shipped_text(choice), choice)
    where = Where(file=choice)
    try:
        path = Path(choice)
        if path.stat().st_size > MAX_BYTES:
            raise _invalid([msg("The file is larger than a profile can be.")], where)
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _invalid([msg("The file is not UTF-8 text.")], where) from None
    except (OSError, ValueError):
        raise CiError(
            "health-profile-missing",
            msg("There is no health profile '{name}' and no such file can be read.", name=choice),
            hint=msg("Shipped profiles: {names}.", names=", ".join(SHIPPED)),
            exit_code=ExitCode.DECIDE,
        ) from None
    return parse_profile(text, path.stem, where)


def shipped_text(name: str) -> str:
    """Return a shipped profile as it is written, to copy and alter."""
    folder = resources.files("ci_cli") / "data" / "health"
    return (folder / f"{name}.yaml").read_text(encoding="utf-8")


def parse_profile(text: str, name: str, where: Where | None = None) -> Profile:
    """Read a profile from YAML and check all of it.

    Raises:
        CiError: ``health-profile-invalid``, exit 2, with everything that is wrong.
    """
    content = _yaml(text, where)
    reader = _Reader(content)
    profile = reader.profile(name)
    if reader.faults or profile is None:
        raise _invalid(reader.faults, where)
    return profile


def _yaml(text: str, where: Where | None) -> Mapping[Any, Any]:
    import yaml

    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        place = Where(file=where.file if where else None, line=line)
        raise _invalid([msg("It is not valid YAML.")], place) from None
    if not isinstance(content, Mapping):
        raise _invalid([msg("It holds no parts.")], where)
    return content


class _Reader:
    """Reads one profile and collects what is wrong with it."""

    def __init__(self, content: Mapping[Any, Any]) -> None:
        self.content = content
        self.faults: list[Msg] = []

    def fault(self, text: Msg) -> None:
        self.faults.append(text)

    def profile(self, name: str) -> Profile | None:
        for key in self.content:
            if key not in _KNOWN:
                self.fault(msg("Nothing is called '{key}'.", key=str(key)[:40]))
        parts = [*self._family("hard", HARD_PARTS), *self._family("soft", SOFT_PARTS),
                 *self._metrics()]  # fmt: skip
        keys = [part.key for part in parts]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            self.fault(msg("The part '{key}' is there twice.", key=key))
        total = sum(part.weight for part in parts)
        if total != 100:
            self.fault(msg("The weights sum to {total}, not to 100.", total=total))
        amber, green = self._bands()
        polarity = self.content.get("polarity", "positive")
        if polarity not in ("positive", "negative"):
            self.fault(msg("'polarity' must be positive or negative."))
        numbers = {key: self._number(key, *limits) for key, limits in _NUMBERS.items()
                   if key in self.content}  # fmt: skip
        titles = self._title()
        industries = tuple(text.casefold() for text in self._texts("industries"))
        flagship = self._texts("flagship")
        if self.faults:
            return None
        return Profile(
            name, tuple(parts), titles, industries, polarity=polarity, flagship=flagship,
            amber_from=amber, green_from=green, **numbers,
        )  # fmt: skip

    def _family(self, family: Family, known: tuple[str, ...]) -> list[Part]:
        entries = self.content.get(family, {})
        if not isinstance(entries, Mapping):
            self.fault(msg("'{key}' must list parts by name.", key=family))
            return []
        parts = []
        for key, entry in entries.items():
            if key not in known:
                self.fault(
                    msg("'{key}' is no {family} part; known are: {known}.", key=str(key)[:40],
                        family=family, known=", ".join(known))
                )  # fmt: skip
            elif (part := self._part(key, family, entry, {"weight", "curve"})) is not None:
                parts.append(part)
        return parts

    def _metrics(self) -> list[Part]:
        entries = self.content.get("metrics", [])
        if not isinstance(entries, list):
            self.fault(msg("'metrics' must be a list."))
            return []
        parts = []
        for entry in entries:
            fields = entry if isinstance(entry, Mapping) else {}
            key, metric = fields.get("key"), fields.get("metric")
            family, against = fields.get("family", "hard"), fields.get("against", "own")
            if not isinstance(key, str) or not key.strip() or not isinstance(metric, str):
                self.fault(msg("A metric needs a key and the name of a usage series (metric)."))
            elif key in RANGES:
                self.fault(msg("'{key}' is the name of another part.", key=key))
            elif family not in ("hard", "soft") or against not in ("own", "level"):
                self.fault(
                    msg("The metric '{key}' needs family: hard or soft, against: own or level.",
                        key=key)
                )  # fmt: skip
            else:
                known = {"key", "metric", "family", "against", "weight", "curve"}
                part = self._part(key, family, entry, known)
                if part is not None:
                    parts.append(
                        Part(key, family, part.weight, part.curve, metric.strip(), against)
                    )
        return parts

    def _part(self, key: str, family: Family, entry: Any, known: set[str]) -> Part | None:
        if not isinstance(entry, Mapping):
            self.fault(msg("The part '{key}' needs a weight and a curve.", key=key))
            return None
        for name in entry:
            if name not in known:
                self.fault(
                    msg("The part '{part}' has no setting '{key}'.", part=key, key=str(name)[:40])
                )
        weight = entry.get("weight")
        if type(weight) is not int or not 1 <= weight <= 100:
            self.fault(msg("The weight of '{key}' must be a whole number from 1 to 100.", key=key))
            return None
        curve = self._curve(key, entry.get("curve"), RANGES.get(key, METRIC_RANGE))
        return None if curve is None else Part(key, family, weight, curve)

    def _curve(self, key: str, points: Any, limits: tuple[float, float | None]) -> Curve | None:
        pairs = points if isinstance(points, list) else []
        if len(pairs) < 2 or not all(
            isinstance(pair, list) and len(pair) == 2 and all(map(_is_number, pair))
            for pair in pairs
        ):
            self.fault(
                msg("The curve of '{key}' must be a list of at least two points [value, score].",
                    key=key)
            )  # fmt: skip
            return None
        found = tuple((float(x), float(y)) for x, y in pairs)
        lowest, highest = limits
        if any(a[0] >= b[0] for a, b in itertools.pairwise(found)):
            self.fault(msg("The values of the curve of '{key}' must rise.", key=key))
        elif any(not 0 <= y <= 1 for _x, y in found):
            self.fault(msg("The scores of the curve of '{key}' must lie from 0 to 1.", key=key))
        elif found[0][0] != lowest or (highest is not None and found[-1][0] != highest):
            to = "" if highest is None else f"{highest:g}"
            self.fault(
                msg("The curve of '{key}' leaves a gap: it must begin at {low} and reach {high}.",
                    key=key, low=f"{lowest:g}", high=to)
                if highest is not None
                else msg("The curve of '{key}' leaves a gap: it must begin at {low}.",
                         key=key, low=f"{lowest:g}")
            )  # fmt: skip
        else:
            return Curve(found)
        return None

    def _bands(self) -> tuple[int, int]:
        bands = self.content.get("bands", {"amber": 40, "green": 70})
        if (
            not isinstance(bands, Mapping)
            or set(bands) != {"amber", "green"}
            or not all(type(value) is int for value in bands.values())
            or not 0 < bands["amber"] < bands["green"] <= 100
        ):
            self.fault(msg("'bands' must say from how many points on amber and then green begin."))
            return 0, 0
        return bands["amber"], bands["green"]

    def _number(self, key: str, low: int, high: int) -> int:
        value = self.content[key]
        if type(value) is not int or not low <= value <= high:
            self.fault(
                msg("'{key}' must be a whole number from {low} to {high}.", key=key, low=low,
                    high=high)
            )  # fmt: skip
            return low
        return value

    def _texts(self, key: str) -> tuple[str, ...]:
        values = self.content.get(key, [])
        if not isinstance(values, list) or not all(
            isinstance(value, str) and value.strip() for value in values
        ):
            self.fault(msg("'{key}' must be a list of names.", key=key))
            return ()
        return tuple(value.strip() for value in values)

    def _title(self) -> dict[str, str]:
        title = self.content.get("title", {})
        if isinstance(title, str):
            return dict.fromkeys(LANGUAGES, title)
        if isinstance(title, Mapping) and all(
            isinstance(text, str) for pair in title.items() for text in pair
        ):
            return dict(title)
        self.fault(msg("A title must be text, or text by language."))
        return {}


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < 1e12  # neither nan nor infinite


def _invalid(faults: list[Msg], where: Where | None) -> CiError:
    return CiError(
        "health-profile-invalid",
        msg("The health profile cannot be used: {reason}", reason=faults[0]),
        hint=msg("`ci-cli health profile show default` shows one that can be used."),
        where=where,
        exit_code=ExitCode.DECIDE,
        details=tuple(faults[1:]),
    )
