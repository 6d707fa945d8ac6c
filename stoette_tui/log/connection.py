"""Connections to the file the log lies in: one for each use, or one that is kept for all.

A kept one writes ahead (WAL): a commit then waits for the disk once, in place of five times. The
file goes back to SQLite's usual way, and is whole by itself, when the last window lets go of it,
unless a command is at it in that very moment.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stoette_tui.files import make_folder

if TYPE_CHECKING:
    import sqlite3  # at run time only once there is a file: a first start needs none of it
    from collections.abc import Callable, Iterator
    from pathlib import Path

BUSY_SECONDS = 10.0
QUIET_SECONDS = 3.0
"""After the last write until what was written ahead is cleared away, and the disk space with it."""

# Closing any descriptor of a file drops all POSIX locks this process has on it, those of SQLite in
# other threads included. So nobody connects while `create` has the new file open.
_creating = threading.Lock()


def connect(path: Path) -> sqlite3.Connection:
    """A new connection to the file, without a transaction. Raises `OSError` and `sqlite3.Error`.

    Readers too ask for mode=rw: after a crash, the first one to come has to be able to roll back
    what was half written. Where writing is not allowed SQLite falls back to reading.
    """
    import sqlite3

    path.stat()  # SQLite has one and the same error for all that can be wrong
    with _creating:
        db = sqlite3.connect(
            f"{path.as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
    # A flipped bit in one note must not make all the others unreadable.
    db.text_factory = lambda raw: raw.decode(errors="replace")
    return db


def make_last(db: sqlite3.Connection) -> None:
    """Has each commit wait for the disk; where it is the removal of a journal, for that too."""
    db.execute("PRAGMA synchronous = EXTRA")
    db.execute("PRAGMA fullfsync = ON")  # macOS alone: past the cache of the disk
    db.execute("PRAGMA checkpoint_fullfsync = ON")


def _is_writing_ahead(db: sqlite3.Connection) -> bool:
    """Asks for it; some network drives cannot, and this alone does not wait for a busy writer.

    All goes on in the usual way then, in which the transaction waits, until the next write asks.
    """
    import sqlite3

    try:
        (mode,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return bool(mode == "wal")


class LogConnection:
    """The way to the file at `path`, for any number of threads; they take turns at a kept one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_kept = False
        self._turn = threading.RLock()
        self._kept: sqlite3.Connection | None = None
        self._left: list[sqlite3.Connection] = []
        self._kept_state: tuple[int, ...] | None = None
        self._writes_ahead = False
        self._is_ahead = False
        self._written = 0.0

    @contextmanager
    def kept(self) -> Iterator[None]:
        """While in here, what the first use opens is kept for the next ones."""
        self._is_kept = True
        try:
            yield
        finally:
            with self._turn:
                self._is_kept = False
                if self._kept and self._kept_state and self.file() == self._kept_state[:3]:
                    self._at_once("PRAGMA journal_mode = DELETE")
                self._let_go()
            self._close_left()

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        """A connection, without a transaction. Raises `FileNotFoundError` where there is no file.

        A kept one is left as soon as something goes wrong, or the file is another one. What is left
        is closed when the next one is asked for: the last to close a file writes into it what was
        written ahead, and a damaged one is first to be set aside as it is.
        """
        self._close_left()
        with self._turn if self._is_kept else contextlib.nullcontext():
            db = self._kept_connection() if self._is_kept else connect(self._path)
            try:
                yield db
                if db.in_transaction:
                    db.execute("ROLLBACK")
            except BaseException:
                self._leave(db)
                raise
            if db is self._kept:
                self._kept_state = self._state()
            else:
                db.close()

    def write_ahead(
        self, db: sqlite3.Connection, check: Callable[[sqlite3.Connection], object]
    ) -> None:
        """To be called before what is to be written: it is to last, and on a kept one to be quick.

        `check` raises where the file must not be changed in any way.
        """
        self._written = time.monotonic()
        if db is self._kept and self._writes_ahead:
            self._is_ahead = True
            return
        make_last(db)
        if db is self._kept:
            check(db)
            self._is_ahead = self._writes_ahead = _is_writing_ahead(db)

    def settle(self) -> None:
        """Takes what was written ahead into the file itself, unless somebody is in the way.

        Whoever copies the file has everything then. As long as more may come, the space on the
        disk is kept: to write over it is quicker than to ask for it again. Never raises.
        """
        with self._turn:
            if self._is_ahead and self._is_in_place():
                is_quiet = time.monotonic() - self._written >= QUIET_SECONDS
                mode = "TRUNCATE" if is_quiet else "RESTART"
                is_settled = self._at_once(f"PRAGMA wal_checkpoint({mode})")
                self._is_ahead = not (is_settled and is_quiet)
                self._kept_state = self._state()

    def create(self) -> None:
        """An empty file that only its owner can read, in such a folder, whatever the umask."""
        make_folder(self._path.parent)
        with _creating:
            try:
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            except FileExistsError:
                return
            self._path.chmod(0o600)

    def file(self) -> tuple[int, ...] | None:
        """Which file there is, and whether it may be written to; None for none within reach.

        A connection that was made when it might not be written to never writes.
        """
        state = self._state()
        return state and state[:3]

    def _state(self) -> tuple[int, ...] | None:
        """The file, and what changes when somebody writes over it without SQLite."""
        try:
            stat = self._path.stat()
        except OSError:
            return None
        may_write = os.access(self._path, os.W_OK)
        return stat.st_dev, stat.st_ino, may_write, stat.st_size, stat.st_mtime_ns

    def _is_in_place(self) -> bool:
        """Whether the kept connection is to the file that is there now."""
        return bool(self._kept and self._kept_state) and self._state() == self._kept_state

    def _kept_connection(self) -> sqlite3.Connection:
        if self._kept is None or not self._is_in_place():
            self._let_go()
            self._kept_state = self._state()
            self._kept = connect(self._path)
        return self._kept

    def _leave(self, db: sqlite3.Connection) -> None:
        import sqlite3

        with contextlib.suppress(sqlite3.Error):
            db.rollback()
        self._left.append(db)
        if db is self._kept:
            self._kept = None
            self._let_go()

    def _close_left(self) -> None:
        with contextlib.suppress(IndexError):  # another thread can be at it too
            while True:
                self._left.pop().close()

    def _let_go(self) -> None:
        if self._kept:
            self._kept.close()
        self._kept, self._kept_state = None, None
        self._writes_ahead = self._is_ahead = False

    def _at_once(self, sql: str) -> bool:
        """Runs it on the kept connection without waiting for anybody; whether nobody was there."""
        import sqlite3

        assert self._kept
        with contextlib.suppress(sqlite3.Error):
            self._kept.execute("PRAGMA busy_timeout = 0")
            try:
                return bool(self._kept.execute(sql).fetchone()[0] != 1)
            finally:
                self._kept.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
        return False
