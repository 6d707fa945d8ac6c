"""The app: holds the progress, passes it down, and writes the reader's changes."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from textual import on, work
from textual.binding import Binding
from textual.reactive import reactive
from textual.screen import Screen

from stoette_tui.base.encoding import transliterate
from stoette_tui.base.problems import ProblemError
from stoette_tui.content import phrases
from stoette_tui.content.model import Content
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.review.progress import Answer, Progress
from stoette_tui.store import Store
from stoette_tui.store.review_service import OlderChange, ReviewService
from stoette_tui.tui import commands, themes
from stoette_tui.tui.key_queue import BACKGROUND, WRITE_WORKERS, KeyQueue
from stoette_tui.tui.main_screen import MainScreen
from stoette_tui.tui.progress_service import ProgressService
from stoette_tui.tui.tabs.messages import AnswerGiven
from stoette_tui.tui.terminal_app import TerminalApp
from stoette_tui.tui.view_state import RememberedView
from stoette_tui.tui.widgets.keys import active_commands, key_in_words

if TYPE_CHECKING:
    from stoette_tui.tui.driver import Terminated

LoadLanguage = Callable[[], tuple[Content, UiText]]

MAINTENANCE_NOTICE_SECONDS = 30
"""How long a notification about the file stays, as it takes a while to read."""
ONLY_THIS_LANGUAGE: Mapping[str, LoadLanguage] = {}


class StoetteApp(TerminalApp, KeyQueue):
    """Four tabs over one progress. What the screen shows as answered is on disk."""

    CSS_PATH = "app.tcss"
    SUSPENDED_SCREEN_CLASS = "-covered"
    ENABLE_COMMAND_PALETTE = False  # Textual's binding for it would also work above a dialog
    BINDINGS = commands.bindings("app")
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual types it as an instance variable
        (0, "-narrow"),
        (61, "-medium"),  # from which the margins are wide; see grid.py
        (100, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-low"),
        (18, "-high"),
        (32, "-tall"),
    ]

    progress: reactive[Progress] = reactive(Progress(), repaint=False)
    can_undo: reactive[bool] = reactive(False, repaint=False)
    notice: reactive[str] = reactive("", repaint=False)
    """What could not be saved, or was found at startup; empty once the last change is saved."""

    def __init__(
        self,
        content: Content,
        ui: UiText,
        store: Store,
        progress: Progress,
        *,
        theme: str = "",
        notice: str = "",
        languages: Mapping[str, LoadLanguage] = ONLY_THIS_LANGUAGE,
    ) -> None:
        """`theme` is the name of the theme requested; empty for the one used last.

        `notice` is shown until something has been saved; `languages` has a loader for the content
        of each language, by code.
        """
        super().__init__()
        self._use_language(content, ui)
        self._languages = languages
        self._service = ProgressService(store, content.checklist, ui, progress, self._show_progress)
        self._confirmed_days: set[date] = set()
        run_in_thread = partial(self.run_worker, thread=True, group=BACKGROUND)
        self._view = RememberedView(store.path.parent, run_in_thread)
        self.set_reactive(StoetteApp.progress, transliterate(progress))
        self.set_reactive(StoetteApp.can_undo, self._service.can_undo)
        self.set_reactive(StoetteApp.notice, transliterate(notice))
        themes.register(self, theme, self._view.state.theme)

    def _use_language(self, content: Content, ui: UiText) -> None:
        self._content = transliterate(content)
        self._ui = transliterate(ui)
        self.title = self._ui.title

    def get_default_screen(self) -> Screen[None]:
        given = self._content, self._ui, self._service, self.progress, self._view, self._languages
        screen = MainScreen(*given)
        return screen.data_bind(StoetteApp.progress, StoetteApp.can_undo, StoetteApp.notice)

    def on_ready(self) -> None:
        """Collects startup garbage once, after the first screen is drawn."""
        if not gc.isenabled():
            gc.collect()
            gc.freeze()
            gc.enable()

    def on_mount(self) -> None:
        """Starts polling for changes by other windows, and for maintenance of the file."""
        self.set_interval(1, self._check_for_changes)
        self.set_interval(1, self._start_maintenance)

    # The progress: the service has it on disk before it passes on the new one.

    def _show_progress(self, progress: Progress) -> None:
        if progress.newest != self.progress.newest:
            self.notice = ""  # something has been saved
        self.progress = transliterate(progress)
        self.can_undo = self._service.can_undo

    def watch_progress(self, new: Progress) -> None:
        """Sets the window title to the round, which the driver follows."""
        words, round_ = self._ui, new.round
        self.title = fill(words.window_title, round=round_.name) if round_ else words.title

    async def _check_for_changes(self) -> None:
        problem = await self._service.check_for_changes()
        if problem is not None:
            self.notice = problem

    def _start_maintenance(self) -> None:
        if self._service.is_maintenance_due:
            self._run_maintenance()

    @work(group=BACKGROUND)
    async def _run_maintenance(self) -> None:
        for problem in await self._service.run_maintenance():
            self.notify(
                problem, markup=False, severity="warning", timeout=MAINTENANCE_NOTICE_SECONDS
            )

    def _may_write(self) -> bool:
        """Whether the round is not archived; says so if it is."""
        if refusal := phrases.describe_refusal(self.progress, self._ui):
            self.notify(refusal, markup=False, severity="warning")
        return not refusal

    async def _show_saved(self, problem: str) -> bool:
        """Shows what was not saved until the next save succeeds; returns whether all was saved."""
        if problem:
            await self._service.run(ReviewService.refresh)
            if not self._may_write():  # it has been archived elsewhere
                return True
        self.notice = fill(self._ui.messages.not_saved, problem=problem) if problem else ""
        return not problem

    @on(AnswerGiven)
    @work(group=WRITE_WORKERS)
    async def _answer(self, message: AnswerGiven) -> bool:
        if not self._may_write():
            return True
        item_id, answer = message.item_id, Answer(message.answer)
        problem, _ = await self._service.run(lambda review: review.toggle(item_id, answer))
        return await self._show_saved(problem)

    @work(group=WRITE_WORKERS)
    async def action_undo(self, confirmed: int | None = None) -> bool:
        """Takes back the newest change of the round; only the one `confirmed`, if any is."""
        if not self._may_write():
            return True
        days = {date.today(), *self._confirmed_days}
        problem, done = await self._service.run(lambda review: review.undo(days, confirmed))
        if isinstance(done, OlderChange):
            self._ask_to_undo(done)
            return True
        said = phrases.describe_undone(done or (), self._content.checklist, self._ui)
        return await self._show_taken_back(problem, said)

    @work(exclusive=True, group="dialog")
    async def _ask_to_undo(self, change: OlderChange) -> None:
        """Asks once for each earlier day, without making the caller wait for the answer."""
        from stoette_tui.tui.dialogs.confirm import ConfirmDialog

        day, item, words = change.day, change.item, self._ui.messages
        question = phrases.ask_to_undo(day, item, self._content.checklist, self._ui)
        answers = {"keep": words.undo_not, "undo": words.undo_it}
        if await self.push_screen_wait(ConfirmDialog(question, answers, self._ui)) == "undo":
            self._confirmed_days.add(change.day)
            self.action_undo(change.id)

    @work(group=WRITE_WORKERS)
    async def action_redo(self) -> bool:
        """Restores what was taken back last."""
        if not self._may_write():
            return True
        problem, done = await self._service.run(ReviewService.redo)
        said = phrases.describe_redone(done or (), self._content.checklist, self._ui)
        return await self._show_taken_back(problem, said)

    async def _show_taken_back(self, problem: str, said: str) -> bool:
        if not problem:
            self.notify(said, markup=False)
        return await self._show_saved(problem)

    def watch_theme(self, theme: str) -> None:
        if self.is_running:
            self._view.remember(theme=theme)

    def on_unmount(self) -> None:
        """Saves the reader's place."""
        self._view.save()

    # Commands and keys

    def action_command_palette(self) -> None:
        from stoette_tui.tui.palette import command_dialog

        self.push_screen(command_dialog(self.screen, self._ui, self._languages))

    @work(exclusive=True, group="language")
    async def action_switch_language(self, language: str) -> None:
        """Switches everything to another language, and keeps the reader's place."""
        try:
            content, ui = await asyncio.to_thread(self._languages[language])
        except ProblemError as error:
            self.notify(self._ui.say(error.problems[0]), markup=False, severity="error")
            return
        if not isinstance(screen := self.screen, MainScreen):  # a dialog was opened meanwhile
            return
        self.clear_notifications()  # in the language before
        self._use_language(content, ui)
        self._service.use_language(content.checklist, ui)
        screen.call_later(screen.show_language, self._content, self._ui)
        self.watch_progress(self.progress)
        self._view.remember(language=language)

    def action_show_help(self) -> None:
        """Shows the keys that work where the focus is."""
        from stoette_tui.tui.dialogs.help import HelpDialog

        self.push_screen(HelpDialog(active_commands(self.screen), self._ui))

    def get_key_display(self, binding: Binding) -> str:
        """The key as the reader knows it."""
        return key_in_words(binding.key, self._ui.keys) or super().get_key_display(binding)

    def action_help_quit(self) -> None:
        """Tells a reader who presses Ctrl+C which key closes the program."""
        self.notify(fill(self._ui.messages.how_to_quit, key="q"), markup=False)

    # Closing

    async def action_quit(self) -> None:
        """Closes the program, unless the reader would lose something and decides to stay."""
        self._quit()

    @work(exclusive=True, group="quit")
    async def _quit(self) -> None:
        """Does not quit if the last save fails, or if the reader decides to stay."""
        if not await self._is_all_saved():
            return
        if len(self.screen_stack) > 1:
            from stoette_tui.tui.dialogs.edit import may_leave_all

            if not await may_leave_all(self.screen_stack):
                return
        if await self._is_all_saved():
            self.exit()

    async def on_terminated(self, message: Terminated) -> None:
        """Closes the program at the system's request, as `q` does at the reader's."""
        await self.run_last(partial(self._end, message.status))

    async def _end(self, status: int) -> None:
        """Quits without asking: a plan being edited is saved as far as it is valid."""
        if len(self.screen_stack) > 1:
            from stoette_tui.tui.dialogs.edit import save_all_valid

            await save_all_valid(self.screen_stack)
        await self._is_all_saved()
        self.exit(return_code=status)

    async def _is_all_saved(self) -> bool:
        """Waits for pending writes; also true if the failure has already been reported."""
        was_known = bool(self.notice)
        writing = [
            each for each in self.workers if each.group == WRITE_WORKERS and not each.is_finished
        ]
        return all([await each.wait() for each in writing]) or was_known
