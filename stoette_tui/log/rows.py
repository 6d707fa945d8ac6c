"""What is read from the open log, and what is written to it: rows to values and back.

For `store` alone, which opens the log and closes it.
"""

from __future__ import annotations

import os
import re
import zlib
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stoette_tui.log.file import fetch
from stoette_tui.problems import ProblemError
from stoette_tui.progress import (
    BLANK_VALUES,
    LONGEST_NAME,
    Change,
    Progress,
    RoundSummary,
    is_plausible,
    makes_sense,
    replay,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

ALL: Final = (
    "SELECT id, at, round, item, field, value, act, undoes, checksum FROM change ORDER BY id"
)
ALL_OF_VERSION_1: Final = (
    "SELECT id, at, round, item, field, value, act, undoes FROM change ORDER BY id"
)
_SUMMED: Final = ("id", "at", "act", "undoes", "round", "item", "field", "value")
_NUMBERED: Final = re.compile(r" \(\d+\)$")


def current(db: sqlite3.Connection) -> str | None:
    """The round that was opened last."""
    opened = fetch(
        db,
        """SELECT round FROM change WHERE item = '' AND field = 'opened' AND round IN (
            SELECT round FROM change WHERE item = '' AND field = 'name'
        ) ORDER BY id DESC LIMIT 1""",
    )
    return str(opened[0][0]) if opened else None


def target(db: sqlite3.Connection, round_id: str | None, *, writable: bool = False) -> str | None:
    """The round that is named, else the current one, after a check that it can be used."""
    found = current(db) if round_id is None else round_id
    if found is None:
        return None
    sql = "SELECT 1 FROM change WHERE round = ? AND item = '' AND field = 'name' LIMIT 1"
    if not fetch(db, sql, found):
        raise ProblemError.of("round_unknown", name=found)
    if writable and value(db, found, "", "archived"):
        raise ProblemError.of("round_archived", name=value(db, found, "", "name"))
    return found


def progress(db: sqlite3.Connection, round_id: str | None) -> Progress:
    """Out of the newest row of every field alone, and the first of all, which says the start."""
    newest = fetch(
        db,
        """SELECT id, at, round, item, field, value, act, undoes, checksum FROM change WHERE id IN (
            SELECT max(id) FROM change WHERE round = ? GROUP BY item, field
            UNION SELECT min(id) FROM change WHERE round = ? AND item = ''
        ) ORDER BY id""",
        round_id,
        round_id,
    )
    return replay(Progress(), sound_changes(newest))


def summaries(db: sqlite3.Connection) -> list[RoundSummary]:
    """All rounds with their answers, the one that was started first, first."""
    newest = fetch(
        db,
        """SELECT id, at, round, item, field, value, act, undoes, checksum FROM change WHERE id IN (
            SELECT max(id) FROM change WHERE item = '' OR field = 'answer'
            GROUP BY round, item, field
            UNION SELECT min(id) FROM change WHERE item = '' GROUP BY round
        ) AND round IN (SELECT round FROM change WHERE item = '' AND field = 'name')
        ORDER BY id""",
    )
    changes_of: dict[str, list[Change]] = {}
    for change in sound_changes(newest):
        changes_of.setdefault(change.round, []).append(change)
    opened = current(db)
    found = [
        RoundSummary(
            state.round,
            {item: item_state.answer for item, item_state in state.items.items()},
            state.round.id == opened,
        )
        for state in (replay(Progress(), changes) for changes in changes_of.values())
        if state.round is not None
    ]
    return sorted(found, key=lambda summary: summary.round.started)


def changes_after(db: sqlite3.Connection, round_id: str | None, newest: int) -> list[Change]:
    """The rows of a round with a higher id than `newest`, oldest first."""
    sql = """SELECT id, at, round, item, field, value, act, undoes, checksum FROM change
        WHERE round = ? AND id > ? ORDER BY id"""
    return sound_changes(fetch(db, sql, round_id, newest))


def sound_changes(found: Iterable[tuple[Any, ...]]) -> list[Change]:
    """The rows as changes. Raises `ProblemError` `store_damaged` where one is not as written."""
    read = list(found)
    changes = list(as_changes(read))
    if len(changes) < len(read):
        raise ProblemError.of("store_damaged", reason="checksum")
    return changes


def checksum(change: Change) -> int:
    """The CRC-32 of all that a row holds: bits that flip in it are noticed."""
    return zlib.crc32(msgspec.json.encode([getattr(change, name) for name in _SUMMED]))


def as_changes(found: Iterable[tuple[Any, ...]]) -> Iterator[Change]:
    """The rows as changes, without those that are damaged by their checksum, types or time.

    Columns: id, at, round, item, field, value, act, undoes, checksum. A row of version 1 has no
    checksum and is judged by the rest.
    """
    for id_, at, round_id, item, field, text, act, undoes, *checksums in found:
        try:
            moment = datetime.fromisoformat(at)
        except (TypeError, ValueError):
            continue
        if (
            is_plausible(moment)
            and all(isinstance(each, str) for each in (round_id, item, field, text))
            and isinstance(act, int)
            and isinstance(undoes, int | None)
        ):
            change = Change(id_, moment, round_id, item, field, text, act, undoes)
            if all(found_sum == checksum(change) for found_sum in checksums):
                yield change


def value(
    db: sqlite3.Connection, round_id: str, item: str, field: str, before: int = 2**63 - 1
) -> str:
    """What the newest row with an id below `before` says; blank if none does or makes sense."""
    sql = """SELECT id, at, round, item, field, value, act, undoes, checksum FROM change
        WHERE round = ? AND item = ? AND field = ? AND id < ? ORDER BY id DESC LIMIT 1"""
    for change in sound_changes(fetch(db, sql, round_id, item, field, before)):
        if makes_sense(item, field, change.value):
            return change.value
    return BLANK_VALUES.get(field, "")


def next_undo(db: sqlite3.Connection, round_id: str | None) -> Change | None:
    """The first row of the act that an undo takes back next; None when there is none."""
    act = _act_to_take_back(db, round_id, redo=False) if round_id else None
    sql = """SELECT id, at, round, item, field, value, act, undoes, checksum FROM change
        WHERE id = ?"""
    return next(iter(sound_changes(fetch(db, sql, act))), None) if act is not None else None


def before_act(
    db: sqlite3.Connection, round_id: str, *, redo: bool
) -> tuple[int, list[tuple[str, str, str]]] | None:
    """The act that an undo or a redo takes back next, and what its fields were before it."""
    act = _act_to_take_back(db, round_id, redo=redo)
    if act is None:
        return None
    sql = "SELECT item, field FROM change WHERE round = ? AND id >= ? AND act = ? ORDER BY id"
    return act, [
        (item, field, value(db, round_id, item, field, before=act))
        for item, field in fetch(db, sql, round_id, act, act)
        if field in BLANK_VALUES
    ]


def _act_to_take_back(db: sqlite3.Connection, round_id: str, *, redo: bool) -> int | None:
    """Found from the newest act backwards.

    Only acts whose first row is about an item count: what started a round begins with its name,
    so neither that nor the plans that came along is ever taken back.
    """
    sql = """SELECT this.act, this.undoes, undone.undoes IS NOT NULL
        FROM change AS this LEFT JOIN change AS undone ON undone.id = this.undoes
        WHERE this.round = ? AND this.item <> '' AND this.id = this.act ORDER BY this.id DESC"""
    taken_back = set()
    with closing(db.execute(sql, (round_id,))) as acts:
        for act, undoes, is_redo in acts:
            if act in taken_back:
                continue
            if undoes is None:
                return None if redo else int(act)
            if redo and not is_redo:
                return int(act)
            taken_back.add(undoes)
    return None


def check_free(db: sqlite3.Connection, name: str, except_for: str | None = None) -> None:
    """Raises `ProblemError` when another round has that name, whatever the case."""
    if taken := _names(db, except_for).get(name.casefold()):
        raise ProblemError.of("name_taken", name=taken)


def free_name(db: sqlite3.Connection, name: str, except_for: str) -> str:
    """The name, or, when another round has it, the name with the next free number after it."""
    names = _names(db, except_for)
    free, number = name, 1
    while free.casefold() in names:
        number += 1
        suffix = f" ({number})"
        free = _NUMBERED.sub("", name)[: LONGEST_NAME - len(suffix)].rstrip() + suffix
    return free


def _names(db: sqlite3.Connection, except_for: str | None) -> dict[str, str]:
    """The names of the rounds, by how they look to one who does not see the case."""
    found = fetch(
        db,
        """SELECT round, value FROM change WHERE id IN (
            SELECT max(id) FROM change WHERE item = '' AND field = 'name' GROUP BY round)""",
    )
    return {str(name).casefold(): str(name) for other, name in found if other != except_for}


def start_round(
    db: sqlite3.Connection, name: str, plans: Sequence[tuple[str, str, str]] = ()
) -> str:
    """Write a round of that name and make it the current one. Returns its id."""
    round_id = _new_id()
    append(db, round_id, [("", "name", name), ("", "opened", "1"), *plans])
    return round_id


def append(
    db: sqlite3.Connection,
    round_id: str,
    values: Iterable[tuple[str, str, str]],
    undoes: int | None = None,
) -> list[Change]:
    """Write one act: an (item, field, value) for each row."""
    act, now = _next_id(db), datetime.now(UTC)
    changes = [
        Change(act + index, now, round_id, *row, act, undoes) for index, row in enumerate(values)
    ]
    insert(db, changes)
    return changes


def append_copy(db: sqlite3.Connection, changes: Sequence[Change]) -> str:
    """Write the whole log of a round as one more round. Returns its id.

    All stays as it is but the ids, which are counted on from the newest here.
    """
    ids = {change.id: id_ for id_, change in enumerate(changes, _next_id(db))}
    round_id = _new_id()
    insert(
        db,
        (
            Change(
                ids[change.id],
                change.at,
                round_id,
                change.item,
                change.field,
                change.value,
                ids[change.act],
                None if change.undoes is None else ids[change.undoes],
            )
            for change in changes
        ),
    )
    return round_id


def _new_id() -> str:
    return os.urandom(8).hex()


def _next_id(db: sqlite3.Connection) -> int:
    ((id_,),) = fetch(db, "SELECT coalesce(max(id), 0) + 1 FROM change")
    return int(id_)


def insert(db: sqlite3.Connection, changes: Iterable[Change]) -> None:
    """Write the rows as they are."""

    def row(change: Change) -> tuple[object, ...]:
        at = change.at.isoformat(timespec="microseconds")
        where = (change.round, change.item, change.field)
        return change.id, at, change.act, change.undoes, *where, change.value, checksum(change)

    db.executemany(
        "INSERT INTO change (id, at, act, undoes, round, item, field, value, checksum)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        map(row, changes),
    )
