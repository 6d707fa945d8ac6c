"""The SQLite file the log lies in: making it, and telling it from files of others.

A file that is taken away or replaced is noticed, and any number of threads and processes can use
it at once. The problems it can have are told in `store`, which alone uses it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from stoette_tui.log.connection import LogConnection
from stoette_tui.problems import Problem, ProblemError

if TYPE_CHECKING:
    import sqlite3  # at run time only once there is a file: a first start needs none of it
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FILE_NAME: Final = "progress.sqlite3"
COMPANIONS: Final = ("-wal", "-shm", "-journal")
"""What the names of files end in that SQLite keeps beside one, and that belong to it."""
BACKUPS: Final = "backups"
"""The folder beside it."""
APPLICATION_ID: Final = 0x73746F65  # "stoe"
VERSION: Final = 2
COARSEST_CLOCK_NS: Final = 3_000_000_000  # FAT and some network shares count in two seconds

# `act` is one action: the id of its first row. `undoes` is the act that this one takes back.
# `checksum` is over all other values of the row. It is the last column: carving tells a row of
# version 1 by having one less. Every index ends in the id, unsaid. INSERT OR REPLACE deletes
# without asking the delete trigger.
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
    return frozenset(
        {
            ("sqlite_sequence", "CREATE TABLE sqlite_sequence(name,seq)"),
            *((each.split()[2], each) for each in schema if each.startswith("CREATE")),
        }
    )


_OBJECTS: Final = {
    1: _objects(each.replace(",\n        checksum INTEGER NOT NULL", "") for each in SCHEMA),
    VERSION: _objects(SCHEMA),
}
"""What SQLite's own table of the schema says of a log of each version: the statements as given."""
_EMPTY: Final = (
    "CREATE TEMP TABLE change (id, at, act, undoes, round, item, field, value, checksum)"
)


