"""Keeping the log whole: copies of it, recovery of a damaged one, migration of an older one.

A damaged file is set aside as it is. What SQLite can still read in it takes its place, together
with what the newest backup of the same log has besides. Of a flipped bit or a cut this costs at
most what was written since that backup, on the pages that were hit.

All functions raise `OSError` and `sqlite3.Error`, and have changed nothing then.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from stoette_tui.base.files import make_folder
from stoette_tui.base.problems import Problem
from stoette_tui.review.fields import is_valid_value
from stoette_tui.store import folder, queries
from stoette_tui.store.database import (
    APPLICATION_ID,
    VERSION,
    connect,
    create_schema,
    fetch,
    has_our_schema,
    identity,
    is_blocked,
    make_durable,
    version_of_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from stoette_tui.review.progress import Change

_SELECTS: Final = {1: queries.SELECT_FROM_VERSION_1, VERSION: queries.SELECT}
KEPT: Final = 10
"""Backups."""
_PAGE: Final = 4096
_SHORTEST_ROW: Final = 20
"""Bytes that any row takes at least, which limits how many a file can have."""
_CODES: Final = {
    (True, False): "store_recovered",
    (True, True): "store_recovered_with_backup",
    (False, True): "store_from_backup",
    (False, False): "store_reset",
}
"""By whether anything could be read in the file, and in a backup besides."""
_PATIENCE: Final = 60.0
"""Seconds for another process to recover it."""


def back_up(log: Path, target: Path) -> None:
    """Copies the log to `target`, and deletes the backups older than the newest ten."""
    copy(log, target)
    for old in folder.backups(log)[KEPT:]:
        old.file.unlink(missing_ok=True)


def copy(log: Path, target: Path) -> None:
    """Copies the log, in place of what is at `target`, by SQLite's own backup."""
    make_folder(target.parent)
    with folder.new_file(target) as temporary:
        with closing(connect(log)) as db, closing(sqlite3.connect(temporary)) as to:
            db.backup(to)
            to.execute("PRAGMA journal_mode = DELETE")  # whatever the log was kept in
        temporary.replace(target)
        folder.fsync(target.parent)


def is_intact(log: Path) -> bool:
    """Whether the file is a log of ours with nothing damaged in it; a newer version counts as one.

    Only the version of a newer one is looked at.
    """
    with closing(connect(log)) as db:
        return _is_intact(db, log, "BEGIN")


def _is_intact(db: sqlite3.Connection, log: Path, begin: str) -> bool:
    try:
        db.execute(begin)
        application, version, is_empty = identity(db)
        if is_empty:
            return not folder.backups(log)
        if application != APPLICATION_ID or version < 1:
            return False
        if version > VERSION:
            return True
        if not has_our_schema(db, version) or fetch(db, "PRAGMA integrity_check") != [("ok",)]:
            return False
        rows = fetch(db, _SELECTS[version])
    except sqlite3.DatabaseError as error:
        if is_blocked(error, log):
            raise
        return False
    except UnicodeDecodeError:  # SQLite's message quotes the damage
        return False
    return len(list(queries.as_changes(rows))) == len(rows)


def recover(log: Path) -> Problem | None:
    """Recovers the log; returns the notice of it, or nothing where nothing is damaged.

    Several processes may meet the damage at once: one of them recovers it, the others wait.
    """
    from filelock import FileLock

    log = log.resolve()  # beside the file itself, not beside a link to it
    lock = log.with_name(folder.LOCK)
    with FileLock(lock, timeout=_PATIENCE, mode=0o600):
        try:
            return _recover(log)
        finally:
            with contextlib.suppress(OSError):  # Windows deletes it when it is let go
                lock.unlink()  # who waits for it sees that, and takes a new one


def _recover(log: Path) -> Problem | None:
    # Closing any handle of a file drops all locks that the process has on it: last of all, then.
    with closing(connect(log)) as db, log.open("rb") as raw:
        # From here on nobody else writes to it; who waits to will find another file in its place.
        if _is_intact(db, log, "BEGIN IMMEDIATE"):
            return None
        found = _readable(raw, log)
        day, changes = _with_backup(log, found)
        with folder.new_file(log) as new:
            rounds = _write(new, changes)
            if os.name == "nt":  # Windows renames and replaces no open file
                db.close()
                raw.close()
            aside = _set_aside(log)
            new.replace(log)
        folder.fsync(log.parent)
    details = {"day": day, "rounds": str(rounds), "changes": str(len(changes))}
    return Problem(_CODES[bool(found), bool(day)], str(aside), details)


def read(file: Path) -> list[list[Change]]:
    """The logs of the rounds that can be read in a backup; nobody may be writing to it."""
    logs: dict[str, list[Change]] = {}
    with file.open("rb") as raw:
        for change in _ordered(_readable(raw, file)):
            logs.setdefault(change.round, []).append(change)
    return list(logs.values())


