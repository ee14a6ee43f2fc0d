"""Which pairs may be merged without asking.

A model that takes fields as independent is surer than it should be, the more so the longer the list
(an earlier model: at a million records only 79 % of the pairs above .99 were true). So a high
probability is not enough: the certain band asks for agreement of two kinds and for no conflict in
anything that identifies, and its precision is estimated and, where people have decided pairs of the
band, corrected by what they said.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .clean.company_name import CompanyName
from .compare_names import Organisation
from .priors import Group
from .settings import Settings
from .table import Records

Levels = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

# type -> deepest level at which a name is the same name for all purposes
SAME_NAME = {"given": 2, "surname": 2, "full_name": 3, "organisation": 1}
# type -> deepest level that proves something of its own beside a name
PROOF = {
    "birth_date": 2, "id_number": 1, "phone": 0, "email": 0, "address": 1, "postcode": 0,
    "contact_person": 2, "coordinates": 0,
}  # fmt: skip
TWO_PARTS, SAME_YEAR = 3, 4  # of dates of birth
# the place of a company is proof enough beside its whole name; a person's is not
PLACES_OF_COMPANIES = ("place",)
# of these, who lives or sits elsewhere differs in the first or the second
PLACES = ("place", "postcode", "address", "coordinates")
# ... unless one of these speaks against it (another country, another legal form)
DOUBTS = ("legal_form", "area", "category")
# type -> level from which two records contradict each other (the last one: else)
CONFLICTS = ("birth_date", "id_number", "given", "region")


def beyond_doubt(
    levels: Levels, types: Sequence[str], settings: Settings, *, company: bool
) -> Flags:
    """Return for each pattern whether it has agreement of two kinds and no conflict.

    Args:
        levels: pattern × field, -1 where missing.
        types: type of each field.
        settings: for the levels of each type.
        company: whether the names are those of companies, of which a town has only one of a name.
    """
    size = len(levels)
    name_said, name_same = np.zeros(size, bool), np.ones(size, bool)
    firm_same, slip = np.zeros(size, bool), np.zeros(size, bool)
    proofs = np.zeros(size, int)
    number = np.zeros(size, bool)
    person, placed = np.zeros(size, bool), np.zeros(size, bool)
    place = np.zeros(size, bool)
    conflict = np.zeros(size, bool)
    doubt = np.zeros(size, bool)
    elsewhere, there_too = np.zeros(size, bool), np.zeros(size, bool)
    other_phone = np.zeros(size, bool)
    for at, kind in enumerate(types):
        level = levels[:, at]
        there = level >= 0
        if kind in SAME_NAME:
            same = there & (level <= SAME_NAME[kind])
            name_said |= there
            name_same &= same | ~there
            if kind == "organisation":
                conflict |= level == Organisation.ANOTHER
                firm_same |= level == 0
                slip |= same & (level > 0)  # one letter may be another company, or person
            else:
                person |= there
        if kind in PROOF:
            proved = there & (level <= PROOF[kind])
            proofs += proved
            placed |= proved & (settings.priors[kind].group == Group.PLACE)
            if kind == "id_number":
                number |= there & (level == 0)
        if kind == "birth_date":
            slip |= level == TWO_PARTS
            conflict |= level == SAME_YEAR
        if kind in PLACES_OF_COMPANIES:
            place |= there & (level == 0)
        if kind in DOUBTS:
            doubt |= level == len(settings.priors[kind].levels) - 1
        last = level == len(settings.priors[kind].levels) - 1
        if kind in CONFLICTS:
            conflict |= last
        if kind in PLACES:
            elsewhere |= last
            there_too |= level == 0
        if kind == "phone":
            other_phone |= last
    # one proof cannot stand against another place and another phone
    moved = elsewhere & ~there_too & other_phone
    # sons bear the names of fathers and live with them
    enough = proofs >= 1 + (slip | moved | (person & placed))
    by_name = name_said & name_same & (enough | (company & firm_same & place & ~doubt))
    by_number = number & (proofs >= 2)
    sure: Flags = ~conflict & (by_name | by_number | (proofs >= 3))
    return sure


def companies(records: Records) -> Flags:
    """Return for each record whether its name has a part that only companies' names have."""
    found = np.zeros(len(records), dtype=bool)
    for field in records.fields:
        if field.type == "organisation" and field.names is not None:
            parts = [
                bool(name.form or name.trade or name.branch or name.shop or name.group)
                for name in field.names.distinct
                if isinstance(name, CompanyName)
            ]
            found |= np.array([*parts, False])[field.names.codes]
    return found


def certain_from(
    probability: npt.NDArray[np.floating],
    sure: Flags,
    decided: npt.NDArray[np.int8],
    settings: Settings,
) -> tuple[float, float]:
    """Return the lowest probability of the certain band, and its estimated precision.

    Args:
        probability: of each pair.
        sure: whether the pair is beyond doubt otherwise.
        decided: 1 where a person said "same", 0 where "different", −1 where nobody said anything.
        settings: where the band begins and what it has to keep.

    Returns:
        A probability above 1 where no band keeps the precision asked for.
    """
    for start in (settings.certain_at, 0.995, 0.999, 0.9999):
        band = sure & (probability >= max(start, settings.certain_at))
        if not band.any():
            return max(start, settings.certain_at), 1.0
        asked = band & (decided >= 0)
        wrong = float((decided[asked] == 0).sum())
        believed = 1 - float(probability[band].mean())
        # people's verdicts weigh as soon as there are some; before that, the model's own doubt
        weight = 20.0
        share = (wrong + weight * believed) / (asked.sum() + weight)
        if 1 - share >= settings.certain_precision:
            return max(start, settings.certain_at), 1 - share
    return 2.0, 1 - share
