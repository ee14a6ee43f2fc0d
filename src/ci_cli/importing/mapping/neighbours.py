"""Headers that only their neighbours explain, read again before anything is decided.

``Fee per Place`` is a price because ``Places`` are counted beside it, 印品类别 groups what 印品名称
names, and an export of won deals is a list of orders in other words. What is found here is what
the header may mean; values, arithmetic and preferences decide as for any other header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ci_cli.importing.mapping.headers import read_header
from ci_cli.importing.mapping.heading import Heading
from ci_cli.importing.mapping.sheet import Column
from ci_cli.importing.mapping.synonyms import squeeze
from ci_cli.importing.mapping.words import tokens_of

SHORT = 9  # characters on the average: longer numbers are telephones
MOSTLY = 0.9  # share of values that must be numbers
_PER = re.compile(
    r"(?:rate|price|fee|charge|[£$€¥₹])\s*(?:/|\bper\b)\s*([a-z]+)\s*$", re.IGNORECASE
)
_EACH = re.compile(r"^每([\u4e00-\u9fff]{1,3})[单]?价格?$|^([\u4e00-\u9fff]{1,3})单价$")
_DEAL = re.compile(r"\b(?:opportunity|opp|deal)s?\b", re.IGNORECASE)
_DEAL_ZH = re.compile(r"商机|销售机会")
_STAGE = re.compile(r"stage|status|阶段|状态")
_WON = re.compile(r"\bwon\b|赢单|成交|签约|签单", re.IGNORECASE)
_LOST = re.compile(r"\blost\b|输单|丢单|未成交|未签", re.IGNORECASE)
_WON_DAY = re.compile(r"(?:clos\w*|won|成交|赢单|签约|签单)(?:date|time|on|at|日期|时间)$")
_NOT_YET = re.compile(r"expect|plan|forecast|target|预计|预期|计划")
_CHEQUE = re.compile(r"^(?:check|cheque|chq|支票)(?:no|number|num|号)?$")
_CUSTOMER_CODE = re.compile(r"^(?:CUST?|KH|CLI(?:ENT)?)[-_]?\d{2,}$", re.IGNORECASE)
_OURS = re.compile(
    r"^(?:我司|我方|本公司|本厂|厂内|our).*(?:编号|编码|代码|款号|货号|料号|no|number|code|ref)$"
)
_SENDER = re.compile(
    r"^(?:发货|托运|寄件|寄货|发件)(?:单位|公司|客户|人|方|人姓名|方名称)$"
    r"|^(?:shipper|sender|consignor)(?:name)?$"
)
_SENDER_PHONE = re.compile(r"^(?:发货|托运|寄件|寄货|发件)(?:人)?(?:电话|手机|联系电话|联系方式)$"
                           r"|^(?:shipper|sender|consignor)(?:phone|tel|mobile)$")  # fmt: skip
_SALUTATIONS = frozenset(
    ["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "mx", "rev", "herr", "frau", "m", "mme",
     "mlle", "sr", "sra", "先生", "女士", "小姐", "太太"]
)  # fmt: skip
_TYPE_OF = re.compile(r"^(?:type|kind|sort|class)of([a-z]+?)s?$")
_FIRMS = frozenset(
    ["farm", "business", "company", "customer", "client", "shop", "store", "outlet", "firm",
     "school", "practice", "organisation", "organization", "account", "trade", "industry"]
)  # fmt: skip
_CLASS = ("类别", "类型", "分类", "大类")
_CODE = ("编号", "编码", "代码")
_ROLES = (
    ("order.id", re.compile(r"(?:单号|单编号|no|number|ref|id)$")),
    ("order.date", re.compile(r"(?:日期|时间|date|day)$")),
)
_SERVICES = re.compile(r"(?:收费|服务|治疗|检查|维修|消费)项目$")
_PRICES = ("line.unit_price", "line.cost")


def read_again(columns: Sequence[Column]) -> None:
    """Give headings the meanings that the other headers of the file show."""
    for rule in (
        _won_deals, _service_items, _per_counted, _kin_of_names, _kin_of_numbers,
        _representatives, _cheques, _customer_codes, _catalogue_numbers,
        _part_numbers, _delivered, _senders, _salutations, _types_of,
    ):  # fmt: skip
        rule(columns)


def _won_deals(columns: Sequence[Column]) -> None:
    """Read deals that were all won as orders; a pipeline with open ones stays what it is."""
    deals = [c for c in columns if _DEAL.search(c.text) or _DEAL_ZH.search(c.text)]
    stages = [c for c in columns if _STAGE.search(c.heading.key) and c.profile.texts]
    won = any(
        all(_WON.search(text) and not _LOST.search(text) for text in c.profile.texts)
        for c in stages
    )
    if not deals or not won:
        return
    days = [
        c
        for c in columns
        if _WON_DAY.search(c.heading.key)
        and not _NOT_YET.search(c.heading.key)
        and c.profile.date >= MOSTLY
    ]
    for column in stages[:1]:
        column.heading = _meaning(column, "order.status")
    for column in columns:
        plain = _DEAL_ZH.sub("订单", _DEAL.sub("Order", column.text))
        if column in days:
            column.heading = _meaning(column, "order.date")
        elif days and column.profile.date >= MOSTLY:
            column.heading = replace(column.heading, candidates=(), rule=None, apart="other_date")
        elif column.heading.fields() == {"line.amount"}:
            column.heading = _meaning(column, "order.total")  # a deal has no lines
        elif plain != column.text and not column.heading.candidates:
            again = read_header(_without_repeat(plain))
            if again.key.endswith(("name", "名称")):  # one name may be given to many deals
                again = replace(again, candidates=(), rule=None, apart="order_name")
            column.heading = replace(again, text=column.text, key=column.heading.key)


def _without_repeat(text: str) -> str:
    """Return ``Order - Order created`` as ``Order created``."""
    return re.sub(r"^Order\s*[-–:]\s*(?=Order\b)", "", text)


def _service_items(columns: Sequence[Column]) -> None:
    """Read 项目编号 and 项目名称 of a price list as a product's: nobody buys a project there."""
    items = [
        c for c in columns if c.heading.key.startswith("项目") and c.heading.apart == "project"
    ]
    fields = {name for c in columns for name in c.heading.fields()}
    priced = fields & {*_PRICES} or any(c.heading.apart == "reference_price" for c in columns)
    days = [c for c in columns if c.profile.date >= MOSTLY and c.heading.apart != "other_date"]
    bought = bool(days) or any(
        name.startswith(("customer.", "contact.", "order.")) and c.heading.rule is None
        for c in columns if c not in items for name in c.heading.fields()
        if not name.endswith(".status")
    )  # fmt: skip
    named = any(c.heading.key == "项目名称" for c in columns) and "line.quantity" in fields
    sold = named or any(_SERVICES.search(c.heading.key) for c in columns)  # 收费项目, 项目编码
    if not items or not priced or (bought and not sold):
        return
    for column in items:
        again = read_header(column.text.replace("项目", "商品", 1))
        column.heading = replace(again, text=column.text, key=column.heading.key)


