"""The overview: three diamonds above six guldkorn, as cards; the one in focus unfolds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on
from textual.containers import ItemGrid, VerticalScroll
from textual.message import Message

from stoette_tui.pages import reading as reading_pages
from stoette_tui.pages.layout import MEASURE, markdown
from stoette_tui.tui import commands
from stoette_tui.tui.tabs.messages import GoTo
from stoette_tui.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.geometry import Size
    from textual.widget import Widget

    from stoette_tui.content.model import Card, Content
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.pages.search import Sought

CARD_WIDTH = 34
"""Cells a card has at least, where the window allows it."""
STEP = 3
"""Lines the page scrolls by, where there is no card to go to yet."""


class Passage(Lines):
    """Lines as high as they are at the width they are given."""

    def __init__(self, typeset: Callable[[int], list[Text]], id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._typeset = typeset

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of lines at that width, counted in cells."""
        self.lines = self._typeset(min(width, MEASURE))
        return len(self.lines)


class CardView(Passage, can_focus=True):
    """A card: its head, and all of it when it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [*commands.bindings("guldkorn")]

    class Moved(Message):
        """The reader moves on from this card, in that direction."""

        def __init__(self, across: int, down: int) -> None:
            self.across = across
            self.down = down
            super().__init__()

    class Resized(Message):
        """This card has unfolded or folded up, or the window has another width."""

    def __init__(self, card: Card, content: Content, ui: UiText) -> None:
        super().__init__(self._set)
        self._card = card
        self._content = content
        self._ui = ui
        if card.section:
            self.add_class("-this-one")
            self.border_subtitle = ui.guldkorn.this_one

    @property
    def card_id(self) -> str:
        """Which card it is."""
        return self._card.id

    def _set(self, width: int) -> list[Text]:
        card, ui = self._card, self._ui
        lines = reading_pages.card_head(card, ui, width)
        if self.has_focus:
            lines += [Text(), *markdown(card.body, width), Text()]
            lines += reading_pages.card_foot(card, self._content, ui, width)
        return lines

    def on_focus(self) -> None:
        """Unfolds."""
        self.refresh(layout=True)

    def on_resize(self) -> None:
        """Posts that others have moved with this one."""
        self.post_message(self.Resized())

    def on_blur(self) -> None:
        """Folds up."""
        self.refresh(layout=True)

    def action_move(self, across: int, down: int) -> None:
        """Asks for the card in that direction."""
        self.post_message(self.Moved(across, down))

    def action_follow(self) -> None:
        """Goes where the card leads: to the fact sheet or to its page on the web."""
        self.post_message(GoTo(reading_pages.card_target(self._card, self._content)))

    @on(events.Click)
    def _follow_clicked(self, event: events.Click) -> None:
        if event.style.meta.get("target"):
            self.action_follow()


class GuldkornTab(VerticalScroll, can_focus=False):
    """The two groups of cards, each with its introduction."""

    def __init__(self, content: Content, ui: UiText) -> None:
        super().__init__()
        self._content = content
        self._ui = ui
        self._shown: Passage | None = None
        self._in_focus: Widget | None = None

    def compose(self) -> ComposeResult:
        """What they are, the diamonds, the guldkorn, and where it comes from."""
        overview, ui = self._content.guldkorn, self._ui
        yield Passage(partial(reading_pages.overview_head, overview), id="intro")
        for name, group in (("diamonds", overview.diamonds), ("guldkorn", overview.guldkorn)):
            yield Passage(partial(reading_pages.card_group_head, group), id=name)
            with ItemGrid(min_column_width=CARD_WIDTH, stretch_height=False):
                for card in group.cards:
                    yield CardView(card, self._content, ui)
        yield Passage(partial(reading_pages.overview_foot, overview, ui), id="sources")

    @property
    def entry(self) -> Widget:
        """Where the focus goes: to the card it was on last, else to the first."""
        return self._in_focus or self.query(CardView).first()

    def go_to(self, kind: str, name: str, sought: Sought | None) -> None:
        """Gives the focus to the card, or brings a passage into view."""
        if kind == "passage":
            self._in_focus = self.screen.focused
            self.bring_into_view(self.query_one(f"#{name}", Passage))
            return
        next(card for card in self.query(CardView) if card.card_id == name).focus(
            scroll_visible=False
        )

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Brings the card into view; not when a dialog has only given the focus back.

        When the tab is put away, Textual passes the focus on among its cards; that is no move.
        """
        card = event.widget
        if isinstance(card, CardView) and self.display and card is not self._in_focus:
            self._in_focus = card
            self.bring_into_view(card)

    def bring_into_view(self, passage: Passage) -> None:
        """Shows a card or another passage, as soon as it is laid out, and until the next one."""
        self._shown = passage
        self.call_after_refresh(self.show)

    def on_resize(self) -> None:
        """Keeps in view what is."""
        self.call_after_refresh(self.show)

    def show(self) -> None:
        """Of what is too high for the view, its beginning.

        With the first card the introduction comes into view, where there is room for both.
        """
        shown = self._shown
        if shown is None:
            return
        scrolled, room = self.scroll_offset.y, self.size.height
        # Where it is on the screen is only known once what was scrolled last has been drawn.
        top = shown.virtual_region.y
        if isinstance(shown.parent, ItemGrid):
            top += shown.parent.virtual_region.y
        bottom = top + shown.outer_size.height
        if shown is self.query(CardView).first() and top < room - 3:
            target = 0
        elif top < scrolled or bottom - top >= room:
            target = top
        else:
            target = max(scrolled, bottom - room)
        self.scroll_to(y=target, animate=False, immediate=True)

    @on(CardView.Resized)
    def _card_resized(self, message: CardView.Resized) -> None:
        message.stop()
        self.show()

    @on(CardView.Moved)
    def _move(self, message: CardView.Moved) -> None:
        """Goes to the nearest card in the direction; where there is none, the page scrolls.

        Of a card that is not all in view, the rest comes first.
        """
        message.stop()
        at = self.screen.focused
        if at is None:
            return
        above = self.content_region.y - at.region.y
        below = at.region.bottom - self.content_region.bottom
        rest = max(below, 0) if message.down > 0 else -max(above, 0)
        if message.down and rest:
            self.scroll_relative(y=max(-STEP, min(rest, STEP)), animate=False)
            return
        here = at.region
        ahead = [
            (abs(there.y - here.y) * 4 + abs(there.x - here.x), number, card)
            for number, card in enumerate(self.query(CardView))
            if (there := card.region) and card is not at
            if (there.x - here.x) * message.across > 0 or (there.y - here.y) * message.down > 0
            if not message.across or there.y == here.y
        ]
        if ahead:
            min(ahead)[2].focus(scroll_visible=False)
        elif message.down:
            self.scroll_relative(y=STEP * message.down, animate=False)
