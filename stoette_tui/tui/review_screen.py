"""The dialogs on the review: each gets the data it shows, and callbacks to change it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.reactive import reactive
from textual.screen import Screen

from stoette_tui.base.encoding import transliterate
from stoette_tui.base.programs import open_path
from stoette_tui.content import phrases
from stoette_tui.content.model import Content
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.review.compare import comparable
from stoette_tui.review.plans import CarriedPlans
from stoette_tui.review.progress import Progress, RoundSummary
from stoette_tui.store.review_service import ReviewService
from stoette_tui.tui.key_queue import BACKGROUND
from stoette_tui.tui.progress_service import Operation, ProgressService
from stoette_tui.tui.tabs.messages import PlanWanted
from stoette_tui.tui.view_state import RememberedView
from stoette_tui.tui.widgets.tab_bar import TabBar

if TYPE_CHECKING:
    from stoette_tui.tui.dialogs.rounds import RoundsDialog


class ReviewScreen(Screen[None]):
    """A screen that opens plans, rounds, comparison and export. Imports each dialog lazily."""

    progress: reactive[Progress] = reactive(Progress(), repaint=False)

    _content: Content
    _ui: UiText
    _service: ProgressService
    _view: RememberedView
    _rounds_dialog: RoundsDialog | None = None

    @property
    def _shown(self) -> str:
        """The name of the tab on screen."""
        return self.query_one(TabBar).active

    def _is_still_at(self, tab: str) -> bool:
        """Whether the reader is still on that tab, with no dialog opened meanwhile."""
        return self.is_active and self._shown == tab

    @on(PlanWanted)
    def _open_plan(self, message: PlanWanted) -> None:
        """Opens the plan of an item or the map, unless the round is archived or the reader gone."""
        from stoette_tui.tui.dialogs.plan import PlanDialog
        from stoette_tui.tui.dialogs.support_map import MapDialog

        if refusal := phrases.describe_refusal(self.progress, self._ui):
            self.notify(refusal, markup=False, severity="warning")
        if refusal or not self._is_still_at("checklist"):
            return
        checklist, progress, ui = self._content.checklist, self._service.progress, self._ui
        item_id, round_id = message.item_id, progress.round_id
        item = checklist.by_id.get(item_id)

        async def load() -> Progress | None:
            return (await self._service.run(lambda review: review.store.progress(round_id)))[1]

        def write(review: ReviewService, edits: dict[str, str]) -> None:
            if item:
                review.write_plan(item_id, edits, round_id)
            else:
                review.write_map(edits, round_id)

        async def save(edits: dict[str, str]) -> str:
            """Says in which round it was saved, if another one has been opened meanwhile."""
            problem, _ = await self._service.run(lambda review: write(review, edits))
            if not problem and round_id not in (None, self._service.progress.round_id):
                said = fill(ui.messages.saved_in, round=transliterate(progress.round_name))
                self.notify(said, markup=False)
            return problem

        if item:
            self.app.push_screen(PlanDialog(item, progress, ui, load, save))
        else:
            self.app.push_screen(MapDialog(checklist.map, progress, ui, load, save))

    def on_screen_suspend(self) -> None:
        """Takes away what was said in passing, which would cover the dialog."""
        self.app.clear_notifications()

    async def _rounds(self) -> Sequence[RoundSummary] | None:
        """All rounds, if they can be read and the reader has not moved on; notifies of problems."""
        tab = self._shown
        problem, rounds = await self._service.run(ReviewService.rounds)
        if problem:
            self.notify(problem, markup=False, severity="error")
        return rounds if self._is_still_at(tab) else None

    @work(exclusive=True, group="dialog")
    async def action_show_rounds(self) -> None:
        """Opens the list of rounds."""
        from stoette_tui.tui.dialogs.rounds import RoundsDialog

        if (rounds := await self._rounds()) is not None:
            ids, suggest_name = self._content.checklist.item_ids, self._service.suggest_name
            dialog = RoundsDialog(rounds, ids, self._ui, suggest_name, self._change_rounds)
            self._rounds_dialog = dialog
            self.app.push_screen(dialog)

    async def _change_rounds(self, operation: Operation[CarriedPlans | None]) -> str:
        """Changes the rounds, and says how many plans were carried over."""
        problem, carried = await self._service.run(operation)
        if said := transliterate(phrases.describe_carried_plans(carried, self._ui)):
            self.notify(said, markup=False)
        unread = await self._list_rounds()
        return problem or unread

    async def _list_rounds(self) -> str:
        """Lists the rounds again, if they are shown; returns what went wrong."""
        problem, rounds = await self._service.run(ReviewService.rounds)
        if (dialog := self._rounds_dialog) and dialog.is_attached and rounds is not None:
            dialog.show_rounds(rounds)
        return problem

    @work(exclusive=True, group="dialog")
    async def action_compare(self) -> None:
        """Shows the progress over the rounds, and what has changed from one to another."""
        from stoette_tui.tui.dialogs.compare import CompareDialog

        rounds = await self._rounds()
        if rounds:
            checklist = self._content.checklist
            shown = transliterate(comparable(rounds))
            self.app.push_screen(CompareDialog(shown, checklist, self._ui))
        elif rounds is not None:
            self.notify(self._ui.rounds.none_yet, markup=False)

    @work(exclusive=True, group="dialog")
    async def action_export(self) -> None:
        """Asks for a format and a file to export the round to; then shows where the file is."""
        from stoette_tui.report.export import FORMATS, suggested_name
        from stoette_tui.tui.dialogs.export import ExportDialog
        from stoette_tui.tui.dialogs.saved import SavedDialog

        if not (round_ := self.progress.round):
            self.notify(self._ui.rounds.none_yet, markup=False)
            return
        tab, folder = self._shown, await asyncio.to_thread(self._view.default_folder)
        if not self._is_still_at(tab):
            return
        written: list[Path] = []

        async def write(format_: str, file: Path, replace: bool) -> str:
            problem = await self._service.export(round_.id, format_, file, replace)
            if problem:
                return problem
            self._view.remember(folder=str(file.parent), format=format_)
            if dialog in self.app.screen_stack and not self.app.is_web:
                written.append(file)
            else:
                self.notify(fill(self._ui.export.written, file=file), markup=False)
            return ""

        suggested, last = folder / suggested_name(round_, self._ui), self._view.state.format
        format_ = last if last in FORMATS else FORMATS[0]
        dialog = ExportDialog(suggested, format_, self._ui, write)
        await self.app.push_screen_wait(dialog)
        for file in written:
            what = await self.app.push_screen_wait(SavedDialog(file, self._ui))
            if what in ("file", "folder"):
                self._open(file if what == "file" else file.parent)

    @work(group=BACKGROUND)
    async def _open(self, path: Path) -> None:
        said = fill(self._ui.messages.opened, address=path)
        if not await asyncio.to_thread(open_path, path):
            said = fill(self._ui.export.cannot_open, file=path)
        self.notify(said, markup=False)
