"""Reads and writes an open log: rows to values and back."""

from __future__ import annotations

import os
import zlib
from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stoette_tui.base.problems import ProblemError
from stoette_tui.review.history import NAME, OPENED, copy_rounds, current_round, round_names
from stoette_tui.review.progress import Change
from stoette_tui.store.database import fetch

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from stoette_tui.review.history import Edits

_COLUMNS: Final = ("id", "at", "act", "undoes", "round", "item", "field", "value")
"""The columns of the table, in order, except the checksum."""
_VALUES: Final = attrgetter(*_COLUMNS)
_NEWEST: Final = """WHERE id IN (
    SELECT max(id) FROM change WHERE round = ? GROUP BY item, field
    UNION SELECT min(id) FROM change WHERE round = ? AND item = '')"""


def rounds_log(db: sqlite3.Connection) -> list[Change]:
    """The changes to the rounds themselves: their names, and which were opened and archived."""
    return read(db, "WHERE item = ''")


def rounds_and_answers(db: sqlite3.Connection) -> list[Change]:
    """Like `rounds_log`, with the newest answer to each item."""
    sql = """WHERE id IN (
        SELECT id FROM change WHERE item = ''
        UNION SELECT max(id) FROM change WHERE field = 'answer' GROUP BY round, item)"""
    return read(db, sql)


def round_log(
    db: sqlite3.Connection, round_id: str | None, *, newest_only: bool = False
) -> list[Change]:
    """All changes of a round, by default of the current one; none if there is no round.

    With `newest_only`, its first change and the newest one of each field, which give its state.
    Code: `round_unknown`.
    """
    if round_id is None and (round_id := current_round(rounds_log(db))) is None:
        return []
    if newest_only:
        log = read(db, _NEWEST, round_id, round_id)
    else:
        log = read(db, "WHERE round = ?", round_id)
    if not round_names(log):
        raise ProblemError.of("round_unknown", name=round_id)
    return log


def read(db: sqlite3.Connection, where: str = "", *parameters: object) -> list[Change]:
    """The rows as changes, oldest first. Code: `store_damaged`, if one is not as it was written.

    They are sorted here, as SQLite would read the whole table to sort a few of its rows.
    """
    rows = fetch(db, f"SELECT * FROM change {where}", *parameters)
    changes = list(as_changes(rows))
    if len(changes) < len(rows):
        raise ProblemError.of("store_damaged", reason="checksum")
    return sorted(changes, key=lambda change: change.id)


def as_changes(rows: Iterable[tuple[Any, ...]]) -> Iterator[Change]:
    """The rows that are as they were written; rows of version 1 have no checksum."""
    for row in rows:
        try:
            change = msgspec.convert(dict(zip(_COLUMNS, row, strict=False)), Change)
        except msgspec.ValidationError:
            continue
        if row == _row(change)[: len(row)]:
            yield change


def insert(db: sqlite3.Connection, log: Iterable[Change]) -> None:
    """Writes the changes verbatim."""
    db.executemany("INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_row, log))


def _row(change: Change) -> tuple[object, ...]:
    """The row of a change; its checksum is the CRC-32 of the other values."""
    id_, at, *others = values = _VALUES(change)
    time = at.isoformat(timespec="microseconds")
    return id_, time, *others, zlib.crc32(msgspec.json.encode(values))


def start_round(db: sqlite3.Connection, name: str, edits: Edits) -> list[Change]:
    """Writes a new round of that name with `edits`, and makes it the current one."""
    return append(db, _new_round_id(), {NAME: name, OPENED: "1", **edits})


def append(
    db: sqlite3.Connection, round_id: str, edits: Edits, undoes: int | None = None
) -> list[Change]:
    """Writes the edits of a round as one act. Returns the changes written."""
    act, now = _next_id(db), datetime.now(UTC)
    written = [
        Change(id_, now, round_id, item, field, value, act, undoes)
        for id_, ((item, field), value) in enumerate(edits.items(), act)
    ]
    insert(db, written)
    return written


def append_copy(db: sqlite3.Connection, log: Sequence[Change]) -> list[Change]:
    """Writes a log of other rounds as that of new rounds. Returns the changes written."""
    copied = copy_rounds(log, _next_id(db), _new_round_id)
    insert(db, copied)
    return copied


def _new_round_id() -> str:
    return os.urandom(8).hex()


def _next_id(db: sqlite3.Connection) -> int:
    ((id_,),) = fetch(db, "SELECT coalesce(max(id), 0) + 1 FROM change")
    return int(id_)
