"""What a file is a list of: guessed from its headers, said with its reason."""

from __future__ import annotations

from ci_cli.errors import Answer, CiError
from ci_cli.importing.mapping.sheet import KINDS, Column, Kind, Sheet
from ci_cli.text import Msg, msg

_MEANINGS: dict[Kind, Msg] = {
    "customers": msg("a row is a customer"),
    "contacts": msg("a row is a person at a customer"),
    "products": msg("a row is a product"),
    "categories": msg("a row is a product category"),
    "orders": msg("a row is an order, or a line of one"),
}

# Columns that only a company has, and that a mere list of people lacks.
_COMPANY = ("customer.tax_id", "customer.industry", "customer.tier", "customer.status",
            "customer.parent", "customer.source", "customer.since", "customer.owner")  # fmt: skip
_PLACE = ("customer.address", "customer.city", "customer.region", "customer.country",
          "customer.postcode")  # fmt: skip
_PERSON = ("contact.name", "contact.first_name", "contact.last_name")
_REACH = ("contact.phone", "contact.email", "contact.title")
_DEALS = ("dealname", "dealstage", "dealid", "dealowner", "opportunity", "商机", "赢率", "pipeline")
MAX_REPEATS = 0.3  # share of rows that repeat an earlier key; a list of things repeats few
_PERSON_IDS = ("contactid", "personid", "联系人编号", "联系人id")
# What a company writes of what it buys itself.
_BOUGHT = ("采购", "进货", "入库", "到货", "来料", "收货数量", "收货日期", "收货单",
           "purchaseorder", "ponumber", "billnumber", "vendorinv")  # fmt: skip
# Whose number a row may carry without the row being a customer, a product or an order.
_OTHERS = ("supplier", "staff", "project", "place", "logistics", "promotion")


def guess_kind(sheet: Sheet) -> tuple[Kind, Msg]:
    """Return the kind of the file and why.

    Raises:
        CiError: ``kind-unknown`` (exit 2): nothing that can be imported fits, so a workbook's
            other sheets may go on without this one.
    """
    other = _of_another(sheet)
    if _customer(sheet) is None and _are_purchases(sheet):
        raise _unknown(sheet, other, purchases=True)
    for guess in (_orders, _categories, _products, _people):
        found = guess(sheet, other)
        if found:
            return found
    raise _unknown(sheet, other)


def _orders(sheet: Sheet, other: Column | None) -> tuple[Kind, Msg] | None:
    has_id = sheet.sure("order.id")
    dated = sheet.sure("order.date")
    may_date = dated or _ambiguous_date(sheet)
    person = next((c for c in sheet.columns if c.heading.rule == "person"), None)
    customer = _customer(sheet) or person
    product = sheet.may("line.product_id", "line.product_name", "line.category")
    quantity = sheet.sure("line.quantity")
    money = sheet.may("line.amount", "order.total") or (quantity and sheet.may("line.unit_price"))
    tickets = has_id and has_id[0].heading.key.startswith("ticket")
    if tickets and not (money or quantity or product):
        return None  # support tickets; those of a till have amounts
    if has_id and (may_date or money or quantity or product or customer):
        return "orders", msg("it has order ids in “{header}”", header=has_id[0].text)
    if _own_order_number(sheet) and may_date and (money or quantity):
        return "orders", msg("it has document numbers, dates and amounts")
    if other is not None and not has_id:
        return None
    if may_date and (money or quantity) and not _is_master(sheet, dated):
        date = dated[0] if dated else may_date[0]
        return "orders", msg("it has dates in “{header}” and amounts or quantities",
                             header=date.text)  # fmt: skip
    days = dated or [column for column in may_date if column.heading.rule == "own-date"]
    if days and customer and _product(sheet):
        return "orders", msg("it names customers, products and dates")
    if dated and customer and not _describes_customers(sheet):
        return "orders", msg("it names customers and order dates in “{header}”",
                             header=dated[0].text)  # fmt: skip
    return None


