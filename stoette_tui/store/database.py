"""The SQLite file: its schema, telling it from files of others, and transactions on it.

Each transaction has a connection of its own, so that threads and processes share nothing but
SQLite's locks, and a file that is taken away or replaced is noticed by the next transaction.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

from stoette_tui.base.files import make_folder, new_file
from stoette_tui.base.problems import Problem, ProblemError, reason_of
from stoette_tui.store import folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

APPLICATION_ID: Final = 0x73746F65  # "stoe"
VERSION: Final = 2
BUSY_SECONDS: Final = 10.0

# `act` is one action: the id of its first row. `undoes` is the act that this one takes back.
# `checksum` covers all other values of the row. Every index ends in the id, implicitly.
# INSERT OR REPLACE deletes without asking the delete trigger.
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
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {VERSION}",
)
_READ_SCHEMA: Final = "SELECT name, sql FROM main.sqlite_schema"


def _objects(schema: Iterable[str]) -> frozenset[tuple[str, str]]:
    created = {(each.split()[2], each) for each in schema if each.startswith("CREATE")}
    return frozenset({("sqlite_sequence", "CREATE TABLE sqlite_sequence(name,seq)"), *created})


_OBJECTS: Final = {
    1: _objects(each.replace(",\n        checksum INTEGER NOT NULL", "") for each in SCHEMA),
    VERSION: _objects(SCHEMA),
}
"""The names and statements in `sqlite_schema` of a log of each version."""


class LogFile:
    """The log in `data_folder`; nothing is created there before the first write."""

    def __init__(self, data_folder: Path) -> None:
        self.path = data_folder.absolute() / folder.LOG

    def write_error(self) -> Problem | None:
        """What would stop a write, as far as can be known without trying."""
        place = next(path for path in self.path.parents if os.access(path, os.F_OK))
        is_writable = os.access(place, os.W_OK | os.X_OK) and (
            self._is_missing() or os.access(self.path, os.W_OK)
        )
        if place.is_dir() and is_writable:
            return None
        reason = os.strerror(errno.EACCES if place.is_dir() else errno.ENOTDIR)
        return Problem("store_unwritable", str(self.path), {"reason": reason})

    def missing_log(self, *, is_expected: bool = False) -> Problem | None:
        """The problem of a log that is missing: where it `is_expected`, or there are backups."""
        problem = self._gone()
        is_problem = is_expected or problem.code == "store_restorable"
        return problem if is_problem and self._is_missing() else None

    def _gone(self) -> Problem:
        """The problem of a log that was there; it names the newest backup, where there is one."""
        with contextlib.suppress(OSError):
            for newest in folder.backups(self.path)[:1]:
                return Problem("store_restorable", str(self.path), {"day": newest.day})
        return Problem("store_missing", str(self.path))

    def _is_missing(self) -> bool:
        """Whether there is no file. One that is out of reach is a problem when it is read."""
        try:
            self.path.stat()
        except OSError as error:
            return isinstance(error, FileNotFoundError)
        return False

    @contextmanager
    def reading(self, *, required: bool = False) -> Iterator[sqlite3.Connection]:
        """The log as it is at one moment. One that is not `required` reads as empty if missing."""
        with self._problems("store_unreadable"):
            if not self._is_missing():
                with connect(self.path) as db:
                    db.execute("BEGIN")
                    if self._has_log(db):
                        yield db
                        return
            if required:
                raise ProblemError([self._gone()])
            with empty_log() as db:
                yield db

    @contextmanager
    def writing(self, *, required: bool) -> Iterator[sqlite3.Connection]:
        """A transaction, on the disk when it ends; a log that is not `required` is created."""
        with self._problems("store_unwritable"):
            if self._is_missing():
                if required:
                    raise ProblemError([self._gone()])
                self._create()
            before = self.path.stat()
            with write_transaction(self.path) as db:
                if not os.path.samestat(before, self.path.stat()):  # recovered by another process
                    raise ProblemError.of("store_replaced", str(self.path))
                if not self._has_log(db):
                    if required:
                        raise ProblemError([self._gone()])
                    create_schema(db)
                yield db

    def _create(self) -> None:
        """Creates an empty log, complete before it has its name."""
        make_folder(self.path.parent)
        with (
            contextlib.suppress(FileExistsError),  # another process was faster
            new_file(self.path, replace=False) as new,
            write_transaction(new) as db,
        ):
            create_schema(db)

    def _has_log(self, db: sqlite3.Connection) -> bool:
        """Whether there is a log of this version; an error when what is there is another file."""
        version = read_version(db, self.path)
        if 0 < version < VERSION:
            raise ProblemError.of(
                "store_older", str(self.path), version=str(version), known=str(VERSION)
            )
        return version == VERSION

    @contextmanager
    def _problems(self, blocked: str) -> Iterator[None]:
        """Raises errors of the file system, and locks that stay, with the code `blocked`."""
        where = str(self.path)
        try:
            yield
        except sqlite3.Error as error:
            if _code(error) == sqlite3.SQLITE_NOTADB:
                raise ProblemError.of("store_unknown_format", where) from error
            name = blocked if is_blocked(error, self.path) else "store_damaged"
            raise ProblemError.of(name, where, reason=str(error)) from error
        except OSError as error:
            raise ProblemError.of(blocked, where, reason=reason_of(error)) from error
        except UnicodeEncodeError as error:
            raise ProblemError.of("text_not_unicode") from error
        except UnicodeDecodeError as error:  # SQLite's message quotes the damage
            raise ProblemError.of("store_damaged", where, reason=error.reason) from error


@contextmanager
def connect(path: Path) -> Iterator[sqlite3.Connection]:
    """A new connection to an existing file. Raises `OSError` and `sqlite3.Error`.

    Readers ask for mode=rw too: after a crash the first one has to roll back what was half
    written. Where writing is not allowed, SQLite falls back to reading.
    """
    path.stat()  # SQLite has one and the same error for all that can be wrong
    db = sqlite3.connect(
        f"{path.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )
    # A flipped bit in one note must not make all the others unreadable.
    db.text_factory = lambda raw: raw.decode(errors="replace")
    with closing(db):
        yield db


@contextmanager
def write_transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """A transaction on an existing file, on the disk when the block ends without an error.

    That includes the removal of the rollback journal, which would undo it after a power cut.
    """
    with connect(path) as db:
        db.execute("PRAGMA synchronous = EXTRA")
        db.execute("PRAGMA fullfsync = ON")  # macOS alone: past the cache of the disk
        db.execute("BEGIN IMMEDIATE")
        yield db
        db.execute("COMMIT")


@contextmanager
def empty_log() -> Iterator[sqlite3.Connection]:
    """A log in memory, with nothing in it."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        create_schema(db)
        yield db


