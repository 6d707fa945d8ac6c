"""The SQLite file the log lies in: making it, opening it, and telling it from files of others.

Every use opens the file and closes it again: a file that is taken away or replaced is noticed, and
any number of threads and processes can use it at once. The problems it can have are told in
`store`, which alone uses it.
"""

from __future__ import annotations

import errno
import os
import threading
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

from stoette_tui.problems import Problem, ProblemError

if TYPE_CHECKING:
    import sqlite3  # at run time only once there is a file: a first start needs none of it
    from collections.abc import Iterator
    from pathlib import Path

FILE_NAME: Final = "progress.sqlite3"
BACKUPS: Final = "backups"
"""The folder beside it."""
APPLICATION_ID: Final = 0x73746F65  # "stoe"
VERSION: Final = 1
BUSY_SECONDS = 10.0
COARSEST_CLOCK_NS: Final = 3_000_000_000  # FAT and some network shares count in two seconds

# `act` is one action: the id of its first row. `undoes` is the act that this one takes back.
# Every index ends in the id, unsaid. INSERT OR REPLACE deletes without asking the delete trigger.
SCHEMA: Final = (
    """CREATE TABLE change (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL,
        act INTEGER NOT NULL, undoes INTEGER,
        round TEXT NOT NULL, item TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL
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
_EMPTY: Final = "CREATE TEMP TABLE change (id, at, act, undoes, round, item, field, value)"

# Closing any descriptor of a file drops all POSIX locks this process has on it, those of SQLite in
# other threads included. So nobody connects while `_create` has the new file open.
_creating = threading.Lock()


class LogFile:
    """The file in `folder`; nothing is created there before the first write."""

    def __init__(self, folder: Path) -> None:
        self.path = folder.absolute() / FILE_NAME

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
        folder = next(path for path in self.path.parents if path.exists())
        if not folder.is_dir():
            reason = errno.ENOTDIR
        elif not os.access(folder, os.W_OK | os.X_OK) or (
            self.path.exists() and not os.access(self.path, os.W_OK)
        ):
            reason = errno.EACCES
        else:
            return None
        return Problem("store_unwritable", str(self.path), {"reason": os.strerror(reason)})

    def fingerprint(self) -> tuple[int, ...] | None:
        """What is cheap to get and differs when the file does; None when there is no file."""
        try:
            stat = self.path.stat()
        except OSError:
            return None
        now = time.time_ns()
        is_settled = now - stat.st_mtime_ns > COARSEST_CLOCK_NS
        return stat.st_ino, stat.st_size, stat.st_mtime_ns, 0 if is_settled else now

    @contextmanager
    def reading(self, *, required: bool = False) -> Iterator[sqlite3.Connection]:
        """The log as it is at one moment; an empty one when there is none and it may be so."""
        with self._as_problems("store_unreadable"), closing(self._connect(or_empty=True)) as db:
            db.execute("BEGIN")
            if not self._has_log(db, required=required):
                db.execute(_EMPTY)
            yield db

    @contextmanager
    def writing(self, *, required: bool) -> Iterator[sqlite3.Connection]:
        """One transaction, committed at the end; the file is made unless it has to be there."""
        with self._as_problems("store_unwritable"):
            is_new = not required and self._create()
            with closing(self._begin(or_empty=required)) as db:
                if not self._has_log(db, required=required, is_new=is_new):
                    for statement in SCHEMA:
                        db.execute(statement)
                yield db
                db.execute("COMMIT")

    def _begin(self, *, or_empty: bool) -> sqlite3.Connection:
        """A connection that alone may write to the file that is in place now.

        While it waited for that, a damaged file may have been set aside and mended.
        """
        while True:
            file = self._inode()
            db = self._connect(or_empty=or_empty)
            try:
                # EXTRA: the commit is the removal of the journal, and that is to last too.
                db.execute("PRAGMA synchronous = EXTRA")
                db.execute("BEGIN IMMEDIATE")
            except BaseException:
                db.close()
                raise
            if self._inode() == file:
                return db
            db.close()

    def _inode(self) -> int | None:
        try:
            return self.path.stat().st_ino
        except FileNotFoundError:
            return None

    def _create(self) -> bool:
        """An empty file that only its owner can read, in such a folder; whether it was made now."""
        make_folder(self.path.parent)
        with _creating:
            try:
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            except FileExistsError:
                return False
            self.path.chmod(0o600)
        return True

    def _connect(self, *, or_empty: bool) -> sqlite3.Connection:
        """A connection to the file; to an empty database in memory if asked and there is no file.

        Readers too ask for mode=rw: after a crash, the first one to come has to be able to roll
        back what was half written. Where writing is not allowed SQLite falls back to reading.
        """
        import sqlite3

        database = f"{self.path.as_uri()}?mode=rw"
        try:
            self.path.stat()
        except FileNotFoundError:
            if not or_empty:
                raise
            database = ":memory:"
        with _creating:
            db = sqlite3.connect(database, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        # A flipped bit in one note must not make all the others unreadable.
        db.text_factory = lambda raw: raw.decode(errors="replace")
        return db

    def _has_log(self, db: sqlite3.Connection, *, required: bool, is_new: bool = False) -> bool:
        """Whether there is a log, an error when there should be one or when it is not ours.

        Where there are backups, only a file that `is_new` is empty without something being wrong.
        """
        where = str(self.path)
        sql = "SELECT * FROM pragma_application_id, pragma_user_version, pragma_schema_version"
        ((application, version, schema),) = rows(db, sql)
        if application == version == schema == 0:
            if not is_new and not self.is_missing() and has_backups(self.path):
                raise ProblemError.of("store_damaged", where, reason="empty")
            if required:
                raise ProblemError.of("store_gone", where)
            return False
        if application != APPLICATION_ID:
            raise ProblemError.of("store_foreign", where)
        if version > VERSION:
            raise ProblemError.of("store_newer", where, version=str(version), known=str(VERSION))
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


def make_folder(folder: Path) -> None:
    """A folder that only its owner can enter, with those above it, whatever the umask."""
    for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        try:
            path.mkdir(0o700)
        except FileExistsError:  # another process was faster
            continue
        path.chmod(0o700)


def rows(db: sqlite3.Connection, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """All rows at once: a half-read cursor that an exception holds on to would keep the lock."""
    return db.execute(sql, parameters).fetchall()
