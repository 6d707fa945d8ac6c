"""The base of all dialogs, with their stylesheet, which is read when the first one opens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType


class Dialog(ModalScreen[ScreenResultType]):
    """A screen on top of all open ones."""

    CSS_PATH = Path(__file__).with_name("dialogs.tcss")  # not beside the file of each subclass

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Closes the dialog once: the second of two simultaneous clicks is a no-op."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def action_close(self) -> Any:
        """Closes the dialog without a result."""
        self.dismiss()
