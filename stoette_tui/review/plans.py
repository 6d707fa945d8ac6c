"""The plans for missing items: their order, which are due, and which a new round carries over."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from stoette_tui.review.progress import PLAN, Answer, ItemState, Progress, is_map_cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stoette_tui.review.history import Edits

SOON: Final = 30
"""Days before its due date that an item becomes due soon."""
_CLOSING: Final = (Answer.IN_PLACE, Answer.NOT_RELEVANT)
"""The answers that close a plan."""


class DueItems(Struct, frozen=True):
    """Ids of the missing items that need attention; each is in the first list that applies.

    `done` has those whose action is carried out, so that the item may be in place now. `overdue`
    and `soon` are sorted by date; `done` and `incomplete` (no date, or nobody responsible) keep
    their order.
    """

    done: tuple[str, ...]
    overdue: tuple[str, ...]
    soon: tuple[str, ...]
    incomplete: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """The ids of all of them, most urgent first."""
        return self.done + self.overdue + self.soon + self.incomplete


def open_plans(progress: Progress) -> Edits:
    """The edits that copy every open plan to a new round.

    A plan is closed if its item is in place or not relevant. Answers are not copied, as every item
    is to be answered again, nor are dates, as they belong to the past, nor the map of support,
    which is filled in anew.
    """
    return {
        (item_id, name): str(value)
        for item_id, state in progress.items.items()
        if state.answer not in _CLOSING and not is_map_cell(item_id)
        for name, field in PLAN.items()
        if field.is_carried and (value := getattr(state, name))
    }


class CarriedPlans(Struct, frozen=True):
    """How many plans a new round took over from the one named `source`, and how many are closed."""

    source: str
    carried: int
    closed: int


def carried_plans(before: Progress, after: Progress) -> CarriedPlans:
    """What a new round, as it is `after` its start, has taken over from the one `before` it."""
    closed = sum(state.answer in _CLOSING for state in _planned(before))
    return CarriedPlans(before.round_name, len(_planned(after)), closed)


def _planned(progress: Progress) -> list[ItemState]:
    items = progress.items.items()
    return [state for each, state in items if state.has_plan and not is_map_cell(each)]


def plan_order(progress: Progress, item_ids: Iterable[str]) -> list[str]:
    """The missing items by priority, then due date, then in the given order; blanks come last."""

    def urgency(entry: tuple[str, ItemState]) -> tuple[bool, int, date]:
        _, state = entry
        return state.priority is None, state.priority or 0, state.due or date.max

    return [item_id for item_id, _ in sorted(_missing(progress, item_ids), key=urgency)]


def due_items(progress: Progress, item_ids: Iterable[str], today: date) -> DueItems:
    """The missing items that are done, overdue, due soon, or incompletely planned."""
    missing = _missing(progress, item_ids)
    done = tuple(item_id for item_id, state in missing if state.done is not None)
    dated = sorted(
        ((state.due, item_id) for item_id, state in missing if state.due and not state.done),
        key=lambda entry: entry[0],
    )
    overdue = tuple(item_id for due, item_id in dated if due < today)
    soon = tuple(item_id for due, item_id in dated if 0 <= (due - today).days <= SOON)
    named = {*done, *overdue, *soon}
    incomplete = tuple(
        item_id
        for item_id, state in missing
        if item_id not in named and not (state.due and state.responsible.strip())
    )
    return DueItems(done, overdue, soon, incomplete)


def _missing(progress: Progress, item_ids: Iterable[str]) -> list[tuple[str, ItemState]]:
    states = ((item_id, progress.state(item_id)) for item_id in item_ids)
    return [(item_id, state) for item_id, state in states if state.answer == Answer.MISSING]
