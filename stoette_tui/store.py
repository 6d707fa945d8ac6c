"""The one SQLite file that keeps the progress: an append-only log of changes.

A row is never changed or removed. The present is the newest row of every field, undo is one more
row. A file that is taken away or replaced is noticed, and any number of threads and processes can
use it at once.

A damaged file, or one of another program, is set aside, and what it still says is put in its place
before a method does its work; `upkeep` says so afterwards, and makes the backups.

A method that cannot do its work raises `ProblemError` and has changed nothing. The codes:
`store_foreign` (not a file of ours) and `store_damaged` (where that cannot be mended either),
`store_newer` and `store_older` (where it cannot be migrated; both with `version`, `known`),
`store_unreadable`, `store_unwritable` (these three with a short `reason`), `store_gone` (a round
is named, but there is no file, or nothing in it), `round_unknown` (detail `name`),
`round_archived` (detail `name`), `text_not_unicode` (a lone surrogate, which no file can hold).
"""

from __future__ import annotations

import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

from stoette_tui.log import rows
from stoette_tui.log.file import LogFile
from stoette_tui.log.upkeep import Upkeep
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
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from stoette_tui.problems import Problem


_Given = ParamSpec("_Given")
_Got = TypeVar("_Got")
_MENDED: Final = (
    "store_replaced",
    "store_older",
    "store_damaged",
    "store_foreign",
    "round_unknown",
)
"""The last can be a damage too; whether it is one is looked at before anything is done."""


