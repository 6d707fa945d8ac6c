"""The base of all dialogs, with their stylesheet, which is read when the first one opens."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen, ScreenResultType
from textual.widget import Widget

from stoette_tui.content.ui_text import UiText
from stoette_tui.tui.widgets.key_bar import KeyBar


class ScrolledFrame(VerticalScroll, can_focus=False):
    """Up and down move between fields, except in a multi-line field and among radio buttons.

    They have no other use in a single-line field, and scrolling follows the focus.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    def on_resize(self) -> None:
        """Keeps the field with the focus in view."""
        if focused := self.screen.focused:
            self.call_after_refresh(focused.scroll_visible, animate=False)


class Dialog(ModalScreen[ScreenResultType]):
    """A screen on top of all open ones: a frame with a title, and the keys."""

    CSS_PATH = Path(__file__).with_name("dialogs.tcss")  # not beside the file of each subclass
    FRAME: type[Widget] = Vertical

    def __init__(self, title: str, ui: UiText) -> None:
        super().__init__()
        self.title = title
        self._ui = ui

    def compose(self) -> ComposeResult:
        with self.FRAME(classes="dialog") as frame:
            frame.border_title = self.title
            yield from self.parts()
        yield KeyBar(self._ui)

    def parts(self) -> ComposeResult:
        """What is in the frame."""
        raise NotImplementedError

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Closes the dialog once: the second of two simultaneous clicks is a no-op."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
