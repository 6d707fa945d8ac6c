"""The one SQLite file that keeps the progress: an append-only log of changes.

A row is never changed or removed. The present is the newest row of every field, undo is one more
row. Every method opens the file, does its work and closes it again: a file that is taken away or
replaced is noticed, and any number of threads and processes can use it at once.

A method that cannot do its work raises `ProblemError` and has changed nothing. The codes:
`store_foreign` (not a file of ours), `store_newer` (details `version`, `known`), `store_damaged`,
`store_unreadable`, `store_unwritable` (these three with a short `reason`), `store_gone` (a round
is named, but there is no file, or nothing in it), `round_unknown` (detail `round`),
`round_archived` (detail `name`), `text_not_unicode` (a lone surrogate, which no file can hold).
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from stoette_tui.problems import ProblemError
from stoette_tui.progress import (
    BLANK_VALUES,
    Change,
    Progress,
    RoundSummary,
    clean_name,
    makes_sense,
    open_plans,
    replay,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

FILE_NAME: Final = "progress.sqlite3"
APPLICATION_ID: Final = 0x73746F65  # "stoe"
VERSION: Final = 1
BUSY_SECONDS = 10.0
COARSEST_CLOCK_NS: Final = 3_000_000_000  # FAT and some network shares count in two seconds

# `act` is one action: the id of its first row. `undoes` is the act that this one takes back.
# Every index ends in the id, unsaid. INSERT OR REPLACE deletes without asking the delete trigger.
_SCHEMA: Final = (
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

# Closing any descriptor of a file drops all POSIX locks this process has on it, those of SQLite in
# other threads included. So nobody connects while `_create_file` has the new file open.
_creating = threading.Lock()


class Store:
    """The log in `folder`; nothing is created there before the first write."""

    def __init__(self, folder: Path) -> None:
        self.path = folder.absolute() / FILE_NAME

    def fingerprint(self) -> tuple[int, ...] | None:
        """What is cheap to get and differs when the file does; None when there is no file.

        Take it before reading, and read again when it differs. As clocks of file systems are
        coarse, a file that was written a moment ago never gives the same twice. Never raises.
        """
        try:
            stat = self.path.stat()
        except OSError:
            return None
        now = time.time_ns()
        is_settled = now - stat.st_mtime_ns > COARSEST_CLOCK_NS
        return stat.st_ino, stat.st_size, stat.st_mtime_ns, 0 if is_settled else now

    def current_round_id(self) -> str | None:
        """The round that was opened last; None when there is none yet."""
        with self._reading() as db:
            return _current(db)

    def progress(self, round_id: str | None = None) -> Progress:
        """A round as it stands, the current one unless named; empty when there is none yet."""
        with self._reading(round_id) as db:
            return _progress(db, _target(db, round_id))

    def changes_since(self, progress: Progress) -> list[Change]:
        """What the round of `progress` has got since; the whole current round when it has none.

        Meant for `replay`. In a file that was put in the place of another (the first number of
        the fingerprint differs) the ids mean something else: take the whole `progress` then.
        """
        return self._log(progress.round.id if progress.round else None, progress.newest)

    def log(self, round_id: str) -> list[Change]:
        """Every change of a round, oldest first."""
        return self._log(round_id, 0)

    def rounds(self) -> list[RoundSummary]:
        """All rounds with their answers, in the order they were started."""
        with self._reading() as db:
            rows = _rows(
                db,
                """SELECT id, at, round, item, field, value FROM change WHERE id IN (
                    SELECT max(id) FROM change WHERE item = '' OR field = 'answer'
                    GROUP BY round, item, field
                    UNION SELECT min(id) FROM change WHERE item = '' GROUP BY round
                ) AND round IN (SELECT round FROM change WHERE item = '' AND field = 'name')
                ORDER BY id""",
            )
            changes_of: dict[str, list[Change]] = {}
            for change in _changes(rows):
                changes_of.setdefault(change.round, []).append(change)
            current = _current(db)
        return [
            RoundSummary(
                progress.round,
                {item: state.answer for item, state in progress.items.items()},
                progress.round.id == current,
            )
            for progress in (replay(Progress(), changes) for changes in changes_of.values())
            if progress.round is not None
        ]

    def record(
        self, round_id: str | None, edits: Mapping[tuple[str, str], str], first_round_name: str
    ) -> str | None:
        """Write one action, `{(item, field): value}`; it is on the disk when this returns.

        Goes to the current round unless one is named; the first round comes into being here, as
        `first_round_name`. An edit that changes nothing is not written. Returns the id of the
        round, None when there still is none as nothing was changed. ValueError when an edit makes
        no sense, which is a mistake of the caller.
        """
        for (item, field), value in edits.items():
            if not item or not makes_sense(item, field, value):
                raise ValueError((item, field, value))
        first_round_name = clean_name(first_round_name)
        is_blank = all(value == BLANK_VALUES[field] for (_, field), value in edits.items())
        if round_id is None and is_blank and self.current_round_id() is None:
            return None
        with self._writing(round_id) as db:
            target = _target(db, round_id, writable=True) or _start_round(db, first_round_name)
            changed = [
                (item, field, value)
                for (item, field), value in edits.items()
                if value != _value(db, target, item, field)
            ]
            _append(db, target, changed)
        return target

    def undo(self, round_id: str) -> list[Change]:
        """Take back the round's newest action on items that is not taken back already.

        Returns the rows written, whose values are the ones from before; none when nothing is left.
        """
        return self._take_back(round_id, redo=False)

    def redo(self, round_id: str) -> list[Change]:
        """Take back the newest undo, as long as no other action on items came after it."""
        return self._take_back(round_id, redo=True)

    def new_round(self, name: str, carry_from: str | None = None) -> str:
        """Start a round, with the open plans of another one, and make it the current one.

        Returns its id. Codes: those of `clean_name`, `name_taken` (detail `name`).
        """
        name = clean_name(name)
        with self._writing(carry_from) as db:
            _check_free(db, name)
            if carry_from is None:
                return _start_round(db, name)
            return _start_round(db, name, open_plans(_progress(db, _target(db, carry_from))))

    def rename_round(self, round_id: str, name: str) -> None:
        """Give a round another name; codes as for `new_round`."""
        name = clean_name(name)
        with self._writing(round_id) as db:
            _target(db, round_id, writable=True)
            _check_free(db, name, except_for=round_id)
            if name != _value(db, round_id, "", "name"):
                _append(db, round_id, [("", "name", name)])

    def open_round(self, round_id: str) -> None:
        """Make a round the current one; an archived one opens too, for reading."""
        with self._writing(round_id) as db:
            if _target(db, round_id) != _current(db):
                _append(db, round_id, [("", "opened", "1")])

    def archive_round(self, round_id: str, archived: bool) -> None:
        """Close a round for writing, or open it for writing again."""
        value = "1" if archived else ""
        with self._writing(round_id) as db:
            _target(db, round_id)
            if value != _value(db, round_id, "", "archived"):
                _append(db, round_id, [("", "archived", value)])

    def _log(self, round_id: str | None, newest: int) -> list[Change]:
        with self._reading(round_id) as db:
            sql = """SELECT id, at, round, item, field, value FROM change
                WHERE round = ? AND id > ? ORDER BY id"""
            return list(_changes(_rows(db, sql, _target(db, round_id), newest)))

    def _take_back(self, round_id: str, *, redo: bool) -> list[Change]:
        with self._writing(round_id) as db:
            _target(db, round_id, writable=True)
            act = _act_to_take_back(db, round_id, redo=redo)
            if act is None:
                return []
            sql = """SELECT item, field FROM change
                WHERE round = ? AND id >= ? AND act = ? ORDER BY id"""
            before = [
                (item, field, _value(db, round_id, item, field, before=act))
                for item, field in _rows(db, sql, round_id, act, act)
                if field in BLANK_VALUES
            ]
            return _append(db, round_id, before, undoes=act)

    @contextmanager
    def _reading(self, round_id: str | None = None) -> Iterator[sqlite3.Connection]:
        """The log as it is at one moment; an empty one when there is none."""
        with self._as_problems("store_unreadable"), closing(self._connect(or_empty=True)) as db:
            db.execute("BEGIN")
            if not self._has_log(db, round_id):
                db.execute("CREATE TEMP TABLE change (id, at, round, item, field, value)")
            yield db

    @contextmanager
    def _writing(self, round_id: str | None) -> Iterator[sqlite3.Connection]:
        """One transaction, committed at the end; the file is made unless a round is named."""
        with self._as_problems("store_unwritable"):
            if round_id is None:
                self._create_file()
            with closing(self._connect(or_empty=round_id is not None)) as db:
                db.execute("PRAGMA synchronous = FULL")
                db.execute("BEGIN IMMEDIATE")
                if not self._has_log(db, round_id):
                    for statement in _SCHEMA:
                        db.execute(statement)
                yield db
                db.execute("COMMIT")

    def _create_file(self) -> None:
        """An empty file that only its owner can read, in such a folder, whatever the umask."""
        folder = self.path.parent
        for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
            try:
                path.mkdir(0o700)
            except FileExistsError:  # another process was faster
                continue
            path.chmod(0o700)
        with _creating:
            try:
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            except FileExistsError:
                return
            self.path.chmod(0o600)

    def _connect(self, *, or_empty: bool) -> sqlite3.Connection:
        """A connection to the file; to an empty database in memory if asked and there is no file.

        Readers too ask for mode=rw: after a crash, the first one to come has to be able to roll
        back what was half written. Where writing is not allowed SQLite falls back to reading.
        """
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

    def _has_log(self, db: sqlite3.Connection, round_id: str | None) -> bool:
        """Whether there is a log, an error when there should be one or when it is not ours."""
        where = str(self.path)
        sql = "SELECT * FROM pragma_application_id, pragma_user_version, pragma_schema_version"
        ((application, version, schema),) = _rows(db, sql)
        if application == version == schema == 0:
            if round_id is not None:
                raise ProblemError.of("store_gone", where)
            return False
        if application != APPLICATION_ID:
            raise ProblemError.of("store_foreign", where)
        if version > VERSION:
            raise ProblemError.of("store_newer", where, version=str(version), known=str(VERSION))
        if version < VERSION:
            raise ProblemError.of("store_damaged", where, reason=f"version {version}")
        return True

    @contextmanager
    def _as_problems(self, blocked: str) -> Iterator[None]:
        """Errors of the file system, and locks that stay, become the code `blocked`."""
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


def _rows(db: sqlite3.Connection, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    # All at once: a half-read cursor that an exception holds on to would keep the file locked.
    return db.execute(sql, parameters).fetchall()


def _current(db: sqlite3.Connection) -> str | None:
    opened = _rows(
        db,
        """SELECT round FROM change WHERE item = '' AND field = 'opened' AND round IN (
            SELECT round FROM change WHERE item = '' AND field = 'name'
        ) ORDER BY id DESC LIMIT 1""",
    )
    return str(opened[0][0]) if opened else None


def _target(db: sqlite3.Connection, round_id: str | None, *, writable: bool = False) -> str | None:
    """The round that is named, else the current one, after a check that it can be used."""
    target = _current(db) if round_id is None else round_id
    if target is None:
        return None
    sql = "SELECT 1 FROM change WHERE round = ? AND item = '' AND field = 'name' LIMIT 1"
    if not _rows(db, sql, target):
        raise ProblemError.of("round_unknown", round=target)
    if writable and _value(db, target, "", "archived"):
        raise ProblemError.of("round_archived", name=_value(db, target, "", "name"))
    return target


def _check_free(db: sqlite3.Connection, name: str, except_for: str | None = None) -> None:
    names = _rows(
        db,
        """SELECT round, value FROM change WHERE id IN (
            SELECT max(id) FROM change WHERE item = '' AND field = 'name' GROUP BY round)""",
    )
    for other, taken in names:
        if other != except_for and str(taken).casefold() == name.casefold():
            raise ProblemError.of("name_taken", name=str(taken))


def _progress(db: sqlite3.Connection, round_id: str | None) -> Progress:
    """Out of the newest row of every field alone, and the first of all, which says the start."""
    rows = _rows(
        db,
        """SELECT id, at, round, item, field, value FROM change WHERE id IN (
            SELECT max(id) FROM change WHERE round = ?1 GROUP BY item, field
            UNION SELECT min(id) FROM change WHERE round = ?1 AND item = ''
        ) ORDER BY id""",
        round_id,
    )
    return replay(Progress(), _changes(rows))


def _changes(rows: Iterable[tuple[Any, ...]]) -> Iterator[Change]:
    """The rows as changes, without those whose types or time a damage has made senseless."""
    for id_, at, *texts in rows:
        try:
            moment = datetime.fromisoformat(at)
        except (TypeError, ValueError):
            continue
        if moment.tzinfo is UTC and all(isinstance(text, str) for text in texts):
            yield Change(id_, moment, *texts)


def _value(
    db: sqlite3.Connection, round_id: str, item: str, field: str, before: int = 2**63 - 1
) -> str:
    """What the newest row with an id below `before` says; blank if none does or makes sense."""
    sql = """SELECT value FROM change WHERE round = ? AND item = ? AND field = ? AND id < ?
        ORDER BY id DESC LIMIT 1"""
    for (value,) in _rows(db, sql, round_id, item, field, before):
        if isinstance(value, str) and makes_sense(item, field, value):
            return value
    return BLANK_VALUES.get(field, "")


def _act_to_take_back(db: sqlite3.Connection, round_id: str, *, redo: bool) -> int | None:
    """The act that an undo or a redo takes back next, found from the newest act backwards.

    Only acts whose first row is about an item count: what started a round begins with its name,
    so neither that nor the plans that came along is ever taken back.
    """
    sql = """SELECT this.act, this.undoes, undone.undoes IS NOT NULL
        FROM change AS this LEFT JOIN change AS undone ON undone.id = this.undoes
        WHERE this.round = ? AND this.item <> '' AND this.id = this.act ORDER BY this.id DESC"""
    taken_back = set()
    with closing(db.execute(sql, (round_id,))) as acts:
        for act, undoes, is_redo in acts:
            if act in taken_back:
                continue
            if undoes is None:
                return None if redo else int(act)
            if redo and not is_redo:
                return int(act)
            taken_back.add(undoes)
    return None


def _start_round(
    db: sqlite3.Connection, name: str, plans: Sequence[tuple[str, str, str]] = ()
) -> str:
    round_id = os.urandom(8).hex()
    _append(db, round_id, [("", "name", name), ("", "opened", "1"), *plans])
    return round_id


def _append(
    db: sqlite3.Connection,
    round_id: str,
    values: Iterable[tuple[str, str, str]],
    undoes: int | None = None,
) -> list[Change]:
    """Write one act: an (item, field, value) for each row."""
    ((act,),) = _rows(db, "SELECT coalesce(max(id), 0) + 1 FROM change")
    now = datetime.now(UTC)
    changes = [Change(act + i, now, round_id, *value) for i, value in enumerate(values)]
    at = now.isoformat(timespec="microseconds")
    db.executemany(
        "INSERT INTO change (id, at, act, undoes, round, item, field, value)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(c.id, at, act, undoes, c.round, c.item, c.field, c.value) for c in changes],
    )
    return changes