def _mending(
    method: Callable[Concatenate[Store, _Given], _Got],
) -> Callable[Concatenate[Store, _Given], _Got]:
    """The method, once more where an older or damaged file was in its way and could be mended."""

    @functools.wraps(method)
    def mending(store: Store, /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Got:
        try:
            return method(store, *args, **kwargs)
        except ProblemError as error:
            code = error.problems[0].code
            if code not in _MENDED or not store.upkeep.mend(code):
                raise
        return method(store, *args, **kwargs)

    return mending


class Store:
    """The log in `folder`; nothing is created there before the first write."""

    def __init__(self, folder: Path) -> None:
        self._file = LogFile(folder)
        self.path = self._file.path
        self.upkeep = Upkeep(self.path)
        self._seen: tuple[sqlite3.Connection, Progress] | None = None
        """The progress read last, and over which connection: what came before is in it."""

    def kept_open(self) -> AbstractContextManager[None]:
        """While in here, the file stays open between uses, and a write is several times as quick.

        For a window. While one is open, other files lie beside it, which belong to it.
        """
        return self._file.connection.kept()

    def settle(self) -> None:
        """Brings what was written last into the file itself, if nobody else is at it just now.

        To be called now and then while kept open: whoever copies the file then has everything.
        Never raises.
        """
        self._file.connection.settle()

    def fingerprint(self) -> tuple[int, ...] | None:
        """What is cheap to get and differs when the file does; None when there is no file.

        Take it before reading, and read again when it differs. As clocks of file systems are
        coarse, a file that was written a moment ago never gives the same twice. Never raises.
        """
        return self._file.fingerprint()

    def obstacle(self) -> Problem | None:
        """What stands in the way of writing, as far as can be told without trying; or nothing."""
        return self._file.obstacle()

    @_mending
    def current_round_id(self) -> str | None:
        """The round that was opened last; None when there is none yet."""
        with self._file.reading() as db:
            return rows.current(db)

    @_mending
    def progress(self, round_id: str | None = None) -> Progress:
        """A round as it stands, the current one unless named; empty when there is none yet.

        Of the round read last over a connection that was kept, only what came since is read.
        """
        if round_id is None and self._file.is_missing():
            return Progress()
        with self._file.reading(required=round_id is not None) as db:
            now = self._as_it_stands(db, rows.target(db, round_id))
            self._seen = db, now
            return now

    @_mending
    def log(self, round_id: str) -> list[Change]:
        """Every change of a round, oldest first."""
        with self._file.reading(required=True) as db:
            return rows.changes_after(db, rows.target(db, round_id), 0)

    @_mending
    def rounds(self) -> list[RoundSummary]:
        """All rounds with their answers, the one that was started first, first."""
        with self._file.reading() as db:
            return rows.summaries(db)

    @_mending
    def record(
        self, round_id: str | None, edits: Mapping[tuple[str, str], str], first_round_name: str
    ) -> Progress:
        """Write one action, `{(item, field): value}`; it is on the disk when this returns.

        Goes to the current round unless one is named; the first round comes into being here, as
        `first_round_name`. An edit that changes nothing is not written. Returns the round as it
        stands then, empty when there still is none as nothing was changed. ValueError when an edit
        makes no sense, which is a mistake of the caller.
        """
        for (item, field), value in edits.items():
            if not item or not makes_sense(item, field, value):
                raise ValueError((item, field, value))
        first_round_name = clean_name(first_round_name)
        is_blank = all(value == BLANK_VALUES[field] for (_, field), value in edits.items())
        if round_id is None and is_blank and self.current_round_id() is None:
            return Progress()
        with self._writing(required=round_id is not None) as db:
            target = rows.target(db, round_id, writable=True)
            target = target or rows.start_round(db, first_round_name)
            changed = [
                (item, field, value)
                for (item, field), value in edits.items()
                if value != rows.value(db, target, item, field)
            ]
            rows.append(db, target, changed)
            now = self._as_it_stands(db, target)
        self._seen = db, now
        return now

    @_mending
    def next_undo(self, round_id: str) -> Change | None:
        """The first change of the action that `undo` would take back; None when nothing is left."""
        with self._file.reading(required=True) as db:
            return rows.next_undo(db, rows.target(db, round_id))

    @_mending
    def undo(self, round_id: str) -> list[Change]:
        """Take back the round's newest action on items that is not taken back already.

        Returns the rows written, whose values are the ones from before; none when nothing is left.
        """
        return self._take_back(round_id, redo=False)

    @_mending
    def redo(self, round_id: str) -> list[Change]:
        """Take back the newest undo, as long as no other action on items came after it."""
        return self._take_back(round_id, redo=True)

    @_mending
    def new_round(self, name: str, carry_from: str | None = None) -> str:
        """Start a round, with the open plans of another one, and make it the current one.

        Returns its id. Codes: those of `clean_name`, `name_taken` (detail `name`).
        """
        name = clean_name(name)
        with self._writing(required=carry_from is not None) as db:
            rows.check_free(db, name)
            if carry_from is None:
                return rows.start_round(db, name)
            carried = rows.progress(db, rows.target(db, carry_from))
            return rows.start_round(db, name, open_plans(carried))

    @_mending
    def import_rounds(self, logs: Sequence[Sequence[Change]]) -> list[Progress]:
        """Add the logs of rounds, from `transfer.decode` or a backup, as rounds of their own.

        A log stays as it is; its ids and the id of the round are new. A name that is taken gets a
        number, as one more change. The current round stays the current one; where there is none,
        it is the one of these that was opened last.
        """
        with self._writing(required=False) as db:
            current = rows.current(db)
            imported = [rows.append_copy(db, changes) for changes in logs]
            for round_id in imported:
                name = rows.value(db, round_id, "", "name")
                free = rows.free_name(db, name, except_for=round_id)
                if free != name:
                    rows.append(db, round_id, [("", "name", free)])
            if current is None and imported:
                current = max(zip(map(_last_opened, logs), imported, strict=True))[1]
            if current and current != rows.current(db):
                rows.append(db, current, [("", "opened", "1")])
            return [rows.progress(db, round_id) for round_id in imported]

    @_mending
    def rename_round(self, round_id: str, name: str) -> None:
        """Give a round another name; codes as for `new_round`."""
        name = clean_name(name)
        with self._writing(required=True) as db:
            rows.target(db, round_id, writable=True)
            rows.check_free(db, name, except_for=round_id)
            if name != rows.value(db, round_id, "", "name"):
                rows.append(db, round_id, [("", "name", name)])

    @_mending
    def open_round(self, round_id: str) -> None:
        """Make a round the current one; an archived one opens too, for reading."""
        with self._writing(required=True) as db:
            if rows.target(db, round_id) != rows.current(db):
                rows.append(db, round_id, [("", "opened", "1")])

    @_mending
    def archive_round(self, round_id: str, archived: bool) -> None:
        """Close a round for writing, or open it for writing again."""
        value = "1" if archived else ""
        with self._writing(required=True) as db:
            rows.target(db, round_id)
            if value != rows.value(db, round_id, "", "archived"):
                rows.append(db, round_id, [("", "archived", value)])

    def _as_it_stands(self, db: sqlite3.Connection, round_id: str | None) -> Progress:
        before = self._seen[1] if self._seen and self._seen[0] is db else Progress()
        if round_id is None or before.round is None or before.round.id != round_id:
            return rows.progress(db, round_id)
        return replay(before, rows.changes_after(db, round_id, before.newest))

    @contextmanager
    def _writing(self, *, required: bool) -> Iterator[sqlite3.Connection]:
        with self._file.writing(required=required) as db:
            before = db.total_changes
            yield db
            has_written = db.total_changes > before
        if has_written:
            self.upkeep.has_written = True

    def _take_back(self, round_id: str, *, redo: bool) -> list[Change]:
        with self._writing(required=True) as db:
            rows.target(db, round_id, writable=True)
            found = rows.before_act(db, round_id, redo=redo)
            if found is None:
                return []
            act, before = found
            return rows.append(db, round_id, before, undoes=act)


def _last_opened(log: Sequence[Change]) -> int:
    """The id of the change that made the round the current one last; 0 for none."""
    opened = [change.id for change in log if (change.item, change.field) == ("", "opened")]
    return max(opened, default=0)
