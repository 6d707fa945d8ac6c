"""A page to read: text in a column, with sections and links."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events, on
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region
from textual.message import Message
from textual.reactive import reactive

from stoette_tui.pages.layout import Layout, plain_text, target_of
from stoette_tui.tui import commands
from stoette_tui.tui.widgets.searched import SearchedView

TOP = ("", 0.0)
"""The place at the very top of a page."""


class Page(SearchedView):
    """Shows a page laid out for each width; knows the section being read; posts links followed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *commands.bindings("text", "page"),
        Binding("shift+tab", "next_link(-1)", show=False),
        Binding("enter", "follow", show=False),
    ]

    section: reactive[str] = reactive("")
    """The section at the top of the view."""
    link: reactive[int | None] = reactive(None)
    """The selected link, as an index among the page's links."""

    @dataclass
    class Followed(Message):
        """The reader follows a link to a target; see `pages.layout.linked`."""

        target: str

    def __init__(self, typeset: Callable[[int], Iterable[Layout]]) -> None:
        """`typeset` yields the parts of the page for a width."""
        super().__init__()
        self._typeset = typeset
        self.lines: list[Text] = []
        self._sections: dict[str, int] = {}
        self._links: list[tuple[int, str]] = []
        """Each link's first line and its target."""
        self._wanted: tuple[str, float] | None = None
        """The place to return to once the page has been laid out; None once that is done."""

    def reflow(self) -> None:
        """Lays the page out for a new width, and keeps the place in the text."""
        # The page is short for a moment, and the view jumps to its top.
        place, width = self._wanted or self._place(), self._width
        super().reflow()
        if self._width != width and place != TOP:  # the view is there, and the reader may move on
            self._wanted = place
            self.call_after_refresh(self._return_to, *place)

    def lay_out_again(self) -> None:
        """Lays the page out with its current content, and keeps the place in the text."""
        self._width = 0
        self.reflow()

    def reset(self) -> None:
        """Lays the page out again: the first two screenfuls at once, the rest after drawing."""
        self.lines = []
        self._sections = {}
        self._links = []
        self.link = None
        self._parts = self._layout_parts()
        self.layout_until(lambda: len(self.lines) >= 2 * self.size.height)
        self.call_after_refresh(self.layout_rest)
        self.find_hits()
        self.refresh()

    def _layout_parts(self) -> Iterator[None]:
        for part in self._typeset(self._width):
            first = len(self.lines)
            self._sections |= {name: first + start for name, start in part.sections.items()}
            targets = [[], *map(_targets, part.lines)]
            for number, (before, here) in enumerate(pairwise(targets), first):
                self._links += [(number, target) for target in here if target not in before]
            self.lines += part.lines
            yield

    def _place(self) -> tuple[str, float]:
        """The section being read, and how far into it, from 0 to 1."""
        for section, start, end in self._extents():
            if start <= self.scroll_offset.y < end:
                return section, (self.scroll_offset.y - start) / (end - start)
        return TOP

    def _extents(self) -> list[tuple[str, int, int]]:
        """Each section with its first line and the one after its last; the lead has an empty id."""
        bounds = [("", 0), *self._sections.items(), ("", len(self.lines))]
        return [(section, start, end) for (section, start), (_, end) in pairwise(bounds)]

    def _return_to(self, section: str, share: float) -> None:
        self._wanted = None
        if section:
            # A section's length is known when the next one begins.
            self.layout_until(lambda: section in list(self._sections)[:-1])
        for name, start, end in self._extents():
            if name == section:
                self.scroll_to(y=start + round(share * (end - start)), animate=False)

    def go_to(self, section: str) -> None:
        """Scrolls the section to the top of the view, now or as soon as the page is laid out."""
        if self._width:
            self._return_to(section, 0)
        else:
            self._wanted = (section, 0)

    def find(self, section: str, text: str) -> None:
        """Scrolls a section to the top, and a hit in it into view, within that text if possible."""
        self.go_to(section)
        extents = {name: range(start, end) for name, start, end in self._extents()}
        lines = extents.get(section, range(0))
        hits = [hit for hit in self.hits if hit.line in lines]
        in_text = [hit for hit in hits if plain_text(self.lines[hit.line]) in text]
        if hits:
            self.go_to_hit((in_text or hits)[0], lines.start)

    def action_scroll_end(self) -> None:
        """Scrolls to the end of the page, even if that is not laid out yet."""
        self.layout_until(lambda: False)
        super().action_scroll_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Updates the section at the top."""
        super().watch_scroll_y(old_value, new_value)
        if self._sections:
            # At the very end the last section may never reach the top.
            top = len(self.lines) if 0 < self.max_scroll_y <= new_value else round(new_value)
            starts = list(self._sections.values())
            reached = max(bisect_right(starts, top) - 1, 0)
            self.section = list(self._sections)[reached]

    def line_style(self, index: int) -> Style:
        """Highlights the lines of the keyboard-selected link."""
        line, target = self._links[self.link] if self.link is not None else (index + 1, "")
        lines = self.lines[line : index + 1]
        is_selected = bool(lines) and all(target in _targets(each) for each in lines)
        return Style(reverse=True) if is_selected else Style.null()

    @property
    def focus_place(self) -> Offset:
        """The position of the current link or hit; else the top of the view."""
        line = self.line_of(self.hit) if self.hit else 0
        if self.link is not None:
            line, target = self._links[self.link]
            spans = (
                each.start for each in self.lines[line].spans if target_of(each.style) == target
            )
            return Offset(self.margin + next(spans, 0), max(line - self.scroll_offset.y, 0))
        return Offset(self.margin, max(line - self.scroll_offset.y, 0))

    def action_next_link(self, step: int) -> None:
        """Goes to the next link in view, or, if there is none, to the next widget."""
        top, bottom = self.scroll_offset.y, self.scroll_offset.y + self.size.height
        at = self.link
        seen = [n for n, (line, _) in enumerate(self._links) if top <= line < bottom]
        ahead = [n for n in seen if at is None or at not in seen or (n - at) * step > 0]
        if ahead:
            self.link = ahead[0] if step > 0 else ahead[-1]
        else:
            self.link = None
            self.focus_beyond(step)

    def watch_link(self) -> None:
        if self.link is not None:
            self.scroll_to_region(Region(0, self._links[self.link][0], 1, 1), animate=False)
        self.refresh()

    def on_blur(self) -> None:
        """Deselects the link, so that Tab starts at the first one again."""
        self.link = None

    def action_follow(self) -> None:
        if self.link is not None:
            self.post_message(self.Followed(self._links[self.link][1]))

    @on(events.Click)
    def _follow_clicked(self, event: events.Click) -> None:
        if target := event.style.meta.get("target"):
            self.post_message(self.Followed(target))


def _targets(line: Text) -> list[str]:
    return [target for span in line.spans if (target := target_of(span.style))]
