"""The log of changes as values: the state it replays to, and what a transaction reads and appends.

A log is a sequence of `Change`, oldest first, of one round unless otherwise stated.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from stoette_tui.base.problems import ProblemError
from stoette_tui.review.fields import (
    BLANK_VALUES,
    MAX_NAME_LENGTH,
    fold_name,
    is_valid_value,
    parse_value,
)
from stoette_tui.review.progress import BLANK_STATE, Change, Progress, Round, RoundSummary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Edits = dict[tuple[str, str], str]
"""New values by (item, field), as in `Change`."""

NAME: Final = ("", "name")
OPENED: Final = ("", "opened")
ARCHIVED: Final = ("", "archived")
_NUMBERED: Final = re.compile(r" \(\d+\)$")


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


def values(log: Iterable[Change]) -> Edits:
    """The newest valid value of each field of a round."""
    return {
        (change.item, change.field): change.value
        for change in log
        if is_valid_value(change.item, change.field, change.value)
    }


def effective_edits(log: Iterable[Change], edits: Mapping[tuple[str, str], str]) -> Edits:
    """The edits that change something in a round."""
    now = values(log)
    return {key: value for key, value in edits.items() if value != now.get(key, _blank_value(key))}


def _blank_value(key: tuple[str, str]) -> str:
    return BLANK_VALUES.get(key[1], "")


def check_writable(log: Iterable[Change]) -> None:
    """Code: `round_archived` (details `name`, and `argument`: the name as a shell takes it)."""
    now = values(change for change in log if not change.item)
    if now.get(ARCHIVED):
        from shlex import quote

        name = now.get(NAME, "")
        raise ProblemError.of("round_archived", name=name, argument=quote(name))


# Undo and redo


def next_undo(log: Sequence[Change]) -> Change | None:
    """The first change of the action that an undo would take back; None if nothing is left."""
    act = _act_to_take_back(log, redo=False)
    return next((change for change in log if change.id == act), None)


def take_back(log: Sequence[Change], *, redo: bool) -> tuple[int | None, Edits]:
    """The act that an undo or redo takes back, and the values from before it.

    An undo takes back the newest action on items that is not yet taken back; a redo takes back
    the newest undo, as long as no other action on items has come after it.
    """
    act = _act_to_take_back(log, redo=redo)
    if act is None:
        return None, {}
    before = values(change for change in log if change.id < act)
    touched = ((each.item, each.field) for each in log if each.act == act and each.item)
    return act, {key: before.get(key, _blank_value(key)) for key in touched}


def _act_to_take_back(log: Sequence[Change], *, redo: bool) -> int | None:
    """The act to take back, searching from the newest one backwards.

    Only acts whose first row is about an item count. The act that starts a round begins with the
    round's name, so neither the start nor the plans carried over are ever taken back.
    """
    acts = {each.id: each.undoes for each in log if each.item and each.id == each.act}
    taken_back = set()
    for act, undoes in reversed(acts.items()):
        if act in taken_back:
            continue
        if undoes is None:
            return None if redo else act
        is_redo = acts.get(undoes) is not None
        if redo and not is_redo:
            return act
        taken_back.add(undoes)
    return None


# Several rounds in one log


def by_round(log: Iterable[Change]) -> dict[str, list[Change]]:
    """The log of each round, in the order they were started."""
    logs: dict[str, list[Change]] = {}
    for change in log:
        logs.setdefault(change.round, []).append(change)
    return logs


def round_names(log: Iterable[Change]) -> dict[str, str]:
    """The names of the rounds by id, leaving out rounds without a name."""
    return {each.round: each.value for each in log if (each.item, each.field) == NAME}


def current_round(log: Sequence[Change]) -> str | None:
    """The named round opened last; the newest one if none was ever opened."""
    names = round_names(log)
    moments = [
        ((each.item, each.field) == OPENED, each.id, each.round)
        for each in log
        if (each.item, each.field) in (OPENED, NAME) and each.round in names
    ]
    return max(moments)[-1] if moments else None


def summarize(log: Sequence[Change]) -> list[RoundSummary]:
    """All named rounds with their answers, in the order they were started."""
    current = current_round(log)
    found = [
        RoundSummary(
            state.round,
            {item: item_state.answer for item, item_state in state.items.items()},
            state.round.id == current,
        )
        for state in (replay(Progress(), each) for each in by_round(log).values())
        if state.round is not None and state.round.name
    ]
    return sorted(found, key=lambda summary: summary.round.started)


def check_name_available(name: str, taken: Iterable[str]) -> None:
    """Raises `name_taken` (detail `name`) if the name is taken, ignoring case."""
    for each in taken:
        if fold_name(each) == fold_name(name):
            raise ProblemError.of("name_taken", name=each)


def check_not_imported(log: Iterable[Change], ours: Iterable[Change]) -> None:
    """Raises `import_known` (detail `name`, ours) if a round of the log is among ours."""
    known = _names_by_origin(ours)
    for origin in _names_by_origin(log):
        if origin in known:
            raise ProblemError.of("import_known", name=known[origin])


def _names_by_origin(log: Iterable[Change]) -> dict[str, str]:
    rounds = (replay(Progress(), each).round for each in by_round(log).values())
    return {each.origin: each.name for each in rounds if each and each.name}


def unique_name(name: str, taken: Iterable[str]) -> str:
    """The name, or, if it is taken, the name with the next free number."""
    folded = set(map(fold_name, taken))
    free, number = name, 1
    while fold_name(free) in folded:
        number += 1
        suffix = f" ({number})"
        free = _NUMBERED.sub("", name)[: MAX_NAME_LENGTH - len(suffix)].rstrip() + suffix
    return free


def renamed_rounds(log: Iterable[Change], taken: Iterable[str] = ()) -> dict[str, str]:
    """The new names, by id, of the rounds whose own name is `taken` or lost.

    A round whose name is lost is named after the day it began.
    """
    logs, foreign, given = by_round(log), list(taken), dict[str, str]()
    names = {round_id: round_names(changes).get(round_id) for round_id, changes in logs.items()}
    for round_id, changes in logs.items():
        others = (name for id_, name in names.items() if name and id_ != round_id)
        wanted = names[round_id] or changes[0].at.date().isoformat()
        free = unique_name(wanted, [*foreign, *others])
        if free != names[round_id]:
            names[round_id] = given[round_id] = free
    return given


def copy_rounds(
    log: Sequence[Change], first_id: int, new_round_id: Callable[[], str]
) -> list[Change]:
    """The log with new ids: changes are numbered from `first_id`, and rounds get new ids."""
    ids = {change.id: id_ for id_, change in enumerate(log, first_id)}
    round_ids = defaultdict[str, str](new_round_id)
    return [
        replace(
            change,
            id=ids[change.id],
            round=round_ids[change.round],
            act=ids[change.act],
            undoes=None if change.undoes is None else ids[change.undoes],
        )
        for change in renumber_acts(log)
    ]


def renumber_acts(log: Iterable[Change]) -> Iterator[Change]:
    """The changes renumbered so that acts begin with their first row and only undo existing acts.

    In an undamaged log they already do.
    """
    acts: dict[int | None, int] = {}
    previous: tuple[int, int | None] | None = None
    act, undoes = 0, None
    for change in log:
        if previous != (change.act, change.undoes):
            previous = (change.act, change.undoes)
            act, undoes = change.id, acts.get(change.undoes)
            acts[change.act] = act
        yield replace(change, act=act, undoes=undoes)
