"""The plans for missing items: their order, which are due, and which a new round carries over."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from stoette_tui.review.progress import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stoette_tui.review.progress import ItemState, Progress


class DueItems(Struct, frozen=True):
    """Ids of the missing items that need attention; an item can be in two of the lists.

    `overdue` and `soon` are in order of date, `unassigned` (no responsible) in the order given.
    """

    overdue: tuple[str, ...]
    soon: tuple[str, ...]
    unassigned: tuple[str, ...]


def open_plans(progress: Progress) -> list[tuple[str, str, str]]:
    """The edits, as (item, field, value), that copy every open plan to a new round.

    A plan is closed when its item is in place or not relevant. Answers are not copied, as every
    item is to be answered again, nor are due dates, as they have passed.
    """
    return [
        (item_id, field, str(value))
        for item_id, state in progress.items.items()
        if state.answer in (Answer.MISSING, Answer.UNANSWERED)
        for field in ("note", "action", "responsible", "priority")
        if (value := getattr(state, field))
    ]


def plan_order(progress: Progress, item_ids: Iterable[str]) -> list[str]:
    """The missing items by priority, then due date, then as given; those without come last."""

    def urgency(entry: tuple[str, ItemState]) -> tuple[bool, int, date]:
        _, state = entry
        return state.priority is None, state.priority or 0, state.due or date.max

    return [item_id for item_id, _ in sorted(_missing(progress, item_ids), key=urgency)]


def due_items(progress: Progress, item_ids: Iterable[str], today: date, days: int) -> DueItems:
    """The missing items that are overdue, due within `days` days, or without a responsible."""
    missing = _missing(progress, item_ids)
    dated = sorted(
        ((state.due, item_id) for item_id, state in missing if state.due is not None),
        key=lambda entry: entry[0],
    )
    return DueItems(
        overdue=tuple(item_id for due, item_id in dated if due < today),
        soon=tuple(item_id for due, item_id in dated if 0 <= (due - today).days <= days),
        unassigned=tuple(item_id for item_id, state in missing if not state.responsible.strip()),
    )


def _missing(progress: Progress, item_ids: Iterable[str]) -> list[tuple[str, ItemState]]:
    states = ((item_id, progress.state(item_id)) for item_id in item_ids)
    return [(item_id, state) for item_id, state in states if state.answer == Answer.MISSING]
