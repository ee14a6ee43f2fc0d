"""The parts of a firm's name: what the parsers of names make, and what comparisons read."""

from __future__ import annotations

from typing import NamedTuple


class CompanyName(NamedTuple):
    """The parts of one name; a part that the name lacks is empty.

    Attributes:
        brand: what is left when every part below is taken away: the rare part. Where nothing would
            be left (上海贸易有限公司) it is place and trade together, and ``weak`` is True.
        trade: what the firm does, standard words parted by spaces, in the order of the name.
        region: path of the place from wide to narrow, for instance ``浙江/杭州``.
        form: code of the legal form (``data/legal_forms.yaml``).
        kind: limited, stock, partners, sole, coop, body, firm (any), or of Chinese names also
            works (厂), shop (商行), office, centre; several words where a name has several forms.
        branch: empty for the firm itself, else place and kind of the branch: ``深圳 分公司``.
        shop: name or number of one shop of a chain.
        group: True for 集团, group, holding.
        weak: True where the brand is made of common words only.
        other: the same name in another script (Latin beside Chinese), folded.
        written: the parts of ``region`` that the text itself names, parted by spaces: of 昆山精诚
            only 昆山, so that 苏州精诚 is not the same name although 昆山 lies in 苏州.
    """

    brand: str
    trade: str = ""
    region: str = ""
    form: str = ""
    kind: str = ""
    branch: str = ""
    shop: str = ""
    group: bool = False
    weak: bool = False
    other: str = ""
    written: str = ""

    @property
    def core(self) -> str:
        """Brand and trade in one text, for comparisons of likeness."""
        return f"{self.brand} {self.trade}" if self.trade else self.brand
