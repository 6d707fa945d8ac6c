"""The deadlines of actions, with the details that a calendar needs."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from stoette_tui.review.fields import is_valid_value
from stoette_tui.review.progress import Change, Progress
from stoette_tui.review.replay import replay

if TYPE_CHECKING:
    from collections.abc import Iterable


class Deadline(Struct, frozen=True):
    """The newest due date that an item had while it was missing and not done.

    `is_open` says whether it still is. `changed` is the time of the item's newest change, and
    `revision` the seconds from the start of the round until then. Whatever the clock says, each
    change increases `revision`: by one if several fall in the same second or the clock is set back.
    """

    due: date
    is_open: bool
    changed: datetime
    revision: int


def deadlines(log: Iterable[Change]) -> dict[str, Deadline]:
    """The deadlines of one round by item id, derived from its log."""
    progress, due = Progress(), dict[str, date]()
    revisions, newest = dict[str, int](), dict[str, datetime]()
    valid = (each for each in log if is_valid_value(each.item, each.field, each.value))
    for _, act in groupby(valid, key=lambda change: change.act):
        changes = list(act)
        progress = replay(progress, changes)
        for change in changes:
            item, state = change.item, progress.state(change.item)
            start = progress.round.started if progress.round else change.at
            seconds = int((change.at - start).total_seconds())
            revisions[item] = max(revisions.get(item, -1) + 1, seconds)
            newest[item] = max(change.at, newest.get(item, change.at))
            if state.due and state.is_open:
                due[item] = state.due

    def is_open(item: str) -> bool:
        state = progress.state(item)
        return state.is_open and state.due is not None

    return {
        item: Deadline(day, is_open(item), newest[item], revisions[item])
        for item, day in due.items()
    }