def _per_counted(columns: Sequence[Column]) -> None:
    """Take a price per place for the price, and the places for the quantity."""
    for price in columns:
        thing = _thing_priced(price.text)
        if thing is None or price.profile.number < MOSTLY or price.heading.fields() - {*_PRICES}:
            continue
        if price.heading.apart == "measure":  # Trade Price per Pack tells the unit, not a size
            price.heading = _meaning(price, "line.unit_price")
        counted = [
            c
            for c in columns
            if c is not price and c.profile.number >= MOSTLY and _counts(c.heading, thing)
        ]
        if len(counted) != 1:
            continue
        if not price.heading.candidates:
            price.heading = _meaning(price, "line.unit_price")
        if not counted[0].heading.candidates:
            counted[0].heading = _meaning(counted[0], "line.quantity")


def _thing_priced(text: str) -> str | None:
    """Return what a header prices one of: place for Fee per Place, 斤 for 每斤价."""
    latin = _PER.search(text.strip())
    if latin:
        return latin[1].casefold()
    chinese = _EACH.match(squeeze(text))
    return (chinese[1] or chinese[2]) if chinese else None


def _counts(heading: Heading, thing: str) -> bool:
    """Return whether a header is nothing but the plural of a thing: Places, Copies, 斤数."""
    if not thing.isascii():
        return heading.key in (f"{thing}数", f"{thing}数量", thing)
    tokens = tokens_of(heading.text)
    plurals = {thing, f"{thing}s", f"{thing}es", re.sub(r"y$", "ies", thing)}
    return len(tokens) == 1 and tokens[0] in plurals


