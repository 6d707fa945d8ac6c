"""A tab with a searchable text."""

from __future__ import annotations

from textual.containers import Vertical
from textual.widget import Widget

from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.tui import commands
from stoette_tui.tui.widgets.searched import SearchedView


class SearchedTab(Vertical):
    """Has the keys for search hits while something is highlighted, and shows the current hit."""

    BINDINGS = commands.bindings("hits")

    def __init__(self, ui: UiText) -> None:
        super().__init__()
        self._ui = ui

    @property
    def searched(self) -> SearchedView:
        """The view with the highlighted text."""
        return self.query_one(SearchedView)

    @property
    def initial_focus(self) -> Widget:
        """The widget to focus first."""
        return self.searched

    def on_mount(self) -> None:
        self.watch(self.searched, "hit", self._show_place, init=False)

    def _place(self) -> list[str]:
        """The reader's place in the text, in words."""
        view = self.searched
        if view.hit is None:
            return []
        number, count = view.hits.index(view.hit) + 1, len(view.hits)
        return [fill(self._ui.search.hit, number=number, count=count)]

    def _show_place(self) -> None:
        view = self.searched
        place = " · ".join(self._place())
        subtitle = place and place + " " * view.margin  # where the text ends, too
        if subtitle != view.border_subtitle:  # setting it redraws
            view.border_subtitle = subtitle

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enables moving from hit to hit only after a search."""
        if action in ("next_hit", "end_search"):
            return bool(self.searched.marked)
        return True

    def action_next_hit(self, step: int) -> None:
        """Goes to the next or previous hit."""
        self.searched.next_hit(step)

    def action_end_search(self) -> None:
        self.searched.mark(())
