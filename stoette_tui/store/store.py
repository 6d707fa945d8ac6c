"""The store: rounds, answers and plans, read and changed in single transactions."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from stoette_tui.base.problems import ProblemError
from stoette_tui.review import history
from stoette_tui.review.fields import BLANK_VALUES, clean_name, is_valid_value
from stoette_tui.review.history import ARCHIVED, NAME, OPENED, replay
from stoette_tui.review.plans import open_plans
from stoette_tui.review.progress import Change, Progress, RoundSummary
from stoette_tui.store import queries
from stoette_tui.store.database import LogFile
from stoette_tui.store.maintenance import Maintenance

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from stoette_tui.review.history import Edits

_Method = TypeVar("_Method", bound="Callable[..., Any]")
_RECOVERABLE: Final = ("store_older", "store_damaged", "store_unknown_format", "round_unknown")
"""A round can be unknown because the row with its name is damaged."""


def _retry_after_recovery(method: _Method) -> _Method:
    """The method, retried once after migrating or recovering an older or damaged file."""

    @functools.wraps(method)
    def retrying(store: Store, *args: object, **kwargs: object) -> object:
        try:
            return method(store, *args, **kwargs)
        except ProblemError as error:
            if error.problems[0].code not in _RECOVERABLE or not store.maintenance.recover():
                raise
        return method(store, *args, **kwargs)

    return cast("_Method", retrying)


class Store:
    """The log in a data folder; nothing is created there before the first write.

    If a method meets a damaged file, or one of another program, that is set aside and replaced
    with what is readable in it, and the method tried again; `maintenance` has the notice.
    """

    def __init__(self, data_folder: Path) -> None:
        self.file = LogFile(data_folder)
        self.path = self.file.path
        self.maintenance = Maintenance(self.path)

    @_retry_after_recovery
    def progress(self, round_id: str | None = None) -> Progress:
        """The state of a round, by default the current one; empty if there is none yet."""
        with self.file.reading(required=round_id is not None) as db:
            return replay(Progress(), queries.round_log(db, round_id, newest_only=True))

    @_retry_after_recovery
    def log(self, round_id: str) -> list[Change]:
        """Every change of a round, oldest first."""
        with self.file.reading(required=True) as db:
            return queries.round_log(db, round_id)

    @_retry_after_recovery
    def rounds(self) -> list[RoundSummary]:
        """All rounds with their answers, in the order they were started."""
        with self.file.reading() as db:
            return history.summarize(queries.rounds_and_answers(db))

    def round_names(self) -> list[str]:
        """The names of all rounds, read without recovering or migrating anything."""
        with self.file.reading() as db:
            return list(history.round_names(queries.rounds_log(db)).values())

    @_retry_after_recovery
    def record(self, round_id: str | None, edits: Edits, first_round_name: str) -> Progress:
        """Writes one action, `{(item, field): value}`; it is on disk when this returns.

        Writes to the current round unless one is named; the first round is created here, as
        `first_round_name`. An edit that changes nothing is not written. Returns the new state of
        the round, empty if there still is none because nothing changed. Raises ValueError for an
        invalid edit, which is a bug in the caller.
        """
        for (item, field), value in edits.items():
            if not item or not is_valid_value(item, field, value):
                raise ValueError((item, field, value))
        first_round_name = clean_name(first_round_name)
        is_blank = all(value == BLANK_VALUES[field] for (_, field), value in edits.items())
        if round_id is None and is_blank and self.progress().round is None:
            return Progress()
        with self._writing(required=round_id is not None) as db:
            log = queries.round_log(db, round_id, newest_only=True)
            history.check_writable(log)
            log = log or queries.start_round(db, first_round_name, {})
            log += queries.append(db, log[0].round, history.effective_edits(log, edits))
            return replay(Progress(), log)

    def undo(self, round_id: str) -> list[Change]:
        """Takes back the round's newest action on items that is not yet taken back.

        Returns the changes written, which have the old values; none if nothing is left.
        """
        return self._take_back(round_id, redo=False)

    def redo(self, round_id: str) -> list[Change]:
        """Takes back the newest undo, as long as no other action on items has come after it."""
        return self._take_back(round_id, redo=True)

    @_retry_after_recovery
    def new_round(self, name: str, carry_from: str | None = None, *, is_first: bool = True) -> str:
        """Starts a round, optionally with the open plans of another, and makes it the current one.

        Unless it `is_first` and nothing is carried, a missing log is an error. Returns its id.
        Codes: those of `clean_name`, `name_taken`.
        """
        name = clean_name(name)
        with self._writing(required=not is_first or carry_from is not None) as db:
            history.check_name_available(name, history.round_names(queries.rounds_log(db)).values())
            carried = queries.round_log(db, carry_from) if carry_from is not None else []
            plans = open_plans(replay(Progress(), carried))
            return queries.start_round(db, name, plans)[0].round

    @_retry_after_recovery
    def import_rounds(self, log: Sequence[Change], *, again: bool = True) -> list[Progress]:
        """Adds the rounds of a log, from an import or a backup, as rounds of their own.

        The log is copied unchanged except for new ids of changes and rounds. A name that is taken
        gets a number, as one more change. The current round stays current; if there is none, the
        imported round opened last becomes current. Unless `again`, a round of the same origin as an
        existing one is an error. Code: `import_known` (detail `name`).
        """
        with self._writing(required=False) as db:
            ours = queries.rounds_log(db)
            if not again:
                history.check_not_imported(log, ours)
            copied = queries.append_copy(db, log)
            taken = history.round_names(ours).values()
            for round_id, name in history.renamed_rounds(copied, taken).items():
                copied += queries.append(db, round_id, {NAME: name})
            current = history.current_round(ours)
            if current and current != history.current_round([*ours, *copied]):
                queries.append(db, current, {OPENED: "1"})
            return [replay(Progress(), each) for each in history.by_round(copied).values()]

    @_retry_after_recovery
    def rename_round(self, round_id: str, name: str) -> None:
        """Gives a round another name; codes as for `new_round`."""
        name = clean_name(name)
        with self._writing() as db:
            log = queries.round_log(db, round_id)
            history.check_writable(log)
            others = history.round_names(queries.rounds_log(db))
            others.pop(round_id)
            history.check_name_available(name, others.values())
            queries.append(db, round_id, history.effective_edits(log, {NAME: name}))

    @_retry_after_recovery
    def open_round(self, round_id: str) -> None:
        """Makes a round the current one; an archived one opens too, read-only."""
        with self._writing() as db:
            queries.round_log(db, round_id)
            if history.current_round(queries.rounds_log(db)) != round_id:
                queries.append(db, round_id, {OPENED: "1"})

    @_retry_after_recovery
    def archive_round(self, round_id: str, archived: bool) -> None:
        """Closes a round for writing, or opens it for writing again."""
        with self._writing() as db:
            log = queries.round_log(db, round_id)
            edits = history.effective_edits(log, {ARCHIVED: "1" if archived else ""})
            queries.append(db, round_id, edits)

    @_retry_after_recovery
    def _take_back(self, round_id: str, *, redo: bool) -> list[Change]:
        with self._writing() as db:
            log = queries.round_log(db, round_id)
            history.check_writable(log)
            act, before = history.take_back(log, redo=redo)
            return queries.append(db, round_id, before, undoes=act)

    @contextmanager
    def _writing(self, *, required: bool = True) -> Iterator[sqlite3.Connection]:
        with self.file.writing(required=required) as db:
            yield db
            has_written = db.total_changes > 0
        if has_written:
            self.maintenance.note_write()