def _kin_of_names(columns: Sequence[Column]) -> None:
    """Read 印品类别 as the category, and 印品编号 as the code, of what 印品名称 names."""
    stems = {
        c.heading.key.removesuffix("名称")
        for c in columns
        if c.heading.key.endswith("名称")
        and len(c.heading.key) > len("名称")
        and c.heading.apart is None
        and c.heading.fields() <= {"line.product_name"}
    }
    for column in columns:
        if column.heading.candidates or column.heading.apart or column.heading.rule:
            continue
        for ends, field in ((_CLASS, "line.category"), (_CODE, "line.product_id")):
            if any(column.heading.key == stem + end for stem in stems for end in ends):
                column.heading = _meaning(column, field)


def _kin_of_numbers(columns: Sequence[Column]) -> None:
    """Read 接修单号 and 接修日期, or Repair No and Repair date, as an order's: whatever it is."""
    stems: dict[str, dict[str, Column]] = {}
    for column in columns:
        heading = column.heading
        if heading.candidates or heading.apart or heading.rule:
            continue
        for role, ending in _ROLES:
            found = ending.search(heading.key)
            if found and found.start() > 1:
                stems.setdefault(heading.key[: found.start()], {})[role] = column
                break
    pairs = [kin for kin in stems.values() if len(kin) == len(_ROLES)]
    if len(pairs) != 1 or any({"order.id", "order.date"} & c.heading.fields() for c in columns):
        return
    if pairs[0]["order.date"].profile.date >= MOSTLY:
        for field, column in pairs[0].items():
            column.heading = _meaning(column, field)


def _representatives(columns: Sequence[Column]) -> None:
    """Read Rep name, Rep e-mail and Rep tel as the customer's own person, if there is no other.

    A seller's rep has a name or initials; whom a list gives a role and telephones, one calls.
    """
    reps = [c for c in columns if tokens_of(c.text)[:1] == ["rep"] != tokens_of(c.text)]
    asked = {name for _, heading in _as_contacts(reps) for name in heading.fields()}
    others = {name for c in columns if c not in reps for name in c.heading.fields()}
    if len(asked & {"contact.phone", "contact.email", "contact.title"}) < 2:
        return
    if others & {"contact.name", "contact.first_name"}:
        return
    for column, heading in _as_contacts(reps):
        column.heading = heading


def _as_contacts(reps: Sequence[Column]) -> Iterator[tuple[Column, Heading]]:
    for column in reps:
        again = read_header(re.sub(r"(?i)^\W*rep\b", "Contact", column.text))
        yield column, replace(again, text=column.text, key=column.heading.key)


def _cheques(columns: Sequence[Column]) -> None:
    """Leave the number of a check that only some rows have: it paid them, it is no bill."""
    for column in columns:
        gaps = 0 < column.profile.filled < column.profile.rows
        if gaps and _CHEQUE.match(column.heading.key):
            column.heading = replace(column.heading, candidates=(), rule=None, apart="other_id")


