"""``log due``: who was not called, which contracts end, what was promised until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ci_cli.analysis.coverage import Coverage, period_end
from ci_cli.analysis.periods import Window
from ci_cli.report import Column, Note, Percent, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.reports.talks.log_list import excerpt
from ci_cli.shapes.talks import ContractInfo, Talk
from ci_cli.text import msg

# a contract with the day on which a call is planned before it ends, None: none is
Renewal = tuple[ContractInfo, str | None]


def build(
    cover: Coverage,
    renewals: Sequence[Renewal],
    waiting: Sequence[Talk],
    *,
    today: date,
    window: Window,
    before: int,
    currency: str | None,
) -> Report:
    """Lay out the calls that are due.

    Args:
        cover: the active accounts and who of them was called.
        renewals: contracts that end within ``before`` days.
        waiting: what is open and has a due day, the earliest first.
        today: the day that the list is for.
        window: an account that bought in these days is active.
        before: how many days ahead contracts are looked at.
        currency: of revenue; None where the accounts pay in several.
    """
    missing = sum(1 for _contract, planned in renewals if planned is None)
    overdue = sum(1 for talk in waiting if (talk.due or "") < today.isoformat())
    share = cover.share
    first = cover.period.first.isoformat() if cover.period.first else ""
    notes = [
        Note(
            msg("Coverage: {called} of {active} active accounts called in person, {share}.",
                called=cover.called, active=cover.active,
                share=Percent(share) if share is not None else "-")
        ),
        Note(
            msg(
                "Period: {label}, {first} to {last}. Coverage = accounts personally called in the"
                " period / active accounts. In person: a call, visit, meeting or demo that came"
                " about; e-mail, notes, refused and unanswered calls do not count. Active: bought"
                " in the window {window}, up to {today}.",
                label=cover.period.label, first=first, last=period_end(cover.period).isoformat(),
                window=window.label, today=window.last.isoformat(),
            )
        ),
        Note(
            msg("Contracts that end within {n} days: {total}; without a call planned: {missing}.",
                n=before, total=len(renewals), missing=missing),
            "warning" if missing else "info",
        ),
        Note(
            msg("Open with a due day: {n}; overdue: {overdue}.", n=len(waiting), overdue=overdue),
            "warning" if overdue else "info",
        ),
    ]  # fmt: skip
    meta = {
        "today": today.isoformat(), "period": cover.period.label, "from": first,
        "to": cover.period.last.isoformat(), "window": window.label, "active": cover.active,
        "called": cover.called, "coverage": share, "before_days": before,
        "renewals_without_call": missing, "overdue": overdue,
    }  # fmt: skip
    tables = [
        _accounts(cover, today, currency),
        _renewals(renewals, today),
        _waiting(waiting, today),
    ]
    return Report("log-due", msg("Calls due, {day}", day=today.isoformat()), tables, meta, notes)


def _accounts(cover: Coverage, today: date, currency: str | None) -> Table:
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("owner", msg("owner")),
        Column("tier", msg("tier")),
        Column("last_order", msg("last order"), "date"),
        *((Column("revenue", msg("revenue"), "money", currency),) if currency else ()),
        Column("last_call", msg("last personal call"), "date"),
        Column("days", msg("days since"), "days"),
        Column("last_contact", msg("last contact"), "date"),
    )
    rows = []
    for account, touch in cover.uncalled:
        personal = touch.personal if touch else None
        rows.append(
            (
                customer_code(account.customer_id), account.name, account.owner, account.tier,
                account.last_order, *((account.revenue,) if currency else ()), personal,
                _days(personal, today), touch.reached if touch else None,
            )
        )  # fmt: skip
    return Table("accounts", columns, rows, msg("Active accounts without a personal call"))


def _renewals(renewals: Sequence[Renewal], today: date) -> Table:
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("contract", msg("contract")),
        Column("product", msg("product")),
        Column("owner", msg("owner")),
        Column("ends", msg("ends"), "date"),
        Column("days_left", msg("days left"), "days"),
        Column("planned", msg("call planned"), "date"),
        Column("state", msg("state"), "state"),
    )
    rows = [
        (
            customer_code(one.customer_id) if one.customer_id else None, one.customer, one.name,
            one.product, one.owner, one.ends, -(_days(one.ends, today) or 0), planned,
            "missing" if planned is None else "overdue" if planned < today.isoformat()
            else "planned",
        )
        for one, planned in renewals
    ]  # fmt: skip
    return Table("renewals", columns, rows, msg("Contracts that end, and the call before"))


def _waiting(waiting: Sequence[Talk], today: date) -> Table:
    columns = (
        Column("entry", msg("entry"), "int"),
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("kind", msg("kind"), "state"),
        Column("due", msg("due"), "date"),
        Column("days_late", msg("days late"), "days"),
        Column("author", msg("by")),
        Column("text", msg("text")),
    )
    rows = [
        (
            talk.id, customer_code(talk.customer_id) if talk.customer_id else None, talk.customer,
            talk.kind, talk.due, max(_days(talk.due, today) or 0, 0) or None, talk.author,
            excerpt(talk),
        )
        for talk in waiting
    ]  # fmt: skip
    return Table("promises", columns, rows, msg("Promised, asked for or planned, overdue first"))


def _days(day: str | None, today: date) -> int | None:
    return None if day is None else (today - date.fromisoformat(day)).days
