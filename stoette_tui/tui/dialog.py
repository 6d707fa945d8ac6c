"""What all dialogs have in common: how they look, which is read when the first of them opens."""

from __future__ import annotations

from pathlib import Path

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType


class Dialog(ModalScreen[ScreenResultType]):
    """A screen above all that was open."""

    CSS_PATH = Path(__file__).with_name("dialogs.tcss")  # not beside the file of each subclass

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Closes the dialog once: of two clicks that come together, the second closes nothing."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
