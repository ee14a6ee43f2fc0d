"""Names of firms in scripts with spaces: Latin, Cyrillic, Greek, and what is left."""

from __future__ import annotations

import re

from ci_cli.dedupe.clean.company_name import CompanyName
from ci_cli.dedupe.clean.places import MUNICIPAL, load_places
from ci_cli.dedupe.clean.vocabulary import LegalForm, load_forms, load_trades, tokens_of

_BRACKETS = re.compile(r"\(([^()]*)\)")
_BRANCH = frozenset({"branch", "niederlassung", "zweigniederlassung", "filiale", "succursale",
                     "sucursal", "filial", "филиал", "oddzial", "pobocka"})  # fmt: skip
_OFFICES = frozenset({("representative", "office"), ("rep", "office"), ("branch", "office"),
                      ("liaison", "office")})  # fmt: skip
_GROUP = frozenset({"group", "groupe", "gruppe", "grupo", "gruppo", "grupa", "holding", "holdings",
                    "beteiligungs", "beteiligung", "konzern", "группа", "холдинг"})  # fmt: skip
_SHOP = re.compile(
    r"(?:^|\s)(?:(?:store|shop|outlet|unit|branch)\s*(?:#|no\.?|nr\.?)?\s*|#\s*)(\d+)\b"
)
_CITY_PROVINCES = frozenset(MUNICIPAL[:4])
_LONGEST = 8
_FILLERS = frozenset({"the", "de", "des", "of", "&", "for", "fur", "la", "le", "di", "da", "do"})


def parse_spaced(folded: str) -> CompanyName:
    """Return the parts of a folded name whose words stand apart."""
    shop = _SHOP.search(folded)
    text = folded[: shop.start()] + " " + folded[shop.end() :] if shop else folded
    region, other, text = _read_brackets(text)
    text, other = _part_seat(*_part_dash(text, other))
    tokens = tokens_of(text) or tokens_of(folded) or [folded]
    tokens, branch = _part_branch(tokens)
    tokens, forms = _strip_forms(tokens)
    tokens, found_region = _strip_places(tokens)
    tokens, group, trades = _strip_trades(tokens)
    if not region and not found_region:
        tokens, found_region = _strip_places(tokens)
    if tokens[0] == "the" and len(tokens) > 1:
        tokens = tokens[1:]
    form = max(forms, key=lambda one: (one.kind != "firm", one.kind == "stock")) if forms else None
    words = load_trades().latin
    return CompanyName(
        brand=" ".join(tokens),
        trade=" ".join(trades),
        region=region or found_region,
        form=form.code if form else "",
        kind=form.kind if form else "",
        branch=branch,
        shop=shop[1] if shop else "",
        group=group,
        weak=all(token in words or token in _FILLERS for token in tokens),
        other=other,
        written=(region or found_region).rpartition("/")[2],
    )


def _read_brackets(text: str) -> tuple[str, str, str]:
    """Return (place, other name, text without brackets)."""
    region, other = "", ""
    if "(" not in text:
        return region, other, text
    places = load_places().latin
    forms = load_forms().end

    def read(found: re.Match[str]) -> str:
        nonlocal region, other
        inside = tuple(tokens_of(found[1]))
        if inside in places:
            region = region or places[inside]
            return " "
        if inside in forms or any(token in _BRANCH or token in _GROUP for token in inside):
            return f" {found[1]} "
        other = other or found[1].strip()
        return " "

    without = _BRACKETS.sub(read, text)
    if not any(char.isalnum() for char in without):
        return region, "", text
    return region, other, without


def _part_dash(text: str, other: str) -> tuple[str, str]:
    """Take the short name behind a dash off: Petroleo Brasileiro S.A. - Petrobras."""
    head, dash, tail = text.rpartition("- ")
    if dash and head.endswith((" ", ".")) and not other and len(tokens_of(tail)) == 1:
        behind = tokens_of(head)
        if len(behind) > 1 and _form_behind(behind) and not _form_behind(tokens_of(tail)):
            return head, tail.strip()
    return text, other


def _part_seat(text: str, other: str) -> tuple[str, str]:
    """Take the seat behind the legal form off: Alpina N.V., Amsterdam, NL."""
    head, comma, tail = text.partition(",")
    while comma:
        before, behind = tokens_of(head), tokens_of(tail)
        if len(before) > 1 and _form_behind(before[1:]) and behind:
            if _form_behind(behind) or any(token in _BRANCH for token in behind):
                break
            return head, other or tail.strip()
        more, comma, tail = tail.partition(",")
        head = f"{head},{more}"
    return text, other


