"""The store's operations for the app: off the event loop, in order, problems put into words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Container, Sequence
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from msgspec.structs import replace

from stoette_tui.base.encoding import transliterate
from stoette_tui.base.files import fingerprint, write_new_file
from stoette_tui.base.problems import ProblemError
from stoette_tui.content.model import Checklist
from stoette_tui.content.ui_text import UiText
from stoette_tui.review.progress import Answer, Progress, RoundSummary
from stoette_tui.service.review_service import OlderChange, ReviewService
from stoette_tui.store import Store

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

_Result = TypeVar("_Result")
WRITE_WORKERS: Final = "write"
"""The group of the workers that write: closing the program waits for them, and cancels none."""


class ProgressService:
    """Runs one operation on the review at a time, in the order they are called.

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
        self._review = ReviewService(store, checklist, ui, progress)
        self._store = store
        self._ui = transliterate(ui)
        self._show = show
        self._maintaining = asyncio.Lock()
        self._seen: tuple[int, ...] | None = ()
        self._is_gone = False

    def use_language(self, checklist: Checklist, ui: UiText) -> None:
        """Puts everything into the words of another language from now on."""
        self._review.use_language(checklist, ui)
        self._ui = transliterate(ui)

    @property
    def progress(self) -> Progress:
        """The round as it stands."""
        return self._review.progress

    @property
    def can_undo(self) -> bool:
        """Whether there is anything that an undo takes back."""
        return self._review.can_undo

    @cached_property
    def _thread(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(max_workers=1)

    def _in_thread(self, operation: Callable[[], _Result]) -> asyncio.Future[_Result]:
        return asyncio.get_running_loop().run_in_executor(self._thread, operation)

    async def _run(self, operation: Callable[[], object]) -> str:
        """Runs an operation on the review, and shows the progress after it."""
        try:
            await self._in_thread(operation)
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
        problem = await self._in_thread(self._review.find_missing)
        was_gone, self._is_gone = self._is_gone, problem is not None
        if problem:
            self._seen = seen
            # Without its path, which takes more than a small window has.
            return None if was_gone else self._ui.say(replace(problem, where=""))
        # A problem is shown when the reader answers the next time, and looked into until then.
        self._seen = () if await self._run(self._review.refresh) else seen
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

    def round_name(self, taken: Collection[str] = ()) -> str:
        """The name suggested for a new round; none of those taken."""
        return self._review.round_name(taken)

    async def answer(self, item_id: str, answer: Answer) -> str:
        """Gives an item the answer, or takes it away where the item has it already."""

        def toggle() -> None:
            # Decided only when the operations before have run, for keys in quick succession.
            given = self.progress.state(item_id).answer == answer
            self._review.answer(item_id, Answer.UNANSWERED if given else answer)

        return await self._run(toggle)

    async def plan(self, item_id: str, edits: dict[str, str]) -> str:
        """Writes the fields of an item's plan that were changed, and no others."""
        return await self._run(partial(self._review.plan, item_id, edits))

    async def fill_map(self, texts: dict[str, str]) -> str:
        """Writes the cells of the map that were changed, by their ids."""
        return await self._run(partial(self._review.fill_map, texts))

    async def undo(self, days: Container[date]) -> tuple[str, str] | OlderChange:
        """Takes back the newest change of the round; returns the problem and a description.

        One that was made on none of these days stays, and is returned instead.
        """
        nothing = self._ui.messages.nothing_to_undo
        problem, done = await self._ask(partial(self._review.undo, days))
        return done if isinstance(done, OlderChange) else (problem, done or nothing)

    async def redo(self) -> tuple[str, str]:
        """Puts back what was taken back last; returns the problem and a description."""
        problem, done = await self._ask(self._review.redo)
        return problem, done or self._ui.messages.nothing_to_redo

    async def _ask(self, operation: Callable[[], _Result]) -> tuple[str, _Result | None]:
        """As `_run`, with what the operation returned as well."""
        done: list[_Result] = []
        problem = await self._run(lambda: done.append(operation()))
        return problem, transliterate(done[0]) if done else None

    async def rounds(self) -> tuple[Sequence[RoundSummary], str]:
        """All rounds, in the order they were started; none where they cannot be read."""
        try:
            return await self._in_thread(self._review.rounds), ""
        except ProblemError as error:
            return (), self._ui.say(error.problems[0])

    async def change_rounds(
        self, operation: Callable[[ReviewService], str | None]
    ) -> tuple[Sequence[RoundSummary], str, str]:
        """Changes the rounds; returns all of them after it, the problem, and what else to say."""
        problem, said = await self._ask(partial(operation, self._review))
        rounds, unread = await self.rounds()
        return rounds, problem or unread, said or ""

    async def export(self, format_: str, file: Path, replace: bool) -> str:
        """Writes the round to a file; overwrites one only with `replace`."""
        try:
            data = await self._in_thread(partial(self._review.render, format_))
            await asyncio.to_thread(write_new_file, file, data, replace)
        except ProblemError as error:
            return self._ui.say(error.problems[0])
        return ""
