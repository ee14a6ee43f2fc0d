"""What short headers (Date, Kind, Author, Text) stand over, the values say: talks, attitudes.

A list of customers may have a date, a type and a comment as well. What sets talks apart: customers
return, a column holds nothing but words for calls and visits, somebody wrote the row. Each sign has
a weight, what describes companies weighs against, and in doubt it is no list of talks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ci_cli.importing.mapping.heading import Heading
from ci_cli.importing.mapping.parties import COMPANY, PLACE
from ci_cli.importing.mapping.profile import Profile
from ci_cli.importing.mapping.synonyms import squeeze
from ci_cli.importing.talks.columns import Found, Headed, found_fields, read_headed
from ci_cli.importing.talks.lists import load_lists, meaning_of

_ENOUGH = 4  # one strong sign alone never is
_STRONG = 2
_MOST = 0.8  # share of words that have to be known
_RETURNS = 0.1  # share of rows whose customer stands in an earlier row
_PROSE = 12  # mean characters of a remark; of Chinese, half of it
_HAN = 0.5  # share of texts with Chinese in them
# Who wrote the row, and not who looks after the customer.
_WRITERS = frozenset(
    squeeze(word)
    for word in ("by", "author", "created by", "handled by", "recorded by", "entered by",
                 "performed by", "记录人", "创建人", "提交人", "录入人", "操作人", "执行人",
                 "登记人", "经办人")
)  # fmt: skip
# The day of an entry, as lists of customers have it too.
_ENTERED = frozenset(
    squeeze(word)
    for word in ("created at", "created on", "created", "created date", "creation date",
                 "date created", "created time", "start date", "open date", "date opened",
                 "opened", "opened on", "opened date", "创建时间", "创建日期", "登记时间",
                 "登记日期")
)  # fmt: skip
# How a customer was won, or how we talked.
_WAYS_IN = frozenset(map(squeeze, ("channel", "channel type", "medium", "渠道")))
_TALKS = frozenset({"call", "visit", "meeting", "demo", "mail", "chat"})
_CUSTOMERS = ("customer.id", "customer.name")
_DESCRIBES = frozenset({*COMPANY, *PLACE} - {"customer.owner"})
_SOLD = frozenset(
    ["order.id", "order.total", "line.quantity", "line.unit_price", "line.amount", "line.cost"]
)
_OURS = "interaction."


def kind_by_values(
    header: Sequence[str], sample: Sequence[Sequence[str]]
) -> Literal["interactions", "attitudes"] | None:
    """Return what a file lists where the values leave no doubt.

    Args:
        header: the header row.
        sample: rows below it.
    """
    if are_attitudes(header, sample):
        return "attitudes"
    return "interactions" if are_talks(header, sample) else None


def are_attitudes(header: Sequence[str], sample: Sequence[Sequence[str]]) -> bool:
    """Return whether rows say how customers stood to us on a day, and describe none of them."""
    table = read_headed(header, sample)
    told = {one.field: one for one in found_fields(table, load_lists().kinds["attitudes"])}
    stand, day = told.get("attitude.attitude"), told.get("attitude.date")
    who = [told[name] for name in _CUSTOMERS if name in told]
    if not (stand and stand.telling and day and who) or table.profiles[stand.index].empty:
        return False
    spoken = {one.field for one in found_fields(table, load_lists().kinds["interactions"])}
    if spoken & {"interaction.kind", "interaction.outcome"}:
        return False  # a list of talks, in each of which the attitude was noted as well
    used = {one.index for one in told.values()}
    rest = [one.fields() for place, one in enumerate(table.headings) if place not in used]
    return _are_words(table.profiles[stand.index], "attitude") and not any(
        fields & (_DESCRIBES | _SOLD) for fields in rest
    )


def are_talks(header: Sequence[str], sample: Sequence[Sequence[str]]) -> bool:
    """Return whether the rows are calls, visits or mails by their values and short headers.

    Args:
        header: the header row.
        sample: rows below it.
    """
    table = read_headed(header, sample)
    wanted = load_lists().kinds["interactions"]
    told = {one.field: one for one in found_fields(table, wanted)}
    who = [told[name] for name in _CUSTOMERS if name in told]
    if not who or "interaction.date" not in told or told.keys().isdisjoint(wanted.one_of):
        return False
    # what a customer list calls a type or a status is none of the talk's, unless its words are
    ours = {one.index for name, one in told.items() if name.startswith(_OURS)}
    ours.update(one.index for one in who)
    rest = [one for place, one in enumerate(table.headings) if place not in ours]
    if any(heading.fields() & _SOLD and not heading.rule for heading in table.headings):
        return False
    day = told["interaction.date"]
    profile = table.profiles[day.index]
    if profile.empty or profile.bare_date < _MOST:
        return False
    described = sum(bool(heading.fields() & _DESCRIBES) for heading in rest)
    named_twice = len(who) > 1 and all(table.profiles[one.index].unique for one in who)
    return _signs(table, told, who) - _STRONG * described - named_twice >= _ENOUGH


def _signs(table: Headed, told: dict[str, Found], who: list[Found]) -> int:
    """Return the weight of all that speaks for talks."""
    day = table.headings[told["interaction.date"].index]
    signs = int(not _is_among(day, _ENTERED))
    if any(table.profiles[one.index].repeats > _RETURNS for one in who):
        signs += _STRONG
    for sort in ("kind", "outcome", "direction"):
        found = told.get(f"{_OURS}{sort}")
        if found and _are_words(table.profiles[found.index], sort):
            signs += 1 if _is_among(table.headings[found.index], _WAYS_IN) else _STRONG
    author = told.get(f"{_OURS}author")
    if author and _is_among(table.headings[author.index], _WRITERS):
        signs += _STRONG
    text = told.get(f"{_OURS}text")
    return signs + int(text is not None and _is_prose(table.profiles[text.index]))


def _is_among(heading: Heading, words: frozenset[str]) -> bool:
    return heading.key in words or squeeze(heading.text) in words


def _are_words(profile: Profile, sort: str) -> bool:
    """Return whether nearly all values are words for a kind of talk, or for how it ended."""
    known = [found for text in profile.texts if (found := meaning_of(sort, text))]
    # a customer may be of the type “service”; nobody is of the type “visit”
    talked = sort != "kind" or not _TALKS.isdisjoint(known)
    return bool(known) and talked and len(known) >= _MOST * len(profile.texts)


def _is_prose(profile: Profile) -> bool:
    """Return whether the values are remarks: of some length, and hardly two of them alike."""
    if profile.empty or profile.repeats > 1 - _MOST:
        return False
    han = sum(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in profile.texts)
    least = _PROSE / 2 if han >= _HAN * len(profile.texts) else _PROSE
    return profile.length >= least and profile.words >= _HAN