def _readable(raw: BinaryIO, file: Path) -> dict[int, Change]:
    """All rows that SQLite can read in a copy of the file and that are as they were written.

    The first page, with the header and the schema, is nearly the same in every log. Where it is
    damaged, that of an empty log leads to the rows.
    """
    with folder.new_file(file) as copy, folder.new_file(file) as empty:
        with copy.open("wb") as to:
            shutil.copyfileobj(raw, to)
        with contextlib.suppress(FileNotFoundError):  # the first releases left one when killed
            shutil.copyfile(f"{file}-wal", f"{copy}-wal")
        found = _rows(copy)
        with closing(connect(empty)) as db:
            create_schema(db)
        first_page = bytearray(empty.read_bytes()[:_PAGE])
        first_page[92:96] = bytes(4)  # the number of pages in it does not hold
        if copy.with_name(f"{copy.name}-wal").exists():
            first_page[18:20] = b"\2\2"  # written ahead
        with copy.open("r+b") as to:
            to.write(first_page)
        return _rows(copy) | found


def _rows(file: Path) -> dict[int, Change]:
    rows: list[tuple[Any, ...]] = []
    damage = contextlib.suppress(sqlite3.DatabaseError, UnicodeDecodeError)
    with damage, closing(connect(file)) as db:
        if version := version_of_table(db):
            most = file.stat().st_size // _SHORTEST_ROW
            rows = _rows_between(db, f"{_SELECTS[version]} NOT INDEXED", 1, most)
    changes = queries.as_changes(rows)
    valid = (each for each in changes if is_valid_value(each.item, each.field, each.value))
    return {change.id: change for change in valid}


def _rows_between(
    db: sqlite3.Connection, select: str, first: int, last: int
) -> list[tuple[Any, ...]]:
    """The rows with these ids, around those that cannot be read."""
    sql = f"{select} WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?"
    try:
        return fetch(db, sql, first, last, last - first + 1)
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        if first >= last:
            return []
        middle = (first + last) // 2
        return [
            *_rows_between(db, select, first, middle),
            *_rows_between(db, select, middle + 1, last),
        ]


def _with_backup(log: Path, found: dict[int, Change]) -> tuple[str, list[Change]]:
    """The rows with those of the newest backup of the same log, and its day if it added any."""
    rounds = {change.round for change in found.values()}
    for backup in folder.backups(log):
        kept = {change.id: change for changes in read(backup.file) for change in changes}
        if kept and (not found or any(change.round in rounds for change in kept.values())):
            is_of_use = any(found.get(id_) != change for id_, change in kept.items())
            return backup.day if is_of_use else "", _ordered(found | kept)
    return "", _ordered(found)


def _ordered(changes: Mapping[int, Change]) -> list[Change]:
    return [changes[id_] for id_ in sorted(changes)]


def _write(file: Path, changes: Iterable[Change]) -> int:
    """Writes a new log; a round whose name is lost gets the day it began. Returns their number."""
    with closing(connect(file)) as db:
        db.execute("BEGIN")
        create_schema(db)
        queries.insert(db, changes)
        sql = "SELECT round, min(at), max(item = '' AND field = 'name') FROM change GROUP BY round"
        firsts = fetch(db, sql)
        for round_id, at, is_named in firsts:
            if not is_named:
                name = queries.free_name(db, at[:10], except_for=round_id)
                queries.append(db, round_id, [("", "name", name)])
        db.execute("COMMIT")
    return len(firsts)


def _set_aside(log: Path) -> Path:
    """Gives the file another name, and what SQLite has beside it as well.

    It keeps its old name too until the new file takes that, so that nobody finds none and begins
    with an empty log; where there are no hard links, there is none for a moment.
    """
    for number in itertools.count(1):
        aside = folder.aside(log, number)
        try:
            aside.hardlink_to(log)
        except FileExistsError:
            continue
        except OSError:
            log.rename(aside)
        break
    for ending in folder.COMPANIONS:
        beside = log.with_name(log.name + ending)
        with contextlib.suppress(FileNotFoundError):
            if ending == "-shm" or not beside.stat().st_size:  # made by reading
                beside.unlink()
            else:
                beside.rename(aside.with_name(aside.name + ending))
    return aside


def _add_checksums(db: sqlite3.Connection) -> None:
    changes = queries.intact(fetch(db, queries.SELECT_FROM_VERSION_1))
    db.execute("DROP TABLE change")
    create_schema(db)
    queries.insert(db, changes)


STEPS: Final[Mapping[int, Callable[[sqlite3.Connection], None]]] = {1: _add_checksums}
"""What makes the next version out of each."""


def migrate(log: Path) -> None:
    """Copies a log of an older version beside the backups, then changes it in one transaction.

    Where another process was faster, nothing is left to do.
    """
    with closing(connect(log)) as db:
        make_durable(db)
        db.execute("BEGIN IMMEDIATE")
        ((version,),) = fetch(db, "PRAGMA user_version")
        if version >= VERSION:
            return
        copy(log, folder.before_migration(log, version))
        for step in range(version, VERSION):
            STEPS[step](db)
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
