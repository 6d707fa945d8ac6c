"""Exports the round: in which format, and to which file."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Label, RadioSet

from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.report.export import FORMATS, find_file
from stoette_tui.tui.dialogs.confirm import ConfirmDialog
from stoette_tui.tui.dialogs.form import Choice, Choices, FormDialog
from stoette_tui.tui.widgets.optional_text import OptionalText
from stoette_tui.tui.widgets.path_input import PathInput


class ExportDialog(FormDialog):
    """Stays open until the file is written. Replaces an existing file only after confirmation."""

    def __init__(
        self,
        suggested: Path,
        format_: str,
        ui: UiText,
        write: Callable[[str, Path, bool], Awaitable[str]],
    ) -> None:
        """`suggested` has no extension yet; `format_` is the one chosen at first.

        `write` takes a format, a file and whether to replace it, and returns what went wrong.
        """
        super().__init__(ui.export.title, ui.export.write, ui)
        self._suggested = suggested
        self._first_format = format_
        self._write = write

    def fields(self) -> ComposeResult:
        words = self._ui.export
        with Choices(compact=True):
            for name in FORMATS:
                yield Choice(getattr(words, name), id=name)
        yield Label(words.file, classes="caption", markup=False)
        yield PathInput(f"{self._suggested}.{self._first_format}")
        yield OptionalText(id="matches", markup=False)

    def on_mount(self) -> None:
        """Chooses the first format here, as the choices themselves begin with the first one."""
        self.query_one(f"#{self._first_format}", Choice).value = True

    @property
    def _format(self) -> str:
        pressed = self.query_one(RadioSet).pressed_button
        return pressed.id if pressed and pressed.id else self._first_format

    @on(RadioSet.Changed)
    def _format_chosen(self) -> None:
        """The file's extension follows the format, as long as it is one of ours."""
        file = self.query_one(PathInput)
        stem, dot, ending = file.value.rpartition(".")
        if dot and ending in FORMATS:
            file.value = f"{stem}.{self._format}"
            file.cursor_position = len(file.value)

    @on(PathInput.Changed)
    def _hide_matches(self) -> None:
        self.query_one("#matches", OptionalText).text = ""

    @on(PathInput.Matched)
    def _show_matches(self, message: PathInput.Matched) -> None:
        self.query_one("#matches", OptionalText).text = "  ".join(message.names)

    @on(PathInput.Submitted)
    @work
    async def action_save(self) -> None:
        words = self._ui.export
        name = self.query_one(PathInput).value.strip()
        ending = Path(name).suffix.lower().removeprefix(".")
        format_ = ending if ending in FORMATS else self._format
        file, replace = await asyncio.to_thread(find_file, name, format_)
        if replace:
            question = fill(words.replace, file=file)
            answers = {"stay": words.keep, "replace": words.replace_it}
            answer = await self.app.push_screen_wait(ConfirmDialog(question, answers, self._ui))
            if answer != "replace":
                return
        self.finish(self._write(format_, file, replace))
