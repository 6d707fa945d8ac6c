"""The background of the item in focus, and its plan; or the map of support."""

from __future__ import annotations

from rich.text import Text
from textual import events, on
from textual.geometry import Size
from textual.reactive import reactive

from stoette_tui.content.model import Content
from stoette_tui.content.ui_text import UiText
from stoette_tui.pages import item as item_pages
from stoette_tui.review.progress import Progress, is_map_cell
from stoette_tui.tui import commands
from stoette_tui.tui.tabs.messages import AnswerGiven, GoTo, PlanWanted
from stoette_tui.tui.widgets.grid import text_width
from stoette_tui.tui.widgets.lines import LineView

HIGH_ENOUGH_FOR_GAPS = 30
"""Height in cells from which there is room below the list to space out the parts of an item.

Beside the list, there always is.
"""


class ItemDetail(LineView):
    """The item in focus: its statement, clickable answers, background and plan."""

    FOCUS_ON_CLICK = False
    BINDINGS = commands.bindings("page")

    item_id: reactive[str] = reactive("")
    progress: reactive[Progress] = reactive(Progress(), repaint=False)

    def __init__(self, content: Content, ui: UiText) -> None:
        super().__init__()
        self._content = content
        self._ui = ui
        self._items = content.checklist.by_id
        self._width = self._height = 0
        self.lines = []

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of lines at a width in cells; used when the view is below the list."""
        room = width - self.scrollbar_size_vertical  # not yet subtracted by Textual
        self._show_lines(self._typeset(room, 0, container.height >= HIGH_ENOUGH_FOR_GAPS))
        return len(self.lines)

    def reflow(self) -> None:
        region = self.scrollable_content_region
        if region.width != self._width or (self._height and region.height != self._height):
            self._show()
            self.refresh()

    def _show_lines(self, lines: list[Text]) -> None:
        self.lines = lines
        self.virtual_size = Size(self._width, len(lines))

    def _typeset(self, width: int, height: int, is_spacious: bool) -> list[Text]:
        """The item; `height` is that of the view beside the list, or 0 if it is below the list."""
        self._width, self._height = width, height
        content, ui, progress, measure = self._content, self._ui, self.progress, text_width(width)
        if width <= 0:
            return self.lines
        if item := self._items.get(self.item_id):
            return item_pages.detail(item, content, ui, progress, measure, is_spacious, height)
        if self.item_id:
            return item_pages.map_lines(content.checklist.map, ui, progress, measure)
        return []

    def watch_item_id(self) -> None:
        """Shows the item from the top."""
        self.scroll_home(animate=False)
        self._show()

    def watch_progress(self, old: Progress, new: Progress) -> None:
        changed, is_reopened = new.changed_since(old), new.is_archived != old.is_archived
        if self.item_id in changed or any(map(is_map_cell, changed)) or is_reopened:
            self._show()

    def _show(self) -> None:
        below = bool(self.styles.height and self.styles.height.is_auto)
        is_spacious = not below or self.container_size.height >= HIGH_ENOUGH_FOR_GAPS
        region = self.scrollable_content_region
        lines = self._typeset(region.width, 0 if below else region.height, is_spacious)
        if len(lines) == len(self.lines):
            self.replace_lines(0, lines)
        else:
            self._show_lines(lines)
            self.refresh(layout=below)

    @on(events.Click)
    def _clicked(self, event: events.Click) -> None:
        target = event.style.meta.get("target", "")
        kind, _, name = target.partition(":")
        if kind == "answer":
            self.post_message(AnswerGiven(self.item_id, name))
        elif kind == "plan":
            self.post_message(PlanWanted(self.item_id))
        elif target:
            self.post_message(GoTo(target))