def create_schema(db: sqlite3.Connection) -> None:
    """Makes table, indexes and triggers in an empty database, and marks it as ours."""
    for statement in SCHEMA:
        db.execute(statement)


def read_version(db: sqlite3.Connection, log: Path) -> int:
    """The version of the log, which is no newer than ours; 0 of an empty file.

    An empty file is as good as none, unless there are backups of what was in it. Codes:
    `store_damaged`, `store_unknown_format`, `store_newer`.

    The schema has to be ours letter by letter, before anything else is read: a view in the place
    of the table can run for ever, and a trigger can undo what is written. Reading the schema
    itself runs nothing. Each pragma is a statement, as a view can have the name of a table-valued
    pragma, and would be run in its place.
    """
    where = str(log)
    ((application,),) = fetch(db, "PRAGMA application_id")
    ((version,),) = fetch(db, "PRAGMA user_version")
    ((schema,),) = fetch(db, "PRAGMA schema_version")
    if application == version == schema == 0 and not fetch(db, f"{_READ_SCHEMA} LIMIT 1"):
        if folder.backups(log):
            raise ProblemError.of("store_damaged", where, reason="empty")
        return 0
    if application != APPLICATION_ID:
        raise ProblemError.of("store_unknown_format", where)
    if version > VERSION:
        raise ProblemError.of("store_newer", where, version=str(version), known=str(VERSION))
    if version not in _OBJECTS:
        raise ProblemError.of("store_damaged", where, reason=f"version {version}")
    ours = _OBJECTS[version]
    if set(fetch(db, f"{_READ_SCHEMA} LIMIT {len(ours) + 1}")) != ours:
        raise ProblemError.of("store_unknown_format", where)
    return int(version)


def version_of_table(db: sqlite3.Connection) -> int | None:
    """The version of the log whose table is in the file; None where it has no table of ours."""
    found = fetch(db, f"{_READ_SCHEMA} WHERE name = 'change' LIMIT 1")
    return next((each for each, ours in _OBJECTS.items() if found and found[0] in ours), None)


def fetch(db: sqlite3.Connection, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """All rows at once: a half-read cursor that an exception holds on to would keep the lock."""
    return db.execute(sql, parameters).fetchall()


def is_blocked(error: sqlite3.Error, path: Path) -> bool:
    """Whether the file is locked or out of reach, rather than damaged.

    A damaged header can say that a file may only be read which may be written to.
    """
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY:
        effective = os.access in os.supports_effective_ids
        return not os.access(path, os.W_OK, effective_ids=effective)
    return isinstance(error, sqlite3.OperationalError) and _code(error) != sqlite3.SQLITE_ERROR


def _code(error: sqlite3.Error) -> int:
    """The primary result code; errors that the module raises itself have none."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
