"""The links: their labels, addresses and descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from stoette_tui.content.model import Content, Link
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.pages import reading as reading_pages
from stoette_tui.pages.layout import MEASURE, markdown
from stoette_tui.tui import commands
from stoette_tui.tui.tabs.messages import GoTo
from stoette_tui.tui.widgets.row_list import Row, RowList
from stoette_tui.tui.widgets.searched import LineHit, SearchedView
from stoette_tui.tui.widgets.searched_tab import SearchedTab

if TYPE_CHECKING:
    from stoette_tui.pages.search import SearchTarget


class LinkList(RowList, SearchedView):
    """All links in their groups."""

    BINDINGS = commands.bindings("links")
    MAX_WIDTH = MEASURE

    def __init__(self, content: Content, ui: UiText) -> None:
        super().__init__()
        self._links = content.links
        self._ui = ui

    def layout_rows(self, width: int) -> Iterator[Row]:
        """The introduction, then each group's head and its links."""
        yield Row("", [Text(), *markdown(self._links.intro, width)], head=True)
        for group in self._links.groups:
            heading = reading_pages.link_group_head(group, width)
            yield Row(f"group:{group.id}", [Text(), *heading], head=True)
            for link in group.links:
                yield Row(f"space:{link.id}", [Text()], head=True)
                address = reading_pages.short_address(link, width)
                yield Row(link.id, reading_pages.link_row(link, address, self._ui, width))

    @property
    def _link(self) -> Link | None:
        """The link under the cursor; None until the list is laid out."""
        return self._links.find(self.row_id) if self.row_id else None

    def reset(self, in_place: bool = False) -> None:
        """Lays the links out again, with the search matches highlighted."""
        super().reset(in_place)
        self.find_hits()

    def go_to_hit(self, hit: LineHit, top: int | None = None) -> None:
        """Puts the cursor on the link, unless the hit is in the text above the links."""
        super().go_to_hit(hit, top)
        if (row := self.row_at(hit.line)) and not row.head:
            self.put_cursor(row.id)

    def go_to_link(self, link_id: str) -> None:
        """Puts the cursor on a link, and goes to the first hit in it, if there is one."""
        self.put_cursor(link_id)
        hits = ((hit, self.row_at(hit.line)) for hit in self.hits)
        self.hit = next((hit for hit, row in hits if row and row.id == link_id), None)

    def on_row_list_selected(self, message: RowList.Selected) -> None:
        message.stop()
        self.post_message(GoTo(self._links.find(message.row_id).address))

    def action_copy(self) -> None:
        if link := self._link:
            self.app.copy_to_clipboard(link.address)
            said = fill(self._ui.messages.copied, text=link.address)
            self.notify(said, markup=False)

    def action_open_archived(self) -> None:
        if link := self._link:
            self.post_message(GoTo(self._links.archived(link)))


class LinksTab(SearchedTab):
    """The list."""

    def __init__(self, content: Content, ui: UiText) -> None:
        super().__init__(ui)
        self._content = content

    def compose(self) -> ComposeResult:
        """The list, where the other tabs have theirs."""
        yield LinkList(self._content, self._ui)
        yield Static(classes="free")

    @property
    def searched(self) -> LinkList:
        return self.query_one(LinkList)

    @property
    def place(self) -> str:
        return f"link:{self.searched.row_id}"

    def go_to(self, kind: str, name: str, sought: SearchTarget | None) -> None:
        """Puts the cursor on the link, with the search matches highlighted on the page."""
        if sought:
            self.searched.mark(sought.marks)
        self.searched.go_to_link(name)