class LogFile:
    """The file in `folder`; nothing is created there before the first write."""

    def __init__(self, folder: Path) -> None:
        self.path = folder.absolute() / FILE_NAME
        self.connection = LogConnection(self.path)

    def is_missing(self) -> bool:
        """Whether there is no file yet. One that cannot be reached is said by whoever reads it."""
        try:
            self.path.stat()
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return False

    def obstacle(self) -> Problem | None:
        """What stands in the way of writing, as far as can be told without trying."""
        folder, able = self.path.parent, os.W_OK | os.X_OK
        if os.access(self.path, os.W_OK) and os.access(folder, able):
            return None
        folder = next(path for path in self.path.parents if path.exists())
        if not folder.is_dir():
            reason = errno.ENOTDIR
        elif not os.access(folder, able) or self._may_only_be_read():
            reason = errno.EACCES
        else:
            return None
        return Problem("store_unwritable", str(self.path), {"reason": os.strerror(reason)})

    def _may_only_be_read(self) -> bool:
        """Asked in this order, as somebody else may be making the file just now."""
        return self.path.exists() and not os.access(self.path, os.W_OK)

    def fingerprint(self) -> tuple[int, ...] | None:
        """What is cheap to get and differs when the file does; None when there is no file."""
        try:
            stat = self.path.stat()
        except OSError:
            return None
        size, changed = stat.st_size, stat.st_mtime_ns
        with contextlib.suppress(OSError):
            ahead = self.path.with_name(f"{FILE_NAME}-wal").stat()
            size, changed = size + ahead.st_size, max(changed, ahead.st_mtime_ns)
        now = time.time_ns()
        return stat.st_ino, size, changed, 0 if now - changed > COARSEST_CLOCK_NS else now

    @contextmanager
    def reading(self, *, required: bool = False) -> Iterator[sqlite3.Connection]:
        """The log as it is at one moment; an empty one when there is none and it may be so."""
        with self._as_problems("store_unreadable"):
            if not self.is_missing():
                with self.connection.use() as db:
                    db.execute("BEGIN")
                    if self._has_log(db):
                        yield db
                        return
            if required:
                raise ProblemError.of("store_gone", str(self.path))
            import sqlite3

            with closing(sqlite3.connect(":memory:")) as db:
                db.execute(_EMPTY)
                yield db

    @contextmanager
    def writing(self, *, required: bool) -> Iterator[sqlite3.Connection]:
        """One transaction, committed at the end; the file is made unless it has to be there."""
        with self._as_problems("store_unwritable"):
            if obstacle := self.obstacle():
                raise ProblemError([obstacle])
            is_new = self.is_missing()
            if is_new:
                if required:
                    raise ProblemError.of("store_gone", str(self.path))
                self.connection.create()
            file = self.connection.file()
            has_log = partial(self._has_log, is_new=is_new)
            with self.connection.use() as db:
                self.connection.write_ahead(db, has_log)
                db.execute("BEGIN IMMEDIATE")
                if self.connection.file() != file:  # a damaged one was set aside by somebody else
                    raise ProblemError.of("store_replaced", str(self.path))
                if not has_log(db):
                    if required:
                        raise ProblemError.of("store_gone", str(self.path))
                    for statement in SCHEMA:
                        db.execute(statement)
                yield db
                db.execute("COMMIT")

    def _has_log(self, db: sqlite3.Connection, *, is_new: bool = False) -> bool:
        """Whether there is a log, an error when what is there is not ours.

        Where there are backups, only a file that `is_new` is empty without something being wrong.
        """
        where = str(self.path)
        application, version, is_empty = identity(db)
        if is_empty:
            if not is_new and has_backups(self.path):
                raise ProblemError.of("store_damaged", where, reason="empty")
            return False
        if application != APPLICATION_ID:
            raise ProblemError.of("store_foreign", where)
        if version > VERSION:
            raise ProblemError.of("store_newer", where, version=str(version), known=str(VERSION))
        if version in _OBJECTS and not has_our_schema(db, version):
            raise ProblemError.of("store_foreign", where)
        if 1 <= version < VERSION:
            raise ProblemError.of("store_older", where, version=str(version), known=str(VERSION))
        if version < VERSION:
            raise ProblemError.of("store_damaged", where, reason=f"version {version}")
        return True

    @contextmanager
    def _as_problems(self, blocked: str) -> Iterator[None]:
        """Errors of the file system, and locks that stay, become the code `blocked`."""
        import sqlite3

        where = str(self.path)
        try:
            yield
        except sqlite3.Error as error:
            # Errors that the module itself raises have no code: it stumbled over what it read.
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if code == sqlite3.SQLITE_NOTADB:
                raise ProblemError.of("store_foreign", where) from error
            is_blocked = (
                isinstance(error, sqlite3.OperationalError) and code != sqlite3.SQLITE_ERROR
            )
            name = blocked if is_blocked else "store_damaged"
            raise ProblemError.of(name, where, reason=str(error)) from error
        except OSError as error:
            raise ProblemError.of(blocked, where, reason=error.strerror or str(error)) from error
        except UnicodeEncodeError as error:
            raise ProblemError.of("text_not_unicode") from error
        except UnicodeDecodeError as error:  # the message of SQLite quotes what is damaged
            raise ProblemError.of("store_damaged", where, reason=error.reason) from error


def has_backups(path: Path) -> bool:
    """Whether there was more in the log at `path` once, for all that can be seen."""
    return any((path.parent / BACKUPS).glob("progress-????-??-??.sqlite3"))


def identity(db: sqlite3.Connection) -> tuple[int, int, bool]:
    """Whose file it is, of which version, and whether nothing was ever in it.

    Each is asked for as a statement: a view of a foreign file can have the name of a table-valued
    pragma, and would be run in its place.
    """
    ((application,),) = fetch(db, "PRAGMA application_id")
    ((version,),) = fetch(db, "PRAGMA user_version")
    ((schema,),) = fetch(db, "PRAGMA schema_version")
    is_empty = application == version == schema == 0
    return application, version, is_empty and not fetch(db, f"{_READ_SCHEMA} LIMIT 1")


def has_our_schema(db: sqlite3.Connection, version: int) -> bool:
    """Whether the file has our table, indices and triggers, letter by letter, and nothing else.

    To be asked before anything else is read: a view in the place of the table can run for ever,
    and a trigger can undo what is written. Only the schema itself is read here, which runs nothing.
    """
    ours = _OBJECTS[version]
    return set(fetch(db, f"{_READ_SCHEMA} LIMIT {len(ours) + 1}")) == ours


def fetch(db: sqlite3.Connection, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """All rows at once: a half-read cursor that an exception holds on to would keep the lock."""
    return db.execute(sql, parameters).fetchall()
