"""The base of all dialogs, with their stylesheet, which is read when the first one opens."""

from __future__ import annotations

from pathlib import Path

from textual.screen import ModalScreen, ScreenResultType


class Dialog(ModalScreen[ScreenResultType]):
    """A screen on top of all open ones."""

    CSS_PATH = Path(__file__).with_name("dialogs.tcss")  # not beside the file of each subclass
