"""What is known about each type of field before any data is seen.

A type has levels of likeness, best first, ``else`` last; a missing value is no level at all and
says nothing. ``m`` is the share of true pairs that reach a level, ``u`` that of pairs of strangers.
The first figures come from earlier measurements on small public sets, those of companies from lists
with and without duplicates; learning starts from them and, on short lists, ends with them.

Two kinds of pairs are neither the same customer nor strangers, and independent evidence misjudges
both: **neighbours** (a household, colleagues, companies of one building) share place and contact,
**namesakes** (a father and his son, a brand in two cities) share the name. A pair of such a kind
agrees on a field as true pairs do with probability ``neighbours`` or ``namesakes``, otherwise as
strangers do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """What agreement on a field tells about."""

    NAME = "name"
    CONTACT = "contact"
    IDENTITY = "identity"
    PLACE = "place"
    OTHER = "other"


# Agreement on one of these is needed before two records may be called the same.
GATE = frozenset({Group.NAME, Group.CONTACT, Group.IDENTITY})


@dataclass(frozen=True)
class TypePrior:
    """Levels of one type of field and what they are worth before learning.

    Attributes:
        levels: names, best first; the last one is ``else``.
        m: share of true pairs at each level but the last, which has the rest.
        u: the same for pairs of strangers.
        group: what agreement tells about.
        neighbours: chance that neighbours agree because they are neighbours.
        namesakes: chance that namesakes agree because they are namesakes.
        rarity: whether agreeing on a rare value counts more.
        siblings: shares at each level of namesakes, where these are alike in another way than true
            pairs: companies of one group share a word or two.
        telling: whether strangers hardly ever agree, in any list; where many pairs do, these are
            duplicates and not a habit of the list.
        chance: strangers agree at least so often, whatever the list seems to say; for fields that
            follow from others (the legal form from the country).
        loose: whether the typed shares are little more than a guess, so that learning goes first.
        pooled: whether several columns of the type are one field with several values.
    """

    levels: tuple[str, ...]
    m: tuple[float, ...]
    u: tuple[float, ...]
    group: Group
    neighbours: float
    namesakes: float
    rarity: bool = True
    siblings: tuple[float, ...] = ()
    pooled: bool = False
    telling: bool = False
    loose: bool = False
    chance: float = 0.0

    def full_m(self) -> tuple[float, ...]:
        """Return ``m`` with the share of ``else``."""
        return (*self.m, 1 - sum(self.m))

    def full_u(self) -> tuple[float, ...]:
        """Return ``u`` with the share of ``else``."""
        return (*self.u, 1 - sum(self.u))


PRIORS: dict[str, TypePrior] = {
    "given": TypePrior(
        ("exact", "swapped", "close", "initial", "similar", "else"),
        (0.66, 0.03, 0.13, 0.03, 0.06),
        (0.01, 0.0002, 0.005, 0.03, 0.02),
        Group.NAME, neighbours=0.01, namesakes=0.9,
    ),
    "surname": TypePrior(
        ("exact", "swapped", "close", "initial", "similar", "else"),
        (0.69, 0.02, 0.13, 0.01, 0.05),
        (0.005, 0.0002, 0.004, 0.01, 0.03),
        Group.NAME, neighbours=0.7, namesakes=0.95,
    ),
    "full_name": TypePrior(
        ("exact", "reordered", "close", "initials", "similar", "faint", "else"),
        (0.55, 0.06, 0.14, 0.04, 0.08, 0.05),
        (0.0005, 0.0002, 0.001, 0.0005, 0.003, 0.02),
        Group.NAME, neighbours=0.01, namesakes=0.9,
    ),
    "contact_person": TypePrior(
        ("exact", "reordered", "close", "initials", "similar", "faint", "else"),
        (0.45, 0.03, 0.06, 0.03, 0.04, 0.04),
        (0.001, 0.0002, 0.001, 0.0005, 0.003, 0.02),
        Group.CONTACT, neighbours=0.1, namesakes=0.0,
    ),
    "organisation": TypePrior(
        ("exact", "same letters", "contained", "overlap", "similar", "faint", "open", "another",
         "else"),
        (0.45, 0.14, 0.13, 0.08, 0.06, 0.05, 0.01, 0.002),
        (0.0001, 0.0001, 0.0006, 0.0003, 0.0012, 0.005, 0.0003, 0.0006),
        Group.NAME, neighbours=0.005, namesakes=0.9, telling=True,
        siblings=(0.084, 0.042, 0.175, 0.119, 0.14, 0.07, 0.15, 0.15, 0.07),
    ),
    "region": TypePrior(
        ("exact", "wider", "else"), (0.90, 0.06), (0.05, 0.01), Group.PLACE,
        neighbours=0.95, namesakes=0.05, rarity=False,
    ),
    "legal_form": TypePrior(
        ("exact", "else"), (0.85,), (0.5,), Group.OTHER,
        neighbours=0.0, namesakes=0.5, rarity=False, chance=0.4,
    ),
    "birth_date": TypePrior(
        ("exact", "one edit", "day and month swapped", "two parts", "same year", "else"),
        (0.74, 0.09, 0.02, 0.06, 0.02),
        (0.0003, 0.0015, 0.0005, 0.01, 0.02),
        Group.IDENTITY, neighbours=0.03, namesakes=0.0,
    ),
    "id_number": TypePrior(
        ("exact", "one edit", "two edits", "else"),
        (0.80, 0.10, 0.02), (1e-6, 1e-5, 1e-4),
        Group.IDENTITY, neighbours=0.0, namesakes=0.0, telling=True,
    ),
    "phone": TypePrior(
        ("exact", "one edit", "same end", "same start", "else"),
        (0.66, 0.06, 0.03, 0.05), (1e-4, 5e-5, 1e-5, 5e-4),
        Group.CONTACT, neighbours=0.4, namesakes=0.0, pooled=True, telling=True,
    ),
    "email": TypePrior(
        ("exact", "same local part", "close", "same host", "else"),
        (0.60, 0.08, 0.09, 0.05), (1e-5, 1e-4, 0.001, 5e-4),
        Group.CONTACT, neighbours=0.1, namesakes=0.0, pooled=True, telling=True,
    ),
    "postcode": TypePrior(
        ("exact", "one edit", "same area", "else"),
        (0.70, 0.10, 0.05), (0.002, 0.01, 0.03),
        Group.PLACE, neighbours=0.9, namesakes=0.05,
    ),
    "address": TypePrior(
        ("exact", "close", "similar", "else"),
        (0.55, 0.18, 0.10), (0.0003, 0.001, 0.02),
        Group.PLACE, neighbours=0.85, namesakes=0.03,
    ),
    "house_number": TypePrior(
        ("exact", "one edit", "else"), (0.70, 0.10), (0.01, 0.05),
        Group.PLACE, neighbours=0.85, namesakes=0.03,
    ),
    "place": TypePrior(
        ("exact", "close", "else"), (0.70, 0.12), (0.01, 0.01),
        Group.PLACE, neighbours=0.9, namesakes=0.1,
    ),
    "coordinates": TypePrior(
        ("exact", "1 km", "20 km", "else"), (0.5, 0.15, 0.1), (0.001, 0.003, 0.02),
        Group.PLACE, neighbours=0.9, namesakes=0.05, loose=True,
    ),
    # a country, a state: what towns lie in
    "area": TypePrior(
        ("exact", "wider", "else"), (0.80, 0.02), (0.15, 0.01), Group.PLACE,
        neighbours=0.95, namesakes=0.3, rarity=False, loose=True,
    ),
    "category": TypePrior(
        ("exact", "else"), (0.80,), (0.15,), Group.OTHER,
        neighbours=0.0, namesakes=0.0, rarity=False, loose=True,
    ),
    "list": TypePrior(
        ("exact", "several", "one rare", "one common", "else"),
        (0.10, 0.15, 0.15, 0.15), (0.001, 0.003, 0.005, 0.05),
        Group.OTHER, neighbours=0.0, namesakes=0.0, rarity=False, loose=True,
    ),
    "text": TypePrior(
        ("exact", "close", "else"), (0.60, 0.15), (0.05, 0.02), Group.OTHER,
        neighbours=0.0, namesakes=0.0, loose=True,
    ),
}  # fmt: skip

# Where people have a name of their own, the company they name is shared by their colleagues.
COLLEAGUES_SHARE_ORGANISATION = 0.8
