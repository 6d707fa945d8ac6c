"""Content and progress, made ready to be taken elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from stoette_tui.review.progress import Answer, Progress, Round, count

if TYPE_CHECKING:
    from datetime import date, datetime

    from stoette_tui.content.model import Checklist


class StatusCounts(Struct, frozen=True):
    """The four counts, and how many items are relevant: all but those that are not."""

    in_place: int
    missing: int
    not_relevant: int
    unanswered: int
    relevant: int


class StatusItem(Struct, frozen=True):
    """An item as `status --json` has it; `due` and `changed` in ISO 8601, the latter in UTC."""

    id: str
    group: str
    answer: Answer
    note: str
    action: str
    responsible: str
    due: date | None
    priority: int | None
    changed: datetime | None


class Status(Struct, frozen=True):
    """What `status --json` writes. `round` is null until something has been answered."""

    round: Round | None
    counts: StatusCounts
    items: list[StatusItem]


def status(checklist: Checklist, progress: Progress) -> Status:
    """The round as it stands, its items in the order of the checklist."""
    counts = count(progress, checklist.item_ids)
    items = []
    for group in checklist.groups:
        for item in group.items:
            state = progress.state(item.id)
            items.append(
                StatusItem(
                    id=item.id,
                    group=group.id,
                    answer=state.answer,
                    note=state.note,
                    action=state.action,
                    responsible=state.responsible,
                    due=state.due,
                    priority=state.priority,
                    changed=state.changed,
                )
            )
    return Status(
        round=progress.round,
        counts=StatusCounts(
            in_place=counts.in_place,
            missing=counts.missing,
            not_relevant=counts.not_relevant,
            unanswered=counts.unanswered,
            relevant=counts.relevant,
        ),
        items=items,
    )
