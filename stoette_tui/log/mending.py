"""What a damaged log comes to when only what makes sense in it is kept: pure values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoette_tui.progress import Change
from stoette_tui.transfer import could_be_written, mended

if TYPE_CHECKING:
    from collections.abc import Iterable

_LARGEST_ID = 2**62
"""Leaves room for more after it."""


def mend(changes: Iterable[Change]) -> list[Change]:
    """The log without what the store could not have written, in order; a sound one is unchanged.

    A round whose name is lost is called after the day of its first change, and where it is lost
    which round was open, the one that was changed last is.
    """
    kept = sorted(filter(makes_sense, changes), key=lambda change: change.id)
    kept += _names(kept)
    if kept and not any((change.item, change.field) == ("", "opened") for change in kept):
        last, id_ = max(kept, key=lambda change: change.at), kept[-1].id + 1
        kept.append(Change(id_, last.at, last.round, "", "opened", "1", id_))
    logs: dict[str, list[Change]] = {}
    for change in kept:
        logs.setdefault(change.round, []).append(change)
    whole = [change for log in logs.values() for change in mended(log)]
    return sorted(whole, key=lambda change: change.id)


def makes_sense(change: Change) -> bool:
    """Whether the store could have written it."""
    return 0 < change.id < _LARGEST_ID and could_be_written(change)


def _names(kept: list[Change]) -> list[Change]:
    """A name for each round that has none."""
    named = {change.round for change in kept if (change.item, change.field) == ("", "name")}
    first: dict[str, Change] = {}
    for change in kept:
        if change.round not in named:
            first.setdefault(change.round, change)
    taken = {change.value.casefold() for change in kept if change.field == "name"}
    names = []
    for id_, change in enumerate(first.values(), kept[-1].id + 1 if kept else 1):
        day, number = change.at.date().isoformat(), 1
        name = day
        while name in taken:
            number += 1
            name = f"{day} ({number})"
        taken.add(name)
        names.append(Change(id_, change.at, change.round, "", "name", name, id_))
    return names
