"""The SQLite file: its schema, how to tell it from other files, and transactions on it.

Each transaction has a connection of its own, so that threads and processes share nothing but
SQLite's locks, and the next transaction notices when the file is removed or replaced.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

from stoette_tui.base import data_folder
from stoette_tui.base.files import make_folder, new_file
from stoette_tui.base.problems import Problem, ProblemError, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLICATION_ID: Final = 0x73746F65  # "stoe"
VERSION: Final = 2
BUSY_SECONDS: Final = 10.0
READ_ERRORS: Final = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises, and what Python raises if SQLite's message quotes damaged text."""

# `act` is one action: the id of its first row. `undoes` is the act that this one takes back.
# `checksum` covers all other values of the row. Every index implicitly ends in the id.
# INSERT OR REPLACE deletes without firing the delete trigger.
SCHEMA: Final = (
    """CREATE TABLE change (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL,
        act INTEGER NOT NULL, undoes INTEGER,
        round TEXT NOT NULL, item TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
        checksum INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX change_by_field ON change (round, item, field)",
    "CREATE INDEX change_by_round ON change (round)",
    "CREATE INDEX change_of_rounds ON change (field) WHERE item = ''",
    """CREATE TRIGGER change_is_never_altered BEFORE UPDATE ON change
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END""",
    """CREATE TRIGGER change_is_never_deleted BEFORE DELETE ON change
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END""",
    """CREATE TRIGGER change_is_never_replaced BEFORE INSERT ON change
    WHEN NEW.id IN (SELECT id FROM change)
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END""",
)
_SEQUENCE: Final = "CREATE TABLE sqlite_sequence(name,seq)"  # created by SQLite itself
_FIRST_TABLE: Final = SCHEMA[0].replace(",\n        checksum INTEGER NOT NULL", "")
_VERSIONS: Final = {
    frozenset((_FIRST_TABLE, *SCHEMA[1:], _SEQUENCE)): 1,
    frozenset((*SCHEMA, _SEQUENCE)): VERSION,
}
"""The version of a log by the statements in its `sqlite_schema`."""


class LogFile:
    """The log in a data folder; nothing is created there before the first write."""

    def __init__(self, folder: Path) -> None:
        self.path = folder.absolute() / data_folder.LOG

    def write_error(self) -> Problem | None:
        """What would make a write fail, as far as is known without trying."""
        place = next(path for path in self.path.parents if os.access(path, os.F_OK))
        is_folder = place.is_dir() and os.access(place, os.W_OK | os.X_OK)
        if is_folder and (self._is_missing() or os.access(self.path, os.W_OK)):
            return None
        reason = os.strerror(errno.EACCES if place.is_dir() else errno.ENOTDIR)
        return Problem("store_unwritable", str(self.path), {"reason": reason})

    def missing_log(self, *, is_expected: bool = False) -> Problem | None:
        """The problem of a missing log, if it `is_expected` or there are backups."""
        if not self._is_missing():
            return None
        with contextlib.suppress(OSError):
            for newest in data_folder.backups(self.path)[:1]:
                return Problem("store_restorable", str(self.path), {"day": newest.day})
        return Problem("store_missing", str(self.path)) if is_expected else None

    def _is_missing(self) -> bool:
        """Whether there is no file, or an empty one with no backup of its contents.

        An inaccessible file is reported when it is opened.
        """
        try:
            return not self.path.stat().st_size and not data_folder.backups(self.path)
        except OSError as error:
            return isinstance(error, FileNotFoundError)

    @contextmanager
    def reading(self, *, required: bool = False) -> Iterator[sqlite3.Connection]:
        """A consistent snapshot of the log. Unless `required`, a missing log reads as empty."""
        with (
            self._problems("store_unreadable", required=required),
            empty_log() if self._is_missing() else connect(self.path) as db,
        ):
            db.execute("BEGIN")
            self._check_version(db)
            yield db

    @contextmanager
    def writing(self, *, required: bool) -> Iterator[sqlite3.Connection]:
        """A transaction, on disk when it ends; unless `required`, a missing log is created."""
        with self._problems("store_unwritable", required=required):
            if is_new := not required and self._is_missing():
                make_folder(self.path.parent)
                with contextlib.suppress(FileExistsError), new_file(self.path, replace=False):
                    pass  # empty, and private before anything is written to it
            before = self.path.stat()
            with write_transaction(self.path) as db:
                now = self.path.stat()
                if not os.path.samestat(before, now):  # another process has recovered it
                    raise ProblemError.of("store_damaged", str(self.path))
                if is_new and not now.st_size:
                    create_schema(db)
                self._check_version(db)
                yield db

    def _check_version(self, db: sqlite3.Connection) -> None:
        if (version := read_version(db, self.path)) < VERSION:
            where, known = str(self.path), str(VERSION)
            raise ProblemError.of("store_older", where, version=str(version), known=known)

    @contextmanager
    def _problems(self, blocked: str, *, required: bool) -> Iterator[None]:
        """Converts file system errors, and locks that are not released, to the code `blocked`."""
        where = str(self.path)
        if required and (missing := self.missing_log(is_expected=True)):
            raise ProblemError([missing])
        try:
            yield
        except READ_ERRORS as error:
            if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
                raise ProblemError.of("store_unknown_format", where) from error
            code = blocked if is_blocked(error, self.path) else "store_damaged"
            raise ProblemError.of(code, where, reason=str(error)) from error
        except OSError as error:
            raise ProblemError.of(blocked, where, reason=reason_of(error)) from error
        except UnicodeEncodeError as error:
            raise ProblemError.of("text_not_unicode") from error


def connect(path: Path) -> closing[sqlite3.Connection]:
    """A new connection to an existing file. Raises `OSError` and `sqlite3.Error`.

    Readers also use mode=rw: after a crash, the first one has to roll back a half-written
    transaction. If writing is not allowed, SQLite falls back to read-only.
    """
    path.stat()  # SQLite has the same error for every cause
    uri = f"{path.as_uri()}?mode=rw"
    return closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None))


@contextmanager
def write_transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """A transaction on an existing file, on disk when the block ends without an error.

    That includes deleting the rollback journal, which would undo it after a power cut.
    """
    with connect(path) as db:
        db.execute("PRAGMA synchronous = EXTRA")
        db.execute("PRAGMA fullfsync = ON")  # macOS only: past the disk's cache
        db.execute("BEGIN IMMEDIATE")
        yield db
        db.execute("COMMIT")


@contextmanager
def empty_log() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        create_schema(db)
        yield db


def create_schema(db: sqlite3.Connection) -> None:
    """Creates table, indexes and triggers in an empty database, and marks it as ours."""
    for statement in SCHEMA:
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {VERSION}")


def read_version(db: sqlite3.Connection, log: Path) -> int:
    """The version of the log; 0 for an empty file. Codes: `store_unknown_format`, `store_newer`.

    The schema must match ours exactly before anything else is read: a view in place of the table
    can run for ever, and a trigger can undo a write. Reading the schema runs nothing. Pragmas are
    statements, as a view can take the name of a table-valued pragma function.
    """
    ((version,),) = fetch(db, "PRAGMA user_version")
    if version > VERSION and fetch(db, "PRAGMA application_id") == [(APPLICATION_ID,)]:
        raise ProblemError.of("store_newer", str(log), version=str(version), known=str(VERSION))
    found = frozenset(sql for (sql,) in fetch(db, "SELECT sql FROM main.sqlite_schema LIMIT 9"))
    if found in _VERSIONS:
        return _VERSIONS[found]
    if fetch(db, "PRAGMA page_count") == [(0,)] and not data_folder.backups(log):
        return 0
    raise ProblemError.of("store_unknown_format", str(log))


def has_our_table(db: sqlite3.Connection) -> bool:
    """Whether `change` is a table as created by any version, and not a view, which would be run."""
    sql = "SELECT 1 FROM main.sqlite_schema WHERE sql IN (?, ?)"
    return bool(fetch(db, sql, SCHEMA[0], _FIRST_TABLE))


def fetch(db: sqlite3.Connection, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """All rows at once, as a half-read cursor kept alive by an exception would hold the lock."""
    return db.execute(sql, parameters).fetchall()


def is_blocked(error: Exception, path: Path) -> bool:
    """Whether the file is locked or inaccessible, rather than damaged.

    A damaged header can declare a writable file to be read-only.
    """
    name = getattr(error, "sqlite_errorname", "SQLITE_ERROR")  # missing if Python raised the error
    if name == "SQLITE_READONLY":
        effective = os.access in os.supports_effective_ids
        return not os.access(path, os.W_OK, effective_ids=effective)
    return isinstance(error, sqlite3.OperationalError) and not name.startswith("SQLITE_ERROR")