def _part_branch(tokens: list[str]) -> tuple[list[str], str]:
    """Take "Hong Kong Branch" or "Niederlassung Berlin" off."""
    for index, token in enumerate(tokens):
        pair = tuple(tokens[index : index + 2])
        width = 2 if pair in _OFFICES else 1 if token in _BRANCH else 0
        if not width or index == 0:
            continue
        before, after = tokens[:index], tokens[index + width :]
        if after and not _form_behind(after):
            return before, f"{' '.join(after)} branch"
        place: list[str] = []
        places = load_places().latin
        for length in (4, 3, 2, 1):
            if len(before) > length and tuple(before[-length:]) in places:
                place = before[-length:]
                break
        else:
            # behind the legal form everything is the place
            for length in range(1, min(4, len(before))):
                if _form_behind(before[:-length]):
                    place = before[-length:]
                    break
        kept = before[: len(before) - len(place)] + after
        return (kept or before), f"{' '.join(place)} branch".strip()
    return tokens, ""


_WHOLE_FORMS = frozenset({"limited", "stock"})


def _form_behind(tokens: list[str]) -> tuple[LegalForm, int] | None:
    """Return the longest legal form at the end of ``tokens`` and its number of tokens."""
    forms = load_forms().end
    for length in range(min(_LONGEST, len(tokens)), 0, -1):
        form = forms.get(tuple(tokens[-length:]))
        if form:
            return form, length
    return None


def _strip_forms(tokens: list[str]) -> tuple[list[str], list[LegalForm]]:
    """Take legal forms off the end and the front; at least one word stays."""
    table = load_forms()
    found: list[LegalForm] = []
    while len(tokens) > 1:
        behind = _form_behind(tokens[1:])
        if not behind:
            break
        found.append(behind[0])
        tokens = tokens[: -behind[1]]
    while found and len(tokens) > 1 and tokens[-1] == "&":
        tokens = tokens[:-1]
    for _ in range(2):
        for length in range(min(_LONGEST, len(tokens) - 1), 0, -1):
            key = tuple(tokens[:length])
            form = table.front.get(key) or (table.second.get(key) if found else None)
            if form is None and not found:  # SpA Rossi, as lists sorted by form have it
                moved = table.end.get(key)
                form = moved if moved and moved.kind in _WHOLE_FORMS else None
            if form:
                found.append(form)
                tokens = tokens[length:]
                break
    return tokens, found


def _strip_places(tokens: list[str]) -> tuple[list[str], str]:
    """Take a city in front or a country behind off, where a word that is no trade stays."""
    places = load_places().latin
    for length in (4, 3, 2, 1):
        if len(tokens) <= length:
            continue
        behind, front = tuple(tokens[-length:]), tuple(tokens[:length])
        if behind in places and behind != ("us",) and _names_somebody(tokens[:-length]):
            rest = tokens[:-length]
            return (rest[:-1] if rest[-1] in {"of", "de", "&"} and len(rest) > 1 else rest), places[
                behind
            ]
        # A country in front is a brand (China Mobile); a city is where a Chinese firm says it is.
        city = places.get(front, "")
        if ("/" in city or city in _CITY_PROVINCES) and _names_somebody(tokens[length:]):
            return tokens[length:], city
    return tokens, ""


def _names_somebody(tokens: list[str]) -> bool:
    words = load_trades().latin
    return any(
        token not in words and token not in _FILLERS and token not in _GROUP for token in tokens
    )


def _strip_trades(tokens: list[str]) -> tuple[list[str], bool, list[str]]:
    """Take trade words and the mark of a group off the end."""
    table = load_trades()
    trades: list[str] = []
    group = False
    while len(tokens) > 1:
        last = tokens[-1]
        if last == "&" and (trades or group):
            tokens = tokens[:-1]
        elif last in _GROUP and _names_somebody(tokens[:-1]):
            group = True
            tokens = tokens[:-1]
        elif last in table.latin and _names_somebody(tokens[:-1]):
            if table.latin[last] not in table.latin_wide:
                trades.insert(0, table.latin[last])
            tokens = tokens[:-1]
        else:
            break
    if len(tokens) > 1 and tokens[0] in _GROUP and _names_somebody(tokens[1:]):
        group = True
        tokens = tokens[1:]
    return tokens, group, trades
