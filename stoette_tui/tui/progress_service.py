"""What the app has kept: store operations off the event loop, what goes wrong said in words."""

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
from stoette_tui.content.ui_text import fill
from stoette_tui.pages import review as review_pages
from stoette_tui.review.history import next_undo
from stoette_tui.review.progress import Answer, Progress, local_date

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Sequence
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path

    from stoette_tui.content.model import Checklist
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import Change, RoundSummary
    from stoette_tui.store import Store

_Got = TypeVar("_Got")
KEEPING: Final = "keeping"
"""The group of the workers that write; closing the program waits for them."""


class NewRound(Struct, frozen=True):
    """Start a round; `carry_from` is the one whose open plans come along."""

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


Wish = NewRound | RenameRound | OpenRound | ArchiveRound
"""What can be wished of the rounds."""


class Keeper:
    """Holds the progress; one operation at a time, in the order they are asked for.

    What an operation changed is on the disk when its coroutine ends, and only then is it in
    `progress` and handed to `show`. An operation returns what went wrong, in words, or nothing.
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
        self._store = store
        self._checklist, self._ui = transliterate(checklist), transliterate(ui)
        self._to_keep = checklist, ui
        """What goes to the disk, where what is said goes to the terminal."""
        self._show = show
        self._looking_after = asyncio.Lock()
        self._seen: tuple[int, ...] | None = ()
        self._is_gone = False

    @cached_property
    def _thread(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(max_workers=1)

    def _in_turn(self, operation: Callable[[], _Got]) -> asyncio.Future[_Got]:
        return asyncio.get_running_loop().run_in_executor(self._thread, operation)

    async def _keep(self, operation: Callable[[], Progress]) -> str:
        """Does what returns the progress as it is then."""

        def keep() -> None:
            self.progress = operation()

        try:
            await self._in_turn(keep)
        except ProblemError as error:
            return self._ui.say(error.problems[0])
        self._show(self.progress)
        return ""

    async def look(self) -> str | None:
        """Takes in what another window or a command has written.

        Returns the problem, in words, when the log has gone; nothing when it is there again; and
        None when neither is news. What was read stays as it is while the log is gone.
        """
        seen = await self._in_turn(partial(fingerprint, self._store.path))
        if seen == self._seen:
            return None
        is_expected = self.progress.round is not None
        find_problem = partial(self._store.file.missing_log, is_expected=is_expected)
        problem = await self._in_turn(find_problem)
        was_gone, self._is_gone = self._is_gone, problem is not None
        if problem:
            self._seen = seen
            # Without its path, which takes more than a small window has.
            return None if was_gone else self._ui.say(replace(problem, where=""))
        # What goes wrong is said when the reader answers the next time.
        if not await self._keep(self._store.progress):
            self._seen = seen
        return "" if was_gone else None

    @property
    def is_upkeep_due(self) -> bool:
        """Whether `look_after` has anything to do. Takes no time."""
        return self._store.maintenance.is_due and not self._looking_after.locked()

    async def look_after(self) -> list[str]:
        """Has damage mended and backups made, while all else goes on; what there is to tell."""
        async with self._looking_after:
            problems = await asyncio.to_thread(self._store.maintenance.run)
        return [self._ui.say(problem) for problem in problems]

    @property
    def _round_id(self) -> str | None:
        return self.progress.round.id if self.progress.round else None

    def _progress_after(self, operation: Callable[[], object]) -> Progress:
        operation()
        return self._store.progress()

    def round_name(self, taken: Collection[str] = ()) -> str:
        """What a round is called unless somebody says otherwise."""
        return self._to_keep[1].round_name(date.today(), taken)

    def _record(self, item_id: str, edits: dict[str, str]) -> Progress:
        name = self.round_name()
        changes = {(item_id, field): value for field, value in edits.items()}
        return self._store.record(self._round_id, changes, name)

    async def answer(self, item_id: str, answer: Answer) -> str:
        """Gives an item the answer; the one it has already is taken away."""

        def record() -> Progress:
            # Decided when its turn has come, so that quick keys do not answer for each other.
            given = self.progress.state(item_id).answer == answer
            return self._record(item_id, {"answer": Answer.UNANSWERED if given else answer})

        return await self._keep(record)

    async def plan(self, item_id: str, edits: dict[str, str]) -> str:
        """Writes the fields of an item's plan that were changed, and no others."""
        return await self._keep(partial(self._record, item_id, edits))

    async def undo(self, days: Container[date]) -> tuple[str, str] | OlderChange:
        """Takes back the newest change of the round; also returns what to say of it.

        One that was made on none of these days stays, and is returned instead.
        """
        words, older = self._ui.messages, list[OlderChange]()

        def undo(round_id: str) -> Sequence[Change]:
            newest = next_undo(self._store.log(round_id))
            if newest and (day := local_date(newest.at)) not in days:
                item = review_pages.shorten_item(newest.item, self._checklist)
                older.append(OlderChange(day, item))
                return ()
            return self._store.undo(round_id)

        said = await self._take_back(undo, words.undone, words.nothing_to_undo)
        return older[0] if older else said

    async def redo(self) -> tuple[str, str]:
        """Puts back what was taken back last; also returns what to say of it."""
        words = self._ui.messages
        return await self._take_back(self._store.redo, words.redone, words.nothing_to_redo)

    async def _take_back(
        self, operation: Callable[[str], Sequence[Change]], said: str, nothing: str
    ) -> tuple[str, str]:
        changes: list[Change] = []

        def take_back() -> Progress:
            # The round is looked up when its turn has come: the answer before may have begun it.
            round_id = self._round_id
            if round_id is None:
                return self.progress
            changes.extend(operation(round_id))
            return self._store.progress()

        problem = await self._keep(take_back)
        told = [review_pages.describe_change(each, self._checklist, self._ui) for each in changes]
        return problem, fill(said, change=" ".join(told)) if told else nothing

    async def rounds(self) -> tuple[Sequence[RoundSummary], str]:
        """All rounds, in the order they were started; none where they cannot be read."""
        try:
            return await self._in_turn(self._store.rounds), ""
        except ProblemError as error:
            return (), self._ui.say(error.problems[0])

    async def fulfil(self, wish: Wish) -> tuple[Sequence[RoundSummary], str]:
        """Does what is wished of the rounds; returns them as they are then."""
        store = self._store
        match wish:
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
        problem = await self._keep(partial(self._progress_after, operation))
        rounds, unread = await self.rounds()
        return rounds, problem or unread

    async def export(self, format_: str, file: Path, replace: bool) -> str:
        """Writes the round to a file, over one that is there only where that is asked for."""
        from stoette_tui.report.export import export_round

        data = partial(export_round, self._store, format_, *self._to_keep)
        try:
            await asyncio.to_thread(write_new_file, file, await self._in_turn(data), replace)
        except ProblemError as error:
            return self._ui.say(error.problems[0])
        return ""