def _catalogue_numbers(columns: Sequence[Column]) -> None:
    """Read a Cat. No. that differs in every row as the product's, not as its category's."""
    for column in columns:
        profile = column.profile
        token = max(profile.code, profile.token) >= MOSTLY
        alone = profile.filled > 1 and profile.unique and token
        if alone and column.heading.key in ("catno", "catnumber"):
            column.heading = _meaning(column, "line.product_id")


def _customer_codes(columns: Sequence[Column]) -> None:
    """Read a Card ID of values like CUS000118 as the customer's number, if there is no other."""
    if any("customer.id" in c.heading.fields() for c in columns):
        return
    for column in columns:
        open_ = not column.heading.candidates and column.heading.apart in (None, "other_id")
        texts = column.profile.texts
        if open_ and texts and all(_CUSTOMER_CODE.match(text) for text in texts):
            column.heading = _meaning(column, "customer.id")
            return


def _part_numbers(columns: Sequence[Column]) -> None:
    """Read 我司编号 beside 客户款号 as our number for a product; alone, theirs is the only one."""
    theirs = [c for c in columns if c.heading.apart == "their_part" and c.profile.filled]
    numbered = any("line.product_id" in c.heading.fields() for c in columns)
    if not theirs or numbered:
        return
    ours = [c for c in columns if _OURS.search(c.heading.key) and not c.heading.candidates]
    if len(ours) == 1 and ours[0].profile.token >= MOSTLY:
        ours[0].heading = _meaning(ours[0], "line.product_id")
    alone = not ours and len(theirs) == 1
    if alone and min(theirs[0].profile.token, theirs[0].profile.code) >= MOSTLY:
        theirs[0].heading = _meaning(theirs[0], "line.product_id")


def _senders(columns: Sequence[Column]) -> None:
    """Read who sends as the customer of a haulier's register: somebody else receives."""
    names = [c for c in columns if _SENDER.search(c.heading.key)]
    receives = any(c.heading.delivery or "收货" in c.heading.key or "consignee" in c.heading.key
                   for c in columns)  # fmt: skip
    named = any(
        c.heading.fields() & {"customer.name", "customer.id"} and not c.heading.delivery
        for c in columns if c not in names
    )  # fmt: skip
    if len(names) != 1 or not receives or named:
        return
    names[0].heading = replace(_meaning(names[0], "customer.name"), delivery=False)
    phones = [c for c in columns if _SENDER_PHONE.search(c.heading.key)]
    for column in phones[:1]:
        column.heading = replace(_meaning(column, "contact.phone"), delivery=False)
    for column in columns:
        reached = column.heading.delivery and column.heading.fields() == {"contact.phone"}
        if phones and reached and column not in phones:
            column.heading = replace(column.heading, candidates=(), rule=None, apart="delivery")


def _salutations(columns: Sequence[Column]) -> None:
    """Leave a Title that only says Mr or Ms: it is no job."""
    for column in columns:
        said = {text.casefold().rstrip(".") for text in column.profile.texts}
        if said and said <= _SALUTATIONS:
            column.heading = replace(column.heading, candidates=(), rule=None, apart="person")


def _types_of(columns: Sequence[Column]) -> None:
    """Read Type of farm as the customers' trade: it names no farm."""
    for column in columns:
        found = _TYPE_OF.match(column.heading.key)
        if found and {found[1], f"{found[1]}s"} & _FIRMS and not column.heading.candidates:
            column.heading = _meaning(column, "customer.industry")


def _delivered(columns: Sequence[Column]) -> None:
    """Read 本次送货 over numbers as how much was brought: its words alone would say to whom."""
    for column in columns:
        whom = column.heading.delivery and column.heading.fields() == {"contact.name"}
        if whom and column.profile.number >= MOSTLY and column.profile.length < SHORT:
            column.heading = replace(_meaning(column, "line.quantity"), delivery=False)


def _meaning(column: Column, field: str) -> Heading:
    return replace(column.heading.may_be("words", field), apart=None, rule=None)
