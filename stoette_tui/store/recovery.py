"""Keeping the log whole: copies of it, recovery of a damaged one, migration of an older one.

A damaged file is set aside as it is. What SQLite can still read in it takes its place, together
with what the newest backup of the same log has besides. Of a flipped bit or a cut this costs at
most what was written since that backup, on the pages that were hit.

All functions raise `OSError` and `sqlite3.Error`, and have changed nothing then.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from stoette_tui.base import files
from stoette_tui.base.problems import Problem, ProblemError
from stoette_tui.review.fields import is_valid_value
from stoette_tui.review.history import NAME, by_round, names_to_give
from stoette_tui.store import database, folder, queries
from stoette_tui.store.database import VERSION, fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from stoette_tui.review.progress import Change

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


def back_up(log: Path) -> None:
    """Makes or renews the day's backup, and deletes those older than the newest ten.

    Nobody else writes or backs up until that has its name, so that of two processes which renew
    it, the one with the newer copy comes last.
    """
    with database.write_transaction(log):
        _copy(log, folder.todays_backup(log).file)
        for old in folder.backups(log)[KEPT:]:
            old.file.unlink(missing_ok=True)


def _copy(log: Path, target: Path) -> None:
    """Copies the log, in place of what is at `target`, by SQLite's own backup."""
    files.make_folder(target.parent)
    with files.new_file(target, replace=True) as new, closing(sqlite3.connect(new)) as to:
        with database.connect(log) as db:
            db.execute("BEGIN")
            fetch(db, "PRAGMA schema_version")  # raises when it is locked; a backup waits for ever
            db.backup(to)
        to.execute("PRAGMA journal_mode = DELETE")  # whatever the log was kept in


def is_intact(log: Path) -> bool:
    """Whether the file is a log of ours with nothing damaged in it; a newer version counts as one.

    Only the version of a newer one is looked at.
    """
    try:
        with closing(sqlite3.connect(":memory:")) as snapshot:
            with database.connect(log) as db:
                db.execute("BEGIN")
                version = database.read_version(db, log)
                # Reading all of a long log takes so long that no commit should wait for it.
                db.backup(snapshot)
            if version:
                queries.read(snapshot, version=version)
            return fetch(snapshot, "PRAGMA integrity_check") == [("ok",)]
    except ProblemError as error:
        return error.problems[0].code == "store_newer"
    except sqlite3.DatabaseError as error:
        if database.is_blocked(error, log):
            raise
        return False
    except UnicodeDecodeError:  # SQLite's message quotes the damage
        return False


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
    with database.connect(log) as db:
        # From here on nobody else writes to it; who waits to will find another file in its place.
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as error:
            if database.is_blocked(error, log):
                raise
        if is_intact(log):
            return None
        # Closing any handle of a file drops all locks the process has on it, so it comes last.
        with log.open("rb") as raw, files.new_file(log, replace=True) as new:
            found = _readable(raw, log, beside=log)
            day, recovered = _with_backup(log, found)
            with database.write_transaction(new) as to:
                database.create_schema(to)
                queries.insert(to, recovered)
                for round_id, name in names_to_give(recovered).items():
                    queries.append(to, round_id, {NAME: name})
            if os.name == "nt":  # Windows renames and replaces no open file
                db.close()
                raw.close()
            aside = _set_aside(log)
    rounds, changes = len(by_round(recovered)), len(recovered)
    details = {"day": day, "rounds": str(rounds), "changes": str(changes)}
    return Problem(_CODES[bool(found), bool(day)], str(aside), details)


def read(file: Path) -> list[Change]:
    """What can be read in a backup, oldest first; nobody may be writing to it."""
    with file.open("rb") as raw:
        # The copy lies beside the folder, as backups may be kept where nothing can be written.
        return _ordered(_readable(raw, file, beside=file.parent))


def _readable(raw: BinaryIO, file: Path, *, beside: Path) -> dict[int, Change]:
    """All rows that SQLite can read in a copy of the file and that are as they were written.

    The first page, with the header and the schema, is nearly the same in every log. Where it is
    damaged, that of an empty log leads to the rows.
    """
    with files.temporary_file(beside) as copy:
        with copy.open("wb") as to:
            shutil.copyfileobj(raw, to)
        written_ahead = copy.with_name(f"{copy.name}-wal")
        with contextlib.suppress(FileNotFoundError):  # the first releases left one when killed
            shutil.copyfile(f"{file}-wal", written_ahead)
        found = _rows(copy)
        with database.empty_log() as db:
            first_page = bytearray(db.serialize()[:_PAGE])
        first_page[92:96] = b"\0\0\0\1"  # other than the change counter: its page count is not ours
        if written_ahead.exists():
            first_page[18:20] = b"\2\2"
        with copy.open("r+b") as to:
            to.write(first_page)
        return _rows(copy) | found


def _rows(file: Path) -> dict[int, Change]:
    rows: list[tuple[Any, ...]] = []
    with (
        contextlib.suppress(sqlite3.DatabaseError, UnicodeDecodeError),
        database.connect(file) as db,
    ):
        if version := database.version_of_table(db):
            most = file.stat().st_size // _SHORTEST_ROW
            rows = _rows_between(db, f"{queries.select(version)} NOT INDEXED", 1, most)
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
        kept = {change.id: change for change in read(backup.file)}
        if kept and (not found or any(change.round in rounds for change in kept.values())):
            is_of_use = any(found.get(id_) != change for id_, change in kept.items())
            return backup.day if is_of_use else "", _ordered(found | kept)
    return "", _ordered(found)


def _ordered(changes: Mapping[int, Change]) -> list[Change]:
    return [changes[id_] for id_ in sorted(changes)]


def _set_aside(log: Path) -> Path:
    """Gives the file another name, and what SQLite has beside it as well.

    It keeps its old name too until the new file takes that, so that nobody finds none and begins
    with an empty log; where there are no hard links, there is none for a moment.
    """
    aside = folder.aside(log)
    files.publish(log, aside)
    for ending in files.SQLITE_ENDINGS:
        beside = log.with_name(f"{log.name}{ending}")
        with contextlib.suppress(FileNotFoundError):
            if ending == "-shm" or not beside.stat().st_size:  # made by reading
                beside.unlink()
            else:
                beside.rename(aside.with_name(f"{aside.name}{ending}"))
    return aside


def _add_checksums(db: sqlite3.Connection) -> None:
    log = queries.read(db, version=1)
    db.execute("DROP TABLE change")
    database.create_schema(db)
    queries.insert(db, log)


STEPS: Final[Mapping[int, Callable[[sqlite3.Connection], None]]] = {1: _add_checksums}
"""What makes the next version out of each."""


def migrate(log: Path) -> None:
    """Copies a log of an older version beside the backups, then changes it in one transaction.

    Where another process was faster, nothing is left to do.
    """
    with database.write_transaction(log) as db:
        ((version,),) = fetch(db, "PRAGMA user_version")
        if version < VERSION:
            _copy(log, folder.before_migration(log, version))
        for step in range(version, VERSION):
            STEPS[step](db)
        db.execute(f"PRAGMA user_version = {VERSION}")
