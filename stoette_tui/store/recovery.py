"""Recovery: a new log in place of a damaged or older one.

The old file is set aside unchanged. The new one has what SQLite can still read in it and, if it
was damaged, what only the newest backup of the same log has.

All functions raise `OSError` and `sqlite3.Error`, and then have changed nothing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Final

from stoette_tui.base import data_folder, files
from stoette_tui.base.problems import Problem, ProblemError
from stoette_tui.review.history import NAME, by_round, renamed_rounds
from stoette_tui.store import database, queries
from stoette_tui.store.database import READ_ERRORS, VERSION, fetch

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stoette_tui.review.progress import Change

_LOCK_TIMEOUT_SECONDS: Final = 60.0  # for another process to recover it
_PAGE: Final = 4096
_MIN_ROW_BYTES: Final = 20  # bounds the number of rows a file can have
_SCANS: Final = ("SELECT * FROM change ORDER BY id", "SELECT * FROM change ORDER BY id DESC")
_MAX_LOOKUPS: Final = 50_000
_MAX_IDS: Final = 1_000_000
"""Higher ids are not looked up one by one, as a damaged number could be any."""


def is_intact(log: Path) -> bool:
    """Whether the log is undamaged. In a newer log, only the version is checked."""
    try:
        with closing(sqlite3.connect(":memory:")) as snapshot:
            with database.connect(log) as db:
                db.execute("BEGIN")
                version = database.read_version(db, log)
                db.backup(snapshot)  # reading a long log takes longer than a commit should wait
            if version:
                queries.read(snapshot)
            return fetch(snapshot, "PRAGMA integrity_check") == [("ok",)]
    except ProblemError as error:
        return error.problems[0].code == "store_newer"
    except READ_ERRORS as error:
        if database.is_blocked(error, log):
            raise
        return False


def recover(log: Path) -> Problem | None:
    """Replaces a damaged or older log with a new one; returns a notice of the damage.

    If several processes find it at once, one does the work and the others wait. Codes, depending on
    what was readable in the file and in a backup: `store_recovered`, `store_recovered_with_backup`,
    `store_from_backup`, `store_reset`; `where` is the file set aside, and the details are `rounds`,
    `changes` and `day`, that of the backup.
    """
    from filelock import FileLock

    log = log.resolve()  # beside the file itself, not beside a link to it
    lock = log.with_name(data_folder.LOCK)
    with FileLock(lock, timeout=_LOCK_TIMEOUT_SECONDS, mode=0o600):
        try:
            return _recover(log)
        finally:
            with contextlib.suppress(OSError):  # Windows deletes it when it is released
                lock.unlink()  # a process waiting for it notices, and takes a new one


def _recover(log: Path) -> Problem | None:
    with database.connect(log) as db:
        # From here on nobody else writes to it; waiting writers will find another file there.
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as error:
            if database.is_blocked(error, log):
                raise
        older = None
        if is_intact(log):
            if not log.stat().st_size:  # the first write ever was rolled back
                return None
            older = database.read_version(db, log)
            if older == VERSION:
                return None
        # Closing any handle of a file drops all locks of the process on it, so it comes last.
        with log.open("rb") as raw, files.new_file(log, replace=True) as new:
            found = _readable(raw.read(), log, beside=log)
            day, changes = ("", found) if older else _with_backup(log, found)
            recovered = [changes[id_] for id_ in sorted(changes)]
            with database.write_transaction(new) as to:
                database.create_schema(to)
                queries.insert(to, recovered)
                for round_id, name in renamed_rounds(recovered).items():
                    queries.append(to, round_id, {NAME: name})
            if os.name == "nt":  # Windows cannot rename or replace an open file
                db.close()
                raw.close()
            aside = data_folder.set_aside_path(log, older)
            _set_aside(log, aside)
    if older:
        return None
    if found:
        code = "store_recovered_with_backup" if day else "store_recovered"
    else:
        code = "store_from_backup" if day else "store_reset"
    rounds = len(by_round(recovered))
    details = {"day": day, "rounds": str(rounds), "changes": str(len(recovered))}
    return Problem(code, str(aside), details)


def read(file: Path) -> list[Change]:
    """The readable changes of a backup, oldest first; nothing may be writing to it."""
    # The copies go beside the folder, as backups may be read-only.
    changes = _readable(file.read_bytes(), file, beside=file.parent)
    return [changes[id_] for id_ in sorted(changes)]


def _readable(data: bytes, file: Path, *, beside: Path) -> dict[int, Change]:
    """All rows that SQLite can read in copies of the file and that are as they were written.

    The first page, with the header and the schema, is nearly the same in every log. If it is
    damaged, that of an empty log gives access to the rows.
    """
    with database.empty_log() as db:
        first_page = bytearray(db.serialize()[:_PAGE])
    first_page[92:96] = b"\0\0\0\1"  # unlike the change counter, so the page count is ignored
    found: dict[int, Change] = {}
    for content in (first_page + data[_PAGE:], data):
        with files.temporary_file(beside) as copy:
            copy.write_bytes(content)
            with contextlib.suppress(FileNotFoundError):  # early releases left one when killed
                shutil.copyfile(f"{file}-wal", f"{copy}-wal")
            found |= _rows(copy)
    return found


def _rows(file: Path) -> dict[int, Change]:
    """The rows that can be read in order, from both ends, and those between them by their ids."""
    found: dict[int, Change] = {}
    most = file.stat().st_size // _MIN_ROW_BYTES
    with contextlib.suppress(*READ_ERRORS), database.connect(file) as db:
        if not database.has_our_table(db):
            return {}
        first, last = (_scan(db, found, most, sql) for sql in _SCANS)
        end = _highest_id(db, found) or most
        missing = set(range(1, end)) - found.keys()
        if len(missing) > _MAX_LOOKUPS:  # then only where both scans have met damage
            missing &= set(range(first + 1, last or end))
        for id_ in missing:
            _scan(db, found, 1, "SELECT * FROM change WHERE id = ?", id_)
    return found


def _scan(
    db: sqlite3.Connection, found: dict[int, Change], most: int, sql: str, *parameters: object
) -> int:
    """Adds rows to `found`, at most `most`, up to damage; returns the last id, 0 without one."""
    last = 0
    with contextlib.suppress(*READ_ERRORS):
        for change in queries.as_changes(islice(db.execute(sql, parameters), most)):
            found[change.id], last = change, change.id
    return last


def _highest_id(db: sqlite3.Connection, found: Iterable[int]) -> int:
    """The highest id there has been, as far as is known; 0 if nothing is."""
    known = [*found]
    with contextlib.suppress(*READ_ERRORS):
        counted = fetch(db, "SELECT seq FROM sqlite_sequence WHERE typeof(seq) = 'integer'")
        known += [id_ for (id_,) in counted]
    return max((id_ for id_ in known if id_ <= _MAX_IDS), default=-1) + 1


def _with_backup(log: Path, found: dict[int, Change]) -> tuple[str, dict[int, Change]]:
    """The rows merged with those of the log's newest backup, and its day if it added any."""
    rounds = {change.round for change in found.values()}
    for backup in data_folder.backups(log):
        kept = {change.id: change for change in read(backup.file)}
        if kept and (not found or rounds & {change.round for change in kept.values()}):
            return "" if kept.items() <= found.items() else backup.day, found | kept
    return "", found


def _set_aside(log: Path, aside: Path) -> None:
    """Renames the file, and the files that SQLite keeps beside it.

    It also keeps its old name until the new file takes it, so that no process finds the log missing
    and starts an empty one; without hard links, it is missing for a moment.
    """
    files.make_folder(aside.parent)
    files.publish(log, aside)
    aside.chmod(0o600)
    for ending in files.SQLITE_ENDINGS:
        beside = log.with_name(f"{log.name}{ending}")
        with contextlib.suppress(FileNotFoundError):
            if ending == "-shm" or not beside.stat().st_size:  # created by reading
                beside.unlink()
            else:
                beside.rename(f"{aside}{ending}")
