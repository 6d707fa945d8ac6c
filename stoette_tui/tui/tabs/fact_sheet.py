"""The fact sheet: a page to read, with an outline that follows the reading and navigates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.reactive import reactive
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from stoette_tui.content.model import Content
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.pages import reading as reading_pages
from stoette_tui.pages.layout import Layout
from stoette_tui.review.progress import Progress
from stoette_tui.tui import commands
from stoette_tui.tui.tabs.messages import GoTo, SectionRead
from stoette_tui.tui.widgets.page import Page
from stoette_tui.tui.widgets.searched_tab import SearchedTab

if TYPE_CHECKING:
    from stoette_tui.pages.search import SearchTarget


class Outline(OptionList):
    """The section titles."""

    BINDINGS = commands.bindings("list", "outline")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Moves by a page only if the window has room for a title, as Textual would fail."""
        return action not in ("page_up", "page_down") or self.size.height > 0


class FactSheetTab(SearchedTab):
    """Text and outline. In a narrow window, the outline appears above the text on request."""

    BINDINGS = commands.bindings("fact_sheet")

    progress: reactive[Progress] = reactive(Progress(), repaint=False, init=False)

    def __init__(self, content: Content, ui: UiText, section: str, progress: Progress) -> None:
        """`section` is where to start reading; empty for the top."""
        super().__init__(ui)
        self.set_reactive(FactSheetTab.progress, progress)
        self._content = content
        self._first = section

    def compose(self) -> ComposeResult:
        """The text first, where the other tabs have theirs."""
        sections = self._content.fact_sheet.sections
        outline = Outline(
            *(Option(section.title, section.id) for section in sections), markup=False, compact=True
        )
        page = Page(self._typeset)
        page.go_to(self._first)
        yield page
        yield outline

    def _typeset(self, width: int) -> Iterator[Layout]:
        is_welcome = self.progress.round is None
        return reading_pages.fact_sheet_parts(self._content, self._ui, width, is_welcome=is_welcome)

    def watch_progress(self, old: Progress, new: Progress) -> None:
        """Removes the welcome once something has been answered, and keeps the place in the text."""
        if (old.round is None) != (new.round is None):
            self.query_one(Page).lay_out_again()

    def on_mount(self) -> None:
        page = self.query_one(Page)
        for name in ("scroll_y", "virtual_size"):
            self.watch(page, name, self._show_place, init=False)
        self.watch(page, "section", self._follow_reading, init=False)

    @property
    def place(self) -> str:
        return f"section:{self.query_one(Page).section}"

    def go_to(self, kind: str, name: str, sought: SearchTarget | None) -> None:
        """Scrolls a section to the top, or the search hit in it into view."""
        page = self.query_one(Page)
        if sought:
            page.mark(sought.marks)
            page.find(name, sought.text)
        else:
            page.go_to(name)

    def _place(self) -> list[str]:
        """How far the reader has come, and, after a search, the current hit."""
        page = self.query_one(Page)
        share = page.scroll_y / page.max_scroll_y if page.max_scroll_y else 1
        return [*super()._place(), fill(self._ui.fact_sheet.read, percent=round(100 * share))]

    async def action_outline(self) -> None:
        """Moves to the outline, or from there back to the text."""
        outline = self.query_one(Outline)
        if outline.has_focus:
            self.screen.set_focus(self.query_one(Page))
        else:
            self.add_class("-outline")
            await self.wait_for_refresh()  # a widget that is not shown yet cannot take the focus
            self.screen.set_focus(outline)

    def action_to_checklist(self) -> None:
        """Goes to the items of the section: those that its advice leads to, or that it explains.

        A section without items leads to the list as the reader left it.
        """
        section = self._content.sections.get(self.query_one(Page).section)
        if section and section.checklist:
            self.post_message(GoTo(f"group:{section.checklist}"))
            return
        items = self._content.checklist.items
        explained = (item.id for item in items if section and item.explains == section.id)
        self.post_message(GoTo(f"item:{next(explained, '')}"))

    def on_descendant_blur(self) -> None:
        """Hides the outline if it is shown only on request."""
        self.call_after_refresh(self._put_outline_away)

    def _put_outline_away(self) -> None:
        if not self.query_one(Outline).has_focus:
            self.remove_class("-outline")

    def _follow_reading(self, section: str) -> None:
        self.post_message(SectionRead(section))
        outline = self.query_one(Outline)
        if not outline.has_focus:
            with outline.prevent(OptionList.OptionHighlighted):
                outline.highlighted = outline.get_option_index(section)

    @on(OptionList.OptionHighlighted)
    def _lead_reading(self, message: OptionList.OptionHighlighted) -> None:
        message.stop()
        if message.option_list.has_focus and message.option_id:
            self.query_one(Page).go_to(message.option_id)

    @on(OptionList.OptionSelected)
    def _read(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.post_message(GoTo(f"section:{message.option_id}"))

    @on(Page.Followed)
    def _followed(self, message: Page.Followed) -> None:
        message.stop()
        self.post_message(GoTo(message.target))
