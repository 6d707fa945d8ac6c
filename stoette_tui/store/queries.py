"""What is read from an open log and written to it: rows to values and back."""

from __future__ import annotations

import os
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stoette_tui.base.problems import ProblemError
from stoette_tui.review.history import NAME, OPENED, copy_rounds, current_round, round_names
from stoette_tui.review.progress import Change
from stoette_tui.store.database import VERSION, fetch

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_NEWEST: Final = """WHERE id IN (
    SELECT max(id) FROM change WHERE round = ? GROUP BY item, field
    UNION SELECT min(id) FROM change WHERE round = ? AND item = '')"""


def rounds_log(db: sqlite3.Connection) -> list[Change]:
    """The changes of the rounds themselves: their names, and which were opened and archived."""
    return read(db, "WHERE item = ''")


def rounds_and_answers(db: sqlite3.Connection) -> list[Change]:
    """As `rounds_log`, with the newest answer to each item."""
    sql = """WHERE id IN (
        SELECT id FROM change WHERE item = ''
        UNION SELECT max(id) FROM change WHERE field = 'answer' GROUP BY round, item)"""
    return read(db, sql)


def round_log(
    db: sqlite3.Connection, round_id: str | None, *, newest_only: bool = False
) -> list[Change]:
    """All changes of a round; of the current one unless named, and none where there is none.

    With `newest_only` its first change and the newest one of each field, which make its state.
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


def read(
    db: sqlite3.Connection, where: str = "", *parameters: object, version: int = VERSION
) -> list[Change]:
    """The rows as changes, oldest first. Code: `store_damaged`, where one is not as it was written.

    They are sorted here, as SQLite would read the whole table in order to sort a few of its rows.
    """
    rows = fetch(db, f"{select(version)} {where}", *parameters)
    changes = list(as_changes(rows))
    if len(changes) < len(rows):
        raise ProblemError.of("store_damaged", reason="checksum")
    return sorted(changes, key=lambda change: change.id)


def select(version: int = VERSION) -> str:
    """What reads the rows of a log for `as_changes`; those of version 1 have no checksum."""
    checksum = ", checksum" if version > 1 else ""
    return f"SELECT id, at, round, item, field, value, act, undoes{checksum} FROM change"


def as_changes(rows: Iterable[tuple[Any, ...]]) -> Iterator[Change]:
    """The rows as changes, without the damaged ones: by their types, time or checksum."""
    for id_, at, round_id, item, field, value, act, undoes, *written in rows:
        try:
            moment = datetime.fromisoformat(at)
        except (TypeError, ValueError):
            continue
        if (
            moment.tzinfo is UTC
            and type(round_id) is type(item) is type(field) is type(value) is str
            and type(act) is int
            and (undoes is None or type(undoes) is int)
        ):
            change = Change(id_, moment, round_id, item, field, value, act, undoes)
            if not written or written == [checksum(change)]:
                yield change


def checksum(change: Change) -> int:
    """The CRC-32 of all that a row holds."""
    c = change
    row = (c.id, c.at, c.act, c.undoes, c.round, c.item, c.field, c.value)
    return zlib.crc32(msgspec.json.encode(row))


def start_round(
    db: sqlite3.Connection, name: str, edits: Mapping[tuple[str, str], str]
) -> list[Change]:
    """Writes a round of that name, with `edits`, and makes it the current one."""
    return append(db, _new_round_id(), {NAME: name, OPENED: "1", **edits})


def append(
    db: sqlite3.Connection,
    round_id: str,
    edits: Mapping[tuple[str, str], str],
    undoes: int | None = None,
) -> list[Change]:
    """Writes the edits of a round as one act. Returns what was written."""
    act, now = _next_id(db), datetime.now(UTC)
    written = [
        Change(id_, now, round_id, item, field, value, act, undoes)
        for id_, ((item, field), value) in enumerate(edits.items(), act)
    ]
    insert(db, written)
    return written


def append_copy(db: sqlite3.Connection, log: Sequence[Change]) -> list[Change]:
    """Writes the log of other rounds as that of new ones. Returns what was written."""
    copied = copy_rounds(log, _next_id(db), _new_round_id)
    insert(db, copied)
    return copied


def _new_round_id() -> str:
    return os.urandom(8).hex()


def _next_id(db: sqlite3.Connection) -> int:
    ((id_,),) = fetch(db, "SELECT coalesce(max(id), 0) + 1 FROM change")
    return int(id_)


def insert(db: sqlite3.Connection, log: Iterable[Change]) -> None:
    """Writes the changes as they are."""

    def columns(change: Change) -> tuple[object, ...]:
        at = change.at.isoformat(timespec="microseconds")
        where = (change.round, change.item, change.field)
        return change.id, at, change.act, change.undoes, *where, change.value, checksum(change)

    db.executemany(
        "INSERT INTO change (id, at, act, undoes, round, item, field, value, checksum)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        map(columns, log),
    )
