"""The current round as `status --json` writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict

from stoette_tui.review.progress import Answer, Helped, Progress, Round, count

if TYPE_CHECKING:
    from datetime import date, datetime

    from stoette_tui.content.model import Checklist


class StatusCounts(Struct, frozen=True):
    """How many items have each answer, and how many are relevant: all but the not relevant ones."""

    in_place: int
    missing: int
    not_relevant: int
    unanswered: int
    relevant: int


class StatusItem(Struct, frozen=True):
    """An item with its answer and plan; dates in ISO 8601, `changed` in UTC.

    `group` is null where the checklist has no such item any more.
    """

    id: str
    group: str | None
    answer: Answer
    note: str
    action: str
    responsible: str
    due: date | None
    priority: int | None
    done: date | None
    helped: Helped | None
    changed: datetime | None


class Status(Struct, frozen=True):
    """The state of a round; `round` is null until something has been answered."""

    round: Round | None
    counts: StatusCounts
    items: list[StatusItem]


def round_status(checklist: Checklist, progress: Progress) -> Status:
    """The state of the round: the items of the checklist in its order, then any others."""
    groups: dict[str, str | None] = {
        item.id: group.id for group in checklist.groups for item in group.items
    }
    groups |= dict.fromkeys(progress.unknown_items(checklist.known_ids))
    counts = count(progress, checklist.item_ids)
    return Status(
        round=progress.round,
        counts=StatusCounts(**asdict(counts), relevant=counts.relevant),
        items=[
            StatusItem(id=item_id, group=group, **asdict(progress.state(item_id)))
            for item_id, group in groups.items()
        ],
    )
