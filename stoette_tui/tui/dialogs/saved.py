"""Shows where the file is, and offers to open it."""

from __future__ import annotations

from pathlib import Path

from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.tui import commands
from stoette_tui.tui.dialogs.confirm import ConfirmDialog


class SavedDialog(ConfirmDialog):
    """Returns `file` or `folder` if that is to be opened."""

    BINDINGS = commands.bindings("saved")

    def __init__(self, file: Path, ui: UiText) -> None:
        words = ui.export
        answers = {"done": words.done, "file": words.open_file, "folder": words.open_folder}
        super().__init__(fill(words.written, file=file), answers, ui)
