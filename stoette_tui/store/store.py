"""The store: rounds, answers and plans, read and changed in single transactions."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

from stoette_tui.base.problems import ProblemError
from stoette_tui.review.fields import BLANK_VALUES, clean_name, is_valid_value
from stoette_tui.review.plans import open_plans
from stoette_tui.review.progress import Change, Progress, RoundSummary
from stoette_tui.store import queries
from stoette_tui.store.database import Database
from stoette_tui.store.maintenance import Maintenance

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from stoette_tui.base.problems import Problem

_Given = ParamSpec("_Given")
_Got = TypeVar("_Got")
_RECOVERABLE: Final = (
    *("store_replaced", "store_older", "store_damaged", "store_unknown_format"),
    "round_unknown",  # a damage, if it was the row with the name that was hit
)


def _recovering(
    method: Callable[Concatenate[Store, _Given], _Got],
) -> Callable[Concatenate[Store, _Given], _Got]:
    """The method, tried once more when an older or damaged file was in its way and is no longer."""

    @functools.wraps(method)
    def recovering(store: Store, /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Got:
        try:
            return method(store, *args, **kwargs)
        except ProblemError as error:
            code = error.problems[0].code
            if code not in _RECOVERABLE or not store.maintenance.recover(code):
                raise
        return method(store, *args, **kwargs)

    return recovering


class Store:
    """The log in a data folder; nothing is created there before the first write.

    A damaged file, or one of another program, is set aside, and what it still says is put in its
    place before a method does its work; `maintenance` has the notice of it.
    """

    def __init__(self, data_folder: Path) -> None:
        self._database = Database(data_folder)
        self.path = self._database.path
        self.maintenance = Maintenance(self._database)

    def fingerprint(self) -> tuple[int, ...] | None:
        """See `Database.fingerprint`."""
        return self._database.fingerprint()

    def missing_log(self, *, is_expected: bool = False) -> Problem | None:
        """See `Database.missing_log`."""
        return self._database.missing_log(is_expected=is_expected)

    def write_error(self) -> Problem | None:
        """What would stop a write, as far as can be known without trying."""
        return self._database.write_error()

    @_recovering
    def current_round_id(self) -> str | None:
        """The round that was opened last; None when there is none yet."""
        with self._database.reading() as db:
            return queries.current(db) if db else None

    @_recovering
    def progress(self, round_id: str | None = None) -> Progress:
        """A round as it stands, the current one unless named; empty when there is none yet."""
        with self._database.reading() if round_id is None else self._database.reading_log() as db:
            return queries.progress(db, queries.target(db, round_id)) if db else Progress()

    @_recovering
    def log(self, round_id: str) -> list[Change]:
        """Every change of a round, oldest first."""
        with self._reading_round(round_id) as db:
            return queries.changes(db, round_id)

    @_recovering
    def rounds(self) -> list[RoundSummary]:
        """All rounds with their answers, in the order they were started."""
        with self._database.reading() as db:
            return queries.summaries(db) if db else []

    def round_names(self) -> list[str]:
        """The names of all rounds, read without recovering or migrating anything."""
        with self._database.reading() as db:
            return [each.round.name for each in queries.summaries(db)] if db else []

    @_recovering
    def record(
        self, round_id: str | None, edits: Mapping[tuple[str, str], str], first_round_name: str
    ) -> Progress:
        """Writes one action, `{(item, field): value}`; it is on the disk when this returns.

        Goes to the current round unless one is named; the first round is created here, as
        `first_round_name`. An edit that changes nothing is not written. Returns the round as it
        stands then, empty when there still is none as nothing was changed. Raises ValueError for
        an edit that is not valid, which is a mistake of the caller.
        """
        for (item, field), value in edits.items():
            if not item or not is_valid_value(item, field, value):
                raise ValueError((item, field, value))
        first_round_name = clean_name(first_round_name)
        is_blank = all(value == BLANK_VALUES[field] for (_, field), value in edits.items())
        if round_id is None and is_blank and self.current_round_id() is None:
            return Progress()
        with self._writing(required=round_id is not None) as db:
            target = queries.target(db, round_id, writable=True)
            target = target or queries.start_round(db, first_round_name)
            changed = [
                (item, field, value)
                for (item, field), value in edits.items()
                if value != queries.value(db, target, item, field)
            ]
            queries.append(db, target, changed)
            return queries.progress(db, target)

    @_recovering
    def next_undo(self, round_id: str) -> Change | None:
        """The first change of the action that `undo` would take back; None when nothing is left."""
        with self._reading_round(round_id) as db:
            return queries.next_undo(db, round_id)

    @_recovering
    def undo(self, round_id: str) -> list[Change]:
        """Takes back the round's newest action on items that is not taken back already.

        Returns the rows written, whose values are the ones from before; none when nothing is left.
        """
        return self._take_back(round_id, redo=False)

    @_recovering
    def redo(self, round_id: str) -> list[Change]:
        """Takes back the newest undo, as long as no other action on items came after it."""
        return self._take_back(round_id, redo=True)

    @_recovering
    def new_round(self, name: str, carry_from: str | None = None, *, is_first: bool = True) -> str:
        """Starts a round, with the open plans of another one, and makes it the current one.

        Where it is not, or may not be, the first, a missing log is an error. Returns its id.
        Codes: those of `clean_name`, `name_taken`.
        """
        name = clean_name(name)
        with self._writing(required=not is_first or carry_from is not None) as db:
            queries.check_free(db, name)
            if carry_from is None:
                return queries.start_round(db, name)
            carried = queries.progress(db, queries.target(db, carry_from))
            return queries.start_round(db, name, open_plans(carried))

    @_recovering
    def import_rounds(self, logs: Sequence[Sequence[Change]]) -> list[Progress]:
        """Adds the logs of rounds, from an import or a backup, as rounds of their own.

        A log stays as it is; its ids and the id of the round are new. A name that is taken gets a
        number, as one more change. The current round stays the current one; where there is none,
        it is the one of these that was opened last.
        """
        with self._writing(required=False) as db:
            current = queries.current(db)
            imported = [queries.append_copy(db, log) for log in logs]
            for round_id in imported:
                name = queries.value(db, round_id, "", "name")
                free = queries.free_name(db, name, except_for=round_id)
                if free != name:
                    queries.append(db, round_id, [("", "name", free)])
            if current is None and imported:
                current = max(zip(map(_last_opened, logs), imported, strict=True))[1]
            if current and current != queries.current(db):
                queries.append(db, current, [("", "opened", "1")])
            return [queries.progress(db, round_id) for round_id in imported]

    @_recovering
    def rename_round(self, round_id: str, name: str) -> None:
        """Gives a round another name; codes as for `new_round`."""
        name = clean_name(name)
        with self._writing() as db:
            queries.target(db, round_id, writable=True)
            queries.check_free(db, name, except_for=round_id)
            if name != queries.value(db, round_id, "", "name"):
                queries.append(db, round_id, [("", "name", name)])

    @_recovering
    def open_round(self, round_id: str) -> None:
        """Makes a round the current one; an archived one opens too, for reading."""
        with self._writing() as db:
            if queries.target(db, round_id) != queries.current(db):
                queries.append(db, round_id, [("", "opened", "1")])

    @_recovering
    def archive_round(self, round_id: str, archived: bool) -> None:
        """Closes a round for writing, or opens it for writing again."""
        value = "1" if archived else ""
        with self._writing() as db:
            queries.target(db, round_id)
            if value != queries.value(db, round_id, "", "archived"):
                queries.append(db, round_id, [("", "archived", value)])

    @contextmanager
    def _reading_round(self, round_id: str) -> Iterator[sqlite3.Connection]:
        with self._database.reading_log() as db:
            queries.target(db, round_id)
            yield db

    @contextmanager
    def _writing(self, *, required: bool = True) -> Iterator[sqlite3.Connection]:
        with self._database.writing(required=required) as db:
            before = db.total_changes
            yield db
            has_written = db.total_changes > before
        if has_written:
            self.maintenance.note_write()

    def _take_back(self, round_id: str, *, redo: bool) -> list[Change]:
        with self._writing() as db:
            queries.target(db, round_id, writable=True)
            found = queries.before_act(db, round_id, redo=redo)
            if found is None:
                return []
            act, before = found
            return queries.append(db, round_id, before, undoes=act)


def _last_opened(log: Sequence[Change]) -> int:
    """The id of the change that made the round the current one last; 0 for none."""
    opened = [change.id for change in log if (change.item, change.field) == ("", "opened")]
    return max(opened, default=0)
