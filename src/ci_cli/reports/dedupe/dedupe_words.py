"""What the findings of a scan mean, in words."""

from __future__ import annotations

from ci_cli.report import Note
from ci_cli.text import Msg, msg

WHY_FULL: dict[str, Msg] = {
    "first": msg("it is the first one"),
    "asked": msg("you asked for it"),
    "rules": msg("the rules have changed"),
    "fields": msg("the columns are others than before"),
    "version": msg("this version of ci-cli compares in another way"),
}
LEVELS: dict[str, Msg] = {
    "missing": msg("one of them says nothing, which speaks neither for nor against"),
    "exact": msg("the same"),
    "swapped": msg("given and family name the other way round"),
    "reordered": msg("the same words in another order"),
    "close": msg("all but the same"),
    "initial": msg("one is the initial of the other"),
    "initials": msg("one has initials of the other"),
    "similar": msg("similar"),
    "faint": msg("faintly alike"),
    "same letters": msg("the same but for spelling or order"),
    "contained": msg("one is a shorter form of the other"),
    "overlap": msg("most of the words are the same"),
    "open": msg("one brand, but perhaps two companies"),
    "another": msg("one brand, but another place, branch or trade"),
    "wider": msg("one place lies in the other"),
    "one edit": msg("one character differs"),
    "two edits": msg("two characters differ"),
    "day and month swapped": msg("day and month the other way round"),
    "two parts": msg("two of year, month and day are the same"),
    "same year": msg("the same year"),
    "same end": msg("the same last digits"),
    "same start": msg("the same first digits"),
    "same local part": msg("the same name at another provider"),
    "same host": msg("the same company behind the @"),
    "same area": msg("the same area"),
    "1 km": msg("within one kilometre"),
    "20 km": msg("within twenty kilometres"),
    "several": msg("several words in common"),
    "one rare": msg("one rare word in common"),
    "one common": msg("one common word in common"),
    "else": msg("different"),
}
# Names of levels that say nothing to a reader of a table, and what stands there instead.
SHOWN = {"else": "different", "another": "another company"}
BANDS = ("separate", "review", "certain")


def new_since(new: int) -> list[Note]:
    """Return what to say of records that are new or changed since the scan."""
    if not new:
        return []
    return [
        Note(
            msg("Records that are new or changed since the scan: {n}. `ci-cli dedupe scan` takes"
                " them in.", n=new),
            "warning",
        )
    ]  # fmt: skip
