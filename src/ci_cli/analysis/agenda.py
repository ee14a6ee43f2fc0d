"""Whom to turn to first today: overdue promises, then money at risk times the chance to keep it.

Money at risk is what the errand itself names (the value of a contract that ends, the loss that an
alarm foresees), else what the account brought in the last year. The chance to keep an account falls
with its silence: it is 1 within the usual gap, and halves with every further usual gap,

    chance = 2 ** (1 - max(1, silent days / usual gap))

which is the chance that a customer who buys at random moments with this median gap is still only
waiting, given that they waited one usual gap already (exponential gaps; see ``cadence``). It is a
scale to rank by, not a forecast. Where nothing is known of the rhythm the chance is 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ci_cli.shapes.views import Account, Errand


class Task(NamedTuple):
    """All that waits for one customer, or one errand that belongs to none."""

    customer_id: int | None
    name: str
    owner: str | None
    errands: list[Errand]  # the most urgent first
    due: str | None  # the first due day; None: nothing has one
    at_risk: int
    chance: float
    worth: int  # at_risk times chance
    first: str | None  # the first day, due or waited since: of equal worth the earlier goes first


def chance_to_keep(times: float | None) -> float:
    """Return the chance to keep an account that has been silent for so many of its usual gaps."""
    return 1.0 if times is None else float(2.0 ** (1 - max(1.0, times)))


def ranked(
    errands: Iterable[Errand], accounts: Mapping[int, Account], *, today: str,
    owner: str | None = None,
) -> list[Task]:  # fmt: skip
    """Gather errands by customer and rank them, the most worth first, then the first due.

    Whom we owe a promise that is overdue stands before all others: it is ours to keep.

    Args:
        errands: from all providers, in any order.
        accounts: every customer by id.
        today: a promise that was due before it is overdue.
        owner: only what this person is to do, or what concerns accounts of theirs.
    """
    wanted = None if owner is None else owner.strip().casefold()
    groups: dict[object, list[Errand]] = {}
    for errand in errands:
        account = accounts.get(errand.customer_id or 0)
        people = (errand.person, account.owner if account else None)
        if wanted is None or wanted in ((name or "").casefold() for name in people):
            key = errand.customer_id or (errand.kind, errand.subject, errand.day)
            groups.setdefault(key, []).append(errand)
    tasks = [_task(group, accounts.get(group[0].customer_id or 0)) for group in groups.values()]
    tasks.sort(
        key=lambda task: (
            not _is_broken(task, today), -task.worth, task.first or "9999", task.name
        )
    )  # fmt: skip
    return tasks


def _is_broken(task: Task, today: str) -> bool:
    return any(one.kind == "promise" and (one.due or "9999") < today for one in task.errands)


def _task(errands: list[Errand], account: Account | None) -> Task:
    errands = sorted(errands, key=lambda errand: (errand.day is None, errand.day or ""))
    yearly = max(account.yearly, 0) if account else 0
    at_risk = max((yearly if one.money is None else one.money for one in errands), default=0)
    chance = chance_to_keep(account.times if account else None)
    return Task(
        account.customer_id if account else errands[0].customer_id,
        account.name if account else "",
        account.owner if account else errands[0].person,
        errands,
        min((one.due for one in errands if one.due), default=None),
        at_risk,
        chance,
        round(at_risk * chance),
        errands[0].day,
    )
