"""What the values of one column look like, so that a header is believed only if its values agree.

Shares are over distinct non-empty values; at most ``LIMIT`` of them, spread evenly over their
sorted order, are looked at, so the result does not depend on the order of rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from ci_cli.importing.values.amounts import read_number
from ci_cli.importing.values.cells import ERROR_CELLS, NULL_LITERALS, ValueReject
from ci_cli.importing.values.datetext import looks_like_bare_date, looks_like_date

LIMIT = 300
LONGEST_TEXT = 1_000  # characters looked at: some patterns take the square of a text's length
LARGEST = 1e300  # the size of whatever no float can hold
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_PHONE = re.compile(
    r"^'?(?=(?:\D*[\d*]){6})[+(]?[\d(*][\d*()\-./\s+#xX;,转]{5,30}(?:\s*ext\.?\s*\d+)?$"
)
_TAX = re.compile(r"^(?:[0-9A-HJ-NPQRTUWXY]{18}|[A-Z]{0,3}[\d\- .]{7,20}[A-Z0-9]{0,4}|\w{15,20})$")
_CODE = re.compile(r"^#?[A-Za-z0-9][A-Za-z0-9_\-/.#:]{0,39}$")
_CLOCK = re.compile(r"^\d{1,2}:\d{2}(:\d{2})?\s*([ap]m)?$", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]{2,}[\s,&'’\-]+[^\W\d_]|[\u4e00-\u9fff]{2}")
_PARTED_CODE = re.compile(r"^\d{1,2}\.\d{1,2}\.0\d{3}$")  # 1.01.0045 is an item, not the year 45
_LETTERED = re.compile(r"^[A-Z]{1,3}\d+$")
_CENTS = re.compile(r"^\D{0,3}\d[\d,]*[.]\d\d$")
_STATE = re.compile(r"^[A-Z]{2,3}$")
_PROVINCES = frozenset(
    ["北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江",
     "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州",
     "云南", "陕西", "甘肃", "青海", "台湾", "内蒙古", "广西", "西藏", "宁夏", "新疆", "香港",
     "澳门"]
)  # fmt: skip
_PERSON = re.compile(r"^(?:[\u4e00-\u9fff·]{2,4}|[A-Z][\w.'’-]+(?:\s+[A-Z][\w.'’-]*){0,3})$")


class Profile:
    """Facts about the values of one column, each worked out when first asked for."""

    def __init__(self, values: Sequence[str]) -> None:
        stripped = [value.strip() for value in values]
        self.rows = len(stripped)
        self.values = [v for v in stripped if v and v not in NULL_LITERALS]
        self.filled = len(self.values)
        distinct = sorted(set(self.values))
        self.distinct = len(distinct)
        step = max(1, len(distinct) // LIMIT)
        self.texts = [text[:LONGEST_TEXT] for text in distinct[::step] if text not in ERROR_CELLS]

    @property
    def empty(self) -> bool:
        """Return whether no row has a value."""
        return not self.filled

    def _share(self, hits: int) -> float:
        return hits / len(self.texts) if self.texts else 0.0

    def _matching(self, pattern: re.Pattern[str]) -> float:
        return self._share(sum(bool(pattern.match(text)) for text in self.texts))

    @cached_property
    def numbers(self) -> list[float]:
        """Return the values that are numbers; floats, because only their size is looked at."""
        found = []
        if self.texts and all(map(_LETTERED.match, self.texts)):
            return []  # R0871, RM204: codes; as money one of them would show cents
        for text in self.texts:
            try:
                written = read_number(text)
            except ValueReject:
                continue
            if written is not None:
                digits = written.digits.replace(" ", "").replace("'", "")
                if digits.count(",") and not digits.count("."):
                    digits = digits.replace(",", "" if re.search(r",\d{3}$", digits) else ".")
                digits = digits.replace(",", "")
                if digits.count(".") > 1:
                    digits = digits.replace(".", "")
                size = min(float(f"{digits}e{written.exponent}") * written.factor, LARGEST)
                found.append(-size if written.negative else size)
        return found

    @cached_property
    def number(self) -> float:
        """Return the share of numbers; ``-`` and ``/`` count, they stand for nothing."""
        nothing = sum(text in ("-", "--", "—", "/") for text in self.texts)
        return self._share(len(self.numbers) + nothing)

    @cached_property
    def integer(self) -> float:
        """Return the share of whole numbers."""
        return self._share(sum(number == int(number) for number in self.numbers))

    @cached_property
    def fractions(self) -> float:
        """Return the share of numbers with decimals; codes such as 01.001 are none."""
        codes = sum(len(text) > 2 and text[0] == "0" and text[1].isdigit() for text in self.texts)
        return self._share(sum(number != int(number) for number in self.numbers) - codes)

    @cached_property
    def cents(self) -> float:
        """Return the share of values written with two decimals, as money is and codes are not."""
        return self._matching(_CENTS)

    @cached_property
    def date(self) -> float:
        """Return the share of unmistakable dates."""
        return self._share(
            sum(looks_like_date(text) and not _PARTED_CODE.match(text) for text in self.texts)
        )

    @cached_property
    def bare_date(self) -> float:
        """Return the share of values that a date column may hold, numbers of days included."""
        return self.date + self._share(sum(map(looks_like_bare_date, self.texts)))

    @cached_property
    def email(self) -> float:
        """Return the share of e-mail addresses."""
        return self._matching(_EMAIL)

    @cached_property
    def phone(self) -> float:
        """Return the share of phone numbers; shops mask digits with ``*``."""
        return self._matching(_PHONE)

    @cached_property
    def tax_id(self) -> float:
        """Return the share of values built like a tax number of some country."""
        return self._matching(_TAX)

    @cached_property
    def code(self) -> float:
        """Return the share of values without blanks or Chinese that hold a digit."""
        return self._share(
            sum(bool(_CODE.match(t)) and any(c.isdigit() for c in t) for t in self.texts)
        )

    @cached_property
    def token(self) -> float:
        """Return the share of short values without blanks or Chinese: ALFKI, P-100, 17."""
        return self._matching(_CODE)

    @cached_property
    def shouted(self) -> float:
        """Return the share of values in capital letters without blanks: ALFKI."""
        return self._share(sum(bool(_CODE.match(t)) and t.upper() == t for t in self.texts))

    @cached_property
    def clock(self) -> float:
        """Return the share of bare times of day."""
        return self._matching(_CLOCK)

    @cached_property
    def words(self) -> float:
        """Return the share of values of several words, or of Chinese."""
        return self._share(sum(bool(_WORDS.search(text)) for text in self.texts))

    @cached_property
    def person(self) -> float:
        """Return the share of values that could be a person's name."""
        return self._matching(_PERSON)

    @cached_property
    def place(self) -> float:
        """Return the share of state codes and Chinese provinces."""
        return self._share(
            sum(
                bool(_STATE.match(t)) or any(t.startswith(p) for p in _PROVINCES)
                for t in self.texts
            )
        )

    @cached_property
    def length(self) -> float:
        """Return the mean length of a value."""
        return sum(map(len, self.texts)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def counts_rows(self) -> bool:
        """Return whether the values are 1..n (or 0..n-1), each once: a row number."""
        if self.filled < 2 or self.distinct != self.filled:
            return False
        if not all(value.isdecimal() and len(value) < 9 for value in self.values):
            return False
        numbers = sorted(map(int, self.values))
        return numbers[0] in (0, 1) and numbers[-1] - numbers[0] == len(numbers) - 1

    @cached_property
    def small_counts(self) -> bool:
        """Return whether all values are whole numbers below 10,000 without leading zeros."""
        return bool(self.values) and all(
            v.isdecimal() and len(v) < 5 and (v == "0" or v[0] != "0") for v in set(self.values)
        )

    @cached_property
    def hundreds(self) -> bool:
        """Return whether all values are whole numbers below 1,000: how many, not what."""
        return all(text.isdecimal() and len(text) < 4 for text in self.texts)

    @cached_property
    def counts(self) -> bool:
        """Return whether all values are whole numbers of up to six digits, as line numbers are."""
        return bool(self.values) and all(v.isdecimal() and len(v) < 7 for v in set(self.values))

    @property
    def repeats(self) -> float:
        """Return the share of values that stand in an earlier row already."""
        return 1 - self.distinct / self.filled if self.filled else 0.0

    @property
    def unique(self) -> bool:
        """Return whether no value stands in two rows."""
        return self.distinct == self.filled
