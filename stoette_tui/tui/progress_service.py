"""The review service for the app: off the event loop, in order, with problems put into words."""

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
from stoette_tui.content import phrases
from stoette_tui.content.model import Checklist
from stoette_tui.content.ui_text import UiText
from stoette_tui.review.plans import CarriedPlans
from stoette_tui.review.progress import Answer, Progress, RoundSummary
from stoette_tui.store import Store
from stoette_tui.store.review_service import OlderChange, ReviewService

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

_Result = TypeVar("_Result")
RoundOperation = Callable[[ReviewService], CarriedPlans | None]
"""Changes the rounds, off the event loop."""
WRITE_WORKERS: Final = "write"
"""The group of workers that write; quitting waits for them and cancels none."""


class ProgressService:
    """Runs operations on the review one at a time, in call order.

    An operation's changes are on disk when its coroutine ends, and only then in `progress` and
    passed to `show`. An operation returns what went wrong, in words, or an empty string.
    """

    def __init__(
        self,
        store: Store,
        checklist: Checklist,
        ui: UiText,
        progress: Progress,
        show: Callable[[Progress], None],
    ) -> None:
        self._review = ReviewService(store, self.suggest_name, progress)
        self._store = store
        self._show = show
        self.use_language(checklist, ui)
        self._maintaining = asyncio.Lock()
        self._seen: tuple[int, ...] | None = ()
        self._is_gone = False

    def use_language(self, checklist: Checklist, ui: UiText) -> None:
        """Uses the words of another language from now on."""
        self._checklist, self._words = checklist, ui
        self._ui = transliterate(ui)

    @property
    def progress(self) -> Progress:
        """The state of the round."""
        return self._review.progress

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to undo."""
        return self._review.can_undo

    @cached_property
    def _thread(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(max_workers=1)

    def _in_thread(self, operation: Callable[[], _Result]) -> asyncio.Future[_Result]:
        return asyncio.get_running_loop().run_in_executor(self._thread, operation)

    async def _run(self, operation: Callable[[], object]) -> str:
        """Runs an operation on the review, and shows the new progress."""
        try:
            await self._in_thread(operation)
        except ProblemError as error:
            return self._ui.say(error.problems[0])
        self._show(self.progress)
        return ""

    async def check_for_changes(self) -> str | None:
        """Reads changes by another window or a command.

        Returns the problem, in words, if the log has gone missing, an empty string when it is back,
        and None otherwise. While it is missing, the progress stays as last read.
        """
        seen = await self._in_thread(partial(fingerprint, self._store.path))
        if seen == self._seen:
            return None
        problem = await self._in_thread(self._review.missing_log)
        was_gone, self._is_gone = self._is_gone, problem is not None
        if problem:
            self._seen = seen
            # Without its path, which may not fit in a small window.
            return None if was_gone else self._ui.say(replace(problem, where=""))
        # The problem is shown when the reader next answers; polling goes on until then.
        self._seen = () if await self._run(self._review.refresh) else seen
        return "" if was_gone else None

    @property
    def is_maintenance_due(self) -> bool:
        """Whether `run_maintenance` has anything to do. Does not block."""
        return self._store.maintenance.is_due and not self._maintaining.locked()

    async def run_maintenance(self) -> list[str]:
        """Repairs damage and makes backups, parallel to other operations; returns the notices."""
        async with self._maintaining:
            problems = await asyncio.to_thread(self._store.maintenance.run)
        return [self._ui.say(problem) for problem in problems]

    def suggest_name(self, taken: Collection[str]) -> str:
        """A name for a new round, not among those `taken`."""
        return self._words.round_name(date.today(), taken)

    async def answer(self, item_id: str, answer: Answer) -> str:
        """Gives an item the answer, or clears it if the item already has it."""

        def toggle() -> None:
            # Decided only after earlier operations have run, for keys in quick succession.
            given = self.progress.state(item_id).answer == answer
            self._review.answer(item_id, Answer.UNANSWERED if given else answer)

        return await self._run(toggle)

    async def read_round(self, round_id: str | None) -> Progress | None:
        """A round as it is on disk by now; None if it cannot be read, as the next write reports."""
        try:
            return await self._in_thread(partial(self._review.read_round, round_id))
        except ProblemError:
            return None

    async def plan(self, item_id: str, edits: dict[str, str], *, round_id: str | None) -> str:
        """Writes the changed fields of an item's plan in that round, and no others."""
        return await self._run(partial(self._review.plan, item_id, edits, round_id))

    async def fill_map(self, texts: dict[str, str], *, round_id: str | None) -> str:
        """Writes the changed cells of the map of that round, by id."""
        return await self._run(partial(self._review.fill_map, texts, round_id))

    async def undo(
        self, days: Container[date], confirmed: int | None = None
    ) -> tuple[str, str] | OlderChange:
        """Takes back the newest change of the round; returns the problem and a description.

        A change made on any other day than these stays, and is returned instead; so does any but
        the one `confirmed`, by id.
        """
        problem, done = await self._ask(partial(self._review.undo, days, confirmed))
        if isinstance(done, OlderChange):
            return done
        said = phrases.describe_undone(done or (), self._checklist, self._words)
        return problem, transliterate(said)

    async def redo(self) -> tuple[str, str]:
        """Restores what was taken back last; returns the problem and a description."""
        problem, done = await self._ask(self._review.redo)
        said = phrases.describe_redone(done or (), self._checklist, self._words)
        return problem, transliterate(said)

    async def _ask(self, operation: Callable[[], _Result]) -> tuple[str, _Result | None]:
        """Like `_run`, but also returns the operation's result."""
        done: list[_Result] = []
        problem = await self._run(lambda: done.append(operation()))
        return problem, done[0] if done else None

    async def rounds(self) -> tuple[Sequence[RoundSummary], str]:
        """All rounds, in the order they were started, and the problem; none if unreadable."""
        try:
            return await self._in_thread(self._review.rounds), ""
        except ProblemError as error:
            return (), self._ui.say(error.problems[0])

    async def change_rounds(
        self, operation: RoundOperation
    ) -> tuple[Sequence[RoundSummary], str, str]:
        """Changes the rounds; returns the new list, the problem, and a message."""
        problem, carried = await self._ask(partial(operation, self._review))
        rounds, unread = await self.rounds()
        said = transliterate(phrases.describe_carried_plans(carried, self._words))
        return rounds, problem or unread, said

    async def export(self, round_id: str, format_: str, file: Path, replace: bool) -> str:
        """Exports a round to a file; overwrites an existing one only with `replace`."""
        from stoette_tui.report.export import export_round

        words = self._checklist, self._words
        render = partial(export_round, self._store, format_, *words, round_id)
        try:
            data = await self._in_thread(render)
            await asyncio.to_thread(write_new_file, file, data, replace)
        except ProblemError as error:
            return self._ui.say(error.problems[0])
        return ""
