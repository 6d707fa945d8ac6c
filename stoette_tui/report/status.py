"""Rounds as `status`, `rounds` and `compare` write them with `--json`.

`content/schema/` has the JSON Schemas of these types.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct
from msgspec.structs import asdict

from stoette_tui.review.compare import Shift, shift
from stoette_tui.review.progress import Answer, Counts, Helped, Progress, RoundSummary, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoette_tui.content.model import Checklist

_Time = Annotated[datetime, Meta(tz=True)]
_Count = Annotated[int, Meta(ge=0)]


class _Record(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class StatusRound(_Record, frozen=True):
    """A round; `started` is in UTC."""

    id: str
    name: str
    started: _Time
    archived: bool


class StatusCounts(_Record, frozen=True):
    """How many items have each answer, and how many are relevant: all but those not relevant."""

    in_place: _Count
    missing: _Count
    not_relevant: _Count
    unanswered: _Count
    relevant: _Count


class StatusItem(_Record, frozen=True):
    """An item with its answer and plan; dates in ISO 8601, `changed` in UTC.

    `group` is null if the checklist no longer has the item.
    """

    id: str
    group: str | None
    answer: Answer
    note: str
    action: str
    responsible: str
    due: date | None
    priority: Annotated[int, Meta(ge=1, le=9)] | None
    done: date | None
    helped: Helped | None
    changed: _Time | None


class Status(_Record, frozen=True):
    """The state of a round; `round` is null until something has been answered."""

    round: StatusRound | None
    counts: StatusCounts
    items: list[StatusItem]


class ListedRound(StatusRound, frozen=True):
    """A round with its counts; `current` is the one that is open."""

    current: bool
    counts: StatusCounts


class RoundList(_Record, frozen=True):
    """All rounds, in the order they were started."""

    rounds: list[ListedRound]


class ComparedItem(_Record, frozen=True):
    """The answers to an item in two rounds."""

    id: str
    group: str
    before: Answer
    after: Answer
    shift: Shift


class Comparison(_Record, frozen=True):
    """Two rounds, the one started first as `before`, and all items in both."""

    before: ListedRound
    after: ListedRound
    items: list[ComparedItem]


def round_status(checklist: Checklist, progress: Progress) -> Status:
    """The state of the round: the items of the checklist in its order, then any others."""
    groups: dict[str, str | None] = {
        item.id: group.id for group in checklist.groups for item in group.items
    }
    groups |= dict.fromkeys(progress.unknown_items(checklist.known_ids))
    return Status(
        round=StatusRound(**asdict(progress.round)) if progress.round else None,
        counts=_counts(count(progress, checklist.item_ids)),
        items=[
            StatusItem(id=item_id, group=group, **asdict(progress.state(item_id)))
            for item_id, group in groups.items()
        ],
    )


def round_list(checklist: Checklist, rounds: Sequence[RoundSummary]) -> RoundList:
    return RoundList([_listed(checklist, each) for each in rounds])


def comparison(checklist: Checklist, before: RoundSummary, after: RoundSummary) -> Comparison:
    """What has changed from one round to a later one, in the order of the checklist."""
    items = []
    for group in checklist.groups:
        for item in group.items:
            answers = before.answer(item.id), after.answer(item.id)
            items.append(ComparedItem(item.id, group.id, *answers, shift(*answers)))
    return Comparison(_listed(checklist, before), _listed(checklist, after), items)


def _listed(checklist: Checklist, summary: RoundSummary) -> ListedRound:
    counts = _counts(count(summary, checklist.item_ids))
    return ListedRound(**asdict(summary.round), current=summary.current, counts=counts)


def _counts(counts: Counts) -> StatusCounts:
    return StatusCounts(**asdict(counts), relevant=counts.relevant)
