"""The main screen: four tabs between two bars, navigation between them, and the dialogs."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.reactive import reactive

from stoette_tui.base.programs import open_in_browser
from stoette_tui.content.model import Content
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.review.progress import Progress
from stoette_tui.store.review_service import ReviewService
from stoette_tui.tui import commands
from stoette_tui.tui.key_queue import BACKGROUND
from stoette_tui.tui.progress_service import ProgressService
from stoette_tui.tui.review_screen import ReviewScreen
from stoette_tui.tui.tab_set import TAB_OF_PLACE, TabSet
from stoette_tui.tui.tabs.messages import GoTo, RowReached, SectionRead
from stoette_tui.tui.view_state import RememberedView
from stoette_tui.tui.widgets.key_bar import KeyBar
from stoette_tui.tui.widgets.optional_text import Notice
from stoette_tui.tui.widgets.searched_tab import SearchedTab
from stoette_tui.tui.widgets.tab_bar import TabBar
from stoette_tui.tui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from stoette_tui.pages.search import SearchTarget
    from stoette_tui.tui.tab_set import Tab


class MainScreen(ReviewScreen):
    """The screen below all dialogs. A tab is created when first shown."""

    AUTO_FOCUS = ""  # each tab says what gets the focus first
    BINDINGS = commands.bindings("main")

    can_undo: reactive[bool] = reactive(False, repaint=False)
    notice: reactive[str] = reactive("", repaint=False)
    """The message above the key bar until something has been saved; empty for no line."""
    idle: reactive[frozenset[str]] = reactive(frozenset[str](), repaint=False)
    """The commands that would do nothing now."""

    def __init__(
        self,
        content: Content,
        ui: UiText,
        service: ProgressService,
        progress: Progress,
        view: RememberedView,
        languages: Collection[str],
    ) -> None:
        """`view` has the tab, section and checklist row to show first; `languages` are codes."""
        super().__init__()
        self._languages = languages
        self.set_reactive(MainScreen.progress, progress)
        self._service = service
        self._view = view
        self._places: dict[str, str] = {}
        """The place of each tab when it is created; the beginning for tabs not listed."""
        self._trail: list[str] = []
        self._use_language(content, ui)
        self._first_tab = self._tabs.first

    def _use_language(self, content: Content, ui: UiText) -> None:
        self._content = content
        self._ui = ui
        self._tabs = TabSet(content, ui, self._view)

    async def show_language(self, content: Content, ui: UiText) -> None:
        """Switches everything to another language, and keeps the place in each tab."""
        self._first_tab = self._shown
        self._places |= self._tabs.places
        self._use_language(content, ui)
        await self.recompose()
        self._enter()

    def compose(self) -> ComposeResult:
        title = TitleBar(self._ui, self._content.checklist.item_ids)
        yield title.data_bind(MainScreen.progress)
        yield TabBar(self._tabs.titles, self._first_tab)
        yield self._make_tab(self._first_tab)
        yield KeyBar(self._ui).data_bind(MainScreen.idle)
        yield Notice(markup=False).data_bind(text=MainScreen.notice)

    def on_mount(self) -> None:
        self._enter()

    def _enter(self) -> None:
        self.set_focus(self._tabs[self._first_tab].initial_focus, scroll_visible=False)
        self.call_after_refresh(self._restore_place, self._first_tab)

    def watch_progress(self, old: Progress, new: Progress) -> None:
        self._tabs.show_progress(new)
        if new.round and old.round_id != new.round_id:
            self._tabs.show_rounds(())
            self._read_rounds()
        if self._rounds_dialog in self.app.screen_stack:
            self.run_worker(self._list_rounds(), group=BACKGROUND)

    @work(group=BACKGROUND)
    async def _read_rounds(self) -> None:
        """Passes all rounds down to the checklist."""
        if not self.progress.round or "checklist" not in self._tabs:
            return
        round_, (_, rounds) = self.progress.round, await self._service.run(ReviewService.rounds)
        if round_ == self.progress.round:
            self._tabs.show_rounds(rounds or ())

    def compute_idle(self) -> frozenset[str]:
        idle = set() if self.can_undo else {"undo"}
        if self.progress.round is None:
            idle |= {"rounds", "export", "compare"}
        elif self.progress.is_archived:
            idle |= {"in_place", "missing", "not_relevant", "plan", "fill_map", "undo", "next_open"}
        return frozenset(idle)

    # Tabs

    @work(group="tabs")
    async def action_show_tab(self, tab: str) -> None:
        """Shows a tab and focuses it, even if another part of it has the focus."""
        await self._show_tab(tab)

    def action_go_back(self) -> None:
        """Returns to the tab from which the reader followed a link."""
        if self._trail:
            self.action_show_tab(self._trail.pop())

    async def _show_tab(self, name: str) -> Tab:
        """Shows a tab and returns it laid out, and focused unless the reader has left it again."""
        if name not in self._tabs:
            await self.mount(self._make_tab(name), before=self.query_one(KeyBar))
        tab = self._tabs[name]
        is_other = name != self._shown
        self.query_one(TabBar).active = name
        for other in self._tabs.values():
            other.display = other is tab
        await tab.wait_for_refresh()  # before its layout, it has no lines for keys to move over
        self._restore_place(name)
        if name == self._shown:
            self.set_focus(tab.initial_focus, scroll_visible=False)
            if is_other:
                self._view.remember(tab=name)
        return tab

    def _restore_place(self, tab: str) -> None:
        kind, _, name = self._places.pop(tab, "").partition(":")
        if name:
            self._tabs[tab].go_to(kind, name, None)

    def _make_tab(self, name: str) -> Tab:
        if name == "checklist":
            self.call_after_refresh(self._read_rounds)
        return self._tabs.make(name, self.progress)

    @on(SectionRead)
    def _section_read(self, message: SectionRead) -> None:
        self._view.remember(section=message.section)

    @on(RowReached)
    def _row_reached(self, message: RowReached) -> None:
        # It changes with every move, so it is saved with other changes, or on exit.
        round_id, today = self.progress.round_id or "", date.today().isoformat()
        self._view.change(round=round_id, row=message.row_id, day=today)

    @on(GoTo)
    def _go_to(self, message: GoTo) -> None:
        kind, _, name = message.target.partition(":")
        if kind in TAB_OF_PLACE:
            self._show_place(kind, name, message.sought)
        elif self.app.is_web:
            self.app.open_url(message.target)
        else:
            self._open_in_browser(message.target)

    @work(group="tabs")
    async def _show_place(self, kind: str, name: str, sought: SearchTarget | None) -> None:
        if self._shown != (place := TAB_OF_PLACE[kind]):
            self._trail.append(self._shown)
        tab = await self._show_tab(place)
        await tab.wait_for_refresh()
        tab.go_to(kind, name, sought)

    @work(group=BACKGROUND)
    async def _open_in_browser(self, address: str) -> None:
        """Opens the address, or copies it for a browser somewhere else."""
        is_opened, words = await asyncio.to_thread(open_in_browser, address), self._ui.messages
        if is_opened:
            self.notify(fill(words.opened, address=address), markup=False)
        else:
            self.app.copy_to_clipboard(address)
            said = fill(words.copied_instead, address=address)
            self.notify(said, markup=False, severity="warning")

    def action_search(self) -> None:
        """Searches everything, and shows the chosen hit."""
        from stoette_tui.pages.search import entries
        from stoette_tui.tui.palette import search_dialog

        texts = entries(self._content, self._ui, self.progress)
        self.app.push_screen(
            search_dialog(self, self._ui, self._languages, texts, self._show_found)
        )

    def _show_found(self, target: str, sought: SearchTarget) -> None:
        for tab in self.query(SearchedTab):
            tab.action_end_search()  # clears the previous search
        self.post_message(GoTo(target, sought))
