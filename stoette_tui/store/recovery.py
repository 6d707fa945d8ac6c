"""Keeping the log whole: copies of it, and a new one in the place of a damaged or older one.

The file that was there is set aside as it is. What SQLite can still read in it is in the new one,
and, where it was damaged, what the newest backup of the same log has besides.

All functions raise `OSError` and `sqlite3.Error`, and have changed nothing then.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from stoette_tui.base import data_folder, files
from stoette_tui.base.problems import Problem, ProblemError
from stoette_tui.review.history import NAME, by_round, names_to_give
from stoette_tui.store import database, queries
from stoette_tui.store.database import UNREADABLE, VERSION, fetch

if TYPE_CHECKING:
    from pathlib import Path

    from stoette_tui.review.progress import Change

KEPT: Final = 10  # backups
_PATIENCE: Final = 60.0  # seconds for another process to recover it
_PAGE: Final = 4096
_SHORTEST_ROW: Final = 20  # bytes; it limits how many rows a file can have
_WALKS: Final = (
    ("SELECT * FROM change WHERE id > ? ORDER BY id LIMIT 1", 0, 1),
    ("SELECT * FROM change WHERE id < ? ORDER BY id DESC LIMIT 1", 2**63 - 1, -1),
)
"""For each way through the rows: the query for the next one, where it begins, and its step."""


def back_up(log: Path) -> None:
    """Makes or renews the day's backup, and deletes those older than the newest ten.

    Nobody else writes or backs up until that has its name, so that of two processes which renew
    it, the one with the newer copy comes last.
    """
    with database.write_transaction(log), database.connect(log) as db:
        target = data_folder.todays_backup(log).file
        files.make_folder(target.parent)
        with files.new_file(target, replace=True) as new:
            db.execute("VACUUM INTO ?", (str(new),))
        for old in data_folder.backups(log)[KEPT:]:
            old.file.unlink(missing_ok=True)


def is_intact(log: Path) -> bool:
    """Whether nothing is damaged in the log. Of a newer one, only the version is looked at."""
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
    except UNREADABLE as error:
        if database.is_blocked(error, log):
            raise
        return False


def recover(log: Path) -> Problem | None:
    """Puts a new log in the place of a damaged or older one; returns the notice of damage.

    Several processes may meet it at once: one of them does the work, the others wait. Codes, by
    whether anything could be read in the file, and in a backup besides: `store_recovered`,
    `store_recovered_with_backup`, `store_from_backup`, `store_reset`; the place is the file set
    aside, the details are `rounds`, `changes` and `day`, that of the backup.
    """
    from filelock import FileLock

    log = log.resolve()  # beside the file itself, not beside a link to it
    lock = log.with_name(data_folder.LOCK)
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
        older = None
        if is_intact(log):
            if not log.stat().st_size:  # the very first write was rolled back
                return None
            older = database.read_version(db, log)
            if older == VERSION:
                return None
        # Closing any handle of a file drops all locks the process has on it, so it comes last.
        with log.open("rb") as raw, files.new_file(log, replace=True) as new:
            found = _readable(raw.read(), log, beside=log)
            day, changes = ("", found) if older else _with_backup(log, found)
            recovered = _ordered(changes)
            with database.write_transaction(new) as to:
                database.create_schema(to)
                queries.insert(to, recovered)
                for round_id, name in names_to_give(recovered).items():
                    queries.append(to, round_id, {NAME: name})
            if os.name == "nt":  # Windows renames and replaces no open file
                db.close()
                raw.close()
            aside = data_folder.aside(log, older)
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
    """What can be read in a backup, oldest first; nobody may be writing to it."""
    # The copies lie beside the folder, as backups may be kept where nothing can be written.
    return _ordered(_readable(file.read_bytes(), file, beside=file.parent))


def _readable(data: bytes, file: Path, *, beside: Path) -> dict[int, Change]:
    """All rows in copies of the file that SQLite can read and that are as they were written.

    The first page, with the header and the schema, is nearly the same in every log. Where it is
    damaged, that of an empty log leads to the rows.
    """
    with database.empty_log() as db:
        first_page = bytearray(db.serialize()[:_PAGE])
    first_page[92:96] = b"\0\0\0\1"  # other than the change counter: its page count is not ours
    found: dict[int, Change] = {}
    for content in (first_page + data[_PAGE:], data):
        with files.temporary_file(beside) as copy:
            copy.write_bytes(content)
            with contextlib.suppress(FileNotFoundError):  # the first releases left one when killed
                shutil.copyfile(f"{file}-wal", f"{copy}-wal")
            found |= _rows(copy)
    return found


def _rows(file: Path) -> dict[int, Change]:
    """Row by row, as a query for all of them would end at the first that is damaged.

    Past damage it goes id by id, at most as often as the file can have rows, and from both ends.
    """
    rows = []
    with contextlib.suppress(*UNREADABLE), database.connect(file) as db:
        if database.has_our_table(db):
            for next_row, id_, step in _WALKS:
                for _ in range(file.stat().st_size // _SHORTEST_ROW):
                    try:
                        found = fetch(db, next_row, id_)
                    except UNREADABLE:
                        id_ += step
                        continue
                    if not found:
                        break
                    rows += found
                    id_ = found[0][0]
    return {change.id: change for change in queries.as_changes(rows)}


def _with_backup(log: Path, found: dict[int, Change]) -> tuple[str, dict[int, Change]]:
    """The rows with those of the newest backup of the same log, and its day if it added any."""
    rounds = {change.round for change in found.values()}
    for backup in data_folder.backups(log):
        kept = {change.id: change for change in read(backup.file)}
        if kept and (not found or rounds & {change.round for change in kept.values()}):
            return "" if kept.items() <= found.items() else backup.day, found | kept
    return "", found


def _ordered(changes: dict[int, Change]) -> list[Change]:
    return [changes[id_] for id_ in sorted(changes)]


def _set_aside(log: Path, aside: Path) -> None:
    """Gives the file another name, and what SQLite has beside it as well.

    It keeps its old name too until the new file takes that, so that nobody finds none and begins
    with an empty log; where there are no hard links, there is none for a moment.
    """
    files.make_folder(aside.parent)
    files.publish(log, aside)
    aside.chmod(0o600)
    for ending in files.SQLITE_ENDINGS:
        beside = log.with_name(f"{log.name}{ending}")
        with contextlib.suppress(FileNotFoundError):
            if ending == "-shm" or not beside.stat().st_size:  # made by reading
                beside.unlink()
            else:
                beside.rename(f"{aside}{ending}")
