"""The line above the key bar: what could not be saved, or was found at startup."""

from __future__ import annotations

from textual.widgets import Static

from stoette_tui.tui.widgets.grid import inset, margin


class Notice(Static):
    """Aligned with the edges of the page; takes no line if there is nothing to say."""

    def show(self, notice: str) -> None:
        """Shows the notice, or hides the line."""
        self.update(notice)
        self.display = bool(notice)
        self._align()

    def on_resize(self) -> None:
        self._align()

    def _align(self) -> None:
        width = self.screen.size.width
        edge = inset(width) + margin(width - 1)  # a view has a scroll bar
        self.styles.padding = (0, edge + 1, 0, edge)
