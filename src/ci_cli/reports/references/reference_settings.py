"""``ref limits`` and ``ref synonyms``: what the programme goes by."""

from __future__ import annotations

from ci_cli.analysis.references.synonyms import KINDS, Synonyms
from ci_cli.report import Column, Note, Report, Table
from ci_cli.shapes.references import Limits
from ci_cli.text import Msg, msg

_MEANING: dict[str, Msg] = {
    "uses": msg("uses of one reference at most in any `days` days"),
    "days": msg("days of that window"),
    "rest": msg("days between two uses of one reference"),
    "health": msg("least health, 0 to 100, where it is known"),
    "thanks": msg("days within which a use is thanked for"),
    "rewards": msg("rewards of one reference at most in 365 days"),
}


def build_limits(limits: Limits) -> Report:
    """Lay out the limits and the usual ones beside them."""
    usual = Limits()._asdict()
    rows = [
        (key, value, usual[key], _MEANING[key]) for key, value in limits._asdict().items()
    ]  # fmt: skip
    columns = (
        Column("limit", msg("limit"), "state"), Column("value", msg("value"), "int"),
        Column("usual", msg("usual"), "int"), Column("meaning", msg("meaning")),
    )  # fmt: skip
    return Report(
        "ref-limits", msg("Limits for references"), [Table("limits", columns, rows)],
        limits._asdict(),
    )  # fmt: skip


def build_synonyms(words: Synonyms, word: str | None, own: str | None) -> Report:
    """Lay out groups of words, those of one word if asked.

    Args:
        words: all of them.
        word: only what it means.
        own: the file beside the store that joined them, if there is one.
    """
    rows = []
    for kind in KINDS:
        groups = {
            meant: None for known, meant in words.words[kind].items() if word in (None, known)
        }
        rows += [(kind, ", ".join(sorted(group))) for group in groups]
    rows += [
        ("size", f"{band.low}-{'' if band.high is None else band.high}: "
         + ", ".join(sorted(band.words)))
        for band in words.bands
        if word is None or word in band.words
    ]  # fmt: skip
    columns = (Column("kind", msg("kind"), "state"), Column("words", msg("words of one meaning")))
    note = (
        Note(msg("The words that come with the program; no file of your own beside the store."))
        if own is None
        else Note(msg("The words that come with the program, and those of {file}.", file=own))
    )
    return Report(
        "ref-synonyms", msg("Words that mean the same"), [Table("synonyms", columns, rows)],
        {"word": word, "own": own}, [note],
    )  # fmt: skip
