"""How customers came: the channel that their records give, and the customer that it may name."""

from __future__ import annotations

import re
import sqlite3

from ci_cli.models.names import name_key
from ci_cli.shapes.pivots import Newcomer
from ci_cli.store.customers import LOUDEST
from ci_cli.store.pivot_words import ids_by_name

# a channel that says that somebody referred the customer, without saying who
_WORD_OF_MOUTH = re.compile(
    r"referr|recommend|word of mouth|introduc|介绍|推荐|口碑|老客户|朋友", re.IGNORECASE
)
_LEADING = re.compile(
    r"^\s*(?:referr(?:ed|al)(?:\s+(?:by|from))?|recommended by|introduced by|via|by"
    r"|老客户|客户|由)\s*[:：-]?\s*|\s*(?:介绍|转介绍|推荐|的介绍)\s*$",
    re.IGNORECASE,
)


def origins(conn: sqlite3.Connection) -> list[Newcomer]:
    """Return each living customer with how it came and by whom.

    A channel names a customer by its name, by its number such as C12, or by the id that its own
    source uses; before it may stand ``referred by`` or the like. A name that several customers have
    says that there was somebody, not who.
    """
    by_name = ids_by_name(conn)
    by_id = {
        (str(source), str(key)): int(customer)
        for customer, source, key in conn.execute(
            "SELECT customer_id, source, source_key FROM record WHERE key_kind = 'id'"
        )
    }
    living = [
        int(row[0])
        for row in conn.execute("SELECT id FROM customer WHERE merged_into IS NULL ORDER BY id")
    ]
    numbers = {f"c{number}": number for number in living}
    said: dict[int, tuple[str, str]] = {}
    for customer, source, channel in conn.execute(
        "SELECT v.customer_id, v.source, v.channel FROM voice AS v WHERE v.channel IS NOT NULL"
        f" ORDER BY v.customer_id, {LOUDEST}"
    ):
        said.setdefault(int(customer), (str(source), str(channel)))
    found: list[Newcomer] = []
    for customer in living:
        source, channel = said.get(customer, ("", ""))
        plain = _LEADING.sub("", channel).strip()
        named = by_id.get((source, plain)) or numbers.get(plain.casefold())
        fits = by_name.get(name_key(plain) or "", set()) - {customer}
        if named is None and len(fits) == 1:
            (named,) = fits
        if named == customer:
            named = None
        if named is not None or fits or _WORD_OF_MOUTH.search(channel):
            found.append(Newcomer(customer, "referred", named))
        else:
            found.append(Newcomer(customer, "other" if channel else "unknown"))
    return found
