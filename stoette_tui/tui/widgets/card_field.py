"""The guldkorn and diamonds in one field, as spacious as the window allows, with a cursor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events, on
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from stoette_tui.content.model import Card, Content
from stoette_tui.content.ui_text import UiText
from stoette_tui.pages import cards as card_pages
from stoette_tui.pages.layout import MAX_WIDTH
from stoette_tui.tui import commands
from stoette_tui.tui.widgets.grid import text_width
from stoette_tui.tui.widgets.lines import BAR, LineView

ARRANGEMENTS = (
    (card_pages.AIRY, True),
    (card_pages.EXPLAINED, True),
    (card_pages.INTRODUCED, True),
    (card_pages.SPACED, True),
    (card_pages.SUMMARIES, True),
    (card_pages.SPACED, False),
    (card_pages.SUMMARIES, False),
    (card_pages.TITLES, True),
)
"""What the field shows above an airy or a dense page; the first that fits is used."""
_RULE_HEIGHT = 1
"""Cells of the rule between the field and the page below it."""


class CardField(LineView):
    """All cards at once, with a cursor on one of them. Nothing else moves with the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *commands.bindings("guldkorn"),
        Binding("tab", "next_card(1)", show=False),
        Binding("shift+tab", "next_card(-1)", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"card-field--cursor"}

    cursor: reactive[int] = reactive(0, init=False)
    """The card in focus, from 0, in reading order."""

    @dataclass
    class CardChosen(Message):
        """The reader wants to follow the card's link; or, with a click, just to read it."""

        clicked: bool = False

    @dataclass
    class PageMoved(Message):
        """The reader scrolls the text, by a line or by a page."""

        step: int
        by_page: bool

    def __init__(self, content: Content, ui: UiText) -> None:
        super().__init__()
        groups = content.guldkorn.diamonds, content.guldkorn.guldkorn
        self.cards = [card for group in groups for card in group.cards]
        self.level = card_pages.TITLES
        """How much of the overview is shown."""
        self._content = content
        self._ui = ui
        self._fields: dict[tuple[int, int], card_pages.Field] = {}
        self._page_heights: dict[int, dict[bool, int]] = {}
        self._field = card_pages.Field([], {}, {})
        self._laid_out = (0, 0)
        self.lines = []

    @property
    def card(self) -> Card:
        """The card in focus."""
        return self.cards[self.cursor]

    def layout_at(self, room: int, level: int) -> card_pages.Field:
        """The field in that many cells, cached as long as the window has the same width."""
        if (room, level) not in self._fields:
            self._fields = {key: each for key, each in self._fields.items() if key[0] == room}
            width = text_width(room, MAX_WIDTH)
            made = card_pages.card_field(self._content.guldkorn, self._ui, width, level)
            self._fields[room, level] = made
        return self._fields[room, level]

    def page_heights(self, width: int) -> dict[bool, int]:
        """The number of lines of the longest card at that width, by whether the page is airy."""
        if width not in self._page_heights:
            self._page_heights[width] = {
                airy: max(
                    len(card_pages.card_page(card, self._content, self._ui, width, airy))
                    for card in self.cards
                )
                for airy in (True, False)
            }
        return self._page_heights[width]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The height in lines of the fullest field that leaves room for the page, if that is below.

        Beside the page, the field has the full height.
        """
        room = width - self.scrollbar_size_vertical  # not yet subtracted by Textual
        heights = self.page_heights(text_width(room))
        for level, airy in ARRANGEMENTS:
            height = len(self.layout_at(room, level).lines)
            if height + heights[airy] + _RULE_HEIGHT <= container.height:
                return height
        return len(self.layout_at(room, card_pages.TITLES).lines)

    def reflow(self) -> None:
        """Lays the cards out for the space available: the fullest field that fits."""
        region = self.scrollable_content_region
        if region.width <= 0 or self._laid_out == region.size:
            return
        self._laid_out = region.size
        for level in reversed(card_pages.LEVELS):
            self.level = level
            self._field = self.layout_at(region.width, level)
            if len(self._field.lines) <= region.height:
                break
        self.lines = self._field.lines
        self.virtual_size = Size(region.width, len(self.lines))
        self.call_after_refresh(self._show_cursor)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Renders a line; the card in focus has its own background, beside a bar."""
        strip = super().render_line(y)
        place = self._field.places.get(self.card.id)
        if place is None or not place.y <= y + self.scroll_offset.y < place.y + place.height:
            return strip
        start = self.margin + place.x - 1
        end = start + place.width + 1
        before, card, after = strip.divide([start, end, strip.cell_length])
        cursor = self.get_component_rich_style("card-field--cursor")
        ground = Style(bgcolor=cursor.bgcolor, reverse=cursor.reverse)
        bar = self._bar_style() + ground
        space, rest = card.divide([1, card.cell_length])
        inside = [Segment(BAR, (each.style or Style.null()) + bar) for each in space]
        inside += [Segment(text, (style or Style.null()) + ground) for text, style, _ in rest]
        return Strip([*before, *inside, *after], strip.cell_length)

    @property
    def focus_place(self) -> Offset:
        """The position of the card in focus."""
        place = self._field.places.get(self.card.id)
        if place is None:
            return super().focus_place
        return Offset(self.margin + place.x, max(place.y - self.scroll_offset.y, 0))

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self.cards) - 1))

    def watch_cursor(self) -> None:
        self._show_cursor()
        self.refresh()

    def _show_cursor(self) -> None:
        """Scrolls to the cursor; the first card brings what is above it into view."""
        if place := self._field.places.get(self.card.id):
            top = 0 if self.cursor == 0 else max(place.y - 1, 0)
            region = Region(0, top, 1, place.y + place.height - top)
            self.scroll_to_region(region, animate=False, force=True)

    def action_move(self, across: int, down: int) -> None:
        """Moves to the next card in that direction; beyond the outer rows, scrolls the text."""
        here = self._field.places.get(self.card.id)
        if across or here is None:
            self.cursor += across
            return
        ahead = [
            (abs(place.y - here.y), abs(place.x - here.x), number)
            for number, place in enumerate(self._field.places.values())
            if (place.y - here.y) * down > 0
        ]
        if ahead:
            self.cursor = min(ahead)[2]
        else:
            self.post_message(self.PageMoved(down, by_page=False))

    def action_next_card(self, step: int) -> None:
        """Moves to the next card, or, after the last one, to what follows the cards."""
        if 0 <= self.cursor + step < len(self.cards):
            self.cursor += step
        else:
            self.focus_beyond(step)

    def action_first(self) -> None:
        self.cursor = 0

    def action_last(self) -> None:
        self.cursor = len(self.cards) - 1

    def action_page(self, step: int) -> None:
        self.post_message(self.PageMoved(step, by_page=True))

    def action_follow(self) -> None:
        self.post_message(self.CardChosen())

    @on(events.Click)
    def _clicked(self, event: events.Click) -> None:
        x, y = event.x - self.margin, event.y + self.scroll_offset.y
        for number, place in enumerate(self._field.places.values()):
            if 0 <= x - place.x < place.width and 0 <= y - place.y < place.height:
                self.cursor = number
                self.post_message(self.CardChosen(clicked=True))

    def show_passage(self, name: str) -> None:
        """Scrolls a passage to the top, if it is in this view."""
        if name in self._field.passages:
            self.scroll_to(y=self._field.passages[name], animate=False)
