"""Everything about a scan that a rules file may say; the defaults are meant to be right.

A scan needs no configuration. Who wants another answer edits a file (``dedupe rules``), which is
read and written by ``rules``: types of columns, levels' shares, blocking rules, which groups of
fields may join two records, and limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .priors import GATE, PRIORS, TypePrior

# Each rule is a list of parts, all of which two records must share; the first rules are the most
# telling and are kept first when the budget of pairs is short. A part is a type of field and how
# much of the value counts: `:4` the first four characters, `:-7` the last seven, `:year`, `:local`
# (of an e-mail address), `:token` (any word), `:sorted` (words in order). "swap" is given name and
# surname in either order.
DEFAULT_BLOCKING: tuple[str, ...] = (
    "id_number",
    "email",
    "phone",
    "given + surname + birth_date",
    "full_name:sorted + birth_date",
    "organisation + place",
    "organisation + postcode",
    "surname + birth_date",
    "given + birth_date",
    "full_name:sorted",
    "organisation",
    "given + surname",
    "swap",
    "address + house_number",
    "address + postcode",
    "birth_date + place",
    "birth_date + postcode:3",
    "email:local",
    "phone:-7",
    "birth_date",
    "surname + postcode",
    "given + postcode",
    "surname:4 + given:3",
    "given:2 + surname:2 + birth_date:year",
    "surname + place",
    "given + place + birth_date:year",
    "surname:3 + birth_date:year + place:3",
    "full_name:6 + postcode:3",
    "full_name:4 + place",
    "organisation:10",
    "organisation:6 + postcode",
    "organisation:4 + place",
    "organisation:4 + address:6",
    "organisation:4 + phone:-4",
    "organisation:token",
    "full_name:token + birth_date:year",
    "full_name:token + place",
    "full_name:4",
    "address",
    "address:6 + postcode",
    "list:token",
    "email:5 + surname:3",
)


@dataclass(frozen=True)
class Settings:
    """What a scan goes by.

    Attributes:
        types: header -> type of field (a key of :data:`~.priors.PRIORS`), or "ignore"; what is not
            named here is recognised from header and values.
        priors: type -> levels and shares that replace those of :data:`~.priors.PRIORS`.
        blocking: rules, the most telling first (see :data:`DEFAULT_BLOCKING`).
        gate: groups of fields of which one must agree before two records may be the same.
        all_pairs_up_to: number of pairs up to which every pair is compared.
        small_list: records below which shares are not learnt but taken from the priors.
        review_at: probability from which a pair is shown to a person and joins a cluster.
        certain_at: probability from which a pair may be merged unasked.
        certain_precision: share of the certain band that must be true, as far as can be estimated.
        kappa: how many times the typed shares outweigh what is learnt (m).
        random_pairs: pairs of strangers that are drawn to learn u.
        pairs_per_record: pairs per record that all rules together may bring; None: by list length.
    """

    types: Mapping[str, str] = field(default_factory=dict)
    priors: Mapping[str, TypePrior] = field(default_factory=lambda: dict(PRIORS))
    blocking: tuple[str, ...] = DEFAULT_BLOCKING
    gate: frozenset[str] = frozenset(str(group) for group in GATE)
    all_pairs_up_to: int = 5_000_000
    small_list: int = 500
    review_at: float = 0.5
    certain_at: float = 0.99
    certain_precision: float = 0.995
    kappa: float = 2.0
    random_pairs: int = 600_000
    pairs_per_record: float | None = None
