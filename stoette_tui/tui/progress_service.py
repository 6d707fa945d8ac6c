"""The store's operations for the app: off the event loop, in order, problems put into words."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from stoette_tui.base.encoding import transliterate
from stoette_tui.base.files import fingerprint, write_new_file
from stoette_tui.base.problems import ProblemError
from stoette_tui.pages import changes as change_pages
from stoette_tui.review.history import next_undo
from stoette_tui.review.progress import Answer, Progress, local_date

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Sequence
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path

    from stoette_tui.content.model import Checklist
    from stoette_tui.content.ui_sections import TakenBackTexts
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import Change, RoundSummary
    from stoette_tui.store import Store

_Result = TypeVar("_Result")
WRITE_WORKERS: Final = "write"
"""The group of the workers that write: closing the program waits for them, and cancels none."""


class NewRound(Struct, frozen=True):
    """Start a round; `carry_from` is the one whose open plans are copied."""

    name: str
    carry_from: str | None


class RenameRound(Struct, frozen=True):
    """Give a round another name."""

    round_id: str
    name: str


class OpenRound(Struct, frozen=True):
    """Make a round the current one."""

    round_id: str


class ArchiveRound(Struct, frozen=True):
    """Put a round away, or take it out again."""

    round_id: str
    archived: bool


class OlderChange(Struct, frozen=True):
    """A change of a former day: when it was made, and the statement it is about."""

    day: date
    item: str


RoundCommand = NewRound | RenameRound | OpenRound | ArchiveRound


class ProgressService:
    """Holds the progress, and runs one operation at a time, in the order they are called.

    What an operation changes is on the disk when its coroutine ends, and only then is it in
    `progress` and passed to `show`. An operation returns what went wrong, in words, or an empty
    string.
    """

    def __init__(
        self,
        store: Store,
        checklist: Checklist,
        ui: UiText,
        progress: Progress,
        show: Callable[[Progress], None],
    ) -> None:
        self.progress = progress
        self.can_undo = bool(progress.items)
        self._looked_at = 0
        """The newest change when it was last known for certain whether one can be undone."""
        self._store = store
        self.use_language(checklist, ui)
        self._show = show
        self._maintaining = asyncio.Lock()
        self._seen: tuple[int, ...] | None = ()
        self._is_gone = False

    def use_language(self, checklist: Checklist, ui: UiText) -> None:
        """Puts everything into the words of another language from now on."""
        self._checklist, self._ui = transliterate(checklist), transliterate(ui)
        self._unsimplified = checklist, ui
        """For names and files; the terminal may not be able to show all their letters."""

    @cached_property
    def _thread(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(max_workers=1)

    def _in_thread(self, operation: Callable[[], _Result]) -> asyncio.Future[_Result]:
        return asyncio.get_running_loop().run_in_executor(self._thread, operation)

    async def _run(self, operation: Callable[[], Progress]) -> str:
        """Runs an operation that returns the progress after it."""

        def run() -> None:
            self.progress = operation()

        try:
            await self._in_thread(run)
        except ProblemError as error:
            return self._ui.say(error.problems[0])
        self._show(self.progress)
        return ""

    async def check_for_changes(self) -> str | None:
        """Reads what another window or a command has written.

        Returns the problem, in words, when the log has gone, an empty string when it is back, and
        None otherwise. While the log is gone, the progress stays as it was read last.
        """
        seen = await self._in_thread(partial(fingerprint, self._store.path))
        if seen == self._seen:
            return None
        is_expected = self.progress.round is not None
        find_problem = partial(self._store.file.missing_log, is_expected=is_expected)
        problem = await self._in_thread(find_problem)
        was_gone, self._is_gone = self._is_gone, problem is not None
        if problem:
            self._seen = seen
            # Without its path, which takes more than a small window has.
            return None if was_gone else self._ui.say(replace(problem, where=""))

        def read() -> Progress:
            progress = self._store.progress()
            if progress.newest != self._looked_at:
                self._look_for_undo(progress)
            if problem := find_problem():  # it has gone in between: what was read is no news
                raise ProblemError([problem])
            return progress

        # A problem is shown when the reader answers the next time, and looked into until then.
        self._seen = () if await self._run(read) else seen
        return "" if was_gone else None

    @property
    def is_maintenance_due(self) -> bool:
        """Whether `run_maintenance` has anything to do. Takes no time."""
        return self._store.maintenance.is_due and not self._maintaining.locked()

    async def run_maintenance(self) -> list[str]:
        """Repairs damage and makes backups beside all other operations; returns notices of it."""
        async with self._maintaining:
            problems = await asyncio.to_thread(self._store.maintenance.run)
        return [self._ui.say(problem) for problem in problems]

    @property
    def _round_id(self) -> str | None:
        return self.progress.round.id if self.progress.round else None

    def _progress_after(self, operation: Callable[[], object]) -> Progress:
        operation()
        progress = self._store.progress()
        self._look_for_undo(progress)
        return progress

    def _look_for_undo(self, progress: Progress) -> None:
        round_ = progress.round
        newest = next_undo(self._store.log(round_.id)) if round_ else None
        self.can_undo, self._looked_at = newest is not None, progress.newest

    def round_name(self, taken: Collection[str] = ()) -> str:
        """The name suggested for a new round; none of those taken."""
        return self._unsimplified[1].round_name(date.today(), taken)

    def _record(self, edits: dict[tuple[str, str], str]) -> Progress:
        progress = self._store.record(self._round_id, edits, self.round_name())
        self.can_undo, self._looked_at = True, progress.newest
        return progress

    async def answer(self, item_id: str, answer: Answer) -> str:
        """Gives an item the answer, or takes it away where the item has it already."""

        def record() -> Progress:
            # Decided only when the operations before have run, for keys in quick succession.
            given = self.progress.state(item_id).answer == answer
            return self._record({(item_id, "answer"): Answer.UNANSWERED if given else answer})

        return await self._run(record)

    async def plan(self, item_id: str, edits: dict[str, str]) -> str:
        """Writes the fields of an item's plan that were changed, and no others."""
        return await self._run(
            partial(self._record, {(item_id, field): text for field, text in edits.items()})
        )

    async def fill_map(self, texts: dict[str, str]) -> str:
        """Writes the cells of the map that were changed, by their ids."""
        return await self._run(
            partial(self._record, {(cell_id, "note"): text for cell_id, text in texts.items()})
        )

    async def undo(self, days: Container[date]) -> tuple[str, str] | OlderChange:
        """Takes back the newest change of the round; returns the problem and a description.

        One that was made on none of these days stays, and is returned instead.
        """
        words, older = self._ui.messages, list[OlderChange]()

        def undo(round_id: str) -> Sequence[Change]:
            newest = next_undo(self._store.log(round_id))
            if newest and (day := local_date(newest.at)) not in days:
                item = change_pages.shorten_item(newest.item, self._checklist)
                older.append(OlderChange(day, item))
                return ()
            return self._store.undo(round_id)

        outcome = await self._take_back(undo, self._ui.undone, words.nothing_to_undo)
        return older[0] if older else outcome

    async def redo(self) -> tuple[str, str]:
        """Puts back what was taken back last; returns the problem and a description."""
        nothing = self._ui.messages.nothing_to_redo
        return await self._take_back(self._store.redo, self._ui.redone, nothing)

    async def _take_back(
        self, operation: Callable[[str], Sequence[Change]], words: TakenBackTexts, nothing: str
    ) -> tuple[str, str]:
        changes: list[Change] = []

        def take_back() -> Progress:
            # The round is looked up only here: the answer before may have started it.
            round_id = self._round_id
            if round_id is None:
                return self.progress
            return self._progress_after(lambda: changes.extend(operation(round_id)))

        problem = await self._run(take_back)
        if not changes:
            return problem, nothing
        given = changes, self._checklist, self._ui.answers, words
        return problem, change_pages.describe_taken_back(*given)

    async def rounds(self) -> tuple[Sequence[RoundSummary], str]:
        """All rounds, in the order they were started; none where they cannot be read."""
        try:
            return await self._in_thread(self._store.rounds), ""
        except ProblemError as error:
            return (), self._ui.say(error.problems[0])

    async def execute(self, command: RoundCommand) -> tuple[Sequence[RoundSummary], str]:
        """Changes the rounds; returns all of them after it, and the problem."""
        store = self._store
        match command:
            case NewRound(name, carry_from):
                operation: Callable[[], object] = partial(
                    store.new_round, name, carry_from, is_first=self.progress.round is None
                )
            case RenameRound(round_id, name):
                operation = partial(store.rename_round, round_id, name)
            case OpenRound(round_id):
                operation = partial(store.open_round, round_id)
            case ArchiveRound(round_id, archived):
                operation = partial(store.archive_round, round_id, archived)
        problem = await self._run(partial(self._progress_after, operation))
        rounds, unread = await self.rounds()
        return rounds, problem or unread

    async def export(self, format_: str, file: Path, replace: bool) -> str:
        """Writes the round to a file; overwrites one only with `replace`."""
        from stoette_tui.report.export import export_round

        data = partial(export_round, self._store, format_, *self._unsimplified)
        try:
            await asyncio.to_thread(write_new_file, file, await self._in_thread(data), replace)
        except ProblemError as error:
            return self._ui.say(error.problems[0])
        return ""
