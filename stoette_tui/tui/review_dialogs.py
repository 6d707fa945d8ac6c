"""The dialogs on the review: each gets the data it shows, and callbacks to change it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App

from stoette_tui.base.encoding import transliterate
from stoette_tui.base.programs import open_path
from stoette_tui.content import phrases
from stoette_tui.content.model import Content
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.review.plans import CarriedPlans
from stoette_tui.review.progress import Progress, Round, RoundSummary
from stoette_tui.store.review_service import ReviewService
from stoette_tui.tui.key_queue import BACKGROUND
from stoette_tui.tui.progress_service import Operation, ProgressService
from stoette_tui.tui.view_state import RememberedView

if TYPE_CHECKING:
    from stoette_tui.tui.dialogs.rounds import RoundsDialog


class ReviewDialogs:
    """Opens plans, rounds, comparison and export. Imports each dialog lazily."""

    def __init__(
        self,
        app: App[Any],
        content: Content,
        ui: UiText,
        service: ProgressService,
        view: RememberedView,
    ) -> None:
        self._app = app
        self._content = content
        self._ui = ui
        self._service = service
        self._view = view
        self._rounds: RoundsDialog | None = None

    def open_plan(self, item_id: str) -> None:
        """Opens the plan of an item, or, by its id, the map of support."""
        from stoette_tui.tui.dialogs.plan import PlanDialog
        from stoette_tui.tui.dialogs.support_map import MapDialog

        checklist, progress, ui = self._content.checklist, self._service.progress, self._ui
        round_id, is_map = progress.round_id, item_id == checklist.map.id

        async def load() -> Progress | None:
            return (await self._service.run(lambda review: review.store.progress(round_id)))[1]

        def write(review: ReviewService, edits: dict[str, str]) -> None:
            if is_map:
                review.write_map(edits, round_id)
            else:
                review.write_plan(item_id, edits, round_id)

        async def save(edits: dict[str, str]) -> str:
            """Says in which round it was saved, if another one has been opened meanwhile."""
            problem, _ = await self._service.run(lambda review: write(review, edits))
            if not problem and round_id not in (None, self._service.progress.round_id):
                said = fill(ui.messages.saved_in, round=transliterate(progress.round_name))
                self._app.notify(said, markup=False)
            return problem

        if is_map:
            self._app.push_screen(MapDialog(checklist.map, progress, ui, load, save))
        else:
            item = checklist.by_id[item_id]
            self._app.push_screen(PlanDialog(item, progress, ui, load, save))

    def open_rounds(self, rounds: Sequence[RoundSummary]) -> None:
        """Opens the list of rounds."""
        from stoette_tui.tui.dialogs.rounds import RoundsDialog

        ids, suggest_name = self._content.checklist.item_ids, self._service.suggest_name
        dialog = RoundsDialog(rounds, ids, self._ui, suggest_name, self._change_rounds)
        self._rounds = dialog
        self._app.push_screen(dialog)

    async def refresh_rounds(self) -> None:
        """Lists the rounds again, if they are shown."""
        if self._rounds and self._rounds in self._app.screen_stack:
            _, rounds = await self._service.run(ReviewService.rounds)
            if rounds is not None:
                self._rounds.show_rounds(rounds)

    async def _change_rounds(
        self, operation: Operation[CarriedPlans | None]
    ) -> tuple[Sequence[RoundSummary] | None, str]:
        """Changes the rounds, and says how many plans were carried over."""
        problem, carried = await self._service.run(operation)
        if said := transliterate(phrases.describe_carried_plans(carried, self._ui)):
            self._app.notify(said, markup=False)
        unread, rounds = await self._service.run(ReviewService.rounds)
        return rounds, problem or unread

    def open_comparison(self, rounds: Sequence[RoundSummary]) -> None:
        """Shows the progress over the rounds, and what has changed from one to another."""
        from stoette_tui.tui.dialogs.compare import CompareDialog

        if not rounds:
            self._app.notify(self._ui.rounds.none_yet, markup=False)
            return
        dialog = CompareDialog(transliterate(rounds), self._content.checklist, self._ui)
        self._app.push_screen(dialog)

    def open_export(self, round_: Round, folder: Path) -> None:
        """Asks for a format and a file to export the round to."""
        from stoette_tui.report.export import FORMATS, suggested_name
        from stoette_tui.tui.dialogs.export import ExportDialog

        suggested = folder / suggested_name(round_, self._ui)
        written: list[Path] = []

        async def write(format_: str, file: Path, replace: bool) -> str:
            problem = await self._service.export(round_.id, format_, file, replace)
            if problem:
                return problem
            self._view.remember(folder=str(file.parent), format=format_)
            if dialog in self._app.screen_stack and not self._app.is_web:
                written.append(file)
            else:
                self._app.notify(fill(self._ui.export.written, file=file), markup=False)
            return ""

        last = self._view.state.format
        format_ = last if last in FORMATS else FORMATS[0]
        dialog = ExportDialog(suggested, format_, self._ui, write)
        self._app.push_screen(dialog, lambda _: self._offer_to_open(written))

    def _offer_to_open(self, written: Sequence[Path]) -> None:
        """Shows where the file is, if one was written, and opens it or its folder on request."""
        from stoette_tui.tui.dialogs.saved import SavedDialog

        def answer(what: str | None) -> None:
            if what in ("file", "folder"):
                path = file if what == "file" else file.parent
                self._app.run_worker(self._open(path), group=BACKGROUND)

        for file in written:
            self._app.push_screen(SavedDialog(file, self._ui), answer)

    async def _open(self, path: Path) -> None:
        said = fill(self._ui.messages.opened, address=path)
        if not await asyncio.to_thread(open_path, path):
            said = fill(self._ui.export.cannot_open, file=path)
        self._app.notify(said, markup=False)
