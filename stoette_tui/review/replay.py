"""Replays the changes of the log into the state of a round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from stoette_tui.review.fields import parse_value
from stoette_tui.review.progress import BLANK_STATE, Change, Progress, Round

if TYPE_CHECKING:
    from collections.abc import Iterable


def replay(progress: Progress, changes: Iterable[Change]) -> Progress:
    """The progress after more changes, which are applied in order of id.

    A progress without a round takes the round of the first change. Changes of other rounds, those
    already applied (id up to `newest`) and invalid ones are skipped: the log can be damaged, and
    its readable part must still be shown.
    """
    round_, items, newest = progress.round, dict(progress.items), progress.newest
    for change in sorted(changes, key=lambda change: change.id):
        if change.id <= newest:
            continue
        if round_ is None:
            round_ = Round(change.round, "", change.at)
        elif change.round != round_.id:
            continue
        newest = change.id
        try:
            value = parse_value(change.item, change.field, change.value)
        except (KeyError, ValueError):
            continue
        if change.item:
            state = items.get(change.item, BLANK_STATE)
            items[change.item] = replace(state, **{change.field: value}, changed=change.at)
        elif change.field != "opened":
            round_ = replace(round_, **{change.field: value})
    return Progress(round_, items, newest)
