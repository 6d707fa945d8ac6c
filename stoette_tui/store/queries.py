"""What is read from an open log and written to it: rows to values and back."""

from __future__ import annotations

import os
import re
import zlib
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stoette_tui.base.problems import ProblemError
from stoette_tui.review.fields import BLANK_VALUES, LONGEST_NAME, is_valid_value
from stoette_tui.review.progress import Change, Progress, RoundSummary
from stoette_tui.review.replay import replay
from stoette_tui.store.database import fetch

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

SELECT: Final = "SELECT id, at, round, item, field, value, act, undoes, checksum FROM change"
SELECT_FROM_VERSION_1: Final = "SELECT id, at, round, item, field, value, act, undoes FROM change"
_IS_NAMED: Final = "round IN (SELECT round FROM change WHERE item = '' AND field = 'name')"
_NUMBERED: Final = re.compile(r" \(\d+\)$")


def current(db: sqlite3.Connection) -> str | None:
    """The round that was opened last; of rounds that never were, the newest."""
    opened = fetch(
        db,
        f"""SELECT round FROM change
        WHERE item = '' AND field IN ('opened', 'name') AND {_IS_NAMED}
        ORDER BY field = 'opened' DESC, id DESC LIMIT 1""",
    )
    return str(opened[0][0]) if opened else None


def target(db: sqlite3.Connection, round_id: str | None, *, writable: bool = False) -> str | None:
    """The round that is named, else the current one. Codes: `round_unknown`, `round_archived`."""
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
    """A round as it stands: the newest row of each field, and the first of all, for its start."""
    sql = f"""{SELECT} WHERE id IN (
        SELECT max(id) FROM change WHERE round = ? GROUP BY item, field
        UNION SELECT min(id) FROM change WHERE round = ? AND item = '')"""
    return replay(Progress(), intact(fetch(db, sql, round_id, round_id)))


def summaries(db: sqlite3.Connection) -> list[RoundSummary]:
    """All rounds with their answers, in the order they were started."""
    newest = fetch(
        db,
        f"""{SELECT} WHERE id IN (
            SELECT max(id) FROM change WHERE item = '' OR field = 'answer'
            GROUP BY round, item, field
            UNION SELECT min(id) FROM change WHERE item = '' GROUP BY round
        ) AND {_IS_NAMED}""",
    )
    changes_of: dict[str, list[Change]] = {}
    for change in intact(newest):
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


def changes(db: sqlite3.Connection, round_id: str | None) -> list[Change]:
    """All rows of a round, oldest first."""
    return intact(fetch(db, f"{SELECT} WHERE round = ? ORDER BY id", round_id))


def intact(found: Sequence[tuple[Any, ...]]) -> list[Change]:
    """The rows as changes. Code: `store_damaged`, where one of them is not as it was written."""
    read = list(as_changes(found))
    if len(read) < len(found):
        raise ProblemError.of("store_damaged", reason="checksum")
    return read


def as_changes(found: Iterable[tuple[Any, ...]]) -> Iterator[Change]:
    """The rows as changes, without the damaged ones: by their checksum, types or time.

    Columns: id, at, round, item, field, value, act, undoes, checksum. A row of version 1 has no
    checksum and is judged by the rest.
    """
    for id_, at, round_id, item, field, text, act, undoes, *checksums in found:
        try:
            moment = datetime.fromisoformat(at)
        except (TypeError, ValueError):
            continue
        texts = (round_id, item, field, text)
        if (
            moment.tzinfo is UTC
            and all(isinstance(each, str) for each in texts)
            and isinstance(act, int)
            and isinstance(undoes, int | None)
        ):
            change = Change(id_, moment, *texts, act, undoes)
            if all(written == checksum(change) for written in checksums):
                yield change


def checksum(change: Change) -> int:
    """The CRC-32 of all that a row holds."""
    names = ("id", "at", "act", "undoes", "round", "item", "field", "value")
    return zlib.crc32(msgspec.json.encode([getattr(change, name) for name in names]))


def value(
    db: sqlite3.Connection, round_id: str, item: str, field: str, before: int = 2**63 - 1
) -> str:
    """The newest valid value with a row id below `before`; blank where there is none."""
    sql = f"""{SELECT} WHERE round = ? AND item = ? AND field = ? AND id < ? ORDER BY id DESC"""
    for change in intact(fetch(db, f"{sql} LIMIT 1", round_id, item, field, before)):
        if is_valid_value(item, field, change.value):
            return change.value
    return BLANK_VALUES.get(field, "")


def next_undo(db: sqlite3.Connection, round_id: str | None) -> Change | None:
    """The first row of the act that an undo takes back next; None when there is none."""
    act = _act_to_take_back(db, round_id, redo=False) if round_id else None
    return next(iter(intact(fetch(db, f"{SELECT} WHERE id = ?", act))), None)


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
    """Raises `name_taken` (detail `name`) when another round has that name, whatever the case."""
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
    """The names of the rounds by their case-folded form."""
    sql = """SELECT round, value FROM change WHERE id IN (
        SELECT max(id) FROM change WHERE item = '' AND field = 'name' GROUP BY round)"""
    return {str(name).casefold(): str(name) for id_, name in fetch(db, sql) if id_ != except_for}


def start_round(
    db: sqlite3.Connection, name: str, plans: Sequence[tuple[str, str, str]] = ()
) -> str:
    """Writes a round of that name and makes it the current one. Returns its id."""
    round_id = _new_id()
    append(db, round_id, [("", "name", name), ("", "opened", "1"), *plans])
    return round_id


def append(
    db: sqlite3.Connection,
    round_id: str,
    values: Iterable[tuple[str, str, str]],
    undoes: int | None = None,
) -> list[Change]:
    """Writes one act: an (item, field, value) for each row."""
    act, now = _next_id(db), datetime.now(UTC)
    written = [
        Change(act + index, now, round_id, *row, act, undoes) for index, row in enumerate(values)
    ]
    insert(db, written)
    return written


def append_copy(db: sqlite3.Connection, log: Sequence[Change]) -> str:
    """Writes the log of a round as one more round. Returns its id.

    Nothing differs but the ids, which are counted on from the newest here.
    """
    ids = {change.id: id_ for id_, change in enumerate(log, _next_id(db))}
    round_id = _new_id()
    insert(
        db,
        (
            msgspec.structs.replace(
                change,
                id=ids[change.id],
                round=round_id,
                act=ids[change.act],
                undoes=None if change.undoes is None else ids[change.undoes],
            )
            for change in log
        ),
    )
    return round_id


def _new_id() -> str:
    return os.urandom(8).hex()


def _next_id(db: sqlite3.Connection) -> int:
    ((id_,),) = fetch(db, "SELECT coalesce(max(id), 0) + 1 FROM change")
    return int(id_)


def insert(db: sqlite3.Connection, rows: Iterable[Change]) -> None:
    """Writes the rows as they are."""

    def columns(change: Change) -> tuple[object, ...]:
        at = change.at.isoformat(timespec="microseconds")
        where = (change.round, change.item, change.field)
        return change.id, at, change.act, change.undoes, *where, change.value, checksum(change)

    db.executemany(
        "INSERT INTO change (id, at, act, undoes, round, item, field, value, checksum)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        map(columns, rows),
    )
