"""A log that was damaged: set aside as it is, and what it still says put in its place.

Where nothing can be read, the newest backup is used; rows that are lost here and stand in a backup
of the same log are taken from there too. Several processes may come upon the damage at once: one of
them mends it, the others wait and find it mended. Raises `OSError` and `sqlite3.Error` where that
cannot be done, and nothing was changed then.
"""

from __future__ import annotations

import contextlib
import itertools
import mmap
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from stoette_tui.log import backups, carving, rows
from stoette_tui.log.connection import connect
from stoette_tui.log.file import (
    APPLICATION_ID,
    COMPANIONS,
    SCHEMA,
    VERSION,
    fetch,
    has_backups,
    has_our_schema,
    identity,
)
from stoette_tui.log.mending import makes_sense, mend
from stoette_tui.problems import Problem

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path
    from typing import BinaryIO

    from stoette_tui.progress import Change

DAMAGED: Final = "progress-damaged-"
"""What the name of a damaged file begins with."""
LOCK: Final = f"{backups.TEMPORARY}recovery"
_CODES: Final = {
    (True, False): "store_recovered",
    (True, True): "store_recovered_with_backup",
    (False, True): "store_from_backup",
    (False, False): "store_begun_anew",
}
"""By whether anything could be read in the file, and in a backup besides."""
_PATIENCE: Final = 60.0
"""Seconds for another process to mend it."""


def recover(path: Path) -> Problem | None:
    """Mend the log at `path`; what is to be said of it, nothing where there is no damage."""
    from filelock import FileLock

    path = path.resolve()  # beside the file itself, not beside a link to it
    lock = path.with_name(LOCK)
    with FileLock(lock, timeout=_PATIENCE, mode=0o600):
        try:
            return _recover(path)
        finally:
            lock.unlink(missing_ok=True)  # who waits for it sees that, and takes a new one


def is_sound(path: Path) -> bool:
    """Whether all of the log is as the store wrote it. Raises `OSError` and `sqlite3.Error`."""
    with closing(connect(path)) as db:
        written = _written(db, path, "BEGIN")
    return _makes_sense(written)  # while nobody has to wait for it


def read(file: Path) -> list[list[Change]]:
    """The logs of the rounds in the file, however damaged it is. Nobody may have it open."""
    logs: dict[str, list[Change]] = {}
    with file.open("rb") as raw:
        for change in mend(_changes(raw).values()):
            logs.setdefault(change.round, []).append(change)
    return list(logs.values())


def _recover(path: Path) -> Problem | None:
    db = connect(path)
    try:
        # From here on nobody else writes to it; who waits to will find another file in its place.
        if _makes_sense(_written(db, path, "BEGIN IMMEDIATE")):
            return None
        # When this is closed, all locks that this process has on the file are gone: last of all.
        with path.open("rb") as raw:
            wal = path.with_name(f"{path.name}-wal")
            found = _changes(raw, wal.read_bytes() if wal.exists() else b"")
            day, changes = _with_backup(path, found)
            with backups.new_file(path) as new:
                _write(new, changes)
                aside = _set_aside(path)
                new.replace(path)
            backups.fsync(path.parent)
            db.close()
    finally:
        db.close()
    rounds = str(len({change.round for change in changes}))
    details = {"day": day, "rounds": rounds, "changes": str(len(changes))}
    return Problem(_CODES[bool(found), bool(day)], str(aside), details)


def _written(db: sqlite3.Connection, path: Path, begin: str) -> list[tuple[Any, ...]] | None:
    """The rows as they stand; none where SQLite cannot read them, or the file is not a log of ours.

    Of a newer version than this one, only the version is looked at.
    """
    import sqlite3

    try:
        db.execute(begin)
        application, version, is_empty = identity(db)
        if is_empty:  # empty: as new as can be, or emptied
            return None if has_backups(path) else []
        if application != APPLICATION_ID or version < 1:
            return None
        if version > VERSION:
            return []
        if not has_our_schema(db, version) or fetch(db, "PRAGMA integrity_check") != [("ok",)]:
            return None
        if version == 1:
            return fetch(db, rows.ALL_OF_VERSION_1)
        return fetch(db, rows.ALL)
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        if isinstance(error, sqlite3.OperationalError) and code != sqlite3.SQLITE_ERROR:
            raise  # locked, or not to be read: no damage
        return None
    except UnicodeDecodeError:  # the module itself stumbled over a message that quotes the damage
        return None


def _makes_sense(written: list[tuple[Any, ...]] | None) -> bool:
    """Whether all of it could be read, and is as the store writes it."""
    if written is None:
        return False
    changes = list(rows.as_changes(written))
    return len(changes) == len(written) and mend(changes) == changes


def _changes(raw: BinaryIO, wal: bytes = b"") -> dict[int, Change]:
    """All rows in the file that make sense, by id.

    Rows without a checksum count only where none has one: a migrated file can have old pages that
    are no longer in use.
    """
    found: dict[bool, dict[int, Change]] = {True: {}, False: {}}
    with contextlib.ExitStack() as stack:
        data: bytes | mmap.mmap = b""
        with contextlib.suppress(ValueError):  # an empty file cannot be mapped
            data = stack.enter_context(mmap.mmap(raw.fileno(), 0, access=mmap.ACCESS_READ))
        for id_, at, act, undoes, *texts in carving.rows(data, wal):
            row = (id_, at, *texts[:4], act, undoes, *texts[4:])
            for change in filter(makes_sense, rows.as_changes([row])):
                found[len(texts) > 4].setdefault(change.id, change)
    return found[True] or found[False]


def _with_backup(path: Path, found: dict[int, Change]) -> tuple[str, list[Change]]:
    """The log with what the newest backup of it has besides, and the day of that, if any was used.

    A row never changes: what a backup has of it is what it was before the damage.
    """
    rounds = {change.round for change in found.values()}
    for day, file in backups.dated(path).items():
        with contextlib.suppress(OSError), file.open("rb") as raw:
            kept = _changes(raw)
            is_of_this_log = any(change.round in rounds for change in kept.values())
            if kept and (is_of_this_log or not found):
                is_of_use = any(found.get(id_) != change for id_, change in kept.items())
                return day if is_of_use else "", mend((found | kept).values())
    return "", mend(found.values())


def _write(file: Path, changes: list[Change]) -> None:
    import sqlite3

    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("BEGIN")
        for statement in SCHEMA:
            db.execute(statement)
        rows.insert(db, changes)
        db.execute("COMMIT")


def _set_aside(path: Path) -> Path:
    """Give the file another name, with date and time, and what SQLite has beside it as well.

    It keeps its old name too until the new file takes that, so that nobody finds none and begins
    anew; where there are no hard links, there is none for a moment.
    """
    began = backups.stamp()
    for number in itertools.count(1):
        suffix = f"-{number}" if number > 1 else ""
        aside = path.with_name(f"{DAMAGED}{began}{suffix}.sqlite3")
        try:
            aside.hardlink_to(path)
        except FileExistsError:
            continue
        except OSError:
            path.rename(aside)
        break
    companions = {ending: path.with_name(path.name + ending) for ending in COMPANIONS}
    kept = [file for ending, file in companions.items() if ending != "-shm" and file.exists()]
    has_more = any(file.stat().st_size for file in kept)
    for ending, file in companions.items():
        with contextlib.suppress(FileNotFoundError):
            if has_more:
                file.rename(aside.with_name(aside.name + ending))
            else:  # made by looking
                file.unlink()
    return aside
