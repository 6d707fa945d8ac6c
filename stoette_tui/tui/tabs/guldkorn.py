"""The overview: three diamonds and six guldkorn in one field, and the text of the one in focus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from stoette_tui.content.model import Card, Content
from stoette_tui.content.ui_text import UiText
from stoette_tui.pages import cards as card_pages
from stoette_tui.pages import reading as reading_pages
from stoette_tui.tui import commands
from stoette_tui.tui.tabs.messages import GoTo
from stoette_tui.tui.widgets.card_field import CardField
from stoette_tui.tui.widgets.grid import text_width
from stoette_tui.tui.widgets.searched import SearchedView
from stoette_tui.tui.widgets.searched_tab import SearchedTab

if TYPE_CHECKING:
    from stoette_tui.pages.search import SearchTarget


class CardPage(SearchedView):
    """The card in focus in full, and below it what does not fit in the field."""

    FOCUS_ON_CLICK = False
    BINDINGS = commands.bindings("card_page", "page")

    class Left(Message):
        """The reader returns to the field."""

    def __init__(self, content: Content, ui: UiText, field: CardField) -> None:
        super().__init__()
        self._content = content
        self._ui = ui
        self._field = field
        self._laid_out: tuple[int, int, int, str] | None = None
        self._is_airy = False
        self._about: list[Text] = []
        self._passages: dict[str, int] = {}
        self.lines = []

    def reflow(self) -> None:
        self._field.reflow()  # first, as it determines what does not fit
        card, level = self._field.card, self._field.level
        room, height = self.scrollable_content_region.width, self.scrollable_content_region.height
        if room <= 0 or self._laid_out == (wanted := (room, height, level, card.id)):
            return
        self._laid_out = wanted
        self._width = width = text_width(room)
        self._is_airy = self._field.page_heights(width)[True] <= height
        lines = self._lay_out(card)
        about = card_pages.about(self._content.guldkorn, self._ui, width, level)
        self._passages = {name: len(lines) + at for name, at in about.sections.items()}
        self._about, self.lines = about.lines, [*lines, *about.lines]
        self.virtual_size = Size(width, len(self.lines))
        self.find_hits()
        self.refresh()

    def _lay_out(self, card: Card) -> list[Text]:
        return card_pages.card_page(card, self._content, self._ui, self._width, self._is_airy)

    def all_parts(self) -> Iterator[tuple[str, Sequence[Text]]]:
        """Each card, and the part below all of them."""
        for card in self._field.cards:
            yield card.id, self._lay_out(card)
        yield "", self._about

    def start(self, part: str) -> int | None:
        """The card in focus comes first, the part below all cards last."""
        if part == self._field.card.id:
            return 0
        return None if part else len(self.lines) - len(self._about)

    def show_part(self, part: str) -> None:
        """Puts the cursor on the card."""
        if part:
            self._field.cursor = [card.id for card in self._field.cards].index(part)

    def find(self, part: str, passage: str) -> None:
        """Goes to the first hit in a card or a passage, if there is one."""
        first = self._passages.get(passage, 0)
        hits = (hit for hit in self.hits if hit.part == part and self.line_of(hit) >= first)
        if hit := next(hits, None):
            self.go_to_hit(hit, first)

    def show(self) -> None:
        """Shows the card in focus from the top."""
        self.scroll_home(animate=False, immediate=True)
        self.reflow()
        self.refresh()

    def show_passage(self, name: str) -> None:
        """Scrolls a passage to the top, if it is on this page."""
        if name in self._passages:
            self.scroll_to(y=self._passages[name], animate=False)

    def action_follow(self) -> None:
        self.post_message(CardField.CardChosen())

    def action_leave(self) -> None:
        self.post_message(self.Left())

    @on(events.Click)
    def _follow_clicked(self, event: events.Click) -> None:
        if event.style.meta.get("target"):
            self.action_follow()


class GuldkornTab(SearchedTab):
    """The field above the text of the card in focus, or beside it in a wide window.

    A window too small for both shows the field, which leads to the text.
    """

    def __init__(self, content: Content, ui: UiText) -> None:
        super().__init__(ui)
        self._content = content

    def compose(self) -> ComposeResult:
        """The field first, in visual order."""
        field = CardField(self._content, self._ui)
        yield field
        yield CardPage(self._content, self._ui, field)

    def on_mount(self) -> None:
        self.watch(self._field, "cursor", self.searched.show, init=False)

    @property
    def _field(self) -> CardField:
        return self.query_one(CardField)

    @property
    def searched(self) -> CardPage:
        return self.query_one(CardPage)

    @property
    def initial_focus(self) -> Widget:
        return self._field if self._field.display else self.searched

    @property
    def place(self) -> str:
        return f"card:{self._field.card.id}"

    @work
    async def go_to(self, kind: str, name: str, sought: SearchTarget | None) -> None:
        """Puts the cursor on a card, or scrolls a passage into view."""
        if kind == "card":
            self._field.cursor = [card.id for card in self._field.cards].index(name)
        await self._read()
        page = self.searched
        page.show()
        if kind == "passage":
            page.show_passage(name)
            self._field.show_passage(name)
        if sought:
            page.mark(sought.marks)
            page.find(*(("", name) if kind == "passage" else (name, "")))

    async def _read(self) -> bool:
        """Shows the text if there was no room for it; returns whether it did."""
        if self.searched.display:
            return False
        self.add_class("-reading")
        await self.wait_for_refresh()
        self.screen.set_focus(self.searched)
        return True

    @on(CardPage.Left)
    async def _leave(self, message: CardPage.Left) -> None:
        message.stop()
        self.remove_class("-reading")
        await self.wait_for_refresh()
        self.screen.set_focus(self._field)

    @on(CardField.PageMoved)
    def _move_page(self, message: CardField.PageMoved) -> None:
        message.stop()
        lines = self.searched.size.height - 1 if message.by_page else 1
        self.searched.scroll_relative(y=message.step * lines, animate=False)

    @on(CardField.CardChosen)
    async def _chosen(self, message: CardField.CardChosen) -> None:
        """Shows the text, or follows the card's link: to the fact sheet or to a web page."""
        message.stop()
        if not await self._read() and not message.clicked:
            self.post_message(GoTo(reading_pages.card_target(self._field.card, self._content)))