def _are_purchases(sheet: Sheet) -> bool:
    """Return whether rows name suppliers and nobody who buys: what the company itself bought."""
    parties = [
        column
        for column in sheet.columns
        if column.heading.apart == "supplier" and (column.profile.filled or not column.values)
    ]
    bought = any(word in c.heading.key for c in sheet.columns for word in _BOUGHT)
    if any(column.heading.rule == "bought" for column in sheet.columns):
        return True
    names_product = sheet.may("line.product_name", "line.product_id")
    dated = sheet.may("order.date") or any(c.profile.date > 0.5 for c in sheet.columns)
    return bool(parties) and dated and (bought or not names_product)


def _categories(sheet: Sheet, other: Column | None) -> tuple[Kind, Msg] | None:
    names = sheet.sure("category.id", "line.category")
    if not names or other is not None or _customer(sheet):
        return None
    if [column for column in _product(sheet) if column not in names]:
        return None
    has_id = sheet.sure("category.id")
    if has_id or (names[0].index == 0 and names[0].profile.unique and len(sheet.columns) < 4):
        return "categories", msg("it lists categories in “{header}”", header=names[0].text)
    return None


def _products(sheet: Sheet, other: Column | None) -> tuple[Kind, Msg] | None:
    product = _product(sheet)
    if not product or other is not None or _customer(sheet) or _are_events(sheet, product):
        return None
    return "products", msg("it lists products in “{header}”", header=product[0].text)


def _people(sheet: Sheet, other: Column | None) -> tuple[Kind, Msg] | None:
    """Tell customers from contacts; both may hold both."""
    customer = _customer(sheet)
    person = sheet.sure(*_PERSON) or [c for c in sheet.columns if c.heading.rule == "person"]
    reach = sheet.sure(*_REACH)
    company = sheet.sure(*_COMPANY)
    place = sheet.sure(*_PLACE)
    if other is not None or _sure_product(sheet) or _is_activity(sheet, customer):
        return None
    if customer is None:
        if person and reach and not _is_staff(sheet):
            return "customers", msg("it lists people in “{header}” and no companies",
                                    header=person[0].text)  # fmt: skip
        named = [c for c in sheet.columns if c.heading.rule == "own-name"]
        if named and (len(reach) + len(company) + len(place) > 1) and not _is_staff(sheet):
            return "customers", msg("it describes them by “{header}”", header=named[0].text)
        return None
    titles = sheet.sure("contact.title", "contact.first_name", "contact.last_name")
    repeated = customer.profile.filled > 1 and not customer.profile.unique
    if not (person and reach) and customer.profile.repeats > MAX_REPEATS:
        return None  # a customer stands in several rows: something happens in them
    parts = sheet.sure("contact.first_name") and sheet.sure("contact.last_name")
    numbered = any(c.heading.key in _PERSON_IDS for c in sheet.columns)
    first = titles and person and person[0].index < customer.index
    job = sheet.sure("contact.title")
    if person and reach and (numbered or repeated or (job and parts) or (
        first and len(company) + len(place) < 3
    )):  # fmt: skip
        return "contacts", msg("it lists people in “{one}” of companies in “{other}”",
                               one=person[0].text, other=customer.text)  # fmt: skip
    if not (company or place or reach or person) and len(sheet.sure("customer.id")) == 0:
        return None
    return "customers", msg("it lists customers in “{header}”", header=customer.text)


def _customer(sheet: Sheet) -> Column | None:
    """Return the column that names customers."""
    sure = sheet.sure("customer.name", "customer.id", "customer.short_name")
    if sure:
        return sure[0]
    return next(
        (
            column
            for column in sheet.columns
            if column.heading.rule in ("name-or-id", "part-number") and _means(column, "customer.")
        ),
        None,
    )


def _product(sheet: Sheet) -> list[Column]:
    """Return columns that name products, surely or by a bare 商品 or Item."""
    bare = [c for c in sheet.columns if c.heading.rule == "name-or-id" and _means(c, "line.")]
    return _sure_product(sheet) or bare


def _are_events(sheet: Sheet, product: list[Column]) -> bool:
    """Return whether products stand in several rows, or beside days and quantities: no master."""
    keys = [column for column in product if column.profile.filled > 1]
    days = any(
        column.profile.date > 0.9 for column in sheet.columns if column.heading.apart is None
    )
    return bool(keys and min(column.profile.repeats for column in keys) > MAX_REPEATS) or bool(
        days and sheet.sure("line.quantity")
    )


def _sure_product(sheet: Sheet) -> list[Column]:
    return sheet.sure("line.product_id", "line.product_name")


