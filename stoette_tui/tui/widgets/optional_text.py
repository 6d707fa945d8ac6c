"""A text that is not always there."""

from __future__ import annotations

from textual.reactive import reactive
from textual.widgets import Static

from stoette_tui.tui.widgets.grid import inset, margin


class OptionalText(Static):
    """Takes no line while there is nothing to say."""

    text: reactive[str] = reactive("")

    def watch_text(self, text: str) -> None:
        self.update(text)
        self.display = bool(text)


class Notice(OptionalText):
    """What could not be saved, or was found at startup; aligned with the edges of the page."""

    def on_resize(self) -> None:
        width = self.screen.size.width
        edge = inset(width) + margin(width - 1)  # a view has a scroll bar
        self.styles.padding = (0, edge + 1, 0, edge)
