"""The open round as it stands, and the operations on the review, shared by every interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from stoette_tui.base.problems import Problem, ProblemError
from stoette_tui.review.fields import fold_name
from stoette_tui.review.history import next_undo
from stoette_tui.review.plans import CarriedPlans, carried_plans
from stoette_tui.review.progress import Answer, Change, Progress, RoundSummary, local_date

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Mapping, Sequence
    from datetime import date

    from stoette_tui.store.store import Store


class OlderChange(Struct, frozen=True):
    """A change of an earlier day, which is undone only when confirmed."""

    id: int
    day: date
    item: str


class ReviewService:
    """Holds the progress of the current round; an operation's changes are on disk when it returns.

    Everything here blocks on the disk, and raises `ProblemError`. A failed operation has changed
    nothing, including `progress`.
    """

    def __init__(
        self,
        store: Store,
        suggest_name: Callable[[Collection[str]], str],
        progress: Progress | None = None,
    ) -> None:
        """`suggest_name` returns a name for a new round that is not among those it is given.

        `progress` is the state already read from disk, if any.
        """
        self.suggest_name = suggest_name
        self.progress = progress or Progress()
        self.can_undo = bool(self.progress.items)
        self._undo_checked_at = 0
        """The newest change when it was last determined whether there is anything to undo."""
        self.store = store

    def missing_log(self) -> Problem | None:
        """The problem of a missing log, if one is expected."""
        is_expected = self.progress.round is not None
        return self.store.file.missing_log(is_expected=is_expected)

    def refresh(self) -> None:
        """Reads what has been written. While the log is missing, the progress is unchanged."""
        progress = self.store.progress()
        if progress.newest != self._undo_checked_at:
            round_id = progress.round_id
            self.can_undo = bool(round_id and next_undo(self.store.log(round_id)))
            self._undo_checked_at = progress.newest
        if problem := self.missing_log():  # the log vanished in between, so discard what was read
            raise ProblemError([problem])
        self.progress = progress

    def answer(self, item_id: str, answer: Answer) -> None:
        self._record({(item_id, "answer"): answer})

    def toggle(self, item_id: str, answer: Answer) -> None:
        """Gives an item that answer, or clears it if the item already has it."""
        given = self.progress.answer(item_id) == answer
        self.answer(item_id, Answer.UNANSWERED if given else answer)

    def write_plan(
        self, item_id: str, edits: Mapping[str, str], round_id: str | None = None
    ) -> None:
        """Writes the given fields of an item's plan, as stored in the log, and no others.

        Goes to the current round unless another is named.
        """
        self._record({(item_id, field): text for field, text in edits.items()}, round_id)

    def write_map(self, texts: Mapping[str, str], round_id: str | None = None) -> None:
        """Writes the given cells of the map, by id; to the current round unless one is named."""
        self._record({(cell_id, "note"): text for cell_id, text in texts.items()}, round_id)

    def _record(self, edits: dict[tuple[str, str], str], round_id: str | None = None) -> None:
        current, name = self.progress.round_id, self.suggest_name(())
        progress = self.store.record(round_id or current, edits, name)
        if round_id in (None, current):
            self.can_undo, self._undo_checked_at = True, progress.newest
            self.progress = progress
        else:
            self.refresh()

    def undo(
        self, days: Container[date] | None = None, confirmed: int | None = None
    ) -> Sequence[Change] | OlderChange:
        """Takes back the newest action on the round; returns its changes, none if none is left.

        If `days` is given, a change made on any other day stays, and is returned instead; so does
        any but the one `confirmed`, by id.
        """
        if days is not None and (round_id := self.progress.round_id):
            newest = next_undo(self.store.log(round_id))
            day = local_date(newest.at) if newest else None
            if newest and day and (day not in days or confirmed not in (None, newest.id)):
                return OlderChange(newest.id, day, newest.item)
        return self._take_back(self.store.undo)

    def redo(self) -> Sequence[Change]:
        """Restores what was taken back last; returns its changes, none if there is nothing."""
        return self._take_back(self.store.redo)

    def _take_back(self, operation: Callable[[str], Sequence[Change]]) -> Sequence[Change]:
        round_id = self.progress.round_id
        if round_id is None:
            return ()
        changes = operation(round_id)
        self.refresh()
        return changes

    def rounds(self) -> list[RoundSummary]:
        if self.progress.round and (problem := self.missing_log()):
            raise ProblemError([problem])
        return self.store.rounds()

    def find_round(self, name: str) -> RoundSummary:
        """The round with exactly this name, else the only one shown so. Code: `round_unknown`."""
        rounds = self.rounds()
        shown = [each for each in rounds if fold_name(each.round.name) == fold_name(name)]
        for found in ([each for each in shown if each.round.name == name], shown):
            if len(found) == 1:
                return found[0]
        raise ProblemError.of("round_unknown", name=name)

    def new_round(self, name: str, carry_from: str | None = None) -> CarriedPlans | None:
        """Starts a round; with the open plans of another if one is named, and returns how many."""
        before = self.store.progress(carry_from) if carry_from else None
        self.store.new_round(name, carry_from, is_first=self.progress.round is None)
        self.refresh()
        return carried_plans(before, self.progress) if before else None

    def rename_round(self, round_id: str, name: str) -> None:
        self.store.rename_round(round_id, name)
        self.refresh()

    def open_round(self, round_id: str) -> None:
        self.store.open_round(round_id)
        self.refresh()

    def archive_round(self, round_id: str, archived: bool) -> None:
        self.store.archive_round(round_id, archived)
        self.refresh()
