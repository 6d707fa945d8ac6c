"""The line above the key bar: what could not be saved, or was found at startup."""

from __future__ import annotations

from textual.reactive import reactive
from textual.widgets import Static

from stoette_tui.tui.widgets.grid import inset, margin


class Notice(Static):
    """Aligned with the edges of the page; takes no line if there is nothing to say."""

    notice: reactive[str] = reactive("")

    def watch_notice(self, notice: str) -> None:
        self.update(notice)
        self.display = bool(notice)

    def on_resize(self) -> None:
        width = self.screen.size.width
        edge = inset(width) + margin(width - 1)  # a view has a scroll bar
        self.styles.padding = (0, edge + 1, 0, edge)
