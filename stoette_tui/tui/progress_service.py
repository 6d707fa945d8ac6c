"""The review service for the app: off the event loop, in order, with problems put into words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from stoette_tui.base.encoding import transliterate
from stoette_tui.base.files import fingerprint, write_new_file
from stoette_tui.base.problems import ProblemError
from stoette_tui.content.model import Checklist
from stoette_tui.content.ui_text import UiText
from stoette_tui.review.progress import Progress
from stoette_tui.store import Store
from stoette_tui.store.review_service import ReviewService

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

Result = TypeVar("Result")
Operation = Callable[[ReviewService], Result]
"""Reads or changes the review, off the event loop. Raises `ProblemError`."""


class ProgressService:
    """Runs operations on the review one at a time, in call order.

    An operation's changes are on disk when its coroutine ends, and only then in `progress` and
    passed to `show`. What goes wrong is returned in words; an empty string if nothing does.
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

    def _in_thread(self, operation: Callable[[], Result]) -> asyncio.Future[Result]:
        return asyncio.get_running_loop().run_in_executor(self._thread, operation)

    async def run(self, operation: Operation[Result]) -> tuple[str, Result | None]:
        """Runs an operation, and shows the new progress; returns what went wrong, and the result.

        The result is None if there is a problem.
        """
        try:
            result = await self._in_thread(partial(operation, self._review))
        except ProblemError as error:
            return self._ui.say(error.problems[0]), None
        self._show(self.progress)
        return "", result

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
        self._seen = () if (await self.run(ReviewService.refresh))[0] else seen
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

    async def export(self, round_id: str, format_: str, file: Path, replace: bool) -> str:
        """Exports a round to a file; overwrites an existing one only with `replace`."""
        from stoette_tui.report.export import export_round

        checklist, words = self._checklist, self._words
        problem, data = await self.run(
            lambda review: export_round(review.store, format_, checklist, words, round_id)
        )
        if data is None:
            return problem
        try:
            await asyncio.to_thread(write_new_file, file, data, replace)
        except ProblemError as error:
            return self._ui.say(error.problems[0])
        return ""