def _means(column: Column, family: str) -> bool:
    return any(candidate.field.startswith(family) for candidate in column.heading.candidates)


def _ambiguous_date(sheet: Sheet) -> list[Column]:
    return [
        column
        for column in sheet.columns
        if column.heading.rule in ("own-date", "created")
        and (column.profile.empty or column.profile.bare_date >= 0.5)
    ]


def _own_order_number(sheet: Sheet) -> bool:
    """Return whether a bare 编号 or No. may number documents (it does not count rows)."""
    return any(
        column.heading.rule == "own-number" and not column.profile.counts_rows
        for column in sheet.columns
    )


def _is_master(sheet: Sheet, dated: list[Column]) -> bool:
    """Return whether dates and prices only describe products or customers: created, list price."""
    money = sheet.sure("line.amount", "order.total", "line.quantity")
    return not dated and not money and not any(
        column.heading.rule in ("own-date", "money-level", "sales")
        and (column.profile.empty or column.profile.number > 0.5 or column.profile.date > 0.5)
        for column in sheet.columns
    )  # fmt: skip


def _describes_customers(sheet: Sheet) -> bool:
    """Return whether each customer stands in one row, with what describes it."""
    customer = _customer(sheet)
    facts = sheet.sure(*_COMPANY, *_PLACE, *_REACH)
    return customer is not None and customer.profile.unique and len(facts) > 1


def _is_activity(sheet: Sheet, customer: Column | None) -> bool:
    """Return whether rows are calls, visits or answers rather than customers."""
    activity = sheet.sure("interaction.date", "feedback.date", "feedback.score")
    more = sheet.sure("interaction.kind", "interaction.text", "feedback.text", "feedback.score")
    survey = ("howlikely", "respondent", "答卷", "问卷", "推荐意愿", "surveyid", "responseid")
    if any(word in column.heading.key for column in sheet.columns for word in survey):
        return True
    return bool(activity and more) and (customer is None or not customer.profile.unique)


def _is_staff(sheet: Sheet) -> bool:
    """Return whether the people listed are one's own: hired, with a superior or a wage."""
    words = ("hire", "salary", "reportsto", "入职", "工号", "工资", "薪", "岗位级别",
             "employeeid", "employeename", "employeeno", "staffid")  # fmt: skip
    return any(word in column.heading.key for column in sheet.columns for word in words)


def _of_another(sheet: Sheet) -> Column | None:
    """Return the column that identifies each row as something else: a supplier, an employee.

    It is the first column, or says "id" and differs in every row, and no column of our own does.
    """
    ours = sheet.sure("customer.id", "line.product_id")
    if sheet.sure("order.id") or any(c.profile.unique and c.profile.filled for c in ours):
        return None
    deals = [c for c in sheet.columns if any(word in c.heading.key for word in _DEALS)]
    if len(deals) > 1:
        return deals[0]
    for column in sheet.columns:
        if column.heading.apart not in _OTHERS or not column.profile.unique:
            continue
        name = column.heading.key
        is_id = name.endswith(("id", "no", "code", "编号", "编码", "代码", "工号", "号"))
        if (column.index == 0 and not sheet.sure("order.date")) or (
            is_id and not sheet.sure("line.product_id") and not sheet.sure("order.date")
            and column.profile.filled > 2
        ):  # fmt: skip
            return column
    return None


def _unknown(sheet: Sheet, other: Column | None, *, purchases: bool = False) -> CiError:
    headers = ", ".join(column.text for column in sheet.columns[:12] if column.text)
    if purchases:
        message = msg("The rows name suppliers and no customers: they look like purchases")
    elif other is not None:
        message = msg(
            "The rows are identified by “{header}”, which is no customer, product, category or "
            "order",
            header=other.text,
        )
    else:
        message = msg(
            "Nothing tells whether this lists customers, contacts, products, categories or orders"
        )
    return sheet.ask(
        "kind-unknown",
        message,
        msg(
            "say what it is with --as {kinds}, and which column is which with --map FIELD=HEADER",
            kinds="|".join(KINDS),
        ),
        [msg("headers: {headers}", headers=headers)],
        [Answer(("--as", kind), _MEANINGS[kind]) for kind in KINDS],
    )
